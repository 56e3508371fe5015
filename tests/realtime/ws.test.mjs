// /ws: the frames of chat.md and additions.md, RFC 6455 at its edges, resuming, and what an idle visitor costs.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { root, startStack, until } from "../lib/stack.mjs";

let stack, guest, agent;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	guest = httpClient(stack.urls.chat);
	agent = await signIn(stack.urls.chat, "agent@example.com");
});
after(() => stack?.stop());

const newSession = async () => (await guest.post("/api/v1/chat/sessions", {})).body.data.session_id;
const post = async (session_id, content, extra) => (await guest.post("/api/v1/chat/messages", { session_id, content, ...extra })).body.data;

test("auth: the documented answer, a connection token, and errors for bad tokens", async () => {
	const ws = await Socket.open(stack.ws);
	ws.send("auth", { token: agent.token });
	const { data } = await ws.waitFor("auth");
	assert.equal(data.success, true);
	assert.equal(data.user.email, "agent@example.com");
	assert.match(data.connection_token, /^conn_/);
	const bad = await Socket.open(stack.ws);
	bad.send("auth", { token: "nonsense" });
	assert.equal((await bad.waitFor("error")).data.code, "UNAUTHORIZED");
	bad.send("auth", {});
	assert.equal((await bad.waitFor("error")).data.code, "INVALID_MESSAGE_FORMAT");
	await ws.close();
	await bad.close();
});

test("a message reaches its sender with its client_id, the agent, and nobody else", async () => {
	const session = await newSession();
	const [visitor, staff, stranger] = await Promise.all([Socket.open(stack.ws), Socket.open(stack.ws), Socket.open(stack.ws)]);
	staff.send("auth", { token: agent.token, resume: { last_id: 0 } });
	await staff.waitFor("resumed");
	stranger.send("resume", { session_id: await newSession(), last_id: 0 });
	await stranger.waitFor("resumed");
	visitor.send("message", { session_id: session, content: "你好，我需要帮助", message_type: "text", client_id: "mine-1" });
	const { data } = await visitor.waitFor("message");
	assert.deepEqual([data.session_id, data.sender_type, data.content, data.message_type, data.client_id, data.seq], [session, "user", "你好，我需要帮助", "text", "mine-1", 1]);
	assert.match(data.id, /^msg_\d+$/);
	assert.match(data.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
	assert.equal((await staff.waitFor("message")).data.id, data.id);
	// The same client_id again: an acknowledgement, nothing new for anybody.
	visitor.send("message", { session_id: session, content: "你好，我需要帮助", client_id: "mine-1" });
	assert.equal((await visitor.waitFor("ack")).data.id, data.id);
	visitor.send("ping", {});
	assert.match((await visitor.waitFor("ping")).data.timestamp, /Z$/);
	assert.equal(visitor.frames.filter((f) => f.type === "message").length, 1);
	assert.equal(stranger.frames.filter((f) => f.type === "message").length, 0);
	await Promise.all([visitor.close(), staff.close(), stranger.close()]);
});

test("typing goes to the others and never to its sender; a read mark to both", async () => {
	const session = await newSession();
	const first = await post(session, "one");
	const [visitor, staff] = await Promise.all([Socket.open(stack.ws), Socket.open(stack.ws)]);
	visitor.send("resume", { session_id: session, last_id: first.id });
	await visitor.waitFor("resumed");
	staff.send("auth", { token: agent.token, resume: { last_id: 0 } });
	await staff.waitFor("resumed");
	staff.send("typing", { session_id: session, is_typing: true });
	const { data } = await visitor.waitFor("typing");
	assert.deepEqual([data.session_id, data.sender_type, data.is_typing, data.sender.name], [session, "agent", true, "客服小王"]);
	visitor.send("typing", { session_id: session, is_typing: true });
	assert.equal((await staff.waitFor((f) => f.type === "typing" && f.data.sender_type === "user")).data.is_typing, true);
	staff.send("read", { session_id: session, last_id: first.id });
	assert.deepEqual((await visitor.waitFor("read")).data, { session_id: session, reader: "agent", last_id: first.id, seq: 1 });
	assert.equal(visitor.frames.filter((f) => f.type === "typing" && f.data.sender_type === "user").length, 0);
	assert.equal(staff.frames.filter((f) => f.type === "typing" && f.data.sender_type === "agent").length, 0);
	await Promise.all([visitor.close(), staff.close()]);
});

test("status_update: to the visitor what concerns it, to staff the conversation, its phone number masked", async () => {
	const [{ session_id: session, phone }] = await stack.sql("SELECT c.session_id, u.phone FROM conversations c JOIN users u ON u.id = c.contact_id WHERE c.id = 1");
	const [visitor, staff] = await Promise.all([Socket.open(stack.ws), Socket.open(stack.ws)]);
	visitor.send("resume", { session_id: session, last_id: 0 });
	await visitor.waitFor("resumed");
	staff.send("auth", { token: agent.token, resume: { last_id: 0 } });
	await staff.waitFor("resumed");
	assert.equal((await agent.put("/api/v1/conversations/1/priority", { priority: "urgent" })).status, 200);
	const [seen, told] = await Promise.all([visitor.waitFor("status_update"), staff.waitFor((f) => f.type === "status_update" && f.data.id === 1)]);
	assert.deepEqual([seen.data.session_id, seen.data.event, seen.data.status, seen.data.priority], [session, "priority", "active", "urgent"]);
	assert.equal(seen.data.conversation, undefined);
	const shown = told.data.conversation.user.phone;
	assert.ok(phone.length > 8 && shown !== phone && shown.includes("****"), `${shown}`);
	await Promise.all([visitor.close(), staff.close()]);
});

test("resume: all that was missed, once, in order, then live; from the end nothing", async () => {
	const session = await newSession();
	const sent = [];
	for (let i = 0; i < 120; i++) sent.push(await post(session, `message ${i}`));
	const ws = await Socket.open(stack.ws);
	ws.send("resume", { session_id: session, last_id: sent[9].id });
	assert.deepEqual((await ws.waitFor("resumed")).data, { count: 110, last_id: sent[119].id });
	await post(session, "live");
	await ws.waitFor((f) => f.type === "message" && f.data.content === "live");
	assert.deepEqual(ws.frames.filter((f) => f.type === "message").map((f) => f.data.seq), Array.from({ length: 111 }, (_, i) => i + 11));
	await ws.close();
	const late = await Socket.open(stack.ws);
	late.send("resume", { session_id: session, last_id: 999999999 });
	assert.equal((await late.waitFor("resumed")).data.count, 0);
	late.send("resume", { session_id: "sess_doesnotexist", last_id: 0 });
	assert.equal((await late.waitFor("error")).data.code, "SESSION_NOT_FOUND");
	await late.close();
});

test("resume: long messages are more than a socket may have waiting, and come all the same", async () => {
	const session = await newSession();
	const sent = [await post(session, "seen")];
	for (let i = 0; i < 100; i++) sent.push(await post(session, `${i}${"长".repeat(4990)}`));
	const ws = await Socket.open(stack.ws);
	ws.send("resume", { session_id: session, last_id: sent[0].id });
	assert.deepEqual((await ws.waitFor("resumed")).data, { count: 100, last_id: sent[100].id });
	assert.deepEqual(ws.frames.filter((f) => f.type === "message").map((f) => f.data.seq), Array.from({ length: 100 }, (_, i) => i + 2));
	const staff = await Socket.open(stack.ws);
	staff.send("auth", { token: agent.token, resume: { last_id: sent[0].id, positions: { [session]: 1 } } });
	assert.equal((await staff.waitFor("resync")).data.reason, "too_far_behind");
	await post(session, "live");
	const other = await signIn(stack.urls.chat, "kefu_002@example.com"); // whose it is from here on: nobody else catches up on it
	assert.equal((await other.post(`/api/v1/chat/sessions/${session}/switch-agent`, { agent_type: "human" })).status, 200);
	for (const socket of [ws, staff]) await socket.waitFor((f) => f.type === "message" && f.data.content === "live");
	await Promise.all([ws.close(), staff.close()]);
});

test("an agent's resume is exact by its positions, and out of scope is out of sight", async () => {
	const session = await newSession();
	const before = await post(session, "seen");
	await post(session, "missed");
	const ws = await Socket.open(stack.ws);
	ws.send("auth", { token: agent.token, resume: { last_id: before.id, positions: { [session]: 1 } } });
	await ws.waitFor("resumed");
	assert.deepEqual(ws.frames.filter((f) => f.type === "message" && f.data.session_id === session).map((f) => f.data.content), ["missed"]);
	const other = await signIn(stack.urls.chat, "kefu_002@example.com");
	assert.equal((await other.post(`/api/v1/chat/sessions/${session}/switch-agent`, { agent_type: "human" })).status, 200);
	await post(session, "not for kefu_001");
	const admin = await signIn(stack.urls.chat, "admin@example.com");
	const all = await Socket.open(stack.ws);
	all.send("auth", { token: admin.token });
	await all.waitFor("auth");
	await post(session, "for the admin");
	await all.waitFor((f) => f.type === "message" && f.data.content === "for the admin");
	assert.equal(ws.frames.filter((f) => f.type === "message" && /not for|for the admin/.test(f.data.content)).length, 0);
	await Promise.all([ws.close(), all.close()]);
});

test("malformed frames get an error that says what is missing, and the socket lives on", async () => {
	const ws = await Socket.open(stack.ws, { headers: { "Accept-Language": "zh-CN" } });
	for (const [text, details] of [
		["not json", "缺少必需字段: type"], ["[]", "缺少必需字段: type"], ['{"type":"auth"}', "缺少必需字段: token"], ['{"type":"resume","data":{"last_id":0}}', "缺少必需字段: session_id"], ['{"type":5}', "缺少必需字段: type"], ['{"type":"bogus"}', "未知的消息类型"],
		['{"type":"message"}', "缺少必需字段: session_id"], ['{"type":"message","data":{"session_id":"sess_x"}}', "缺少必需字段: content"],
		['{"type":"message","data":{"session_id":5,"content":"x"}}', "应为字符串: session_id"], ['{"type":"typing","data":{"session_id":"sess_x","is_typing":"yes"}}', "应为布尔值: is_typing"],
		['{"type":"message","data":{"session_id":"sess_x","content":"\\u0000"}}', "含有无效字符: content"],
	]) {
		ws.sendText(text);
		const { data } = await ws.waitFor("error");
		assert.deepEqual([data.code, data.details], ["INVALID_MESSAGE_FORMAT", details], text);
	}
	ws.send("message", { session_id: "sess_unknown", content: "x", client_id: "c9" });
	const { data } = await ws.waitFor("error");
	assert.deepEqual([data.code, data.client_id], ["SESSION_NOT_FOUND", "c9"]);
	await ws.close();
});

test("a sign-out closes the sockets of that sign-in with 4401, and no other's", async () => {
	const one = await signIn(stack.urls.chat, "kefu001@example.com");
	const two = await signIn(stack.urls.chat, "kefu001@example.com");
	const [a, b] = await Promise.all([Socket.open(stack.ws), Socket.open(stack.ws)]);
	a.send("auth", { token: one.token });
	b.send("auth", { token: two.token });
	await a.waitFor("auth");
	await b.waitFor("auth");
	await one.post("/api/v1/auth/logout");
	assert.equal((await a.closed).code, 4401);
	b.send("ping", {});
	await b.waitFor("ping");
	await b.close();
});

/** Bytes by hand, straight at the relay: what a WebSocket library would never send. */
async function raw(head = {}) {
	const socket = net.connect(path.join(stack.dir, "run/relay.sock"));
	const key = randomBytes(16).toString("base64");
	const lines = { Host: "x", Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13", ...head };
	socket.write(`GET ${head.path ?? "/ws"} HTTP/1.1\r\n${Object.entries(lines).filter(([k, v]) => k !== "path" && v !== null).map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n`);
	let bytes = Buffer.alloc(0);
	socket.on("data", (part) => (bytes = Buffer.concat([bytes, part])));
	socket.on("error", () => {});
	const ended = new Promise((resolve) => socket.on("close", resolve));
	await until(() => bytes.includes("\r\n\r\n") || socket.destroyed, { what: "an answer to the handshake" });
	const status = Number(/^HTTP\/1\.1 (\d+)/.exec(bytes.toString("latin1"))?.[1]);
	bytes = bytes.subarray(bytes.indexOf("\r\n\r\n") + 4);
	return { socket, status, ended, frames: () => bytes };
}
const frame = (first, payload, { masked = true, length } = {}) => {
	const data = Buffer.from(payload);
	const n = length ?? data.length;
	const head = n < 126 ? [first, (masked ? 128 : 0) | n] : n < 65536 ? [first, (masked ? 128 : 0) | 126, n >> 8, n & 255] : [first, (masked ? 128 : 0) | 127, 0, 0, 0, 0, (n >>> 24) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255];
	return Buffer.concat([Buffer.from(head), masked ? Buffer.alloc(4) : Buffer.alloc(0), data]);
};
const closeCode = async (peer, ...chunks) => {
	for (const chunk of chunks) peer.socket.write(chunk);
	await until(() => peer.frames().some((byte, i, all) => byte === 0x88 && all.length >= i + 4), { what: "a close frame" });
	const at = peer.frames().indexOf(0x88);
	peer.socket.destroy();
	return peer.frames().readUInt16BE(at + 2);
};

test("RFC 6455: close codes of what must not be sent", async () => {
	for (const [name, code, ...chunks] of [
		["unmasked", 1002, frame(0x81, "{}", { masked: false })],
		["reserved bit", 1002, frame(0xc1, "{}")],
		["unknown opcode", 1002, frame(0x83, "{}")],
		["fragmented ping", 1002, frame(0x09, "x")],
		["ping over 125 bytes", 1002, frame(0x89, Buffer.alloc(126))],
		["continuation of nothing", 1002, frame(0x80, "x")],
		["a text inside a text", 1002, frame(0x01, "a"), frame(0x81, "b")],
		["bad UTF-8", 1007, frame(0x81, Buffer.from([0xc3, 0x28]))],
		["bad UTF-8 split over frames", 1007, frame(0x01, Buffer.from([0xe4, 0xbd])), frame(0x80, Buffer.from([0x28]))],
		["over the frame limit", 1009, frame(0x81, Buffer.alloc(100), { length: 70000 })],
		["over the limit in pieces", 1009, frame(0x01, Buffer.alloc(60000, 97)), frame(0x80, Buffer.alloc(60000, 97))],
		["binary", 1003, frame(0x82, "x")],
		["one byte of close code", 1002, frame(0x88, "x")],
		["a close code that is not one", 1002, frame(0x88, Buffer.from([0x03, 0xec + 1]))],
	]) {
		const peer = await raw();
		assert.equal(peer.status, 101, name);
		assert.equal(await closeCode(peer, ...chunks).catch((error) => `${name}: ${error.message}`), code, name);
	}
});

test("RFC 6455: fragments, interleaved pings and bytes one by one are one message; close is answered", async () => {
	const peer = await raw();
	const parts = [frame(0x01, '{"type":"pi'), frame(0x89, "hello"), frame(0x00, 'ng","da'), frame(0x80, 'ta":{}}')];
	for (const byte of Buffer.concat(parts)) peer.socket.write(Buffer.from([byte]));
	await until(() => peer.frames().includes('"type":"ping"'), { what: "the answer" });
	assert.ok(peer.frames().includes(Buffer.concat([Buffer.from([0x8a, 5]), Buffer.from("hello")])), "the pong carries the ping's bytes");
	assert.equal(await closeCode(peer, frame(0x88, Buffer.from([0x03, 0xe8]))), 1000);
});

test("a pong is one frame, with the ping's bytes", async () => {
	const PINGS = 200;
	const peer = await raw();
	const { frames_out } = await stack.relay();
	for (let i = 0; i < PINGS; i++) peer.socket.write(frame(0x89, `ping ${String(i).padStart(3, "0")}`));
	await until(() => peer.frames().includes(`ping ${PINGS - 1}`), { what: "the last pong" });
	const pongs = Array.from({ length: PINGS }, (_, i) => Buffer.concat([Buffer.from([0x8a, 8]), Buffer.from(`ping ${String(i).padStart(3, "0")}`)]));
	assert.deepEqual(peer.frames(), Buffer.concat(pongs));
	const counted = (await stack.relay()).frames_out - frames_out;
	assert.ok(counted >= PINGS && counted < PINGS + 20, `${counted} frames counted; some are the relay's own pings`);
	peer.socket.destroy();
});

test("handshakes that are refused, each with its status", async () => {
	for (const [status, head] of [
		[400, { "Sec-WebSocket-Key": "short" }], [400, { "Sec-WebSocket-Key": null }], [426, { "Sec-WebSocket-Version": "8" }], [400, { Connection: "keep-alive" }],
		[404, { path: "/elsewhere" }], [403, { path: "/admin/ws", Origin: "https://evil.example" }], [426, { Upgrade: null, "Sec-WebSocket-Key": null }], [431, { Cookie: "x".repeat(9000) }],
		[101, { Origin: "http://x" }],
	]) {
		const peer = await raw(head);
		assert.equal(peer.status, status, JSON.stringify(head).slice(0, 80));
		peer.socket.destroy();
	}
});

test("a handshake that drips in is ended ten seconds after it began, and delays nobody", async () => {
	const before = await stack.relay();
	const slow = Array.from({ length: 300 }, (_, i) => {
		const peer = { socket: net.connect(path.join(stack.dir, "run/relay.sock")), began: Date.now() };
		peer.ended = new Promise((resolve) => peer.socket.on("error", () => {}).on("close", () => resolve(Date.now() - peer.began)).resume());
		if (i % 3) peer.socket.write("GET /ws HTTP/1.1\r\nHost: x\r\nCookie: ".slice(0, i)); // every third says nothing at all
		return peer;
	});
	const drip = setInterval(() => slow.forEach(({ socket }) => socket.writable && socket.write("x")), 500);
	try {
		const socket = await Socket.open(stack.ws);
		await socket.roundTrip();
		await socket.close();
		const lived = await Promise.all(slow.map(({ ended }) => ended));
		assert.ok(lived.every((ms) => ms > 9_000 && ms < 60_000), `${Math.min(...lived)} to ${Math.max(...lived)} ms`);
	} finally {
		clearInterval(drip);
	}
	const left = await stack.relay();
	assert.ok(left.connections <= before.connections && left.opened === before.opened + 1, `${left.connections} connections, ${before.connections} before`);
});

test("pages that an inbox allows may open /ws, and no others", async () => {
	// The demo's inbox allows any page; so do the settings none.
	assert.equal((await raw({ Origin: "https://anywhere.example" })).status, 101);
	const admin = await signIn(stack.urls.kefu, "admin@example.com");
	assert.equal((await admin.put("/api/v1/inboxes/1", { allowed_origins: ["https://shop.example", "https://*.store.example"] })).status, 200);
	await stack.restart("relay"); // it asks again every 30 s, and at once at its start
	await until(async () => (await raw({ Origin: "https://evil.example" })).status === 403, { what: "the refusal" });
	for (const [origin, status] of [["https://shop.example", 101], ["https://a.store.example", 101], ["https://store.example", 403], ["http://shop.example", 403]])
		assert.equal((await raw({ Origin: origin })).status, status, origin);
	assert.equal((await raw({ path: "/admin/ws", Origin: "https://shop.example" })).status, 403);
	assert.equal((await admin.put("/api/v1/inboxes/1", { allowed_origins: [] })).status, 200);
});

test("what the relay counts is what PROTOCOL.md says that it counts, no more and no less", async () => {
	const section = readFileSync(path.join(root, "relay/PROTOCOL.md"), "utf8").split(/^## /m).find((part) => part.startsWith("7."));
	const [, fields, table] = /`deskbell:relays` holds: (.*?), and these.*?\n\n(.*)$/s.exec(section);
	const named = [fields, ...table.split("\n").map((row) => row.split("|")[1] ?? "")].flatMap((text) => text.match(/(?<=`)[a-z_]+(?=`)/g) ?? []);
	assert.deepEqual(Object.keys(await stack.relay()).sort(), named.sort());
});

test("who speaks too fast waits, and loses nothing but some of its typing", async (t) => {
	const strict = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_RATE_LIMIT: "on", DESKBELL_LIMIT_FRAMES: "10", DESKBELL_LIMIT_MESSAGE: "8" } });
	t.after(() => strict.stop());
	const { session_id } = (await httpClient(strict.urls.chat).post("/api/v1/chat/sessions", {})).body.data;
	const [visitor, staff] = await Promise.all([Socket.open(strict.ws), Socket.open(strict.ws)]);
	staff.send("auth", { token: (await signIn(strict.urls.chat, "agent@example.com")).token, resume: { last_id: 0 } });
	await staff.waitFor("resumed");
	const began = Date.now();
	for (let i = 0; i < 40; i++) visitor.send("typing", { session_id, is_typing: true });
	visitor.send("message", { session_id, content: "after all that" });
	visitor.send("ping", {});
	const { data } = await staff.waitFor("message", 30_000);
	assert.equal(data.content, "after all that");
	await visitor.waitFor("ping", 30_000);
	assert.ok(Date.now() - began >= 2000, "20 at once, then 10 a second: 2.2 s for the 22 more");
	const told = staff.frames.filter((frame) => frame.type === "typing").length;
	assert.ok(told >= 16 && told < 30, `${told} of 40 were told: twice for each message that may be sent, and few of the next minute's`);
	assert.ok((await strict.relay()).throttled > 0);
	await Promise.all([visitor.close(), staff.close()]);
});

test("who is connected and silent costs no FastCGI request and no SQL", async () => {
	const sockets = [];
	for (let i = 0; i < 40; i++) {
		const ws = await Socket.open(stack.ws);
		const session = await newSession();
		ws.send("resume", { session_id: session, last_id: 0 });
		await ws.waitFor("resumed");
		sockets.push(ws);
	}
	await stack.kill("worker", "SIGSTOP"); // it asks the database by itself, whoever is connected
	const statements = async () => Number((await stack.sql("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'"))[0].Value); // the test's own are not prepared
	const of = async () => {
		const now = await stack.relay();
		return { requests: now.fcgi_requests, checks: now.checks, statements: await statements() };
	};
	let before = "";
	const first = await until(async () => { // nothing is under way: neither the last of the visitors nor a check
		const now = await of(), same = JSON.stringify(now) === before;
		before = JSON.stringify(now);
		return same && now;
	}, { every: 250, what: "calm" });
	const began = Date.now();
	// The relay compares positions with the database once in 30 s, whoever is connected: two such checks are the clock of this test.
	const last = await until(async () => {
		const now = await of();
		return now.checks >= first.checks + 2 && Date.now() - began >= 60_000 && now;
	}, { timeout: 120_000, every: 250, what: "two position checks, a minute" });
	await stack.kill("worker", "SIGCONT");
	const checks = last.checks - first.checks;
	assert.equal(last.requests - first.requests, checks, "one request a check, none for the 40 visitors");
	// A check's own: the messages since, the pages that may open sockets, the newest number; an api worker's first also what it keeps.
	assert.ok(last.statements - first.statements <= 5 * checks && checks < 8, `${last.statements - first.statements} statements in ${checks} checks, none for the 40 visitors`);
	await Promise.all(sockets.map((ws) => ws.close()));
});
