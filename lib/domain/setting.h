/* setting.h: what admins change while the site runs. The installer's settings are the environment's (lib/core/settings.h). */
#ifndef SETTING_H
#define SETTING_H
#include "../core/core.h"

enum locale { LOCALE_ZH, LOCALE_EN, LOCALE__MAX };
extern const char *const locale_names[]; /* "zh", "en"; NULL-ended */

struct site_settings {
	const char *site_name;     /* shown to visitors (availability) */
	int default_locale;        /* what the AI and the worker write in when nobody's language is known; of a new article */
	int64_t auto_resolve_days; /* an open conversation in which nobody owes an answer is resolved after so many; 0 = never */
	int64_t backup_days;       /* backups older than that go; DESKBELL_BACKUP_DAYS while nobody has said another */
	bool ai_enabled;           /* new conversations begin with the AI, else in the queue of people */
	bool csat_enabled;         /* visitors are asked for a rating, and may give one */
	uint64_t has;              /* of a change: which of them */
};
enum {
	SETTING_NAME = 1,
	SETTING_LOCALE = 2,
	SETTING_AUTO_RESOLVE = 4,
	SETTING_AI = 8,
	SETTING_CSAT = 16,
	SETTING_BACKUP_DAYS = 32
};
MUST bool site_settings_read(struct ctx *, struct site_settings *); /* what was never changed has its default */

/* -- operations; in and out: struct settings_io -- */
struct settings_io {
	struct site_settings settings;
};
bool settings_get(struct ctx *, const void *in, void *out);
bool settings_change(struct ctx *, const void *in, void *out);
#endif
