/* Console: questions that the AI had no good answer to. */
#include "../../domain/unanswered.h"
#include "../../domain/user.h"
#include "console.h"

// clang-format off
static const struct field question_f[] = {
	FIELD(unanswered, id, "id", as_int),
	FIELD(unanswered, question, "question", as_text, .doc = "In the words of who asked last"),
	FIELD(unanswered, locale, "locale", as_str),
	FIELD(unanswered, asked, "asked", as_int, .doc = "Conversations in which it, or one like it, was asked"),
	FIELD(unanswered, unsure, "unsure", as_int, .doc = "So often the AI did not know"),
	FIELD(unanswered, handed_over, "handed_over", as_int, .doc = "So often a person took over"),
	FIELD(unanswered, disliked, "disliked", as_int, .doc = "So often the conversation was rated 1 or 2"),
	FIELD(unanswered, state, "state", as_enum, .arg = unanswered_state_names),
	FIELD(unanswered, article_id, "article_id", as_int, .doc = "That answers it; 0: none"),
	FIELD(unanswered, conversation_id, "conversation_id", as_int, .doc = "The last"),
	FIELD(unanswered, first_at, "first_asked_at", as_time),
	FIELD(unanswered, last_at, "last_asked_at", as_time),
};
static const struct spec question = SPEC("ConsoleUnanswered", unanswered, question_f);
static const struct field one_f[] = { { .key = "question", .as = &as_object, .arg = &question } };
static const struct spec one = SPEC("ConsoleUnansweredAnswer", unanswered, one_f);
static const struct field list_f[] = { FIELD(unanswered_list_out, questions, "questions", as_list, .arg = &question), PAGE_META(unanswered_list_out) };
static const struct spec list = SPEC("ConsoleUnansweredList", unanswered_list_out, list_f);
static const struct field list_in_f[] = {
	FIELD(unanswered_list_in, state, "state", as_enum, .flags = FROM_QUERY, .arg = unanswered_state_names, .doc = "open without it"),
	PAGE_IN(unanswered_list_in),
};
static const struct spec list_in = SPEC("ConsoleUnansweredQuery", unanswered_list_in, list_in_f);
static const struct field change_f[] = {
	FIELD(unanswered_change_in, id, "question_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX),
	FIELD(unanswered_change_in, state, "state", as_enum, .flags = REQUIRED, .arg = unanswered_state_names),
	FIELD(unanswered_change_in, article_id, "article_id", as_int, .min = 0, .max = INT64_MAX, .doc = "With answered: by which"),
};
static const struct spec change_in = SPEC("ConsoleUnansweredChange", unanswered_change_in, change_f);

#define ALL "/api/v1/unanswered-questions"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_SETTINGS_READ, LIMIT_ADMIN, &list_in, unanswered_list, &list, 200, "What the AI could not answer, the most asked first" },
	{ "PUT", ALL "/:question_id", STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &change_in, unanswered_change, &one, 200, "Answered by an article, dismissed, or open again" },
};
// clang-format on
const struct route_table console_unanswered = ROUTES(routes);
