// Teams and their members: the console contract, and what a change means to those whose scope it is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Socket, signIn } from "../lib/client.mjs";
import { audited, guarded, invalid, missing, people, refused } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

const TEAMS = "/api/v1/teams";
const { counted, gate } = coverage("console", ["/api/v1/teams"]);
let stack, who;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	who = await people(stack, counted);
});
after(() => stack?.stop());

test("the documented list, with who is online", async () => {
	const all = await who.supervisor.get(TEAMS);
	assert.equal(all.status, 200);
	like(all.body, { success: true, data: { teams: [{ id: 1, name: "", description: "", members_count: 8, online_members_count: 5, created_at: "" }] } });
	assert.deepEqual(all.body.data.teams.map((t) => [t.id, t.name, t.members_count]), [[1, "技术支持团队", 1], [2, "售后服务团队", 2]]);
	const online = async () => (await who.admin.get(`${TEAMS}/1`)).body.data.team.online_members_count;
	await who.agent.put("/api/v1/auth/me/status", { status: "online" });
	assert.equal(await online(), 1);
	await who.agent.put("/api/v1/auth/me/status", { status: "offline" });
	assert.equal(await online(), 0);
	assert.deepEqual((await who.admin.get(`${TEAMS}?search=${encodeURIComponent("售后")}`)).body.data.teams.map((t) => t.id), [2]);
	assert.deepEqual((await who.admin.get(`${TEAMS}?page=3&per_page=1`)).body.data, { teams: [], meta: { current_page: 3, per_page: 1, total_count: 2, total_pages: 2 } });
	invalid(await who.admin.get(`${TEAMS}?per_page=101`), "per_page");
});

test("make, change, refuse", async () => {
	const made = await who.admin.post(TEAMS, { name: " 售前 ", description: "咨询" });
	assert.equal(made.status, 201);
	const { team } = made.body.data;
	assert.deepEqual([team.name, team.description, team.members_count, team.online_members_count], ["售前", "咨询", 0, 0]);
	assert.deepEqual((await audited(stack, "team:create", team.id)).details, { name: "售前" });
	assert.deepEqual((({ name, description }) => [name, description])((await who.admin.put(`${TEAMS}/${team.id}`, { name: "售前团队" })).body.data.team), ["售前团队", "咨询"]);
	invalid(await who.admin.post(TEAMS, { name: "技术支持团队" }), "name");
	invalid(await who.admin.put(`${TEAMS}/${team.id}`, { name: "技术支持团队" }), "name");
	invalid(await who.admin.post(TEAMS, {}), "name");
	invalid(await who.admin.post(TEAMS, { name: "x".repeat(101) }), "name");
	invalid(await who.admin.post(TEAMS, { name: "y", description: "长".repeat(501) }), "description");
	const manage = ["supervisor", "agent"];
	await guarded(who, [
		{ method: "GET", path: TEAMS, deny: ["agent"] }, { method: "GET", path: `${TEAMS}/1`, deny: ["agent"] }, { method: "GET", path: `${TEAMS}/1/members`, deny: ["agent"] },
		{ method: "POST", path: TEAMS, body: { name: "no" }, deny: manage }, { method: "PUT", path: `${TEAMS}/1`, deny: manage }, { method: "DELETE", path: `${TEAMS}/1`, deny: manage },
		{ method: "POST", path: `${TEAMS}/1/members`, body: { user_id: 3 }, deny: manage }, { method: "DELETE", path: `${TEAMS}/1/members/3`, deny: manage },
	]);
	for (const path of [`${TEAMS}/999`, `${TEAMS}/999/members`]) missing(await who.admin.get(path));
	missing(await who.admin.put(`${TEAMS}/999`, { name: "z" }));
	missing(await who.admin.delete(`${TEAMS}/999`));
});

test("members: one, several, twice, and who cannot be one", async () => {
	const [{ id }] = await stack.sql("SELECT id FROM teams WHERE name = '售前团队'");
	const members = `${TEAMS}/${id}/members`, ids = (answer) => answer.body.data.members.map((m) => m.id).sort();
	const one = await who.admin.post(members, { user_id: 3 });
	assert.equal(one.status, 201);
	like(one.body.data, { members: [{ id: 1, user_id: "", full_name: "", email: "", role: "", status: "", max_sessions: 5, active_sessions: 0 }], total: 1 });
	assert.deepEqual(ids(await who.admin.post(members, { user_ids: [3, 4, 5] })), [3, 4, 5]);
	assert.deepEqual(ids(await who.supervisor.get(members)), [3, 4, 5]);
	assert.deepEqual((await audited(stack, "team:add_member", id)).details, { user_id: 5 });
	for (const body of [{}, { user_id: 10 }, { user_id: 999 }, { user_id: "3" }]) invalid(await who.admin.post(members, body), "user_id");
	for (const user_ids of [[2, 10], ["3"], 3, Array(201).fill(3)]) invalid(await who.admin.post(members, { user_ids }), "user_ids");
	assert.deepEqual(ids(await who.admin.get(members)), [3, 4, 5], "all or none");
	missing(await who.admin.post(`${TEAMS}/999/members`, { user_id: 3 }));
	const out = await who.admin.delete(`${members}/5`);
	assert.deepEqual([out.status, out.body.data], [200, null]);
	missing(await who.admin.delete(`${members}/5`));
	assert.deepEqual((await audited(stack, "team:remove_member", id)).details, { user_id: 5 });
	assert.equal((await who.admin.get(`${TEAMS}/${id}`)).body.data.team.members_count, 2);
});

test("who joins a team sees its conversations at once, who leaves it does not", async () => {
	const made = await who.guest.post("/api/v1/chat/sessions", {});
	const { session_id } = made.body.data;
	await stack.sql("UPDATE conversations SET version = version + 1, team_id = 2, assignee_id = 4, agent_type = 1 WHERE session_id = ?", [session_id]);
	const agent = await signIn(stack.urls.chat, "agent@example.com");
	const see = () => agent.get(`/api/v1/chat/sessions/${session_id}`);
	assert.equal((await see()).status, 403);
	assert.equal((await who.admin.post(`${TEAMS}/2/members`, { user_id: 3 })).status, 201);
	assert.equal((await see()).status, 200);
	const socket = await Socket.open(`${stack.urls.chat.replace("http", "ws")}/ws`);
	socket.send("auth", { token: agent.token, resume: { last_id: 0 } });
	await socket.waitFor("auth");
	const say = async (content) => assert.equal((await who.guest.post("/api/v1/chat/messages", { session_id, content })).status, 201);
	await say("一");
	await socket.waitFor((f) => f.type === "message" && f.data.content === "一");
	assert.equal((await who.admin.delete(`${TEAMS}/2/members/3`)).status, 200);
	assert.equal((await see()).status, 403);
	// The re-check goes from Redis to the relay to the API and back: what is said then must not arrive. Another's socket tells when it was sent out.
	const other = await Socket.open(`${stack.urls.chat.replace("http", "ws")}/ws`);
	other.send("auth", { token: who.admin.token, resume: { last_id: 0 } });
	await other.waitFor("resumed");
	let n = 0;
	await until(async () => {
		const text = `二${n++}`, fits = (f) => f.type === "message" && f.data.content === text;
		await say(text);
		await other.waitFor(fits);
		await socket.roundTrip();
		return !socket.frames.some(fits);
	}, { what: "silence after leaving the team" });
	await say("三");
	await other.waitFor((f) => f.type === "message" && f.data.content === "三");
	await other.close();
	await socket.never((f) => f.type === "message" && f.data.content === "三");
	await socket.close();
});

test("deleting: its conversations belong to none, the many as well", async () => {
	const { id } = (await who.admin.post(TEAMS, { name: "临时" })).body.data.team;
	await who.admin.post(`${TEAMS}/${id}/members`, { user_ids: [3, 4] });
	await stack.sql("UPDATE conversations SET version = version + 1, team_id = ? WHERE id BETWEEN 101 AND 390", [id]); // more than one transaction takes
	assert.deepEqual((await who.admin.delete(`${TEAMS}/${id}`)).body, { success: true, data: null });
	assert.deepEqual((await audited(stack, "team:delete", id)).details, { name: "临时" });
	assert.deepEqual(await stack.sql("SELECT * FROM team_members WHERE team_id = ?", [id]), []);
	await until(async () => (await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE team_id = ?", [id]))[0].n === 0 &&
		(await stack.sql("SELECT COUNT(*) AS n FROM team_removals"))[0].n === 0, { what: "no conversation of the team" });
	refused(await who.admin.get(`${TEAMS}/${id}`), 404, "RESOURCE_NOT_FOUND");
});

test("every row was asked, well and badly", gate);
