// The kefu contract (contracts/kefu.md and its part of additions.md), on its documented port.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { allRoutes, coverage, like } from "../lib/coverage.mjs";
import { copiesHold, startStack, until, withinADay } from "../lib/stack.mjs";

const { counted, gate } = coverage("kefu", [""], ["/api/portal", "/api/files/opened", "/api/files/tus/"]);
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const AGENT = { kefu_id: "kefu001", password: "password123" };

let stack, guest, agent, admin;
const as = (id, token) => Object.assign(counted(httpClient(stack.urls.kefu, { token, headers: { "X-User-ID": id } })), { id, token });
const login = async (kefu_id) => {
	const answer = await guest.post("/api/auth/kefu/login", { kefu_id, password: "password123" });
	assert.equal(answer.status, 200, answer.text);
	return as(answer.body.kefu_info.kefu_id, answer.body.session_id);
};
let made = 0;
const customer = async (fields = {}) => {
	const user_id = `user_${++made}_${process.pid}`;
	const answer = await guest.post("/api/users", { user_id, username: "张三", email: `${user_id}@example.com`, user_type: "customer", ...fields });
	assert.equal(answer.status, 200, answer.text);
	return as(user_id, answer.body.session_token);
};
function refused(answer, status, code, field) {
	assert.equal(answer.status, status, answer.text);
	assert.deepEqual(Object.keys(answer.body).sort(), ["error", "timestamp"]);
	like(answer.body, { error: { code: "", message: "", details: {} }, timestamp: "" });
	assert.match(answer.body.timestamp, TIME);
	assert.equal(answer.body.error.code, code, answer.text);
	if (field) assert.deepEqual(Object.keys(answer.body.error.details), [field]);
	assert.ok(answer.headers.get("x-request-id"));
}
const good = (answer, example, nullable) => {
	assert.equal(answer.status, 200, answer.text);
	like(answer.body, example, "$", nullable);
	return answer.body;
};
const MESSAGE = { message_id: "msg_123", from_user_id: "user123", to_user_id: "kefu001", content: "你好", msg_type: "text", timestamp: "2024-01-01T11:50:00Z" };
const USER = { user_id: "user456", username: "张三", email: "zhangsan@example.com", user_type: "customer", created_at: "2024-01-01T10:00:00Z", last_active: "2024-01-01T12:00:00Z" };
const SESSION = { session_id: "sess_789012", user_id: "user123", kefu_id: "kefu001", status: "active", created_at: "2024-01-01T12:00:00Z", messages_count: 15 };

before(async () => {
	stack = await startStack();
	guest = counted(httpClient(stack.urls.kefu));
	await stack.sql("UPDATE users SET max_sessions = 1000 WHERE public_id IN ('kefu001', 'admin')");
	agent = await login("kefu001");
	admin = await login("admin@example.com");
});
after(() => stack?.stop());

test("signing in, as printed: by id and by e-mail; the token is kept as a hash alone", async () => {
	const body = good(await guest.post("/api/auth/kefu/login", AGENT), { success: true, session_id: "sess_123456", kefu_info: { kefu_id: "kefu001", name: "客服小明", status: "online" } });
	assert.match(body.session_id, /^sess_/);
	assert.deepEqual([body.success, body.kefu_info.kefu_id, body.kefu_info.name, body.kefu_info.status], [true, "kefu001", "客服小明", "online"]);
	assert.equal((await guest.post("/api/auth/kefu/login", { kefu_id: "KEFU001@example.com", password: "password123" })).body.kefu_info?.kefu_id, "kefu001");
	const hash = createHash("sha256").update(body.session_id).digest("hex");
	const [row] = await stack.sql("SELECT COUNT(*) AS n FROM refresh_tokens WHERE kind = 1 AND token_hash = ?", [hash]);
	assert.equal(row.n, 1);
	for (const wrong of [{ ...AGENT, password: "nonsense" }, { kefu_id: "nobody", password: "x" }, { kefu_id: "kehu_001", password: "password123" }, { kefu_id: "customer@example.com", password: "password123" }])
		refused(await guest.post("/api/auth/kefu/login", wrong), 401, "UNAUTHORIZED");
	refused(await guest.post("/api/auth/kefu/login", { kefu_id: "kefu001" }), 400, "VALIDATION_ERROR", "password");
});

test("the token counts with its user's id alone; a JWT counts too", async () => {
	const { token } = agent;
	const jwt = await signIn(stack.urls.kefu, "kefu001@example.com");
	const path = "/api/users/user123";
	refused(await guest.get(path), 401, "UNAUTHORIZED");
	refused(await guest.get(path, { token }), 401, "UNAUTHORIZED");
	refused(await guest.get(path, { token, headers: { "X-User-ID": "kefu_001" } }), 401, "UNAUTHORIZED");
	refused(await guest.get(path, { token: `${token}x`, headers: { "X-User-ID": "kefu001" } }), 401, "UNAUTHORIZED");
	refused(await guest.get(path, { token: "sess_", headers: { "X-User-ID": "kefu001" } }), 401, "UNAUTHORIZED");
	assert.equal((await guest.get(path, { token: jwt.token })).status, 200);
	refused(await guest.get(path, { token: jwt.token, headers: { "X-User-ID": "kefu_001" } }), 401, "UNAUTHORIZED");
	// Nor does it let anybody in elsewhere without the name.
	const elsewhere = httpClient(stack.urls.kefu, { token });
	assert.equal((await elsewhere.get("/api/v1/conversations")).status, 401);
	assert.equal((await elsewhere.get("/api/v1/conversations", { headers: { "X-User-ID": "kefu001" } })).status, 200);
	// An opaque token is no refresh token.
	assert.equal((await elsewhere.post("/api/v1/auth/refresh", { refresh_token: token })).status, 401);
});

test("heartbeat and logout, as printed: presence, and the token ends", async () => {
	const other = await login("kefu_002");
	const status = async () => (await admin.get("/api/users/kefu_002")).body.status;
	assert.equal(await status(), "online");
	const beat = good(await other.post("/api/auth/kefu/heartbeat", { kefu_id: "kefu_002" }), { success: true, timestamp: "" });
	assert.match(beat.timestamp, TIME);
	for (const what of ["heartbeat", "logout"]) {
		refused(await other.post(`/api/auth/kefu/${what}`, { kefu_id: "nobody" }), 404, "NOT_FOUND");
		refused(await other.post(`/api/auth/kefu/${what}`, { kefu_id: "user123" }), 404, "NOT_FOUND");
		refused(await other.post(`/api/auth/kefu/${what}`, { kefu_id: "kefu001" }), 403, "FORBIDDEN");
		refused(await guest.post(`/api/auth/kefu/${what}`, { kefu_id: "kefu_002" }), 401, "UNAUTHORIZED");
	}
	assert.deepEqual((await other.post("/api/auth/kefu/logout", { kefu_id: "kefu_002" })).body, { success: true });
	assert.equal(await status(), "offline");
	refused(await other.post("/api/auth/kefu/heartbeat", { kefu_id: "kefu_002" }), 401, "UNAUTHORIZED");
	const back = await login("kefu_002");
	await stack.sql("UPDATE users SET status = 0 WHERE public_id = 'kefu_002'");
	assert.equal((await back.post("/api/auth/kefu/heartbeat", { kefu_id: "kefu_002" })).status, 200);
	assert.equal(await status(), "online");
	await back.post("/api/auth/kefu/logout", { kefu_id: "kefu_002" });
});

test("a message, as printed: into the open conversation of the two, made once, whoever writes first and however many at once", async () => {
	const sent = good(await agent.post("/api/messages/send", { to_user_id: "user123", content: "您好，有什么可以帮助您的吗？", msg_type: "text", metadata: { sender_name: "客服小明" } }),
		{ message_id: "msg_789012", timestamp: "2024-01-01T12:00:00Z", status: "sent" });
	assert.match(sent.message_id, /^msg_\d+$/);
	assert.equal(sent.status, "sent");
	const client = await customer();
	const many = await Promise.all(Array.from({ length: 6 }, (_, i) => agent.post("/api/messages/send", { to_user_id: client.id, content: `m${i}` })));
	assert.deepEqual([...new Set(many.map((m) => m.status))], [200], many.map((m) => m.text).join());
	assert.equal(new Set(many.map((m) => m.body.session_id)).size, 1);
	const answer = await client.post("/api/messages/send", { to_user_id: "kefu001", content: "谢谢" });
	assert.equal(answer.body.session_id, many[0].body.session_id, answer.text);
	assert.deepEqual([answer.body.from_user_id, answer.body.to_user_id], [client.id, "kefu001"]);
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM conversations c JOIN users u ON u.id = c.contact_id WHERE u.public_id = ?", [client.id]);
	assert.equal(n, 1);
	const once = { to_user_id: client.id, content: "一次", client_id: "kefu-once" };
	assert.equal((await agent.post("/api/messages/send", once)).body.message_id, (await agent.post("/api/messages/send", once)).body.message_id);
});

test("a repeated send answers the first message, also when its conversation has ended meanwhile", async () => {
	const client = await customer();
	for (const [who, to] of [[client, "kefu001"], [agent, client.id]]) {
		const send = () => who.post("/api/messages/send", { to_user_id: to, content: "一次", client_id: "kefu-again" });
		const first = await send();
		assert.equal(first.status, 200, first.text);
		assert.equal((await httpClient(stack.urls.chat).post(`/api/v1/chat/sessions/${first.body.session_id}/close`)).status, 200);
		const again = await send();
		assert.deepEqual(again.body, first.body);
	}
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM messages m JOIN conversations c ON c.id = m.stream JOIN users u ON u.id = c.contact_id WHERE u.public_id = ?", [client.id]);
	assert.equal(n, 2);
});

test("however an account's address is spelled, its failures are counted together", async (t) => {
	const strict = await startStack({ env: { DESKBELL_RATE_LIMIT: "on", DESKBELL_LIMIT_LOGIN: "1000" } });
	t.after(() => strict.stop());
	const client = httpClient(strict.urls.kefu);
	const attempt = (kefu_id, password) => client.post("/api/auth/kefu/login", { kefu_id, password });
	const wrong = await Promise.all(["kefu001@example.com", "Kefu001@example.com", "KEFU001@example.com", "kefu001@Example.com"].map((name) => attempt(name, "nonsense")));
	assert.deepEqual(wrong.map((answer) => answer.status), [401, 401, 401, 401]);
	const failures = await strict.redis("KEYS", "deskbell:login-fails:*");
	assert.equal(failures.length, 2, "the account's and the address's");
	// The fifth is held up for a second, which is over soon; after ten it is half a minute.
	for (const key of failures) await strict.redis("INCRBY", key, 5);
	assert.equal((await attempt("kefu001@example.COM", "nonsense")).status, 401);
	const waits = await attempt("kefu001@EXAMPLE.com", "password123");
	assert.equal(waits.status, 429, waits.text);
});

test("a customer writes to a free agent, who has it; to one who is full it goes to whoever answers, and makes no second one", async () => {
	const client = await customer();
	const first = await client.post("/api/messages/send", { to_user_id: "kefu001", content: "在吗" });
	assert.deepEqual([first.status, first.body.to_user_id], [200, "kefu001"], first.text);
	await stack.sql("UPDATE users SET status = 0 WHERE public_id = 'kefu_003'");
	const other = await client.post("/api/messages/send", { to_user_id: "kefu_003", content: "主管在吗" });
	assert.equal(other.body.session_id, first.body.session_id);
});

test("messages that are none", async () => {
	const client = await customer(), send = (body, who = agent) => who.post("/api/messages/send", { to_user_id: client.id, content: "x", ...body });
	refused(await send({ to_user_id: undefined }), 400, "VALIDATION_ERROR", "to_user_id");
	refused(await send({ content: "" }), 400, "VALIDATION_ERROR", "content");
	refused(await send({ content: "  " }), 400, "VALIDATION_ERROR", "content");
	refused(await send({ content: "长".repeat(5001) }), 400, "VALIDATION_ERROR", "content");
	refused(await send({ msg_type: "video" }), 400, "VALIDATION_ERROR", "msg_type");
	refused(await send({ msg_type: "system" }), 403, "FORBIDDEN");
	refused(await send({ metadata: "x" }), 400, "VALIDATION_ERROR", "metadata");
	refused(await send({ to_user_id: "nobody" }), 404, "NOT_FOUND");
	refused(await send({ to_user_id: "kefu_001" }), 400, "VALIDATION_ERROR", "to_user_id");
	refused(await send({ to_user_id: "user123" }, client), 403, "FORBIDDEN");
	refused(await send({ to_user_id: client.id }, client), 400, "VALIDATION_ERROR", "to_user_id");
	refused(await send({}, guest), 401, "UNAUTHORIZED");
	refused(await agent.post("/api/messages/send", "{"), 400, "VALIDATION_ERROR");
});

test("history, as printed: pages, both sides, oldest first; nobody else's", async () => {
	const client = await customer(), stranger = await customer();
	for (let i = 0; i < 5; i++) await (i % 2 ? client : agent).post("/api/messages/send", { to_user_id: i % 2 ? "kefu001" : client.id, content: `第${i}条` });
	const page = good(await agent.get(`/api/messages/history/${client.id}?page=1&page_size=20`), { messages: [MESSAGE], total: 100, page: 1, page_size: 20 });
	assert.deepEqual(page.messages.map((m) => m.content), ["第0条", "第1条", "第2条", "第3条", "第4条"]);
	assert.deepEqual([page.total, page.page, page.page_size], [5, 1, 20]);
	assert.deepEqual(page.messages.slice(0, 2).map((m) => [m.from_user_id, m.to_user_id]), [["kefu001", client.id], [client.id, "kefu001"]]);
	assert.deepEqual((await agent.get(`/api/messages/history/${client.id}?page=2&page_size=2`)).body.messages.map((m) => m.content), ["第2条", "第3条"]);
	assert.deepEqual((await agent.get(`/api/messages/history/${client.id}?page=9&page_size=2`)).body, { messages: [], total: 5, page: 9, page_size: 2 });
	for (const id of [client.id, "kefu001"]) assert.equal((await client.get(`/api/messages/history/${id}`)).body.total, 5);
	assert.equal((await client.get("/api/messages/history/kefu_001")).body.total, 0);
	refused(await stranger.get(`/api/messages/history/${client.id}`), 403, "FORBIDDEN");
	refused(await agent.get("/api/messages/history/nobody"), 404, "NOT_FOUND");
	for (const query of ["page=0", "page_size=101", "page_size=x"]) assert.equal((await agent.get(`/api/messages/history/${client.id}?${query}`)).status, 400);
	const elsewhere = await login("kefu_002"); // another agent's conversation is out of its scope
	assert.deepEqual((await elsewhere.get(`/api/messages/history/${client.id}`)).body.messages, []);
	refused(await guest.get(`/api/messages/history/${client.id}`), 401, "UNAUTHORIZED");
});

test("the latest, as printed: newest first, staff alone", async () => {
	const client = await customer();
	for (const content of ["一", "二", "三"]) await agent.post("/api/messages/send", { to_user_id: client.id, content });
	const { messages } = good(await admin.get("/api/messages/latest?count=10"), { messages: [MESSAGE] });
	assert.deepEqual(messages.slice(0, 3).map((m) => m.content), ["三", "二", "一"]);
	assert.equal(messages.length, 10);
	const numbers = messages.map((m) => Number(m.message_id.slice(4)));
	assert.deepEqual(numbers, numbers.toSorted((a, b) => b - a));
	const all = (await admin.get("/api/messages/latest?count=100")).body.messages;
	const rows = await stack.sql("SELECT id FROM messages WHERE stream > 0 AND private = 0 AND deleted_at IS NULL ORDER BY id DESC LIMIT 100");
	assert.deepEqual(all.map((m) => Number(m.message_id.slice(4))), rows.map((r) => r.id));
	// More conversations in one second than are asked for: it is the newest messages all the same.
	const chat = httpClient(stack.urls.chat), busy = [];
	for (let i = 0; i < 12; i++) busy.push((await chat.post("/api/v1/chat/sessions", {})).body.data.session_id);
	await stack.kill("worker", "SIGSTOP"); // the AI's answers would be newer
	for (const session_id of busy.toReversed()) assert.equal((await chat.post("/api/v1/chat/messages", { session_id, content: session_id })).status, 201);
	await stack.sql("UPDATE conversations SET version = version + 1, last_message_at = (SELECT m.at FROM (SELECT MAX(last_message_at) AS at FROM conversations) m) WHERE session_id IN (?)", [busy]);
	const newest = (await admin.get("/api/messages/latest?count=10")).body.messages;
	await stack.kill("worker", "SIGCONT");
	assert.deepEqual(newest.map((m) => m.content), busy.slice(0, 10));
	refused(await client.get("/api/messages/latest"), 403, "FORBIDDEN");
	refused(await admin.get("/api/messages/latest?count=101"), 400, "VALIDATION_ERROR", "count");
});

test("users, as printed: created, read, changed, listed", async () => {
	const made = good(await guest.post("/api/users", { user_id: "user456", username: "张三", email: "zhangsan@example.com", user_type: "customer" }), { ...USER, session_token: "" });
	assert.deepEqual([made.user_id, made.username, made.email, made.user_type], ["user456", "张三", "zhangsan@example.com", "customer"]);
	const self = as("user456", made.session_token);
	const got = good(await self.get("/api/users/user456"), USER);
	assert.equal("session_token" in got, false);
	good(await agent.get("/api/users/user456"), USER);
	const changed = good(await self.put("/api/users/user456", { username: "张三更新", email: "zhangsan_new@example.com" }), USER);
	assert.deepEqual([changed.username, changed.email], ["张三更新", "zhangsan_new@example.com"]);
	assert.equal((await agent.put("/api/users/user456", { username: "由客服改" })).body.username, "由客服改");
	refused(await self.put("/api/users/user456", { email: "none" }), 400, "VALIDATION_ERROR", "email");
	refused(await guest.post("/api/users", { user_id: "user456", username: "x" }), 400, "VALIDATION_ERROR", "user_id");
	refused(await guest.post("/api/users", { user_id: "admin", username: "x" }), 400, "VALIDATION_ERROR", "user_id");
	refused(await guest.post("/api/users", { user_id: "a/b", username: "x" }), 400, "VALIDATION_ERROR", "user_id");
	refused(await guest.post("/api/users", { user_id: "new1", username: "x", user_type: "robot" }), 400, "VALIDATION_ERROR", "user_type");
	refused(await guest.post("/api/users", { user_id: "new1", username: "x", user_type: "kefu", password: "password123" }), 403, "FORBIDDEN");
	refused(await agent.post("/api/users", { user_id: "new1", username: "x", user_type: "kefu", password: "password123" }), 403, "FORBIDDEN");
	const staff = await admin.post("/api/users", { user_id: "kefu_neu", username: "新客服", email: "neu@example.com", user_type: "kefu", password: "password123" });
	assert.deepEqual([staff.status, staff.body.user_type, "session_token" in staff.body], [200, "kefu", false], staff.text);
	await stack.sql("UPDATE users SET deleted_at = 1, login = NULL WHERE public_id = 'kefu_neu'");
	refused(await admin.post("/api/users", { user_id: "kefu_neu", username: "x", email: "neu2@example.com", user_type: "kefu", password: "password123" }), 400, "VALIDATION_ERROR", "user_id");
	const reached = await agent.post("/api/users", { user_id: "user_phone", username: "有电话", phone: "+86 139 1111 2222" });
	assert.deepEqual([reached.status, reached.body.phone], [200, "+86 139 1111 2222"], reached.text);
	for (const user_type of ["customer", "kefu"]) refused(await admin.post("/api/users", { user_id: "no_phone", username: "x", email: "np@example.com", password: "password123", user_type, phone: "call me" }), 400, "VALIDATION_ERROR", "phone");
	refused(await guest.post("/api/users", { user_id: "no_phone", username: "x", phone: "12" }), 400, "VALIDATION_ERROR", "phone");
	refused(await self.put("/api/users/user456", { phone: "no digits" }), 400, "VALIDATION_ERROR", "phone");
	refused(await self.get("/api/users/user123"), 403, "FORBIDDEN");
	refused(await self.put("/api/users/user123", { username: "x" }), 403, "FORBIDDEN");
	refused(await agent.put("/api/users/kefu_001", { username: "x" }), 403, "FORBIDDEN");
	refused(await agent.get("/api/users/nobody"), 404, "NOT_FOUND");
	refused(await guest.get("/api/users/user456"), 401, "UNAUTHORIZED");
	const list = good(await agent.get("/api/users?page=1&page_size=20&user_type=customer"), { users: [USER], total: 150, page: 1, page_size: 20 });
	assert.equal(list.users.length, 20);
	assert.ok(list.users.every((u) => u.user_type === "customer"));
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM users WHERE role = 0 AND deleted_at IS NULL");
	assert.equal(list.total, n);
	const staffList = (await agent.get("/api/users?user_type=kefu&page_size=100")).body;
	assert.ok(staffList.users.every((u) => u.user_type === "kefu") && staffList.users.length === staffList.total);
	// Both, without a filter: every one once, across the pages.
	const everybody = [];
	for (let page = 1; ; page++) {
		const { users } = (await agent.get(`/api/users?page=${page}&page_size=7`)).body;
		if (!users.length) break;
		everybody.push(...users.map((u) => u.user_id));
	}
	assert.deepEqual([everybody.length, new Set(everybody).size], [list.total + staffList.total, list.total + staffList.total]);
	refused(await agent.get("/api/users?user_type=robot"), 400, "VALIDATION_ERROR", "user_type");
	refused(await self.get("/api/users"), 403, "FORBIDDEN");
	assert.equal((await agent.get("/api/users/user123")).body.phone, "+86 136 4567 9999");
});

test("who is there, as printed: staff by presence, customers by an open socket", async () => {
	const client = await customer();
	const online = async () => good(await agent.get("/api/users/online"), { online_users: [{ user_id: "user123", username: "李四", last_active: "2024-01-01T12:00:00Z" }], total: 25 });
	const ids = async () => (await online()).online_users.map((u) => u.user_id);
	assert.ok((await ids()).includes("kefu001") && !(await ids()).includes(client.id));
	const socket = await Socket.open(`${stack.wsUrls.kefu}/ws/${client.id}`, { headers: { Authorization: `Bearer ${client.token}` } });
	await socket.waitFor("auth");
	await until(async () => (await ids()).includes(client.id), { what: "the customer among those who are there" });
	const { total, online_users } = await online();
	assert.equal(total, online_users.length);
	await socket.close();
	await until(async () => !(await ids()).includes(client.id), { what: "the customer gone" });
	refused(await client.get("/api/users/online"), 403, "FORBIDDEN");
});

test("sessions, as printed: an open one is answered again; by user, active, one", async () => {
	const client = await customer();
	const opened = good(await client.post("/api/sessions", { user_id: client.id, session_type: "customer_service" }), { session_id: "sess_789012", created_at: "2024-01-01T12:00:00Z", status: "active" });
	assert.equal(opened.status, "active");
	for (const who of [client, agent, client]) assert.equal((await who.post("/api/sessions", { user_id: client.id })).body.session_id, opened.session_id);
	await agent.post("/api/messages/send", { to_user_id: client.id, content: "您好" });
	for (const who of [client, agent]) {
		const one = good(await who.get(`/api/sessions/${opened.session_id}`), SESSION);
		assert.deepEqual([one.user_id, one.kefu_id, one.status, one.messages_count], [client.id, "kefu001", "active", 1]);
		assert.equal(good(await who.get(`/api/sessions/user/${client.id}?status=active`), { sessions: [SESSION], total: 5 }).total, 1);
		assert.equal((await who.get(`/api/sessions/user/${client.id}?status=completed`)).body.total, 0);
	}
	const active = good(await admin.get("/api/sessions/active?page_size=100"), { active_sessions: [SESSION], total: 30 });
	assert.ok(active.active_sessions.some((s) => s.session_id === opened.session_id));
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE status IN (0, 1)");
	assert.equal(active.total, n);
	// By staff for somebody new: it is the caller's.
	const own = await agent.post("/api/sessions", { user_id: `new_${process.pid}`, session_type: "customer_service" });
	assert.equal((await agent.get(`/api/sessions/${own.body.session_id}`)).body.kefu_id, "kefu001");
	const stranger = await customer();
	refused(await stranger.get(`/api/sessions/${opened.session_id}`), 403, "FORBIDDEN");
	refused(await stranger.get(`/api/sessions/user/${client.id}`), 403, "FORBIDDEN");
	refused(await stranger.get("/api/sessions/active"), 403, "FORBIDDEN");
	refused(await stranger.post("/api/sessions", { user_id: client.id }), 403, "FORBIDDEN");
	refused(await agent.get("/api/sessions/sess_unknown"), 404, "NOT_FOUND");
	refused(await agent.get(`/api/sessions/user/${client.id}?status=open`), 400, "VALIDATION_ERROR", "status");
	refused(await agent.post("/api/sessions", { user_id: "kefu_001" }), 400, "VALIDATION_ERROR", "user_id");
	refused(await guest.get(`/api/sessions/${opened.session_id}`), 401, "UNAUTHORIZED");
});

test("naming somebody gives nobody his conversation: the session id is a name, not the key", async () => {
	const client = await customer();
	const { session_id: key } = (await client.post("/api/sessions", {})).body;
	await client.post("/api/messages/send", { to_user_id: "kefu001", content: "秘密" });
	const [one, two] = [await guest.post("/api/sessions", { user_id: client.id }), await guest.post("/api/sessions", { user_id: client.id })];
	assert.deepEqual([one.status, one.body.session_id], [200, two.body.session_id]);
	assert.notEqual(one.body.session_id, key);
	assert.equal((await guest.get(`/api/v1/chat/sessions/${one.body.session_id}/messages`)).status, 404);
	assert.equal((await agent.get(`/api/sessions/${one.body.session_id}`)).body.user_id, client.id); // staff know whose it is
	// One that was begun in somebody's name is not his, and nothing that he says goes there.
	const other = await customer();
	assert.equal((await guest.post("/api/sessions", { user_id: other.id })).status, 200);
	assert.equal((await other.get(`/api/sessions/user/${other.id}`)).body.total, 0);
	await other.post("/api/messages/send", { to_user_id: "kefu001", content: "本人" });
	assert.equal((await other.get(`/api/sessions/user/${other.id}`)).body.total, 1);
});

test("files, as printed: up, down, told about; shown by a message", async () => {
	const client = await customer(), stranger = await customer();
	const form = (name = "example.png", bytes = png) => {
		const data = new FormData();
		data.append("category", "image");
		data.append("file", new Blob([bytes]), name);
		return data;
	};
	const up = good(await client.post("/api/files/upload", form()), { file_id: "file_123456", url: "/api/files/file_123456", filename: "example.jpg", size: 1024000, mime_type: "image/jpeg" });
	assert.deepEqual([up.url, up.filename, up.size, up.mime_type], [`/api/files/${up.file_id}`, "example.png", png.length, "image/png"]);
	const info = good(await agent.get(`${up.url}/info`), { file_id: "", filename: "", size: 1, mime_type: "", upload_time: "2024-01-01T10:00:00Z", uploader_id: "user123" });
	assert.equal(info.uploader_id, client.id);
	for (const who of [client, agent]) {
		const down = await fetch(stack.urls.kefu + up.url, { headers: { Authorization: `Bearer ${who.token}`, "X-User-ID": who.id } });
		assert.deepEqual([down.status, down.headers.get("content-type")], [200, "image/png"]);
		assert.ok(Buffer.from(await down.arrayBuffer()).equals(png));
		assert.equal((await who.get(up.url)).status, 200);
		assert.equal((await who.get(`${up.url}/thumbnail`)).status, 200);
	}
	refused(await stranger.get(`${up.url}/thumbnail`), 404, "NOT_FOUND");
	refused(await stranger.get(up.url), 404, "NOT_FOUND");
	refused(await stranger.get(`${up.url}/info`), 404, "NOT_FOUND");
	refused(await guest.get(up.url), 401, "UNAUTHORIZED");
	const sent = await client.post("/api/messages/send", { to_user_id: "kefu001", content: "看图", msg_type: "image", metadata: { file_id: up.file_id } });
	assert.equal(sent.status, 200, sent.text);
	const [message] = (await agent.get(`/api/messages/history/${client.id}`)).body.messages;
	assert.deepEqual([message.msg_type, message.attachment.file_id], ["image", up.file_id]);
	refused(await stranger.post("/api/messages/send", { to_user_id: "kefu001", content: "看图", metadata: { file_id: up.file_id } }), 400, "VALIDATION_ERROR", "metadata");
	// What an agent uploads, those may read whom he talks with.
	const theirs = (await agent.post("/api/files/upload", form("answer.png"))).body;
	assert.equal((await client.get(theirs.url)).status, 200);
	refused(await stranger.get(theirs.url), 404, "NOT_FOUND");
	refused(await client.post("/api/files/upload", form("x.exe")), 415, "UNSUPPORTED_MEDIA_TYPE", "file");
	refused(await guest.post("/api/files/upload", form()), 401, "UNAUTHORIZED");
});

test("health and statistics, as printed: real ones", async () => {
	const health = good(await guest.get("/api/health"), { status: "healthy", timestamp: "2024-01-01T12:00:00Z", services: { redis: "connected", websocket: "running" } });
	assert.deepEqual([health.status, health.services.redis, health.services.websocket], ["healthy", "connected", "running"]);
	const client = await customer();
	const stats = async () => good(await agent.get("/api/stats/websocket"), { total_connections: 150, active_connections: 120, rooms: { chat: 50 } });
	// The relay tells its figures once a second: those that are told are waited for, so that no socket of before is among them.
	const before = await until(async () => {
		const [told, { opened, closed }] = [await stats(), await stack.relay()];
		return told.opened === opened && told.closed === closed && told;
	}, { what: "the relay's figures" });
	const sockets = [await Socket.open(stack.ws), await Socket.open(`${stack.wsUrls.kefu}/ws/${client.id}`, { headers: { Authorization: `Bearer ${client.token}` } })];
	await sockets[1].waitFor("auth");
	await until(async () => {
		const now = await stats();
		return now.total_connections === before.total_connections + 2 && now.active_connections === before.active_connections + 1 && now.rooms.kefu === before.rooms.kefu + 1;
	}, { what: "both sockets counted" });
	for (const socket of sockets) await socket.close();
	await until(async () => (await stats()).total_connections === before.total_connections, { what: "both gone" });
	refused(await client.get("/api/stats/websocket"), 403, "FORBIDDEN");
	refused(await guest.get("/api/health/"), 404, "NOT_FOUND");
});

test("figures, as printed: what the tables say", async () => {
	// What others of these tests deleted of another day is corrected there, by the worker.
	await until(async () => (await stack.sql("SELECT COUNT(*) AS n FROM report_late"))[0].n === 0, { what: "no day left to correct" });
	const users = await withinADay(async () => {
		const day = (ms) => new Date(ms).toISOString().slice(0, 10), now = Date.now();
		const path = `/api/analytics/messages?start_date=${day(now - 30 * 86400000)}&end_date=${day(now)}`;
		const figures = async () => good(await agent.get(path), { total_messages: 10000, daily_average: 322, peak_hour: "14:00", message_types: { text: 8000, image: 1500, file: 500 } });
		const got = await figures();
		const from = Date.parse(day(now - 30 * 86400000));
		const rows = await stack.sql("SELECT type, FLOOR(created_at / 3600000) % 24 AS hour, COUNT(*) AS n FROM messages WHERE created_at >= ? AND sender_type < 3 AND private = 0 AND deleted_at IS NULL AND stream > 0 GROUP BY type, hour", [from]);
		const sum = (fits) => rows.filter(fits).reduce((a, r) => a + Number(r.n), 0);
		assert.deepEqual([got.total_messages, got.daily_average], [sum(() => true), Math.floor(sum(() => true) / 31)]);
		assert.deepEqual(got.message_types, { text: sum((r) => r.type === 0), image: sum((r) => r.type === 1), file: sum((r) => r.type === 2) });
		const hours = Array.from({ length: 24 }, (_, h) => sum((r) => Number(r.hour) === h));
		assert.equal(got.peak_hour, `${String(hours.indexOf(Math.max(...hours))).padStart(2, "0")}:00`);
		await agent.post("/api/messages/send", { to_user_id: "user123", content: "再说一句" });
		assert.equal((await figures()).total_messages, got.total_messages + 1);
		const users = good(await agent.get("/api/analytics/users?period=7d"), { active_users: 500, new_users: 50, returning_users: 450, average_session_duration: "15m" });
		const week = Date.parse(day(now - 6 * 86400000));
		const [real] = await stack.sql("SELECT COUNT(*) AS active, SUM(first < ?) AS returning_users FROM (SELECT contact_id, MIN(created_at) AS first, MAX(created_at) AS last FROM conversations GROUP BY contact_id) c WHERE last >= ?", [week, week]);
		assert.deepEqual([users.active_users, users.returning_users, users.new_users], [real.active, Number(real.returning_users), real.active - real.returning_users]);
		return users;
	});
	assert.match(users.average_session_duration, /^\d+[smh]( \d+m)?$/);
	for (const period of ["soon", "0d", "7", "99999d"]) refused(await agent.get(`/api/analytics/users?period=${period}`), 400, "VALIDATION_ERROR", "period");
	assert.deepEqual((await agent.get("/api/analytics/messages?start_date=2001-01-01&end_date=2001-01-31")).body.message_types, { text: 0, image: 0, file: 0 });
	for (const bad of ["start_date=yesterday", "start_date=2024-02-01&end_date=2024-01-01", "start_date=2001-01-01"]) assert.equal((await agent.get(`/api/analytics/messages?${bad}`)).status, 400, bad);
	const client = await customer();
	for (const what of ["messages", "users"]) refused(await client.get(`/api/analytics/${what}`), 403, "FORBIDDEN");
});

test("one domain: what is said here is there in chat and console at once, and the other way round", async () => {
	const client = await customer();
	const { session_id } = (await client.post("/api/sessions", { session_type: "customer_service" })).body;
	const sent = (await client.post("/api/messages/send", { to_user_id: "kefu001", content: "你好" })).body;
	const chat = httpClient(stack.urls.chat), staff = await signIn(stack.urls.kefu, "kefu001@example.com");
	assert.equal(sent.session_id, session_id);
	const seen = (await chat.get(`/api/v1/chat/sessions/${session_id}/messages`)).body.data.messages;
	assert.deepEqual(seen.map((m) => [m.id, m.content]), [[sent.message_id, "你好"]]);
	const { conversations } = (await staff.get(`/api/v1/conversations?assignee_id=me`)).body.data;
	const { id } = conversations.find((c) => c.session_id === session_id);
	assert.equal((await staff.post(`/api/v1/conversations/${id}/messages`, { content: "由控制台回复" })).status, 201);
	assert.equal((await chat.post("/api/v1/chat/messages", { session_id, content: "由访客端发送" })).status, 201);
	assert.deepEqual((await client.get("/api/messages/history/kefu001")).body.messages.map((m) => [m.from_user_id, m.content]),
		[[client.id, "你好"], ["kefu001", "由控制台回复"], [client.id, "由访客端发送"]]);
	assert.equal((await staff.put(`/api/v1/conversations/${id}/status`, { status: "resolved" })).status, 200);
	assert.equal((await client.get(`/api/sessions/${session_id}`)).body.status, "completed");
	assert.equal((await client.get(`/api/sessions/user/${client.id}?status=completed`)).body.total, 1);
});

test("doors: the shared paths are kefu's here, desk's at desk, and where there is no door the caller's", async () => {
	const headers = { "X-User-ID": agent.id }, routes = allRoutes().filter((r) => r.method === "GET");
	const shared = routes.filter((r) => r.contract === "kefu" && routes.some((d) => d.contract === "desk" && d.pattern === r.pattern)).map((r) => r.pattern.replace(/:\w+/, "nothing"));
	assert.ok(shared.includes("/api/sessions/nothing"));
	for (const [door, url] of Object.entries(stack.urls)) {
		const named = httpClient(url, { token: agent.token, headers }), nameless = httpClient(url);
		for (const path of shared) {
			const shape = async (client) => ("success" in (await client.get(path)).body ? "desk" : "kefu");
			assert.equal(await shape(nameless), door === "kefu" ? "kefu" : "desk", `${door} ${path}`);
			assert.equal(await shape(named), door === "desk" ? "desk" : "kefu", `${door} ${path} named`);
		}
		assert.equal((await named.get("/api/users/online")).body.total > 0, true, door); // kefu's alone, on every door
	}
});

test("registering oneself can be turned off", async () => {
	const off = await startStack({ env: { DESKBELL_SELF_REGISTRATION: "off" } });
	try {
		const nobody = counted(httpClient(off.urls.kefu));
		refused(await nobody.post("/api/users", { user_id: "self", username: "x" }), 403, "FORBIDDEN");
		const { session_id } = (await nobody.post("/api/auth/kefu/login", AGENT)).body;
		assert.equal((await nobody.post("/api/users", { user_id: "made", username: "x" }, { token: session_id, headers: { "X-User-ID": "kefu001" } })).status, 200);
	} finally {
		await off.stop();
	}
});

test("health without a database: 503, in its own shape", async () => {
	await stack.kill("mariadb", "SIGSTOP");
	const down = await guest.get("/api/health"), refusal = await agent.get("/api/users/user123");
	await stack.kill("mariadb", "SIGCONT");
	assert.deepEqual([down.status, down.body.status], [503, "unhealthy"]);
	refused(refusal, 503, "SERVICE_UNAVAILABLE");
	assert.ok(refusal.headers.get("retry-after"));
	await until(async () => (await guest.get("/api/health")).status === 200, { what: "health again" });
});

test("rows", () => gate());

test("what rows repeat of others is the same there", () => copiesHold(stack));
