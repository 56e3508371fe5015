/* room.h: chat rooms: several people in one stream of messages (minus the room's number). DESIGN 3; rooms.md. */
#ifndef ROOM_H
#define ROOM_H
#include "file.h"
#include "message.h"

#define ROOM_GLOBAL "global" /* everybody is in it */
enum { ROOM_NAME_MAX = 100, ROOM_DESCRIPTION_MAX = 500, ROOMS_OF = 500, ROOM_MEMBERS_SHOWN = 100000 };
enum { ROOM_WINDOW = 1000 };                          /* so many messages of a room are shown… */
static const int64_t ROOM_WINDOW_MS = 7 * 86400000LL; /* …as long as they are younger */

struct room_message {
	struct message m;
	const char *reply_to; /* uuid of the message that it answers, or NULL */
	const char *file_name;
	int64_t file_size, width, height; /* of a picture; 0 = none, or not known */
	/* derived */
	const char *room_id;
	const char *file_url, *thumbnail_url; /* or NULL */
};
struct room {
	int64_t id;
	const char *public_id, *name, *description;
	int64_t owner_id, members, last_seq, shown_seq, changes, member_changes, created_at;
	bool joined; /* who asks has joined it */
	/* of the list */
	struct room_message last;
	const struct room_message *last_ref; /* NULL = nothing said lately */
	const char *member_ids;              /* "3,17,204", in order; NULL = none */
};

/* -- reaching one: by its public id; NULL is the global one -- */
MUST bool room_find(struct ctx *, const char *public_id, struct room *out); /* no right checked; "room.missing" */
/* Those who have joined it, everybody for the global one; else E_FORBIDDEN "room.members_only". */
MUST bool room_enter(struct ctx *, const char *public_id, struct room *out);
MUST bool room_lock(struct ctx *, const char *public_id, struct room *out); /* no right checked; in a transaction */
MUST bool room_may_enter(struct ctx *, const struct room *);
MUST bool room_peek(struct ctx *, int64_t id, struct room *out, bool *found); /* by number, for delivery */

/* -- operations -- */
struct room_in {
	const char *room_id;
};
struct room_create_in {
	const char *name, *description;
};
struct room_list_out {
	struct list rooms; /* struct room: the global one, then those that the caller has joined, newest activity first */
};
bool room_create(struct ctx *, const void *in, void *out); /* out: struct room; the caller has joined it */
bool room_list(struct ctx *, const void *in, void *out);
bool room_join(struct ctx *, const void *in, void *out);  /* any number of times; out: struct room */
bool room_leave(struct ctx *, const void *in, void *out); /* the same; not the global one; out: struct room */
MUST bool room_enrol(struct ctx *, struct room *locked);  /* the caller becomes a member, unless it is one */
/* Numbers of the rooms that somebody has joined: int64_t. */
MUST bool room_ids_of(struct ctx *, int64_t user_id, struct list *out);
/* An account ends: it is in no room any more. Erased: its name goes, and with it all that it said. In the caller's transaction. */
MUST bool room_forget_person(struct ctx *, int64_t user_id, bool erased);
MUST bool room_merge_person(struct ctx *, int64_t from, int64_t to);

struct room_send_in {
	const char *room_id, *content, *reply_to, *client_id;
	int type;
};
bool room_send(struct ctx *, const void *in, void *out); /* out: struct room_message */
struct room_upload_in {
	const char *room_id, *client_id;
	const struct upload *file;
	const char *upload_id; /* in its place: resumable_file() */
};
bool room_upload(struct ctx *, const void *in, void *out); /* out: struct room_message */
struct room_file_in {
	const char *name; /* the message's uuid and the file's extension */
};
bool room_file(struct ctx *, const void *in, void *out); /* out: struct file; members alone */
struct room_delete_in {
	const char *room_id, *message_id;
};
bool room_delete(struct ctx *, const void *in, void *out); /* its sender, or staff; out: struct room_message, as it was */

struct room_history_in {
	const char *room_id, *before, *after; /* ids; NULL = the newest */
	int64_t limit;
};
struct room_history_out {
	struct list messages; /* struct room_message, oldest first */
};
bool room_history(struct ctx *, const void *in, void *out);

struct room_stats {
	int64_t online, messages_today, active_rooms;
};
bool room_stats(struct ctx *, const void *in, void *out); /* of the whole site; active: something was said in it today */

/* -- for the worker, each in a transaction: messages that are no longer shown go for good, and their files with them; up to 500 of
   one room at once, from the room `room` on (*done: there are no more rooms). Begin with zeros. -- */
struct room_purge {
	int64_t room;
	bool again, done;
};
MUST bool room_purge(struct ctx *, void *room_purge);

/* -- messages, for those above and for delivery: no right is checked -- */
/* The first seq that is still shown. */
static inline int64_t room_floor(const struct room *r)
{
	return r->last_seq > ROOM_WINDOW ? r->last_seq - ROOM_WINDOW + 1 : 1;
}
/* after < seq <= upto, oldest first; those taken back too, and those that are too old to be shown. */
MUST bool room_range(struct ctx *, const struct room *, int64_t after, int64_t upto, int64_t limit, struct list *out);
/* Where in the room this message is, taken back or not; "message.missing" when it is not among those that are shown. */
MUST bool room_seq_of(struct ctx *, const struct room *, const char *uuid, int64_t *seq, int64_t *id);
void room_message_finish(struct ctx *, struct room_message *, const char *room_id);

/* -- what Redis holds of a room: its last messages (room_cache.c). Nothing is served that does not agree with the row. -- */
/* Queue, after COMMIT: said is its newest message; or was taken back. */
void room_cache_add(struct ctx *, const struct room *, const struct room_message *said);
void room_cache_remove(struct ctx *, const struct room *, int64_t seq);
/* *known: Redis answered for it. after, before: seq; limit: the newest so many. */
MUST bool room_cache_page(struct ctx *, const struct room *, const struct room_history_in *, struct list *out, bool *known);
#endif
