/* Desk: the running of the system: health, logs, maintenance, Redis, performance. */
#include "../../domain/ai_health.h"
#include "../../domain/health.h"
#include "../../domain/maintenance.h"
#include "../../domain/probe.h"
#include "../../domain/redis_admin.h"
#include "../../domain/user.h"
#include "../../http/perf.h"
#include "../access/relays.h"
#include "desk.h"
#include "logs.h"

// clang-format off
static const struct field services_f[] = {
	FIELD(health, mysql, "mysql", as_str),
	FIELD(health, redis, "redis", as_str),
	FIELD(health, websocket, "websocket", as_str),
	FIELD(health, worker, "worker", as_str),
	FIELD(health, storage, "storage", as_str),
};
static const struct spec services = SPEC("DeskServices", health, services_f);
static const struct field step_f[] = {
	FIELD(probe_step, name, "name", as_str),
	FIELD(probe_step, state, "status", as_enum, .arg = probe_state_names),
	FIELD(probe_step, ms, "ms", as_real),
	FIELD(probe_step, title, "title", as_text),
	FIELD(probe_step, message, "message", as_text, .doc = "What was found, and what to do about it"),
};
static const struct spec step = SPEC("DeskProbeStep", probe_step, step_f);
static const struct field probe_f[] = {
	FIELD(probe, state, "status", as_enum, .arg = probe_state_names, .doc = "The worst of the steps"),
	FIELD(probe, ms, "ms", as_real),
	FIELD(probe, steps, "steps", as_list, .arg = &step),
};
static const struct spec probe = SPEC("DeskProbe", probe, probe_f);
struct health_in {
	bool probe;
};
static const struct field health_in_f[] = {
	FIELD(health_in, probe, "probe", as_bool, .flags = FROM_QUERY, .doc = "For admins: try each part for real"),
};
static const struct spec health_in = SPEC("DeskHealthQuery", health_in, health_in_f);
struct system_health {
	struct health health;
	int64_t uptime_s;
	const struct probe *probe;
};
static const struct field health_f[] = {
	FIELD(system_health, health.status, "status", as_str),
	FIELD(system_health, health, "services", as_object, .arg = &services),
	FIELD(system_health, health.ai, "ai", as_str, .doc = "available, unavailable, off"),
	FIELD(system_health, health.version, "version", as_str),
	FIELD(system_health, uptime_s, "uptime_seconds", as_int),
	FIELD(system_health, probe, "probe", as_ref, .arg = &probe, .doc = "Null unless it was asked for"),
};
static const struct desk_answer health_data = ANSWER("DeskHealth", system_health, health_f, "desk.health");
// clang-format on

static bool may_probe(struct ctx *c)
{
	if (c->who.user_id == 0)
		return fail(c, E_UNAUTHENTICATED, "auth.needed");
	return c->who.role >= ROLE_ADMIN || fail(c, E_FORBIDDEN, "auth.forbidden");
}

/* 200 or 503 with the same body: a RAW route, because only its status differs. */
static bool health_answer(struct ctx *c, const void *vin, void *vout)
{
	const struct health_in *in = vin;
	struct raw *out = vout;
	struct system_health h = { 0 };
	struct perf_report perf;
	struct probe found;
	struct buf b = { 0 };

	if ((in->probe && !may_probe(c)) || !health_get(c, NULL, &h.health))
		return false;
	health_look_further(c, &h.health);
	perf_read(c->perf, c->mem, c->now, &perf);
	h.uptime_s = perf.uptime_s;
	if (in->probe) {
		probe_run(c, &found);
		h.probe = &found;
	}
	if (h.health.healthy) {
		desk_contract.wrap(c, &b, &health_data.data, &h);
	} else {
		buf_str(&b, "{\"success\":false,\"message\":\"unhealthy\",\"error_code\":503,\"timestamp\":\"");
		buf_time(&b, c->now);
		buf_str(&b, "\",\"data\":");
		spec_put(&b, &health_data.data, &h);
		buf_chr(&b, '}');
	}
	*out = (struct raw){ h.health.healthy ? 200 : 503, "application/json; charset=utf-8", arena_strndup(c->mem, b.data, b.len),
			     b.len, NULL };
	buf_free(&b);
	return true;
}

// clang-format off
static const struct field log_f[] = {
	FIELD(log_entry, time, "timestamp", as_str),
	FIELD(log_entry, level, "level", as_enum, .arg = log_level_names),
	FIELD(log_entry, component, "component", as_text),
	FIELD(log_entry, key, "key", as_text),
	FIELD(log_entry, message, "message", as_text),
	FIELD(log_entry, request_id, "request_id", as_str, .flags = NULLABLE),
};
static const struct spec entry = SPEC("DeskLogEntry", log_entry, log_f);
static const struct field logs_in_f[] = {
	FIELD(logs_in, level, "level", as_filter, .flags = FROM_QUERY, .arg = log_level_names),
	FIELD(logs_in, limit, "limit", as_int, .flags = FROM_QUERY, .min = 1, .max = 1000, .fallback = 100),
	FIELD(logs_in, page, "page", as_int, .flags = FROM_QUERY, .min = 1, .max = 1000000, .fallback = 1),
	FIELD(logs_in, since, "since", as_from, .flags = FROM_QUERY),
	FIELD(logs_in, until, "until", as_to, .flags = FROM_QUERY),
	FIELD(logs_in, request_id, "request_id", as_str, .flags = FROM_QUERY, .max = 100),
	FIELD(logs_in, search, "search", as_str, .flags = FROM_QUERY, .max = 200),
};
static const struct spec logs_in = SPEC("DeskLogsQuery", logs_in, logs_in_f);
static const struct field logs_f[] = {
	FIELD(logs_out, entries, "logs", as_list, .arg = &entry),
	FIELD(logs_out, total, "total", as_int, .doc = "That pass, in the last megabyte of each program's log"),
};
static const struct desk_answer logs = ANSWER("DeskLogs", logs_out, logs_f, "desk.logs");

static const struct field maintenance_in_f[] = {
	FIELD(maintenance, enabled, "enabled", as_bool, .flags = REQUIRED),
	FIELD(maintenance, message, "message", as_str, .flags = NULLABLE | TRIM, .max = 200, .doc = "What people are told"),
};
static const struct spec maintenance_in = SPEC("DeskMaintenanceChange", maintenance, maintenance_in_f);
static const struct field maintenance_f[] = {
	FIELD(maintenance, enabled, "enabled", as_bool),
	FIELD(maintenance, message, "message", as_text),
	FIELD(maintenance, since, "since", as_time, .flags = NULLABLE),
};
static const struct desk_answer maintenance = ANSWER("DeskMaintenance", maintenance, maintenance_f, "desk.maintenance");

static const struct field redis_f[] = {
	FIELD(redis_status, connected, "connected", as_bool),
	FIELD(redis_status, version, "version", as_text),
	FIELD(redis_status, used_memory, "used_memory", as_int, .doc = "Bytes"),
	FIELD(redis_status, used_memory_human, "used_memory_human", as_text),
	FIELD(redis_status, clients, "connected_clients", as_int),
	FIELD(redis_status, keys, "keys", as_int),
	FIELD(redis_status, uptime_s, "uptime_seconds", as_int),
};
static const struct desk_answer redis = ANSWER("DeskRedis", redis_status, redis_f, "desk.redis");
static const struct field flush_in_f[] = {
	FIELD(redis_flush_in, pattern, "pattern", as_str, .flags = NULLABLE, .max = 200),
	FIELD(redis_flush_in, confirm, "confirm", as_bool),
};
static const struct spec flush_in = SPEC("DeskFlush", redis_flush_in, flush_in_f);
static const struct field flush_f[] = { FIELD(redis_flush_out, deleted, "deleted", as_int) };
static const struct desk_answer flush = ANSWER("DeskFlushed", redis_flush_out, flush_f, "desk.flushed");
static const struct field keys_in_f[] = {
	FIELD(redis_keys_in, pattern, "pattern", as_str, .flags = FROM_QUERY, .max = 200, .doc = "With or without the prefix deskbell:"),
	FIELD(redis_keys_in, cursor, "cursor", as_str, .flags = FROM_QUERY, .max = 20),
	FIELD(redis_keys_in, count, "count", as_int, .flags = FROM_QUERY, .min = 1, .max = 1000, .fallback = 100),
};
static const struct spec keys_in = SPEC("DeskKeysQuery", redis_keys_in, keys_in_f);
static const struct field key_f[] = {
	FIELD(redis_key, key, "key", as_str),
	FIELD(redis_key, type, "type", as_str),
	FIELD(redis_key, ttl, "ttl", as_int, .doc = "Seconds; -1 = for good"),
};
static const struct spec key = SPEC("DeskKey", redis_key, key_f);
static const struct field keys_f[] = {
	FIELD(redis_keys, keys, "keys", as_list, .arg = &key),
	FIELD(redis_keys, cursor, "cursor", as_str, .doc = "\"0\" = that was all"),
};
static const struct desk_answer keys = ANSWER("DeskKeys", redis_keys, keys_f, "desk.keys");

struct performance {
	struct perf_report requests;
	struct relay_sums sockets;
	struct redis_status redis;
	struct ai_health ai;
	struct list ai_providers; /* struct ai_health */
	bool db_up;
	double db_ms, redis_ms;
	const char *version, *db_version;
	struct machine machine;
};
static const struct field requests_f[] = {
	FIELD(perf_report, total, "total", as_int),
	FIELD(perf_report, per_second, "per_second", as_real),
	FIELD(perf_report, error_rate, "error_rate", as_real, .doc = "Percent: answers from 500 on"),
};
static const struct spec requests = SPEC("DeskRequests", perf_report, requests_f);
static const struct field latency_f[] = {
	FIELD(perf_report, p50, "p50", as_real),
	FIELD(perf_report, p95, "p95", as_real),
	FIELD(perf_report, p99, "p99", as_real),
	FIELD(perf_report, max, "max", as_real),
};
static const struct spec latency = SPEC("DeskLatency", perf_report, latency_f);
static const struct field perf_route_f[] = {
	FIELD(perf_route, name, "route", as_str),
	FIELD(perf_route, count, "count", as_int),
	FIELD(perf_route, p50_ms, "p50_ms", as_real),
	FIELD(perf_route, p95_ms, "p95_ms", as_real),
	FIELD(perf_route, p99_ms, "p99_ms", as_real),
	FIELD(perf_route, errors, "errors", as_int),
};
static const struct spec perf_route = SPEC("DeskRouteFigures", perf_route, perf_route_f);
#define FIGURES(T) \
	FIELD(T, figures.count, "count", as_int), \
	FIELD(T, figures.p50_ms, "p50_ms", as_real), \
	FIELD(T, figures.p95_ms, "p95_ms", as_real), \
	FIELD(T, figures.p99_ms, "p99_ms", as_real), \
	FIELD(T, figures.errors, "errors", as_int)
static const struct field perf_class_f[] = {
	FIELD(perf_class, contract, "contract", as_str, .doc = "none: no path fitted"),
	FIELD(perf_class, class, "class", as_str, .doc = "read, write or upload"),
	FIGURES(perf_class),
};
static const struct spec perf_class = SPEC("DeskClassFigures", perf_class, perf_class_f);
static const struct field perf_minute_f[] = { FIELD(perf_minute, at, "at", as_time), FIGURES(perf_minute) };
static const struct spec perf_minute = SPEC("DeskMinuteFigures", perf_minute, perf_minute_f);
static const struct field perf_bin_f[] = {
	FIELD(perf_bin, upto_ms, "upto_ms", as_real),
	FIELD(perf_bin, count, "count", as_int),
};
static const struct spec perf_bin = SPEC("DeskBinFigures", perf_bin, perf_bin_f);
static const struct field machine_f[] = {
	FIELD(machine, disk_total, "disk_total", as_int, .doc = "Bytes, of the disk that files and backups go to"),
	FIELD(machine, disk_free, "disk_free", as_int),
	FIELD(machine, memory_total, "memory_total", as_int),
	FIELD(machine, memory_available, "memory_available", as_int),
	FIELD(machine, load, "load", as_real, .doc = "Processes that want a CPU, mean of a minute"),
	FIELD(machine, cpus, "cpus", as_int),
};
static const struct spec machine = SPEC("DeskMachine", machine, machine_f);
static const struct field database_f[] = {
	FIELD(performance, db_up, "connected", as_bool),
	FIELD(performance, db_ms, "ping_ms", as_real),
	FIELD(performance, db_version, "version", as_str),
};
static const struct spec database = SPEC("DeskDatabaseFigures", performance, database_f);
static const struct field redis_ms_f[] = {
	FIELD(performance, redis.connected, "connected", as_bool),
	FIELD(performance, redis_ms, "ping_ms", as_real),
	FIELD(performance, redis.version, "version", as_text),
	FIELD(performance, redis.used_memory, "used_memory", as_int),
	FIELD(performance, redis.clients, "connected_clients", as_int),
};
static const struct spec redis_ms = SPEC("DeskRedisFigures", performance, redis_ms_f);
static const struct field sockets_f[] = {
	FIELD(relay_sums, open, "connections", as_int),
	FIELD(relay_sums, joined, "active_connections", as_int),
	FIELD(relay_sums, relays, "relays", as_int),
};
static const struct spec sockets = SPEC("DeskSocketFigures", relay_sums, sockets_f);
#define AI_STATE \
	FIELD(ai_health, address, "address", as_str, .doc = "Whom it asks; empty: nobody"), \
	FIELD(ai_health, state, "state", as_str, .doc = "ready; failing: left alone until retry_at; resting: it asked for that; trying; builtin; off; unknown"), \
	FIELD(ai_health, failures, "failures", as_int, .doc = "In a row"), \
	FIELD(ai_health, streams, "streams", as_int, .doc = "Answers that come just now"), \
	FIELD(ai_health, since, "failing_since", as_time, .flags = NULLABLE), \
	FIELD(ai_health, retry_at, "retry_at", as_time, .flags = NULLABLE), \
	FIELD(ai_health, error, "error", as_text, .doc = "Of the last call that failed")
static const struct field ai_f[] = {
	FIELD(ai_health, provider, "provider", as_str),
	FIELD(ai_health, model, "model", as_text),
	AI_STATE
};
static const struct spec ai = SPEC("DeskAi", ai_health, ai_f);
static const struct field ai_provider_f[] = { AI_STATE };
static const struct spec ai_provider = SPEC("DeskAiProvider", ai_health, ai_provider_f);
static const struct field performance_f[] = {
	FIELD(performance, requests, "requests", as_object, .arg = &requests),
	FIELD(performance, requests, "latency_ms", as_object, .arg = &latency),
	FIELD(performance, requests.classes, "classes", as_list, .arg = &perf_class),
	FIELD(performance, requests.routes, "routes", as_list, .arg = &perf_route),
	FIELD(performance, requests.bins, "histogram", as_list, .arg = &perf_bin, .doc = "How many took up to so long, and longer than the one before"),
	FIELD(performance, requests.minutes, "minutes", as_list, .arg = &perf_minute, .doc = "The last hour, the last one not over"),
	{ .key = "database", .as = &as_object, .arg = &database },
	{ .key = "redis", .as = &as_object, .arg = &redis_ms },
	FIELD(performance, sockets, "websocket", as_object, .arg = &sockets),
	FIELD(performance, ai, "ai", as_object, .arg = &ai),
	FIELD(performance, ai_providers, "ai_providers", as_list, .arg = &ai_provider, .doc = "Every address that was asked lately, the site's and those of inboxes: what one fails at is not the others' fault"),
	FIELD(performance, machine, "machine", as_object, .arg = &machine),
	FIELD(performance, version, "version", as_str),
	FIELD(performance, requests.uptime_s, "uptime_seconds", as_int),
};
static const struct desk_answer performance_data = ANSWER("DeskPerformance", performance, performance_f, "desk.performance");
// clang-format on

static bool performance_get(struct ctx *c, const void *in, void *vout)
{
	struct performance *out = vout;

	perf_read(c->perf, c->mem, c->now, &out->requests);
	relays_read(c, &out->sockets);
	ai_health_get(c, &out->ai, &out->ai_providers);
	out->db_ms = health_ping_ms(c, true, &out->db_up);
	out->redis_ms = health_ping_ms(c, false, &out->redis.connected);
	out->version = DESKBELL_VERSION;
	out->db_version = health_database_version(c);
	health_machine(c, &out->machine);
	return redis_status(c, in, &out->redis);
}

// clang-format off
static const struct route routes[] = {
	{ "GET", "/api/system/health", RAW | ALWAYS, 0, LIMIT_NONE, &health_in, health_answer, &health_data.data, 200, "What works just now; for admins also a self-test" },
	{ "GET", "/api/system/logs", ADMIN, 0, LIMIT_ADMIN, &logs_in, logs_get, &logs.data, 200, "What the programs have logged, the newest first" },
	{ "GET", "/api/system/maintenance", ADMIN, 0, LIMIT_ADMIN, NULL, maintenance_get, &maintenance.data, 200, "Is the site closed" },
	{ "PUT", "/api/system/maintenance", ADMIN | WRITES, 0, LIMIT_ADMIN, &maintenance_in, maintenance_set, &maintenance.data, 200, "Close the site for all but admins, or open it" },
	{ "GET", "/api/redis/status", ADMIN, 0, LIMIT_ADMIN, NULL, redis_status, &redis.data, 200, "How Redis is" },
	{ "POST", "/api/redis/flush", ADMIN | WRITES, 0, LIMIT_ADMIN, &flush_in, redis_flush, &flush.data, 200, "Forget what Redis remembers for Deskbell and MySQL knows" },
	{ "GET", "/api/redis/keys", ADMIN, 0, LIMIT_ADMIN, &keys_in, redis_keys, &keys.data, 200, "Deskbell's keys, some at a time" },
	{ "GET", "/api/analytics/performance", ADMIN, 0, LIMIT_ADMIN, NULL, performance_get, &performance_data.data, 200, "Requests of the last five minutes over all workers, MySQL, Redis, WebSockets" },
};
// clang-format on
const struct route_table desk_system = ROUTES(routes);
