#include "../../../../lib/core/dial.h"
#include "../../../../lib/core/text.h"
#include "../../ok.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int listening(int64_t *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&a, n) != 0 || listen(fd, 4) != 0 || getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		exit(1);
	*port = ntohs(a.sin_port);
	return fd;
}

static pid_t answering(int fd, const char *text)
{
	pid_t pid = fork();

	if (pid == 0) {
		char said[64];
		int peer = accept(fd, NULL, NULL);
		if (read(peer, said, sizeof(said)) <= 0 || write(peer, text, strlen(text)) < 0)
			_exit(1);
		_exit(0);
	}
	return pid;
}

static void talks(void)
{
	static const struct {
		const char *says;
		int status;
	} rows[] = { { "HTTP/1.1 101 Switching\r\n\r\nrest", 101 },
		     { "HTTP/1.0 404 No\r\n\r\n", 404 },
		     { "SSH-2.0-x\r\n\r\n", 0 },
		     { "", 0 } };
	char answer[64];
	int64_t port;
	int fd = listening(&port);

	for (size_t i = 0; i < COUNT(rows); i++) {
		pid_t pid = answering(fd, rows[i].says);
		int peer = dial_tcp("127.0.0.1", port, mono_ms() + 2000);
		ok(peer >= 0, "connected");
		dial_ask(peer, "hello", answer, sizeof(answer), mono_ms() + 2000);
		ok_int(dial_status(answer), rows[i].status);
		waitpid(pid, NULL, 0);
	}
	int64_t began = mono_ms();
	dial_ask(dial_tcp("127.0.0.1", port, began + 100), "hello", answer, sizeof(answer), began + 100);
	ok(*answer == '\0' && mono_ms() - began < 1000, "one that is silent is not waited for");
	close(fd);
	ok(dial_tcp("127.0.0.1", port, mono_ms() + 500) < 0, "nobody there any longer");
}

int main(void)
{
	char path[200];

	talks();
	ok(dial_tcp("::1", 1, mono_ms() + 100) < 0 && dial_tcp("example.com", 80, mono_ms() + 100) < 0, "a name is no address");
	ok(dial_unix("/nowhere/x.sock", mono_ms() + 100) < 0, "no such socket");
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ok(dial_unix(path, mono_ms() + 100) < 0, "no such long path");
	ok(dial_status("HTTP/1.1 x") == 0, "no status");
	return ok_end();
}
