// Desk: messages exported by the worker: both formats, filters, parts that outlive a killed worker, ranges, expiry.
import assert from "node:assert/strict";
import { renameSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { coverage } from "../lib/coverage.mjs";
import { answers, guarded, people, refused } from "../lib/desk.mjs";
import { startStack, until } from "../lib/stack.mjs";

let stack, who;
const { counted, gate } = coverage("desk", ["/api/messages/export"]);
const ALL = "/api/messages/export";

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	who = await people(stack, counted);
});
after(() => stack?.stop());

const finished = (id, client = who.admin) => until(async () => {
	const { data } = (await client.get(`${ALL}/${id}`)).body;
	return data.status !== "processing" && data;
}, { timeout: 60_000, what: "the export" });
const made = async (body) => {
	const { data } = (await who.admin.post(ALL, body)).body;
	const state = await finished(data.export_id);
	assert.equal(state.status, "completed");
	return { ...state, text: (await who.admin.get(state.download_url)).text };
};

test("JSON: the documented answer, then every message, oldest first", async () => {
	const data = answers(await who.admin.post(ALL, { format: "json" }), { success: true, data: { export_id: "", status: "processing", format: "json", message_count: 1, download_url: "" } });
	assert.equal(data.status, "processing");
	const state = await finished(data.export_id);
	const file = await who.admin.get(state.download_url);
	assert.equal(file.status, 200);
	assert.match(file.headers.get("content-disposition"), /attachment; filename="messages-\d+\.json"/);
	assert.equal(Buffer.byteLength(file.text), state.size_bytes);
	const rows = await stack.sql("SELECT id, content FROM messages WHERE stream > 0 AND private = 0 AND deleted_at IS NULL AND sender_type < 3 ORDER BY id");
	assert.deepEqual(JSON.parse(file.text).map((m) => [m.id, m.content]), rows.map((r) => [`msg_${r.id}`, r.content]));
	assert.equal(state.message_count, rows.length);
	assert.deepEqual(Object.keys(JSON.parse(file.text)[0]), ["id", "session_id", "from", "to", "content", "content_type", "timestamp", "url"]);
	const part = await fetch(stack.urls.desk + state.download_url, { headers: { Range: "bytes=10-29", Authorization: `Bearer ${who.admin.token}` } });
	assert.deepEqual([part.status, await part.text()], [206, Buffer.from(file.text).subarray(10, 30).toString()]);
});

test("CSV, and filters", async () => {
	const csv = await made({ format: "csv", from_user: "kehu_001" });
	assert.deepEqual(csv.text.replace(/^\ufeff/, "").split("\r\n").slice(0, 2).map((l) => l.split(",").slice(1, 5)), [["session_id", "from", "to", "content"], ["kehu_001:kefu_001", "kehu_001", "kefu_001", "你好，我想咨询一下产品信息"]]);
	assert.equal(csv.message_count, 2);
	const leg = await made({ session_id: "kehu_001:kefu_001" });
	assert.equal(leg.format, "json");
	assert.equal(JSON.parse(leg.text).length, 3);
	assert.deepEqual(JSON.parse((await made({ query: "咨询", from_user: "kehu_001" })).text).map((m) => m.content), ["你好，我想咨询一下产品信息"]);
	assert.deepEqual(JSON.parse((await made({ end_date: "2020-01-01" })).text), []);
	assert.equal((await made({ format: "csv", content_type: "Image" })).text.trim().split("\r\n").length, 1);
	for (const [body, field] of [[{ format: "xml" }, "format"], [{ from_user: "nobody" }, "from_user"], [{ content_type: "Song" }, "content_type"], [{ start_date: "soon" }, "start_date"], [{ query: 5 }, "query"]]) refused(await who.admin.post(ALL, body), 400, field);
	refused(await who.admin.post(ALL, { session_id: "nobody:kefu_001" }), 404);
});

test("nowhere to write it: it stays under way, the worker says why and does its other work, and it is whole when it can be written again", async () => {
	const folder = path.join(stack.dir, "files/export"), failures = () => stack.logs("worker").split("\n").filter((line) => line.includes('"export.file"')).length;
	const { export_id: before } = (await who.admin.post(ALL, { format: "json" })).body.data;
	const want = (await who.admin.get((await finished(before)).download_url)).text;
	renameSync(folder, `${folder}.aside`);
	writeFileSync(folder, "");
	const said = failures();
	let id;
	try {
		id = (await who.admin.post(ALL, { format: "json" })).body.data.export_id;
		await until(() => failures() > said, { timeout: 60_000, what: "a try that failed" });
		assert.equal((await who.admin.get(`${ALL}/${id}`)).body.data.status, "processing");
		const probe = (await who.admin.get("/api/system/health?probe=1")).body.data.probe.steps.find((step) => step.name === "worker");
		assert.notEqual(probe.status, "fail", "the worker is at work");
	} finally {
		unlinkSync(folder);
		renameSync(`${folder}.aside`, folder);
	}
	const state = await finished(id);
	assert.deepEqual([state.status, (await who.admin.get(state.download_url)).text], ["completed", want]);
});

test("a killed worker goes on where it was; nothing twice, nothing left out", async () => {
	await stack.kill("worker");
	const [{ seq }] = await stack.sql("SELECT last_seq AS seq FROM conversations WHERE id = 4");
	await stack.sql(`INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, content, created_at) SELECT 4, ? + s.seq, UUID(), 13, 0, CONCAT('多', s.seq, IF(s.seq % 100 = 0, ' "quoted", =formula', '')), UNIX_TIMESTAMP() * 1000 FROM seq_1_to_60000 s`, [seq]);
	await stack.sql("UPDATE conversations SET version = version + 1, last_seq = last_seq + 60000 WHERE id = 4");
	const ids = [];
	for (const format of ["json", "csv"]) ids.push((await who.admin.post(ALL, { format, from_user: "user123" })).body.data.export_id);
	// Each part takes its time, so that the worker is killed between parts and not behind the last one.
	await stack.sql("CREATE TRIGGER slowly BEFORE UPDATE ON exports FOR EACH ROW SET @slept = SLEEP(0.5)");
	for (let i = 0; i < 3; i++) {
		const { data: begun } = (await who.admin.get(`${ALL}/${ids[0]}`)).body;
		await stack.start("worker");
		await until(async () => (await who.admin.get(`${ALL}/${ids[0]}`)).body.data.message_count > begun.message_count, { timeout: 60_000, what: "a part" });
		await stack.kill("worker");
	}
	refused(await who.admin.get(`${ALL}/${ids[1]}/download`), 404);
	assert.equal((await who.admin.get(`${ALL}/${ids[0]}`)).body.data.status, "processing", "it was killed in the middle");
	await stack.sql("DROP TRIGGER slowly");
	await stack.start("worker");
	const rows = await stack.sql("SELECT id FROM messages WHERE stream = 4 AND sender_type = 0 ORDER BY id");
	for (const id of ids) {
		const state = await finished(id);
		assert.equal(state.message_count, rows.length);
		const { text } = await who.admin.get(state.download_url);
		const found = state.format === "json" ? JSON.parse(text).map((m) => m.id) : text.replace(/^\ufeff/, "").trim().split("\r\n").slice(1).map((l) => l.split(",")[0]);
		assert.deepEqual(found, rows.map((r) => `msg_${r.id}`));
	}
});

test("supervisors export what they may see; others' exports, and those that have expired, are not there", async () => {
	const { data } = (await who.supervisor.post(ALL, { from_user: "kehu_001" })).body;
	await finished(data.export_id, who.supervisor);
	assert.equal((await who.admin.get(`${ALL}/${data.export_id}`)).status, 200);
	const own = (await who.admin.post(ALL, { from_user: "kehu_001" })).body.data;
	refused(await who.supervisor.get(`${ALL}/${own.export_id}`), 404);
	refused(await who.supervisor.get(`${ALL}/${own.export_id}/download`), 404);
	refused(await who.admin.get(`${ALL}/export_nothing`), 404);
	await finished(own.export_id);
	await stack.sql("UPDATE exports SET expires_at = 1 WHERE public_id = ?", [own.export_id]);
	refused(await who.admin.get(`${ALL}/${own.export_id}/download`), 404);
	await stack.restart("worker");
	await until(async () => (await stack.sql("SELECT 1 FROM exports WHERE public_id = ?", [own.export_id])).length === 0, { what: "the sweep" });
	await guarded(who, [{ method: "POST", path: ALL, deny: ["agent"] }, { method: "GET", path: `${ALL}/x`, deny: ["agent"] }, { method: "GET", path: `${ALL}/x/download`, deny: ["agent"] }]);
});

test("the list: one's own, of an admin all; what was asked for, how far it is, whose it is; a link; deleted, also while it is written", async () => {
	const { data: own } = (await who.supervisor.post(ALL, { format: "csv", query: "咨询", from_user: "kehu_001", start_date: "2020-01-01", end_date: "2030-01-01" })).body;
	await finished(own.export_id, who.supervisor);
	const list = async (client, query = "") => answers(await client.get(`${ALL}${query}`), { success: true, data: { exports: [{ export_id: "", status: "", format: "", message_count: 1, progress: 1, download_url: "", size_bytes: 1, created_at: "", expires_at: "", created_by: "", query: null, from_user: null }], pagination: { page: 1, limit: 20, total: 1, total_pages: 1 } } });
	const mine = await list(who.supervisor);
	const [{ query, from_user, to_user, start_date, end_date, progress, created_by, status }] = mine.exports;
	assert.deepEqual([query, from_user, to_user, start_date, end_date, progress, created_by, status], ["咨询", "kehu_001", null, "2020-01-01T00:00:00Z", "2030-01-02T00:00:00Z", 1, "客服主管", "completed"]);
	assert.ok(mine.exports.every((one) => one.created_by === "客服主管") && mine.pagination.total === mine.exports.length);
	const all = await list(who.admin);
	assert.ok(all.pagination.total > mine.pagination.total && all.exports.some((one) => one.created_by === "管理员"));
	assert.equal(all.exports[0].export_id, own.export_id, "the newest first");
	assert.equal((await list(who.admin, "?limit=1&page=2")).exports[0].export_id, all.exports[1].export_id);
	refused(await who.admin.get(`${ALL}?limit=0`), 400, "limit");

	const link = answers(await who.supervisor.post(`${ALL}/${own.export_id}/link`), { success: true, data: { download_url: "", expires_at: "" } });
	const file = await fetch(stack.urls.chat + link.download_url);
	assert.deepEqual([file.status, (await file.text()).trim().split("\r\n").length], [200, 2]);
	refused(await who.supervisor.post(`${ALL}/${all.exports.find((one) => one.created_by === "管理员").export_id}/link`), 404);
	refused(await who.supervisor.delete(`${ALL}/${all.exports.find((one) => one.created_by === "管理员").export_id}`), 404);

	assert.deepEqual(answers(await who.supervisor.delete(`${ALL}/${own.export_id}`), { success: true, data: { export_id: "", deleted: true } }), { export_id: own.export_id, deleted: true });
	refused(await who.supervisor.get(`${ALL}/${own.export_id}`), 404);
	assert.equal((await fetch(stack.urls.chat + link.download_url)).status, 404);
	await stack.kill("worker");
	const { data: waiting } = (await who.admin.post(ALL, {})).body;
	refused(await who.admin.post(`${ALL}/${waiting.export_id}/link`), 404);
	assert.equal((await who.admin.delete(`${ALL}/${waiting.export_id}`)).status, 200);
	refused(await who.admin.get(`${ALL}/${waiting.export_id}`), 404);
	await stack.start("worker");
	await until(async () => (await stack.sql("SELECT 1 FROM exports WHERE public_id = ?", [waiting.export_id])).length === 0, { what: "the sweep" });
	await guarded(who, [{ method: "GET", path: ALL, deny: ["agent"] }, { method: "DELETE", path: `${ALL}/x`, deny: ["agent"] }, { method: "POST", path: `${ALL}/x/link`, deny: ["agent"] }]);
});

test("every route was answered for", () => {
	gate();
});
