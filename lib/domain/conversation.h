/* conversation.h: a customer's talk with the AI or with agents. DESIGN 3; states in chat.md and console.md. */
#ifndef CONVERSATION_H
#define CONVERSATION_H
#include "../core/core.h"
#include "user.h"

enum conversation_status {
	CONV_OPEN,     /* somebody is on it, or the AI */
	CONV_PENDING,  /* waiting for the customer or a third party */
	CONV_RESOLVED, /* answered; a new customer message opens it again */
	CONV_CLOSED,   /* ended; likewise */
	CONV__MAX
};
extern const char *const conversation_status_names[];
enum priority { PRIORITY_LOW, PRIORITY_MEDIUM, PRIORITY_HIGH, PRIORITY_URGENT, PRIORITY__MAX };
extern const char *const priority_names[];
enum agent_type { AGENT_AI, AGENT_HUMAN, AGENT_TYPE__MAX };
extern const char *const agent_type_names[];

struct rating {
	const char *session_id, *comment;
	int64_t score, created_at;
};
struct contact { /* the customer, as staff see it */
	int64_t id;
	const char *public_id, *name, *email, *phone;
};
struct last_message {
	int64_t id, seq;
	int sender_type;     /* enum sender */
	const char *content; /* the first 200 characters */
	int64_t created_at;
};
struct conversation {
	int64_t id;
	const char *uuid, *session_id;
	int64_t contact_id;
	bool contact_claimed;
	int status, priority, agent_type;
	const char *channel;
	int64_t assignee_id, team_id, queue_rank;
	const char *metadata;
	int64_t last_seq, last_message_id, last_message_at;
	int last_sender;
	const char *last_text;
	int64_t unread_staff, unread_contact, staff_read_seq, contact_read_seq;
	int64_t asked_at, first_asked_at, first_answered_at, human_at, agent_messages, ai_wanted_seq;
	int64_t rating; /* 0 = none */
	const char *rating_comment;
	int64_t rated_at, resolved_at, created_at, updated_at;
	/* joined or derived after reading */
	const char *contact_public_id, *contact_name, *contact_email, *contact_phone;
	const char *assignee_name, *assignee_avatar;
	struct person assignee;            /* id 0 = none */
	const struct person *assignee_ref; /* NULL = none */
	struct contact contact;
	struct last_message last;
	const struct last_message *last_ref; /* NULL = nothing said yet */
	struct rating rated;
	const struct rating *rated_ref; /* NULL = not rated */
	int64_t queue_position;         /* 0 = not waiting */
	int64_t waiting_since;          /* first unanswered customer message of a human conversation; 0 = none */
	bool active;                    /* open or pending */
};

/* -- reaching one: by its key or number; the caller's right to see it is checked (DESIGN 5) -- */
MUST bool conversation_reach(struct ctx *, const char *session_id, struct conversation *out); /* E_NOT_FOUND "session.missing" */
MUST bool conversation_reach_id(struct ctx *, int64_t id, struct conversation *out);          /* staff; "conversation.missing" */
MUST bool conversation_find(struct ctx *, const char *session_id, struct conversation *out);  /* the row alone, no joined names */
/* By number, the row alone, no right checked: for delivery. */
MUST bool conversation_peek(struct ctx *, int64_t id, struct conversation *out, bool *found);
/* Same, under the row lock, without joined names (conversation_complete adds them). Within a transaction only. */
MUST bool conversation_lock(struct ctx *, const char *session_id, struct conversation *out);
MUST bool conversation_lock_id(struct ctx *, int64_t id, struct conversation *out); /* no right checked: for domain and worker */
MUST bool conversation_complete(struct ctx *, struct conversation *);
bool conversation_may_see(const struct ctx *, const struct conversation *, const struct list *teams);

/* -- operations -- */
struct answer { /* to a question that an inbox asks first */
	const char *name, *value;
};
struct session_create_in {
	const char *user_id, *metadata, *name, *email, *client_id;
	const char *inbox;    /* its token; NULL = none */
	struct list pre_chat; /* struct answer */
};
bool session_create(struct ctx *, const void *in, void *out); /* out: struct conversation */
struct session_in {
	const char *session_id;
};
bool session_get(struct ctx *, const void *in, void *out);   /* out: struct conversation */
bool session_close(struct ctx *, const void *in, void *out); /* to resolved; out: struct conversation */
struct session_update_in {
	const char *session_id, *name, *email, *metadata;
};
bool session_update(struct ctx *, const void *in, void *out);
struct session_read_in {
	const char *session_id;
	int64_t last_id;
};
struct session_read_out {
	const char *session_id;
	int64_t last_id;
};
bool session_read(struct ctx *, const void *in, void *out);
struct rating_in {
	const char *session_id, *comment;
	int64_t score;
};
bool session_rate(struct ctx *, const void *in, void *out); /* out: struct rating; a second one replaces the first */

struct conversation_list_in {
	int status, agent_type, priority; /* 1 + the enum's value; 0 = any */
	const char *assignee;             /* NULL any, "me", "none", or a number */
	const char *session_id, *q;
	int64_t limit, offset;
};
struct conversation_counts {
	int64_t mine, unassigned, all, waiting; /* of open and pending ones */
};
struct conversation_list_out {
	struct list conversations; /* struct conversation */
	int64_t total;
	bool has_more;
	struct conversation_counts counts;
};
bool conversation_list(struct ctx *, const void *in, void *out); /* in the caller's scope, newest activity first */

struct conversation_change_in {
	int64_t id;
	int status, priority;
	int64_t assignee_id;
};
bool conversation_set_status(struct ctx *, const void *in, void *out);   /* out: struct conversation */
bool conversation_set_priority(struct ctx *, const void *in, void *out); /* out: struct conversation */

/* The one writer of status: moves, ends the leg, tells everyone. The row is locked. reason: enum end_reason of assignment.h */
MUST bool conversation_move(struct ctx *, struct conversation *, enum conversation_status to);
#endif
