// Pictures in the widget, the console and the rooms: the thumbnail in a room that is kept for it, the whole one on a click; large and many files.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe } from "../lib/browser.mjs";
import { bomb, png } from "../lib/pictures.mjs";
import { desk, phone, sessionOf, visit } from "../lib/widget.mjs";
import { client, ready, shot, signedIn, Site, until } from "./rooms_page.mjs";

const MB = 1 << 20;
let site, agent;
before(async () => {
	site = await Site.start({ DESKBELL_RATE_LIMIT: "off", DESKBELL_AI_PROVIDER: "off", DESKBELL_MAX_FILE: String(210 * MB) });
	agent = await client(site, "agent");
});
after(() => site?.stop());

const form = (bytes, name) => {
	const data = new FormData();
	data.append("file", new Blob([bytes]), name);
	return data;
};
const box = (locator) => locator.evaluate((el) => { const { width, height } = el.getBoundingClientRect(); return [Math.round(width), Math.round(height)]; });
const width = (locator) => locator.evaluate((el) => el.naturalWidth);
/** Requests of a page for files, as paths. */
const asked = (page) => {
	const all = [];
	page.on("request", (request) => { const { pathname } = new URL(request.url()); if (/\/(chat\/files|uploads)\//.test(pathname)) all.push(pathname); });
	return all;
};
/** What thumbnails wait for, until the test lets them come. */
async function held(page) {
	let release;
	const gate = new Promise((done) => (release = done));
	await page.route("**/thumbnail*", async (route) => { await gate; await route.continue(); });
	return release;
}

for (const { name, options } of [desk, phone]) {
	test(`widget: the thumbnail, later than its message, the whole one on a click; a bomb is a file like others (${name})`, async () => {
		const page = await visit(site.browser, `${site.stack.urls.chat}/`, options);
		const files = asked(page);
		await site.stack.kill("worker");
		const choose = (bytes, name) => page.locator("input[type=file]").setInputFiles([{ name, buffer: bytes, mimeType: "image/png" }]);
		await choose(png(1600, 900), "wide.png");
		const img = page.locator(".card[href] img");
		await img.waitFor();
		await until(() => files.some((file) => file.endsWith("/thumbnail")), { what: "it is asked for" });
		assert.deepEqual(await box(img), [220, 160]);
		await site.stack.start("worker");
		await until(async () => (await width(img)) === 640, { what: "the thumbnail, asked for again" });
		assert.deepEqual(await box(img), [220, 160]);
		assert.ok(files.every((file) => file.endsWith("/thumbnail")), "the heavy one is not loaded");
		await choose(bomb(20000, 20000), "bomb.png");
		await until(async () => (await page.locator(".card[href]").count()) === 2 && (await page.locator(".card img").count()) === 1, { what: "no picture in its place" });
		await page.locator(".card", { hasText: "bomb.png" }).locator("span", { hasText: "bomb.png" }).waitFor();
		await shot(page, `pictures-widget-${name}`);
		assert.deepEqual(await axe(page), []);
		const [whole] = await Promise.all([page.context().waitForEvent("page"), page.locator(".card[href]").first().click()]);
		await whole.waitForLoadState();
		await until(async () => (await width(whole.locator("img"))) === 1600, { what: "the whole one" });
		await page.context().close();
	});
}

for (const [name, options] of [["light", {}], ["dark", { colorScheme: "dark", locale: "en-US" }]]) {
	test(`console: its room is kept while the thumbnail is on its way (${name})`, async () => {
		const session = await site.ownedBy("agent", "照片");
		for (const [bytes, file] of [[png(1600, 900), "wide.png"], [png(300, 2000), "tall.png"], [bomb(20000, 20000), "bomb.png"]])
			assert.equal((await site.guest.post(`/api/v1/chat/sessions/${session.session_id}/files`, form(bytes, file))).status, 201);
		const page = await site.page({ locale: "zh-CN", ...options });
		const files = asked(page);
		const release = await held(page);
		await page.locator("input[name=email]").fill("agent@example.com");
		await page.locator("input[name=password]").fill("password123");
		await page.keyboard.press("Enter");
		await page.locator(`.rows [data-id="${session.id}"]`).click();
		const pictures = page.locator(".picture img");
		await until(async () => (await pictures.count()) === 2, { what: "two pictures" });
		const before = [await box(pictures.nth(0)), await box(pictures.nth(1))];
		release();
		await until(async () => (await width(pictures.nth(0))) === 640 && (await width(pictures.nth(1))) > 0, { what: "the thumbnails" });
		assert.deepEqual([await box(pictures.nth(0)), await box(pictures.nth(1))], before);
		assert.ok(before[0][0] >= 200 && Math.abs(before[0][0] / before[0][1] - 16 / 9) < 0.1, String(before[0]));
		assert.ok(files.every((file) => file.endsWith("/thumbnail")));
		await page.locator("a.file", { hasText: "bomb.png" }).waitFor();
		await shot(page, `pictures-console-${name}`);
		assert.deepEqual(await axe(page), []);
		const [whole] = await Promise.all([page.context().waitForEvent("page"), page.locator("a.picture").first().click()]);
		await whole.waitForLoadState();
		await until(async () => (await width(whole.locator("img"))) === 1600, { what: "the whole one" });
		await page.context().close();
	});
}

test("rooms: the thumbnail in its room, the whole one when it is looked at", async () => {
	const answer = await agent.post("/api/chat/upload", form(png(1500, 750), "room.png"));
	assert.equal(answer.status, 200, answer.text);
	assert.equal((await agent.post("/api/chat/upload", form(bomb(20000, 20000), "bomb.png"))).status, 200);
	const page = await signedIn(site, "rooms/#/global", "agent");
	const files = asked(page);
	await ready(page);
	const one = page.locator(`#said-${answer.body.id}`);
	await until(async () => (await width(one.locator(".framed img"))) === 640, { what: "the thumbnail" });
	const [wide, high] = await box(one.locator(".framed"));
	assert.ok(Math.abs(wide / high - 2) < 0.1, `${wide} x ${high}`);
	assert.ok(!files.includes(answer.body.file_url));
	await page.locator("button.file", { hasText: "bomb.png" }).waitFor();
	await shot(page, "pictures-rooms");
	assert.deepEqual(await axe(page), []);
	await one.locator(".framed").click();
	await until(async () => (await width(page.locator(".dialog.shown img"))) === 1500, { what: "the whole one" });
	await page.context().close();
});

test("fifty files at once: all arrive, once each", async () => {
	const page = await visit(site.browser, `${site.stack.urls.chat}/`, desk.options);
	const names = Array.from({ length: 50 }, (_, i) => `note-${i}.txt`);
	const chosen = names.map((name) => ({ name, buffer: Buffer.from(`${name} ${randomBytes(20).toString("hex")}`), mimeType: "text/plain" }));
	for (let i = 0; i < 50; i += 10) await page.locator("input[type=file]").setInputFiles(chosen.slice(i, i + 10));
	await until(async () => (await page.locator(".row.user .card[href]").count()) === 50 && (await page.locator(".pending").count()) === 0, { timeout: 90_000, what: "fifty files" });
	const rows = await site.stack.sql("SELECT m.content FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? AND m.sender_type = 0 ORDER BY m.seq", [await sessionOf(page)]);
	assert.deepEqual(rows.map((row) => row.content).sort(), names.sort());
	await page.context().close();
});

test("200 MB from the console when the limit is raised: whole, with progress on the way", async () => {
	const dir = mkdtempSync(path.join(os.tmpdir(), "deskbell-large-"));
	try {
		const file = path.join(dir, "large.pdf"), hash = createHash("sha256");
		const out = createWriteStream(file);
		for (let i = 0; i < 200; i++) {
			const part = i ? randomBytes(MB) : Buffer.concat([Buffer.from("%PDF-1.4\n"), randomBytes(MB - 9)]);
			hash.update(part);
			if (!out.write(part)) await once(out, "drain");
		}
		out.end();
		await once(out, "close");
		const session = await site.ownedBy("agent", "大文件");
		const page = await site.signedIn("agent");
		await page.locator(`.rows [data-id="${session.id}"]`).click();
		await page.locator(".composer input[type=file]").setInputFiles(file);
		await page.locator(".composer progress, .upload progress, progress").first().waitFor();
		await page.locator("a.file", { hasText: "large.pdf" }).waitFor({ timeout: 120_000 });
		const [row] = await site.stack.sql("SELECT sha256, size FROM files WHERE name = 'large.pdf'");
		assert.deepEqual([row.sha256, Number(row.size)], [hash.digest("hex"), 200 * MB]);
		await page.context().close();
	} finally {
		rmSync(dir, { recursive: true });
	}
});
