// The portal's files, beside the documents: kept, listed, renamed, deleted and restored by their owner; shared by links that end.
import assert from "node:assert/strict";
import { readdirSync, utimesSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { bomb, png as picture } from "../lib/pictures.mjs";
import { startStack, until } from "../lib/stack.mjs";

const { counted, gate } = coverage("kefu", ["/api/portal", "/api/files/opened"]);
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const pdf = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");
const FILE = { file_id: "", filename: "", size: 1, mime_type: "", upload_time: "", shares: 0, url: "", thumbnail_url: null };
const SHARE = { share_id: "", file_id: "", has_password: true, opened: 0, expires_at: "", created_at: "" };
const FILES = "/api/portal/files";

let stack, guest, agent, customer;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_QUOTA: "20000" } });
	guest = counted(httpClient(stack.urls.kefu));
	[agent, customer] = await Promise.all(["agent@example.com", "customer@example.com"].map(async (email) => counted(await signIn(stack.urls.kefu, email))));
	await stack.sql("DELETE FROM files");
});
after(() => stack?.stop());

const put = async (who, bytes, name, category = "portal") => {
	const data = new FormData();
	data.append("category", category);
	data.append("file", new Blob([bytes]), name);
	return who.post("/api/files/upload", data);
};
const keep = async (who, bytes, name) => {
	const answer = await put(who, bytes, name);
	assert.equal(answer.status, 200, answer.text);
	return answer.body.file_id;
};
function refused(answer, status, code, field) {
	assert.equal(answer.status, status, answer.text);
	assert.equal(answer.body.error.code, code, answer.text);
	if (field) assert.deepEqual(Object.keys(answer.body.error.details), [field]);
}
const good = (answer, example) => {
	assert.equal(answer.status, 200, answer.text);
	if (example) like(answer.body, example);
	return answer.body;
};
const names = async (query = "") => good(await agent.get(`${FILES}?${query}`)).files.map((file) => file.filename);
const bytesAt = async (url) => {
	const answer = await fetch(stack.urls.kefu + url);
	return { status: answer.status, type: answer.headers.get("content-type"), bytes: Buffer.from(await answer.arrayBuffer()) };
};

test("one's own files: listed, searched, filtered, sorted, in pages, with the room they take; nobody else's", async () => {
	const photo = await keep(agent, png, "照片 100%.png");
	await keep(agent, pdf, "合同.pdf");
	await keep(agent, "一些文字".repeat(20), "笔记.txt");
	await keep(customer, png, "别人的.png");
	await put(agent, png, "只是上传.png", "");
	const all = good(await agent.get(FILES), { files: [FILE], total: 3, page: 1, page_size: 20, used_bytes: 1, quota_bytes: 1 });
	assert.deepEqual([all.total, all.used_bytes, all.quota_bytes], [3, png.length + pdf.length + 240, 20000]);
	assert.deepEqual(await names("sort=oldest"), ["照片 100%.png", "合同.pdf", "笔记.txt"]);
	assert.deepEqual(await names("sort=largest"), ["笔记.txt", "照片 100%.png", "合同.pdf"]);
	assert.deepEqual(await names("sort=smallest&page_size=1&page=2"), ["照片 100%.png"]);
	assert.deepEqual((await names("sort=name")).sort(), (await names("sort=name_desc")).sort());
	for (const [type, name] of [["image", "照片 100%.png"], ["pdf", "合同.pdf"], ["text", "笔记.txt"]]) assert.deepEqual(await names(`type=${type}`), [name]);
	for (const type of ["document", "other"]) assert.deepEqual(await names(`type=${type}`), []);
	assert.deepEqual(await names(`search=${encodeURIComponent("0%")}`), ["照片 100%.png"]);
	assert.deepEqual(await names("page=9"), []);
	const one = good(await agent.get(`${FILES}/${photo}`), FILE);
	const got = await bytesAt(one.url);
	assert.deepEqual([got.status, got.type, got.bytes.equals(png)], [200, "image/png", true]);
	refused(await customer.get(`${FILES}/${photo}`), 404, "NOT_FOUND");
	refused(await guest.get(FILES), 401, "UNAUTHORIZED");
	refused(await agent.get(`${FILES}?type=movie`), 400, "VALIDATION_ERROR", "type");
	refused(await guest.get(`${one.url}x`), 404, "NOT_FOUND");
	good(await guest.get(one.url));
});

test("a list shows the small ones: a light picture itself, a heavy one's thumbnail by the same ticket, of others nothing", async () => {
	const one = async (bytes, name) => good(await agent.get(`${FILES}/${await keep(agent, bytes, name)}`), FILE);
	const light = await one(png, "light.png"), heavy = await one(picture(1400, 700), "heavy.png"), much = await one(bomb(100000, 20), "bomb.png"), text = await one("words", "words.txt");
	assert.deepEqual([light.thumbnail_url, heavy.thumbnail_url, much.thumbnail_url, text.thumbnail_url], [light.url, `${heavy.url}/thumbnail`, null, null]);
	assert.equal(good(await agent.get(`${FILES}?search=heavy`)).files[0].thumbnail_url.endsWith("/thumbnail"), true);
	const raw = () => fetch(stack.urls.kefu + heavy.thumbnail_url);
	let answer;
	await until(async () => (answer = await raw()).status === 200, { what: "the thumbnail" });
	assert.equal(answer.headers.get("content-type"), "image/webp");
	assert.ok((await answer.arrayBuffer()).byteLength < heavy.size);
	await stack.sql("UPDATE files SET width = 0, height = 0 WHERE public_id = ?", [light.file_id]);
	const old = good(await agent.get(`${FILES}/${light.file_id}`));
	assert.equal(old.thumbnail_url, old.url, "of before there were thumbnails");
	const now = async () => good(await agent.get(`${FILES}/${heavy.file_id}`)).url;
	await until(async () => (await now()) === (await now()), { what: "the same address for a while: browsers keep what they have" });
	refused(await guest.get(`${heavy.url}x/thumbnail`), 404, "NOT_FOUND");
	assert.equal((await guest.get(`${light.url}/thumbnail`)).status, 200);
	refused(await guest.get(`${text.url}/thumbnail`), 404, "NOT_FOUND");
	assert.equal((await guest.get(heavy.thumbnail_url)).status, 200);
	for (const { file_id } of [light, heavy, much, text]) good(await agent.delete(`${FILES}/${file_id}`));
});

test("another name keeps the ending; deleted it is gone with its room, restored it is back", async () => {
	const id = await keep(agent, png, "旧.png");
	assert.equal(good(await agent.put(`${FILES}/${id}`, { filename: " 新 名.PNG " }), FILE).filename, "新 名.PNG");
	refused(await agent.put(`${FILES}/${id}`, { filename: "新.html" }), 400, "VALIDATION_ERROR", "filename");
	refused(await agent.put(`${FILES}/${id}`, { filename: "" }), 400, "VALIDATION_ERROR", "filename");
	refused(await customer.put(`${FILES}/${id}`, { filename: "我的.png" }), 404, "NOT_FOUND");
	const { used_bytes: used } = (await agent.get(FILES)).body;
	const { url } = (await agent.get(`${FILES}/${id}`)).body;
	refused(await customer.delete(`${FILES}/${id}`), 404, "NOT_FOUND");
	refused(await agent.post(`${FILES}/${id}/restore`), 404, "NOT_FOUND");
	good(await agent.delete(`${FILES}/${id}`));
	refused(await agent.delete(`${FILES}/${id}`), 404, "NOT_FOUND");
	assert.equal((await agent.get(FILES)).body.used_bytes, used - png.length);
	assert.equal((await bytesAt(url)).status, 404);
	assert.equal(good(await agent.post(`${FILES}/${id}/restore`), FILE).filename, "新 名.PNG");
	assert.ok((await names()).includes("新 名.PNG"));
	// Too late: its bytes may go any moment.
	good(await agent.delete(`${FILES}/${id}`));
	await stack.sql("UPDATE files SET deleted_at = deleted_at - 3600000 WHERE public_id = ?", [id]);
	refused(await agent.post(`${FILES}/${id}/restore`), 404, "NOT_FOUND");
});

test("no more than one's room; what is deleted makes room again", async () => {
	const big = await keep(customer, "x".repeat(15000), "大.txt");
	const answer = await put(customer, "y".repeat(6000), "再来.txt");
	refused(answer, 413, "PAYLOAD_TOO_LARGE");
	good(await customer.delete(`${FILES}/${big}`));
	await keep(customer, "y".repeat(6000), "再来.txt");
	refused(await customer.post(`${FILES}/${big}/restore`), 413, "PAYLOAD_TOO_LARGE");
});

test("a link: opened by anybody, counted, ended by its owner and by time; with a password nothing is told before", async () => {
	const id = await keep(agent, pdf, "报价.pdf");
	const share = good(await agent.post(`${FILES}/${id}/shares`, { expires_in: 2 }), SHARE);
	assert.equal(Date.parse(share.expires_at) - Date.parse(share.created_at), 7200000);
	const at = `/api/portal/shared/${share.share_id}`;
	const look = good(await guest.get(at));
	assert.deepEqual([look.filename, look.size, look.mime_type, look.has_password, look.url], ["报价.pdf", pdf.length, "application/pdf", false, null]);
	const opened = good(await guest.post(at));
	assert.ok((await bytesAt(opened.url)).bytes.equals(pdf));
	assert.equal(good(await agent.get(`${FILES}/${id}/shares`), { shares: [SHARE] }).shares[0].opened, 1);
	assert.equal((await agent.get(`${FILES}/${id}`)).body.shares, 1);
	refused(await customer.get(`${FILES}/${id}/shares`), 404, "NOT_FOUND");
	refused(await customer.post(`${FILES}/${id}/shares`, {}), 404, "NOT_FOUND");
	refused(await agent.post(`${FILES}/${id}/shares`, { password: "abc" }), 400, "VALIDATION_ERROR", "password");
	refused(await agent.post(`${FILES}/${id}/shares`, { expires_in: 0 }), 400, "VALIDATION_ERROR", "expires_in");
	const secret = good(await agent.post(`${FILES}/${id}/shares`, { password: "芝麻开门" }), SHARE);
	assert.equal(secret.has_password, true);
	const locked = `/api/portal/shared/${secret.share_id}`;
	assert.deepEqual([good(await guest.get(locked)).filename, (await guest.get(locked)).body.size], [null, null]);
	for (const body of [{}, { password: "芝麻" }]) refused(await guest.post(locked, body), 400, "VALIDATION_ERROR", "password");
	assert.equal(good(await guest.post(locked, { password: "芝麻开门" })).filename, "报价.pdf");
	const [{ password_hash: hash }] = await stack.sql("SELECT password_hash FROM file_shares WHERE token = ?", [secret.share_id]);
	assert.match(hash, /^\$argon2id\$/);
	// Ended by its owner, by time, and with its file.
	refused(await customer.delete(`${FILES}/${id}/shares/${share.share_id}`), 404, "NOT_FOUND");
	good(await agent.delete(`${FILES}/${id}/shares/${share.share_id}`));
	refused(await guest.get(at), 404, "NOT_FOUND");
	refused(await guest.post(at), 404, "NOT_FOUND");
	await stack.sql("UPDATE file_shares SET expires_at = created_at WHERE token = ?", [secret.share_id]);
	refused(await guest.get(locked), 404, "NOT_FOUND");
	const last = good(await agent.post(`${FILES}/${id}/shares`, {}), SHARE);
	good(await agent.delete(`${FILES}/${id}`));
	refused(await guest.get(`/api/portal/shared/${last.share_id}`), 404, "NOT_FOUND");
	refused(await agent.get(`${FILES}/${id}/shares`), 404, "NOT_FOUND");
});

test("kept files outlast the day after which other uploads go; the worker takes deleted ones and their links", async () => {
	const kept = await keep(agent, "保留", "保留.txt");
	const gone = await keep(agent, "删除", "删除.txt");
	await agent.post(`${FILES}/${gone}/shares`, {});
	good(await agent.delete(`${FILES}/${gone}`));
	const loose = (await put(agent, "散落", "散落.txt", "")).body.file_id;
	await stack.sql("UPDATE files SET created_at = created_at - 172800000 WHERE public_id IN (?, ?)", [kept, loose]);
	await stack.sql("UPDATE files SET deleted_at = deleted_at - 7200000 WHERE public_id = ?", [gone]);
	const old = Date.now() / 1000 - 7200; // bytes that have just been sent wait, too
	for (const entry of readdirSync(path.join(stack.dir, "files"), { recursive: true, withFileTypes: true })) if (entry.isFile()) utimesSync(path.join(entry.parentPath ?? entry.path, entry.name), old, old);
	await stack.restart("worker");
	const left = async (id) => (await stack.sql("SELECT id FROM files WHERE public_id = ?", [id])).length;
	await until(async () => !(await left(gone)) && !(await left(loose)), { timeout: 30_000, what: "the worker's round" });
	assert.equal(await left(kept), 1);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM file_shares s LEFT JOIN files f ON f.id = s.file_id WHERE f.id IS NULL"))[0].n, 0);
});

test("every call was answered well and refused", () => gate());
