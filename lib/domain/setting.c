#include "setting.h"
#include "../core/buf.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "audit.h"
#include "event.h"
#include "sql_tables.h"
#include <string.h>

const char *const locale_names[] = { "zh", "en", NULL };

struct stored {
	const char *name, *value;
};
static const struct col stored_cols[] = { { COL_STR, offsetof(struct stored, name) }, { COL_STR, offsetof(struct stored, value) } };

enum { ALL, PUT, SQL__MAX };
const struct stmt setting_sql[SQL__MAX] = {
	[ALL] = { "SELECT name, value FROM site_settings", ROW(stored, stored_cols) },
	[PUT] = { "INSERT INTO site_settings (name, value, updated_at) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE value = "
		  "VALUES(value), "
		  "updated_at = VALUES(updated_at)" },
};
const size_t setting_sql_n = SQL__MAX;

static const struct setting {
	const char *name;
	uint64_t bit;
	enum { TEXT, NUMBER, SWITCH, LOCALE } as;
	size_t off;
} table[] = {
	{ "site_name", SETTING_NAME, TEXT, offsetof(struct site_settings, site_name) },
	{ "default_locale", SETTING_LOCALE, LOCALE, offsetof(struct site_settings, default_locale) },
	{ "auto_resolve_days", SETTING_AUTO_RESOLVE, NUMBER, offsetof(struct site_settings, auto_resolve_days) },
	{ "backup_days", SETTING_BACKUP_DAYS, NUMBER, offsetof(struct site_settings, backup_days) },
	{ "ai_enabled", SETTING_AI, SWITCH, offsetof(struct site_settings, ai_enabled) },
	{ "csat_enabled", SETTING_CSAT, SWITCH, offsetof(struct site_settings, csat_enabled) },
};
static const struct site_settings defaults = { .site_name = "Deskbell", .ai_enabled = true, .csat_enabled = true };

/* A stored text that makes no sense (any more) changes nothing. */
static void take(const struct setting *s, const char *value, struct site_settings *out)
{
	char *slot = (char *)out + s->off;
	int64_t n = 0;
	bool number = parse_int(value, strlen(value), &n);

	if (s->as == TEXT)
		*(const char **)slot = value;
	else if (s->as == NUMBER && number)
		*(int64_t *)slot = n;
	else if (s->as == SWITCH && number)
		*(bool *)slot = n != 0;
	else if (s->as == LOCALE)
		for (int i = 0; i < LOCALE__MAX; i++)
			if (strcmp(locale_names[i], value) == 0)
				*(int *)slot = i;
}

static const char *text_of(struct ctx *c, const struct setting *s, const struct site_settings *from)
{
	const char *slot = (const char *)from + s->off;

	switch (s->as) {
	case TEXT: return *(const char *const *)slot;
	case NUMBER: return arena_printf(c->mem, "%lld", (long long)*(const int64_t *)slot);
	case SWITCH: return *(const bool *)slot ? "1" : "0";
	case LOCALE: return locale_names[*(const int *)slot];
	}
	return "";
}

bool site_settings_read(struct ctx *c, struct site_settings *out)
{
	struct list rows = { 0 };

	*out = defaults;
	out->backup_days = c->cfg->backup_days;
	if (!db_list(c, &setting_sql[ALL], &rows, NOARGS))
		return false;
	const struct stored *r = rows.items;
	for (size_t i = 0; i < rows.n; i++)
		for (size_t k = 0; k < COUNT(table); k++)
			if (strcmp(table[k].name, r[i].name) == 0)
				take(&table[k], r[i].value, out);
	return true;
}

bool settings_get(struct ctx *c, const void *in, void *vout)
{
	struct settings_io *out = vout;

	(void)in;
	return site_settings_read(c, &out->settings);
}

/* One more member of the audit log's details. */
static void tell(struct buf *b, const struct setting *s, const char *value)
{
	buf_printf(b, "%c\"%s\":", b->len == 0 ? '{' : ',', s->name);
	if (s->as == TEXT || s->as == LOCALE)
		buf_json(b, value, strlen(value));
	else if (s->as == NUMBER)
		buf_str(b, value);
	else
		buf_str(b, *value == '1' ? "true" : "false");
}

bool settings_change(struct ctx *c, const void *vin, void *vout)
{
	const struct site_settings *in = &((const struct settings_io *)vin)->settings;
	struct site_settings before, *out = &((struct settings_io *)vout)->settings;
	struct buf told = { 0 };

	if (!site_settings_read(c, &before))
		return false;
	*out = before;
	for (size_t i = 0; i < COUNT(table); i++) {
		const char *value = text_of(c, &table[i], in->has & table[i].bit ? in : &before);
		if (strcmp(value, text_of(c, &table[i], &before)) == 0)
			continue;
		take(&table[i], value, out);
		tell(&told, &table[i], value);
		if (!db_exec(c, &setting_sql[PUT], NULL, ARGS(STR(table[i].name), STR(value), INT(c->now)))) {
			buf_free(&told);
			return false;
		}
	}
	const char *details = told.len > 0 ? arena_printf(c->mem, "%s}", buf_text(&told)) : NULL;
	buf_free(&told);
	if (details == NULL)
		return true;
	event_wake(c, "chores", 0);
	return audit(c, "settings:update", 0, details);
}
