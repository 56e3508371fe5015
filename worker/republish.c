/* A process may die between COMMIT and PUBLISH. The worker hears all that is published; what was committed and not heard is told
 * again. */
#include "../lib/domain/republish.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "worker.h"
#include <stdlib.h>
#include <string.h>

enum { SETTLE_MS = 2000, WINDOW_MS = 60000 };

static void note_id(struct worker *w, int64_t id)
{
	w->seen[id % SEEN_MAX] = id;
}

static bool was_seen(const struct worker *w, int64_t id)
{
	return w->seen[id % SEEN_MAX] == id;
}

/* The E lines of a payload of blocks (relay/PROTOCOL.md): T lines say how many bytes to pass over. */
void republish_note(struct worker *w, const char *p, size_t n)
{
	const char *end = p + n;

	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		char line[128];
		if (eol == NULL)
			return;
		size_t len = (size_t)(eol - p) < sizeof(line) - 1 ? (size_t)(eol - p) : sizeof(line) - 1;
		memcpy(line, p, len);
		line[len] = '\0';
		p = eol + 1;
		if (line[0] == 'E') {
			const char *last = strrchr(line, ' ');
			int64_t id = last != NULL ? strtoll(last, NULL, 10) : 0;
			if (id > 0)
				note_id(w, id);
		} else if (line[0] == 'T') {
			unsigned long long bytes = strtoull(line + 1, NULL, 10);
			if (bytes >= (unsigned long long)(end - p))
				return;
			p += bytes + 1;
		}
	}
}

static bool look(struct ctx *c, void *arg)
{
	struct worker *w = arg;
	struct list l = { 0 };
	int64_t told = 0;

	/* What is older than the window is settled; ids are taken before COMMIT, so the watermark stays that far behind. */
	if (w->watermark == 0 && !message_id_before(c, c->now - WINDOW_MS, &w->watermark))
		return false;
	if (!message_ids_since(c, w->watermark, c->now - SETTLE_MS, &l))
		return false;
	const struct stream_position *p = l.items;
	for (size_t i = 0; i < l.n; i++) {
		if (was_seen(w, p[i].id) || p[i].stream < 0)
			continue;
		if (!message_tell_again(c, &p[i]))
			return false;
		note_id(w, p[i].id);
		told++;
	}
	if (told > 0)
		log_info(c, "republish", "%lld messages had not been heard", (long long)told);
	if (l.n > 0)
		w->busy_until = mono_ms() + WINDOW_MS;
	return true;
}

static bool move_watermark(struct ctx *c, void *arg)
{
	struct worker *w = arg;

	return message_id_before(c, c->now - WINDOW_MS, &w->watermark);
}

void republish_look(struct worker *w)
{
	if (job_run(w, look, w, false) && mono_ms() < w->busy_until)
		job_run(w, move_watermark, w, false);
}
