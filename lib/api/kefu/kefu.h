/* kefu.h: the kefu contract (contracts/kefu.md): sign-in of agents, direct messages, users, sessions, files; port 3001. Rows and
   field tables of a noun stand in NOUN.c. */
#ifndef KEFU_H
#define KEFU_H
#include "../../domain/direct.h"
#include "../../domain/people.h"
#include "../../http/http.h"

extern const struct contract kefu_contract;

// clang-format off
#define KEFU_NOUNS(X) X(auth) X(messages) X(users) X(files) X(tus) X(shelf) X(sessions) X(system)
#define KEFU_DECLARE(noun) extern const struct route_table kefu_##noun;
KEFU_NOUNS(KEFU_DECLARE)

/* An input struct that embeds a `struct page_in page`, and what an output with `struct page_meta meta` says of it. */
enum { KEFU_ID_MAX = 64 };
#define KEFU_PAGE(T) \
	FIELD(T, page.number, "page", as_int, .flags = FROM_QUERY, .min = 1, .max = 1000000000, .fallback = 1), \
	FIELD(T, page.size, "page_size", as_int, .flags = FROM_QUERY, .min = 1, .max = 100, .fallback = 20)
#define KEFU_META(T) \
	FIELD(T, meta.total, "total", as_int), \
	FIELD(T, meta.number, "page", as_int), \
	FIELD(T, meta.size, "page_size", as_int)
#define KEFU_USER_ID(T, member, key, from, ...) FIELD(T, member, key, as_str, .flags = (from) | REQUIRED, .min = 1, .max = KEFU_ID_MAX, __VA_ARGS__)
// clang-format on

extern const struct codec as_kefu_msg;     /* int64_t: "msg_12"; 0 is null; a bare number is read too */
extern const struct codec as_user_type;    /* int, enum role: "customer", or "kefu" for all staff; output only */
extern const struct codec as_success;      /* no member: true */
extern const struct codec as_sent;         /* no member: "sent" */
extern const struct codec as_kefu_day;     /* int64_t, a day's number from 1970-01-01: "2024-01-01" */
extern const struct codec as_message_meta; /* struct message_meta: any JSON object; its file_id is looked at */
extern const char *const user_type_names[], *const session_state_names[];

/* Shared with the WebSocket side of the same contract. */
extern const struct spec kefu_post_in, kefu_message, kefu_user;
bool kefu_post(struct ctx *, const void *in, void *out); /* struct kefu_post_in to struct message */
struct message_meta {
	const char *json, *file_id;
};
struct kefu_post_in {
	const char *to, *content, *client_id;
	int type;
	struct message_meta metadata;
};
const char *kefu_error_code(const struct err *);
void kefu_put_error(struct ctx *, struct buf *); /* "code":…,"message":…,"details":{…} */
#endif
