/* desk.h: the desk contract (contracts/desk.md): assignment, queue, workload, the running of the system; port 8080. Rows and field
   tables of a noun stand in NOUN.c. */
#ifndef DESK_H
#define DESK_H
#include "../../domain/page.h"
#include "../../http/http.h"

extern const struct contract desk_contract;

// clang-format off
#define DESK_NOUNS(X) X(sessions) X(kefu) X(users) X(messages) X(exports) X(analytics) X(system) X(backups)
#define DESK_DECLARE(noun) extern const struct route_table desk_##noun;
DESK_NOUNS(DESK_DECLARE)
// clang-format on

/* What a row answers: its data, and the sentence beside it: a text of the catalogue with up to two holes, filled from the data.
   Every .out of this contract is the spec of one of these: &x.data. */
struct desk_answer {
	struct spec data;
	const char *said, *otherwise; /* otherwise: when the second hole has nothing; NULL = the same */
	size_t holes[2], n;           /* offsets of const char * members */
};
#define ANSWER(nm, T, arr, text, ...)                                                                                              \
	{                                                                                                                          \
		.data = SPEC(nm, T, arr), .said = (text), __VA_ARGS__                                                              \
	}
#define HOLES1(T, a) .holes = { offsetof(struct T, a) }, .n = 1
#define HOLES2(T, a, b) .holes = { offsetof(struct T, a), offsetof(struct T, b) }, .n = 2

/* The `page` and `limit` of a list's input struct, which embeds a `struct page_in page`. */
#define DESK_PAGE(T, size_default)                                                                                                 \
	FIELD(T, page.number, "page", as_int, .flags = FROM_QUERY, .min = 1, .max = 1000000000, .fallback = 1),                    \
		FIELD(T, page.size, "limit", as_int, .flags = FROM_QUERY, .min = 1, .max = 100, .fallback = (size_default))
extern const struct desk_answer desk_link; /* of struct link */
extern const struct spec desk_pages;       /* of struct page_meta: {"page","limit","total","total_pages"} */
enum { PUBLIC_ID_MAX = 64 };
#define PUBLIC_ID(T, member, key, ...)                                                                                             \
	FIELD(T, member, key, as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = PUBLIC_ID_MAX, __VA_ARGS__)

extern const struct codec desk_leg; /* struct leg_name: "kehu_001:kefu_001" */
extern const struct codec desk_msg; /* int64_t: "msg_12" */
extern const struct codec desk_url; /* const char *: the url of a message's attachment (JSON), or null */
extern const char *const desk_presence_names[], *const desk_priority_names[], *const desk_type_names[];
extern const struct spec desk_message, desk_message_of; /* of struct leg_message; of: with its session */
#endif
