#include "socket.h"
#include "../../core/text.h"
#include "../../domain/team.h"
#include "../../domain/user.h"
#include <stdlib.h>
#include <string.h>

/* "u=5;f=abc;l=zh" or "v=12;l=en". */
static const char *who_part(struct ctx *c, const char *who, char name)
{
	for (const char *p = who; *p != '\0'; p += strcspn(p, ";"), p += *p == ';')
		if (p[0] == name && p[1] == '=')
			return arena_strndup(c->mem, p + 2, strcspn(p + 2, ";"));
	return "";
}

void socket_read(struct ctx *c, const struct request *q, struct socket *s)
{
	const char *who = q->param(q->env, "DESKBELL_WHO"), *lang = who_part(c, who, 'l');

	*s = (struct socket){ .name = q->param(q->env, "DESKBELL_SOCKET"),
			      .frame = q->param(q->env, "DESKBELL_FRAME"),
			      .endpoint = q->param(q->env, "DOCUMENT_URI"),
			      .user_id = strtoll(who_part(c, who, 'u'), NULL, 10),
			      .family = who_part(c, who, 'f'),
			      .joined = strtoll(who_part(c, who, 'v'), NULL, 10),
			      .lang = *lang != '\0' ? lang : c->lang };
	c->lang = s->lang;
}

void put_who(struct buf *b, const struct socket *s)
{
	if (s->user_id != 0)
		buf_printf(b, "W u=%lld;f=%s;l=%s\n", (long long)s->user_id, s->family, s->lang);
	else
		buf_printf(b, "W v=%lld;l=%s\n", (long long)s->joined, s->lang);
}

bool put_staff_channels(struct ctx *c, const struct socket *s, struct buf *b)
{
	struct list teams = { 0 };

	buf_printf(b, "J %s %s", channel_family(c->mem, s->family), channel_person(c->mem, s->user_id));
	if (is_staff(c))
		buf_printf(b, " %s", channel_staff);
	if (c->who.role >= ROLE_SUPERVISOR) {
		buf_printf(b, " %s", channel_all);
	} else if (is_staff(c)) {
		if (!team_ids_of(c, s->user_id, &teams))
			return false;
		buf_printf(b, " %s %s", channel_unassigned, channel_user(c->mem, s->user_id));
		for (size_t i = 0; i < teams.n; i++)
			buf_printf(b, " %s", channel_team(c->mem, ((int64_t *)teams.items)[i]));
	}
	buf_chr(b, '\n');
	if (is_staff(c))
		buf_printf(b, "P deskbell:online:%lld\n", (long long)s->user_id);
	return true;
}
