// Files in the widget: every way in, progress, cancel, refusals in the visitor's words, and none lost or sent twice.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe, launchBrowser } from "../lib/browser.mjs";
import { signIn } from "../lib/client.mjs";
import { root, startStack, until } from "../lib/stack.mjs";
import { desk, phone, say, sessionOf, shot, shows, still, visit } from "../lib/widget.mjs";

const MAX = 300_000;
const text = (bytes) => Buffer.from(randomBytes(bytes / 2).toString("hex"));
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");
const pdf = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");
let stack, browser, agent;

before(async () => {
	mkdirSync(path.join(root, "tests/out"), { recursive: true });
	[stack, browser] = await Promise.all([startStack({ env: { DESKBELL_MAX_FILE: String(MAX), DESKBELL_AI_PROVIDER: "off" } }), launchBrowser()]);
	agent = await signIn(stack.urls.chat, "agent@example.com");
});
after(async () => {
	await browser?.close();
	await stack?.stop();
});

const open = (options) => visit(browser, `${stack.urls.chat}/`, options);
const choose = (page, ...files) => page.locator("input[type=file]").setInputFiles(files.map(([name, buffer, mimeType = "text/plain"]) => ({ name, buffer, mimeType })));
const stored = async (page) => {
	const session = await sessionOf(page);
	return (await stack.sql("SELECT m.content, m.attachment, m.client_id FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? AND m.sender_type = 0 ORDER BY m.seq", [session])).map((m) => m.content);
};
const sent = (page, n) => until(async () => (await page.locator(".row.user .card[href]").count()) === n && (await page.locator(".pending").count()) === 0, { timeout: 60_000, what: `${n} files sent` });
const slow = async (page, uploadThroughput) => {
	const client = await page.context().newCDPSession(page);
	await client.send("Network.enable");
	await client.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
};
/** As a hand does it: files dropped or pasted, in an event of the page's own making. */
const give = (page, where, type, name, bytes, mimeType) => page.locator(where).evaluate((el, [type, name, bytes, mimeType]) => {
	const data = new DataTransfer();
	data.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }));
	const init = { bubbles: true, cancelable: true, composed: true };
	if (type === "paste") return !el.dispatchEvent(new ClipboardEvent(type, { ...init, clipboardData: data }));
	el.dispatchEvent(new DragEvent("dragover", { ...init, dataTransfer: data }));
	const marked = el.closest("dialog").classList.contains("drop");
	return !el.dispatchEvent(new DragEvent("drop", { ...init, dataTransfer: data })) && marked;
}, [type, name, [...bytes], mimeType]);

for (const { name, options } of [desk, phone]) {
	test(`attached, pasted and dropped; a picture inline, others as a card; both ways (${name})`, async () => {
		const page = await open(options);
		await choose(page, ["照片.png", png, "image/png"], ["invoice.pdf", pdf, "application/pdf"]);
		await sent(page, 2);
		assert.ok(await give(page, "textarea", "paste", "pasted.png", png, "image/png"), "a pasted file is taken");
		assert.ok(await give(page, ".log", "drop", "dropped.txt", text(2000), "text/plain"), "a dropped file is taken, and the panel shows that it would be");
		await sent(page, 4);
		assert.equal(await page.locator(".drop").count(), 0);
		assert.deepEqual((await stored(page)).sort(), ["dropped.txt", "invoice.pdf", "pasted.png", "照片.png"]);
		assert.equal(await page.locator(".card img").count(), 2);
		await until(() => page.locator(".card img").first().evaluate((img) => img.complete && img.naturalWidth === 1), { what: "the picture" });
		assert.equal(await page.locator(".card img").first().getAttribute("alt"), "照片.png");
		assert.equal((await page.locator(".card", { hasText: "dropped.txt" }).locator("small").textContent()), "2 KB");
		const got = await page.evaluate(async (href) => (await fetch(href)).headers.get("content-type"), await page.locator(".card", { hasText: "invoice.pdf" }).getAttribute("href"));
		assert.equal(got, "application/pdf");

		const session = await sessionOf(page);
		const form = new FormData();
		form.append("content", "This is the guide");
		form.append("file", new Blob([pdf]), "guide.pdf");
		const { id } = (await agent.get(`/api/v1/chat/sessions/${session}`)).body.data;
		const answer = await fetch(`${stack.urls.kefu}/api/v1/conversations/${id}/files`, { method: "POST", body: form, headers: { Authorization: `Bearer ${agent.token}` } });
		assert.equal(answer.status, 201, await answer.text());
		await page.locator(".row.agent .card", { hasText: "guide.pdf" }).waitFor();
		assert.match(await page.locator(".row.agent .bub").textContent(), /This is the guide/);
		await still(page);
		assert.deepEqual(await axe(page), []);
		assert.ok(await page.locator(".log").evaluate((log) => log.scrollWidth <= log.clientWidth), "nothing is too wide");
		await shot(page, `files-${name}`);

		await page.locator("button.end").click();
		const [download] = await Promise.all([page.waitForEvent("download"), page.locator("button.transcript").click()]);
		const written = readFileSync(await download.path(), "utf8");
		for (const word of ["照片.png", "This is the guide", "/api/v1/chat/files/file_"]) assert.ok(written.includes(word), written);
		assert.deepEqual(page.problems, []);
		await page.context().close();
	});

	test(`progress, cancel, and words that do not wait for a file (${name})`, async () => {
		const page = await open(options);
		await say(page, "first");
		await until(() => sessionOf(page), { what: "a session" });
		await slow(page, 12_000); // so slow that all of this happens while it is on its way
		await choose(page, ["long.txt", text(280_000)], ["short.txt", text(2000)]);
		await until(async () => { const value = await page.locator("progress").first().evaluate((el) => el.value).catch(() => 0); return value > 0.1 && value < 1; }, { what: "progress in between" });
		await still(page);
		assert.deepEqual(await axe(page), []);
		await shot(page, `progress-${name}`);
		await say(page, "meanwhile");
		await until(async () => (await stored(page)).includes("meanwhile"), { what: "words before the file" });
		assert.equal(await page.locator("progress").count(), 2);
		await page.locator(".load button").first().click();
		await sent(page, 1);
		assert.deepEqual(await stored(page), ["first", "meanwhile", "short.txt"]);
		assert.deepEqual(page.problems.filter((p) => !/files net::ERR_ABORTED/.test(p)), []);
		await page.context().close();
	});

	test(`what is refused is said in the visitor's language, and can be deleted (${name})`, async () => {
		const page = await open(options);
		const zh = options.locale === "zh-CN";
		await choose(page, ["big.txt", text(MAX + 2)], ["setup.exe", Buffer.from("MZ\0\0"), "application/octet-stream"], ["fake.png", pdf, "image/png"], ["good.txt", text(2000)]);
		await sent(page, 1);
		const words = zh ? ["文件超过 293 KB", "不支持", "不符"] : ["Larger than 293 KB", "type are not", "not what its name"];
		await shot(page, `refused-${name}`);
		for (const word of words) await page.locator(".bad", { hasText: new RegExp(word, "i") }).waitFor();
		await still(page);
		assert.deepEqual(await axe(page), []);
		await shot(page, `refused-${name}`);
		for (let n = 3; n > 0; n--) {
			await until(async () => (await page.locator(".row.failed").count()) === n, { what: `${n} that failed` });
			await page.locator(".bad button").last().click();
		}
		await until(async () => (await page.locator(".row.failed").count()) === 0, { what: "none that failed" });
		assert.deepEqual(await stored(page), ["good.txt"]);
		assert.deepEqual(page.problems.filter((p) => !/status of 415/.test(p)), []);
		await page.context().close();
	});
}

test("a file given while the server is away is sent once after a reload, from whichever tab", async () => {
	const page = await open(desk.options);
	await say(page, "before");
	await until(async () => (await page.locator(".row.sent").count()) === 1, { what: "sent" });
	const ids = new Set();
	page.context().on("request", (r) => /\/files$/.test(r.url()) && ids.add(/name="client_id"\r\n\r\n(\w+)/.exec(r.postDataBuffer()?.toString("latin1"))?.[1]));
	await stack.kill("api");
	await stack.kill("files");
	await choose(page, ["kept.png", png, "image/png"], ["kept.txt", text(50_000)]);
	await until(async () => (await page.locator(".pending").count()) === 2, { what: "two that wait" });
	await page.reload();
	await page.locator("button.launch").click();
	await until(async () => (await page.locator(".pending").count()) === 2, { what: "two that wait after a reload" });
	await shot(page, "files-down");
	const tab = await page.context().newPage();
	await tab.goto(`${stack.urls.chat}/`);
	await tab.locator("button.launch").click();
	await stack.start("api", "files");
	for (const p of [page, tab]) await sent(p, 2);
	assert.deepEqual((await stored(page)).sort(), ["before", "kept.png", "kept.txt"]);
	assert.ok(ids.size <= 2, "one client_id a file, over all tries");
	const left = () => page.evaluate(async () => (await (await caches.open("deskbell")).keys()).length);
	await until(async () => (await left()) === 0, { what: "nothing of them left in the browser" });
	await page.context().close();
});

test("an answer that is lost is asked for again with the same client_id", async () => {
	const page = await open(desk.options);
	let tries = 0;
	await page.route("**/files", async (route) => {
		if (tries++) return route.continue();
		await route.fetch(); // stored, and nobody hears of it
		await route.abort();
	});
	await stack.kill("relay"); // nor by the socket
	await choose(page, ["once.txt", text(2000)]);
	await sent(page, 1);
	assert.ok(tries >= 1);
	assert.deepEqual(await stored(page), ["once.txt"]);
	await stack.start("relay");
	await page.context().close();
});

test("no rating is asked for where none is wanted", async () => {
	const admin = await signIn(stack.urls.kefu, "admin@example.com");
	const settings = (csat_enabled) => admin.put("/api/v1/settings", { settings: { csat_enabled } });
	assert.equal((await settings(false)).status, 200);
	for (const { name, options } of [desk, phone]) {
		const page = await open(options);
		await say(page, "quick one");
		await page.locator("button.end").click();
		await page.locator("button.transcript").waitFor();
		assert.equal(await page.locator(".star").count(), 0);
		await still(page);
		assert.deepEqual(await axe(page), []);
		await shot(page, `ended-${name}`);
		await page.context().close();
	}
	assert.equal((await settings(true)).status, 200);
	const page = await open(phone.options);
	await say(page, "quick one");
	await page.locator("button.end").click();
	await page.locator(".star").nth(3).click();
	assert.deepEqual(await page.locator(".star svg").evaluateAll((all) => all.map((svg) => getComputedStyle(svg).fill !== "none")), [true, true, true, true, false]);
	await still(page);
	assert.deepEqual(await axe(page), []);
	await shot(page, "rating-phone");
	await page.context().close();
});

test("emoji: by mouse and by keys", async () => {
	for (const { options } of [desk, phone]) {
		const page = await open(options);
		await page.locator("textarea").fill("ab");
		await page.locator("textarea").evaluate((el) => el.setSelectionRange(1, 1));
		await page.locator(".write .tool").nth(1).click();
		await page.locator(".emoji button:focus").waitFor(); // it opens, then the first one has the keys
		await page.keyboard.press("ArrowRight");
		await page.keyboard.press("Enter");
		await until(async () => /^a\p{Emoji}b$/u.test(await page.locator("textarea").inputValue()), { what: "an emoji at the caret" });
		await page.context().close();
	}
});
