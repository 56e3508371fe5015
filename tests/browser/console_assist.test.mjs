// The console's AI help: a reply suggested into the field, a summary, a translation; cancelled, failed; in both widths, themes and languages.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { axe, settled } from "../lib/browser.mjs";
import { providerEnv, startProvider } from "../lib/provider.mjs";
import { Site, until } from "./console_page.mjs";

let provider, site;
before(async () => {
	provider = await startProvider();
	site = await Site.start(providerEnv(provider, { DESKBELL_AI_WAIT_MS: "120000", DESKBELL_AI_TIMEOUT_MS: "300000" }));
});
after(async () => {
	await site?.stop();
	await provider?.stop();
});
afterEach(() => {
	provider.way = null;
	provider.release();
});

const button = (page, name) => page.getByRole("button", { name, exact: true });
const count = async (id) => (await site.stack.sql("SELECT COUNT(*) AS n FROM messages WHERE stream = ?", [id]))[0].n;
async function open(said, options) {
	const { session_id } = (await site.guest.post("/api/v1/chat/sessions", {})).body.data;
	const agent = await site.client("agent");
	await agent.post(`/api/v1/chat/sessions/${session_id}/switch-agent`, { agent_type: "human" });
	await site.guest.post("/api/v1/chat/messages", { session_id, content: said });
	const [{ id }] = await site.stack.sql("SELECT id FROM conversations WHERE session_id = ?", [session_id]);
	const page = await site.signedIn("agent", options);
	await page.evaluate((to) => (location.hash = to), `#/mine/${id}`);
	await page.locator(".bubble", { hasText: said }).waitFor();
	return { id, page, field: page.locator(".composer textarea") };
}

for (const [name, options, words] of [
	["desk-light-zh", { locale: "zh-CN" }, { suggest: "AI 建议回复", summarise: "AI 总结", translate: "翻译", note: "存为备注草稿" }],
	["phone-dark-en", { locale: "en-US", colorScheme: "dark", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }, { suggest: "Suggest a reply", summarise: "Summarise", translate: "Translate", note: "Use as a note" }],
])
	test(`${name}: a suggestion stands in the field to be edited, a summary becomes a note's draft, a translation stands below`, async () => {
		const { id, page, field } = await open("@usual 我的包裹到哪里了？", options), before = await count(id);
		await button(page, words.suggest).click();
		await until(async () => (await field.inputValue()) === "It is so.", { what: "the suggestion" });
		await field.press("End");
		await field.pressSequentially(" Really.");
		assert.equal(await field.inputValue(), "It is so. Really.");
		await button(page, words.translate).click();
		await until(async () => (await page.locator(".translation").textContent()).startsWith("It is so."), { what: "the translation" });
		await button(page, words.summarise).click();
		await page.locator(".assist-card", { hasText: "It is so." }).waitFor();
		await settled(page);
		assert.deepEqual(await axe(page), []);
		await page.screenshot({ path: `tests/out/console-assist-${name}.png` });
		await button(page, words.note).click();
		await until(async () => (await field.inputValue()) === "It is so.", { what: "the note's draft" });
		assert.equal(await page.locator(".assist-card").count(), 0);
		assert.equal(await count(id), before, "nothing was sent");
		await page.context().close();
	});

test("turned away from, failed and tried again", async () => {
	const { page, field } = await open("@wait 在吗", {});
	await button(page, "AI 建议回复").click();
	await until(() => provider.open === 1, { what: "the call" });
	await page.locator(".assist-running").getByRole("button").click();
	await until(() => provider.open === 0, { what: "the end of the call" });
	assert.equal(await field.inputValue(), "");
	provider.way = "status";
	await button(page, "AI 建议回复").click();
	await page.locator(".assist .field-error", { hasText: "AI 服务没有给出结果" }).waitFor();
	provider.way = "usual";
	await page.locator(".assist .field-error").getByRole("button", { name: "重试" }).click();
	await until(async () => (await field.inputValue()) === "It is so.", { what: "the suggestion" });
	await page.context().close();
});
