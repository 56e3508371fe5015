// The widget while the AI answers, over a provider that says each word when it is told to: a reload and a second tab in the middle, the
// stop button.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { axe, launchBrowser, settled } from "../lib/browser.mjs";
import { providerEnv, startProvider } from "../lib/provider.mjs";
import { startStack, until } from "../lib/stack.mjs";
import { bubbles, desk, phone, say, sessionOf, shot, shows, visit } from "../lib/widget.mjs";

let provider, stack, browser;
before(async () => {
	provider = await startProvider();
	[stack, browser] = await Promise.all([startStack({ env: providerEnv(provider, { DESKBELL_AI_WAIT_MS: "120000", DESKBELL_AI_TIMEOUT_MS: "300000" }) }), launchBrowser()]);
});
after(async () => {
	await browser?.close();
	await stack?.stop();
	await provider?.stop();
});
afterEach(() => {
	provider.way = null;
	provider.release();
});

const partial = (page, text) => until(async () => (await page.locator(".row.stream .bub").allTextContents()).join().trim() === text, { what: `"${text}" growing` });
/** A conversation in which the AI has said "First" and thinks. */
async function begun(options) {
	const before = provider.talk.length;
	const page = await visit(browser, `${stack.urls.chat}/`, options);
	await say(page, "@wait please");
	await until(() => provider.talk.length > before, { what: "the question at the provider" });
	await partial(page, "First");
	return page;
}

test("a reload and a second tab in the middle of an answer: what was said so far, the rest, and one message", async () => {
	const page = await begun(desk.options), talk = provider.talk.at(-1);
	await page.reload();
	await page.locator("button.launch").click();
	await partial(page, "First");
	const tab = await page.context().newPage();
	await tab.goto(`${stack.urls.chat}/`);
	await tab.locator("button.launch").click();
	await partial(tab, "First");
	talk.word("then ");
	for (const one of [page, tab]) await partial(one, "First then");
	provider.release();
	for (const one of [page, tab]) {
		await shows(one, "First then and last.");
		await until(async () => (await one.locator(".stream").count()) === 0, { what: "the end of the stream" });
		assert.deepEqual((await bubbles(one)).filter((text) => text.includes("First")), ["First then and last."]);
	}
	await page.context().close();
});

for (const { name, options } of [desk, phone])
	test(`${name}: the stop button ends an answer; the next question gets one`, async () => {
		const page = await begun(options);
		const stop = page.locator("button.stop");
		await settled(page);
		assert.deepEqual(await axe(page), []);
		await shot(page, `stop-${name}`);
		await stop.focus();
		provider.talk.at(-1).word("second ");
		await partial(page, "First second");
		assert.ok(await stop.evaluate((el) => el === el.getRootNode().activeElement), "it stays where it is while words come");
		await page.keyboard.press("Enter");
		await until(async () => (await page.locator(".stream").count()) === 0 && (await stop.count()) === 0, { what: "the end of the answer" });
		await until(() => provider.open === 0, { what: "the end of the call" });
		assert.deepEqual((await bubbles(page)).filter((text) => text.includes("First")), []);
		provider.way = "usual";
		await say(page, "and now?");
		await shows(page, "It is so.");
		const rows = await stack.sql("SELECT COUNT(*) AS n FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? AND m.sender_type = 1", [await sessionOf(page)]);
		assert.equal(rows[0].n, 1);
		assert.deepEqual(page.problems, []);
		await page.context().close();
	});
