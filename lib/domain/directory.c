#include "directory.h"
#include "../core/text.h"
#include "../db/query.h"
#include "audit.h"
#include "contact.h"
#include "leg.h"
#include "user_row.h"

const char *const entry_type_names[] = { "kefu", "kehu", NULL };
enum { LATELY_MS = 5 * 60000 };

static void finish(struct ctx *c, struct directory_entry *p)
{
	user_finish(c, &p->user);
	p->type = p->user.role > ROLE_GUEST ? ENTRY_STAFF : ENTRY_CUSTOMER;
	if (p->type == ENTRY_CUSTOMER)
		p->user.status = customer_presence(c, p->user.status, p->user.last_active_at);
	if (!(c->who.permissions & MAY_CONTACTS_WRITE))
		p->user.phone = phone_masked(c->mem, p->user.phone);
}

/* -- lists -- */

static void filter(struct ctx *c, struct query *q, const struct directory_list_in *in)
{
	query_where(q, "deleted_at IS NULL", NOARGS);
	if (in->type == 1 + ENTRY_STAFF)
		query_where(q, "role IN (1, 2, 3)", NOARGS);
	else if (in->type == 1 + ENTRY_CUSTOMER)
		query_where(q, "role = 0", NOARGS);
	if (in->status == 1 + PRESENCE_ONLINE)
		query_where(q, "(status = 1 OR (role = 0 AND status = 0 AND last_active_at > ?))", ARGS(INT(c->now - LATELY_MS)));
	else if (in->status == 1 + PRESENCE_OFFLINE)
		query_where(q, "status = 0 AND (role > 0 OR last_active_at <= ?)", ARGS(INT(c->now - LATELY_MS)));
	else if (in->status != 0)
		query_where(q, "status = ?", ARGS(INT(in->status - 1)));
}

/* The page's ids in one index, then their rows. */
static bool rows(struct ctx *c, const struct directory_list_in *in, struct list *out)
{
	struct query q = query_new(c, "SELECT " USER_COLS " FROM users JOIN (SELECT id AS listed FROM users FORCE INDEX (listed)");

	filter(c, &q, in);
	query_add(&q, " ORDER BY id DESC LIMIT ? OFFSET ?) p ON p.listed = id ORDER BY id DESC",
		  ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	return query_list(c, &q, out, (struct query_row){ user_cols, USER_COLUMNS, sizeof(struct user) });
}

bool directory_list(struct ctx *c, const void *vin, void *vout)
{
	const struct directory_list_in *in = vin;
	struct directory_list_out *out = vout;
	struct query count = query_new(c, "SELECT COUNT(*) FROM users FORCE INDEX (listed)");
	struct list found = { 0 };
	struct number total;

	filter(c, &count, in);
	if (!query_one(c, &count, &total, ROW_OF(number, number_cols)) ||
	    (page_offset(&in->page) < total.n && !rows(c, in, &found)))
		return false;
	const struct user *u = found.items;
	struct directory_entry *p = arena_alloc(c->mem, (found.n + 1) * sizeof(*p));
	for (size_t i = 0; i < found.n; i++) {
		p[i].user = u[i];
		finish(c, &p[i]);
	}
	out->entries = (struct list){ p, found.n };
	out->meta = page_meta(&in->page, total.n);
	return true;
}

/* -- one -- */

static bool find(struct ctx *c, const char *public_id, struct directory_entry *p)
{
	bool found;

	if (!user_by_public_id(c, public_id, &p->user, &found))
		return false;
	if (!found)
		return fail(c, E_NOT_FOUND, "user.missing");
	finish(c, p);
	return true;
}

bool directory_get(struct ctx *c, const void *vin, void *out)
{
	return find(c, ((const struct directory_in *)vin)->public_id, out);
}

static bool create_staff(struct ctx *c, const struct directory_write_in *in)
{
	const struct user_write_in w = { .public_id = in->public_id,
					 .email = in->email,
					 .full_name = in->name,
					 .phone = in->phone,
					 .password = in->password,
					 .role = ROLE_AGENT,
					 .max_sessions = in->max_sessions };
	struct user made;

	if (in->password == NULL)
		return fail_field(c, "password", "input.missing");
	return user_create(c, &w, &made);
}

static bool create_customer(struct ctx *c, const struct directory_write_in *in)
{
	const struct contact_write_in w = { .public_id = in->public_id, .name = in->name, .email = in->email, .phone = in->phone };
	struct contact_row made;

	if (in->max_sessions != 0)
		return fail_field(c, "max_sessions", "user.staff_only");
	return contact_create(c, &w, &made);
}

bool directory_create(struct ctx *c, const void *vin, void *out)
{
	struct directory_write_in in = *(const struct directory_write_in *)vin;
	bool staff = in.type == ENTRY_STAFF;

	if (in.public_id == NULL || *in.public_id == '\0')
		in.public_id = random_id(c->mem, staff ? "kefu_" : "kehu_", 12);
	return public_id_new(c, in.public_id) && (staff ? create_staff(c, &in) : create_customer(c, &in)) &&
	       find(c, in.public_id, out);
}

static bool update_staff(struct ctx *c, const struct directory_write_in *in, int64_t id)
{
	const struct user_write_in w = { .id = id,
					 .has = in->has,
					 .full_name = in->name,
					 .email = in->email,
					 .phone = in->phone,
					 .avatar_url = in->avatar_url,
					 .max_sessions = in->max_sessions };
	struct user changed;

	return user_update(c, &w, &changed);
}

static bool update_customer(struct ctx *c, const struct directory_write_in *in, int64_t id)
{
	const struct contact_write_in w = {
		.id = id, .has = in->has, .name = in->name, .email = in->email, .phone = in->phone, .avatar_url = in->avatar_url
	};
	struct contact_row changed;

	if (in->has & USER_HAS_CAPACITY)
		return fail_field(c, "max_sessions", "user.staff_only");
	return contact_update(c, &w, &changed);
}

bool directory_change(struct ctx *c, const struct user *u, const struct directory_write_in *in)
{
	return u->role > ROLE_GUEST ? update_staff(c, in, u->id) : update_customer(c, in, u->id);
}

bool directory_update(struct ctx *c, const void *vin, void *out)
{
	const struct directory_write_in *in = vin;
	struct directory_entry p = { 0 };

	return find(c, in->public_id, &p) && directory_change(c, &p.user, in) && find(c, in->public_id, out);
}

bool directory_delete(struct ctx *c, const void *vin, void *vout)
{
	const struct directory_in *in = vin;
	struct directory_entry p = { 0 };

	if (!find(c, in->public_id, &p))
		return false;
	const struct contact_id_in contact = { p.user.id };
	*(struct directory_gone *)vout = (struct directory_gone){ in->public_id, true };
	if (p.type == ENTRY_STAFF)
		return in->erase ? user_erase(c, p.user.id) : user_delete(c, &(struct user_id_in){ p.user.id }, NULL);
	return in->erase ? contact_erase(c, &contact, NULL) : contact_delete(c, &contact, NULL);
}

static bool find_staff(struct ctx *c, const char *public_id, struct directory_entry *p)
{
	return find(c, public_id, p) && (p->type == ENTRY_STAFF || fail_field(c, "user_id", "user.staff_only"));
}

bool directory_set_rights(struct ctx *c, const void *vin, void *out)
{
	const struct directory_rights_in *in = vin;
	struct directory_entry p = { 0 };
	struct user changed;

	if (!find_staff(c, in->public_id, &p))
		return false;
	const struct user_write_in w = {
		.id = p.user.id, .has = USER_HAS_PERMISSIONS | in->has, .permissions = in->permissions, .role = in->role
	};
	return user_update(c, &w, &changed) && find(c, in->public_id, out);
}

bool directory_set_status(struct ctx *c, const void *vin, void *vout)
{
	const struct directory_status_in *in = vin;
	struct directory_entry *out = vout;
	struct user changed = { 0 };

	if (!find_staff(c, in->public_id, out))
		return false;
	if (out->user.id != c->who.user_id && c->who.role < ROLE_ADMIN)
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	return user_set_status_of(c, out->user.id, in->status, &changed) &&
	       (out->user.id == c->who.user_id ||
		audit(c, "user:status", out->user.id, arena_printf(c->mem, "{\"status\":\"%s\"}", presence_names[in->status]))) &&
	       find(c, in->public_id, out);
}
