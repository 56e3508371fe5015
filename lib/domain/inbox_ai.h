/* inbox_ai.h: how the AI answers those who come by an inbox. What is not said there is as the site's environment has it. */
#ifndef INBOX_AI_H
#define INBOX_AI_H
#include "../core/core.h"

enum inbox_ai_provider { INBOX_AI_SITE, INBOX_AI_BUILTIN, INBOX_AI_OPENAI, INBOX_AI_OFF };
extern const char *const inbox_ai_provider_names[]; /* "site", "builtin", "openai", "off" */
enum inbox_ai_hours { INBOX_AI_ALWAYS, INBOX_AI_OUTSIDE };
extern const char *const inbox_ai_hours_names[]; /* "always", "outside_business_hours" */

enum { INBOX_AI_URL_MAX = 500, INBOX_AI_PROMPT_MAX = 4000 };
struct inbox_ai {
	int64_t inbox_id;
	int provider;
	const char *url, *model; /* "https://host/v1"; of INBOX_AI_OPENAI */
	const char *sealed_key;  /* belongs to this address: sealed under it (lib/auth/auth.h) */
	int64_t key_set_at;
	const char *prompt;         /* who the AI is and how it speaks; "" = as templates/ has it. The rules follow either */
	double temperature;         /* NAN = the provider's */
	int64_t max_tokens;         /* of an answer; 0 = as the site */
	int64_t timeout_s;          /* of an answer; 0 = as the site */
	double price_in, price_out; /* of a million tokens */
	double day_cost;            /* the most a day may cost; 0 = no limit */
	const char *languages_text; /* one a line */
	int hours;
	int64_t updated_at;
	/* filled after reading */
	struct list languages; /* const char *; none = the visitor's */
	bool key_set;
	bool key_lost;              /* there is one, but the secret that sealed it is gone: it must be typed again */
	const char *default_prompt; /* as templates/ has it, in the reader's language */
	const char *site_provider;  /* what "site" stands for now */
	struct inbox_ai_today {     /* what answers over the network took */
		int64_t answers, estimated, tokens_in, tokens_out;
		double cost;
	} today;
	bool spent; /* today has cost what a day may */
};

enum {
	INBOX_AI_HAS_PROVIDER = 1,
	INBOX_AI_HAS_URL = 2,
	INBOX_AI_HAS_MODEL = 4,
	INBOX_AI_HAS_KEY = 8,
	INBOX_AI_HAS_PROMPT = 16,
	INBOX_AI_HAS_TEMPERATURE = 32,
	INBOX_AI_HAS_TOKENS = 64,
	INBOX_AI_HAS_TIMEOUT = 128,
	INBOX_AI_HAS_PRICE_IN = 256,
	INBOX_AI_HAS_PRICE_OUT = 512,
	INBOX_AI_HAS_DAY_COST = 1024,
	INBOX_AI_HAS_LANGUAGES = 2048,
	INBOX_AI_HAS_HOURS = 4096
};
struct inbox_ai_write_in {
	int64_t id; /* of the inbox */
	uint64_t has;
	int provider, hours;
	const char *url, *model, *api_key, *prompt; /* api_key "" = none any more */
	double temperature, price_in, price_out, day_cost;
	int64_t max_tokens, timeout_s;
	struct list languages;
};
bool inbox_ai_get(struct ctx *, const void *in, void *out);    /* in: struct inbox_id_in; out: struct inbox_ai */
bool inbox_ai_update(struct ctx *, const void *in, void *out); /* provider, address and key are an admin's alone */

/* What is wrong with an address of a provider, as an error's key; NULL = nothing. http is for machines that nobody else hears.
 * Pure. */
const char *inbox_ai_url_fault(const char *url, bool private_ok);
#endif
