/* Customers as the chat contract's staff see them: the contacts (contact.h), shown as users. */
#include "contact.h"

bool customer_list(struct ctx *c, const void *vin, void *vout)
{
	const struct user_list_in *in = vin;
	const struct contact_list_in asked = { .search = in->search };
	struct user_list_out *out = vout;
	struct list rows;

	if (!contact_slice(c, &asked, in->offset, in->limit, &rows, &out->total))
		return false;
	const struct contact_row *r = rows.items;
	struct user *u = arena_alloc(c->mem, (rows.n + 1) * sizeof(*u));
	for (size_t i = 0; i < rows.n; i++)
		u[i] = (struct user){ .id = r[i].id,
				      .public_id = r[i].public_id,
				      .full_name = r[i].name,
				      .email = r[i].email,
				      .phone = r[i].phone,
				      .avatar_url = r[i].avatar_url,
				      .conversations = r[i].conversations,
				      .last_active_at = r[i].last_activity_at,
				      .created_at = r[i].created_at,
				      .updated_at = r[i].updated_at };
	out->users = (struct list){ u, rows.n };
	out->has_more = in->offset + (int64_t)rows.n < out->total;
	return true;
}
