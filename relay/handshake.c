#include "handshake.h"
#include "../lib/core/origin.h"
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>
#include <strings.h>

bool span_is(struct span s, const char *text)
{
	return s.p != NULL && s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
}

static struct span trim(const char *p, size_t n)
{
	while (n > 0 && (*p == ' ' || *p == '\t'))
		p++, n--;
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	return (struct span){ p, n };
}

/* Is word one of the comma-separated tokens, without case? */
static bool has_token(struct span list, const char *word)
{
	const char *p = list.p, *end = list.p + list.n;

	while (p < end) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		struct span one = trim(p, (size_t)((comma != NULL ? comma : end) - p));
		if (one.n == strlen(word) && strncasecmp(one.p, word, one.n) == 0)
			return true;
		p = comma != NULL ? comma + 1 : end;
	}
	return false;
}

/* "GET /path?query HTTP/1.1" */
static int request_line(struct handshake *h, const char *p, size_t n)
{
	const char *sp = memchr(p, ' ', n), *end = p + n;

	if (sp == NULL)
		return 400;
	if (sp - p != 3 || memcmp(p, "GET", 3) != 0)
		return 405;
	const char *target = sp + 1, *last = memchr(target, ' ', (size_t)(end - target));
	if (last == NULL || target[0] != '/')
		return 400;
	if (end - last != 9 || memcmp(last, " HTTP/1.1", 9) != 0)
		return 505;
	for (const char *c = target; c < last; c++)
		if ((unsigned char)*c <= 0x20 || (unsigned char)*c >= 0x7f)
			return 400;
	const char *mark = memchr(target, '?', (size_t)(last - target)), *path_end = mark != NULL ? mark : last;
	h->path = (struct span){ target, (size_t)(path_end - target) };
	if (mark != NULL)
		h->query = (struct span){ mark + 1, (size_t)(last - mark - 1) };
	return 0;
}

struct more { /* headers that are checked and not kept */
	struct span upgrade, connection, version;
};

static bool is_name_char(unsigned char c)
{
	return c > 0x20 && c < 0x7f && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

static int header_line(struct handshake *h, struct more *m, const char *p, size_t n)
{
	const struct {
		const char *name;
		struct span *to;
	} rows[] = {
		{ "host", &h->host },
		{ "origin", &h->origin },
		{ "authorization", &h->authorization },
		{ "user-agent", &h->user_agent },
		{ "accept-language", &h->language },
		{ "x-forwarded-for", &h->forwarded },
		{ "sec-websocket-key", &h->key },
		{ "upgrade", &m->upgrade },
		{ "connection", &m->connection },
		{ "sec-websocket-version", &m->version },
	};
	const char *colon = memchr(p, ':', n);
	size_t name = colon != NULL ? (size_t)(colon - p) : 0;

	if (name == 0)
		return 400;
	for (size_t i = 0; i < name; i++)
		if (!is_name_char((unsigned char)p[i]))
			return 400;
	struct span value = trim(colon + 1, n - name - 1);
	for (size_t i = 0; i < value.n; i++)
		if (((unsigned char)value.p[i] < 0x20 && value.p[i] != '\t') || value.p[i] == 0x7f)
			return 400;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (name != strlen(rows[i].name) || strncasecmp(p, rows[i].name, name) != 0)
			continue;
		if (rows[i].to->p != NULL && rows[i].to != &h->forwarded && rows[i].to != &m->connection)
			return 400; /* twice: which one counts would be a guess */
		*rows[i].to = value;
	}
	return 0;
}

/* 16 bytes in base64: 22 characters and "==". */
static bool good_key(struct span k)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	if (k.p == NULL || k.n != 24 || memcmp(k.p + 22, "==", 2) != 0)
		return false;
	for (size_t i = 0; i < 22; i++)
		if (k.p[i] == '\0' || strchr(set, k.p[i]) == NULL)
			return false;
	return true;
}

static int judge(struct handshake *h, const struct more *m)
{
	if (h->host.p == NULL || h->host.n == 0)
		return 400;
	h->upgrade = m->upgrade.p != NULL && has_token(m->upgrade, "websocket");
	if (!h->upgrade)
		return m->upgrade.p != NULL || h->key.p != NULL ? 400 : 200;
	if (m->connection.p == NULL || !has_token(m->connection, "upgrade"))
		return 400;
	if (!span_is(m->version, "13"))
		return 426;
	return good_key(h->key) ? 101 : 400;
}

int handshake_parse(const char *p, size_t n, struct handshake *h)
{
	const char *end = memmem(p, n, "\r\n\r\n", 4), *line = p;
	struct more m = { 0 };
	int status;

	*h = (struct handshake){ 0 };
	if (end == NULL)
		return n >= HANDSHAKE_MAX ? 431 : 0;
	h->used = (size_t)(end - p) + 4;
	if (h->used > HANDSHAKE_MAX)
		return 431;
	for (bool first = true; line < end + 2; first = false) {
		const char *eol = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);
		size_t len = (size_t)(eol - line);
		status = first ? request_line(h, line, len) : header_line(h, &m, line, len);
		if (status != 0)
			return status;
		line = eol + 2;
	}
	return judge(h, &m);
}

void handshake_accept(char out[static 29], struct span key)
{
	static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	unsigned char text[24 + sizeof(magic) - 1], hash[SHA_DIGEST_LENGTH];

	memcpy(text, key.p, 24);
	memcpy(text + 24, magic, sizeof(magic) - 1);
	SHA1(text, sizeof(text), hash);
	EVP_EncodeBlock((unsigned char *)out, hash, sizeof(hash));
}

static struct span origin_host(struct span origin)
{
	const char *slashes = memmem(origin.p, origin.n, "://", 3);

	if (slashes == NULL)
		return (struct span){ 0 };
	slashes += 3;
	return (struct span){ slashes, (size_t)(origin.p + origin.n - slashes) };
}

bool origin_allowed(const char *origins, struct span origin, struct span host)
{
	char text[ORIGIN_MAX + 1];

	if (origin.p == NULL)
		return true;
	struct span own = origin_host(origin);
	if (own.p != NULL && own.n == host.n && strncasecmp(own.p, host.p, own.n) == 0)
		return true;
	if (origin.n > ORIGIN_MAX)
		return false;
	memcpy(text, origin.p, origin.n);
	text[origin.n] = '\0';
	return origin_in_list(origins, text);
}
