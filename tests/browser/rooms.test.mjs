// The rooms page: two people at once, offline and back, making and joining, older messages, files, both languages, phone and keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bubble, client, field, fine, PHONE, ready, shot, signedIn, Site, texts, until, writes } from "./rooms_page.mjs";

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
let site, agent, customer;
before(async () => {
	site = await Site.start({ DESKBELL_RATE_LIMIT: "off" });
	[agent, customer] = await Promise.all([client(site, "agent"), client(site, "customer")]);
});
after(() => site?.stop());

const newRoom = async (name, ...others) => {
	const form = new FormData();
	form.append("room_name", name);
	const { room_id: room } = (await agent.post("/api/chat/rooms", form)).body;
	for (const who of others) assert.equal((await who.post(`/api/chat/rooms/${room}/join`)).status, 200);
	return room;
};
const say = async (who, room, content, more = {}) => {
	const answer = await who.post(`/api/chat/send?room_id=${room}`, { content, ...more });
	assert.equal(answer.status, 200, answer.text);
	return answer.body;
};
const row = (page, room) => page.locator(`.row[data-id="${room}"]`);
const at = async (who, room, options) => {
	const page = await signedIn(site, `rooms/#/${room}`, who, options);
	await ready(page);
	return page;
};
const close = (...pages) => Promise.all(pages.map((page) => page.context().close()));

test("two people: words, answers, unread, taking back; a reload keeps what was said", async () => {
	const room = await newRoom("两个人", customer);
	const [one, two] = await Promise.all([at("agent", room), at("customer", "global")]);
	await writes(one, "大家好 https://example.com/a");
	await bubble(one, "大家好").waitFor();
	await row(two, room).locator(".badge", { hasText: "1" }).waitFor();
	await row(two, room).locator(".text", { hasText: "客服小王: 大家好" }).waitFor();
	await row(two, room).click();
	await bubble(two, "大家好").waitFor();
	await row(two, room).locator(".badge").waitFor({ state: "detached" });
	assert.equal(await bubble(two, "大家好").locator("a").getAttribute("href"), "https://example.com/a");
	await two.locator(".said", { hasText: "大家好" }).hover();
	await two.locator(".said", { hasText: "大家好" }).locator("[data-do=reply]").click();
	await two.locator(".answering", { hasText: "大家好" }).waitFor();
	assert.equal(await two.locator("[data-do=remove]").count(), 0, "not one's own");
	await writes(two, "你好！");
	await one.locator(".said", { hasText: "你好！" }).locator(".quote", { hasText: "大家好" }).waitFor();
	await fine(one, "room");
	await shot(one, "rooms-desk-zh");
	await writes(two, "说错了");
	await bubble(one, "说错了").waitFor();
	await two.locator(".said", { hasText: "说错了" }).hover();
	await two.locator(".said", { hasText: "说错了" }).locator("[data-do=remove]").click();
	await fine(two, "asked");
	await two.locator(".asked button.danger").click();
	await Promise.all([one, two].map((page) => bubble(page, "说错了").waitFor({ state: "detached" })));
	await row(one, room).locator(".text", { hasText: "你好！" }).waitFor();
	await one.reload();
	await ready(one);
	assert.deepEqual((await texts(one)).map((text) => text.split(" ")[0]), ["大家好", "你好！"]);
	await close(one, two);
});

test("offline and back: what is typed and sent is kept, what was missed arrives, what was taken back goes, nothing twice", async () => {
	const room = await newRoom("断线", customer);
	const wrong = await say(customer, room, "将被撤回");
	const page = await at("agent", room);
	await bubble(page, "将被撤回").waitFor();
	const mark = await page.evaluate(() => (window.mark ??= Math.random()));
	await page.context().setOffline(true);
	await page.locator(".banner", { hasText: "正在重新连接" }).waitFor();
	await writes(page, "断线时写的一");
	await writes(page, "断线时写的二");
	await field(page).fill("还没写完");
	await until(async () => (await page.locator(".bubble.pending").count()) === 2, { what: "both, waiting" });
	await fine(page, "offline");
	await shot(page, "rooms-offline-zh");
	for (let i = 0; i < 5; i++) await say(customer, room, `错过的 ${i}`);
	await customer.delete(`/api/chat/messages/${wrong.id}?room_id=${room}`);
	await page.context().setOffline(false);
	for (let i = 0; i < 5; i++) await bubble(page, `错过的 ${i}`).waitFor();
	await until(async () => (await page.locator(".bubble.pending").count()) === 0, { what: "the outbox to be empty" });
	await bubble(page, "将被撤回").waitFor({ state: "detached" });
	await page.locator(".banner").waitFor({ state: "detached" });
	assert.equal(await field(page).inputValue(), "还没写完");
	assert.equal(await page.evaluate(() => window.mark), mark, "no reload");
	const said = await texts(page);
	assert.deepEqual(said, ["错过的 0", "错过的 1", "错过的 2", "错过的 3", "错过的 4", "断线时写的一", "断线时写的二"]);
	await close(page);
});

test("a killed relay and a reload: the outbox and the draft outlive both; each message is stored once", async () => {
	const room = await newRoom("重载", customer);
	const page = await at("agent", room);
	await site.stack.kill("relay");
	await page.locator(".banner").waitFor();
	await say(customer, room, "中断期间");
	await page.route("**/api/chat/send*", async (route) => {
		await route.fetch(); // it arrives, but its answer does not
		await route.abort();
	});
	await writes(page, "重载之前写的");
	await field(page).fill("草稿");
	await page.locator(".bubble.pending, .bubble:has-text('重载之前写的')").first().waitFor();
	await page.reload();
	await bubble(page, "重载之前写的").waitFor();
	assert.equal(await field(page).inputValue(), "草稿");
	await page.unroute("**/api/chat/send*");
	await site.stack.start("relay");
	await bubble(page, "中断期间").waitFor();
	await until(async () => (await page.locator(".bubble.pending").count()) === 0, { what: "it to be sent" });
	const [stored] = await site.stack.sql("SELECT COUNT(*) AS n FROM messages WHERE content = '重载之前写的'");
	assert.equal(stored.n, 1);
	assert.equal((await texts(page)).filter((text) => text === "重载之前写的").length, 1);
	await close(page);
});

test("made, invited by its address, joined, left; rooms that are not there say so", async () => {
	const one = await at("agent", "global", { permissions: ["clipboard-read", "clipboard-write"] });
	await one.locator("[data-do=new]").click();
	await one.locator(".asked button.primary").click();
	await one.locator(".asked .field-error").waitFor();
	await fine(one, "new");
	await one.locator("#room-name").fill("新产品 <b>讨论</b>");
	await one.locator("#room-about").fill("大家的意见");
	await one.keyboard.press("Tab");
	await one.locator(".asked button.primary").click();
	await one.locator(".top h1", { hasText: "新产品 <b>讨论</b>" }).waitFor();
	await one.locator(".messages .hint", { hasText: "还没有消息" }).waitFor();
	await fine(one, "empty");
	await one.locator("[data-do=invite]").click();
	await one.locator(".copied", { hasText: "已复制" }).waitFor();
	const address = await one.evaluate(() => navigator.clipboard.readText());
	assert.match(address, /\/rooms\/#\/room_[0-9a-f]{8}$/);
	const two = await signedIn(site, address.slice(address.indexOf("rooms/")), "customer");
	await two.locator(".pane.none", { hasText: "您还不在此聊天室中" }).waitFor();
	await fine(two, "outside");
	await two.locator(".pane.none .primary").click();
	await ready(two);
	await writes(two, "我来了");
	await bubble(one, "我来了").waitFor();
	await two.locator("[data-do=leave]").click();
	await two.locator(".asked button.danger").click();
	await two.locator(".pane.none").waitFor();
	assert.equal(await row(two, address.split("#/")[1]).count(), 0);
	// Again, by pasting the address.
	await two.locator("[data-do=join]").click();
	await two.locator("#room-id").fill("room_nothere1");
	await two.keyboard.press("Enter");
	await two.locator(".asked .field-error").waitFor();
	await two.locator("#room-id").fill(` ${address} `);
	await two.keyboard.press("Enter");
	await bubble(two, "我来了").waitFor();
	await say(agent, address.split("#/")[1], "欢迎回来");
	await bubble(two, "欢迎回来").waitFor();
	await two.goto(`${site.stack.urls.chat}/rooms/#/room_nothere1`);
	await two.locator(".pane.none", { hasText: "没有这个聊天室" }).waitFor();
	await close(one, two);
});

test("older messages come on scrolling up, and what is read stays where it is; a quote leads to its message", async () => {
	const room = await newRoom("很多");
	const first = await say(agent, room, "第 0 句");
	for (let i = 1; i < 130; i++) await say(agent, room, `第 ${i} 句`);
	await say(agent, room, "回答第一句", { reply_to: first.id });
	const page = await at("agent", room);
	await bubble(page, "第 129 句").waitFor();
	assert.equal(await page.locator(".bubble").count(), 50);
	const top = (text) => page.evaluate((text) => [...document.querySelectorAll(".bubble")].find((one) => one.textContent === text).getBoundingClientRect().top, text);
	// Where it stands while its page is loading, and when that is there.
	await page.locator(".messages").evaluate((el) => (el.scrollTop = 250));
	await page.locator(".messages").hover();
	const shown = await page.evaluate(() => [...document.querySelectorAll(".bubble")].find((one) => one.getBoundingClientRect().top > 200).textContent);
	let release;
	await page.route("**/api/chat/messages*before=*", async (route) => {
		await new Promise((resolve) => (release = resolve));
		await route.continue();
	});
	await page.locator(".messages").evaluate((el) => (el.scrollTop = 120));
	await until(() => release, { what: "older ones to be asked for" });
	const was = await top(shown);
	release();
	await until(async () => (await page.locator(".bubble").count()) === 100, { what: "the older ones" });
	assert.ok(Math.abs((await top(shown)) - was) < 2, "nothing jumps");
	await page.unroute("**/api/chat/messages*before=*");
	await page.locator(".to-end").click();
	await page.locator(".quote", { hasText: "较早的消息" }).click();
	await bubble(page, "第 0 句").waitFor();
	await until(() => page.evaluate((id) => document.activeElement?.id === `said-${id}`, first.id), { what: "the focus on what was quoted" });
	assert.equal(new Set(await texts(page)).size, 131);
	await fine(page, "older");
	await close(page);
});

test("files: by button, paste and drop, with progress and cancel; pictures inline for the other one; refused ones say why", async () => {
	const room = await newRoom("文件", customer);
	const [one, two] = await Promise.all([at("agent", room), at("customer", room)]);
	await one.locator(".composer input[type=file]").setInputFiles({ name: "照片.png", mimeType: "image/png", buffer: PNG });
	await until(() => two.locator(".framed img").evaluate((img) => img.complete && img.naturalWidth > 0), { what: "the picture at the other one's" });
	await until(async () => (await one.locator(".uploads li").count()) === 0, { what: "the upload to be done" });
	await two.locator(".framed").click();
	await two.locator(".dialog.shown img").waitFor();
	await fine(two, "shown");
	await two.keyboard.press("Escape");
	await two.locator(".dialog.shown").waitFor({ state: "detached" });
	const give = (kind, name, text) => one.evaluate(([kind, name, text]) => {
		const data = new DataTransfer();
		data.items.add(new File([text], name, { type: "text/plain" }));
		const fire = (target, type) => document.querySelector(target).dispatchEvent(type === "paste" ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }) : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
		if (kind === "paste") return fire(".composer textarea", "paste");
		fire(".pane", "dragenter");
		return fire(".pane", kind);
	}, [kind, name, text]);
	await give("paste", "粘贴.txt", "pasted");
	await two.locator(".file .name", { hasText: "粘贴.txt" }).waitFor();
	await give("dragover", "x.txt", "x");
	await one.locator(".dropping").waitFor();
	await shot(one, "rooms-drop-zh");
	await give("drop", "拖放.txt", "dropped");
	await one.locator(".dropping").waitFor({ state: "detached" });
	const saved = two.waitForEvent("download");
	await two.locator(".file", { hasText: "拖放.txt" }).click();
	assert.equal((await saved).suggestedFilename(), "拖放.txt");
	// Held on its way: progress and cancel; nothing is sent.
	await one.route("**/api/chat/upload*", () => {});
	await one.locator(".composer input[type=file]").setInputFiles({ name: "slow.txt", mimeType: "text/plain", buffer: Buffer.from("slow") });
	await one.locator(".uploads progress").waitFor();
	await fine(one, "uploads");
	const given = one.waitForEvent("requestfailed", (request) => request.url().includes("/api/chat/upload")); // before what is held is let go
	await one.locator(".uploads button[aria-label=取消]").click();
	await one.locator(".uploads").waitFor({ state: "detached" });
	await given;
	await one.unroute("**/api/chat/upload*");
	// Without a line: it says so, and the next try sends it once.
	await one.route("**/api/chat/upload*", async (route) => {
		await route.fetch();
		await route.abort();
	});
	await one.locator(".composer input[type=file]").setInputFiles({ name: "again.txt", mimeType: "text/plain", buffer: Buffer.from("again") });
	await one.locator(".uploads .field-error", { hasText: "网络不可用" }).waitFor();
	await one.unroute("**/api/chat/upload*");
	await one.locator(".uploads button[aria-label=重试]").click();
	await until(async () => (await one.locator(".uploads li").count()) === 0, { what: "the second try" });
	await two.locator(".file", { hasText: "again.txt" }).waitFor();
	assert.equal(await two.locator(".file", { hasText: "again.txt" }).count(), 1);
	await one.locator(".composer input[type=file]").setInputFiles({ name: "bad.png", mimeType: "image/png", buffer: Buffer.from("<script>alert(1)</script>") });
	await one.locator(".uploads .field-error").waitFor();
	assert.equal(await one.locator(".uploads .field-error").textContent(), "文件内容与扩展名不符");
	assert.deepEqual(await site.stack.sql("SELECT id FROM files WHERE name = 'slow.txt'"), [], "what was cancelled is not sent");
	await fine(one, "files");
	await shot(one, "rooms-files-zh");
	await close(one, two);
});

test("what cannot be loaded says so and is loaded by the next try; what is refused is not lost", async () => {
	const page = await signedIn(site, "rooms/", "agent");
	await page.route("**/api/chat/rooms", (route) => route.fulfill({ status: 503, json: { detail: "维护中" } }));
	await page.reload();
	await page.locator(".side [role=alert]", { hasText: "维护中" }).waitFor();
	await fine(page, "list failed");
	await page.unroute("**/api/chat/rooms");
	await page.locator(".side [role=alert] button").click();
	await row(page, "global").waitFor();
	await page.route("**/api/chat/messages*", (route) => route.fulfill({ status: 503, json: { detail: "维护中" } }));
	await row(page, "global").click();
	await page.locator(".messages [role=alert]", { hasText: "维护中" }).waitFor();
	await fine(page, "messages failed");
	await page.unroute("**/api/chat/messages*");
	await page.locator(".messages [role=alert] button").click();
	await page.locator(".bubble").first().waitFor();
	// A message that the server refuses is not lost.
	await page.route("**/api/chat/send*", (route) => route.fulfill({ status: 403, json: { detail: "不允许" } }));
	await writes(page, "会被拒绝");
	await page.locator(".failed", { hasText: "不允许" }).waitFor();
	await fine(page, "refused");
	await page.locator(".failed button", { hasText: "编辑" }).click();
	assert.equal(await field(page).inputValue(), "会被拒绝");
	await close(page);
});

for (const [name, options] of [
	["zh-light-phone", { ...PHONE, colorScheme: "light" }], ["en-dark-phone", { ...PHONE, locale: "en-US", colorScheme: "dark", viewport: { width: 360, height: 740 } }],
	["zh-dark", { colorScheme: "dark" }], ["en-light-4k", { locale: "en-US", colorScheme: "light", viewport: { width: 3840, height: 2160 } }],
]) test(`${name}: list, room and people fit; axe finds nothing`, async () => {
	const page = await signedIn(site, "rooms/", "customer", options);
	const fits = async (what) => {
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, what);
		await fine(page, what);
		await shot(page, `rooms-${what}-${name}`);
	};
	await row(page, "global").waitFor();
	await fits("list");
	await row(page, "global").click();
	await ready(page);
	await fits("room");
	if (await page.locator(".people").count() === 0) await page.locator("[data-do=people]").click();
	await page.locator(".people li").first().waitFor();
	await fits("people");
	await close(page);
});

test("the keyboard alone: to a room, a message, an answer, another language; two tabs agree; signing out ends both", async () => {
	const room = await newRoom("键盘", customer);
	await say(customer, room, "按键");
	const page = await at("agent", "global");
	await row(page, room).focus();
	await page.keyboard.press("Enter");
	await bubble(page, "按键").waitFor();
	await page.locator(".said [data-do=reply]").focus();
	await page.keyboard.press("Enter");
	await page.keyboard.type("收到");
	await page.keyboard.press("Enter");
	await page.locator(".said .quote", { hasText: "按键" }).waitFor();
	const other = await page.context().newPage();
	await other.goto(`${site.stack.urls.chat}/rooms/#/${room}`);
	await bubble(other, "收到").waitFor();
	await field(page).fill("写到一半");
	await until(async () => (await field(other).inputValue()) === "写到一半", { what: "the draft in the other tab" });
	await page.locator("button.me").click();
	await page.getByText("Switch to English").click();
	await page.locator(".side h1", { hasText: "Rooms" }).waitFor();
	assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
	await page.locator("[data-do=sign-out]").click();
	await Promise.all([page, other].map((one) => one.locator("input[name=email]").waitFor()));
	assert.equal(await other.locator(".bubble").count(), 0);
	await close(page);
});
