// Desk: messages of all sessions: list, detail, search, delete; figures of the whole site.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { coverage } from "../lib/coverage.mjs";
import { answers, guarded, people, refused } from "../lib/desk.mjs";
import { startStack, until, withinADay } from "../lib/stack.mjs";

let stack, who;
const { counted, gate } = coverage("desk", ["/api/messages", "/api/analytics"], ["/api/messages/export", "/api/analytics/performance"]);
const ALL = "/api/messages", V1 = "/api/v1";
const message = { id: "msg_001", session_id: "kehu_001:kefu_001", from: "kehu_001", to: "kefu_001", content: "", content_type: "Text", timestamp: "2024-01-01T10:00:00Z", url: null };

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	await stack.sql("UPDATE users SET max_sessions = active_sessions WHERE role > 0"); // whoever connects is given who waits
	who = await people(stack, counted);
});
after(() => stack?.stop());

const chat = () => httpClient(stack.urls.chat);
const talk = async (user_id, ...said) => {
	const { session_id } = (await chat().post(`${V1}/chat/sessions`, { user_id })).body.data;
	const messages = [];
	for (const content of said) messages.push((await chat().post(`${V1}/chat/messages`, { session_id, content })).body.data);
	return { session_id, messages };
};
const search = async (body, client = who.admin) => (await client.post(`${ALL}/search`, body)).body.data;
const contents = (data) => data.messages.map((m) => m.content);

test("the list: key by key, newest first, the right total, filters", async () => {
	const data = answers(await who.admin.get(ALL), { success: true, message: "获取消息列表成功", data: { messages: [message], pagination: { page: 1, limit: 20, total: 1, has_more: true } } });
	const rows = await stack.sql(`SELECT m.id, m.type, m.sender_type AS st, k.public_id AS k, u.public_id AS u FROM messages m JOIN conversations c ON c.id = m.stream JOIN users k ON k.id = c.contact_id
		LEFT JOIN users u ON u.id = m.sender_id WHERE m.private = 0 AND m.deleted_at IS NULL AND m.sender_type < 3 ORDER BY m.id DESC`);
	assert.deepEqual(data.pagination, { page: 1, limit: 20, total: rows.length, has_more: true });
	assert.deepEqual(data.messages.map((m) => m.id), rows.slice(0, 20).map((r) => `msg_${r.id}`));
	const newest = data.messages.find((m) => m.content === "好的，那我等您的消息");
	assert.deepEqual([newest.session_id, newest.from, newest.to], ["kehu_001:kefu_001", "kehu_001", "kefu_001"]);
	const check = async (query, keep) => {
		const found = (await who.admin.get(`${ALL}?limit=100&${query}`)).body.data, wanted = rows.filter(keep);
		assert.deepEqual([found.messages.map((m) => m.id), found.pagination.total], [wanted.slice(0, 100).map((r) => `msg_${r.id}`), wanted.length], query);
		return found.messages;
	};
	for (const m of await check("from_user=kehu_001", (r) => r.k === "kehu_001" && r.st === 0)) assert.equal(m.from, "kehu_001");
	for (const m of await check("from_user=kefu_002", (r) => r.u === "kefu_002" && r.st === 2)) assert.equal(m.from, "kefu_002");
	for (const m of await check("to_user=kehu_001", (r) => r.k === "kehu_001" && r.st !== 0)) assert.equal(m.to, "kehu_001");
	for (const m of await check("from_user=ai", (r) => r.st === 1)) assert.equal(m.from, "ai");
	await check("from_user=kefu_001&to_user=kehu_001", (r) => r.k === "kehu_001" && r.u === "kefu_001");
	await check("content_type=Text", (r) => r.type === 0);
	await check("content_type=Image", (r) => r.type === 1);
	const toAgent = (await who.admin.get(`${ALL}?limit=100&to_user=kefu_001`)).body.data;
	assert.ok(toAgent.messages.length > 0 && toAgent.messages.every((m) => m.to === "kefu_001" && m.session_id === `${m.from}:kefu_001`));
	const pages = [];
	for (let page = 1; page <= 5; page++) pages.push(...(await who.admin.get(`${ALL}?page=${page}&limit=7`)).body.data.messages.map((m) => m.id));
	assert.deepEqual(pages, rows.slice(0, 35).map((r) => `msg_${r.id}`));
	const past = (await who.admin.get(`${ALL}?page=9999`)).body.data;
	assert.deepEqual([past.messages, past.pagination.total, past.pagination.has_more], [[], rows.length, false]);
	for (const [query, field] of [["from_user=nobody", "from_user"], ["to_user=nobody", "to_user"], ["content_type=Song", "content_type"], ["page=0", "page"], ["limit=101", "limit"]]) refused(await who.admin.get(`${ALL}?${query}`), 400, field);
});

test("one message; agents see their scope, nobody a note", async () => {
	const [{ id }] = await stack.sql("SELECT id FROM messages WHERE stream = 1 AND seq = 1");
	const { message: m } = answers(await who.agent.get(`${ALL}/msg_${id}`), { success: true, message: "获取消息详情成功", data: { message } });
	assert.deepEqual([m.id, m.from, m.to, m.content, m.session_id], [`msg_${id}`, "kehu_001", "kefu_001", "你好，我想咨询一下产品信息", "kehu_001:kefu_001"]);
	refused(await who.other.get(`${ALL}/msg_${id}`), 404);
	refused(await who.admin.get(`${ALL}/msg_99999999`), 404);
	refused(await who.admin.get(`${ALL}/nonsense`), 400, "message_id");
	const [note] = await stack.sql("SELECT id FROM messages WHERE private = 1 LIMIT 1");
	refused(await who.admin.get(`${ALL}/msg_${note.id}`), 404);
	const mine = (await who.other.get(`${ALL}?limit=100`)).body.data;
	const seen = new Set((await stack.sql("SELECT k.public_id AS k FROM conversations c JOIN users k ON k.id = c.contact_id WHERE assignee_id IS NULL OR assignee_id = 4 OR team_id = 2")).map((r) => r.k));
	assert.ok(mine.messages.length > 0 && mine.messages.every((x) => seen.has(x.session_id.split(":")[0])));
	const file = new FormData();
	file.append("file", new Blob([Buffer.from("hello")], { type: "text/plain" }), "a.txt");
	const { session_id } = await talk("filer");
	const sent = (await chat().post(`${V1}/chat/sessions/${session_id}/files`, file)).body.data;
	const got = (await who.admin.get(`${ALL}/${sent.id}`)).body.data.message;
	assert.deepEqual([got.content_type, got.url], ["File", sent.attachment.url]);
});

test("search: Chinese and Latin, all words, highlighted, filtered, in scope", async () => {
	await talk("searcher", "我的蓝牙耳机充不进电", "Does the <b>BLUETOOTH</b> headset ship to Norway?", "耳机和充电器都坏了", "bluetooth & norway are far apart");
	// A word of each: one that is indexed does not say that the next one is.
	await until(async () => (await Promise.all(["蓝牙耳机", "headset", "充电器", "apart"].map((query) => search({ query })))).every((found) => found.messages.length === 1), { timeout: 60_000, what: "the index" });
	const data = answers(await who.admin.post(`${ALL}/search`, { query: "bluetooth" }), { success: true, message: "消息搜索成功", data: { messages: [{ ...message, highlight: "" }], pagination: { page: 1, limit: 20, total: 2, has_more: false }, query: "bluetooth" } });
	assert.deepEqual(data.messages.map((m) => m.highlight), ["<em>bluetooth</em> &amp; norway are far apart", "Does the &lt;b&gt;<em>BLUETOOTH</em>&lt;/b&gt; headset ship to Norway?"]);
	assert.deepEqual([data.query, data.pagination], ["bluetooth", { page: 1, limit: 20, total: 2, has_more: false }]);
	assert.deepEqual(contents(await search({ query: "耳机" })), ["耳机和充电器都坏了", "我的蓝牙耳机充不进电"]);
	assert.deepEqual(contents(await search({ query: "充电器 耳机" })), ["耳机和充电器都坏了"]);
	assert.deepEqual(contents(await search({ query: "headset norway" })), ["Does the <b>BLUETOOTH</b> headset ship to Norway?"]);
	assert.match((await search({ query: "耳机" })).messages[0].highlight, /^<em>耳机<\/em>和/);
	assert.deepEqual(contents(await search({ query: "bluetooth", limit: 1, page: 2 })), ["Does the <b>BLUETOOTH</b> headset ship to Norway?"]);
	assert.deepEqual(contents(await search({ query: "耳机", from_user: "searcher", content_type: "Text" })).length, 2);
	assert.deepEqual(contents(await search({ query: "耳机", from_user: "kefu_001" })), []);
	assert.deepEqual(contents(await search({ query: "耳机", end_date: "2020-01-01" })), []);
	assert.equal(contents(await search({ query: "耳机", start_date: new Date(Date.now() - 86400000).toISOString() })).length, 2);
	assert.deepEqual(contents(await search({ query: "咨询", session_id: "kehu_001:kefu_001" })), ["你好，我想咨询一下产品信息"]);
	await until(async () => contents(await search({ query: "产品信息" })).length === 1, { timeout: 60_000, what: "the index of the demo data" });
	assert.deepEqual(contents(await search({ query: "产品信息" }, who.agent)), ["你好，我想咨询一下产品信息"]);
	assert.deepEqual(contents(await search({ query: "产品信息" }, who.other)), [], "out of scope");
	for (const query of ["!!!", "%", "_", "zzzzqqqq"]) assert.deepEqual(contents(await search({ query })), [], query);
	for (const [body, field] of [[{}, "query"], [{ query: " " }, "query"], [{ query: "x".repeat(201) }, "query"], [{ query: 5 }, "query"], [{ query: "x", from_user: "nobody" }, "from_user"], [{ query: "x", start_date: "soon" }, "start_date"], [{ query: "x", content_type: "Song" }, "content_type"]])
		refused(await who.admin.post(`${ALL}/search`, body), 400, field);
	refused(await who.admin.post(`${ALL}/search`, { query: "x", session_id: "nobody:kefu_001" }), 404);
});

test("what was said while no worker ran is found as soon as one does", async () => {
	await stack.kill("worker");
	await talk("latecomer", "Is the gramophone repaired?");
	assert.deepEqual(contents(await search({ query: "gramophone" })), []);
	await stack.start("worker");
	await until(async () => contents(await search({ query: "gramophone" })).length === 1, { what: "the index" });
	// Nor does what is said first after a quiet time wait for the end of a pause that was made for the quiet: ten seconds.
	await talk("earlybird", "Or is it the barometer?");
	await until(async () => contents(await search({ query: "barometer" })).length === 1, { timeout: 8000, what: "the index, soon" });
});

test("a deleted message is gone from every contract's history and search; delivery goes on without a hole", async () => {
	const { session_id, messages } = await talk("regretful", "第一句", "我的密码是西瓜", "第三句");
	await until(async () => contents(await search({ query: "西瓜" })).length === 1 && contents(await search({ query: "第三句" })).length === 1, { timeout: 60_000, what: "the index" });
	const [{ id: conversation }] = await stack.sql("SELECT id FROM conversations WHERE session_id = ?", [session_id]);
	const console_ = await signIn(stack.urls.kefu, "admin@example.com");
	const visitor = await Socket.open(stack.ws);
	visitor.send("resume", { session_id });
	await visitor.waitFor("resumed");
	refused(await who.agent.delete(`${ALL}/${messages[1].id}`), 403);
	const data = answers(await who.admin.delete(`${ALL}/${messages[1].id}`), { success: true, message: "消息已删除", data: { message_id: messages[1].id, deleted: true } });
	assert.deepEqual(data, { message_id: messages[1].id, deleted: true });
	refused(await who.admin.delete(`${ALL}/${messages[1].id}`), 404);
	refused(await who.admin.get(`${ALL}/${messages[1].id}`), 404);

	const history = (await chat().get(`${V1}/chat/sessions/${session_id}/messages`)).body.data;
	assert.deepEqual([history.messages.map((m) => m.content), history.total], [["第一句", "第三句"], 2]);
	const poll = (await chat().get(`${V1}/chat/sessions/${session_id}/messages?after=${messages[0].id}`)).body.data;
	assert.deepEqual(poll.messages.map((m) => m.content), ["第三句"]);
	assert.deepEqual((await console_.get(`${V1}/conversations/${conversation}/messages`)).body.data.messages.map((m) => m.content), ["第一句", "第三句"]);
	assert.deepEqual(contents(await search({ query: "西瓜" })), []);
	assert.deepEqual((await console_.get(`${V1}/conversations?q=${encodeURIComponent("西瓜")}`)).body.data.conversations, []);
	assert.equal((await console_.get(`${V1}/conversations?q=${encodeURIComponent("第三句")}`)).body.data.conversations.length, 1, "what is still said is still found");
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM messages WHERE content LIKE '%西瓜%'"))[0].n, 0);

	// Who connects now, and who was there: the others in order, nothing of it, and what comes next.
	const late = await Socket.open(stack.ws);
	late.send("resume", { session_id, last_id: messages[0].id });
	assert.equal((await late.waitFor("message")).data.content, "第三句");
	await late.waitFor("resumed");
	await chat().post(`${V1}/chat/messages`, { session_id, content: "第四句" });
	for (const socket of [visitor, late]) await socket.waitFor((f) => f.data.content === "第四句");
	assert.deepEqual(late.frames.filter((f) => f.type === "message").map((f) => f.data.content), ["第三句", "第四句"]);
	await stack.kill("relay");
	await stack.start("relay");
	const again = await until(async () => Socket.open(stack.ws), { what: "the relay" });
	again.send("resume", { session_id });
	const frames = [];
	while (frames.length < 3) frames.push((await again.waitFor("message")).data.content);
	assert.deepEqual(frames, ["第一句", "第三句", "第四句"]);
	const staff = await Socket.open(stack.ws);
	staff.send("auth", { token: console_.token });
	await staff.waitFor("auth");
	staff.send("resume", { last_id: messages[0].id, positions: { [session_id]: 1 } });
	await staff.waitFor("resumed");
	assert.deepEqual(staff.frames.filter((f) => f.type === "message" && f.data.session_id === session_id).map((f) => f.data.content), ["第三句", "第四句"]);

	// The last one: what lists show is what was said before it.
	const last = (await chat().get(`${V1}/chat/sessions/${session_id}/messages`)).body.data.messages.at(-1);
	await who.admin.delete(`${ALL}/${last.id}`);
	const [row] = await stack.sql("SELECT last_text, last_seq, notes, unread_staff FROM conversations WHERE id = ?", [conversation]);
	assert.deepEqual(row, { last_text: "第三句", last_seq: 4, notes: 2, unread_staff: 2 });
	const next = (await chat().post(`${V1}/chat/messages`, { session_id, content: "第五句" })).body.data;
	assert.equal(next.seq, 5);
});

test("the overview, and figures of messages and users", async () => {
	await stack.sql("INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, content, created_at) VALUES (-999999, 1, UUID(), 1, 2, 'said in a room, to no customer', ?)", [Date.now()]);
	await withinADay(async () => {
		const data = answers(await who.agent.get("/api/analytics/overview"), {
			success: true, message: "获取概览统计成功",
			data: { total_users: 1, total_kefu: 1, total_kehu: 1, online_kefu: 1, online_kehu: 1, active_sessions: 1, waiting_customers: 1, total_sessions: 1, total_messages: 1, today: { sessions: 1, messages: 1 }, avg_response_time_seconds: 1, satisfaction_score: 1 },
		});
		const [want] = await stack.sql(`SELECT (SELECT COUNT(*) FROM users WHERE role > 0 AND deleted_at IS NULL) AS total_kefu, (SELECT COUNT(*) FROM users WHERE role = 0 AND deleted_at IS NULL) AS total_kehu,
			(SELECT COUNT(*) FROM users WHERE role > 0 AND status > 0) AS online_kefu, (SELECT COUNT(*) FROM assignments WHERE ended_at IS NULL) AS active_sessions, (SELECT COUNT(*) FROM assignments) AS total_sessions,
			(SELECT COUNT(*) FROM conversations WHERE queue_rank > 0) AS waiting_customers, (SELECT COUNT(*) FROM messages WHERE stream > 0 AND private = 0 AND deleted_at IS NULL AND sender_type < 3) AS total_messages`);
		for (const [key, value] of Object.entries(want)) assert.equal(data[key], value, key);
		assert.equal(data.total_users, data.total_kefu + data.total_kehu);
		const now = Date.now(), day = (ago) => new Date(now - ago * 86400000).toISOString().slice(0, 10);
		const said = answers(await who.agent.get(`/api/analytics/messages?start_date=${day(6)}&end_date=${day(0)}`), {
			success: true, message: "获取消息统计成功",
			data: { total_messages: 10000, daily_average: 322, peak_hour: "14:00", message_types: { text: 8000, image: 1500, file: 500 }, daily: [{ date: "2024-01-01", count: 1 }] },
		});
		assert.deepEqual(said.daily.map((d) => d.date), [6, 5, 4, 3, 2, 1, 0].map(day));
		assert.equal(said.daily.reduce((sum, d) => sum + d.count, 0), said.total_messages);
		assert.equal(said.daily.at(-1).count, data.today.messages);
		const users = answers(await who.agent.get("/api/analytics/users?period=7d"), {
			success: true, message: "获取用户统计成功", data: { active_users: 500, new_users: 50, returning_users: 450, average_session_duration: "15m", by_type: { agent: 1, supervisor: 1, admin: 1, kehu: 1 } },
		});
		assert.deepEqual(users.by_type, { agent: 3, supervisor: 1, admin: 1, kehu: data.total_kehu });
	});
	refused(await who.agent.get("/api/analytics/messages?start_date=soon"), 400, "start_date");
	refused(await who.agent.get("/api/analytics/messages?start_date=2024-03-04&end_date=2024-03-01"), 400, "end_date");
	refused(await who.agent.get("/api/analytics/users?period=forever"), 400, "period");
});

test("legs are counted once, and those that came since", async () => {
	const total = async () => (await who.agent.get("/api/analytics/overview")).body.data.total_sessions;
	const add = (n) => stack.sql(`INSERT INTO assignments (conversation_id, contact_id, agent_id, started_at, ended_at, end_reason) SELECT a.conversation_id, a.contact_id, a.agent_id, ?, ?, a.end_reason
		FROM assignments a JOIN seq_1_to_${n} WHERE a.id = (SELECT MIN(id) FROM assignments WHERE ended_at IS NOT NULL)`, [Date.now() - 61000, Date.now() - 60500]);
	const before = await total(), known = () => stack.redis("GET", "deskbell:legs:1");
	assert.equal(await known(), null, "few are counted each time");
	await add(1500);
	assert.equal(await total(), before + 1500);
	const first = await known();
	assert.ok(first, "many are kept");
	assert.equal(await total(), before + 1500);
	await add(7);
	assert.equal(await total(), before + 1507);
	assert.equal(await known(), first, "a few more do not change it");
	await add(1200);
	assert.equal(await total(), before + 2707);
	assert.notEqual(await known(), first);
	assert.equal(await total(), before + 2707);
	await stack.redis("DEL", "deskbell:legs:1");
	assert.equal(await total(), before + 2707, "what Redis forgets is counted anew");
});

test("who may", async () => {
	await guarded(who, [{ method: "GET", path: ALL }, { method: "GET", path: `${ALL}/msg_1` }, { method: "POST", path: `${ALL}/search`, body: { query: "x" } }, { method: "DELETE", path: `${ALL}/msg_1` },
		{ method: "GET", path: "/api/analytics/overview" }, { method: "GET", path: "/api/analytics/messages" }, { method: "GET", path: "/api/analytics/users" }]);
});

test("every route was answered for", () => {
	gate();
});
