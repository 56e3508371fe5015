// Console: conversations, messages, private notes, labels: the documented examples, filters and orders, scope, who may, what is told.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { copiesHold, startStack, until } from "../lib/stack.mjs";

let stack, guest, admin, supervisor, agent, other;
const { counted, gate } = coverage("console", ["/api/v1/conversations"], ["/api/v1/conversations/:conversation_id/files", "/api/v1/conversations/:conversation_id/assist"]);
const V1 = "/api/v1";
const ALL = `${V1}/conversations`;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	const come = async (email) => counted(await signIn(stack.urls.kefu, email));
	guest = counted(httpClient(stack.urls.kefu));
	[admin, supervisor, agent, other] = [await come("admin@example.com"), await come("supervisor@example.com"), await come("agent@example.com"), await come("kefu_002@example.com")];
});
after(() => stack?.stop());

const chat = () => httpClient(stack.urls.chat);
const newSession = async (body = {}) => (await chat().post(`${V1}/chat/sessions`, body)).body.data;
const say = async (session_id, content, extra) => (await chat().post(`${V1}/chat/messages`, { session_id, content, ...extra })).body.data;
const one = (id) => `${ALL}/${id}`;
const list = async (client, query = "") => {
	const answer = await client.get(`${ALL}?${query}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.body.data;
};
const ids = (data) => data.conversations.map((v) => v.id);
const refused = (answer, status, code, field) => {
	assert.equal(answer.status, status, answer.text);
	like(answer.body, { success: false, error: { code: "", message: "", details: null }, request_id: "" });
	assert.equal(answer.body.error.code, code, answer.text);
	if (field) assert.equal(answer.body.error.details[0].field, field, answer.text);
};
const audited = async (action, id) => (await stack.sql("SELECT user_id, details FROM audit_log WHERE action = ? AND resource_id = ? ORDER BY id DESC LIMIT 1", [action, id]))[0];
/** Bits taken from a user's role, effective at once. */
const drop = async (id, bits) => {
	await stack.sql("UPDATE users SET permissions_drop = ? WHERE id = ?", [bits, id]);
	await stack.redis("DEL", `deskbell:user:${id}`);
};
/** The tally agrees with the table, whatever was done. */
const tallied = async () => {
	const kind = "c.status, COALESCE(c.assignee_id, 0) AS a, COALESCE(c.team_id, 0) AS t, c.agent_type, c.priority, c.queue_rank IS NOT NULL AS w, COUNT(*) AS n FROM conversations c";
	const counted = `SELECT 0 AS l, ${kind} GROUP BY 1, 2, 3, 4, 5, 6, 7 UNION ALL SELECT s.label_id, ${kind} JOIN conversation_labels s ON s.conversation_id = c.id GROUP BY 1, 2, 3, 4, 5, 6, 7`;
	const columns = "label_id, status, assignee_id, team_id, agent_type, priority, waiting";
	const kept = `SELECT ${columns}, SUM(n) AS n FROM (SELECT ${columns}, n FROM conversation_tally UNION ALL SELECT ${columns}, n FROM conversation_tally_deltas) x GROUP BY ${columns} HAVING SUM(n) <> 0`;
	const text = (rows) => rows.map((r) => Object.values(r).map(Number).join(" ")).sort();
	assert.deepEqual(text(await stack.sql(kept)), text(await stack.sql(counted)));
};

test("the documented list, key by key", async () => {
	const data = await list(admin, "status=open&page=1&per_page=20&assignee_id=3");
	like({ success: true, data }, {
		success: true,
		data: {
			conversations: [{
				id: 456, uuid: "session-uuid", contact: { id: 789, name: "客户张三", email: "customer@example.com", avatar_url: "https://..." }, status: "open", priority: "medium", channel_type: "web_widget", current_agent_type: "ai",
				assignee: { id: 123, full_name: "客服李四" }, unread_count: 3, last_message: { content: "需要帮助", created_at: "2024-01-15T10:30:00Z" }, created_at: "", updated_at: "",
			}],
			meta: { current_page: 1, per_page: 20, total_count: 156, total_pages: 8 },
		},
	}, "$", ["$.data.conversations[].contact.avatar_url", "$.data.conversations[].contact.email"]);
	assert.deepEqual(ids(data), [1]);
	assert.deepEqual(data.meta, { current_page: 1, per_page: 20, total_count: 1, total_pages: 1 });
	assert.equal(data.conversations[0].contact.name, "客户张三");
	assert.equal(data.conversations[0].last_message.content, "好的，那我等您的消息", "a note is no last message");
});

test("the documented detail, with the notes among its messages", async () => {
	const { body } = await admin.get(one(1));
	like(body, {
		success: true,
		data: {
			conversation: {
				id: 456, uuid: "", contact: { id: 789, name: "", email: "", phone: "+86 138****8888", custom_attributes: { vip_level: "gold", source: "website" } }, status: "open", priority: "medium",
				labels: [{ id: 1, title: "技术支持", color: "#ff6b6b" }], assignee: { id: 123, full_name: "", avatar_url: "" },
				messages: [{ id: 1001, uuid: "msg-uuid", sender_type: "contact", content: "", message_type: "text", is_private: false, created_at: "" }], created_at: "", updated_at: "", has_more: true,
			},
		},
	}, "$", ["$.data.conversation.assignee.avatar_url"]);
	const { messages } = body.data.conversation;
	assert.deepEqual(messages.map((m) => [m.seq, m.sender_type, m.is_private]), [[1, "contact", false], [2, "agent", false], [3, "contact", false], [4, "agent", true]]);
	assert.deepEqual([messages[3].metadata, messages[3].sender.full_name], [{ mentions: [3] }, "客服主管"]);
	assert.deepEqual(body.data.conversation.contact.custom_attributes, { vip_level: "gold", source: "website" });
	refused(await admin.get(one(999999)), 404, "RESOURCE_NOT_FOUND");
	refused(await admin.get(one("x")), 400, "VALIDATION_ERROR", "conversation_id");
	refused(await guest.get(one(1)), 401, "AUTH_REQUIRED");
	await drop(5, 16);
	const masked = await signIn(stack.urls.kefu, "kefu001@example.com");
	assert.match((await masked.get(one(4))).body.data.conversation.contact.phone, /^\+86 136 ?\*{4} ?9999$/);
	await drop(5, 0);
});

test("filters, one by one and together; totals without counting; unknown values are a 400", async () => {
	const rows = await stack.sql("SELECT id, status, priority, agent_type, assignee_id, team_id, contact_id, last_message_at, created_at, wait_rank FROM conversations");
	const names = { status: ["open", "pending", "resolved", "closed"], priority: ["low", "medium", "high", "urgent"], agent_type: ["ai", "human"] };
	const check = async (query, keep) => {
		const data = await list(admin, `${query}&per_page=100`);
		const wanted = rows.filter(keep).sort((a, b) => b.last_message_at - a.last_message_at || b.id - a.id);
		assert.equal(data.meta.total_count, wanted.length, query);
		assert.deepEqual(ids(data), wanted.slice(0, 100).map((r) => r.id), query);
	};
	for (const [column, values] of Object.entries(names)) for (const [i, name] of values.entries()) await check(`${column}=${name}`, (r) => r[column] === i);
	await check("assignee_id=none", (r) => r.assignee_id === null);
	await check("assignee_id=4", (r) => r.assignee_id === 4);
	await check("team_id=2", (r) => r.team_id === 2);
	await check("contact_id=25", (r) => r.contact_id === 25);
	await check("status=resolved&agent_type=human&assignee_id=5&priority=high", (r) => r.status === 2 && r.agent_type === 1 && r.assignee_id === 5 && r.priority === 2);
	await check("team_id=1&status=closed", (r) => r.team_id === 1 && r.status === 3);
	await check("contact_id=10&status=open", (r) => r.contact_id === 10 && r.status === 0);
	for (const [query, field] of [["status=weird", "status"], ["priority=x", "priority"], ["agent_type=robot", "agent_type"], ["assignee_id=nobody", "assignee_id"], ["assignee_id=-1", "assignee_id"], ["team_id=x", "team_id"], ["label=does-not-exist", "label"],
		["contact_id=0", "contact_id"], ["sort=size", "sort"], ["page=0", "page"], ["per_page=101", "per_page"]]) refused(await admin.get(`${ALL}?${query}`), 400, "VALIDATION_ERROR", field);
	await tallied();
});

test("orders, and every page of each: no row twice, none left out", async () => {
	const rows = await stack.sql("SELECT id, status, priority, last_message_at, created_at, wait_rank FROM conversations");
	const by = {
		last_activity: (a, b) => b.last_message_at - a.last_message_at || b.id - a.id,
		created_at: (a, b) => b.created_at - a.created_at || b.id - a.id,
		priority: (a, b) => b.priority - a.priority || b.last_message_at - a.last_message_at || b.id - a.id,
		waiting: (a, b) => a.wait_rank - b.wait_rank || a.id - b.id,
	};
	for (const [sort, order] of Object.entries(by)) for (const [filter, keep] of [["", () => true], ["&status=resolved", (r) => r.status === 2]]) {
		const got = [];
		const wanted = rows.filter(keep).sort(order).map((r) => r.id);
		for (let page = 1; ; page++) {
			const data = await list(admin, `sort=${sort}${filter}&per_page=67&page=${page}`);
			assert.equal(data.meta.total_count, wanted.length);
			if (!data.conversations.length) break;
			got.push(...ids(data));
		}
		assert.deepEqual(got, wanted, sort + filter);
	}
	assert.equal((await list(admin, "sort=waiting")).conversations[0].id, 2, "who has waited longest");
	assert.deepEqual([(await list(admin, "page=1000")).conversations, (await list(admin, "page=1000")).meta.total_count], [[], rows.length]);
});

test("scope: one's own, one's teams', unassigned; the rest is not there in lists, totals, search and detail", async () => {
	const mine = await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE assignee_id IS NULL OR assignee_id = 3 OR team_id = 1");
	assert.equal((await list(agent)).meta.total_count, mine[0].n);
	const [{ n: inTeam2 }] = await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE assignee_id IS NULL AND team_id = 2");
	assert.equal((await list(agent, "team_id=2")).meta.total_count, inTeam2);
	assert.equal((await list(agent, "assignee_id=5")).meta.total_count, 0);
	assert.equal((await list(agent, "assignee_id=me&status=open")).meta.total_count, 1);
	const [foreign] = await stack.sql("SELECT id, contact_id FROM conversations WHERE assignee_id = 4 AND team_id = 2 LIMIT 1");
	refused(await agent.get(one(foreign.id)), 404, "RESOURCE_NOT_FOUND");
	refused(await agent.get(`${one(foreign.id)}/messages`), 404, "RESOURCE_NOT_FOUND");
	for (const [path, body] of [["status", { status: "closed" }], ["priority", { priority: "low" }], ["assign", { assignee_id: 3 }], ["switch-agent", { agent_type: "ai" }], ["labels", { labels: [] }]]) refused(await agent.put(`${one(foreign.id)}/${path}`, body), 404, "RESOURCE_NOT_FOUND");
	refused(await agent.post(`${one(foreign.id)}/messages`, { content: "x" }), 404, "RESOURCE_NOT_FOUND");
	assert.ok(!ids(await list(agent, `contact_id=${foreign.contact_id}&per_page=100`)).includes(foreign.id));
	assert.equal((await other.get(one(foreign.id))).status, 200);
	refused(await guest.get(ALL), 401, "AUTH_REQUIRED");
	await drop(5, 1);
	const blind = counted(await signIn(stack.urls.kefu, "kefu001@example.com"));
	refused(await blind.get(ALL), 403, "PERMISSION_DENIED");
	refused(await blind.get(one(4)), 403, "PERMISSION_DENIED");
	await drop(5, 2);
	const silent = counted(await signIn(stack.urls.kefu, "kefu001@example.com"));
	refused(await silent.post(`${one(4)}/messages`, { content: "x" }), 403, "PERMISSION_DENIED");
	await drop(5, 0);
});

test("starting a conversation: it is the caller's, with the first message", async () => {
	const made = await agent.post(ALL, { contact_id: 11, content: "您好，关于您上次的问题……" });
	assert.equal(made.status, 201, made.text);
	const v = made.body.data.conversation;
	assert.deepEqual([v.contact.id, v.assignee.id, v.status, v.current_agent_type, v.messages.length, v.messages[0].sender_type], [11, 3, "open", "human", 1, "agent"]);
	assert.equal((await audited("conversation:create", v.id)).user_id, 3);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM responses WHERE conversation_id = ?", [v.id]))[0].n, 0, "nobody had asked");
	refused(await agent.post(ALL, { contact_id: 3 }), 400, "VALIDATION_ERROR", "contact_id");
	refused(await agent.post(ALL, { contact_id: 99999 }), 400, "VALIDATION_ERROR", "contact_id");
	refused(await agent.post(ALL, {}), 400, "VALIDATION_ERROR", "contact_id");
	refused(await agent.post(ALL, { contact_id: 11, content: " " }), 400, "VALIDATION_ERROR", "content");
	assert.equal((await agent.put(`${one(v.id)}/status`, { status: "closed" })).status, 200);
	await tallied();
});

test("assigning: to an agent, to a team, for oneself; who may; what is told and written down", async () => {
	const { id, session_id } = await newSession();
	await say(session_id, "有人吗");
	const given = await supervisor.put(`${one(id)}/assign`, { assignee_id: 3 });
	like(given.body, { success: true, data: { conversation: { id: 456, assignee: { id: 123, full_name: "" }, updated_at: "" } } });
	assert.deepEqual(given.body.data.conversation.assignee, { id: 3, full_name: "客服小王", avatar_url: null });
	assert.deepEqual([(await audited("conversation:assign", id)).user_id, JSON.parse((await audited("conversation:assign", id)).details)], [2, { assignee_id: 3, team_id: 0 }]);
	const both = await supervisor.put(`${one(id)}/assign`, { assignee_id: 4, team_id: 2 });
	assert.deepEqual([both.body.data.conversation.assignee.id, both.body.data.conversation.team_id], [4, 2]);
	refused(await agent.put(`${one(id)}/assign`, { assignee_id: 3 }), 404, "RESOURCE_NOT_FOUND");
	refused(await other.put(`${one(id)}/assign`, { assignee_id: 5 }), 403, "PERMISSION_DENIED");
	refused(await other.put(`${one(id)}/assign`, { team_id: 1 }), 403, "PERMISSION_DENIED");
	refused(await supervisor.put(`${one(id)}/assign`, {}), 400, "VALIDATION_ERROR", "assignee_id");
	refused(await supervisor.put(`${one(id)}/assign`, { assignee_id: 10 }), 400, "VALIDATION_ERROR", "assignee_id");
	refused(await supervisor.put(`${one(id)}/assign`, { assignee_id: 77777 }), 400, "VALIDATION_ERROR", "assignee_id");
	refused(await supervisor.put(`${one(id)}/assign`, { team_id: 77 }), 400, "VALIDATION_ERROR", "team_id");
	// A team alone: nobody of team 1 is online, so its queue; then its agent comes online and has it.
	const queued = (await supervisor.put(`${one(id)}/assign`, { team_id: 1 })).body.data.conversation;
	assert.deepEqual([queued.assignee, queued.team_id, queued.queue_position > 0], [null, 1, true]);
	await tallied();
	assert.equal((await agent.put(`${one(id)}/assign`, { assignee_id: 3 })).body.data.conversation.assignee.id, 3, "an agent takes what he sees");
	assert.equal((await supervisor.put(`${one(id)}/assign`, { team_id: 1 })).body.data.conversation.assignee.id, 3, "a member of the team keeps it");
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM assignments WHERE conversation_id = ? AND ended_at IS NULL", [id]);
	assert.equal(n, 1);
	await agent.put(`${one(id)}/status`, { status: "resolved" });
	await tallied();
});

test("switch-agent, status, priority: the documented answers, audit, errors", async () => {
	const { id, session_id } = await newSession();
	await say(session_id, "你好");
	const human = await agent.put(`${one(id)}/switch-agent`, { agent_type: "human" });
	like(human.body, { success: true, data: { conversation: { id: 456, current_agent_type: "human", agent_switched_at: "2024-01-15T10:35:00Z" } } });
	assert.equal(human.body.data.conversation.assignee.id, 3);
	const ai = (await agent.put(`${one(id)}/switch-agent`, { agent_type: "ai" })).body.data.conversation;
	assert.deepEqual([ai.current_agent_type, ai.assignee], ["ai", null]);
	assert.equal((await audited("conversation:switch_agent", id)).user_id, 3);
	refused(await agent.put(`${one(id)}/switch-agent`, { agent_type: "robot" }), 400, "VALIDATION_ERROR", "agent_type");
	assert.equal((await agent.post(`${one(id)}/stop`)).body.data.conversation.id, id);
	refused(await agent.post(`${one(999999)}/stop`), 404, "RESOURCE_NOT_FOUND");
	for (const status of ["pending", "resolved", "closed", "open"]) assert.equal((await agent.put(`${one(id)}/status`, { status })).body.data.conversation.status, status);
	refused(await agent.put(`${one(id)}/status`, { status: "active" }), 400, "VALIDATION_ERROR", "status");
	assert.equal((await agent.put(`${one(id)}/priority`, { priority: "urgent" })).body.data.conversation.priority, "urgent");
	refused(await agent.put(`${one(id)}/priority`, {}), 400, "VALIDATION_ERROR", "priority");
	assert.equal((await audited("conversation:priority", id)).details, '{"priority":"urgent"}');
	await agent.put(`${one(id)}/status`, { status: "closed" });
	await tallied();
});

test("labels: by title or number, replaced; a filter; an unknown one is named", async () => {
	const labels = (await admin.get(`${V1}/labels`)).body.data.labels;
	const fresh = (await admin.post(`${V1}/labels`, { title: "加急处理", color: "#ff6b6b" })).body.data.label;
	const put = await agent.put(`${one(1)}/labels`, { labels: ["加急处理", ...(labels.length ? [labels[0].id] : [])] });
	assert.equal(put.status, 200, put.text);
	assert.deepEqual(put.body.data.conversation.labels.find((l) => l.id === fresh.id), { id: fresh.id, title: "加急处理", color: "#ff6b6b" });
	assert.deepEqual(ids(await list(agent, `label=${encodeURIComponent("加急处理")}`)), [1]);
	assert.deepEqual([ids(await list(agent, `label=${fresh.id}&status=open`)), ids(await list(agent, `label=${fresh.id}&status=closed`))], [[1], []]);
	assert.equal((await list(agent, `label=${fresh.id}`)).conversations[0].labels.some((l) => l.title === "加急处理"), true);
	refused(await agent.put(`${one(1)}/labels`, { labels: ["没有这个"] }), 400, "VALIDATION_ERROR", "labels");
	refused(await agent.put(`${one(1)}/labels`, { labels: "x" }), 400, "VALIDATION_ERROR", "labels");
	assert.equal((await agent.get(one(1))).body.data.conversation.labels.some((l) => l.id === fresh.id), true, "a refused change changes nothing");
	await tallied();
	await agent.put(`${one(1)}/priority`, { priority: "high" });
	await tallied();
	assert.deepEqual([(await list(agent, `label=${fresh.id}&priority=high`)).meta.total_count, (await list(agent, `label=${fresh.id}&priority=low`)).meta.total_count], [1, 0]);
	assert.deepEqual((await agent.put(`${one(1)}/labels`, { labels: [] })).body.data.conversation.labels, []);
	await tallied();
	assert.equal((await audited("conversation:labels", 1)).user_id, 3);
});

test("messages: the documented answer, keyset pages with the notes, the same client_id once", async () => {
	const { id, session_id } = await newSession();
	await say(session_id, "第一句");
	const sent = await agent.post(`${one(id)}/messages`, { content: "感谢您的反馈，我们会尽快处理", message_type: "text", is_private: false, metadata: { attachments: [], mentions: [] } });
	assert.equal(sent.status, 201, sent.text);
	like(sent.body, { success: true, data: { message: { id: 1003, uuid: "msg-uuid-3", sender_type: "agent", sender: { id: 123, full_name: "客服李四" }, content: "", message_type: "text", is_private: false, created_at: "" } } });
	assert.deepEqual(sent.body.data.message.metadata, { attachments: [], mentions: [] });
	for (let i = 0; i < 6; i++) await agent.post(`${one(id)}/messages`, { content: `备注 ${i}`, is_private: i % 2 === 0, client_id: `c${i}` });
	const again = await agent.post(`${one(id)}/messages`, { content: "备注 0", is_private: true, client_id: "c0" });
	const page = async (query) => (await agent.get(`${one(id)}/messages?${query}`)).body.data;
	const all = await page("");
	assert.deepEqual([all.messages.map((m) => m.seq), all.has_more, all.total], [[1, 2, 3, 4, 5, 6, 7, 8], false, 8]);
	assert.equal(again.body.data.message.id, all.messages[2].id);
	const last = await page("limit=3");
	assert.deepEqual([last.messages.map((m) => m.seq), last.has_more], [[6, 7, 8], true]);
	assert.deepEqual((await page(`limit=3&before=${last.messages[0].id}`)).messages.map((m) => m.seq), [3, 4, 5]);
	assert.deepEqual((await page(`limit=2&after=${all.messages[2].id}`)).messages.map((m) => m.seq), [4, 5]);
	refused(await agent.post(`${one(id)}/messages`, { content: "" }), 400, "VALIDATION_ERROR", "content");
	refused(await agent.post(`${one(id)}/messages`, { content: "x", message_type: "video" }), 400, "VALIDATION_ERROR", "message_type");
	refused(await agent.post(`${one(id)}/messages`, { content: "x", is_private: "yes" }), 400, "VALIDATION_ERROR", "is_private");
	refused(await agent.post(`${one(id)}/messages`, { content: "x", metadata: { mentions: ["a"] } }), 400, "VALIDATION_ERROR", "mentions");
	refused(await agent.get(`${one(id)}/messages?limit=101`), 400, "VALIDATION_ERROR", "limit");
	refused(await guest.get(`${one(id)}/messages`), 401, "AUTH_REQUIRED");
	await agent.put(`${one(id)}/status`, { status: "closed" });
});

test("a note is among staff: no history, counter, poll, preview or figure of the visitor's knows of it", async () => {
	const { id, session_id } = await newSession();
	const first = await say(session_id, "我要退货");
	const row = async () => (await stack.sql("SELECT * FROM conversations WHERE id = ?", [id]))[0];
	const before = await row();
	const note = (await agent.post(`${one(id)}/messages`, { content: "客户情绪比较激动，需要耐心处理", message_type: "text", is_private: true })).body.data.message;
	assert.deepEqual([note.is_private, note.sender_type, note.seq], [true, "agent", 2]);
	const after = await row();
	for (const column of ["status", "assignee_id", "agent_type", "asked_at", "first_answered_at", "agent_messages", "unread_contact", "unread_staff", "last_message_id", "last_text", "last_message_at", "queue_rank"]) assert.equal(after[column], before[column], column);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM responses WHERE conversation_id = ?", [id]))[0].n, 0);
	const history = (query) => chat().get(`${V1}/chat/sessions/${session_id}/messages?${query}`).then((a) => a.body.data);
	const second = await say(session_id, "在吗");
	assert.equal(second.seq, 3);
	for (const query of ["", "limit=50&offset=0", "before=latest", "after=0", `before=${second.id}&limit=10`]) {
		const data = await history(query);
		assert.ok(!JSON.stringify(data).includes("情绪"), query);
		assert.ok(data.messages.every((m) => m.is_private === false), query);
		assert.equal(data.total, 2, query);
	}
	assert.deepEqual((await history("offset=1")).messages.map((m) => m.content), ["在吗"], "an offset counts what is seen");
	assert.deepEqual((await history("limit=1&offset=0")).has_more, true);
	assert.deepEqual((await history(`after=${second.id}`)), { messages: [], total: 2, has_more: false });
	await agent.post(`${one(id)}/messages`, { content: "又一条情绪备注", is_private: true });
	const questions = async () => Number((await stack.sql("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'"))[0].Value);
	await stack.kill("worker", "SIGSTOP"); // it asks for itself
	const begun = await questions();
	for (let i = 0; i < 50; i++) assert.equal((await history(`after=${second.id}`)).messages.length, 0);
	const asked = (await questions()) - begun;
	await stack.kill("worker", "SIGCONT");
	assert.ok(asked < 25, "a poll after a note asks no database");
	const session = (await chat().get(`${V1}/chat/sessions/${session_id}`)).body.data;
	assert.deepEqual([session.message_count, session.last_seq, session.last_message_id, session.unread_count], [2, 3, second.id, 0]);
	assert.ok(!JSON.stringify((await list(admin, `contact_id=${after.contact_id}`)).conversations[0].last_message).includes("情绪"));
	// Read marks count what can be read, on both sides.
	const answer = (await agent.post(`${one(id)}/messages`, { content: "在的" })).body.data.message;
	await agent.post(`${one(id)}/messages`, { content: "情绪稳定了", is_private: true });
	await chat().post(`${V1}/chat/sessions/${session_id}/read`, { last_id: `msg_${answer.id}` });
	assert.equal((await row()).unread_contact, 0);
	await chat().post(`${V1}/chat/sessions/${session_id}/read`, { last_id: first.id });
	await say(session_id, "好的");
	assert.equal((await row()).unread_staff, 1);
	// A note on what is resolved does not open it.
	await agent.put(`${one(id)}/status`, { status: "resolved" });
	await agent.post(`${one(id)}/messages`, { content: "已回访", is_private: true });
	assert.equal((await row()).status, 2);
	// A visitor cannot make one.
	assert.equal((await chat().post(`${V1}/chat/messages`, { session_id, content: "x", is_private: true })).body.data.is_private, false);
	await tallied();
});

test("search: by the contact's name and e-mail, and by what was said, notes included; within the scope", async () => {
	const { id, session_id } = await newSession({ name: "欧阳修", email: "ouyang@example.net" });
	await say(session_id, "请问量子纠缠保温杯什么时候到货？");
	await agent.post(`${one(id)}/messages`, { content: "Customer asks about the quantumflask", is_private: true });
	const found = async (client, q, extra = "") => ids(await list(client, `q=${encodeURIComponent(q)}${extra}`));
	for (const q of ["量子纠缠", "保温杯", "quantumflask", "QuantumFl", "到货", "量子纠缠 quantumflask"]) await until(async () => (await found(agent, q)).includes(id), { what: `finding ${q}`, timeout: 20_000 });
	assert.deepEqual(await found(agent, "量子纠缠"), [id]);
	assert.deepEqual(await found(agent, "量子波动杯"), []);
	assert.equal((await list(agent, `q=${encodeURIComponent("量子纠缠")}`)).meta.total_count, 1);
	assert.deepEqual([await found(agent, "量子纠缠", "&status=closed"), await found(agent, "量子纠缠", "&status=open")], [[], [id]]);
	for (const q of ["欧阳修", "欧阳", "ouyang@example.net"]) await until(async () => (await found(agent, q)).includes(id), { what: `finding ${q}`, timeout: 20_000 });
	await supervisor.put(`${one(id)}/assign`, { assignee_id: 4, team_id: 2 });
	assert.deepEqual([await found(agent, "量子纠缠"), await found(agent, "欧阳修"), await found(other, "量子纠缠")], [[], [], [id]]);
	assert.deepEqual(await found(admin, "%"), []);
	for (let team = 21; team < 29; team++) await stack.sql("INSERT INTO team_members (team_id, user_id) VALUES (?, 3)", [team]);
	for (const q of ["a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4 5 6 7 8 9 0", "一二三四五六七八九十百千万亿兆", "13800138000 @x.y a@b.c 5 6 7 8", "x", "量", "\u{1F600}"]) for (const client of [admin, agent])
		assert.deepEqual((await list(client, `q=${encodeURIComponent(q)}&status=closed&priority=low&agent_type=ai&assignee_id=5&team_id=1&contact_id=9&label=1&sort=priority`.replace("&label=1", ""))).conversations, [], q);
	await stack.sql("DELETE FROM team_members WHERE team_id > 20");
	assert.deepEqual(await found(admin, "'; DROP TABLE x; --"), []);
	await supervisor.put(`${one(id)}/status`, { status: "closed" });
});

test("a visitor's socket stays exact with notes between: live, fills and resume; staff get them", async () => {
	const { id, session_id } = await newSession();
	const [visitor, staff] = await Promise.all([Socket.open(stack.ws), Socket.open(stack.ws)]);
	const seqs = (ws) => ws.frames.filter((f) => f.type === "message" && f.data.session_id === session_id).map((f) => f.data.seq);
	const first = await say(session_id, "live");
	visitor.send("resume", { session_id, last_id: first.id });
	await visitor.waitFor("resumed");
	staff.send("auth", { token: agent.token, resume: { last_id: 0 } });
	await staff.waitFor("resumed");
	const write = (i) => (i % 3 === 0 ? say(session_id, `m${i}`) : agent.post(`${one(id)}/messages`, { content: `n${i}`, is_private: i % 3 === 1 }));
	for (let i = 0; i < 12; i++) await write(i);
	await visitor.waitFor((f) => f.type === "message" && f.data.content === "n11");
	await staff.waitFor((f) => f.type === "message" && f.data.content === "n11");
	const visible = (await stack.sql("SELECT seq FROM messages WHERE stream = ? AND private = 0 AND seq > 1 ORDER BY seq", [id])).map((r) => r.seq);
	assert.deepEqual(seqs(visitor), visible);
	assert.deepEqual(seqs(staff), Array.from({ length: 12 }, (_, i) => i + 2));
	assert.deepEqual(staff.frames.filter((f) => f.type === "message" && f.data.is_private).map((f) => f.data.content), ["n1", "n4", "n7", "n10"]);
	assert.ok(!visitor.frames.some((f) => /"n(1|4|7|10)"/.test(f.raw)));
	// Publications that get lost are filled from the database: a hole that is all notes, and one that is mixed.
	await stack.kill("redis", "SIGSTOP");
	const lost = [agent.post(`${one(id)}/messages`, { content: "lost note", is_private: true }), say(session_id, "lost message")];
	await Promise.all(lost);
	await stack.kill("redis", "SIGCONT");
	await agent.post(`${one(id)}/messages`, { content: "after the hole", is_private: true });
	await say(session_id, "behind it");
	await visitor.waitFor((f) => f.type === "message" && f.data.content === "behind it", 40_000);
	await staff.waitFor((f) => f.type === "message" && f.data.content === "behind it", 40_000);
	const shown = (await stack.sql("SELECT seq FROM messages WHERE stream = ? AND private = 0 AND seq > 1 ORDER BY seq", [id])).map((r) => r.seq);
	assert.deepEqual(seqs(visitor), shown);
	assert.deepEqual(seqs(staff), Array.from({ length: 16 }, (_, i) => i + 2));
	assert.ok(!visitor.frames.some((f) => /lost note|after the hole/.test(f.raw)));
	// A resume counts and shows what the visitor may see, notes at the end of a page and of the stream included.
	for (let i = 0; i < 105; i++) await agent.post(`${one(id)}/messages`, { content: `tail ${i}`, is_private: i !== 50 });
	const late = await Socket.open(stack.ws);
	late.send("resume", { session_id, last_id: first.id });
	const { data } = await late.waitFor("resumed");
	const all = (await stack.sql("SELECT seq, id FROM messages WHERE stream = ? AND private = 0 AND seq > 1 ORDER BY seq", [id]));
	assert.deepEqual(data, { count: all.length, last_id: `msg_${all.at(-1).id}` });
	assert.deepEqual(seqs(late), all.map((r) => r.seq));
	await agent.post(`${one(id)}/messages`, { content: "one more note", is_private: true });
	await say(session_id, "and live again");
	await late.waitFor((f) => f.type === "message" && f.data.content === "and live again");
	assert.ok(late.frames.every((f) => !/note|"tail (?!50")/.test(f.raw)));
	const none = await Socket.open(stack.ws);
	none.send("resume", { session_id, last_id: (await say(session_id, "last")).id });
	assert.equal((await none.waitFor("resumed")).data.count, 0);
	await Promise.all([visitor, staff, late, none].map((ws) => ws.close()));
	await agent.put(`${one(id)}/status`, { status: "closed" });
});

test("the worker folds the changes in and puts right what was written past it", async () => {
	await until(async () => (await stack.sql("SELECT COUNT(*) AS n FROM conversation_tally_deltas"))[0].n === 0, { what: "the fold" });
	await tallied();
	await copiesHold(stack);
	await stack.sql("UPDATE conversations SET version = version + 1, priority = 3 WHERE id BETWEEN 110 AND 120");
	await stack.restart("worker");
	await until(async () => (await tallied(), await copiesHold(stack), true), { what: "the repair" });
	assert.equal((await list(admin, "priority=urgent")).meta.total_count, (await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE priority = 3"))[0].n);
});

test("every row was hit with a success and with an error", gate);

test("what rows repeat of others is the same there", () => copiesHold(stack));
