// The back office's forms of the AI: an inbox's own provider, trying it, what is wrong beside its field, and the test box of the articles.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { axe, launchBrowser } from "../lib/browser.mjs";
import { httpClient, signIn } from "../lib/client.mjs";
import { providerEnv, startProvider } from "../lib/provider.mjs";
import { startStack, until } from "../lib/stack.mjs";
import { button, errorAt, officeOf, out, PHONE, row, serious, settled, shot, toast, visit } from "./office_page.mjs";

const KEY = "sk-secret";
let provider, stack, browser, admin, page;
before(async () => {
	mkdirSync(out, { recursive: true });
	provider = await startProvider({ key: KEY });
	[stack, browser] = await Promise.all([startStack({ env: providerEnv(provider) }), launchBrowser()]);
	admin = await signIn(stack.urls.kefu, "admin@example.com");
	page = await officeOf(browser, stack, "admin@example.com", "inboxes/1", { locale: "en-US", viewport: { width: 1440, height: 900 } });
});
after(async () => {
	await browser?.close();
	await stack?.stop();
	await provider?.stop();
});
const ai = async () => (await admin.get("/api/v1/inboxes/1/ai")).body.data.ai;
const form = (at = page) => at.locator("form", { has: at.locator("select[name=provider]") });
const input = (name, at = page) => form(at).locator(`[name=${name}]`);
const save = () => button(form(), "Save the assistant").click();

test("an inbox's own provider: what is wrong stands beside its field, the key is never shown again", async () => {
	await input("provider").selectOption("openai");
	await input("url").fill("http://api.example.com/v1");
	await input("model").fill("m-1");
	await save();
	assert.match(await errorAt(form(), "url"), /https:\/\//);
	await input("url").fill(provider.url);
	await input("day_cost").fill("5");
	await save();
	assert.match(await errorAt(form(), "day_cost"), /price/);
	await input("price_in").fill("cheap");
	await save();
	assert.match(await errorAt(form(), "price_in"), /number/i);
	await input("price_in").fill("2");
	await input("price_out").fill("8");
	await input("api_key").fill(KEY);
	await input("temperature").fill("0.3");
	await input("prompt").fill("You are Mei of {0}.");
	await save();
	await toast(page, "Saved");
	const kept = await ai();
	assert.deepEqual([kept.provider, kept.url, kept.model, kept.temperature, kept.day_cost, kept.api_key_set, kept.prompt], ["openai", provider.url, "m-1", 0.3, 5, true, "You are Mei of {0}."]);
	await visit(page, "inboxes");
	await visit(page, "inboxes/1");
	assert.equal(await input("api_key").inputValue(), "");
	assert.ok(!(await page.content()).includes(KEY));
	assert.match(await form().textContent(), /never shown again/);
});

test("the connection is tried for real: it works, or the provider's own words", async () => {
	await button(form(), "Try the connection").click();
	await form().getByText("It works", { exact: true }).waitFor();
	assert.match(await form().locator(".trial").textContent(), /You asked: Hello/);
	await shot(page, "inbox-ai-works");
	await input("api_key").fill("sk-wrong");
	assert.equal(await button(form(), "Try the connection").isDisabled(), true, "what is not saved is not tried");
	await save();
	await until(async () => button(form(), "Try the connection").isEnabled());
	await button(form(), "Try the connection").click();
	await form().getByText("Incorrect API key provided").waitFor();
	await form().locator("[name=forget]").check();
	await save();
	await until(async () => !(await ai()).api_key_set, { what: "no key any more" });
});

test("a supervisor changes the words, not the provider", async () => {
	const at = await officeOf(browser, stack, "supervisor@example.com", "inboxes/1", { locale: "zh-CN", viewport: { width: 1440, height: 900 } });
	assert.deepEqual([await input("provider", at).isDisabled(), await input("url", at).isDisabled(), await input("api_key", at).count()], [true, true, 0]);
	await input("prompt", at).fill("你是小美。");
	await button(form(at), "保存助手设置").click();
	await toast(at, "已保存");
	assert.deepEqual([(await ai()).prompt, (await ai()).provider], ["你是小美。", "openai"]);
	await at.context().close();
});

const LONG = `Our lamps, in short.\n\n## Cleaning\n\nUse a **dry cloth**, [never water](https://example.com/care).\n\n- switch it off\n- let it cool\n\n## Bulbs\n\n| socket | watts |\n| --- | --- |\n| E27 | 9 |\n\n${"A bulb lasts about ten thousand hours. ".repeat(60)}\n`;

test("the test box: passages and scores, the prompt, and what the service itself answers", async () => {
	assert.equal((await admin.post("/api/v1/articles", { title: "Lamp care", content: LONG, locale: "en" })).status, 201);
	await visit(page, "articles");
	const box = page.locator(".ask");
	await page.locator("#ask").fill("How do I clean the lamp?");
	await button(box, "Ask").click();
	const best = box.locator(".sources li").first();
	await best.waitFor();
	assert.equal(await best.locator("a").first().textContent(), "Lamp care");
	assert.match(await best.textContent(), /Told to the service.*Cleaning.*Match \d+%/s);
	assert.match(await best.locator(".passage").textContent(), /^Use a dry cloth, never water/);
	assert.equal(await best.locator("details").getAttribute("open"), "", "the best one is open");
	assert.match(await box.locator(".answer > .o-line").textContent(), /A service/);
	await box.locator("summary", { hasText: "What the provider is told" }).click();
	assert.match(await box.locator(".prompt").textContent(), /\[\[UNSURE\]\][^]*\n\[1\] Lamp care\n[^]*\(Cleaning\)\nUse a \*\*dry cloth\*\*/);
	await button(box, "Ask the service itself").click();
	await box.getByText("You asked: How do I clean the lamp?").waitFor();
	await shot(page, "articles-ask-service");
});

test("the test box as by an inbox: who answers there, with whose words", async () => {
	const { inbox } = (await admin.post("/api/v1/inboxes", { name: "Lamp shop" })).body.data;
	const set = async (body) => assert.equal((await admin.put(`/api/v1/inboxes/${inbox.id}/ai`, body)).status, 200);
	await set({ provider: "builtin" });
	await visit(page, "labels");
	await visit(page, "articles");
	const box = page.locator(".ask"), tag = box.locator(".answer > .o-line");
	const ask = async (provider) => {
		await button(box, "Ask").click();
		await tag.getByText(provider, { exact: true }).waitFor();
	};
	await box.getByLabel("The customer comes by").selectOption({ label: "Lamp shop" });
	await page.locator("#ask").fill("How do I clean the lamp?");
	await ask("Built in");
	assert.match(await box.locator(".says").textContent(), /Use a dry cloth/);
	assert.equal(await box.locator(".sources li").first().getByText("Used", { exact: true }).count(), 1);
	assert.equal(await button(box, "Ask the service itself").count(), 0);
	assert.deepEqual(await axe(page, "'.office'"), []);
	await shot(page, "articles-ask-inbox");
	await set({ provider: "openai", url: provider.url, model: "m-1", api_key: KEY, prompt: "You are Lampy of {0}." });
	await ask("A service");
	await box.locator("summary", { hasText: "What the provider is told" }).click();
	assert.match(await box.locator(".prompt").textContent(), /^You are Lampy of /);
	await button(box, "Ask the service itself").click();
	await box.getByText("You asked: How do I clean the lamp?").waitFor();
	await set({ provider: "off" });
	await ask("No AI: people answer");
	assert.equal(await box.locator(".prompt").count(), 0);
	await page.locator("#ask").fill("");
	await button(box, "Ask").click();
	await until(async () => (await page.locator("#ask").getAttribute("aria-invalid")) === "true", { what: "an error at the question" });
});

test("an article's Markdown is shown as it reads; what looks like HTML stays text", async () => {
	const { article } = (await admin.post("/api/v1/articles", { title: "Shown", content: `${LONG}\n\n1. one\n2. two\n\n> quoted\n\n\`\`\`\n# code\n\`\`\`\n\n<b onclick="x()">no</b> <javascript:x()> [bad](javascript:x())`, locale: "en", published: false })).body.data;
	await visit(page, `articles/${article.id}`);
	const read = page.locator(".reading article");
	assert.deepEqual(await read.locator("h5").allTextContents(), ["Cleaning", "Bulbs"]);
	assert.deepEqual([await read.locator("strong").textContent(), await read.locator("ul li").allTextContents(), await read.locator("ol li").allTextContents(), await read.locator("td").allTextContents(), await read.locator("blockquote").textContent(), await read.locator("pre").textContent()],
		["dry cloth", ["switch it off", "let it cool"], ["one", "two"], ["E27", "9"], "quoted", "# code"]);
	assert.deepEqual(await read.locator("a").evaluateAll((list) => list.map((one) => one.href)), ["https://example.com/care"]);
	assert.deepEqual([await read.locator("b").count(), await read.getByText('<b onclick="x()">no</b>').count()], [0, 1]);
	assert.deepEqual(await axe(page, "'.office'"), []);
	await shot(page, "article-markdown");
});

for (const [name, options] of [
	["en-light", { locale: "en-US", colorScheme: "light", viewport: { width: 1440, height: 900 } }],
	["zh-dark", { locale: "zh-CN", colorScheme: "dark", viewport: { width: 1440, height: 900 } }],
	["zh-light-phone", { locale: "zh-CN", colorScheme: "light", ...PHONE }],
	["en-dark-phone", { locale: "en-US", colorScheme: "dark", ...PHONE }],
]) test(`the test box, ${name}: axe finds nothing, nothing sticks out, nothing complains`, async () => {
	const at = await officeOf(browser, stack, "admin@example.com", "articles", options);
	await at.locator("#ask").fill(options.locale === "zh-CN" ? "怎么退货，运费谁承担？" : "How do I clean the lamp?");
	await at.locator(".ask button.primary").click();
	await at.locator(".ask .sources li").first().waitFor();
	await at.locator(".ask .prompt").evaluate((prompt) => (prompt.parentElement.open = true));
	assert.deepEqual(await axe(at, "'.office'"), []);
	const wide = await at.evaluate(() => document.documentElement.scrollWidth - innerWidth || document.querySelector(".office-page").scrollWidth - document.querySelector(".office-page").clientWidth);
	assert.ok(wide <= 0, `it sticks out by ${wide}`);
	assert.deepEqual(serious(at), []);
	await at.setViewportSize({ width: at.viewportSize().width, height: 2600 });
	await at.locator(".ask").screenshot({ path: `${out}/office-ask-${name}.png` });
	await at.context().close();
});

test("a question that it did not know: into an article, or away", async () => {
	const chat = httpClient(stack.urls.chat);
	for (const content of ["你们卖自行车吗 @unsure", "Where is your shop in Paris? @unsure"]) {
		const { session_id } = (await chat.post("/api/v1/chat/sessions", {})).body.data;
		await chat.post("/api/v1/chat/messages", { session_id, content });
		await until(async () => (await chat.get(`/api/v1/chat/sessions/${session_id}/messages`)).body.data.messages.length > 1, { what: "an answer" });
	}
	await visit(page, "articles");
	await page.getByRole("link", { name: "Unanswered questions" }).click();
	await settled(page);
	await row(page, "自行车").waitFor();
	assert.deepEqual(await axe(page, "'.office'"), []);
	await shot(page, "unanswered-en-light");
	const small = await officeOf(browser, stack, "admin@example.com", "articles/unanswered", { locale: "zh-CN", colorScheme: "dark", ...PHONE });
	await row(small, "自行车").waitFor();
	assert.deepEqual(await axe(small, "'.office'"), []);
	await shot(small, "unanswered-zh-dark-phone");
	assert.ok(await small.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
	await small.context().close();
	await row(page, "Paris").getByRole("button", { name: "Dismiss" }).click();
	await until(async () => !(await row(page, "Paris").count()), { what: "one question less" });
	await row(page, "自行车").getByRole("link", { name: "Turn into an article" }).click();
	await settled(page);
	assert.match(await page.locator("[name=title]").inputValue(), /自行车/);
	assert.equal(await page.locator("[name=locale]").inputValue(), "zh");
	await page.locator("[name=content]").fill("我们不卖自行车。");
	await button(page, "Create").click();
	await until(() => page.evaluate(() => /articles\/\d+$/.test(location.hash)), { what: "the article's page" });
	const { questions } = (await admin.get("/api/v1/unanswered-questions?state=answered")).body.data;
	assert.deepEqual([questions.length, questions[0].article_id > 0], [1, true]);
});

for (const [name, options] of [
	["en-light", { locale: "en-US", colorScheme: "light", viewport: { width: 1440, height: 900 } }],
	["zh-dark", { locale: "zh-CN", colorScheme: "dark", viewport: { width: 1440, height: 900 } }],
	["zh-light-phone", { locale: "zh-CN", colorScheme: "light", ...PHONE }],
	["en-dark-phone", { locale: "en-US", colorScheme: "dark", ...PHONE }],
]) test(`the form, ${name}: axe finds nothing, nothing sticks out, nothing complains`, async () => {
	const at = await officeOf(browser, stack, "admin@example.com", "inboxes/1", options);
	await input("provider", at).waitFor();
	assert.deepEqual(await axe(at, "'.office'"), []);
	const wide = await at.evaluate(() => document.documentElement.scrollWidth - innerWidth || document.querySelector(".office-page").scrollWidth - document.querySelector(".office-page").clientWidth);
	assert.ok(wide <= 0, `it sticks out by ${wide}`);
	assert.deepEqual(serious(at), []);
	await at.setViewportSize({ width: at.viewportSize().width, height: 2600 });
	await form(at).screenshot({ path: `${out}/office-inbox-ai-${name}.png` });
	await at.context().close();
});

test("the system page says of each address how it is: one fails and is left alone, another asked for a rest", async () => {
	const put = async (body) => assert.equal((await admin.put("/api/v1/inboxes/1/ai", body)).status, 200);
	const chat = httpClient(stack.urls.chat), { website_token: inbox } = (await admin.get("/api/v1/inboxes/1")).body.data.inbox;
	const handedOver = async () => {
		const { session_id } = (await chat.post("/api/v1/chat/sessions", { inbox })).body.data;
		assert.equal((await chat.post("/api/v1/chat/messages", { session_id, content: "您好吗？" })).status, 201);
		await until(async () => (await chat.get(`/api/v1/chat/sessions/${session_id}`)).body.data.agent_type === "human", { what: "a person", timeout: 20_000 });
	};
	await put({ provider: "openai", url: "http://127.0.0.1:9/v1", model: "m", hours: "always", day_cost: 0 });
	for (let i = 0; i < 5; i++) await handedOver();
	await put({ url: `${provider.url}/chat/completions`, api_key: KEY });
	Object.assign(provider, { way: "busy", busy: 1000, patience: "3600" });
	await handedOver();
	Object.assign(provider, { way: null, busy: 0 });
	for (const [name, words, options] of [
		["en-light", { failing: "Failing, left alone", resting: "Asked to wait" }, { locale: "en-US", colorScheme: "light", viewport: { width: 1440, height: 900 } }],
		["zh-dark-phone", { failing: "暂停使用", resting: "应对方要求暂停" }, { locale: "zh-CN", colorScheme: "dark", ...PHONE }],
	]) {
		const at = await officeOf(browser, stack, "admin@example.com", "system", options);
		const line = (address) => at.locator(".office-page tbody tr", { has: at.locator(`code:text-is("${address}")`) });
		await until(async () => (await line("http://127.0.0.1:9/v1").textContent()).includes(words.failing), { timeout: 30_000, what: "the one that fails" });
		assert.match(await line("http://127.0.0.1:9/v1").textContent(), /connect/i);
		const resting = await line(`${provider.url}/chat/completions`).textContent();
		assert.ok(resting.includes(words.resting), resting);
		assert.match(resting, /\d\d:\d\d/);
		assert.deepEqual(await axe(at, "'.office'"), []);
		assert.match(await at.locator(".verdict").first().textContent(), name.startsWith("en") ? /Something does not work/ : /停止工作/);
		await at.setViewportSize({ width: at.viewportSize().width, height: 2200 });
		await shot(at, `ai-providers-${name}`);
		assert.deepEqual(serious(at), []);
		await at.context().close();
	}
});
