/* Demo data into an empty database: the articles, whose search terms are made here, files in the portal, and sql/demo.sql. */
#include "../lib/domain/article.h"
#include "../lib/domain/shelf.h"
#include "../lib/domain/site.h"
#include "worker.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);

	if (f == NULL || text == NULL) {
		free(text);
		if (f != NULL)
			fclose(f);
		return NULL;
	}
	size_t n = fread(text, 1, (1 << 20) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* They go in before the people whose presence says that the rest is there: a load that was broken off goes on. */
static bool articles_there(struct ctx *c, void *arg)
{
	bool *there = arg;
	int64_t n;

	if (!article_count(c, &n))
		return false;
	*there = n > 0;
	return true;
}

/* "== zh | Title", then the article up to the next such line. */
static bool add_articles(struct ctx *c, void *arg)
{
	char *p = arg;

	while ((p = strstr(p, "== ")) != NULL) {
		char *bar = strstr(p, " | "), *eol = strchr(p, '\n'), *next = eol != NULL ? strstr(eol, "\n== ") : NULL;
		if (bar == NULL || eol == NULL || bar > eol)
			return fail(c, E_BUG, "demo.articles");
		struct article_write_in in = { .published = true,
					       .locale = arena_strndup(c->mem, p + 3, (size_t)(bar - p) - 3),
					       .title = arena_strndup(c->mem, bar + 3, (size_t)(eol - bar) - 3),
					       .content = arena_strndup(c->mem, eol + 1,
									(next != NULL ? (size_t)(next - eol) : strlen(eol)) - 1) };
		if (!article_write(c, &in, NULL))
			return false;
		if (next == NULL)
			break;
		p = next + 1;
	}
	return true;
}

/* -- files that people keep in the portal -- */

static const struct demo_file {
	const char *file, *name; /* in sql/demo_files */
	int64_t owner_id;
} demo_files[] = {
	{ "lamp.png", "折臂台灯.png", 3 },
	{ "price-list.pdf", "价目表 Price list.pdf", 3 },
	{ "returns.txt", "退货处理要点.txt", 3 },
	{ "mug.png", "松绿马克杯.png", 10 },
	{ "price-list.pdf", "价目表 Price list.pdf", 10 },
};

static struct blob *blob_of(struct ctx *c, const char *path)
{
	FILE *in = fopen(path, "rb");
	struct blob *blob = in != NULL ? blob_begin(c->mem, arena_printf(c->mem, "%s/files", c->cfg->var)) : NULL;
	bool good = blob != NULL;
	char part[8192];
	size_t n;

	while (good && (n = fread(part, 1, sizeof(part), in)) > 0)
		good = blob_write(blob, part, n);
	if (in != NULL)
		fclose(in);
	return good && blob_finish(blob) ? blob : NULL;
}

static bool add_file(struct ctx *c, const char *dir, const struct demo_file *d)
{
	struct upload u = { .blob = blob_of(c, arena_printf(c->mem, "%s/demo_files/%s", dir, d->file)) };
	bool mismatch;

	snprintf(u.filename, sizeof(u.filename), "%s", d->name);
	struct sniffer *sniffer = sniffer_new();
	const char *mime = u.blob != NULL ? sniff_mime(sniffer, c->mem, blob_path(u.blob)) : "";

	sniffer_free(sniffer);
	if (u.blob == NULL || !file_type_find(c->mem, d->name, mime, "", &u.type, &mismatch))
		return fail(c, E_BUG, "demo.files");
	struct file f = file_of(c, &u);
	f.owner_id = d->owner_id;
	f.category = FILE_KEPT;
	return file_keep(c, &u, &f);
}

static bool add_files(struct ctx *c, const char *dir)
{
	for (size_t i = 0; i < COUNT(demo_files); i++)
		if (!add_file(c, dir, &demo_files[i]))
			return false;
	return true;
}

struct beginning {
	char *articles;
	const char *dir;
};
static bool begin(struct ctx *c, void *arg)
{
	const struct beginning *b = arg;

	return add_articles(c, b->articles) && add_files(c, b->dir);
}

static bool ask_empty(struct ctx *c, void *arg)
{
	return site_is_empty(c, arg);
}

int demo_load(const char *dir)
{
	struct worker *w = calloc(1, sizeof(*w));
	bool empty = false, there = false;
	char path[1024], why[512] = "";
	int rc = EXIT_FAILURE;

	if (w == NULL || !worker_open(w))
		return EXIT_FAILURE;
	snprintf(path, sizeof(path), "%s/demo_articles.txt", dir);
	char *articles = slurp(path);
	snprintf(path, sizeof(path), "%s/demo.sql", dir);
	if (!job_run(w, ask_empty, &empty, false)) {
		fprintf(stderr, "demo: the database cannot be asked\n");
	} else if (!empty) {
		printf("demo: the database has users already: nothing is loaded\n");
		rc = EXIT_SUCCESS;
	} else if (articles == NULL) {
		fprintf(stderr, "demo: cannot read the articles\n");
	} else if (!job_run(w, articles_there, &there, false) ||
		   (!there && !job_run(w, begin, &(struct beginning){ articles, dir }, true))) {
		fprintf(stderr, "demo: the articles and files could not be stored\n");
	} else if (!db_run_file(w->cfg.db_url, path, why, sizeof(why))) {
		fprintf(stderr, "demo: %s\n", why);
	} else {
		while (chores_look(w)) /* what was loaded can be searched at once */
			;
		printf("demo: loaded\n");
		rc = EXIT_SUCCESS;
	}
	free(articles);
	worker_close(w);
	free(w);
	return rc;
}
