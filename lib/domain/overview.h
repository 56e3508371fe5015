/* overview.h: the whole site at a glance. Formulas: report.h. */
#ifndef OVERVIEW_H
#define OVERVIEW_H
#include "../core/core.h"

struct overview {
	int64_t users, staff, customers, online_staff, online_customers; /* a customer: by what it did lately */
	int64_t running, waiting, legs, messages;
	int64_t legs_today, messages_today;
	double response_s, satisfaction; /* of the last 30 days; NAN = no data */
};
bool overview_get(struct ctx *, const void *in, void *out);
struct population {
	int64_t agents, supervisors, admins, customers;
};
MUST bool population_get(struct ctx *, struct population *);
#endif
