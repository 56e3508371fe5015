// The rooms contract (contracts/rooms.md and its part of additions.md), on its documented port.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack, until, withinADay } from "../lib/stack.mjs";

const { counted, gate } = coverage("rooms");
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/, UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const AGENT_STRING = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36";
// As the document prints them; null stands for anything.
const MESSAGE = { id: "", sender_id: 1, sender_name: "张三", message_type: "text", content: "你好，世界！", file_url: null, file_name: null, file_size: null, timestamp: "2024-01-15T10:30:00", reply_to: null };
const FILE = { ...MESSAGE, message_type: "image", content: "发送了文件: photo.jpg", file_url: "/uploads/chat/550e8400-e29b-41d4-a716-446655440001.jpg", file_name: "photo.jpg", file_size: 1024000 };
const PERSON = { user_id: 1, username: "张三", ip: "192.168.1.100", user_agent: AGENT_STRING, login_time: "2024-01-15T09:00:00", last_activity: "2024-01-15T10:30:00" };

let stack, guest, admin, agent, other, customer;
const as = async (email) => {
	const { token, user } = await signIn(stack.urls.chat, email);
	return Object.assign(counted(httpClient(stack.urls.chat, { token, headers: { "User-Agent": AGENT_STRING } })), { user, token });
};
before(async () => {
	stack = await startStack();
	guest = counted(httpClient(stack.urls.chat));
	[admin, agent, other, customer] = await Promise.all(["admin@example.com", "agent@example.com", "kefu_002@example.com", "customer@example.com"].map(as));
});
after(() => stack?.stop());

/** The documented error: detail alone, a text; field: the one at fault. */
function refused(answer, status, field) {
	assert.equal(answer.status, status, answer.text);
	assert.deepEqual(Object.keys(answer.body), ["detail"]);
	assert.equal(typeof answer.body.detail, "string");
	if (field) assert.ok(answer.body.detail.startsWith(`${field}: `), answer.text);
}
function good(answer, example) {
	assert.equal(answer.status, 200, answer.text);
	like(answer.body, example);
	return answer.body;
}
const form = (fields) => {
	const data = new FormData();
	for (const [name, value] of Object.entries(fields)) Array.isArray(value) ? data.append(name, ...value) : data.append(name, value);
	return data;
};
const newRoom = async (owner, name = "技术讨论") => good(await owner.post("/api/chat/rooms", form({ room_name: name, description: "说明" })), { room_id: "room_a1b2c3d4", message: "聊天室创建成功" }).room_id;
const say = async (who, room, content, more = {}) => good(await who.post(`/api/chat/send?room_id=${room}`, { message_type: "text", content, ...more }), MESSAGE);
const history = async (who, room, query = "") => good(await who.get(`/api/chat/messages?room_id=${room}${query}`), [MESSAGE]);

test("nobody without a token; paths and methods that are not there", async () => {
	for (const [method, path, body] of [["POST", "/api/chat/send", {}], ["POST", "/api/chat/upload", form({})], ["GET", "/api/chat/messages"], ["GET", "/api/chat/online-users"], ["GET", "/api/chat/stats"],
		["POST", "/api/chat/rooms", form({})], ["POST", "/api/chat/rooms/global/join"], ["POST", "/api/chat/rooms/global/leave"], ["GET", "/api/chat/rooms"], ["DELETE", "/api/chat/messages/x"],
		["GET", "/api/chat/user-ip/1"], ["POST", "/api/chat/heartbeat"], ["GET", "/uploads/chat/x.jpg"]])
		refused(await guest[method.toLowerCase()](path, body), 401);
	refused(await guest.get("/api/chat/stats", { token: "nonsense" }), 401);
	refused(await admin.get("/api/chat/nothing"), 404);
	refused(await admin.get("/uploads/nothing.jpg"), 404);
	const wrong = await admin.get("/api/chat/send");
	refused(wrong, 405);
	assert.equal(wrong.headers.get("allow"), "POST");
	refused(await admin.call("POST", "/api/chat/send", "content=x", { headers: { "Content-Type": "text/plain" } }), 415);
	refused(await admin.post("/api/chat/send", { content: "x".repeat(2 << 20) }), 413);
});

test("sending, as printed: the message as the history has it", async () => {
	const sent = good(await admin.post("/api/chat/send", { message_type: "text", content: "你好，世界！", reply_to: null }), MESSAGE);
	assert.match(sent.id, UUID);
	assert.match(sent.timestamp, TIME);
	assert.deepEqual([sent.sender_id, sent.sender_name, sent.message_type, sent.content, sent.file_url, sent.file_name, sent.file_size, sent.reply_to, sent.room_id],
		[1, "管理员", "text", "你好，世界！", null, null, null, null, "global"]);
	const answer = await say(customer, "global", "你好", { reply_to: sent.id });
	assert.deepEqual([answer.reply_to, answer.sender_name, answer.seq], [sent.id, "客户张三", sent.seq + 1]);
	const last = (await history(agent, "global")).slice(-2);
	assert.deepEqual(last, [sent, answer]);
});

test("what may be sent: types, lengths, answers", async () => {
	const send = (body, query = "") => admin.post(`/api/chat/send${query}`, body);
	for (const [body, field] of [[{}, "content"], [{ content: "" }, "content"], [{ content: " 　\n" }, "content"], [{ content: 5 }, "content"], [{ content: null }, "content"], [{ content: "字".repeat(5001) }, "content"],
		[{ content: "x", message_type: "video" }, "message_type"], [{ content: "x", message_type: 1 }, "message_type"], [{ content: "x", reply_to: 5 }, "reply_to"], [{ content: "x", client_id: 7 }, "client_id"], [{ content: "x", room_id: ["global"] }, "room_id"]])
		refused(await send(body), 400, field);
	refused(await send([]), 400);
	refused(await admin.post("/api/chat/send", "{"), 400);
	refused(await send({ content: "x", message_type: "system" }), 403);
	refused(await send({ content: "x", reply_to: "550e8400-e29b-41d4-a716-446655440000" }), 404);
	refused(await send({ content: "x" }, "?room_id=room_00000000"), 404);
	assert.equal((await say(admin, "global", "𝄞".repeat(5000))).content.length, 10000);
	assert.equal((await say(admin, "global", "a\u001eb\u0001c\u001b[0m", { message_type: "file" })).message_type, "file");
	const strange = (await history(admin, "global", "&limit=1"))[0];
	assert.equal(strange.content, "a\u001eb\u0001c\u001b[0m");
	assert.deepEqual((await history(admin, "global", "&limit=1"))[0], strange);
	// An answer is one to a message of the same room.
	const room = await newRoom(admin);
	refused(await send({ content: "x", reply_to: strange.id }, `?room_id=${room}`), 404);
});

test("the same client_id is the same message, also at once; numbers have no holes", async () => {
	const room = await newRoom(agent);
	const all = await Promise.all(Array.from({ length: 20 }, (_, i) => say(agent, room, `第 ${i % 10} 条`, { client_id: `c${i % 10}` })));
	assert.equal(new Set(all.map((m) => m.id)).size, 10);
	for (let i = 0; i < 10; i++) assert.deepEqual(all[i], all[i + 10]);
	const seqs = (await history(agent, room)).map((m) => m.seq);
	assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
	// Another sender's same client_id is another message.
	good(await other.post(`/api/chat/rooms/${room}/join`), { message: "成功加入聊天室" });
	assert.equal((await say(other, room, "我也是", { client_id: "c0" })).seq, 11);
});

test("history: pages back and forward, limits, rooms and messages that are not there", async () => {
	const room = await newRoom(agent, "翻页");
	const sent = [];
	for (let i = 1; i <= 23; i++) sent.push(await say(agent, room, `${i}`));
	const ids = (list) => list.map((m) => m.content).join();
	assert.equal(ids(await history(agent, room)), ids(sent));
	assert.equal(ids(await history(agent, room, "&limit=10")), ids(sent.slice(13)));
	assert.equal(ids(await history(agent, room, `&limit=10&before=${sent[13].id}`)), ids(sent.slice(3, 13)));
	assert.equal(ids(await history(agent, room, `&limit=10&before=${sent[3].id}`)), ids(sent.slice(0, 3)));
	assert.equal(ids(await history(agent, room, `&before=${sent[0].id}`)), "");
	assert.equal(ids(await history(agent, room, `&limit=5&after=${sent[9].id}`)), ids(sent.slice(10, 15)));
	assert.equal(ids(await history(agent, room, `&after=${sent[22].id}`)), "");
	for (const [query, field] of [["limit=0", "limit"], ["limit=101", "limit"], ["limit=x", "limit"], ["before=", "before"], [`before=${sent[1].id}&after=${sent[1].id}`, "after"]])
		refused(await agent.get(`/api/chat/messages?room_id=${room}&${query}`), 400, field);
	refused(await agent.get(`/api/chat/messages?room_id=${room}&before=550e8400-e29b-41d4-a716-446655440000`), 404);
	refused(await agent.get("/api/chat/messages?room_id=nowhere"), 404);
});

test("rooms: making, listing, joining, leaving; members alone read, send and upload", async () => {
	for (const [fields, field] of [[{ description: "x" }, "room_name"], [{ room_name: "" }, "room_name"], [{ room_name: "　" }, "room_name"], [{ room_name: "字".repeat(101) }, "room_name"], [{ room_name: "x", description: "y".repeat(501) }, "description"],
		[{ room_name: [new Blob(["x"]), "x.txt"] }, "room_name"]])
		refused(await agent.post("/api/chat/rooms", form(fields)), 400, field);
	refused(await agent.post("/api/chat/rooms", { room_name: 5 }), 400, "room_name");
	// Forms of the other kind, and JSON, are understood as well.
	assert.match(good(await agent.call("POST", "/api/chat/rooms", "room_name=%E5%B0%8F%E7%BB%84&description=a+b", { headers: { "Content-Type": "application/x-www-form-urlencoded" } }), { room_id: "" }).room_id, /^room_[0-9a-f]{8}$/);
	good(await agent.post("/api/chat/rooms", { room_name: "JSON" }), { room_id: "" });

	const room = await newRoom(agent, "项目组");
	assert.match(room, /^room_[0-9a-f]{8}$/);
	const rooms = good(await agent.get("/api/chat/rooms"), [{ id: "global", name: "全局聊天室", description: "", members: [1], created_at: "2024-01-15T08:00:00", last_message: null }]);
	assert.deepEqual([rooms[0].id, rooms[0].name, rooms[0].description], ["global", "全局聊天室", "所有用户的公共聊天室"]);
	assert.ok(rooms.every((r) => TIME.test(r.created_at)));
	like(rooms[0].last_message, MESSAGE);
	const mine = rooms.find((r) => r.id === room);
	assert.deepEqual([mine.name, mine.description, mine.members, mine.last_message, mine.member_count], ["项目组", "说明", [agent.user.id], null, 1]);
	assert.equal((await other.get("/api/chat/rooms")).body.find((r) => r.id === room), undefined);

	const file = () => form({ file: [new Blob([png]), "a.png"], room_id: room });
	for (const outside of [() => other.get(`/api/chat/messages?room_id=${room}`), () => other.post(`/api/chat/send?room_id=${room}`, { content: "x" }), () => other.post("/api/chat/upload", file()), () => admin.get(`/api/chat/messages?room_id=${room}`)])
		refused(await outside(), 403);
	for (let i = 0; i < 2; i++) assert.deepEqual(good(await other.post(`/api/chat/rooms/${room}/join`), { message: "成功加入聊天室" }), { message: "成功加入聊天室" });
	const said = await say(other, room, "大家好");
	const seen = (await agent.get("/api/chat/rooms")).body.find((r) => r.id === room);
	assert.deepEqual([seen.members, seen.member_count, seen.last_message], [[agent.user.id, other.user.id].sort((a, b) => a - b), 2, said]);
	for (let i = 0; i < 2; i++) assert.deepEqual(good(await other.post(`/api/chat/rooms/${room}/leave`), { message: "成功离开聊天室" }), { message: "成功离开聊天室" });
	refused(await other.get(`/api/chat/messages?room_id=${room}`), 403);
	assert.deepEqual((await agent.get("/api/chat/rooms")).body.find((r) => r.id === room).members, [agent.user.id]);
	// English for who asks for it.
	assert.equal((await other.post(`/api/chat/rooms/${room}/join`, undefined, { headers: { "Accept-Language": "en" } })).body.message, "You have joined the room");
	for (const what of ["join", "leave"]) refused(await agent.post(`/api/chat/rooms/room_00000000/${what}`), 404);
	refused(await agent.post("/api/chat/rooms/global/leave"), 400);
	good(await agent.post("/api/chat/rooms/global/join"), { message: "成功加入聊天室" });
	refused(await guest.get("/api/chat/rooms"), 401);
});

test("files, as printed; the bytes for members alone", async () => {
	const room = await newRoom(agent, "文件");
	const sent = good(await agent.post("/api/chat/upload", form({ file: [new Blob([png]), "照片.PNG"], room_id: room })), FILE);
	assert.deepEqual([sent.message_type, sent.content, sent.file_url, sent.file_name, sent.file_size, sent.room_id], ["image", "发送了文件: 照片.PNG", `/uploads/chat/${sent.id}.png`, "照片.PNG", png.length, room]);
	assert.deepEqual((await history(agent, room)).at(-1), sent);
	assert.deepEqual((await history(agent, room)).at(-1), sent);
	const got = await fetch(stack.urls.chat + sent.file_url, { headers: { Authorization: `Bearer ${agent.token}` } });
	assert.deepEqual([got.status, got.headers.get("content-type"), Buffer.from(await got.arrayBuffer()).equals(png)], [200, "image/png", true]);
	good(await agent.get(sent.file_url), "");
	refused(await other.get(sent.file_url), 403);
	good(await agent.get(`${sent.file_url}/thumbnail`), "");
	refused(await other.get(`${sent.file_url}/thumbnail`), 403);
	for (const path of ["/uploads/chat/nothing.png", `/uploads/chat/${sent.id}`, `/uploads/chat/${sent.id}.jpg`, `/uploads/chat/${"0".repeat(36)}.png`]) refused(await agent.get(path), 404);
	// Nor by the calls for other files, though they may have the id.
	for (const path of [`/api/v1/chat/files/${sent.id}`, `/api/files/${sent.id}`]) assert.equal((await agent.get(path)).status, 404);
	const text = good(await agent.post("/api/chat/upload", form({ file: [new Blob(["hello"]), "说明.txt"] })), FILE);
	assert.deepEqual([text.message_type, text.room_id], ["file", "global"]);
	refused(await agent.post("/api/chat/upload", form({ room_id: room })), 400, "file");
	refused(await agent.post("/api/chat/upload", form({ file: [new Blob(["MZ\0\0\x90"]), "a.exe"] })), 415);
	refused(await agent.post("/api/chat/upload", form({ file: [new Blob(["hello"]), "a.png"] })), 415);
	refused(await agent.post("/api/chat/upload", form({ file: [new Blob([Buffer.alloc(10.5 * 1024 * 1024, 65)]), "a.txt"] })), 413);
	refused(await agent.post("/api/chat/upload", form({ file: [new Blob([png]), "a.png"], room_id: "room_00000000" })), 404);
	const [first, second] = await Promise.all([1, 2].map(() => agent.post("/api/chat/upload", form({ file: [new Blob([png]), "b.png"], room_id: room, client_id: "upload-1" }))));
	assert.equal(first.body.id, second.body.id);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM files WHERE public_id = ?", [first.body.id]))[0].n, 1);
});

test("taking back: its sender, or staff; it is gone from everywhere", async () => {
	const room = await newRoom(agent, "撤回");
	const all = [];
	for (const who of [customer, other]) await who.post(`/api/chat/rooms/${room}/join`);
	for (let i = 0; i < 4; i++) all.push(await say(i % 2 ? customer : agent, room, `第 ${i} 条`));
	await history(agent, room); // Redis has it
	const gone = (who, m, at = room) => who.delete(`/api/chat/messages/${m.id}?room_id=${at}`);
	refused(await gone(customer, all[0]), 403);
	refused(await gone(customer, all[1], "global"), 404);
	refused(await gone(customer, { id: "550e8400-e29b-41d4-a716-446655440000" }), 404);
	refused(await gone(agent, all[1], "room_00000000"), 404);
	assert.deepEqual(good(await gone(customer, all[3]), { message: "消息删除成功" }), { message: "消息删除成功" });
	refused(await gone(customer, all[3]), 404);
	good(await gone(admin, all[1]), { message: "" }); // staff, in a room that is not theirs
	assert.deepEqual((await history(agent, room)).map((m) => m.id), [all[0].id, all[2].id]);
	assert.deepEqual((await agent.get("/api/chat/rooms")).body.find((r) => r.id === room).last_message.id, all[2].id);
	assert.equal((await say(agent, room, "接着说")).seq, 5);
	// A place in the list all the same: pages go on from there.
	assert.deepEqual((await history(agent, room, `&before=${all[3].id}`)).map((m) => m.id), [all[0].id, all[2].id]);
	// A file goes with its message.
	const file = (await agent.post("/api/chat/upload", form({ file: [new Blob([png]), "a.png"], room_id: room }))).body;
	good(await gone(agent, file), { message: "" });
	refused(await agent.get(file.file_url), 404);
	const [row] = await stack.sql("SELECT content, deleted_at FROM messages WHERE uuid = ?", [all[3].id]);
	assert.deepEqual([row.content, row.deleted_at > 0], ["", true]);
	// A customer outside hears nothing of what is there.
	const outside = await newRoom(agent);
	refused(await gone(customer, await say(agent, outside, "秘密"), outside), 403);
});

test("presence, as printed: address, program, sign-in; half an hour without a call is absence", async () => {
	const beat = good(await agent.post("/api/chat/heartbeat"), { status: "ok", timestamp: "2024-01-15T10:30:00" });
	assert.deepEqual([beat.status, TIME.test(beat.timestamp)], ["ok", true]);
	await customer.post("/api/chat/heartbeat");
	const people = good(await agent.get("/api/chat/online-users"), [PERSON]);
	const find = (list, who) => list.find((p) => p.user_id === who.user.id);
	const me = find(people, agent);
	assert.deepEqual([me.username, me.ip, me.user_agent], ["客服小王", "127.0.0.1", AGENT_STRING]);
	assert.ok(TIME.test(me.login_time) && TIME.test(me.last_activity) && me.login_time <= me.last_activity);
	// Customers see where they are themselves, not where others are.
	const seen = good(await customer.get("/api/chat/online-users"), [PERSON]);
	assert.deepEqual([find(seen, agent).ip, find(seen, agent).user_agent, find(seen, customer).ip], ["", "", "127.0.0.1"]);
	refused(await guest.post("/api/chat/heartbeat"), 401);
	const stats = async () => good(await admin.get("/api/chat/stats"), { online_users_count: 15, total_messages_today: 256, active_rooms: 8 });
	const before = await stats();
	assert.equal(before.online_users_count, (await admin.get("/api/chat/online-users")).body.length);
	await stack.redis("ZADD", "deskbell:present", Date.now() - 30 * 60_000 - 1000, agent.user.id);
	assert.equal(find((await admin.get("/api/chat/online-users")).body, agent), undefined);
	assert.equal((await stats()).online_users_count, before.online_users_count - 1);
	await agent.get("/api/chat/rooms"); // any call is a sign of life
	assert.ok(find((await admin.get("/api/chat/online-users")).body, agent));
	// Signing out is leaving.
	const leaving = await as("kefu_002@example.com");
	await leaving.post("/api/chat/heartbeat");
	assert.ok(find((await admin.get("/api/chat/online-users")).body, leaving));
	await leaving.post("/api/v1/auth/logout");
	assert.equal(find((await admin.get("/api/chat/online-users")).body, leaving), undefined);
});

test("what waited for another message is said after it: a room's day does not go back at midnight", async () => {
	const room = await newRoom(agent, "午夜"), [{ id }] = await stack.sql("SELECT id FROM rooms WHERE public_id = ?", [room]);
	const holder = await stack.pool.getConnection();
	await holder.beginTransaction();
	await holder.query("SELECT id FROM rooms WHERE id = ? FOR UPDATE", [id]);
	const saying = say(agent, room, "晚到");
	await until(async () => (await stack.sql("SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")).length > 0, { every: 200, what: "the message to want the room" });
	const held = Date.now();
	await holder.rollback();
	holder.release();
	await saying;
	const [{ said, last }] = await stack.sql("SELECT m.created_at AS said, r.last_message_at AS last FROM messages m JOIN rooms r ON r.id = -m.stream WHERE m.stream = -? AND m.content = '晚到'", [id]);
	assert.ok(said >= held, `${said} < ${held}`);
	assert.equal(said, last);
});

test("figures of today", () => withinADay(async () => {
	const stats = async () => (await admin.get("/api/chat/stats")).body;
	const before = await stats();
	const room = await newRoom(agent, "今天");
	const sent = await say(agent, room, "一");
	await say(agent, room, "二");
	await agent.delete(`/api/chat/messages/${sent.id}?room_id=${room}`);
	assert.deepEqual(await stats(), { ...before, total_messages_today: before.total_messages_today + 1, active_rooms: before.active_rooms + 1 });
	await stack.sql("UPDATE rooms SET day = day - 1 WHERE public_id = ?", [room]);
	assert.deepEqual(await stats(), before);
	await say(agent, room, "三");
	assert.equal((await stats()).total_messages_today, before.total_messages_today + 1);
}));

test("a user's address: for admins alone", async () => {
	assert.deepEqual(good(await admin.get(`/api/chat/user-ip/${agent.user.id}`), { user_id: 1, ip: "192.168.1.100" }), { user_id: agent.user.id, ip: "127.0.0.1" });
	for (const who of [agent, customer]) refused(await who.get("/api/chat/user-ip/1"), 403);
	refused(await admin.get("/api/chat/user-ip/x"), 400, "user_id");
	refused(await admin.get("/api/chat/user-ip/99999999"), 404);
	refused(await admin.get("/api/chat/user-ip/11"), 404); // never seen
	await stack.redis("DEL", "deskbell:present:who");
	assert.equal((await admin.get(`/api/chat/user-ip/${other.user.id}`)).body.ip, "127.0.0.1"); // as it signed in
});

test("Redis is a cache: lost, emptied, behind or stale, the history has no hole and no ghost", async () => {
	const room = await newRoom(agent, "缓存");
	const [{ id }] = await stack.sql("SELECT id FROM rooms WHERE public_id = ?", [room]);
	const key = `deskbell:room:${id}`;
	const texts = async () => (await history(agent, room, "&limit=100")).map((m) => m.content).join();
	for (let i = 1; i <= 60; i++) await say(agent, room, `${i}`);
	const all = Array.from({ length: 60 }, (_, i) => i + 1).join();
	assert.equal(await texts(), all);
	assert.equal(await stack.redis("ZCARD", `${key}:rows`), 60);
	await stack.redis("DEL", key, `${key}:rows`, `${key}:ids`);
	assert.equal(await texts(), all);
	assert.equal(await stack.redis("ZCARD", `${key}:rows`), 60); // brought back
	assert.equal(await texts(), all);
	// A message that was committed and never came to Redis.
	await stack.redis("EVAL", "redis.call('ZREMRANGEBYSCORE', KEYS[1], 60, 60) redis.call('ZREMRANGEBYSCORE', KEYS[2], 60, 60) return redis.call('HSET', KEYS[3], 'last', 59)", 3, `${key}:rows`, `${key}:ids`, key);
	assert.equal(await texts(), all);
	assert.equal(await stack.redis("ZCARD", `${key}:rows`), 60);
	await stack.redis("HSET", key, "last", "58"); // a hole before the next one
	const more = await say(agent, room, "61");
	assert.equal(await texts(), `${all},61`);
	// One that was taken back, and Redis was not told.
	await stack.redis("HSET", key, "changes", "7");
	assert.equal(await texts(), `${all},61`);
	await agent.delete(`/api/chat/messages/${more.id}?room_id=${room}`);
	assert.equal(await texts(), all);
	assert.equal(await stack.redis("ZCARD", `${key}:rows`), 60);
	// Without Redis at all.
	await stack.kill("redis");
	assert.equal(await texts(), all);
	await say(agent, room, "62");
	assert.equal(await texts(), `${all},62`);
	refused(await agent.get("/api/chat/online-users"), 503);
	refused(await agent.get("/api/chat/stats"), 503);
	refused(await agent.post("/api/chat/heartbeat"), 503);
	await stack.start("redis");
	await until(async () => (await agent.post("/api/chat/heartbeat")).status === 200, { what: "Redis, seen by the API again" });
});

test("the last 1,000 messages of 7 days are shown; the rest goes for good by and by, with its files", { timeout: 300_000 }, async () => {
	const room = await newRoom(agent, "很多");
	const [{ id }] = await stack.sql("SELECT id FROM rooms WHERE public_id = ?", [room]);
	await stack.sql(`INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, content, created_at)
		WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 990) SELECT -?, i, UUID(), 3, 2, '客服小王', i, ? - (990 - i) * 1000 - IF(i < 50, 8, 0) * 86400000 FROM n`, [id, Date.now()]);
	await stack.sql("UPDATE rooms SET last_seq = 990, shown_seq = 990 WHERE id = ?", [id]);
	const walk = async () => {
		const seen = [];
		for (let page, before = ""; (page = await history(agent, room, `&limit=100${before}`)).length > 0; before = `&before=${page[0].id}`) seen.unshift(...page.map((m) => m.seq));
		return seen;
	};
	const from = (a, b) => Array.from({ length: b - a + 1 }, (_, i) => a + i);
	assert.deepEqual(await walk(), from(50, 990));
	assert.deepEqual(await walk(), from(50, 990));
	await stack.sql("UPDATE messages SET created_at = ? WHERE stream = -? AND seq < 50", [Date.now() - 3600_000, id]);
	await stack.redis("DEL", `deskbell:room:${id}`);
	for (let i = 991; i <= 1020; i++) await say(agent, room, `${i}`);
	assert.deepEqual(await walk(), from(21, 1020));
	assert.deepEqual(await walk(), from(21, 1020));
	await until(async () => (await walk(), (await stack.redis("ZCARD", `deskbell:room:${id}:rows`)) === 1000), { what: "all of it in Redis" });
	assert.deepEqual(await walk(), from(21, 1020));
	const kept = async () => (await stack.sql("SELECT COUNT(*) AS n, MIN(seq) AS first FROM messages WHERE stream = -?", [id]))[0];
	assert.deepEqual(await kept(), { n: 1020, first: 1 });

	// 1,300 of another room are too old, in three steps; a file among them, a file among those that stay.
	const old = await newRoom(agent, "很久");
	const [{ id: oldId }] = await stack.sql("SELECT id FROM rooms WHERE public_id = ?", [old]);
	const file = async () => {
		const form = new FormData();
		form.append("file", new Blob(["旧文件\n"], { type: "text/plain" }), "旧.txt");
		form.append("room_id", old);
		return (await agent.post("/api/chat/upload", form)).body;
	};
	const gone = await file();
	await stack.sql("UPDATE messages SET seq = 1300, created_at = ? WHERE stream = -?", [Date.now() - 8 * 86400000, oldId]);
	await stack.sql(`INSERT INTO messages (stream, seq, id, uuid, sender_id, sender_type, content, created_at)
		SELECT -?, seq, -seq, UUID(), 3, 2, seq, ? FROM seq_1_to_1299`, [oldId, Date.now() - 9 * 86400000]);
	await stack.sql("UPDATE rooms SET last_seq = 1300, shown_seq = 1300 WHERE id = ?", [oldId]);
	const stays = await file(), answer = await say(agent, old, "还在", { reply_to: stays.id });
	await stack.restart("worker");
	const rows = () => stack.sql("SELECT seq FROM messages WHERE stream = -? ORDER BY seq", [oldId]).then((found) => found.map((row) => row.seq));
	await until(async () => (await rows()).length === 2 && (await kept()).n === 1000, { timeout: 60_000, what: "what is no longer shown, gone" });
	assert.deepEqual(await rows(), [1301, 1302]);
	assert.deepEqual(await kept(), { n: 1000, first: 21 });
	assert.deepEqual(await walk(), from(21, 1020));
	assert.deepEqual((await history(agent, old)).map((m) => m.id), [stays.id, answer.id]);
	assert.deepEqual([(await agent.get(gone.file_url)).status, (await agent.get(stays.file_url)).status], [404, 200]);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM files WHERE deleted_at IS NULL AND stream = -?", [oldId]))[0].n, 1);
	assert.equal((await say(agent, old, "接着")).seq, 1303, "the numbers go on");
});

test("accounts that end: deleted they are in no room, erased nothing of them is left, merged it is the other's", async () => {
	const room = await newRoom(agent, "告别"), members = async () => (await agent.get("/api/chat/rooms")).body.find((r) => r.id === room);
	const people = [];
	for (const name of ["甲", "乙", "丙"]) {
		const made = await guest.post("/api/users", { user_id: `bye_${name.codePointAt()}`, username: name, email: `${name.codePointAt()}@example.com`, user_type: "customer" });
		const who = counted(httpClient(stack.urls.chat, { token: made.body.session_token, headers: { "X-User-ID": made.body.user_id } }));
		const [{ id }] = await stack.sql("SELECT id FROM users WHERE public_id = ?", [made.body.user_id]);
		people.push(Object.assign(who, { id }));
		await who.post(`/api/chat/rooms/${room}/join`);
		await say(who, room, `我是${name}`, { client_id: "same" });
	}
	const [gone, forgotten, kept] = people;
	const file = (await forgotten.post("/api/chat/upload", form({ file: [new Blob([png]), "私人.png"], room_id: room }))).body;
	await history(agent, room);
	const contact = (id) => `/api/v1/contacts/${id}`;
	assert.equal((await admin.delete(contact(gone.id))).status, 200);
	assert.deepEqual((await members()).members, [agent.user.id, forgotten.id, kept.id].sort((a, b) => a - b));
	refused(await gone.get("/api/chat/rooms"), 401);
	assert.equal((await admin.post(`${contact(forgotten.id)}/erase`)).status, 200);
	assert.deepEqual((await history(agent, room)).map((m) => m.content), ["我是甲", "我是丙"]);
	assert.deepEqual((await members()).member_count, 2);
	refused(await agent.get(file.file_url), 404);
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM messages WHERE sender_id = ? AND (content <> '' OR sender_name <> '')", [forgotten.id]);
	assert.equal(n, 0);
	const into = customer.user.id;
	const merged = await admin.post(`${contact(into)}/merge`, { merge_from: kept.id });
	assert.equal(merged.status, 200, merged.text);
	assert.equal((await history(agent, room)).at(-1).sender_id, into);
	const now = await members();
	assert.deepEqual([now.members, now.member_count], [[agent.user.id, into].sort((a, b) => a - b), 2]);
	assert.ok((await customer.get("/api/chat/rooms")).body.some((r) => r.id === room));
});

/** That a person's list has of each of its rooms the members that MySQL has, in order; answers it. */
async function listHolds(...people) {
	const of = {};
	for (const { public_id: room, user_id: member } of await stack.sql("SELECT r.public_id, m.user_id FROM rooms r JOIN room_members m ON m.room_id = r.id WHERE m.left_at IS NULL ORDER BY m.user_id")) (of[room] ??= []).push(member);
	for (const who of people) {
		const rooms = good(await who.get("/api/chat/rooms"), [{ members: [1] }]);
		assert.deepEqual(rooms.map((r) => r.id).sort(), Object.keys(of).filter((room) => room === "global" || of[room].includes(who.user.id)).sort());
		for (const r of rooms) assert.deepEqual([r.id, r.members, r.member_count], [r.id, of[r.id] ?? [], of[r.id]?.length ?? 0]);
	}
}

test("the list's members, which Redis holds: the tables' after each thing that changes them", async () => {
	const comes = async (name) => {
		const { body } = await guest.post("/api/users", { user_id: `list_${name}`, username: name, email: `list_${name}@example.com`, user_type: "customer" });
		const [{ id }] = await stack.sql("SELECT id FROM users WHERE public_id = ?", [body.user_id]);
		return Object.assign(counted(httpClient(stack.urls.chat, { token: body.session_token, headers: { "X-User-ID": body.user_id } })), { user: { id } });
	};
	const [a, b, d] = [await comes("a"), await comes("b"), await comes("d")], everybody = [agent, other, customer, admin];
	const room = await newRoom(agent, "名单"), second = await newRoom(other, "另一个");
	const [{ id }] = await stack.sql("SELECT id FROM rooms WHERE public_id = ?", [room]);
	const key = `deskbell:room:${id}:members`, isKept = () => until(() => stack.redis("GET", key), { what: "the list in Redis" });
	const to = (who, what, where) => () => who.post(`/api/chat/rooms/${where}/${what}`);
	const contact = (who) => `/api/v1/contacts/${who.user.id}`;
	for (const change of [to(other, "join", room), to(other, "join", room), to(customer, "join", second), to(other, "leave", room), to(other, "leave", room), to(other, "join", room), ...[a, b, d].map((who) => to(who, "join", room)), to(b, "join", second), to(customer, "leave", second),
		() => say(a, "global", "大家好"), () => newRoom(customer, "第三个"),
		// As many as before, but others.
		async () => (await to(b, "leave", second)(), to(d, "join", second)()), async () => (await admin.delete(contact(a)), to(admin, "join", room)()),
		() => admin.post(`${contact(d)}/erase`), () => admin.post(`${contact(customer)}/merge`, { merge_from: b.user.id })]) {
		await listHolds(...everybody); // and now Redis has them all
		await isKept();
		const answer = await change();
		if (answer.status) assert.equal(answer.status, 200, answer.text);
		await listHolds(...everybody);
	}
	// What Redis has is served as long as the room's row agrees, and only then.
	const at = await isKept(), members = async () => (await agent.get("/api/chat/rooms")).body.find((r) => r.id === room).members;
	await stack.redis("SET", key, at.replace(/ [\d,]+$/, " 7,8"));
	assert.deepEqual(await members(), [7, 8]);
	for (const wrong of [at.replace(/^(\d+) (\d+)/, (all, n, changes) => `${n} ${changes - 1}`), at.replace(/ \d+( [\d,]+)$/, " 1$1"), "", "x", `${id}`, `${id} 5`, at.replace(/^\d+/, 0)]) {
		await stack.redis("SET", key, wrong.replace(/ [\d,]+$/, " 7,8"));
		await listHolds(agent);
	}
	await Promise.all([...Array(12).keys()].map((i) => (i % 2 ? agent.get("/api/chat/rooms") : admin.post(`/api/chat/rooms/${room}/${i % 4 ? "leave" : "join"}`))));
	await listHolds(...everybody);
	await stack.kill("redis");
	await listHolds(...everybody);
	await stack.start("redis");
	await until(async () => (await listHolds(agent), stack.redis("GET", key)), { what: "the list in Redis again" });
});

test("100,000 members are shown of all rooms together, of the rooms in the order in which they were made", async () => {
	const rooms = [];
	for (const n of [60_000, 60_000, 10]) {
		const room = await newRoom(other, "大"), [{ id }] = await stack.sql("SELECT id FROM rooms WHERE public_id = ?", [room]);
		await stack.sql(`INSERT INTO room_members (room_id, user_id, joined_at) SELECT ?, 1000000 + seq, 1 FROM seq_1_to_${n}`, [id]);
		await stack.sql("UPDATE rooms SET members = members + ?, member_changes = member_changes + 1 WHERE id = ?", [n, id]);
		rooms.push(room);
	}
	for (let i = 0; i < 2; i++) {
		const { body } = await other.get("/api/chat/rooms"), [one, two, three] = rooms.map((room) => body.find((r) => r.id === room));
		assert.equal(body.reduce((sum, r) => sum + r.members.length, 0), 100_000);
		assert.deepEqual([one.members.length, one.members.at(-1), one.member_count], [60_001, 1_060_000, 60_001]);
		assert.deepEqual(two.members, [other.user.id, ...Array.from({ length: two.members.length - 1 }, (_, k) => 1_000_001 + k)]);
		assert.deepEqual([two.member_count, three.members, three.member_count], [60_001, [], 11]);
	}
});

test("rows", () => gate());
