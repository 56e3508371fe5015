// The widget as its inbox says, on a site of another origin and under that site's strict policy.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe, launchBrowser, newPage } from "../lib/browser.mjs";
import { signIn } from "../lib/client.mjs";
import { root, startStack, until } from "../lib/stack.mjs";
import { desk, foreignSite, phone, say, sessionOf, shot, shows, still, visit } from "../lib/widget.mjs";

const INBOXES = "/api/v1/inboxes";
const views = [desk, phone];
let stack, browser, site, admin;

before(async () => {
	mkdirSync(path.join(root, "tests/out"), { recursive: true });
	[stack, browser] = await Promise.all([startStack(), launchBrowser()]);
	[site, admin] = await Promise.all([foreignSite(stack), signIn(stack.urls.kefu, "admin@example.com")]);
});
after(async () => {
	await browser?.close();
	site?.close();
	await stack?.stop();
});

const make = async (body) => {
	const made = await admin.post(INBOXES, { name: "Brass & Pine", allowed_origins: [site.origin], ...body });
	assert.equal(made.status, 201, made.text);
	return made.body.data.inbox;
};
const change = async (inbox, body) => assert.equal((await admin.put(`${INBOXES}/${inbox.id}`, body)).status, 200);
const someone = (status) => admin.put("/api/v1/auth/me/status", { status }).then(() => stack.sql("UPDATE users SET status = ? WHERE id = ?", [status === "online" ? 1 : 0, admin.user.id]));
const closedToday = () => ({ timezone: "+00:00", days: [{ day: (new Date().getUTCDay() + 3) % 7, from: "00:00", to: "24:00" }] });
const contactOf = async (session) => (await stack.sql("SELECT u.full_name, u.email, c.metadata, c.inbox_id FROM conversations c JOIN users u ON u.id = c.contact_id WHERE c.session_id = ?", [session]))[0];

/** A browser takes an inbox's settings for good for a minute. */
async function uncached(page) {
	const client = await page.context().newCDPSession(page);
	await client.send("Network.enable");
	await client.send("Network.setCacheDisabled", { cacheDisabled: true });
}

/** WCAG's contrast of two rgb() colours. */
const contrast = (a, b) => {
	const light = (color) => {
		const [r, g, bl] = color.match(/\d+/g).map((x) => (x / 255 <= 0.04045 ? x / 255 / 12.92 : ((x / 255 + 0.055) / 1.055) ** 2.4));
		return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
	};
	const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
	return (x + 0.05) / (y + 0.05);
};

test("name, colour, greeting and language are the inbox's; the site's policy is kept", async () => {
	const inbox = await make({ color: "#f2c14e", greeting: "Welcome!\nAnything we can do?", greeting_delay: 0, locale: "en" });
	for (const { name, options } of views) {
		const page = await newPage(browser, options);
		await page.goto(site.page(inbox.website_token));
		await page.locator(".tease").getByText("Welcome!").waitFor();
		await shot(page, `greeting-${name}`);
		await page.locator(".tease button").first().click();
		assert.equal(await page.locator("dialog h2").first().textContent(), "Brass & Pine");
		assert.equal(await page.locator("textarea").getAttribute("aria-label"), "Write a message…");
		const header = await page.locator("header").evaluate((el) => [getComputedStyle(el).backgroundColor, getComputedStyle(el).color]);
		assert.equal(header[0], "rgb(242, 193, 78)");
		assert.ok(contrast(...header) >= 4.5, header.join(" on "));
		await say(page, "Hello from elsewhere");
		const session = await until(() => sessionOf(page, inbox.website_token), { what: "a session" });
		assert.equal((await contactOf(session)).inbox_id, inbox.id);
		await until(async () => (await page.locator(".row.ai .bub:not([role])").count()) > 0, { what: "an answer by the socket" });
		await page.locator("input[type=file]").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64") });
		await until(() => page.locator("a.card[href] img").evaluate((img) => img.naturalWidth === 1).catch(() => false), { what: "the picture" });
		assert.ok((await page.locator("a.card").getAttribute("href")).startsWith(`${stack.urls.chat}/api/v1/chat/files/`));
		await still(page);
		assert.deepEqual(await axe(page), [], name);
		assert.deepEqual(page.problems, [], name);
		await page.context().close();
	}
});

test("any colour is readable", async () => {
	const inbox = await make({});
	const page = await newPage(browser);
	for (const color of ["#000000", "#ffffff", "#777777", "#ff0000", "#0b6a56", "#0000ff", "#00ff00", "#7a7a7a", "#e0115f", "#3b82f6"]) {
		await change(inbox, { color });
		await page.goto(site.page(inbox.website_token));
		const launch = await page.locator(".launch").evaluate((el) => [getComputedStyle(el).backgroundColor, getComputedStyle(el).color]);
		assert.ok(contrast(...launch) >= 4.5, `${color}: ${launch.join(" ")} ${contrast(...launch)}`);
	}
	await page.context().close();
});

test("an attribute of the tag goes before the inbox's settings", async () => {
	const inbox = await make({ locale: "en", color: "#f2c14e" });
	const page = await visit(browser, site.page(inbox.website_token, { lang: "zh", title: "Counter", color: "#112233" }), desk.options);
	assert.equal(await page.locator("dialog h2").first().textContent(), "Counter");
	assert.equal(await page.locator("textarea").getAttribute("aria-label"), "输入消息…");
	assert.equal(await page.locator("header").evaluate((el) => getComputedStyle(el).backgroundColor), "rgb(17, 34, 51)");
	await page.context().close();
});

test("what the inbox asks first: errors beside the field, then the contact has the answers", async () => {
	const inbox = await make({ pre_chat_fields: [{ name: "name", label: "Your name", required: true }, { name: "email", label: "E-mail", required: true }, { name: "order_no", label: "Order number", required: false }] });
	for (const { name, options } of views) {
		const zh = options.locale === "zh-CN";
		const page = await visit(browser, site.page(inbox.website_token), options);
		const field = (label) => page.locator(".ask label", { hasText: label });
		await say(page, "Where is my order?");
		const wrong = zh ? "请正确填写" : "Please fill this in correctly";
		await field("Your name").getByText(wrong).waitFor();
		await field("E-mail").getByText(wrong).waitFor();
		assert.equal(await field("Order number").locator(".bad").textContent(), "");
		assert.ok(await field("Your name").locator("input").evaluate((input) => input.getRootNode().activeElement === input), "the first wrong one has the focus");
		assert.equal(await field("Your name").locator("input").getAttribute("aria-invalid"), "true");
		await still(page);
		assert.deepEqual(await axe(page), [], name);
		await shot(page, `pre-chat-${name}`);
		assert.equal(await sessionOf(page, inbox.website_token), null);
		assert.equal(await page.locator("textarea").inputValue(), "Where is my order?", "what was written stays");

		// The browser takes this address, the server does not.
		await field("Your name").locator("input").fill("Ada");
		assert.equal(await field("Your name").locator(".bad").textContent(), "");
		await field("E-mail").locator("input").fill("ada@x");
		await page.locator("button.go").click();
		await until(async () => /[\w\u4e00-\u9fff]/.test(await field("E-mail").locator(".bad").textContent()), { what: "the server's word beside the field" });
		assert.equal(await field("Your name").locator("input").inputValue(), "Ada");
		await shot(page, `pre-chat-refused-${name}`);
		await field("E-mail").locator("input").fill("ada@example.com");
		await field("Order number").locator("input").fill("A-17");
		await page.locator(".bad button").first().click();
		const session = await until(() => sessionOf(page, inbox.website_token), { what: "a session" });
		const contact = await contactOf(session);
		assert.deepEqual([contact.full_name, contact.email], ["Ada", "ada@example.com"]);
		assert.equal((typeof contact.metadata === "string" ? JSON.parse(contact.metadata) : contact.metadata).pre_chat.order_no, "A-17");
		await until(async () => (await page.locator(".ask").count()) === 0, { what: "no more questions" });
		await shows(page, "Where is my order?");
		await until(async () => (await page.locator(".row.ai .bub:not([role])").count()) > 0, { what: "an answer" });
		await page.reload();
		await page.locator("button.launch").click();
		await shows(page, "Where is my order?");
		assert.equal(await page.locator(".ask").count(), 0);
		assert.deepEqual(page.problems.filter((p) => !/status of 400|sess_[\w-]+ net::ERR_ABORTED/.test(p)), [], name); // the reload cuts off what is on its way
		await page.context().close();
	}
});

test("outside the hours, or with nobody there: the inbox's words and a field for an address", async () => {
	const inbox = await make({ offline_message: "We are back on Monday.", business_hours: closedToday() });
	await someone("online");
	for (const { name, options } of views) {
		const page = await visit(browser, site.page(inbox.website_token), options);
		await page.locator(".hi").getByText("We are back on Monday.").waitFor();
		await page.locator(".ask input[type=email]").fill("night@example.com");
		await still(page);
		assert.deepEqual(await axe(page), [], name);
		await shot(page, `away-${name}`);
		await say(page, "Are you there?");
		const session = await until(() => sessionOf(page, inbox.website_token), { what: "a session" });
		assert.equal((await contactOf(session)).email, "night@example.com");
		await page.locator("button.human").click();
		await page.locator(".queue").getByText("We are back on Monday.").waitFor();
		await shot(page, `away-queue-${name}`);
		assert.deepEqual(page.problems, [], name);
		await page.context().close();
	}
	await change(inbox, { business_hours: {} });
	const page = await visit(browser, site.page(inbox.website_token), desk.options);
	await page.locator("header p").getByText(/repl|here/i).waitFor();
	assert.equal(await page.locator(".ask").count(), 0, "somebody is there");
	await page.context().close();

	await stack.sql("UPDATE users SET status = 0 WHERE role IN (1, 2, 3)");
	const alone = await visit(browser, site.page(inbox.website_token), desk.options);
	await alone.locator(".hi").getByText("We are back on Monday.").waitFor();
	await say(alone, "No address from me");
	await until(() => sessionOf(alone, inbox.website_token), { what: "a session without an address" });
	await alone.context().close();
});

test("without the AI nothing is said of one", async () => {
	const inbox = await make({ locale: "en" });
	const settings = (ai_enabled) => admin.put("/api/v1/settings", { settings: { ai_enabled } });
	assert.equal((await settings(false)).status, 200);
	const page = await visit(browser, site.page(inbox.website_token), desk.options);
	await page.locator(".hi").getByText("Leave a message.").waitFor();
	assert.equal(await page.locator("header p").textContent(), "We are away just now");
	await page.context().close();
	assert.equal((await settings(true)).status, 200);
});

test("an unknown or disabled inbox, or one of another site: the widget stays away", async () => {
	const disabled = await make({ enabled: false }), elsewhere = await make({ allowed_origins: ["https://other.example"] });
	for (const token of ["ib_nobody", disabled.website_token, elsewhere.website_token]) {
		const page = await newPage(browser);
		const said = page.waitForEvent("console", (m) => m.type() === "warning");
		await page.goto(site.page(token));
		assert.match((await said).text(), /no inbox/);
		assert.equal(await page.locator("#deskbell").count(), 0, token);
		await page.evaluate(() => window.deskbell.open());
		assert.ok(!page.problems.some((p) => p.startsWith("error:")), page.problems.join());
		await page.context().close();
	}
	const later = await make({});
	const page = await visit(browser, site.page(later.website_token));
	await change(later, { enabled: false });
	await page.context().newPage().then(async (tab) => {
		const said = tab.waitForEvent("console", (m) => m.type() === "warning");
		await uncached(tab);
		await tab.goto(site.page(later.website_token));
		await said;
		assert.equal(await tab.locator("#deskbell").count(), 0, "what it was before does not count");
	});
	await page.context().close();
});

test("without a token it works as it stands; while the server is silent it is as it was, or comes later", async () => {
	const page = await newPage(browser, desk.options);
	await page.goto(`${site.origin}/?lang=en`);
	await page.locator("button.launch").click();
	await until(async () => (await page.locator("dialog h2").first().textContent()) === "Deskbell", { what: "the site's name" });
	await page.context().close();

	const inbox = await make({ locale: "zh", color: "#552288" });
	const known = await visit(browser, site.page(inbox.website_token), desk.options);
	await stack.kill("api");
	await uncached(known);
	await known.reload();
	await known.locator("button.launch").click();
	assert.equal(await known.locator("textarea").getAttribute("aria-label"), "输入消息…");
	const first = await newPage(browser, desk.options);
	await first.goto(site.page(inbox.website_token));
	await say(known, "写在断线时");
	await stack.start("api");
	await first.locator("button.launch").waitFor({ timeout: 60_000 });
	await until(async () => (await known.locator(".pending").count()) === 0 && (await known.locator(".row.user").count()) === 1, { timeout: 60_000, what: "sent when the server is back" });
	await first.context().close();
	await known.context().close();
});
