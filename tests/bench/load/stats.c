#include "load.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_EVERY_NS = 5000000, SLACK_KB = 1024 }; /* each CPU may keep some of what is free */

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("wsload: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(2);
}

void *must_calloc(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		die("out of memory");
	return p;
}

void watch(struct load *l, int fd, void *who, int op, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = who };

	if (epoll_ctl(l->epoll, op, fd, &e) < 0)
		die("epoll_ctl: %m");
}

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

void hist_add(struct hist *h, uint64_t ns)
{
	unsigned shift = ns < HIST_STEPS ? 0 : 57u - (unsigned)__builtin_clzll(ns); /* ns >> shift is in 64 … 127 */
	unsigned i = ns < HIST_STEPS ? (unsigned)ns : shift * HIST_STEPS + (unsigned)(ns >> shift);

	h->bucket[i]++;
	h->count++;
	if (ns > h->max)
		h->max = ns;
}

static uint64_t hist_value(unsigned i)
{
	unsigned shift = i < 2 * HIST_STEPS ? 0 : i / HIST_STEPS - 1;

	return (uint64_t)(i - shift * HIST_STEPS) << shift;
}

double hist_ms(const struct hist *h, double q)
{
	uint64_t wanted = (uint64_t)(q * (double)h->count), seen = 0;

	for (unsigned i = 0; i < HIST_SIZE; i++)
		if ((seen += h->bucket[i]) > wanted)
			return (double)hist_value(i) / 1e6;
	return (double)h->max / 1e6;
}

uint64_t tcp_memory_kb(void)
{
	char line[256];
	uint64_t pages = 0;
	FILE *f = fopen("/proc/net/sockstat", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		const char *mem = strncmp(line, "TCP:", 4) == 0 ? strstr(line, "mem ") : NULL;
		if (mem != NULL)
			pages = strtoull(mem + 4, NULL, 10);
	}
	if (f != NULL)
		fclose(f);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

/* Once the last slow consumer is dropped: when is the kernel's memory what it was before? */
void tcp_look(struct load *l)
{
	struct tcp_watch *t = &l->tcp;
	uint64_t now = now_ns(), kb;

	if (t->back_at != 0 || now - t->looked_at < LOOK_EVERY_NS)
		return;
	t->looked_at = now;
	if ((kb = tcp_memory_kb()) > t->peak_kb)
		t->peak_kb = kb;
	if (l->n.dropped == l->opt.stalled && kb <= t->before_kb + SLACK_KB)
		t->back_at = now;
}
