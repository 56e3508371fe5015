/* The reference: what the kernel takes when one process does nothing but send() the same frames, one after the other, to as many
   sockets, and another one, on another CPU, reads them. ceil SOCKETS BYTES SECONDS CPU_THAT_SENDS CPU_THAT_READS */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BACKLOG = 4096, SEND_BUFFER = 65536, READ_SIZE = 1 << 18, EVENTS = 512, SPARE_FDS = 64 };

static void need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "ceil: %s: %m\n", what);
	exit(2);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void allow_files(rlim_t wanted)
{
	struct rlimit l = { .rlim_cur = 0 };

	getrlimit(RLIMIT_NOFILE, &l);
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
	errno = EMFILE;
	need(l.rlim_max >= wanted, "descriptors");
}

static int listen_somewhere(struct sockaddr_in *a)
{
	socklen_t n = sizeof(*a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	need(fd >= 0 && bind(fd, (struct sockaddr *)a, n) == 0 && listen(fd, BACKLOG) == 0, "listen");
	need(getsockname(fd, (struct sockaddr *)a, &n) == 0, "getsockname");
	return fd;
}

/* The child: connects, then reads until all are closed. */
static _Noreturn void reader(const struct sockaddr_in *a, int sockets)
{
	static char bytes[READ_SIZE];
	const struct linger reset = { .l_onoff = 1 };
	int ep = epoll_create1(0), open = sockets;

	for (int i = 0; i < sockets; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		need(fd >= 0 && connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0, "connect");
		need(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e) == 0, "epoll_ctl");
	}
	while (open > 0) {
		struct epoll_event ev[EVENTS];
		int n = epoll_wait(ep, ev, EVENTS, -1);
		for (int i = 0; i < n; i++)
			if (recv(ev[i].data.fd, bytes, sizeof(bytes), MSG_DONTWAIT) == 0) {
				close(ev[i].data.fd);
				open--;
			}
	}
	_exit(0);
}

static int *accept_all(int listener, int sockets)
{
	int *fds = calloc((size_t)sockets, sizeof(*fds)), one = 1, size = SEND_BUFFER;

	need(fds != NULL, "memory");
	for (int i = 0; i < sockets; i++) {
		need((fds[i] = accept(listener, NULL, NULL)) >= 0, "accept");
		setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	}
	return fds;
}

static uint64_t send_for(double seconds, const int *fds, int sockets, const char *frame, size_t bytes)
{
	uint64_t sent = 0;

	for (double end = now() + seconds; now() < end; sent += (uint64_t)sockets)
		for (int i = 0; i < sockets; i++)
			need(send(fds[i], frame, bytes, MSG_NOSIGNAL) == (ssize_t)bytes, "send");
	return sent;
}

int main(int argc, char **argv)
{
	struct sockaddr_in a;

	if (argc != 6)
		return 2;
	int sockets = atoi(argv[1]);
	size_t bytes = strtoul(argv[2], NULL, 10);
	allow_files((rlim_t)sockets + SPARE_FDS);
	int listener = listen_somewhere(&a);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		stay_on(atoi(argv[5]));
		reader(&a, sockets);
	}
	stay_on(atoi(argv[4]));
	int *fds = accept_all(listener, sockets);
	char *frame = calloc(1, bytes);
	need(child > 0 && frame != NULL, "start");
	double start = now();
	uint64_t sent = send_for(strtod(argv[3], NULL), fds, sockets, frame, bytes);
	for (int i = 0; i < sockets; i++)
		close(fds[i]);
	waitpid(child, NULL, 0);
	printf("{\"per_s\":%.0f,\"per_cpu_s\":%.0f}\n", (double)sent / (now() - start),
	       (double)sent * CLOCKS_PER_SEC / (double)clock());
	free(fds);
	free(frame);
	return 0;
}
