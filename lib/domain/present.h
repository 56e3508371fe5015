/* present.h: who is in the rooms just now, from which address and with which program: in Redis alone, as whoever is there says so
   again (rooms.md: every 30 s). Half an hour without a call is absence. */
#ifndef PRESENT_H
#define PRESENT_H
#include "../core/core.h"

enum { PRESENT_IDLE_MS = 30 * 60 * 1000 };
struct present {
	int64_t user_id;
	const char *name, *addr, *agent;
	int64_t login_at, seen_at; /* login_at: its sign-in, as far as its token tells */
};
/* The caller does something. Sends without waiting. signed_in_at: ms, 0 = not known. Without an address or a program
   those that are known stay. */
void present_touch(struct ctx *, int64_t signed_in_at);
void present_forget(struct ctx *, int64_t user_id);

/* E_UNAVAILABLE "redis.away" when it cannot be told. */
struct present_list_out {
	struct list people; /* struct present, who came first before */
};
bool present_list(struct ctx *, const void *in, void *out); /* others' addresses and programs are shown to staff alone */
MUST bool present_count(struct ctx *, int64_t *n);
struct present_address_in {
	int64_t user_id;
};
struct present_address_out {
	int64_t user_id;
	const char *addr;
};
/* Where it is, or was when it signed in last; "room.no_address" when it never did. */
bool present_address(struct ctx *, const void *in, void *out);
struct present_beat_out {
	int64_t at;
};
bool present_beat(struct ctx *, const void *in, void *out); /* the caller's sign of life, heard */
#endif
