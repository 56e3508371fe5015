// Webhooks at work: a real receiver is told what was committed, signed, at least once, whatever dies; a slow one holds up nobody.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import http from "node:http";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

const HOOKS = "/api/v1/webhooks";
const EVENTS = ["conversation.created", "conversation.updated", "conversation.resolved", "message.created", "rating.created"];
let stack, admin, guest;

/** A receiver: calls are kept parsed, with headers; answer(request, response) may be replaced. */
class Receiver {
	calls = [];
	answer = (_, response) => response.end();
	static async open() {
		const receiver = new Receiver();
		receiver.server = http.createServer(async (request, response) => {
			const chunks = [];
			for await (const chunk of request) chunks.push(chunk);
			const text = Buffer.concat(chunks).toString();
			receiver.calls.push({ method: request.method, path: request.url, headers: request.headers, text, body: JSON.parse(text) });
			receiver.answer(request, response);
		}).listen(0, "127.0.0.1");
		await new Promise((resolve) => receiver.server.once("listening", resolve));
		receiver.server.unref(); // a test that fails must not hold the file open
		receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hook`;
		return receiver;
	}
	of = (event) => this.calls.filter((call) => call.body.event === event);
	close() {
		this.server.closeAllConnections();
		return new Promise((resolve) => this.server.close(resolve));
	}
}

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_WEBHOOK_PRIVATE: "on" } });
	admin = await signIn(stack.urls.kefu, "admin@example.com");
	guest = httpClient(stack.urls.chat);
});
after(() => stack?.stop());

const hook = async (receiver, events = EVENTS) => {
	const made = await admin.post(HOOKS, { url: receiver.url, events });
	assert.equal(made.status, 201, made.text);
	return made.body.data.webhook;
};
const unhook = (id) => admin.delete(`${HOOKS}/${id}`);
const newSession = async (body = {}) => (await guest.post("/api/v1/chat/sessions", body)).body.data;
const say = (session_id, content) => guest.post("/api/v1/chat/messages", { session_id, content });
const deliveries = async (id, query = "") => (await admin.get(`${HOOKS}/${id}/deliveries?per_page=100${query}`)).body.data.deliveries;
const came = (receiver, n, timeout = 30_000) => until(() => receiver.calls.length >= n, { timeout, what: `${n} calls; ${receiver.calls.length} came` });
const settled = (id) => until(async () => (await deliveries(id, "&status=pending")).length === 0, { what: "the end of all deliveries" });
/** What the clock would do. */
const hurry = async (id) => {
	await stack.sql("UPDATE webhook_deliveries SET next_at = 1 WHERE webhook_id = ? AND next_at > 0", [id]);
	await stack.redis("PUBLISH", "deskbell:wake", "webhook 0");
};

test("with no webhook nothing is written, and a message costs no statement more", async () => {
	const { session_id } = await newSession();
	await say(session_id, "x");
	const asked = async () => Number((await stack.sql("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'"))[0].Value);
	const receiver = await Receiver.open();
	const cost = async () => {
		const before = await asked();
		for (let i = 0; i < 10; i++) assert.equal((await say(session_id, `m${i}`)).status, 201);
		return (await asked()) - before;
	};
	await stack.kill("worker", "SIGSTOP"); // it asks for reasons of its own
	const none = await cost();
	const { id } = await hook(receiver, ["rating.created"]);
	const unwanted = await cost();
	await stack.kill("worker", "SIGCONT");
	assert.ok(Math.abs(unwanted - none) < 8, `${none} statements without a webhook, ${unwanted} with one that wants something else`);
	await unhook(id);
	assert.deepEqual(await stack.sql("SELECT id FROM webhook_deliveries"), []);
	await receiver.close();
});

test("each event, with its body and its signature", async () => {
	const receiver = await Receiver.open(), { id, secret } = await hook(receiver);
	const { session_id, id: conversation_id } = await newSession({ name: "小红", email: "hong@example.com", metadata: { page_url: "https://shop.example/" } });
	await say(session_id, "你好 <b>");
	assert.equal((await admin.put(`/api/v1/conversations/${conversation_id}/priority`, { priority: "urgent" })).status, 200);
	assert.equal((await guest.post(`/api/v1/chat/sessions/${session_id}/close`)).status, 200);
	assert.equal((await guest.post(`/api/v1/chat/sessions/${session_id}/rating`, { score: 4, comment: "好" })).status, 201);
	await until(() => receiver.of("rating.created").length === 1 && receiver.of("conversation.resolved").length === 1 && receiver.of("message.created").length > 0, { what: "the events" });
	await settled(id);

	for (const call of receiver.calls) {
		assert.deepEqual([call.method, call.path, call.headers["content-type"], call.headers["x-deskbell-event"]], ["POST", "/hook", "application/json; charset=utf-8", call.body.event]);
		const stamp = call.headers["x-deskbell-timestamp"];
		assert.ok(Math.abs(stamp - Date.now() / 1000) < 30);
		assert.equal(call.headers["x-deskbell-signature"], `sha256=${createHmac("sha256", secret).update(`${stamp}.${call.text}`).digest("hex")}`);
		assert.equal(call.headers["x-deskbell-delivery"], String(call.body.id));
		like(call.body, { id: 1, event: "", webhook_id: id, created_at: "", data: { conversation: { id: 1, uuid: "", status: "", priority: "", agent_type: "", channel_type: "", contact: { id: 1, user_id: "", name: "" }, message_count: 1, metadata: {}, created_at: "", updated_at: "" } } });
		assert.deepEqual([call.body.data.conversation.id, call.body.data.conversation.contact.name, call.body.data.conversation.contact.email], [conversation_id, "小红", "hong@example.com"]);
	}
	assert.deepEqual([receiver.of("conversation.created").length, receiver.of("conversation.resolved").length], [1, 1]);
	const [message] = receiver.of("message.created");
	like(message.body.data.message, { id: 1, seq: 1, sender_type: "user", message_type: "text", content: "", private: false, metadata: {}, created_at: "" });
	assert.deepEqual([message.body.data.message.content, message.body.data.message.seq], ["你好 <b>", 1]);
	assert.deepEqual([receiver.of("rating.created")[0].body.data.rating.score, receiver.of("rating.created")[0].body.data.rating.comment], [4, "好"]);
	const changes = receiver.of("conversation.updated").map((call) => call.body.data.changed);
	assert.ok(changes.includes("priority") && changes.includes("status"), changes.join());
	assert.equal(new Set(receiver.calls.map((call) => call.body.id)).size, receiver.calls.length, "each once");
	for (const row of await deliveries(id)) {
		assert.deepEqual([row.status, row.attempts, row.response_status, row.error, row.next_at], ["delivered", 1, 200, "", null]);
		assert.ok(row.finished_at && row.response_ms !== undefined);
	}
	await unhook(id);
	await receiver.close();
});

test("only what it lists, and nothing while it is off; a ping by hand; a new secret signs", async () => {
	const receiver = await Receiver.open(), { id } = await hook(receiver, ["rating.created"]);
	const { session_id } = await newSession();
	await say(session_id, "x");
	await admin.put(`${HOOKS}/${id}`, { enabled: false });
	await guest.post(`/api/v1/chat/sessions/${session_id}/rating`, { score: 5 });
	assert.deepEqual(await deliveries(id), []);
	const ping = (await admin.post(`${HOOKS}/${id}/test`)).body.data.delivery;
	assert.deepEqual([ping.event, ping.status, ping.attempts], ["ping", "pending", 0]);
	const { secret } = (await admin.post(`${HOOKS}/${id}/rotate-secret`)).body.data.webhook;
	assert.equal(receiver.calls.length, 0, "it waits as long as the webhook is off");
	await admin.put(`${HOOKS}/${id}`, { enabled: true });
	await came(receiver, 1);
	const [call] = receiver.calls;
	assert.deepEqual([call.body.event, call.body.data], ["ping", {}]);
	assert.equal(call.headers["x-deskbell-signature"], `sha256=${createHmac("sha256", secret).update(`${call.headers["x-deskbell-timestamp"]}.${call.text}`).digest("hex")}`);
	await unhook(id);
	await receiver.close();
});

test("what is not taken is tried again, later each time, and given up after seven; then by hand", async () => {
	const receiver = await Receiver.open(), { id } = await hook(receiver, ["message.created"]);
	const answers = [
		(_, r) => r.writeHead(500).end("oops"), (_, r) => r.writeHead(302, { Location: `${receiver.url}/elsewhere` }).end(), (q) => q.socket.destroy(),
		(_, r) => r.writeHead(404).end(), (_, r) => r.writeHead(400).end(), (_, r) => r.writeHead(429).end(), (_, r) => r.writeHead(503).end(),
	];
	receiver.answer = answers[0];
	const { session_id } = await newSession();
	let began = Date.now();
	await say(session_id, "again");
	const pauses = [10, 60, 300, 1800, 7200, 21600], statuses = [500, 302, null, 404, 400, 429, 503];
	for (let attempt = 1; attempt <= 7; attempt++) {
		const [row] = await until(async () => {
			const rows = await deliveries(id);
			return rows[0]?.attempts === attempt && rows;
		}, { what: `attempt ${attempt}` });
		assert.equal(row.response_status, statuses[attempt - 1]);
		assert.equal(row.status, attempt < 7 ? "pending" : "failed");
		if (attempt === 3) assert.notEqual(row.error, "");
		const failed = new Date(row.next_at) - pauses[attempt - 1] * 1000; // its pause before the next one
		if (attempt < 7) assert.ok(failed > began - 1000 && failed < Date.now() + 1000, `${row.next_at} after attempt ${attempt}`);
		else assert.equal(row.next_at, null);
		receiver.answer = answers[attempt];
		began = Date.now();
		await hurry(id);
	}
	assert.deepEqual([...new Set(receiver.calls.map((call) => call.headers["x-deskbell-delivery"]))].length, 1, "always the same delivery");
	assert.ok(receiver.calls.every((call) => call.path === "/hook"), "redirects are not followed");
	receiver.answer = (_, r) => r.writeHead(204).end();
	const [{ id: delivery }] = await deliveries(id);
	await admin.post(`${HOOKS}/${id}/deliveries/${delivery}/retry`);
	await until(async () => (await deliveries(id))[0].status === "delivered", { what: "the eighth attempt" });
	assert.deepEqual((await deliveries(id)).map((d) => [d.status, d.attempts, d.response_status]), [["delivered", 8, 204]]);
	await unhook(id);
	await receiver.close();
});

test("an answer without an end is cut off, and counts by its status", async () => {
	const receiver = await Receiver.open(), { id } = await hook(receiver, ["message.created"]);
	receiver.answer = (_, r) => {
		const more = () => r.writable && !r.destroyed && (r.write("x".repeat(65536)) ? setImmediate(more) : r.once("drain", more));
		r.on("error", () => {});
		more();
	};
	await say((await newSession()).session_id, "x");
	await settled(id);
	const [row] = await deliveries(id);
	assert.deepEqual([row.status, row.response_status], ["delivered", 200]);
	assert.ok(row.response_ms < 9000, `${row.response_ms} ms: no timeout ended it`);
	await unhook(id);
	await receiver.close();
});

test("one that hangs holds up nobody else, and is cut off after ten seconds", async () => {
	const slow = await Receiver.open(), quick = await Receiver.open();
	slow.answer = () => {};
	const one = await hook(slow, ["message.created"]), other = await hook(quick, ["message.created"]);
	const { session_id } = await newSession();
	for (let i = 0; i < 20; i++) await say(session_id, `m${i}`);
	await came(quick, 20, 8000);
	const asked = slow.calls.length, given_up = (await deliveries(one.id)).filter((d) => d.attempts > 0).length;
	assert.ok(asked <= 4 + given_up, "at most four at a time wait for one webhook");
	assert.deepEqual(quick.calls.map((call) => call.body.data.message.content).sort(), Array.from({ length: 20 }, (_, i) => `m${i}`).sort());
	const rows = await until(async () => {
		const all = (await deliveries(one.id)).filter((d) => d.attempts > 0);
		return all.length > 0 && all;
	}, { what: "a timeout" });
	assert.ok(rows[0].response_ms >= 9900 && rows[0].response_ms < 20_000, `${rows[0].response_ms} ms`);
	assert.match(rows[0].error, /timed out|Timeout/i);
	await unhook(one.id);
	await unhook(other.id);
	await Promise.all([slow.close(), quick.close()]);
});

test("killed in the middle: the claim lapses, and it is sent again with the same id; ended: at once", async () => {
	const receiver = await Receiver.open(), { id } = await hook(receiver, ["message.created"]);
	receiver.answer = () => {};
	const { session_id } = await newSession();
	await say(session_id, "mine");
	await came(receiver, 1);
	await stack.kill("worker");
	// What the clock would do in half a minute.
	await stack.sql("UPDATE webhook_deliveries SET claimed_until = claimed_until - 30000 WHERE webhook_id = ?", [id]);
	await stack.start("worker");
	await came(receiver, 2);
	const began = Date.now();
	await stack.kill("worker", "SIGTERM");
	assert.ok(Date.now() - began < 8000, `${Date.now() - began} ms: it did not wait for the answer, which would be ten seconds`);
	receiver.answer = (_, r) => r.end();
	await stack.start("worker");
	await came(receiver, 3);
	await settled(id);
	assert.equal(new Set(receiver.calls.map((call) => call.body.id)).size, 1);
	await unhook(id);
	await receiver.close();
});

test("what is committed while the worker and Redis are away is delivered when they are back", async () => {
	const receiver = await Receiver.open(), { id } = await hook(receiver, ["message.created", "conversation.created"]);
	await stack.kill("worker");
	await stack.kill("redis");
	const { session_id } = await newSession();
	for (let i = 0; i < 5; i++) assert.equal((await say(session_id, `m${i}`)).status, 201);
	await stack.start("redis", "worker");
	await came(receiver, 6);
	await settled(id);
	assert.deepEqual(receiver.of("message.created").map((call) => call.body.data.message.seq).sort(), [1, 2, 3, 4, 5]);
	await unhook(id);
	await receiver.close();
});

test("what is rolled back is not told; a locked conversation holds up no webhook's change", async () => {
	const receiver = await Receiver.open(), { id } = await hook(receiver, ["message.created", "conversation.created"]);
	const { session_id, id: conversation } = await newSession();
	await came(receiver, 1);
	assert.equal((await say(session_id, " ")).status, 400);
	const client_id = "same-client-id-16";
	for (let i = 0; i < 3; i++) assert.equal((await guest.post("/api/v1/chat/messages", { session_id, content: "once", client_id })).status, 201);
	await came(receiver, 2);
	await settled(id);
	assert.equal((await deliveries(id)).length, 2, "a repeated message is told once");

	const [many, rows] = [await Promise.all(EVENTS.map((event) => hook(receiver, [event]))), () => stack.sql("SELECT value FROM site WHERE name = 'webhooks'")];
	assert.deepEqual(await rows(), [{ value: "31" }], "of those who change webhooks at once, none is lost");
	for (const made of many) await unhook(made.id);
	assert.deepEqual(await rows(), [{ value: "9" }]);

	const connection = await stack.pool.getConnection();
	await connection.query("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
	await connection.beginTransaction();
	await connection.query("SELECT c.id, (SELECT ~CAST(s.value AS SIGNED) & 31 FROM site s WHERE s.name = 'webhooks') AS unheard FROM conversations c WHERE c.id = ? FOR UPDATE", [conversation]);
	assert.equal((await admin.put(`${HOOKS}/${id}`, { events: ["rating.created"] })).status, 200, "it does not wait for the lock, which is held until it has answered");
	await connection.rollback();
	connection.release();
	await say(session_id, "no longer wanted");
	assert.equal((await deliveries(id)).length, 2);
	await unhook(id);
	await receiver.close();
});

test("old deliveries go; what tells of something that is gone is given up", async () => {
	const receiver = await Receiver.open(), { id } = await hook(receiver, ["message.created"]);
	await stack.sql("INSERT INTO webhook_deliveries (webhook_id, event, conversation_id, seq, created_at, next_at) VALUES (?, 3, 99999999, 1, UNIX_TIMESTAMP() * 1000, 1)", [id]);
	await stack.sql("INSERT INTO webhook_deliveries (webhook_id, event, status, created_at, next_at) SELECT ?, 3, 1, (UNIX_TIMESTAMP() - 31 * 86400) * 1000, 0 FROM seq_1_to_3000", [id]);
	await stack.kill("worker", "SIGTERM");
	await stack.start("worker"); // it keeps house when it starts
	const [row] = await until(async () => {
		const rows = await deliveries(id);
		return rows.length === 1 && rows[0].status === "failed" && rows;
	}, { what: "the end of old deliveries" });
	assert.deepEqual([row.status, row.error, row.next_at, receiver.calls.length], ["failed", "the conversation is gone", null, 0]);
	await unhook(id);
	await receiver.close();
});
