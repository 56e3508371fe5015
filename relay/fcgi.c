/* FastCGI client: one connection a request (the server closes after each), a bounded number at once, repeated until answered or out
 * of patience. */
#include "../lib/core/log.h"
#include "relay.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FLIGHTS = 32, RETRY_MIN_MS = 20, RETRY_MAX_MS = 500, TRY_MS = 12000, RECORD = 65535 - 7 };
enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6, STDERR = 7, RESPONDER = 1 };

struct request {
	struct request *next; /* waiting */
	struct relay *relay;
	struct client *client; /* NULL: none, or gone */
	answer_fn *answer;
	void *arg;
	bool for_client; /* arg is the client: NULL when it is gone */
	struct buf out, in, body;
	size_t sent;
	int fd; /* -1 = not under way */
	int64_t deadline, backoff;
	ev_io io;
	ev_timer timer; /* end of a try, or the pause before the next */
	bool ended, given_up;
};
struct fcgi {
	struct request *waiting, **waiting_end;
	int flights;
	int64_t waiting_n;
};

static void start(struct request *);

void fcgi_init(struct relay *r)
{
	r->fcgi = must(calloc(1, sizeof(*r->fcgi)));
	r->fcgi->waiting_end = &r->fcgi->waiting;
}

int64_t fcgi_waiting(const struct relay *r)
{
	return r->fcgi->waiting_n;
}

void fcgi_forget_client(struct request *q)
{
	q->client = NULL;
	if (q->for_client)
		q->arg = NULL;
}

/* -- building -- */

static void put_record(struct buf *b, uint8_t type, const char *p, size_t n)
{
	const uint8_t head[8] = { 1, type, 0, 1, (uint8_t)(n >> 8), (uint8_t)n, 0, 0 };

	buf_add(b, head, sizeof(head));
	buf_add(b, p, n);
}

static void put_length(struct buf *b, size_t n)
{
	if (n < 128) {
		buf_chr(b, (char)n);
		return;
	}
	const uint8_t four[4] = { (uint8_t)(n >> 24 | 0x80), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };
	buf_add(b, four, sizeof(four));
}

static void put_param(struct buf *b, const char *name, const char *value)
{
	put_length(b, strlen(name));
	put_length(b, strlen(value));
	buf_str(b, name);
	buf_str(b, value);
}

static void put_socket(struct buf *b, struct client *c, const char *frame_id)
{
	char name[64];

	snprintf(name, sizeof(name), "%s-%llu", c->relay->name, (unsigned long long)c->id);
	put_param(b, "DESKBELL_SOCKET", name);
	put_param(b, "DESKBELL_FRAME", frame_id);
	put_param(b, "DESKBELL_WHO", c->who != NULL ? c->who : "");
	put_param(b, "DOCUMENT_URI", c->endpoint);
	put_param(b, "REMOTE_ADDR", c->addr->text);
	for (const char *p = c->info; p != NULL && *p != '\0';) {
		const char *value = p + strlen(p) + 1;
		put_param(b, p, value);
		p = value + strlen(value) + 1;
	}
}

static void build(struct request *q, const char *path, const char *frame_id, const char *body, size_t n)
{
	static const char begin[8] = { 0, RESPONDER, 0, 0, 0, 0, 0, 0 };
	struct buf params = { 0 };
	char length[24];

	snprintf(length, sizeof(length), "%zu", n);
	put_record(&q->out, BEGIN, begin, sizeof(begin));
	put_param(&params, "REQUEST_METHOD", "POST");
	put_param(&params, "SCRIPT_NAME", path);
	put_param(&params, "DESKBELL_RELAY", "1");
	put_param(&params, "CONTENT_LENGTH", length);
	if (q->client != NULL)
		put_socket(&params, q->client, frame_id);
	put_record(&q->out, PARAMS, params.data, params.len);
	put_record(&q->out, PARAMS, "", 0);
	for (size_t at = 0; at < n;) {
		size_t k = n - at < RECORD ? n - at : RECORD;
		put_record(&q->out, STDIN, body + at, k);
		at += k;
	}
	put_record(&q->out, STDIN, "", 0);
	buf_free(&params);
}

/* -- ending -- */

static void hang_up(struct request *q)
{
	if (q->fd < 0)
		return;
	ev_io_stop(q->relay->loop, &q->io);
	close(q->fd);
	q->fd = -1;
	q->relay->fcgi->flights--;
}

static void start_waiting(struct relay *r)
{
	struct fcgi *f = r->fcgi;

	while (f->waiting != NULL && f->flights < FLIGHTS) {
		struct request *q = f->waiting;
		f->waiting = q->next;
		if (f->waiting == NULL)
			f->waiting_end = &f->waiting;
		f->waiting_n--;
		start(q);
	}
}

static void finish(struct request *q, bool answered)
{
	struct relay *r = q->relay;

	hang_up(q);
	ev_timer_stop(r->loop, &q->timer);
	if (q->client != NULL && q->client->request == q)
		q->client->request = NULL;
	q->answer(r, q->arg, answered, q->body.data, q->body.len);
	buf_free(&q->out);
	buf_free(&q->in);
	buf_free(&q->body);
	free(q);
	start_waiting(r);
}

static void give_up(struct request *q, const char *why)
{
	log_warn(NULL, "api.no_answer", "%s", why);
	finish(q, false);
}

/* Comes back by its timer, also to be given up: whoever calls may be in the midst of a channel's members. */
static void pause_for(struct request *q, int64_t ms)
{
	ev_timer_stop(q->relay->loop, &q->timer);
	ev_timer_set(&q->timer, (double)ms / 1000, 0);
	ev_timer_start(q->relay->loop, &q->timer);
}

/* All requests are idempotent. */
static void again(struct request *q)
{
	q->relay->n.retries++;
	pause_for(q, q->backoff);
	q->backoff = q->backoff * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : q->backoff * 2;
}

/* No complete answer: again, after a pause, while there is patience. */
static void failed(struct request *q, const char *why)
{
	hang_up(q);
	if (mono(q->relay) >= q->deadline) {
		give_up(q, why);
		return;
	}
	again(q);
	start_waiting(q->relay);
}

/* Here nothing is given up and nobody else started: it would be done once more inside for each that waits. */
static void cannot_connect(struct request *q)
{
	q->given_up = mono(q->relay) >= q->deadline;
	if (q->given_up)
		pause_for(q, 0);
	else
		again(q);
}

/* "Status: 200\r\n…\r\n\r\nbody" */
static int read_status(struct request *q)
{
	const char *text = buf_text(&q->body), *end = strstr(text, "\r\n\r\n"), *status = strstr(text, "Status: ");

	if (end == NULL)
		return 0;
	int code = status != NULL && status < end ? (int)strtol(status + 8, NULL, 10) : 200;
	size_t head = (size_t)(end - text) + 4;
	memmove(q->body.data, q->body.data + head, q->body.len - head);
	q->body.len -= head;
	return code;
}

static void ended(struct request *q)
{
	int status = read_status(q);

	if (status == 200) {
		finish(q, true);
	} else if (status == 0 || status >= 500) {
		failed(q, status == 0 ? "cut off" : "status 5xx");
	} else {
		if (q->client != NULL)
			client_close(q->client, 1011, "refused");
		finish(q, false);
	}
}

/* -- one try -- */

/* Whole records out of q->in; false when the request ended one way or the other. */
static bool take_records(struct request *q)
{
	size_t at = 0;

	while (!q->ended && q->in.len - at >= 8) {
		const uint8_t *h = (const uint8_t *)q->in.data + at;
		size_t n = (size_t)h[4] << 8 | h[5], whole = 8 + n + h[6];
		if (q->in.len - at < whole)
			break;
		if (h[1] == STDOUT)
			buf_add(&q->body, h + 8, n);
		else if (h[1] == END)
			q->ended = true;
		at += whole;
	}
	memmove(q->in.data, q->in.data + at, q->in.len - at);
	q->in.len -= at;
	return !q->ended;
}

static void read_some(struct request *q)
{
	char bytes[32768];
	ssize_t n = recv(q->fd, bytes, sizeof(bytes), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		failed(q, "closed");
		return;
	}
	buf_add(&q->in, bytes, (size_t)n);
	if (!take_records(q))
		ended(q);
}

static void on_io(struct ev_loop *loop, ev_io *w, int events)
{
	struct request *q = w->data;

	if (events & EV_WRITE) {
		ssize_t n = send(q->fd, q->out.data + q->sent, q->out.len - q->sent, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			failed(q, "write");
			return;
		}
		q->sent += n > 0 ? (size_t)n : 0;
		if (q->sent == q->out.len) {
			ev_io_stop(loop, w);
			ev_io_set(w, q->fd, EV_READ);
			ev_io_start(loop, w);
		}
	}
	if (events & EV_READ)
		read_some(q);
}

static void on_timer(struct ev_loop *loop, ev_timer *t, int events)
{
	struct request *q = t->data;

	(void)loop, (void)events;
	if (q->fd >= 0) {
		failed(q, "time-out");
	} else if (q->given_up) {
		give_up(q, "cannot connect");
	} else {
		struct fcgi *f = q->relay->fcgi;
		q->next = NULL;
		*f->waiting_end = q;
		f->waiting_end = &q->next;
		f->waiting_n++;
		start_waiting(q->relay);
	}
}

static int dial(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(a.sun_path))
		return fd >= 0 ? close(fd), -1 : -1;
	memcpy(a.sun_path, path, strlen(path) + 1);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void start(struct request *q)
{
	struct relay *r = q->relay;

	buf_clear(&q->in);
	buf_clear(&q->body);
	q->sent = 0;
	q->ended = false;
	r->n.requests++;
	q->fd = dial(r->cfg.api_socket);
	if (q->fd < 0) {
		cannot_connect(q);
		return;
	}
	r->fcgi->flights++;
	ssize_t n =
		send(q->fd, q->out.data, q->out.len, MSG_NOSIGNAL); /* nearly always all of it: no turn of the loop for writing */
	q->sent = n > 0 ? (size_t)n : 0;
	ev_io_init(&q->io, on_io, q->fd, q->sent == q->out.len ? EV_READ : EV_WRITE);
	q->io.data = q;
	ev_io_start(r->loop, &q->io);
	ev_timer_stop(r->loop, &q->timer);
	ev_timer_set(&q->timer, TRY_MS / 1000.0, 0);
	ev_timer_start(r->loop, &q->timer);
}

struct request *fcgi_call(struct relay *r, const char *path, struct client *c, const char *frame_id, const char *body, size_t n,
			  answer_fn *answer, void *arg, int64_t patience_ms)
{
	struct request *q = must(calloc(1, sizeof(*q)));
	struct fcgi *f = r->fcgi;

	*q = (struct request){ .relay = r,
			       .client = c,
			       .answer = answer,
			       .arg = arg,
			       .for_client = c != NULL && arg == c,
			       .fd = -1,
			       .deadline = mono(r) + patience_ms,
			       .backoff = RETRY_MIN_MS };
	build(q, path, frame_id, body, n);
	ev_timer_init(&q->timer, on_timer, 0, 0);
	q->timer.data = q;
	*f->waiting_end = q;
	f->waiting_end = &q->next;
	f->waiting_n++;
	start_waiting(r);
	return q;
}
