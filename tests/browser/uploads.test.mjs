// Large files from the console, the rooms and the portal: in pieces, over a line that is held and cut, over a reload and a restart of the
// server; cancelled they leave nothing. A note's files are for colleagues alone.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { png } from "../lib/pictures.mjs";
import { throttle } from "../lib/wire.mjs";
import { opens, reads } from "./console_page.mjs";
import { fine as nothingWrong, ready, shot, signedIn, Site, until } from "./rooms_page.mjs";

const MB = 1 << 20, NEAR = 4 * MB; // what may be under way between a page and the disk
let site, wire, through, dir;
before(async () => {
	dir = mkdtempSync(path.join(os.tmpdir(), "deskbell-uploads-"));
	site = await Site.start({ DESKBELL_AI_PROVIDER: "off", DESKBELL_MAX_FILE: String(210 * MB) });
	wire = await throttle(site.stack.ports[0]);
	through = Object.assign(Object.create(Site.prototype), site, { stack: { urls: { chat: wire.url } } });
});
after(async () => {
	wire?.close();
	await site?.stop();
	rmSync(dir, { recursive: true });
});

/** A file of that size on disk: {file, sha256}. */
async function made(name, megabytes) {
	const file = path.join(dir, name), hash = createHash("sha256"), out = createWriteStream(file);
	for (let i = 0; i < megabytes; i++) {
		const part = i ? randomBytes(MB) : Buffer.concat([Buffer.from("%PDF-1.4\n"), randomBytes(MB - 9)]);
		hash.update(part);
		if (!out.write(part)) await once(out, "drain");
	}
	out.end();
	await once(out, "close");
	return { file, name, size: megabytes * MB, sha256: hash.digest("hex") };
}
/** Where each PATCH of the page went on, as they are sent. */
function offsets(page) {
	const all = [];
	page.on("request", (request) => request.method() === "PATCH" && all.push(Number(request.headers()["upload-offset"])));
	return all;
}
const parts = () => (existsSync(path.join(site.stack.dir, "files/part")) ? readdirSync(path.join(site.stack.dir, "files/part")) : []);
/** It is there whole, and once. */
async function stored({ name, size, sha256 }) {
	const rows = await site.stack.sql("SELECT sha256, size FROM files WHERE name = ?", [name]);
	assert.deepEqual(rows.map((row) => [row.sha256, Number(row.size)]), [[sha256, size]]);
	await until(() => parts().length === 0, { what: "the end of the partial file" });
}
const onDisk = () => Math.max(0, ...parts().map((name) => statSync(path.join(site.stack.dir, "files/part", name), { throwIfNoEntry: false })?.size ?? 0));
/** So much has gone, and nearly all of it has come; the line is held. */
async function held(bytes) {
	await until(() => wire.passed >= bytes, { timeout: 300_000, what: `${bytes} bytes on their way` });
	await until(() => onDisk() >= bytes - NEAR, { timeout: 300_000, what: `${bytes} bytes on the disk` });
}
/** What a page is answered while the server still takes in what came before the cut is asked again by itself. */
const fine = (page, what) => {
	page.problems = page.problems.filter((problem) => !/status of (409|423)/.test(problem));
	return nothingWrong(page, what);
};
const choose = (page, file) => page.locator("input[type=file]").first().setInputFiles(file);
const close = (page) => page.context().close();

test("console: 200 MB over a line that is cut in the middle go on by themselves where they were, and arrive as they are", async () => {
	const session = await site.ownedBy("agent", "大文件"), large = await made("large.pdf", 200);
	const page = await through.signedIn("agent");
	await opens(page, session.id);
	const sent = offsets(page);
	wire.stopAfter(90 * MB);
	await choose(page, large.file);
	await held(90 * MB);
	const before = sent.length;
	const progress = Number(await page.locator(".uploads progress").getAttribute("value"));
	assert.ok(progress > 0.35 && progress < 0.75, String(progress)); // 90 of 200, and what the sockets' buffers hold: 36 MB at most
	wire.cut();
	await page.locator(".group.agent .file .name", { hasText: "large.pdf" }).waitFor({ timeout: 300_000 });
	await page.locator(".uploads").waitFor({ state: "detached" });
	await stored(large);
	const again = sent.slice(before);
	assert.ok(again[0] >= 90 * MB - NEAR && again[0] <= 92 * MB, again.join());
	assert.deepEqual(again, [...again].sort((a, b) => a - b), "and on from there");
	assert.equal((await site.stack.sql("SELECT COUNT(*) n FROM messages WHERE content = 'large.pdf'"))[0].n, 1);
	await fine(page, "large");
	await close(page);
});

test("portal: left in the middle and opened again, the same file, chosen again, goes on where it was; another one does not", async () => {
	const [large, other] = [await made("manual.pdf", 40), await made("other.pdf", 2)];
	const page = await signedIn(through, "portal/", "agent");
	const sent = offsets(page);
	wire.stopAfter(22 * MB);
	await choose(page, large.file);
	await held(22 * MB);
	await page.goto("about:blank"); // as closed in the middle
	wire.cut();
	await page.goto(`${wire.url}/portal/`);
	await page.locator(".hint, [data-id]").first().waitFor();
	sent.length = 0;
	await choose(page, other.file);
	await page.locator(".file-name", { hasText: "other.pdf" }).waitFor();
	assert.deepEqual(sent, [0]);
	sent.length = 0;
	await choose(page, large.file);
	await page.locator(".file-name", { hasText: "manual.pdf" }).waitFor({ timeout: 120_000 });
	assert.ok(sent[0] >= 22 * MB - NEAR, sent.join());
	await stored(large);
	assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("pieces."))), [], "nothing is remembered of what is done");
	// The same one again is another file of the person's, not the first one once more.
	sent.length = 0;
	await choose(page, large.file);
	await until(async () => (await page.locator(".file-name", { hasText: "manual.pdf" }).count()) === 2, { timeout: 120_000, what: "both" });
	assert.equal(sent[0], 0);
	await close(page);
});

test("portal: the server goes away and comes back; what waits says why, and cancelled it leaves nothing", async () => {
	const [large, gone] = [await made("restart.pdf", 24), await made("cancelled.pdf", 24)];
	const page = await signedIn(through, "portal/", "agent");
	const line = (name) => page.locator(".uploads-box li", { hasText: name });
	wire.stopAfter(10 * MB);
	await choose(page, large.file);
	await held(10 * MB);
	await site.stack.kill("files");
	wire.resume();
	await line("restart.pdf").locator(".held", { hasText: /./ }).waitFor();
	await fine(page, "held");
	await shot(page, "uploads-held-zh");
	await site.stack.start("files");
	await page.locator(".file-name", { hasText: "restart.pdf" }).waitFor({ timeout: 120_000 });
	await stored(large);
	wire.stopAfter(10 * MB);
	await choose(page, gone.file);
	await held(10 * MB);
	assert.ok(parts().length > 0);
	await line("cancelled.pdf").locator("[data-do=cancel]").click();
	await page.locator(".uploads-box").waitFor({ state: "detached" });
	wire.resume();
	await until(() => parts().length === 0, { timeout: 120_000, what: "the end of its bytes" });
	assert.deepEqual(await site.stack.sql("SELECT id FROM uploads WHERE name = 'cancelled.pdf'"), []);
	assert.equal(await page.locator(".file-name", { hasText: "cancelled.pdf" }).count(), 0);
	await close(page);
});

test("rooms: without a network it waits and says so, and goes on when there is one; the others have it whole, once", async () => {
	const large = await made("plan.pdf", 20), page = await signedIn(through, "rooms/#/global", "agent"), other = await signedIn(site, "rooms/#/global", "customer");
	await Promise.all([ready(page), ready(other)]);
	const sent = offsets(page);
	wire.stopAfter(9 * MB);
	await choose(page, large.file);
	await held(9 * MB);
	const before = sent.length;
	await page.context().setOffline(true);
	wire.cut();
	await page.locator(".uploads .held", { hasText: "连接已断开，恢复后自动继续" }).waitFor({ timeout: 120_000 });
	await fine(page, "offline");
	await page.context().setOffline(false);
	await other.locator(".file", { hasText: "plan.pdf" }).waitFor({ timeout: 120_000 });
	await page.locator(".uploads").waitFor({ state: "detached" });
	await stored(large);
	assert.ok(sent[before] >= 9 * MB - NEAR, sent.join());
	assert.equal(await other.locator(".file", { hasText: "plan.pdf" }).count(), 1);
	const saved = other.waitForEvent("download");
	await other.locator(".file", { hasText: "plan.pdf" }).click();
	const hash = createHash("sha256");
	for await (const chunk of await (await saved).createReadStream()) hash.update(chunk);
	assert.equal(hash.digest("hex"), large.sha256);
	await Promise.all([close(page), close(other)]);
});

test("an answer that is lost at the end: the file is said once; what is refused says why at once, and can be taken away", async () => {
	const large = await made("lost.pdf", 3), page = await signedIn(site, "rooms/#/global", "agent");
	await ready(page);
	let lost = 0;
	await page.route("**/api/chat/upload*", async (route) => {
		if (lost++) return route.continue();
		await route.fetch();
		await route.abort();
	});
	await choose(page, large.file);
	await until(() => lost > 1, { timeout: 120_000, what: "the second time" });
	await page.locator(".uploads").waitFor({ state: "detached" });
	await stored(large);
	assert.equal(await page.locator(".file", { hasText: "lost.pdf" }).count(), 1);
	const sent = offsets(page);
	await choose(page, { name: "setup.exe", mimeType: "application/x-msdownload", buffer: randomBytes(2 * MB) });
	await page.locator(".uploads .field-error", { hasText: "不支持该文件类型" }).waitFor();
	assert.deepEqual(sent, [], "before any of it is sent");
	await page.locator(".uploads button[aria-label=取消]").click();
	await page.locator(".uploads").waitFor({ state: "detached" });
	await choose(page, { name: "wrong.png", mimeType: "image/png", buffer: Buffer.concat([Buffer.from("%PDF-1.4\n"), randomBytes(2 * MB)]) });
	await page.locator(".uploads .field-error", { hasText: "文件内容与扩展名不符" }).waitFor();
	await close(page);
});

test("console: what is pasted and dropped while a note is written stays among colleagues, and is shown to them", async () => {
	const session = await site.ownedBy("agent", "备注文件"), page = await site.signedIn("agent");
	await site.say(session, "在吗");
	await opens(page, session.id);
	await reads(page, "在吗");
	await page.locator(".kinds button", { hasText: "备注" }).click();
	const give = (kind, name, type, bytes) => page.evaluate(([kind, name, type, bytes]) => {
		const data = new DataTransfer();
		data.items.add(new File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], name, { type }));
		const fire = (target, type) => document.querySelector(target).dispatchEvent(type === "paste" ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }) : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
		if (kind === "paste") return fire(".composer textarea", "paste");
		fire(".pane", "dragenter");
		return fire(".pane", kind);
	}, [kind, name, type, Buffer.from(bytes).toString("base64")]);
	await give("paste", "内部.png", "image/png", png(1600, 900));
	await until(() => page.locator(".group.note .framed img").evaluate((img) => img.naturalWidth === 640), { what: "the thumbnail" });
	await give("dragover", "报价.txt", "text/plain", "一百元");
	await page.locator(".dropping", { hasText: "仅同事可见" }).waitFor();
	await give("drop", "报价.txt", "text/plain", "一百元");
	await page.locator(".group.note .file", { hasText: "报价.txt" }).waitFor();
	await page.locator(".uploads").waitFor({ state: "detached" });
	const large = await made("internal.pdf", 3);
	await choose(page, large.file);
	await page.locator(".group.note .file", { hasText: "internal.pdf" }).waitFor({ timeout: 120_000 });
	const rows = await site.stack.sql("SELECT f.name, f.private, m.private said FROM files f JOIN messages m ON m.id = f.message_id WHERE f.stream = ? ORDER BY f.id", [session.id]);
	assert.deepEqual(rows.map((row) => [row.name, Number(row.private), Number(row.said)]), [["内部.png", 1, 1], ["报价.txt", 1, 1], ["internal.pdf", 1, 1]]);
	const seen = await site.guest.get(`/api/v1/chat/sessions/${session.session_id}/messages?before=latest`);
	assert.ok(seen.text.includes("在吗") && !/内部|报价|internal/.test(seen.text), seen.text);
	await page.locator(".group.note .framed").click();
	await until(() => page.locator(".dialog.shown img").evaluate((img) => img.naturalWidth === 1600), { what: "the whole one" });
	await fine(page, "shown");
	await page.keyboard.press("Escape");
	const saved = page.waitForEvent("download");
	await page.locator(".group.note .file", { hasText: "报价.txt" }).click();
	assert.equal((await saved).suggestedFilename(), "报价.txt");
	await page.locator(".kinds button", { hasText: "回复" }).click();
	await give("paste", "给客户.txt", "text/plain", "您好");
	await page.locator(".group.agent .file", { hasText: "给客户.txt" }).waitFor();
	await fine(page, "note files");
	await page.route("**/conversations/*/files", () => {}); // held on its way
	await choose(page, { name: "slow.txt", mimeType: "text/plain", buffer: Buffer.from("slow") });
	await page.locator(".uploads progress").waitFor();
	const given = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/files"));
	await page.locator(".uploads button[aria-label=取消]").click();
	await page.locator(".uploads").waitFor({ state: "detached" });
	await given;
	await page.unroute("**/conversations/*/files");
	assert.deepEqual(await site.stack.sql("SELECT id FROM files WHERE name = 'slow.txt'"), [], "what was cancelled is not sent");
	await shot(page, "uploads-note-zh");
	await close(page);
});
