// What the AI answers from: articles cut into passages. The right part of a long one, in both languages; the index as true as the articles are,
// whoever wrote them; the box that shows what would be answered to those who come by an inbox.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { httpClient, signIn } from "../lib/client.mjs";
import { forbidden, invalid, missing, people } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { providerEnv, startProvider } from "../lib/provider.mjs";
import { root, startStack, until } from "../lib/stack.mjs";

const ARTICLES = "/api/v1/articles";
const { counted } = coverage("console", ["/api/v1/articles"]);
let provider, stack, who, chat;
before(async () => {
	provider = await startProvider();
	stack = await startStack({ env: { DESKBELL_AI_WORD_MS: "0" } });
	who = await people(stack, counted);
	chat = httpClient(stack.urls.chat);
});
after(async () => {
	await stack?.stop();
	await provider?.stop();
});

const worker = async (...args) => {
	const env = { ...stack.env, DESKBELL_DB_URL: `mysql://root@/deskbell?socket=${stack.dir}/run/mariadb.sock`, DESKBELL_REDIS_URL: `unix://${stack.dir}/run/redis.sock?db=0`, DESKBELL_TEMPLATES: path.join(root, "templates") };
	return (await promisify(execFile)(path.resolve(root, stack.env.DESKBELL_BUILD, "deskbell-worker"), args, { cwd: root, env })).stdout;
};
const write = async (article) => {
	const answer = await who.admin.post(ARTICLES, article);
	assert.equal(answer.status, 201, answer.text);
	return answer.body.data.article;
};
const ask = async (question, extra, client = who.admin) => {
	const answer = await client.post(`${ARTICLES}/ask`, { question, ...extra });
	assert.equal(answer.status, 200, answer.text);
	like(answer.body, { success: true, data: { answer: "", sure: true, kind: "", provider: "", passages: [{ article_id: 1, title: "", heading: "", text: "", score: 0.5, used: true }], articles: [{ id: 1, title: "", score: 0.5, used: true, passage: "" }] } });
	return answer.body.data;
};
const cut = (id) => stack.sql("SELECT ord, heading, text FROM article_passages WHERE article_id = ? ORDER BY ord", [id]);
/** Nothing points at what is gone, nothing is missing, and what is counted is what there is. */
async function consistent() {
	const one = async (sql) => Object.values((await stack.sql(sql))[0])[0];
	assert.equal(await one("SELECT COUNT(*) FROM article_passages p LEFT JOIN articles a ON a.id = p.article_id AND a.published = 1 WHERE a.id IS NULL"), 0, "passages of no published article");
	assert.equal(await one("SELECT COUNT(*) FROM articles a LEFT JOIN article_passages p ON p.article_id = a.id WHERE a.published = 1 AND p.id IS NULL"), 0, "articles without passages");
	assert.equal(await one("SELECT COUNT(*) FROM passage_terms t LEFT JOIN article_passages p ON p.id = t.passage_id WHERE p.id IS NULL"), 0, "terms of no passage");
	assert.equal(await one("SELECT COUNT(*) FROM article_passages p LEFT JOIN passage_terms t ON t.passage_id = p.id AND t.term > '' WHERE t.term IS NULL"), 0, "passages that nothing finds");
	assert.equal(await one("SELECT COUNT(*) FROM passage_words w LEFT JOIN (SELECT locale, term, COUNT(*) AS n FROM passage_terms GROUP BY locale, term) t USING (locale, term) WHERE w.passages <> COALESCE(t.n, 0)"), 0, "words counted wrongly");
	assert.equal(await one("SELECT COUNT(*) FROM passage_terms t LEFT JOIN passage_words w USING (locale, term) WHERE w.term IS NULL"), 0, "terms that are no words");
}

const filler = (text, n) => Array.from({ length: n }, (_, i) => text.replace("%", i + 1)).join("\n\n");
const long = {
	zh: {
		title: "帐篷使用手册", locale: "zh",
		content: `# 帐篷使用手册\n\n感谢购买。\n\n## 搭建\n\n${filler("第%步：把支架穿过布套，再用地钉固定好每一个角。", 20)}\n\n## 维护\n\n### 清洗\n\n用**海绵**蘸清水擦拭，[不可机洗](https://example.com/wash)。\n\n### 收纳\n\n${filler("收纳要点%：晾干以后再装袋，避免发霉。", 20)}\n`,
	},
	en: {
		title: "Tent manual", locale: "en",
		content: `Thank you for buying it.\n\n## Pitching\n\n${filler("Step %: push the poles through the sleeves, then peg down every corner of the groundsheet.", 15)}\n\n## Care\n\n### Washing\n\nWipe it with a **sponge**, [never in a machine](https://example.com/wash).\n\n### Storage\n\n${filler("Rule %: let it dry before packing, or mildew grows on the fabric.", 15)}\n`,
	},
};

test("a long article: the part that speaks about the question, its section, without markup; the message names the article", async () => {
	for (const [locale, question, heading, text] of [["zh", "帐篷怎么清洗？", "维护 › 清洗", "用海绵蘸清水擦拭，不可机洗 (https://example.com/wash)。"], ["en", "How do I wash the tent?", "Care › Washing", "Wipe it with a sponge, never in a machine (https://example.com/wash)."]]) {
		const { id, title } = await write(long[locale]);
		const passages = await cut(id);
		assert.ok(passages.length > 4, `${passages.length} passages`);
		assert.deepEqual(passages.map((one) => one.ord), passages.map((_, i) => i));
		for (const one of passages) assert.ok(Buffer.byteLength(one.text) <= 900 && long[locale].content.includes(one.text), one.text);
		const asked = await ask(question);
		const [best] = asked.passages;
		assert.deepEqual([best.article_id, best.title, best.heading, best.text, best.used, asked.sure], [id, title, heading, text, true, true]);
		assert.ok(asked.answer.includes(text) && asked.answer.length < 400, asked.answer);
		assert.ok(asked.passages.every((one, i) => one.score >= 0 && one.score <= 1 && (i === 0 || one.score <= asked.passages[i - 1].score)));
		assert.deepEqual([asked.articles[0].id, asked.articles[0].passage, asked.articles.filter((one) => one.id === id).length], [id, text, 1]);

		const { session_id } = (await chat.post("/api/v1/chat/sessions", {})).body.data;
		await chat.post("/api/v1/chat/messages", { session_id, content: question });
		const said = await until(async () => (await chat.get(`/api/v1/chat/sessions/${session_id}/messages`)).body.data.messages.find((m) => m.sender_type === "ai"), { what: "an answer" });
		assert.equal(said.content, asked.answer);
		assert.ok(said.content.includes(title));
		assert.deepEqual(said.metadata, { articles: [{ id, title }] });
	}
	await consistent();
});

test("what is said without an article names none; two questions name both", async () => {
	const { session_id } = (await chat.post("/api/v1/chat/sessions", {})).body.data;
	const said = (n) => until(async () => {
		const list = (await chat.get(`/api/v1/chat/sessions/${session_id}/messages`)).body.data.messages.filter((m) => m.sender_type === "ai");
		return list.length >= n && list[n - 1];
	}, { what: `answer ${n}` });
	await chat.post("/api/v1/chat/messages", { session_id, content: "你好" });
	assert.deepEqual((await said(1)).metadata.articles, undefined);
	await stack.kill("worker", "SIGSTOP"); // both are there before either is answered
	await chat.post("/api/v1/chat/messages", { session_id, content: "怎么开发票？" });
	await chat.post("/api/v1/chat/messages", { session_id, content: "How do I wash the tent?" });
	await stack.kill("worker", "SIGCONT");
	assert.deepEqual((await said(2)).metadata.articles.map((one) => one.title), ["开具发票", "Tent manual"]);
});

test("words are found in their other forms, rare ones among what everybody says, and beginnings", async () => {
	const { id } = await write({ title: "Gift wrapping", locale: "en", content: "Parcels are wrapped by hand. Payment for it is added to the order." });
	for (const question of ["do you wrap gifts?", "wrapping parcel", "How do I pay for wrapping a gift"]) assert.equal((await ask(question)).passages[0].article_id, id, question);
	assert.deepEqual((await ask("wrp gft")).passages, [], "no word is like it");
	assert.deepEqual((await ask("怎么")).passages.filter((one) => one.used), []);
	for (const question of ["zz~ zz! [\"x\",1] ') OR 1=1 --", "％％％ “” 《》", "😀😀"]) assert.equal((await ask(question)).sure, false, question);
	assert.equal((await who.admin.delete(`${ARTICLES}/${id}`)).status, 200);
});

test("the index follows the article: written, changed, drafted, published, in another language, deleted", async () => {
	const { id } = await write({ title: "极光灯", content: "极光灯的灯罩由蓝晶玻璃制成。" }), one = `${ARTICLES}/${id}`;
	const found = async (question, extra) => (await ask(question, extra)).passages.some((passage) => passage.article_id === id);
	assert.equal(await found("蓝晶玻璃"), true);
	await who.admin.put(one, { content: "灯罩由紫檀木框与绢布制成。" });
	assert.deepEqual([await found("蓝晶玻璃"), await found("紫檀木框")], [false, true]);
	await who.admin.put(one, { title: "北欧吊灯" });
	assert.deepEqual([await found("极光"), await found("北欧吊灯")], [false, true]);
	await who.admin.put(one, { published: false });
	assert.deepEqual([await found("紫檀木框"), (await cut(id)).length], [false, 0]);
	await who.admin.put(one, { published: true, locale: "en", content: "Oksidated brass, hinged." });
	assert.deepEqual([await found("oksidated brass"), await found("北欧吊灯")], [true, false], "it is an English one now");
	await consistent();
	assert.equal((await who.admin.delete(one)).status, 200);
	assert.deepEqual([await found("oksidated brass"), (await cut(id)).length], [false, 0]);
	await consistent();
});

test("a change that is refused changes no passage", async () => {
	const { id } = await write({ title: "原样", content: "原样保留的内容。" });
	const before = await cut(id);
	await stack.sql("RENAME TABLE passage_words TO passage_words_away");
	try {
		assert.ok((await who.admin.put(`${ARTICLES}/${id}`, { content: "新的内容。" })).status >= 500);
	} finally {
		await stack.sql("RENAME TABLE passage_words_away TO passage_words");
	}
	assert.deepEqual(await cut(id), before);
	assert.equal((await who.admin.get(`${ARTICLES}/${id}`)).body.data.article.content, "原样保留的内容。");
	await consistent();
});

test("many write at once: all are there, and what is counted is right", async () => {
	const made = await Promise.all(Array.from({ length: 12 }, (_, i) => write({ title: `同时写的文章${i}`, content: `大家都说订单与发货。第${i}篇。\n\n# 一\n\n订单。\n\n# 二\n\n发货。` })));
	await Promise.all(made.map((one, i) => (i % 3 ? who.admin.put(`${ARTICLES}/${one.id}`, { content: "只说退货与换货。" }) : who.admin.delete(`${ARTICLES}/${one.id}`))));
	await consistent();
	await Promise.all(made.filter((_, i) => i % 3).map((one) => who.admin.delete(`${ARTICLES}/${one.id}`)));
	await consistent();
});

test("what SQL wrote is indexed by the worker, by an upgrade at once; a rebuild mends what was broken", async () => {
	const insert = (title, content) => stack.sql("INSERT INTO articles (title, content, locale, terms, created_at, updated_at) VALUES (?, ?, 'zh', '', 1, 1)", [title, content]);
	const has = async (question, title) => (await ask(question)).passages[0]?.title === title;
	await insert("导入的文章", "琥珀色的玛瑙杯垫。");
	await stack.restart("worker"); // it looks when it begins, then once a minute
	await until(() => has("玛瑙杯垫", "导入的文章"), { what: "the worker's look", timeout: 60_000 });
	await stack.kill("worker", "SIGSTOP");
	try {
		await insert("升级前的文章", "翡翠色的釉面花瓶。");
		assert.equal(await has("釉面花瓶", "升级前的文章"), false);
		await worker("migrate");
		assert.equal(await has("釉面花瓶", "升级前的文章"), true);
		assert.equal((await who.admin.get(`${ARTICLES}?search=${encodeURIComponent("釉面花瓶")}`)).body.data.articles[0].title, "升级前的文章");

		await stack.sql("DELETE FROM passage_terms WHERE locale = 'zh'");
		await stack.sql("UPDATE passage_words SET passages = passages + 7");
		await stack.sql("UPDATE article_passages SET article_id = 999999 WHERE article_id = 1");
		assert.equal(await has("釉面花瓶", "升级前的文章"), false);
		const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM articles");
		assert.equal(await worker("articles", "rebuild"), `articles: ${n} indexed\n`);
		assert.equal(await has("釉面花瓶", "升级前的文章"), true);
		await consistent();
	} finally {
		await stack.kill("worker", "SIGCONT");
	}
});

test("the box, as by an inbox: its provider, its words, its languages, and whether anybody answers at all", async () => {
	const { id } = (await who.admin.post("/api/v1/inboxes", { name: "试用" })).body.data.inbox;
	const set = async (body) => assert.equal((await who.admin.put(`/api/v1/inboxes/${id}/ai`, body)).status, 200);
	const plain = await ask("怎么开发票？", { inbox_id: id });
	assert.deepEqual([plain.provider, plain.prompt, plain.passages.filter((one) => one.used).length], ["builtin", null, 1]);
	await set({ provider: "openai", url: provider.url, model: "m-1", prompt: "你是{0}的小美。", price_in: 1, price_out: 1 });
	const told = await ask("怎么开发票？", { inbox_id: id });
	assert.equal(told.provider, "openai");
	assert.match(told.prompt, /^你是.+的小美。\n/);
	for (const one of told.passages) assert.equal(one.used, told.prompt.includes(one.text), one.title);
	assert.ok(told.passages.some((one) => one.used));
	assert.match(told.prompt, /\[1\] 开具发票\n/);
	assert.equal(provider.requests.length, 0, "nobody is asked");
	assert.equal((await ask("怎么开发票？")).provider, "builtin", "the site's own is another");
	await set({ languages: ["en"] });
	assert.match((await ask("怎么开发票？", { inbox_id: id })).prompt, /Answer in English, whatever/);
	await set({ day_cost: 1 });
	await stack.sql("INSERT INTO ai_days (inbox_id, day, answers, estimated, tokens_in, tokens_out, cost) SELECT ?, FLOOR(UNIX_TIMESTAMP() / 86400) + seq - 1, 1, 0, 1, 1, 2 FROM seq_0_to_2", [id]); // whatever day it is there
	assert.equal((await ask("怎么开发票？", { inbox_id: id })).kind, "limit");
	assert.equal((await ask("转人工", { inbox_id: id })).kind, "handover");
	await set({ provider: "off" });
	const off = await ask("怎么开发票？", { inbox_id: id });
	assert.deepEqual([off.provider, off.kind, off.sure, off.prompt, off.passages.some((one) => one.used)], ["off", "handover", false, null, false]);
	assert.equal(off.passages[0].title, "开具发票", "what is known is shown nevertheless");

	missing(await who.admin.post(`${ARTICLES}/ask`, { question: "x", inbox_id: 999999 }));
	assert.equal((await who.agent.post(`${ARTICLES}/ask`, { question: "x", inbox_id: id })).status, 200);
	const one = `/api/v1/users/${(await signIn(stack.urls.kefu, "agent@example.com")).user.id}`, { permissions } = (await who.admin.get(one)).body.data.user;
	const may = async (list) => assert.equal((await who.admin.put(one, { permissions: list })).status, 200);
	await may(permissions.filter((one) => one !== "inboxes:read"));
	forbidden(await (await signIn(stack.urls.kefu, "agent@example.com")).post(`${ARTICLES}/ask`, { question: "x", inbox_id: id }));
	await may(permissions);
	invalid(await who.admin.post(`${ARTICLES}/ask`, { question: "x", inbox_id: 0 }), "inbox_id");
	assert.equal((await ask("怎么开发票？", {}, who.agent)).sure, true, "agents try the site's own");
});

test("the prompt has the passages that fit, of an article together and in its order, and is bounded", async () => {
	const other = await startStack({ env: providerEnv(provider) });
	try {
		const by = await people(other, (client) => client);
		for (const article of Object.values(long)) assert.equal((await by.admin.post(ARTICLES, article)).status, 201);
		const prompt_of = async (question) => (await by.admin.post(`${ARTICLES}/ask`, { question })).body.data;
		const short = await prompt_of("帐篷怎么清洗、收纳？");
		assert.match(short.prompt, /\[1\] 帐篷使用手册\n.*\n\(维护 › 清洗\)\n用\*\*海绵\*\*蘸清水擦拭.+\n\(维护 › 收纳\)\n收纳要点1：/s);
		for (let i = 0; i < 8; i++) assert.equal((await by.admin.post(ARTICLES, { title: `帐篷清洗问答${i}`, content: filler(`第%条：${"帐篷清洗的说明。".repeat(30)}`, 3) })).status, 201);
		const { prompt, passages } = await prompt_of("帐篷怎么清洗？");
		const named = [...prompt.matchAll(/^\[(\d+)\] (.+)$/gm)];
		assert.deepEqual(named.map((one) => Number(one[1])), named.map((_, i) => i + 1));
		assert.equal(new Set(named.map((one) => one[2])).size, named.length, "each article once");
		assert.equal(named[0][2], passages[0].title);
		assert.ok(Buffer.byteLength(prompt) < 6 * 900 + 4000, `${Buffer.byteLength(prompt)} bytes`);
		// A long one that says the word in every part of it leaves room for others, and takes it all where there are none.
		const wide = { title: "露营车使用手册", content: Array.from({ length: 9 }, (_, i) => `## 第${i + 1}章\n\n露营车怎么用要看第${i + 1}章，${`第${i + 1}点说明。`.repeat(60)}`).join("\n\n") };
		assert.equal((await by.admin.post(ARTICLES, wide)).status, 201);
		const of = async (question) => {
			const { passages: all } = await prompt_of(question), used = all.filter((one) => one.used);
			return [used.length, used.filter((one) => one.title === wide.title).length];
		};
		assert.deepEqual(await of("露营车怎么用？"), [6, 6]);
		for (const title of ["露营车的电源", "露营车的水箱", "露营车保险", "露营车的轮胎"]) assert.equal((await by.admin.post(ARTICLES, { title, content: `${title}的说明。` })).status, 201);
		assert.deepEqual(await of("露营车怎么用？"), [6, 3]);
		// What it answers with [1] is named below it, and in the message's metadata.
		const guest = httpClient(other.urls.chat), { session_id } = (await guest.post("/api/v1/chat/sessions", {})).body.data;
		await guest.post("/api/v1/chat/messages", { session_id, content: "帐篷怎么清洗？ @cites" });
		const said = await until(async () => (await guest.get(`/api/v1/chat/sessions/${session_id}/messages`)).body.data.messages.find((m) => m.sender_type === "ai"), { what: "an answer" });
		const [cited] = said.metadata.articles;
		assert.deepEqual([said.metadata.articles.length, said.content], [1, `So it stands [1].\n\n[1] ${cited.title}`]);
		assert.equal((await by.admin.get(`${ARTICLES}/${cited.id}`)).body.data.article.title, cited.title);
	} finally {
		await other.stop();
	}
});
