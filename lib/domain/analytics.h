/* analytics.h: figures of now and of this week; each formula is DESIGN 10's, here and nowhere else. */
#ifndef ANALYTICS_H
#define ANALYTICS_H
#include "../core/core.h"

struct dashboard_today {
	int64_t total_conversations, active_conversations, ai_handled, human_handled;
	double avg_response_time; /* seconds; NAN = nobody answered yet */
};
struct dashboard_week {
	int64_t total_conversations;
	double customer_satisfaction, resolution_rate; /* NAN = no data */
};
struct dashboard {
	struct dashboard_today today;
	struct dashboard_week this_week; /* since Monday, the site's time zone */
};
bool dashboard_get(struct ctx *, const void *in, void *out);

struct availability {
	bool online;
	int64_t agents_online, waiting;
	struct list agents;         /* struct person, at most 3 */
	double usual_reply_seconds; /* median first response of the last 7 days; NAN = unknown */
};
bool availability_get(struct ctx *, const void *in, void *out);
#endif
