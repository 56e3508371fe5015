// Console: every call that changes something is in the audit log: who, what, to what, from where, when.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { allRoutes, like } from "../lib/coverage.mjs";
import { startStack } from "../lib/stack.mjs";

let stack, admin, supervisor, agent;
const V1 = "/api/v1", done = new Set();
const routes = allRoutes().filter((r) => r.contract === "console" && !r.pattern.startsWith(`${V1}/auth/`));
/** What needs no entry: questions, what a message itself tells (who, when, where), one's own marks; and what is shown where there is an AI (ai.test.mjs, inbox_ai.test.mjs)
 * or nobody yet (setup.test.mjs). */
const OTHERS = ["POST /articles/ask", "POST /conversations/:conversation_id/assist", "DELETE /conversations/:conversation_id/assist/:assist_id", "POST /conversations/:conversation_id/messages",
	"POST /conversations/:conversation_id/files", "PUT /mobile/notifications/read-all", "PUT /mobile/notifications/:notification_id/read", "POST /conversations/:conversation_id/stop", "POST /ai/trials", "POST /setup"];

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	[admin, supervisor, agent] = await Promise.all(["admin", "supervisor", "agent"].map((name) => signIn(stack.urls.kefu, `${name}@example.com`)));
});
after(() => stack?.stop());

const newest = async () => (await admin.get(`${V1}/audit-logs?per_page=20`)).body.data.audit_logs;
/** The call succeeds, and what it wrote down is exactly this: [action, resource, details]. */
async function tells(client, method, path, body, ...entries) {
	const before = (await newest())[0]?.id ?? 0;
	const answer = await client.call(method, V1 + path, body, { headers: { "User-Agent": "Mozilla/5.0 (audit)" } });
	assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
	const route = routes.filter((r) => r.method === method && r.regex.test(V1 + path)).sort((a, b) => a.pattern.includes("/:") - b.pattern.includes("/:"))[0];
	done.add(`${method} ${route.pattern.slice(V1.length)}`);
	const rows = (await newest()).filter((row) => row.id > before).reverse();
	like(rows, [{ user_id: 123, action: "conversation:assign", resource_id: 456, ip_address: "192.168.1.100", user_agent: "Mozilla/5.0...", timestamp: "2024-01-15T11:00:00Z" }]);
	assert.deepEqual(rows.map((row) => [row.action, row.resource_id, row.details]), entries.map(([action, id, details = {}]) => [action, id ?? firstId(answer.body.data), typeof details === "function" ? details(answer.body.data) : details]), `${method} ${path}`);
	for (const row of rows) assert.deepEqual([row.user_id, row.ip_address, row.user_agent], [Number(client.user.id), "127.0.0.1", "Mozilla/5.0 (audit)"]);
	return answer.body.data;
}
const firstId = (data) => Object.values(data)[0].id;

test("conversations", async () => {
	const { conversation: { id } } = await tells(agent, "POST", "/conversations", { contact_id: (await stack.sql("SELECT id FROM users WHERE public_id = 'kehu_002'"))[0].id, content: "您好" }, ["conversation:create", null]);
	const one = `/conversations/${id}`;
	await tells(agent, "PUT", `${one}/priority`, { priority: "high" }, ["conversation:priority", id, { priority: "high" }]);
	const label = (await tells(admin, "POST", "/labels", { title: "“引号”\\" }, ["label:create", null, { title: "“引号”\\" }])).label;
	await tells(agent, "PUT", `${one}/labels`, { labels: [label.id] }, ["conversation:labels", id, { labels: [label.title] }]);
	await tells(agent, "PUT", `${one}/status`, { status: "pending" }, ["conversation:status", id, { status: "pending" }]);
	await tells(supervisor, "PUT", `${one}/assign`, { assignee_id: 4, team_id: 1 }, ["conversation:assign", id, { assignee_id: 4, team_id: 1 }]);
	await tells(supervisor, "PUT", `${one}/switch-agent`, { agent_type: "ai" }, ["conversation:switch_agent", id, { agent_type: "ai" }]);
	// Whoever answers what nobody has takes it: that changes more than a message tells.
	await tells(agent, "POST", `${one}/messages`, { content: "我来处理" }, ["conversation:assign", id, { assignee_id: 3, team_id: 0 }]);
	const said = (await newest())[0].id;
	await agent.post(`${V1}${one}/messages`, { content: "好了吗" });
	assert.equal((await newest())[0].id, said, "a message tells of itself");
	await tells(agent, "PUT", `${one}/status`, { status: "resolved" }, ["conversation:status", id, { status: "resolved" }]);
	await tells(admin, "PUT", `/labels/${label.id}`, { color: "#112233" }, ["label:update", label.id, { title: label.title }]);
	await tells(admin, "DELETE", `/labels/${label.id}`, undefined, ["label:delete", label.id, { title: label.title }]);
});

test("contacts: what was changed, never the personal data itself", async () => {
	const { contact: { id } } = await tells(agent, "POST", "/contacts", { name: "审计客户", phone: "+86 13900001111" }, ["contact:create", null]);
	await tells(agent, "PUT", `/contacts/${id}`, { name: "新名字", tags: ["a"] }, ["contact:update", id, { fields: ["name", "tags"] }]);
	const { contact: other } = await tells(agent, "POST", "/contacts", { name: "另一个" }, ["contact:create", null]);
	await tells(agent, "POST", `/contacts/${id}/merge`, { merge_from: other.id }, ["contact:merge", id, { merge_from: other.id }]);
	await tells(admin, "DELETE", `/contacts/${id}`, undefined, ["contact:delete", id]);
	await tells(admin, "POST", `/contacts/${id}/erase`, {}, ["contact:erase", id]);
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM audit_log WHERE CONCAT_WS(' ', action, details) REGEXP '审计客户|新名字|13900001111'");
	assert.equal(n, 0);
});

test("teams, and who is in them, also by an account's own page", async () => {
	const { team } = await tells(admin, "POST", "/teams", { name: "审计组" }, ["team:create", null, { name: "审计组" }]);
	await tells(admin, "PUT", `/teams/${team.id}`, { description: "d" }, ["team:update", team.id, { name: "审计组" }]);
	await tells(admin, "POST", `/teams/${team.id}/members`, { user_ids: [3, 4] }, ["team:add_member", team.id, { user_id: 3 }], ["team:add_member", team.id, { user_id: 4 }]);
	await tells(admin, "DELETE", `/teams/${team.id}/members/3`, undefined, ["team:remove_member", team.id, { user_id: 3 }]);
	const { user } = await tells(admin, "POST", "/users", { email: "audited@example.com", full_name: "A", password: "password123", role: "agent", team_ids: [team.id] },
		["user:create", null, { role: "agent" }], ["team:add_member", team.id, (made) => ({ user_id: made.user.id })]);
	await tells(admin, "PUT", `/users/${user.id}`, { full_name: "B", email: "audited2@example.com", team_ids: [] },
		["user:update", user.id, { fields: ["full_name", "email"] }], ["team:remove_member", team.id, { user_id: user.id }]);
	await tells(admin, "PUT", `/users/${user.id}`, { role: "supervisor", permissions: ["reports:read"], password: "another1234", max_sessions: 9 },
		["user:update", user.id, { role: "supervisor", before: "agent", withdrawn: agent.user.permissions.filter((one) => one !== "reports:read"), password: true, fields: ["max_sessions"] }]);
	await tells(admin, "DELETE", `/users/${user.id}`, undefined, ["user:delete", user.id, { name: "B" }]);
	await tells(admin, "DELETE", `/teams/${team.id}`, undefined, ["team:delete", team.id, { name: "审计组" }]);
});
test("what the site is set up with", async () => {
	const { canned_response: canned } = await tells(admin, "POST", "/canned-responses", { short_code: "audit", content: "c" }, ["canned_response:create", null, { short_code: "audit" }]);
	await tells(admin, "PUT", `/canned-responses/${canned.id}`, { content: "d" }, ["canned_response:update", canned.id, { short_code: "audit" }]);
	await tells(admin, "DELETE", `/canned-responses/${canned.id}`, undefined, ["canned_response:delete", canned.id, { short_code: "audit" }]);
	const { article } = await tells(admin, "POST", "/articles", { title: "审计文章", content: "c" }, ["article:create", null, { title: "审计文章" }]);
	await tells(admin, "PUT", `/articles/${article.id}`, { published: true }, ["article:update", article.id, { title: "审计文章" }]);
	await tells(admin, "DELETE", `/articles/${article.id}`, undefined, ["article:delete", article.id, { title: "审计文章" }]);
	const { inbox } = await tells(admin, "POST", "/inboxes", { name: "审计渠道" }, ["inbox:create", null, { name: "审计渠道" }]);
	await tells(admin, "PUT", `/inboxes/${inbox.id}`, { greeting: "hi" }, ["inbox:update", inbox.id, { name: "审计渠道" }]);
	await tells(admin, "POST", `/inboxes/${inbox.id}/rotate-token`, {}, ["inbox:rotate_token", inbox.id, { name: "审计渠道" }]);
	await tells(admin, "PUT", `/inboxes/${inbox.id}/ai`, { max_tokens: 100 }, ["inbox:ai", inbox.id, { name: "审计渠道", changed: ["max_tokens"] }]);
	await tells(admin, "DELETE", `/inboxes/${inbox.id}`, undefined, ["inbox:delete", inbox.id, { name: "审计渠道" }]);
	const { webhook } = await tells(admin, "POST", "/webhooks", { url: "https://example.com/hook", events: ["message.created"] }, ["webhook:create", null, { url: "https://example.com/hook" }]);
	await tells(admin, "PUT", `/webhooks/${webhook.id}`, { enabled: false }, ["webhook:update", webhook.id, { url: "https://example.com/hook" }]);
	await tells(admin, "POST", `/webhooks/${webhook.id}/rotate-secret`, {}, ["webhook:rotate_secret", webhook.id, { url: "https://example.com/hook" }]);
	const { delivery } = await tells(admin, "POST", `/webhooks/${webhook.id}/test`, {}, ["webhook:test", webhook.id]);
	await stack.kill("worker", "SIGSTOP");
	await stack.sql("UPDATE webhook_deliveries SET status = 2, finished_at = 1, claimed_until = 0 WHERE id = ?", [delivery.id]);
	await tells(admin, "POST", `/webhooks/${webhook.id}/deliveries/${delivery.id}/retry`, {}, ["webhook:retry", webhook.id, { delivery_id: delivery.id }]);
	await stack.kill("worker", "SIGCONT");
	await tells(admin, "DELETE", `/webhooks/${webhook.id}`, undefined, ["webhook:delete", webhook.id, { url: "https://example.com/hook" }]);
	await tells(admin, "PUT", "/settings", { settings: { csat_enabled: false } }, ["settings:update", 0, { csat_enabled: false }]);
	await stack.sql("INSERT INTO unanswered (question, normal, terms, locale, conversation_id, first_at, last_at) VALUES ('q', 'audit', '', 'zh', 1, 1, 1)");
	const [{ id }] = await stack.sql("SELECT id FROM unanswered WHERE normal = 'audit'");
	await tells(admin, "PUT", `/unanswered-questions/${id}`, { state: "dismissed" }, ["question:update", id, { state: "dismissed" }]);
});

test("devices", async () => {
	const { push_token: token } = await tells(agent, "POST", "/mobile/push-tokens", { device_token: "audit-token", platform: "ios", enabled: true }, ["push_token:save", null, { platform: "ios", enabled: true }]);
	await tells(agent, "DELETE", "/mobile/push-tokens/audit-token", undefined, ["push_token:delete", token.id]);
});

test("a browser's name that is no text is no reason to refuse a change", async () => {
	const odd = await agent.put(`${V1}/conversations/1/priority`, { priority: "low" }, { headers: { "User-Agent": `Z\u00fcrich/1.0 ${"\u00ff".repeat(400)}` } });
	assert.equal(odd.status, 200, odd.text);
	assert.equal((await newest())[0].user_agent, "");
});

test("what fails is not in it", async () => {
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM audit_log");
	await agent.put(`${V1}/conversations/1/status`, { status: "no" });
	await agent.put(`${V1}/conversations/1/labels`, { labels: ["没有这个"] });
	await agent.put(`${V1}/settings`, { settings: { csat_enabled: false } });
	await admin.post(`${V1}/users`, { email: "admin@example.com", full_name: "x", password: "password123", role: "agent" });
	await httpClient(stack.urls.kefu).delete(`${V1}/labels/1`);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM audit_log"))[0].n, n);
});

test("no other call changes anything", () => {
	const writes = routes.filter((r) => r.method !== "GET").map((r) => `${r.method} ${r.pattern.slice(V1.length)}`);
	assert.deepEqual(writes.filter((one) => !done.has(one) && !OTHERS.includes(one)), []);
});
