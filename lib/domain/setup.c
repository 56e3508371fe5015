#include "setup.h"
#include "audit.h"
#include "sign_in.h"
#include "sql_tables.h"

enum { HOLD, ANY_STAFF, SQL__MAX };
const struct stmt setup_sql[SQL__MAX] = {
	/* The row is locked until COMMIT: a second one waits here, and then sees who the first one made. */
	[HOLD] = { "INSERT INTO site (name, value) VALUES ('setup', '') ON DUPLICATE KEY UPDATE value = VALUES(value)" },
	/* Deleted ones count: a site that had staff once is not up for grabs. */
	[ANY_STAFF] = { "SELECT id FROM users WHERE role > 0 LIMIT 1", ROW(number, number_cols) },
};
const size_t setup_sql_n = SQL__MAX;

bool setup_needed(struct ctx *c, bool *needed)
{
	struct number first;
	bool found;

	if (!db_find(c, &setup_sql[ANY_STAFF], &first, &found, NOARGS))
		return false;
	*needed = !found;
	return true;
}

bool setup_admin(struct ctx *c, const void *vin, void *vout)
{
	const struct setup_in *in = vin;
	const struct user_write_in admin = { .has = USER_HAS_EMAIL | USER_HAS_NAME | USER_HAS_ROLE | USER_HAS_PASSWORD,
					     .email = in->email,
					     .full_name = in->full_name,
					     .password = in->password,
					     .role = ROLE_ADMIN };
	struct user *out = vout;
	bool needed;

	if (!db_exec(c, &setup_sql[HOLD], NULL, NOARGS) || !setup_needed(c, &needed))
		return false;
	if (!needed)
		return fail(c, E_FORBIDDEN, "setup.done");
	c->who = (struct actor){ 0 }; /* whatever key came along: nobody is above the first account */
	if (!user_create(c, &admin, out))
		return false;
	actor_from_user(c, out, NULL);
	return audit(c, "setup:admin", out->id, NULL);
}
