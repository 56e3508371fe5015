// Staff accounts of the console contract: who may do what to whom, and that a change of rights holds at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Socket, signIn } from "../lib/client.mjs";
import { audited, forbidden, guarded, invalid, missing, people, refused } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack } from "../lib/stack.mjs";

const USERS = "/api/v1/users";
const { counted, gate } = coverage("console", ["/api/v1/users"]);
const AGENT = ["conversations:read", "conversations:write", "contacts:read", "contacts:write", "reports:read", "inboxes:read"];
const ALL = ["conversations:read", "conversations:write", "conversations:assign", "contacts:read", "contacts:write", "contacts:delete", "reports:read", "reports:export",
	"settings:read", "settings:write", "users:read", "users:write", "users:manage", "inboxes:read", "inboxes:write"];
let stack, who;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	who = await people(stack, counted);
});
after(() => stack?.stop());

let made = 0;
const account = (extra) => ({ email: `new${++made}@example.com`, full_name: `新人${made}`, role: "agent", password: "password123", ...extra });
const create = async (extra, by = who.admin) => {
	const answer = await by.post(USERS, account(extra));
	assert.equal(answer.status, 201, answer.text);
	return answer.body.data.user;
};
const as = async (user) => counted(await signIn(stack.urls.kefu, user.email));
const sorted = (list) => [...list].sort();

test("the list, its filters and its pages", async () => {
	const all = await who.supervisor.get(USERS);
	assert.equal(all.status, 200);
	like(all.body, { success: true, data: { users: [{ id: 1, user_id: "", email: "", full_name: "", role: "", permissions: [""], avatar_url: "", phone: "", status: "", max_sessions: 5, teams: [{ id: 1, name: "" }], created_at: "", updated_at: "" }],
		meta: { current_page: 1, per_page: 20, total_count: 5, total_pages: 1 } } }, "$", ["$.data.users[].avatar_url", "$.data.users[].phone"]);
	const { users } = all.body.data;
	assert.deepEqual(users.map((u) => u.role), ["admin", "supervisor", "agent", "agent", "agent"], "no customer is among them");
	const of = (id) => users.find((u) => u.id === id);
	assert.deepEqual([of(3).permissions, of(3).teams], [AGENT, [{ id: 1, name: "技术支持团队" }]]);
	assert.deepEqual([of(1).permissions, of(1).teams], [ALL, []]);
	assert.deepEqual(of(2).permissions, ALL.filter((p) => !["settings:write", "users:write", "users:manage"].includes(p)));
	const ids = async (query) => (await who.admin.get(`${USERS}?${query}`)).body.data.users.map((u) => u.id);
	assert.deepEqual(await ids("role=supervisor"), [2]);
	assert.deepEqual(await ids("role=guest"), []);
	assert.deepEqual(await ids("team_id=2"), [4, 5]);
	assert.deepEqual(await ids(`search=${encodeURIComponent("小王")}`), [3]);
	assert.deepEqual(await ids("search=KEFU_00&role=agent"), [3, 4]);
	assert.deepEqual(await ids("page=2&per_page=2"), [3, 4]);
	assert.deepEqual((await who.admin.get(`${USERS}?page=9&per_page=2`)).body.data, { users: [], meta: { current_page: 9, per_page: 2, total_count: 5, total_pages: 3 } });
	invalid(await who.admin.get(`${USERS}?role=king`), "role");
	invalid(await who.admin.get(`${USERS}?status=asleep`), "status");
	invalid(await who.admin.get(`${USERS}?team_id=x`), "team_id");
	missing(await who.admin.get(`${USERS}/10`)); // a customer
});

test("make, change, delete", async () => {
	const user = await create({ max_sessions: 9, phone: "+86 139 0000 1234", team_ids: [2, 1] });
	assert.deepEqual([user.role, user.max_sessions, user.permissions, user.teams.map((t) => t.id)], ["agent", 9, AGENT, [1, 2]]);
	assert.deepEqual((await audited(stack, "user:create", user.id)).details, { role: "agent" });
	const one = `${USERS}/${user.id}`;
	const changed = (await who.admin.put(one, { full_name: "改名", phone: "", team_ids: [2] })).body.data.user;
	assert.deepEqual([changed.full_name, changed.phone, changed.email, changed.teams], ["改名", null, user.email, [{ id: 2, name: "售后服务团队" }]]);
	assert.deepEqual((await who.admin.get(one)).body.data.user, changed);
	assert.deepEqual((await who.admin.put(one, { team_ids: [] })).body.data.user.teams, []);
	invalid(await who.admin.put(one, { team_ids: [99] }), "team_ids");
	invalid(await who.admin.put(one, { team_ids: ["1"] }), "team_ids");
	invalid(await who.admin.put(one, { email: "admin@example.com" }), "email");
	for (const [field, value] of [["email", "nope"], ["password", "short"], ["role", "king"], ["role", "guest"], ["phone", "call me"], ["full_name", " "], ["max_sessions", 0], ["permissions", ["fly"]], ["permissions", "all"], ["team_ids", 1]])
		invalid(await who.admin.post(USERS, account({ [field]: value })), field);
	for (const field of ["email", "full_name", "role", "password"]) invalid(await who.admin.post(USERS, account({ [field]: undefined })), field);

	const self = await as(user);
	assert.deepEqual((await who.admin.delete(one)).body, { success: true, data: null });
	assert.deepEqual((await audited(stack, "user:delete", user.id)).details, { name: "改名" });
	assert.equal((await self.get("/api/v1/auth/me")).status, 401);
	for (const answer of [await who.admin.get(one), await who.admin.put(one, {}), await who.admin.delete(one)]) missing(answer);
	assert.equal((await create({ email: user.email })).email, user.email, "the address is free again");
	await guarded(who, [
		{ method: "GET", path: USERS, deny: ["agent"] }, { method: "GET", path: `${USERS}/1`, deny: ["agent"] }, { method: "POST", path: USERS, body: account(), deny: ["supervisor", "agent"] },
		{ method: "PUT", path: `${USERS}/3`, deny: ["supervisor", "agent"] }, { method: "DELETE", path: `${USERS}/3`, deny: ["supervisor", "agent"] },
	]);
});

test("overrides hold at once: in what is shown, what is allowed, and after a change of role", async () => {
	const user = await create(), one = `${USERS}/${user.id}`, self = await as(user);
	const set = async (permissions) => (await who.admin.put(one, { permissions })).body.data.user.permissions;
	forbidden(await self.get(USERS));
	assert.deepEqual(await set([...AGENT, "settings:read", "users:read"]), ALL.filter((p) => [...AGENT, "settings:read", "users:read"].includes(p)));
	assert.equal((await self.get("/api/v1/teams")).status, 200);
	assert.equal((await self.get(USERS)).status, 200);
	const [row] = await stack.sql("SELECT permissions_add, permissions_drop FROM users WHERE id = ?", [user.id]);
	assert.deepEqual({ ...row }, { permissions_add: (1 << 8) | (1 << 10), permissions_drop: 0 });
	assert.deepEqual((await audited(stack, "user:update", user.id)).details, { granted: ["settings:read", "users:read"] });
	assert.deepEqual(await set(["conversations:read"]), ["conversations:read"]);
	forbidden(await self.get("/api/v1/teams"));
	forbidden(await self.put("/api/v1/conversations/1/status", { status: "open" }));
	assert.equal((await self.get("/api/v1/labels")).status, 200);
	assert.deepEqual(await set([]), []);
	forbidden(await self.get("/api/v1/labels"));
	assert.deepEqual(await set(AGENT), AGENT);
	const [none] = await stack.sql("SELECT permissions_add, permissions_drop FROM users WHERE id = ?", [user.id]);
	assert.deepEqual({ ...none }, { permissions_add: 0, permissions_drop: 0 }, "the defaults are no exception");

	// A new sign-in carries the new permissions in its token as well.
	await set([...AGENT, "reports:export"]);
	const claims = JSON.parse(Buffer.from((await as(user)).token.split(".")[1], "base64url"));
	assert.deepEqual(sorted(claims.permissions), sorted([...AGENT, "reports:export"]));
	const raised = (await who.admin.put(one, { role: "supervisor" })).body.data.user;
	assert.equal(raised.role, "supervisor");
	assert.deepEqual((await audited(stack, "user:update", user.id)).details.role, "supervisor");
	assert.equal((await self.get("/api/v1/auth/me")).status, 401); // another role: sign in again
});

test("a socket is re-checked when permissions change", async () => {
	const user = await create({ team_ids: [1] }), self = await as(user);
	const socket = await Socket.open(`${stack.urls.chat.replace("http", "ws")}/ws`);
	socket.send("auth", { token: self.token, resume: { last_id: 0 } });
	await socket.waitFor("auth");
	await who.admin.put(`${USERS}/${user.id}`, { role: "supervisor" });
	assert.equal((await socket.closed).code, 4401);
});

test("nobody reaches above himself", async () => {
	const helper = await create({ role: "supervisor", permissions: [...ALL.filter((p) => !["settings:write", "users:manage"].includes(p))] });
	const by = await as(helper);
	const agent = await create({}, by);
	assert.equal((await by.put(`${USERS}/${agent.id}`, { full_name: "助手改" })).body.data.user.full_name, "助手改");
	assert.equal((await by.put(`${USERS}/${agent.id}`, { role: "agent", permissions: AGENT })).status, 200, "what is so already is no change");
	forbidden(await by.put(`${USERS}/${agent.id}`, { permissions: ["conversations:read"] })); // needs users:manage
	forbidden(await by.put(`${USERS}/${agent.id}`, { role: "supervisor" }));
	forbidden(await by.delete(`${USERS}/${agent.id}`));
	for (const role of ["supervisor", "admin"]) forbidden(await by.post(USERS, account({ role })));
	forbidden(await by.post(USERS, account({ permissions: [...AGENT, "users:read"] })));
	for (const id of [1, 2]) forbidden(await by.put(`${USERS}/${id}`, { password: "taken-over-1" }));
	const strong = await create({ permissions: [...AGENT, "settings:write"] });
	forbidden(await by.put(`${USERS}/${strong.id}`, { password: "taken-over-1" })); // an agent who may more than he does
	assert.equal((await by.put(`${USERS}/${helper.id}`, { full_name: "自己" })).status, 200);
	invalid(await by.put(`${USERS}/${helper.id}`, { permissions: ALL }), "permissions");

	// With users:manage: what he has himself, to those below.
	await who.admin.put(`${USERS}/${helper.id}`, { permissions: ALL.filter((p) => p !== "settings:write") });
	assert.equal((await by.put(`${USERS}/${agent.id}`, { permissions: [...AGENT, "users:manage"] })).status, 200);
	forbidden(await by.put(`${USERS}/${agent.id}`, { permissions: [...AGENT, "settings:write"] }));
	forbidden(await by.put(`${USERS}/${agent.id}`, { role: "supervisor" }));
	forbidden(await by.delete(`${USERS}/2`));
	assert.equal((await by.delete(`${USERS}/${agent.id}`)).status, 200);

	// An admin of fewer permissions is not above one who has all; nor by the other contract's door.
	const small = await create({ role: "admin", permissions: ALL.filter((p) => p !== "users:manage") }), limited = await as(small);
	forbidden(await limited.put(`${USERS}/1`, { password: "taken-over-1" }));
	assert.equal((await limited.put("/api/v1/admin/users/1", { password: "taken-over-1" })).status, 403);
	assert.equal((await limited.post("/api/v1/admin/users", account({ role: "admin" }))).status, 403);
	forbidden(await limited.delete(`${USERS}/${small.id}`));
});

test("oneself, and the last admin", async () => {
	refused(await who.admin.delete(`${USERS}/1`), 400, "VALIDATION_ERROR");
	invalid(await who.admin.put(`${USERS}/1`, { permissions: ALL.slice(1) }), "permissions");
	const second = await create({ role: "admin" }), other = await as(second);
	invalid(await who.admin.put(`${USERS}/1`, { role: "agent" }), "role");
	await stack.sql("UPDATE users SET deleted_at = 1 WHERE role = 3 AND id NOT IN (1, ?)", [second.id]);
	const both = await Promise.all([who.admin.put(`${USERS}/${second.id}`, { role: "agent" }), other.put(`${USERS}/1`, { role: "agent" })]);
	assert.equal(both.filter((a) => a.status === 200).length, 1, both.map((a) => a.text).join());
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM users WHERE role = 3 AND deleted_at IS NULL");
	assert.equal(n, 1);
});

test("every row was asked, well and badly", gate);
