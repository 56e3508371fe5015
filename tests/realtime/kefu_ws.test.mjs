// /ws/{user_id}: the WebSocket of the kefu contract (contracts/kefu.md).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

let stack, agent, made = 0;
const api = () => httpClient(stack.urls.kefu);
const as = (id, token) => Object.assign(httpClient(stack.urls.kefu, { token, headers: { "X-User-ID": id } }), { id, token });
const login = async (kefu_id) => as(kefu_id, (await api().post("/api/auth/kefu/login", { kefu_id, password: "password123" })).body.session_id);
const customer = async () => {
	const user_id = `ws_${++made}`;
	return as(user_id, (await api().post("/api/users", { user_id, username: "李四" })).body.session_token);
};
const url = (who, door = "kefu") => `${stack.wsUrls[door]}/ws/${encodeURIComponent(who.id)}`;
const open = async (who, door) => {
	const socket = await Socket.open(url(who, door), { headers: { Authorization: `Bearer ${who.token}` } });
	await socket.waitFor("auth");
	return socket;
};
const of = (type, fits = () => true) => (f) => f.type === type && fits(f.data);
const presence = (event, id) => of("notification", (d) => d.event === event && d.user_id === id);

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	await stack.sql("UPDATE users SET max_sessions = 1000 WHERE public_id = 'kefu001'");
	agent = await login("kefu001");
});
after(() => stack?.stop());

test("a token comes by header, by query or by frame, on every door; JWTs are as good", async () => {
	const jwt = (await signIn(stack.urls.chat, "kefu001@example.com")).token;
	for (const door of ["chat", "kefu", "desk"]) {
		const byHeader = await Socket.open(url(agent, door), { headers: { Authorization: `Bearer ${agent.token}` } });
		const byQuery = await Socket.open(`${url(agent, door)}?token=${encodeURIComponent(jwt)}`);
		const byFrame = await Socket.open(url(agent, door)), byTop = await Socket.open(url(agent, door));
		byFrame.send("auth", { token: agent.token });
		byTop.send({ type: "auth", token: jwt });
		for (const socket of [byHeader, byQuery, byFrame, byTop]) {
			const { data } = await socket.waitFor("auth");
			assert.deepEqual([data.success, data.user.user_id, data.user.user_type], [true, "kefu001", "kefu"]);
			assert.match(data.connection_token, /^conn_/);
			await socket.close();
		}
	}
});

test("another user's token: 4403; a bad one: 4401; none within ten seconds: 4401", async () => {
	const nobody = await Socket.open(url(agent)); // first, to wait beside the others
	nobody.send("message", { to_user_id: "user123", content: "x" });
	assert.equal((await nobody.waitFor("error")).data.code, "UNAUTHORIZED");
	const client = await customer();
	for (const [who, token, code] of [[agent, client.token, 4403], [client, agent.token, 4403], [agent, "sess_nonsense", 4401], [agent, "a.b.c", 4401]]) {
		const byHeader = await Socket.open(url(who), { headers: { Authorization: `Bearer ${token}` } });
		const byQuery = await Socket.open(`${url(who)}?token=${token}`), byFrame = await Socket.open(url(who));
		byFrame.send("auth", { token });
		for (const socket of [byHeader, byQuery, byFrame]) assert.equal((await socket.closed).code, code, token);
	}
	assert.equal((await nobody.closed).code, 4401);
});

test("messages, as printed: both ways, to every socket of both, once each; HTTP and the other contracts arrive too", async () => {
	const client = await customer();
	const [mine, also, theirs, supervisor] = [await open(agent), await open(agent, "desk"), await open(client), await open(await login("kefu_003"))];
	const stranger = await open(await customer());
	mine.send("message", { to_user_id: client.id, content: "Hello", msg_type: "text" });
	for (const socket of [mine, also, theirs, supervisor]) {
		const { data } = await socket.waitFor(of("message", (d) => d.content === "Hello"));
		like(data, { message_id: "msg_123", from_user_id: "kefu001", content: "您好", timestamp: "2024-01-01T12:00:00Z" });
		assert.deepEqual([data.from_user_id, data.to_user_id, data.msg_type, data.seq], ["kefu001", client.id, "text", 1]);
	}
	theirs.send("message", { to_user_id: "kefu001", content: "您好", client_id: "one" });
	for (const socket of [mine, theirs]) {
		const { data } = await socket.waitFor(of("message", (d) => d.content === "您好"));
		assert.deepEqual([data.from_user_id, data.to_user_id, data.client_id], [client.id, "kefu001", "one"]);
	}
	theirs.send("message", { to_user_id: "kefu001", content: "您好", client_id: "one" });
	assert.equal((await theirs.waitFor("ack")).data.client_id, "one");
	const { session_id } = (await agent.post("/api/messages/send", { to_user_id: client.id, content: "由 HTTP" })).body;
	await theirs.waitFor(of("message", (d) => d.content === "由 HTTP"));
	await httpClient(stack.urls.chat).post("/api/v1/chat/messages", { session_id, content: "由访客端" });
	assert.equal((await mine.waitFor(of("message", (d) => d.content === "由访客端"))).data.from_user_id, client.id);
	const console_ = await signIn(stack.urls.kefu, "kefu001@example.com");
	const { conversations } = (await console_.get("/api/v1/conversations?assignee_id=me")).body.data;
	const { id } = conversations.find((c) => c.session_id === session_id);
	await console_.post(`/api/v1/conversations/${id}/messages`, { content: "内部备注", is_private: true });
	await console_.post(`/api/v1/conversations/${id}/messages`, { content: "由控制台" });
	await theirs.waitFor(of("message", (d) => d.content === "由控制台"));
	for (const socket of [mine, theirs]) await socket.never(of("message", (d) => d.content === "内部备注"));
	await stranger.never("message");
	const texts = theirs.frames.filter((f) => f.type === "message").map((f) => f.data.content);
	assert.deepEqual(texts, ["Hello", "您好", "由 HTTP", "由访客端", "由控制台"]);
	for (const socket of [mine, also, theirs, supervisor, stranger]) await socket.close();
});

test("what is wrong with a frame is said, and the socket stays", async () => {
	const socket = await open(agent);
	for (const [frame, code, field] of [
		[{ type: "message", data: { content: "x" } }, "VALIDATION_ERROR", "to_user_id"], [{ type: "message", data: { to_user_id: "user123" } }, "VALIDATION_ERROR", "content"],
		[{ type: "message", data: { to_user_id: "nobody", content: "x" } }, "NOT_FOUND"], [{ type: "dance" }, "VALIDATION_ERROR", "type"], [{}, "VALIDATION_ERROR", "type"],
		[{ type: "message", data: { to_user_id: "kefu_001", content: "x", client_id: "c" } }, "VALIDATION_ERROR", "to_user_id"],
	]) {
		socket.send(frame);
		const { data } = await socket.waitFor("error");
		assert.equal(data.code, code, JSON.stringify(frame));
		if (field) assert.deepEqual(Object.keys(data.details), [field]);
		assert.equal(data.client_id, frame.data?.client_id);
	}
	socket.sendText("not json");
	assert.equal((await socket.waitFor("error")).data.code, "VALIDATION_ERROR");
	socket.send("ping");
	assert.match((await socket.waitFor("ping")).data.timestamp, /Z$/);
	await socket.close();
});

test("of a crowd that comes at once staff are told a few a second: each once, as it is then", async () => {
	const watcher = await open(agent), crowd = await Promise.all(Array.from({ length: 25 }, customer));
	const about = () => watcher.frames.filter((f) => f.type === "notification" && crowd.some((one) => one.id === f.data.user_id));
	await stack.kill("worker", "SIGSTOP");
	await stack.redis("SET", "deskbell:coming:now", 1000, "PX", 60_000); // so many have come this second
	const sockets = await Promise.all(crowd.map((one) => open(one)));
	await until(async () => (await stack.redis("ZCARD", "deskbell:coming")) === 25, { what: "everybody, kept for later" });
	await sockets[0].close(); // it came and went
	await until(async () => /^0 /.test(await stack.redis("HGET", "deskbell:coming:what", crowd[0].id)), { what: "that it went, kept" });
	await watcher.roundTrip();
	assert.deepEqual(about(), []);
	await stack.kill("worker", "SIGCONT");
	for (const one of crowd.slice(1)) await watcher.waitFor(presence("user_online", one.id), 20_000);
	await watcher.waitFor(presence("user_offline", crowd[0].id));
	assert.equal(about().length, 25);
	await until(async () => (await stack.redis("EXISTS", "deskbell:coming", "deskbell:coming:what")) === 0, { what: "nobody kept any longer" });
	await stack.redis("DEL", "deskbell:coming:now");
	await sockets[1].close();
	await watcher.waitFor(presence("user_offline", crowd[1].id));
	await Promise.all([watcher, ...sockets.slice(2)].map((socket) => socket.close()));
});

test("user_online and user_offline, as printed: to staff, when a first socket opens and the last one closes", async () => {
	const watcher = await open(agent), client = await customer();
	const one = await open(client);
	const { data } = await watcher.waitFor(presence("user_online", client.id));
	like(data, { event: "user_online", user_id: "user123", timestamp: "2024-01-01T12:00:00Z" });
	const two = await open(client);
	await one.close();
	await watcher.never(presence("user_online", client.id));
	await two.close();
	await watcher.waitFor(presence("user_offline", client.id));
	assert.deepEqual(watcher.frames.filter((f) => f.type === "notification" && f.data.user_id === client.id).map((f) => f.data.event), ["user_online", "user_offline"]);
	const other = await login("kefu_002"); // an agent is there by signing in
	await watcher.waitFor(presence("user_online", "kefu_002"));
	await other.post("/api/auth/kefu/logout", { kefu_id: "kefu_002" });
	await watcher.waitFor(presence("user_offline", "kefu_002"));
	const theirs = await open(client);
	await theirs.never("notification");
	await theirs.close();
	await watcher.close();
});

test("what was missed comes with a resume, for both sides; nothing of others, nothing twice", async () => {
	const client = await customer(), other = await customer();
	const first = (await agent.post("/api/messages/send", { to_user_id: client.id, content: "一" })).body.message_id;
	const theirs = await open(client);
	await theirs.close();
	for (const content of ["二", "三"]) await agent.post("/api/messages/send", { to_user_id: client.id, content });
	await agent.post("/api/messages/send", { to_user_id: other.id, content: "别人的" });
	const again = async (who, last_id) => {
		const socket = await Socket.open(url(who));
		socket.send("auth", { token: who.token, resume: { last_id } });
		return { socket, count: (await socket.waitFor("resumed")).data.count, got: socket.frames.filter((f) => f.type === "message").map((f) => f.data) };
	};
	const his = await again(client, first), staff = await again(agent, first);
	assert.deepEqual([his.count, his.got.map((m) => [m.from_user_id, m.content])], [2, [["kefu001", "二"], ["kefu001", "三"]]]);
	assert.deepEqual(staff.got.filter((m) => m.to_user_id === client.id).map((m) => m.content), ["二", "三"]);
	assert.ok(staff.got.some((m) => m.content === "别人的"));
	await agent.post("/api/messages/send", { to_user_id: client.id, content: "四" });
	for (const { socket } of [his, staff]) {
		await socket.waitFor(of("message", (d) => d.content === "四"));
		const ids = socket.frames.filter((f) => f.type === "message").map((f) => f.data.message_id);
		assert.equal(new Set(ids).size, ids.length);
		await socket.close();
	}
});

test("signing out closes the user's sockets with 4401; what was begun in a customer's name is not his to see", async () => {
	const gone = await login("kefu_002"), socket = await open(gone);
	await gone.post("/api/auth/kefu/logout", { kefu_id: "kefu_002" });
	assert.equal((await socket.closed).code, 4401);
	const client = await customer(), theirs = await open(client), chat = httpClient(stack.urls.chat);
	const { session_id } = (await chat.post("/api/v1/chat/sessions", { user_id: client.id })).body.data;
	await chat.post("/api/v1/chat/messages", { session_id, content: "冒名" });
	await until(async () => (await stack.sql("SELECT COUNT(*) AS n FROM messages WHERE content = '冒名'"))[0].n === 1);
	await theirs.never("message");
	await theirs.close();
});
