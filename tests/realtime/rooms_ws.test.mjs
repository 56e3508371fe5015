// Rooms on /ws: join, what is said live, what was missed, and who hears no more (additions.md, relay/PROTOCOL.md).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signIn, Socket } from "../lib/client.mjs";
import { like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

const MESSAGE = { id: "", sender_id: 1, sender_name: "张三", message_type: "text", content: "你好，世界！", file_url: null, file_name: null, file_size: null, timestamp: "2024-01-15T10:30:00", reply_to: null, room_id: "global" };
let stack, agent, other, customer;
before(async () => {
	stack = await startStack();
	[agent, other, customer] = await Promise.all(["agent@example.com", "kefu_002@example.com", "customer@example.com"].map((email) => signIn(stack.urls.chat, email)));
});
after(() => stack?.stop());

const open = async (who) => {
	const socket = await Socket.open(stack.ws);
	socket.send("auth", { token: who.token });
	assert.equal((await socket.waitFor("auth")).data.success, true);
	return socket;
};
const newRoom = async (owner, ...members) => {
	const { room_id: room } = (await owner.post("/api/chat/rooms", { room_name: "现场" })).body;
	for (const who of members) assert.equal((await who.post(`/api/chat/rooms/${room}/join`)).status, 200);
	return room;
};
const join = async (socket, room, more = {}) => {
	socket.send("join", { room_id: room, ...more });
	const { data } = await socket.waitFor("join");
	assert.deepEqual([data.success, data.room_id], [true, room]);
	return data;
};
const say = async (who, room, content, more = {}) => {
	const answer = await who.post(`/api/chat/send?room_id=${room}`, { content, ...more });
	assert.equal(answer.status, 200, answer.text);
	return answer.body;
};
const content = (text) => (frame) => frame.type === "message" && frame.data.content === text;
const refused = async (socket, code) => assert.equal((await socket.waitFor("error")).data.code, code);

test("two people in a room: each hears the other and itself, as the history has it", async () => {
	const room = await newRoom(agent, customer);
	const [one, two] = await Promise.all([open(agent), open(customer)]);
	await join(one, room);
	await join(two, room);
	one.send("message", { room_id: room, message_type: "text", content: "你好，世界！", client_id: "ws-1" });
	const [mine, theirs] = [await one.waitFor("message"), await two.waitFor("message")];
	like(mine.data, MESSAGE);
	assert.deepEqual(theirs.data, mine.data);
	assert.deepEqual([mine.data.room_id, mine.data.client_id, mine.data.sender_name, mine.data.seq], [room, "ws-1", "客服小王", 1]);
	two.send("message", { room_id: room, content: "收到", reply_to: mine.data.id });
	for (const socket of [one, two]) assert.equal((await socket.waitFor(content("收到"))).data.reply_to, mine.data.id);
	assert.deepEqual((await agent.get(`/api/chat/messages?room_id=${room}`)).body[0], mine.data);
	// By REST, too; and the same again is no second one.
	await say(agent, room, "REST", { client_id: "r-1" });
	for (const socket of [one, two]) await socket.waitFor(content("REST"));
	await say(agent, room, "REST", { client_id: "r-1" });
	one.send("message", { room_id: room, content: "又来", client_id: "ws-1" });
	assert.equal((await one.waitFor("ack")).data.id, mine.data.id);
	await two.never("message");
	// Taken back: everybody is told.
	await agent.delete(`/api/chat/messages/${mine.data.id}?room_id=${room}`);
	for (const socket of [one, two]) assert.deepEqual((await socket.waitFor("message_deleted")).data, { id: mine.data.id, room_id: room, seq: 1 });
	one.send("leave", { room_id: room });
	assert.deepEqual((await one.waitFor("leave")).data.room_id, room);
	await say(customer, room, "还在吗");
	await two.waitFor(content("还在吗"));
	await one.never("message");
	await Promise.all([one.close(), two.close()]);
});

test("who may not: strangers, outsiders, rooms that are not there, malformed frames", async () => {
	const room = await newRoom(agent);
	const stranger = await Socket.open(stack.ws);
	stranger.send("join", { room_id: "global" });
	await refused(stranger, "UNAUTHORIZED");
	stranger.send("message", { room_id: "global", content: "x", client_id: "s-1" });
	assert.equal((await stranger.waitFor("error")).data.client_id, "s-1");
	const outside = await open(other);
	outside.send("join", { room_id: room });
	await refused(outside, "FORBIDDEN");
	outside.send("message", { room_id: room, content: "x" });
	await refused(outside, "FORBIDDEN");
	outside.send("join", { room_id: "room_00000000" });
	await refused(outside, "NOT_FOUND");
	outside.send("leave", { room_id: "room_00000000" });
	await refused(outside, "NOT_FOUND");
	for (const data of [{}, { room_id: 5 }, { room_id: "" }, { room_id: "global", last_id: 5 }, { room_id: "global", seq: "x" }]) {
		outside.send("join", data);
		await refused(outside, "INVALID_MESSAGE_FORMAT");
	}
	for (const data of [{ room_id: "global" }, { room_id: "global", content: "" }, { room_id: "global", content: "字".repeat(5001) }]) {
		outside.send("message", data);
		await refused(outside, "INVALID_MESSAGE_FORMAT");
	}
	outside.send("message", { room_id: "global", content: "x", message_type: "system" });
	await refused(outside, "FORBIDDEN");
	await say(agent, room, "内部");
	await say(agent, "global", "公开");
	await outside.never("message"); // it joined nothing
	await Promise.all([stranger.close(), outside.close()]);
});

test("who leaves the room hears no more, on all its sockets, and stays in the others", async () => {
	const [first, second] = [await newRoom(agent, customer), await newRoom(agent, customer)];
	const sockets = await Promise.all([open(customer), open(customer)]);
	for (const socket of sockets) for (const room of [first, second, "global"]) await join(socket, room);
	await customer.post(`/api/chat/rooms/${first}/leave`);
	for (const socket of sockets) assert.equal((await socket.waitFor("leave")).data.room_id, first);
	for (const room of [first, second, "global"]) await say(agent, room, `到 ${room}`);
	for (const socket of sockets) {
		await socket.waitFor(content(`到 ${second}`));
		await socket.waitFor(content("到 global"));
		await socket.never("message");
		await socket.close();
	}
});

test("a socket that was cut gets what it missed, once, in order; too far behind it is told so", { timeout: 240_000 }, async () => {
	const room = await newRoom(agent, customer);
	const socket = await open(customer);
	await join(socket, room);
	const seen = await say(agent, room, "0");
	await socket.waitFor(content("0"));
	socket.drop();
	for (let i = 1; i <= 230; i++) await say(agent, room, `${i}`);
	const again = await open(customer);
	again.send("join", { room_id: room, last_id: seen.id });
	await again.waitFor("join");
	const during = Promise.all([1, 2, 3].map((i) => say(agent, room, `dabei ${i}`)));
	const { data } = await again.waitFor("resumed");
	await during;
	await say(agent, room, "Ende");
	await again.waitFor(content("Ende"));
	const texts = again.frames.filter((f) => f.type === "message").map((f) => f.data.seq);
	assert.deepEqual(texts, Array.from({ length: 234 }, (_, i) => i + 2));
	assert.equal(data.room_id, room);
	assert.ok(data.count >= 230);
	// By number, and as `resume`.
	again.send("resume", { room_id: room, seq: 233 });
	assert.deepEqual([(await again.waitFor("join")).data.last_seq, (await again.waitFor("resumed")).data.count], [235, 2]);
	again.send("join", { room_id: room, last_id: "550e8400-e29b-41d4-a716-446655440000" });
	assert.deepEqual((await again.waitFor("resync")).data, { reason: "too_far_behind", room_id: room });
	await again.close();
});

test("who listens and says that it lives is present", async () => {
	const socket = await open(other);
	await join(socket, "global");
	const present = async () => (await agent.get("/api/chat/online-users")).body.some((p) => p.user_id === other.user.id);
	await until(present, { what: "its presence" });
	await stack.redis("ZREM", "deskbell:present", other.user.id);
	socket.send("ping", {});
	await socket.waitFor("ping");
	await until(present, { what: "its presence again" });
	const { ip, username } = (await agent.get("/api/chat/online-users")).body.find((p) => p.user_id === other.user.id);
	assert.deepEqual([ip, username], ["127.0.0.1", "客服小李"]);
	await socket.close();
});

test("what Redis lost on the way is filled from MySQL", { timeout: 240_000 }, async () => {
	const room = await newRoom(agent, customer);
	const socket = await open(customer);
	await join(socket, room);
	await say(agent, room, "1");
	await socket.waitFor(content("1"));
	// As by a process that died between COMMIT and publication: the row is there, nobody was told.
	const [{ id }] = await stack.sql("SELECT id FROM rooms WHERE public_id = ?", [room]);
	await stack.sql("INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, content, created_at) VALUES (-?, 2, UUID(), 3, 2, '客服小王', '2', ?)", [id, Date.now()]);
	await stack.sql("UPDATE rooms SET last_seq = 2, shown_seq = 2 WHERE id = ?", [id]);
	await say(agent, room, "3");
	await socket.waitFor(content("3"));
	assert.deepEqual(socket.frames.filter((f) => f.type === "message").map((f) => f.data.content), ["1", "2", "3"]);
	// The same with nothing behind it: the worker tells it, or the relay's next look.
	await stack.sql("INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, content, created_at) VALUES (-?, 4, UUID(), 3, 2, '客服小王', '4', ?)", [id, Date.now()]);
	await stack.sql("UPDATE rooms SET last_seq = 4, shown_seq = 4 WHERE id = ?", [id]);
	await socket.waitFor(content("4"), 40_000);
	// Redis killed, with what it held: the message is there all the same.
	await stack.kill("redis");
	await say(agent, room, "5");
	await stack.start("redis");
	await socket.waitFor(content("5"), 40_000);
	assert.deepEqual((await customer.get(`/api/chat/messages?room_id=${room}`)).body.map((m) => m.content), ["1", "2", "3", "4", "5"]);
	await socket.close();
});

test("a message to many goes out at once: one publication, one frame", { timeout: 240_000 }, async () => {
	const room = await newRoom(agent, customer);
	const many = await Promise.all(Array.from({ length: 200 }, () => open(customer)));
	await Promise.all(many.map((socket) => join(socket, room)));
	const commits = async () => Number((await stack.sql("SHOW GLOBAL STATUS LIKE 'Com_commit'"))[0].Value);
	const published = async () => Number(/cmdstat_publish:calls=(\d+)/.exec(await stack.redis("EVAL", "return redis.call('INFO', 'commandstats')", 0))?.[1] ?? 0);
	await stack.kill("worker", "SIGSTOP"); // its own would be counted among them
	try {
		const before = [await commits(), await published()];
		await say(agent, room, "一次");
		const frames = await Promise.all(many.map((socket) => socket.waitFor(content("一次"))));
		assert.equal(new Set(frames.map((f) => f.raw)).size, 1);
		const after = [await commits(), await published()];
		assert.deepEqual([after[0] - before[0], after[1] - before[1]], [1, 1]);
	} finally {
		await stack.kill("worker", "SIGCONT");
	}
	await Promise.all(many.map((socket) => socket.close()));
});
