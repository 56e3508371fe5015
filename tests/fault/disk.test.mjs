// No room on a disk: under the database, and where backups go. A limit of the process stands for it: growing a file fails, for root as for others.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { connect } from "../lib/desk.mjs";
import { startStack, until } from "../lib/stack.mjs";

const V1 = "/api/v1", BACKUP = "/api/system/backup";
let stack, admin;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	admin = await connect(stack, "admin@example.com");
});
after(() => stack?.stop());

const limit = (name, bytes) => execFileSync("prlimit", ["--pid", String(stack.pid(name)), `--fsize=${bytes}:`]);
const logged = (name, key) => stack.logs(name).split("\n").filter((line) => line.includes(`"${key}"`)).length;
const health = async () => (await (await fetch(`${stack.urls.desk}/api/system/health`)).json()).data;
const metric = async () => Number(/^deskbell_database_full (\d)/m.exec(await (await fetch(`${stack.urls.chat}/metrics`)).text())?.[1]);

/** Rows of nobody's conversation. */
const fill = (rows, kilobytes) => stack.sql(`INSERT INTO messages (stream, seq, uuid, sender_type, content, created_at)
	SELECT -1000000, (SELECT COALESCE(MAX(seq), 0) FROM messages m WHERE stream = -1000000) + seq, UUID(), 0, REPEAT('x', ${kilobytes} * 1024), 0 FROM seq_1_to_${rows}`);
/** The messages' file is made the largest that the server has, and may grow no more. */
async function fillUp() {
	const dir = path.join(stack.dir, "mariadb");
	const largest = () => readdirSync(dir, { recursive: true, withFileTypes: true }).filter((f) => f.isFile())
		.map((f) => ({ name: f.name, size: statSync(path.join(f.parentPath ?? f.path, f.name)).size })).sort((a, b) => b.size - a.size)[0];
	while (largest().name !== "messages.ibd") await fill(1000, 32); // as large as messages can be, or the worker would not have the memory to read them
	limit("mariadb", largest().size);
	for (const kilobytes of [4, 2]) await assert.rejects(async () => {
		for (;;) await fill(100, kilobytes);
	}, { errno: 1114 });
}

test("no room under the database: 507 in each contract's shape, nothing of it is there, it is told, and it heals by itself", async () => {
	const guest = httpClient(stack.urls.chat), agent = await signIn(stack.urls.kefu, "agent@example.com");
	const { session_id } = (await guest.post(`${V1}/chat/sessions`, {})).body.data;
	const say = (content) => guest.post(`${V1}/chat/messages`, { session_id, content });
	const rows = async () => (await stack.sql("SELECT COUNT(m.seq) AS n, MAX(m.seq) AS last, c.last_seq FROM conversations c JOIN messages m ON m.stream = c.id WHERE c.session_id = ?", [session_id]))[0];
	const room = (content) => fetch(`${stack.urls.chat}/api/chat/send`, { method: "POST", headers: { Authorization: `Bearer ${agent.token}`, "Content-Type": "application/json" }, body: JSON.stringify({ room_id: "global", content }) });
	assert.equal((await say("before")).status, 201);
	assert.deepEqual([(await health()).services.mysql, await metric()], ["connected", 0]);
	await fillUp();
	try {
		let sent = 1, said = 0;
		const refused = await until(async () => {
			const answer = await say("x".repeat(3500));
			sent += answer.status === 201;
			return answer.status !== 201 && answer;
		}, { every: 0, timeout: 120_000, what: "the end of what room there was" });
		assert.deepEqual([refused.status, refused.headers.get("retry-after"), refused.body.success, refused.body.error.code], [507, "10", false, "INSUFFICIENT_STORAGE"], refused.text);
		assert.match(refused.body.error.message, /磁盘空间已满/);
		assert.deepEqual(await rows(), { n: sent, last: sent, last_seq: sent });
		assert.equal((await guest.get(`${V1}/chat/sessions/${session_id}/messages?before=latest`)).status, 200, "what is there is read");
		const answer = await until(async () => {
			const told = await room(`${++said}${"x".repeat(3500)}`);
			return told.status !== 200 && told;
		}, { every: 0, timeout: 120_000, what: "the end of it for a room" });
		const body = await answer.json();
		assert.deepEqual([answer.status, answer.headers.get("retry-after")], [507, "10"], JSON.stringify(body));
		assert.match(body.detail, /磁盘空间已满/);
		assert.ok(logged("api", "db.full") >= 2);
		assert.equal(logged("api", "http.bug"), 0);
		assert.deepEqual([(await health()).services.mysql, await metric()], ["full", 1]);
		const { probe } = (await admin.get("/api/system/health?probe=true")).body.data, step = probe.steps.find((one) => one.name === "database");
		assert.equal(step.status, "fail");
		assert.match(step.message, /磁盘空间已满/);
	} finally {
		limit("mariadb", "unlimited");
	}
	const { n } = await rows();
	assert.equal((await say("x".repeat(3500))).status, 201);
	assert.equal((await room("again")).status, 200);
	assert.deepEqual(await rows(), { n: n + 1, last: n + 1, last_seq: n + 1 });
	const left = await stack.redis("PTTL", "deskbell:db.full");
	assert.ok(left > 0 && left <= 60_000, `told for ${left} ms more`);
	await stack.redis("PEXPIRE", "deskbell:db.full", 1);
	await until(async () => (await health()).services.mysql === "connected" && (await metric()) === 0, { what: "health" });
});

test("no room for a backup: the list says why it failed, nothing of it stays, and the next one is made", async () => {
	await stack.sql("DELETE FROM messages WHERE stream = -1000000");
	const folder = () => readdirSync(path.join(stack.dir, "files/backup"));
	const make = async () => {
		const { backup_id } = (await admin.post(BACKUP)).body.data;
		return until(async () => {
			const { data } = (await admin.get(`${BACKUP}/${backup_id}`)).body;
			return data.status !== "processing" && data;
		}, { timeout: 120_000, what: "the backup" });
	};
	const first = await make();
	assert.deepEqual([first.status, first.reason], ["completed", ""]);
	const form = new FormData();
	form.append("file", new Blob(["%PDF-1.4\n", randomBytes(4_000_000).toString("hex"), "\n%%EOF\n"]), "big.pdf");
	const chat = httpClient(stack.urls.chat), { session_id } = (await chat.post(`${V1}/chat/sessions`, {})).body.data;
	assert.equal((await chat.post(`${V1}/chat/sessions/${session_id}/files`, form)).status, 201);
	for (const [what, bytes] of [["the tables", 60_000], ["the files", 3_000_000]]) {
		limit("worker", bytes);
		try {
			const failed = await make();
			assert.deepEqual([failed.status, failed.reason, failed.size_bytes], ["failed", "no_room", 0], what);
			assert.deepEqual(folder(), [first.filename], what);
		} finally {
			limit("worker", "unlimited");
		}
	}
	assert.ok(logged("worker", "backup.failed") >= 1);
	const next = await make();
	assert.deepEqual([next.status, next.reason], ["completed", ""]);
	assert.deepEqual((await admin.get(BACKUP)).body.data.backups.map((b) => [b.status, b.reason]), [["completed", ""], ["failed", "no_room"], ["failed", "no_room"], ["completed", ""]]);
});
