#include "inbox_text.h"
#include "../core/buf.h"
#include "../core/origin.h"
#include "../core/text.h"
#include <string.h>
#include <strings.h>

enum { NAME_MAX_BYTES = 40, LABEL_MAX = 100, DAY_MIN = 24 * 60, WEEK = 7, THURSDAY = 4 };

/* -- pure -- */

bool text_plain(const char *s, bool lines)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < 0x20 && !(lines && *s == '\n')) || *s == 0x7f)
			return false;
	return true;
}

/* "09:30" as minutes; 24:00 is the end of a day. */
static bool clock_minutes(const char *s, int64_t *out)
{
	int64_t h, m;

	if (s == NULL || strlen(s) != 5 || s[2] != ':' || s[0] == '-' || s[3] == '-' || !parse_int(s, 2, &h) ||
	    !parse_int(s + 3, 2, &m) || m > 59)
		return false;
	*out = h * 60 + m;
	return *out <= DAY_MIN;
}

static bool offset_minutes(const char *s, int64_t *out)
{
	if (s == NULL || (*s != '+' && *s != '-') || !clock_minutes(s + 1, out) || *out > 14 * 60)
		return false;
	*out = *s == '-' ? -*out : *out;
	return true;
}

bool business_hours_open(const struct business_hours *h, int64_t now)
{
	const struct opening *o = h->days.items;
	int64_t offset = 0, from, to;

	if (h->days.n == 0)
		return true;
	offset_minutes(h->timezone, &offset);
	int64_t minutes = now / 60000 + offset, day = (minutes / DAY_MIN + THURSDAY) % WEEK, minute = minutes % DAY_MIN;
	for (size_t i = 0; i < h->days.n; i++)
		if (o[i].day == day && clock_minutes(o[i].from, &from) && clock_minutes(o[i].to, &to) && from <= minute &&
		    minute < to)
			return true;
	return false;
}

/* -- into lines -- */

static const char *finished(struct ctx *c, struct buf *b)
{
	const char *text = arena_strndup(c->mem, b->data != NULL ? b->data : "", b->len);

	buf_free(b);
	return text;
}

bool inbox_pack_origins(struct ctx *c, const struct list *l, const char **out)
{
	const char *const *items = l->items;
	struct buf b = { 0 };

	if (l->n > INBOX_ORIGINS_MAX)
		return fail_field(c, "allowed_origins", "input.too_long");
	for (size_t i = 0; i < l->n; i++)
		if (!origin_pattern_ok(items[i]))
			return fail_field(c, "allowed_origins", "inbox.bad_origin");
	for (size_t i = 0; i < l->n; i++)
		buf_printf(&b, "%s\n", items[i]);
	*out = finished(c, &b);
	return true;
}

bool inbox_pack_hours(struct ctx *c, const struct business_hours *h, const char **out)
{
	const struct opening *o = h->days.items;
	const char *zone = h->timezone != NULL ? h->timezone : "+00:00";
	struct buf b = { 0 };
	int64_t from, to, offset;

	if (!offset_minutes(zone, &offset))
		return fail_field(c, "timezone", "inbox.bad_offset");
	if (h->days.n > INBOX_OPENINGS_MAX)
		return fail_field(c, "days", "input.too_long");
	for (size_t i = 0; i < h->days.n; i++) {
		if (!clock_minutes(o[i].from, &from))
			return fail_field(c, "from", "inbox.bad_clock");
		if (!clock_minutes(o[i].to, &to))
			return fail_field(c, "to", "inbox.bad_clock");
		if (from >= to)
			return fail_field(c, "to", "inbox.ends_before");
	}
	buf_printf(&b, "%s\n", zone);
	for (size_t i = 0; i < h->days.n; i++)
		buf_printf(&b, "%lld %s %s\n", (long long)o[i].day, o[i].from, o[i].to);
	*out = finished(c, &b);
	return true;
}

static bool field_name_ok(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= NAME_MAX_BYTES && s[0] >= 'a' && s[0] <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

static bool field_ok(struct ctx *c, const struct pre_chat_field *f, size_t i)
{
	if (!field_name_ok(f[i].name))
		return fail_field(c, "pre_chat_fields", "inbox.bad_field_name");
	if (!text_plain(f[i].label, false))
		return fail_field(c, "pre_chat_fields", "input.bad_text");
	for (size_t k = 0; k < i; k++)
		if (strcmp(f[k].name, f[i].name) == 0)
			return fail_field(c, "pre_chat_fields", "inbox.field_twice");
	return true;
}

bool inbox_pack_fields(struct ctx *c, const struct list *l, const char **out)
{
	const struct pre_chat_field *f = l->items;
	struct buf b = { 0 };

	if (l->n > INBOX_FIELDS_MAX)
		return fail_field(c, "pre_chat_fields", "input.too_long");
	for (size_t i = 0; i < l->n; i++)
		if (!field_ok(c, f, i))
			return false;
	for (size_t i = 0; i < l->n; i++)
		buf_printf(&b, "%s\t%d\t%s\n", f[i].name, f[i].required, f[i].label);
	*out = finished(c, &b);
	return true;
}

/* -- and back -- */

struct list inbox_lines(struct arena *mem, const char *text)
{
	size_t most = 0;

	for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
		most++;
	const char **lines = arena_alloc(mem, (most + 1) * sizeof(*lines));
	struct list out = { lines, 0 };
	for (const char *eol; (eol = strchr(text, '\n')) != NULL; text = eol + 1)
		lines[out.n++] = arena_strndup(mem, text, (size_t)(eol - text));
	return out;
}

static struct business_hours unpack_hours(struct arena *mem, const char *text)
{
	struct list l = inbox_lines(mem, text);
	const char *const *line = l.items;
	struct opening *days = arena_alloc(mem, (l.n + 1) * sizeof(*days));
	size_t n = 0;

	for (size_t i = 1; i < l.n; i++)
		if (strlen(line[i]) == 13)
			days[n++] = (struct opening){ line[i][0] - '0', arena_strndup(mem, line[i] + 2, 5),
						      arena_strndup(mem, line[i] + 8, 5) };
	return (struct business_hours){ l.n > 0 ? line[0] : "+00:00", { days, n } };
}

static struct list unpack_fields(struct arena *mem, const char *text)
{
	struct list l = inbox_lines(mem, text);
	const char *const *line = l.items;
	struct pre_chat_field *fields = arena_alloc(mem, (l.n + 1) * sizeof(*fields));
	size_t n = 0;

	for (size_t i = 0; i < l.n; i++) {
		size_t name = strcspn(line[i], "\t");
		if (strlen(line[i]) >= name + 3)
			fields[n++] = (struct pre_chat_field){ arena_strndup(mem, line[i], name), line[i] + name + 3,
							       line[i][name + 1] == '1' };
	}
	return (struct list){ fields, n };
}

void inbox_unpack(struct ctx *c, struct inbox *x)
{
	x->allowed_origins = inbox_lines(c->mem, x->origins_text);
	x->business_hours = unpack_hours(c->mem, x->hours_text);
	x->pre_chat_fields = unpack_fields(c->mem, x->fields_text);
	x->open = business_hours_open(&x->business_hours, c->now);
}
