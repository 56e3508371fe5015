/* console.h: the console contract (contracts/console.md): staff; port 3001. Rows and field tables of a noun stand in NOUN.c. */
#ifndef CONSOLE_H
#define CONSOLE_H
#include "../../domain/page.h"
#include "../../http/http.h"

extern const struct contract console_contract;

// clang-format off
#define CONSOLE_NOUNS(X) X(conversations) X(messages) X(mobile) X(contacts) X(labels) X(canned_responses) X(inboxes) X(inbox_ai) X(webhooks) X(teams) X(users) X(dashboard) X(reports) X(articles) X(unanswered) X(assist) X(settings) X(audit_logs) X(setup)
#define CONSOLE_DECLARE(noun) extern const struct route_table console_##noun;
CONSOLE_NOUNS(CONSOLE_DECLARE)
// clang-format on

/* The `page` and `per_page` of a list's input struct, which embeds a `struct page_in page`. */
#define PAGE_IN(T)                                                                                                                 \
	FIELD(T, page.number, "page", as_int, .flags = FROM_QUERY, .min = 1, .max = 1000000000, .fallback = 1),                    \
		FIELD(T, page.size, "per_page", as_int, .flags = FROM_QUERY, .min = 1, .max = 100, .fallback = 20)
extern const struct spec console_meta; /* of struct page_meta: {"current_page","per_page","total_count","total_pages"} */
#define PAGE_META(T) FIELD(T, meta, "meta", as_object, .arg = &console_meta)
extern const struct spec console_person; /* of struct person: {"id","full_name","avatar_url"} */
#endif
