/* Figures of past days: rolled up when a day is over, and again when something late has changed it. */
#include "../lib/domain/report.h"
#include "../lib/core/text.h"
#include "worker.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The rest of its time belongs to the others: late days may wait longer than days that nobody can read yet. */
enum { SHARE_LATE = 10, SHARE_MISSING = 2, DAY_MS = 86400000, DATE_CHARS = 10 };

struct job {
	struct report_task task;
	bool found;
	int64_t first, last;
};

static bool next_task(struct ctx *c, void *arg)
{
	struct job *j = arg;

	return report_next_task(c, &j->task, &j->found);
}

static bool roll_up(struct ctx *c, void *arg)
{
	const struct job *j = arg;

	return j->task.stale ? report_forget_stale(c) : report_roll_up(c, j->task.day);
}

void report_look(struct worker *w)
{
	struct job j = { 0 };
	int64_t started = mono_ms();

	if (!job_run(w, next_task, &j, false) || !j.found || !job_run(w, roll_up, &j, true))
		return;
	int64_t took = mono_ms() - started;
	w->report_at = mono_ms() + took * ((j.task.late ? SHARE_LATE : SHARE_MISSING) - 1);
}

/* -- deskbell-worker reports rebuild -- */

static bool span(struct ctx *c, void *arg)
{
	struct job *j = arg;

	return report_span(c, &j->first, &j->last);
}

static bool forget_stale(struct ctx *c, void *arg)
{
	(void)arg;
	return report_forget_stale(c);
}

static bool read_date(const char *text, int64_t *day)
{
	int64_t ms;

	if (text == NULL)
		return true;
	if (strlen(text) != DATE_CHARS || !iso_parse(text, &ms)) {
		fprintf(stderr, "reports: a date looks like 2024-01-31, not like %s\n", text);
		return false;
	}
	*day = ms / DAY_MS;
	return true;
}

static bool rebuild(struct worker *w, const char *from, const char *to)
{
	struct job j = { 0 };

	if (!job_run(w, span, &j, false) || !job_run(w, forget_stale, NULL, true)) {
		fprintf(stderr, "reports: the database cannot be asked\n");
		return false;
	}
	int64_t first = j.first, last = j.last;
	if (!read_date(from, &first) || !read_date(to, &last))
		return false;
	first = first < j.first ? j.first : first;
	last = last > j.last ? j.last : last;
	for (j.task.day = first; j.task.day <= last; j.task.day++)
		if (!job_run(w, roll_up, &j, true)) {
			fprintf(stderr, "reports: %s\n", w->err.key != NULL ? w->err.key : "failed");
			return false;
		}
	printf("reports: %lld days rebuilt\n", last < first ? 0LL : (long long)(last - first + 1));
	return true;
}

int report_rebuild(const char *from, const char *to)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return EXIT_FAILURE;
	bool opened = worker_open(w), good = opened && rebuild(w, from, to);
	if (opened)
		worker_close(w);
	free(w);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
