/* figures.h: how figures look, wherever they are shown: dashboard, reports, CSV. */
#ifndef CONSOLE_FIGURES_H
#define CONSOLE_FIGURES_H
#include "../../domain/report.h"
#include "console.h"

extern const struct codec as_day;         /* int64_t, a day's number: "2024-01-01" */
extern const struct spec console_handed;  /* of struct handed */
extern const struct spec console_measure; /* of struct measure: {"n","mean","p50","p90"}; all but n null without data */

// clang-format off
#define MEASURE(member, name, formula) FIELD(report_line, member, name, as_object, .arg = &console_measure, .doc = formula)
/* The AI's. */
#define LINE_AI \
	FIELD(report_line, handed_over, "handed_over", as_int, .doc = "Created in the period, begun with the AI, and gone to a person since; the first time counts"), \
	FIELD(report_line, handed, "handed_over_by", as_object, .arg = &console_handed, .doc = "The same by the reason: the customer asked; the AI was unsure twice; its provider failed, or took too long; it had no room; a member of staff took over"), \
	MEASURE(ai_first_word, "ai_first_word", "Customer message (the first of those answered together) of the period to the first word of the AI's answer, of answers given. Seconds; p50 and p90 at most 2.5 % off"), \
	MEASURE(ai_csat, "ai_csat", "Ratings 1 to 5 of the conversations created in the period that the AI handled alone; exact"), \
	FIELD(report_line, ai_tokens_in, "ai_tokens_in", as_int, .doc = "Of all questions put to the AI's provider in the period, as it counted them; estimated where it did not"), \
	FIELD(report_line, ai_tokens_out, "ai_tokens_out", as_int, .doc = "Of its answers"), \
	FIELD(report_line, ai_cost, "ai_cost", as_real, .doc = "Tokens by the prices in the settings; null when nothing had a price"), \
	FIELD(report_line, ai_estimated, "ai_estimated", as_int, .doc = "So many turns whose tokens the provider did not say: theirs, and their cost, are estimated")
/* What every line has beside its documented members. */
#define LINE_EXTRAS \
	FIELD(report_line, avg_first_response_time, "avg_first_response_time", as_real, .doc = "Seconds; 0 when there is none: first_response.n tells"), \
	FIELD(report_line, resolutions, "resolutions_count", as_int, .doc = "First resolved or closed in the period, whenever created"), \
	FIELD(report_line, messages, "messages_count", as_int, .doc = "Said in the period by customers, agents and the AI; no notes, no system lines"), \
	FIELD(report_line, ai_handled, "ai_handled", as_int, .doc = "Created in the period, no person answered or is meant to"), \
	FIELD(report_line, human_handled, "human_handled", as_int), \
	MEASURE(response, "response", "Each customer message (the first of a run) of the period to the agent's next answer; the AI does not count. Seconds; p50 and p90 from buckets, at most 2.5 % off"), \
	MEASURE(first_response, "first_response", "First customer message to the first answer of an agent. Seconds; p50 and p90 at most 2.5 % off"), \
	MEASURE(resolution, "resolution", "Created to first resolved or closed, of the conversations created in the period. Seconds; p50 and p90 at most 2.5 % off"), \
	MEASURE(csat, "csat", "Ratings 1 to 5 of the conversations created in the period; exact"), \
	LINE_AI
#define LINE_RESOLVED(name) FIELD(report_line, resolved, name, as_int, .doc = "Of the conversations created in the period, those that have been resolved or closed by now; reopened ones stay counted")
#define LINE_COUNTS FIELD(report_line, conversations, "conversations_count", as_int), LINE_RESOLVED("resolved_count")
#define LINE_RESPONSE_TIME FIELD(report_line, avg_response_time, "avg_response_time", as_real, .doc = "Seconds; 0 when there is none: response.n tells")
#define LINE_RESOLUTION_TIME FIELD(report_line, avg_resolution_time, "avg_resolution_time", as_real, .doc = "Seconds; 0 when there is none: resolution.n tells")
#define LINE_RATE FIELD(report_line, resolution_rate, "resolution_rate", as_real, .doc = "Resolved of those created in the period; 0 when none was")
#define LINE_CSAT FIELD(report_line, csat_score, "csat_score", as_real, .doc = "Mean rating; null when nobody rated")
/* What a line has behind its counts. */
#define LINE_FIGURES LINE_RESPONSE_TIME, LINE_RESOLUTION_TIME, LINE_RATE, LINE_CSAT, LINE_EXTRAS
// clang-format on
#endif
