/* An answer of the AI as far as it is said, for who comes in the middle of it. In Redis alone: without it the next piece, which has
   all that was said before, shows it. */
#include "../../bus/bus.h"
#include "../../core/text.h"
#include "render.h"
#include <string.h>

enum { KEEP_S = 600 }; /* as long as the slowest provider may think */

static const char *key_of(struct ctx *c, int64_t id)
{
	return arena_printf(c->mem, "ai:part:%lld", (long long)id);
}

/* "chunk stream_id text" */
void partial_keep(struct ctx *c, const struct event *e)
{
	const char *key = key_of(c, e->conversation->id);

	if (e->flag || *e->full_text == '\0') {
		bus_del(c, key);
		return;
	}
	const char *value = arena_printf(c->mem, "%lld %s %s", (long long)e->number, e->stream_id, e->full_text);
	bus_set(c, key, value, strlen(value), KEEP_S);
}

static bool read_value(struct ctx *c, const char *value, struct event *e)
{
	const char *id = strchr(value, ' '), *text = id != NULL ? strchr(id + 1, ' ') : NULL;

	if (text == NULL || !parse_int(value, (size_t)(id - value), &e->number))
		return false;
	e->stream_id = arena_strndup(c->mem, id + 1, (size_t)(text - id - 1));
	e->text = e->full_text = text + 1;
	return true;
}

/* Who made it may have died since: what the row says counts. */
static bool goes_on(struct ctx *c, int64_t id, struct conversation *v)
{
	bool found;

	return conversation_peek(c, id, v, &found) && found && v->agent_type == AGENT_AI && v->ai_wanted_seq != 0;
}

bool partial_find(struct ctx *c, int64_t conversation_id, struct event *e)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct err before = c->err;
	int slot = bus_get(c, key_of(c, conversation_id));

	bus_go(c);
	const char *value = bus_str(c, slot, NULL);
	*e = (struct event){ .kind = EVENT_AI_STREAM, .conversation = v };
	bool found = value != NULL && read_value(c, value, e) && goes_on(c, conversation_id, v);
	c->err = before; /* it is no promise */
	return found;
}
