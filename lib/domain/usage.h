/* usage.h: how much is said, and by how many: the figures of kefu.md and desk.md, of the whole site. */
#ifndef USAGE_H
#define USAGE_H
#include "message.h"
#include "report.h"

struct message_usage_in {
	int64_t start_day, end_day; /* both included; 0 = open: the last 30 days */
};
struct usage_day {
	int64_t day, count;
};
struct message_usage {
	int64_t total, daily_average; /* over every day of the period, rounded down */
	const char *peak_hour;        /* "14:00", of the site's time zone; "" = nothing was said */
	int64_t types[MSG__MAX];
	struct list daily; /* struct usage_day: every day */
	int64_t start_day, end_day;
};
bool message_usage(struct ctx *, const void *in, void *out);

struct user_usage_in {
	const char *period; /* "7d", "4w", "1m"; NULL = 7d */
};
struct user_usage { /* customers who began a conversation in the period, which ends today */
	int64_t active, fresh, returning;
	const char *session_duration; /* mean from the beginning to the first resolution: "15m"; "0m" = nothing was resolved */
	int64_t start_day, end_day;
};
bool user_usage(struct ctx *, const void *in, void *out);
#endif
