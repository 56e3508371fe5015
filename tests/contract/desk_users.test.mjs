// Desk: users of both kinds: list, create, change, rights, presence, delete and erase, as the other contracts see them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { coverage } from "../lib/coverage.mjs";
import { answers, connect, guarded, people, refused } from "../lib/desk.mjs";
import { startStack } from "../lib/stack.mjs";

let stack, who;
const { counted, gate } = coverage("desk", ["/api/users"]);
const ALL = "/api/users", V1 = "/api/v1";
const user = { user_id: "kefu_001", name: "客服小王", user_type: "kefu", status: "online", role: "agent", email: "agent@example.com", phone: "", avatar: null, max_sessions: 5, permissions: [""], created_at: "2024-01-01T10:00:00Z", last_active: "2024-01-01T10:00:00Z" };

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	who = await people(stack, counted);
});
after(() => stack?.stop());

test("the list: key by key, every page, filters, unknown values", async () => {
	const data = answers(await who.agent.get(ALL), { success: true, message: "获取用户列表成功", data: { users: [user], pagination: { page: 1, limit: 20, total: 50, total_pages: 3 } } },
		["email", "phone", "avatar"].map((key) => `$.data.users[].${key}`));
	const rows = await stack.sql("SELECT public_id, role, status, last_active_at > UNIX_TIMESTAMP() * 1000 - 300000 AS lately FROM users WHERE deleted_at IS NULL ORDER BY id DESC");
	assert.deepEqual(data.pagination, { page: 1, limit: 20, total: rows.length, total_pages: Math.ceil(rows.length / 20) });
	const seen = [];
	for (let page = 1; page <= data.pagination.total_pages; page++) seen.push(...(await who.agent.get(`${ALL}?page=${page}`)).body.data.users.map((u) => u.user_id));
	assert.deepEqual(seen, rows.map((r) => r.public_id));
	const check = async (query, keep) => {
		const found = (await who.agent.get(`${ALL}?limit=100&${query}`)).body.data;
		const wanted = rows.filter(keep).map((r) => r.public_id);
		assert.deepEqual([found.users.map((u) => u.user_id), found.pagination.total], [wanted, wanted.length], query);
		return found.users;
	};
	const live = (r) => r.status === 1 || (r.role === 0 && r.status === 0 && r.lately === 1);
	await check("user_type=kefu", (r) => r.role > 0);
	await check("user_type=kehu", (r) => r.role === 0);
	for (const u of await check("status=online", live)) assert.equal(u.status, "online");
	await check("status=offline", (r) => r.status === 0 && !live(r));
	await check("user_type=kefu&status=online", (r) => r.role > 0 && r.status === 1);
	await check("status=away", (r) => r.status === 2);
	assert.deepEqual((await who.agent.get(`${ALL}?page=99`)).body.data.users, []);
	for (const [query, field] of [["user_type=robot", "user_type"], ["status=asleep", "status"], ["page=0", "page"], ["limit=101", "limit"]]) refused(await who.agent.get(`${ALL}?${query}`), 400, field);
});

test("one user, of either kind", async () => {
	const kefu = answers(await who.agent.get(`${ALL}/kefu_001`), { success: true, message: "获取用户详情成功", data: { user } }).user;
	assert.deepEqual([kefu.user_type, kefu.role, kefu.status, kefu.email, kefu.permissions.includes("conversations:read")], ["kefu", "agent", "online", "agent@example.com", true]);
	const kehu = (await who.agent.get(`${ALL}/kehu_001`)).body.data.user;
	assert.deepEqual([kehu.user_type, kehu.role, kehu.name, kehu.email, kehu.permissions], ["kehu", "guest", "客户张三", "customer@example.com", []]);
	refused(await who.agent.get(`${ALL}/nobody`), 404);
	await stack.sql("UPDATE users SET permissions_drop = 16 WHERE public_id = 'kefu_001'");
	await stack.redis("DEL", "deskbell:user:3");
	assert.match((await who.agent.get(`${ALL}/kehu_001`)).body.data.user.phone, /\*{4}/, "masked for those who may not change contacts");
	await stack.sql("UPDATE users SET permissions_drop = 0 WHERE public_id = 'kefu_001'");
	await stack.redis("DEL", "deskbell:user:3");
});

test("a new agent signs in and may do what an agent may; a new customer is a contact", async () => {
	const made = answers(await who.admin.post(`${ALL}/create`, { user_id: "kefu_900", name: "客服小新", user_type: "kefu", email: "New@Example.com", phone: "+86 138 0000 0900", password: "password900", max_sessions: 7 }),
		{ success: true, message: "用户创建成功", data: { user: { ...user, last_active: null } } }).user;
	assert.deepEqual([made.user_id, made.email, made.role, made.max_sessions, made.status], ["kefu_900", "new@example.com", "agent", 7, "offline"]);
	assert.equal((await signIn(stack.urls.kefu, "new@example.com", "password900")).user.user_id, "kefu_900");
	assert.equal((await who.admin.get("/api/kefu/kefu_900/workload")).body.data.workload.max_sessions, 7);

	const kehu = (await who.admin.post(`${ALL}/create`, { name: "客户新", user_type: "kehu", email: "c900@example.com" })).body.data.user;
	assert.match(kehu.user_id, /^kehu_\w+$/);
	const [row] = await stack.sql("SELECT id FROM users WHERE public_id = ?", [kehu.user_id]);
	assert.equal((await (await signIn(stack.urls.kefu, "admin@example.com")).get(`${V1}/contacts/${row.id}`)).body.data.contact.name, "客户新");
	assert.equal((await who.admin.post(`${ALL}/create`, { user_id: "kehu_900", name: "有名字", user_type: "kehu" })).body.data.user.user_id, "kehu_900");

	const create = (body) => who.admin.post(`${ALL}/create`, body);
	for (const [body, field] of [
		[{}, "name"], [{ name: "x", user_type: "robot" }, "user_type"], [{ name: "x" }, "user_type"], [{ name: "x", user_type: "kefu" }, "password"], [{ name: "x", user_type: "kefu", password: "short" }, "password"],
		[{ name: "x", user_type: "kefu", password: "password1", user_id: "kefu_900" }, "user_id"], [{ name: "x", user_type: "kehu", user_id: "kehu_001" }, "user_id"], [{ name: "x", user_type: "kehu", user_id: "a:b" }, "user_id"],
		[{ name: "x", user_type: "kefu", password: "password1", email: "agent@example.com" }, "email"], [{ name: "x", user_type: "kehu", email: "nonsense" }, "email"], [{ name: "x", user_type: "kehu", max_sessions: 3 }, "max_sessions"],
		[{ name: 5, user_type: "kehu" }, "name"], [{ name: "x".repeat(101), user_type: "kehu" }, "name"], [{ name: "x", user_type: "kefu", password: "password1", max_sessions: 0 }, "max_sessions"],
	]) refused(await create(body), 400, field);
});

test("changes, of either kind", async () => {
	const kefu = answers(await who.admin.put(`${ALL}/kefu_900`, { name: "客服小改", max_sessions: 9, avatar: "/a.png" }), { success: true, message: "用户信息已更新", data: { user: { ...user, last_active: null } } }).user;
	assert.deepEqual([kefu.name, kefu.max_sessions, kefu.avatar, kefu.email], ["客服小改", 9, "/a.png", "new@example.com"]);
	const kehu = (await who.admin.put(`${ALL}/kehu_900`, { email: "k900@example.com", phone: "+86 138 0000 0901" })).body.data.user;
	assert.deepEqual([kehu.name, kehu.email, kehu.phone], ["有名字", "k900@example.com", "+86 138 0000 0901"]);
	refused(await who.admin.put(`${ALL}/nobody`, { name: "x" }), 404);
	refused(await who.admin.put(`${ALL}/kehu_900`, { max_sessions: 3 }), 400, "max_sessions");
	refused(await who.admin.put(`${ALL}/kefu_900`, { email: "agent@example.com" }), 400, "email");
	refused(await who.admin.put(`${ALL}/kehu_900`, { phone: "call me" }), 400, "phone");
	refused(await who.admin.put(`${ALL}/kefu_900`, { name: "" }), 400, "name");
});

test("permissions take effect at once; presence is told and counted", async () => {
	const agent = await connect(stack, "kefu001@example.com");
	assert.equal((await agent.get("/api/sessions/list")).status, 200);
	const data = answers(await who.admin.put(`${ALL}/kefu001/permissions`, { permissions: ["contacts:read"] }), { success: true, message: "用户权限已更新", data: { user_id: "kefu001", role: "agent", permissions: ["contacts:read"] } });
	assert.deepEqual(data, { user_id: "kefu001", role: "agent", permissions: ["contacts:read"] });
	refused(await agent.get("/api/sessions/list"), 403);
	refused(await who.admin.put(`${ALL}/kefu001/permissions`, { permissions: ["fly"] }), 400, "permissions");
	refused(await who.admin.put(`${ALL}/kefu001/permissions`, {}), 400, "permissions");
	refused(await who.admin.put(`${ALL}/kefu001/permissions`, { permissions: [], role: "king" }), 400, "role");
	refused(await who.admin.put(`${ALL}/kehu_001/permissions`, { permissions: [] }), 400, "user_id");
	refused(await who.admin.put(`${ALL}/nobody/permissions`, { permissions: [] }), 404);
	const raised = (await who.admin.put(`${ALL}/kefu001/permissions`, { permissions: ["conversations:read", "contacts:read"], role: "supervisor" })).body.data;
	assert.equal(raised.role, "supervisor");
	refused(await agent.get("/api/sessions/list"), 401); // another role is another sign-in
	await who.admin.put(`${ALL}/kefu001/permissions`, { permissions: ["conversations:read", "conversations:write", "contacts:read", "contacts:write", "reports:read", "inboxes:read"], role: "agent" });

	const own = answers(await who.agent.put(`${ALL}/kefu_001/status`, { status: "busy" }), { success: true, message: "用户状态已更新", data: { user_id: "kefu_001", status: "busy" } });
	assert.deepEqual(own, { user_id: "kefu_001", status: "busy" });
	assert.equal((await who.other.socket.waitFor((f) => f.type === "agent_status" && f.data.status === "busy")).data.name, "客服小王");
	assert.equal((await who.admin.get("/api/kefu/kefu_001/workload")).body.data.workload.status, "busy");
	refused(await who.agent.put(`${ALL}/kefu_002/status`, { status: "away" }), 403);
	assert.equal((await who.admin.put(`${ALL}/kefu_002/status`, { status: "away" })).body.data.status, "away");
	refused(await who.admin.put(`${ALL}/kefu_002/status`, { status: "asleep" }), 400, "status");
	refused(await who.admin.put(`${ALL}/kehu_001/status`, { status: "away" }), 400, "user_id");
	refused(await who.admin.put(`${ALL}/nobody/status`, { status: "away" }), 404);
});

test("deleted users are gone from everywhere, their customers go back to the queue; erased ones leave no name", async () => {
	await stack.sql("UPDATE users SET status = 0 WHERE role > 0");
	await stack.sql("UPDATE users SET status = 1, max_sessions = 5 WHERE public_id = 'kefu_900'");
	const { session_id } = (await httpClient(stack.urls.chat).post(`${V1}/chat/sessions`, { user_id: "shopper_1" })).body.data;
	await httpClient(stack.urls.chat).post(`${V1}/chat/messages`, { session_id, content: "在吗" });
	assert.equal((await who.admin.post("/api/customer/shopper_1/assign", { kefu_id: "kefu_900" })).status, 200);
	const kefu900 = await signIn(stack.urls.kefu, "new@example.com", "password900");
	await kefu900.post(`${V1}/chat/messages`, { session_id, content: "在的" });
	const data = answers(await who.admin.delete(`${ALL}/kefu_900?erase=true`), { success: true, message: "用户已删除", data: { user_id: "kefu_900", deleted: true } });
	assert.equal(data.deleted, true);
	refused(await who.admin.get(`${ALL}/kefu_900`), 404);
	assert.equal((await kefu900.get(`${V1}/auth/me`)).status, 401);
	assert.equal((await stack.sql("SELECT queue_rank > 0 AS waits FROM conversations WHERE session_id = ?", [session_id]))[0].waits, 1);
	const [row] = await stack.sql("SELECT full_name, email, phone, avatar_url FROM users WHERE public_id = 'kefu_900'");
	assert.deepEqual(row, { full_name: "", email: null, phone: null, avatar_url: null });
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM messages WHERE sender_name = '客服小改'"))[0].n, 0);
	refused(await who.admin.post(`${ALL}/create`, { user_id: "kefu_900", name: "x", user_type: "kefu", password: "password1" }), 400, "user_id");

	assert.equal((await who.admin.delete(`${ALL}/kehu_900`)).body.data.user_id, "kehu_900");
	refused(await who.admin.get(`${ALL}/kehu_900`), 404);
	assert.equal((await who.admin.delete(`${ALL}/user123?erase=true`)).status, 200);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM users WHERE full_name = '李四' OR email = 'lisi@example.com'"))[0].n, 0);
	refused(await who.admin.delete(`${ALL}/admin`), 400);
	refused(await who.admin.delete(`${ALL}/nobody`), 404);
	refused(await who.admin.delete(`${ALL}/kehu_001?erase=maybe`), 400, "erase");
});

test("who may", async () => {
	await guarded(who, [
		{ method: "GET", path: ALL }, { method: "GET", path: `${ALL}/kefu_001` }, { method: "POST", path: `${ALL}/create`, deny: ["agent", "supervisor"] }, { method: "PUT", path: `${ALL}/kefu_001`, deny: ["agent", "supervisor"] },
		{ method: "DELETE", path: `${ALL}/kefu_001`, deny: ["agent", "supervisor"] }, { method: "PUT", path: `${ALL}/kefu_001/permissions`, deny: ["agent", "supervisor"] }, { method: "PUT", path: `${ALL}/kefu_001/status`, body: { status: "online" } },
	]);
});

test("every route was answered for", () => {
	gate();
});
