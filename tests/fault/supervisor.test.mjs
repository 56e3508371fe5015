// The parent of the API's workers: it replaces what dies, lets what runs end, and begins anew on SIGHUP.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import { httpClient } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

const WORKERS = 4;
const logs = mkdtempSync(path.join(process.env.DESKBELL_TEST_TMP ?? os.tmpdir(), "dbt-log-"));
const log = path.join(logs, "deskbell.log");
let stack, chat, holder;
before(async () => {
	// A sanitizer would take SIGSEGV for a finding of its own.
	const ASAN_OPTIONS = `${process.env.ASAN_OPTIONS ?? ""}:handle_segv=0`;
	stack = await startStack({ env: { DESKBELL_WORKERS: String(WORKERS), DESKBELL_LOG: log, ASAN_OPTIONS } });
	chat = httpClient(stack.urls.chat);
});
after(async () => {
	await stack?.stop();
	rmSync(logs, { recursive: true, force: true });
});

/** Lets go of the row, and of a connection that a failed test left. */
async function release() {
	const connection = holder;
	holder = undefined;
	await connection?.rollback();
	connection?.release();
}
afterEach(release);

const parent = () => stack.pid("api");
const workers = () => stack.processes("api").slice(1);
const lines = (file) => readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line)).filter((line) => line.component === "api");
const deaths = (file = log) => lines(file).filter((line) => line.key === "worker.died").map((line) => line.message);
const alive = (pid) => stack.processes("api").includes(pid);
const complete = (without = []) => until(() => workers().filter((pid) => !without.includes(pid)).length === WORKERS, { what: "a full set of workers" });

/** Kills, and waits until they are gone: one that dies in accept() may take a connection along. */
async function kill(pids, signal = "SIGKILL") {
	pids.forEach((pid) => process.kill(pid, signal));
	await until(() => !pids.some(alive), { what: "the end of the killed" });
}

/** A message whose request waits inside a worker, for a row that a transaction of the test's own holds. */
async function stuck() {
	const session_id = (await chat.post("/api/v1/chat/sessions", {})).body.data.session_id;
	const message = { session_id, content: "等一下", client_id: randomUUID() };
	await stack.sql("SELECT 1");
	holder = await stack.pool.getConnection();
	await holder.beginTransaction();
	await holder.query("SELECT id FROM conversations WHERE session_id = ? FOR UPDATE", [session_id]);
	// InnoDB shows the same picture to whoever looks more often than every 100 ms.
	const waiting = async () => (await stack.sql("SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"))[0].n === 1;
	const request = { message, answered: false };
	request.answer = chat.post("/api/v1/chat/messages", message).finally(() => (request.answered = true));
	await until(waiting, { every: 150, what: "the request to wait for the row" });
	request.stored = async () => (await stack.sql("SELECT COUNT(*) AS n FROM messages WHERE client_id = ?", [message.client_id]))[0].n;
	return request;
}

for (const [signal, number] of [["SIGKILL", 9], ["SIGSEGV", 11]]) {
	test(`a worker that ends by ${signal} is replaced, and nobody notices`, async () => {
		await complete();
		const [victim, ...others] = workers();
		await kill([victim], signal);
		let status = 200;
		await until(async () => {
			if (status === 200) ({ status } = await chat.get("/health"));
			return status !== 200 || workers().length === WORKERS;
		}, { what: "a new worker" });
		assert.equal(status, 200);
		assert.ok(others.every(alive), "the others stay");
		assert.ok(deaths().includes(`pid ${victim}, signal ${number}`), deaths().join("\n"));
	});
}

test("all workers at once: those who ask are answered as soon as new ones are there", async () => {
	await complete();
	const killed = workers();
	await kill(killed);
	const answers = await Promise.all(Array.from({ length: 20 }, () => chat.get("/health")));
	assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
	await complete(killed);
});

test("killed in the middle of a request: the same message sent again is stored once", async () => {
	await complete();
	const request = await stuck();
	await kill(workers());
	await release();
	await request.answer; // whatever it is: the web server may have asked the next worker
	const again = await chat.post("/api/v1/chat/messages", request.message);
	assert.equal(again.status, 201, again.text);
	assert.equal(await request.stored(), 1);
	await complete();
});

test("SIGHUP: the next line is in a new file, new workers serve, the old ones finish what they have", async () => {
	await complete();
	const request = await stuck();
	const old = workers(), self = parent();
	const moved = `${log}.1`;
	renameSync(log, moved);
	process.kill(self, "SIGHUP");
	await until(() => workers().filter((pid) => !old.includes(pid)).length === WORKERS && workers().filter((pid) => old.includes(pid)).length === 1,
		{ what: "new workers, and the busy one of the old" });
	assert.equal(parent(), self);
	assert.equal((await chat.get("/health")).status, 200);
	assert.equal(request.answered, false);
	await release();
	assert.equal((await request.answer).status, 201);
	assert.equal(await request.stored(), 1);
	await until(() => !old.some(alive), { what: "the end of the old workers" });
	assert.deepEqual(deaths(moved).filter((line) => old.some((pid) => line.startsWith(`pid ${pid},`))), [], "nobody was found dead");

	const [victim] = workers();
	await kill([victim]);
	await complete();
	assert.deepEqual(deaths(), [`pid ${victim}, signal 9`]);
	assert.ok(!deaths(moved).includes(`pid ${victim}, signal 9`));
	// A worker's own lines, too: it says that Redis is away, once it is asked something that needs it.
	await stack.kill("redis");
	await chat.get("/health");
	await until(() => lines(log).some((line) => line.key.startsWith("redis.")), { what: "a worker's line in the new file" });
	await stack.start("redis");
});

test("SIGHUP twice in a row leaves one full set of workers", async () => {
	await complete();
	const old = workers();
	process.kill(parent(), "SIGHUP");
	await until(() => !old.some(alive), { what: "the end of the first set" });
	await complete(old);
	const second = workers();
	process.kill(parent(), "SIGHUP");
	process.kill(parent(), "SIGHUP");
	await until(() => !second.some(alive), { what: "the end of the second set" });
	await complete(second);
	assert.equal((await chat.get("/health")).status, 200);
});

test("SIGHUP again while an old worker is busy: the end still waits for it", async () => {
	await complete();
	const request = await stuck();
	let old = workers();
	for (let i = 0; i < 2; i++) {
		process.kill(parent(), "SIGHUP");
		await until(() => workers().filter((pid) => !old.includes(pid)).length === WORKERS && workers().length === WORKERS + 1, { what: "a new set beside the busy one" });
		old = [...new Set([...old, ...workers()])];
	}
	process.kill(parent(), "SIGTERM");
	await until(() => stack.processes("api").length === 2, { what: "the end of the idle workers" });
	assert.ok(parent(), "the parent waits for the busy one");
	await release();
	assert.equal((await request.answer).status, 201);
	await until(() => !parent(), { what: "the end" });
	await stack.start("api");
	assert.equal((await chat.get("/health")).status, 200);
});

test("SIGTERM: a request under way is answered before the end", async () => {
	await complete();
	const request = await stuck();
	const pids = stack.processes("api");
	process.kill(parent(), "SIGTERM");
	await until(() => stack.processes("api").length === 2, { what: "the end of the idle workers" });
	assert.ok(parent(), "the parent waits for the busy one");
	assert.equal(request.answered, false);
	await release();
	const answer = await request.answer;
	assert.equal(answer.status, 201, answer.text);
	assert.equal(answer.body.data.client_id, request.message.client_id);
	await until(() => !pids.some((pid) => stack.processes("api").includes(pid)) && !parent(), { what: "the end" });
	assert.equal(await request.stored(), 1);
	await stack.start("api");
	assert.equal((await chat.get("/health")).status, 200);
});

test("SIGTERM: one that does not come to its end is ended, and what it began is undone", async () => {
	await complete();
	const request = await stuck();
	const began = Date.now();
	process.kill(parent(), "SIGTERM");
	await until(() => !parent(), { timeout: 20_000, what: "the end" });
	assert.ok(Date.now() - began < 14_000, `${Date.now() - began} ms`);
	await release();
	await stack.start("api");
	assert.ok((await request.answer).status >= 500);
	assert.equal(await request.stored(), 0);
	assert.equal((await chat.post("/api/v1/chat/messages", request.message)).status, 201);
	assert.equal(await request.stored(), 1);
});
