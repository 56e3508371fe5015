/* What was said in a leg: by whom, to whom. */
#include "leg_row.h"
#include "sql_tables.h"

#define C(as, member)                                                                                                              \
	{                                                                                                                          \
		as, offsetof(struct leg_message, member)                                                                           \
	}
const struct col leg_message_cols[] = {
	C(COL_INT, message.stream),
	C(COL_INT, message.seq),
	C(COL_INT, message.id),
	C(COL_STR, message.uuid),
	C(COL_INT, message.sender_id),
	C(COL_ENUM, message.sender_type),
	C(COL_STR, message.sender_name),
	C(COL_ENUM, message.type),
	C(COL_BOOL, message.is_private),
	C(COL_STR, message.content),
	C(COL_STR, message.metadata),
	C(COL_STR, message.attachment),
	C(COL_STR, message.client_id),
	C(COL_INT, message.created_at),
	C(COL_STR, name.customer),
	C(COL_STR, name.agent),
	C(COL_STR, sender),
};
_Static_assert(COUNT(leg_message_cols) == LEG_MESSAGE_COLUMNS, "the count in leg_row.h");

enum { PAGE, TOTAL, SQL__MAX };
#define WINDOW "m.stream = ? AND m.seq > ? AND m.seq <= ? AND m.private = 0 AND m.deleted_at IS NULL AND (? OR m.sender_type <> 3)"
const struct stmt leg_message_sql[] = {
	[PAGE] = { "SELECT " LEG_MESSAGE_COLS
		   " FROM messages m JOIN users k ON k.id = ? JOIN users s ON s.id = ? LEFT JOIN users u ON u.id = "
		   "m.sender_id WHERE " WINDOW " ORDER BY m.seq LIMIT ? OFFSET ?",
		   LEG_MESSAGE_ROW },
	[TOTAL] = { "SELECT COUNT(*) FROM messages m WHERE " WINDOW, ROW(number, number_cols) },
};
const size_t leg_message_sql_n = SQL__MAX;

void leg_message_finish(struct leg_message *m)
{
	const char *customer = m->name.customer != NULL ? m->name.customer : "";
	static const char *const others[SENDER__MAX] = { [SENDER_AI] = "ai", [SENDER_SYSTEM] = "system" };

	m->from = m->message.sender_type == SENDER_USER    ? customer
		  : m->message.sender_type == SENDER_AGENT ? (m->sender != NULL ? m->sender : "")
							   : others[m->message.sender_type];
	m->to = m->message.sender_type != SENDER_USER ? customer : m->name.agent != NULL ? m->name.agent : others[SENDER_AI];
}

bool leg_messages(struct ctx *c, const void *vin, void *vout)
{
	const struct leg_messages_in *in = vin;
	struct leg_messages_out *out = vout;
	struct number total;
	struct leg l;

	if (!leg_reach(c, &in->name, &l) ||
	    !db_one(c, &leg_message_sql[TOTAL], &total, "db.failed",
		    ARGS(INT(l.conversation_id), INT(l.after_seq), INT(l.upto_seq), INT(in->with_system))) ||
	    !db_list(c, &leg_message_sql[PAGE], &out->messages,
		     ARGS(INT(l.customer_id), INT(l.agent_id), INT(l.conversation_id), INT(l.after_seq), INT(l.upto_seq),
			  INT(in->with_system), INT(in->page.size), INT(page_offset(&in->page)))))
		return false;
	struct leg_message *m = out->messages.items;
	for (size_t i = 0; i < out->messages.n; i++)
		leg_message_finish(&m[i]);
	out->name = l.name;
	out->meta = page_meta(&in->page, total.n);
	out->has_more = in->page.number < out->meta.pages;
	return true;
}
