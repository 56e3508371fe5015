#include "core.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 16 * 1024, ALIGN = 16 };
static const size_t ARENA_MAX = 64u << 20; /* no client can make a request this large: limits on bodies and pages come first */

struct chunk {
	struct chunk *next;
	size_t used, cap;
	_Alignas(ALIGN) char data[];
};
struct defer {
	struct defer *next;
	void (*fn)(void *);
	void *arg;
};

static struct chunk *chunk_new(struct arena *a, size_t cap)
{
	struct chunk *c = malloc(sizeof(*c) + cap);

	if (c == NULL)
		abort();
	*c = (struct chunk){ .next = a->chunks, .cap = cap };
	a->chunks = c;
	return c;
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct chunk *c = a->chunks;

	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (n > ARENA_MAX || (a->used += n) > ARENA_MAX)
		abort();
#ifdef ARENA_DEBUG /* each piece its own malloc, so that the address sanitizer sees its edges */
	c = chunk_new(a, n);
#else
	if (c == NULL || c->cap - c->used < n)
		c = chunk_new(a, n > CHUNK ? n : CHUNK);
#endif
	void *p = c->data + c->used;
	c->used += n;
	return memset(p, 0, n);
}

void *arena_grow(struct arena *a, void *old, size_t oldsz, size_t newsz)
{
	void *p = arena_alloc(a, newsz);

	if (oldsz > 0)
		memcpy(p, old, oldsz);
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n > 0)
		memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	char *p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct defer *d = arena_alloc(a, sizeof(*d));

	*d = (struct defer){ a->defers, fn, arg };
	a->defers = d;
}

static void run_defers(struct arena *a)
{
	for (struct defer *d = a->defers; d != NULL; d = d->next)
		d->fn(d->arg);
	a->defers = NULL;
	a->used = 0;
}

/* Keep one ordinary chunk: most requests then allocate nothing. */
void arena_reset(struct arena *a)
{
	struct chunk *kept = NULL, *next;

	run_defers(a);
	for (struct chunk *c = a->chunks; c != NULL; c = next) {
		next = c->next;
#ifndef ARENA_DEBUG
		if (kept == NULL && c->cap == CHUNK) {
			kept = c;
			continue;
		}
#endif
		free(c);
	}
	if (kept != NULL) {
		kept->next = NULL;
		kept->used = 0;
	}
	a->chunks = kept;
}

void arena_free(struct arena *a)
{
	struct chunk *next;

	run_defers(a);
	for (struct chunk *c = a->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	a->chunks = NULL;
}
