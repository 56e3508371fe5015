// The widget in a real browser against the real stack: a conversation with the AI and an agent, faults in between, both themes.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe, launchBrowser, newPage } from "../lib/browser.mjs";
import { signIn, Socket } from "../lib/client.mjs";
import { root, startStack, until } from "../lib/stack.mjs";

const out = path.join(root, "tests/out");
let stack, browser, agent;

before(async () => {
	mkdirSync(out, { recursive: true });
	[stack, browser] = await Promise.all([startStack(), launchBrowser()]);
	agent = await signIn(stack.urls.chat, "agent@example.com");
});
after(async () => {
	await browser?.close();
	await stack?.stop();
});

const bubbles = (page) => page.locator(".bub:not([role])").allTextContents();
const shows = (page, text) => until(async () => (await bubbles(page)).includes(text), { timeout: 60_000, what: `"${text}" in the panel` });
const shot = (page, name) => page.screenshot({ path: path.join(out, `widget-${name}.png`) });
const sessionOf = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("deskbell.demo-shop.s")));

async function visit(options) {
	const page = await newPage(browser, options);
	await page.goto(`${stack.urls.chat}/`);
	await page.locator("button.launch").click();
	return page;
}
async function say(page, text) {
	await page.locator("textarea").fill(text);
	await page.locator("textarea").press("Enter");
}
async function answer(session, content) {
	const sent = await agent.post("/api/v1/chat/messages", { session_id: session, content });
	assert.equal(sent.status, 201, sent.text);
}
const stored = async (session) => (await stack.sql(
	"SELECT m.content FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? ORDER BY m.seq", [session])).map((m) => m.content);

/** A conversation with that first message, taken over by the agent. */
async function begin(page, text) {
	await say(page, text);
	const session = await until(() => sessionOf(page), { what: "a session" });
	await until(async () => (await stored(session)).includes(text), { what: `"${text}" in the database` });
	const taken = await agent.post(`/api/v1/chat/sessions/${session}/switch-agent`, { agent_type: "human" });
	assert.equal(taken.status, 200, taken.text);
	return session;
}

test("from the shop's page to an agent's answer, a rating and a transcript", async () => {
	const page = await visit();
	assert.equal(await sessionOf(page), null, "looking at the page makes no session");
	await say(page, "What is your return policy?");
	await until(async () => (await page.locator(".row.ai .bub:not([role])").count()) === 1 && (await page.locator(".stream").count()) === 0, { what: "the AI's answer" });
	assert.equal(await page.locator(".row.ai b").textContent(), "AI");
	const session = await sessionOf(page);
	const { metadata } = (await agent.get(`/api/v1/chat/sessions/${session}`)).body.data;
	assert.equal(metadata.page_url, `${stack.urls.chat}/`);
	assert.match(metadata.page_title, /Brass/);

	await page.locator("button.human").click();
	await until(async () => /number \d/.test(await page.locator(".queue").textContent()), { what: "the place in the queue" });
	await shot(page, "queue");
	assert.equal((await agent.post(`/api/v1/chat/sessions/${session}/switch-agent`, { agent_type: "human" })).status, 200);
	await until(async () => (await page.locator("dialog h2").first().textContent()) === agent.user.full_name, { what: "the agent's name above" });
	await answer(session, "您好，我是小王");
	await shows(page, "您好，我是小王");
	await say(page, "Thank you <b>very</b> much");
	await until(async () => (await page.locator(".row.sent, .row.seen").count()) === 1, { what: "sent" });
	const last = (await agent.get(`/api/v1/chat/sessions/${session}/messages?before=latest&limit=1`)).body.data.messages[0];
	await agent.post(`/api/v1/chat/sessions/${session}/read`, { last_id: last.id });
	await until(async () => (await page.locator(".row.seen").count()) === 1, { what: "seen" });
	await shot(page, "agent");

	const before = await bubbles(page);
	await page.reload();
	await page.locator("button.launch").click();
	await until(async () => (await bubbles(page)).length === before.length, { what: "the history after a reload" });
	assert.deepEqual(await bubbles(page), before);

	await page.locator("button.end").click();
	await page.locator(".star").nth(3).click();
	await page.locator("button.solid").last().click();
	await until(async () => (await agent.get(`/api/v1/chat/sessions/${session}`)).body.data.rating?.score === 4, { what: "the rating" });
	await shot(page, "rated");
	const [download] = await Promise.all([page.waitForEvent("download"), page.locator("button.transcript").click()]);
	assert.equal(download.suggestedFilename(), "chat.txt");
	await say(page, "One more thing");
	await until(async () => (await agent.get(`/api/v1/chat/sessions/${session}`)).body.data.state === "open", { what: "open again" });
	assert.deepEqual(page.problems, []);
	await page.context().close();
});

test("connected and silent, its panel open: five minutes of its clock, and it asks for nothing", async () => {
	const page = await newPage(browser), calls = [];
	page.on("request", (request) => calls.push(request.url()));
	page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => calls.push(String(payload))));
	await page.clock.install();
	await page.goto(`${stack.urls.chat}/`);
	await page.locator("button.launch").click();
	const session = await begin(page, "hello");
	await until(async () => (await page.locator("dialog h2").first().textContent()) === agent.user.full_name, { what: "the agent's name above" });
	const typist = await Socket.open(stack.ws); // what was on the way when it fell silent must not keep it awake
	typist.send("auth", { token: agent.token, resume: { last_id: 0 } });
	await typist.waitFor("resumed");
	typist.send("typing", { session_id: session, is_typing: true });
	await page.locator(".bub[role]").waitFor({ timeout: 60_000 });
	await typist.close();
	await answer(session, "您好");
	await shows(page, "您好");
	await until(() => calls.some((call) => call.startsWith('{"type":"read"')), { what: "the answer's read mark" });
	await page.clock.runFor(2000); // the last of what follows from all that
	const before = calls.length;
	await page.clock.runFor(5 * 60_000);
	assert.deepEqual(calls.slice(before), []);
	await say(page, "still there?");
	await until(() => calls.slice(before).some((call) => call.includes("/availability")), { what: "a look at who is there, now that something happens" });
	await until(async () => (await stored(session)).includes("still there?"), { what: "its message in the database: it would open the conversation again" });
	assert.equal((await agent.post(`/api/v1/chat/sessions/${session}/close`)).status, 200); // the agent has so many places
	assert.deepEqual(page.problems, []);
	await page.context().close();
});

test("what is written while everything is down is sent once, in order, by whichever tab", async () => {
	const page = await visit();
	const session = await begin(page, "first");

	await stack.kill("relay");
	await stack.kill("api");
	await say(page, "second");
	await say(page, "third");
	await until(async () => (await page.locator(".pending").count()) === 2, { what: "two that wait" });
	const tab = await page.context().newPage();
	await tab.goto(`${stack.urls.chat}/`);
	await tab.locator("button.launch").click();
	await until(async () => (await tab.locator(".pending").count()) === 2, { what: "the same in the other tab" });
	await say(tab, "fourth");
	await page.reload();
	await page.locator("button.launch").click();
	await until(async () => (await page.locator(".pending").count()) === 3, { what: "three that wait after a reload" });
	await shot(page, "down");

	await stack.start("api", "relay");
	const mine = async () => (await stored(session)).filter((text) => /^(first|second|third|fourth)$/.test(text));
	await until(async () => (await mine()).length >= 4, { timeout: 60_000, what: "all messages stored" });
	assert.deepEqual(await mine(), ["first", "second", "third", "fourth"]);
	for (const p of [page, tab]) {
		await shows(p, "fourth");
		await until(async () => (await p.locator(".pending").count()) === 0, { timeout: 60_000, what: "none that waits" });
	}
	await answer(session, "Here again");
	await shows(page, "Here again");
	await shows(tab, "Here again");
	assert.deepEqual(await bubbles(page), await bubbles(tab));
	await page.context().close();
});

test("without a relay the conversation goes on by polling", async () => {
	const page = await visit();
	await stack.kill("relay");
	const session = await begin(page, "no sockets here");
	await answer(session, "by polling");
	await shows(page, "by polling");
	await until(async () => (await page.locator(".bar").textContent()) === "", { what: "no banner" });
	await stack.start("relay");
	await page.context().close();
});

test("axe finds nothing, nothing is too wide, in both languages and themes, at a desk and on a phone", async () => {
	for (const colorScheme of ["light", "dark"]) {
		for (const [locale, viewport] of [["zh-CN", { width: 360, height: 740 }], ["en-US", { width: 1280, height: 800 }]]) {
			const page = await newPage(browser, { colorScheme, locale, viewport });
			const name = `${locale}-${colorScheme}`;
			await page.goto(`${stack.urls.chat}/`);
			await page.locator("button.launch").waitFor();
			assert.deepEqual(await axe(page), [], `${name}: the shop`);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: too wide`);
			await shot(page, `shop-${name}`);
			const other = await page.context().newPage();
			await other.goto(`${stack.urls.chat}/no/such/page`);
			assert.match(await other.locator("h1").innerText(), locale === "zh-CN" ? /没有人/ : /Nobody/);
			assert.deepEqual(await axe(other), [], `${name}: no such page`);
			assert.ok(await other.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: no such page is too wide`);
			await shot(other, `gone-${name}`);
			await other.close();
			await page.locator("button.launch").click();
			await page.locator("dialog[open] h2").first().waitFor();
			await page.waitForFunction(() => document.querySelector("#deskbell").shadowRoot.getAnimations().every((a) => a.playState === "finished"));
			assert.deepEqual(await axe(page), [], `${name}: the empty panel`);
			await shot(page, `empty-${name}`);
			assert.deepEqual(page.problems, [], name);
			await page.context().close();
		}
	}
});

test("API explorer and reference show the server's document and load nothing from elsewhere", async () => {
	for (const [where, sign] of [["docs", ".opblock"], ["redoc", "[id^='tag/chat']"]]) {
		const page = await newPage(browser);
		const foreign = [];
		page.on("request", (r) => /^https?:/.test(r.url()) && !r.url().startsWith(stack.urls.chat) && foreign.push(r.url()));
		await page.goto(`${stack.urls.chat}/${where}`);
		await page.locator(sign).first().waitFor({ timeout: 120_000 }); // a document of hundreds of calls, on whatever machine
		await shot(page, where);
		assert.deepEqual(foreign, [], where);
		assert.deepEqual(await axe(page), [], where);
		assert.deepEqual(page.problems, [], where);
		await page.context().close();
	}
});
