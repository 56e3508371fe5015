#include "mime.h"
#include "../lib/core/text.h"
#include <sodium.h>
#include <string.h>
#include <time.h>

enum { ADDRESS_MAX = 254, WORD_BYTES = 42, LINE_BYTES = 57 }; /* of which a word has 75 characters at most, a line 76 */

bool mime_address_good(const char *s)
{
	const char *at = strchr(s, '@');
	size_t n = strlen(s);

	if (at == NULL || at == s || at[1] == '\0' || strchr(at + 1, '@') != NULL || n > ADDRESS_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || (unsigned char)s[i] >= 127 || strchr("<>()[]\\,;:\"", s[i]) != NULL)
			return false;
	return true;
}

bool mime_person(struct arena *mem, const char *text, struct mime_person *out)
{
	const char *open = strrchr(text, '<');
	size_t n = strlen(text);

	if (text[strcspn(text, "\r\n")] != '\0')
		return false;
	if (open == NULL) {
		*out = (struct mime_person){ "", text_trim(mem, text) };
		return mime_address_good(out->address);
	}
	if (text[n - 1] != '>')
		return false;
	out->name = text_trim(mem, arena_strndup(mem, text, (size_t)(open - text)));
	out->address = arena_strndup(mem, open + 1, n - (size_t)(open - text) - 2);
	return mime_address_good(out->address);
}

static void put_base64(struct buf *b, const char *s, size_t n)
{
	char out[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];

	sodium_bin2base64(out, sizeof(out), (const unsigned char *)s, n, sodium_base64_VARIANT_ORIGINAL);
	buf_str(b, out);
}

/* Bytes of s that fit in one word and end where a letter does. */
static size_t word_bytes(const char *s)
{
	size_t n = strnlen(s, WORD_BYTES + 1);

	if (n <= WORD_BYTES)
		return n;
	for (n = WORD_BYTES; n > 1 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
		;
	return n;
}

/* Encoded words, however harmless the text: nothing in it ends the header. */
static void put_words(struct buf *b, const char *s)
{
	for (const char *gap = ""; *s != '\0'; gap = "\r\n ") {
		size_t n = word_bytes(s);
		buf_str(b, gap);
		buf_str(b, "=?utf-8?B?");
		put_base64(b, s, n);
		buf_str(b, "?=");
		s += n;
	}
}

static void put_person(struct buf *b, const char *header, const struct mime_person *p)
{
	buf_str(b, header);
	if (*p->name != '\0') {
		put_words(b, p->name);
		buf_str(b, "\r\n ");
	}
	buf_printf(b, "<%s>\r\n", p->address);
}

static void put_date(struct buf *b, int64_t ms)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	gmtime_r(&t, &tm); /* the words are English whatever the locale */
	buf_printf(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
		   tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* base64: no line is too long, none begins with a dot, none is changed on its way. */
static void put_body(struct buf *b, const char *text)
{
	struct buf crlf = { 0 };

	for (const char *s = text; *s != '\0'; s++) {
		if (*s == '\n' && (s == text || s[-1] != '\r'))
			buf_chr(&crlf, '\r');
		buf_chr(&crlf, *s);
	}
	for (size_t at = 0; at < crlf.len; at += LINE_BYTES) {
		put_base64(b, crlf.data + at, crlf.len - at < LINE_BYTES ? crlf.len - at : LINE_BYTES);
		buf_str(b, "\r\n");
	}
	buf_free(&crlf);
}

void mime_text(struct buf *b, const struct mime_text *m)
{
	const char *host = strchr(m->from.address, '@') + 1;

	put_person(b, "From: ", &m->from);
	put_person(b, "To: ", &m->to);
	buf_str(b, "Subject: ");
	put_words(b, m->subject);
	buf_str(b, "\r\n");
	put_date(b, m->at);
	buf_printf(b, "Message-ID: <%s@%s>\r\n", m->id, host);
	if (m->thread != NULL)
		buf_printf(b, "References: <%s@%s>\r\n", m->thread, host);
	buf_str(b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		   "Content-Transfer-Encoding: base64\r\n\r\n");
	put_body(b, m->body);
}
