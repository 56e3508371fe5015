/* inbox.h: where the widget stands: its look, its hours, who may show it, what it asks first. */
#ifndef INBOX_H
#define INBOX_H
#include "page.h"

enum { INBOX_ORIGINS_MAX = 50, INBOX_FIELDS_MAX = 10, INBOX_OPENINGS_MAX = 28 };
enum inbox_locale { INBOX_AUTO, INBOX_ZH, INBOX_EN };
extern const char *const inbox_locale_names[];

struct opening {
	int64_t day;           /* 0 Sunday … 6 Saturday */
	const char *from, *to; /* "09:00", "18:00"; "24:00" ends a day */
};
struct business_hours {
	const char *timezone; /* "+08:00" */
	struct list days;     /* struct opening; none = always open */
};
struct pre_chat_field {
	const char *name; /* name, email, phone, or a key of the site's own */
	const char *label;
	bool required;
};
struct inbox {
	int64_t id;
	const char *name, *website_token, *greeting, *color, *offline_message;
	int64_t greeting_delay; /* s */
	int locale;
	bool enabled;
	const char *origins_text, *hours_text, *fields_text; /* the lists as the row keeps them */
	int64_t created_at, updated_at;
	/* filled after reading */
	struct list allowed_origins; /* const char *; none = any */
	struct business_hours business_hours;
	struct list pre_chat_fields; /* struct pre_chat_field */
	bool open;                   /* by the hours, now */
};

/* -- for staff -- */
enum {
	INBOX_HAS_NAME = 1,
	INBOX_HAS_ORIGINS = 2,
	INBOX_HAS_GREETING = 4,
	INBOX_HAS_DELAY = 8,
	INBOX_HAS_COLOR = 16,
	INBOX_HAS_HOURS = 32,
	INBOX_HAS_FIELDS = 64,
	INBOX_HAS_OFFLINE = 128,
	INBOX_HAS_LOCALE = 256,
	INBOX_HAS_ENABLED = 512
};
struct inbox_write_in {
	int64_t id; /* update only */
	uint64_t has;
	const char *name, *greeting, *color, *offline_message;
	int64_t greeting_delay;
	int locale;
	bool enabled;
	struct list allowed_origins, pre_chat_fields;
	struct business_hours business_hours;
};
struct inbox_id_in {
	int64_t id;
};
struct inbox_list_in {
	struct page_in page;
};
struct inbox_list_out {
	struct list inboxes; /* struct inbox */
	struct page_meta meta;
};
bool inbox_list(struct ctx *, const void *in, void *out);
bool inbox_get(struct ctx *, const void *in, void *out);          /* out: struct inbox */
bool inbox_create(struct ctx *, const void *in, void *out);       /* out: struct inbox */
bool inbox_update(struct ctx *, const void *in, void *out);       /* out: struct inbox */
bool inbox_delete(struct ctx *, const void *in, void *out);       /* conversations that began there stay */
bool inbox_rotate_token(struct ctx *, const void *in, void *out); /* out: struct inbox; the old token is unknown from then on */

/* -- for visitors; c->origin must be one that may show the inbox: E_FORBIDDEN "inbox.origin" -- */
/* By its token; from Redis when it has it. Disabled is not found. */
MUST bool inbox_by_token(struct ctx *, const char *token, struct inbox *out, bool *found);
struct inbox_public_in {
	const char *token;
};
bool inbox_public(struct ctx *, const void *in, void *out); /* out: struct inbox; E_NOT_FOUND "inbox.missing" */
/* May pages of this origin call the visitor's routes, as some inbox says? For CORS; false also when it cannot be told. */
bool inbox_knows_origin(struct ctx *, const char *origin);
/* Every pattern of every enabled inbox, const char *; "*" stands for an inbox that any page may show. */
MUST bool inbox_origins(struct ctx *, struct list *out);

/* -- pure -- */
bool business_hours_open(const struct business_hours *, int64_t now_ms);
#endif
