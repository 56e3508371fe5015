// The chat contract over HTTP: every row with a success and an error; the documented examples key by key and type by type.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

let stack, guest, admin, agent;
const { counted, gate } = coverage("chat", [""], ["/metrics", "/api/v1/auth/password", "/api/v1/chat/files", "/api/v1/chat/sessions/:session_id/files"]);

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	guest = counted(httpClient(stack.urls.chat));
	admin = counted(await signIn(stack.urls.chat, "admin@example.com"));
	agent = counted(await signIn(stack.urls.chat, "agent@example.com"));
});
after(() => stack?.stop());

const V1 = "/api/v1";
const newSession = async (body = {}) => (await guest.post(`${V1}/chat/sessions`, body)).body.data;
const say = (session_id, content, extra) => guest.post(`${V1}/chat/messages`, { session_id, content, ...extra });

const refused = (answer, status, code, field) => {
	assert.equal(answer.status, status, answer.text);
	like(answer.body, { success: false, error: { code: "", message: "" } });
	assert.equal(answer.body.success, false);
	assert.equal(answer.body.error.code, code, answer.text);
	if (field) assert.equal(answer.body.error.details.field, field, answer.text);
};

test("the documented examples, as printed", async () => {
	const login = await guest.post(`${V1}/auth/login`, { email: "admin@example.com", password: "password123" });
	assert.equal(login.status, 200);
	like(login.body, { success: true, data: { access_token: "", token_type: "bearer", expires_in: 3600, user: { id: 1, email: "", full_name: "", role: "" } } });
	assert.deepEqual([login.body.data.token_type, login.body.data.expires_in, login.body.data.user.id, login.body.data.user.full_name, login.body.data.user.role], ["bearer", 3600, 1, "管理员", "admin"]);
	assert.equal(login.body.data.token, login.body.data.access_token);

	const made = await guest.post(`${V1}/chat/sessions`, { user_id: "guest_123", metadata: { source: "web", user_agent: "Mozilla/5.0...", ip: "192.168.1.1" } });
	assert.equal(made.status, 201);
	like(made.body, { success: true, data: { session_id: "", user_id: "", agent_type: "", status: "", created_at: "" } });
	const { session_id } = made.body.data;
	assert.match(session_id, /^sess_[A-Za-z0-9]{22}$/);
	assert.deepEqual([made.body.data.user_id, made.body.data.status], ["guest_123", "active"]);
	assert.match(made.body.data.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

	const sent = await guest.post(`${V1}/chat/messages`, { session_id, content: "你好，我需要帮助", message_type: "text" });
	assert.equal(sent.status, 201);
	const history = await guest.get(`${V1}/chat/sessions/${session_id}/messages?limit=50&offset=0`);
	like(history.body, { success: true, data: { messages: [{ id: "", session_id: "", sender_type: "", content: "", message_type: "", created_at: "" }], total: 2, has_more: false } });
	assert.deepEqual(history.body.data.messages, [sent.body.data]);
	assert.equal(history.body.data.total, 1);

	const dashboard = await agent.get(`${V1}/admin/analytics/dashboard`);
	like(dashboard.body, { success: true, data: { today: { total_conversations: 1, active_conversations: 1, ai_handled: 1, human_handled: 1, avg_response_time: 2.5 }, this_week: { total_conversations: 1, customer_satisfaction: 4.2, resolution_rate: 0.89 } } }, "$", ["$.data.today.avg_response_time", "$.data.this_week.customer_satisfaction"]);
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE status IN (0, 1)");
	assert.equal((await admin.get(`${V1}/admin/analytics/dashboard`)).body.data.today.active_conversations, n); // an agent sees those in scope

	const health = await guest.get("/health");
	like(health.body, { success: true, data: { status: "", services: { mysql: "", redis: "", websocket: "" }, version: "" } });
	const error = await guest.post(`${V1}/auth/login`, { email: "not-an-address", password: "password123" });
	like(error.body, { success: false, error: { code: "", message: "", details: { field: "", issue: "" } } });
	assert.deepEqual(error.body.error, { code: "VALIDATION_ERROR", message: "请求参数验证失败", details: { field: "email", issue: "邮箱格式不正确" } });
});

test("sign-in: rotation, reuse ends the family, revocation survives the loss of Redis", async () => {
	refused(await guest.post(`${V1}/auth/login`, { email: "admin@example.com", password: "wrong" }), 401, "UNAUTHORIZED");
	refused(await guest.post(`${V1}/auth/login`, { email: "nobody@example.com", password: "wrong" }), 401, "UNAUTHORIZED");
	refused(await guest.get(`${V1}/auth/me`), 401, "UNAUTHORIZED");
	const me = await signIn(stack.urls.chat, "kefu001@example.com");
	assert.equal((await counted(me).get(`${V1}/auth/me`)).body.data.full_name, "客服小明");
	const refresh = async (token) => guest.post(`${V1}/auth/refresh`, { refresh_token: token });
	const second = await refresh(me.refreshToken);
	assert.equal(second.status, 200);
	const third = await refresh(second.body.data.refresh_token);
	assert.equal(third.status, 200);
	refused(await refresh(me.refreshToken), 401, "UNAUTHORIZED"); // a copy is about
	refused(await guest.get(`${V1}/auth/me`, { token: third.body.data.access_token }), 401, "UNAUTHORIZED"); // so the whole family ends
	for (const ended of [second, third]) refused(await refresh(ended.body.data.refresh_token), 401, "UNAUTHORIZED");
	const other = await signIn(stack.urls.chat, "kefu001@example.com");
	const byBearer = await guest.post(`${V1}/auth/refresh`, undefined, { token: other.token });
	assert.equal(byBearer.status, 200);
	assert.equal((await counted(other).post(`${V1}/auth/logout`)).body.data, null);
	await stack.redis("FLUSHALL");
	refused(await guest.get(`${V1}/auth/me`, { token: other.token }), 401, "UNAUTHORIZED");
	refused(await guest.post(`${V1}/auth/logout`), 401, "UNAUTHORIZED");
	for (const token of ["x", "a.b.c", `${admin.token}x`, admin.token.replace(/^[^.]+/, Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url"))]) refused(await guest.get(`${V1}/auth/me`, { token }), 401, "UNAUTHORIZED");
	assert.equal((await agent.put(`${V1}/auth/me/status`, { status: "busy" })).body.data.status, "busy");
	refused(await agent.put(`${V1}/auth/me/status`, { status: "asleep" }), 400, "VALIDATION_ERROR", "status");
	await agent.put(`${V1}/auth/me/status`, { status: "offline" });
});

test("sign-in: a refresh whose answer is lost is asked again, for half a minute; a copy is still found out", async () => {
	const refresh = async (token) => guest.post(`${V1}/auth/refresh`, { refresh_token: token });
	const age = async (token) => stack.sql("UPDATE refresh_tokens SET used_at = used_at - 31000 WHERE token_hash = SHA2(?, 256) AND used_at IS NOT NULL", [token]);
	const me = await signIn(stack.urls.chat, "kefu001@example.com");
	const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(me.refreshToken))); // two pages at once are like a lost answer
	assert.deepEqual(answers.map((answer) => answer.status), [200, 200, 200, 200]);
	const [{ body: { data: { refresh_token: next } } }] = answers;
	assert.equal(new Set(answers.map((answer) => answer.body.data.refresh_token)).size, 1, "all get the one successor");
	for (const answer of answers) assert.equal((await guest.get(`${V1}/auth/me`, { token: answer.body.data.access_token })).status, 200);
	assert.equal((await refresh(next)).status, 200, "and it is good");

	const late = await signIn(stack.urls.chat, "kefu001@example.com");
	const gone = (await refresh(late.refreshToken)).body.data;
	await age(late.refreshToken);
	refused(await refresh(late.refreshToken), 401, "UNAUTHORIZED");
	refused(await guest.get(`${V1}/auth/me`, { token: gone.access_token }), 401, "UNAUTHORIZED");
	refused(await refresh(gone.refresh_token), 401, "UNAUTHORIZED");

	const out = await signIn(stack.urls.chat, "kefu001@example.com");
	const last = (await refresh(out.refreshToken)).body.data;
	assert.equal((await guest.post(`${V1}/auth/logout`, undefined, { token: last.access_token })).status, 200);
	refused(await refresh(out.refreshToken), 401, "UNAUTHORIZED"); // who signed out is not brought back
});

test("the widget's settings by their token", async () => {
	const demo = await guest.get(`${V1}/chat/inbox?token=demo-shop`);
	assert.equal(demo.status, 200);
	like(demo.body, { success: true, data: { name: "", greeting: "", greeting_delay: 0, color: "", pre_chat_fields: [], offline_message: "", open: true, locale: "" } });
	refused(await guest.get(`${V1}/chat/inbox?token=nobody`), 404, "NOT_FOUND");
	refused(await guest.get(`${V1}/chat/inbox`), 400, "VALIDATION_ERROR", "token");
});

test("a session is made once for a client_id; naming somebody grants nothing", async () => {
	const key = "0123456789abcdef-key";
	const [one, two] = [await newSession({ client_id: key }), await newSession({ client_id: key })];
	assert.equal(one.session_id, two.session_id);
	const contacts = async () => (await stack.sql("SELECT COUNT(*) AS n FROM users WHERE role = 0"))[0].n;
	const before = await contacts();
	const same = await Promise.all(Array.from({ length: 8 }, () => newSession({ client_id: "0123456789abcdef-same", name: "小红" })));
	assert.deepEqual([new Set(same.map((session) => session.session_id)).size, await contacts()], [1, before + 1], "eight at once are one, of one contact");
	refused(await guest.post(`${V1}/chat/sessions`, { client_id: "short" }), 400, "VALIDATION_ERROR", "client_id");
	refused(await guest.post(`${V1}/chat/sessions`, { user_id: "kefu_001" }), 400, "VALIDATION_ERROR", "user_id");
	refused(await guest.post(`${V1}/chat/sessions`, { user_id: 5 }), 400, "VALIDATION_ERROR", "user_id");
	const claimed = await newSession({ user_id: "kehu_001" });
	assert.ok(!/张三|8888|customer@/.test(JSON.stringify(claimed)));
	await guest.put(`${V1}/chat/sessions/${claimed.session_id}`, { name: "Mallory", email: "m@example.com" });
	const [{ full_name }] = await stack.sql("SELECT full_name FROM users WHERE public_id = 'kehu_001'");
	assert.equal(full_name, "客户张三");
	const mine = await newSession();
	assert.equal((await guest.put(`${V1}/chat/sessions/${mine.session_id}`, { name: "小红", email: "Hong@Example.com" })).status, 200);
	refused(await guest.put(`${V1}/chat/sessions/${mine.session_id}`, { email: "nope" }), 400, "VALIDATION_ERROR", "email");
	assert.equal((await guest.get(`${V1}/chat/sessions/${mine.session_id}`)).body.data.message_count, 0);
	for (const unknown of ["sess_unknown", encodeURIComponent("会话"), "a".repeat(64)]) refused(await guest.get(`${V1}/chat/sessions/${unknown}`), 404, "SESSION_NOT_FOUND");
	refused(await guest.get(`${V1}/chat/sessions/${"a".repeat(65)}`), 400, "VALIDATION_ERROR", "session_id");
});

test("messages: limits in characters, the same client_id once, errors name the field", async () => {
	const { session_id } = await newSession();
	assert.equal((await say(session_id, "好".repeat(5000))).status, 201);
	refused(await say(session_id, "好".repeat(5001)), 400, "VALIDATION_ERROR", "content");
	refused(await say(session_id, ""), 400, "VALIDATION_ERROR", "content");
	refused(await say(session_id, " \u3000\n"), 400, "VALIDATION_ERROR", "content");
	refused(await say(session_id, 5), 400, "VALIDATION_ERROR", "content");
	refused(await say(session_id, "a\u0000b"), 400, "VALIDATION_ERROR", "content");
	refused(await say(session_id, "x", { message_type: "video" }), 400, "VALIDATION_ERROR", "message_type");
	refused(await say(session_id, "x", { metadata: [] }), 400, "VALIDATION_ERROR", "metadata");
	refused(await say("sess_unknown", "x"), 404, "SESSION_NOT_FOUND");
	refused(await guest.post(`${V1}/chat/messages`, { content: "x" }), 400, "VALIDATION_ERROR", "session_id");
	refused(await say(session_id, "x", { message_type: "system" }), 403, "FORBIDDEN");
	const same = await Promise.all(Array.from({ length: 8 }, () => say(session_id, "一次 👋", { client_id: "once" })));
	assert.deepEqual([...new Set(same.map((a) => `${a.status} ${a.body.data.id}`))].length, 1, "eight sends at once are one message");
	const total = (await guest.get(`${V1}/chat/sessions/${session_id}/messages`)).body.data.total;
	assert.equal(total, 2);
});

test("history: offsets, keysets, and a poll with nothing new that asks no database", async () => {
	const { session_id } = await newSession();
	const sent = [];
	for (let i = 1; i <= 7; i++) sent.push((await say(session_id, `m${i}`)).body.data);
	const page = async (query) => (await guest.get(`${V1}/chat/sessions/${session_id}/messages?${query}`)).body.data;
	const texts = (data) => data.messages.map((m) => m.content);
	assert.deepEqual([texts(await page("limit=3&offset=2")), (await page("limit=3&offset=2")).has_more], [["m3", "m4", "m5"], true]);
	assert.deepEqual(await page("offset=50"), { messages: [], total: 7, has_more: false });
	assert.deepEqual(texts(await page(`after=${sent[4].id}`)), ["m6", "m7"]);
	assert.deepEqual([texts(await page(`before=${sent[4].id}&limit=2`)), (await page(`before=${sent[4].id}&limit=2`)).has_more], [["m3", "m4"], true]);
	for (const [limit, from, more] of [[2, 6, true], [6, 2, true], [7, 1, false], [8, 1, false], [100, 1, false]]) {
		const newest = await page(`before=latest&limit=${limit}`);
		assert.deepEqual([texts(newest), newest.total, newest.has_more], [sent.slice(from - 1).map((m) => m.content), 7, more], `limit ${limit}`);
	}
	const other = await newSession();
	assert.deepEqual((await guest.get(`${V1}/chat/sessions/${other.session_id}/messages?before=latest`)).body.data, { messages: [], total: 0, has_more: false });
	refused(await guest.get(`${V1}/chat/sessions/sess_unknown/messages?before=latest`), 404, "SESSION_NOT_FOUND");
	const gone = (await say(other.session_id, "away")).body.data;
	for (let i = 1; i <= 3; i++) await say(other.session_id, `o${i}`);
	await stack.sql("UPDATE messages SET deleted_at = 1 WHERE id = ?", [gone.id.slice(4)]);
	const left = async (limit) => (await guest.get(`${V1}/chat/sessions/${other.session_id}/messages?before=latest&limit=${limit}`)).body.data;
	assert.deepEqual([texts(await left(2)), texts(await left(3)), texts(await left(50))], [["o2", "o3"], ["o1", "o2", "o3"], ["o1", "o2", "o3"]]);
	assert.deepEqual([(await left(2)).has_more, (await left(3)).has_more], [true, false]);
	refused(await guest.get(`${V1}/chat/sessions/${session_id}/messages?limit=101`), 400, "VALIDATION_ERROR", "limit");
	refused(await guest.get(`${V1}/chat/sessions/${session_id}/messages?after=msg_x`), 400, "VALIDATION_ERROR", "after");
	assert.deepEqual(await page(`after=${sent[6].id}`), { messages: [], total: 7, has_more: false });
	const questions = async () => Number((await stack.sql("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'"))[0].Value);
	await stack.kill("worker", "SIGSTOP"); // it asks for itself
	const before = await questions();
	for (let i = 0; i < 50; i++) await page(`after=${sent[6].id}`);
	const asked = (await questions()) - before;
	await stack.kill("worker", "SIGCONT");
	assert.ok(asked < 20, "50 polls with nothing new");
});

test("read marks, rating, the end and a new beginning", async () => {
	const { session_id } = await newSession();
	const { id } = (await say(session_id, "hello")).body.data;
	assert.deepEqual((await agent.post(`${V1}/chat/sessions/${session_id}/read`, { last_id: id })).body.data, { session_id, last_id: id });
	refused(await agent.post(`${V1}/chat/sessions/${session_id}/read`, {}), 400, "VALIDATION_ERROR", "last_id");
	assert.equal((await guest.get(`${V1}/chat/sessions/${session_id}`)).body.data.agent_read_seq, 1);
	for (const score of [0, 6, 2.5, "5"]) refused(await guest.post(`${V1}/chat/sessions/${session_id}/rating`, { score }), 400, "VALIDATION_ERROR", "score");
	const rated = await guest.post(`${V1}/chat/sessions/${session_id}/rating`, { score: 3 });
	assert.equal(rated.status, 201);
	await guest.post(`${V1}/chat/sessions/${session_id}/rating`, { score: 5, comment: "很好" });
	const closed = await guest.post(`${V1}/chat/sessions/${session_id}/close`);
	assert.deepEqual([closed.body.data.status, closed.body.data.state, closed.body.data.rating.score], ["completed", "resolved", 5]);
	refused(await guest.post(`${V1}/chat/sessions/sess_unknown/close`), 404, "SESSION_NOT_FOUND");
	assert.equal((await guest.post(`${V1}/chat/sessions/${session_id}/stop`)).body.data.session_id, session_id);
	refused(await guest.post(`${V1}/chat/sessions/sess_unknown/stop`), 404, "SESSION_NOT_FOUND");
	await say(session_id, "one more thing");
	assert.equal((await guest.get(`${V1}/chat/sessions/${session_id}`)).body.data.status, "active");
});

test("hand-over: the queue, a takeover, capacity, scope", async () => {
	const { session_id } = await newSession();
	const queued = (await guest.post(`${V1}/chat/sessions/${session_id}/switch-agent`, { agent_type: "human", reason: "customer_request" })).body.data;
	assert.equal(queued.status, "active");
	assert.ok(queued.queue_position >= 1 && queued.assignee === null);
	refused(await guest.post(`${V1}/chat/sessions/${session_id}/switch-agent`, { agent_type: "robot" }), 400, "VALIDATION_ERROR", "agent_type");
	const made = await admin.post(`${V1}/admin/users`, { email: "small@example.com", full_name: "One slot", role: "agent", password: "password123", max_sessions: 1 });
	assert.equal(made.status, 201);
	const small = counted(await signIn(stack.urls.chat, "small@example.com"));
	const taken = (await small.post(`${V1}/chat/sessions/${session_id}/switch-agent`, { agent_type: "human" })).body.data;
	assert.deepEqual([taken.assignee.name, taken.queue_position], ["One slot", null]);
	const second = await newSession();
	const full = await small.post(`${V1}/chat/sessions/${second.session_id}/switch-agent`, { agent_type: "human" });
	assert.equal(full.status, 400);
	assert.match(full.body.error.message, /上限/);
	refused(await agent.get(`${V1}/chat/sessions/${session_id}`), 403, "FORBIDDEN");
	refused(await agent.post(`${V1}/chat/messages`, { session_id, content: "not mine" }), 403, "FORBIDDEN");
	const [row] = (await small.get(`${V1}/admin/conversations?assignee_id=me`)).body.data.conversations;
	assert.equal(row.session_id, session_id);
	const { id } = row;
	assert.equal((await small.put(`${V1}/conversations/${id}/priority`, { priority: "urgent" })).body.data.conversation.priority, "urgent");
	const wrong = await small.put(`${V1}/conversations/${id}/priority`, { priority: "huge" });
	assert.deepEqual([wrong.status, wrong.body.error.code, wrong.body.error.details[0].field, typeof wrong.body.request_id], [400, "VALIDATION_ERROR", "priority", "string"]);
	assert.equal((await admin.put(`${V1}/conversations/${id}/assign`, { assignee_id: agent.user.id })).body.data.conversation.assignee.id, agent.user.id);
	assert.equal((await admin.put(`${V1}/conversations/${id}/assign`, { assignee_id: 10 })).status, 400);
	assert.equal((await agent.put(`${V1}/conversations/${id}/status`, { status: "resolved" })).body.data.conversation.status, "resolved");
	assert.equal((await agent.put(`${V1}/conversations/999999/status`, { status: "resolved" })).status, 404);
	const [{ active_sessions }] = await stack.sql("SELECT active_sessions FROM users WHERE id = ?", [made.body.data.id]);
	assert.equal(active_sessions, 0, "the slot is free again");
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM audit_log WHERE action LIKE 'conversation:%'");
	assert.ok(n >= 4);
});

test("lists: filters, unknown values, who may", async () => {
	for (const query of ["status=open", "status=resolved&limit=5", "agent_type=ai", "assignee_id=3", "assignee_id=none", "priority=high", "q=张三", "offset=1000"]) {
		const { status, body } = await admin.get(`${V1}/admin/conversations?${query}`);
		assert.equal(status, 200, query);
		like(body.data, { conversations: [{ id: 1, session_id: "", status: "", priority: "", agent_type: "", created_at: "" }], total: 1, has_more: true });
	}
	for (const [query, field] of [["status=weird", "status"], ["agent_type=x", "agent_type"], ["priority=x", "priority"], ["limit=0", "limit"], ["limit=abc", "limit"], ["assignee_id=-1", "assignee_id"]]) refused(await admin.get(`${V1}/admin/conversations?${query}`), 400, "VALIDATION_ERROR", field);
	assert.equal((await admin.get(`${V1}/admin/customers?search=${encodeURIComponent("张三")}`)).body.data.customers[0].user_id, "kehu_001");
	refused(await admin.get(`${V1}/admin/customers?limit=1000`), 400, "VALIDATION_ERROR", "limit");
	refused(await guest.get(`${V1}/admin/analytics/dashboard`), 401, "UNAUTHORIZED");
	refused(await guest.get(`${V1}/chat/availability`, { token: "nonsense" }), 401, "UNAUTHORIZED");
	assert.equal(typeof (await guest.get(`${V1}/chat/availability`)).body.data.agents_online, "number");
});

test("staff accounts: made, changed, deleted; by admins alone, and never the last of them", async () => {
	refused(await agent.get(`${V1}/admin/users`), 403, "FORBIDDEN");
	assert.ok((await admin.get(`${V1}/admin/users?limit=100`)).body.data.users.length >= 5);
	const body = { email: "New@Example.com", full_name: "客服小王", role: "agent", password: "password123" };
	const made = await admin.post(`${V1}/admin/users`, body);
	assert.deepEqual([made.status, made.body.data.email, made.body.data.role, made.body.data.max_sessions], [201, "new@example.com", "agent", 5]);
	refused(await admin.post(`${V1}/admin/users`, body), 400, "VALIDATION_ERROR", "email");
	refused(await admin.post(`${V1}/admin/users`, { ...body, email: "x@y.cn", password: "short" }), 400, "VALIDATION_ERROR", "password");
	refused(await admin.post(`${V1}/admin/users`, { ...body, email: "x@y.cn", role: "king" }), 400, "VALIDATION_ERROR", "role");
	const theirs = await signIn(stack.urls.chat, "new@example.com");
	assert.equal((await admin.put(`${V1}/admin/users/${made.body.data.id}`, { role: "supervisor" })).body.data.role, "supervisor");
	refused(await guest.get(`${V1}/auth/me`, { token: theirs.token }), 401, "UNAUTHORIZED"); // a new role ends old sign-ins
	refused(await admin.put(`${V1}/admin/users/${made.body.data.id}`, { email: "admin@example.com" }), 400, "VALIDATION_ERROR", "email");
	assert.equal((await admin.delete(`${V1}/admin/users/${made.body.data.id}`)).status, 200);
	refused(await admin.delete(`${V1}/admin/users/${made.body.data.id}`), 404, "NOT_FOUND");
	assert.equal((await admin.delete(`${V1}/admin/users/1`)).status, 400);
	assert.equal((await admin.put(`${V1}/admin/users/1`, { role: "agent" })).status, 400);
});

test("bad requests get the contract's shape", async () => {
	refused(await guest.post(`${V1}/chat/messages`, '{"session_id":'), 400, "VALIDATION_ERROR");
	refused(await guest.post(`${V1}/chat/messages`, "[".repeat(100)), 400, "VALIDATION_ERROR");
	refused(await guest.post(`${V1}/chat/messages`, `"${"x".repeat(1 << 20)}"`), 413, "PAYLOAD_TOO_LARGE");
	refused(await guest.post(`${V1}/chat/messages`, "a=b", { headers: { "Content-Type": "text/plain" } }), 415, "UNSUPPORTED_MEDIA_TYPE");
	const method = await guest.delete(`${V1}/chat/messages`);
	refused(method, 405, "METHOD_NOT_ALLOWED");
	assert.equal(method.headers.get("allow"), "POST");
	refused(await guest.get(`${V1}/chat/nothing`), 404, "NOT_FOUND");
	const console404 = await guest.get(`${V1}/nothing`);
	assert.deepEqual([console404.status, console404.body.error.code, typeof console404.body.request_id], [404, "RESOURCE_NOT_FOUND", "string"]);
	refused(await guest.get(`${V1}/chat/sessions/%zz`), 400, "VALIDATION_ERROR", "session_id");
	assert.equal((await guest.post("/realtime/frame", {}, { headers: { "DESKBELL-RELAY": "1", DESKBELL_RELAY: "1" } })).status, 404);
	const id = await guest.get("/health", { headers: { "X-Request-ID": "my-request-1" } });
	assert.equal(id.headers.get("x-request-id"), "my-request-1");
	assert.match((await guest.get("/health", { headers: { "X-Request-ID": "bad id!" } })).headers.get("x-request-id"), /^req_/);
	assert.equal((await guest.post(`${V1}/auth/login`, { email: "x", password: "y" }, { headers: { "Accept-Language": "en" } })).body.error.message, "Some parameters are not valid");
});

test("limits: five sign-ins a minute, with Retry-After", async (t) => {
	const strict = await startStack({ env: { DESKBELL_RATE_LIMIT: "on" } });
	t.after(() => strict.stop());
	const client = httpClient(strict.urls.chat);
	await until(() => Date.now() % 60_000 < 30_000, { timeout: 40_000, what: "a minute that has room for all of them: the next one begins to forget" });
	const answers = [];
	for (let i = 0; i < 6; i++) answers.push(await client.post(`${V1}/auth/login`, { email: "admin@example.com", password: "password123" }));
	assert.deepEqual(answers.map((a) => a.status), [200, 200, 200, 200, 200, 429]);
	refused(answers[5], 429, "RATE_LIMIT_EXCEEDED");
	assert.ok(Number(answers[5].headers.get("retry-after")) > 0);
	assert.equal(answers[0].headers.get("x-ratelimit-limit"), "5");
});

test("limits as documented: a sender's messages, an admin's calls, the sockets of an address", async (t) => {
	const strict = await startStack({ env: { DESKBELL_RATE_LIMIT: "on", DESKBELL_LIMIT_SOCKETS: "" } });
	t.after(() => strict.stop());
	const visitor = httpClient(strict.urls.chat), boss = await signIn(strict.urls.chat, "admin@example.com");
	const { session_id } = (await visitor.post(`${V1}/chat/sessions`, {})).body.data, other = (await visitor.post(`${V1}/chat/sessions`, {})).body.data;
	const send = (id, n) => visitor.post(`${V1}/chat/messages`, { session_id: id, content: `m${n}` });
	await until(() => Date.now() % 60_000 < 20_000, { timeout: 60_000, what: "a minute that has room for all of them: the next one begins to forget" });
	for (const [what, max, ask] of [["messages", 60, (n) => send(session_id, n)], ["admin", 100, () => boss.get(`${V1}/admin/customers?limit=1`)]]) {
		const answers = [];
		for (let i = 0; i <= max; i++) answers.push(await ask(i));
		assert.deepEqual(answers.slice(0, max).filter((a) => a.status >= 300).map((a) => a.text), [], what);
		refused(answers[max], 429, "RATE_LIMIT_EXCEEDED");
		assert.ok(Number(answers[max].headers.get("retry-after")) > 0, what);
		assert.deepEqual(["limit", "remaining"].map((name) => answers[max].headers.get(`x-ratelimit-${name}`)), [String(max), "0"], what);
	}
	assert.equal((await send(other.session_id, 0)).status, 201, "another sender has his own");
	const [{ n }] = await strict.sql("SELECT COUNT(*) AS n FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? AND m.sender_type = 0", [session_id]);
	assert.equal(n, 60, "what was refused is not stored");
	const sockets = [];
	for (let i = 0; i < 10; i++) sockets.push(await Socket.open(strict.ws));
	await assert.rejects(Socket.open(strict.ws), /429/);
	await Promise.all(sockets.map((socket) => socket.close()));
});

test("limits by address: an IPv6 network of 64 bits is one address, another one another", async (t) => {
	const strict = await startStack({ env: { DESKBELL_RATE_LIMIT: "on", DESKBELL_TRUSTED_PROXIES: "127.0.0.1", DESKBELL_LIMIT_SESSION: "3", DESKBELL_LIMIT_LOGIN: "1000", DESKBELL_LIMIT_SOCKETS: "2" } });
	t.after(() => strict.stop());
	const client = httpClient(strict.urls.chat);
	const from = (n, net = "2001:db8:1:2") => ({ headers: { "X-Forwarded-For": `${net}:${n.toString(16)}::1` } });
	const made = [];
	for (let i = 1; i <= 4; i++) made.push((await client.post(`${V1}/chat/sessions`, {}, from(i))).status);
	assert.deepEqual(made, [201, 201, 201, 429]);
	assert.equal((await client.post(`${V1}/chat/sessions`, {}, from(1, "2001:db8:1:3"))).status, 201);

	const wrong = async (...where) => (await client.post(`${V1}/auth/login`, { email: `nobody${Math.random()}@example.com`, password: "wrong" }, from(...where))).status;
	const tries = [];
	for (let i = 1; i <= 20; i++) tries.push(await wrong(i)); // after these the next has to wait, whoever it is
	assert.deepEqual(new Set(tries), new Set([401]));
	await until(async () => (await wrong(99)) === 429, { what: "the network to be held up" });
	assert.equal(await wrong(99, "2001:db8:1:3"), 401);

	const open = async (...where) => Socket.open(`ws+unix:${path.join(strict.dir, "run/relay.sock")}:/ws`, from(...where));
	const sockets = [await open(1), await open(2)];
	await assert.rejects(open(3), /429/);
	sockets.push(await open(1, "2001:db8:1:3"));
	await sockets[0].close();
	await until(async () => open(4).then((socket) => sockets.push(socket), () => false), { what: "the place of the one that closed" });
	await assert.rejects(open(5), /429/);
	await Promise.all(sockets.slice(1).map((socket) => socket.close()));
});

test("MySQL away: 503 in the contract's shape, soon; back without a restart", async () => {
	await stack.kill("mariadb");
	const began = Date.now();
	const down = await guest.get("/health");
	assert.equal(down.status, 503);
	assert.equal(down.body.data.status, "unhealthy");
	refused(await say("sess_any", "x"), 503, "DATABASE_ERROR");
	assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);
	await stack.start("mariadb");
	// Each of the api's workers finds the server again by itself.
	await until(async () => {
		const made = await guest.post(`${V1}/chat/sessions`, {});
		return made.status === 201 && (await say(made.body.data.session_id, "again")).status === 201;
	}, { what: "a message that is stored" });
});

test("every row was hit with a success and with an error", gate);
