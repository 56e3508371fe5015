#include "../../../relay/hub.c"
#include "../ok.h"
#include <stdio.h>

enum { CLIENTS = 6 };

static void check_heads(void)
{
	static const struct {
		size_t n, head;
		uint8_t bytes[10];
	} rows[] = { { 0, 2, { 0x81, 0 } },
		     { 1, 2, { 0x81, 1 } },
		     { 125, 2, { 0x81, 125 } },
		     { 126, 4, { 0x81, 126, 0, 126 } },
		     { 65535, 4, { 0x81, 126, 0xff, 0xff } },
		     { 65536, 10, { 0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0 } },
		     { 70000, 10, { 0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70 } } };
	static char payload[70000];

	memset(payload, 'p', sizeof(payload));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct frame *f = frame_text(payload, rows[i].n, 5, 9);
		ok(f->len == rows[i].head + rows[i].n && memcmp(f->data, rows[i].bytes, rows[i].head) == 0, "%zu bytes", rows[i].n);
		ok(memcmp(f->data + rows[i].head, payload, rows[i].n) == 0 && f->stream == 5 && f->seq == 9 && f->ref == 1,
		   "%zu bytes: what it holds", rows[i].n);
		frame_unref(f);
	}
	struct frame *f = frame_raw("abc", 3);
	ok(f->len == 3 && memcmp(f->data, "abc", 3) == 0, "as they are");
	f->ref++;
	frame_unref(f);
	ok_int(f->ref, 1);
	frame_unref(f);
}

/* Every place that a client says it has is its own, and the other way round. */
static bool agrees(const struct hub *h, struct client *clients)
{
	uint32_t channels = 0, members = 0, subs = 0;

	for (uint32_t i = 0; i < h->size; i++)
		for (struct channel *c = h->table[i]; c != NULL; c = c->hash_next) {
			channels++;
			members += c->n;
			for (uint32_t k = 0; k < c->n; k++) {
				const struct sub *s = &c->members[k].client->subs[c->members[k].sub];
				if (s->channel != c || s->slot != k)
					return false;
			}
			if (hub_find(h, c->name, strlen(c->name)) != c || (c->n == 0 && !c->sweeping))
				return false;
		}
	for (int i = 0; i < CLIENTS; i++)
		subs += clients[i].subs_n;
	return channels == h->n && members == subs;
}

/* "+cX" client c joins channel X, "-cX" leaves it, "!c" leaves all; then who is in channel A, in order. */
static void check_places(void)
{
	static const struct {
		const char *steps, *in_a;
		uint32_t channels;
	} rows[] = { { "", "", 0 },
		     { "+0A", "0", 1 },
		     { "+0A+0A", "0", 1 },
		     { "+0A-0A", "", 0 },
		     { "-0A", "", 0 },
		     { "+0A+1A+2A-0A", "21", 1 },
		     { "+0A+1A+2A-2A", "01", 1 },
		     { "+0A+0B+0C-0A", "", 2 },
		     { "+0A+1A+0B-1B", "01", 2 },
		     { "+0A+0B+0C+1C+1A!0", "1", 2 },
		     { "+0B+0A+1A+2A-0B-0A-1A", "2", 1 },
		     { "+0A+1A!0!1!2", "", 0 },
		     { "+0A+1B+2C!1+1A", "01", 2 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct client clients[CLIENTS] = { 0 };
		struct hub h;
		char in_a[CLIENTS + 1] = "";
		hub_init(&h);
		for (const char *p = rows[i].steps; *p != '\0'; p += *p == '!' ? 2 : 3) {
			struct client *c = &clients[p[1] - '0'];
			if (*p == '+')
				hub_join(hub_get(&h, p + 2, 1), c);
			else if (*p == '!')
				hub_leave_all(&h, c);
			else if (hub_find(&h, p + 2, 1) != NULL)
				hub_leave(&h, c, hub_find(&h, p + 2, 1));
			ok(agrees(&h, clients), "%s at %s", rows[i].steps, p);
		}
		const struct channel *a = hub_find(&h, "A", 1);
		for (uint32_t k = 0; a != NULL && k < a->n; k++)
			in_a[k] = (char)('0' + (a->members[k].client - clients));
		ok(strcmp(in_a, rows[i].in_a) == 0, "%s: <%s> are in A", rows[i].steps, in_a);
		ok_int(h.n, rows[i].channels);
		for (int k = 0; k < CLIENTS; k++)
			hub_leave_all(&h, &clients[k]);
		ok(h.n == 0 && clients[0].subs == NULL, "nothing is left");
		free(h.table);
	}
}

static void check_names(void)
{
	struct hub h;
	struct client c = { 0 };
	char name[16];

	hub_init(&h);
	hub_join(hub_get(&h, "session:12 more", 10), &c);
	ok_str(hub_find(&h, "session:12", 10)->name, "session:12");
	ok(hub_find(&h, "session:1", 9) == NULL && hub_find(&h, "session:123", 11) == NULL && hub_find(&h, "", 0) == NULL,
	   "whole names");
	for (int i = 0; i < 5000; i++) { /* the table grows, and all are found again */
		snprintf(name, sizeof(name), "s:%d", i);
		hub_join(hub_get(&h, name, strlen(name)), &c);
	}
	ok(h.n == 5001 && h.size >= 5001, "%u channels in %u", h.n, h.size);
	int found = 0;
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "s:%d", i);
		const struct channel *ch = hub_find(&h, name, strlen(name));
		found += ch != NULL && hub_in(&c, ch);
	}
	ok_int(found, 5000);
	hub_leave_all(&h, &c);
	ok_int(h.n, 0);
	free(h.table);
}

/* While a channel's frames are handed out it stays, and a member that moves behind the cursor is not forgotten. */
static void check_sweep(void)
{
	static const struct {
		uint32_t cursor;
		int leaves;
		bool again;
		uint32_t then;
	} rows[] = { { 0, 0, false, 0 }, { 2, 0, true, 2 },  { 2, 1, true, 2 }, { 2, 3, false, 2 },
		     { 5, 0, false, 4 }, { 5, 4, false, 4 }, { 4, 4, false, 4 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct client clients[CLIENTS] = { 0 };
		struct hub h;
		hub_init(&h);
		struct channel *ch = hub_get(&h, "A", 1);
		for (int k = 0; k < 5; k++)
			hub_join(ch, &clients[k]);
		ch->sweeping = true;
		ch->cursor = rows[i].cursor;
		hub_leave(&h, &clients[rows[i].leaves], ch);
		ok(ch->again == rows[i].again && ch->cursor == rows[i].then, "row %zu: again %d, cursor %u", i, ch->again,
		   ch->cursor);
		for (int k = 0; k < 5; k++)
			hub_leave_all(&h, &clients[k]);
		ok(hub_find(&h, "A", 1) == ch && ch->cursor == 0, "it stays while it is swept");
		hub_drop_empty(&h, ch);
		ok(hub_find(&h, "A", 1) == ch, "still");
		ch->sweeping = false;
		hub_drop_empty(&h, ch);
		ok(h.n == 0, "then it goes");
		free(h.table);
	}
	/* Who joins later has no claim to what was published before. */
	struct client late = { 0 };
	struct hub h;
	hub_init(&h);
	struct channel *ch = hub_get(&h, "A", 1);
	ch->base = 40;
	ch->pending_n = 2;
	hub_join(ch, &late);
	ok_int(ch->members[0].next, 42);
	hub_leave_all(&h, &late);
	free(h.table);
}

int main(void)
{
	check_heads();
	check_places();
	check_names();
	check_sweep();
	return ok_end();
}
