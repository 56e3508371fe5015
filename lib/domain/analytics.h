/* analytics.h: figures of now, of today and of this week, in the viewer's scope. Formulas: report.h. */
#ifndef ANALYTICS_H
#define ANALYTICS_H
#include "report.h"

struct dashboard_now {
	int64_t active, pending, waiting; /* active: open or pending; waiting: in the queue for an agent */
	int64_t online_agents;            /* of the whole site */
	double avg_response_time;         /* today's */
	struct measure response;
	struct list agents; /* struct dashboard_agent: who is not offline, of the whole site */
};
struct dashboard_agent {
	struct person agent;
	int status; /* enum presence */
	int64_t load, capacity;
};
struct dashboard_hour {
	int64_t hour, conversations;
};
struct dashboard_today { /* as chat shows it: NAN = no data */
	int64_t total_conversations, active_conversations, ai_handled, human_handled;
	double avg_response_time;
};
struct dashboard_week {
	int64_t total_conversations;
	double customer_satisfaction, resolution_rate;
};
struct dashboard {
	struct dashboard_today today;
	struct dashboard_week this_week; /* since Monday, the site's time zone */
	/* the console's */
	struct dashboard_now real_time;
	struct report_line day, week;
	struct list hours; /* struct dashboard_hour: 24 of today */
	struct list days;  /* struct report_line: the last 14, today last */
};
bool dashboard_get(struct ctx *, const void *in, void *out);

struct availability {
	bool online;
	int64_t agents_online, waiting;
	struct list agents; /* struct person, at most 3 */
	const char *site_name;
	bool rating_enabled, ai_enabled;
	int64_t max_file_size;      /* bytes */
	double usual_reply_seconds; /* median first response of the last 7 days; NAN = unknown */
};
struct availability_in {
	const char *inbox; /* the token of the inbox whose widget asks; NULL = none */
};
bool availability_get(struct ctx *, const void *in, void *out);
#endif
