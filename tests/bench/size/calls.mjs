// What is asked of a filled site: every list with each of its filters, orders and depths, every search, detail, figure and report.
// Lists and details have 50 ms, searches, dashboards and reports 200 ms.
import { httpClient, signIn } from "../../lib/client.mjs";

const LIST = 50, SEARCH = 200;
const DAY = 86_400_000;
const STAFF = 1000, CONTACTS = 10_000, CONVERSATIONS = 10_000;
const date = (ms) => new Date(ms).toISOString().slice(0, 10);

/** The admin, a supervisor, and an agent of two teams who has far more than most. */
export async function people(stack) {
	const agents = (await stack.sql("SELECT id - 1000 AS k FROM users WHERE id >= 1000 AND id < 10000 AND role = 1 ORDER BY id")).map((r) => r.k);
	const names = { admin: 0, supervisor: 4, agent: agents.find((k) => k % 5 === 0) ?? agents[0] };
	const who = {};
	for (const [role, k] of Object.entries(names)) who[role] = await signIn(stack.urls.kefu, `staff${k}@size.example`);
	who.agentId = STAFF + names.agent;
	return who;
}

const SORTS = ["last_activity", "created_at", "priority", "waiting"];
function conversationQueries(x) {
	const alone = ["", "status=open", "status=pending", "status=resolved", "status=closed", "priority=low", "priority=urgent", "agent_type=ai", "agent_type=human", "assignee_id=me",
		"assignee_id=none", `assignee_id=${x.other}`, `team_id=${x.team}`, `contact_id=${x.contact}`, `label=${x.label}`, `label=${x.rare}`];
	const together = ["status=open&assignee_id=me", "status=open&assignee_id=none", "status=resolved&assignee_id=me", `status=resolved&team_id=${x.team}`, "status=resolved&priority=high",
		"status=closed&agent_type=ai", "agent_type=human&priority=urgent", `team_id=${x.team}&priority=urgent`, `team_id=${x.team}&assignee_id=none`, `label=${x.label}&status=resolved`,
		`label=${x.label}&assignee_id=me`, `label=${x.rare}&status=open`, `label=${x.label}&team_id=${x.team}`, `assignee_id=${x.other}&status=closed&priority=low`, "status=pending&agent_type=human"];
	return [
		...alone.map((q) => ({ q, depths: true })), ...together.map((q) => ({ q, depths: true })),
		...SORTS.slice(1).flatMap((sort) => ["", "status=open", "status=resolved", "assignee_id=me", `team_id=${x.team}`, "assignee_id=none", `label=${x.label}`, "priority=urgent", "status=open&agent_type=human"]
			.map((q) => ({ q: [q, `sort=${sort}`].filter(Boolean).join("&"), depths: true }))),
	];
}

const SAID = ["订单", "发货", "退款", "单", "运费谁承担", "蓝牙耳机", "refund", "deliv", "wireless adapter", "The number is", "有裂痕 换货", "2024", "王伟", "Emma", "Emma Smith", "zzzz", "user77@example.com", "C-100200"];
const NAMED = ["王", "王伟", "李", "Emma", "emma smith", "example.com", "user77", "C-1002", "1388", "C-100200", "张芳 1"];
/** Characters that stand alone: names and words begin and end with them, so that each is many terms. */
const LONE = ["伟", "王", "货", "王 李", "芳 王", "王 伟 芳", "王 退货", "退 货", "王 的", "伟 Emma"];

/** {role, client, target, name, path(i), body, base, pids}; depths: pages behind the first are asked for as well; most: up to this one. */
export async function calls(stack, who, made) {
	const x = await facts(stack, who, made);
	const rows = [];
	const add = (role, target, name, path, more = {}) => rows.push({ role, client: who[role], target, name, path: typeof path === "function" ? path : () => path, ...more });
	for (const role of ["admin", "supervisor", "agent"]) {
		for (const { q, depths } of conversationQueries(x)) add(role, LIST, `conversations ${q}`, `/api/v1/conversations?${q}`, { depths });
		for (const q of SAID) add(role, SEARCH, `conversations q=${q}`, `/api/v1/conversations?q=${encodeURIComponent(q)}`, { depths: true, most: 50 });
		add(role, SEARCH, "conversations q=订单&status=open", `/api/v1/conversations?q=${encodeURIComponent("订单")}&status=open`);
		add(role, SEARCH, "conversations q=refund&label", `/api/v1/conversations?q=refund&label=${x.label}`);
		add(role, SEARCH, "conversations q=退款&sort=created_at", `/api/v1/conversations?q=${encodeURIComponent("退款")}&sort=created_at`);
		lone(add, role, x);
		add(role, LIST, "conversation", (i) => `/api/v1/conversations/${x.mine[i % x.mine.length]}`);
		add(role, LIST, "messages, newest", (i) => `/api/v1/conversations/${x.mine[i % x.mine.length]}/messages`);
		add(role, SEARCH, "dashboard", "/api/v1/dashboard/stats");
		add(role, LIST, "notifications", "/api/v1/mobile/notifications", { depths: true });
		add(role, LIST, "notifications unread", "/api/v1/mobile/notifications?unread=true", { depths: true });
		add(role, LIST, "mobile summary", "/api/v1/mobile/conversations/summary");
		for (const path of ["labels", "canned-responses", "canned-responses?search=size_1", "canned-responses?search=%E6%82%A8", "articles", "articles?search=%E9%80%80%E8%B4%A7"])
			add(role, path.includes("search") ? SEARCH : LIST, path, `/api/v1/${path}`, { depths: !path.includes("?") });
		for (const question of ["我买的外套能退货吗，运费谁承担？", "Where is my order, and how long does delivery take?"]) add(role, SEARCH, `articles ask ${question}`, "/api/v1/articles/ask", { body: { question } });
		add(role, LIST, "contact", (i) => `/api/v1/contacts/${CONTACTS + ((i * 7919) % made.contacts)}`);
		add(role, LIST, "contact, the busiest", `/api/v1/contacts/${x.contact}`);
		for (const sort of ["last_activity_at", "name", "created_at", "conversations_count"])
			for (const order of ["asc", "desc"]) add(role, LIST, `contacts ${sort} ${order}`, `/api/v1/contacts?sort=${sort}&order=${order}`, { depths: true });
		for (const q of NAMED) add(role, SEARCH, `contacts ${q}`, `/api/v1/contacts?search=${encodeURIComponent(q)}`, { depths: true });
		add(role, SEARCH, "contacts tag", `/api/v1/contacts?tag=${encodeURIComponent("VIP客户")}`, { depths: true });
		add(role, SEARCH, "contacts 王, tag, by name", `/api/v1/contacts?tag=${encodeURIComponent("VIP客户")}&search=${encodeURIComponent("王")}&sort=name`, { depths: true });
		for (const q of ["", "status=open&", "assignee_id=me&", `q=${encodeURIComponent("退款")}&`])
			for (const offset of [0, 2000, 10_000]) add(role, q.startsWith("q") ? SEARCH : LIST, `chat conversations ${decodeURIComponent(q)}offset=${offset}`, `/api/v1/admin/conversations?${q}offset=${offset}`, { chat: true });
		for (const offset of [0, 2000, 10_000, made.contacts / 2]) add(role, LIST, `chat customers offset=${offset}`, `/api/v1/admin/customers?offset=${offset}`, { chat: true });
		add(role, SEARCH, "chat customers search", `/api/v1/admin/customers?search=${encodeURIComponent("王伟")}`, { chat: true });
		for (const q of SAID) add(role, SEARCH, `messages, search ${q}`, "/api/messages/search", { body: { query: q } });
		add(role, SEARCH, "messages, search 订单, page 5", "/api/messages/search", { body: { query: "订单", page: 5 } });
		for (const q of ["", "page=10", "page=500", "page=100000", `from_user=${x.staff}`, `from_user=${x.staff}&page=40`, `to_user=${x.staff}`, `from_user=${x.customer}`, `to_user=${x.customer}`, `from_user=${x.customer}&to_user=${x.staff}`,
			"from_user=ai", "from_user=system", "content_type=Text", "content_type=Text&page=500", "content_type=Image"]) add(role, LIST, `messages of all ${q}`, `/api/messages?${q}`);
		add(role, SEARCH, "chat dashboard", "/api/v1/admin/analytics/dashboard", { chat: true });
	}
	for (const role of ["admin", "supervisor"]) {
		for (const days of [7, 30, 90, 365])
			for (const by of ["day", "week", "month"]) add(role, days > 90 ? 0 : SEARCH, `report ${days} days by ${by}`, `/api/v1/reports/conversations?${x.period(days)}&group_by=${by}`);
		for (const days of [7, 30, 90, 365]) add(role, days > 90 ? 0 : SEARCH, `agents' report ${days} days`, `/api/v1/reports/agents?${x.period(days)}`);
		for (const [name, q] of [["a team's", `team_id=${x.team}`], ["an agent's", `agent_id=${who.agentId}`], ["CSV,", "format=csv"]]) {
			add(role, SEARCH, `${name} report 90 days`, `/api/v1/reports/conversations?${x.period(90)}&${q}`);
			add(role, SEARCH, `${name} agents' report 90 days`, `/api/v1/reports/agents?${x.period(90)}&${q}`);
		}
	}
	for (const path of ["users", "users?role=agent", `users?team_id=${x.team}`, "teams", `teams/${x.team}`, `teams/${x.team}/members`, "inboxes", "webhooks", "webhooks/101", "settings", `users/${who.agentId}`]) add("admin", LIST, path, `/api/v1/${path}`, { depths: path.startsWith("users?") || path === "users" });
	add("admin", SEARCH, "users search", "/api/v1/users?search=staff1", { depths: true });
	for (const q of ["", "status=failed", "status=delivered"]) add("admin", LIST, `deliveries ${q}`, `/api/v1/webhooks/101/deliveries?${q}`, { depths: true });
	for (const q of ["", `user_id=${who.agentId}`, "action=conversation:assign", "action=contact:update", `user_id=${who.agentId}&action=conversation:status`, `resource_id=${CONVERSATIONS + 77}`, `from=${date(made.until - 30 * DAY)}`,
		`from=${date(made.until - 300 * DAY)}&to=${date(made.until - 200 * DAY)}`, `user_id=${who.agentId}&from=${date(made.until - 30 * DAY)}`, `action=user:update&from=${date(made.until - 300 * DAY)}&to=${date(made.until - 200 * DAY)}`])
		add("admin", LIST, `audit log ${q}`, `/api/v1/audit-logs?${q}`, { depths: true });
	add("admin", LIST, "chat users", "/api/v1/admin/users?limit=100", { chat: true });
	add("admin", LIST, "metrics", "/metrics", { chat: true });
	add("admin", 0, "contacts as CSV, 10,000", "/api/v1/contacts/export");
	history(add, x);
	for (const role of ["admin", "agent"]) {
		const said = `/api/chat/messages?room_id=${x.room}&limit=100`;
		for (const [name, path] of [["rooms", "/api/chat/rooms"], ["room, newest", said], ["room, before one", `${said}&before=${x.shown}`], ["room, after one", `${said}&after=${x.shown}`],
			["rooms' people", "/api/chat/online-users"], ["rooms' figures", "/api/chat/stats"]]) add(role, LIST, name, path, { chat: true });
	}
	const pids = ["lighttpd", "api"].flatMap((name) => stack.processes(name)).concat(stack.pid("mariadb"));
	return rows.map((row) => ({ ...row, pids, base: row.chat ? stack.urls.chat : stack.urls.kefu }));
}

/** Lone characters, where contacts and conversations are searched: alone, beside words and with filters; the palette asks for both at once. */
function lone(add, role, x) {
	for (const q of LONE) {
		const text = encodeURIComponent(q);
		add(role, SEARCH, `lone: conversations q=${q}`, `/api/v1/conversations?q=${text}`, { depths: true, most: 50 });
		add(role, SEARCH, `lone: contacts ${q}`, `/api/v1/contacts?search=${text}`, { depths: true });
		add(role, SEARCH, `lone: palette, conversations ${q}`, `/api/v1/conversations?q=${text}&per_page=6`);
		add(role, SEARCH, `lone: palette, contacts ${q}`, `/api/v1/contacts?search=${text}&per_page=6`);
	}
	for (const filter of ["status=open", "status=resolved&priority=low", `label=${x.label}`, "assignee_id=me", `team_id=${x.team}`, "sort=created_at", "sort=waiting"])
		add(role, SEARCH, `lone: conversations q=王&${filter}`, `/api/v1/conversations?q=${encodeURIComponent("王")}&${filter}`);
	for (const sort of ["name", "conversations_count"]) add(role, SEARCH, `lone: contacts 王 by ${sort}`, `/api/v1/contacts?search=${encodeURIComponent("王")}&sort=${sort}`);
	add(role, SEARCH, "lone: contacts 伟, tag", `/api/v1/contacts?tag=${encodeURIComponent("VIP客户")}&search=${encodeURIComponent("伟")}`);
}

/** Pages of the longest conversation, for staff and for its visitor. */
function history(add, x) {
	const { id, session, first, count } = x.long;
	for (const [name, at] of [["oldest", 60], ["middle", Math.floor(count / 2)], ["newest", count - 1]]) {
		add("admin", LIST, `long conversation, before the ${name}`, `/api/v1/conversations/${id}/messages?before=${first + at}&limit=100`);
		add("admin", LIST, `long conversation, after the ${name}`, `/api/v1/conversations/${id}/messages?after=${first + at}&limit=100`);
		add("visitor", LIST, `visitor's history, before the ${name}`, `/api/v1/chat/sessions/${session}/messages?before=${first + at}&limit=100`, { chat: true });
		add("visitor", LIST, `visitor's history, offset ${at}`, `/api/v1/chat/sessions/${session}/messages?offset=${at}&limit=100`, { chat: true });
	}
	add("visitor", LIST, "visitor's newest", `/api/v1/chat/sessions/${session}/messages?before=latest&limit=50`, { chat: true });
	add("visitor", LIST, "visitor's poll", `/api/v1/chat/sessions/${session}/messages?after=${first + count - 1}`, { chat: true });
	add("visitor", LIST, "visitor's session", `/api/v1/chat/sessions/${session}`, { chat: true });
}

async function facts(stack, who, made) {
	const one = async (sql, ...params) => (await stack.sql(sql, params))[0];
	const long = await one("SELECT id, session_id AS session, last_seq AS count FROM conversations ORDER BY last_seq DESC LIMIT 1");
	long.first = (await one("SELECT id FROM messages WHERE stream = ? AND seq = 1", long.id)).id;
	const mine = (await stack.sql("SELECT id FROM conversations WHERE assignee_id = ? ORDER BY CRC32(id) LIMIT 60", [who.agentId])).map((row) => row.id);
	const teams = await stack.sql("SELECT team_id FROM team_members WHERE user_id = ? LIMIT 1", [who.agentId]);
	const room = await one("SELECT id, public_id FROM rooms ORDER BY last_seq DESC LIMIT 1");
	const shown = await one("SELECT uuid FROM messages WHERE stream = ? ORDER BY seq DESC LIMIT 1 OFFSET 300", -room.id);
	who.visitor ??= httpClient(stack.urls.chat);
	return {
		room: room.public_id, shown: shown.uuid, long, mine, team: teams[0].team_id, other: who.agentId + 1, label: 101, rare: 100 + made.labels,
		contact: (await one("SELECT contact_id AS id FROM conversations WHERE contact_id < ? GROUP BY contact_id ORDER BY COUNT(*) DESC LIMIT 1", CONTACTS + 50)).id,
		customer: (await one("SELECT public_id AS id FROM users WHERE id = (SELECT contact_id FROM conversations WHERE contact_id < ? GROUP BY contact_id ORDER BY COUNT(*) DESC LIMIT 1)", CONTACTS + 50)).id,
		staff: (await one("SELECT public_id AS id FROM users WHERE id = ?", who.agentId)).id,
		period: (days) => `start_date=${date(made.until - (days - 1) * DAY)}&end_date=${date(made.until)}`,
	};
}
