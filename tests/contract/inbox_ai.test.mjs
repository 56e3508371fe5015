// How the AI answers those who come by an inbox: its provider, its key, its words, its limits, its hours; and trying it out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient } from "../lib/client.mjs";
import { audited, forbidden, guarded, invalid, missing, people, refused } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { parse } from "../lib/prometheus.mjs";
import { startProvider } from "../lib/provider.mjs";
import { startStack, until, zoneOfNoon } from "../lib/stack.mjs";

const KEY = "sk-inbox-secret";
const { counted, gate } = coverage("console", ["/api/v1/inboxes/:inbox_id/ai", "/api/v1/ai/trials"]);
let stack, provider, who, chat, inbox, at;
before(async () => {
	provider = await startProvider({ key: KEY });
	stack = await startStack({ env: { DESKBELL_AI_WORD_MS: "0", DESKBELL_AI_KEY: "sk-of-the-site", DESKBELL_DESK_REQUIRE_CONNECTION: "0", DESKBELL_UTC_OFFSET: zoneOfNoon() } });
	who = await people(stack, counted);
	chat = httpClient(stack.urls.chat);
	inbox = (await who.admin.post("/api/v1/inboxes", { name: "网店" })).body.data.inbox;
	at = `/api/v1/inboxes/${inbox.id}/ai`;
});
after(async () => {
	await stack?.stop();
	await provider?.stop();
});
const put = async (body, client = who.admin) => {
	const answer = await client.put(at, body);
	assert.equal(answer.status, 200, answer.text);
	return answer.body.data.ai;
};
const get = async () => (await who.admin.get(at)).body.data.ai;
const begins = async (token) => {
	const answer = await chat.get(`/api/v1/chat/availability${token === undefined ? "" : `?inbox=${token}`}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.body.data.ai_enabled;
};
const usual = () => ({ provider: "openai", url: provider.url, model: "m-1" });

async function visitor(token = inbox.website_token) {
	const { session_id: id } = (await chat.post("/api/v1/chat/sessions", token ? { inbox: token } : {})).body.data;
	const history = async () => (await chat.get(`/api/v1/chat/sessions/${id}/messages?limit=100`)).body.data.messages;
	return {
		id, history,
		say: (content) => chat.post("/api/v1/chat/messages", { session_id: id, content }),
		answer: async (n = 1) => (await until(async () => {
			const list = (await history()).filter((m) => m.sender_type !== "user");
			return list.length >= n && list;
		}, { what: `answer ${n}`, timeout: 30_000 }))[n - 1],
		session: async () => (await chat.get(`/api/v1/chat/sessions/${id}`)).body.data,
	};
}
async function trial(body, client = who.admin) {
	const begun = await client.post("/api/v1/ai/trials", body);
	assert.equal(begun.status, 202, begun.text);
	like(begun.body, { success: true, data: { trial: { id: 1, state: "", error: "", answer: "", ms: 1, tokens_in: 1, estimated: true, cost: 0.1, asked_at: "" } } });
	return until(async () => {
		const answer = await client.get(`/api/v1/ai/trials/${begun.body.data.trial.id}`);
		assert.equal(answer.status, 200, answer.text);
		const { trial: one } = answer.body.data;
		return one.state !== "running" && one;
	}, { what: "the end of the trial" });
}

test("nothing said: as the site; everything comes back as it went in; the key never does", async () => {
	const fresh = await get();
	like(fresh, { inbox_id: inbox.id, provider: "site", site_provider: "builtin", url: "", model: "", api_key_set: false, api_key_lost: false, prompt: "", max_tokens: 0, timeout_seconds: 0, day_cost: 0, languages: [], hours: "always", spent: false });
	assert.deepEqual([fresh.provider, fresh.temperature, fresh.api_key_set_at, fresh.updated_at], ["site", null, null, null]);
	assert.match(fresh.default_prompt, /Deskbell/);
	const sent = { ...usual(), api_key: KEY, prompt: "你是{0}的店员。", temperature: 0.3, max_tokens: 99, timeout_seconds: 20, price_in: 2, price_out: 8.5, day_cost: 1.25, languages: ["zh", "en"] };
	const saved = await put(sent);
	for (const [key, value] of Object.entries(sent)) if (key !== "api_key") assert.deepEqual(saved[key], value, key);
	assert.equal(saved.api_key_set, true);
	assert.ok(Math.abs(Date.parse(saved.api_key_set_at) - Date.now()) < 60_000);
	const shown = JSON.stringify([await get(), (await who.admin.get(`/api/v1/inboxes/${inbox.id}`)).body, (await who.admin.get("/api/v1/audit-logs")).body]);
	assert.ok(!shown.includes(KEY));
	const [row] = await stack.sql("SELECT * FROM inbox_ai WHERE inbox_id = ?", [inbox.id]);
	assert.ok(!JSON.stringify(row).includes(KEY) && row.sealed_key.length > 40);
	const entry = await audited(stack, "inbox:ai", inbox.id);
	assert.deepEqual([entry.details.name, entry.details.changed.includes("api_key"), JSON.stringify(entry.details).includes("sk-")], ["网店", true, false]);
	assert.equal((await put({ temperature: -1 })).temperature, null);
	assert.equal((await put({ model: "m-2" })).api_key_set, true, "what is not named stays");
});

test("another address forgets the key; a key copied to another inbox is none", async () => {
	await put({ ...usual(), api_key: KEY });
	assert.equal((await put({ url: `${provider.url}/` })).api_key_set, false);
	await put({ url: provider.url, api_key: KEY });
	await stack.sql("UPDATE inbox_ai SET url = 'http://127.0.0.1:9/v1' WHERE inbox_id = ?", [inbox.id]);
	assert.equal((await get()).api_key_lost, true);
	await put({ ...usual(), api_key: KEY });
	assert.equal((await put({ api_key: "" })).api_key_set, false);
});

test("what is refused, beside its field", async () => {
	await put({ provider: "site", url: "", model: "", price_in: 0, price_out: 0, day_cost: 0 });
	const rows = [
		[{ provider: "gpt" }, "provider"], [{ provider: "openai" }, "url"], [{ provider: "openai", url: "https://api.example.com/v1" }, "model"],
		[{ url: "ftp://a.example" }, "url"], [{ url: "api.example.com" }, "url"], [{ url: "https://" }, "url"], [{ url: "https://user:pass@a.example/v1" }, "url"], [{ url: "https://a.example/v1?key=1" }, "url"],
		[{ url: "https://a.example/v1#x" }, "url"], [{ url: "https://a b.example" }, "url"], [{ url: `https://${"a".repeat(500)}.example` }, "url"], [{ url: "http://api.example.com/v1" }, "url"],
		[{ api_key: "two words" }, "api_key"], [{ api_key: "k\nX: y" }, "api_key"], [{ api_key: "k".repeat(501) }, "api_key"], [{ prompt: "字".repeat(4001) }, "prompt"], [{ prompt: "a\u0007" }, "prompt"],
		[{ temperature: 2.1 }, "temperature"], [{ temperature: "hot" }, "temperature"], [{ max_tokens: -1 }, "max_tokens"], [{ timeout_seconds: 601 }, "timeout_seconds"],
		[{ price_in: -1 }, "price_in"], [{ price_out: 1000001 }, "price_out"], [{ day_cost: 5 }, "day_cost"], [{ languages: ["fr"] }, "languages"], [{ languages: "zh" }, "languages"],
		[{ hours: "outside_business_hours" }, "hours"], [{ hours: "never" }, "hours"],
	];
	for (const [body, field] of rows) invalid(await who.admin.put(at, body), field);
	assert.match((await who.admin.put(at, { url: "http://api.example.com/v1" }, { headers: { "Accept-Language": "en" } })).body.error.details[0].message, /https:\/\//);
	missing(await who.admin.get("/api/v1/inboxes/999999/ai"));
	missing(await who.admin.put("/api/v1/inboxes/999999/ai", { model: "x" }));
});

test("provider, address and key are an admin's alone; the rest is for those who write inboxes", async () => {
	await put({ ...usual(), api_key: KEY });
	for (const body of [{ provider: "builtin" }, { url: "http://127.0.0.1:1/v1" }, { api_key: "x" }, { api_key: "" }]) forbidden(await who.supervisor.put(at, body));
	assert.equal((await put({ provider: "openai", url: provider.url, prompt: "简短回答。" }, who.supervisor)).prompt, "简短回答。", "what stays the same is no change");
	await guarded(who, [
		{ method: "GET", path: at }, { method: "PUT", path: at, deny: ["agent"] },
		{ method: "POST", path: "/api/v1/ai/trials", deny: ["agent"] }, { method: "GET", path: "/api/v1/ai/trials/5", deny: ["agent"] },
	]);
});

test("its provider answers those who come by it, with its key and its words; others are answered as before", async () => {
	await put({ ...usual(), api_key: KEY, prompt: "你是{0}的店员小美。", temperature: 0.5, max_tokens: 77 });
	const v = await visitor();
	await v.say("您好吗？");
	assert.equal((await v.answer()).content, "You asked: 您好吗？");
	const body = provider.requests.at(-1);
	assert.deepEqual([body.model, body.temperature, body.max_tokens], ["m-1", 0.5, 77]);
	assert.match(body.messages[0].content, /^你是Deskbell的店员小美。\n- [^]*\[\[HUMAN\]\]/);
	assert.equal(provider.headers.at(-1).authorization, `Bearer ${KEY}`);
	const n = provider.requests.length, other = await visitor(null);
	await other.say("怎么开发票？");
	assert.match((await other.answer()).content, /申请发票/);
	assert.equal(provider.requests.length, n);
});

test("without a key of its own the site's is not sent to it", async () => {
	await put({ ...usual(), api_key: "" });
	const v = await visitor();
	await v.say("您好吗？");
	await v.answer();
	assert.equal(provider.headers.at(-1).authorization, undefined);
	assert.equal((await v.session()).agent_type, "human", "it was refused, so a person has it");
});

test("one language: it answers in that", async () => {
	await put({ ...usual(), api_key: KEY, prompt: "", languages: ["en"] });
	const v = await visitor();
	await v.say("怎么退货？");
	await v.answer();
	assert.match(provider.requests.at(-1).messages[0].content, /^You are [^]*\n- Answer in English, whatever/);
	await put({ languages: ["zh", "en"] });
	for (const [words, rules] of [["怎么退货？", /^你是/], ["How do I send it back?", /^You are/]]) {
		const either = await visitor();
		await either.say(words);
		await either.answer();
		assert.match(provider.requests.at(-1).messages[0].content, rules);
		assert.doesNotMatch(provider.requests.at(-1).messages[0].content, /whatever language|无论顾客/, "the visitor's");
	}
	await put({ ...usual(), languages: [] });
});

test("tokens are counted, or estimated and said so; the day's money is a limit; then people", async () => {
	await stack.sql("DELETE FROM ai_days");
	await put({ ...usual(), api_key: KEY, price_in: 1000, price_out: 2000, day_cost: 0 });
	provider.way = "usual";
	const one = await visitor();
	await one.say("hello there, is it so?");
	await one.answer();
	const told = await until(async () => (await get()).today.answers === 1 && (await get()).today, { what: "the day's figures" });
	assert.deepEqual([told.tokens_in, told.tokens_out, told.estimated], [12, 7, 0]);
	assert.ok(Math.abs(told.cost - (12 * 1000 + 7 * 2000) / 1e6) < 1e-9, String(told.cost));
	provider.way = "nodone"; // says nothing of its tokens
	const two = await visitor();
	await two.say("hello there, is it so?");
	await two.answer();
	const guessed = await until(async () => (await get()).today.answers === 2 && (await get()).today, { what: "the estimate" });
	assert.equal(guessed.estimated, 1);
	assert.ok(guessed.tokens_in > 200 && guessed.tokens_out >= told.tokens_out + 2, JSON.stringify(guessed));
	provider.way = null;
	assert.equal((await put({ day_cost: 0.02 })).spent, true);
	const n = provider.requests.length, late = await visitor();
	await late.say("还有人吗，怎么退货？");
	const said = await late.answer();
	assert.deepEqual([said.sender_type, said.content, (await late.session()).agent_type], ["system", "智能助手今天的额度已用完，已为您转接人工客服", "human"]);
	assert.equal(provider.requests.length, n, "nobody was asked");
	assert.equal((await put({ day_cost: 0 })).spent, false);
});

test("the day's money with several answers under way: those that have begun are given, so it is passed by one answer each at most, and none begins after", async () => {
	await stack.sql("DELETE FROM ai_days");
	await put({ ...usual(), api_key: KEY, price_in: 1000, price_out: 2000, day_cost: 0.001 });
	const all = await Promise.all(Array.from({ length: 5 }, () => visitor()));
	await Promise.all(all.map((v) => v.say("@wait please")));
	await until(() => provider.waiting.length === 5, { what: "five calls" });
	provider.release();
	for (const v of all) assert.equal((await v.answer()).content, "First and last.");
	await until(async () => (await get()).today.answers === 5, { what: "the day's figures" });
	assert.equal((await get()).spent, true);
	const n = provider.requests.length, late = await Promise.all([visitor(), visitor()]);
	await Promise.all(late.map((v) => v.say("@wait please")));
	for (const v of late) assert.equal((await v.answer()).sender_type, "system");
	assert.equal(provider.requests.length, n);
	await stack.sql("DELETE FROM ai_days");
	await put({ day_cost: 0 });
});

test("off: conversations begin with people, and one that the AI had goes to them", async () => {
	await put({ ...usual(), api_key: KEY });
	const v = await visitor();
	assert.equal((await v.session()).agent_type, "ai");
	assert.deepEqual([await begins(inbox.website_token), await begins(), await begins("")], [true, true, true]);
	await put({ provider: "off" });
	assert.deepEqual([await begins(inbox.website_token), await begins()], [false, true], "the widget of this inbox is told so, no other");
	assert.equal((await chat.get("/api/v1/chat/availability?inbox=nobody")).status, 400);
	assert.equal((await (await visitor()).session()).agent_type, "human");
	await v.say("怎么退货？");
	assert.equal((await v.answer()).sender_type, "system");
	assert.equal((await v.session()).agent_type, "human");
});

test("outside its business hours the AI, within them people", async () => {
	await put({ provider: "builtin" });
	const day = new Date().getUTCDay();
	const week = (days) => who.admin.put(`/api/v1/inboxes/${inbox.id}`, { business_hours: { timezone: "+00:00", days } });
	await week([0, 1, 2, 3, 4, 5, 6].map((d) => ({ day: d, from: "00:00", to: "24:00" })));
	await put({ hours: "outside_business_hours" });
	assert.equal(await begins(inbox.website_token), false);
	assert.equal((await (await visitor()).session()).agent_type, "human");
	await week([{ day: (day + 3) % 7, from: "09:00", to: "10:00" }]);
	assert.equal(await begins(inbox.website_token), true);
	assert.equal((await (await visitor()).session()).agent_type, "ai");
	await put({ hours: "always" });
	await week([]);
});

test("a provider that fails at one address leaves the others alone", async () => {
	await put({ ...usual(), url: "http://127.0.0.1:9/v1", api_key: KEY });
	for (let i = 0; i < 5; i++) {
		const v = await visitor();
		await v.say("您好吗？");
		assert.equal((await v.answer()).sender_type, "system");
	}
	await put({ ...usual(), api_key: KEY });
	const v = await visitor();
	await v.say("您好吗？");
	assert.equal((await v.answer()).content, "You asked: 您好吗？");
	// Each address has its state, on the system page and in what Prometheus reads; the site's own is the built-in one.
	const { ai, of } = await until(async () => {
		const { ai, ai_providers } = (await who.admin.get("/api/analytics/performance")).body.data;
		const of = Object.fromEntries(ai_providers.map((one) => [one.address, one]));
		return of["http://127.0.0.1:9/v1"]?.state === "failing" && of[provider.url]?.state === "ready" && { ai, of };
	}, { what: "a state for each address", timeout: 30_000 });
	assert.deepEqual([ai.provider, ai.state, ai.address], ["builtin", "builtin", ""]);
	assert.equal(of["http://127.0.0.1:9/v1"].failures, 5);
	assert.match(of["http://127.0.0.1:9/v1"].error, /connect/i);
	assert.ok(Date.parse(of["http://127.0.0.1:9/v1"].retry_at) > Date.parse(of["http://127.0.0.1:9/v1"].failing_since));
	assert.deepEqual([of[provider.url].failures, of[provider.url].retry_at], [0, null]);
	const read = parse((await chat.get("/metrics")).text), value = (name, address) => read.value(`deskbell_ai_provider_${name}`, { address });
	assert.deepEqual([value("up", "http://127.0.0.1:9/v1"), value("failures", "http://127.0.0.1:9/v1"), value("up", provider.url), value("streams", provider.url)], [0, 5, 1, 0]);
	assert.equal((await fetch(`${stack.urls.desk}/api/system/health`).then((r) => r.json())).data.ai, "available", "who comes by no inbox is answered");
});

test("a provider that is busy and says until when: asked again then; when that is too long, a person, and nobody asks it meanwhile", async () => {
	await put({ ...usual(), url: `${provider.url}/chat/completions`, api_key: KEY });
	Object.assign(provider, { way: "busy", busy: 2, patience: "1" });
	const v = await visitor(), n = provider.requests.length, began = Date.now();
	await v.say("is it so?");
	assert.equal((await v.answer()).content, "It is so.");
	assert.equal(provider.requests.length, n + 3);
	assert.ok(Date.now() - began >= 2000, `${Date.now() - began} ms: not before it wanted`);
	for (const [i, patience] of ["3600", new Date(Date.now() + 3600_000).toUTCString()].entries()) {
		await put({ url: `${provider.url}${"/".repeat(i + 1)}`, api_key: KEY });
		Object.assign(provider, { busy: 1000, patience });
		const [late, later] = [await visitor(), await visitor()], asked = provider.requests.length;
		await late.say("is it so?");
		assert.equal((await late.answer()).sender_type, "system", patience);
		assert.equal((await late.session()).agent_type, "human");
		await later.say("is it so?");
		assert.equal((await later.answer()).sender_type, "system");
		assert.equal(provider.requests.length, asked + 1, "the second question is not put to it");
		const rests = (await who.admin.get("/api/analytics/performance")).body.data.ai_providers.find((one) => one.address === `${provider.url}${"/".repeat(i + 1)}`);
		assert.deepEqual([rests.state, rests.failures, rests.error], ["resting", 0, "status 429: slow down"]);
		assert.ok(Math.abs(Date.parse(rests.retry_at) - Date.now() - 600_000) < 60_000, "ten minutes, whatever it asks for");
	}
	await put({ url: `${provider.url}/chat/completions//`, api_key: KEY });
	Object.assign(provider, { busy: 1000, patience: "1" });
	const never = await visitor(), m = provider.requests.length;
	await never.say("is it so?");
	assert.equal((await never.answer()).sender_type, "system");
	assert.equal(provider.requests.length, m + 3, "three times are enough");
	Object.assign(provider, { way: null, busy: 0 });
});

test("tried out: it works; the provider's own words when it does not; what it would answer", async () => {
	await put({ ...usual(), api_key: KEY, price_in: 1000, price_out: 1000 });
	const good = await trial({ inbox_id: inbox.id });
	assert.deepEqual([good.state, good.error], ["good", ""]);
	assert.match(good.answer, /^You asked: /);
	assert.ok(good.estimated && good.tokens_in > 0 && good.cost > 0 && good.ms >= 0);
	await audited(stack, "inbox:ai_try", inbox.id);
	const asked = await trial({ inbox_id: inbox.id, question: "怎么退货？" }, who.supervisor);
	assert.equal(asked.answer, "You asked: 怎么退货？");
	assert.match(provider.requests.at(-1).messages[0].content, /\n\[1\] [^]*七天/);
	await put({ api_key: "sk-wrong" });
	const refusal = await trial({ inbox_id: inbox.id });
	assert.deepEqual([refusal.state, refusal.error, refusal.answer], ["failed", "status 401: Incorrect API key provided", ""]);
	await put({ url: "http://127.0.0.1:9/v1" });
	assert.match((await trial({ inbox_id: inbox.id })).error, /connect/i);
	await put({ url: "http://169.254.169.254/v1" });
	assert.match((await trial({ inbox_id: inbox.id })).error, /may not be asked/);
	await put({ provider: "builtin" });
	refused(await who.admin.post("/api/v1/ai/trials", { inbox_id: inbox.id }), 409, "VALIDATION_ERROR");
	refused(await who.admin.post("/api/v1/ai/trials", {}), 409, "VALIDATION_ERROR");
	missing(await who.admin.post("/api/v1/ai/trials", { inbox_id: 999999 }));
	missing(await who.admin.get("/api/v1/ai/trials/1"));
	invalid(await who.admin.post("/api/v1/ai/trials", { question: "长".repeat(1001) }), "question");
	invalid(await who.admin.get("/api/v1/ai/trials/abc"), "trial_id");
});

test("a deleted inbox takes its key with it", async () => {
	const made = (await who.admin.post("/api/v1/inboxes", { name: "短暂" })).body.data.inbox;
	assert.equal((await who.admin.put(`/api/v1/inboxes/${made.id}/ai`, { ...usual(), api_key: KEY })).status, 200);
	await who.admin.delete(`/api/v1/inboxes/${made.id}`);
	assert.deepEqual(await stack.sql("SELECT * FROM inbox_ai WHERE inbox_id = ?", [made.id]), []);
});

test("every row was asked, well and badly", gate);
