// The worker dies, or what it needs does: every question gets one answer all the same, and what was not published is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, Socket } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

let stack, chat;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_WORD_MS: "80" } });
	chat = httpClient(stack.urls.chat);
});
after(() => stack?.stop());

async function visitor() {
	const id = (await chat.post("/api/v1/chat/sessions", {})).body.data.session_id;
	const socket = await Socket.open(stack.ws);
	socket.send("resume", { session_id: id, last_id: 0 });
	await socket.waitFor("resumed");
	return { id, socket, ask: (content) => chat.post("/api/v1/chat/messages", { session_id: id, content }) };
}
const answers = (id) => stack.sql("SELECT m.content, m.client_id FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? AND m.sender_type = 1", [id]);
const answered = (id, timeout = 60_000) => until(async () => (await answers(id)).length > 0, { timeout, what: "an answer" });
async function once(v) {
	const rows = await answers(v.id);
	assert.equal(rows.length, 1);
	assert.match(rows[0].client_id, /^ai:\d+$/);
	v.socket.drop();
}

test("killed in the middle of an answer: its claim lapses, the next worker answers", async () => {
	const v = await visitor();
	await v.ask("怎么退货");
	await v.socket.waitFor("ai_stream");
	await stack.kill("worker");
	// What the clock would do in half a minute.
	await stack.sql("UPDATE conversations SET version = version + 1, ai_claimed_until = ai_claimed_until - 30000 WHERE session_id = ?", [v.id]);
	await stack.start("worker");
	await answered(v.id);
	await once(v);
});

test("ended in the middle of an answer: it gives the claim back, and ends soon", async () => {
	const v = await visitor();
	await v.ask("怎么退货");
	await v.socket.waitFor("ai_stream");
	const began = Date.now();
	await stack.kill("worker", "SIGTERM");
	assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms: it does not say all of it first`);
	const [row] = await stack.sql("SELECT ai_claimed_until c, ai_wanted_seq w FROM conversations WHERE session_id = ?", [v.id]);
	assert.deepEqual({ ...row }, { c: 0, w: 1 });
	await stack.start("worker");
	await answered(v.id);
	await once(v);
});

test("MySQL goes in the middle of an answer: it is stored when it is back", async () => {
	const v = await visitor();
	await v.ask("怎么退货");
	await v.socket.waitFor("ai_stream");
	await stack.kill("mariadb");
	await stack.start("mariadb");
	await answered(v.id);
	await once(v);
});

test("Redis goes, with its data: questions are found by looking", async () => {
	const v = await visitor();
	await stack.kill("redis");
	await v.ask("怎么退货");
	await answered(v.id);
	await stack.start("redis");
	await once(v);
});

test("committed and never published: the worker tells it", async () => {
	const v = await visitor();
	const [{ id, seq }] = await stack.sql("SELECT id, last_seq seq FROM conversations WHERE session_id = ?", [v.id]);
	// As a process that dies between COMMIT and PUBLISH leaves it.
	await stack.sql("INSERT INTO messages (stream, seq, uuid, sender_type, type, content, created_at) VALUES (?, ?, UUID(), 3, 3, 'never told', UNIX_TIMESTAMP(NOW(3)) * 1000)", [id, seq + 1]);
	await stack.sql("UPDATE conversations SET version = version + 1, last_seq = last_seq + 1 WHERE id = ?", [id]);
	const frame = await v.socket.waitFor((f) => f.type === "message" && f.data.content === "never told");
	assert.equal(frame.data.seq, seq + 1);
	await v.socket.never((f) => f.type === "message" && f.data.content === "never told");
	v.socket.drop();
});
