/* Console: what admins change while the site runs. */
#include "../../domain/setting.h"
#include "../../domain/user.h"
#include "console.h"

// clang-format off
static const struct field settings_f[] = {
	FIELD(site_settings, site_name, "site_name", as_str, .flags = TRIM, .min = 1, .max = 100, .bit = SETTING_NAME, .doc = "Shown to visitors"),
	FIELD(site_settings, default_locale, "default_locale", as_enum, .arg = locale_names, .bit = SETTING_LOCALE, .doc = "Of the AI when a visitor's language cannot be told, and of new articles"),
	FIELD(site_settings, auto_resolve_days, "auto_resolve_days", as_int, .min = 0, .max = 365, .bit = SETTING_AUTO_RESOLVE, .doc = "Silent conversations are resolved after so many days; 0 = never"),
	FIELD(site_settings, backup_days, "backup_days", as_int, .min = 1, .max = 3650, .bit = SETTING_BACKUP_DAYS, .doc = "Backups older than so many days are deleted; DESKBELL_BACKUP_DAYS until it is changed"),
	FIELD(site_settings, ai_enabled, "ai_enabled", as_bool, .bit = SETTING_AI, .doc = "New conversations begin with the AI"),
	FIELD(site_settings, csat_enabled, "csat_enabled", as_bool, .bit = SETTING_CSAT, .doc = "Visitors may rate"),
};
static const struct spec settings = SPEC_HAS("ConsoleSettings", site_settings, settings_f);
static const struct field in_f[] = { FIELD(settings_io, settings, "settings", as_object, .flags = REQUIRED, .arg = &settings) };
static const struct field out_f[] = { FIELD(settings_io, settings, "settings", as_object, .arg = &settings) };
static const struct spec in = SPEC("ConsoleSettingsChange", settings_io, in_f), out = SPEC("ConsoleSettingsAnswer", settings_io, out_f);

#define ALL "/api/v1/settings"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_SETTINGS_READ, LIMIT_ADMIN, NULL, settings_get, &out, 200, "The settings of the site" },
	{ "PUT", ALL, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &in, settings_change, &out, 200, "Change those that are named" },
};
// clang-format on
const struct route_table console_settings = ROUTES(routes);
