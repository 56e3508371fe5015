/* GET /metrics: Prometheus' text, from the counters that the performance figures of desk are made of, what the relays report and
   what waits in the database. For this machine and for admins. */
#include "../../core/metric.h"
#include "../../core/process.h"
#include "../../domain/ai_health.h"
#include "../../domain/backlog.h"
#include "../../domain/health.h"
#include "../../domain/message.h"
#include "../../domain/redis_admin.h"
#include "../../http/perf.h"
#include "../access/relays.h"
#include "specs.h"
#include <string.h>

_Static_assert((int)PERF_SENDERS == (int)SENDER__MAX + 1, "a counter for each kind of sender, and one for rooms");

static void put_requests(struct buf *b, const struct perf_totals *t)
{
	static const char name[] = "deskbell_http_requests_total";
	static const char *const statuses[PERF_STATUSES] = { "1xx", "2xx", "3xx", "4xx", "5xx" };
	const struct perf_requests *rows = t->requests.items;

	metric(b, name, "counter", "Requests answered, by route and class of status; none: no route fitted.");
	for (size_t i = 0; i < t->requests.n; i++)
		for (size_t k = 0; k < PERF_STATUSES; k++)
			if (rows[i].by_status[k] > 0)
				metric_line(b, name,
					    LABELS({ "contract", rows[i].contract }, { "method", rows[i].method },
						   { "route", rows[i].path }, { "status", statuses[k] }),
					    (double)rows[i].by_status[k]);
}

static void put_times(struct buf *b, const struct perf_totals *t)
{
	static const char name[] = "deskbell_http_request_duration_seconds";
	const struct perf_times *rows = t->times.items;
	double ends[PERF_EDGES];

	for (size_t i = 0; i < PERF_EDGES; i++)
		ends[i] = (double)perf_edges[i] / 1000000;
	metric(b, name, "histogram", "Time in a worker, by what the request does: read, write, upload.");
	for (size_t i = 0; i < t->times.n; i++)
		metric_histogram(b, name, LABELS({ "contract", rows[i].contract }, { "class", rows[i].class }), ends,
				 rows[i].buckets, PERF_EDGES, rows[i].sum_s);
}

static void put_messages(struct buf *b, const struct perf_totals *t)
{
	static const char name[] = "deskbell_messages_sent_total";

	metric(b, name, "counter", "Messages stored, by kind of sender; room: anybody, in a room.");
	for (size_t i = 0; i < PERF_SENDERS; i++)
		metric_line(b, name, LABELS({ "sender", i < SENDER__MAX ? sender_names[i] : "room" }), (double)t->said[i]);
}

/* -- programs -- */

struct family {
	const char *name;
	int64_t n, bytes;
	double started_s;
};

static size_t families(struct arena *mem, const struct perf_totals *t, struct family **out)
{
	const struct perf_program *p = t->programs.items;
	struct family *f = arena_alloc(mem, (t->programs.n + 1) * sizeof(*f));

	for (size_t i = 0; i < t->programs.n; i++) {
		f[i].name = p[i].name;
		f[i].started_s = (double)p[i].started / 1000;
		f[i].bytes = process_family(p[i].pid, &f[i].n);
	}
	*out = f;
	return t->programs.n;
}

static void put_programs(struct ctx *c, struct buf *b, const struct perf_totals *t)
{
	static const char since[] = "deskbell_program_start_time_seconds", count[] = "deskbell_program_processes",
			  memory[] = "deskbell_program_resident_memory_bytes";
	struct family *f;
	size_t n = families(c->mem, t, &f);

	metric(b, since, "gauge", "When the program was started, as unix time.");
	for (size_t i = 0; i < n; i++)
		metric_line(b, since, LABELS({ "program", f[i].name }), f[i].started_s);
	metric(b, count, "gauge", "Processes of the program: its supervisor and its workers; 0 = it does not run.");
	for (size_t i = 0; i < n; i++)
		metric_line(b, count, LABELS({ "program", f[i].name }), (double)f[i].n);
	metric(b, memory, "gauge", "Resident memory of these processes; pages they share are counted in each.");
	for (size_t i = 0; i < n; i++)
		if (f[i].bytes > 0)
			metric_line(b, memory, LABELS({ "program", f[i].name }), (double)f[i].bytes);
}

/* -- relays -- */

#define RELAY(nm, tp, member, text)                                                                                                \
	{                                                                                                                          \
		"deskbell_relay_" nm, tp, text, offsetof(struct relay_report, member)                                              \
	}
static const struct {
	const char *name, *type, *help;
	size_t off;
} relay_rows[] = {
	RELAY("sockets_joined", "gauge", joined, "Open WebSockets that are signed in or have a conversation."),
	RELAY("sockets_opened_total", "counter", opened, "WebSockets opened."),
	RELAY("sockets_closed_total", "counter", closed, "WebSockets closed."),
	RELAY("sockets_refused_total", "counter", refused, "WebSockets refused."),
	RELAY("slow_closed_total", "counter", slow_closed, "WebSockets closed because they did not read."),
	RELAY("held_closed_total", "counter", held_closed,
	      "WebSockets closed because too much waited for the end of their resume."),
	RELAY("frames_received_total", "counter", frames_in, "Frames that clients sent."),
	RELAY("frames_sent_total", "counter", frames_out, "Frames sent to clients."),
	RELAY("stream_holes_total", "counter", holes, "Holes seen in streams of messages: a publication came late or was lost."),
	RELAY("stream_fills_total", "counter", fills, "Requests that fill holes from the database."),
	RELAY("api_requests_total", "counter", requests, "Requests to api.fcgi."),
	RELAY("api_retries_total", "counter", retries, "Of these, repeated because no answer came."),
	RELAY("api_requests_waiting", "gauge", waiting, "Requests to api.fcgi under way."),
	RELAY("resident_memory_bytes", "gauge", memory, "Resident memory of the relay."),
};

static void put_sockets(struct buf *b, const struct list *relays)
{
	static const char name[] = "deskbell_relay_sockets";
	const struct relay_report *r = relays->items;

	metric(b, name, "gauge", "Open WebSockets, by the contract whose path they came by.");
	for (size_t i = 0; i < relays->n; i++) {
		metric_line(b, name, LABELS({ "relay", r[i].name }, { "contract", "chat" }), (double)r[i].chat);
		metric_line(b, name, LABELS({ "relay", r[i].name }, { "contract", "kefu" }), (double)r[i].kefu);
		metric_line(b, name, LABELS({ "relay", r[i].name }, { "contract", "console" }), (double)r[i].console);
	}
}

static void put_relays(struct ctx *c, struct buf *b)
{
	struct list relays;

	relays_list(c, &relays);
	metric_one(b, "deskbell_relays", "gauge", "Relays that report.", (double)relays.n);
	put_sockets(b, &relays);
	for (size_t k = 0; k < COUNT(relay_rows); k++) {
		const struct relay_report *r = relays.items;
		metric(b, relay_rows[k].name, relay_rows[k].type, relay_rows[k].help);
		for (size_t i = 0; i < relays.n; i++)
			metric_line(b, relay_rows[k].name, LABELS({ "relay", r[i].name }),
				    (double)*(const int64_t *)((const char *)&r[i] + relay_rows[k].off));
	}
}

/* -- what waits, and what is up: a figure that cannot be had is left out, not 0 -- */

static bool put_backlog(struct ctx *c, struct buf *b)
{
	static const char name[] = "deskbell_jobs_pending";
	struct err before = c->err;
	struct backlog w = { 0 };
	bool known = backlog_get(c, &w);

	c->err = before;
	if (!known)
		return false;
	metric_one(b, "deskbell_queue_customers", "gauge", "Customers who wait for an agent.", (double)w.customers);
	metric_one(b, "deskbell_staff_present", "gauge", "Members of staff who are online, busy or away.", (double)w.staff);
	metric(b, name, "gauge",
	       "What the worker still has to do: answers of the AI, webhook deliveries, exports, backups, mails.");
	metric_line(b, name, LABELS({ "queue", "ai" }), (double)w.ai);
	metric_line(b, name, LABELS({ "queue", "webhooks" }), (double)w.webhooks);
	metric_line(b, name, LABELS({ "queue", "exports" }), (double)w.exports);
	metric_line(b, name, LABELS({ "queue", "backups" }), (double)w.backups);
	metric_line(b, name, LABELS({ "queue", "mails" }), (double)w.mails);
	return true;
}

static void put_ai(struct ctx *c, struct buf *b)
{
	static const char up[] = "deskbell_ai_provider_up", failures[] = "deskbell_ai_provider_failures",
			  streams[] = "deskbell_ai_provider_streams";
	struct ai_health site;
	struct list all;

	ai_health_get(c, &site, &all);
	const struct ai_health *h = all.items;
	metric(b, up, "gauge",
	       "1 = the AI's provider at this address is asked; 0 = it failed, or asked for a rest, and is left alone.");
	for (size_t i = 0; i < all.n; i++)
		metric_line(b, up, LABELS({ "address", h[i].address }),
			    strcmp(h[i].state, "failing") != 0 && strcmp(h[i].state, "resting") != 0);
	metric(b, failures, "gauge", "Its failures in a row.");
	for (size_t i = 0; i < all.n; i++)
		metric_line(b, failures, LABELS({ "address", h[i].address }), (double)h[i].failures);
	metric(b, streams, "gauge", "Answers that come from it just now.");
	for (size_t i = 0; i < all.n; i++)
		metric_line(b, streams, LABELS({ "address", h[i].address }), (double)h[i].streams);
}

static void put_services(struct ctx *c, struct buf *b)
{
	struct redis_status redis = { 0 };
	struct health h = { 0 };

	metric_one(b, "deskbell_database_up", "gauge", "1 = MySQL answers.", put_backlog(c, b));
	health_look_further(c, &h);
	metric_one(b, "deskbell_database_full", "gauge", "1 = MySQL's disk had no room for something within the last minute.",
		   h.full);
	metric_one(b, "deskbell_storage_up", "gauge", "1 = files can be written.", strcmp(h.storage, "available") == 0);
	redis_status(c, NULL, &redis);
	metric_one(b, "deskbell_redis_up", "gauge", "1 = Redis answers.", redis.connected);
	if (!redis.connected)
		return;
	metric_one(b, "deskbell_redis_memory_bytes", "gauge", "Memory that Redis uses.", (double)redis.used_memory);
	metric_one(b, "deskbell_worker_up", "gauge", "1 = the worker gave a sign of life in the last 45 seconds.",
		   strcmp(h.worker, "running") == 0);
	put_ai(c, b);
}

bool chat_metrics(struct ctx *c, const void *in, void *vout)
{
	struct raw *out = vout;
	struct perf_totals totals;
	struct buf b = { 0 };

	(void)in;
	if (!c->local && c->who.role < ROLE_ADMIN)
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	perf_totals(c->perf, c->mem, &totals);
	metric(&b, "deskbell_build_info", "gauge", "Always 1; the version that runs.");
	metric_line(&b, "deskbell_build_info", LABELS({ "version", DESKBELL_VERSION }), 1);
	put_requests(&b, &totals);
	put_times(&b, &totals);
	put_messages(&b, &totals);
	put_programs(c, &b, &totals);
	put_relays(c, &b);
	put_services(c, &b);
	*out = (struct raw){ 200, METRIC_TYPE, arena_strndup(c->mem, b.data, b.len), b.len, NULL };
	buf_free(&b);
	return true;
}
