#include "settings.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, NUMBER, SWITCH, UNDER_VAR }; /* UNDER_VAR: text whose default is a path below DESKBELL_VAR */
struct row {
	const char *name;
	enum kind kind;
	size_t off;
	const char *fallback;
	int64_t min, max;
};
#define AT(m) offsetof(struct settings, m)
// clang-format off
static const struct row rows[] = {
	{ "DESKBELL_VAR",               TEXT,      AT(var),               "var", 0, 0 },
	{ "DESKBELL_RUN",               UNDER_VAR, AT(run),               "%s/run", 0, 0 },
	{ "DESKBELL_DB_URL",            UNDER_VAR, AT(db_url),            "mysql://root@/deskbell?socket=%s/run/mariadb.sock", 0, 0 },
	{ "DESKBELL_REDIS_URL",         UNDER_VAR, AT(redis_url),         "unix://%s/run/redis.sock", 0, 0 },
	{ "DESKBELL_API_SOCKET",        UNDER_VAR, AT(api_socket),        "%s/run/api.sock", 0, 0 },
	{ "DESKBELL_FILES_SOCKET",      UNDER_VAR, AT(files_socket),      "%s/run/files.sock", 0, 0 },
	{ "DESKBELL_RELAY_SOCKET",      UNDER_VAR, AT(relay_socket),      "%s/run/relay.sock", 0, 0 },
	{ "DESKBELL_RELAY_LISTEN",      TEXT,      AT(relay_listen),      "", 0, 0 },
	{ "DESKBELL_BIND",              TEXT,      AT(bind),              "127.0.0.1", 0, 0 },
	{ "DESKBELL_PORT_CHAT",         NUMBER,    AT(port_chat),         "8000", 1, 65535 },
	{ "DESKBELL_TEMPLATES",         TEXT,      AT(templates),         "templates", 0, 0 },
	{ "DESKBELL_JWT_SECRET",        TEXT,      AT(jwt_secret),        "", 0, 0 },
	{ "DESKBELL_LOG",               TEXT,      AT(log),               "", 0, 0 },
	{ "DESKBELL_LOG_LEVEL",         TEXT,      AT(log_level),         "info", 0, 0 },
	{ "DESKBELL_ORIGINS",           TEXT,      AT(origins),           "", 0, 0 },
	{ "DESKBELL_CONTRACTS",         TEXT,      AT(contracts),         "", 0, 0 },
	{ "DESKBELL_TRUSTED_PROXIES",   TEXT,      AT(trusted_proxies),   "", 0, 0 },
	{ "DESKBELL_FILE_TYPES",        TEXT,      AT(file_types),        "", 0, 0 },
	{ "DESKBELL_CLAMAV",            TEXT,      AT(clamav),            "", 0, 0 },
	{ "DESKBELL_UTC_OFFSET",        TEXT,      AT(timezone),          "+00:00", 0, 0 },
	{ "DESKBELL_PUBLIC_URL",        TEXT,      AT(public_url),        "", 0, 0 },
	{ "DESKBELL_SMTP_URL",          TEXT,      AT(smtp_url),          "", 0, 0 },
	{ "DESKBELL_MAIL_FROM",         TEXT,      AT(mail_from),         "", 0, 0 },
	{ "DESKBELL_MAIL_AFTER_MS",     NUMBER,    AT(mail_after_ms),     "300000", 100, 86400000 },
	{ "DESKBELL_CA_FILE",           TEXT,      AT(ca_file),           "", 0, 0 },
	{ "DESKBELL_AI_PROVIDER",       TEXT,      AT(ai_provider),       "builtin", 0, 0 },
	{ "DESKBELL_AI_URL",            TEXT,      AT(ai_url),            "", 0, 0 },
	{ "DESKBELL_AI_KEY",            TEXT,      AT(ai_key),            "", 0, 0 },
	{ "DESKBELL_AI_MODEL",          TEXT,      AT(ai_model),          "", 0, 0 },
	{ "DESKBELL_AI_TEMPERATURE",    TEXT,      AT(ai_temperature),    "", 0, 0 },
	{ "DESKBELL_AI_PRICE_IN",       TEXT,      AT(ai_price_in),       "", 0, 0 },
	{ "DESKBELL_AI_PRICE_OUT",      TEXT,      AT(ai_price_out),      "", 0, 0 },
	{ "DESKBELL_WORKERS",           NUMBER,    AT(workers),           "4", 1, 256 },
	{ "DESKBELL_FILES_WORKERS",     NUMBER,    AT(files_workers),     "2", 1, 256 },
	{ "DESKBELL_SENDFILE",          SWITCH,    AT(sendfile),          "on", 0, 0 },
	{ "DESKBELL_RATE_LIMIT",        SWITCH,    AT(rate_limit),        "on", 0, 0 },
	{ "DESKBELL_CLAMAV_REQUIRED",   SWITCH,    AT(clamav_required),   "on", 0, 0 },
	{ "DESKBELL_DESK_REQUIRE_CONNECTION", SWITCH, AT(desk_connection), "on", 0, 0 },
	{ "DESKBELL_WEBHOOK_PRIVATE",   SWITCH,    AT(webhook_private),   "off", 0, 0 },
	{ "DESKBELL_AI_PRIVATE",        SWITCH,    AT(ai_private),        "on", 0, 0 },
	{ "DESKBELL_SELF_REGISTRATION", SWITCH,    AT(self_registration), "on", 0, 0 },
	{ "DESKBELL_LIMIT_LOGIN",       NUMBER,    AT(limit_login),       "5", 1, 1000000 },
	{ "DESKBELL_LIMIT_MESSAGE",     NUMBER,    AT(limit_message),     "60", 1, 1000000 },
	{ "DESKBELL_LIMIT_ADMIN",       NUMBER,    AT(limit_admin),       "100", 1, 1000000 },
	{ "DESKBELL_LIMIT_BATCH",       NUMBER,    AT(limit_batch),       "10", 1, 1000000 },
	{ "DESKBELL_LIMIT_SOCKETS",     NUMBER,    AT(limit_sockets),     "10", 1, 1000000 },
	{ "DESKBELL_LIMIT_FRAMES",      NUMBER,    AT(limit_frames),      "20", 1, 1000 },
	{ "DESKBELL_LIMIT_SESSION",     NUMBER,    AT(limit_session),     "20", 1, 1000000 },
	{ "DESKBELL_MAX_BODY",          NUMBER,    AT(max_body),          "1048576", 1024, 16777216 },
	{ "DESKBELL_MAX_FILE",          NUMBER,    AT(max_file),          "10485760", 1024, 1073741824 },
	{ "DESKBELL_CLAMAV_TIMEOUT_MS", NUMBER,    AT(clamav_ms),         "30000", 100, 600000 },
	{ "DESKBELL_QUOTA",             NUMBER,    AT(quota),             "1073741824", 0, 1099511627776 },
	{ "DESKBELL_MAX_FRAME",         NUMBER,    AT(max_frame),         "65536", 1024, 1048576 },
	{ "DESKBELL_ACCESS_TTL",        NUMBER,    AT(access_ttl),        "3600", 10, 86400 },
	{ "DESKBELL_REFRESH_TTL",       NUMBER,    AT(refresh_ttl),       "1209600", 60, 31536000 },
	{ "DESKBELL_AGENT_CAPACITY",    NUMBER,    AT(agent_capacity),    "5", 1, 10000 },
	{ "DESKBELL_BACKUP_DAYS",       NUMBER,    AT(backup_days),       "14", 1, 3650 },
	{ "DESKBELL_AI_MAX_TOKENS",     NUMBER,    AT(ai_max_tokens),     "800", 0, 1000000 },
	{ "DESKBELL_AI_WAIT_MS",        NUMBER,    AT(ai_wait_ms),        "20000", 100, 600000 },
	{ "DESKBELL_AI_TIMEOUT_MS",     NUMBER,    AT(ai_timeout_ms),     "90000", 100, 3600000 },
	{ "DESKBELL_AI_STREAMS",        NUMBER,    AT(ai_streams),        "200", 1, 2000 },
	{ "DESKBELL_AI_WORD_MS",        NUMBER,    AT(ai_word_ms),        "30", 0, 5000 },
};
// clang-format on

static bool is_on(const char *s, int64_t *out)
{
	static const struct {
		const char *word;
		int64_t value;
	} words[] = { { "on", 1 }, { "1", 1 }, { "yes", 1 }, { "true", 1 }, { "off", 0 }, { "0", 0 }, { "no", 0 }, { "false", 0 } };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(s, words[i].word) == 0) {
			*out = words[i].value;
			return true;
		}
	return false;
}

static bool read_row(struct settings *s, struct arena *mem, const struct row *r, char *why, size_t whysz)
{
	const char *given = getenv(r->name), *value = given != NULL && *given != '\0' ? given : r->fallback;
	void *slot = (char *)s + r->off;
	int64_t n = 0;

	if (r->kind == UNDER_VAR && value == r->fallback) {
		const char *hole = strstr(value, "%s");
		*(const char **)slot = arena_printf(mem, "%.*s%s%s", (int)(hole - value), value, s->var, hole + 2);
		return true;
	}
	if (r->kind == TEXT || r->kind == UNDER_VAR) {
		*(const char **)slot = arena_strdup(mem, value);
		return true;
	}
	if (r->kind == SWITCH ? !is_on(value, &n) : !parse_int(value, strlen(value), &n) || n < r->min || n > r->max) {
		if (r->kind == SWITCH)
			snprintf(why, whysz, "%s is \"%s\": it takes on or off", r->name, value);
		else
			snprintf(why, whysz, "%s is \"%s\": it takes a number from %lld to %lld", r->name, value, (long long)r->min,
				 (long long)r->max);
		return false;
	}
	*(int64_t *)slot = n;
	return true;
}

/* "+08:00" as seconds. */
static bool parse_offset(const char *s, int64_t *out)
{
	int64_t h, m;

	if (strlen(s) != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':' || !parse_int(s + 1, 2, &h) || !parse_int(s + 4, 2, &m) ||
	    h < 0 || h > 14 || m < 0 || m > 59)
		return false;
	*out = (s[0] == '-' ? -1 : 1) * (h * 3600 + m * 60);
	return true;
}

static bool is_price(const char *s)
{
	size_t whole = strspn(s, "0123456789");

	return whole > 0 && whole < 10 &&
	       (s[whole] == '\0' || (s[whole] == '.' && s[whole + 1 + strspn(s + whole + 1, "0123456789")] == '\0'));
}

/* A header's value and a number within JSON: what would break either is said here. */
static bool check_ai(const struct settings *s, char *why, size_t whysz)
{
	static const char *const providers[] = { "builtin", "openai", "off" };
	const char *t = s->ai_temperature;
	size_t known = 0;

	while (known < COUNT(providers) && strcmp(providers[known], s->ai_provider) != 0)
		known++;
	bool number = *t >= '0' && *t <= '2' &&
		      (t[1] == '\0' || (t[1] == '.' && t[2] != '\0' && t[2 + strspn(t + 2, "0123456789")] == '\0'));
	if (known == COUNT(providers))
		snprintf(why, whysz, "DESKBELL_AI_PROVIDER is \"%s\": it takes builtin, openai or off", s->ai_provider);
	else if (*t != '\0' && (!number || strtod(t, NULL) > 2))
		snprintf(why, whysz, "DESKBELL_AI_TEMPERATURE is \"%s\": it takes a number from 0 to 2", t);
	else if ((*s->ai_price_in != '\0' && !is_price(s->ai_price_in)) || (*s->ai_price_out != '\0' && !is_price(s->ai_price_out)))
		snprintf(why, whysz,
			 "DESKBELL_AI_PRICE_IN is \"%s\", _OUT \"%s\": they take a price of a million tokens, such as 0.15",
			 s->ai_price_in, s->ai_price_out);
	else if (s->ai_key[strcspn(s->ai_key, "\r\n")] != '\0')
		snprintf(why, whysz, "DESKBELL_AI_KEY is more than one line");
	else if (strcmp(s->ai_provider, "openai") != 0)
		return true;
	else if (strncmp(s->ai_url, "http://", 7) != 0 && strncmp(s->ai_url, "https://", 8) != 0)
		snprintf(why, whysz, "DESKBELL_AI_URL is \"%s\": the provider openai needs http(s)://…", s->ai_url);
	else if (*s->ai_model == '\0')
		snprintf(why, whysz, "DESKBELL_AI_MODEL is empty: the provider openai needs one");
	else
		return true;
	return false;
}

/* The address itself is read where mails are made. */
static bool check_mail(const struct settings *s, char *why, size_t whysz)
{
	const char *u = s->smtp_url, *p = s->public_url;

	if (*u != '\0' && strncmp(u, "smtp://", 7) != 0 && strncmp(u, "smtps://", 8) != 0)
		snprintf(why, whysz, "DESKBELL_SMTP_URL does not begin with smtp:// or smtps://"); /* it may hold a password */
	else if (*u != '\0' && (strchr(s->mail_from, '@') == NULL || s->mail_from[strcspn(s->mail_from, "\r\n")] != '\0'))
		snprintf(why, whysz, "DESKBELL_MAIL_FROM is \"%s\": mails need a sender, such as Shop <help@shop.example>",
			 s->mail_from);
	else if (*p != '\0' && ((strncmp(p, "http://", 7) != 0 && strncmp(p, "https://", 8) != 0) || p[strlen(p) - 1] == '/'))
		snprintf(why, whysz, "DESKBELL_PUBLIC_URL is \"%s\": it takes https://host without a slash at its end", p);
	else
		return true;
	return false;
}

/* "/path" or "host:port" */
static bool check_scanner(const struct settings *s, char *why, size_t whysz)
{
	const char *at = s->clamav, *colon = strrchr(at, ':');
	int64_t port = 0;
	bool host = colon != NULL && colon > at && parse_int(colon + 1, strlen(colon + 1), &port) && port > 0 && port < 65536;

	if (*at != '\0' && *at != '/' && !host)
		snprintf(why, whysz, "DESKBELL_CLAMAV is \"%s\": it takes the path of clamd's socket, or host:port", at);
	return *at == '\0' || *at == '/' || host;
}

bool settings_read(struct settings *s, struct arena *mem, char *why, size_t whysz)
{
	int64_t offset;

	*s = (struct settings){ 0 };
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!read_row(s, mem, &rows[i], why, whysz))
			return false;
	if (!parse_offset(s->timezone, &offset)) {
		snprintf(why, whysz, "DESKBELL_UTC_OFFSET is \"%s\": it takes +HH:MM or -HH:MM", s->timezone);
		return false;
	}
	if (!s->sendfile && s->max_file > FILE_THROUGH_US)
		s->max_file = FILE_THROUGH_US;
	return check_mail(s, why, whysz) && check_scanner(s, why, whysz) && check_ai(s, why, whysz);
}

int64_t settings_tz(const struct settings *s)
{
	int64_t offset = 0;

	return parse_offset(s->timezone, &offset) ? offset : 0;
}
