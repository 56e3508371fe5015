/* workload.h: who of the staff has how much, who is free, who waits. DESIGN 7. */
#ifndef WORKLOAD_H
#define WORKLOAD_H
#include "leg.h"

enum workload_state { LOAD_AVAILABLE, LOAD_FULL, LOAD_BUSY, LOAD_AWAY, LOAD_OFFLINE, LOAD__MAX };
extern const char *const workload_state_names[];
struct workload {
	int64_t id;
	const char *public_id, *name;
	int64_t load, capacity, responses, response_ms, ratings, rating_sum, last_active_at;
	int presence;
	/* derived */
	int state;
	double utilization, response_s, satisfaction, score; /* percent; 0 = nothing answered; 5.0 = not rated */
};
struct agent_in {
	const char *agent; /* public id */
};
bool workload_get(struct ctx *, const void *in, void *out); /* struct agent_in; out: struct workload; "agent.missing" */
struct workload_list {
	struct list agents; /* struct workload, the best first */
	int64_t total;
};
bool workload_available(struct ctx *, const void *in,
			void *out); /* whom automatic assignment may choose; out: struct workload_list */

struct agent_customer {
	const char *id, *name, *last_message;
	int status; /* enum presence */
	int64_t active_at, last_message_at, started_at, unread, last_activity;
	int64_t assignee_id, team_id;
};
struct agent_customers {
	const char *agent;
	struct list customers; /* struct agent_customer, the last active first */
	int64_t total;
};
bool agent_customers(struct ctx *, const void *in, void *out); /* struct agent_in; those with him now, in the caller's scope */

struct waiting_in {
	int64_t limit;
};
struct waiting_customer {
	const char *id, *name;
	int status, priority;
	int64_t active_at, rank, position, waiting_s, since_s; /* since_s: seconds since 1970 */
};
struct waiting_list {
	struct list customers; /* struct waiting_customer, in the order of the queue */
	int64_t total;
};
bool waiting_list(struct ctx *, const void *in, void *out);
#endif
