// GET /metrics: what Prometheus reads is well-formed and true, over all workers and programs; strangers get nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { coverage } from "../lib/coverage.mjs";
import { parse } from "../lib/prometheus.mjs";
import { startStack, until } from "../lib/stack.mjs";

const { counted, gate } = coverage("chat", ["/metrics"]);
const V1 = "/api/v1";
let stack, guest;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "builtin", DESKBELL_WORKERS: "4", DESKBELL_AI_WORD_MS: "0" } });
	guest = counted(httpClient(stack.urls.chat));
});
after(() => stack?.stop());

const read = async () => {
	const answer = await guest.get("/metrics");
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
	return parse(answer.text);
};
const moved = (a, b, name, labels) => b.value(name, labels) - a.value(name, labels);

test("names and units as Prometheus' conventions have them", async () => {
	const { families } = await read();
	assert.ok(families.size > 25, `${families.size}`);
	for (const [name, { type }] of families) {
		assert.match(name, /^deskbell_[a-z_]+$/);
		assert.equal(name.endsWith("_total"), type === "counter", name);
		assert.doesNotMatch(name, /(millis|_ms|_kb|_mb|_count|_sum|_bucket)/, name);
	}
	for (const name of ["deskbell_build_info", "deskbell_http_requests_total", "deskbell_http_request_duration_seconds", "deskbell_messages_sent_total", "deskbell_program_resident_memory_bytes", "deskbell_relay_sockets", "deskbell_relay_frames_received_total", "deskbell_relay_frames_sent_total", "deskbell_relay_slow_closed_total", "deskbell_relay_stream_holes_total", "deskbell_relay_stream_fills_total", "deskbell_jobs_pending", "deskbell_queue_customers", "deskbell_database_up", "deskbell_redis_up", "deskbell_worker_up"]) assert.ok(families.has(name), name);
	assert.equal(families.get("deskbell_http_request_duration_seconds").type, "histogram");
});

test("requests are counted once, whichever worker answered, by route and status; their times add up", async () => {
	const before = await read();
	for (let i = 0; i < 15; i++) await Promise.all(Array.from({ length: 4 }, () => guest.get(`${V1}/chat/availability`)));
	for (let i = 0; i < 7; i++) await guest.get(`${V1}/chat/sessions/sess_nobody${i}`);
	await guest.get("/no/such/path");
	const now = await read();
	const route = "deskbell_http_requests_total";
	assert.equal(moved(before, now, route, { contract: "chat", method: "GET", route: `${V1}/chat/availability`, status: "2xx" }), 60);
	assert.equal(moved(before, now, route, { route: `${V1}/chat/sessions/:session_id`, status: "4xx" }), 7);
	assert.equal(moved(before, now, route, { contract: "none", status: "4xx" }), 1);
	assert.equal(moved(before, now, route, { route: "/metrics", status: "2xx" }), 1, "the one before");
	const all = moved(before, now, route);
	assert.ok(all >= 69, `${all}`);
	assert.equal(moved(before, now, "deskbell_http_request_duration_seconds_count"), all, "every request has its time");
	assert.ok(moved(before, now, "deskbell_http_request_duration_seconds_sum", { contract: "chat", class: "read" }) > 0.001);
	assert.equal(moved(before, now, "deskbell_http_request_duration_seconds_bucket", { le: "+Inf" }), all);
	assert.equal(now.value("deskbell_program_processes", { program: "api" }), stack.processes("api").length);
});

test("the desk's figures are the same ones", async () => {
	const admin = await signIn(stack.urls.desk, "admin@example.com");
	const socket = await Socket.open(stack.ws);
	socket.send("auth", { token: admin.token });
	await socket.waitFor("auth");
	const path = `${V1}/chat/availability`;
	const { routes } = (await admin.get("/api/analytics/performance")).body.data;
	assert.equal(routes.find((r) => r.route === `GET ${path}`).count, (await read()).value("deskbell_http_requests_total", { route: path }));
	await socket.close();
});

test("messages by sender, of workers, the relay's requests and the worker; uploads of the other program", async () => {
	const before = await read();
	const { session_id } = (await guest.post(`${V1}/chat/sessions`, {})).body.data;
	const first = { session_id, content: "你好", client_id: "only-once" };
	for (let i = 0; i < 3; i++) await guest.post(`${V1}/chat/messages`, first);
	const socket = await Socket.open(stack.ws);
	socket.send("message", { session_id, content: "在吗" });
	await socket.waitFor((f) => f.type === "message" && f.data.sender_type === "ai");
	const form = new FormData();
	form.append("file", new Blob([Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")]), "a.pdf");
	assert.equal((await guest.post(`${V1}/chat/sessions/${session_id}/files`, form)).status, 201);
	const said = await stack.sql("SELECT sender_type AS kind, COUNT(*) AS n FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? GROUP BY 1", [session_id]);
	const stored = (kind) => said.find((r) => r.kind === kind)?.n ?? 0;
	assert.equal(stored(0), 3, "a repeated client_id is one message");
	const now = await until(async () => {
		const m = await read();
		const count = (await stack.sql("SELECT COUNT(*) AS n FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? AND sender_type = 1", [session_id]))[0].n;
		return moved(before, m, "deskbell_messages_sent_total", { sender: "ai" }) === count && m;
	}, { what: "the worker's messages" });
	assert.equal(moved(before, now, "deskbell_messages_sent_total", { sender: "user" }), 3);
	const agent = await signIn(stack.urls.chat, "agent@example.com");
	assert.equal((await agent.post("/api/chat/send", { room_id: "global", content: "大家好" })).status, 200);
	assert.equal(moved(now, await read(), "deskbell_messages_sent_total", { sender: "room" }), 1);
	assert.ok(moved(before, now, "deskbell_messages_sent_total", { sender: "ai" }) >= 1);
	assert.equal(moved(before, now, "deskbell_http_requests_total", { route: `${V1}/chat/sessions/:session_id/files`, method: "POST" }), 1, "files.fcgi counts too");
	assert.equal(moved(before, now, "deskbell_http_request_duration_seconds_count", { class: "upload" }), 1);
	assert.deepEqual(now.families.get("deskbell_program_processes").lines.map((l) => l.labels.program).sort(), ["api", "files", "worker"]);
	for (const l of now.families.get("deskbell_program_resident_memory_bytes").lines) assert.ok(l.value > 1e6, l.labels.program);
	await until(async () => {
		const m = await read();
		return m.value("deskbell_relay_sockets", { contract: "chat" }) >= 1 && moved(before, m, "deskbell_relay_sockets_opened_total") >= 1
			&& moved(before, m, "deskbell_relay_frames_received_total") >= 1 && moved(before, m, "deskbell_relay_frames_sent_total") >= 2 && m.value("deskbell_relay_resident_memory_bytes") > 1e6;
	}, { what: "the relay's figures" });
	await socket.close();
});

test("what waits: the queue of customers, deliveries, exports", async () => {
	const before = await read();
	await stack.kill("worker", "SIGSTOP");
	await stack.sql("UPDATE users SET status = 0 WHERE role > 0");
	const { session_id } = (await guest.post(`${V1}/chat/sessions`, {})).body.data;
	await guest.post(`${V1}/chat/sessions/${session_id}/switch-agent`, { agent_type: "human" });
	const other = (await guest.post(`${V1}/chat/sessions`, {})).body.data.session_id;
	await guest.post(`${V1}/chat/messages`, { session_id: other, content: "?" });
	await stack.sql("INSERT INTO webhooks (id, url, events, secret, created_at, updated_at) VALUES (900, 'https://hooks.example/', 1, 's', 1, 1)").catch(() => {});
	await stack.sql("INSERT INTO webhook_deliveries (webhook_id, event, created_at, next_at) VALUES (900, 0, 1, 1), (900, 0, 1, 1), (900, 0, 1, 0)");
	await stack.sql("INSERT INTO exports (public_id, user_id, format, upto_id, created_at, expires_at) VALUES ('exp_metrics', 1, 0, 0, 1, 1)");
	await stack.sql("INSERT INTO mails (conversation_id, address, name, subject, body, created_at, next_at) VALUES (1, 'a@b', '', '', '', 1, 1)");
	const now = await read();
	await stack.sql("DELETE FROM mails");
	await stack.sql("DELETE FROM exports WHERE public_id = 'exp_metrics'");
	await stack.sql("DELETE FROM webhook_deliveries WHERE webhook_id = 900");
	await stack.kill("worker", "SIGCONT");
	await until(async () => (await read()).value("deskbell_jobs_pending", { queue: "ai" }) === 0, { what: "the AI's answer to whom it was asked by" });
	assert.equal(moved(before, now, "deskbell_queue_customers"), 1);
	assert.equal(now.value("deskbell_staff_present"), 0);
	for (const [queue, n] of [["ai", 1], ["webhooks", 2], ["exports", 1], ["backups", 0], ["mails", 1]]) assert.equal(moved(before, now, "deskbell_jobs_pending", { queue }), n, queue);
});

test("for this machine and for admins: nobody gets it through a proxy that is not known", async () => {
	const [admin, agent] = await Promise.all(["admin@example.com", "agent@example.com"].map((who) => signIn(stack.urls.chat, who)));
	const refused = (answer) => {
		assert.equal(answer.status, 403, answer.text);
		assert.doesNotMatch(answer.text, /deskbell_/);
	};
	for (const header of [{ "X-Forwarded-For": "203.0.113.9" }, { "X-Forwarded-For": "127.0.0.1" }, { Forwarded: "for=203.0.113.9" }, { "X-Real-IP": "203.0.113.9" }, { Via: "1.1 proxy" }]) {
		refused(await guest.get("/metrics", { headers: header }));
		refused(await agent.get("/metrics", { headers: header }));
		assert.equal((await admin.get("/metrics", { headers: header })).status, 200);
	}
	assert.equal((await guest.get("/metrics", { headers: { Authorization: "Bearer nonsense" } })).status, 401);
	for (const door of ["kefu", "desk"]) assert.equal((await httpClient(stack.urls[door]).get("/metrics")).status, 200);
	assert.equal((await guest.post("/metrics", {})).status, 405);
});

test("behind a known proxy its last hop decides", async () => {
	const proxied = await startStack({ env: { DESKBELL_TRUSTED_PROXIES: "127.0.0.1", DESKBELL_AI_PROVIDER: "off" } });
	try {
		const status = async (forwarded) => (await httpClient(proxied.urls.chat).get("/metrics", { headers: { "X-Forwarded-For": forwarded } })).status;
		assert.equal(await status("203.0.113.9"), 403);
		assert.equal(await status("127.0.0.1, 203.0.113.9"), 403, "what a client says of itself counts for nothing");
		assert.equal(await status("127.0.0.1"), 200);
		assert.equal(await status("203.0.113.9, ::1"), 200);
	} finally {
		await proxied.stop();
	}
});

test("with MySQL or Redis away it says so, soon, and keeps the rest", async () => {
	await stack.kill("redis", "SIGSTOP");
	let began = Date.now(), now = await read();
	assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);
	await stack.kill("redis", "SIGCONT");
	assert.deepEqual([now.value("deskbell_redis_up"), now.families.has("deskbell_worker_up"), now.value("deskbell_relays")], [0, false, 0], "what cannot be known is not told");
	await until(async () => (await read()).value("deskbell_redis_up") === 1, { what: "Redis" });
	await stack.kill("mariadb", "SIGSTOP");
	began = Date.now();
	now = await read();
	assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);
	await stack.kill("mariadb", "SIGCONT");
	assert.deepEqual([now.value("deskbell_database_up"), now.families.has("deskbell_queue_customers")], [0, false]);
	assert.ok(now.value("deskbell_http_requests_total") > 100);
	await until(async () => (await read()).value("deskbell_database_up") === 1, { what: "MySQL" });
});

test("a restart begins at 0, as a counter may", async () => {
	const before = await read();
	await stack.restart("api");
	const now = await read();
	assert.ok(now.value("deskbell_program_start_time_seconds", { program: "api" }) >= before.value("deskbell_program_start_time_seconds", { program: "api" }));
	assert.ok(now.value("deskbell_http_requests_total", { contract: "chat" }) < before.value("deskbell_http_requests_total", { contract: "chat" }));
	assert.equal(moved(before, now, "deskbell_messages_sent_total", { sender: "ai" }), 0, "the worker's counters went on");
});

test("every route was answered for", () => {
	gate();
});
