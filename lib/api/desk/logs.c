/* Desk: what the programs have logged: the last megabytes of their files, line by line. */
#include "logs.h"
#include "../../core/log_tail.h"
#include "../../core/settings.h"
#include "../../core/text.h"
#include <stdlib.h>
#include <string.h>

enum { TAIL_BYTES = 1 << 20, MATCHES_MAX = 20000 };
const char *const log_level_names[] = { "debug", "info", "warn", "error", NULL };

static const char *member(struct ctx *c, const struct json *line, const char *key)
{
	const char *text = json_member_str(line, key);

	return text != NULL ? arena_strdup(c->mem, text) : NULL;
}

/* Lines that are no log entries (a library's own words) are passed over. */
static bool read_entry(struct ctx *c, const char *p, size_t n, struct log_entry *e)
{
	struct err before = c->err;
	const struct json *line = n > 2 && *p == '{' ? json_parse(c, p, n) : NULL;

	c->err = before;
	if (line == NULL || json_member_str(line, "time") == NULL || json_member_str(line, "level") == NULL)
		return false;
	const char *level = json_member_str(line, "level");
	e->level = -1;
	for (int i = 0; log_level_names[i] != NULL; i++)
		if (strcmp(log_level_names[i], level) == 0)
			e->level = i;
	e->time = member(c, line, "time");
	e->component = member(c, line, "component");
	e->key = member(c, line, "key");
	e->message = member(c, line, "message");
	e->request_id = member(c, line, "request_id");
	return e->level >= 0 && iso_parse(e->time, &e->at);
}

static bool holds(const char *text, const char *part)
{
	return text != NULL && strcasestr(text, part) != NULL;
}

static bool wanted(const struct log_entry *e, const struct logs_in *in)
{
	if ((in->level != 0 && e->level != in->level - 1) || e->at < in->since || (in->until != 0 && e->at >= in->until))
		return false;
	if (in->request_id != NULL && *in->request_id != '\0' &&
	    (e->request_id == NULL || strcmp(e->request_id, in->request_id) != 0))
		return false;
	return in->search == NULL || *in->search == '\0' || holds(e->message, in->search) || holds(e->key, in->search) ||
	       holds(e->component, in->search) || holds(e->request_id, in->search);
}

/* Most lines are not wanted: what the raw line cannot have is not parsed. */
static bool worth_reading(struct arena *mem, const char *p, size_t n, const struct logs_in *in)
{
	if (in->request_id != NULL && memmem(p, n, in->request_id, strlen(in->request_id)) == NULL)
		return false;
	if (in->level == 0)
		return true;
	const char *sign = arena_printf(mem, "\"level\":\"%s\"", log_level_names[in->level - 1]);
	return memmem(p, n, sign, strlen(sign)) != NULL;
}

static void read_file(struct ctx *c, const char *path, const struct logs_in *in, struct log_entry *all, size_t *n)
{
	for (const char *p = log_tail(c->mem, path, TAIL_BYTES); *p != '\0' && *n < MATCHES_MAX;) {
		size_t len = strcspn(p, "\n");
		if (worth_reading(c->mem, p, len, in) && read_entry(c, p, len, &all[*n]) && wanted(&all[*n], in))
			++*n;
		p += len + (p[len] == '\n');
	}
}

static int newest_first(const void *a, const void *b)
{
	const struct log_entry *x = a, *y = b;

	return (x->at < y->at) - (x->at > y->at);
}

bool logs_get(struct ctx *c, const void *vin, void *vout)
{
	const struct logs_in *in = vin;
	struct logs_out *out = vout;
	struct log_entry *all = arena_alloc(c->mem, (MATCHES_MAX + 1) * sizeof(*all));
	const struct list files = log_files(c->mem, arena_printf(c->mem, "%s/log", c->cfg->var));
	size_t n = 0;

	for (size_t i = 0; i < files.n; i++)
		read_file(c, ((const char *const *)files.items)[i], in, all, &n);
	if (*c->cfg->log != '\0')
		read_file(c, c->cfg->log, in, all, &n);
	qsort(all, n, sizeof(*all), newest_first);
	out->total = (int64_t)n;
	size_t size = (size_t)in->limit, first = ((size_t)in->page - 1) * size;
	first = first < n ? first : n;
	out->entries = (struct list){ all + first, n - first < size ? n - first : size };
	return true;
}
