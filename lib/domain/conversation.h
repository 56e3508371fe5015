/* conversation.h: a customer's talk with the AI or with agents. DESIGN 3; states in chat.md and console.md. */
#ifndef CONVERSATION_H
#define CONVERSATION_H
#include "../core/core.h"
#include "page.h"
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

/* Why a conversation first went from the AI to a person; in the row's handed_over. */
enum handover {
	HANDED_NOT,
	HANDED_ASKED,   /* the customer wanted one */
	HANDED_UNSURE,  /* the AI did not know, twice */
	HANDED_FAILED,  /* its provider failed */
	HANDED_TIMEOUT, /* its provider took too long */
	HANDED_LIMIT,   /* it had no room for one more answer */
	HANDED_TAKEN,   /* a member of staff took it */
};

struct rating {
	const char *session_id, *comment;
	int64_t score, created_at;
};
struct contact { /* the customer, as staff see it */
	int64_t id;
	const char *public_id, *name, *email, *phone, *avatar_url;
	const char *custom_attributes; /* JSON; with details alone */
};
struct conversation_label {
	int64_t conversation_id, id;
	const char *title, *color;
};
/* What conversations are counted by (conversation_tally.h). */
struct conversation_kind {
	int64_t assignee_id, team_id;
	int status, agent_type, priority;
	bool waiting;
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
	int64_t last_seq, last_message_id;
	int64_t last_message_at; /* conversation_second() of it */
	int last_sender;
	const char *last_text;
	int64_t unread_staff, unread_contact, staff_read_seq, contact_read_seq;
	int64_t asked_at, first_asked_at, first_answered_at, human_at, agent_messages, ai_wanted_seq;
	int64_t rating;         /* 0 = none */
	int64_t rated_agent_id; /* who had it when it was first rated: whoever comes later is not meant */
	const char *rating_comment;
	int64_t rated_at, resolved_at, created_at, updated_at;
	int64_t notes, shown_seq, switched_at; /* notes: messages that the customer never sees; shown_seq: the last that he does */
	bool labelled;                         /* its labels' lists follow its last message */
	enum handover handing;                 /* written, not read: why it goes to a person now; NOT: as who moves it says */
	int64_t unheard;                       /* bits of what no webhook wants to be told (webhook.h); 0 also when nobody looked */
	int64_t version;                       /* another one after every change of the row; read by who locks it */
	const char *contact_handle, *agent_handle; /* public ids; agent_handle NULL = nobody's */
	/* joined or derived after reading */
	const char *contact_public_id, *contact_name, *contact_email, *contact_phone, *contact_avatar;
	const char *assignee_name, *assignee_avatar;
	struct person assignee;            /* id 0 = none */
	const struct person *assignee_ref; /* NULL = none */
	struct contact contact;
	struct last_message last;
	const struct last_message *last_ref; /* NULL = nothing said yet */
	struct rating rated;
	const struct rating *rated_ref;   /* NULL = not rated */
	int64_t queue_position;           /* 0 = not waiting */
	int64_t waiting_since;            /* first unanswered customer message of a human conversation; 0 = none */
	bool active;                      /* open or pending */
	int64_t shown;                    /* messages that the customer can see */
	struct list labels;               /* struct conversation_label; with lists and details of the console */
	struct conversation_kind counted; /* as the tally has it: what was read */
};

struct conversation_kind conversation_kind_of(const struct conversation *);

/* -- reaching one: by its key or number; the caller's right to see it is checked (DESIGN 5) -- */
MUST bool conversation_reach(struct ctx *, const char *session_id, struct conversation *out); /* E_NOT_FOUND "session.missing" */
MUST bool conversation_reach_id(struct ctx *, int64_t id,
				struct conversation *out); /* staff; out of scope is "conversation.missing" too */
MUST bool conversation_find(struct ctx *, const char *session_id,
			    struct conversation *out); /* whose it is and how far it goes, nothing else */
/* By number, the row alone, no right checked: for delivery. */
MUST bool conversation_peek(struct ctx *, int64_t id, struct conversation *out, bool *found);
/* Same, under the row lock, without joined names (conversation_complete adds them). Within a transaction only. */
MUST bool conversation_lock(struct ctx *, const char *session_id, struct conversation *out);
MUST bool conversation_lock_id(struct ctx *, int64_t id, struct conversation *out); /* no right checked: for domain and worker */
MUST bool conversation_take(struct ctx *, int64_t id, struct conversation *out); /* the same for staff: out of scope is missing */
/* As it was after its last message that this machine stored, which costs nothing: changed since, perhaps, so message.c writes only
   if its version is still that one. False when it is not remembered, or was not the caller's. */
MUST bool conversation_recall(struct ctx *, const char *session_id, struct conversation *out);
/* What a transaction has made of it, of a version that no other can have: harmless when it is rolled back. */
void conversation_remember(struct ctx *, const struct conversation *);
MUST bool conversation_complete(struct ctx *, struct conversation *);
bool conversation_may_see(const struct ctx *, const struct conversation *, const struct list *teams);
MUST bool conversation_seen_by(struct ctx *, const struct conversation *, int64_t user_id,
			       bool *may); /* a member of staff, in its scope */

/* Lists stand in the order of seconds: who says two things in one changes none of the indexes that they are read by. */
int64_t conversation_second(int64_t ms);

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

enum conversation_sort { SORT_ACTIVITY, SORT_CREATED, SORT_PRIORITY, SORT_WAITING };
extern const char *const conversation_sort_names[];
struct conversation_list_in {
	int status, agent_type, priority; /* 1 + the enum's value; 0 = any */
	int sort;                         /* enum conversation_sort */
	const char *assignee;             /* NULL any, "me", "none", or a number */
	const char *label;                /* its title or its number; NULL any */
	int64_t team_id, contact_id;      /* 0 = any */
	const char *session_id, *q;       /* q: in the contact's name and address, and in what was said */
	int64_t limit, offset;
	struct page_in page;
};
struct conversation_counts {
	int64_t mine, unassigned, all, waiting; /* of open and pending ones */
};
struct conversation_list_out {
	struct list conversations; /* struct conversation */
	int64_t total;
	bool has_more;
	struct conversation_counts counts;
	struct page_meta meta;
};
bool conversation_list(struct ctx *, const void *in, void *out); /* in the caller's scope, by limit and offset, with the counts */
bool conversation_page(struct ctx *, const void *in, void *out); /* the same by page, with labels */

struct conversation_id_in {
	int64_t id;
};
struct conversation_detail {
	struct conversation conversation;
	struct list messages; /* struct message: the newest 50, oldest first, notes among them */
	bool has_more;
};
bool conversation_get(struct ctx *, const void *in, void *out); /* out: struct conversation_detail */
struct conversation_create_in {
	int64_t contact_id;
	const char *content;
};
bool conversation_create(struct ctx *, const void *in, void *out); /* by staff, who has it from then on; out: as above */
struct conversation_labels_in {
	int64_t id;
	struct list labels; /* const char *: titles or numbers */
};
bool conversation_set_labels(struct ctx *, const void *in, void *out); /* replaces them; out: struct conversation */
MUST bool conversation_labels_follow(struct ctx *,
				     const struct conversation *); /* after the row was written: the lists of its labels */
MUST bool conversation_labels_repair(struct ctx *,
				     int64_t *repaired); /* for the worker: what was written past it, 1,000 at a time */
MUST bool conversation_labels_of(struct ctx *, struct conversation *, size_t n); /* fills .labels of n */
MUST bool label_find(struct ctx *, const char *title_or_id, int64_t *id);        /* 0 = there is none */

struct conversation_change_in {
	int64_t id;
	int status, priority;
	int64_t assignee_id, team_id; /* 0 = not said */
};
bool conversation_set_status(struct ctx *, const void *in, void *out);   /* out: struct conversation */
bool conversation_set_priority(struct ctx *, const void *in, void *out); /* out: struct conversation */

/* The one writer of status: moves, ends the leg, tells everyone. The row is locked. reason: enum end_reason of assignment.h */
MUST bool conversation_move(struct ctx *, struct conversation *, enum conversation_status to);

/* Phone numbers are for those who may change contacts (DESIGN 5). Also finishes. */
void conversation_show(struct ctx *, struct conversation *);
/* The first row of a conversation; session_id, uuid and the contact's count come with it. The contact is held (contact.h) or new.
 */
struct conversation_start {
	int64_t contact_id;
	bool contact_claimed;
	int agent_type;
	const char *create_key, *metadata;
};
MUST bool conversation_add(struct ctx *, const struct conversation_start *, int64_t *id);
#endif
