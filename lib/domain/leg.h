/* leg.h: the time that a customer's conversation was with one agent, as a session of its own. The latest leg of a customer and an
   agent goes by the names of both. Writers: assignment.h. */
#ifndef LEG_H
#define LEG_H
#include "message.h"

enum leg_state { LEG_RUNNING, LEG_OVER, LEG_PASSED_ON, LEG__MAX }; /* passed on: transferred, or the agent vanished */
extern const char *const leg_state_names[];                        /* active, completed, transferred */
enum { LEG_REACH = 100000 }; /* rows that pages lead to and that are counted; filters lead further */

struct leg_name { /* public ids */
	const char *customer, *agent;
};
struct leg_person {
	const char *id, *name, *avatar_url;
	int status; /* enum presence */
};
struct leg {
	struct leg_name name;
	int64_t id, conversation_id, customer_id, agent_id, started_at, ended_at;
	int state;
	int64_t after_seq, upto_seq; /* upto_seq: 0 = none yet */
	int64_t messages, last_message_at;
	const char *last_message;
	int64_t assignee_id, team_id, rating; /* of its conversation; the rating if it is its agent's */
	int64_t customer_active_at;
	struct leg_person customer, agent;
	int64_t updated_at; /* derived */
};

struct leg_list_in {
	struct page_in page;
	const char *agent; /* NULL = any; an unknown one is a mistake */
	int state;         /* 1 + enum leg_state; 0 = any */
	int64_t from, to;  /* started: from <= time < to; 0 = open */
};
struct leg_list_out {
	struct list legs; /* struct leg, newest first */
	struct page_meta meta;
};
/* In the caller's scope: one's own legs, and those of conversations that one may see; agents are shown these of the newest 20,000,
   and all of their own when they ask for them. */
bool leg_list(struct ctx *, const void *in, void *out);

struct leg_in {
	struct leg_name name;
};
struct leg_figures {
	struct leg_name name;
	int64_t messages, agent_messages, customer_messages;
	double response_s, first_response_s; /* 0 = nothing was answered */
	int64_t duration_s;
	int64_t satisfaction; /* 0 = not rated */
};
struct leg_detail {
	struct leg leg;
	struct leg_figures figures;
};
bool leg_get(struct ctx *, const void *in, void *out);     /* struct leg_in; out: struct leg_detail */
bool leg_figures(struct ctx *, const void *in, void *out); /* struct leg_in; out: struct leg_figures */

/* A message between two: who said it to whom. */
struct leg_message {
	struct message message;
	struct leg_name name;  /* the leg it is in; agent NULL = none yet */
	const char *from, *to; /* public ids; "ai", "system" */
	const char *sender;    /* public id of an agent who said it */
	const char *highlight; /* of a search: the place that was found */
};
struct leg_messages_in {
	struct leg_name name;
	struct page_in page;
	bool with_system;
};
struct leg_messages_out {
	struct leg_name name;
	struct list messages; /* struct leg_message, oldest first */
	struct page_meta meta;
	bool has_more;
};
bool leg_messages(struct ctx *, const void *in, void *out);

/* For the operations on it: "leg.missing" when there is none or it is out of scope. */
MUST bool leg_reach(struct ctx *, const struct leg_name *, struct leg *out);
MUST bool leg_peek(struct ctx *, int64_t id, struct leg *out); /* by number, no right checked */
/* A customer has no presence of its own on most pages: what it said or did lately counts. */
int customer_presence(const struct ctx *, int status, int64_t active_at);

/* -- what is done with legs -- */
struct leg_transfer_in {
	struct leg_name name;
	const char *to, *reason, *note;
};
struct leg_transfer_out {
	struct leg_name name;
	const char *to, *reason, *note;
	int64_t at;
};
/* By its agent, or who may assign. "transfer.self", "transfer.offline", "agent.full", "leg.over" */
bool leg_transfer(struct ctx *, const void *in, void *out);
struct leg_end_out {
	struct leg_name name;
	int64_t at, duration_s, messages;
};
bool leg_end(struct ctx *, const void *in, void *out); /* struct leg_in; one that is over already answers the same */

struct customer_assign_in {
	const char *customer, *agent; /* agent NULL: the best free one, or the queue */
	int priority;                 /* 1 + enum priority; 0 = as it is */
	const char *note;
};
struct customer_assign_out {
	const char *customer, *agent; /* agent NULL: nobody is free, the customer waits */
	const char *note, *status;    /* "assigned" or "waiting" */
	int64_t at, queue_position;
	int priority;
};
/* A customer without an open conversation gets one. "customer.missing", "agent.missing", "agent.full" */
bool customer_assign(struct ctx *, const void *in, void *out);
struct agent_switch_in {
	const char *agent, *customer;
};
struct agent_switch_out {
	const char *agent, *customer, *status;
	int64_t at;
};
bool agent_switch(struct ctx *, const void *in, void *out); /* the customer's conversation is this agent's from now on */
#endif
