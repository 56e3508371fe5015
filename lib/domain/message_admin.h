/* message_admin.h: messages of all conversations in the caller's scope: looked through, searched for, deleted. What is of a person
   is looked for in the newest MESSAGE_TALKS of its conversations (what was said to an agent in a third of these), what was said in
   the newest MESSAGE_FOUND that have all its words; MESSAGE_LOOKED messages of them together: of a long conversation the newest,
   how many depends on the others. A kind of message or of sender alone is looked for in the newest 20,000; of all, pages lead to
   the newest MESSAGE_PAGES. */
#ifndef MESSAGE_ADMIN_H
#define MESSAGE_ADMIN_H
#include "leg.h"

enum { MESSAGE_TALKS = 300, MESSAGE_FOUND = 400, MESSAGE_LOOKED = 20000, MESSAGE_PAGES = 10000, MESSAGE_REACH = 100000 };
struct message_filter {
	const char *from, *to; /* public ids; from also "ai" and "system"; NULL = any */
	int type;              /* 1 + enum message_type; 0 = any */
	int64_t since, until;  /* since <= said < until; 0 = open */
	struct leg_name leg;   /* agent NULL = any */
	const char *query;     /* NULL = any: all its words, the whole of it first */
};
struct message_admin_in {
	struct message_filter filter;
	struct page_in page;
};
struct message_admin_out {
	struct list messages; /* struct leg_message, the newest first */
	struct page_meta meta;
	bool has_more;
	const char *query;
};
/* Without a filter the total is that of the whole site. An unknown person is a mistake in that field. */
bool message_admin_list(struct ctx *, const void *in, void *out);
bool message_admin_search(struct ctx *, const void *in, void *out);
/* What passes with after < id <= upto, by id: struct leg_message, in the caller's scope. Reads no more than those. */
MUST bool message_admin_range(struct ctx *, const struct message_filter *, int64_t after, int64_t upto, struct list *out);
MUST bool message_total(struct ctx *, int64_t *n); /* what customers, agents and the AI have said, of the whole site */
MUST bool message_count_since(struct ctx *, int64_t since, int64_t *n); /* of it, from this time on (ms) */

struct message_id_in {
	int64_t id;
};
bool message_admin_get(struct ctx *, const void *in, void *out); /* out: struct leg_message; "message.missing" */
struct message_gone {
	int64_t id;
	bool deleted;
};
/* By who said it, or a supervisor. Gone from every history, its words from the search, its file too; its number stays. */
bool message_delete(struct ctx *, const void *in, void *out);

/* Some 160 characters around the first place with a word of the query, as HTML with the words in <em>. Pure. */
char *message_highlight(struct arena *, const char *content, const char *query);
#endif
