// Answers from an OpenAI-compatible provider: what it may do oddly, what becomes of it when it fails, and that nobody else waits.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { providerEnv, startProvider } from "../lib/provider.mjs";
import { startStack, until } from "../lib/stack.mjs";

const WAIT = 1500, WHOLE = 8000, PATIENT = [60_000, 120_000];
let provider, stack, chat, admin;
before(async () => {
	provider = await startProvider();
	stack = await startStack({
		env: providerEnv(provider, {
			DESKBELL_AI_WAIT_MS: String(PATIENT[0]), DESKBELL_AI_TIMEOUT_MS: String(PATIENT[1]), DESKBELL_AI_TEMPERATURE: "0.2", DESKBELL_AI_MAX_TOKENS: "321", DESKBELL_AI_PRICE_IN: "0.5", DESKBELL_AI_PRICE_OUT: "2",
			DESKBELL_DESK_REQUIRE_CONNECTION: "0",
		}),
	});
	chat = httpClient(stack.urls.chat);
	admin = await signIn(stack.urls.chat, "admin@example.com");
});
after(async () => {
	await stack?.stop();
	await provider?.stop();
});
/** How long the provider may take. Only where it must fail of that is it short: elsewhere a slow machine's test would. */
async function waits(wait, whole) {
	if (stack.env.DESKBELL_AI_WAIT_MS === String(wait)) return;
	Object.assign(stack.env, { DESKBELL_AI_WAIT_MS: String(wait), DESKBELL_AI_TIMEOUT_MS: String(whole) });
	await stack.restart("worker");
	const v = await visitor(); // it has much to do when it starts: that is none of the provider's time
	await v.say("awake?");
	await v.answer();
}
const performance = async () => (await admin.get("/api/analytics/performance", { headers: { Host: "desk" } })).body.data.ai;
// What failed in one test must not open the breaker in the next: one answer that goes well counts anew.
afterEach(async () => {
	provider.way = null;
	provider.release();
	if ((await performance()).state !== "ready") {
		await stack.kill("worker", "SIGHUP");
		await until(async () => (await performance()).state === "ready", { what: "a provider that is trusted again" });
	}
	const v = await visitor();
	await v.say("fine?");
	await v.answer();
});

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
async function listen(id) {
	const socket = await Socket.open(stack.ws);
	socket.send("resume", { session_id: id, last_id: 0 });
	await socket.waitFor("resumed");
	return socket;
}
const askedOf = (words) => provider.requests.findLast((r) => r.messages.at(-1).content.includes(words));

test("what is asked: the model, the rules, this conversation, as a stream", async () => {
	const v = await visitor();
	await v.say("您好");
	assert.equal((await v.answer()).content, "You asked: 您好");
	await v.say("怎么退货？ \"quoted\"\n</script>");
	await v.answer(2);
	const body = askedOf("怎么退货");
	assert.deepEqual([body.model, body.stream, body.temperature, body.max_tokens], ["test-model", true, 0.2, 321]);
	assert.deepEqual(body.messages.map((m) => m.role), ["system", "user", "assistant", "user"]);
	assert.equal(body.messages.at(-1).content, "怎么退货？ \"quoted\"\n</script>");
	assert.match(body.messages[0].content, /\[\[HUMAN\]\][^]*\[1\] [^\n]*退[^\n]*\n[^]*七天/);
	assert.equal(provider.headers.at(-1).authorization, "Bearer sk-secret");
});

test("of a file it is told that there is one; its name finds no passages", async () => {
	const v = await visitor(), data = new FormData();
	data.append("file", new Blob(["%PDF-1.4\n%\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"]), "怎么退货.pdf");
	assert.equal((await chat.post(`/api/v1/chat/sessions/${v.id}/files`, data)).status, 201);
	await v.answer();
	const body = askedOf("怎么退货.pdf");
	assert.match(body.messages.at(-1).content, /^（顾客发送了一个你看不到的文件：怎么退货\.pdf）$/);
	assert.doesNotMatch(body.messages[0].content, /\n\[1\] /);
});

test("what others said is not in it", async () => {
	const one = await visitor(), other = await visitor();
	await one.say("my secret word is Rumpelstilzchen");
	await one.answer();
	await other.say("what is the secret word of the others");
	await other.answer();
	assert.ok(!JSON.stringify(askedOf("secret word of the others")).includes("Rumpelstilzchen"));
});

for (const [way, wanted] of [
	["usual", "It is so."], ["crlf", "It is so."], ["bytes", "您好，是这样 😀。"], ["comments", "It is so."], ["reasoning", "It is so."], ["think", "It is so."],
	["nodone", "It is so."], ["nothingsaid", "It is so."], ["held", "It is so."], ["onepiece", "It is so."],
])
	test(`a provider's way: ${way}`, async () => {
		const v = await visitor(), socket = await listen(v.id);
		await v.say(`@${way}`);
		const message = await socket.waitFor((f) => f.type === "message" && f.data.sender_type === "ai");
		assert.equal(message.data.content, wanted);
		const last = await socket.waitFor((f) => f.type === "ai_stream" && f.data.is_complete);
		assert.equal(last.data.message_id, message.data.id);
		const pieces = socket.frames.filter((f) => f.type === "ai_stream").map((f) => f.data);
		assert.deepEqual(pieces.map((p) => p.chunk), pieces.map((_, i) => i));
		assert.equal(pieces.map((p) => p.content).join(""), wanted);
		assert.equal((await v.session()).agent_type, "ai");
		await socket.close();
	});

for (const way of ["instream", "cutoff", "status", "page", "badquestion", "filter", "empty", "silent", "keepalive", "stalls", "dawdles"])
	test(`a provider that fails: ${way}: a person takes over, and everybody is told`, async () => {
		await waits(WAIT, WHOLE);
		const v = await visitor(), socket = await listen(v.id), began = Date.now();
		await v.say(`@${way}`);
		const error = await socket.waitFor("error", WHOLE + 20_000);
		assert.equal(error.data.code, "AI_SERVICE_ERROR");
		assert.ok(Date.now() - began < (way === "dawdles" ? WHOLE + 15_000 : WHOLE), `${Date.now() - began} ms`);
		assert.equal((await v.answer()).sender_type, "system");
		assert.equal((await v.session()).agent_type, "human");
		const pieces = socket.frames.filter((f) => f.type === "ai_stream").map((f) => f.data);
		if (pieces.length) assert.deepEqual([pieces.at(-1).is_complete, pieces.at(-1).message_id], [true, null]);
		assert.ok((await v.history()).every((m) => m.sender_type !== "ai"));
		await until(() => provider.open === 0, { what: "the end of the call" });
		await socket.close();
	});

test("a person is asked for by the visitor's words: no provider is asked", async () => {
	const v = await visitor(), n = provider.requests.length;
	await v.say("转人工");
	assert.equal((await v.answer()).sender_type, "system");
	assert.equal((await v.session()).agent_type, "human");
	assert.equal(provider.requests.length, n);
});

test("a person is called by the provider", async () => {
	const v = await visitor(), socket = await listen(v.id);
	await v.say("@human");
	assert.equal((await v.answer()).sender_type, "system");
	assert.equal((await v.session()).agent_type, "human");
	assert.ok(!socket.frames.some((f) => f.type === "ai_stream" || f.type === "error"));
	await socket.close();
});

test("unsure once it says so, unsure twice a person takes over", async () => {
	const v = await visitor();
	await v.say("@unsure");
	assert.equal((await v.answer(1)).content, "I do not know that.");
	assert.equal((await v.session()).agent_type, "ai");
	await v.say("@unsure again");
	assert.equal((await v.answer(2)).sender_type, "system");
	assert.equal((await v.session()).agent_type, "human");
	assert.equal((await v.history()).filter((m) => m.sender_type === "ai").length, 1);
});

test("what a turn took is counted once, and why a person took over", async () => {
	await waits(WAIT, WHOLE);
	const turns = async (v) => (await stack.sql("SELECT t.outcome, t.tokens_in, t.tokens_out, t.cost, t.estimated, t.word_at - t.asked_at AS waited, c.handed_over FROM ai_turns t JOIN conversations c ON c.id = t.conversation_id WHERE c.session_id = ? ORDER BY t.id", [v.id])).map((t) => ({ ...t, waited: t.waited > 0 }));
	const after = async (...said) => {
		const v = await visitor();
		for (const [i, words] of said.entries()) {
			await v.say(words);
			await v.answer(i + 1);
		}
		return turns(v);
	};
	const none = { tokens_in: 0, tokens_out: 0, cost: 0, estimated: 0 };
	assert.deepEqual(await after("@usual"), [{ outcome: 0, tokens_in: 12, tokens_out: 7, cost: 20, estimated: 0, waited: true, handed_over: 0 }], "12 · 0.5 + 7 · 2 millionths");
	assert.deepEqual(provider.requests.at(-1).stream_options, { include_usage: true });
	const [unsaid, ...more] = await after("@crlf"), asked = JSON.stringify(provider.requests.at(-1).messages).length;
	assert.deepEqual([unsaid.outcome, unsaid.estimated, unsaid.waited, more], [0, 1, true, []], "it did not say: estimated, and known to be");
	assert.ok(unsaid.tokens_in > asked / 8 && unsaid.tokens_in < asked && unsaid.tokens_out === 3, JSON.stringify(unsaid));
	assert.equal(unsaid.cost, Math.round(unsaid.tokens_in * 0.5 + unsaid.tokens_out * 2));
	assert.deepEqual(await after("转人工"), [{ outcome: 2, ...none, waited: false, handed_over: 1 }]);
	assert.deepEqual(await after("@status"), [{ outcome: 2, ...none, waited: false, handed_over: 3 }]);
	assert.deepEqual(await after("@silent"), [{ outcome: 2, ...none, waited: false, handed_over: 4 }]);
	assert.deepEqual((await after("@unsure", "@unsure again")).map((t) => [t.outcome, t.handed_over]), [[1, 2], [2, 2]]);
});

test("the test box shows what the provider would be told, and asks nobody", async () => {
	await waits(...PATIENT);
	const n = provider.requests.length, { status, body } = await admin.post("/api/v1/articles/ask", { question: "怎么退货？" });
	assert.equal(status, 200);
	assert.match(body.data.prompt, /\[\[HUMAN\]\][^]*\[1\] [^\n]*退/);
	assert.match(body.data.articles[0].passage, /七天/);
	assert.equal(provider.requests.length, n);
});

test("an answer names its articles", async () => {
	const v = await visitor();
	await v.say("怎么退货 @cites");
	const said = await v.answer();
	assert.match(said.content, /^So it stands \[1\]\.\n\n\[1\] .*退/);
	assert.equal(said.metadata.articles.length, 1);
	assert.match(said.metadata.articles[0].title, /退/);
});

test("an answer without end is cut where a message ends", async () => {
	const v = await visitor();
	await v.say("@long");
	const said = await v.answer();
	assert.equal(said.sender_type, "ai");
	assert.ok([...said.content].length <= 5000 && [...said.content].length > 3000, String(said.content.length));
});

test("typing at once; the first words as they come; the rest later", async () => {
	const v = await visitor(), socket = await listen(v.id);
	await v.say("@wait");
	await socket.waitFor((f) => f.type === "typing" && f.data.is_typing && f.data.sender_type === "ai");
	const first = await socket.waitFor("ai_stream");
	assert.deepEqual([first.data.full_content, first.data.is_complete], ["First", false]);
	provider.release();
	assert.equal((await v.answer()).content, "First and last.");
	await socket.close();
});

test("a new message during a reply: the old call ends, one answer to both", async () => {
	const v = await visitor(), socket = await listen(v.id);
	await v.say("@wait one");
	await socket.waitFor("ai_stream");
	await v.say("and two @usual");
	assert.equal((await v.answer()).content, "It is so.");
	assert.equal(provider.requests.at(-1).messages.at(-1).content, "@wait one\nand two @usual");
	await until(() => provider.open === 0, { what: "the end of the first call" });
	assert.equal((await v.history()).length, 3);
	const streams = new Set(socket.frames.filter((f) => f.type === "ai_stream").map((f) => f.data.stream_id));
	assert.equal(streams.size, 2);
	await socket.close();
});

test("who comes in the middle of an answer is given what was said so far, then the rest, once", async () => {
	const v = await visitor(), first = await listen(v.id);
	await v.say("@wait for a second tab");
	await first.waitFor("ai_stream");
	const say = provider.talk.at(-1);
	say.word("more ");
	const seen = (await first.waitFor((f) => f.type === "ai_stream" && f.data.full_content.includes("more"))).data;
	const tab = await Socket.open(stack.ws);
	tab.send("resume", { session_id: v.id, last_id: 0 });
	const partial = (await tab.waitFor("ai_stream")).data;
	assert.deepEqual([partial.stream_id, partial.chunk, partial.content, partial.full_content, partial.is_complete, partial.message_id], [seen.stream_id, seen.chunk, seen.full_content, seen.full_content, false, null]);
	await tab.waitFor("resumed");
	const [{ id }] = await stack.sql("SELECT id FROM conversations WHERE session_id = ?", [v.id]);
	const staff = await Socket.open(stack.ws.replace(/\/ws$/, "/admin/ws"));
	staff.send({ type: "auth", token: admin.token });
	await staff.waitFor("auth");
	staff.send("view", { conversation_id: id });
	const shown = (await staff.waitFor("ai:stream")).data;
	assert.deepEqual([shown.conversation_id, shown.stream_id, shown.full_content], [id, seen.stream_id, seen.full_content]);
	provider.release();
	const last = (await tab.waitFor((f) => f.type === "ai_stream" && f.data.is_complete)).data;
	assert.equal(last.full_content, "First more and last.");
	const chunks = tab.frames.filter((f) => f.type === "ai_stream").map((f) => f.data.chunk);
	assert.deepEqual(chunks, chunks.map((_, i) => partial.chunk + i), "the numbers go on without a hole");
	assert.deepEqual(tab.frames.filter((f) => f.type === "message" && f.data.sender_type === "ai").map((f) => f.data.id), [last.message_id]);
	const late = await Socket.open(stack.ws);
	late.send("resume", { session_id: v.id, last_id: 0 });
	await late.waitFor("resumed");
	assert.equal(late.frames.filter((f) => f.type === "ai_stream").length, 0, "an answer that has ended is a message alone");
	for (const socket of [first, tab, staff, late]) socket.drop();
});

test("a person who takes over ends the call at once", async () => {
	const v = await visitor(), socket = await listen(v.id);
	await v.say("@wait");
	await socket.waitFor("ai_stream");
	const taken = await admin.post(`/api/v1/chat/sessions/${v.id}/switch-agent`, { agent_type: "human" });
	assert.equal(taken.status, 200);
	const began = Date.now();
	const end = await socket.waitFor((f) => f.type === "ai_stream" && f.data.is_complete);
	assert.equal(end.data.message_id, null);
	await until(() => provider.open === 0, { what: "the end of the call" });
	assert.ok(Date.now() - began < PATIENT[0] / 4, `${Date.now() - began} ms`);
	provider.release();
	await socket.never((f) => f.type === "ai_stream");
	const [turn, ...more] = await until(async () => {
		const turns = await stack.sql("SELECT t.outcome, t.estimated, t.tokens_in > 0 AS asked, t.tokens_out > 0 AS said, t.word_at FROM ai_turns t JOIN conversations c ON c.id = t.conversation_id WHERE c.session_id = ?", [v.id]);
		return turns.length > 0 && turns;
	}, { what: "what it took" });
	assert.deepEqual([{ ...turn }, more], [{ outcome: 3, estimated: 1, asked: 1, said: 1, word_at: 0 }, []], "what was said until then has its price, as no answer");
	assert.ok((await v.history()).every((m) => m.sender_type !== "ai"));
	await socket.close();
});

for (const who of ["visitor", "agent"])
	test(`the ${who} stops an answer: it is not given, the next question is answered`, async () => {
		const v = await visitor(), socket = await listen(v.id);
		await v.say("@wait");
		await socket.waitFor("ai_stream");
		const [{ id }] = await stack.sql("SELECT id FROM conversations WHERE session_id = ?", [v.id]);
		const stopped = who === "visitor" ? await chat.post(`/api/v1/chat/sessions/${v.id}/stop`) : await admin.post(`/api/v1/conversations/${id}/stop`);
		assert.equal(stopped.status, 200);
		assert.deepEqual((await stack.sql("SELECT user_id FROM audit_log WHERE action = 'conversation:stop_reply' AND resource_id = ?", [id])).map((row) => row.user_id), who === "visitor" ? [] : [1]);
		const end = await socket.waitFor((f) => f.type === "ai_stream" && f.data.is_complete);
		assert.equal(end.data.message_id, null);
		await until(() => provider.open === 0, { what: "the end of the call" });
		provider.release();
		assert.deepEqual((await v.history()).map((m) => m.sender_type), ["user"]);
		assert.equal((await v.session()).agent_type, "ai");
		await v.say("and now? @usual");
		assert.deepEqual([(await v.answer()).sender_type, (await v.answer()).content], ["ai", "It is so."]);
		await socket.close();
	});

test("five failures in a row: it is left alone, and told so; tried again, it is trusted again", async () => {
	provider.way = "status";
	for (let i = 0; i < 5; i++) {
		const v = await visitor();
		await v.say("hello?");
		assert.equal((await v.answer()).sender_type, "system");
	}
	const ai = await until(async () => {
		const now = await performance();
		return now.state === "failing" && now;
	}, { what: "state failing" });
	assert.deepEqual([ai.provider, ai.model, ai.failures, ai.error], ["openai", "test-model", 5, "status 503: no capacity"]);
	assert.ok(Date.parse(ai.retry_at) > Date.parse(ai.failing_since));
	assert.equal((await fetch(`${stack.urls.desk}/api/system/health`).then((r) => r.json())).data.ai, "unavailable");
	const n = provider.requests.length, v = await visitor();
	await v.say("hello?");
	assert.equal((await v.answer()).sender_type, "system");
	assert.equal(provider.requests.length, n, "nobody asks it");
	provider.way = null;
	await stack.kill("worker", "SIGHUP");
	await until(async () => (await performance()).state === "ready", { what: "state ready" });
	assert.equal((await fetch(`${stack.urls.desk}/api/system/health`).then((r) => r.json())).data.ai, "available");
});
