/* origin.h: which web pages may call: origins ("https://shop.example:8443") and patterns of them. Pure. */
#ifndef ORIGIN_H
#define ORIGIN_H
#include "core.h"

enum { ORIGIN_MAX = 255 };            /* bytes */
bool origin_pattern_ok(const char *); /* an origin, or one whose first label is a star; a port may follow */
bool origin_matches(const char *pattern, const char *origin);
bool origin_in_list(const char *patterns, const char *origin); /* a comma list; "*" = every origin */
#endif
