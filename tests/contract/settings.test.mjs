// Settings that are changed at run time and what they do, and the audit log, of the console contract.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audited, guarded, invalid, people } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

const SETTINGS = "/api/v1/settings", LOG = "/api/v1/audit-logs", DAY = 86400000;
const { counted, gate } = coverage("console", ["/api/v1/settings", "/api/v1/audit-logs"]);
let stack, who;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_WORD_MS: "0" } });
	who = await people(stack, counted);
});
after(() => stack?.stop());

const set = async (settings) => {
	const answer = await who.admin.put(SETTINGS, { settings });
	assert.equal(answer.status, 200, answer.text);
	return answer.body.data.settings;
};
const newSession = async () => (await who.guest.post("/api/v1/chat/sessions", {})).body.data;

test("read all, change some", async () => {
	const before = (await who.supervisor.get(SETTINGS)).body.data;
	assert.deepEqual(before, { settings: { site_name: "Deskbell", default_locale: "zh", auto_resolve_days: 0, backup_days: 14, ai_enabled: true, csat_enabled: true } });
	assert.deepEqual(await set({ site_name: " 小店客服 " }), { ...before.settings, site_name: "小店客服" });
	assert.deepEqual((await audited(stack, "settings:update", 0)).details, { site_name: "小店客服" });
	assert.equal((await who.guest.get("/api/v1/chat/availability")).body.data.site_name, "小店客服");
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM audit_log WHERE action = 'settings:update'");
	await set({ site_name: "小店客服" });
	assert.deepEqual(await stack.sql("SELECT COUNT(*) AS n FROM audit_log WHERE action = 'settings:update'"), [{ n }], "no change is no entry");
	for (const [name, value] of [["site_name", ""], ["site_name", "长".repeat(101)], ["site_name", 1], ["default_locale", "fr"], ["auto_resolve_days", -1], ["auto_resolve_days", 366], ["auto_resolve_days", "7"], ["backup_days", 0], ["backup_days", 3651], ["backup_days", "7"], ["ai_enabled", "no"], ["csat_enabled", 1]])
		invalid(await who.admin.put(SETTINGS, { settings: { [name]: value } }), name);
	invalid(await who.admin.put(SETTINGS, {}), "settings");
	invalid(await who.admin.put(SETTINGS, { settings: [] }), "settings");
	await guarded(who, [{ method: "GET", path: SETTINGS, deny: ["agent"] }, { method: "PUT", path: SETTINGS, body: { settings: {} }, deny: ["supervisor", "agent"] }]);
});

test("ai_enabled: new conversations begin with the AI, or with people", async () => {
	const before = await newSession();
	assert.equal(before.agent_type, "ai");
	await set({ ai_enabled: false, auto_resolve_days: 300 });
	assert.deepEqual((await audited(stack, "settings:update", 0)).details, { auto_resolve_days: 300, ai_enabled: false });
	assert.equal((await newSession()).agent_type, "human");
	await set({ ai_enabled: true, auto_resolve_days: 0 });
	assert.equal((await newSession()).agent_type, "ai");
});

test("csat_enabled: no rating is taken while it is off", async () => {
	const { session_id } = await newSession(), rate = () => who.guest.post(`/api/v1/chat/sessions/${session_id}/rating`, { score: 5 });
	const asked = async () => (await who.guest.get("/api/v1/chat/availability")).body.data.rating_enabled;
	await set({ csat_enabled: false });
	assert.deepEqual([(await rate()).status, await asked()], [403, false]);
	await set({ csat_enabled: true });
	assert.deepEqual([(await rate()).status, await asked()], [201, true]);
});

test("default_locale: what the AI speaks when the visitor's words do not tell, and new articles", async () => {
	const greet = async () => {
		const { session_id } = await newSession();
		await who.guest.post("/api/v1/chat/messages", { session_id, content: "???" });
		return (await until(async () => (await who.guest.get(`/api/v1/chat/sessions/${session_id}/messages`)).body.data.messages.find((m) => m.sender_type === "ai"), { what: "the AI's answer" })).content;
	};
	assert.match(await greet(), /[\u4e00-\u9fff]/);
	await set({ default_locale: "en" });
	await until(async () => !/[\u4e00-\u9fff]/.test(await greet()), { what: "an English answer" });
	assert.equal((await who.admin.post("/api/v1/articles", { title: "T", content: "C" })).body.data.article.locale, "en");
	await set({ default_locale: "zh" });
});

test("auto_resolve_days: silent conversations are resolved, those in which somebody waits for a person are not", async () => {
	const status = async (id) => (await stack.sql("SELECT status FROM conversations WHERE id = ?", [id]))[0].status;
	const make = async (columns) => {
		const { id } = await newSession();
		await stack.sql("UPDATE conversations SET version = version + 1, ? WHERE id = ?", [{ last_message_at: Date.now() - 8 * DAY, ...columns }, id]);
		return id;
	};
	const silent = await make({}), pending = await make({ status: 1, agent_type: 1, assignee_id: 3 }), recent = await make({ last_message_at: Date.now() - 6 * DAY });
	const waits = await make({ agent_type: 1, assignee_id: 3, asked_at: Date.now() - 8 * DAY }), queued = await make({ agent_type: 1, queue_rank: 80000000000001 });
	await set({ auto_resolve_days: 7 });
	await until(async () => (await status(silent)) === 2 && (await status(pending)) === 2, { what: "resolved conversations" });
	assert.deepEqual([await status(recent), await status(waits), await status(queued)], [0, 0, 0]);
	await set({ auto_resolve_days: 0 });
});

test("the audit log: the documented form, newest first, filters and pages", async () => {
	await who.admin.put("/api/v1/conversations/1/priority", { priority: "high" }, { headers: { "User-Agent": "Mozilla/5.0 (audit)" } });
	const all = (await who.supervisor.get(`${LOG}?per_page=100`)).body;
	like(all, { success: true, data: { audit_logs: [{ user_id: 123, action: "", resource_id: 456, ip_address: "", user_agent: "", timestamp: "", user: { id: 1, full_name: "" }, details: {} }], meta: { current_page: 1, per_page: 100, total_count: 1, total_pages: 1 } } });
	const [newest] = all.data.audit_logs;
	assert.deepEqual([newest.user_id, newest.action, newest.resource_id, newest.user.full_name], [1, "conversation:priority", 1, "管理员"]);
	assert.match(newest.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
	assert.match(newest.ip_address, /^(127\.0\.0\.1|::1)$/);
	const ids = all.data.audit_logs.map((e) => e.id);
	assert.deepEqual(ids, [...ids].sort((a, b) => b - a));
	const get = async (query) => (await who.admin.get(`${LOG}?${query}`)).body.data;
	const priorities = await get("action=conversation:priority");
	assert.equal(priorities.audit_logs[0].id, newest.id);
	assert.ok(priorities.audit_logs.every((e) => e.action === "conversation:priority"));
	assert.ok((await get("user_id=3")).audit_logs.every((e) => e.user_id === 3 && e.user.full_name === "客服小王"));
	assert.deepEqual((await get("user_id=999")).audit_logs, []);
	assert.ok((await get("user_id=1&resource_id=1")).audit_logs.every((e) => e.resource_id === 1));
	const now = Date.now(), [today, tomorrow] = [now, now + DAY].map((ms) => new Date(ms).toISOString().slice(0, 10));
	assert.equal((await get(`from=2020-01-01&to=${today}`)).meta.total_count, all.data.meta.total_count, "the last day counts whole");
	assert.ok((await get(`from=${today}`)).audit_logs.every((e) => e.timestamp.startsWith(today)));
	assert.deepEqual((await get("to=2020-01-01")).audit_logs, []);
	assert.equal((await get(`from=${tomorrow}`)).meta.total_count, 0);
	assert.ok((await get(`to=${today}T00:00:00Z`)).audit_logs.every((e) => e.timestamp < today));
	assert.deepEqual((await get("page=2&per_page=2")).audit_logs.map((e) => e.id), ids.slice(2, 4));
	assert.deepEqual((await get("page=999999999&per_page=100")).audit_logs, []);
	for (const [query, field] of [["action=hello", "action"], ["action=a:b;c", "action"], ["user_id=me", "user_id"], ["from=yesterday", "from"], ["to=2024-13-01", "to"], ["per_page=0", "per_page"]]) invalid(await who.admin.get(`${LOG}?${query}`), field);
	await guarded(who, [{ method: "GET", path: LOG, deny: ["agent"] }]);
	await stack.sql("UPDATE users SET deleted_at = 1 WHERE id = 2"); // who did it stays named
	assert.ok((await get("per_page=100")).audit_logs.every((e) => e.user.full_name !== ""));
	await stack.sql("UPDATE users SET deleted_at = NULL WHERE id = 2");
});

test("every row was asked, well and badly", gate);
