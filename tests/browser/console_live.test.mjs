// What must not be lost: a dead connection, a sleeping laptop, a reload, a second tab, a signed-out one; and telling who looks away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { count, fine, opens, reads, row, shot, Site, texts, until, value, writes } from "./console_page.mjs";

let site;
before(async () => (site = await Site.start()));
after(() => site?.stop());

const loads = (page) => page.evaluate(() => performance.getEntriesByType("navigation").length && (window.mark ??= Math.random()));

test("offline and back: what is typed and sent is kept, what was missed arrives, nothing twice, no reload", async () => {
	const [session, other] = [await site.ownedBy("agent", "郑先生"), await site.ownedBy("agent", "冯女士")];
	await site.say(session, "第一句");
	await site.say(other, "另一位");
	const page = await site.signedIn("agent");
	await opens(page, session.id);
	const mark = await loads(page);
	await page.context().setOffline(true);
	await page.locator(".banner", { hasText: "正在重新连接" }).waitFor();
	await writes(page, "断线时写的一");
	await writes(page, "断线时写的二");
	await page.locator(".composer textarea").fill("还没写完");
	await until(async () => (await page.locator(".bubble.pending").count()) === 2, { what: "both, waiting" });
	await fine(page, "offline");
	await shot(page, "offline-zh");
	for (let i = 0; i < 5; i++) await site.say(session, `错过的 ${i}`);
	await site.say(other, "也错过了");
	await page.context().setOffline(false);
	for (let i = 0; i < 5; i++) await reads(page, `错过的 ${i}`);
	await until(async () => (await page.locator(".bubble.pending").count()) === 0, { what: "the outbox to be empty" });
	await until(async () => (await row(page, other.id).textContent()).includes("也错过了"), { what: "the other one's row" });
	await page.locator(".banner").waitFor({ state: "detached" });
	assert.equal(await value(page, ".composer textarea"), "还没写完");
	assert.equal(await loads(page), mark, "no reload");
	const said = await texts(page);
	assert.equal(new Set(said).size, said.length, "nothing twice");
	const rows = await site.stack.sql("SELECT content FROM messages WHERE stream = ? AND content LIKE '断线时写的%' ORDER BY seq", [session.id]);
	assert.deepEqual(rows.map((one) => one.content), ["断线时写的一", "断线时写的二"]);
	await page.context().close();
});

test("a killed relay and a reload in between: the outbox and the draft outlive both", async () => {
	const session = await site.ownedBy("agent");
	await site.say(session, "你好");
	const page = await site.signedIn("agent");
	await opens(page, session.id);
	await site.stack.kill("relay");
	await page.locator(".banner").waitFor();
	await site.say(session, "中断期间");
	await page.route("**/api/v1/conversations/*/messages", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
	await writes(page, "重载之前写的");
	await page.locator(".composer textarea").fill("草稿");
	await page.locator(".bubble.pending").waitFor();
	await page.reload();
	await page.locator(".bubble.pending", { hasText: "重载之前写的" }).waitFor();
	assert.equal(await value(page, ".composer textarea"), "草稿");
	await page.unroute("**/api/v1/conversations/*/messages");
	await site.stack.start("relay");
	await reads(page, "中断期间");
	await until(async () => (await page.locator(".bubble.pending").count()) === 0, { what: "it to be sent" });
	const [stored] = await site.stack.sql("SELECT COUNT(*) AS n FROM messages WHERE content = '重载之前写的'");
	assert.equal(stored.n, 1);
	await page.context().close();
});

test("a second tab: both live, drafts and sending shared, signing out ends both", async () => {
	const session = await site.ownedBy("agent", "蒋先生");
	await site.say(session, "两个标签页");
	const one = await site.signedIn("agent");
	await opens(one, session.id);
	const two = await site.page({ context: one.context() }, `#/all/${session.id}`);
	await reads(two, "两个标签页");
	await one.locator(".composer textarea").fill("写到一半");
	await until(async () => (await value(two, ".composer textarea")) === "写到一半", { what: "the draft in the other tab" });
	await writes(one, "从第一页发");
	await reads(two, "从第一页发");
	await writes(two, "从第二页发");
	await reads(one, "从第二页发");
	await until(async () => (await value(one, ".composer textarea")) === "", { what: "the draft to be gone" });
	await site.say(session, "收到");
	await Promise.all([reads(one, "收到"), reads(two, "收到")]);
	const stored = async () => (await site.stack.sql("SELECT COUNT(*) AS n FROM messages WHERE stream = ?", [session.id]))[0].n;
	await until(async () => (await stored()) >= 4, { what: "all of them at the server: what is on its way shows in both tabs before" });
	assert.equal(await stored(), 4);
	await one.locator(".viewers").waitFor({ state: "detached" }); // two tabs are one person
	await one.locator("button.me").click();
	await one.locator("[data-do=sign-out]").click();
	await one.locator("input[name=email]").waitFor();
	await two.locator("input[name=email]").waitFor();
	assert.equal(await two.locator(".messages").count(), 0);
	await one.context().close();
});

test("sound, desktop notification, title and unread tell of a message; each can be muted", async () => {
	const session = await site.ownedBy("agent", "沈小姐");
	await site.say(session, "先来一句");
	const page = await site.signedIn("agent", { permissions: ["notifications"] });
	await page.evaluate(() => {
		window.rung = [];
		window.beeps = 0;
		window.Notification = class {
			static permission = "granted";
			static requestPermission = async () => "granted";
			constructor(title, options) {
				window.rung.push(`${title}: ${options.body}`);
			}
		};
		const start = OscillatorNode.prototype.start;
		OscillatorNode.prototype.start = function (...args) {
			window.beeps++;
			return start.apply(this, args);
		};
		document.hasFocus = () => false;
	});
	await row(page, 1).click(); // a click: from now on the browser lets it sound
	await page.locator("button.me").click();
	await page.locator(".switch", { hasText: "桌面通知" }).click();
	await fine(page, "menu");
	await page.keyboard.press("Escape");
	await site.say(session, "铃响了吗");
	await until(async () => (await page.evaluate("window.rung")).includes("沈小姐 发来新消息: 铃响了吗"), { what: "the notification" });
	await until(async () => (await page.evaluate("window.beeps")) > 0, { what: "the sound" });
	await row(page, session.id).locator(".badge", { hasText: "2" }).waitFor();
	await until(async () => /^\(\d+\)/.test(await page.title()), { what: "the title" });
	await page.locator("button.me").click();
	for (const name of ["声音提醒", "桌面通知"]) await page.locator(".switch", { hasText: name }).click();
	await page.keyboard.press("Escape");
	const [beeps, rung] = await page.evaluate("[window.beeps, window.rung.length]");
	await site.say(session, "静音");
	await row(page, session.id).locator(".badge", { hasText: "3" }).waitFor();
	assert.deepEqual(await page.evaluate("[window.beeps, window.rung.length]"), [beeps, rung]);
	await opens(page, session.id);
	await row(page, session.id).locator(".badge").waitFor({ state: "detached" });
	await until(async () => (await site.stack.sql("SELECT unread_staff FROM conversations WHERE id = ?", [session.id]))[0].unread_staff === 0, { what: "the read mark" });
	await page.context().close();
});

test("status: set here, seen there; a visitor's typing and the AI's words show", async () => {
	const [agent, boss] = await Promise.all([site.signedIn("agent"), site.signedIn("supervisor")]);
	await agent.locator(".presence select").selectOption("busy");
	await until(async () => (await site.stack.sql("SELECT status FROM users WHERE email = 'agent@example.com'"))[0].status !== 1, { what: "the status" });
	await until(async () => (await agent.locator(".presence .dot.busy").count()) === 1, { what: "the dot" });
	const session = await site.visitor("韩先生");
	await boss.locator(".row", { hasText: "韩先生" }).click({ timeout: 30_000 });
	await site.say(session, "请问可以七天无理由退货吗？");
	await boss.locator(".group.ai .bubble").first().waitFor({ timeout: 30_000 });
	await until(async () => (await boss.locator(".streaming").count()) === 0 && (await boss.locator(".group.ai .bubble").count()) === 1, { what: "the AI's answer, once" });
	await boss.locator(".above .note-line", { hasText: "接管" }).waitFor();
	await fine(boss, "AI");
	await agent.locator(".presence select").selectOption("online");
	await until(async () => (await count(boss, "ai")) > 0, { what: "the count of the AI's" });
	await Promise.all([agent.context().close(), boss.context().close()]);
});
