/* canned.h: answers kept ready, called by a short code. */
#ifndef CANNED_H
#define CANNED_H
#include "page.h"

struct canned {
	int64_t id;
	const char *short_code, *content; /* short_code: a to z, 0 to 9, _ and -, at most 32 */
	int64_t created_at, updated_at;
};
struct canned_list_in {
	const char *search; /* the beginning of the code, or a part of the text */
	struct page_in page;
};
struct canned_list_out {
	struct list canned; /* struct canned, by code; those whose code begins so first */
	struct page_meta meta;
};
bool canned_list(struct ctx *, const void *in, void *out);

struct canned_id_in {
	int64_t id;
};
bool canned_get(struct ctx *, const void *in, void *out); /* out: struct canned; "canned.missing" */
struct canned_write_in {
	int64_t id; /* update only: what is NULL stays as it is */
	const char *short_code, *content;
};
bool canned_create(struct ctx *, const void *in, void *out); /* out: struct canned */
bool canned_update(struct ctx *, const void *in, void *out);
bool canned_delete(struct ctx *, const void *in, void *out);
#endif
