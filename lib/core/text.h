/* text.h: pure functions over text. */
#ifndef TEXT_H
#define TEXT_H
#include "core.h"

bool utf8_valid(const char *, size_t n);                   /* strict: no surrogates, no overlong forms, no NUL */
size_t utf8_count(const char *, size_t n);                 /* characters (code points) in valid UTF-8 */
size_t utf8_cut(const char *, size_t n, size_t max_chars); /* bytes of the first max_chars characters */
/* Trim ASCII and ideographic white space at both ends into the arena. */
char *text_trim(struct arena *, const char *);
bool text_blank(const char *);
bool text_ascii(const char *);
bool parse_int(const char *, size_t n, int64_t *out); /* whole text, decimal, optional '-', no overflow */
/* Base64url without padding. enc: out needs 4*((n+2)/3)+1 bytes. dec: strict (no padding, no spare bits), -1 if malformed. */
size_t b64url_enc(char *out, const void *, size_t n);
long b64url_dec(void *out, size_t cap, const char *, size_t n);
/* Percent-decoding; plus_is_space for queries and forms. Returns NULL on malformed escapes, NUL or bad UTF-8. */
char *percent_decode(struct arena *, const char *, size_t n, bool plus_is_space);
bool email_valid(const char *);
bool token_in_list(const char *list, const char *item); /* "a,b , c": whole items, white space around them ignored */
const char *pick_lang(const char *accept_language);     /* "zh" unless English is preferred; NULL is "zh" */
/* Time. iso_parse takes "2024-01-01", "2024-01-01T10:00:00[.123][Z|+08:00]"; ms since the epoch. */
bool iso_parse(const char *, int64_t *ms);
int64_t now_ms(void);
int64_t mono_ms(void);
int64_t day_start(int64_t ms, int64_t tz_offset_s); /* midnight of that day in the site's time zone, as UTC ms */
int64_t random_number(void);                        /* from getrandom(2), above zero, below 2^62 */
/* Random ids: prefix + n random characters of [0-9a-z] style base62 from getrandom(2). */
char *random_id(struct arena *, const char *prefix, size_t chars);
char *uuid4(struct arena *);
#endif
