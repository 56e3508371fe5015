// The console's work as it looks: waiting and unread rows, counts that are told live, each action by a click and by a key, the side card, sleep.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage, watch } from "../lib/browser.mjs";
import { count, fine, opens, people, reads, row, shot, Site, texts, until, value } from "./console_page.mjs";

let site;
before(async () => (site = await Site.start({ DESKBELL_AI_WORD_MS: "0" })));
after(() => site?.stop());

const colour = (locator, what = "backgroundColor") => locator.evaluate((el, name) => getComputedStyle(el)[name], what);
/** At a page whose clock is the test's. */
async function signsIn(page, who) {
	await page.goto(`${site.stack.urls.chat}/admin/#/all`);
	await page.locator("input[name=email]").fill(people[who]);
	await page.locator("input[name=password]").fill("password123");
	await page.keyboard.press("Enter");
	await page.locator(".rows[aria-busy=false]").waitFor();
}
const redGreen = (text) => text.match(/\d+/g).slice(0, 2).map(Number);

test("a row says how long its contact waits, amber then red, and is bold until it is read; many labels stay whole", async () => {
	const session = await site.ownedBy("agent", "等候的人");
	const context = await site.browser.newContext({ locale: "zh-CN", viewport: { width: 1440, height: 900 } });
	const page = watch(await context.newPage());
	await page.clock.install();
	await signsIn(page, "supervisor");
	const mine = row(page, session.id);
	await mine.waitFor();
	await site.say(session, "有人吗？");
	await mine.locator(".wait").waitFor();
	const waits = {};
	for (const [name, skip, words] of [["fresh", "00:00", /^(<1|1) 分钟$/], ["soon", "02:30", /^[234] 分钟$/], ["late", "04:00", /^([6-9]|1\d) 分钟$/]]) {
		await page.clock.fastForward(skip);
		await until(async () => words.test(await mine.locator(".wait").textContent()), { what: `${skip} later` });
		waits[name] = { class: await mine.locator(".wait").getAttribute("class"), title: await mine.locator(".wait").getAttribute("title"), colour: await colour(mine.locator(".wait"), "color") };
	}
	assert.deepEqual(Object.values(waits).map((one) => one.class.trim()), ["wait", "wait soon", "wait late"]);
	assert.equal(new Set(Object.values(waits).map((one) => one.colour)).size, 3);
	const [amber, red] = [redGreen(waits.soon.colour), redGreen(waits.late.colour)];
	assert.ok(amber[0] > amber[1] && amber[1] > red[1] && red[0] > 2 * red[1], `${waits.soon.colour} is amber, ${waits.late.colour} red`);
	assert.match(waits.late.title, /^自 \d{4}年\d+月\d+日 \d\d:\d\d:\d\d 起等待回复$/);
	const time = mine.locator("time");
	assert.match(await time.textContent(), /刚刚|分钟前/);
	assert.match(await time.getAttribute("title"), /^\d{4}年\d+月\d+日 \d\d:\d\d:\d\d$/);

	const weight = async () => Number(await colour(mine.locator(".name"), "fontWeight"));
	assert.ok((await weight()) >= 600, "unread is bold");
	await opens(page, session.id);
	await until(async () => (await weight()) < 600, { what: "what is read to be so no more" });
	await page.keyboard.press("Escape");

	const boss = await site.client("supervisor");
	const { labels } = (await boss.get("/api/v1/labels")).body.data;
	assert.equal((await boss.put(`/api/v1/conversations/${session.id}/labels`, { labels: labels.slice(0, 4).map((one) => one.id) })).status, 200);
	assert.equal((await boss.put(`/api/v1/conversations/${session.id}/priority`, { priority: "urgent" })).status, 200);
	await mine.locator(".tag.label").first().waitFor();
	await mine.locator(".priority-urgent").waitFor();
	const cut = await mine.locator(".tags").evaluate((line) => {
		const box = line.getBoundingClientRect();
		return [...line.children].filter((tag) => {
			const at = tag.getBoundingClientRect();
			return at.top < box.bottom - 1 && (at.right > box.right + 1 || at.bottom > box.bottom + 1 || tag.scrollWidth > tag.clientWidth + 1);
		}).map((tag) => tag.textContent);
	});
	assert.deepEqual(cut, [], "shown by half");
	await fine(page, "waiting");
	await shot(page, "waiting-zh");
	await context.close();
});

test("counts beside views, teams, labels and states follow what a colleague does, without a click", async () => {
	const session = await site.ownedBy("agent", "计数");
	await site.say(session, "数一数");
	const page = await site.signedIn("supervisor", { locale: "en-US" });
	const boss = await site.client("supervisor");
	await row(page, session.id).waitFor();
	const state = async (name) => Number(await page.locator(".states button", { hasText: name }).locator(".count").textContent());
	const is = async (what, read, number) => until(async () => (await read()) === number, { what: `${what}: ${number}` });
	const label = (id) => () => count(page, `label-${id}`);
	const change = async (what, body) => assert.equal((await boss.put(`/api/v1/conversations/${session.id}/${what}`, body)).status, 200);
	const total = async (filter) => (await Promise.all(["open", "pending"].map((status) => boss.get(`/api/v1/conversations?${filter}&status=${status}&per_page=1`)))).reduce((sum, one) => sum + one.body.data.meta.total_count, 0);
	const [one, other, team] = await Promise.all([total("label=1"), total("label=2"), total("team_id=2")]);
	await is("label 1 as it was", label(1), one);
	await is("label 2 as it was", label(2), other);

	await change("labels", { labels: [1, 2] });
	await is("one more of label 1", label(1), one + 1);
	await is("one more of label 2", label(2), other + 1);
	await change("labels", { labels: [2] });
	await is("one fewer of label 1", label(1), one);
	await change("assign", { team_id: 2 });
	await is("one more of the team", () => count(page, "team-2"), team + 1);
	await until(async () => (await state("Open")) === (await total("")) - (await state("Pending")), { what: "the open ones" });
	const [open, pending] = [await state("Open"), await state("Pending")];
	await change("status", { status: "pending" });
	await is("one more pending", () => state("Pending"), pending + 1);
	await is("one fewer open", () => state("Open"), open - 1);
	assert.equal(await label(2)(), other + 1, "pending ones are at work too");
	await change("status", { status: "resolved" });
	await is("none of it pending", () => state("Pending"), pending);
	await is("label 2 without it", label(2), other);
	await is("the team without it", () => count(page, "team-2"), team);

	// The views of a label and of the resolved say how many they are as well.
	await page.locator(".states button", { hasText: "Resolved" }).click();
	await row(page, session.id).waitFor();
	await until(async () => (await state("Resolved")) > 0, { what: "the number of the resolved" });
	await page.locator('.entry[data-view="label-2"]').click();
	await page.locator(".states button", { hasText: "Open" }).click();
	await until(async () => (await state("Open")) + (await state("Pending")) === other, { what: "a label's, by state" });
	await fine(page, "counts");
	await page.context().close();
});

test("labels and their numbers are told: a change of a label, of a name, a new one and its end make no page ask for anything", async () => {
	const [shown, other] = [await site.ownedBy("agent", "标签计数"), await site.ownedBy("agent", "别的标签")];
	for (const session of [shown, other]) await site.say(session, "有标签吗？");
	const [boss, admin] = await Promise.all([site.client("supervisor"), site.client("admin")]);
	const label = (await admin.post("/api/v1/labels", { title: "Lamps", color: "#123456" })).body.data.label;
	assert.equal((await boss.put(`/api/v1/conversations/${other.id}/status`, { status: "pending" })).status, 200); // not in the list that is shown
	const page = await site.signedIn("supervisor", { locale: "en-US" });
	const entry = page.locator(`.entry[data-view="label-${label.id}"]`);
	const are = async (title, number) => until(async () => (await entry.textContent()).trim() === `${title}${number}`, { what: `${title}: ${number}` });
	const labelled = async (session, labels) => assert.equal((await boss.put(`/api/v1/conversations/${session.id}/labels`, { labels })).status, 200);
	await row(page, shown.id).waitFor();
	await are("Lamps", 0);
	const asked = [];
	page.on("request", (request) => request.url().includes("/api/") && asked.push(request.url()));

	// Something else may just be asked for; not again and again.
	await until(async () => {
		const before = asked.length;
		await labelled(shown, []);
		await are("Lamps", 0);
		await labelled(shown, [String(label.id)]);
		await are("Lamps", 1);
		return asked.length === before;
	}, { what: "two changes and no request" });
	await labelled(other, [String(label.id)]);
	await are("Lamps", 2);
	await labelled(shown, []);
	await are("Lamps", 1);
	assert.equal((await admin.put(`/api/v1/labels/${label.id}`, { title: "Bulbs" })).status, 200);
	await are("Bulbs", 1);
	const more = (await admin.post("/api/v1/labels", { title: "Zebras", color: "#654321" })).body.data.label;
	await page.locator(`.entry[data-view="label-${more.id}"]`, { hasText: /Zebras\s*0/ }).waitFor();
	const titles = await page.locator('.entry[data-view^="label-"] .text').allTextContents();
	assert.deepEqual(titles, (await boss.get("/api/v1/labels?per_page=100")).body.data.labels.map((one) => one.title), "in the order of the server's list");
	for (const one of [label, more]) assert.equal((await admin.delete(`/api/v1/labels/${one.id}`)).status, 200);
	await until(async () => (await entry.count()) === 0 && (await page.locator(`.entry[data-view="label-${more.id}"]`).count()) === 0, { what: "their end" });
	assert.deepEqual(asked.filter((url) => /label/.test(url)), []);
	await fine(page, "labels told");
	await page.context().close();
});

test("take, AI and back, assign, transfer, resolve: one click each, and one key each", async () => {
	const page = await site.signedIn("supervisor", { locale: "en-US" });
	const stored = async (id) => (await site.stack.sql("SELECT c.status, c.agent_type, c.team_id, u.email FROM conversations c LEFT JOIN users u ON u.id = c.assignee_id WHERE c.id = ?", [id]))[0];
	const becomes = (id, what, test) => until(async () => test(await stored(id)), { what });
	const click = (name) => page.locator(".actions").getByRole("button", { name }).click();
	const ways = {
		click: { take: () => click(/^Take over/), ai: () => click(/^Back to AI/), assign: () => click(/^Assign/), transfer: () => click(/^Transfer/), resolve: () => click(/^Resolve/), reopen: () => click(/^Reopen/) },
		key: { take: "t", ai: "a", assign: "s", transfer: "x", resolve: "e", reopen: "e" },
	};
	for (const [way, does] of Object.entries(ways)) {
		const doIt = async (name) => {
			if (way === "click") return does[name]();
			await page.locator(".messages").focus();
			await page.keyboard.press(does[name]);
		};
		const { id } = await site.ownedBy("agent", `各一次 ${way}`);
		await opens(page, id);
		await doIt("take");
		await becomes(id, "taken", (now) => now.email === "supervisor@example.com");
		await page.locator("[data-do=take]").waitFor({ state: "detached" });
		await doIt("ai");
		await becomes(id, "the AI's", (now) => now.agent_type === 0);
		await page.locator(".title .tag.ai").waitFor();
		await doIt("assign");
		await page.locator(".chooser [role=option]", { hasText: "客服小李" }).click();
		await becomes(id, "a colleague's", (now) => now.email === "kefu_002@example.com" && now.agent_type === 1);
		await page.locator(".title .tag.human", { hasText: "客服小李" }).waitFor();
		await doIt("transfer");
		await page.locator(".chooser [role=option]", { hasText: "售后服务团队" }).click();
		await becomes(id, "a team's", (now) => now.team_id === 2);
		await doIt("resolve");
		await becomes(id, "resolved", (now) => now.status === 2);
		await page.locator("[data-do=reopen]").waitFor();
		await doIt("reopen");
		await becomes(id, "open again", (now) => now.status === 0);
		await page.locator("[data-do=resolve]").waitFor();
	}
	await page.locator(".messages").focus();
	await page.keyboard.press("?");
	const listed = await page.locator(".dialog.help dt").allTextContents();
	for (const key of Object.values(ways.key)) assert.ok(listed.includes(key), `? lists ${key}`);
	await page.context().close();
});

test("the side card: who, attributes, page, earlier conversations; each kind of line looks its own", async () => {
	const page = await site.signedIn("supervisor", { locale: "en-US" });
	const boss = await site.client("supervisor");
	const who = { user_id: "shop-4711", email: "returns@shop.example" };
	const old = await site.visitor("Rosa Viel", who);
	await site.say(old, "Do you ship to Cork?");
	const session = await site.visitor("Rosa Viel", { ...who, metadata: { page_url: "https://shop.example/shoes?size=42", page_title: "Shoes", referrer: "https://search.example/?q=shoes" } });
	await site.say(session, "七天无理由退货怎么办理？");
	const { contact } = (await boss.get(`/api/v1/conversations/${session.id}`)).body.data.conversation;
	const put = await boss.put(`/api/v1/contacts/${contact.id}`, { custom_attributes: { vip_level: "gold", orders: "twelve" } });
	assert.equal(put.status, 200, put.text);
	await opens(page, session.id);
	await page.locator(".group.ai .bubble:not(.streaming)").first().waitFor({ timeout: 30_000 });
	const card = page.locator(".card");
	for (const words of ["returns@shop.example", "vip_level", "gold", "orders", "twelve", "Shoes"]) await card.getByText(words, { exact: false }).first().waitFor();
	assert.equal(await card.locator('a[href="https://shop.example/shoes?size=42"]').count(), 1);
	assert.equal(await card.locator('a[href="https://search.example/?q=shoes"]').count(), 1);
	await until(async () => (await card.locator(".earlier li").count()) === 1, { what: "the earlier one" });
	await fine(page, "card");

	// A note on yellow; the AI's, the contact's, the agent's and the system's lines each apart.
	await site.say(session, "转人工");
	await page.locator(".group.system .bubble").first().waitFor({ timeout: 30_000 });
	await page.locator("[data-do=take]").click();
	await page.locator("[data-do=take]").waitFor({ state: "detached" });
	await page.locator(".messages").focus();
	await page.keyboard.press("n");
	await page.keyboard.type("only for us");
	await page.keyboard.press("Enter");
	await reads(page, "only for us");
	await page.locator(".kinds button", { hasText: "Reply" }).click();
	await page.locator(".composer textarea").fill("Of course.");
	await page.keyboard.press("Enter");
	await reads(page, "Of course.");
	const looks = {};
	for (const kind of ["user", "agent", "ai", "note", "system"]) {
		const bubble = page.locator(`.group.${kind} .bubble`).first();
		await bubble.waitFor();
		looks[kind] = await bubble.evaluate((el) => [getComputedStyle(el).backgroundColor, getComputedStyle(el).borderStyle, Math.round(el.getBoundingClientRect().left + el.getBoundingClientRect().right)].join());
	}
	assert.equal(new Set(Object.values(looks)).size, 5, JSON.stringify(looks));
	const [r, g, b] = looks.note.match(/\d+/g).map(Number);
	assert.ok(r > 200 && g > 200 && b < 210 && b < Math.min(r, g) - 20, `${looks.note} is yellow`);
	await shot(page, "kinds-en");
	await fine(page, "kinds");
	await card.locator(".earlier button").click();
	await reads(page, "Do you ship to Cork?");
	await page.context().close();
});

test("that a visitor types is seen; what is not sent is not, in the page or on its way there", async () => {
	const secret = "not sent yet 7291";
	const guest = await newPage(site.browser);
	await guest.goto(`${site.stack.urls.chat}/`);
	await guest.locator("button.launch").click();
	await guest.locator("textarea").fill("Is somebody there?");
	await guest.locator("textarea").press("Enter");
	const page = await site.signedIn("supervisor", { locale: "en-US" });
	const frames = [];
	page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(String(payload))));
	await page.reload(); // a connection that is watched
	await page.locator(".row", { hasText: "Visitor" }).first().click({ timeout: 30_000 });
	await reads(page, "Is somebody there?");
	await guest.locator("textarea").fill("");
	const types = async () => {
		await guest.locator("textarea").fill("");
		await guest.locator("textarea").pressSequentially(secret);
		return (await page.locator(".typing").textContent()).includes("is typing");
	};
	await until(types, { what: "the dots" });
	assert.ok(frames.some((frame) => frame.includes("conversation:typing")));
	assert.deepEqual(frames.filter((frame) => frame.includes("7291")), []);
	assert.equal((await page.content()).includes("7291"), false);
	await Promise.all([guest.context().close(), page.context().close()]);
});

test("after sleep, with a connection that says it is open and is dead: caught up, nothing lost, no reload", async () => {
	const [session, other] = [await site.ownedBy("agent", "醒来"), await site.ownedBy("agent", "夜里来的")];
	await site.say(session, "睡前");
	const context = await site.browser.newContext({ locale: "zh-CN", viewport: { width: 1440, height: 900 } });
	const page = watch(await context.newPage());
	let asleep = false;
	let links = 0;
	await page.routeWebSocket(/\/admin\/ws/, (socket) => {
		const server = socket.connectToServer();
		const dead = [() => asleep, () => true][links++] ?? (() => false); // the second one, right after waking, never answers
		socket.onMessage((text) => dead() || server.send(text));
		server.onMessage((text) => dead() || socket.send(text));
	});
	await page.clock.install();
	await signsIn(page, "agent");
	await opens(page, session.id);
	await reads(page, "睡前");
	await until(() => page.evaluate(async () => (await import("/admin/live.mjs")).link.value === "live"), { what: "the live connection" });
	await page.evaluate("window.mark = 1");
	await page.locator(".composer textarea").fill("睡前写了一半");
	asleep = true;
	await site.say(session, "夜里的话");
	await site.say(other, "另一句夜里的话");
	assert.equal((await texts(page)).includes("夜里的话"), false);
	await page.clock.fastForward("01:30:00");
	await until(() => links >= 2, { what: "another connection" });
	await page.clock.fastForward("00:25");
	await reads(page, "夜里的话");
	await until(async () => (await row(page, other.id).textContent()).includes("另一句夜里的话"), { what: "the other one's row" });
	assert.ok(links >= 3, "one more, as that one never answered");
	assert.equal(await value(page, ".composer textarea"), "睡前写了一半");
	assert.equal(await page.evaluate("window.mark"), 1, "no reload");
	const said = await texts(page);
	assert.equal(new Set(said).size, said.length, "nothing twice");
	await context.close();
});

test("Ctrl+K opens a conversation that is found; an article reads as text there, in its list, and in the reply", async () => {
	const session = await site.ownedBy("agent", "欧阳若水");
	await site.say(session, "你好");
	const admin = await site.client("admin");
	const made = await admin.post("/api/v1/articles", { title: "Zeppelin rides", content: "# Rides\n\n**Twice** a day, see [the plan](https://plan.example/a).\n\n- `north`\n- *south*\n\n| from | to |\n|---|---|\n| A | B |", locale: "en", published: true });
	assert.equal(made.status, 201, made.text);
	const page = await site.signedIn("admin", { locale: "en-US" });
	await page.keyboard.press("Control+k");
	await page.keyboard.type("欧阳若水");
	await page.locator(".palette .group-name:has-text('Conversations') + [role=option]", { hasText: "欧阳若水" }).waitFor();
	await page.keyboard.press("Enter");
	await reads(page, "你好");
	assert.match(page.url(), new RegExp(`/${session.id}$`));

	const plain = "Rides Twice a day, see the plan (https://plan.example/a). • north • south from · to A · B";
	await page.keyboard.press("Control+k");
	await page.keyboard.type("Zeppelin");
	const found = page.locator(".palette [role=option]", { hasText: "Zeppelin rides" });
	await found.waitFor();
	assert.equal(await found.locator(".muted").first().textContent(), plain);
	await shot(page, "jump-article-en");
	await found.click();
	await page.locator(".article button.primary").click();
	assert.equal(await value(page, ".composer textarea"), "Rides\n\nTwice a day, see the plan (https://plan.example/a).\n\n• north\n• south\n\nfrom · to\nA · B");
	await page.locator(".composer textarea").fill("");
	await page.evaluate(() => (location.hash = "#/office/articles"));
	await page.locator(".office-page tbody tr", { hasText: "Zeppelin rides" }).locator(".clamp").waitFor();
	assert.equal(await page.locator(".office-page tbody tr", { hasText: "Zeppelin rides" }).locator(".clamp").textContent(), plain);
	await page.context().close();
});
