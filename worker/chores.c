/* Small jobs that nobody waits for: contacts that plain SQL wrote become searchable, what a deleted team left, conversations that
 * fell silent. */
#include "../lib/domain/contact.h"
#include "../lib/domain/team.h"
#include "worker.h"

enum { ROUNDS = 50 }; /* of one look: other jobs wait meanwhile */

static bool release_rest(struct ctx *c, void *done)
{
	return team_release_rest(c, done);
}

static bool index_contacts(struct ctx *c, void *done)
{
	return contact_index_waiting(c, done);
}

/* True: there is more of it. */
static bool again(struct worker *w, job_fn *job)
{
	bool done = false;

	for (int i = 0; i < ROUNDS && !done; i++)
		if (!job_run(w, job, &done, true))
			return false; /* the next look tries again */
	return !done;
}

bool chores_look(struct worker *w)
{
	bool contacts = again(w, index_contacts);

	return again(w, release_rest) || contacts;
}
