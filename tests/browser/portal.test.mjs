// The portal: uploading by button and drop with progress, cancel and retry; finding, looking, renaming, deleting with undo, sharing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newPage } from "../lib/browser.mjs";
import { bomb, png as picture } from "../lib/pictures.mjs";
import { client, fine, PHONE, shot, signedIn, Site, until } from "./rooms_page.mjs";

const PDF = Buffer.from(`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 44>>stream
BT /F1 24 Tf 40 100 Td (Hello Deskbell) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF`);
let site, agent;
before(async () => {
	site = await Site.start();
	agent = await client(site, "agent");
	await site.stack.sql("DELETE FROM files");
});
after(() => site?.stop());

const keep = async (name, bytes, who = agent) => {
	const data = new FormData();
	data.append("category", "portal");
	data.append("file", new Blob([bytes]), name);
	const answer = await who.post("/api/files/upload", data);
	assert.equal(answer.status, 200, answer.text);
	return answer.body.file_id;
};
const clear = () => site.stack.sql("UPDATE files SET deleted_at = 1 WHERE category = 'portal'");
const portal = async (options, who = "agent") => {
	const page = await signedIn(site, "portal/", who, options);
	await page.locator(".hint, [data-id]").first().waitFor();
	return page;
};
const names = (page) => page.locator("[data-id] .file-name").allTextContents();
const lists = (page, expected, what) => until(async () => JSON.stringify(await names(page)) === JSON.stringify(expected), { what: what ?? `${expected}` });
const button = (page, text) => page.getByRole("button", { name: text, exact: true });
const close = (page) => page.context().close();

test("uploaded by the button and by dropping anywhere, many at once; kept after a reload; the room they take", async () => {
	await clear();
	const page = await portal();
	await page.locator(".hint", { hasText: "还没有文件" }).waitFor();
	await fine(page, "empty");
	await page.locator("input[type=file]").setInputFiles([{ name: "照片.png", mimeType: "image/png", buffer: picture(40, 30) }, { name: "笔记.txt", mimeType: "text/plain", buffer: Buffer.from("一些文字") }]);
	await until(async () => (await names(page)).length === 2, { what: "both files" });
	await page.evaluate(() => {
		const data = new DataTransfer();
		for (let i = 0; i < 20; i++) data.items.add(new File([`第 ${i} 个`], `拖放 ${i}.txt`, { type: "text/plain" }));
		const fire = (type) => document.querySelector(".title-line").dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
		fire("dragenter");
		return fire("drop");
	});
	await until(async () => (await names(page)).length === 22, { what: "all that was dropped" });
	await until(async () => (await page.locator(".uploads-box").count()) === 0, { what: "the uploads to be done" });
	assert.match(await page.locator(".room").textContent(), /已用 .*共 1\.0 GB/);
	assert.match(await page.locator(".title-line").textContent(), /22 个文件/);
	await until(() => page.locator(".grid img").first().evaluate((img) => img.complete && img.naturalWidth > 0), { what: "the picture" });
	await page.reload();
	await until(async () => (await names(page)).length === 22, { what: "the files after a reload" });
	await fine(page, "many");
	await close(page);
});

test("progress, cancel and the next try; what the server refuses says why", async () => {
	await clear();
	const page = await portal();
	const held = [];
	await page.route("**/api/files/upload", (route) => void held.push(route));
	await page.locator("input[type=file]").setInputFiles([1, 2, 3, 4, 5].map((i) => ({ name: `${i}.txt`, mimeType: "text/plain", buffer: Buffer.from(`第 ${i} 个文件`) })));
	await until(() => held.length === 3, { what: "three at a time" });
	assert.equal(await page.locator(".uploads-box progress").count(), 5);
	assert.equal(await page.locator(".uploads-box .speed", { hasText: "等待中" }).count(), 2);
	await fine(page, "uploading");
	await shot(page, "portal-uploading-zh");
	await button(page, "取消 2.txt").click();
	await until(() => held.length === 4, { what: "the next in line" });
	await held[0].abort();
	await page.locator(".uploads-box .field-error", { hasText: "网络不可用" }).waitFor();
	await fine(page, "failed upload");
	await until(() => held.length === 5, { what: "the last in line" });
	for (const at of [2, 3, 4]) await held[at].continue();
	await page.unroute("**/api/files/upload");
	await button(page, "重试 1.txt").click();
	await until(async () => (await names(page)).length === 4, { what: "all but the cancelled one" });
	assert.deepEqual((await names(page)).sort(), ["1.txt", "3.txt", "4.txt", "5.txt"]);
	await page.locator("input[type=file]").setInputFiles({ name: "bad.png", mimeType: "image/png", buffer: Buffer.from("<script>alert(1)</script>") });
	await page.locator(".uploads-box .field-error").waitFor();
	assert.match(await page.locator(".uploads-box .field-error").textContent(), /内容与扩展名不符/);
	await button(page, "取消 bad.png").click();
	await page.locator(".uploads-box").waitFor({ state: "detached" });
	await close(page);
});

test("found by name and type, sorted, as grid and list; looked at; renamed", async () => {
	await clear();
	await keep("b 照片.png", picture(40, 30));
	await keep("a 合同.pdf", PDF);
	await keep("c 笔记.txt", "第一行\n<b>第二行</b>");
	const page = await portal();
	await lists(page, ["c 笔记.txt", "a 合同.pdf", "b 照片.png"]);
	await page.getByLabel("排序").selectOption("name");
	await lists(page, ["a 合同.pdf", "b 照片.png", "c 笔记.txt"]);
	await page.getByLabel("类型").selectOption("image");
	await lists(page, ["b 照片.png"]);
	await page.getByLabel("类型").selectOption("");
	await page.getByLabel("按名称搜索").fill("没有这个");
	await page.locator(".hint", { hasText: "没有找到文件" }).waitFor();
	await fine(page, "nothing found");
	await page.getByLabel("按名称搜索").fill("笔记");
	await lists(page, ["c 笔记.txt"]);
	await page.getByLabel("按名称搜索").fill("");
	await button(page, "列表").click();
	await page.locator("table.rows").waitFor();
	await lists(page, ["a 合同.pdf", "b 照片.png", "c 笔记.txt"]);
	await fine(page, "list");
	await page.reload();
	await page.locator("table.rows").waitFor(); // remembered
	await page.getByLabel("排序").selectOption("name");
	await lists(page, ["a 合同.pdf", "b 照片.png", "c 笔记.txt"]);
	await button(page, "查看 a 合同.pdf").click();
	await page.locator(".preview iframe").waitFor();
	assert.match(await page.locator(".preview iframe").getAttribute("src"), /^blob:/);
	await page.locator("[data-do=next]").click();
	await until(() => page.locator(".preview img").evaluate((img) => img.complete && img.naturalWidth === 40), { what: "the picture" });
	await fine(page, "preview");
	await page.keyboard.press("ArrowRight");
	await page.locator(".preview pre").waitFor();
	assert.equal(await page.locator(".preview pre").textContent(), "第一行\n<b>第二行</b>");
	await fine(page, "text");
	const saved = page.waitForEvent("download");
	await button(page, "下载").click();
	assert.equal((await saved).suggestedFilename(), "c 笔记.txt");
	await page.keyboard.press("Escape");
	await page.locator(".preview").waitFor({ state: "detached" });
	await button(page, "重命名 c 笔记.txt").click();
	await page.locator("#stem").fill("");
	await page.keyboard.press("Enter");
	await page.locator(".asked .field-error").waitFor();
	await fine(page, "rename");
	await page.locator("#stem").fill("d 会议");
	await page.keyboard.press("Enter");
	await page.locator(".asked").waitFor({ state: "detached" });
	await lists(page, ["a 合同.pdf", "b 照片.png", "d 会议.txt"]);
	await close(page);
});

test("grid and list show small pictures: the thumbnail when it is made, the whole one when it is looked at, none of a bomb", async () => {
	await clear();
	await site.stack.kill("worker");
	await keep("宽.png", picture(1600, 900));
	await keep("炸弹.png", bomb(20000, 20000));
	const page = await signedIn(site, "portal/", "agent");
	const asked = [];
	page.on("request", (request) => /\/api\/files\/opened\//.test(request.url()) && asked.push(new URL(request.url()).pathname));
	await lists(page, ["炸弹.png", "宽.png"]);
	const face = page.locator("[data-id]", { hasText: "宽.png" }).locator(".face img");
	await until(() => asked.length > 0, { what: "it is asked for" });
	await site.stack.start("worker");
	await until(() => face.evaluate((img) => img.naturalWidth === 640), { what: "the thumbnail, asked for again" });
	await page.locator("[data-id]", { hasText: "炸弹.png" }).locator(".no-face").waitFor();
	await button(page, "列表").click();
	await until(() => face.evaluate((img) => img.naturalWidth === 640), { what: "the thumbnail in the list" });
	assert.ok(asked.every((path) => path.endsWith("/thumbnail")), asked.join());
	await button(page, "网格").click();
	await shot(page, "portal-thumbnails-zh");
	await button(page, "查看 宽.png").click();
	await until(() => page.locator(".preview img").evaluate((img) => img.naturalWidth === 1600), { what: "the whole one" });
	await fine(page, "thumbnails");
	await close(page);
});

test("deleted and taken back, by the button and by the keys; the focus stays where one works", async () => {
	await clear();
	for (const name of ["1.txt", "2.txt", "3.txt"]) await keep(name, name);
	const page = await portal();
	await lists(page, ["3.txt", "2.txt", "1.txt"]);
	await button(page, "删除 2.txt").focus();
	await page.keyboard.press("Enter");
	await lists(page, ["3.txt", "1.txt"]);
	await until(() => page.evaluate(() => document.activeElement.getAttribute("aria-label") === "删除 1.txt"), { what: "the focus at the next one" });
	await fine(page, "undo");
	await page.keyboard.press("Enter");
	await lists(page, ["3.txt"]);
	await page.keyboard.press("Control+z");
	await lists(page, ["3.txt", "1.txt"]);
	await page.locator("[data-do=undo]").click();
	await lists(page, ["3.txt", "2.txt", "1.txt"]);
	await until(async () => (await page.locator(".undo p").count()) === 0, { what: "nothing to take back" });
	await close(page);
});

test("shared by a link with a password: opened by somebody without an account, ended by its owner", async () => {
	await clear();
	await keep("报价.txt", "一百元");
	const page = await portal({ permissions: ["clipboard-read", "clipboard-write"] });
	await button(page, "分享 报价.txt").click();
	await page.locator(".sharing .hint", { hasText: "还没有分享链接" }).waitFor();
	await page.locator("#share-password").fill("abc");
	await button(page, "创建链接").click();
	await page.locator(".sharing .field-error").waitFor();
	assert.equal(await page.locator("#share-password").inputValue(), "abc");
	await page.locator("#share-password").fill("芝麻开门");
	await button(page, "创建链接").click();
	await page.locator(".links li").waitFor();
	await fine(page, "sharing");
	const link = await page.evaluate(() => navigator.clipboard.readText());
	assert.equal(link, await page.locator(".links input").inputValue());
	await page.keyboard.press("Escape");
	await page.locator(".grid .shares").waitFor();

	const other = await newPage(site.browser, { locale: "en-US" });
	await other.goto(link);
	await other.locator("#password").fill("wrong");
	await other.keyboard.press("Enter");
	await other.locator(".field-error:not(:empty)").waitFor();
	await fine(other, "locked");
	assert.doesNotMatch(await other.locator("main").textContent(), /报价/);
	await other.locator("#password").fill("芝麻开门");
	await other.keyboard.press("Enter");
	await other.locator(".contents pre", { hasText: "一百元" }).waitFor();
	await fine(other, "shared");
	const saved = other.waitForEvent("download");
	await other.locator("a.button").click();
	assert.equal((await saved).suggestedFilename(), "报价.txt");

	await button(page, "分享 报价.txt").click();
	await page.locator(".links li", { hasText: "打开 1 次" }).waitFor();
	await button(page, "停止分享").click();
	await page.locator(".sharing .hint", { hasText: "还没有分享链接" }).waitFor();
	await other.reload();
	await other.locator("h1", { hasText: "leads nowhere" }).waitFor();
	await fine(other, "gone");
	await Promise.all([close(page), close(other)]);
});

test("what cannot be loaded says so; nobody sees another's files; signing out takes them from the screen", async () => {
	await clear();
	await keep("我的.txt", "我的");
	const page = await portal();
	await page.route("**/api/portal/files?*", (route) => route.fulfill({ status: 503, json: { error: { code: "SERVICE_UNAVAILABLE", message: "维护中", details: {} } } }));
	await page.reload();
	await page.locator("[role=alert]", { hasText: "维护中" }).waitFor();
	await fine(page, "failed");
	await page.unroute("**/api/portal/files?*");
	await page.locator("[role=alert] button").click();
	await lists(page, ["我的.txt"]);
	const other = await portal({}, "customer");
	await other.locator(".hint", { hasText: "还没有文件" }).waitFor();
	assert.equal(await other.locator(".part-link").count(), 2, "no console for customers");
	await page.locator("button.me").click();
	await page.locator("[data-do=sign-out]").click();
	await page.locator("input[name=email]").waitFor();
	assert.equal(await page.getByText("我的.txt").count(), 0);
	await Promise.all([close(page), close(other)]);
});

for (const [name, options] of [
	["zh-light-phone", { ...PHONE, colorScheme: "light" }], ["en-dark-phone", { ...PHONE, locale: "en-US", colorScheme: "dark", viewport: { width: 360, height: 740 } }],
	["zh-dark", { colorScheme: "dark" }], ["en-light-4k", { locale: "en-US", colorScheme: "light", viewport: { width: 3840, height: 2160 } }],
]) test(`${name}: grid, list, preview and sharing fit; axe finds nothing`, async () => {
	await clear();
	await keep("一个名字很长很长很长很长很长很长很长很长很长很长很长很长的文件.txt", "x".repeat(3000));
	const page = await portal(options);
	const counts = async (zh, en) => assert.equal(await page.locator(".title-line > .muted").textContent(), options.locale === "en-US" ? en : zh);
	await until(async () => (await names(page)).length === 1, { what: "the file" });
	await counts("1 个文件", "1 file");
	await keep("照片.png", picture(40, 30));
	await page.reload();
	const fits = async (what) => {
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, what);
		await fine(page, what);
		await shot(page, `portal-${what}-${name}`);
	};
	await until(async () => (await names(page)).length === 2, { what: "the files" });
	await counts("2 个文件", "2 files");
	await fits("grid");
	await page.locator("[data-do=list]").click();
	await fits("list");
	await page.locator("button.face").first().click();
	await page.locator(".preview img").waitFor();
	await fits("preview");
	await page.keyboard.press("Escape");
	await page.locator("[data-do=share]").first().click();
	await page.locator(".sharing .hint").waitFor();
	await fits("sharing");
	await close(page);
});
