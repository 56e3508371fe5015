// The operator's side: start, stop, status, supervision, settings, and the memory that an idle stack takes.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { httpClient } from "../lib/client.mjs";
import { root, startStack, until } from "../lib/stack.mjs";

const script = path.join(root, "ops/stack.sh");
const call = (env, ...args) => promisify(execFile)(script, args, { env });
let stack;
before(async () => {
	stack = await startStack();
});
after(() => stack?.stop());

test("an idle stack, servers included, stays within 120 MB", async () => {
	for (const base of Object.values(stack.urls)) await fetch(`${base}/health`);
	const { stdout } = await call(stack.env, "status");
	const [, sum] = /^sum\s+([\d.]+)/m.exec(stdout);
	assert.ok(Number(sum) <= 120, stdout);
	assert.match(stdout, / 200 /);
});

test("starting what runs changes nothing", async () => {
	const pids = stack.pids;
	await call(stack.env, "start");
	assert.deepEqual(stack.pids, pids);
	assert.equal(Object.keys(pids).length, 7);
});

test("a stale pid file is never another process's end", async () => {
	await stack.kill("relay");
	writeFileSync(path.join(stack.dir, "run/relay.pid"), `${process.pid} 1\n`);
	await call(stack.env, "stop", "relay");
	await stack.start("relay");
	assert.notEqual(stack.pid("relay"), process.pid);
	assert.ok(stack.pid("relay"));
});

test("a database and a Redis that are given are used, and no private one is started", async () => {
	const given = {
		DESKBELL_DB_URL: `mysql://root@/deskbell?socket=${stack.dir}/run/mariadb.sock`,
		DESKBELL_REDIS_URL: `unix://${stack.dir}/run/redis.sock?db=1`,
	};
	const second = await startStack({ env: given });
	try {
		assert.deepEqual(Object.keys(second.pids).sort(), ["api", "files", "lighttpd", "relay", "worker"]);
	} finally {
		await second.stop();
	}
});

test("settings come from the file, the environment goes before it", async () => {
	const dir = mkdtempSync(path.join(path.dirname(stack.dir), "dbt-env-"));
	writeFileSync(path.join(dir, "env"), '# a comment\nDESKBELL_PORT_DESK=1\nDESKBELL_PORT_KEFU="2"\nDESKBELL_DB_URL=mysql://u:p$(id)@h/d?a=1&b=2\nPATH=/nowhere\n');
	const env = { PATH: process.env.PATH, DESKBELL_ENV: path.join(dir, "env"), DESKBELL_VAR: dir, DESKBELL_PORT_CHAT: "3", DESKBELL_PORT_DESK: "4", root };
	const { stdout } = await promisify(execFile)("bash", ["-c", '. "$root/ops/settings.sh"; env'], { env });
	for (const line of ["DESKBELL_PORT_CHAT=3", "DESKBELL_PORT_KEFU=2", "DESKBELL_PORT_DESK=4", "DESKBELL_DB_URL=mysql://u:p$(id)@h/d?a=1&b=2"]) {
		assert.ok(stdout.split("\n").includes(line), line);
	}
	assert.doesNotMatch(stdout, /^PATH=\/nowhere/m);
});

/** `make run`, what it says, and its end. */
function foreground() {
	const running = spawn(script, ["run"], { env: stack.env, stdio: ["ignore", "pipe", "pipe"] });
	const one = { said: "", interrupt: () => running.kill("SIGINT"), ended: new Promise((resolve) => running.once("exit", resolve)) };
	for (const out of [running.stdout, running.stderr]) out.on("data", (data) => (one.said += data));
	return one;
}
/** Nothing runs, and no socket, number or port is left; what was stored stays. */
function leftNothing() {
	assert.deepEqual(stack.pids, {});
	assert.deepEqual(readdirSync(path.join(stack.dir, "run")).filter((name) => /\.(pid|sock)$/.test(name)), []);
	assert.ok(existsSync(path.join(stack.dir, "mariadb/ibdata1")));
}

test("make run starts again what dies, and ends everything at Ctrl-C", async () => {
	const { session_id } = (await httpClient(stack.urls.chat).post("/api/v1/chat/sessions", {})).body.data;
	assert.equal((await httpClient(stack.urls.chat).post("/api/v1/chat/messages", { session_id, content: "kept" })).status, 201);
	await call(stack.env, "stop");
	leftNothing();
	const running = foreground();
	try {
		await until(() => running.said.includes("Ctrl-C"), { timeout: 60_000, what: "the start" });
		assert.match(running.said, new RegExp(`shop with the widget +${stack.urls.chat}/\n[^]*admin@example\\.com +administrator\n`), "addresses and accounts");
		const kept = await httpClient(stack.urls.chat).get(`/api/v1/chat/sessions/${session_id}/messages`);
		assert.deepEqual(kept.body.data.messages.map((message) => message.content), ["kept"]);
		for (const name of ["relay", "worker", "lighttpd", "redis", "mariadb"]) {
			const before_ = stack.pid(name);
			await stack.kill(name);
			await until(() => stack.pid(name) && stack.pid(name) !== before_, { timeout: 60_000, what: `a new ${name}` });
		}
		await until(async () => (await fetch(`${stack.urls.chat}/health`)).ok, { timeout: 60_000, what: "health" });
	} finally {
		running.interrupt();
	}
	assert.equal(await running.ended, 0);
	leftNothing();
	assert.match(readFileSync(path.join(stack.dir, "log/mariadb.log"), "utf8"), /Shutdown complete/);
	await stack.start();
});

test("a port that somebody else has: make run says so and leaves nothing running", async () => {
	await call(stack.env, "stop");
	const other = net.createServer();
	await new Promise((resolve, reject) => other.once("error", reject).listen(stack.env.DESKBELL_PORT_KEFU, "127.0.0.1", resolve));
	try {
		const running = foreground();
		assert.equal(await running.ended, 1, running.said);
		assert.match(running.said, new RegExp(`can't bind to socket: 127\\.0\\.0\\.1:${stack.env.DESKBELL_PORT_KEFU}`));
		leftNothing();
	} finally {
		await new Promise((resolve) => other.close(resolve));
	}
	await stack.start();
	assert.equal((await httpClient(stack.urls.kefu).get("/health")).status, 200);
});
