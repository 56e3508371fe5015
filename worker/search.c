/* deskbell-worker search index | rebuild: what was said becomes searchable in bulk, after an import; for as many messages as a site
   gets in a day, the worker that runs is enough. Rows are only added, so it may run beside that one, and be broken off. */
#include "../lib/domain/conversation_search.h"
#include "../lib/domain/search_build.h"
#include "worker.h"
#include <stdio.h>
#include <stdlib.h>

enum { SETTLED_MS = 60000 }; /* what a younger message's number says is not sure yet (worker/conversations.c) */

struct building {
	struct search_build *b;
	int64_t cursor, done, total;
};

static bool begin(struct ctx *c, void *arg)
{
	return search_mark_get(c, &((struct building *)arg)->cursor);
}

static bool gather(struct ctx *c, void *arg)
{
	struct building *s = arg;

	return search_build_gather(c, s->b, &s->cursor, c->now - SETTLED_MS, &s->done);
}

static bool write_some(struct ctx *c, void *arg)
{
	return search_build_write(c, ((struct building *)arg)->b);
}

static bool set_mark(struct ctx *c, void *arg)
{
	int64_t mark;

	return search_mark_get(c, &mark) &&
	       (mark >= ((struct building *)arg)->cursor || search_mark_set(c, ((struct building *)arg)->cursor));
}

/* As much as fits into memory, then that is written; the mark moves behind it. */
static bool take_up(struct worker *w, struct building *s)
{
	do {
		if (!job_run(w, gather, s, false))
			return false;
		s->total += s->done;
	} while (s->done > 0 && !search_build_full(s->b));
	do {
		if (!job_run(w, write_some, s, true))
			return false;
	} while (search_build_next(s->b));
	return job_run(w, set_mark, s, true);
}

int search_build(bool anew)
{
	struct worker *w = calloc(1, sizeof(*w));
	struct building s = { .b = search_build_new() };
	bool opened = w != NULL && s.b != NULL && worker_open(w), good = opened && (anew || job_run(w, begin, &s, false));

	for (s.done = 1; good && s.done > 0;)
		good = take_up(w, &s);
	if (good)
		printf("search: %lld messages read\n", (long long)s.total);
	else
		fprintf(stderr, "search: %s\n", opened && w->err.key != NULL ? w->err.key : "failed");
	if (opened)
		worker_close(w);
	search_build_free(s.b);
	free(w);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
