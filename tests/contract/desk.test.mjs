// Desk: who may call it, sessions, agents, assignment: the documented examples as they are printed, and what they change elsewhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { coverage } from "../lib/coverage.mjs";
import { answers, connect, guarded, people, refused } from "../lib/desk.mjs";
import { copiesHold, startStack, until } from "../lib/stack.mjs";

let stack, who;
const { counted, gate } = coverage("desk", ["/api/sessions", "/api/kefu", "/api/customer"]);
const V1 = "/api/v1";
const leg = (customer, agent) => `/api/sessions/${customer}:${agent}`;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	await stack.sql("UPDATE users SET max_sessions = active_sessions WHERE role > 0"); // whoever connects is given who waits
	who = await people(stack, counted);
	await online();
	await stack.sql("UPDATE users SET max_sessions = 5 WHERE role > 0");
});
after(() => stack?.stop());

const chat = () => httpClient(stack.urls.chat);
let customers = 0;
/** A customer with a name of its own and a conversation that waits, or is with whoever is free. */
const arrive = async (name = `shopper_${++customers}`, content = "你好") => {
	const { session_id } = (await chat().post(`${V1}/chat/sessions`, { user_id: name })).body.data;
	await chat().post(`${V1}/chat/messages`, { session_id, content });
	return { name, session_id };
};
const say = async (client, session_id, content) => {
	const answer = await client.post(`${V1}/chat/messages`, { session_id, content });
	assert.equal(answer.status, 201, answer.text);
	return answer.body.data;
};
/** Nobody is given work by chance: only those named are online. */
const online = async (...ids) => {
	await stack.sql("UPDATE users SET status = IF(public_id IN (?), 1, 3) WHERE role > 0", [ids.length ? ids : [""]]);
	for (const { id } of await stack.sql("SELECT id FROM users WHERE role > 0")) await stack.redis("DEL", `deskbell:user:${id}`);
};

test("the documented list, key by key", async () => {
	const data = answers(await who.admin.get("/api/sessions/list"), {
		success: true, message: "获取会话列表成功",
		data: {
			sessions: [{ session_id: "kehu_001:kefu_001", kefu_id: "kefu_001", kefu_name: "客服小王", kehu_id: "kehu_001", kehu_name: "客户张三", status: "active", created_at: "2024-01-01T10:00:00Z", updated_at: "2024-01-01T10:30:00Z", message_count: 15, last_message: "" }],
			pagination: { page: 1, limit: 20, total: 50, total_pages: 3 },
		},
	});
	assert.equal(data.sessions.length, 20);
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM assignments");
	assert.deepEqual(data.pagination, { page: 1, limit: 20, total: n, total_pages: Math.ceil(n / 20) });
	const { session_id, kefu_name, kehu_name, status, last_message, message_count } = data.sessions.find((s) => s.kehu_id === "kehu_001");
	assert.deepEqual({ session_id, kefu_name, kehu_name, status, last_message, message_count },
		{ session_id: "kehu_001:kefu_001", kefu_name: "客服小王", kehu_name: "客户张三", status: "active", last_message: "好的，那我等您的消息", message_count: 3 });
});

test("filters of the list, each row once over all pages, a page past the end, unknown values", async () => {
	const rows = await stack.sql("SELECT a.id, k.public_id AS k, s.public_id AS s, a.started_at AS t, a.end_reason AS r FROM assignments a JOIN users k ON k.id = a.contact_id JOIN users s ON s.id = a.agent_id ORDER BY a.started_at DESC, a.id DESC");
	const check = async (query, keep) => {
		const { sessions, pagination } = (await who.admin.get(`/api/sessions/list?limit=100&${query}`)).body.data;
		const wanted = rows.filter(keep);
		assert.equal(pagination.total, wanted.length, query);
		assert.deepEqual(sessions.map((s) => s.session_id), wanted.slice(0, 100).map((r) => `${r.k}:${r.s}`), query);
	};
	await check("kefu_id=kefu_002", (r) => r.s === "kefu_002");
	await check("status=active", (r) => r.r === 0);
	await check("status=completed&kefu_id=kefu_001", (r) => [1, 3, 5].includes(r.r) && r.s === "kefu_001");
	await check("status=transferred", (r) => r.r === 2 || r.r === 4);
	const now = Date.now(), day = (ago) => new Date(now - ago * 86400000).toISOString().slice(0, 10);
	await check(`start_date=${day(9)}&end_date=${day(6)}`, (r) => r.t >= Date.parse(day(9)) && r.t < Date.parse(day(6)) + 86400000);
	await check(`end_date=${day(20)}T12:00:00Z`, (r) => r.t < Date.parse(`${day(20)}T12:00:00Z`));
	const seen = [];
	for (let page = 1; page <= Math.ceil(rows.length / 70); page++) seen.push(...(await who.admin.get(`/api/sessions/list?limit=70&page=${page}`)).body.data.sessions);
	assert.deepEqual(seen.map((s) => s.session_id), rows.map((r) => `${r.k}:${r.s}`));
	const past = (await who.admin.get("/api/sessions/list?page=1000")).body.data;
	assert.deepEqual([past.sessions, past.pagination.total], [[], rows.length]);
	for (const [query, field] of [["status=weird", "status"], ["kefu_id=nobody", "kefu_id"], ["start_date=soon", "start_date"], ["end_date=2024-13-01", "end_date"], ["page=0", "page"], ["limit=101", "limit"], ["limit=x", "limit"]])
		refused(await who.admin.get(`/api/sessions/list?${query}`), 400, field);
});

test("the documented detail, messages and statistics", async () => {
	const detail = answers(await who.agent.get(leg("kehu_001", "kefu_001")), {
		success: true, message: "获取会话详情成功",
		data: {
			session: { session_id: "kehu_001:kefu_001", kefu_id: "kefu_001", kefu_name: "客服小王", kehu_id: "kehu_001", kehu_name: "客户张三", status: "active", created_at: "", updated_at: "", message_count: 15, last_message: "" },
			participants: { kefu: { id: "kefu_001", name: "客服小王", status: "Online", avatar: null }, kehu: { id: "kehu_001", name: "客户张三", status: "Online", avatar: null } },
			statistics: { duration_seconds: 1800, message_count: 15, avg_response_time_seconds: 30 },
		},
	});
	assert.deepEqual(detail.participants.kefu, { id: "kefu_001", name: "客服小王", status: "Busy", avatar: null });
	assert.deepEqual([detail.statistics.message_count, detail.statistics.avg_response_time_seconds, detail.session.message_count], [3, 30, 3]);
	assert.equal((await who.agent.get("/api/sessions/kehu_001%3Akefu_001")).body.data.session.session_id, "kehu_001:kefu_001", "an encoded colon");

	const data = answers(await who.agent.get(`${leg("kehu_001", "kefu_001")}/messages`), {
		success: true, message: "获取会话消息成功",
		data: {
			session_id: "kehu_001:kefu_001",
			messages: [{ id: "msg_001", from: "kehu_001", to: "kefu_001", content: "你好", content_type: "Text", timestamp: "2024-01-01T10:00:00Z", url: null }],
			pagination: { page: 1, limit: 50, total: 15, has_more: false },
		},
	});
	assert.deepEqual(data.messages.map((m) => [m.from, m.to, m.content]), [
		["kehu_001", "kefu_001", "你好，我想咨询一下产品信息"], ["kefu_001", "kehu_001", "您好，请问您想了解哪一款产品？"], ["kehu_001", "kefu_001", "好的，那我等您的消息"]]);
	assert.deepEqual(data.pagination, { page: 1, limit: 50, total: 3, has_more: false });
	const second = (await who.agent.get(`${leg("kehu_001", "kefu_001")}/messages?page=2&limit=2&include_system=true`)).body.data;
	assert.deepEqual([second.messages.length, second.pagination], [1, { page: 2, limit: 2, total: 3, has_more: false }]);
	assert.equal((await who.agent.get(`${leg("kehu_001", "kefu_001")}/messages?limit=2`)).body.data.pagination.has_more, true);
	refused(await who.agent.get(`${leg("kehu_001", "kefu_001")}/messages?include_system=perhaps`), 400, "include_system");

	const { statistics } = answers(await who.agent.get(`${leg("kehu_001", "kefu_001")}/statistics`), {
		success: true, message: "获取会话统计成功",
		data: {
			session_id: "kehu_001:kefu_001",
			statistics: { total_messages: 25, kefu_messages: 12, kehu_messages: 13, avg_response_time_seconds: 45, first_response_time_seconds: 30, duration_seconds: 3600, satisfaction_score: null },
		},
	});
	assert.deepEqual([statistics.total_messages, statistics.kefu_messages, statistics.kehu_messages, statistics.satisfaction_score], [3, 1, 2, null]);
	for (const path of ["", "/messages", "/statistics"]) for (const id of ["kehu_001:kefu_002", "kehu_999:kefu_001", "kehu_001:nobody", "nothing", ":kefu_001", "kehu_001:"])
		refused(await who.admin.get(`/api/sessions/${id}${path}`), 404);
});

test("the documented queue, and assignment by hand and automatically", async () => {
	await online();
	const asked = Math.floor(Date.now() / 1000);
	const { waiting_customers, total } = answers(await who.agent.get("/api/kefu/waiting"), {
		success: true, message: "获取等待客户列表成功",
		data: { waiting_customers: [{ customer_id: "kehu_003", customer_name: "客户王五", status: "Online", waiting_since: 1704112200, waiting_duration_seconds: 300 }], total: 1 },
	});
	const [w] = waiting_customers;
	assert.deepEqual([total, w.customer_id, w.customer_name, w.queue_position], [1, "kehu_003", "客户王五", 1]);
	const told = w.waiting_since + w.waiting_duration_seconds;
	assert.ok(told >= asked - 1 && told <= Date.now() / 1000 + 1, "since and how long agree");
	assert.ok(w.waiting_duration_seconds >= 300);
	refused(await who.agent.get("/api/kefu/waiting?limit=0"), 400, "limit");

	const kept = answers(await who.admin.post("/api/customer/kehu_003/assign", { priority: "high", note: "VIP客户" }), { success: true, message: "暂无空闲客服，客户 kehu_003 已进入等待队列", data: { customer_id: "", status: "", priority: "" } });
	assert.deepEqual([kept.status, kept.assigned_kefu_id, kept.priority, kept.queue_position], ["waiting", null, "high", 1]);
	await stack.sql("UPDATE users SET status = 1 WHERE public_id = 'kefu_001'");
	const data = answers(await who.admin.post("/api/customer/kehu_003/assign", { kefu_id: "kefu_001", priority: "high", note: "VIP客户" }), {
		success: true, message: "客户 kehu_003 已成功分配给客服 kefu_001",
		data: { customer_id: "kehu_003", assigned_kefu_id: "kefu_001", assignment_time: "2024-01-01T10:30:00Z", priority: "high", note: "VIP客户", status: "assigned" },
	});
	assert.deepEqual({ ...data, assignment_time: "" }, { customer_id: "kehu_003", assigned_kefu_id: "kefu_001", assignment_time: "", priority: "high", note: "VIP客户", status: "assigned", queue_position: null });
	assert.equal((await who.agent.get(leg("kehu_003", "kefu_001"))).body.data.session.status, "active");
	assert.deepEqual((await stack.sql("SELECT content, private FROM messages WHERE stream = 2 ORDER BY seq DESC LIMIT 1"))[0], { content: "VIP客户", private: 1 });
	assert.equal((await who.agent.get("/api/kefu/waiting")).body.data.total, 0);

	const customers = answers(await who.agent.get("/api/kefu/kefu_001/customers"), {
		success: true, message: "获取客服客户列表成功",
		data: { kefu_id: "kefu_001", customers: [{ id: "kehu_001", name: "客户张三", status: "Online", last_message: "", last_activity: "2024-01-01T10:30:00Z", unread_count: 0 }], total: 1 },
	});
	assert.deepEqual(customers.customers.map((k) => [k.id, k.name, k.unread_count]), [["kehu_001", "客户张三", 1], ["kehu_003", "客户王五", 2]]);
	refused(await who.agent.get("/api/kefu/nobody/customers"), 404);

	// Automatically: the best who is online; whoever has a customer keeps it; a customer without a conversation gets one.
	assert.equal((await who.admin.post("/api/customer/kehu_003/assign", {})).body.data.assigned_kefu_id, "kefu_001");
	const fresh = (await who.admin.post("/api/customer/guest_1020/assign", { priority: "low" })).body.data;
	assert.deepEqual([fresh.assigned_kefu_id, fresh.priority, fresh.note], ["kefu_001", "low", ""]);
	assert.equal((await who.agent.get(leg("guest_1020", "kefu_001"))).body.data.session.status, "active");

	// Beyond capacity, unknown people, unknown words.
	await stack.sql("UPDATE users SET max_sessions = active_sessions WHERE public_id = 'kefu_001'");
	const { name } = await arrive();
	const full = await who.admin.post(`/api/customer/${name}/assign`, { kefu_id: "kefu_001" });
	refused(full, 400);
	assert.match(full.body.message, /上限/);
	refused(await who.admin.post("/api/customer/nobody/assign", {}), 404);
	refused(await who.admin.post("/api/customer/kefu_001/assign", {}), 404);
	refused(await who.admin.post("/api/customer/kehu_003/assign", { kefu_id: "nobody" }), 404);
	refused(await who.admin.post("/api/customer/kehu_003/assign", { priority: "now" }), 400, "priority");
	refused(await who.admin.post("/api/customer/kehu_003/assign", { note: 5 }), 400, "note");
	// Agents take what waits for themselves, and give nothing to others.
	refused(await who.other.post(`/api/customer/${name}/assign`, { kefu_id: "kefu_001" }), 403);
	assert.equal((await who.other.post(`/api/customer/${name}/assign`, { kefu_id: "kefu_002" })).body.data.assigned_kefu_id, "kefu_002");
	await stack.sql("UPDATE users SET max_sessions = 5 WHERE public_id = 'kefu_001'"); // not before: a freed slot takes who waits
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM users u WHERE active_sessions <> (SELECT COUNT(*) FROM assignments WHERE agent_id = u.id AND ended_at IS NULL)"))[0].n, 0);
});

test("figures of a session are those of its rows", async () => {
	await online("kefu_001");
	const { name, session_id } = await arrive();
	await say(who.agent, session_id, "您好");
	await say(chat(), session_id, "多少钱？");
	await say(who.agent, session_id, "九十九元");
	await say(who.agent, session_id, "包邮");
	await chat().post(`${V1}/chat/sessions/${session_id}/rating`, { score: 4 });
	await stack.sql("UPDATE responses SET asked_at = answered_at - IF(first, 20000, 40000) WHERE conversation_id = (SELECT id FROM conversations WHERE session_id = ?)", [session_id]);
	const { statistics } = (await who.agent.get(`${leg(name, "kefu_001")}/statistics`)).body.data;
	assert.deepEqual({ ...statistics, duration_seconds: 0 }, { total_messages: 5, kefu_messages: 3, kehu_messages: 2, avg_response_time_seconds: 30, first_response_time_seconds: 20, duration_seconds: 0, satisfaction_score: 4 });
	await who.agent.post(`${leg(name, "kefu_001")}/end`);
});

test("the documented transfer: a new leg, the old one as transferred, seen by the other contracts", async () => {
	await online("kefu_001", "kefu_002");
	const { session_id } = (await stack.sql("SELECT session_id FROM conversations WHERE id = 1"))[0];
	const body = { to_kefu_id: "kefu_002", reason: "专业问题需要转接", note: "客户询问技术问题" };
	refused(await who.agent.post(`${leg("kehu_001", "kefu_001")}/transfer`, { ...body, to_kefu_id: "kefu_001" }), 400, "to_kefu_id");
	refused(await who.agent.post(`${leg("kehu_001", "kefu_001")}/transfer`, { ...body, to_kefu_id: "kefu_404" }), 404);
	refused(await who.agent.post(`${leg("kehu_001", "kefu_001")}/transfer`, { ...body, to_kefu_id: "kehu_002" }), 404);
	refused(await who.agent.post(`${leg("kehu_001", "kefu_001")}/transfer`, {}), 400, "to_kefu_id");
	await stack.sql("UPDATE users SET status = 0 WHERE public_id = 'kefu001'");
	refused(await who.agent.post(`${leg("kehu_001", "kefu_001")}/transfer`, { to_kefu_id: "kefu001" }), 400, "to_kefu_id");
	refused(await who.agent.post(`${leg("kehu_404", "kefu_001")}/transfer`, body), 404);
	await stack.sql("UPDATE users SET max_sessions = active_sessions WHERE public_id = 'kefu_002'");
	const full = await who.agent.post(`${leg("kehu_001", "kefu_001")}/transfer`, body);
	refused(full, 400);
	assert.match(full.body.message, /上限/);
	await stack.sql("UPDATE users SET max_sessions = 5 WHERE public_id = 'kefu_002'");

	const watch = await Socket.open(stack.ws);
	watch.send("resume", { session_id });
	await watch.waitFor("resumed");
	const data = answers(await who.agent.post(`${leg("kehu_001", "kefu_001")}/transfer`, body), {
		success: true, message: "会话已成功转接给客服 kefu_002",
		data: { session_id: "kehu_001:kefu_001", from_kefu_id: "kefu_001", to_kefu_id: "kefu_002", transfer_time: "2024-01-01T10:30:00Z", reason: "专业问题需要转接", note: "客户询问技术问题" },
	});
	assert.deepEqual({ ...data, transfer_time: "" }, { session_id: "kehu_001:kefu_001", from_kefu_id: "kefu_001", transfer_time: "", ...body });
	assert.equal((await watch.waitFor("status_update")).data.assignee.name, "客服小李", "the visitor is told");
	await watch.close();
	refused(await who.admin.post(`${leg("kehu_001", "kefu_001")}/transfer`, body), 400);
	assert.equal((await who.admin.get(leg("kehu_001", "kefu_001"))).body.data.session.status, "transferred");
	const next = (await who.other.get(leg("kehu_001", "kefu_002"))).body.data;
	assert.deepEqual([next.session.status, next.session.message_count], ["active", 0]);
	const console_ = (await (await signIn(stack.urls.kefu, "admin@example.com")).get(`${V1}/conversations/1`)).body.data.conversation;
	assert.equal(console_.assignee.full_name, "客服小李");
	assert.deepEqual([console_.messages.at(-1).is_private, console_.messages.at(-1).content], [true, "专业问题需要转接\n客户询问技术问题"]);
	assert.equal((await chat().get(`${V1}/chat/sessions/${session_id}`)).body.data.assignee.name, "客服小李");

	await say(who.other, session_id, "我来为您解答");
	const said = (await who.other.get(`${leg("kehu_001", "kefu_002")}/messages`)).body.data;
	assert.deepEqual(said.messages.map((m) => [m.from, m.to, m.content]), [["kefu_002", "kehu_001", "我来为您解答"]], "each leg has its own messages, and no notes");
	assert.equal((await who.admin.get(`${leg("kehu_001", "kefu_001")}/messages`)).body.data.pagination.total, 3);
	// An agent keeps seeing what he has said himself, and moves nothing that is another's.
	assert.equal((await who.agent.get(leg("kehu_001", "kefu_001"))).status, 200);
	refused(await who.agent.post(`${leg("kehu_001", "kefu_002")}/transfer`, { to_kefu_id: "kefu001" }), 403);
	refused(await who.agent.post(`${leg("kehu_001", "kefu_002")}/end`), 403);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM audit_log WHERE action = 'conversation:transfer'"))[0].n, 1);
});

test("the documented end: resolved for everybody; asked again it answers the same", async () => {
	const data = answers(await who.other.post(`${leg("kehu_001", "kefu_002")}/end`), {
		success: true, message: "会话已结束", data: { session_id: "kehu_001:kefu_001", ended_at: "2024-01-01T11:00:00Z", duration_seconds: 3600, message_count: 25 },
	});
	assert.equal(data.message_count, 1);
	assert.deepEqual((await who.other.post(`${leg("kehu_001", "kefu_002")}/end`)).body.data, data);
	const [row] = await stack.sql("SELECT c.status, (SELECT active_sessions - (SELECT COUNT(*) FROM assignments WHERE agent_id = u.id AND ended_at IS NULL) FROM users u WHERE public_id = 'kefu_002') AS n FROM conversations c WHERE id = 1");
	assert.deepEqual([row.status, row.n], [2, 0]);
	assert.equal((await who.other.get(leg("kehu_001", "kefu_002"))).body.data.session.status, "completed");
	refused(await who.other.post(`${leg("kehu_001", "kefu_001")}/end`), 403);
	refused(await who.admin.post(`${leg("kehu_001", "kefu_001")}/end`), 400);
	refused(await who.admin.post(`${leg("kehu_001", "kefu001")}/end`), 404);
});

test("the documented workload and available agents: 3 of 5 sessions score 14.0", async () => {
	await online("kefu_001");
	await stack.sql("UPDATE users SET active_sessions = 3, responses = 10, response_ms = 300000, ratings = 0, rating_sum = 0 WHERE public_id = 'kefu_001'");
	const data = answers(await who.agent.get("/api/kefu/kefu_001/workload"), {
		success: true, message: "获取客服工作负载成功",
		data: {
			workload: { kefu_id: "kefu_001", kefu_name: "客服小王", active_sessions: 3, max_sessions: 5, utilization_rate: 60.0, status: "available", avg_response_time: 30.0, satisfaction_score: 5.0, last_activity: "2024-01-01T10:30:00Z" },
			raw_data: { active_sessions: 3, max_sessions: 5, utilization_rate: 60.0, status: "available" },
		},
	});
	assert.deepEqual({ ...data.workload, last_activity: "" }, { kefu_id: "kefu_001", kefu_name: "客服小王", active_sessions: 3, max_sessions: 5, utilization_rate: 60, status: "available", avg_response_time: 30, satisfaction_score: 5, last_activity: "" });
	assert.deepEqual(data.raw_data, { active_sessions: 3, max_sessions: 5, utilization_rate: 60, status: "available" });
	const free = answers(await who.agent.get("/api/kefu/available"), {
		success: true, message: "获取可用客服列表成功",
		data: { available_kefu: [{ kefu_id: "kefu_001", kefu_name: "客服小王", current_load: 3, max_capacity: 5, efficiency_score: 14.0, last_activity: "2024-01-01T10:30:00Z" }], total: 1 },
	});
	assert.deepEqual([free.total, free.available_kefu[0].kefu_id, free.available_kefu[0].efficiency_score], [1, "kefu_001", 14]);
	await stack.sql("UPDATE users SET active_sessions = 5 WHERE public_id = 'kefu_001'");
	assert.deepEqual((await who.agent.get("/api/kefu/available")).body.data, { available_kefu: [], total: 0 });
	assert.equal((await who.agent.get("/api/kefu/kefu_001/workload")).body.data.workload.status, "full");
	await stack.sql("UPDATE users u SET active_sessions = (SELECT COUNT(*) FROM assignments WHERE agent_id = u.id AND ended_at IS NULL), responses = 0, response_ms = 0 WHERE public_id = 'kefu_001'");
	assert.equal((await who.agent.get("/api/kefu/kefu_002/workload")).body.data.workload.status, "busy");
	for (const id of ["kehu_001", "nobody"]) refused(await who.agent.get(`/api/kefu/${id}/workload`), 404);
});

test("the documented switch", async () => {
	const data = answers(await who.agent.post("/api/kefu/kefu_001/switch/kehu_002"), {
		success: true, message: "客服 kefu_001 已成功切换到客户 kehu_002",
		data: { kefu_id: "kefu_001", customer_id: "kehu_002", switch_time: "2024-01-01T10:30:00Z", status: "success" },
	});
	assert.equal(data.status, "success");
	assert.equal((await who.agent.post("/api/kefu/kefu_001/switch/kehu_002")).status, 200, "again is the same");
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM assignments WHERE contact_id = 11 AND ended_at IS NULL"))[0].n, 1);
	refused(await who.agent.post("/api/kefu/kefu_002/switch/kehu_002"), 403);
	refused(await who.agent.post("/api/kefu/kefu_001/switch/nobody"), 404);
	refused(await who.agent.post("/api/kefu/nobody/switch/kehu_002"), 404);
	refused(await who.other.post("/api/kefu/kefu_002/switch/kehu_002"), 404);
	assert.equal((await who.supervisor.post("/api/kefu/kefu_002/switch/kehu_002")).status, 200);
	assert.equal((await who.admin.get(leg("kehu_002", "kefu_001"))).body.data.session.status, "transferred");
});

test("agents see their own, their teams' and what nobody has", async () => {
	const mine = (await who.other.get("/api/sessions/list?limit=100")).body.data;
	const rows = await stack.sql("SELECT k.public_id AS k, s.public_id AS s FROM assignments a JOIN conversations c ON c.id = a.conversation_id JOIN users k ON k.id = a.contact_id JOIN users s ON s.id = a.agent_id WHERE a.agent_id = 4 OR c.assignee_id IS NULL OR c.assignee_id = 4 OR c.team_id = 2 ORDER BY a.started_at DESC, a.id DESC");
	assert.equal(mine.pagination.total, rows.length);
	assert.deepEqual(mine.sessions.map((s) => s.session_id), rows.slice(0, 100).map((r) => `${r.k}:${r.s}`));
	for (const path of ["", "/messages", "/statistics"]) refused(await who.other.get(`${leg("kehu_003", "kefu_001")}${path}`), 404);
	refused(await who.other.post(`${leg("kehu_003", "kefu_001")}/end`), 404);
	assert.deepEqual((await who.other.get("/api/kefu/kefu_001/customers")).body.data.customers, []);
});

test("strangers, closed sockets, and those without one", async () => {
	await guarded(who, [
		{ method: "GET", path: "/api/sessions/list" }, { method: "GET", path: leg("kehu_001", "kefu_001") }, { method: "GET", path: `${leg("kehu_001", "kefu_001")}/messages` },
		{ method: "GET", path: `${leg("kehu_001", "kefu_001")}/statistics` }, { method: "POST", path: `${leg("kehu_001", "kefu_001")}/transfer` }, { method: "POST", path: `${leg("kehu_001", "kefu_001")}/end` },
		{ method: "GET", path: "/api/kefu/available" }, { method: "GET", path: "/api/kefu/waiting" }, { method: "GET", path: "/api/kefu/kefu_001/customers" }, { method: "GET", path: "/api/kefu/kefu_001/workload" },
		{ method: "POST", path: "/api/kefu/kefu_001/switch/kehu_001" }, { method: "POST", path: "/api/customer/kehu_001/assign" },
	]);
	const desk = httpClient(stack.urls.desk);
	const list = (token) => desk.get("/api/sessions/list", { token });
	for (const token of ["nonsense", "conn_", "conn_abc.def", `${who.agent.connection}x`]) refused(await list(token), 401);
	refused(await desk.get("/api/sessions/list", { headers: { Authorization: "Basic eDp5" } }), 401);

	// Signed in without a WebSocket: not enough. With one, the token and the connection token are both good.
	const lonely = await signIn(stack.urls.desk, "kefu001@example.com");
	const without = await list(lonely.token);
	refused(without, 401);
	assert.match(without.body.message, /WebSocket/);
	const there = await connect(stack, "kefu001@example.com");
	for (const token of [there.token, there.connection, lonely.token]) assert.equal((await list(token)).status, 200);

	// A closed socket counts for a while, and no longer.
	await there.socket.close();
	const scores = async () => (await stack.redis("ZRANGE", "deskbell:online:5", "0", "-1", "WITHSCORES")).map(([name, at]) => [name, Number(at)]);
	await until(async () => (await scores()).some(([, at]) => at < Date.now() + 31_000), { what: "the relay's note of the closed socket" });
	for (const token of [there.token, there.connection]) assert.equal((await list(token)).status, 200, "for 30 s");
	for (const [name] of await scores()) await stack.redis("ZADD", "deskbell:online:5", Date.now() - 1, name);
	for (const token of [there.token, there.connection]) refused(await list(token), 401);

	// Kefu's opaque token is a staff token too: with its user's name, and a socket.
	const opaque = (await httpClient(stack.urls.kefu).post("/api/auth/kefu/login", { kefu_id: "kefu_001", password: "password123" })).body.session_id;
	assert.equal((await desk.get("/api/sessions/list", { token: opaque, headers: { "X-User-ID": "kefu_001" } })).status, 200);
	refused(await desk.get("/api/sessions/list", { token: opaque, headers: { "X-User-ID": "kefu_002" } }), 401);
	refused(await list(opaque), 401);

	// A connection token is its own socket's, and ends with its sign-in.
	const again = await connect(stack, "kefu001@example.com");
	refused(await list(there.connection), 401);
	assert.equal((await list(there.token)).status, 200);
	await again.post(`${V1}/auth/logout`);
	for (const token of [again.connection, again.token]) refused(await list(token), 401);
});

test("a connection is not asked for where the settings say so", async () => {
	const lifted = await startStack({ env: { DESKBELL_DESK_REQUIRE_CONNECTION: "0", DESKBELL_AI_PROVIDER: "off" } });
	try {
		const agent = await signIn(lifted.urls.desk, "agent@example.com");
		assert.equal((await agent.get("/api/sessions/kehu_001:kefu_001")).status, 200);
		refused(await httpClient(lifted.urls.desk).get("/api/sessions/list"), 401);
		await lifted.kill("redis");
		assert.equal((await agent.get("/api/sessions/kehu_001:kefu_001")).status, 200, "Redis is not needed then");
	} finally {
		await lifted.stop();
	}
});

test("errors in the document's shape: unknown paths, methods, bodies, languages", async () => {
	refused(await who.admin.get("/api/sessions/a/b/c"), 404);
	refused(await who.admin.get("/api/customer/kehu_001"), 404);
	const method = await who.admin.put("/api/sessions/list", {});
	refused(method, 405);
	assert.equal(method.headers.get("allow"), "GET");
	refused(await who.admin.post("/api/customer/kehu_003/assign", "{"), 400);
	refused(await who.admin.post("/api/customer/kehu_003/assign", "x", { headers: { "Content-Type": "text/plain" } }), 415);
	refused(await who.admin.post("/api/customer/kehu_003/assign", JSON.stringify({ note: "x".repeat(2 << 20) })), 413);
	const english = await who.admin.get("/api/sessions/list", { headers: { "Accept-Language": "en" } });
	assert.equal(english.body.message, "Sessions listed");
	// Every door has every route.
	for (const door of Object.values(stack.urls)) assert.equal((await httpClient(door, { token: who.admin.token }).get("/api/kefu/available")).body.success, true);
	await stack.kill("redis");
	refused(await who.admin.get("/api/sessions/list"), 503);
	await stack.start("redis");
});

test("every route was answered for", () => {
	gate();
});

test("what rows repeat of others is the same there", () => copiesHold(stack));
