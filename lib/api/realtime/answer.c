/* The relay's requests: one row a path. */
#include "../../core/text.h"
#include "../../domain/inbox.h"
#include "../../domain/message.h"
#include "frames.h"
#include "rooms.h"
#include <stdlib.h>
#include <string.h>

enum { FILL_MAX = 200, LINES_MAX = 200, POSITIONS_MAX = 10000 };

/* -- holes in streams -- */

struct wanted {
	int64_t stream, after, upto;
};

/* "stream after upto" or "stream id>N upto". */
static bool read_line(struct ctx *c, const char *line, struct wanted *w)
{
	char *end;
	int64_t first;

	w->stream = strtoll(line, &end, 10);
	end += strspn(end, " ");
	if (strncmp(end, "id>", 3) == 0) {
		if (!message_first_above(c, w->stream, strtoll(end + 3, &end, 10), &first))
			return false;
		w->after = first > 0 ? first - 1 : INT64_MAX;
	} else {
		w->after = strtoll(end, &end, 10);
	}
	w->upto = strtoll(end, NULL, 10);
	return true;
}

static void put_range(struct ctx *c, struct buf *b, const struct conversation *v, const struct list *l)
{
	struct message *m = l->items;

	for (size_t i = 0; i < l->n; i++) {
		message_finish(&m[i], v->session_id);
		render_event(c, b, &(struct event){ .kind = EVENT_MESSAGE, .conversation = v, .message = &m[i] });
	}
}

static bool fill_one(struct ctx *c, const struct wanted *w, struct buf *b)
{
	struct conversation v = { 0 };
	struct list l = { 0 };
	int64_t known;
	bool found;

	if (w->stream < 0) {
		if (!room_fill(c, w->stream, w->after, w->upto, FILL_MAX, b, &known))
			return false;
		buf_printf(b, "D %lld %lld\n", (long long)w->stream, (long long)known);
		return true;
	}
	if (!conversation_peek(c, w->stream, &v, &found))
		return false;
	if (found && w->after < w->upto && !message_range(c, w->stream, w->after, w->upto, FILL_MAX, &l))
		return false;
	put_range(c, b, &v, &l);
	known = l.n == FILL_MAX ? ((struct message *)l.items)[l.n - 1].seq : w->upto;
	buf_printf(b, "D %lld %lld\n", (long long)w->stream, (long long)known);
	return true;
}

static bool fill(struct ctx *c, const struct request *q, struct socket *s, struct buf *b)
{
	const char *line = q->n > 0 ? arena_strndup(c->mem, q->body, q->n) : "";

	(void)s;
	for (int i = 0; *line != '\0' && i < LINES_MAX; i++) {
		struct wanted w;
		if (!read_line(c, line, &w) || !fill_one(c, &w, b))
			return false;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return true;
}

static bool positions(struct ctx *c, const struct request *q, struct socket *s, struct buf *b)
{
	const char *body = q->n > 0 ? arena_strndup(c->mem, q->body, q->n) : "since 0";
	struct list l = { 0 }, origins = { 0 };
	int64_t newest;
	bool more;

	(void)s;
	if (strncmp(body, "since ", 6) != 0)
		return fail(c, E_BUG, "frame.positions");
	if (!message_positions(c, strtoll(body + 6, NULL, 10), POSITIONS_MAX, &l, &newest, &more) || !inbox_origins(c, &origins))
		return false;
	const struct stream_position *p = l.items;
	for (size_t i = 0; i < l.n; i++)
		buf_printf(b, "D %lld %lld %lld\n", (long long)p[i].stream, (long long)p[i].seq, (long long)p[i].id);
	const char *const *origin = origins.items;
	for (size_t i = 0; i < origins.n; i++)
		buf_printf(b, "O %s\n", origin[i]);
	buf_printf(b, "M %lld %d\n", (long long)newest, more);
	return true;
}

/* -- sockets -- */

static bool frame(struct ctx *c, const struct request *q, struct socket *s, struct buf *b)
{
	const struct json *message = json_parse(c, q->body, q->n);

	if (message == NULL) { /* no type, as any other frame without one */
		message = json_parse(c, "{}", 2);
		c->err = (struct err){ 0 };
	}
	if (s->dialect != NULL)
		return frame_take(c, s, message, b);
	buf_str(b, "X 1008 not_served\n");
	return true;
}

static bool carry_on(struct ctx *c, const struct request *q, struct socket *s, struct buf *b)
{
	bool ended;

	if (!socket_recall(c, s, b, &ended)) /* who it is decides what it may catch up on */
		return false;
	if (ended)
		return true;
	if (q->n > 0 && !resume_continue(c, s, arena_strndup(c->mem, q->body, q->n), b))
		return false;
	return s->dialect == NULL || s->dialect->listens == NULL || s->dialect->listens(c, s);
}

static bool recheck(struct ctx *c, const struct request *q, struct socket *s, struct buf *b)
{
	bool lost = q->n == 4 && memcmp(q->body, "lost", 4) == 0;

	return s->dialect == NULL || frame_recheck(c, s, lost, b);
}

static bool closed(struct ctx *c, const struct request *q, struct socket *s, struct buf *b)
{
	(void)q, (void)b;
	return s->dialect == NULL || s->dialect->closed == NULL || s->dialect->closed(c, s);
}

static bool open(struct ctx *c, const struct request *q, struct socket *s, struct buf *b)
{
	return s->dialect == NULL || s->dialect->open == NULL || s->dialect->open(c, s, q, b);
}

static const struct {
	const char *path;
	bool (*take)(struct ctx *, const struct request *, struct socket *, struct buf *);
} rows[] = {
	{ "/realtime/frame", frame },         { "/realtime/continue", carry_on }, { "/realtime/recheck", recheck },
	{ "/realtime/open", open },           { "/realtime/close", closed },      { "/realtime/fill", fill },
	{ "/realtime/positions", positions },
};

bool realtime_answer(struct ctx *c, const struct request *q, struct buf *b)
{
	struct socket s;

	socket_read(c, q, &s);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].path, q->path) == 0)
			return rows[i].take(c, q, &s, b);
	return fail(c, E_NOT_FOUND, "http.no_such_path");
}
