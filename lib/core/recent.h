/* recent.h: small things by key in memory that all processes of a program share: what one of them wrote last, the others read
   without asking a server. It promises nothing: an entry may be gone, or older than the truth, so whoever uses one has the database
   confirm it.
 */
#ifndef RECENT_H
#define RECENT_H
#include "core.h"

struct recent;
enum { RECENT_BYTES = 1000 }; /* the most that a key and its bytes take together */

/* Numbers that stay, 0 before they are set; each has one owner. */
enum recent_number {
	RECENT_UNHEARD,      /* webhook.c */
	RECENT_UNHEARD_FROM, /* webhook.c */
	RECENT__NUMBERS
};

/* Before the workers are forked; about `places` KiB. NULL when there is no memory for it, and all of these take NULL. */
struct recent *recent_new(size_t places);
void recent_free(struct recent *);
/* What is too long is not kept, and what was kept by that key is forgotten. */
void recent_put(struct recent *, const char *key, const char *, size_t n);
/* NULL when there is none, or when another process is writing it just now; n bytes in the arena otherwise. */
const char *recent_get(struct recent *, struct arena *, const char *key, size_t *n);
int64_t recent_number(const struct recent *, enum recent_number);
void recent_set(struct recent *, enum recent_number, int64_t);
#endif
