// The self-test: GET /api/system/health?probe=1 tries each part for real, names what is broken and says what to do, in both languages.
import assert from "node:assert/strict";
import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { like } from "../lib/coverage.mjs";
import { freePorts, startStack, until } from "../lib/stack.mjs";

const STEPS = ["web", "websocket", "relay", "redis", "database", "clock", "worker", "storage"];
let stack, admin;
before(async () => {
	// One worker: the self-test must not need another one.
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_WORKERS: "1" } });
	admin = await signIn(stack.urls.desk, "admin@example.com");
	await until(async () => (await stack.redis("EXISTS", "deskbell:worker")) === 1, { what: "the worker's sign of life" });
});
after(() => stack?.stop());

const probe = async (options) => {
	const answer = await admin.get("/api/system/health?probe=1", options);
	assert.ok([200, 503].includes(answer.status), answer.text);
	const { probe: found } = answer.body.data;
	like(found, { status: "ok", ms: 1.5, steps: [{ name: "web", status: "ok", ms: 0.5, title: "x", message: "x" }] });
	assert.deepEqual(found.steps.map((s) => s.name), STEPS);
	for (const s of found.steps) {
		assert.ok(["ok", "warn", "fail"].includes(s.status) && s.ms >= 0 && s.ms <= 5000, JSON.stringify(s));
		assert.doesNotMatch(s.title + s.message, /probe\.|\{\d\}/);
	}
	assert.ok(found.ms < 2500 * STEPS.length);
	return { ...found, by: Object.fromEntries(found.steps.map((s) => [s.name, s])), http: answer.status };
};
/** Each step's state; what is not named is ok. */
const states = (found, odd) => assert.deepEqual(Object.fromEntries(found.steps.map((s) => [s.name, s.status])), { ...Object.fromEntries(STEPS.map((s) => [s, "ok"])), ...odd }, JSON.stringify(found.steps));

test("all works, and each step took its time", async () => {
	const found = await probe();
	states(found, {});
	assert.equal(found.status, "ok");
	assert.ok(found.by.database.ms > 0 && found.by.websocket.ms > 0);
	assert.match(found.by.storage.message, /正常，剩余 \d+ MB/);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM site WHERE name = 'self_test'"))[0].n, 1, "it was written for real");
	await probe();
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM site WHERE name = 'self_test'"))[0].n, 1);
});

test("in English for those who read it", async () => {
	const zh = await probe(), en = await probe({ headers: { "Accept-Language": "en" } });
	for (const name of STEPS) {
		assert.match(en.by[name].title + en.by[name].message, /^[\x20-\x7e]+$/, name);
		assert.notEqual(zh.by[name].title, en.by[name].title);
	}
});

test("for admins alone; the short answer stays everybody's", async () => {
	const guest = httpClient(stack.urls.desk);
	assert.equal((await guest.get("/api/system/health?probe=1")).status, 401);
	for (const who of ["agent@example.com", "supervisor@example.com"]) assert.equal((await (await signIn(stack.urls.desk, who)).get("/api/system/health?probe=1")).status, 403);
	assert.equal((await admin.get("/api/system/health?probe=maybe")).status, 400);
	for (const query of ["", "?probe=0"]) {
		const answer = await guest.get(`/api/system/health${query}`);
		assert.deepEqual([answer.status, answer.body.data.probe], [200, null]);
	}
	assert.equal((await admin.get("/api/system/logs")).status, 401, "elsewhere desk still wants a connection");
});

test("the worker: gone, or there and busy", async () => {
	await stack.kill("worker", "SIGSTOP");
	const busy = await probe();
	await stack.kill("worker", "SIGCONT");
	states(busy, { worker: "warn" });
	assert.equal(busy.status, "warn");
	await stack.kill("worker");
	await stack.redis("SET", "deskbell:worker", String(Date.now() - 31_000));
	const old = await probe();
	states(old, { worker: "fail" });
	assert.match(old.by.worker.message, /deskbell-worker/);
	await stack.redis("DEL", "deskbell:worker");
	states(await probe(), { worker: "fail" });
	await stack.start("worker");
	await until(async () => (await probe()).status === "ok", { what: "the worker's answer" });
});

test("the relay: what is behind it fails with it", async () => {
	await stack.kill("relay");
	const found = await probe();
	states(found, { relay: "fail", websocket: "fail" });
	assert.match(found.by.relay.message, /relay\.sock/);
	await stack.start("relay");
	await until(async () => (await probe()).status === "ok", { what: "the relay" });
	await stack.kill("relay", "SIGSTOP");
	const hangs = await probe();
	await stack.kill("relay", "SIGCONT");
	states(hangs, { relay: "fail", websocket: "fail" });
	await until(async () => (await probe()).status === "ok", { what: "the relay again" });
});

test("Redis stopped: an admin is still told", async () => {
	for (const signal of ["SIGSTOP", "SIGKILL"]) {
		await stack.kill("redis", signal);
		const began = Date.now(), found = await probe();
		assert.ok(Date.now() - began < 18_000, `${Date.now() - began} ms`);
		states(found, { redis: "fail", worker: "warn" });
		assert.equal(found.status, "fail");
		if (signal === "SIGSTOP") await stack.kill("redis", "SIGCONT");
		else await stack.start("redis");
		await until(async () => (await probe()).by.redis.status === "ok", { what: "Redis" });
	}
	await until(async () => (await probe()).status === "ok", { what: "everything" });
});

test("files cannot be written", async () => {
	const dir = path.join(stack.dir, "files");
	if (process.getuid() === 0) { // permissions stop anyone but root
		renameSync(dir, `${dir}.away`);
		writeFileSync(dir, "");
	} else chmodSync(dir, 0o500);
	const found = await probe();
	if (process.getuid() === 0) {
		rmSync(dir);
		renameSync(`${dir}.away`, dir);
	} else chmodSync(dir, 0o700);
	states(found, { storage: "fail" });
	assert.ok(found.by.storage.message.includes(dir));
	states(await probe(), {});
});

test("the database: read-only, then hanging", async () => {
	await admin.get("/api/system/health?probe=1");
	await stack.sql("CREATE TRIGGER no_writing BEFORE UPDATE ON site FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'read-only'");
	const refused = await probe();
	await stack.sql("DROP TRIGGER no_writing");
	states(refused, { database: "fail", clock: "warn" });
	await stack.kill("mariadb", "SIGSTOP");
	const began = Date.now(), hangs = await probe();
	await stack.kill("mariadb", "SIGCONT");
	assert.ok(Date.now() - began < 18_000, `${Date.now() - began} ms`);
	states(hangs, { database: "fail", clock: "warn", worker: hangs.by.worker.status });
	assert.notEqual(hangs.by.worker.status, "fail", "it waits as well");
	assert.equal(hangs.http, 503);
	await until(async () => (await admin.get("/api/system/health?probe=1")).body.data?.probe?.status === "ok", { what: "MySQL" });
});

test("another web server than ours is no failure, only not known", async () => {
	const own = stack.env.DESKBELL_PORT_CHAT;
	stack.env.DESKBELL_PORT_CHAT = String((await freePorts(1))[0]);
	await stack.restart("api");
	const found = await probe();
	states(found, { web: "warn", websocket: "warn" });
	assert.ok(found.by.web.message.includes(`127.0.0.1:${stack.env.DESKBELL_PORT_CHAT}`));
	stack.env.DESKBELL_PORT_CHAT = own;
	await stack.restart("api");
	states(await probe(), {});
});
