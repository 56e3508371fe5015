// Desk: backups: one moment of all tables and every file, while people talk; brought back into an empty server by ops/restore.sh.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { httpClient } from "../lib/client.mjs";
import { coverage } from "../lib/coverage.mjs";
import { answers, connect, guarded, people, refused } from "../lib/desk.mjs";
import { root, startStack, until } from "../lib/stack.mjs";

const run = promisify(execFile);
let stack, other, who;
const { counted, gate } = coverage("desk", ["/api/system/backup"]);
const ALL = "/api/system/backup", V1 = "/api/v1";
const backup = { backup_id: "", filename: "", size_bytes: 1, status: "", started_at: "2024-01-01T10:00:00Z", finished_at: null };

before(async () => {
	[stack, other] = await Promise.all([startStack({ env: { DESKBELL_AI_PROVIDER: "off" } }), startStack({ demo: false })]);
	who = await people(stack, counted);
});
after(() => Promise.all([stack?.stop(), other?.stop()]));

const finished = (id) => until(async () => {
	const { data } = (await who.admin.get(`${ALL}/${id}`)).body;
	return data.status !== "processing" && data;
}, { timeout: 60_000, what: "the backup" });
const make = async () => finished((await who.admin.post(ALL)).body.data.backup_id);
const fetchTo = async (data, file) => {
	const answer = await fetch(`${stack.urls.desk}${ALL}/${data.backup_id}/download`, { headers: { Authorization: `Bearer ${who.admin.token}` } });
	assert.equal(answer.status, 200);
	writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
	assert.equal(statSync(file).size, data.size_bytes);
	return file;
};
/** As an operator does: stop, restore, start. */
const restore = async (archive) => {
	for (const name of ["worker", "relay", "files", "api"]) if (other.pid(name)) await other.kill(name, "SIGTERM");
	const { stdout } = await run(path.join(root, "ops/restore.sh"), [archive], { env: other.env });
	await other.start("api", "files", "relay", "worker");
	return stdout;
};
const hashes = (dir) => Object.fromEntries(readdirSync(dir, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => path.join(f.parentPath ?? f.path, f.name))
	.map((f) => [path.relative(dir, f), f]).filter(([name]) => !/^(backup|export)\//.test(name)).map(([name, f]) => [name, createHash("sha256").update(readFileSync(f)).digest("hex")]));
const talk = async (user_id) => {
	const chat = httpClient(stack.urls.chat);
	const { session_id } = (await chat.post(`${V1}/chat/sessions`, { user_id })).body.data;
	return { chat, session_id };
};

test("the documented answer; a file among the messages; every row and every file comes back", async () => {
	const { chat, session_id } = await talk("sender");
	const form = new FormData();
	form.append("file", new Blob([Buffer.from("一份文件\n")], { type: "text/plain" }), "说明.txt");
	assert.equal((await chat.post(`${V1}/chat/sessions/${session_id}/files`, form)).status, 201);
	const data = answers(await who.admin.post(ALL), { success: true, message: "系统备份任务已创建", data: backup });
	assert.deepEqual([data.status, data.size_bytes, data.finished_at], ["processing", 0, null]);
	assert.match(data.filename, /^deskbell-\d{8}-\d{6}-\w+\.tar\.gz$/);
	const done = await finished(data.backup_id);
	assert.deepEqual([done.status, done.size_bytes > 1000, Date.parse(done.finished_at) >= Date.parse(done.started_at)], ["completed", true, true]);
	await stack.kill("worker"); // nothing changes any more
	const said = await restore(await fetchTo(done, path.join(stack.dir, "tmp/one.tar.gz")));
	assert.match(said, /restored \d+ messages/);
	for (const name of ["worker", "api"]) await other.kill(name, "SIGTERM");
	const [tables] = [await stack.sql("SELECT table_name AS t FROM information_schema.tables WHERE table_schema = 'deskbell' ORDER BY 1")];
	const rows = async (s, t) => JSON.stringify(await s.sql(`SELECT * FROM \`${t}\` ORDER BY 1, 2`));
	const moving = new Set(["backups", "users", "audit_log", "site", "online_intervals", "conversation_terms", "contact_words", "refresh_tokens"]); // the sweeps of the worker that made it, and who signs in
	for (const { t } of tables) if (!moving.has(t) && !t.startsWith("report_") && !t.startsWith("conversation_tally")) assert.equal(await rows(other, t), await rows(stack, t), t);
	assert.equal((await other.sql("SELECT COUNT(*) AS n FROM users"))[0].n, (await stack.sql("SELECT COUNT(*) AS n FROM users"))[0].n);
	const files = hashes(path.join(stack.dir, "files"));
	assert.ok(Object.keys(files).length > 0);
	assert.deepEqual(hashes(path.join(other.dir, "files")), files);
	await other.start("api", "worker");
	await stack.start("worker");
	assert.equal((await httpClient(other.urls.chat).post(`${V1}/auth/login`, { email: "agent@example.com", password: "password123" })).status, 200);
	assert.match((await httpClient(other.urls.chat).get(`${V1}/chat/sessions/${session_id}/messages`)).body.data.messages[0].content, /说明/);
});

test("by `make restore`: every row of every table and every file, none left out", async () => {
	const programs = ["worker", "relay", "files", "api"], archive = path.join(stack.dir, "tmp/still.tar.gz"), build = stack.env.DESKBELL_BUILD;
	for (const name of programs) await stack.kill(name, "SIGTERM"); // nothing and nobody writes
	await run(path.join(build, "deskbell-worker"), ["backup", archive], { env: stack.env });
	for (const name of programs) if (other.pid(name)) await other.kill(name, "SIGTERM");
	writeFileSync(path.join(other.dir, "files/left-over"), "of another time");
	await other.sql("CREATE TABLE IF NOT EXISTS left_over (id INT)");
	const { stdout } = await run("make", ["-s", "-C", root, `VARIANT=${path.basename(build)}`, "restore", `FILE=${archive}`], { env: other.env });
	assert.match(stdout, /restored \d+ messages from /);
	const tables = (s) => s.sql("SELECT table_name AS t FROM information_schema.tables WHERE table_schema = 'deskbell' ORDER BY 1").then((found) => found.map(({ t }) => t));
	const names = await tables(stack);
	assert.deepEqual(await tables(other), names);
	let compared = 0;
	for (const t of names) {
		const [theirs, ours] = await Promise.all([other, stack].map(async (s) => (await s.sql(`SELECT * FROM \`${t}\``)).map((row) => JSON.stringify(row)).sort()));
		assert.deepEqual(theirs, ours, t);
		compared += ours.length;
	}
	assert.ok(compared > 2000, `${compared} rows`);
	assert.deepEqual(hashes(path.join(other.dir, "files")), hashes(path.join(stack.dir, "files")));
	await Promise.all([other, stack].map((s) => s.start("api", "files", "relay", "worker")));
	who = await people(stack, counted); // their connections went with the relay
});

test("while messages and files flow it is one moment: every row is one that was there, every conversation whole, every counter right, every file beside its row", async () => {
	let stop = false, sent = 0;
	const upload = async (chat, session_id, text) => {
		const form = new FormData();
		form.append("file", new Blob([text], { type: "text/plain" }), "flow.txt");
		assert.equal((await chat.post(`${V1}/chat/sessions/${session_id}/files`, form)).status, 201);
	};
	const talkers = Array.from({ length: 6 }, async (_, i) => {
		const { chat, session_id } = await talk(`talker_${i}`);
		while (!stop) {
			assert.equal((await chat.post(`${V1}/chat/messages`, { session_id, content: `第${sent}句` })).status, 201);
			if (++sent % 4 === i % 4) await upload(chat, session_id, `file ${i} of ${sent}\n`);
		}
	});
	await until(() => sent > 30, { what: "talk" });
	// Folders that grow while they are packed, for sure and not by chance: tar says so by its exit status.
	let packed = false;
	const growth = (async () => {
		for (let i = 0; !packed; i++) {
			mkdirSync(path.join(stack.dir, "files", `grown-${i % 500}`), { recursive: true });
			writeFileSync(path.join(stack.dir, "files", `grown-${i % 500}`, String(i)), "x");
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
	})();
	const done = await make();
	packed = true;
	await growth;
	const during = sent;
	await until(() => sent > during + 10, { what: "talk afterwards" });
	stop = true;
	await Promise.all(talkers);
	assert.equal(done.status, "completed");
	await restore(await fetchTo(done, path.join(stack.dir, "tmp/two.tar.gz")));
	const broken = await other.sql("SELECT c.id, c.last_seq, COUNT(m.seq) AS n, MAX(m.seq) AS top FROM conversations c LEFT JOIN messages m ON m.stream = c.id GROUP BY c.id, c.last_seq HAVING c.last_seq <> n OR (n > 0 AND top <> n)");
	assert.deepEqual(broken, []);
	const COLUMNS = { messages: "id, stream, seq, uuid, sender_id, sender_type, sender_name, type, private, content, metadata, attachment, created_at", files: "*", assignments: "id, conversation_id, contact_id, agent_id, started_at" };
	for (const [table, columns] of Object.entries(COLUMNS)) {
		const theirs = await other.sql(`SELECT ${columns} FROM ${table} ORDER BY id`), there = new Map((await stack.sql(`SELECT ${columns} FROM ${table}`)).map((row) => [row.id, row]));
		for (const row of theirs) assert.deepEqual(row, there.get(row.id), table);
		assert.ok(theirs.length > 0 && theirs.length <= there.size, table);
	}
	const blobs = new Map(Object.entries(hashes(path.join(other.dir, "files"))).map(([name, hash]) => [hash, name]));
	const rows = await other.sql("SELECT id, sha256 FROM files");
	assert.ok(rows.length > 4, `${rows.length} files`);
	for (const { id, sha256 } of rows) assert.ok(blobs.has(String(sha256)), `the bytes of file ${id} are there, and are what they were`);
	const [{ n }] = await other.sql("SELECT COUNT(*) AS n FROM messages WHERE content LIKE '第%句'");
	assert.ok(n >= 30 && n < sent, `${n} of ${sent}`);
	const late = await other.sql("SELECT u.id FROM users u WHERE active_sessions <> (SELECT COUNT(*) FROM assignments a WHERE a.agent_id = u.id AND a.ended_at IS NULL)");
	assert.deepEqual(late, []);
});

test("a backup that is under way is not begun twice; a killed worker begins it anew; old ones go", async () => {
	await stack.kill("worker");
	const first = (await who.admin.post(ALL)).body.data;
	assert.equal((await who.admin.post(ALL)).body.data.backup_id, first.backup_id);
	refused(await who.admin.get(`${ALL}/${first.backup_id}/download`), 404);
	await stack.sql("UPDATE backups SET status = 1 WHERE public_id = ?", [first.backup_id]);
	await stack.start("worker");
	assert.equal((await finished(first.backup_id)).status, "completed");
	const { backups, pagination } = answers(await who.admin.get(ALL), { success: true, data: { backups: [{ ...backup, finished_at: "" }], pagination: { page: 1, limit: 20, total: 3, total_pages: 1 } } });
	assert.deepEqual([backups.length, pagination.total, backups[0].backup_id], [3, 3, first.backup_id]);
	assert.equal((await who.admin.get(`${ALL}/${first.backup_id}/download`)).headers.get("content-type"), "application/gzip");
	const file = path.join(stack.dir, "files/backup", backups[2].filename);
	assert.ok(statSync(file).size > 0);
	await stack.sql("UPDATE backups SET started_at = started_at - 15 * 86400000 WHERE public_id = ?", [backups[2].backup_id]);
	await stack.restart("worker");
	await until(async () => (await stack.sql("SELECT COUNT(*) AS n FROM backups"))[0].n === 2, { what: "the sweep" });
	assert.throws(() => statSync(file));
});

test("how long they are kept is the environment's until the settings say another number, which counts from the next look on", async () => {
	const days = async () => (await who.admin.get(ALL)).body.data.keep_days, ids = async () => (await stack.sql("SELECT public_id FROM backups")).map((row) => row.public_id);
	assert.equal(await days(), 14);
	const set = async (n) => assert.equal((await who.admin.put("/api/v1/settings", { settings: { backup_days: n } })).body.data.settings.backup_days, n);
	const [gone, stays] = await ids();
	await stack.sql("UPDATE backups SET started_at = started_at - 20 * 86400000 WHERE public_id = ?", [stays]);
	await stack.sql("UPDATE backups SET started_at = started_at - 40 * 86400000 WHERE public_id = ?", [gone]);
	await set(30);
	assert.equal(await days(), 30);
	await stack.restart("worker");
	await until(async () => (await ids()).join() === stays, { what: "what is older than 30 days gone, and that alone" });
	await set(14);
	await stack.restart("worker");
	await until(async () => (await ids()).length === 0, { what: "the other one gone" });
});

test("by a link a browser downloads without a header: that path, for ten minutes, while the sign-in lasts; deleted, it is gone", async () => {
	const done = await make();
	const asked = Date.now();
	const link = answers(await who.admin.post(`${ALL}/${done.backup_id}/link`), { success: true, data: { download_url: "", expires_at: "2024-01-01T10:00:00Z" } });
	const until_ = Date.parse(link.expires_at) - 600_000;
	assert.ok(until_ > asked - 1000 && until_ <= Date.now(), link.expires_at);
	const get = (url, headers = {}) => fetch(stack.urls.chat + url, { headers });
	const whole = await get(link.download_url);
	assert.equal(whole.status, 200);
	assert.match(whole.headers.get("content-disposition"), new RegExp(done.filename));
	assert.equal((await whole.arrayBuffer()).byteLength, done.size_bytes);
	const part = await get(link.download_url, { Range: "bytes=0-9" });
	assert.deepEqual([part.status, (await part.arrayBuffer()).byteLength], [206, 10]);
	const [path_, ticket] = link.download_url.split("?");
	for (const url of [path_, `${path_}?${ticket}x`, `${path_}?link=conn_1:x:y.z`, `${path_}?link=${who.admin.connection}`, `${ALL}?${ticket}`, `/api/system/logs?${ticket}`, `${path_}?${ticket.replace(/:(\d+):/, ":9$1:")}`]) assert.equal((await get(url)).status, 401, url);
	assert.equal((await fetch(stack.urls.chat + ALL, { method: "POST", headers: { Authorization: `Bearer ${ticket.slice(5)}` } })).status, 401, "a link is no token");
	// Who has signed out since, has no link either.
	const brief = await connect(stack, "admin@example.com", counted);
	const theirs = (await brief.post(`${ALL}/${done.backup_id}/link`)).body.data.download_url;
	assert.equal((await get(theirs)).status, 200);
	await brief.post(`${V1}/auth/logout`);
	assert.equal((await get(theirs)).status, 401);

	const { backups, keep_days } = (await who.admin.get(ALL)).body.data;
	assert.equal(keep_days, 14);
	assert.deepEqual(answers(await who.admin.delete(`${ALL}/${done.backup_id}`), { success: true, message: "备份已删除", data: { backup_id: "", deleted: true } }), { backup_id: done.backup_id, deleted: true });
	assert.deepEqual((await who.admin.get(ALL)).body.data.backups.map((b) => b.backup_id), backups.map((b) => b.backup_id).filter((id) => id !== done.backup_id));
	assert.throws(() => statSync(path.join(stack.dir, "files/backup", done.filename)));
	refused(await who.admin.get(`${ALL}/${done.backup_id}`), 404);
	await stack.kill("worker");
	const waiting = (await who.admin.post(ALL)).body.data;
	const early = await who.admin.delete(`${ALL}/${waiting.backup_id}`);
	refused(early, 409);
	assert.equal(early.body.reason, "backup.under_way");
	refused(await who.admin.post(`${ALL}/${waiting.backup_id}/link`), 404);
	await stack.start("worker");
	await finished(waiting.backup_id);
	const told = (await stack.sql("SELECT action FROM audit_log WHERE action LIKE 'system:backup_%' ORDER BY id")).map((row) => row.action);
	assert.deepEqual(told, ["system:backup_download", "system:backup_download", "system:backup_delete"]);
});

test("admins alone; unknown ones", async () => {
	refused(await who.admin.delete(`${ALL}/nothing`), 404);
	refused(await who.admin.post(`${ALL}/nothing/link`), 404);
	refused(await who.admin.get(`${ALL}/nothing`), 404);
	refused(await who.admin.get(`${ALL}/nothing/download`), 404);
	await guarded(who, ["GET", "POST"].map((method) => ({ method, path: ALL, deny: ["supervisor", "agent"] })).concat([{ method: "GET", path: `${ALL}/x`, deny: ["supervisor"] }, { method: "GET", path: `${ALL}/x/download`, deny: ["supervisor"] }, { method: "DELETE", path: `${ALL}/x`, deny: ["supervisor"] }, { method: "POST", path: `${ALL}/x/link`, deny: ["supervisor"] }]));
});

test("every route was answered for", () => {
	gate();
});
