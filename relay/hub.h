/* hub.h: channels and who is in them; frames shared by all their receivers (pure data structures). */
#ifndef HUB_H
#define HUB_H
#include "../lib/core/core.h"

struct frame {               /* built once, sent to many: reference counted */
	uint32_t ref, len;   /* len: with the WebSocket header */
	int64_t stream, seq; /* 0 = ephemeral */
	uint8_t data[];
};
struct frame *frame_text(const void *, size_t, int64_t stream, int64_t seq);
struct frame *frame_make(uint8_t first_byte, const void *, size_t, int64_t stream, int64_t seq);
struct frame *frame_raw(const void *, size_t); /* bytes as they are */
void frame_unref(struct frame *);

struct client;
struct channel;
struct sub { /* a client's place in a channel */
	struct channel *channel;
	uint32_t slot;
};
struct member {
	struct client *client;
	uint32_t next; /* index of the next frame of the channel that this member has not got */
	uint16_t sub;  /* index in the client's subs */
};
struct channel {
	struct channel *hash_next;
	struct member *members;
	uint32_t n, cap;
	/* a large channel's frames are handed out a few members a turn */
	struct frame **pending; /* frames base … base + pending_n - 1 */
	uint32_t base, pending_n, pending_cap, cursor;
	bool sweeping, again; /* again: a member moved behind the cursor */
	struct channel *sweep_next;
	char name[];
};
struct hub {
	struct channel **table;
	uint32_t size, n;
};
void hub_init(struct hub *);
struct channel *hub_find(const struct hub *, const char *name, size_t n);
struct channel *hub_get(struct hub *, const char *name, size_t n); /* made if missing */
void hub_join(struct channel *, struct client *);                  /* twice is once */
void hub_leave(struct hub *, struct client *, struct channel *);   /* an empty channel goes */
void hub_leave_all(struct hub *, struct client *);
void hub_drop_empty(struct hub *, struct channel *); /* after its sweep */
bool hub_in(const struct client *, const struct channel *);
#endif
