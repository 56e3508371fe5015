#include "socket.h"
#include "../../bus/bus.h"
#include "../../core/settings.h"
#include "../../core/text.h"
#include "../../domain/maintenance.h"
#include "../../domain/team.h"
#include "../../domain/user.h"
#include "../access/access.h"
#include <stdlib.h>
#include <string.h>

/* "u=5;f=abc;w=12;g=9f3a;l=zh;r=1,7" or "v=12;l=en". */
static const char *who_part(struct ctx *c, const char *who, char name)
{
	for (const char *p = who; *p != '\0'; p += strcspn(p, ";"), p += *p == ';')
		if (p[0] == name && p[1] == '=')
			return arena_strndup(c->mem, p + 2, strcspn(p + 2, ";"));
	return "";
}

static const struct dialect *dialect_of(const char *endpoint)
{
	static const struct dialect *const all[] = { &chat_dialect, &console_dialect, &kefu_dialect };

	for (size_t i = 0; i < COUNT(all); i++) {
		size_t n = strlen(all[i]->endpoint);
		bool below = all[i]->endpoint[n - 1] == '/';
		if (below ? strncmp(all[i]->endpoint, endpoint, n) == 0 : strcmp(all[i]->endpoint, endpoint) == 0)
			return all[i];
	}
	return NULL;
}

static void read_rooms(struct socket *s, const char *list)
{
	char *end;

	for (s->rooms_n = 0; *list != '\0' && s->rooms_n < SOCKET_ROOMS; list = end + (*end == ',')) {
		s->rooms[s->rooms_n++] = strtoll(list, &end, 10);
		if (end == list)
			break;
	}
}

void socket_read(struct ctx *c, const struct request *q, struct socket *s)
{
	const char *who = q->param(q->env, "DESKBELL_WHO"), *lang = who_part(c, who, 'l');

	*s = (struct socket){ .dialect = dialect_of(q->param(q->env, "DOCUMENT_URI")),
			      .name = q->param(q->env, "DESKBELL_SOCKET"),
			      .frame = q->param(q->env, "DESKBELL_FRAME"),
			      .user_id = strtoll(who_part(c, who, 'u'), NULL, 10),
			      .family = who_part(c, who, 'f'),
			      .joined = strtoll(who_part(c, who, 'v'), NULL, 10),
			      .viewing = strtoll(who_part(c, who, 'w'), NULL, 10),
			      .grants = who_part(c, who, 'g'),
			      .lang = *lang != '\0' ? lang : c->lang };
	c->lang = s->lang;
	read_rooms(s, who_part(c, who, 'r'));
	if (s->dialect != NULL) {
		const char *rest = q->param(q->env, "DOCUMENT_URI") + strlen(s->dialect->endpoint);
		s->below = percent_decode(c->mem, rest, strlen(rest), false);
	}
}

void put_who(struct buf *b, const struct socket *s)
{
	if (s->user_id != 0)
		buf_printf(b, "W u=%lld;f=%s;w=%lld;g=%s;l=%s", (long long)s->user_id, s->family, (long long)s->viewing, s->grants,
			   s->lang);
	else
		buf_printf(b, "W v=%lld;l=%s", (long long)s->joined, s->lang);
	for (size_t i = 0; i < s->rooms_n; i++)
		buf_printf(b, "%s%lld", i == 0 ? ";r=" : ",", (long long)s->rooms[i]);
	buf_chr(b, '\n');
}

bool socket_recall(struct ctx *c, const struct socket *s, struct buf *b, bool *ended)
{
	struct user u;

	*ended = false;
	if (s->user_id == 0 || access_again(c, s->user_id, s->family, &u))
		return true;
	if (failed_for_now(c->err.code))
		return false;
	*ended = true;
	buf_str(b, "X 4401 signed_out\n");
	return true;
}

static bool mark_online(struct ctx *c, const void *in, void *out)
{
	const int64_t *user_id = in;

	(void)out;
	return user_mark_seen(c, *user_id, PRESENCE_ONLINE);
}

bool socket_online(struct ctx *c, int64_t user_id)
{
	return run_operation(c, mark_online, WRITES, &user_id, NULL);
}

enum { TEAMS_A_BLOCK = 50 };
/* Denied by default: what stands here is all that is granted. */
static bool put_conversations(struct ctx *c, const struct socket *s, struct buf *b)
{
	const char *contract = s->dialect->contract;
	struct list teams = { 0 };

	if (!(c->who.permissions & MAY_CONVERSATIONS_READ))
		return true;
	if (c->who.role >= ROLE_SUPERVISOR) {
		buf_printf(b, " %s/all", contract);
		return true;
	}
	if (!team_ids_of(c, s->user_id, &teams))
		return false;
	buf_printf(b, " %s/open", contract);
	put_scope(b, contract, s->user_id, 0);
	for (size_t i = 0; i < teams.n; i++) /* a block has so many words (PROTOCOL.md 1) */
		buf_printf(b, "%s %s/t/%lld", i % TEAMS_A_BLOCK == TEAMS_A_BLOCK - 1 ? "\nJ" : "", contract,
			   (long long)((int64_t *)teams.items)[i]);
	return true;
}

static const char *mark_of(struct ctx *c, const char *p, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)p[i]) * 16777619u;
	return arena_printf(c->mem, "%08x", (unsigned)h);
}

bool put_staff_channels(struct ctx *c, struct socket *s, struct buf *b)
{
	size_t start = b->len;

	buf_printf(b, "J %s %s", channel_family(c->mem, s->family), channel_person(c->mem, s->user_id));
	if (is_staff(c)) {
		buf_printf(b, " %s/staff %s/p/%lld", s->dialect->contract, s->dialect->contract, (long long)s->user_id);
		if (!put_conversations(c, s, b))
			return false;
	}
	s->grants = mark_of(c, b->data + start, b->len - start);
	buf_chr(b, '\n');
	if (is_staff(c))
		buf_printf(b, "P deskbell:online:%lld\n", (long long)s->user_id);
	return true;
}

void socket_counts(struct ctx *c, const struct socket *s)
{
	enum { COUNTS_MS = 60000 };
	const char *argv[] = { "ZADD", arena_printf(c->mem, "deskbell:online:%lld", (long long)s->user_id),
			       arena_printf(c->mem, "%lld", (long long)c->now + COUNTS_MS), s->name };

	bus_cmd(c, 4, argv, (size_t[]){ strlen(argv[0]), strlen(argv[1]), strlen(argv[2]), strlen(argv[3]) });
	bus_go(c);
}

/* -- frames that all dialects share -- */

bool socket_may_post(struct ctx *c, const char *session_id)
{
	struct limit l = { .name = "message", .max = c->cfg->limit_message, .window_s = 60 };
	int open = maintenance_ask(c);

	l.subject = c->who.user_id != 0 ? arena_printf(c->mem, "u%lld", (long long)c->who.user_id) : session_id;
	if (c->cfg->rate_limit)
		limit_ask(c, &l);
	bus_go(c);
	const char *state = maintenance_take(c, open);
	bool within = !c->cfg->rate_limit || limit_answer(c, &l);
	if (!within)
		return fail_wait(c, E_RATE, "http.rate", l.reset_s);
	return maintenance_admits(c, state);
}

bool socket_may_tell(struct ctx *c, const struct socket *s)
{
	struct limit l = { .name = "typing", .subject = s->name, .max = 2 * c->cfg->limit_message, .window_s = 60 };

	if (!c->cfg->rate_limit)
		return true;
	limit_ask(c, &l);
	bus_go(c);
	return limit_answer(c, &l);
}

void put_pong(struct ctx *c, struct buf *out)
{
	struct buf b = { 0 };

	buf_str(&b, "{\"type\":\"ping\",\"data\":{\"timestamp\":\"");
	buf_time(&b, c->now);
	buf_str(&b, "\"}}");
	put_block_frame(out, &b);
	buf_free(&b);
}

void put_events(struct ctx *c, struct buf *out)
{
	for (const struct event *e = c->events; e != NULL; e = e->next)
		if (e->kind == EVENT_MESSAGE || e->kind == EVENT_ROOM_MESSAGE)
			render_event(c, out, e);
	realtime_publish(c);
}
