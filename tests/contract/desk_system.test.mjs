// Desk: the running of the system: health, logs, maintenance across all workers, Redis, performance.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { allRoutes, coverage } from "../lib/coverage.mjs";
import { answers, guarded, people, refused } from "../lib/desk.mjs";
import { startStack, until } from "../lib/stack.mjs";

let stack, who;
const { counted, gate } = coverage("desk", ["/api/system", "/api/redis", "/api/analytics/performance"], ["/api/system/backup"]);
const V1 = "/api/v1";

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	who = await people(stack, counted);
});
after(() => stack?.stop());
const guest = (door = "desk") => counted(httpClient(stack.urls[door]));

test("health, for anyone; what is down is said", async () => {
	await until(async () => (await guest().get("/api/system/health")).body.data.services.worker === "running", { what: "the worker's sign of life" });
	const data = answers(await guest().get("/api/system/health"), {
		success: true, message: "系统运行正常",
		data: { status: "healthy", services: { mysql: "connected", redis: "connected", websocket: "running", worker: "running", storage: "available" }, version: "", uptime_seconds: 1 },
	});
	assert.deepEqual([data.status, data.services], ["healthy", { mysql: "connected", redis: "connected", websocket: "running", worker: "running", storage: "available" }]);
	assert.ok(data.uptime_seconds >= 0 && data.uptime_seconds < 600);
	await stack.kill("worker");
	await stack.redis("DEL", "deskbell:worker");
	assert.equal((await guest().get("/api/system/health")).body.data.services.worker, "stopped");
	await stack.start("worker");
	await stack.kill("mariadb", "SIGSTOP");
	const down = await guest().get("/api/system/health");
	await stack.kill("mariadb", "SIGCONT");
	refused(down, 503);
	assert.equal(down.body.data.services.mysql, "disconnected");
	// of every worker: one that found the database hanging leaves it alone for a second
	await until(async () => (await Promise.all(Array.from({ length: 24 }, () => guest().get("/api/system/health")))).every((answer) => answer.status === 200), { what: "health" });
});

test("Redis: status, keys by SCAN, Deskbell's alone; a flush forgets nothing that MySQL does not hold", async () => {
	const status = answers(await who.admin.get("/api/redis/status"), { success: true, message: "获取Redis状态成功", data: { connected: true, version: "7.0", used_memory: 1, connected_clients: 1, keys: 1, uptime_seconds: 1 } });
	assert.ok(status.connected && status.used_memory > 0 && status.connected_clients > 0);
	await stack.redis("SET", "foreign:key", "1");
	for (let i = 0; i < 150; i++) await stack.redis("SET", `deskbell:test:${i}`, "1", "EX", 300);
	const found = new Map();
	let cursor = "0", steps = 0;
	do {
		const data = (await who.admin.get(`/api/redis/keys?pattern=test:*&count=20&cursor=${cursor}`)).body.data;
		for (const k of data.keys) found.set(k.key, k);
		cursor = data.cursor;
		steps++;
	} while (cursor !== "0");
	assert.equal(found.size, 150);
	assert.ok(steps > 1);
	const one = found.get("deskbell:test:7");
	assert.ok(one.type === "string" && one.ttl > 200 && one.ttl <= 300);
	const every = [];
	for (const pattern of ["*", "foreign:*", "*foreign*", "deskbell:*", ""]) every.push(...(await who.admin.get(`/api/redis/keys?count=1000&pattern=${encodeURIComponent(pattern)}`)).body.data.keys);
	assert.ok(every.length > 0 && every.every((k) => k.key.startsWith("deskbell:")), "never a foreign key");
	refused(await who.admin.get("/api/redis/keys?cursor=x"), 400, "cursor");
	refused(await who.admin.get("/api/redis/keys?count=0"), 400, "count");

	refused(await who.admin.post("/api/redis/flush", {}), 400, "confirm");
	refused(await who.admin.post("/api/redis/flush", { confirm: false }), 400, "confirm");
	refused(await who.admin.post("/api/redis/flush", { confirm: "yes" }), 400, "confirm");
	assert.deepEqual(answers(await who.admin.post("/api/redis/flush", { pattern: "test:1*", confirm: true }), { success: true, message: "Redis数据已清理", data: { deleted: 1 } }), { deleted: 61 });
	const { session_id } = (await guest("chat").post(`${V1}/chat/sessions`, {})).body.data;
	await guest("chat").post(`${V1}/chat/messages`, { session_id, content: "还在吗" });
	const all = (await who.admin.post("/api/redis/flush", { confirm: true })).body.data;
	assert.ok(all.deleted >= 89);
	assert.equal(await stack.redis("EXISTS", "foreign:key"), 1);
	assert.equal((await who.admin.get("/api/redis/status")).status, 200, "whoever is connected stays it");
	assert.equal((await guest("chat").get(`${V1}/chat/sessions/${session_id}/messages`)).body.data.messages[0].content, "还在吗");
	await who.agent.post(`${V1}/auth/logout`);
	await who.admin.post("/api/redis/flush", { confirm: true });
	assert.equal((await who.agent.get(`${V1}/auth/me`)).status, 401, "a sign-in that ended stays ended");
});

test("logs: newest first, by level, time and text", async () => {
	const mark = `mark-${Date.now()}`;
	await guest().get("/api/system/health", { headers: { "X-Request-ID": "req_0123456789" } });
	await guest("chat").post(`${V1}/auth/login`, { email: `${mark}@example.com`, password: "wrong password" }, { headers: { "X-Request-ID": "req_findmeplease" } });
	const data = answers(await who.admin.get("/api/system/logs?limit=50"), { success: true, message: "获取系统日志成功", data: { logs: [{ timestamp: "2024-01-01T10:00:00.000Z", level: "info", component: "api", message: "", request_id: null }], total: 1 } });
	assert.ok(data.total >= data.logs.length && data.logs.length > 5);
	const times = data.logs.map((l) => Date.parse(l.timestamp));
	assert.deepEqual(times, [...times].sort((a, b) => b - a));
	const found = (await who.admin.get("/api/system/logs?search=req_findmeplease")).body.data;
	assert.deepEqual(found.logs.map((l) => [l.key, l.component, l.level]), [["login.wrong", "api", "info"]]);
	assert.ok((await who.admin.get("/api/system/logs?level=warn")).body.data.logs.every((l) => l.level === "warn"));
	assert.deepEqual((await who.admin.get("/api/system/logs?since=2099-01-01")).body.data, { logs: [], total: 0 });
	assert.equal((await who.admin.get("/api/system/logs?limit=1")).body.data.logs.length, 1);
	assert.deepEqual((await who.admin.get("/api/system/logs?until=2020-01-01")).body.data, { logs: [], total: 0 });
	assert.deepEqual((await who.admin.get("/api/system/logs?request_id=req_findmeplease")).body.data, found);
	assert.equal((await who.admin.get("/api/system/logs?request_id=req_find")).body.data.total, 0, "a whole id");
	// Pages, of what was there at one time: nothing twice, nothing left out.
	const until = new Date().toISOString();
	const logs = async (query) => (await who.admin.get(`/api/system/logs?until=${until}&${query}`)).body.data;
	const whole = await logs("limit=1000"), paged = [];
	for (let n = 1; paged.length < whole.logs.length; n++) paged.push(...(await logs(`limit=7&page=${n}`)).logs);
	assert.deepEqual(paged.map((l) => l.timestamp), whole.logs.map((l) => l.timestamp));
	assert.deepEqual((await logs("limit=7&page=9999")).logs, []);
	for (const [query, field] of [["level=loud", "level"], ["limit=0", "limit"], ["limit=1001", "limit"], ["since=then", "since"], ["until=then", "until"], ["page=0", "page"]]) refused(await who.admin.get(`/api/system/logs?${query}`), 400, field);
});

test("performance: what all workers have served, by route", async () => {
	for (let i = 0; i < 40; i++) await who.admin.get("/api/kefu/available");
	const data = answers(await who.admin.get("/api/analytics/performance"), {
		success: true, message: "获取性能统计成功",
		data: { requests: { total: 1, per_second: 1, error_rate: 0.1 }, latency_ms: { p50: 1, p95: 1, p99: 1, max: 1 }, routes: [{ route: "GET /api", count: 1, p50_ms: 1, p95_ms: 1, p99_ms: 1, errors: 0 }], classes: [{ contract: "desk", class: "read", count: 1, p50_ms: 1, p95_ms: 1, p99_ms: 1, errors: 0 }],
			histogram: [{ upto_ms: 1, count: 1 }], minutes: [{ at: "2024-01-01T10:00:00Z", count: 1, errors: 0, p50_ms: null, p95_ms: null, p99_ms: null }],
			machine: { disk_total: 1, disk_free: 1, memory_total: 1, memory_available: 1, load: 0.1, cpus: 1 }, version: "",
			database: { connected: true, ping_ms: 1, version: "" }, redis: { connected: true, ping_ms: 1, version: "" }, websocket: { connections: 1, relays: 1 }, uptime_seconds: 1 },
	});
	const row = data.routes.find((r) => r.route === "GET /api/kefu/available");
	assert.equal(row.count, 40, "counted whichever worker answered");
	assert.equal(data.routes.reduce((sum, r) => sum + r.count, 0), data.requests.total);
	const { p50, p95, p99, max } = data.latency_ms;
	assert.ok(p50 > 0 && p50 <= p95 && p95 <= p99 && p99 <= max, JSON.stringify(data.latency_ms));
	const sum = (rows) => rows.reduce((all, one) => all + one.count, 0);
	assert.deepEqual([sum(data.classes), sum(data.histogram)], [data.requests.total, data.requests.total]);
	assert.ok(sum(data.minutes) >= data.requests.total && data.minutes.length <= 60);
	const reads = allRoutes().filter((r) => r.contract === "desk" && r.method === "GET").map((r) => `GET ${r.pattern}`);
	const mine = data.routes.filter((r) => reads.includes(r.route) && !allRoutes().some((other) => other.contract === "kefu" && `GET ${other.pattern}` === r.route));
	assert.equal(data.classes.find((one) => one.contract === "desk" && one.class === "read").count, sum(mine));
	for (const one of [...data.classes, ...data.routes]) assert.ok(one.p50_ms <= one.p95_ms && one.p95_ms <= one.p99_ms && one.p99_ms <= max, JSON.stringify(one));
	assert.ok(data.machine.disk_free > 0 && data.machine.disk_free <= data.machine.disk_total && data.machine.memory_available < data.machine.memory_total && data.machine.cpus > 0);
	assert.match(data.database.version, /^\d+\./);
	assert.ok(data.requests.per_second > 0 && data.websocket.connections >= 3);
});

test("maintenance: all workers at once, all doors; admins and health go on; it survives Redis", async () => {
	const data = answers(await who.admin.put("/api/system/maintenance", { enabled: true, message: "升级中，十分钟后回来" }), { success: true, data: { enabled: true, message: "升级中，十分钟后回来", since: "2024-01-01T10:00:00Z" } });
	assert.equal(data.message, "升级中，十分钟后回来");
	const closed = (answer) => {
		assert.equal(answer.status, 503, answer.text);
		assert.ok(Number(answer.headers.get("retry-after")) > 0);
		assert.match(answer.text, /升级中/);
	};
	const check = async () => {
		for (let i = 0; i < 12; i++) closed(await who.supervisor.get("/api/kefu/available")); // whichever worker it is
		closed(await guest("chat").post(`${V1}/chat/sessions`, {}));
		closed(await guest("chat").get(`${V1}/chat/availability`));
		closed(await guest("kefu").get(`${V1}/contacts`));
		closed(await guest("chat").post(`${V1}/auth/login`, { email: "agent@example.com", password: "password123" }));
		assert.equal((await who.admin.get("/api/kefu/available")).status, 200);
		assert.ok((await signIn(stack.urls.kefu, "admin@example.com")).token);
		for (const path of ["/health", "/api/health", "/api/system/health"]) assert.equal((await guest().get(path)).status, 200, path);
	};
	const since = Date.now();
	await until(() => Date.now() - since > 1000, { what: "the second in which every worker must notice" });
	refused(await who.supervisor.get("/api/kefu/available"), 503);
	await check();
	await who.supervisor.socket.send("message", { session_id: "sess_none", content: "x" });
	assert.match((await who.supervisor.socket.waitFor("error")).data.message, /升级中/);
	await stack.redis("DEL", "deskbell:maintenance");
	await check();
	assert.deepEqual((await who.admin.get("/api/system/maintenance")).body.data, data);
	await stack.restart("api");
	await check();
	const off = (await who.admin.put("/api/system/maintenance", { enabled: false })).body.data;
	assert.deepEqual(off, { enabled: false, message: "", since: null });
	for (let i = 0; i < 12; i++) assert.equal((await who.supervisor.get("/api/kefu/available")).status, 200);
	refused(await who.admin.put("/api/system/maintenance", {}), 400, "enabled");
	refused(await who.admin.put("/api/system/maintenance", { enabled: "yes" }), 400, "enabled");
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM audit_log WHERE action LIKE 'system:maintenance%'"))[0].n, 2);
});

test("admins alone", async () => {
	await guarded(who, [
		{ method: "GET", path: "/api/system/logs", deny: ["supervisor"] }, { method: "GET", path: "/api/system/maintenance", deny: ["supervisor"] }, { method: "PUT", path: "/api/system/maintenance", body: { enabled: false }, deny: ["supervisor"] },
		{ method: "GET", path: "/api/redis/status", deny: ["supervisor"] }, { method: "POST", path: "/api/redis/flush", deny: ["supervisor"] }, { method: "GET", path: "/api/redis/keys", deny: ["supervisor"] }, { method: "GET", path: "/api/analytics/performance", deny: ["supervisor"] },
	]);
});

test("every route was answered for", () => {
	gate();
});
