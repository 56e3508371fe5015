#include "ai_setup.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "inbox_ai_row.h"
#include "sql_tables.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const ai_provider_names[] = { "builtin", "openai", "off", NULL };

enum { BY_INBOX, BY_CONVERSATION, ORIGIN, SPEND, SQL__MAX };
const struct stmt ai_setup_sql[] = {
	[BY_INBOX] = { "SELECT " INBOX_AI_COLS " FROM inbox_ai a WHERE a.inbox_id = ?", INBOX_AI_ROW },
	[BY_CONVERSATION] = { "SELECT " INBOX_AI_COLS
			      " FROM conversations c JOIN inbox_ai a ON a.inbox_id = c.inbox_id WHERE c.id = ?",
			      INBOX_AI_ROW },
	[ORIGIN] = { "SELECT COALESCE(inbox_id, 0) FROM conversations WHERE id = ?", ROW(number, number_cols) },
	[SPEND] = { "INSERT INTO ai_days (inbox_id, day, answers, estimated, tokens_in, tokens_out, cost) VALUES (?, ?, 1, ?, ?, "
		    "?, ?) ON DUPLICATE KEY UPDATE answers = answers + 1, estimated = estimated + VALUES(estimated), tokens_in = "
		    "tokens_in + VALUES(tokens_in), tokens_out = tokens_out + VALUES(tokens_out), cost = cost + VALUES(cost)" },
};
const size_t ai_setup_sql_n = SQL__MAX;

static int site_provider(const struct ctx *c)
{
	return strcmp(c->cfg->ai_provider, "openai") == 0 ? AI_OPENAI
	       : strcmp(c->cfg->ai_provider, "off") == 0  ? AI_OFF
							  : AI_BUILTIN;
}

static struct ai_setup of_site(const struct ctx *c)
{
	return (struct ai_setup){ .provider = site_provider(c),
				  .url = c->cfg->ai_url,
				  .key = c->cfg->ai_key,
				  .model = c->cfg->ai_model,
				  .temperature = c->cfg->ai_temperature,
				  .prompt = "",
				  .price_in = strtod(c->cfg->ai_price_in, NULL),
				  .price_out = strtod(c->cfg->ai_price_out, NULL),
				  .max_tokens = c->cfg->ai_max_tokens,
				  .wait_ms = c->cfg->ai_wait_ms,
				  .timeout_ms = c->cfg->ai_timeout_ms };
}

/* An address of the inbox's own is never given the site's key, nor its model. */
static void put_provider(struct ctx *c, const struct inbox_ai *x, struct ai_setup *s)
{
	static const int providers[] = { [INBOX_AI_BUILTIN] = AI_BUILTIN, [INBOX_AI_OPENAI] = AI_OPENAI, [INBOX_AI_OFF] = AI_OFF };

	if (x->provider == INBOX_AI_SITE)
		return;
	s->provider = providers[x->provider];
	s->own = true;
	s->url = x->url;
	s->model = x->model;
	s->key = inbox_ai_key(c, x);
	s->key = s->key != NULL ? s->key : "";
	s->temperature = "";
}

static bool over_site(struct ctx *c, struct inbox_ai *x, struct ai_setup *s)
{
	inbox_ai_unpack(c, x);
	put_provider(c, x, s);
	s->inbox_id = x->inbox_id;
	s->prompt = x->prompt;
	s->languages = x->languages;
	if (s->own || x->price_in > 0 || x->price_out > 0) { /* else as who installed the site says */
		s->price_in = x->price_in;
		s->price_out = x->price_out;
	}
	if (!isnan(x->temperature))
		s->temperature = arena_printf(c->mem, "%.3g", x->temperature);
	if (x->max_tokens > 0)
		s->max_tokens = x->max_tokens;
	if (x->timeout_s > 0)
		s->timeout_ms = x->timeout_s * 1000;
	if (s->wait_ms > s->timeout_ms)
		s->wait_ms = s->timeout_ms;
	if (x->day_cost == 0)
		return true;
	if (!inbox_ai_today(c, x))
		return false;
	s->spent = x->spent && s->provider == AI_OPENAI;
	return true;
}

static bool read(struct ctx *c, const struct stmt *how, int64_t id, struct ai_setup *s, struct inbox_ai *x, bool *found)
{
	*s = of_site(c);
	return db_find(c, how, x, found, ARGS(INT(id))) && (!*found || over_site(c, x, s));
}

bool ai_setup_read(struct ctx *c, int64_t inbox_id, struct ai_setup *s)
{
	struct inbox_ai x = { 0 };
	bool found;

	if (!read(c, &ai_setup_sql[BY_INBOX], inbox_id, s, &x, &found))
		return false;
	s->inbox_id = inbox_id;
	return true;
}

bool ai_setup_of(struct ctx *c, int64_t conversation_id, struct ai_setup *s)
{
	struct inbox_ai x = { 0 };
	struct number inbox = { 0 };
	bool found, known;

	if (!read(c, &ai_setup_sql[BY_CONVERSATION], conversation_id, s, &x, &found))
		return false;
	if (found || s->provider != AI_OPENAI)
		return true;
	if (!db_find(c, &ai_setup_sql[ORIGIN], &inbox, &known, ARGS(INT(conversation_id))))
		return false;
	s->inbox_id = inbox.n; /* what it takes is counted there */
	return true;
}

bool ai_setup_begins(struct ctx *c, int64_t inbox_id, bool open, bool *ai)
{
	struct inbox_ai x = { 0 };
	struct ai_setup s;
	bool found;

	if (inbox_id == 0) {
		*ai = site_provider(c) != AI_OFF;
		return true;
	}
	if (!read(c, &ai_setup_sql[BY_INBOX], inbox_id, &s, &x, &found))
		return false;
	*ai = s.provider != AI_OFF && !(found && x.hours == INBOX_AI_OUTSIDE && open);
	return true;
}

/* An inbox's own "off" is the worker's to act on: it hands over. */
bool ai_setup_listens(struct ctx *c, int64_t conversation_id, bool *ai)
{
	struct ai_setup s;

	*ai = site_provider(c) != AI_OFF;
	if (*ai)
		return true;
	if (!ai_setup_of(c, conversation_id, &s))
		return false;
	*ai = s.provider != AI_OFF;
	return true;
}

const char *ai_setup_lang(const struct ai_setup *s, const char *lang)
{
	const char *const *l = s->languages.items;

	for (size_t i = 0; i < s->languages.n; i++)
		if (strcmp(l[i], lang) == 0)
			return lang;
	return s->languages.n > 0 ? l[0] : lang;
}

/* -- what it costs -- */

double ai_setup_cost(const struct ai_setup *s, const struct ai_usage *u)
{
	return ((double)u->tokens_in * s->price_in + (double)u->tokens_out * s->price_out) / 1e6;
}

bool ai_setup_spend(struct ctx *c, const struct ai_setup *s, const struct ai_usage *u)
{
	return db_exec(c, &ai_setup_sql[SPEND], NULL,
		       ARGS(INT(s->inbox_id), INT(inbox_ai_day(c)), INT(u->estimated), INT(u->tokens_in), INT(u->tokens_out),
			    REAL(ai_setup_cost(s, u))));
}

int64_t ai_tokens_about(const char *s, size_t n)
{
	size_t wide = 0, rest = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char ch = (unsigned char)s[i];
		wide += ch >= 0xe3;
		rest += ch < 0x80 || (ch >= 0xc0 && ch < 0xe3);
	}
	return (int64_t)(wide + (rest + 3) / 4);
}
