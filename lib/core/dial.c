#include "dial.h"
#include "text.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool ready(int fd, short what, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = what };
	int64_t left = until - mono_ms();

	return poll(&p, 1, left > 0 ? (int)left : 0) == 1;
}

static int reach(int family, const struct sockaddr *a, socklen_t n, int64_t until)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), err = 0;
	socklen_t size = sizeof(err);

	if (fd < 0)
		return -1;
	if (connect(fd, a, n) == 0)
		return fd;
	if (errno == EINPROGRESS && ready(fd, POLLOUT, until) && getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size) == 0 && err == 0)
		return fd;
	close(fd);
	return -1;
}

int dial_unix(const char *path, int64_t until)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(a.sun_path))
		return -1;
	memcpy(a.sun_path, path, strlen(path) + 1);
	return reach(AF_UNIX, (struct sockaddr *)&a, sizeof(a), until);
}

int dial_tcp(const char *host, int64_t port, int64_t until)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, host, &v4.sin_addr) == 1)
		return reach(AF_INET, (struct sockaddr *)&v4, sizeof(v4), until);
	if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1)
		return reach(AF_INET6, (struct sockaddr *)&v6, sizeof(v6), until);
	return -1;
}

static bool say(int fd, const char *s, int64_t until)
{
	for (size_t n = strlen(s); n > 0;) {
		ssize_t done = send(fd, s, n, MSG_NOSIGNAL);
		if (done > 0) {
			s += done;
			n -= (size_t)done;
		} else if (done == 0 || errno != EAGAIN || !ready(fd, POLLOUT, until)) {
			return false;
		}
	}
	return true;
}

void dial_ask(int fd, const char *said, char *answer, size_t cap, int64_t until)
{
	size_t n = 0;
	bool more = say(fd, said, until);

	*answer = '\0';
	while (more && n + 1 < cap && strstr(answer, "\r\n\r\n") == NULL && ready(fd, POLLIN, until)) {
		ssize_t got = recv(fd, answer + n, cap - n - 1, 0);
		more = got > 0;
		n += more ? (size_t)got : 0;
		answer[n] = '\0';
	}
	close(fd);
}

int dial_status(const char *answer)
{
	return strncmp(answer, "HTTP/1.", 7) == 0 && strlen(answer) > 12 ? (int)strtol(answer + 9, NULL, 10) : 0;
}
