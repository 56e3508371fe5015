// The back office as an admin uses it: each page on desktop and phone, in both languages and themes; making, changing and deleting.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { axe, launchBrowser } from "../lib/browser.mjs";
import { httpClient, signIn } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";
import { button, dialog, errorAt, field, officeOf, out, PHONE, row, serious, settled, shot, title, toast, visit } from "./office_page.mjs";

const PAGES = ["dashboard", "reports", "reports/agents", "contacts", "contacts/10", "users", "users/roles", "users/3", "users/new", "teams", "teams/1", "inboxes", "inboxes/1", "articles", "articles/1", "articles/new", "canned", "labels", "webhooks", "audit", "settings"];
let stack, browser, admin, page;

before(async () => {
	mkdirSync(out, { recursive: true });
	[stack, browser] = await Promise.all([startStack({ env: { DESKBELL_WEBHOOK_PRIVATE: "on", DESKBELL_AI_WORD_MS: "0" } }), launchBrowser()]);
	admin = await signIn(stack.urls.chat, "admin@example.com");
	page = await officeOf(browser, stack, "admin@example.com");
});
after(async () => {
	await browser?.close();
	await stack?.stop();
});

for (const [name, options] of [
	["en-light", { locale: "en-US", colorScheme: "light", viewport: { width: 1440, height: 900 } }],
	["zh-dark", { locale: "zh-CN", colorScheme: "dark", viewport: { width: 1440, height: 900 } }],
	["zh-light-phone", { locale: "zh-CN", colorScheme: "light", ...PHONE }],
	["en-dark-narrow", { locale: "en-US", colorScheme: "dark", ...PHONE, viewport: { width: 360, height: 740 } }],
]) test(`every page, ${name}: axe finds nothing, nothing sticks out, nothing complains`, async () => {
	const at = await officeOf(browser, stack, "admin@example.com", "dashboard", options);
	for (const route of PAGES) {
		await visit(at, route);
		assert.deepEqual(await axe(at, "'.office'"), [], route);
		const wide = await at.evaluate(() => document.documentElement.scrollWidth - innerWidth || document.querySelector(".office-page").scrollWidth - document.querySelector(".office-page").clientWidth);
		assert.ok(wide <= 0, `${route} sticks out by ${wide}`);
		assert.equal(await at.locator(".trouble").count(), 0, route);
		await shot(at, `${route.replaceAll("/", "-")}-${name}`);
	}
	assert.deepEqual(serious(at), []);
	await at.context().close();
});

test("labels by the keyboard alone: made, refused beside the field, changed, deleted; what looks like markup is text", async () => {
	await visit(page, "labels");
	await button(page, "New label").focus();
	await page.keyboard.press("Enter");
	await dialog(page).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.name), "title");
	await page.keyboard.press("Enter");
	assert.ok((await errorAt(dialog(page), "title")).length > 3);
	assert.equal(await page.evaluate(() => document.activeElement.name), "title", "the field at fault has the focus");
	assert.deepEqual(await axe(page, "'dialog'"), []);
	const name = "<img src=x onerror=alert(1)>";
	await page.keyboard.type(name);
	await page.keyboard.press("Enter");
	await row(page, name).waitFor();
	assert.equal(await page.locator(".office-page td img, .office-page th img").count(), 0);
	assert.equal(await page.evaluate(() => document.activeElement.textContent), "New label", "focus is back where it was");

	await button(row(page, name), `Edit: ${name}`).click();
	await field(dialog(page), "Title").fill("Refund");
	await button(dialog(page), "#c0392b").click();
	await button(dialog(page), "Save").click();
	await row(page, "Refund").waitFor();
	const [made] = await stack.sql("SELECT * FROM labels WHERE title = 'Refund'");
	assert.equal(made.color, "#c0392b");

	await button(page, "New label").click();
	await field(dialog(page), "Title").fill("Refund");
	await button(dialog(page), "Create").click();
	assert.ok(await errorAt(dialog(page), "title"));
	await page.keyboard.press("Escape");
	await button(dialog(page), "Discard them").click();
	await until(async () => !(await dialog(page).count()));

	await button(row(page, "Refund"), "Delete: Refund").click();
	assert.match(await dialog(page).textContent(), /Refund/);
	await button(dialog(page), "Delete").click();
	await until(async () => !(await row(page, "Refund").count()), { what: "the end of the label" });
});

test("canned replies: made, found, changed, deleted", async () => {
	await visit(page, "canned");
	await button(page, "New canned reply").click();
	await field(dialog(page), "Short code").fill("Not Good");
	await field(dialog(page), "Text").fill("Thank you.\nBye.");
	await button(dialog(page), "Create").click();
	assert.ok(await errorAt(dialog(page), "short_code"));
	assert.equal(await field(dialog(page), "Text").inputValue(), "Thank you.\nBye.", "what was typed stays");
	await field(dialog(page), "Short code").fill("thanks_2");
	await button(dialog(page), "Create").click();
	await row(page, "/thanks_2").waitFor();
	await page.getByRole("searchbox").fill("thanks_2");
	await until(async () => (await page.locator(".office-page tbody tr").count()) === 1, { what: "one hit" });
	await page.getByRole("searchbox").fill("no such thing");
	await page.getByText("Nothing matches").waitFor();
	await button(page, "Clear the filters").click();
	await button(row(page, "/thanks_2"), "Delete: /thanks_2").click();
	await button(dialog(page), "Delete").click();
	await until(async () => !(await row(page, "/thanks_2").count()));
});

test("a lost connection loses no typed text; the next try saves it", async () => {
	await visit(page, "settings");
	const name = field(page, "Name of the site");
	await name.fill("A shop on the hill");
	await page.context().setOffline(true);
	await button(page, "Save").click();
	await page.locator(".office-page .field-error", { hasText: "No connection" }).waitFor();
	assert.equal(await name.inputValue(), "A shop on the hill");
	await page.context().setOffline(false);
	await button(page, "Save").click();
	await toast(page, "Saved");
	assert.equal((await admin.get("/api/v1/settings")).body.data.settings.site_name, "A shop on the hill");
	await field(page, "Resolve by itself").fill("many");
	await button(page, "Save").click();
	assert.ok(await errorAt(page, "auto_resolve_days"));
	await field(page, "Resolve by itself").fill("0");
});

test("contacts: found in Chinese and Latin, changed, merged after a preview, erased after typing", async () => {
	const make = async (body) => (await admin.post("/api/v1/contacts", body)).body.data.contact;
	const mine = await make({ name: "欧阳修远", tags: ["VIP"], custom_attributes: { city: "庐陵" } });
	const other = await make({ email: "ouyang@literati.example", phone: "+86 139 0000 1111", tags: ["poet"], custom_attributes: { city: "滁州", source: "app" } });
	await visit(page, "contacts");
	for (const [text, hit] of [["欧阳", "欧阳修远"], ["ouyang", "ouyang@literati.example"]]) {
		await page.getByRole("searchbox").fill(text);
		await until(async () => (await page.locator(".office-page tbody tr").count()) === 1 && (await row(page, hit).count()) === 1, { what: text });
	}
	await visit(page, `contacts/${mine.id}`);
	await field(page, "E-mail").fill("no address");
	await button(page, "Save").click();
	assert.ok(await errorAt(page, "email"));
	await field(page, "E-mail").fill("");
	await page.locator(".o-chips input").fill("Song");
	await page.keyboard.press("Enter");
	await button(page, "+ Add an attribute").click();
	await page.getByLabel("Name", { exact: true }).last().fill("era");
	await page.getByLabel("Value: era").fill("北宋");
	await button(page, "Save").click();
	await toast(page, "Saved");
	const saved = (await admin.get(`/api/v1/contacts/${mine.id}`)).body.data.contact;
	assert.deepEqual([saved.tags, saved.custom_attributes], [["VIP", "Song"], { city: "庐陵", era: "北宋" }]);

	await button(page, "Merge").click();
	await dialog(page).getByRole("searchbox").fill("ouyang@literati");
	await dialog(page).getByRole("button", { name: /ouyang@literati/ }).click();
	const facts = (await dialog(page).locator(".preview").textContent()).replace(/\s+/g, " ");
	assert.match(facts, /ouyang@literati\.example from the other one/);
	assert.match(facts, /city庐陵/);
	assert.deepEqual(await axe(page, "'dialog'"), []);
	await button(dialog(page), "Merge").click();
	await toast(page, "Merged");
	const merged = (await admin.get(`/api/v1/contacts/${mine.id}`)).body.data.contact;
	assert.deepEqual([merged.email, merged.tags, merged.custom_attributes], [other.email, ["VIP", "Song", "poet"], { city: "庐陵", era: "北宋", source: "app" }], "the preview told what came");

	await button(page, "Erase").click();
	assert.equal(await button(dialog(page), "Erase").isDisabled(), true);
	await field(dialog(page), "Type").fill("erase");
	await button(dialog(page), "Erase").click();
	await until(() => page.evaluate(() => location.hash === "#/office/contacts"));
	assert.equal((await admin.get(`/api/v1/contacts/${mine.id}`)).status, 404);
});

test("contacts as CSV hold every contact", async () => {
	await visit(page, "contacts");
	const [file] = await Promise.all([page.waitForEvent("download"), button(page, "Export CSV").click()]);
	const text = await new Response((await file.createReadStream())).text();
	const { total_count: total } = (await admin.get("/api/v1/contacts?per_page=1")).body.data.meta;
	assert.equal(text.trim().split("\r\n").length - 1, total);
});

test("knowledge base: written, read beside it, asked; a draft is not used", async () => {
	await visit(page, "articles/new");
	await button(page, "Create").click();
	assert.ok(await errorAt(page, "title"));
	await field(page, "Title").fill("Where is the telescope workshop?");
	await page.locator("textarea[name=content]").fill("The telescope workshop is in the old observatory.\n\nSee https://shop.example/telescope for <b>more</b>.");
	const read = page.locator(".reading article");
	await until(async () => (await read.locator("p").count()) === 2, { what: "two paragraphs" });
	assert.equal(await read.locator("a").getAttribute("href"), "https://shop.example/telescope");
	assert.equal(await read.locator("b").count(), 0);
	await field(page, "Language").selectOption("en");
	await button(page, "Create").click();
	await toast(page, "Created");
	await until(() => page.evaluate(() => /articles\/\d+$/.test(location.hash)));
	await settled(page);
	const ask = async () => {
		await page.locator("#ask").fill("Where is the telescope workshop?");
		await page.locator("#ask").press("Enter");
		await page.locator(".answer").waitFor();
		return page.locator(".answer").textContent();
	};
	const answer = await ask();
	assert.match(answer, /Built in.*Sure.*Answer.*old observatory.*Passages found.*telescope workshop.*Used.*Match 100%.*old observatory/s);
	assert.deepEqual(await axe(page, "'.office'"), []);
	await page.getByLabel("Published").uncheck();
	await button(page, "Save").click();
	await toast(page, "Saved");
	await button(page, "Ask").click();
	await until(async () => !/old observatory/.test(await page.locator(".answer").textContent().catch(() => "")), { what: "an answer without the draft" });
	await button(page, "Delete").click();
	await button(dialog(page), "Delete").click();
	await until(async () => (await title(page)) === "Knowledge base");
});

test("inboxes: settings, the widget as it will look, hours, origins, a new token", async () => {
	await visit(page, "inboxes");
	await button(page, "New inbox").click();
	await field(dialog(page), "Name").fill("Harbour shop");
	await button(dialog(page), "Create").click();
	await until(() => page.evaluate(() => /inboxes\/\d+$/.test(location.hash)));
	await settled(page);
	const id = Number((await page.evaluate(() => location.hash)).split("/").at(-1));
	const inbox = async () => (await admin.get(`/api/v1/inboxes/${id}`)).body.data.inbox;
	const frame = page.frameLocator(".widget iframe");
	await button(page, "Launcher").click();
	await page.locator("textarea[name=greeting]").fill("Ahoy! May we help?");
	await frame.getByText("Ahoy! May we help?").waitFor({ timeout: 30_000 });
	await button(page, "#1f618d").click();
	await until(() => page.frames().find((one) => one.url().includes("preview"))?.evaluate(() => document.getElementById("deskbell")?.style.getPropertyValue("--a") === "#1f618d"), { what: "the colour in the preview" });
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE created_at > ?", [Date.now() - 60_000]))[0].n, 0, "a look starts nothing");

	await button(page, "By hours").click();
	await page.getByLabel("Saturday from").count().then((n) => assert.equal(n, 0));
	await button(page, "Add hours: Saturday").click();
	await page.getByLabel("Saturday to").fill("00:00");
	await button(page, "+ Add a field").click();
	await page.locator(".o-chips input").fill("not an origin");
	await page.keyboard.press("Enter");
	await button(page, "Save").click();
	assert.ok(await errorAt(page, "allowed_origins"));
	// What is wrong in a part of a field stands beside that field.
	await button(page, "Delete: not an origin").click();
	await page.getByLabel("Monday to").fill("08:00");
	await button(page, "Save").click();
	await page.locator(".hours + .field-error").waitFor();
	assert.deepEqual(await axe(page, "'.office'"), []);
	await page.getByLabel("Monday to").fill("18:00");
	await page.getByLabel("Key 1").fill("");
	await button(page, "Save").click();
	await page.getByText("Each field needs a key").waitFor();
	await page.getByLabel("Key 1").fill("name");
	await page.locator(".o-chips input").fill("https://harbour.example");
	await page.keyboard.press("Enter");
	await button(page, "Save").click();
	await toast(page, "Saved");
	const saved = await inbox();
	assert.deepEqual([saved.greeting, saved.color, saved.allowed_origins], ["Ahoy! May we help?", "#1f618d", ["https://harbour.example"]]);
	assert.deepEqual(saved.business_hours.days.find((one) => one.day === 6), { day: 6, from: "09:00", to: "24:00" });
	assert.deepEqual(saved.pre_chat_fields, [{ name: "name", label: "Name", required: false }]);
	assert.deepEqual(await axe(page, "'.office'"), []);

	assert.match(await page.locator(".snippet").textContent(), new RegExp(`src="${stack.urls.chat}/widget.js" data-inbox="${saved.website_token}"`));
	await button(page, "New token").click();
	await button(dialog(page), "New token").click();
	await until(async () => (await page.locator(".snippet").textContent()).includes((await inbox()).website_token) && (await inbox()).website_token !== saved.website_token, { what: "the new token in the snippet" });
	await button(page, "Delete").click();
	await button(dialog(page), "Delete").click();
	await until(async () => (await title(page)) === "Inboxes");
});

test("webhooks: the secret once, a test that arrives, the log, sent again", async () => {
	const heard = [];
	const server = createServer((request, response) => request.on("data", () => {}).on("end", () => response.end(heard.push(request.headers) ? "" : "")));
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	try {
		await visit(page, "webhooks");
		await button(page.locator(".page-actions"), "New webhook").click();
		await button(dialog(page), "Create").click();
		assert.ok(await errorAt(dialog(page), "url"));
		await field(dialog(page), "URL").fill(`http://127.0.0.1:${server.address().port}/hook`);
		await button(dialog(page), "Create").click();
		const secret = await page.locator(".secret code").textContent();
		assert.ok(secret.length >= 16);
		await button(dialog(page), "I have kept it").click();
		await page.locator(".office-page tbody a").click();
		await settled(page);
		assert.doesNotMatch(await page.locator(".office-page").textContent(), new RegExp(secret));
		await button(page, "Send a test").click();
		await until(() => heard.length === 1, { what: "the ping" });
		assert.match(heard[0]["x-deskbell-signature"], /^sha256=/);
		await row(page, "Delivered").waitFor({ timeout: 30_000 });
		await row(page, "Delivered").getByRole("button", { name: /Send again/ }).click();
		await until(() => heard.length === 2, { what: "the ping again" });
		assert.deepEqual(await axe(page, "'.office'"), []);
		await button(page, "Delete").click();
		await button(dialog(page), "Delete").click();
		await page.getByText("No webhooks yet").waitFor();
	} finally {
		server.close();
	}
});

test("the audit log tells it, and its filters lead to it", async () => {
	// The list of people comes when the filters stand there already: the one that somebody has opened stays what it is.
	let come;
	await page.route("**/api/v1/users?**", async (route) => (await new Promise((go) => (come = go)), route.continue()));
	await page.reload(); // forgets whom it knows
	await visit(page, "audit");
	await page.getByLabel("User number").waitFor();
	await until(() => come, { what: "the question for people" });
	const action = await field(page, "Action").elementHandle();
	await action.focus();
	come();
	await page.getByLabel("Who").waitFor();
	assert.ok(await action.evaluate((select) => document.activeElement === select && [...select.options].some((option) => option.value === "inbox:rotate_token")), "it has the focus, and its options");
	await page.unroute("**/api/v1/users?**");
	await field(page, "Action").selectOption("inbox:rotate_token");
	await until(async () => (await page.locator(".office-page tbody tr").count()) === 1, { what: "one line" });
	assert.match(await page.locator(".office-page tbody tr").textContent(), /管理员.*Inbox's token replaced.*inbox:rotate_token/);
	await page.getByLabel("From", { exact: true }).fill("2020-01-01");
	await page.getByLabel("To", { exact: true }).fill("2020-01-02");
	await page.getByText("Nothing matches").waitFor();
	await button(page, "Clear").click();
	await until(async () => (await page.locator(".office-page tbody tr").count()) > 5);
});

test("the audit log says actions in words, in either language, and finds them by these; one it does not know stands as it is", async () => {
	await stack.sql("INSERT INTO audit_log (user_id, action, resource_id, ip_address, user_agent, created_at) VALUES (1, 'robot:dance', 7, '127.0.0.1', 'a test', ?)", [Date.now()]);
	for (const [locale, group, words] of [["zh-CN", "团队", "新建团队"], ["en-US", "Teams", "Team created"]]) {
		const at = await officeOf(browser, stack, "admin@example.com", "audit", { locale });
		const action = at.locator(".filters select").nth(1);
		await action.locator(`optgroup[label="${group}"]`).locator("option", { hasText: words }).waitFor({ state: "attached" });
		await action.selectOption({ label: words });
		const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM audit_log WHERE action = 'team:create'");
		await until(async () => (await row(at, words).count()) === n && (await at.locator(".office-page tbody tr").count()) === n, { what: words });
		const cell = row(at, words).first().locator(`[title="team:create"]`);
		assert.equal(await cell.textContent(), words);
		assert.match(await row(at, words).first().textContent(), /team:create #\d+/);
		await action.selectOption("");
		const unknown = row(at, "robot:dance").first();
		await unknown.waitFor();
		assert.equal(await unknown.locator('[title="robot:dance"]').textContent(), "robot:dance");
		assert.deepEqual(await axe(at, "'.office'"), []);
		await at.context().close();
	}
});

test("what is not saved is not lost unasked: by a link, by Back, by the bar, by Escape, by closing the page; in both languages", async () => {
	const at = await officeOf(browser, stack, "admin@example.com", "labels");
	const hash = () => at.evaluate(() => location.hash);
	const focused = () => at.evaluate(() => document.activeElement.textContent || document.activeElement.name);
	const asked = dialog(at).filter({ hasText: "Your changes are not saved" });
	const stays = async () => {
		await asked.waitFor();
		assert.equal(await focused(), "Keep editing");
		assert.deepEqual(await axe(at, "'.office'"), []);
		await at.keyboard.press("Enter");
		await asked.waitFor({ state: "detached" });
	};
	await at.locator(".office-nav a", { hasText: "Settings" }).click();
	await until(async () => (await title(at)) === "Settings");
	await settled(at);
	const name = field(at, "Name of the site");
	const kept = await name.inputValue();
	await name.fill("Half a name");

	await at.locator(".office-nav a", { hasText: "Labels" }).click();
	await stays();
	assert.deepEqual([await hash(), await name.inputValue(), await focused()], ["#/office/settings", "Half a name", "Labels"]);
	await name.focus();
	await at.goBack();
	await stays();
	assert.deepEqual([await hash(), await name.inputValue(), await focused()], ["#/office/settings", "Half a name", "site_name"]);
	await at.locator(".part-link", { hasText: "Conversations" }).click();
	await stays();
	await button(at.locator(".bar"), "Menu of 管理员").click();
	await at.locator("[data-do=sign-out]").click();
	await stays();
	assert.equal(await hash(), "#/office/settings");
	const said = at.waitForEvent("dialog");
	await name.press("End");
	await at.close({ runBeforeUnload: true });
	const unload = await said;
	assert.equal(unload.type(), "beforeunload");
	await unload.dismiss();

	// Thrown away, one is where one wanted to go, and comes back to what the server has.
	await at.goBack();
	await asked.waitFor();
	await button(asked, "Discard them").click();
	await until(async () => (await title(at)) === "Labels");
	assert.equal(await hash(), "#/office/labels");
	await at.goForward();
	await until(async () => (await title(at)) === "Settings");
	await settled(at);
	assert.equal(await name.inputValue(), kept);
	// A step is taken back once: with a page to go forward to, twice would end there.
	for (let i = 0; i < 4; i++) {
		await name.fill("Half a name");
		await at.locator(".office-nav a", { hasText: "Labels" }).click();
		await stays();
		await at.goBack();
		await asked.waitFor();
		await button(asked, "Discard them").click();
		await until(async () => (await title(at)) === "Labels");
		await at.goForward();
		await until(async () => (await title(at)) === "Settings");
		await settled(at);
	}
	await at.goBack();
	await until(async () => (await title(at)) === "Labels");

	await settled(at);
	await button(at, "New label").click();
	await at.keyboard.press("Escape");
	await until(async () => !(await dialog(at).count()), { what: "an untouched form to close unasked" });
	await button(at, "New label").click();
	await field(dialog(at), "Title").fill("Half a label");
	await at.keyboard.press("Escape");
	await stays();
	assert.equal(await field(dialog(at), "Title").inputValue(), "Half a label");
	await at.evaluate(() => (document.documentElement.lang = "zh"));
	// Pressed again and again, Escape closes dialogs without a word of the page's: nothing is lost by that either.
	for (let i = 0; i < 4; i++) await at.keyboard.press("Escape");
	assert.equal(await at.locator("dialog [name=title]").inputValue(), "Half a label");
	const again = dialog(at).filter({ hasText: "有未保存的修改" });
	if (!(await at.evaluate(async () => (await import("/admin/office/ui/unsaved.mjs")).question.value))) await button(dialog(at), "关闭").click();
	await again.waitFor();
	await button(again, "放弃修改").click();
	await until(async () => !(await dialog(at).count()));
	assert.equal(await at.evaluate(() => document.activeElement.textContent), "新建标签");
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM labels WHERE title LIKE 'Half%'"))[0].n, 0);
	assert.deepEqual(serious(at), []);
	await at.context().close();
});

test("the dashboard follows without a reload", async () => {
	await visit(page, "dashboard");
	const figure = () => page.locator(".tile", { hasText: "Open conversations" }).first().locator(".figure").textContent();
	// What is told live brings the figures at once; while nobody looks nothing is asked.
	let asked = 0;
	page.on("request", (request) => (asked += request.url().endsWith("/dashboard/stats") ? 1 : 0));
	const look = (state) => page.evaluate((is) => {
		Object.defineProperty(document, "visibilityState", { configurable: true, get: () => is });
		document.dispatchEvent(new Event("visibilitychange"));
	}, state);
	const first = Number(await figure());
	await look("hidden");
	await httpClient(stack.urls.chat).post("/api/v1/chat/sessions", {});
	await until(() => page.evaluate(async () => (await import("/admin/talks.mjs")).counts.value.all > 0), { what: "the live numbers" });
	assert.equal(asked, 0);
	await look("visible");
	await until(async () => Number(await figure()) > first, { what: "one more, once it is looked at" });
	const second = Number(await figure());
	await httpClient(stack.urls.chat).post("/api/v1/chat/sessions", {});
	await until(async () => Number(await figure()) > second, { what: "one more, by the live numbers" });
	const chart = page.locator("figure.chart").first();
	await chart.locator("summary").click();
	// Both of the same day: the page asks again by itself, some time after midnight too.
	await until(async () => {
		const { by_hour } = (await admin.get("/api/v1/dashboard/stats")).body.data;
		assert.deepEqual((await chart.locator("td").allTextContents()).map(Number), by_hour.map((one) => one.conversations_count));
		return true;
	}, { timeout: 60_000, what: "the hours that the API says" });
	assert.deepEqual(serious(page), []);
});
