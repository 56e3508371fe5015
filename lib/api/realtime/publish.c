#include "../../bus/bus.h"
#include "../../core/log.h"
#include "../../domain/message.h"
#include "../../domain/room.h"
#include "../../http/perf.h"
#include "render.h"
#include <string.h>

/* What goes through Redis, and what the worker is told. Wakes go by a channel of their own: they must not cost the relay anything.
 */
static void queue_wake(struct ctx *c, const struct event *e)
{
	const char *text = arena_printf(c->mem, "%s %lld", e->what, (long long)e->id);

	bus_publish(c, "deskbell:wake", text, strlen(text));
}

void realtime_publish(struct ctx *c)
{
	enum { EACH = 3, ROOM = BUS_MAX - 4 };
	struct buf blocks = { 0 };
	int commands = 0;
	bool promised = false; /* a message is among them: the rest may be lost */
	bool recount = false;  /* the numbers of the console have changed */

	for (const struct event *e = c->events; e != NULL; e = e->next) {
		if (commands + EACH >
		    ROOM) { /* more than one round trip holds: rare, an agent with many conversations was deleted */
			bus_send(c);
			commands = 0;
		}
		if (e->kind == EVENT_WAKE) {
			queue_wake(c, e);
			commands++;
			continue;
		}
		if (e->kind == EVENT_MESSAGE && !e->message->is_private) { /* a visitor's poll is told nothing of notes */
			message_note_newest(c, e->conversation->session_id, e->message->id, e->conversation->shown);
			commands += 2;
		}
		if (e->kind == EVENT_AI_STREAM) {
			partial_keep(c, e);
			commands++;
		}
		if (e->kind == EVENT_MESSAGE && !e->again)
			perf_said(c->perf, e->message->sender_type);
		if (e->kind == EVENT_ROOM_MESSAGE && !e->again)
			perf_said(c->perf, PERF_SENDERS - 1);
		if (e->kind == EVENT_ROOM_MESSAGE || e->kind == EVENT_ROOM_DELETED) {
			if (e->kind == EVENT_ROOM_MESSAGE)
				room_cache_add(c, e->room, e->said);
			else
				room_cache_remove(c, e->room, e->said->m.seq);
			commands++;
		}
		promised = promised || e->kind == EVENT_MESSAGE || e->kind == EVENT_ROOM_MESSAGE;
		recount = recount || e->kind == EVENT_STATUS || e->kind == EVENT_AGENT_STATUS;
		render_event(c, &blocks, e);
	}
	if (recount)
		queue_wake(c, &(struct event){ .what = "counts" });
	if (blocks.len > 0)
		bus_publish(c, "deskbell:rt", blocks.data, blocks.len);
	if (!bus_send(c) && promised)
		log_warn(c, "publish.lost", "Redis is away: the relays will find these messages by position");
	buf_free(&blocks);
	c->events = NULL;
}
