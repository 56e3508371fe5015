/* logs.h: log entries as desk shows them. */
#ifndef DESK_LOGS_H
#define DESK_LOGS_H
#include "../../json/spec.h"

extern const char *const log_level_names[];
struct log_entry {
	int64_t at;
	int level;
	const char *time, *component, *key, *message, *request_id;
};
struct logs_in {
	int level;                         /* 1 + the index of its name; 0 = any */
	int64_t limit, page, since, until; /* since <= logged < until; 0 = open */
	const char *search, *request_id;
};
struct logs_out {
	struct list entries; /* struct log_entry, the newest first */
	int64_t total;       /* in the last megabyte of each file */
};
bool logs_get(struct ctx *, const void *in, void *out);
#endif
