/* serve.h: what the files of lib/http share. */
#ifndef SERVE_H
#define SERVE_H
#include "http.h"

enum { PATH_MAX_NAMES = 4 };
struct match {
	const struct contract *contract; /* NULL = no path fits */
	const struct route *route;       /* NULL = the path fits, the method does not */
};
/* The body of an UPLOAD route: c->upload, if there is one, and the form's fields; a file that is not taken is a 413 or 415. */
bool upload_read(struct ctx *, const struct request *, struct sources *);
MUST bool form_read(struct ctx *, const struct request *, struct sources *);
/* tus.c: what all rows with RESUMABLE have in common. */
extern const char *const tus_type;                                            /* of a body */
bool tus_has(const struct app *, const struct request *, const char *method); /* has this path such a row? */
void tus_method(const struct app *, struct request *);     /* the one that is meant: HEAD, OPTIONS or an override */
MUST bool tus_begin(struct ctx *, const struct request *); /* the version; c->body */
void tus_headers(const struct request *, struct response *);
bool find_route(const struct app *, const struct request *, struct match *, struct buf *allow);
int pattern_order(const char *a, const char *b); /* patterns that fit one path: 1 = a is meant, -1 = b, 0 = the same shape */
const struct contract *contract_for(const struct app *, const struct request *);

/* CORS: headers for an allowed origin; true when q is a preflight and has been answered. */
bool cors(const struct app *, struct ctx *, const struct request *, struct response *);
#endif
