// /admin/ws: the console's frames (console.md, additions.md): who may listen, what each may see, and that nothing is missed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

let stack, url, guest, admin, boss, wang, li, ming; // admin, supervisor, and three agents: teams 1, 2 and 2
const SECRET = "only-of-these-tests-0123456789-abcdefgh";
before(async () => {
	stack = await startStack({ env: { DESKBELL_JWT_SECRET: `tests:${SECRET}` } });
	url = `${stack.wsUrls.desk}/admin/ws`;
	guest = httpClient(stack.urls.chat);
	[admin, boss, wang, li, ming] = await Promise.all(["admin@example.com", "supervisor@example.com", "agent@example.com", "kefu_002@example.com", "kefu001@example.com"]
		.map((email) => signIn(stack.urls.chat, email)));
	await stack.sql("UPDATE users SET max_sessions = 500 WHERE role > 0");
});
after(() => stack?.stop());

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const open = async (who, resume) => {
	const socket = await Socket.open(url);
	socket.send({ type: "auth", token: who.token, ...(resume ? { resume } : {}) });
	await socket.waitFor("auth");
	if (resume) await socket.waitFor("resumed");
	return socket;
};
const closeAll = (...sockets) => Promise.all(sockets.map((s) => s.close()));
const newSession = async (extra = {}) => (await guest.post("/api/v1/chat/sessions", extra)).body.data;
const say = async (session, content) => {
	const answer = await guest.post("/api/v1/chat/messages", { session_id: session.session_id, content });
	assert.equal(answer.status, 201, answer.text);
	return answer.body.data;
};
const assign = async (conversation, agent, extra = {}) => {
	const answer = await boss.put(`/api/v1/conversations/${conversation.id}/assign`, { assignee_id: agent.user.id, ...extra });
	assert.equal(answer.status, 200, answer.text);
};
/** A conversation that an agent has, so that the AI keeps out of it. */
const owned = async (agent) => {
	const session = await newSession();
	await assign(session, agent);
	return session;
};
const isMessage = (id, content) => (f) => f.type === "message:new" && f.data.conversation_id === id && (content === undefined || f.data.message.content === content);
const isChange = (id, what) => (f) => f.type === "conversation:updated" && f.data.conversation_id === id && (!what || f.data.event === what);
const seqs = (socket, id) => socket.frames.filter(isMessage(id)).map((f) => f.data.message.seq);
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

test("auth: the documented answer on every door, with the token on top or in data", async () => {
	for (const door of Object.values(stack.wsUrls)) {
		const ws = await Socket.open(`${door}/admin/ws`);
		ws.send({ type: "auth", token: wang.token });
		const { data } = await ws.waitFor("auth");
		assert.equal(data.success, true);
		assert.deepEqual([data.user.id, data.user.email, data.user.role], [wang.user.id, "agent@example.com", "agent"]);
		await ws.close();
	}
	const ws = await Socket.open(url);
	ws.send("auth", { token: wang.token });
	assert.equal((await ws.waitFor("auth")).data.success, true);
	await ws.close();
});

test("nothing before auth: AUTH_REQUIRED, and the socket may still sign in; its language is kept", async () => {
	const ws = await Socket.open(url, { headers: { "Accept-Language": "en" } });
	for (const text of ['{"type":"ping"}', '{"type":"resume","data":{"last_id":0}}', '{"type":"typing","data":{"conversation_id":1,"is_typing":true}}', "not json", "[]", '{"type":5}']) {
		ws.sendText(text);
		const { data } = await ws.waitFor("error");
		assert.deepEqual([data.code, data.message], ["AUTH_REQUIRED", "Please sign in"], text);
	}
	ws.send({ type: "auth", token: wang.token });
	await ws.waitFor("auth");
	await ws.close();
});

test("a bad token ends with 4401, a customer's with 4403, none in 10 s with 4401", async () => {
	const began = Date.now(), silent = await Socket.open(url), opened = Date.now();
	const ended = silent.closed.then(() => Date.now());
	const bad = await Socket.open(url);
	bad.send({ type: "auth", token: "nonsense" });
	assert.equal((await bad.waitFor("error")).data.code, "AUTH_REQUIRED");
	assert.equal((await bad.closed).code, 4401);
	const customer = await signIn(stack.urls.chat, "customer@example.com");
	const other = await Socket.open(url);
	other.send({ type: "auth", token: customer.token });
	assert.equal((await other.waitFor("error")).data.code, "PERMISSION_DENIED");
	assert.equal((await other.closed).code, 4403);
	const empty = await Socket.open(url);
	empty.send("auth", {});
	const { data } = await empty.waitFor("error");
	assert.deepEqual([data.code, data.details[0].field], ["VALIDATION_ERROR", "token"]);
	await empty.close();
	assert.equal((await silent.closed).code, 4401);
	assert.ok((await ended) - began > 9000 && (await ended) - opened < 20_000, `closed after ${(await ended) - opened} ms`);
});

test("malformed frames are told apart, and the socket lives on", async () => {
	const ws = await open(wang);
	for (const [frame, field] of [
		[{ type: "bogus" }, "type"], [{ data: {} }, "type"], [{ type: "typing", data: {} }, "conversation_id"], [{ type: "typing", data: { conversation_id: 1, is_typing: "yes" } }, "is_typing"],
		[{ type: "view", data: { conversation_id: "x" } }, "conversation_id"], [{ type: "read", data: { conversation_id: 101 } }, "last_id"],
		[{ type: "message", data: { conversation_id: 101, client_id: "c1" } }, "content"],
		[{ type: "message", data: { conversation_id: 101, content: "x", client_id: "c".repeat(65) } }, "client_id"],
	]) {
		ws.send(frame);
		const { data } = await ws.waitFor("error");
		assert.deepEqual([data.code, data.details[0]?.field], ["VALIDATION_ERROR", field], JSON.stringify(frame));
		if (frame.data?.client_id) assert.equal(data.client_id, frame.data.client_id);
	}
	ws.send("view", { conversation_id: 99999999 });
	assert.equal((await ws.waitFor("error")).data.code, "RESOURCE_NOT_FOUND");
	ws.send({ type: "ping" });
	assert.match((await ws.waitFor("ping")).data.timestamp, TIME);
	await ws.close();
});

test("the four documented events, key by key", async () => {
	const ws = await open(boss);
	const session = await newSession({ name: "新客户", email: "new@example.com" });
	const { conversation } = (await ws.waitFor((f) => f.type === "conversation:new" && f.data.conversation.id === session.id)).data;
	assert.deepEqual([conversation.status, conversation.channel_type, conversation.contact.name, conversation.contact.email], ["open", "web_widget", "新客户", "new@example.com"]);
	assert.match(conversation.created_at, TIME);

	await assign(session, wang);
	const given = (await ws.waitFor(isChange(session.id, "assigned"))).data;
	assert.deepEqual([given.changes.assignee_id, given.changes.agent_type, given.changes.status], [wang.user.id, "human", "open"]);
	assert.equal(given.conversation.assignee.full_name, wang.user.full_name);
	assert.match(given.updated_at, TIME);

	const sent = await say(session, "还有其他问题吗？");
	const { data } = await ws.waitFor(isMessage(session.id));
	assert.deepEqual([`msg_${data.message.id}`, data.message.sender_type, data.message.content, data.message.message_type, data.message.is_private, data.message.seq],
		[sent.id, "contact", "还有其他问题吗？", "text", false, 1]);
	assert.match(data.message.created_at, TIME);

	assert.equal((await boss.put(`/api/v1/conversations/${session.id}/labels`, { labels: [1] })).status, 200);
	const labelled = (await ws.waitFor(isChange(session.id, "labels"))).data;
	assert.equal(labelled.changes.labels[0].id, 1);
	assert.equal((await boss.put(`/api/v1/conversations/${session.id}/assign`, { assignee_id: wang.user.id, team_id: 1 })).status, 200);
	assert.equal((await ws.waitFor(isChange(session.id, "team"))).data.changes.team_id, 1);
	assert.equal((await boss.put(`/api/v1/conversations/${session.id}/priority`, { priority: "urgent" })).status, 200);
	const urgent = (await ws.waitFor(isChange(session.id, "priority"))).data;
	assert.deepEqual([urgent.changes.priority, urgent.conversation.labels[0].id, "phone" in urgent.conversation.contact], ["urgent", 1, false]);
	assert.equal((await boss.put(`/api/v1/conversations/${session.id}/status`, { status: "resolved" })).status, 200);
	const { changes } = (await ws.waitFor(isChange(session.id, "status"))).data;
	assert.deepEqual([changes.status, changes.assignee_id], ["resolved", wang.user.id]);

	assert.equal((await wang.put("/api/v1/auth/me/status", { status: "away" })).status, 200);
	const agent = (await ws.waitFor((f) => f.type === "agent:status_changed" && f.data.status === "away")).data;
	assert.equal(agent.agent_id, wang.user.id);
	assert.match(agent.updated_at, TIME);
	await wang.put("/api/v1/auth/me/status", { status: "online" });
	await ws.close();
});

test("the four documented events as printed: every key, every JSON type", async () => {
	const ws = await open(boss);
	const session = await newSession({ name: "新客户", email: "printed@example.com" });
	like(await ws.waitFor((f) => f.type === "conversation:new" && f.data.conversation.id === session.id), { type: "conversation:new", data: { conversation: {
		id: 456, contact: { name: "新客户", email: "new@example.com" }, status: "open", channel_type: "web_widget", created_at: "2024-01-15T11:00:00Z" } } });
	await assign(session, wang);
	await ws.waitFor(isChange(session.id, "assigned"));
	await say(session, "还有其他问题吗？");
	like(await ws.waitFor(isMessage(session.id)), { type: "message:new", data: { conversation_id: 456,
		message: { id: 1004, sender_type: "contact", content: "还有其他问题吗？", created_at: "2024-01-15T11:05:00Z" } } });
	assert.equal((await boss.put(`/api/v1/conversations/${session.id}/status`, { status: "resolved" })).status, 200);
	const ended = await ws.waitFor(isChange(session.id, "status"));
	like(ended, { type: "conversation:updated", data: { conversation_id: 456, changes: { status: "resolved", assignee_id: 123 }, updated_at: "2024-01-15T11:10:00Z" } });
	for (const status of ["away", "busy", "offline", "online"]) {
		assert.equal((await wang.put("/api/v1/auth/me/status", { status })).status, 200);
		const told = await ws.waitFor((f) => f.type === "agent:status_changed" && f.data.agent_id === wang.user.id && f.data.status === status);
		like(told, { type: "agent:status_changed", data: { agent_id: 123, status: "online", updated_at: "2024-01-15T11:00:00Z" } });
		for (const frame of [ended, told]) assert.match(frame.data.updated_at, TIME);
	}
	await ws.close();
});

test("scope: an agent sees its own and what nobody has; a transfer moves the view with it", async () => {
	const [a, b, all] = await Promise.all([open(wang), open(li), open(boss)]);
	const session = await owned(li);
	await b.waitFor(isChange(session.id, "assigned"));
	await say(session, "for li");
	await b.waitFor(isMessage(session.id, "for li"));
	await all.waitFor(isMessage(session.id, "for li"));
	await a.never(isMessage(session.id));
	for (const type of ["typing", "view", "read", "message"]) {
		a.send(type, { conversation_id: session.id, is_typing: true, last_id: 1, content: "x" });
		assert.equal((await a.waitFor("error")).data.code, "RESOURCE_NOT_FOUND", type);
	}
	await assign(session, wang);
	const moved = await a.waitFor((f) => isChange(session.id, "assigned")(f) && f.data.changes.assignee_id === wang.user.id);
	assert.equal(moved.data.conversation.id, session.id);
	await b.waitFor((f) => isChange(session.id, "assigned")(f) && f.data.changes.assignee_id === wang.user.id);
	await say(session, "for wang");
	await a.waitFor(isMessage(session.id, "for wang"));
	await all.waitFor(isMessage(session.id, "for wang"));
	await b.never(isMessage(session.id, "for wang"));
	assert.deepEqual(seqs(all, session.id), [1, 2], "once each, in order");
	await closeAll(a, b, all);
});

test("a private note reaches staff and never the visitor, live or by resume", async () => {
	const session = await owned(wang);
	const [a, visitor] = await Promise.all([open(wang), Socket.open(stack.ws)]);
	visitor.send("resume", { session_id: session.session_id, last_id: 0 });
	await visitor.waitFor("resumed");
	a.send("message", { conversation_id: session.id, content: "客户情绪比较激动", is_private: true, client_id: "note-1" });
	const { message } = (await a.waitFor(isMessage(session.id, "客户情绪比较激动"))).data;
	assert.deepEqual([message.is_private, message.sender_type, message.client_id, message.sender.full_name], [true, "agent", "note-1", wang.user.full_name]);
	a.send("typing", { conversation_id: session.id, is_typing: true, is_private: true });
	a.send("message", { conversation_id: session.id, content: "您好", client_id: "reply-1" });
	await a.waitFor(isMessage(session.id, "您好"));
	await visitor.waitFor((f) => f.type === "message" && f.data.content === "您好");
	assert.equal(visitor.frames.some((f) => f.raw.includes("情绪") || f.type === "typing"), false);
	a.send("message", { conversation_id: session.id, content: "您好", client_id: "reply-1" });
	const { data } = await a.waitFor("ack");
	assert.deepEqual([data.conversation_id, data.client_id], [session.id, "reply-1"]);
	const late = await Socket.open(stack.ws);
	late.send("resume", { session_id: session.session_id, last_id: 0 });
	await late.waitFor("resumed");
	assert.equal(late.frames.some((f) => f.raw.includes("情绪")), false);
	await closeAll(a, visitor, late);
});

test("a team's conversations come and go with membership, at once", async () => {
	const session = await newSession();
	await assign(session, wang, { team_id: 1 });
	const [row] = await stack.sql("SELECT team_id FROM conversations WHERE id = ?", [session.id]);
	assert.equal(row.team_id, 1);
	const [c, all] = await Promise.all([open(ming), open(boss)]);
	await say(session, "before");
	await all.waitFor(isMessage(session.id, "before"));
	await c.never(isMessage(session.id));
	assert.equal((await admin.post("/api/v1/teams/1/members", { user_id: ming.user.id })).status, 201);
	assert.equal((await c.waitFor("resync")).data.reason, "scope_changed");
	await say(session, "while in");
	await c.waitFor(isMessage(session.id, "while in"));
	assert.equal((await admin.delete(`/api/v1/teams/1/members/${ming.user.id}`)).status, 200);
	await c.waitFor("resync");
	await say(session, "after");
	await all.waitFor(isMessage(session.id, "after"));
	await c.never(isMessage(session.id, "after"));
	assert.deepEqual(seqs(c, session.id), [2]);
	await closeAll(c, all);
});

test("scope: what begins, changes, is typed and read in another team's conversation is not told either; it moves with its team", async () => {
	const about = (id) => (f) => f.data?.conversation_id === id || f.data?.conversation?.id === id;
	const session = await newSession(); // nobody's: everybody's to take
	const [b, c, all, visitor] = await Promise.all([open(li), open(ming), open(boss), Socket.open(stack.ws)]);
	await assign(session, wang, { team_id: 1 });
	await Promise.all([b, c, all].map((socket) => socket.waitFor((f) => isChange(session.id)(f) && f.data.changes.team_id === 1))); // the last that others hear of it
	const { id: first } = await say(session, "to team 1");
	await all.waitFor(isMessage(session.id, "to team 1"));
	visitor.send("resume", { session_id: session.session_id, last_id: first });
	await visitor.waitFor("resumed");
	visitor.send("typing", { session_id: session.session_id, is_typing: true });
	await all.waitFor((f) => f.type === "conversation:typing" && about(session.id)(f));
	assert.equal((await wang.post(`/api/v1/conversations/${session.id}/messages`, { content: "note", is_private: true })).status, 201);
	await all.waitFor(isMessage(session.id, "note"));
	for (const change of [["priority", { priority: "high" }], ["labels", { labels: [1] }], ["status", { status: "pending" }]])
		assert.equal((await boss.put(`/api/v1/conversations/${session.id}/${change[0]}`, change[1])).status, 200);
	await all.waitFor(isChange(session.id, "status"));
	const ofOthers = (f) => about(session.id)(f) && (f.type !== "conversation:updated" || ["priority", "labels", "status"].includes(f.data.event));
	for (const socket of [b, c]) await socket.never(ofOthers);
	// To team 2: its members hear it from here on, and team 1's no more.
	assert.equal((await boss.put(`/api/v1/conversations/${session.id}/assign`, { assignee_id: wang.user.id, team_id: 2 })).status, 200);
	await Promise.all([b, c].map((socket) => socket.waitFor((f) => isChange(session.id)(f) && f.data.changes.team_id === 2)));
	await say(session, "to team 2");
	await Promise.all([b, c, all].map((socket) => socket.waitFor(isMessage(session.id, "to team 2"))));
	await closeAll(b, c, all, visitor);
});

test("viewing ends with a change of team, and when the team is deleted; so do its conversations", async () => {
	const made = await admin.post("/api/v1/teams", { name: "一次性团队" });
	assert.equal(made.status, 201, made.text);
	const team = made.body.data.team.id;
	assert.equal((await admin.put(`/api/v1/users/${ming.user.id}`, { team_ids: [2, team] })).status, 200);
	const [one, two] = [await newSession(), await newSession()];
	for (const session of [one, two]) await assign(session, wang, { team_id: team });
	const [c, all] = await Promise.all([open(ming), open(boss)]);
	const viewed = (socket, id, ...names) => socket.waitFor((f) => f.type === "conversation:viewing" && f.data.conversation_id === id && f.data.viewers.map((v) => v.full_name).sort().join() === names.sort().join());
	const [m, s] = [ming, boss].map((who) => who.user.full_name);
	all.send("view", { conversation_id: one.id });
	await viewed(all, one.id, s);
	c.send("view", { conversation_id: one.id });
	await viewed(all, one.id, m, s);
	assert.equal((await boss.put(`/api/v1/conversations/${one.id}/assign`, { assignee_id: wang.user.id, team_id: 1 })).status, 200);
	await viewed(all, one.id, s);
	all.send("view", { conversation_id: two.id });
	await viewed(all, two.id, s);
	c.send("view", { conversation_id: two.id });
	await viewed(all, two.id, m, s);
	assert.equal((await admin.delete(`/api/v1/teams/${team}`)).status, 200);
	assert.equal((await c.waitFor("resync")).data.reason, "scope_changed");
	await viewed(all, two.id, s);
	await say(two, "not ming's");
	await all.waitFor(isMessage(two.id, "not ming's"));
	await c.never(isMessage(two.id, "not ming's"));
	c.send("view", { conversation_id: two.id });
	assert.equal((await c.waitFor("error")).data.code, "RESOURCE_NOT_FOUND");
	await closeAll(c, all);
});

test("an agent of very many teams hears all of them", async () => {
	const values = Array.from({ length: 150 }, (_, i) => `(${1000 + i}, '第${i}队', 0, 0)`).join();
	await stack.sql(`INSERT INTO teams (id, name, created_at, updated_at) VALUES ${values}`);
	await stack.sql("INSERT INTO team_members (team_id, user_id) SELECT id, ? FROM teams WHERE id >= 1000", [li.user.id]);
	const c = await open(li);
	for (const team_id of [1000, 1149]) {
		const session = await newSession();
		await assign(session, wang, { team_id });
		await say(session, "an alle");
		await c.waitFor(isMessage(session.id, "an alle"));
	}
	await closeAll(c);
	await stack.sql("DELETE FROM team_members WHERE team_id >= 1000");
	await stack.sql("UPDATE conversations SET version = version + 1, team_id = NULL WHERE team_id >= 1000");
	await stack.sql("DELETE FROM teams WHERE id >= 1000");
});

test("a change that is told while a request is under way is acted on after it", async () => {
	const [c, all] = await Promise.all([open(ming), open(boss)]);
	const { frames_in } = await stack.relay();
	await stack.kill("api", "SIGSTOP");
	try {
		c.send({ type: "ping" });
		await until(async () => (await stack.relay()).frames_in > frames_in, { what: "the request" });
		await stack.sql("INSERT INTO team_members (team_id, user_id) VALUES (1, ?)", [ming.user.id]);
		await stack.redis("PUBLISH", "deskbell:rt", `R console/p/${ming.user.id}\nE - 0 0\nT 19 console/p/${boss.user.id}\n{"type":"heard_it"}\n.\n`);
		await all.waitFor("heard_it");
	} finally {
		await stack.kill("api", "SIGCONT");
	}
	await c.waitFor("ping");
	assert.equal((await c.waitFor("resync")).data.reason, "scope_changed");
	assert.equal((await admin.delete(`/api/v1/teams/1/members/${ming.user.id}`)).status, 200);
	await c.waitFor("resync");
	await closeAll(c, all);
});

test("another role ends the sign-in: its sockets close with 4401", async () => {
	const made = await admin.post("/api/v1/admin/users", { email: "newcomer@example.com", full_name: "新人", password: "password123", role: "agent" });
	assert.equal(made.status, 201, made.text);
	const newcomer = await signIn(stack.urls.chat, "newcomer@example.com");
	const ws = await open(newcomer);
	assert.equal((await admin.put(`/api/v1/admin/users/${made.body.data.id}`, { role: "supervisor" })).status, 200);
	assert.equal((await ws.closed).code, 4401);
	const again = await open(await signIn(stack.urls.chat, "newcomer@example.com"));
	const session = await owned(wang);
	await again.waitFor(isChange(session.id, "assigned"));
	await again.close();
});

test("a role that is lowered, a new password and a deleted account end its sockets: 4401, and nothing more is told", async () => {
	let n = 0;
	const staff = async (role) => {
		const email = `ended-${++n}@example.com`;
		const made = await admin.post("/api/v1/users", { email, full_name: `Ended ${n}`, password: "password123", role });
		assert.equal(made.status, 201, made.text);
		return Object.assign(await signIn(stack.urls.chat, email), { email });
	};
	const session = await owned(wang);
	for (const [role, end] of [
		["supervisor", (id) => admin.put(`/api/v1/users/${id}`, { role: "agent" })],
		["supervisor", (id) => admin.put(`/api/v1/users/${id}`, { password: "password456" })],
		["agent", (id) => admin.delete(`/api/v1/users/${id}`)],
		["agent", (id) => boss.delete(`/api/users/${id}`).then((r) => (r.status === 200 ? r : admin.delete(`/api/v1/users/${id}`)))],
	]) {
		const self = await staff(role), ws = await open(self);
		const answer = await end(self.user.id);
		assert.equal(answer.status, 200, answer.text);
		assert.equal((await ws.closed).code, 4401, role);
		await say(session, `after ${n}`);
		assert.equal(ws.frames.some(isMessage(session.id, `after ${n}`)), false);
		const again = await Socket.open(url);
		again.send({ type: "auth", token: self.token });
		assert.equal((await again.waitFor("error")).data.code, "AUTH_REQUIRED");
		assert.equal((await again.closed).code, 4401);
	}
});

test("a token that is too old, or of another key, ends with 4401", async () => {
	const [header, body] = ming.token.split("."), claims = JSON.parse(Buffer.from(body, "base64url"));
	const token = (change, secret = SECRET) => {
		const text = `${header}.${Buffer.from(JSON.stringify({ ...claims, ...change })).toString("base64url")}`;
		return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
	};
	const ws = await open({ token: token({}) }); // so the others fail for what they are
	await ws.close();
	for (const bad of [token({ iat: claims.iat - 7200, exp: claims.iat - 3600 }), token({}, `${SECRET}x`), `${Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url")}.${body}.`]) {
		const refused = await Socket.open(url);
		refused.send({ type: "auth", token: bad });
		assert.equal((await refused.waitFor("error")).data.code, "AUTH_REQUIRED");
		assert.equal((await refused.closed).code, 4401);
	}
});

test("signing in again on an open socket is another person's view, and a bad token ends it", async () => {
	const presence = async (who) => Object.fromEntries(await stack.redis("ZRANGE", `deskbell:online:${who.user.id}`, 0, -1, "WITHSCORES")); // socket → counts until
	const [one, two] = [await owned(ming), await owned(li)];
	const before = await presence(li), ws = await open(ming), all = await open(boss);
	ws.send({ type: "auth", token: ming.token }); // as a page does that has a new token
	assert.equal((await ws.waitFor("auth")).data.user.id, ming.user.id);
	await say(one, "still ming's");
	await ws.waitFor(isMessage(one.id, "still ming's"));
	assert.equal(ws.frames.filter(isMessage(one.id, "still ming's")).length, 1);
	ws.send({ type: "auth", token: li.token });
	assert.equal((await ws.waitFor("auth")).data.user.id, li.user.id);
	await say(two, "li's");
	await ws.waitFor(isMessage(two.id, "li's"));
	await say(one, "ming's");
	await all.waitFor(isMessage(one.id, "ming's"));
	await ws.never(isMessage(one.id, "ming's"));
	// Who is there is told by the open socket: it counts for li now, and for ming no longer than a closed one would.
	const [name, theirs] = await until(async () => Object.entries(await presence(li)).find(([socket]) => !(socket in before)), { what: "li's presence" });
	const mine = (await presence(ming))[name] ?? 0;
	assert.ok(theirs - mine > 25_000, `ming's until ${mine}, li's until ${theirs}`);
	ws.send({ type: "auth", token: `${li.token}x` });
	assert.equal((await ws.waitFor("error")).data.code, "AUTH_REQUIRED");
	assert.equal((await ws.closed).code, 4401);
	await all.close();
});

test("an exception to a role's permissions holds for open sockets at once", async () => {
	const [c, all] = await Promise.all([open(ming), open(boss)]);
	const session = await owned(ming);
	await c.waitFor(isChange(session.id, "assigned"));
	const set = async (permissions) => {
		const answer = await admin.put(`/api/v1/users/${ming.user.id}`, { permissions });
		assert.equal(answer.status, 200, answer.text);
	};
	await set(ming.user.permissions.filter((p) => !p.startsWith("conversations:")));
	assert.equal((await c.waitFor("resync")).data.reason, "scope_changed");
	await say(session, "not to be read");
	await all.waitFor(isMessage(session.id, "not to be read"));
	await c.never(isMessage(session.id));
	c.send("view", { conversation_id: session.id });
	assert.equal((await c.waitFor("error")).data.code, "PERMISSION_DENIED");
	await set(ming.user.permissions);
	await c.waitFor("resync");
	await say(session, "to be read");
	await c.waitFor(isMessage(session.id, "to be read"));
	await closeAll(c, all);
});

test("resume is exact after the relay was killed: all that was missed, once, in order, then live", async () => {
	const one = await owned(wang), two = await owned(wang), others = await owned(li);
	const ws = await open(wang, { last_id: 0 });
	for (const session of [one, two]) await say(session, "seen");
	const last = await ws.waitFor(isMessage(two.id, "seen"));
	await ws.waitFor(isMessage(one.id, "seen"));
	await stack.kill("relay", "SIGKILL");
	await ws.closed;
	for (let i = 0; i < 30; i++) await say([one, two, others][i % 3], `missed ${i}`);
	const fresh = await newSession();
	await assign(fresh, wang);
	await say(fresh, "new to it");
	await stack.start("relay");
	const back = await until(() => open(wang, { last_id: last.data.message.id, positions: { [one.id]: 1, [two.id]: 1 } }).catch(() => null), { what: "the relay" });
	const resumed = back.frames.find((f) => f.type === "resumed").data;
	assert.equal(resumed.last_id, Math.max(...back.frames.filter((f) => f.type === "message:new").map((f) => f.data.message.id)));
	for (const session of [one, two, others, fresh]) await say(session, "live");
	await back.waitFor(isMessage(fresh.id, "live"));
	await back.waitFor(isMessage(two.id, "live"));
	await back.waitFor(isMessage(one.id, "live"));
	for (const session of [one, two]) assert.deepEqual(seqs(back, session.id), range(2, 12));
	assert.deepEqual(seqs(back, fresh.id), [1, 2]);
	await back.never(isMessage(others.id));
	// A page that knows its conversations, but no id.
	const named = await open(wang, { last_id: 0, positions: { [one.id]: 10, [others.id]: 0, 99999999: 3, bogus: 1 } });
	assert.deepEqual([seqs(named, one.id), seqs(named, others.id)], [[11, 12], []]);
	await closeAll(back, named);
});

test("too far behind is said, not hidden", async () => {
	const ws = await Socket.open(url);
	ws.send({ type: "auth", token: admin.token, resume: { last_id: 1 } });
	assert.equal((await ws.waitFor("resync")).data.reason, "too_far_behind");
	await ws.close();
});

test("a position that this server never gave is said too: after a restored backup a page must reload", async () => {
	const [{ top }] = await stack.sql("SELECT MAX(id) AS top FROM messages");
	for (const who of [admin, wang]) {
		const ws = await Socket.open(url);
		ws.send({ type: "auth", token: who.token, resume: { last_id: top + 1_000_000, positions: {} } });
		assert.equal((await ws.waitFor("resync")).data.reason, "unknown_position");
		assert.equal(ws.frames.some((f) => f.type === "resumed"), false);
		const session = await owned(wang); // and it is live
		await say(session, "after it");
		await ws.waitFor(isMessage(session.id, "after it"));
		await ws.close();
	}
});

test("a publication that was lost is filled before anything later, in this contract's words", async () => {
	const session = await owned(wang);
	const ws = await open(wang, { last_id: 0 });
	await say(session, "first");
	await ws.waitFor(isMessage(session.id, "first"));
	// As a process that dies between COMMIT and PUBLISH leaves it.
	await stack.sql("INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, type, content, created_at) VALUES (?, 2, UUID(), 20, 0, '', 0, 'lost', ?)", [session.id, Date.now()]);
	await stack.sql("UPDATE conversations SET version = version + 1, last_seq = 2, last_message_id = (SELECT MAX(id) FROM messages WHERE stream = ?) WHERE id = ?", [session.id, session.id]);
	await say(session, "third");
	await ws.waitFor(isMessage(session.id, "third"));
	assert.deepEqual(ws.frames.filter(isMessage(session.id)).map((f) => f.data.message.content), ["first", "lost", "third"]);
	await ws.close();
});

test("viewing: who else has it open, as they come, go, vanish and lose it", async () => {
	const session = await newSession();
	const [a, b, all] = await Promise.all([open(wang), open(li), open(boss)]);
	const seen = async (socket, ...names) => {
		const wanted = JSON.stringify([...names].sort());
		return socket.waitFor((f) => f.type === "conversation:viewing" && f.data.conversation_id === session.id && JSON.stringify(f.data.viewers.map((v) => v.full_name).sort()) === wanted);
	};
	const [w, l, s] = [wang, li, boss].map((who) => who.user.full_name);
	a.send("view", { conversation_id: session.id });
	const { data } = await seen(a, w);
	assert.equal(data.viewers[0].id, wang.user.id);
	b.send("view", { conversation_id: session.id });
	await Promise.all([seen(a, w, l), seen(b, w, l)]);
	all.send("view", { conversation_id: session.id });
	await Promise.all([seen(a, w, l, s), seen(b, w, l, s), seen(all, w, l, s)]);
	b.send("view", { conversation_id: null });
	await Promise.all([seen(a, w, s), seen(all, w, s)]);
	b.send("view", { conversation_id: session.id });
	await Promise.all([seen(a, w, l, s), seen(b, w, l, s)]);
	// It becomes wang's: li may not see it any longer, nor who does.
	await assign(session, wang);
	await Promise.all([seen(a, w, s), seen(all, w, s)]);
	all.drop();
	await seen(a, w);
	await b.never((f) => f.type === "conversation:viewing");
	assert.deepEqual(await stack.sql("SELECT COUNT(*) AS n FROM audit_log WHERE action LIKE '%view%'"), [{ n: 0 }]);
	await closeAll(a, b);
});

test("typing and read marks between contact and staff, never to their own sender", async () => {
	const session = await owned(wang);
	const first = await say(session, "one");
	const [a, all, visitor] = await Promise.all([open(wang), open(boss), Socket.open(stack.ws)]);
	visitor.send("resume", { session_id: session.session_id, last_id: first.id });
	await visitor.waitFor("resumed");
	a.send("typing", { conversation_id: session.id, is_typing: true });
	const { data } = await all.waitFor("conversation:typing");
	assert.deepEqual([data.conversation_id, data.sender_type, data.is_typing, data.sender.full_name], [session.id, "agent", true, wang.user.full_name]);
	assert.equal((await visitor.waitFor("typing")).data.session_id, session.session_id);
	visitor.send("typing", { session_id: session.session_id, is_typing: true });
	assert.equal((await a.waitFor("conversation:typing")).data.sender_type, "contact");
	a.send("read", { conversation_id: session.id, last_id: Number(first.id.slice(4)) });
	assert.deepEqual((await all.waitFor("conversation:read")).data, { conversation_id: session.id, reader: "agent", last_id: Number(first.id.slice(4)), seq: 1 });
	assert.equal((await visitor.waitFor("read")).data.last_id, first.id);
	assert.equal(a.frames.some((f) => f.type === "conversation:typing" && f.data.sender_type === "agent"), false);
	await closeAll(a, all, visitor);
});

test("the AI's words arrive in pieces, and then as a message", async () => {
	const ws = await open(boss);
	const session = await newSession();
	await say(session, "请问可以七天无理由退货吗？");
	await ws.waitFor((f) => f.type === "conversation:typing" && f.data.conversation_id === session.id && f.data.sender_type === "ai");
	const end = await ws.waitFor((f) => f.type === "ai:stream" && f.data.conversation_id === session.id && f.data.is_complete, 60_000);
	const pieces = ws.frames.filter((f) => f.type === "ai:stream" && f.data.conversation_id === session.id).map((f) => f.data);
	assert.deepEqual(pieces.map((p) => p.chunk), range(0, pieces.length - 1));
	assert.equal(pieces.map((p) => p.content).join(""), end.data.full_content);
	const said = await ws.waitFor((f) => isMessage(session.id)(f) && f.data.message.sender_type === "ai");
	assert.equal(said.data.message.id, end.data.message_id);
	await ws.close();
});

test("counts: on coming in, when they change, in one's own scope, at most one a second", async () => {
	const [a, all] = await Promise.all([open(wang), open(boss)]);
	const first = (await a.waitFor("counts")).data;
	for (const key of ["mine", "unassigned", "all", "waiting", "open", "pending", "urgent", "ai", "human", "agents_online"]) assert.equal(typeof first[key], "number", key);
	await all.waitFor("counts");
	const began = Date.now();
	const at = [];
	a.ws.on("message", (text) => String(text).includes('"type":"counts"') && at.push(Date.now()));
	for (let i = 0; i < 12; i++) await owned(i % 2 ? wang : li);
	const now = (await a.waitFor((f) => f.type === "counts" && f.data.mine >= first.mine + 6)).data;
	assert.equal(now.mine, first.mine + 6);
	const truth = async (who) => (await who.get("/api/v1/admin/conversations?limit=1")).body.data.counts;
	// Every one of them as the database has it, in the scope of an agent of team 1 and in a supervisor's.
	assert.equal((await boss.put(`/api/v1/conversations/${(await owned(wang)).id}/priority`, { priority: "urgent" })).status, 200);
	assert.equal((await boss.put(`/api/v1/conversations/${(await owned(wang)).id}/status`, { status: "pending" })).status, 200);
	for (const [scope, socket] of [[`(assignee_id = ${wang.user.id} OR assignee_id IS NULL OR team_id IN (SELECT team_id FROM team_members WHERE user_id = ${wang.user.id}))`, a], ["TRUE", all]])
		await until(async () => {
			const [want] = await stack.sql(`SELECT COALESCE(SUM(status = 0), 0) AS open, COALESCE(SUM(status = 1), 0) AS pending, COALESCE(SUM(priority = 3), 0) AS urgent, COALESCE(SUM(agent_type = 0), 0) AS ai,
				COALESCE(SUM(agent_type = 1), 0) AS human, (SELECT COUNT(*) FROM users WHERE role IN (1, 2, 3) AND status = 1 AND deleted_at IS NULL) AS agents_online FROM conversations WHERE status IN (0, 1) AND ${scope}`);
			return socket.frames.some((f) => f.type === "counts" && Object.keys(want).every((k) => f.data[k] === Number(want[k])));
		}, { what: `counts of ${scope}` });
	for (const [who, socket] of [[wang, a], [boss, all]]) {
		const { mine, unassigned, waiting, all: every } = await truth(who);
		await until(() => socket.frames.some((f) => f.type === "counts" && f.data.mine === mine && f.data.unassigned === unassigned && f.data.waiting === waiting && f.data.all === every), { what: `counts of ${who.user.email}` });
	}
	const seconds = (Date.now() - began) / 1000;
	assert.ok(at.length <= seconds + 1, `${at.length} frames in ${seconds} s`);
	// They are sent a second apart; of two that come closer together the first was late.
	for (let i = 2; i < at.length; i++) assert.ok(at[i] - at[i - 2] > 1000, "never three in a second");
	await closeAll(a, all);
});

test("counts: the first ones are told to whom the relay has joined, however late it is", async () => {
	const here = await open(boss); // nothing changes by the other's coming, so nobody is told again
	await here.waitFor("counts");
	const late = await Socket.open(url);
	const heard = spawn("redis-cli", ["-s", path.join(stack.dir, "run/redis.sock"), "SUBSCRIBE", "deskbell:rt"]);
	let published = "";
	heard.stdout.on("data", (part) => (published += part));
	await until(() => published.includes("subscribe"), { what: "the subscription" });
	const { frames_in } = await stack.relay();
	await stack.kill("api", "SIGSTOP");
	try {
		late.send({ type: "auth", token: boss.token });
		await until(async () => (await stack.relay()).frames_in > frames_in, { what: "the request" });
		await stack.kill("relay", "SIGSTOP");
		await stack.kill("api", "SIGCONT");
		// What the worker may tell by the old answer, before the relay has read that: all of it, as it waits a second at most.
		await until(() => published.includes('"type":"counts"'), { timeout: 1500 }).catch(() => {});
	} finally {
		await stack.kill("api", "SIGCONT");
		await stack.kill("relay", "SIGCONT");
	}
	await late.waitFor("auth");
	await late.waitFor("counts");
	heard.kill();
	await closeAll(here, late);
});

test("an assignment is notified to whom it is given, and to nobody else", async () => {
	const [a, b] = await Promise.all([open(wang), open(li)]);
	const session = await owned(wang);
	const { data } = await a.waitFor("notification");
	assert.deepEqual([data.type, data.conversation_id], ["assignment", session.id]);
	assert.match(data.created_at, TIME);
	await b.never("notification");
	const all = await open(boss);
	assert.equal((await wang.post(`/api/v1/conversations/${session.id}/messages`, { content: "@客服主管 请看", is_private: true, metadata: { mentions: [boss.user.id] } })).status, 201);
	assert.equal((await all.waitFor("notification")).data.type, "mention");
	await closeAll(a, b, all);
});

test("a sign-out closes the sockets of that sign-in alone", async () => {
	const [one, two] = await Promise.all([signIn(stack.urls.chat, "kefu001@example.com"), signIn(stack.urls.chat, "kefu001@example.com")]);
	const [x, y] = await Promise.all([open(one), open(two)]);
	await one.post("/api/v1/auth/logout");
	assert.equal((await x.closed).code, 4401);
	y.send({ type: "ping" });
	await y.waitFor("ping");
	await y.close();
});

test("Redis gone and back: pages are told to reload, and hear everything again", async () => {
	const session = await owned(wang);
	const ws = await open(wang, { last_id: 0 });
	await stack.kill("redis", "SIGKILL");
	await say(session, "while it is away");
	await ws.waitFor(isMessage(session.id, "while it is away"), 15_000);
	await stack.start("redis");
	assert.equal((await ws.waitFor("resync", 15_000)).data.reason, "events_lost");
	await say(session, "and after");
	await ws.waitFor(isMessage(session.id, "and after"), 15_000);
	assert.deepEqual(seqs(ws, session.id), [1, 2]);
	await ws.close();
});
