// The AI over a provider under load and when processes die: one answer each, nobody else waits, memory and delay within their limits.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import net from "node:net";
import { after, afterEach, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { providerEnv, startProvider } from "../lib/provider.mjs";
import { startStack, until } from "../lib/stack.mjs";

const MANY = 200, MEMORY_KIB = 10 * 1024, DELAY_MS = 50, TAKEOVERS = 20, CANCEL_MS = 200;
let provider, stack, chat;
before(async () => {
	provider = await startProvider();
	stack = await startStack({ env: providerEnv(provider, { DESKBELL_AI_WORD_MS: "30", DESKBELL_AI_WAIT_MS: "120000", DESKBELL_AI_TIMEOUT_MS: "300000" }) });
	chat = httpClient(stack.urls.chat);
});
after(async () => {
	await stack?.stop();
	await provider?.stop();
});
afterEach(async () => {
	provider.way = null;
	provider.release();
	await until(() => provider.open === 0, { what: "the end of all calls" });
});

async function visitor() {
	const id = (await chat.post("/api/v1/chat/sessions", {})).body.data.session_id;
	return { id, ask: (content) => chat.post("/api/v1/chat/messages", { session_id: id, content }) };
}
async function listen(v) {
	v.socket = await Socket.open(stack.ws);
	v.socket.send("resume", { session_id: v.id, last_id: 0 });
	await v.socket.waitFor("resumed");
	return v;
}
const answers = (id) => stack.sql("SELECT m.content, m.client_id FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? AND m.sender_type IN (1, 3) AND m.private = 0", [id]);
const notes = async (id) => (await stack.sql("SELECT COUNT(*) AS n FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? AND m.private = 1", [id]))[0].n;
async function once(v, timeout = 20_000) {
	await until(async () => (await answers(v.id)).length > 0, { timeout, what: "an answer" });
	const rows = await answers(v.id);
	assert.equal(rows.length, 1);
	assert.match(rows[0].client_id, /^ai:\d+$/);
	return rows[0].content;
}
const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);

test("killed in the middle of a stream: another worker asks again, and there is one answer", async () => {
	const v = await listen(await visitor());
	await v.ask("@wait");
	await v.socket.waitFor("ai_stream");
	await stack.kill("worker");
	await until(() => provider.open === 0, { what: "the end of the call" });
	provider.waiting.length = 0;
	// What the clock would do in half a minute.
	await stack.sql("UPDATE conversations SET version = version + 1, ai_claimed_until = ai_claimed_until - 30000 WHERE session_id = ?", [v.id]);
	await stack.start("worker");
	await until(() => provider.waiting.length === 1, { what: "the second call", timeout: 20_000 });
	provider.release();
	assert.equal(await once(v), "First and last.");
	assert.equal(provider.requests.length, 2);
	v.socket.drop();
});

test("killed in the middle, and the provider gone when the next one comes: a person takes over, once", async () => {
	const v = await listen(await visitor());
	await v.ask("@wait");
	await v.socket.waitFor("ai_stream");
	await stack.kill("worker");
	await stack.sql("UPDATE conversations SET version = version + 1, ai_claimed_until = ai_claimed_until - 30000 WHERE session_id = ?", [v.id]);
	provider.way = "status";
	await stack.start("worker");
	await once(v);
	assert.equal((await chat.get(`/api/v1/chat/sessions/${v.id}`)).body.data.agent_type, "human");
	assert.equal(await notes(v.id), 1, "and finds one note");
	v.socket.drop();
});

test("ended in the middle of a stream: it gives the claim back, and ends soon", async () => {
	const v = await listen(await visitor());
	await v.ask("@wait");
	await v.socket.waitFor("ai_stream");
	const began = Date.now();
	await stack.kill("worker", "SIGTERM");
	assert.ok(Date.now() - began < 8000, `${Date.now() - began} ms: it does not wait for the provider`);
	provider.way = "usual";
	await stack.start("worker");
	assert.equal(await once(v), "It is so.");
	v.socket.drop();
});

test(`${MANY} streams at once: small, prompt, and each gets its own answer`, async () => {
	const first = await visitor();
	await first.ask("warm up");
	await once(first);
	const pid = stack.pid("worker"), before = rss(pid);
	const all = [];
	for (let i = 0; i < MANY; i++) all.push(await listen(await visitor()));
	await Promise.all(all.map((v, i) => v.ask(`@wait number ${i}`)));
	await until(() => provider.waiting.length === MANY, { what: `${MANY} streams`, timeout: 30_000 });
	await Promise.all(all.map((v) => v.socket.waitFor("ai_stream", 30_000)));
	const grown = rss(pid) - before;
	console.log(`# ${MANY} streams: ${grown} KiB more`);
	assert.ok(grown < MEMORY_KIB, `${grown} KiB for ${MANY} streams`);

	// A word to one after the other, from the provider's write to the browser's frame.
	const delays = [], byNumber = new Map(all.map((v, i) => [i, v]));
	for (const say of provider.talk.filter((t) => /number/.test(t.asked))) {
		const v = byNumber.get(Number(/number (\d+)/.exec(say.asked)[1])), began = process.hrtime.bigint();
		say.word("word ");
		await v.socket.waitFor((f) => f.type === "ai_stream" && f.data.full_content.includes("word"), 5000);
		delays.push(Number(process.hrtime.bigint() - began) / 1e6);
	}
	delays.sort((a, b) => a - b);
	const p95 = delays[Math.floor(delays.length * 0.95)];
	console.log(`# a word's way: p50 ${delays[delays.length / 2].toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
	assert.ok(p95 <= DELAY_MS, `p95 ${p95} ms`);

	provider.release();
	for (const v of all) {
		assert.equal(await once(v, 60_000), "First word and last.");
		v.socket.drop();
	}
});

test(`a person's takeover cancels a running reply within ${CANCEL_MS} ms: no word of it afterwards, and none is kept`, async () => {
	const agent = await signIn(stack.urls.chat, "admin@example.com"), words = [], ends = [], calls = [];
	provider.way = "dawdles"; // a word each 20 ms, without end
	for (let i = 0; i < TAKEOVERS; i++) {
		const v = await listen(await visitor()), came = [];
		v.socket.ws.on("message", (data) => came.push({ at: performance.now(), ...JSON.parse(data) }));
		await v.ask("say something long");
		await v.socket.waitFor((f) => f.type === "ai_stream" && f.data.chunk >= 2, 20_000);
		assert.equal((await agent.post(`/api/v1/chat/sessions/${v.id}/switch-agent`, { agent_type: "human" })).status, 200);
		const taken = performance.now();
		const gone = until(() => provider.open === 0, { every: 2, what: "the end of the call" }).then(() => performance.now());
		const end = await v.socket.waitFor((f) => f.type === "ai_stream" && f.data.is_complete);
		assert.equal(end.data.message_id, null);
		calls.push((await gone) - taken);
		// The call has ended, and what the worker said before it ended it has come: a question to a person goes the same way behind it.
		await v.ask("are you a person?");
		await v.socket.waitFor((f) => f.type === "message" && f.data.content === "are you a person?");
		await v.socket.roundTrip();
		const pieces = came.filter((f) => f.type === "ai_stream");
		assert.equal(pieces.findIndex((f) => f.data.is_complete), pieces.length - 1, "nothing of it comes behind its end");
		assert.equal(pieces.at(-1).data.content, "");
		words.push(Math.max(0, ...pieces.slice(0, -1).map((f) => f.at - taken)));
		ends.push(pieces.at(-1).at - taken);
		assert.deepEqual((await answers(v.id)).map((m) => m.content), [], "no reply after the hand-over");
		assert.equal((await chat.get(`/api/v1/chat/sessions/${v.id}`)).body.data.agent_type, "human");
		assert.equal((await chat.post(`/api/v1/chat/sessions/${v.id}/close`, {})).status, 200); // an agent has room for a few
		v.socket.drop();
	}
	const p95 = (list) => list.sort((a, b) => a - b)[Math.floor((list.length - 1) * 0.95)];
	const told = (list) => `p95 ${p95(list).toFixed(1)} ms, max ${list.at(-1).toFixed(1)} ms`;
	console.log(`# after a takeover's answer, ${TAKEOVERS} times: the last word ${told(words)}; its end ${told(ends)}; the provider's call ${told(calls)}`);
	for (const list of [words, ends, calls]) assert.ok(p95(list) <= CANCEL_MS, `p95 ${p95(list)} ms`);
});

test("a provider that says nothing delays nobody: people talk, and are answered by people", async () => {
	provider.way = "silent";
	const stuck = await Promise.all(Array.from({ length: 30 }, visitor));
	await Promise.all(stuck.map((v) => v.ask("anybody?")));
	await until(() => provider.open === 30, { what: "30 calls" });
	const agent = await signIn(stack.urls.chat, "admin@example.com");
	const v = await listen(await visitor());
	assert.equal((await agent.post(`/api/v1/chat/sessions/${v.id}/switch-agent`, { agent_type: "human" })).status, 200);
	for (let i = 0; i < 20; i++) {
		const began = Date.now();
		await agent.post("/api/v1/chat/messages", { session_id: v.id, content: `answer ${i}` });
		await v.socket.waitFor((f) => f.type === "message" && f.data.content === `answer ${i}`);
		assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`); // the provider's silence would be waited for longer
	}
	// One who takes over is not kept waiting either: the call of that conversation ends, the other 29 go on, until they are closed.
	await agent.post(`/api/v1/chat/sessions/${stuck[0].id}/switch-agent`, { agent_type: "human" });
	await until(() => provider.open === 29, { what: "29 calls" });
	for (const s of stuck.slice(1)) assert.equal((await chat.post(`/api/v1/chat/sessions/${s.id}/close`, {})).status, 200);
	await until(() => provider.open === 0, { what: "no calls", timeout: 10_000 });
	v.socket.drop();
});

test("a provider that is not there, or takes connections and no words: handed over in time, then at once", async () => {
	const deaf = await new Promise((resolve) => {
		const server = net.createServer((socket) => socket.on("error", () => {}).resume()).listen(0, "127.0.0.1", () => resolve(server));
	});
	const gone = await startProvider();
	await gone.stop();
	for (const url of [gone.url, `http://127.0.0.1:${deaf.address().port}/v1`]) {
		const other = await startStack({ env: providerEnv({ url }, { DESKBELL_AI_WAIT_MS: "3000" }) });
		try {
			const client = httpClient(other.urls.chat);
			for (let i = 0; i < 8; i++) {
				const id = (await client.post("/api/v1/chat/sessions", {})).body.data.session_id, began = Date.now();
				await client.post("/api/v1/chat/messages", { session_id: id, content: "hello?" });
				await until(async () => (await client.get(`/api/v1/chat/sessions/${id}`)).body.data.agent_type === "human", { what: "a person" });
				assert.ok(Date.now() - began < (i < 5 ? 12_000 : 2700), `question ${i}: ${Date.now() - began} ms`);
			}
		} finally {
			await other.stop();
		}
	}
	await new Promise((resolve) => deaf.close(resolve));
});
