// The knowledge base of the console contract, and the box that shows what the AI would answer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audited, guarded, invalid, missing, people } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

const ARTICLES = "/api/v1/articles";
const { counted, gate } = coverage("console", ["/api/v1/articles"]);
let stack, who;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_WORD_MS: "0" } });
	who = await people(stack, counted);
});
after(() => stack?.stop());

const list = async (query = "", client = who.admin) => {
	const answer = await client.get(`${ARTICLES}?${query}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.body.data;
};
const ask = async (question, extra) => {
	const answer = await who.agent.post(`${ARTICLES}/ask`, { question, ...extra });
	assert.equal(answer.status, 200, answer.text);
	like(answer.body, { success: true, data: { answer: "", sure: true, kind: "", articles: [{ id: 1, title: "", score: 0.5, used: true }] } });
	return answer.body.data;
};

test("the list: newest change first, search in both languages, filters, pages", async () => {
	const all = await list("per_page=100");
	like(all, { articles: [{ id: 1, title: "", content: "", locale: "", published: true, created_at: "", updated_at: "" }], meta: { current_page: 1, per_page: 100, total_count: 22, total_pages: 1 } });
	assert.equal(all.meta.total_count, all.articles.length);
	const zh = await list("locale=zh&per_page=100"), en = await list("locale=en&per_page=100");
	assert.equal(zh.articles.length + en.articles.length, all.articles.length);
	assert.ok(zh.articles.every((a) => a.locale === "zh") && en.articles.every((a) => a.locale === "en"));
	assert.equal((await list(`search=${encodeURIComponent("发票")}`)).articles[0].title, "开具发票");
	assert.equal((await list(`search=${encodeURIComponent("票")}`)).articles[0].title, "开具发票", "one character");
	assert.match((await list("search=shipping&locale=en")).articles[0].title, /shipping/i);
	assert.deepEqual((await list("search=zebra")).articles, []);
	assert.deepEqual((await list(`search=${encodeURIComponent('"+-*()~<>@')}`)).articles, [], "operators are no words");
	const past = await list("page=99&per_page=10");
	assert.deepEqual(past.articles, []);
	assert.equal(past.meta.total_count, all.meta.total_count);
	invalid(await who.admin.get(`${ARTICLES}?locale=fr`), "locale");
	invalid(await who.admin.get(`${ARTICLES}?published=maybe`), "published");
});

test("write, change, draft, delete", async () => {
	const made = await who.admin.post(ARTICLES, { title: " 自行车保养 ", content: "每三个月给链条上油一次。" });
	assert.equal(made.status, 201);
	const { article } = made.body.data, one = `${ARTICLES}/${article.id}`;
	assert.deepEqual([article.title, article.locale, article.published], ["自行车保养", "zh", true]);
	await audited(stack, "article:create", article.id);
	assert.equal((await list(`search=${encodeURIComponent("自行车")}`, who.agent)).articles[0].id, article.id, "found as soon as it is written");
	assert.deepEqual((await list("per_page=1")).articles[0].id, article.id);
	const changed = (await who.admin.put(one, { content: "每六个月检查一次刹车。" })).body.data.article;
	assert.deepEqual([changed.title, changed.content, changed.published], ["自行车保养", "每六个月检查一次刹车。", true]);
	assert.deepEqual((await list(`search=${encodeURIComponent("链条上油")}`)).articles, [], "the old words are gone");

	assert.equal((await who.admin.put(one, { published: false, locale: "en" })).body.data.article.published, false);
	assert.deepEqual((await list("published=false")).articles.map((a) => a.id), [article.id]);
	assert.equal((await who.supervisor.get(one)).status, 200);
	missing(await who.agent.get(one)); // drafts are for those who read settings
	assert.deepEqual((await list("published=false", who.agent)).articles, []);
	assert.deepEqual((await list(`search=${encodeURIComponent("自行车")}`, who.agent)).articles, []);

	assert.deepEqual((await who.admin.delete(one)).body, { success: true, data: null });
	assert.deepEqual((await audited(stack, "article:delete", article.id)).details, { title: "自行车保养" });
	for (const answer of [await who.admin.get(one), await who.admin.put(one, { title: "x" }), await who.admin.delete(one)]) missing(answer);
	invalid(await who.admin.post(ARTICLES, { content: "x" }), "title");
	invalid(await who.admin.post(ARTICLES, { title: "x", content: " " }), "content");
	invalid(await who.admin.post(ARTICLES, { title: "长".repeat(201), content: "x" }), "title");
	invalid(await who.admin.post(ARTICLES, { title: "x", content: "长".repeat(50001) }), "content");
	invalid(await who.admin.post(ARTICLES, { title: "x", content: "y", locale: "fr" }), "locale");
	invalid(await who.admin.post(ARTICLES, { title: "x", content: "y", published: "yes" }), "published");
	assert.equal((await who.admin.post(ARTICLES, { title: "long", content: "长".repeat(50000) })).status, 201);
	await guarded(who, [
		{ method: "GET", path: ARTICLES }, { method: "GET", path: `${ARTICLES}/1` }, { method: "POST", path: `${ARTICLES}/ask`, body: { question: "x" } },
		{ method: "POST", path: ARTICLES, body: { title: "x", content: "y" }, deny: ["supervisor", "agent"] },
		{ method: "PUT", path: `${ARTICLES}/1`, deny: ["supervisor", "agent"] }, { method: "DELETE", path: `${ARTICLES}/1`, deny: ["supervisor", "agent"] },
	]);
});

test("ask: the answer and where it comes from; what it does not know; who wants a person", async () => {
	const sure = await ask("怎么开发票？");
	assert.deepEqual([sure.sure, sure.kind, sure.articles[0].title, sure.articles[0].used], [true, "answer", "开具发票", true]);
	assert.match(sure.answer, /24 小时内发送到您的邮箱/);
	assert.ok(sure.articles.every((a, i) => a.score >= 0 && a.score <= 1 && (i === 0 || a.score <= sure.articles[i - 1].score)));
	assert.match(sure.articles[0].passage, /发票/);
	assert.equal(sure.prompt, null);
	const english = await ask("How long does shipping take?");
	assert.equal(english.sure, true);
	assert.match(english.answer, /48 hours/);
	const unsure = await ask("你们卖自行车吗");
	assert.deepEqual([unsure.sure, unsure.kind, unsure.articles.filter((a) => a.used)], [false, "unsure", []]);
	const human = await ask("转人工");
	assert.deepEqual([human.sure, human.kind, human.articles], [false, "handover", []]);
	assert.deepEqual((({ kind, articles }) => [kind, articles])(await ask("hello")), ["answer", []]);
	assert.match((await ask("???", { locale: "en" })).answer, /[a-z]{4}/);
	for (const question of ["", " ", 5, undefined, "长".repeat(1001)]) invalid(await who.agent.post(`${ARTICLES}/ask`, { question }), "question");
	invalid(await who.agent.post(`${ARTICLES}/ask`, { question: "x", locale: "fr" }), "locale");
});

test("a visitor is told the same", async () => {
	const question = "怎么开发票？";
	const { session_id } = (await who.guest.post("/api/v1/chat/sessions", {})).body.data;
	await who.guest.post("/api/v1/chat/messages", { session_id, content: question });
	const said = await until(async () => (await who.guest.get(`/api/v1/chat/sessions/${session_id}/messages`)).body.data.messages.find((m) => m.sender_type === "ai"), { what: "the AI's answer" });
	assert.equal((await ask(question)).answer, said.content);
});

test("every row was asked, well and badly", gate);
