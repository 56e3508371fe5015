/* Rights: what is asked for as differences to a role, and what a caller may give. */
#include "../../../../lib/domain/user_admin.c"
#include "../../ok.h"

enum {
	AGENT = MAY_CONVERSATIONS_READ | MAY_CONVERSATIONS_WRITE | MAY_CONTACTS_READ | MAY_CONTACTS_WRITE | MAY_REPORTS_READ |
		MAY_INBOXES_READ,
	EVERYTHING = (1 << PERMISSIONS) - 1,
	SUPERVISOR = EVERYTHING & ~(MAY_SETTINGS_WRITE | MAY_USERS_WRITE | MAY_USERS_MANAGE),
};

static void rights(void)
{
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	struct user agent = { .role = ROLE_AGENT, .permissions_add = MAY_USERS_READ, .permissions_drop = MAY_CONTACTS_WRITE };
	struct user_write_in in = { .has = USER_HAS_ROLE, .role = ROLE_AGENT };
	struct rights r;

	ok(read_rights(&c, &in, NULL, &r) && r.bits == AGENT && r.add == 0 && r.drop == 0, "a new account has its role's");
	in.has |= USER_HAS_PERMISSIONS;
	in.permissions = permission_list(&mem, (AGENT | MAY_SETTINGS_READ) & ~(uint32_t)MAY_REPORTS_READ);
	ok(read_rights(&c, &in, NULL, &r) && r.add == MAY_SETTINGS_READ && r.drop == MAY_REPORTS_READ, "add %x drop %x", r.add,
	   r.drop);
	in.permissions = (struct list){ 0 };
	ok(read_rights(&c, &in, NULL, &r) && r.bits == 0 && r.drop == AGENT, "none at all");
	in = (struct user_write_in){ 0 };
	ok(read_rights(&c, &in, &agent, &r) && r.role == ROLE_AGENT && r.add == MAY_USERS_READ && r.drop == MAY_CONTACTS_WRITE,
	   "unsaid stays");
	in = (struct user_write_in){ .has = USER_HAS_ROLE, .role = ROLE_SUPERVISOR };
	ok(read_rights(&c, &in, &agent, &r) && r.bits == (SUPERVISOR & ~(uint32_t)MAY_CONTACTS_WRITE),
	   "exceptions outlive the role: %x", r.bits);
	in.role = ROLE_GUEST;
	ok(!read_rights(&c, &in, &agent, &r), "staff do not become guests");
	ok_str(c.err.field, "role");
	c.err = (struct err){ 0 };
	in = (struct user_write_in){ .has = USER_HAS_PERMISSIONS,
				     .permissions = { (const char *[]){ "contacts:read", "fly" }, 2 } };
	ok(!read_rights(&c, &in, &agent, &r), "an unknown name");
	ok_str(c.err.field, "permissions");
	arena_free(&mem);
}

static void giving(void)
{
	static const struct {
		int64_t user;
		int role;
		uint32_t has;
		int gives;
		uint32_t bits;
		bool may;
	} rows[] = {
		{ 1, ROLE_ADMIN, EVERYTHING, ROLE_ADMIN, EVERYTHING, true },
		{ 1, ROLE_ADMIN, EVERYTHING & ~MAY_USERS_MANAGE, ROLE_ADMIN, EVERYTHING, false },
		{ 1, ROLE_ADMIN, EVERYTHING & ~MAY_USERS_MANAGE, ROLE_AGENT, AGENT, true },
		{ 1, ROLE_SUPERVISOR, SUPERVISOR | MAY_USERS_WRITE, ROLE_AGENT, AGENT, true },
		{ 1, ROLE_SUPERVISOR, SUPERVISOR | MAY_USERS_WRITE, ROLE_SUPERVISOR, SUPERVISOR, false },
		{ 1, ROLE_SUPERVISOR, SUPERVISOR | MAY_USERS_WRITE, ROLE_AGENT, AGENT | MAY_SETTINGS_WRITE, false },
		{ 1, ROLE_AGENT, EVERYTHING, ROLE_AGENT, AGENT, false },
		{ 0, ROLE_GUEST, 0, ROLE_ADMIN, EVERYTHING, true }, /* first run */
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ctx c = { .who = { .user_id = rows[i].user, .role = rows[i].role, .permissions = rows[i].has } };
		ok(may_give(&c, rows[i].gives, rows[i].bits) == rows[i].may, "row %zu", i);
		ok(rows[i].may || c.err.code == E_FORBIDDEN, "row %zu", i);
	}
}

static void telling(void)
{
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	struct user before = { .role = ROLE_AGENT, .permission_bits = AGENT };
	struct user_write_in in = { .has = USER_HAS_PASSWORD };
	struct rights r = { ROLE_AGENT, 0, 0, AGENT };

	ok_str(told(&c, &in, &before, &r), "{\"password\":true}");
	in.has = 0;
	ok(told(&c, &in, &before, &r) == NULL, "nothing to tell");
	r = (struct rights){ ROLE_SUPERVISOR, 0, 0, (AGENT | MAY_USERS_READ) & ~(uint32_t)MAY_REPORTS_READ };
	ok_str(told(&c, &in, &before, &r),
	       "{\"role\":\"supervisor\",\"before\":\"agent\",\"granted\":[\"users:read\"],\"withdrawn\":[\"reports:read\"]}");
	arena_free(&mem);
}

int main(void)
{
	rights();
	giving();
	telling();
	return ok_end();
}
