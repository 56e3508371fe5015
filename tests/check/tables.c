/* The tables agree with the structs, the paths and the database: every statement is prepared against the migrated schema, every
   field is as large as its codec, every ":name" of a path is a field, no two rows answer one path, every error key has a text in
   both languages. */
#include "../../lib/api/chat/chat.h"
#include "../../lib/api/console/console.h"
#include "../../lib/api/desk/desk.h"
#include "../../lib/api/kefu/kefu.h"
#include "../../lib/api/rooms/rooms.h"
#include "../../lib/core/settings.h"
#include "../../lib/domain/sql_tables.h"
#include "../unit/ok.h"
#include "../unit/servers.h"
#include <stdlib.h>

static const struct contract *const contracts[] = { &chat_contract, &console_contract, &desk_contract, &kefu_contract,
						    &rooms_contract };

/* -- statements -- */

struct table {
	const char *noun;
	const struct stmt *statements;
	const size_t *n;
};
#define TABLE(noun) { #noun, noun##_sql, &noun##_sql_n },
static const struct table tables[] = { SQL_TABLES(TABLE) };

/* The statements of all tables one after the other; false behind the last. A walk begins with { 0 }. */
struct walk {
	size_t table, next, k;
	const char *noun;
	const struct stmt *statement;
};

static bool step(struct walk *w)
{
	while (w->table < COUNT(tables) && w->next == *tables[w->table].n)
		*w = (struct walk){ .table = w->table + 1 };
	if (w->table == COUNT(tables))
		return false;
	w->k = w->next++;
	w->noun = tables[w->table].noun;
	w->statement = &tables[w->table].statements[w->k];
	return true;
}

static void check_statements(const char *url)
{
	struct db *db = db_new(url);
	char why[DB_WHY];

	for (struct walk w = { 0 }; step(&w);) {
		why[0] = '\0';
		bool good = w.statement->sql != NULL && db_check(db, w.statement, why);
		ok(good, "%s_sql[%zu]: %s", w.noun, w.k, why);
	}
	db_free(db);
}

/* Who remembers a conversation writes it if its version is still the same (message.c): whatever changes one gives it another. */
static void check_versions(void)
{
	static const char update[] = "UPDATE conversations", set[] = " SET version = ";
	size_t found = 0;

	for (struct walk w = { 0 }; step(&w);) {
		const char *sql = w.statement->sql, *at = sql != NULL ? strstr(sql, update) : NULL;
		ok(sql == NULL || strstr(sql, "conversations c SET") == NULL, "%s_sql[%zu]: by one table", w.noun, w.k);
		if (at == NULL)
			continue;
		found++;
		ok(strncmp(at + strlen(update), set, strlen(set)) == 0, "%s_sql[%zu] leaves a conversation its version", w.noun,
		   w.k);
	}
	ok(found > 20, "%zu statements change conversations", found);
}

/* Reports of old days are counted anew from these when something late changes them, so nothing is purged here: but what rooms no
 * longer show, which stands in no report. */
static void check_kept(void)
{
	static const char *const counted[] = { "conversations", "messages",         "responses",
					       "ai_turns",      "online_intervals", "assignments" };
	static const char from[] = "DELETE FROM ";
	size_t rooms = 0;

	for (struct walk w = { 0 }; step(&w);) {
		const char *sql = w.statement->sql;
		if (sql == NULL || strncmp(sql, from, strlen(from)) != 0)
			continue;
		size_t n = strcspn(sql += strlen(from), " ");
		bool room = strcmp(w.noun, "room_purge") == 0 && strncmp(sql, "messages ", 9) == 0;
		rooms += room;
		for (size_t j = 0; j < COUNT(counted) && !room; j++)
			ok(strlen(counted[j]) != n || strncmp(sql, counted[j], n) != 0,
			   "%s_sql[%zu] purges %s, which reports are counted from", w.noun, w.k, counted[j]);
	}
	ok(rooms == 1, "rooms are purged");
}

/* -- fields -- */

/* The API document knows a form by its name. */
static void check_name(const struct spec *s)
{
	enum { MANY = 2000 };
	static const struct spec *seen[MANY];
	static size_t n;
	size_t i = 0, twice = 0;

	for (; i < n && seen[i] != s; i++)
		twice += strcmp(seen[i]->name, s->name) == 0;
	if (i < n)
		return;
	ok(twice == 0, "two forms are called %s", s->name);
	if (n < MANY)
		seen[n++] = s;
}

static void check_spec(const struct spec *s, int depth)
{
	if (s != NULL)
		check_name(s);
	for (size_t i = 0; s != NULL && depth < 8 && i < s->n; i++) {
		const struct field *f = &s->fields[i];
		ok(f->as->size == 0 || f->size == 0 || f->as->size == f->size, "%s.%s: codec %zu, member %zu", s->name, f->key,
		   f->as->size, f->size);
		ok(f->off + f->size <= s->size, "%s.%s lies outside its struct", s->name, f->key);
		for (size_t k = 0; k < i; k++)
			ok(strcmp(s->fields[k].key, f->key) != 0, "%s.%s stands twice", s->name, f->key);
		if (f->as == &as_enum)
			ok(f->arg != NULL, "%s.%s has no names", s->name, f->key);
		if (f->as == &as_list || f->as == &as_object || f->as == &as_ref)
			check_spec(f->arg, depth + 1);
	}
}

static bool has_path_field(const struct spec *in, const char *name, size_t n)
{
	for (size_t i = 0; in != NULL && i < in->n; i++)
		if ((in->fields[i].flags & FROM_PATH) && strlen(in->fields[i].key) == n && strncmp(in->fields[i].key, name, n) == 0)
			return true;
	return false;
}

static void check_route(const struct contract *k, const struct route *r)
{
	check_spec(r->in, 0);
	check_spec(r->out, 0);
	ok(r->status >= 200 && r->status < 300, "%s %s: status", r->method, r->path);
	ok(r->doc != NULL, "%s %s: no sentence for the API document", r->method, r->path);
	for (const char *p = strchr(r->path, ':'); p != NULL; p = strchr(p + 1, ':'))
		ok(has_path_field(r->in, p + 1, strcspn(p + 1, "/")), "%s %s: a name without a field", r->method, r->path);
	const struct route *o;
	for (size_t i = 0; (o = contract_route(k, i)) != r; i++)
		ok(strcmp(o->method, r->method) != 0 || strcmp(o->path, r->path) != 0, "%s %s stands twice", r->method, r->path);
}

static void check_contracts(void)
{
	const struct route *r;

	for (size_t i = 0; i < COUNT(contracts); i++)
		for (size_t j = 0; (r = contract_route(contracts[i], j)) != NULL; j++)
			check_route(contracts[i], r);
}

/* -- texts: both catalogues know every key that the sources fail() with -- */

static void check_texts(void)
{
	char why[256] = "", line[512];
	struct catalog *t = catalog_open("templates", why, sizeof(why));
	/* Keys are written as literals next to fail…(): the sources are read for them. */
	FILE *keys = popen("grep -rhoE 'fail(_field|_wait)?\\([^;]*\"[a-z]+\\.[a-z_]+\"' lib | grep -oE '\"[a-z]+\\.[a-z_]+\"' | "
			   "tr -d '\"' | sort -u",
			   "r");

	ok(t != NULL, "%s", why);
	ok(keys != NULL, "grep");
	while (t != NULL && keys != NULL && fgets(line, sizeof(line), keys) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "demo.", 5) == 0 || strcmp(line, "frame.continuation") == 0 ||
		    strcmp(line, "frame.positions") == 0 || strcmp(line, "db.nested") == 0)
			continue; /* programming errors, for the log alone */
		ok(strcmp(catalog_text(t, "zh", line), line) != 0, "%s has no Chinese text", line);
		ok(strcmp(catalog_text(t, "en", line), catalog_text(t, "zh", line)) != 0, "%s has no English text", line);
	}
	if (keys != NULL)
		pclose(keys);
	catalog_close(t);
}

int main(void)
{
	struct servers s;
	char why[512] = "";

	check_contracts();
	check_texts();
	check_kept();
	check_versions();
	if (servers_mariadb(&s)) {
		ok(db_migrate(s.db_url, "sql", why, sizeof(why)), "%s", why);
		ok(db_migrate(s.db_url, "sql", why, sizeof(why)), "a second run: %s", why);
		check_statements(s.db_url);
	} else {
		ok(false, "no database server");
	}
	servers_stop(&s);
	return ok_end();
}
