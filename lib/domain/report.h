/* report.h: figures over time (DESIGN 10). Each formula is one statement of report_day.c, which counts one day; past days are
   rolled up by the worker and read from there, today is counted when somebody asks.

   What belongs to a day, in the site's time zone: the conversations created in it, with their resolution and their rating, whenever
   these came; the responses to what customers asked in it, whenever given; the messages said in it. So a late event corrects the
   day it belongs to. A conversation is its last assignee's and its team's, a response is that of who gave it, a rating that of who
   had the conversation when it was first given. Scope: agents see the
   figures of what is theirs, their teams' or unassigned; supervisors and admins all. */
#ifndef REPORT_H
#define REPORT_H
#include "../core/core.h"
#include "conversation.h"
#include "histogram.h"
#include "user.h"

enum { REPORT_DAYS_MAX = 400 };

/* -- days: numbers from 1970-01-01 on -- */
int64_t report_day_of(const struct ctx *, int64_t ms);
int64_t report_day_start(const struct ctx *, int64_t day); /* ms */

/* -- to be called within the transaction of a change -- */
/* Status, assignee, team, rating or the first answer of a conversation that may have begun before today. */
MUST bool report_late(struct ctx *, const struct conversation *); /* costs nothing for one of today */
MUST bool report_late_id(struct ctx *, int64_t conversation_id);
MUST bool report_late_day(struct ctx *, int64_t at);             /* something of that time changed: a message was deleted, … */
MUST bool report_late_since(struct ctx *, int64_t at);           /* that day and all since */
MUST bool report_late_contact(struct ctx *, int64_t contact_id); /* its conversations have become its own: after a merge */

/* -- what is shown -- */
struct measure { /* seconds, or points of a rating; all NAN with n = 0 */
	int64_t n;
	double mean, p50, p90;
};
struct handed { /* conversations by why they went from the AI to a person: enum handover */
	int64_t by[HANDED_TAKEN + 1];
};
struct report_line {
	int64_t day, last_day; /* of a bucket, within what was asked */
	struct person agent;   /* of an agent's line */
	int64_t conversations, ai_handled, human_handled, resolved, resolutions, messages;
	double avg_response_time, avg_first_response_time, avg_resolution_time; /* the means again; 0 with n = 0 */
	double resolution_rate;                                                 /* 0 with no conversations */
	double csat_score;                                                      /* NAN with no rating */
	struct measure response, first_response, resolution, csat;
	double online_hours;
	int64_t handed_over; /* from the AI to a person, whyever */
	struct handed handed;
	struct measure ai_first_word, ai_csat;
	int64_t ai_tokens_in, ai_tokens_out, ai_estimated; /* estimated: turns whose tokens and cost are */
	double ai_cost;                                    /* NAN: nothing had a price */
};
enum report_group { REPORT_DAY, REPORT_WEEK, REPORT_MONTH };
extern const char *const report_group_names[];
struct report_in {
	int64_t start_day, end_day; /* both included */
	int group_by;
	int64_t team_id, agent_id; /* 0 = all */
	int format;                /* the API's own */
};
struct report_out {
	struct report_in asked;
	struct list lines; /* struct report_line: each day, week (from Monday) or month of the period, empty ones too */
	struct report_line summary;
	/* customers who began a conversation, those known before the period, the others; NAN where a scope or filter applies */
	double contacts, returning_contacts, new_contacts;
};
bool report_conversations(struct ctx *, const void *in, void *out);
/* lines: the agents in scope and whoever has figures, most conversations first. Unfiltered but for team_id and agent_id. */
bool report_agents(struct ctx *, const void *in, void *out);

/* -- the worker's part -- */
struct report_task {
	int64_t day;
	bool late;  /* it had been rolled up before */
	bool stale; /* no day: the site's time zone has changed, report_forget_stale() comes first */
};
MUST bool report_next_task(struct ctx *, struct report_task *, bool *found);
MUST bool report_roll_up(struct ctx *, int64_t day);                /* in a transaction; any number of times */
MUST bool report_span(struct ctx *, int64_t *first, int64_t *last); /* days that have figures to roll up; first > last: none */
MUST bool report_forget_stale(struct ctx *); /* days of another time zone or outside of the span; in a transaction */
#endif
