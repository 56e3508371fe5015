/* message.h: what people, the AI and the system say; numbered without holes in each stream. DESIGN 6. */
#ifndef MESSAGE_H
#define MESSAGE_H
#include "conversation.h"

enum sender { SENDER_USER, SENDER_AI, SENDER_AGENT, SENDER_SYSTEM, SENDER__MAX };
extern const char *const sender_names[];
enum message_type { MSG_TEXT, MSG_IMAGE, MSG_FILE, MSG_SYSTEM, MSG__MAX };
extern const char *const message_type_names[];
enum { MESSAGE_MAX_CHARS = 5000 };

struct message {
	int64_t stream, seq, id;
	const char *uuid;
	int64_t sender_id;
	int sender_type;
	const char *sender_name;
	int type;
	bool is_private;
	const char *content, *metadata, *attachment, *client_id; /* attachment: JSON of its file, or NULL (file.h) */
	int64_t created_at;
	bool is_deleted; /* taken back: blank, and shown to nobody; its number stays */
	int64_t answers; /* id of the message that it answers; written, not read; 0 = none */
	/* derived */
	const char *session_id;
	struct person sender;
	const struct person *sender_ref; /* NULL for the AI, the system and unnamed guests */
	const char *from, *to;           /* public ids, by message_address(); "ai", "system"; "" when nobody has it */
	bool repeated;                   /* this client_id had been stored before: nothing new happened */
};

struct message_post_in {
	const char *session_id; /* NULL: by number, for staff; out of scope is missing then */
	int64_t conversation_id;
	const char *content, *client_id, *metadata, *attachment;
	int type;
	bool is_private;      /* a note: staff alone see it, and it answers nothing */
	struct list mentions; /* int64_t: members of staff who are told of it */
};
bool message_post(struct ctx *, const void *in, void *out); /* by the session's holder or staff; out: struct message */

/* Store a message in a conversation that is locked: seq, counters, figures, events. draft: sender_*, type, content, client_id,
 * metadata. */
MUST bool message_add(struct ctx *, struct conversation *locked, const struct message *draft, struct message *out);

/* -- for streams of any kind -- */
/* What a sender says becomes the next message of a stream: its number, uuid and time. */
void message_begin(struct ctx *, int64_t stream, int64_t last_seq, const struct message *draft, struct message *out);
/* Store it with what its stream becomes by it, in one round trip: `then` is sent before the message's outcome is known, so it ends
   in "AND ROW_COUNT() = 1". Sets its id. E_CONFLICT: see message_repeat. */
struct stmt;
struct val;
MUST bool message_store(struct ctx *, struct message *, const struct stmt *then, const struct val *, size_t);
/* After a failed store: true when this sender's client_id had been stored before in this stream; seq is that message's. */
MUST bool message_repeat(struct ctx *, const struct message *, int64_t *seq);
/* Taken back: its row stays, blank. With its file. In the caller's transaction. */
MUST bool message_blank(struct ctx *, const struct message *);

struct message_list_in {
	const char *session_id;
	int64_t limit, offset, after, before; /* ids; before = INT64_MAX: the newest page */
	uint64_t has;                         /* MESSAGES_AFTER, MESSAGES_BEFORE */
};
enum { MESSAGES_AFTER = 1, MESSAGES_BEFORE = 2 };
struct message_list_out {
	struct list messages; /* struct message, oldest first */
	int64_t total;
	bool has_more;
};
bool message_list(struct ctx *, const void *in, void *out); /* what the customer sees of it */
/* The same for staff, by number, with the notes; the newest page unless after is asked for. */
struct message_page_in {
	int64_t conversation_id, limit, after, before; /* ids */
	uint64_t has;                                  /* MESSAGES_AFTER, MESSAGES_BEFORE */
};
bool message_page(struct ctx *, const void *in, void *out); /* out: struct message_list_out */
/* The newest of a conversation, oldest first, with the notes. */
MUST bool message_newest(struct ctx *, const struct conversation *, int64_t limit, struct list *out, bool *has_more);

/* -- for delivery: no right is checked, the relay and the resume of a granted socket ask -- */
struct stream_position {
	int64_t stream, seq, id;
};
/* Messages of one stream with after < seq <= upto, oldest first, at most limit. */
MUST bool message_range(struct ctx *, int64_t stream, int64_t after, int64_t upto, int64_t limit, struct list *out);
/* First seq of a stream whose id is above `above`; 0 = none. */
MUST bool message_first_above(struct ctx *, int64_t stream, int64_t above, int64_t *seq);
/* Seq of the last message of a stream with id <= last_id (0 = none): where a client that saw last_id stands. */
MUST bool message_seq_at(struct ctx *, int64_t stream, int64_t last_id, int64_t *seq);
MUST bool message_top_id(struct ctx *, int64_t *id); /* the newest of all streams; 0 = none */
/* Streams with a message of a higher id, ordered by id; at most `limit` messages are looked at: *newest = the highest id among
   them, or in the table, *more = there are others. */
MUST bool message_positions(struct ctx *, int64_t since, int64_t limit, struct list *out, int64_t *newest, bool *more);
/* The same of one customer's own conversations. */
MUST bool message_positions_of(struct ctx *, int64_t contact_id, int64_t since, int64_t limit, struct list *out, bool *more);
/* Queue for Redis what a poll asks first; the caller does bus_go(). Told at each publish of what the customer sees: the newest id,
   and how many messages there are for him. */
void message_note_newest(struct ctx *, const char *session_id, int64_t id, int64_t shown);
void message_forget_newest(struct ctx *, const char *session_id); /* something was taken back: polls ask MySQL again */
/* The customer's last message at or before this id: {0} when there is none. Notes leave no trace in read marks. */
MUST bool message_shown_at(struct ctx *, int64_t stream, int64_t id, struct stream_position *);
/* How many behind seq the staff (or the customer) have still to read. */
MUST bool message_unread(struct ctx *, int64_t stream, int64_t seq, bool staff, int64_t *n);
void message_finish(struct message *, const char *session_id); /* fills the derived members */
/* Fills from and to, for the contracts that name people by their public ids. */
void message_address(struct ctx *, const struct conversation *, struct message *);
#endif
