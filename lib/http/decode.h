/* decode.h: request lines and bodies into pairs (pure functions over bytes). */
#ifndef DECODE_H
#define DECODE_H
#include "http.h"

enum { PAIRS_MAX = 100 };
/* "a=1&b=%20": false on malformed escapes, bad UTF-8 or more than PAIRS_MAX pairs. */
MUST bool decode_query(struct arena *, const char *, struct pairs *out);
bool is_form_type(const char *content_type); /* multipart/form-data or application/x-www-form-urlencoded */
bool is_json_type(const char *content_type); /* application/json with or without parameters; "" counts */
#endif
