// The AI's side of a conversation, over the whole stack: what it says, when it does not know, and who takes over.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

let stack, chat;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_WORD_MS: "5" } });
	chat = httpClient(stack.urls.chat);
});
after(() => stack?.stop());

async function visitor() {
	const { body } = await chat.post("/api/v1/chat/sessions", {});
	const id = body.data.session_id;
	const say = (content) => chat.post("/api/v1/chat/messages", { session_id: id, content });
	const history = async () => (await chat.get(`/api/v1/chat/sessions/${id}/messages?limit=100`)).body.data.messages;
	const answer = async (n = 1) =>
		(await until(async () => {
			const list = (await history()).filter((m) => m.sender_type !== "user");
			return list.length >= n && list;
		}, { what: `answer ${n}` }))[n - 1];
	return { id, say, history, answer, session: async () => (await chat.get(`/api/v1/chat/sessions/${id}`)).body.data };
}
const notes = (id) => stack.sql("SELECT m.content, m.sender_type FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? AND m.private = 1", [id]);
async function listen(id) {
	const socket = await Socket.open(stack.ws);
	socket.send("resume", { session_id: id, last_id: 0 });
	await socket.waitFor("resumed");
	return socket;
}

const known = [
	["多久发货？", /48 小时/], ["运费多少钱", /包邮/], ["我想退货", /七天/], ["怎么开发票", /申请发票/], ["保修多久", /一年/], ["忘记密码了", /找回密码/],
	["How long does shipping take?", /48 hours/], ["Can I pay with PayPal?", /PayPal/], ["I want a refund", /3 working days/], ["is there a warranty", /one year/],
];
/** A reply that is on its way for seconds: time enough for what comes in between, however slow the machine. */
async function slowReplies(t) {
	const pace = async (ms) => {
		stack.env.DESKBELL_AI_WORD_MS = ms;
		await stack.restart("worker");
	};
	t.after(() => pace("5"));
	await pace("50");
}

for (const [question, wanted] of known)
	test(`it knows: ${question}`, async () => {
		const v = await visitor();
		await v.say(question);
		const said = await v.answer();
		assert.equal(said.sender_type, "ai");
		assert.match(said.content, wanted);
	});

test("a file's name is neither a question nor a language; what is said with it is", async () => {
	const v = await visitor();
	const send = (name, words) => {
		const data = new FormData();
		if (words) data.append("content", words);
		data.append("file", new Blob(["%PDF-1.4\n%\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"]), name);
		return chat.post(`/api/v1/chat/sessions/${v.id}/files`, data);
	};
	await v.say("你好");
	await v.answer();
	assert.equal((await send("How long does shipping take.pdf")).status, 201);
	assert.match((await v.answer(2)).content, /文件已收到/);
	assert.equal((await v.session()).agent_type, "ai");
	assert.equal((await send("scan.pdf", "怎么开发票？")).status, 201);
	assert.match((await v.answer(3)).content, /申请发票/);
	assert.equal((await send("转人工.pdf")).status, 201);
	assert.match((await v.answer(4)).content, /文件已收到/, "nobody asked for a person");
});

for (const [question, wanted] of [["你们卖自行车吗", /不太确定/], ["今天天气怎么样", /不太确定/], ["who is the president of France?", /not sure/], ["asdf qwer", /not sure/]])
	test(`it does not pretend: ${question}`, async () => {
		const v = await visitor();
		await v.say(question);
		assert.match((await v.answer()).content, wanted);
		assert.equal((await v.session()).agent_type, "ai");
	});

for (const [words, wanted] of [["你好", /智能助手/], ["Hello!", /assistant/], ["谢谢", /不客气/]])
	test(`small talk: ${words}`, async () => {
		const v = await visitor();
		await v.say(words);
		assert.match((await v.answer()).content, wanted);
	});

for (const words of ["转人工", "我要找人工客服", "I want to talk to a real person", "human please"])
	test(`a person is asked for: ${words}`, async () => {
		const v = await visitor();
		await v.say(words);
		const said = await v.answer();
		assert.equal(said.sender_type, "system");
		const s = await v.session();
		assert.equal(s.agent_type, "human");
		assert.equal(s.status, "active");
		assert.ok(s.assignee || s.queue_position >= 1, JSON.stringify(s));
	});

for (const [second, why] of [["那汽车呢", "连续两次没有把握"], ["好的", "客户要求人工"]])
	test(`unsure, then ${second}: a person takes over, and finds a note of what it is about`, async () => {
		const v = await visitor();
		await v.say("你们卖自行车吗");
		await v.answer(1);
		await v.say(second);
		assert.equal((await v.answer(2)).sender_type, "system");
		assert.equal((await v.session()).agent_type, "human");
		const [note, ...more] = (await notes(v.id)).map((m) => m.content);
		assert.equal(more.length, 0);
		assert.match(note, new RegExp(`^AI 交接摘要：.*${why}\\n客户说：\\n- 你们卖自行车吗\\n- ${second}\\nAI 最后答复：\\n- 抱歉，`));
		assert.ok((await v.history()).every((m) => !m.content.includes("交接摘要")), "the customer does not see it");
	});

test("who presses for a person leaves a note too; who said nothing leaves none; a colleague who takes it needs none", async () => {
	const human = (v, by = chat) => by.post(`/api/v1/chat/sessions/${v.id}/switch-agent`, { agent_type: "human" });
	const [asked, silent, taken] = [await visitor(), await visitor(), await visitor()];
	for (const v of [asked, taken]) {
		await v.say("多久发货？");
		await v.answer();
	}
	for (const v of [asked, silent]) assert.equal((await human(v)).status, 200);
	assert.equal((await human(taken, await signIn(stack.urls.chat, "agent@example.com"))).status, 200);
	assert.match((await notes(asked.id))[0].content, /要求人工\n客户说：\n- 多久发货？\nAI 最后答复：/);
	assert.deepEqual([(await notes(silent.id)).length, (await notes(taken.id)).length], [0, 0]);
	const why = async (v) => (await stack.sql("SELECT handed_over FROM conversations WHERE session_id = ?", [v.id]))[0].handed_over;
	assert.deepEqual([await why(asked), await why(silent), await why(taken)], [1, 1, 6]);
	// Back and forth again: the first time counts.
	await chat.post(`/api/v1/chat/sessions/${taken.id}/switch-agent`, { agent_type: "ai" });
	await human(taken);
	assert.equal(await why(taken), 6);
});

test("a reply is streamed, then stored, once", async () => {
	const v = await visitor(), socket = await listen(v.id);
	await v.say("怎么退货");
	const typing = await socket.waitFor((f) => f.type === "typing" && f.data.sender_type === "ai");
	assert.equal(typing.data.is_typing, true);
	const last = await socket.waitFor((f) => f.type === "ai_stream" && f.data.is_complete);
	const pieces = socket.frames.filter((f) => f.type === "ai_stream").map((f) => f.data);
	assert.deepEqual(pieces.map((p) => p.chunk), pieces.map((_, i) => i));
	assert.equal(new Set(pieces.map((p) => p.stream_id)).size, 1);
	assert.ok(pieces.length > 10, `${pieces.length} pieces`);
	let all = "";
	for (const p of pieces) assert.equal(p.full_content, (all += p.content));
	const message = await socket.waitFor((f) => f.type === "message" && f.data.sender_type === "ai");
	assert.equal(message.data.content, all);
	assert.equal(message.data.id, last.data.message_id);
	assert.ok(socket.frames.indexOf(message) < socket.frames.indexOf(last), "the message comes before the last piece");
	await socket.close();
});

test("two questions in a row get one answer to both", async (t) => {
	await slowReplies(t);
	const v = await visitor(), socket = await listen(v.id);
	await v.say("怎么退货");
	await socket.waitFor("ai_stream");
	await v.say("怎么开发票");
	const said = await v.answer();
	assert.match(said.content, /申请退货[^]*申请发票/);
	assert.equal((await v.history()).length, 3);
	await socket.close();
});

test("a person who takes over silences it at once", async (t) => {
	await slowReplies(t);
	const v = await visitor(), socket = await listen(v.id);
	const agent = await signIn(stack.urls.chat, "admin@example.com");
	await v.say("怎么退货");
	await socket.waitFor("ai_stream");
	const taken = await agent.post(`/api/v1/chat/sessions/${v.id}/switch-agent`, { agent_type: "human" });
	assert.equal(taken.status, 200);
	const end = await socket.waitFor((f) => f.type === "ai_stream" && f.data.is_complete);
	assert.equal(end.data.message_id, null);
	assert.ok((await v.history()).every((m) => m.sender_type !== "ai"));
	// given back, it answers what is asked then
	await agent.post(`/api/v1/chat/sessions/${v.id}/switch-agent`, { agent_type: "ai" });
	await v.say("怎么开发票");
	assert.match((await v.answer()).content, /申请发票/);
	await socket.close();
});

test("when it fails a person takes over, and everybody is told", async () => {
	const v = await visitor(), socket = await listen(v.id);
	await stack.sql("RENAME TABLE articles TO articles_away");
	try {
		await v.say("怎么退货");
		const error = await socket.waitFor("error");
		assert.equal(error.data.code, "AI_SERVICE_ERROR");
		assert.equal((await v.answer()).sender_type, "system");
		assert.equal((await v.session()).agent_type, "human");
	} finally {
		await stack.sql("RENAME TABLE articles_away TO articles");
	}
	await socket.close();
});

test("many at once", async () => {
	const all = await Promise.all(Array.from({ length: 20 }, visitor));
	await Promise.all(all.map((v, i) => v.say(i % 2 ? "怎么退货" : "怎么开发票")));
	const said = await Promise.all(all.map((v) => v.answer()));
	said.forEach((m, i) => assert.match(m.content, i % 2 ? /七天/ : /申请发票/));
});
