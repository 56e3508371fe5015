// The running of the site from the back office: each page does its thing for real, for admins alone.
import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe, launchBrowser } from "../lib/browser.mjs";
import { httpClient } from "../lib/client.mjs";
import { connect } from "../lib/desk.mjs";
import { startStack, until } from "../lib/stack.mjs";
import { button, dialog, errorAt, field, links, officeOf, out, PHONE, row, serious, settled, shot, title, toast, visit } from "./office_page.mjs";

const PAGES = ["system", "system/logs", "system/backups", "system/exports", "system/maintenance", "system/redis"];
let stack, browser, admin, page;

before(async () => {
	mkdirSync(out, { recursive: true });
	[stack, browser] = await Promise.all([startStack({ env: { DESKBELL_AI_PROVIDER: "off" } }), launchBrowser()]);
	admin = await connect(stack, "admin@example.com");
	page = await officeOf(browser, stack, "admin@example.com", "system");
});
after(async () => {
	await browser?.close();
	await stack?.stop();
});
const rows = () => page.locator(".office-page tbody tr");
const saved = async (pressed) => {
	const [file] = await Promise.all([page.waitForEvent("download"), pressed()]);
	const parts = [];
	for await (const part of await file.createReadStream()) parts.push(part);
	return { name: file.suggestedFilename(), bytes: Buffer.concat(parts) };
};

test("backups: made while one looks, downloaded whole, deleted after a question", async () => {
	await visit(page, "system/backups");
	await page.getByText("No backups yet").waitFor();
	assert.match(await page.locator(".office-page").textContent(), /older than 14 days are deleted.*make stop restore|make stop restore.*older than 14 days are deleted/s);
	await button(page, "Make a backup now").click();
	await toast(page, "A backup has begun");
	await until(async () => (await rows().count()) === 1 && /Complete/.test(await rows().textContent()), { timeout: 60_000, what: "the complete backup" });
	const [made] = (await admin.get("/api/system/backup")).body.data.backups;
	assert.match(await page.locator(".secret code").textContent(), new RegExp(`restore FILE=${made.filename}`));
	const file = await saved(() => button(page, `Download: ${made.filename}`).click());
	assert.deepEqual([file.name, file.bytes.length, file.bytes.readUInt16BE(0)], [made.filename, made.size_bytes, 0x1f8b]);
	await button(page, `Delete: ${made.filename}`).click();
	assert.match(await dialog(page).textContent(), new RegExp(made.filename));
	assert.deepEqual(await axe(page, "'dialog'"), []);
	await button(dialog(page), "Cancel").click();
	assert.equal(await rows().count(), 1);
	await button(page, `Delete: ${made.filename}`).click();
	await button(dialog(page), "Delete").click();
	await page.getByText("No backups yet").waitFor();
	assert.equal(existsSync(path.join(stack.dir, "files/backup", made.filename)), false);
	await button(page, "Make a backup now").click();
	await until(async () => /Complete/.test(await page.locator(".office-page").textContent()), { timeout: 60_000, what: "another one" });
});

test("exports: refused beside the field, written, watched, downloaded, deleted", async () => {
	await visit(page, "system/exports");
	await page.getByText("No exports yet").waitFor();
	await page.getByText("Some of the messages alone").click();
	await field(page, "Sender's id").fill("nobody_at_all");
	await button(page, "Begin").click();
	assert.ok((await errorAt(page, "from_user")).length > 3);
	assert.doesNotMatch(await errorAt(page, "from_user"), /from_user/, "the field is not named in its own error");
	await field(page, "Sender's id").fill("kehu_001");
	await button(page, "Begin").click();
	await toast(page, "The export has begun");
	await until(async () => (await rows().count()) === 1 && /Complete/.test(await rows().textContent()), { timeout: 60_000, what: "the export" });
	assert.match(await rows().textContent(), /CSV.*kehu_001 →.*管理员/s);
	const csv = await saved(() => rows().getByRole("button", { name: /^Download/ }).click());
	assert.match(csv.name, /^messages-\d+\.csv$/);
	assert.equal(csv.bytes.toString().trim().split("\r\n").length, 3);
	await field(page, "Sender's id").fill("");
	await field(page, "Format").selectOption("json");
	// A day at the other side of the world from the server's would begin elsewhere: the page sends days, not times.
	await field(page, "From").fill("2020-01-01");
	await button(page, "Begin").click();
	await until(async () => (await rows().count()) === 2 && !(await page.locator("td progress").count()), { timeout: 60_000, what: "the other one" });
	const json = await saved(() => rows().first().getByRole("button", { name: /^Download/ }).click());
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM messages WHERE stream > 0 AND private = 0 AND deleted_at IS NULL AND sender_type < 3");
	assert.equal(JSON.parse(json.bytes).length, n);
	await rows().last().getByRole("button", { name: /^Delete/ }).click();
	await button(dialog(page), "Delete").click();
	await until(async () => (await rows().count()) === 1, { what: "one export" });

	// While it is under way one sees how far it is, and can end it.
	await stack.kill("worker");
	await button(page, "Begin").click();
	await page.locator("td progress").waitFor();
	await rows().first().getByRole("button", { name: /^Stop and delete/ }).click();
	await button(dialog(page), "Stop and delete").click();
	await until(async () => (await rows().count()) === 1, { what: "its end" });
	await stack.start("worker");
});

test("logs: by level, words and request; pages; followed while one looks", async () => {
	const id = "req_findmeinthelog";
	const wrong = (name, headers) => httpClient(stack.urls.chat).post("/api/v1/auth/login", { email: `${name}@example.com`, password: "wrong password" }, { headers });
	await wrong("nobody", { "X-Request-ID": id });
	await visit(page, "system/logs");
	await page.getByRole("searchbox").fill("login.wrong");
	await until(async () => (await rows().count()) > 0 && (await rows().allTextContents()).every((text) => text.includes("login.wrong")), { what: "that key alone" });
	await rows().first().getByRole("button", { name: `This request alone: ${id}` }).click();
	assert.equal(await field(page, "Request id").inputValue(), id);
	await button(page, "Clear").click();
	await field(page, "Request id").fill(id);
	await until(async () => (await rows().count()) === 1, { what: "that request alone" });
	await page.getByLabel("Follow").check();
	await wrong("nobody2", { "X-Request-ID": id });
	await until(async () => (await rows().count()) === 2, { what: "what was logged since" });
	await page.getByLabel("Follow").uncheck();
	await field(page, "Level").selectOption("error");
	await page.getByText("Nothing matches").waitFor();
	await button(page, "Clear the filters").click();
	await field(page, "From").fill("2020-01-01T00:00");
	await page.getByLabel("To", { exact: true }).fill("2020-01-02T00:00");
	await page.getByText("Nothing matches").waitFor();
	assert.equal(await page.getByLabel("Follow").isDisabled(), true);
	await button(page, "Clear the filters").click();
	await until(async () => (await rows().count()) > 5, { what: "all" });

	// Pages: what is logged meanwhile does not push lines from one to the next.
	const write = (from, to) => appendFileSync(path.join(stack.dir, "log/paged.log"), Array.from({ length: to - from }, (_, i) => `${JSON.stringify({ time: new Date(Date.now() - 60_000 + from + i).toISOString(), level: "info", component: "paged", key: "paged.line", message: `line ${from + i}.` })}\n`).join(""));
	write(0, 120);
	await page.getByRole("searchbox").fill("paged.line");
	await page.getByText("Page 1 of 3").waitFor();
	await page.getByText("line 119.").waitFor();
	write(30_000, 30_020);
	await button(page, "Next page").click();
	await page.getByText("Page 2 of 3").waitFor();
	await until(async () => /line 69\./.test(await rows().first().textContent()), { what: "the line behind the last one of the first page" });
	await button(page, "Next page").click();
	await until(async () => (await rows().count()) === 20 && /line 0\./.test(await rows().last().textContent()), { what: "the oldest" });
	await button(page, "Clear").click();
	assert.deepEqual(serious(page), []);
});

test("Redis: Deskbell's keys alone, looked for by name, flushed after typing; nothing is lost", async () => {
	await stack.redis("SET", "foreign:key", "1");
	for (let i = 0; i < 30; i++) await stack.redis("SET", `deskbell:test:${i}`, "1", "EX", "300");
	await visit(page, "system/redis");
	assert.match(await page.locator(".facts").textContent(), /Version\d+\.\d.*Memory\d/s);
	await until(async () => (await rows().count()) > 30, { what: "the keys" });
	assert.ok((await rows().allTextContents()).every((text) => text.startsWith("deskbell:")));
	await page.getByRole("searchbox").fill("test:1*");
	await until(async () => (await rows().count()) === 11, { what: "those keys" });
	await button(page, "Flush").click();
	assert.match(await dialog(page).textContent(), /test:1\*/);
	assert.equal(await button(dialog(page), "Flush").isDisabled(), true);
	assert.deepEqual(await axe(page, "'dialog'"), []);
	await field(dialog(page), "Type").fill("flush");
	await button(dialog(page), "Flush").click();
	await toast(page, "11 keys are gone");
	await page.getByText("No key matches").waitFor();
	await page.getByRole("searchbox").fill("");
	await button(page, "Flush").click();
	await field(dialog(page), "Type").fill("flush");
	await until(async () => (await dialog(page).textContent()).includes("everything of Deskbell's"));
	await button(dialog(page), "Flush").click();
	await page.locator(".toast", { hasText: /[1-9]\d* keys are gone/ }).waitFor();
	assert.deepEqual([await stack.redis("EXISTS", "foreign:key"), await stack.redis("KEYS", "deskbell:test:*")], [1, []]);
	await visit(page, "system"); // and whoever was signed in, is
	assert.deepEqual(serious(page), []);
});

test("maintenance: after a question all but admins are refused with the words that the page showed", async () => {
	await visit(page, "system/maintenance");
	await page.getByText("The site is open", { exact: true }).waitFor();
	await field(page, "What people are told").fill("Back at ten.\n<b>Sorry</b>");
	assert.equal((await page.locator(".said").textContent()).trim(), "Back at ten.\n<b>Sorry</b>");
	await button(page, "Close the site").click();
	assert.match(await dialog(page).textContent(), /all but admins.*Back at ten/s);
	await button(dialog(page), "Cancel").click();
	const chat = httpClient(stack.urls.chat);
	const begin = () => chat.post("/api/v1/chat/sessions", {});
	assert.equal((await begin()).status, 201);
	await button(page, "Close the site").click();
	assert.deepEqual(await axe(page, "'dialog'"), []);
	await button(dialog(page), "Close the site").click();
	await toast(page, "The site is closed");
	await until(async () => (await begin()).status === 503, { what: "a closed site" });
	assert.match((await begin()).text, /Back at ten/);
	const agent = await officeOfNobody();
	await agent.getByText("Back at ten").waitFor();
	await agent.context().close();
	await visit(page, "system");
	await page.getByText("Maintenance mode is on").waitFor();
	await page.getByRole("link", { name: "Go and end it" }).click();
	await settled(page);
	assert.deepEqual(await axe(page, "'.office'"), []);
	await field(page, "What people are told").fill("Back at eleven");
	await button(page, "Change the text").click();
	await toast(page, "The text is changed");
	await until(async () => /eleven/.test((await begin()).text), { what: "the other words" });
	await button(page, "Open the site").click();
	await toast(page, "The site is open again");
	await until(async () => (await begin()).status === 201, { what: "an open site" });
	assert.deepEqual(serious(page).filter((problem) => !/503/.test(problem)), []);
});
/** Somebody who is not let in: the form stays. */
async function officeOfNobody() {
	const agent = await (await browser.newContext({ locale: "en-US" })).newPage();
	await agent.goto(`${stack.urls.chat}/admin/`);
	await agent.locator("input[name=email]").fill("agent@example.com");
	await agent.locator("input[name=password]").fill("password123");
	await agent.keyboard.press("Enter");
	return agent;
}

test("health: every part's state, and figures that are the server's; what stops is said within a look", async () => {
	await visit(page, "system");
	const part = (name) => page.locator("tr", { has: page.locator(`[data-part="${name}"]`) });
	for (const [name, text] of [["mysql", /Connected.*\d+\.\d+.*answers in/s], ["redis", /Connected.*\d+\.\d.*of memory/s], ["websocket", /Running.*relays: 1/s], ["worker", /Running/], ["storage", /Available.*free of/s], ["ai", /Off/], ["api", /Running.*0\.\d+.*up for/s]]) {
		await until(async () => text.test(await part(name).textContent()), { what: `${name}: ${text}` });
	}
	await page.getByText("All is well").waitFor();
	const charts = page.locator("figure.chart");
	assert.equal(await charts.count(), 3);
	const cells = async (i) => {
		if (!(await charts.nth(i).locator("details").getAttribute("open")) && !(await charts.nth(i).locator("table").isVisible())) await charts.nth(i).locator("summary").click();
		return charts.nth(i).locator("tbody tr").evaluateAll((lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent)));
	};
	const minutes = await cells(0);
	const times = await cells(1);
	const bins = await cells(2);
	const told = (await admin.get("/api/analytics/performance")).body.data;
	const count = (text) => Number(text.replace(/,/g, ""));
	assert.ok(minutes.length >= 1 && minutes.every((line) => /^\d\d:\d\d$/.test(line[0])));
	assert.ok(minutes.reduce((sum, line) => sum + count(line[1]), 0) > 50, "requests were counted");
	assert.equal(times[0].length, 4);
	assert.ok(bins.reduce((sum, line) => sum + count(line[1]), 0) > 50 && bins.reduce((sum, line) => sum + count(line[1]), 0) <= told.requests.total + told.minutes.reduce((sum, one) => sum + one.count, 0));
	assert.match(await page.getByRole("region", { name: "By class of route" }).textContent(), /desk · read\d+.*ms/s);
	assert.match(await page.getByRole("region", { name: "By route", exact: true }).textContent(), /GET \/api\/system/);
	await stack.kill("worker");
	await stack.redis("DEL", "deskbell:worker");
	await until(async () => /Stopped/.test(await part("worker").textContent()), { what: "the worker's end" });
	await page.getByText("Something does not work").waitFor();
	await stack.start("worker");
	await stack.kill("mariadb", "SIGSTOP");
	try {
		await page.getByText("The database is away").waitFor({ timeout: 60_000 });
	} finally {
		await stack.kill("mariadb", "SIGCONT");
	}
	await page.getByText("All is well").waitFor({ timeout: 60_000 });
	await until(async () => (await charts.count()) === 3, { timeout: 30_000, what: "the figures again" });
});

test("the self-test: from this page through every part and back, each timed; what is broken is named, with what to do", async () => {
	await visit(page, "system");
	const step = (name) => page.locator(".self-test tr", { has: page.locator(`[data-step="${name}"]`) });
	const steps = () => page.locator(".self-test [data-step]").evaluateAll((all) => all.map((one) => one.dataset.step));
	await button(page, "Run the self-test").focus();
	await page.keyboard.press("Enter");
	await page.getByText("Every part works").waitFor({ timeout: 30_000 });
	assert.deepEqual(await steps(), ["page", "live", "web", "websocket", "relay", "redis", "database", "clock", "worker", "storage"]);
	for (const name of await steps()) assert.match(await step(name).textContent(), /Works(< )?[\d.,]+ ms/, name);
	assert.equal(await page.evaluate(() => document.activeElement.textContent), "Run it again", "the focus stays");
	assert.deepEqual(await axe(page, "'.office'"), []);
	await shot(page, "system-self-test-en-light");

	await stack.kill("worker");
	await button(page, "Run it again").click();
	await page.locator(".self-test .verdict", { hasText: /Background worker/ }).waitFor({ timeout: 30_000 });
	assert.match(await step("database").textContent(), /Works/);
	await stack.start("worker");

	// Without a relay there is no live connection either: the test runs all the same, as that is when it is needed.
	await stack.kill("relay");
	await until(async () => {
		await button(page, "Run it again").click();
		await page.locator(".self-test .verdict").waitFor({ timeout: 30_000 });
		return /Broken.*Live connection.*Relay/s.test(await page.locator(".self-test .verdict").textContent());
	}, { timeout: 90_000, what: "the broken relay by its name" });
	assert.match(await step("relay").textContent(), /Start deskbell-relay/);
	await stack.start("relay");
	await until(async () => {
		await button(page, "Run it again").click();
		await page.locator(".self-test .verdict").waitFor({ timeout: 30_000 });
		return /Every part works/.test(await page.locator(".self-test .verdict").textContent());
	}, { timeout: 120_000, what: "all well again" });
	assert.deepEqual(serious(page).filter((problem) => !/status of (401|503)/.test(problem)), []);
});

for (const [name, options] of [
	["en-light", { locale: "en-US", colorScheme: "light", viewport: { width: 1440, height: 900 } }],
	["zh-dark", { locale: "zh-CN", colorScheme: "dark", viewport: { width: 1440, height: 900 } }],
	["zh-light-phone", { locale: "zh-CN", colorScheme: "light", ...PHONE }],
	["en-dark-narrow", { locale: "en-US", colorScheme: "dark", ...PHONE, viewport: { width: 360, height: 740 } }],
]) test(`every page, ${name}: axe finds nothing, nothing sticks out, nothing complains`, async () => {
	const at = await officeOf(browser, stack, "admin@example.com", "system", options);
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

test("reached by the keyboard, and right after a reload, while the page's connection is only being made", async () => {
	await page.goto(`${stack.urls.chat}/admin/#/office/system/redis`);
	for (let i = 0; i < 3; i++) {
		await page.reload();
		await settled(page);
		assert.equal(await page.locator(".trouble").count(), 0);
	}
	await page.getByRole("link", { name: "Logs" }).focus();
	await page.keyboard.press("Enter");
	await until(async () => (await title(page)) === "Logs", { what: "the logs" });
	await settled(page);
	assert.equal(await page.locator('.tabs [aria-current="page"]').textContent(), "Logs");
	await visit(page, "system/no-such-part");
	assert.equal(await title(page), "There is no such page");
	assert.deepEqual(serious(page).filter((problem) => !/status of (401|503)/.test(problem)), []);
});

test("no connection: what was there stays and says so; what was not can be tried again", async () => {
	await visit(page, "system/logs");
	await page.context().setOffline(true);
	await page.getByRole("searchbox").fill("worker.start");
	await page.getByText("No connection").first().waitFor({ timeout: 30_000 });
	await page.context().setOffline(false);
	await page.getByRole("button", { name: "Try again" }).first().click();
	await until(async () => (await rows().count()) > 0 && (await rows().allTextContents()).every((text) => text.includes("worker.start")), { what: "the search" });
	assert.equal(await row(page, "worker.start").first().getByText("Info").count(), 1);
});

test("no relay: pages that need a live connection say so in both languages, and all goes on by itself", async () => {
	const zh = await officeOf(browser, stack, "admin@example.com", "system/logs", { locale: "zh-CN", colorScheme: "dark", ...PHONE });
	const alert = (where) => where.locator(".office-page .trouble");
	await visit(page, "system/redis");
	await stack.kill("relay");
	try {
		await until(async () => (await admin.get("/api/redis/status")).status === 401, { timeout: 120_000, what: "the end of the connections" });
		await visit(page, "system/backups");
		await alert(page).waitFor();
		assert.match(await alert(page).textContent(), /no live connection.*deskbell-relay.*by itself.*DESKBELL_DESK_REQUIRE_CONNECTION=0.*Try again/is);
		await visit(zh, "system/backups");
		await alert(zh).waitFor();
		assert.match(await alert(zh).textContent(), /没有实时连接.*deskbell-relay.*自动继续.*DESKBELL_DESK_REQUIRE_CONNECTION=0.*重试/s);
		await Promise.all([shot(page, "no-relay"), shot(zh, "no-relay-zh-phone")]);
		assert.deepEqual(await axe(page), []);
		await visit(page, "system");
		await page.getByText("Something does not work").waitFor({ timeout: 30_000 });
		assert.match(await alert(page).textContent(), /no live connection/i, "health is told, its figures say what they lack");
		await visit(page, "system/maintenance");
		await alert(page).waitFor();
	} finally {
		await stack.start("relay");
	}
	await button(page, "Close the site").waitFor({ timeout: 30_000 });
	await until(async () => (await alert(zh).count()) === 0 && (await zh.locator(".office-page .tabs").count()) === 1, { timeout: 30_000, what: "the backups, without a touch" });
	await zh.context().close();
});

test("supervisors and agents neither see nor reach them", async () => {
	for (const email of ["supervisor@example.com", "agent@example.com"]) {
		const other = await officeOf(browser, stack, email);
		assert.equal((await links(other)).includes("System"), false);
		const asked = [];
		other.on("request", (request) => /\/api\/(system|redis|messages|analytics)/.test(request.url()) && asked.push(request.url()));
		for (const route of PAGES) {
			await visit(other, route);
			await other.getByText("You may not see this page").waitFor();
		}
		assert.deepEqual(asked, [], "nothing is asked for that would be refused");
		await other.keyboard.press("Control+k");
		await other.keyboard.type("System");
		assert.equal(await other.locator('[role="option"]', { hasText: /^System/ }).count(), 0);
		assert.deepEqual(serious(other), []);
		await other.context().close();
	}
});
