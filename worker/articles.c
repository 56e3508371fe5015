/* deskbell-worker articles rebuild: every article is indexed and cut into passages anew; answers are made of the old ones
   meanwhile. And `migrate` does it for those that an upgrade, or SQL from elsewhere, has left without. */
#include "../lib/domain/article.h"
#include "worker.h"
#include <stdio.h>
#include <stdlib.h>

static bool begin_anew(struct ctx *c, void *arg)
{
	(void)arg;
	return article_index_anew(c);
}

static bool index_some(struct ctx *c, void *n)
{
	return article_index_waiting(c, n);
}

static bool drop_some(struct ctx *c, void *n)
{
	return article_index_orphans(c, n);
}

static bool settle(struct ctx *c, void *arg)
{
	(void)arg;
	return article_index_settle(c);
}

static bool all_of(struct worker *w, job_fn *some, int64_t *total)
{
	for (int64_t n = 1; n > 0; *total += n)
		if (!job_run(w, some, &n, true))
			return false;
	return true;
}

int articles_rebuild(void)
{
	struct worker *w = calloc(1, sizeof(*w));
	int64_t total = 0, gone = 0;
	bool opened = w != NULL && worker_open(w);
	bool good = opened && job_run(w, begin_anew, NULL, true) && all_of(w, index_some, &total) && all_of(w, drop_some, &gone) &&
		    job_run(w, settle, NULL, true);

	if (good)
		printf("articles: %lld indexed\n", (long long)total);
	else
		fprintf(stderr, "articles: %s\n", opened && w->err.key != NULL ? w->err.key : "failed");
	if (opened)
		worker_close(w);
	free(w);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* With the database alone: what else a worker needs may not be there yet. */
bool articles_index_waiting(const char *db_url)
{
	struct arena mem = { 0 };
	struct db *db = db_new(db_url);
	bool good = true;

	for (int64_t n = 1; good && n > 0;) {
		struct ctx c = { .mem = &mem, .db = db, .lang = "zh", .request_id = "migrate" };
		good = db_begin(&c) && article_index_waiting(&c, &n) && db_commit(&c);
		if (!good)
			db_rollback(&c);
		arena_reset(&mem);
	}
	db_free(db);
	arena_free(&mem);
	return good;
}
