/* Who shows a conversation now: in Redis alone, never stored. A socket counts as long as the relay keeps its presence (PROTOCOL.md,
   section 5), so nobody needs to say again that it is still there. */
#include "../../bus/bus.h"
#include "../../domain/team.h"
#include "socket.h"
#include <stdlib.h>
#include <string.h>

enum { SEPARATOR = 0x1e };

/* KEYS: the conversation's hash, socket -> "user name". ARGV: socket, its value ("" = it leaves), now. Answers the values of those
   that live, and forgets the others. */
static const char script[] =
	"if ARGV[2] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) "
	"else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) redis.call('EXPIRE', KEYS[1], 86400) end "
	"local all, live = redis.call('HGETALL', KEYS[1]), {} "
	"for i = 1, #all, 2 do "
	"local seen = redis.call('ZSCORE', 'deskbell:online:' .. string.match(all[i + 1], '^%d+'), all[i]) "
	"if all[i] == ARGV[1] or (seen and tonumber(seen) > tonumber(ARGV[3])) then live[#live + 1] = all[i + 1] "
	"else redis.call('HDEL', KEYS[1], all[i]) end end "
	"return table.concat(live, '\\030')";

static int ask(struct ctx *c, const struct socket *s, int64_t id, const char *value)
{
	const char *key = arena_printf(c->mem, "deskbell:viewing:%lld", (long long)id),
		   *now = arena_printf(c->mem, "%lld", (long long)c->now);
	const char *argv[] = { "EVAL", script, "1", key, s->name, value, now };
	size_t len[COUNT(argv)];

	for (size_t i = 0; i < COUNT(argv); i++)
		len[i] = strlen(argv[i]);
	return bus_cmd(c, COUNT(argv), argv, len);
}

static void add_viewer(struct list *l, int64_t id, const char *name)
{
	struct person *p = l->items;

	for (size_t i = 0; i < l->n; i++)
		if (p[i].id == id) /* two tabs are one person */
			return;
	p[l->n++] = (struct person){ id, name, NULL };
}

static struct list viewers_of(struct ctx *c, const char *text)
{
	size_t most = 1;

	for (const char *p = text; *p != '\0'; p++)
		most += *p == SEPARATOR;
	struct list l = { arena_alloc(c->mem, most * sizeof(struct person)), 0 };
	while (*text != '\0') {
		char *name;
		int64_t id = strtoll(text, &name, 10);
		size_t n = strcspn(name, "\x1e");
		add_viewer(&l, id, n > 0 ? arena_strndup(c->mem, name + 1, n - 1) : "");
		text = name + n + (name[n] == SEPARATOR);
	}
	return l;
}

/* What Redis answered, for the others that show it. NULL: Redis is away, and with it who shows what. */
static struct event *tell(struct ctx *c, const struct socket *s, const struct conversation *v, const char *answer)
{
	if (answer == NULL)
		return NULL;
	struct event *e = event_queue(c, EVENT_VIEWING);
	e->conversation = v;
	e->viewers = viewers_of(c, answer);
	e->except = s->name;
	return e;
}

static void put_viewers(struct buf *out, const struct event *e)
{
	struct buf frame = { 0 };

	console_put_viewing(&frame, e);
	put_block_frame(out, &frame);
	buf_free(&frame);
}

/* What the AI is saying there just now. */
static void put_partial(struct ctx *c, struct buf *out, int64_t id)
{
	struct buf frame = { 0 };
	struct event e;

	if (!partial_find(c, id, &e))
		return;
	console_put_stream(&frame, &e);
	put_block_frame(out, &frame);
	buf_free(&frame);
}

void viewing_change(struct ctx *c, struct socket *s, const struct conversation *to, struct buf *out)
{
	int64_t id = to != NULL ? to->id : 0;
	struct conversation *from = arena_alloc(c->mem, sizeof(*from));
	int left = -1, entered = -1;

	from->id = s->viewing;
	if (from->id != 0 && from->id != id)
		left = ask(c, s, from->id, "");
	if (id != 0)
		entered = ask(c, s, id, arena_printf(c->mem, "%lld %s", (long long)s->user_id, c->who.name));
	bus_go(c);
	const char *rest = left >= 0 ? bus_str(c, left, NULL) : NULL, *all = entered >= 0 ? bus_str(c, entered, NULL) : NULL;
	if (left >= 0) {
		buf_printf(out, "L %s\n", channel_viewing(c->mem, from->id));
		tell(c, s, from, rest);
	}
	if (id != 0) {
		buf_printf(out, "J %s\nG\n", channel_viewing(c->mem, id)); /* nothing is caught up on: no hold */
		const struct event *e = tell(c, s, to, all);
		if (e != NULL)
			put_viewers(out, e);
		if (to->ai_wanted_seq != 0)
			put_partial(c, out, id);
	}
	s->viewing = id;
	realtime_publish(c);
}

bool viewing_again(struct ctx *c, struct socket *s, struct buf *out)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct list teams = { 0 };
	bool found;

	if (s->viewing == 0)
		return true;
	if (!conversation_peek(c, s->viewing, v, &found) || !team_ids_of(c, s->user_id, &teams))
		return false;
	bool may = found && (c->who.permissions & MAY_CONVERSATIONS_READ) && conversation_may_see(c, v, &teams);
	if (may)
		buf_printf(out, "J %s\n", channel_viewing(c->mem, v->id));
	else
		viewing_change(c, s, NULL, out);
	return true;
}
