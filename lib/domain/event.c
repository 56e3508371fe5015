#include "event.h"

struct event *event_queue(struct ctx *c, enum event_kind kind)
{
	struct event *e = arena_alloc(c->mem, sizeof(*e));

	e->kind = kind;
	if (c->events_end == NULL || c->events == NULL)
		c->events_end = &c->events;
	*c->events_end = e;
	c->events_end = &e->next;
	return e;
}

void event_wake(struct ctx *c, const char *what, int64_t id)
{
	struct event *e = event_queue(c, EVENT_WAKE);

	e->what = what;
	e->id = id;
}

struct event_mark event_mark(const struct ctx *c)
{
	return (struct event_mark){ c->events, c->events != NULL ? c->events_end : NULL };
}

void event_undo(struct ctx *c, struct event_mark m)
{
	c->events = m.first;
	if (m.end != NULL) {
		*m.end = NULL;
		c->events_end = m.end;
	}
}
