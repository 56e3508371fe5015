#include "heard.h"
#include <stdlib.h>
#include <string.h>

enum { SETTLE_MS = 2000, WINDOW_MS = 60000 };

void heard_note(struct heard *h, int64_t id)
{
	h->ids[(uint64_t)id % HEARD_MAX] = id;
}

bool heard_has(const struct heard *h, int64_t id)
{
	return h->ids[(uint64_t)id % HEARD_MAX] == id;
}

void heard_forget(struct heard *h, int64_t mark)
{
	*h = (struct heard){ .mark = mark };
}

void heard_payload(struct heard *h, const char *p, size_t n)
{
	const char *end = p + n, *eol;
	char line[96];

	for (; p < end && (eol = memchr(p, '\n', (size_t)(end - p))) != NULL; p = eol + 1) {
		size_t len = (size_t)(eol - p) < sizeof(line) - 1 ? (size_t)(eol - p) : sizeof(line) - 1;
		memcpy(line, p, len);
		line[len] = '\0';
		if (*line == 'E') {
			const char *id = strrchr(line, ' ');
			if (id != NULL && strtoll(id, NULL, 10) > 0)
				heard_note(h, strtoll(id, NULL, 10));
		} else if (*line == 'T') { /* its bytes may hold anything, new lines too */
			unsigned long long bytes = strtoull(line + 1, NULL, 10);
			if (bytes >= (unsigned long long)(end - eol))
				return;
			eol += bytes + 1;
			if (eol >= end)
				return;
		}
	}
}

static void sample(struct heard *h, int64_t now, int64_t newest)
{
	if (h->n == SAMPLES_MAX)
		memmove(h->samples, h->samples + 1, --h->n * sizeof(*h->samples));
	h->samples[h->n].at = now;
	h->samples[h->n++].newest = newest;
}

/* The newest id of that time, or before; 0 = not known. */
static int64_t newest_at(const struct heard *h, int64_t at)
{
	for (size_t i = h->n; i-- > 0;)
		if (h->samples[i].at <= at)
			return h->samples[i].newest;
	return 0;
}

size_t heard_missing(struct heard *h, const int64_t *ids, size_t n, int64_t now, int64_t *missing, size_t max)
{
	int64_t ripe = newest_at(h, now - SETTLE_MS), old = newest_at(h, now - WINDOW_MS);
	size_t found = 0;

	sample(h, now, n > 0 ? ids[n - 1] : h->mark);
	for (size_t i = 0; i < n && ids[i] <= ripe && found < max; i++)
		if (!heard_has(h, ids[i]))
			missing[found++] = ids[i];
	for (size_t i = 0; i < n && ids[i] == h->mark + 1 && heard_has(h, ids[i]); i++)
		h->mark = ids[i];
	if (old > h->mark)
		h->mark = old;
	return found;
}
