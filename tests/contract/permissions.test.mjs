// Console: who may call what. Every call needs the permission that the documents name for its resource, by role and by the user's own
// exceptions, with a token that was given out before them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { forbidden } from "../lib/console.mjs";
import { allRoutes } from "../lib/coverage.mjs";
import { startStack } from "../lib/stack.mjs";

const PERMISSIONS = ["conversations:read", "conversations:write", "conversations:assign", "contacts:read", "contacts:write", "contacts:delete", "reports:read", "reports:export",
	"settings:read", "settings:write", "users:read", "users:write", "users:manage", "inboxes:read", "inboxes:write"];
/** additions.md: permissions by role. */
const ROLES = {
	admin: PERMISSIONS,
	supervisor: PERMISSIONS.filter((one) => !["settings:write", "users:write", "users:manage"].includes(one)),
	agent: ["conversations:read", "conversations:write", "contacts:read", "contacts:write", "reports:read", "inboxes:read"],
};
const ANY = null, ANYBODY = undefined;
/** [pattern of "METHOD path", what it needs]: the first that fits. Of things that agents read beside conversations: conversations:read. */
const NEEDS = [
	[/^POST \/setup$/, ANYBODY],
	[/^\S+ \/auth\//, ANYBODY],
	[/^\S+ \/mobile\//, ANY],
	[/^GET \/conversations\/:\w+\/assist/, "conversations:write"],
	[/^GET \/conversations/, "conversations:read"],
	[/^PUT \/conversations\/:\w+\/assign$/, "conversations:assign"],
	[/^(POST|PUT|DELETE) \/conversations/, "conversations:write"],
	[/^GET \/contacts/, "contacts:read"],
	[/^(DELETE \/contacts\/|POST \/contacts\/:\w+\/erase$)/, "contacts:delete"],
	[/^(POST|PUT) \/contacts/, "contacts:write"],
	[/^GET \/(labels|canned-responses|articles)/, "conversations:read"],
	[/^POST \/articles\/ask$/, "conversations:read"],
	[/^GET \/(teams|settings|audit-logs|webhooks|unanswered-questions)/, "settings:read"],
	[/^(POST|PUT|DELETE) \/(teams|settings|webhooks|unanswered-questions|labels|canned-responses|articles)/, "settings:write"],
	[/^GET \/inboxes/, "inboxes:read"],
	[/^(POST|PUT|DELETE) \/inboxes/, "inboxes:write"],
	[/^\S+ \/ai\/trials/, "inboxes:write"],
	[/^GET \/users/, "users:read"],
	[/^DELETE \/users/, "users:manage"],
	[/^(POST|PUT) \/users/, "users:write"],
	[/^GET \/(dashboard|reports)\//, "reports:read"],
];
let stack, admin, supervisor, agent, customer, one;
const needOf = (route) => NEEDS.find(([pattern]) => pattern.test(`${route.method} ${route.pattern.replace("/api/v1", "")}`))?.[1];
const routes = allRoutes().filter((r) => r.contract === "console");
/** Of something that is not there, and saying nothing: who may is told so, who may not is told that. */
const ask = (client, { method, pattern }) => client.call(method, pattern.replace(/:\w+/g, "999999"), ["POST", "PUT"].includes(method) ? {} : undefined);
/** The routes whose answer to this client is not what these permissions give it. */
async function astray(client, permissions) {
	const wrong = [];
	for (const route of routes.filter((r) => needOf(r) !== ANYBODY)) {
		const need = needOf(route), { status, text } = await ask(client, route);
		// Who may answer may also take: of somebody else's conversation that is said when it is known whose.
		const may = need === ANY || permissions.includes(need) || (need === "conversations:assign" && permissions.includes("conversations:write"));
		const held = need !== "conversations:assign" || permissions.includes("conversations:read");
		if ((status === 403) === (may && held)) wrong.push(`${route.method} ${route.pattern}: ${status} ${text}`);
	}
	return wrong;
}

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	[admin, supervisor, agent, customer] = await Promise.all(["admin", "supervisor", "agent", "customer"].map((name) => signIn(stack.urls.kefu, `${name}@example.com`)));
	await admin.post("/api/v1/users", { email: "one@example.com", full_name: "One", password: "password123", role: "agent" });
	one = await signIn(stack.urls.kefu, "one@example.com");
});
after(() => stack?.stop());
const grant = async (permissions) => assert.equal((await admin.put(`/api/v1/users/${one.user.id}`, { permissions })).status, 200);

test("every route is one of the documented resources'", () => {
	assert.deepEqual(routes.filter((route) => !NEEDS.some(([pattern]) => pattern.test(`${route.method} ${route.pattern.replace("/api/v1", "")}`))), []);
});

test("roles: what their defaults say, in the token and in the checks; a customer and a stranger nothing", async () => {
	for (const [role, client] of Object.entries({ admin, supervisor, agent })) {
		assert.deepEqual([...client.user.permissions].sort(), [...ROLES[role]].sort(), role);
		const claims = JSON.parse(Buffer.from(client.token.split(".")[1], "base64url"));
		assert.deepEqual([claims.role, [...claims.permissions].sort(), claims.user_id, typeof claims.email, typeof claims.exp, typeof claims.iat], [role, [...ROLES[role]].sort(), Number(client.user.id), "string", "number", "number"]);
		assert.deepEqual(await astray(client, ROLES[role]), [], role);
	}
	for (const route of routes.filter((r) => needOf(r) !== ANYBODY)) {
		assert.equal((await ask(customer, route)).status, 403, `${route.method} ${route.pattern}`);
		assert.equal((await ask(httpClient(stack.urls.kefu), route)).status, 401, `${route.method} ${route.pattern}`);
	}
});

test("exceptions: each permission alone opens its routes and no others, at once, to the token that was there", async () => {
	for (const permission of PERMISSIONS) {
		await grant([permission]);
		assert.deepEqual(await astray(one, [permission]), [], `with ${permission} alone`);
	}
	await grant([]);
	assert.deepEqual(await astray(one, []), [], "with none");
});

test("exceptions: each permission taken away closes its routes and no others", async () => {
	for (const permission of PERMISSIONS) {
		const rest = PERMISSIONS.filter((other) => other !== permission);
		await grant(rest);
		assert.deepEqual(await astray(one, rest), [], `without ${permission}`);
	}
});

test("assigning needs its own permission; taking what one may answer does not; CSV needs reports:export, roles users:manage", async () => {
	const talk = (await httpClient(stack.urls.chat).post("/api/v1/chat/sessions", {})).body.data;
	const [{ id }] = await stack.sql("SELECT id FROM conversations WHERE session_id = ?", [talk.session_id]);
	const assign = (body) => one.put(`/api/v1/conversations/${id}/assign`, body);
	await grant(["conversations:read", "conversations:assign"]);
	assert.equal((await assign({ assignee_id: one.user.id })).status, 200);
	assert.equal((await assign({ assignee_id: 3 })).body.data.conversation.assignee.id, 3);
	await admin.put(`/api/v1/conversations/${id}/assign`, { assignee_id: one.user.id });
	await grant(["conversations:read", "conversations:write"]);
	forbidden(await assign({ assignee_id: 3 }));
	forbidden(await assign({ assignee_id: one.user.id, team_id: 1 }));
	assert.equal((await assign({ assignee_id: one.user.id })).status, 200);
	await grant(["conversations:read"]);
	forbidden(await assign({ assignee_id: one.user.id }));
	for (const report of ["conversations", "agents"]) {
		const csv = () => one.get(`/api/v1/reports/${report}?start_date=2024-01-01&end_date=2024-01-02&format=csv`);
		await grant(["reports:read"]);
		forbidden(await csv());
		await grant(["reports:read", "reports:export"]);
		assert.equal((await csv()).status, 200);
	}
	await grant(["users:read", "users:write", "conversations:read"]);
	const made = (body) => one.post("/api/v1/users", { email: `new${Math.random()}@example.com`, full_name: "New", password: "password123", ...body });
	for (const body of [{ role: "agent" }, { role: "supervisor" }, { role: "admin" }]) forbidden(await made(body));
});

test("no room for one more is told of whom it is", async () => {
	await stack.sql("UPDATE users SET max_sessions = active_sessions WHERE id = 4");
	await stack.redis("DEL", "deskbell:user:4");
	const [{ id }] = await stack.sql("SELECT id FROM conversations WHERE status = 0 AND assignee_id IS NULL LIMIT 1");
	const full = await admin.put(`/api/v1/conversations/${id}/assign`, { assignee_id: 4 });
	assert.deepEqual([full.status, full.body.error.details[0].field], [400, "assignee_id"], full.text);
});

test("an agent: what is somebody else's is not there, whatever is asked of it, with every permission", async () => {
	const [{ id, contact_id }] = await stack.sql("SELECT id, contact_id FROM conversations WHERE assignee_id = 4 AND team_id = 2 AND status >= 2 LIMIT 1");
	await grant(PERMISSIONS);
	const file = new FormData();
	file.append("file", new Blob(["一份文件\n"], { type: "text/plain" }), "a.txt");
	const bodies = { assign: { assignee_id: one.user.id }, "switch-agent": { agent_type: "human" }, stop: {}, status: { status: "closed" }, priority: { priority: "low" }, labels: { labels: [] }, files: file, messages: { content: "x", is_private: true }, assist: { kind: "suggest" } };
	const [before] = await stack.sql("SELECT * FROM conversations WHERE id = ?", [id]);
	for (const { method, pattern } of routes.filter((r) => r.pattern.includes(":conversation_id"))) {
		const body = ["POST", "PUT"].includes(method) ? bodies[pattern.split("/").at(-1)] : undefined;
		const answer = await one.call(method, pattern.replace(":conversation_id", id).replace(/:\w+/, "1"), body);
		assert.deepEqual([answer.status, answer.body.error?.code], [404, "RESOURCE_NOT_FOUND"], `${method} ${pattern} ${answer.text}`);
	}
	assert.deepEqual((await stack.sql("SELECT * FROM conversations WHERE id = ?", [id]))[0], before);
	assert.ok(!(await one.get(`/api/v1/contacts/${contact_id}`)).body.data.contact.conversations.some((talk) => talk.id === id));
	// Nor can it be told of it.
	const mention = await admin.post(`/api/v1/conversations/${id}/messages`, { content: "@One", is_private: true, metadata: { mentions: [one.user.id] } });
	assert.deepEqual([mention.status, mention.body.error.details[0].field], [400, "mentions"]);
	const summary = (await one.get("/api/v1/mobile/conversations/summary")).body.data;
	assert.ok(!summary.notifications.some((told) => told.conversation_id === id));
});
