/* assignment.h: which agent has which conversation. Order of locks: conversation row, then agent row. DESIGN 7. */
#ifndef ASSIGNMENT_H
#define ASSIGNMENT_H
#include "conversation.h"

enum end_reason { END_RUNNING, END_RESOLVED, END_TRANSFERRED, END_TO_AI, END_AGENT_GONE, END_CLOSED };

struct switch_in {
	int64_t id; /* for staff, when there is no session_id */
	const char *session_id, *reason;
	int agent_type;
};
/* Visitor: human = a free agent or the queue. Staff: human = the caller takes it over. ai = hand back. out: struct conversation */
bool session_switch_agent(struct ctx *, const void *in, void *out);
/* By staff: struct conversation_change_in; out: struct conversation. A team alone: its best free agent, or its queue. */
bool conversation_assign(struct ctx *, const void *in, void *out);

/* On a locked conversation. */
MUST bool assignment_note(struct ctx *, const struct conversation *, int64_t agent_id, int64_t team_id); /* in the audit log */
MUST bool assignment_start(struct ctx *, struct conversation *, int64_t agent_id); /* capacity is checked: "agent.full" */
MUST bool assignment_end(struct ctx *, struct conversation *, enum end_reason);    /* frees the slot; none running is fine */
/* The best free agent (efficiency score), `preferred` first if it can take it, else the queue. */
MUST bool assignment_find_or_queue(struct ctx *, struct conversation *, int64_t preferred);
/* The same without the queue: *given = false when nobody is free for it, or those who are belong to others who wait longer. */
MUST bool assignment_find(struct ctx *, struct conversation *, int64_t preferred, bool *given);
/* A team is deleted: nobody's team from now on. Within a transaction; nothing when it has another one by now. */
MUST bool conversation_leave_team(struct ctx *, int64_t id, int64_t team_id);
/* Staff without a live socket for 30 s become offline. Runs its own transactions. */
bool presence_sweep(struct ctx *, int64_t *gone);
double efficiency_score(int64_t load, int64_t capacity, double satisfaction, double avg_response_s);
#endif
