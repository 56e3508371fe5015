/* What the web server answers while no worker does: files in each contract's own shape, made before it starts. */
#include "../auth/auth.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "program.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
	int status;
	enum err_code code;
	const char *key;
} pages[] = {
	{ 400, E_BAD_INPUT, "http.bad_request" },       { 413, E_TOO_LARGE, "http.body_too_large" },
	{ 431, E_TOO_LARGE, "http.headers_too_large" }, { 500, E_UNAVAILABLE, "http.not_taken" },
	{ 502, E_UNAVAILABLE, "http.no_worker" },       { 503, E_UNAVAILABLE, "http.no_worker" },
	{ 504, E_UNAVAILABLE, "http.no_worker" },
};

static bool write_page(struct ctx *c, const struct contract *k, size_t page, const char *dir)
{
	char *name = arena_printf(c->mem, "%s/%s-%d.html", dir, k->name, pages[page].status);
	struct buf b = { 0 };
	FILE *f = fopen(name, "we");

	c->err = (struct err){ 0 };
	fail(c, pages[page].code, pages[page].key);
	k->error(c, &b, pages[page].status);
	bool good = f != NULL && fwrite(b.data, 1, b.len, f) == b.len;
	if (f != NULL && fclose(f) != 0)
		good = false;
	if (!good)
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
	buf_free(&b);
	return good;
}

bool write_error_pages(struct program *p, const char *dir)
{
	struct ctx c = { .mem = &p->mem, .cfg = &p->cfg, .texts = p->texts, .lang = "zh", .request_id = "", .now = now_ms() };
	bool good = mkdir(dir, 0755) == 0 || errno == EEXIST;

	if (!good)
		fprintf(stderr, "%s: %s\n", dir, strerror(errno));
	for (size_t i = 0; good && i < p->app.n; i++)
		for (size_t j = 0; good && j < COUNT(pages); j++)
			good = write_page(&c, p->app.contracts[i], j, dir);
	return good;
}
