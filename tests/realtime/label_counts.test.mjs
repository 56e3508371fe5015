// The numbers of labels, told with the counts by /admin/ws: in each one's scope what the lists say, whatever happens to a conversation, a label or a team.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

const EMAILS = { admin: "admin@example.com", boss: "supervisor@example.com", wang: "agent@example.com", li: "kefu_002@example.com", ming: "kefu001@example.com" };
const NAMES = Object.keys(EMAILS); // wang is in team 1, li and ming in team 2
const COUNTED = 300;

let stack, people, sockets;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	people = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await signIn(stack.urls.chat, EMAILS[name])])));
	await stack.sql("UPDATE users SET max_sessions = 500 WHERE role > 0");
	// Who waits in the demo's queue would be given to somebody in the middle of a test.
	for (const waits of await stack.sql("SELECT id FROM conversations WHERE queue_rank IS NOT NULL")) await assign(waits, "li");
	sockets = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await open(people[name])])));
});
after(() => stack?.stop());

async function open(who) {
	const socket = await Socket.open(`${stack.wsUrls.desk}/admin/ws`);
	socket.send({ type: "auth", token: who.token });
	await socket.waitFor("auth");
	await socket.waitFor("counts");
	return socket;
}
const countsOf = (socket) => socket.frames.filter((frame) => frame.type === "counts").map((frame) => frame.data);
/** What a page knows that heard all of it: label → {title, color, count}. */
function held(socket) {
	const labels = new Map();
	for (const told of countsOf(socket)) {
		if (told.labels_whole) labels.clear();
		for (const { label_id: id, ...rest } of told.labels) labels.set(id, rest);
		for (const id of told.labels_gone) labels.delete(id);
	}
	return labels;
}
const ok = (answer, status = 200) => (assert.equal(answer.status, status, answer.text), answer.body.data);
const totalOf = async (who, label) => {
	const totals = await Promise.all(["open", "pending"].map(async (status) => ok(await who.get(`/api/v1/conversations?label=${label}&status=${status}&per_page=1`)).meta.total_count));
	return totals[0] + totals[1];
};
/** Each one's number of a label: as its list has it, and as its socket was told. */
async function are(what, label, want) {
	for (const name of NAMES) assert.equal(await totalOf(people[name], label), want[name], `${what}: the list of ${name}`);
	for (const name of NAMES) await until(() => held(sockets[name]).get(label)?.count === want[name], { what: `${what}: ${want[name]} told to ${name}` });
}
const all = (n) => Object.fromEntries(NAMES.map((name) => [name, n]));
const newLabel = async (title) => ok(await people.admin.post("/api/v1/labels", { title, color: "#123456" }), 201).label;
const change = (session, what, body) => people.boss.put(`/api/v1/conversations/${session.id}/${what}`, body).then((answer) => ok(answer));
const assign = (session, who, extra = {}) => change(session, "assign", { assignee_id: people[who].user.id, ...extra });
const newSession = async () => ok(await httpClient(stack.urls.chat).post("/api/v1/chat/sessions", {}), 201);

test("the first counts have every label of the site, with its list's total in one's scope", async () => {
	const labels = await stack.sql("SELECT id, title, color FROM labels");
	assert.ok(labels.length > 2, "demo labels");
	for (const name of NAMES) {
		const [first] = countsOf(sockets[name]);
		assert.equal(first.labels_whole, true, name);
		assert.deepEqual(first.labels_gone, []);
		assert.deepEqual(first.labels.map((one) => one.label_id).sort((a, b) => a - b), labels.map((one) => one.id).sort((a, b) => a - b));
		for (const { id, title, color } of labels) {
			const count = await totalOf(people[name], id);
			await until(() => held(sockets[name]).get(id).count === count, { what: `${title}: ${count} for ${name}` });
			assert.deepEqual(held(sockets[name]).get(id), { title, color, count });
		}
	}
});

test("labelled, unlabelled, assigned, given to a team, resolved, reopened: told to each in its scope, and of no other label", async () => {
	const [a, b] = [await newLabel("甲"), await newLabel("Б")];
	await are("a new label", a.id, all(0));
	await are("another one", b.id, all(0));
	const session = await newSession();
	const began = Object.fromEntries(NAMES.map((name) => [name, countsOf(sockets[name]).length]));

	await change(session, "labels", { labels: [a.id, b.id] });
	await are("labelled, nobody's", a.id, all(1));
	await are("with two", b.id, all(1));
	await change(session, "labels", { labels: [a.id] });
	await are("unlabelled", b.id, all(0));
	await are("the other one stays", a.id, all(1));
	await assign(session, "wang");
	await are("assigned", a.id, { ...all(1), li: 0, ming: 0 });
	await assign(session, "wang", { team_id: 2 });
	await are("in a team", a.id, all(1));
	await assign(session, "li");
	await are("another's", a.id, { ...all(1), wang: 0 });
	await change(session, "status", { status: "pending" });
	await are("pending", a.id, { ...all(1), wang: 0 });
	await change(session, "status", { status: "resolved" });
	await are("resolved", a.id, all(0));
	await change(session, "status", { status: "open" });
	await are("reopened", a.id, { ...all(1), wang: 0 });

	for (const name of NAMES) {
		const since = countsOf(sockets[name]).slice(began[name]);
		assert.ok(since.every((told) => !told.labels_whole && told.labels.every((one) => [a.id, b.id].includes(one.label_id))), `only what has changed: ${name}`);
	}
});

test("another team of an agent, and none any more: its numbers follow", async () => {
	const label = await newLabel("团队");
	const session = await newSession();
	await change(session, "labels", { labels: [label.id] });
	await assign(session, "li", { team_id: 2 });
	await are("before", label.id, { ...all(1), wang: 0 });
	const { wang } = people;
	ok(await people.admin.post("/api/v1/teams/2/members", { user_id: wang.user.id }), 201);
	await are("joined", label.id, all(1));
	ok(await people.admin.delete(`/api/v1/teams/2/members/${wang.user.id}`));
	await are("left", label.id, { ...all(1), wang: 0 });
});

test("a label or a team is called otherwise, a label is deleted: everybody is told, and asks for nothing", async () => {
	const label = await newLabel("旧名");
	const session = await newSession();
	await change(session, "labels", { labels: [label.id] });
	await are("before", label.id, all(1));
	ok(await people.admin.put(`/api/v1/labels/${label.id}`, { title: "新名", color: "#654321" }));
	for (const name of NAMES) await until(() => held(sockets[name]).get(label.id)?.title === "新名", { what: `the name told to ${name}` });
	for (const name of NAMES) assert.deepEqual(held(sockets[name]).get(label.id), { title: "新名", color: "#654321", count: 1 });

	ok(await people.admin.delete(`/api/v1/labels/${label.id}`));
	for (const name of NAMES) {
		await until(() => !held(sockets[name]).has(label.id), { what: `its end told to ${name}` });
		assert.ok(countsOf(sockets[name]).at(-1).labels_gone.every((id) => id === label.id));
	}
	const late = await open(people.wang);
	assert.equal(held(late).has(label.id), false);
	await late.close();

	ok(await people.admin.put("/api/v1/teams/2", { name: "二队" }));
	await until(() => countsOf(sockets.li).at(-1).teams.find((team) => team.team_id === 2)?.name === "二队", { what: "the team's name" });
});

test("of very many labels the first ones are counted; when one of them goes, the next has a number", async () => {
	const session = await newSession();
	const have = (await stack.sql("SELECT COUNT(*) AS n FROM labels"))[0].n;
	const rows = Array.from({ length: COUNTED - have + 5 }, (_, i) => [`多 ${i}`, "#000000", "", Date.now(), Date.now()]);
	await stack.sql("INSERT INTO labels (title, color, description, created_at, updated_at) VALUES ?", [rows]);
	const ids = (await stack.sql("SELECT id FROM labels ORDER BY id")).map((row) => row.id);
	const [last, beyond] = [ids[COUNTED - 1], ids[COUNTED]];
	await change(session, "labels", { labels: [last, beyond] });
	await are("the last that is counted", last, all(1));
	const late = await open(people.ming);
	const [first] = countsOf(late);
	assert.equal(first.labels_whole, false);
	assert.deepEqual(first.labels.map((one) => one.label_id), ids.slice(0, COUNTED));
	assert.equal(held(sockets.admin).has(beyond), false);
	await late.close();
	ok(await people.admin.delete(`/api/v1/labels/${ids[0]}`));
	await are("the next one", beyond, all(1));
	for (const name of NAMES) assert.equal(held(sockets[name]).has(ids[0]), false);
});
