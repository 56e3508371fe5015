/* Small jobs that nobody waits for: what a deleted team left, what plain SQL wrote, conversations that fell silent; and the
   settings that the worker keeps. */
#include "../lib/domain/article.h"
#include "../lib/domain/coming.h"
#include "../lib/domain/contact.h"
#include "../lib/domain/event.h"
#include "../lib/domain/idle.h"
#include "../lib/domain/setting.h"
#include "../lib/domain/team.h"
#include "worker.h"

enum { ROUNDS = 50 }; /* of one look: other jobs wait meanwhile */

struct chores {
	struct site_settings site;
	bool done;
};

static bool read_settings(struct ctx *c, void *arg)
{
	return site_settings_read(c, &((struct chores *)arg)->site);
}

static bool release_rest(struct ctx *c, void *arg)
{
	return team_release_rest(c, &((struct chores *)arg)->done);
}

/* Contacts that plain SQL wrote (demo data, imports) become searchable. */
static bool index_contacts(struct ctx *c, void *arg)
{
	return contact_index_waiting(c, &((struct chores *)arg)->done);
}

/* And so do articles, which the AI then answers from. */
static bool index_articles(struct ctx *c, void *arg)
{
	int64_t n;

	if (!article_index_waiting(c, &n))
		return false;
	((struct chores *)arg)->done = n == 0;
	return true;
}

static bool resolve_idle(struct ctx *c, void *arg)
{
	struct chores *a = arg;

	return idle_resolve(c, a->site.auto_resolve_days, &a->done);
}

/* True: there is more of it. */
static bool again(struct worker *w, job_fn *job, struct chores *a)
{
	a->done = false;
	for (int i = 0; i < ROUNDS && !a->done; i++)
		if (!job_run(w, job, a, true))
			return false; /* the next look tries again */
	return !a->done;
}

static bool tell_late(struct ctx *c, void *more)
{
	struct list late = { 0 };

	coming_late(c, &late, more);
	const struct coming *who = late.items;
	for (size_t i = 0; i < late.n; i++) {
		struct event *e = event_queue(c, EVENT_USER_PRESENCE);
		e->user_name = who[i].public_id;
		e->flag = who[i].there;
		e->except = who[i].socket;
	}
	return true;
}

bool coming_look(struct worker *w)
{
	bool more = false;

	return job_run(w, tell_late, &more, false) && more;
}

bool rooms_look(struct worker *w)
{
	for (int i = 0; i < ROUNDS && !w->purge.done; i++)
		if (!job_run(w, room_purge, &w->purge, true))
			return false; /* the next look goes on there */
	bool more = !w->purge.done;
	if (!more)
		w->purge = (struct room_purge){ 0 };
	return more;
}

bool chores_look(struct worker *w)
{
	struct chores a = { 0 };
	bool more;

	if (!job_run(w, read_settings, &a, false))
		return false;
	w->lang = locale_names[a.site.default_locale];
	more = again(w, release_rest, &a);
	more = again(w, index_contacts, &a) || more;
	more = again(w, index_articles, &a) || more;
	if (a.site.auto_resolve_days > 0)
		more = again(w, resolve_idle, &a) || more;
	return more;
}
