/* label.h: labels that staff stick on conversations. */
#ifndef LABEL_H
#define LABEL_H
#include "page.h"

struct label {
	int64_t id;
	const char *title, *color, *description; /* color: "#rrggbb" */
	int64_t created_at, updated_at;
};
struct label_list_in {
	const char *search; /* in the title */
	struct page_in page;
};
struct label_list_out {
	struct list labels; /* struct label, by title */
	struct page_meta meta;
};
bool label_list(struct ctx *, const void *in, void *out);

struct label_id_in {
	int64_t id;
};
bool label_get(struct ctx *, const void *in, void *out); /* out: struct label; "label.missing" */
struct label_write_in {
	int64_t id; /* update only: what is NULL stays as it is */
	const char *title, *color, *description;
};
bool label_create(struct ctx *, const void *in, void *out); /* out: struct label */
bool label_update(struct ctx *, const void *in, void *out);
bool label_delete(struct ctx *, const void *in, void *out); /* comes off all conversations */

bool color_ok(const char *); /* "#rrggbb" */
#endif
