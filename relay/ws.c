/* Inbound frames by wslay's event API. A context (8 KB) lives only while part of a frame or message is pending. */
#include "relay.h"
#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

struct ws {
	wslay_event_context_ptr ctx;
	struct client *client;
	const uint8_t *feed;
	size_t left;
	uint64_t fed, framed; /* bytes given, bytes of whole frames: equal = nothing is pending */
	uint64_t frame_size;
	uint8_t answer[2 + 125]; /* wslay's own frame: its head comes first, then its payload */
	size_t answer_n;
	bool empty_close;   /* the peer's close frame says nothing either */
	bool in_message;    /* a fragmented message is open */
	bool busy, freeing; /* busy: inside wslay; freeing: destroy it when that returns */
};

static ssize_t on_recv(wslay_event_context_ptr ctx, uint8_t *buf, size_t n, int flags, void *arg)
{
	struct ws *w = arg;

	(void)flags;
	if (w->left == 0) {
		wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	n = n < w->left ? n : w->left;
	memcpy(buf, w->feed, n);
	w->feed += n;
	w->left -= n;
	return (ssize_t)n;
}

/* What wslay answers by itself: pongs and close frames. They go through the client's queue like everything. */
static ssize_t on_send(wslay_event_context_ptr ctx, const uint8_t *p, size_t n, int flags, void *arg)
{
	struct ws *w = arg;

	(void)ctx, (void)flags;
	if (w->client->state != CLIENT_OPEN) /* our close frame is queued: nothing goes behind it */
		return (ssize_t)n;
	if (n > sizeof(w->answer) - w->answer_n) /* never: control frames are all it sends */
		abort();
	memcpy(w->answer + w->answer_n, p, n);
	w->answer_n += n;
	if (w->answer_n < 2 || w->answer_n < 2u + (w->answer[1] & 0x7f))
		return (ssize_t)n;
	/* wslay answers some protocol errors with a close frame that says nothing: say 1002. */
	bool mute = w->answer[0] == 0x88 && w->answer_n == 2 && !w->empty_close;
	struct frame *f = mute ? frame_make(0x88, "\x03\xea", 2, 0, 0) : frame_raw(w->answer, w->answer_n);

	w->answer_n = 0;
	out_push(w->client, f);
	frame_unref(f);
	return (ssize_t)n;
}

static void on_start(wslay_event_context_ptr ctx, const struct wslay_event_on_frame_recv_start_arg *a, void *arg)
{
	struct ws *w = arg;
	uint64_t head = a->payload_length < 126 ? 6 : a->payload_length < 65536 ? 8 : 14;

	(void)ctx;
	w->frame_size = head + a->payload_length;
	if (!wslay_is_ctrl_frame(a->opcode))
		w->in_message = !a->fin;
}

static void on_end(wslay_event_context_ptr ctx, void *arg)
{
	struct ws *w = arg;

	(void)ctx;
	w->framed += w->frame_size;
}

static void on_message(wslay_event_context_ptr ctx, const struct wslay_event_on_msg_recv_arg *a, void *arg)
{
	struct ws *w = arg;

	(void)ctx;
	if (w->client->state != CLIENT_OPEN) /* closed by an earlier message of the same bytes */
		return;
	if (a->opcode == WSLAY_TEXT_FRAME)
		client_input(w->client, (const char *)a->msg, a->msg_length);
	else if (a->opcode == WSLAY_CONNECTION_CLOSE)
		w->empty_close = a->msg_length == 0;
	else if (a->opcode == WSLAY_BINARY_FRAME)
		client_close(w->client, 1003, "text_only");
}

static struct ws *ws_new(struct client *c)
{
	static const struct wslay_event_callbacks callbacks = { .recv_callback = on_recv,
								.send_callback = on_send,
								.on_frame_recv_start_callback = on_start,
								.on_frame_recv_end_callback = on_end,
								.on_msg_recv_callback = on_message };
	struct ws *w = must(calloc(1, sizeof(*w)));

	if (wslay_event_context_server_init(&w->ctx, &callbacks, w) != 0)
		abort();
	wslay_event_config_set_max_recv_msg_length(w->ctx, (uint64_t)c->relay->cfg.max_frame);
	w->client = c;
	return w;
}

void ws_free(struct client *c)
{
	struct ws *w = c->ws;

	if (w == NULL)
		return;
	if (w->busy) { /* called from inside its own callback: ws_input() frees it */
		w->freeing = true;
		w->left = 0;
		return;
	}
	wslay_event_context_free(w->ctx);
	free(w);
	c->ws = NULL;
}

static void destroy(struct client *c, struct ws *w)
{
	wslay_event_context_free(w->ctx);
	free(w);
	c->ws = NULL;
}

bool ws_input(struct client *c, const uint8_t *p, size_t n)
{
	struct ws *w = c->ws != NULL ? c->ws : ws_new(c);

	c->ws = w;
	w->feed = p;
	w->left = n;
	w->fed += n;
	w->busy = true;
	w->freeing = false;
	bool broken = wslay_event_recv(w->ctx) != 0;
	w->left = 0;
	if (!w->freeing && wslay_event_want_write(w->ctx))
		broken = wslay_event_send(w->ctx) != 0 || broken;
	w->busy = false;
	if (c->state == CLIENT_GONE || w->freeing) {
		destroy(c, w);
		return false;
	}
	bool over = broken || wslay_event_get_close_sent(w->ctx) || !wslay_event_want_read(w->ctx);
	if (over && c->state == CLIENT_OPEN) { /* the close frame is queued: the descriptor goes when it is out */
		c->peer_closed = wslay_event_get_close_received(w->ctx) != 0;
		destroy(c, w);
		c->state = CLIENT_CLOSING;
		hub_leave_all(&c->relay->hub, c);
		if (c->out == NULL)
			client_close(c, 0, "closed");
		return false;
	}
	if (w->fed == w->framed && !w->in_message)
		destroy(c, w);
	return c->state == CLIENT_OPEN;
}
