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

test("the test box: the passages, the prompt, and what the service itself answers", async () => {
	await visit(page, "articles");
	await page.locator("#ask").fill("How long does shipping take?");
	await page.locator(".ask button.primary").click();
	await page.locator(".ask .sources li").first().waitFor();
	await page.locator(".ask summary", { hasText: "What the provider is told" }).click();
	assert.match(await page.locator(".ask details", { hasText: "What the provider is told" }).textContent(), /\[\[UNSURE\]\]/);
	await button(page.locator(".ask"), "Ask the service itself").click();
	await page.locator(".ask").getByText("You asked: How long does shipping take?").waitFor();
	await shot(page, "articles-ask-service");
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
