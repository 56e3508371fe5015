/* team.h: groups of agents that share a scope and a queue. */
#ifndef TEAM_H
#define TEAM_H
#include "page.h"

MUST bool team_ids_of(struct ctx *, int64_t user_id, struct list *ids); /* of int64_t */
bool team_in(const struct list *ids, int64_t team_id);

struct team {
	int64_t id;
	const char *name, *description;
	int64_t members_count, online_members_count, created_at, updated_at;
};
struct team_list_in {
	const char *search; /* in the name */
	struct page_in page;
};
struct team_list_out {
	struct list teams; /* struct team */
	struct page_meta meta;
};
bool team_list(struct ctx *, const void *in, void *out);

struct team_id_in {
	int64_t id;
};
bool team_get(struct ctx *, const void *in, void *out); /* out: struct team; "team.missing" */
struct team_write_in {
	int64_t id; /* update only: what is NULL stays as it is */
	const char *name, *description;
};
bool team_create(struct ctx *, const void *in, void *out); /* out: struct team */
bool team_update(struct ctx *, const void *in, void *out);
/* Its conversations belong to no team then: the first ones at once, the rest by the worker (team_release_rest). */
bool team_delete(struct ctx *, const void *in, void *out);

/* -- members: staff; each change re-checks what that person may see -- */
struct team_members {
	struct list members; /* struct user */
	int64_t total;
};
struct team_member_in {
	int64_t id, user_id;  /* user_id 0 = not given */
	struct list user_ids; /* of int64_t */
};
bool team_members(struct ctx *, const void *in, void *out);    /* struct team_id_in; out: struct team_members, by name */
bool team_member_add(struct ctx *, const void *in, void *out); /* out: all its members; one who is in already is no error */
bool team_member_remove(struct ctx *, const void *in, void *out);

/* What a person belongs to; for a page of people in one go. */
struct team_ref {
	int64_t id, user_id;
	const char *name;
};
MUST bool team_refs(struct ctx *, int64_t from_user, int64_t to_user, struct list *out); /* struct team_ref by user, then team */
MUST bool team_set_of(struct ctx *, int64_t user_id, const struct list *ids); /* exactly these: "team_ids" names a missing one */

/* One transaction's share of what team_delete() left; *done = nothing is left. */
MUST bool team_release_rest(struct ctx *, bool *done);
#endif
