#include "hub.h"
#include "client.h"
#include <stdlib.h>
#include <string.h>

/* -- frames -- */

static struct frame *frame_alloc(size_t n)
{
	struct frame *f = malloc(sizeof(*f) + n);

	if (f == NULL)
		abort();
	*f = (struct frame){ .ref = 1, .len = (uint32_t)n };
	return f;
}

struct frame *frame_make(uint8_t first, const void *p, size_t n, int64_t stream, int64_t seq)
{
	size_t head = n < 126 ? 2 : n < 65536 ? 4 : 10;
	struct frame *f = frame_alloc(head + n);

	f->stream = stream;
	f->seq = seq;
	f->data[0] = first;
	f->data[1] = (uint8_t)(n < 126 ? n : n < 65536 ? 126 : 127);
	if (head == 4) {
		f->data[2] = (uint8_t)(n >> 8);
		f->data[3] = (uint8_t)n;
	} else if (head == 10) {
		for (int i = 0; i < 8; i++)
			f->data[2 + i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
	}
	if (n > 0)
		memcpy(f->data + head, p, n);
	return f;
}

struct frame *frame_text(const void *p, size_t n, int64_t stream, int64_t seq)
{
	return frame_make(0x81, p, n, stream, seq);
}

struct frame *frame_raw(const void *p, size_t n)
{
	struct frame *f = frame_alloc(n);

	memcpy(f->data, p, n);
	return f;
}

void frame_unref(struct frame *f)
{
	if (--f->ref == 0)
		free(f);
}

/* -- channels -- */

enum { TABLE_MIN = 1024 };

static uint32_t hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)s[i]) * 16777619u;
	return h;
}

static struct channel **table_new(uint32_t size)
{
	struct channel **t = calloc(size, sizeof(*t));

	if (t == NULL)
		abort();
	return t;
}

void hub_init(struct hub *h)
{
	*h = (struct hub){ .table = table_new(TABLE_MIN), .size = TABLE_MIN };
}

static struct channel **bucket(const struct hub *h, const char *name, size_t n)
{
	return &h->table[hash(name, n) & (h->size - 1)];
}

struct channel *hub_find(const struct hub *h, const char *name, size_t n)
{
	for (struct channel *c = *bucket(h, name, n); c != NULL; c = c->hash_next)
		if (strncmp(c->name, name, n) == 0 && c->name[n] == '\0')
			return c;
	return NULL;
}

static void grow(struct hub *h)
{
	struct channel **old = h->table;
	uint32_t size = h->size;

	h->table = table_new(size * 2);
	h->size = size * 2;
	for (uint32_t i = 0; i < size; i++)
		for (struct channel *c = old[i], *next; c != NULL; c = next) {
			next = c->hash_next;
			struct channel **b = bucket(h, c->name, strlen(c->name));
			c->hash_next = *b;
			*b = c;
		}
	free(old);
}

struct channel *hub_get(struct hub *h, const char *name, size_t n)
{
	struct channel *c = hub_find(h, name, n);

	if (c != NULL)
		return c;
	if (h->n >= h->size)
		grow(h);
	if ((c = calloc(1, sizeof(*c) + n + 1)) == NULL)
		abort();
	memcpy(c->name, name, n);
	struct channel **b = bucket(h, name, n);
	c->hash_next = *b;
	*b = c;
	h->n++;
	return c;
}

static void remove_channel(struct hub *h, struct channel *c)
{
	struct channel **at = bucket(h, c->name, strlen(c->name));

	while (*at != c)
		at = &(*at)->hash_next;
	*at = c->hash_next;
	h->n--;
	free(c->members);
	free(c);
}

bool hub_in(const struct client *c, const struct channel *ch)
{
	for (unsigned i = 0; i < c->subs_n; i++)
		if (c->subs[i].channel == ch)
			return true;
	return false;
}

void hub_join(struct channel *ch, struct client *c)
{
	if (hub_in(c, ch))
		return;
	if (ch->n == ch->cap) {
		ch->cap = ch->cap != 0 ? ch->cap * 2 : 1;
		if ((ch->members = realloc(ch->members, ch->cap * sizeof(*ch->members))) == NULL)
			abort();
	}
	if ((c->subs = realloc(c->subs, (c->subs_n + 1u) * sizeof(*c->subs))) == NULL)
		abort();
	ch->members[ch->n] = (struct member){ c, ch->base + ch->pending_n, c->subs_n };
	c->subs[c->subs_n++] = (struct sub){ ch, ch->n++ };
}

void hub_leave(struct hub *h, struct client *c, struct channel *ch)
{
	unsigned i = 0;

	while (i < c->subs_n && c->subs[i].channel != ch)
		i++;
	if (i == c->subs_n)
		return;
	uint32_t slot = c->subs[i].slot, last = ch->n - 1;
	if (slot < ch->cursor && last >= ch->cursor)
		ch->again = true;
	ch->members[slot] = ch->members[last];
	ch->members[slot].client->subs[ch->members[slot].sub].slot = slot;
	ch->n--;
	if (ch->cursor > ch->n)
		ch->cursor = ch->n;
	c->subs[i] = c->subs[--c->subs_n];
	if (i < c->subs_n)
		c->subs[i].channel->members[c->subs[i].slot].sub = (uint16_t)i;
	if (c->subs_n == 0) {
		free(c->subs);
		c->subs = NULL;
	}
	if (ch->n == 0 && !ch->sweeping)
		remove_channel(h, ch);
}

void hub_leave_all(struct hub *h, struct client *c)
{
	while (c->subs_n > 0)
		hub_leave(h, c, c->subs[c->subs_n - 1].channel);
}

void hub_drop_empty(struct hub *h, struct channel *ch)
{
	if (ch->n == 0 && !ch->sweeping)
		remove_channel(h, ch);
}
