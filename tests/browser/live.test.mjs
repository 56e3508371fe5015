// Two browsers, one conversation: a visitor in the shop and an agent at the console talk live, and both survive a reload.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe, newPage, out, startPages } from "../lib/browser.mjs";
import { until } from "../lib/stack.mjs";

let pages, stack, browser;
before(async () => ({ stack, browser } = pages = await startPages()));
after(() => pages?.close());

const shot = (page, name) => page.screenshot({ path: path.join(out, `console-${name}.png`) });
const bubbles = (page) => page.locator(".bub:not([role])").allTextContents();
const hears = (page, text) => until(async () => (await bubbles(page)).includes(text), { what: `"${text}" at the visitor's` });
const reads = (page, text) => until(async () => (await page.locator(".messages .bubble").allTextContents()).includes(text), { what: `"${text}" at the agent's` });
const serious = (page) => page.problems.filter((problem) => !/net::ERR_ABORTED|WebSocket/.test(problem));

async function signedIn(options, email = "agent@example.com") {
	const page = await newPage(browser, options);
	await page.goto(`${stack.urls.chat}/admin/`);
	await page.locator("input[name=email]").fill(email);
	await page.locator("input[name=password]").fill("password123");
	await page.keyboard.press("Enter");
	await page.locator(".row[data-id]").first().waitFor();
	return page;
}
async function visitor(options) {
	const page = await newPage(browser, options);
	await page.goto(`${stack.urls.chat}/`);
	await page.locator("button.launch").click();
	return page;
}
const say = async (page, text) => (await page.locator("textarea").fill(text), page.locator("textarea").press("Enter"));
const reply = async (page, text) => (await page.locator(".composer textarea").fill(text), page.locator(".composer textarea").press("Enter"));

test("a wrong password is said beside the field, in the page's language", async () => {
	const page = await newPage(browser, { locale: "zh-CN" });
	await page.goto(`${stack.urls.chat}/admin/`);
	await shot(page, "sign-in-zh");
	await page.locator("input[name=email]").fill("agent@example.com");
	await page.locator("input[name=password]").fill("wrong password");
	await page.keyboard.press("Enter");
	await page.locator("#password-error:visible").waitFor();
	assert.equal(await page.locator("#password-error").textContent(), "邮箱或密码错误");
	assert.deepEqual(await axe(page), []);
});

test("a visitor and an agent talk live; both survive a reload", async () => {
	const agent = await signedIn({ locale: "zh-CN" });
	await shot(agent, "list-zh");
	const guest = await visitor({ locale: "en-US" });
	await say(guest, "Do you ship to Singapore?");

	// It appears at the agent's without a reload, with what was said, and the AI's answer after it.
	const row = agent.locator(".row", { hasText: /Singapore|ship|days/ }).first();
	await row.waitFor({ timeout: 30_000 });
	await row.click();
	await reads(agent, "Do you ship to Singapore?");
	await until(async () => (await agent.locator(".group.ai .bubble").count()) > 0, { what: "the AI's words at the agent's" });

	await agent.locator("[data-do=take]").click();
	await until(async () => (await guest.locator("dialog h2").first().textContent()) === "客服小王", { what: "the agent's name at the visitor's" });

	await agent.locator(".composer textarea").pressSequentially("Yes we", { delay: 20 });
	await until(async () => (await guest.locator(".bub[role=img]").count()) > 0, { what: "typing at the visitor's" });
	await reply(agent, "Yes we do, within 5 to 8 working days.");
	await hears(guest, "Yes we do, within 5 to 8 working days.");
	await say(guest, "Great, thank you!");
	await reads(agent, "Great, thank you!");
	await shot(agent, "conversation-zh");
	assert.deepEqual(await axe(agent), []);

	const heard = await bubbles(guest);
	await agent.reload();
	await reads(agent, "Great, thank you!");
	await reads(agent, "Do you ship to Singapore?");
	await guest.reload();
	if (!(await guest.locator("textarea").isVisible())) await guest.locator("button.launch").click();
	await hears(guest, "Yes we do, within 5 to 8 working days.");
	assert.deepEqual((await bubbles(guest)).filter((text) => heard.includes(text)).length, heard.length, "the history is whole after a reload");

	await agent.locator("[data-do=resolve]").click();
	await agent.locator("[data-do=reopen]").waitFor();
	assert.deepEqual(serious(agent), []);
	assert.deepEqual(serious(guest), []);
});

test("two agents: a takeover shows at the other's; text written while the connection is away arrives once", async () => {
	const first = await signedIn({ locale: "en-US", colorScheme: "dark" });
	const other = await signedIn({ locale: "en-US" }, "supervisor@example.com");
	const guest = await visitor({ locale: "en-US" });
	await say(guest, "I need a human please");
	const row = other.locator(".row", { hasText: /visitor/i }).first();
	await row.waitFor({ timeout: 30_000 });
	const mine = first.locator(".row", { hasText: "I need a human please" });
	await first.locator(".row[data-id]").first().click();
	await first.locator(".composer textarea").waitFor();
	const session = await first.locator(".row[aria-current=true]").getAttribute("data-session");
	assert.match(session, /^sess_/);
	void mine;
	await stack.kill("relay");
	await first.locator(".banner").waitFor();
	await first.context().setOffline(true);
	await reply(first, "written while away");
	await until(async () => (await first.locator(".bubble.pending").count()) === 1, { what: "the pending bubble" });
	await stack.start("relay");
	await first.context().setOffline(false);
	await until(async () => (await first.locator(".bubble.pending").count()) === 0 && (await first.locator(".bubble", { hasText: "written while away" }).count()) === 1, { timeout: 30_000, what: "the message to arrive" });
	const [stored] = await stack.sql("SELECT COUNT(*) AS n FROM messages WHERE content = 'written while away'");
	assert.equal(stored.n, 1);
	await shot(first, "dark-en");
});

test("a phone: one pane at a time, keys and help, both themes without a complaint of axe", async () => {
	const page = await signedIn({ locale: "en-US", viewport: { width: 360, height: 740 }, colorScheme: "dark" });
	await shot(page, "phone-list");
	assert.deepEqual(await axe(page), []);
	await page.locator(".row[data-id]").first().click();
	await page.locator(".messages .bubble").first().waitFor();
	await shot(page, "phone-conversation");
	assert.deepEqual(await axe(page), []);
	assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true, "nothing is wider than the phone");
	await page.locator("button.back").click();
	await page.keyboard.press("?");
	await page.locator("[role=dialog]").waitFor();
	await page.keyboard.press("Escape");
	await page.locator("[role=dialog]").waitFor({ state: "detached" });
});
