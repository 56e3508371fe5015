#include "../../../../lib/core/settings.c"
#include "../../ok.h"

/* Reads with one variable set, and nothing else. */
static bool read_with(struct settings *s, struct arena *mem, const char *name, const char *value, char *why, size_t n)
{
	clearenv();
	*why = '\0';
	setenv(name, value, 1);
	return settings_read(s, mem, why, n);
}

static void check_defaults(struct arena *mem)
{
	struct settings s;
	char why[256];

	ok(read_with(&s, mem, "PATH", "/bin", why, sizeof(why)), "%s", why);
	ok_str(s.var, "var");
	ok_str(s.db_url, "mysql://root@/deskbell?socket=var/run/mariadb.sock");
	ok_str(s.redis_url, "unix://var/run/redis.sock");
	ok_str(s.api_socket, "var/run/api.sock");
	ok_str(s.log, "");
	ok_int(s.workers, 4);
	ok_int(s.rate_limit, 1);
	ok_int(s.max_body, 1 << 20);
	ok_int(settings_tz(&s), 0);
	ok(read_with(&s, mem, "DESKBELL_VAR", "/srv/50%s", why, sizeof(why)), "%s", why);
	ok_str(s.relay_socket, "/srv/50%s/run/relay.sock");
	ok(read_with(&s, mem, "DESKBELL_API_SOCKET", "/a%s.sock", why, sizeof(why)), "%s", why);
	ok_str(s.api_socket, "/a%s.sock");
	ok_str(s.relay_socket, "var/run/relay.sock");
}

static void check_numbers(struct arena *mem)
{
	static const struct {
		const char *name, *value;
		size_t off;
		bool good;
		int64_t number;
	} cases[] = { { "DESKBELL_WORKERS", "1", AT(workers), true, 1 },
		      { "DESKBELL_WORKERS", "256", AT(workers), true, 256 },
		      { "DESKBELL_WORKERS", "", AT(workers), true, 4 },
		      { "DESKBELL_WORKERS", "0", AT(workers), false, 0 },
		      { "DESKBELL_WORKERS", "257", AT(workers), false, 0 },
		      { "DESKBELL_WORKERS", "-1", AT(workers), false, 0 },
		      { "DESKBELL_WORKERS", "4 ", AT(workers), false, 0 },
		      { "DESKBELL_WORKERS", "four", AT(workers), false, 0 },
		      { "DESKBELL_WORKERS", "99999999999999999999", AT(workers), false, 0 },
		      { "DESKBELL_AI_WORD_MS", "0", AT(ai_word_ms), true, 0 },
		      { "DESKBELL_MAX_BODY", "1023", AT(max_body), false, 0 },
		      { "DESKBELL_MAX_BODY", "1024", AT(max_body), true, 1024 },
		      { "DESKBELL_RATE_LIMIT", "off", AT(rate_limit), true, 0 },
		      { "DESKBELL_RATE_LIMIT", "false", AT(rate_limit), true, 0 },
		      { "DESKBELL_RATE_LIMIT", "1", AT(rate_limit), true, 1 },
		      { "DESKBELL_RATE_LIMIT", "yes", AT(rate_limit), true, 1 },
		      { "DESKBELL_RATE_LIMIT", "2", AT(rate_limit), false, 0 },
		      { "DESKBELL_RATE_LIMIT", "ON", AT(rate_limit), false, 0 } };
	struct settings s;
	char why[256];

	for (size_t i = 0; i < COUNT(cases); i++) {
		bool good = read_with(&s, mem, cases[i].name, cases[i].value, why, sizeof(why));
		ok(good == cases[i].good, "%s=%s: %s", cases[i].name, cases[i].value, why);
		if (good)
			ok_int(*(const int64_t *)((const char *)&s + cases[i].off), cases[i].number);
		else
			ok(strncmp(why, cases[i].name, strlen(cases[i].name)) == 0 && strstr(why, cases[i].value) != NULL,
			   "it names the setting and the value: %s", why);
	}
}

static void check_offsets(struct arena *mem)
{
	static const struct {
		const char *text;
		bool good;
		int64_t seconds;
	} cases[] = { { "+00:00", true, 0 },  { "+08:00", true, 28800 },    { "-05:30", true, -19800 }, { "+14:00", true, 50400 },
		      { "+15:00", false, 0 }, { "+08:60", false, 0 },       { "08:00", false, 0 },      { "+8:00", false, 0 },
		      { "+08-00", false, 0 }, { "+08:0", false, 0 },        { "+08:000", false, 0 },    { "+-8:00", false, 0 },
		      { "+08:-1", false, 0 }, { "Asia/Shanghai", false, 0 } };
	struct settings s;
	char why[256];

	for (size_t i = 0; i < COUNT(cases); i++) {
		bool good = read_with(&s, mem, "DESKBELL_UTC_OFFSET", cases[i].text, why, sizeof(why));
		ok(good == cases[i].good, "<%s>: %s", cases[i].text, why);
		if (good)
			ok_int(settings_tz(&s), cases[i].seconds);
	}
}

/* What belongs together is looked at together. */
static void check_ai_settings(struct arena *mem)
{
	static const struct {
		const char *provider, *url, *model, *temperature, *key, *wrong; /* wrong: the setting that the reason names */
	} cases[] = { { "builtin", "", "", "", "", NULL },
		      { "off", "", "", "", "", NULL },
		      { "openai", "https://a/v1", "m", "", "", NULL },
		      { "openai", "http://a", "m", "0.25", "k", NULL },
		      { "openai", "", "m", "", "", "DESKBELL_AI_URL" },
		      { "openai", "ftp://a", "m", "", "", "DESKBELL_AI_URL" },
		      { "openai", "https://a", "", "", "", "DESKBELL_AI_MODEL" },
		      { "clever", "", "", "", "", "DESKBELL_AI_PROVIDER" },
		      { "builtin", "", "", "2", "", NULL },
		      { "builtin", "", "", "2.1", "", "DESKBELL_AI_TEMPERATURE" },
		      { "builtin", "", "", "1.", "", "DESKBELL_AI_TEMPERATURE" },
		      { "builtin", "", "", "1e9", "", "DESKBELL_AI_TEMPERATURE" },
		      { "builtin", "", "", "-1", "", "DESKBELL_AI_TEMPERATURE" },
		      { "builtin", "", "", "0,\"x\":1", "", "DESKBELL_AI_TEMPERATURE" },
		      { "builtin", "", "", "", "k\r\nX: 1", "DESKBELL_AI_KEY" } };
	struct settings s;
	char why[256];

	for (size_t i = 0; i < COUNT(cases); i++) {
		clearenv();
		setenv("DESKBELL_AI_PROVIDER", cases[i].provider, 1);
		setenv("DESKBELL_AI_URL", cases[i].url, 1);
		setenv("DESKBELL_AI_MODEL", cases[i].model, 1);
		setenv("DESKBELL_AI_TEMPERATURE", cases[i].temperature, 1);
		setenv("DESKBELL_AI_KEY", cases[i].key, 1);
		*why = '\0';
		bool good = settings_read(&s, mem, why, sizeof(why));
		ok(good == (cases[i].wrong == NULL), "case %zu: %s", i, why);
		if (!good && cases[i].wrong != NULL)
			ok(strncmp(why, cases[i].wrong, strlen(cases[i].wrong)) == 0, "case %zu: %s", i, why);
	}
}

static void check_prices(struct arena *mem)
{
	static const struct {
		const char *in, *out;
		bool good;
	} cases[] = { { "", "", true },      { "0.15", "2", true }, { "12.", "", true }, { "1e3", "", false },
		      { "", "free", false }, { "-1", "", false },   { "", "0,5", false } };
	struct settings s;
	char why[256];

	for (size_t i = 0; i < COUNT(cases); i++) {
		clearenv();
		setenv("DESKBELL_AI_PRICE_IN", cases[i].in, 1);
		setenv("DESKBELL_AI_PRICE_OUT", cases[i].out, 1);
		ok(settings_read(&s, mem, why, sizeof(why)) == cases[i].good, "price case %zu", i);
	}
}

static void check_scanners(struct arena *mem)
{
	static const struct {
		const char *place;
		bool good;
	} cases[] = { { "", true },
		      { "/run/clamav/clamd.ctl", true },
		      { "127.0.0.1:3310", true },
		      { "[::1]:3310", true },
		      { "clamav:3310", true },
		      { "clamav", false },
		      { ":3310", false },
		      { "clamav:", false },
		      { "clamav:0", false },
		      { "clamav:65536", false },
		      { "on", false } };
	struct settings s;
	char why[256];

	for (size_t i = 0; i < COUNT(cases); i++)
		ok(read_with(&s, mem, "DESKBELL_CLAMAV", cases[i].place, why, sizeof(why)) == cases[i].good, "%s: %s",
		   cases[i].place, why);
}

/* A long value is cut in the reason, not written beyond it. */
static void check_reason(struct arena *mem)
{
	char value[1000], why[32];
	struct settings s;

	memset(value, '9', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	ok(!read_with(&s, mem, "DESKBELL_WORKERS", value, why, sizeof(why)) && strlen(why) == sizeof(why) - 1, "%s", why);
}

int main(void)
{
	struct arena mem = { 0 };

	check_defaults(&mem);
	check_numbers(&mem);
	check_offsets(&mem);
	check_prices(&mem);
	check_ai_settings(&mem);
	check_scanners(&mem);
	check_reason(&mem);
	arena_free(&mem);
	return ok_end();
}
