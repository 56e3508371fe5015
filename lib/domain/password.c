#include "password.h"
#include "../auth/auth.h"
#include "../core/settings.h"
#include "audit.h"
#include "mail.h"
#include "setting.h"
#include "sign_in.h"
#include "sql_tables.h"

struct account {
	int64_t id;
	const char *address, *name;
};
static const struct col account_cols[] = {
	{ COL_INT, offsetof(struct account, id) },
	{ COL_STR, offsetof(struct account, address) },
	{ COL_STR, offsetof(struct account, name) },
};

enum { WHO, ASKED, LINK, OF_TOKEN, USED, EXPIRED, SQL__MAX };
const struct stmt password_sql[] = {
	[WHO] = { "SELECT id, login, full_name FROM users WHERE login = ? AND password_hash IS NOT NULL AND deleted_at IS NULL FOR "
		  "UPDATE",
		  ROW(account, account_cols) },
	[ASKED] = { "SELECT asked_at FROM password_links WHERE user_id = ? FOR UPDATE", ROW(number, number_cols) },
	[LINK] = { "INSERT INTO password_links (user_id, token_hash, asked_at, expires_at) VALUES (?, ?, ?, ?) ON DUPLICATE KEY "
		   "UPDATE token_hash = VALUES(token_hash), asked_at = VALUES(asked_at), expires_at = VALUES(expires_at)" },
	[OF_TOKEN] = { "SELECT l.user_id FROM password_links l JOIN users u ON u.id = l.user_id AND u.deleted_at IS NULL WHERE "
		       "l.token_hash = ? AND l.expires_at > ? FOR UPDATE",
		       ROW(number, number_cols) },
	[USED] = { "DELETE FROM password_links WHERE user_id = ?" },
	[EXPIRED] = { "DELETE FROM password_links WHERE expires_at <= ? LIMIT 1000" },
};
const size_t password_sql_n = SQL__MAX;

bool password_links(const struct ctx *c)
{
	return *c->cfg->smtp_url != '\0' && *c->cfg->public_url != '\0';
}

static bool write_link(struct ctx *c, const struct account *who)
{
	struct site_settings site;
	const char *token = token_make(c->mem, "");
	char hash[65];

	token_hash(hash, token);
	if (!site_settings_read(c, &site) ||
	    !db_exec(c, &password_sql[LINK], NULL, ARGS(INT(who->id), STR(hash), INT(c->now), INT(c->now + PASSWORD_LINK_MS))))
		return false;
	const char *words[] = { site.site_name, arena_printf(c->mem, "%s/admin/#/password/%s", c->cfg->public_url, token) };
	const char *hello = catalog_fill(c->mem, catalog_text(c->texts, c->lang, "mail.hello"), &who->name, 1);
	const char *text = catalog_fill(c->mem, catalog_text(c->texts, c->lang, "mail.password.text"), words, COUNT(words));
	const char *why = catalog_text(c->texts, c->lang, "mail.password.why");
	return mail_add(c, &(struct mail){ .good_until = c->now + PASSWORD_LINK_MS,
					   .sealed = true,
					   .address = who->address,
					   .name = who->name,
					   .subject = catalog_fill(c->mem, catalog_text(c->texts, c->lang, "mail.password.subject"),
								   words, 1),
					   .body = arena_printf(c->mem, "%s\n\n%s\n%s\n\n%s\n", hello, text, words[1], why) });
}

bool password_forgotten(struct ctx *c, const void *vin, void *out)
{
	const struct password_forgotten_in *in = vin;
	struct account who;
	struct number asked = { 0 };
	bool known, before;

	(void)out;
	if (!password_links(c))
		return fail(c, E_NOT_FOUND, "password.no_mail");
	if (!db_find(c, &password_sql[WHO], &who, &known, ARGS(STR(in->email))))
		return false;
	if (!known)
		return true;
	return db_find(c, &password_sql[ASKED], &asked, &before, ARGS(INT(who.id))) &&
	       (asked.n > c->now - PASSWORD_AGAIN_MS || write_link(c, &who));
}

bool password_choose(struct ctx *c, const void *vin, void *out)
{
	const struct password_choose_in *in = vin;
	struct number of;
	struct user who;
	char hash[65];
	bool good;

	(void)out;
	token_hash(hash, in->token);
	if (!db_find(c, &password_sql[OF_TOKEN], &of, &good, ARGS(STR(hash), INT(c->now))))
		return false;
	if (!good)
		return fail_field(c, "token", "password.bad_link");
	if (!user_set_password(c, of.n, in->password) || !db_exec(c, &password_sql[USED], NULL, ARGS(INT(of.n))) ||
	    !user_get(c, of.n, &who))
		return false;
	sign_in_forgive(c, who.id);
	actor_from_user(c, &who, NULL); /* the log names who did it */
	return audit(c, "user:password", of.n, NULL);
}

bool password_forget_expired(struct ctx *c)
{
	return db_exec(c, &password_sql[EXPIRED], NULL, ARGS(INT(c->now)));
}
