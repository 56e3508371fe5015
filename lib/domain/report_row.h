/* report_row.h: the sums that figures are made of, shared by the files that count, keep and read them. Include after report.h. */
#ifndef REPORT_ROW_H
#define REPORT_ROW_H
#include "../db/db.h"
#include "report.h"

/* In the order of the columns. */
enum report_sum {
	SUM_CONVERSATIONS,
	SUM_AI_HANDLED,
	SUM_RESOLVED,
	SUM_RESOLUTION_MS,
	SUM_RESOLUTIONS,
	SUM_MESSAGES,
	SUM_FIRSTS,
	SUM_FIRST_MS,
	SUM_RESPONSES,
	SUM_RESPONSE_MS,
	SUM_RATED_1,
	SUM_RATED_5 = SUM_RATED_1 + 4,
	SUM_HANDED_ASKED, /* in the order of enum handover */
	SUM_HANDED_TAKEN = SUM_HANDED_ASKED + HANDED_TAKEN - HANDED_ASKED,
	SUM_AI_RATED_1,
	SUM_AI_RATED_5 = SUM_AI_RATED_1 + 4,
	SUM_AI_REPLIES,
	SUM_AI_WORD_MS,
	SUM_AI_TOKENS_IN,
	SUM_AI_TOKENS_OUT,
	SUM_AI_COST,
	SUM_AI_ESTIMATED,
	SUM__MAX
};
enum report_spread { SPREAD_RESOLUTION, SPREAD_FIRST, SPREAD_RESPONSE, SPREAD_AI_WORD, SPREAD__MAX };
#define REPORT_COLS                                                                                                                \
	"conversations, ai_handled, resolved, resolution_ms, resolutions, messages, firsts, first_ms, responses, response_ms, "    \
	"rated_1, rated_2, rated_3, rated_4, rated_5, handed_asked, handed_unsure, handed_failed, handed_timeout, handed_limit, "  \
	"handed_taken, ai_rated_1, ai_rated_2, ai_rated_3, ai_rated_4, ai_rated_5, ai_replies, ai_word_ms, ai_tokens_in, "         \
	"ai_tokens_out, ai_cost, ai_estimated, resolution_spread, first_spread, response_spread, ai_word_spread"
/* Rows of the same key added up; histograms add up by standing behind each other. */
#define REPORT_ADDED                                                                                                               \
	"SUM(conversations), SUM(ai_handled), SUM(resolved), SUM(resolution_ms), SUM(resolutions), SUM(messages), SUM(firsts), "   \
	"SUM(first_ms), SUM(responses), SUM(response_ms), SUM(rated_1), SUM(rated_2), SUM(rated_3), SUM(rated_4), SUM(rated_5), "  \
	"SUM(handed_asked), SUM(handed_unsure), SUM(handed_failed), SUM(handed_timeout), SUM(handed_limit), SUM(handed_taken), "   \
	"SUM(ai_rated_1), SUM(ai_rated_2), SUM(ai_rated_3), SUM(ai_rated_4), SUM(ai_rated_5), SUM(ai_replies), SUM(ai_word_ms), "  \
	"SUM(ai_tokens_in), SUM(ai_tokens_out), SUM(ai_cost), SUM(ai_estimated), "                                                 \
	"GROUP_CONCAT(resolution_spread SEPARATOR ' '), GROUP_CONCAT(first_spread SEPARATOR ' '), "                                \
	"GROUP_CONCAT(response_spread SEPARATOR ' '), GROUP_CONCAT(ai_word_spread SEPARATOR ' ')"
struct report_part {
	int64_t day, team_id, agent_id; /* 0 = no team, nobody */
	int64_t sum[SUM__MAX];
	const char *spread[SPREAD__MAX];
};
enum { REPORT_COLUMNS = 3 + SUM__MAX + SPREAD__MAX };
extern const struct col report_part_cols[];
#define REPORT_PART_ROW .cols = report_part_cols, .ncols = REPORT_COLUMNS, .rowsz = sizeof(struct report_part)

struct figures {
	int64_t sum[SUM__MAX];
	struct histogram spread[SPREAD__MAX];
};
void figures_add(struct figures *, const struct report_part *);
void figures_merge(struct figures *to, const struct figures *from);
void figures_show(struct report_line *, const struct figures *); /* fills what is shown; the formulas of means and rates */
bool figures_any(const struct figures *);

struct contacts_row {
	int64_t before_day, n;
};
struct said_row {
	int64_t day, hour, type, n; /* type: enum message_type */
};
/* Count one day, past or present: the statements that DESIGN 10 names. */
MUST bool report_count_parts(struct ctx *, int64_t day, struct list *out);    /* struct report_part, by team and agent */
MUST bool report_count_contacts(struct ctx *, int64_t day, struct list *out); /* struct contacts_row */
MUST bool report_count_said(struct ctx *, int64_t day, struct list *out);     /* struct said_row */
MUST bool report_count_online(struct ctx *, int64_t day, struct list *out);   /* struct online_row */

/* Reading a period in a scope. Days that are not rolled up yet, and today, are counted on the spot. */
struct report_scope {
	bool everything;           /* no limit and no filter */
	int64_t viewer;            /* 0 = sees all */
	int64_t team_id, agent_id; /* filters, 0 = none */
	struct list teams;         /* int64_t: the viewer's */
};
MUST bool report_scope_of(struct ctx *, int64_t team_id, int64_t agent_id, struct report_scope *);
/* figures of each day from `from` on; days: n of them. */
MUST bool report_by_day(struct ctx *, const struct report_scope *, int64_t from, size_t n, struct figures *days);
/* Of all these days together. */
MUST bool report_summary(struct ctx *, const struct report_scope *, int64_t from, int64_t to, struct report_line *out);
struct agent_figures {
	int64_t agent_id, online_ms;
	struct figures figures;
};
MUST bool report_by_agent(struct ctx *, const struct report_scope *, int64_t from, int64_t to,
			  struct list *out); /* of struct agent_figures *, whoever has any, by id */
MUST bool report_said(struct ctx *, int64_t from, int64_t to, struct list *out); /* struct said_row: the whole site's */
MUST bool report_contacts(struct ctx *, int64_t from, int64_t to, int64_t *contacts, int64_t *returning);
#endif
