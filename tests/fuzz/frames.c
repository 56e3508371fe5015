/* Bytes of a peer through the relay's frame reading. The first two bytes say how the rest is cut and when the socket goes; what is
 * told of the rest must be what a plain reading of RFC 6455 finds, however it is cut. */
#include "../../lib/core/text.h"
#include "../../relay/hub.c"
#include "../../relay/ws.c"

enum { MAX_FRAME = 1024 };

static struct relay relay = { .cfg = { .max_frame = MAX_FRAME } };
static struct queue queue; /* only that there is one matters here */
static struct buf texts, sent;
static unsigned pieces_left; /* after so many the socket is gone, as a slow consumer's; 0 = never */

void *must(void *p)
{
	return p;
}

static void demand(bool holds)
{
	if (!holds)
		__builtin_trap();
}

static void gone(struct client *c)
{
	c->state = CLIENT_GONE;
	c->out = NULL;
	ws_free(c);
}

/* wslay's own frames, whole. */
void out_push(struct client *c, struct frame *f)
{
	if (c->state == CLIENT_GONE)
		return;
	demand(c->state == CLIENT_OPEN);
	buf_add(&sent, f->data, f->len);
	c->out = &queue;
	if (pieces_left > 0 && --pieces_left == 0)
		gone(c);
}

/* What went out is whole control frames, unmasked, and nothing behind a close, which has a code that may be sent. Then only the
 * close is kept: wslay forgets the pongs that wait when it finds something wrong. */
static void check_sent(void)
{
	const uint8_t *p = (const uint8_t *)buf_text(&sent), *end = p + sent.len;

	while (p < end) {
		demand(end - p >= 2 && (p[0] == 0x88 || p[0] == 0x8a) && p[1] <= 125 && end - p >= 2 + p[1]);
		if (p[0] == 0x88) {
			int code = p[1] >= 2 ? p[2] << 8 | p[3] : 1000;
			demand(p[1] != 1 && code >= 1000 && code < 5000 && code != 1005 && code != 1006);
			demand(p + 2 + p[1] == end);
			sent.len = (size_t)(end - p);
			memmove(sent.data, p, sent.len);
			return;
		}
		p += 2 + p[1];
	}
}

void client_close(struct client *c, int code, const char *why)
{
	const uint8_t payload[2] = { (uint8_t)(code >> 8), (uint8_t)code };

	(void)why;
	if (code == 0) {
		gone(c);
		return;
	}
	struct frame *f = frame_make(0x88, payload, sizeof(payload), 0, 0);
	out_push(c, f);
	frame_unref(f);
	if (c->state == CLIENT_OPEN)
		c->state = CLIENT_CLOSING;
}

static void put_text(struct buf *b, const void *p, size_t n)
{
	buf_printf(b, "%zu:", n);
	buf_add(b, p, n);
}

void client_input(struct client *c, const char *p, size_t n)
{
	demand(c->state == CLIENT_OPEN && n <= MAX_FRAME);
	put_text(&texts, p, n);
}

/* -- the same, read plainly -- */

struct plain {
	const uint8_t *p, *end;
	uint8_t first;
	size_t n;
	uint8_t payload[MAX_FRAME];
};

/* The next frame; false when it is not whole, or against the rules. */
static bool next_frame(struct plain *f)
{
	size_t head = 2, left = (size_t)(f->end - f->p);
	const uint8_t *p = f->p;

	if (left < 2 || !(p[1] & 0x80))
		return false;
	uint64_t n = p[1] & 0x7f, wide = n < 126 ? 0 : n == 126 ? 2 : 8;
	if (left < head + wide + 4)
		return false;
	for (uint64_t i = 0; i < wide; i++)
		n = i == 0 ? p[2] : n << 8 | p[2 + i];
	head += wide;
	if ((wide == 2 && n < 126) || (wide == 8 && n < 65536) || n > MAX_FRAME || left - head - 4 < n)
		return false;
	f->first = *p;
	f->n = n;
	for (size_t i = 0; i < n; i++)
		f->payload[i] = p[head + 4 + i] ^ p[head + i % 4];
	f->p += head + 4 + n;
	return true;
}

/* NUL is a character of a WebSocket's text; utf8_valid() is of JSON's mind. */
static bool is_text(const uint8_t *p, size_t n)
{
	for (const uint8_t *nul; (nul = memchr(p, 0, n)) != NULL; p = nul + 1) {
		if (!utf8_valid((const char *)p, (size_t)(nul - p)))
			return false;
		n -= (size_t)(nul - p) + 1;
	}
	return utf8_valid((const char *)p, n);
}

/* True when a whole frame ends the conversation, by its kind or by its mistake. */
static bool read_plainly(const uint8_t *p, size_t n, struct buf *out)
{
	struct plain f = { .p = p, .end = p + n };
	uint8_t message[MAX_FRAME], kind = 0;
	size_t len = 0;

	while (next_frame(&f)) {
		uint8_t op = f.first & 0x0f;
		bool fin = f.first & 0x80;
		if (f.first & 0x70 || (op > 2 && op < 8) || op > 10)
			return true;
		if (op >= 8) {
			if (!fin || f.n > 125 || op == 8)
				return true;
			continue;
		}
		if ((op == 0) != (kind != 0) || len + f.n > MAX_FRAME)
			return true;
		kind = op != 0 ? op : kind;
		memcpy(message + len, f.payload, f.n);
		len += f.n;
		if (!fin)
			continue;
		if (kind == 2 || !is_text(message, len))
			return true;
		put_text(out, message, len);
		kind = 0;
		len = 0;
	}
	return false;
}

/* -- both -- */

/* True when it is still open in the end. */
static bool feed(const uint8_t *p, size_t n, unsigned piece, unsigned pieces)
{
	struct client c = { .relay = &relay, .state = CLIENT_OPEN };

	buf_clear(&texts);
	buf_clear(&sent);
	pieces_left = pieces;
	for (size_t k; n > 0 && c.state == CLIENT_OPEN; p += k, n -= k) {
		k = piece == 0 || piece > n ? n : piece;
		uint8_t *copy = must(malloc(k)); /* of its own, so that nothing behind it is read */
		memcpy(copy, p, k);
		demand(ws_input(&c, copy, k) == (c.state == CLIENT_OPEN));
		free(copy);
	}
	bool open = c.state == CLIENT_OPEN;
	ws_free(&c);
	demand(c.ws == NULL);
	if (pieces == 0)
		check_sent();
	return open;
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf want = { 0 }, whole = { 0 };

	if (n < 2)
		return 0;
	bool ends = read_plainly(p + 2, n - 2, &want);
	bool open = feed(p + 2, n - 2, 0, 0);
	demand(!(ends && open) && texts.len == want.len && (want.len == 0 || memcmp(texts.data, want.data, want.len) == 0));
	buf_add(&whole, sent.data, sent.len);
	bool cut_open = feed(p + 2, n - 2, 1 + p[0], 0);
	demand(!(ends && cut_open) && texts.len == want.len && (want.len == 0 || memcmp(texts.data, want.data, want.len) == 0));
	/* How soon wslay sees a mistake, and which of two, depends on the cut. */
	demand(!open || !cut_open || (sent.len == whole.len && (sent.len == 0 || memcmp(sent.data, whole.data, sent.len) == 0)));
	feed(p + 2, n - 2, p[0], p[1]);
	buf_free(&want);
	buf_free(&whole);
	return 0;
}
