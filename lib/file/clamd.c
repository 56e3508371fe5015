#include "clamd.h"
#include "../core/dial.h"
#include "../core/text.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 65536, HOST = 256 };

/* -- where it is -- */

static bool split(const char *place, char host[static HOST], int64_t *port)
{
	const char *colon = strrchr(place, ':'), *from = place, *to = colon;

	if (colon == NULL || !parse_int(colon + 1, strlen(colon + 1), port) || *port < 1 || *port > 65535)
		return false;
	if (*from == '[' && to > from + 1 && to[-1] == ']') {
		from++;
		to--;
	}
	if (to <= from || to - from >= HOST)
		return false;
	snprintf(host, HOST, "%.*s", (int)(to - from), from);
	return true;
}

static int reach(const char *place, int64_t until)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all = NULL;
	char host[HOST], address[INET6_ADDRSTRLEN];
	int64_t port;
	int fd = -1;

	if (*place == '/')
		return dial_unix(place, until);
	if (!split(place, host, &port) || getaddrinfo(host, NULL, &hints, &all) != 0)
		return -1;
	for (const struct addrinfo *a = all; a != NULL && fd < 0; a = a->ai_next)
		if (getnameinfo(a->ai_addr, a->ai_addrlen, address, sizeof(address), NULL, 0, NI_NUMERICHOST) == 0)
			fd = dial_tcp(address, port, until);
	freeaddrinfo(all);
	return fd;
}

/* -- to and fro -- */

static short wait_for(int fd, short what, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = what };
	int64_t left = until - mono_ms();

	return poll(&p, 1, left > 0 ? (int)left : 0) == 1 ? p.revents : 0;
}

/* False: it takes no more in time, or has spoken before it had all. */
static bool say(int fd, const void *data, size_t n, int64_t until)
{
	const char *s = data;

	while (n > 0) {
		short now = wait_for(fd, POLLOUT | POLLIN, until);
		if (now != POLLOUT)
			return false;
		ssize_t done = send(fd, s, n, MSG_NOSIGNAL);
		if (done < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		s += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return true;
}

/* Up to its NUL. */
static bool hear(int fd, char said[static CLAMD_SAID], int64_t until)
{
	size_t n = 0;
	ssize_t got = 1;

	while (got > 0 && n + 1 < CLAMD_SAID && (n == 0 || said[n - 1] != '\0') && wait_for(fd, POLLIN, until) != 0)
		if ((got = recv(fd, said + n, CLAMD_SAID - 1 - n, 0)) > 0)
			n += (size_t)got;
	bool whole = n > 0 && said[n - 1] == '\0';
	said[n] = '\0';
	return whole;
}

static bool send_all(int to, int fd, char *piece, int64_t until)
{
	ssize_t got;

	while ((got = read(fd, piece, PIECE)) > 0 || (got < 0 && errno == EINTR)) {
		uint32_t n = got > 0 ? htonl((uint32_t)got) : 0;
		if (got > 0 && (!say(to, &n, sizeof(n), until) || !say(to, piece, (size_t)got, until)))
			return false;
	}
	return got == 0 && say(to, &(uint32_t){ 0 }, sizeof(uint32_t), until);
}

/* "stream: OK", "stream: NAME FOUND", "INSTREAM size limit exceeded. ERROR" */
static enum clamd_verdict judge(char said[static CLAMD_SAID], bool had_all)
{
	static const char stream[] = "stream: ", found[] = " FOUND";
	size_t n = strlen(said), k = sizeof(found) - 1, head = sizeof(stream) - 1;

	if (strcmp(said, "stream: OK") == 0)
		return had_all ? CLAMD_CLEAN : CLAMD_AWAY;
	if (strstr(said, "size limit exceeded") != NULL)
		return CLAMD_TOO_LARGE;
	if (n <= head + k || strncmp(said, stream, head) != 0 || strcmp(said + n - k, found) != 0)
		return CLAMD_AWAY;
	said[n - k] = '\0';
	memmove(said, said + head, n - k - head + 1);
	return CLAMD_INFECTED;
}

enum clamd_verdict clamd_scan(const char *place, int fd, int64_t until, char said[static CLAMD_SAID])
{
	static const char command[] = "zINSTREAM"; /* with its NUL */
	enum clamd_verdict verdict = CLAMD_AWAY;
	int to = reach(place, until);

	if (to < 0) {
		snprintf(said, CLAMD_SAID, "nobody answers");
		return CLAMD_AWAY;
	}
	char *piece = malloc(PIECE);
	if (piece == NULL)
		abort();
	bool had_all = say(to, command, sizeof(command), until) && send_all(to, fd, piece, until);
	/* Also when it would take no more: it says why. */
	if (hear(to, said, until))
		verdict = judge(said, had_all);
	else
		snprintf(said, CLAMD_SAID, mono_ms() >= until ? "no verdict in time" : "broke off");
	free(piece);
	close(to);
	return verdict;
}

bool clamd_version(const char *place, int64_t until, char said[static CLAMD_SAID])
{
	static const char command[] = "zVERSION";
	int to = reach(place, until);
	bool good = to >= 0 && say(to, command, sizeof(command), until) && hear(to, said, until);

	if (to >= 0)
		close(to);
	return good;
}
