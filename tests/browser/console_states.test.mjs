// Every state of the page: empty, loading, failed; 10,000 rows; long histories; phones, both languages and themes, the keyboard alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { settled } from "../lib/browser.mjs";
import { count, fine, opens, row, shot, Site, texts, until } from "./console_page.mjs";

let site;
before(async () => (site = await Site.start()));
after(() => site?.stop());

const json = (status, body) => ({ status, contentType: "application/json", body: JSON.stringify(body) });
const broken = json(500, { success: false, error: { code: "INTERNAL_ERROR", message: "内部错误" }, request_id: "x" });

test("empty, loading and failed: the list, the conversation, the bell, labels, the other conversations", async () => {
	const page = await site.signedIn("supervisor");
	await page.locator('.entry[data-view="urgent"]').click();
	await page.locator(".rows .hint", { hasText: "这里没有对话" }).waitFor();
	await fine(page, "empty list");
	await page.locator(".search input").fill("不存在的名字");
	await page.locator(".rows .hint", { hasText: "没有找到结果" }).waitFor();
	await page.locator(".search input").fill("");

	let release;
	const held = new Promise((resolve) => (release = resolve));
	await page.route("**/api/v1/conversations?*", async (route) => (await held, route.continue()));
	await page.locator('.entry[data-view="all"]').click();
	await page.locator(".rows[aria-busy=true] .hole").first().waitFor();
	await fine(page, "loading");
	release();
	await row(page, 1).waitFor();
	await page.unroute("**/api/v1/conversations?*");

	await page.route("**/api/v1/**", (route) => route.fulfill(broken));
	await page.locator('.entry[data-view="mine"]').click();
	await page.locator(".rows .hint", { hasText: "加载失败" }).waitFor();
	await page.locator(".bell").click();
	await page.locator(".pop .hint, .bell-list li").first().waitFor();
	await page.keyboard.press("Escape");
	await fine(page, "failed list");
	await shot(page, "failed-zh");
	await page.unroute("**/api/v1/**");
	await page.locator(".rows .hint button").click();
	await page.locator(".rows .hint", { hasText: "这里没有对话" }).waitFor();
	await page.locator('.entry[data-view="all"]').click();

	await page.route("**/api/v1/conversations/1", (route) => route.fulfill(broken));
	await row(page, 1).click();
	await page.locator(".messages .hint", { hasText: "内部错误" }).waitFor();
	await fine(page, "failed conversation");
	await page.unroute("**/api/v1/conversations/1");
	await page.locator(".messages .hint button").click();
	await page.locator(".messages .bubble").first().waitFor();
	await page.goto(`${site.stack.urls.chat}/admin/#/all/99999999`);
	await page.locator(".pane .hint", { hasText: "您无法再查看此对话" }).waitFor();
	await fine(page, "gone");
	await page.context().close();
});

test("10,000 conversations: few rows in the DOM, any place reached, smooth, live ones on top", async () => {
	await site.stack.sql(`INSERT INTO conversations (uuid, session_id, contact_id, status, priority, agent_type, metadata, last_seq, last_message_at, last_text, created_at, updated_at)
		SELECT UUID(), CONCAT('sess_', LOWER(HEX(RANDOM_BYTES(16)))), 10 + seq % 4, 0, 1, 0, '{}', 0, UNIX_TIMESTAMP() * 1000 - 3600000 - seq * 1000, '', UNIX_TIMESTAMP() * 1000 - 3600000 - seq * 1000, UNIX_TIMESTAMP() * 1000 FROM seq_1_to_10000`);
	await site.stack.sql("INSERT INTO conversation_tally_deltas (status, assignee_id, team_id, agent_type, priority, waiting, n) VALUES (0, 0, 0, 0, 1, 0, 10000)");
	const page = await site.signedIn("supervisor", { locale: "en-US" });
	await until(async () => (await page.locator(".rows ul").evaluate((el) => el.offsetHeight)) >= 10_000 * 76, { timeout: 30_000, what: "the whole height" });
	const inDom = () => page.locator(".rows li").count();
	assert.ok((await inDom()) < 60, `${await inDom()} rows in the DOM`);
	// Beside what this machine needs just now to put as many rows anew: it may be a slow one, or a busy one.
	const [glide, plain] = await page.evaluate(async () => {
		const box = document.querySelector(".rows");
		const half = async (step) => {
			const gaps = [];
			let last = performance.now();
			for (let i = 0; i < 120; i++) {
				step();
				await new Promise(requestAnimationFrame);
				gaps.push(performance.now() - last);
				last = performance.now();
			}
			return gaps.sort((a, b) => a - b)[60];
		};
		const rows = [...box.querySelectorAll("li")], copy = box.querySelector("ul").cloneNode();
		box.after(copy);
		const plain = await half(() => copy.replaceChildren(...rows.map((one) => one.cloneNode(true))));
		copy.remove();
		return [await half(() => (box.scrollTop += 700)), plain];
	});
	assert.ok(glide < Math.max(34, 3 * plain), `half of the frames took more than ${glide.toFixed(1)} ms; plain rows ${plain.toFixed(1)} ms`);
	await page.locator(".rows").evaluate((el) => (el.scrollTop = el.scrollHeight / 2));
	await page.locator(".rows .row[data-id]").first().waitFor({ timeout: 30_000 });
	await page.locator(".rows").evaluate((el) => (el.scrollTop = el.scrollHeight));
	await until(async () => (await page.locator(".rows li:not(.hole)").count()) > 5 && (await page.locator(".rows .hole").count()) === 0, { what: "the last rows" });
	assert.ok((await inDom()) < 60);
	await fine(page, "the end of 10,000");
	await shot(page, "10000-en");
	await page.locator(".rows").evaluate((el) => (el.scrollTop = 0));
	const guest = await site.visitor("Newest of all");
	await site.say(guest, "on top");
	await until(async () => (await page.locator(".rows li .name").first().textContent()) === "Newest of all", { what: "the newest on top" });
	await site.stack.sql("DELETE FROM conversations WHERE last_seq = 0 AND id > 400");
	await site.stack.sql("INSERT INTO conversation_tally_deltas (status, assignee_id, team_id, agent_type, priority, waiting, n) VALUES (0, 0, 0, 0, 1, 0, -10000)");
	await page.context().close();
});

test("a long conversation: older messages come on scrolling up, and what is read stays where it is", async () => {
	const session = await site.ownedBy("agent", "长谈");
	const now = Date.now();
	await site.stack.sql(`INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, type, content, created_at)
		SELECT ?, seq, UUID(), 20, IF(seq % 5 = 0, 2, 0), '', 0, CONCAT('第 ', seq, ' 句', REPEAT(' 说了很多话', seq % 17)), ? + seq * 60000 FROM seq_1_to_240`, [session.id, now - 250 * 60000]);
	await site.stack.sql("UPDATE conversations SET version = version + 1, last_seq = 240, last_message_id = (SELECT MAX(id) FROM messages WHERE stream = ?) WHERE id = ?", [session.id, session.id]);
	// Much was said elsewhere since, so that no resume brings the old ones.
	await site.stack.sql("INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, type, content, created_at) SELECT 900001, seq, UUID(), 0, 3, '', 0, 'elsewhere', ? FROM seq_1_to_2000", [now]);
	const page = await site.signedIn("agent", {}, `#/mine/${session.id}`);
	await page.locator(".bubble[data-seq='240']").waitFor();
	const top = (seq) => page.locator(`.bubble[data-seq="${seq}"]`).evaluate((el) => el.getBoundingClientRect().top);
	assert.ok(await page.locator(".messages").evaluate((el) => el.scrollHeight - el.scrollTop - el.clientHeight < 4), "it begins at the end");
	let oldest = Number(await page.locator(".bubble").first().getAttribute("data-seq"));
	let pages = 0;
	for (; pages < 6 && oldest > 1; pages++) {
		await page.locator(".messages").evaluate((el) => (el.scrollTop = 190));
		const before = await page.evaluate(() => {
			const edge = document.querySelector(".messages").getBoundingClientRect().top;
			const one = [...document.querySelectorAll(".bubble")].find((el) => el.getBoundingClientRect().top > edge);
			return { seq: one.dataset.seq, top: one.getBoundingClientRect().top };
		});
		await until(async () => Number(await page.locator(".bubble").first().getAttribute("data-seq")) < oldest, { what: "older messages" });
		oldest = Number(await page.locator(".bubble").first().getAttribute("data-seq"));
		assert.ok(Math.abs((await top(before.seq)) - before.top) < 3, `message ${before.seq} moved by ${(await top(before.seq)) - before.top}`);
	}
	assert.equal(oldest, 1);
	assert.ok(pages >= 4, `${pages} pages`);
	await page.locator(".older", { hasText: "对话由此开始" }).waitFor();
	assert.equal((await texts(page)).length, 240);
	// Somebody who reads further up is not thrown to the end by a new message.
	const at = await page.locator(".messages").evaluate((el) => el.scrollTop);
	await site.say(session, "新的一句");
	await until(async () => (await texts(page)).includes("新的一句"), { what: "the new one" });
	assert.ok(Math.abs((await page.locator(".messages").evaluate((el) => el.scrollTop)) - at) < 3);
	await page.locator(".to-end").click();
	await until(() => page.locator(".messages").evaluate((el) => el.scrollHeight - el.scrollTop - el.clientHeight < 4), { what: "the end" });
	await fine(page, "long");
	await page.context().close();
});

for (const [name, options] of [
	["phone-zh-light", { locale: "zh-CN", viewport: { width: 390, height: 844 }, colorScheme: "light" }],
	["phone-en-dark", { locale: "en-US", viewport: { width: 360, height: 740 }, colorScheme: "dark" }],
	["tablet-en-light", { locale: "en-US", viewport: { width: 900, height: 1100 }, colorScheme: "light" }],
	["desktop-zh-dark", { locale: "zh-CN", viewport: { width: 1440, height: 900 }, colorScheme: "dark" }],
	["desktop-en-light", { locale: "en-US", viewport: { width: 1440, height: 900 }, colorScheme: "light" }],
	["4k-zh-light", { locale: "zh-CN", viewport: { width: 3840, height: 2160 }, colorScheme: "light" }],
]) {
	test(`${name}: list, views, conversation, side card, bell and menu`, async () => {
		const page = await site.signedIn("agent", options);
		const fits = async (what) => {
			await fine(page, `${name} ${what}`);
			assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true, `${what} is wider than the page`);
			await shot(page, `${name}-${what}`);
		};
		await row(page, 1).waitFor();
		await fits("list");
		if (await page.locator(".to-views").isVisible()) {
			await page.locator(".to-views").click();
			await page.locator(".views.out").waitFor();
			await fits("views");
			await page.locator('.views .entry[data-view="all"]').click();
		}
		await opens(page, 1);
		await page.locator(".bubble").first().waitFor();
		await fits("conversation");
		if (!(await page.locator(".card").isVisible())) {
			await page.locator(".to-card").click();
			await page.locator(".card .earlier").waitFor({ state: "attached" });
			await fits("card");
			await page.locator(".close-card").click();
		}
		await page.locator(".bell").click();
		await page.locator(".bell-list li").first().waitFor();
		await fits("bell");
		await page.keyboard.press("Escape");
		await page.locator("button.me").click();
		await page.locator(".switch").first().waitFor();
		await fits("menu");
		await page.context().close();
	});
}

test("the keyboard alone: sign in, find, open, answer, the list of keys, language and theme; single keys can be turned off", async () => {
	const session = await site.ownedBy("agent", "钥匙");
	await site.say(session, "只用键盘");
	const page = await site.signedIn("agent", { locale: "en-US" });
	await page.keyboard.press("/");
	await page.keyboard.type("钥匙");
	await until(async () => (await page.locator(".row[data-id]").count()) === 1, { what: "the one that was sought" });
	await page.keyboard.press("Tab");
	await page.locator(".row[data-id]").focus();
	await page.keyboard.press("Enter");
	await page.locator(".bubble").first().waitFor();
	await page.locator(".composer textarea").waitFor();
	await page.keyboard.press("r");
	await page.keyboard.type("by keys");
	await page.keyboard.press("Enter");
	await until(async () => (await texts(page)).includes("by keys"), { what: "the answer" });
	await page.keyboard.press("Escape");
	await page.keyboard.press("?");
	await page.locator(".dialog.help").waitFor();
	await fine(page, "keys");
	await shot(page, "keys-en");
	await page.keyboard.press("Escape");
	await page.locator("button.me").focus();
	await page.keyboard.press("Enter");
	await page.locator(".pop button", { hasText: "切换到中文" }).focus();
	await page.keyboard.press("Enter");
	await page.locator(".entry", { hasText: "未分配" }).waitFor();
	assert.equal(await page.evaluate("document.documentElement.lang"), "zh");
	const theme = page.locator(".pop button", { hasText: "切换明暗" });
	await settled(page);
	const fading = await theme.evaluate((el) => (el.click(), document.getAnimations().map((one) => one.transitionProperty)));
	assert.deepEqual(fading, [], "all colours change at once");
	assert.equal(await page.evaluate("document.documentElement.dataset.theme"), "dark");
	await fine(page, "switched");
	await page.locator(".switch", { hasText: "单键快捷键" }).click();
	await page.keyboard.press("Escape");
	await page.locator(".messages").click();
	await page.keyboard.press("?");
	await page.keyboard.press("Control+k");
	await page.locator(".palette").waitFor();
	assert.equal(await page.locator(".dialog.help").count(), 0);
	await page.reload();
	await page.locator(".entry", { hasText: "未分配" }).waitFor();
	assert.equal(await page.evaluate("document.documentElement.dataset.theme"), "dark", "remembered");
	await until(async () => (await count(page, "all")) > 0, { what: "counts" });
	await page.context().close();
});
