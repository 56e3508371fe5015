// The agent console as staff use it: an agent and a supervisor at once, notes and mentions, canned replies, files, filing, jumping.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { count, fine, opens, reads, row, shot, Site, texts, until, value, writes } from "./console_page.mjs";

let site;
before(async () => (site = await Site.start()));
after(() => site?.stop());

test("sign-in: what is wrong stands beside its field, in the page's language", async () => {
	const zh = await site.page({ locale: "zh-CN" });
	await zh.keyboard.press("Enter");
	assert.equal(await zh.locator("#email-error").textContent(), "请填写此项");
	assert.equal(await zh.locator("#password-error").textContent(), "请填写此项");
	assert.equal(await zh.evaluate(() => document.activeElement.name), "email");
	await zh.locator("[name=email]").fill("nobody");
	await zh.locator("[name=password]").fill("x");
	await zh.keyboard.press("Enter");
	assert.equal(await zh.locator("#email-error").textContent(), "邮箱格式不正确");
	await zh.locator("[name=email]").fill("agent@example.com");
	await zh.keyboard.press("Enter");
	await until(async () => (await zh.locator("#password-error").textContent()) === "邮箱或密码错误", { what: "the refusal" });
	await fine(zh, "sign-in");

	const en = await site.page({ locale: "en-US", colorScheme: "dark" });
	await en.locator("[name=email]").fill("customer@example.com");
	await en.locator("[name=password]").fill("password123");
	await en.keyboard.press("Enter");
	await until(async () => (await en.locator("#password-error").textContent()) === "This account may not use the console", { what: "the refusal of a customer" });
	await fine(en, "sign-in in the dark");
	await shot(en, "sign-in-dark-en");
	await Promise.all([zh.close(), en.close()]);
});

test("two at once: counts are live, taking by a key shows at the other's, assigning by keyboard moves it", async () => {
	const [agent, boss] = await Promise.all([site.signedIn("agent"), site.signedIn("supervisor", { locale: "en-US" })]);
	// Counts come a second apart, to each by itself: those of before are no measure.
	const known = async (who, page, ...views) => {
		const { counts } = (await (await site.client(who)).get("/api/v1/admin/conversations?limit=1")).body.data;
		return counts.waiting === 0 && (await Promise.all(views.map((view) => count(page, view)))).join() === views.map((view) => counts[view]).join();
	};
	await until(async () => (await known("supervisor", boss, "all", "waiting", "unassigned")) && (await known("agent", agent, "mine")), { what: "the one that waited to find its agent, and the counts that say so" });
	const [before, mine] = [await count(boss, "unassigned"), await count(agent, "mine")];
	const guest = await site.visitor("林小姐");
	await site.say(guest, "请问周末发货吗？");
	for (const page of [agent, boss]) await row(page, guest.id).waitFor({ timeout: 30_000 });
	await until(async () => (await count(boss, "unassigned")) === before + 1, { what: "one more without an agent" });
	assert.match(await row(agent, guest.id).textContent(), /林小姐/);

	await opens(agent, guest.id);
	await opens(boss, guest.id);
	await agent.locator(".viewers", { hasText: "客服主管" }).waitFor();
	await boss.locator(".viewers", { hasText: "also viewing" }).waitFor();
	await agent.keyboard.press("t");
	await until(async () => (await row(boss, guest.id).textContent()).includes("客服小王"), { what: "the agent's name at the supervisor's" });
	await until(async () => (await count(agent, "mine")) === mine + 1 && (await count(boss, "unassigned")) === before, { what: "the counts to follow" });
	await boss.locator(".composer textarea").pressSequentially("hm", { delay: 30 });
	await agent.locator(".typing", { hasText: "客服主管 正在输入" }).waitFor();
	await boss.locator(".composer textarea").fill("");
	await boss.keyboard.press("Escape");

	// The supervisor gives it to somebody else: it leaves the agent's list and words.
	await boss.keyboard.press("s");
	await boss.locator(".chooser input").waitFor();
	await fine(boss, "assigning");
	await boss.keyboard.type("小李");
	await boss.locator(".chooser [role=option]", { hasText: "小李" }).waitFor();
	await boss.keyboard.press("Enter");
	await agent.locator(".pane .hint", { hasText: "您无法再查看此对话" }).waitFor();
	await row(agent, guest.id).waitFor({ state: "detached" });
	assert.equal((await texts(agent)).length, 0);
	await until(async () => (await row(boss, guest.id).textContent()).includes("小李"), { what: "the new agent's name" });
	await Promise.all([fine(agent, "agent"), fine(boss, "supervisor")]);
	await Promise.all([agent.context().close(), boss.context().close()]);
});

test("the browser's Back goes through the views, and each shows its own conversations", async () => {
	const page = await site.signedIn("supervisor");
	await page.locator('.entry[data-view="all"]').click();
	await row(page, 1).waitFor();
	await page.locator('.entry[data-view="urgent"]').click();
	await page.locator(".rows .hint", { hasText: "这里没有对话" }).waitFor();
	await page.goBack();
	await row(page, 1).waitFor();
	assert.equal(await page.locator(".list-top h2").textContent(), "全部");
	await page.goForward();
	await page.locator(".rows .hint", { hasText: "这里没有对话" }).waitFor();
	await page.context().close();
});

test("a note with a mention rings at the other's, and the visitor never has it", async () => {
	const session = await site.ownedBy("agent", "周先生");
	await site.say(session, "你好");
	const [agent, boss] = await Promise.all([site.signedIn("agent"), site.signedIn("supervisor")]);
	await opens(agent, session.id);
	await agent.keyboard.press("n");
	await agent.keyboard.type("@主管");
	await agent.locator(".suggest [role=option]", { hasText: "客服主管" }).waitFor();
	await fine(agent, "mention");
	await agent.keyboard.press("Tab");
	assert.equal(await value(agent, ".composer textarea"), "@客服主管 ");
	await agent.keyboard.type("请看一下这位客户");
	await agent.keyboard.press("Enter");
	await reads(agent, "@客服主管 请看一下这位客户");
	assert.equal(await agent.locator(".group.note .mention").textContent(), "@客服主管");
	await agent.locator(".group.note .meta").filter({ hasNotText: "发送中" }).first().waitFor();
	await shot(agent, "note-zh");

	await until(async () => (await boss.locator(".bell .badge").count()) === 1, { what: "the bell" });
	await boss.locator(".bell").click();
	await boss.locator(".bell-list button", { hasText: "客服小王" }).first().waitFor();
	await fine(boss, "bell");
	await boss.locator(".bell-list button", { hasText: "客服小王" }).first().click();
	await reads(boss, "@客服主管 请看一下这位客户");
	const { body } = await site.guest.get(`/api/v1/chat/sessions/${session.session_id}/messages`);
	assert.deepEqual(body.data.messages.map((message) => message.content), ["你好"]);
	await Promise.all([agent.context().close(), boss.context().close()]);
});

test("canned replies by the keyboard, drafts of answer and note apart, Enter and Shift+Enter", async () => {
	const session = await site.ownedBy("agent");
	await site.say(session, "什么时候发货？");
	const page = await site.signedIn("agent");
	await opens(page, session.id);
	await page.keyboard.press("r");
	await page.keyboard.type("/shi");
	await page.locator(".suggest [role=option].at", { hasText: "/ship" }).waitFor();
	await page.keyboard.press("Enter");
	assert.match(await value(page, ".composer textarea"), /48 小时内发出/);
	await page.keyboard.type(" 谢谢");
	await page.keyboard.press("Shift+Enter");
	await page.keyboard.type("再见");
	await page.locator(".kinds button", { hasText: "备注" }).click();
	assert.equal(await value(page, ".composer textarea"), "");
	await page.locator(".composer textarea").fill("只给同事");
	await page.locator(".kinds button", { hasText: "回复" }).click();
	const written = await value(page, ".composer textarea");
	assert.match(written, /谢谢\n再见$/);
	await page.reload();
	await page.locator(".composer textarea").waitFor();
	assert.equal(await value(page, ".composer textarea"), written, "the draft outlives a reload");
	await page.locator(".composer textarea").press("Enter");
	await reads(page, written);
	await page.locator(".group.agent .meta", { hasText: "已发送" }).waitFor();
	await site.guest.post(`/api/v1/chat/sessions/${session.session_id}/read`, { last_id: (await site.guest.get(`/api/v1/chat/sessions/${session.session_id}/messages`)).body.data.messages.at(-1).id });
	await page.locator(".group.agent .meta", { hasText: "已读" }).waitFor();
	await page.keyboard.press("Escape");
	await page.keyboard.press("n");
	assert.equal(await value(page, ".composer textarea"), "只给同事");
	await page.locator(".composer textarea").fill("长".repeat(5001));
	assert.match(await page.locator("#too-long").textContent(), /超出 1 个字符/);
	assert.equal(await page.locator(".composer button.primary").isDisabled(), true);
	await fine(page, "too long");
	await page.context().close();
});

test("filing: labels, priority, status, team, assignee; resolve and reopen by a key; AI and back", async () => {
	const session = await site.ownedBy("agent", "吴女士");
	await site.say(session, "我要退货");
	const page = await site.signedIn("supervisor");
	await opens(page, session.id);
	await page.keyboard.press("l");
	await page.locator(".card .chooser [role=option]", { hasText: "退换货" }).click();
	await page.locator(".card .chips .tag", { hasText: "退换货" }).waitFor();
	await fine(page, "labels");
	await page.keyboard.press("Escape");
	await row(page, session.id).locator(".tag", { hasText: "退换货" }).waitFor();
	await page.locator("#priority").selectOption("urgent");
	await row(page, session.id).locator(".priority-urgent").waitFor();
	await page.locator("#team").selectOption({ label: "技术支持团队" });
	await until(async () => (await site.stack.sql("SELECT team_id FROM conversations WHERE id = ?", [session.id]))[0].team_id === 1, { what: "the team" });
	await page.locator('.entry[data-view="urgent"]').click();
	await row(page, session.id).waitFor();
	await page.locator('.entry[data-view="label-2"]').click();
	await row(page, session.id).waitFor();
	await page.locator('.entry[data-view="team-1"]').click();
	await row(page, session.id).waitFor();
	await page.locator(".messages").click();
	await page.keyboard.press("e");
	await page.locator("[data-do=reopen]").waitFor();
	await row(page, session.id).waitFor({ state: "detached" });
	await page.locator(".states button", { hasText: "已解决" }).click();
	await row(page, session.id).waitFor();
	await page.locator(".messages").click();
	await page.keyboard.press("e");
	await page.locator("[data-do=resolve]").waitFor();
	await page.keyboard.press("a");
	await page.locator(".title .tag.ai").waitFor();
	await page.keyboard.press("a");
	await page.locator(".title .tag.human", { hasText: "客服主管" }).waitFor();
	await shot(page, "filed-zh");
	await fine(page, "filed");
	await page.context().close();
});

test("files: by button with progress, pictures inline, refused ones say why; a contact's file shows", async () => {
	const session = await site.ownedBy("agent");
	await site.say(session, "发个截图");
	const page = await site.signedIn("agent");
	await opens(page, session.id);
	const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
	await page.locator(".composer input[type=file]").setInputFiles({ name: "pic.png", mimeType: "image/png", buffer: png });
	await page.locator(".group.agent .picture img").waitFor();
	await until(() => page.locator(".picture img").evaluate((img) => img.complete && img.naturalWidth > 0), { what: "the picture" });
	await page.locator(".composer input[type=file]").setInputFiles({ name: "说明.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });
	await page.locator(".group.agent .file .name", { hasText: "说明.txt" }).waitFor();
	await until(async () => (await page.locator(".uploads li").count()) === 0, { what: "the uploads to be done" });
	await page.locator(".composer input[type=file]").setInputFiles({ name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) });
	await page.locator(".uploads .field-error").waitFor();
	assert.notEqual(await page.locator(".uploads .field-error").textContent(), "");
	await fine(page, "files");
	await shot(page, "files-zh");
	await page.context().close();
});

test("Ctrl+K finds conversations, contacts, articles and views; an article goes into the answer", async () => {
	const page = await site.signedIn("agent", { locale: "en-US" });
	await row(page, 1).click();
	await page.locator(".composer textarea").waitFor();
	await page.keyboard.press("Control+k");
	await page.keyboard.type("张三");
	await page.locator(".palette [role=option]", { hasText: "customer@example.com" }).waitFor();
	await fine(page, "jump");
	await shot(page, "jump-en");
	await page.keyboard.press("Escape");
	await page.keyboard.press("Control+k");
	await page.keyboard.type("退货");
	await page.locator(".palette .group-name", { hasText: "Articles" }).waitFor();
	await page.locator(".palette .group-name:has-text('Articles') + [role=option]").click();
	const words = await page.locator(".article .text").textContent();
	await fine(page, "article");
	await page.locator(".article button.primary").click();
	assert.equal(await value(page, ".composer textarea"), words);
	await page.locator(".composer textarea").fill("");
	await page.keyboard.press("Control+k");
	await page.keyboard.type("unassi");
	await page.keyboard.press("Enter");
	await page.locator('.entry[data-view="unassigned"][aria-current=page]').waitFor();
	assert.match(page.url(), /#\/unassigned/);
	await page.goBack();
	await page.locator('.entry[data-view="all"][aria-current=page]').waitFor();
	await page.context().close();
});

test("a failed action says so and can be tried again; text that is refused is not lost", async () => {
	const session = await site.ownedBy("agent");
	await site.say(session, "在吗");
	const page = await site.signedIn("agent");
	await opens(page, session.id);
	await page.route("**/api/v1/conversations/*/status", (route) => route.fulfill({ status: 500, contentType: "application/json", body: '{"success":false,"error":{"code":"INTERNAL_ERROR","message":"内部错误"}}' }));
	await page.locator("[data-do=resolve]").click();
	await page.locator(".banner.problem", { hasText: "内部错误" }).waitFor();
	await page.unroute("**/api/v1/conversations/*/status");
	await page.route("**/api/v1/conversations/*/messages", (route) => (route.request().method() === "POST" ? route.fulfill({ status: 400, contentType: "application/json", body: '{"success":false,"error":{"code":"VALIDATION_ERROR","message":"请求参数不正确","details":[{"field":"content","message":"含有不允许的内容"}]}}' }) : route.continue()));
	await writes(page, "这句会被拒绝");
	await page.locator(".failed", { hasText: "含有不允许的内容" }).waitFor();
	await fine(page, "refused");
	await page.locator(".failed button", { hasText: "编辑" }).click();
	assert.equal(await value(page, ".composer textarea"), "这句会被拒绝");
	await page.unroute("**/api/v1/conversations/*/messages");
	await page.locator(".composer textarea").press("Enter");
	await page.locator(".group.agent .meta", { hasText: "已发送" }).waitFor();
	assert.equal((await site.stack.sql("SELECT COUNT(*) AS n FROM messages WHERE content = '这句会被拒绝'"))[0].n, 1);
	await page.context().close();
});
