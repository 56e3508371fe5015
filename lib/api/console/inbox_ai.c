/* Console: how the AI answers those who come by an inbox, and trying its provider out. */
#include "../../domain/inbox_ai.h"
#include "../../domain/ai_try.h"
#include "../../domain/inbox.h"
#include "../../domain/user.h"
#include "console.h"

// clang-format off
static const struct field today_f[] = {
	FIELD(inbox_ai_today, answers, "answers", as_int),
	FIELD(inbox_ai_today, estimated, "estimated", as_int, .doc = "So many of them did not say their tokens: these were counted here"),
	FIELD(inbox_ai_today, tokens_in, "tokens_in", as_int),
	FIELD(inbox_ai_today, tokens_out, "tokens_out", as_int),
	FIELD(inbox_ai_today, cost, "cost", as_real),
};
static const struct spec today = SPEC("ConsoleInboxAiToday", inbox_ai_today, today_f);
static const struct field ai_f[] = {
	FIELD(inbox_ai, inbox_id, "inbox_id", as_int),
	FIELD(inbox_ai, provider, "provider", as_enum, .arg = inbox_ai_provider_names),
	FIELD(inbox_ai, site_provider, "site_provider", as_str, .doc = "What \"site\" stands for now"),
	FIELD(inbox_ai, url, "url", as_str),
	FIELD(inbox_ai, model, "model", as_str),
	FIELD(inbox_ai, key_set, "api_key_set", as_bool, .doc = "The key itself is never shown"),
	FIELD(inbox_ai, key_set_at, "api_key_set_at", as_time, .flags = NULLABLE),
	FIELD(inbox_ai, key_lost, "api_key_lost", as_bool, .doc = "It cannot be read any more: type it again"),
	FIELD(inbox_ai, prompt, "prompt", as_text),
	FIELD(inbox_ai, default_prompt, "default_prompt", as_text, .doc = "What stands for an empty prompt"),
	FIELD(inbox_ai, temperature, "temperature", as_real, .doc = "null: the provider's own"),
	FIELD(inbox_ai, max_tokens, "max_tokens", as_int, .doc = "Of an answer; 0: as the site"),
	FIELD(inbox_ai, timeout_s, "timeout_seconds", as_int, .doc = "Of an answer; 0: as the site"),
	FIELD(inbox_ai, price_in, "price_in", as_real, .doc = "Of a million tokens"),
	FIELD(inbox_ai, price_out, "price_out", as_real, .doc = "Of a million tokens"),
	FIELD(inbox_ai, day_cost, "day_cost", as_real, .doc = "The most that a day may cost; 0: no limit"),
	FIELD(inbox_ai, languages, "languages", as_strs, .doc = "zh, en; none: the visitor's"),
	FIELD(inbox_ai, hours, "hours", as_enum, .arg = inbox_ai_hours_names),
	FIELD(inbox_ai, today, "today", as_object, .arg = &today, .doc = "What answers over the network took, in the site's time zone"),
	FIELD(inbox_ai, spent, "spent", as_bool, .doc = "Today has cost what a day may: people take over until tomorrow"),
	FIELD(inbox_ai, updated_at, "updated_at", as_time, .flags = NULLABLE),
};
static const struct spec ai = SPEC("ConsoleInboxAi", inbox_ai, ai_f);
static const struct field one_f[] = { { .key = "ai", .as = &as_object, .arg = &ai } };
static const struct spec one = SPEC("ConsoleInboxAiAnswer", inbox_ai, one_f);

static const struct field id_f[] = { FIELD(inbox_id_in, id, "inbox_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX) };
static const struct spec id_in = SPEC("ConsoleInboxAiId", inbox_id_in, id_f);
static const struct field write_f[] = {
	FIELD(inbox_ai_write_in, id, "inbox_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX),
	FIELD(inbox_ai_write_in, provider, "provider", as_enum, .arg = inbox_ai_provider_names, .bit = INBOX_AI_HAS_PROVIDER),
	FIELD(inbox_ai_write_in, url, "url", as_str, .flags = TRIM, .max = INBOX_AI_URL_MAX, .bit = INBOX_AI_HAS_URL, .doc = "https://host/v1; another address forgets the key"),
	FIELD(inbox_ai_write_in, model, "model", as_str, .flags = TRIM, .max = 200, .bit = INBOX_AI_HAS_MODEL),
	FIELD(inbox_ai_write_in, api_key, "api_key", as_str, .flags = TRIM, .max = 500, .bit = INBOX_AI_HAS_KEY, .doc = "Kept encrypted; \"\": none any more"),
	FIELD(inbox_ai_write_in, prompt, "prompt", as_text, .flags = TRIM, .max = INBOX_AI_PROMPT_MAX, .bit = INBOX_AI_HAS_PROMPT, .doc = "Who the AI is and how it speaks; {0}: the site's name. The rules of templates/ follow"),
	FIELD(inbox_ai_write_in, temperature, "temperature", as_real, .bit = INBOX_AI_HAS_TEMPERATURE, .doc = "0 to 2; -1: the provider's own"),
	FIELD(inbox_ai_write_in, max_tokens, "max_tokens", as_int, .min = 0, .max = 100000, .bit = INBOX_AI_HAS_TOKENS),
	FIELD(inbox_ai_write_in, timeout_s, "timeout_seconds", as_int, .min = 0, .max = 600, .bit = INBOX_AI_HAS_TIMEOUT),
	FIELD(inbox_ai_write_in, price_in, "price_in", as_real, .bit = INBOX_AI_HAS_PRICE_IN),
	FIELD(inbox_ai_write_in, price_out, "price_out", as_real, .bit = INBOX_AI_HAS_PRICE_OUT),
	FIELD(inbox_ai_write_in, day_cost, "day_cost", as_real, .bit = INBOX_AI_HAS_DAY_COST),
	FIELD(inbox_ai_write_in, languages, "languages", as_strs, .max = 2, .bit = INBOX_AI_HAS_LANGUAGES),
	FIELD(inbox_ai_write_in, hours, "hours", as_enum, .arg = inbox_ai_hours_names, .bit = INBOX_AI_HAS_HOURS),
};
static const struct spec write_in = SPEC_HAS("ConsoleInboxAiUpdate", inbox_ai_write_in, write_f);

static const struct field try_f[] = {
	FIELD(ai_try, id, "id", as_int),
	FIELD(ai_try, inbox_id, "inbox_id", as_int),
	FIELD(ai_try, state, "state", as_enum, .arg = ai_try_state_names),
	FIELD(ai_try, error, "error", as_str, .doc = "In the provider's words"),
	FIELD(ai_try, answer, "answer", as_text),
	FIELD(ai_try, word_ms, "first_word_ms", as_int),
	FIELD(ai_try, ms, "ms", as_int),
	FIELD(ai_try, tokens_in, "tokens_in", as_int),
	FIELD(ai_try, tokens_out, "tokens_out", as_int),
	FIELD(ai_try, estimated, "estimated", as_bool, .doc = "The provider did not say its tokens: counted here"),
	FIELD(ai_try, cost, "cost", as_real),
	FIELD(ai_try, asked_at, "asked_at", as_time),
};
static const struct spec tried = SPEC("ConsoleAiTrial", ai_try, try_f);
static const struct field tried_f[] = { { .key = "trial", .as = &as_object, .arg = &tried } };
static const struct spec tried_one = SPEC("ConsoleAiTrialAnswer", ai_try, tried_f);
static const struct field try_in_f[] = {
	FIELD(ai_try_in, inbox_id, "inbox_id", as_int, .flags = NULLABLE, .min = 1, .max = INT64_MAX, .doc = "None: as those are answered who come by no inbox"),
	FIELD(ai_try_in, question, "question", as_str, .flags = TRIM, .max = 1000, .doc = "None: only whether it answers"),
};
static const struct spec try_in = SPEC("ConsoleAiTrialStart", ai_try_in, try_in_f);
static const struct field try_id_f[] = { FIELD(ai_try_id_in, id, "trial_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX) };
static const struct spec try_id_in = SPEC("ConsoleAiTrialId", ai_try_id_in, try_id_f);

#define ONE "/api/v1/inboxes/:inbox_id/ai"
static const struct route routes[] = {
	{ "GET", ONE, STAFF, MAY_INBOXES_READ, LIMIT_ADMIN, &id_in, inbox_ai_get, &one, 200, "How the AI answers those who come by an inbox" },
	{ "PUT", ONE, STAFF | WRITES, MAY_INBOXES_WRITE, LIMIT_ADMIN, &write_in, inbox_ai_update, &one, 200, "Change what is named; provider, address and key are an admin's alone" },
	{ "POST", "/api/v1/ai/trials", STAFF | WRITES, MAY_INBOXES_WRITE, LIMIT_ADMIN, &try_in, ai_try_start, &tried_one, 202, "Ask the provider for real, as its settings are saved" },
	{ "GET", "/api/v1/ai/trials/:trial_id", STAFF, MAY_INBOXES_WRITE, LIMIT_ADMIN, &try_id_in, ai_try_get, &tried_one, 200, "How that went; known for five minutes" },
};
// clang-format on
const struct route_table console_inbox_ai = ROUTES(routes);
