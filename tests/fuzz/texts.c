/* The small readers of text: of headers, addresses, numbers, times, settings, names, SQL files. The first byte says which, the rest
 * is a text that ends where its memory does. What each promises of what it takes is demanded. */
#include "../../lib/core/address.h"
#include "../../lib/core/buf.h"
#include "../../lib/core/csv.h"
#include "../../lib/core/origin.h"
#include "../../lib/core/redis_url.h"
#include "../../lib/core/settings.h"
#include "../../lib/core/text.h"
#include "../../lib/db/split.h"
#include "../../lib/db/url.h"
#include "../../lib/domain/contact_terms.h"
#include "../../lib/domain/histogram.h"
#include "../../lib/domain/row_cache.h"
#include "../../lib/domain/webhook.h"
#include "../../lib/file/clamd.c"
#include "../../lib/file/multipart.h"
#include "../../lib/http/decode.h"
#include "../../worker/mime.c"
#define WORD_BYTES PIECE_BYTES
#include "../../worker/pieces.c"
#include <curl/curl.h>
#include <string.h>

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static bool within(const char *s, const char *allowed)
{
	return s[strspn(s, allowed)] == '\0';
}

/* -- numbers, times, encodings -- */

static void numbers(struct arena *mem, const char *s)
{
	int64_t v, again;

	if (!parse_int(s, strlen(s), &v))
		return;
	demand(within(s, "-0123456789"));
	const char *text = arena_printf(mem, "%lld", (long long)v);
	demand(parse_int(text, strlen(text), &again) && again == v);
}

static void times(struct arena *mem, const char *s)
{
	struct buf b = { 0 };
	int64_t ms, again;

	(void)mem;
	if (!iso_parse(s, &ms))
		return;
	demand(ms >= -62200000000000 && ms < 253500000000000);
	if (ms >= 0) { /* what we write ourselves */
		buf_time(&b, ms);
		demand(iso_parse(buf_text(&b), &again) && again == ms / 1000 * 1000);
	}
	int64_t day = day_start(ms, 28800);
	demand(day <= ms && ms - day < 86400000 && day_start(day, 28800) == day);
	buf_free(&b);
}

static void encodings(struct arena *mem, const char *s)
{
	size_t n = strlen(s);
	char *bytes = arena_alloc(mem, n + 1), *again = arena_alloc(mem, n + 8);
	long got = b64url_dec(bytes, n, s, n);

	demand(got < 0 || (b64url_enc(again, bytes, (size_t)got) == n && memcmp(again, s, n) == 0));
	for (int plus = 0; plus < 2; plus++) {
		const char *text = percent_decode(mem, s, n, plus != 0);
		demand(text == NULL || (strlen(text) <= n && utf8_valid(text, strlen(text))));
		demand(text != NULL || strchr(s, '%') != NULL || !utf8_valid(s, n));
	}
}

static void letters(struct arena *mem, const char *s)
{
	size_t n = strlen(s), chars = utf8_count(s, n);
	bool valid = utf8_valid(s, n);
	const char *trimmed = text_trim(mem, s);

	demand(chars <= n && utf8_cut(s, n, chars) == n && utf8_cut(s, n, 3) <= n);
	demand(!valid || (utf8_valid(s, utf8_cut(s, n, 3)) && utf8_valid(trimmed, strlen(trimmed))));
	demand(text_blank(s) == (*trimmed == '\0') && strcmp(text_trim(mem, trimmed), trimmed) == 0);
	demand(!text_ascii(s) || valid);
	size_t at = 0;
	for (size_t k; valid && (k = piece_bytes(s + at)) > 0; at += k)
		demand(at + k <= n && utf8_valid(s + at, k));
	demand(!valid || at == n);
}

/* -- headers -- */

static void headers(struct arena *mem, const char *s)
{
	char boundary[MULTIPART_BOUNDARY + 1];
	struct pairs query;
	const char *lang = pick_lang(s);

	demand(strcmp(lang, "zh") == 0 || strcmp(lang, "en") == 0);
	demand(!is_form_type(s) || !is_json_type(s));
	if (multipart_boundary(s, boundary))
		demand(*boundary != '\0' && strlen(boundary) <= MULTIPART_BOUNDARY && strstr(s, boundary) != NULL);
	token_in_list(s, "chat");
	demand(!token_in_list(s, "") && (strpbrk(s, ", \t") != NULL || *s == '\0' || token_in_list(s, s)));
	if (decode_query(mem, s, &query))
		demand(query.n <= PAIRS_MAX);
	int status = dial_status(s);
	demand(status == 0 || strncmp(s, "HTTP/1.", 7) == 0);
}

static void names(struct arena *mem, const char *s)
{
	char out[40], again[40];
	size_t n = strlen(s);

	(void)mem;
	file_name_clean(s, n, out, sizeof(out));
	size_t k = strlen(out);
	demand(k < sizeof(out) && utf8_valid(out, k) && strchr(out, '/') == NULL && strchr(out, '\\') == NULL);
	for (size_t i = 0; i < k; i++)
		demand((unsigned char)out[i] >= 0x20 && out[i] != 0x7f);
	file_name_clean(out, k, again, sizeof(again));
	demand(strcmp(out, again) == 0);
}

/* -- who and where -- */

static void addresses(struct arena *mem, const char *s)
{
	struct mime_person p;

	demand(!address_is_loopback(s) || host_private(s));
	address_counted(mem, s);
	if (email_valid(s))
		demand(strpbrk(s, " \t\r\n<>,;\"\\") == NULL && strlen(s) <= 254);
	if (mime_person(mem, s, &p))
		demand(strpbrk(p.address, " \r\n<>") == NULL && strpbrk(p.name, "\r\n") == NULL && strchr(p.address, '@') != NULL);
	if (phone_valid(s))
		demand(text_ascii(s));
}

static void origins(struct arena *mem, const char *s)
{
	const char *space = strchr(s, ' ');
	const char *origin = space != NULL ? space + 1 : s;

	if (origin_pattern_ok(s))
		demand(strstr(s, "*.") != NULL || (origin_matches(s, s) && origin_in_list(s, s)));
	if (!origin_in_list(arena_strndup(mem, s, (size_t)(origin - s)), origin) || origin == s || strchr(s, '*') != NULL)
		return;
	demand(strcasestr(s, origin) != NULL);
}

static void urls(struct arena *mem, const char *s)
{
	struct redis_url redis;
	struct db_url db;

	(void)mem;
	if (redis_url_parse(s, &redis))
		demand((*redis.path == '\0') != (*redis.host == '\0') && redis.port > 0 && redis.port < 65536 &&
		       redis.database >= 0);
	if (db_url_parse(s, &db))
		demand(*db.database != '\0' && db.port > 0 && db.port < 65536 && strpbrk(db.database, "`'\"; ") == NULL);
}

/* What we take for a host on the open net, the library that goes there takes for the same. */
static void webhooks(struct arena *mem, const char *s)
{
	CURLU *u = curl_url();
	char *host = NULL;

	(void)mem;
	demand(u != NULL);
	if (webhook_url_fault(s, false) == NULL && curl_url_set(u, CURLUPART_URL, s, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
		size_t n = strlen(host);
		if (*host == '[') {
			host[n - 1] = '\0';
			demand(!host_private(host + 1));
		} else {
			demand(!host_private(host));
		}
	}
	curl_free(host);
	curl_url_cleanup(u);
}

/* -- what is kept as text -- */

static void settings(struct arena *mem, const char *s)
{
	const char *key, *value, *args[] = { s, "x" };

	if (settings_line(mem, s, &key, &value))
		demand(strncmp(key, "DESKBELL_", 9) == 0 && within(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") &&
		       strpbrk(value, "\r\n") == NULL);
	demand(strstr(catalog_fill(mem, "a{1}b", args, COUNT(args)), "axb") != NULL);
	catalog_fill(mem, s, args, COUNT(args));
}

static void statements(struct arena *mem, const char *s)
{
	const char *at = s, *end = s + strlen(s), *statement, *before = s;
	size_t n;

	(void)mem;
	while (sql_next(&at, &statement, &n)) {
		demand(statement >= before && n > 0 && statement + n <= at && at <= end);
		before = at;
	}
	demand(at <= end);
}

struct row {
	int64_t id;
	const char *text;
	double real;
	bool yes;
};

static void rows(struct arena *mem, const char *s)
{
	static const struct col cols[] = { { COL_INT, offsetof(struct row, id) },
					   { COL_STR, offsetof(struct row, text) },
					   { COL_REAL, offsetof(struct row, real) },
					   { COL_BOOL, offsetof(struct row, yes) } };
	static const struct stmt stmt = { "", ROW(row, cols) };
	struct row r = { 0 }, again = { 0 };
	struct buf b = { 0 };

	if (row_unpack(mem, &stmt, s, strlen(s), &r)) {
		row_pack(&b, &stmt, &r);
		demand(row_unpack(mem, &stmt, buf_text(&b), b.len, &again));
		demand(again.id == r.id && again.yes == r.yes && (r.text == NULL) == (again.text == NULL));
		demand(r.text == NULL || strcmp(r.text, again.text) == 0);
	}
	buf_free(&b);
}

static void lists(struct arena *mem, const char *s)
{
	static struct histogram h;
	const char *at = s, *item;
	size_t n;

	memset(&h, 0, sizeof(h));
	histogram_read(&h, s);
	double median = histogram_at(&h, 0.5);
	demand(!(median < 0));
	histogram_text(mem, &h);
	while (tag_next(&at, &item, &n))
		demand(item >= s && item + n <= s + strlen(s));
}

/* -- what goes out: nobody breaks out of a cell, a header, a string -- */

static void cells(struct arena *mem, const char *s)
{
	struct buf b = { 0 };

	(void)mem;
	csv_text(&b, s);
	const char *cell = buf_text(&b), *body = cell + (*cell == '"');
	demand(*s == '\0' || *body == '\0' || strchr("=+-@\t\r", *body) == NULL);
	if (*cell == '"') {
		size_t quotes = 0;
		for (size_t i = 1; i + 1 < b.len; i++) {
			quotes = cell[i] == '"' ? quotes + 1 : 0;
			demand(quotes < 2 || quotes % 2 == 0 || cell[i + 1] == '"' || i + 2 == b.len);
		}
		demand(b.len >= 2 && cell[b.len - 1] == '"');
	} else {
		demand(strpbrk(cell, ",\"\r\n") == NULL);
	}
	buf_free(&b);
}

static void mails(struct arena *mem, const char *s)
{
	struct mime_text m = {
		.from = { s, "a@b.c" }, .to = { "", "d@e.f" }, .subject = s, .body = s, .id = "1", .at = 1700000000000
	};
	struct buf b = { 0 };
	size_t lines = 0, width = 0;

	if (!utf8_valid(s, strlen(s)))
		return;
	(void)mem;
	mime_text(&b, &m);
	const char *text = buf_text(&b);
	for (size_t i = 0; i < b.len; i++, width++) {
		demand(text[i] != '\n' || (i > 0 && text[i - 1] == '\r'));
		demand(width < 200 && (unsigned char)text[i] < 127);
		if (text[i] == '\n')
			width = 0, lines++;
	}
	demand(lines > 5);
	buf_free(&b);
}

/* -- servers that we ask -- */

static void scanners(struct arena *mem, const char *s)
{
	char said[CLAMD_SAID], host[HOST];
	int64_t port;

	(void)mem;
	for (int all = 0; all < 2; all++) {
		snprintf(said, sizeof(said), "%s", s);
		enum clamd_verdict v = judge(said, all != 0);
		demand(v != CLAMD_CLEAN || (all != 0 && strcmp(s, "stream: OK") == 0));
		demand(v != CLAMD_INFECTED || (*said != '\0' && strstr(s, said) != NULL));
	}
	if (split(s, host, &port))
		demand(*host != '\0' && strstr(s, host) != NULL && port > 0 && port < 65536);
}

typedef void reader(struct arena *, const char *);
static reader *const readers[] = { numbers,  times,    encodings,  letters, headers, names, addresses, origins, urls,
				   webhooks, settings, statements, rows,    lists,   cells, mails,     scanners };

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena mem = { 0 };

	if (n < 1)
		return 0;
	char *s = malloc(n); /* of its own, so that nothing behind it is read */
	memcpy(s, p + 1, n - 1);
	s[n - 1] = '\0';
	readers[*p % COUNT(readers)](&mem, s);
	free(s);
	arena_free(&mem);
	return 0;
}
