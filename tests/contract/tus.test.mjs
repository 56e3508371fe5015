// Uploads that go on where they were cut: the tus protocol at /api/files/tus/. What each request must say and be answered; the
// client that others write (tus-js-client) is in tus_client.test.mjs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { coverage } from "../lib/coverage.mjs";
import { png } from "../lib/pictures.mjs";
import { startStack, until } from "../lib/stack.mjs";

const { counted, gate } = coverage("kefu", ["/api/files/tus/"]);
const BASE = "/api/files/tus/", MB = 1 << 20, MAX = 8 * MB;
const V = { "Tus-Resumable": "1.0.0" }, BYTES = { ...V, "Content-Type": "application/offset+octet-stream" };
const pdf = (n) => Buffer.concat([Buffer.from("%PDF-1.4\n"), randomBytes(n - 9)]);
const b64 = (text) => Buffer.from(text).toString("base64");
const named = (name) => `filename ${b64(name)}`;
const sum = (how, bytes) => `${how} ${createHash(how).update(bytes).digest("base64")}`;

let stack, agent, other, guest;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_RATE_LIMIT: "off", DESKBELL_MAX_FILE: String(MAX), DESKBELL_QUOTA: "1000000", DESKBELL_ORIGINS: "https://shop.example" } });
	agent = counted(await signIn(stack.urls.kefu, "agent@example.com"));
	other = await signIn(stack.urls.kefu, "kefu_002@example.com");
	guest = counted(httpClient(stack.urls.chat));
});
after(() => stack?.stop());

const create = (who, size, name = "manual.pdf", headers = {}, query = "") =>
	who.call("POST", BASE + query, undefined, { headers: { ...V, "Upload-Length": String(size), "Upload-Metadata": named(name), ...headers } });
const look = (who, url) => who.call("HEAD", url, undefined, { headers: V });
const patch = (who, url, offset, bytes, headers = {}) => who.call("PATCH", url, bytes, { headers: { ...BYTES, "Upload-Offset": String(offset), ...headers } });
const begun = async (who, size, name, query) => (await create(who, size, name, {}, query)).headers.get("location");
const offset = async (who, url) => Number((await look(who, url)).headers.get("upload-offset"));
const parts = () => (existsSync(path.join(stack.dir, "files/part")) ? readdirSync(path.join(stack.dir, "files/part")) : []);
const session = async () => (await guest.post("/api/v1/chat/sessions", {})).body.data.session_id;
function refused(answer, status, code, field) {
	assert.deepEqual([answer.status, answer.body?.error?.code, answer.headers.get("tus-resumable")], [status, code, "1.0.0"], answer.text);
	if (field) assert.ok(field in answer.body.error.details, answer.text);
}

test("OPTIONS tells what is spoken here, to anybody; pages of an allowed origin may ask", async () => {
	const said = await guest.call("OPTIONS", BASE);
	const header = (name) => said.headers.get(name);
	assert.deepEqual([said.status, header("tus-resumable"), header("tus-version"), header("tus-max-size")], [204, "1.0.0", "1.0.0", String(MAX)]);
	assert.deepEqual(header("tus-extension").split(","), ["creation", "creation-with-upload", "termination", "checksum", "expiration"]);
	assert.ok(header("tus-checksum-algorithm").split(",").includes("sha1"));
	const preflight = { Origin: "https://shop.example", "Access-Control-Request-Method": "PATCH" };
	for (const url of [BASE, `${BASE}up_1`]) {
		const page = await guest.call("OPTIONS", url, undefined, { headers: preflight });
		assert.equal(page.status, 204);
		assert.equal(page.headers.get("access-control-allow-origin"), "https://shop.example");
		assert.match(page.headers.get("access-control-allow-methods"), /PATCH/, url);
		for (const name of ["Tus-Resumable", "Upload-Offset", "Upload-Metadata", "Authorization"]) assert.ok(page.headers.get("access-control-allow-headers").includes(name), `${url} ${name}`);
	}
	assert.equal((await guest.call("OPTIONS", `${BASE}?a=%ff`)).status, 400);
	assert.equal((await guest.call("OPTIONS", `${BASE}up_${"x".repeat(62)}`)).status, 400);
	const stranger = await guest.call("OPTIONS", BASE, undefined, { headers: { ...preflight, Origin: "https://evil.example" } });
	assert.equal(stranger.headers.get("access-control-allow-origin"), null);
	const made = await create(agent, 9, "a.txt", { Origin: "https://shop.example" });
	assert.match(made.headers.get("access-control-expose-headers"), /Upload-Offset/);
	assert.match(made.headers.get("access-control-expose-headers"), /Location/);
});

test("in pieces: each answer has the offset, HEAD too; the last one makes it a file like any other, stored once", async () => {
	const bytes = pdf(300_000), made = await create(agent, bytes.length, "用户手册.pdf", { "Upload-Metadata": `${named("用户手册.pdf")},category ${b64("manual")},is_draft` });
	assert.deepEqual([made.status, made.text], [201, ""]);
	const url = made.headers.get("location");
	assert.match(url, /^\/api\/files\/tus\/up_\w{22}$/);
	assert.equal(made.headers.get("upload-offset"), "0");
	const expires = Date.parse(made.headers.get("upload-expires")) - Date.now();
	assert.ok(expires > 86_000_000 && expires < 86_500_000, String(expires));
	assert.equal(await offset(agent, url), 0);
	for (const [from, to] of [[0, 100_000], [100_000, 100_001], [100_001, 299_999]]) {
		const sent = await patch(agent, url, from, bytes.subarray(from, to));
		assert.deepEqual([sent.status, sent.headers.get("upload-offset"), sent.headers.get("x-file-id")], [204, String(to), null], sent.text);
		const seen = await look(agent, url);
		assert.deepEqual([seen.status, seen.headers.get("upload-offset"), seen.headers.get("upload-length"), seen.headers.get("cache-control")], [200, String(to), "300000", "no-store"]);
	}
	const last = await patch(agent, url, 299_999, bytes.subarray(299_999)), id = last.headers.get("x-file-id");
	assert.deepEqual([last.status, last.headers.get("upload-offset"), last.headers.get("x-file-url")], [204, "300000", `/api/files/${id}`]);
	for (let i = 0; i < 2; i++) assert.equal((await look(agent, url)).headers.get("x-file-id"), id, "asked again, the same");
	const { body: info } = await agent.get(`/api/files/${id}/info`);
	assert.deepEqual([info.filename, info.size, info.mime_type, info.category], ["用户手册.pdf", bytes.length, "application/pdf", "manual"]);
	const back = await fetch(`${stack.urls.kefu}/api/files/${id}`, { headers: { Authorization: `Bearer ${agent.token}` } });
	assert.ok(Buffer.from(await back.arrayBuffer()).equals(bytes));
	assert.equal((await stack.sql("SELECT COUNT(*) n FROM files WHERE sha256 = ?", [createHash("sha256").update(bytes).digest("hex")]))[0].n, 1);
	assert.ok(!parts().includes(url.slice(BASE.length)), "the partial file is gone");
	// The same bytes again, in one form: one blob for both.
	const form = new FormData();
	form.append("file", new Blob([bytes]), "again.pdf");
	const again = await agent.post("/api/files/upload", form);
	assert.deepEqual([again.status, again.body.size], [200, bytes.length]);
	assert.equal((await stack.sql("SELECT COUNT(DISTINCT sha256) n FROM files WHERE size = 300000"))[0].n, 1);
});

test("creation with the first bytes, or with all of them; a method by its override", async () => {
	const bytes = pdf(5000), url = (await create(agent, 5000, "a.pdf", {}, "")).headers.get("location");
	assert.ok(url);
	const first = await agent.call("POST", BASE, bytes.subarray(0, 2000), { headers: { ...BYTES, "Upload-Length": "5000", "Upload-Metadata": named("a.pdf") } });
	assert.deepEqual([first.status, first.headers.get("upload-offset")], [201, "2000"], first.text);
	const where = first.headers.get("location"), rest = await agent.call("POST", where, bytes.subarray(2000), { headers: { ...BYTES, "Upload-Offset": "2000", "X-HTTP-Method-Override": "PATCH" } });
	assert.deepEqual([rest.status, rest.headers.get("upload-offset")], [204, "5000"], rest.text);
	const whole = await agent.call("POST", BASE, bytes, { headers: { ...BYTES, "Upload-Length": "5000", "Upload-Metadata": named("b.pdf") } });
	assert.equal(whole.status, 201, whole.text);
	assert.match(whole.headers.get("x-file-id"), /^file_/);
	const gone = await agent.call("POST", url, undefined, { headers: { ...V, "X-HTTP-Method-Override": "DELETE" } });
	assert.equal(gone.status, 204, gone.text);
	assert.equal((await look(agent, url)).status, 404);
});

test("no version or another one is a 412 that names ours, and nothing happens", async () => {
	const url = await begun(agent, 10, "a.txt");
	for (const version of [undefined, "0.2.2", "1.0", "1.0.0, 1.0.0", "x".repeat(3000)]) {
		const headers = version ? { "Tus-Resumable": version } : {};
		const answers = [await agent.call("POST", BASE, undefined, { headers: { ...headers, "Upload-Length": "5", "Upload-Metadata": named("a.txt") } }),
			await agent.call("PATCH", url, Buffer.from("hello"), { headers: { ...headers, "Content-Type": BYTES["Content-Type"], "Upload-Offset": "0" } }), await agent.call("DELETE", url, undefined, { headers })];
		for (const answer of answers) {
			refused(answer, 412, "PRECONDITION_FAILED");
			assert.equal(answer.headers.get("tus-version"), "1.0.0");
		}
		assert.equal((await agent.call("HEAD", url, undefined, { headers })).status, 412);
	}
	assert.equal(await offset(agent, url), 0);
});

test("what cannot be begun: lengths, names and metadata that are not good", async () => {
	const bad = async (headers, status, code, field) => refused(await agent.call("POST", BASE, undefined, { headers: { ...V, ...headers } }), status, code, field);
	const meta = { "Upload-Metadata": named("a.pdf") };
	await bad({ ...meta, "Upload-Length": String(MAX + 1) }, 413, "PAYLOAD_TOO_LARGE");
	await bad({ ...meta, "Upload-Length": "99999999999999999999" }, 400, "VALIDATION_ERROR", "Upload-Length");
	for (const length of ["-1", "1.5", "ten", "0x10", " "]) await bad({ ...meta, "Upload-Length": length }, 400, "VALIDATION_ERROR", "Upload-Length");
	await bad({ ...meta, "Upload-Length": "0" }, 400, "VALIDATION_ERROR", "file");
	await bad(meta, 400, "VALIDATION_ERROR", "Upload-Length");
	await bad({ ...meta, "Upload-Defer-Length": "1" }, 400, "VALIDATION_ERROR", "Upload-Length");
	await bad({ "Upload-Length": "5" }, 400, "VALIDATION_ERROR", "Upload-Metadata");
	for (const text of ["filename a.pdf", "filename YQ", "filename YQ==,", ",", "filename YQ==,filename YQ==", "filename  YQ==", "filename /w==", "filename AAAA", `filename ${b64("a\0.pdf")}`, Array.from({ length: 17 }, (_, i) => `k${i} YQ==`).join(",")])
		await bad({ "Upload-Length": "5", "Upload-Metadata": text }, 400, "VALIDATION_ERROR", "Upload-Metadata");
	await bad({ "Upload-Length": "5", "Upload-Metadata": `other ${b64("a.pdf")}` }, 400, "VALIDATION_ERROR", "filename");
	await bad({ "Upload-Length": "5", "Upload-Metadata": `${named("a.pdf")},category ${b64("x".repeat(21))}` }, 400, "VALIDATION_ERROR", "category");
	for (const name of ["setup.exe", "a.svg", "noextension", "a.pdf.html"]) await bad({ "Upload-Length": "5", "Upload-Metadata": named(name) }, 415, "UNSUPPORTED_MEDIA_TYPE", "file");
	await bad({ ...meta, "Upload-Length": "5", "Content-Type": "text/plain" }, 201, undefined);
	const traversal = await create(agent, 5, "../../../etc/passwd\r\n.txt");
	assert.equal(traversal.status, 201);
	assert.equal((await patch(agent, traversal.headers.get("location"), 0, Buffer.from("hello"))).status, 204);
	const [row] = await stack.sql("SELECT name FROM files ORDER BY id DESC LIMIT 1");
	assert.equal(row.name, "passwd.txt");
});

test("a content that is not what the name says, or a script in a picture's name, is refused at its end and gone", async () => {
	for (const [name, bytes] of [["a.png", pdf(500)], ["b.txt", Buffer.from("<!doctype html><html><script>alert(1)</script></html>")], ["c.pdf", Buffer.from("plain words\n")]]) {
		const before = parts().length, url = await begun(agent, bytes.length, name);
		refused(await patch(agent, url, 0, bytes), 415, "UNSUPPORTED_MEDIA_TYPE", "file");
		assert.equal((await look(agent, url)).status, 404);
		assert.equal(parts().length, before);
	}
});

test("wrong offsets, bodies over the length, other types of body: nothing is taken", async () => {
	const bytes = pdf(1000), url = await begun(agent, 1000);
	await patch(agent, url, 0, bytes.subarray(0, 400));
	for (const at of [0, 399, 401, 1000, 5000]) refused(await patch(agent, url, at, bytes.subarray(400, 500)), 409, "CONFLICT");
	for (const at of ["-1", "4e2", ""]) refused(await patch(agent, url, at, bytes.subarray(400, 500)), 400, "VALIDATION_ERROR", "Upload-Offset");
	refused(await patch(agent, url, 400, Buffer.concat([bytes.subarray(400), Buffer.from("x")])), 413, "PAYLOAD_TOO_LARGE");
	for (const type of ["application/octet-stream", "application/json", "multipart/form-data; boundary=b"]) refused(await patch(agent, url, 400, bytes.subarray(400), { "Content-Type": type }), 415, "UNSUPPORTED_MEDIA_TYPE");
	assert.equal(await offset(agent, url), 400);
	assert.equal((await patch(agent, url, 400, Buffer.alloc(0))).headers.get("upload-offset"), "400", "an empty one changes nothing");
	assert.equal((await patch(agent, url, 400, bytes.subarray(400))).status, 204);
	refused(await patch(agent, url, 1000, Buffer.from("more")), 413, "PAYLOAD_TOO_LARGE");
	for (const method of ["GET", "PUT"]) assert.equal((await agent.call(method, url, method === "PUT" ? "{}" : undefined, { headers: V })).status, 405, method);
});

test("checksums: right ones are taken, a wrong one is a 460 that leaves what was there, unknown kinds are 400", async () => {
	const bytes = pdf(90_000), url = await begun(agent, bytes.length);
	let at = 0;
	for (const how of ["sha1", "sha256", "md5"]) {
		const piece = bytes.subarray(at, at + 30_000);
		const wrong = await patch(agent, url, at, piece, { "Upload-Checksum": sum(how, bytes) });
		refused(wrong, 460, "CHECKSUM_MISMATCH");
		assert.equal(await offset(agent, url), at);
		assert.equal((await patch(agent, url, at, piece, { "Upload-Checksum": sum(how, piece) })).headers.get("upload-offset"), String((at += 30_000)));
	}
	const next = await begun(agent, 10, "a.txt");
	for (const text of ["crc32 AAAA", "sha1", "sha1 ", "sha1 %%%", `sha1 ${b64("short")}`, sum("sha256", bytes).replace("sha256", "sha1"), "x".repeat(2000)])
		refused(await patch(agent, next, 0, Buffer.from("0123456789"), { "Upload-Checksum": text }), 400, "VALIDATION_ERROR", "Upload-Checksum");
	assert.equal(await offset(agent, next), 0);
});

test("nobody else's: 404 for other people, 401 for nobody, whatever they ask", async () => {
	const bytes = pdf(1000), url = await begun(agent, 1000), key = await session(), second = await session();
	const visitors = await begun(guest, 1000, "a.pdf", `?session_id=${key}`), bare = visitors.split("?")[0];
	assert.ok(visitors.endsWith(`?session_id=${key}`));
	for (const [who, where] of [[other, url], [guest, url], [guest, `${url}?session_id=${key}`], [guest, bare], [guest, `${bare}?session_id=${second}`], [guest, `${bare}?session_id=sess_none`], [agent, bare], [agent, visitors.replace(/id=.*/, "id=x")], [agent, `${BASE}up_${"0".repeat(22)}`], [agent, `${BASE}..%2f..%2fx`]]) {
		assert.equal((await look(who, where)).status, 404, where);
		refused(await patch(who, where, 0, bytes), 404, "NOT_FOUND");
		refused(await who.call("DELETE", where, undefined, { headers: V }), 404, "NOT_FOUND");
	}
	refused(await create(guest, 10), 401, "UNAUTHORIZED");
	refused(await create(guest, 10, "a.txt", {}, "?session_id=sess_none"), 404, "NOT_FOUND");
	refused(await create(guest, 10, "a.txt", { Authorization: "Bearer x" }), 401, "UNAUTHORIZED");
	assert.deepEqual([await offset(agent, url), await offset(guest, visitors)], [0, 0]);
	const sent = await patch(guest, visitors, 0, bytes);
	assert.equal(sent.status, 204, sent.text);
	assert.match(sent.headers.get("x-file-id"), /^file_/);
});

test("given up: 204, its bytes are gone, and it is a 404", async () => {
	const url = await begun(agent, 5000);
	await patch(agent, url, 0, pdf(2000));
	assert.ok(parts().includes(url.slice(BASE.length)));
	assert.equal((await agent.call("DELETE", url, undefined, { headers: V })).status, 204);
	assert.ok(!parts().includes(url.slice(BASE.length)));
	assert.equal((await look(agent, url)).status, 404);
	refused(await agent.call("DELETE", url, undefined, { headers: V }), 404, "NOT_FOUND");
});

/** A PATCH whose bytes are sent one after the other: {send, end, cut, answer}. */
function slow(url, from, length, token = agent.token) {
	const request = http.request(stack.urls.kefu + url, { method: "PATCH", headers: { ...BYTES, "Upload-Offset": String(from), "Content-Length": String(length), Authorization: `Bearer ${token}` } });
	const answer = new Promise((resolve, reject) => request.on("response", (r) => resolve(r.resume().statusCode)).on("error", reject));
	answer.catch(() => {});
	request.flushHeaders();
	return { send: (bytes) => new Promise((resolve) => request.write(bytes, resolve)), end: () => request.end(), cut: () => request.destroy(), answer };
}
const arrived = (url, n) => until(async () => (await offset(agent, url)) === n, { what: `${n} bytes on disk` });

test("a connection cut in the middle of a PATCH: what came stays, and the rest goes on from there", async () => {
	const bytes = pdf(2 * MB), url = await begun(agent, bytes.length), first = slow(url, 0, bytes.length);
	await first.send(bytes.subarray(0, MB + 12345));
	await arrived(url, MB + 12345);
	first.cut();
	const rest = () => patch(agent, url, MB + 12345, bytes.subarray(MB + 12345));
	let answer;
	await until(async () => (answer = await rest()).status !== 423, { what: "the end of the cut one" });
	assert.equal(answer.status, 204, answer.text);
	const back = await fetch(stack.urls.kefu + answer.headers.get("x-file-url"), { headers: { Authorization: `Bearer ${agent.token}` } });
	assert.ok(Buffer.from(await back.arrayBuffer()).equals(bytes));
});

test("with a checksum a cut PATCH leaves nothing: its bytes cannot be known to be good", async () => {
	const bytes = pdf(MB), url = await begun(agent, bytes.length);
	const socket = net.connect(stack.ports[1], "127.0.0.1");
	socket.write(`PATCH ${url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${agent.token}\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nUpload-Checksum: ${sum("sha1", bytes)}\r\nContent-Length: ${bytes.length}\r\n\r\n`);
	socket.write(bytes.subarray(0, MB / 2));
	await until(() => parts().some((name) => name.endsWith(".unsure")), { what: "its bytes apart" });
	socket.destroy();
	await until(() => !parts().some((name) => name.endsWith(".unsure")), { what: "their end" });
	assert.equal(await offset(agent, url), 0);
	assert.equal((await patch(agent, url, 0, bytes, { "Upload-Checksum": sum("sha1", bytes) })).status, 204);
});

test("two PATCHes of one upload at once: one writes, the other is told; a delete waits as well", async () => {
	const bytes = pdf(MB), url = await begun(agent, bytes.length), first = slow(url, 0, bytes.length);
	await first.send(bytes.subarray(0, 1000));
	await arrived(url, 1000);
	const second = await patch(agent, url, 1000, bytes.subarray(1000));
	refused(second, 423, "LOCKED");
	assert.equal(second.headers.get("retry-after"), "1");
	refused(await agent.call("DELETE", url, undefined, { headers: V }), 423, "LOCKED");
	await first.send(bytes.subarray(1000));
	first.end();
	assert.equal(await first.answer, 204);
	const many = await begun(agent, bytes.length), answers = await Promise.all(Array.from({ length: 6 }, () => patch(agent, many, 0, bytes)));
	const done = answers.filter((a) => a.status === 204);
	assert.ok(done.length >= 1 && answers.every((a) => [204, 409, 413, 423].includes(a.status)), answers.map((a) => a.status).join());
	assert.equal(new Set(done.map((a) => a.headers.get("x-file-id"))).size, 1);
	assert.equal((await stack.sql("SELECT COUNT(*) n FROM uploads u JOIN files f ON f.id = u.file_id WHERE u.public_id = ?", [many.slice(BASE.length)]))[0].n, 1);
});

test("twenty senders who say nothing hold up nobody: other files come and go at once; a silent one is ended, and goes on later", async () => {
	const bytes = pdf(20_000), urls = [];
	for (let i = 0; i < 20; i++) urls.push(await begun(i % 2 ? agent : other, bytes.length));
	const senders = urls.map((url, i) => slow(url, 0, bytes.length, (i % 2 ? agent : other).token));
	await Promise.all(senders.map((s) => s.send(bytes.subarray(0, 100))));
	await arrived(urls[19], 100);
	let ended = 0;
	for (const sender of senders) sender.answer.finally(() => ended++).catch(() => {});
	const form = new FormData();
	form.append("file", new Blob([bytes]), "quick.pdf");
	const sent = await agent.post("/api/files/upload", form);
	assert.equal(sent.status, 200, sent.text);
	assert.equal((await agent.get(sent.body.url)).status, 200);
	assert.equal(ended, 0, "all of that while they were silent: nobody waited for their end");
	assert.deepEqual([...new Set(await Promise.all(senders.map((s) => s.answer.catch(() => "cut"))))], [503]);
	senders.forEach((s) => s.cut());
	for (const [i, url] of urls.entries()) {
		const who = i % 2 ? agent : other;
		assert.equal(await offset(who, url), 100);
		assert.equal((await who.call("DELETE", url, undefined, { headers: V })).status, 204);
	}
});

test("no room on the disk: 507, what fitted stays, and it goes on when there is room", async () => {
	const bytes = pdf(2 * MB), url = await begun(agent, bytes.length), limit = (n) => stack.processes("files").forEach((pid) => execFileSync("prlimit", ["--pid", String(pid), `--fsize=${n}:`]));
	limit(500_000);
	try {
		const full = await patch(agent, url, 0, bytes);
		refused(full, 507, "INSUFFICIENT_STORAGE");
		assert.equal(full.headers.get("retry-after"), "10");
	} finally {
		limit("unlimited");
	}
	const there = await offset(agent, url);
	assert.ok(there > 0 && there <= 500_000, String(there));
	const rest = await patch(agent, url, there, bytes.subarray(there));
	assert.equal(rest.status, 204, rest.text);
	const back = await agent.get(rest.headers.get("x-file-url"));
	assert.equal(back.status, 200);
});

test("what is to stay in the portal counts against the quota from its beginning, and again at its end; a visitor keeps nothing", async () => {
	const keep = { "Upload-Metadata": `${named("kept.pdf")},category ${b64("portal")}` };
	const admin = await signIn(stack.urls.kefu, "admin@example.com"), begin = (size) => create(admin, size, "", keep);
	const used = (await admin.get("/api/portal/files")).body.used_bytes, room = 1_000_000 - used;
	refused(await begin(room + 1), 413, "PAYLOAD_TOO_LARGE");
	const first = (await begin(room - 1000)).headers.get("location");
	refused(await begin(1001), 413, "PAYLOAD_TOO_LARGE");
	const second = (await begin(1000)).headers.get("location");
	assert.match((await patch(admin, second, 0, pdf(1000))).headers.get("x-file-id"), /^file_/);
	assert.equal((await admin.get("/api/portal/files")).body.used_bytes, used + 1000);
	// Filled up otherwise meanwhile: told at the end, and taken when there is room again.
	await stack.sql("UPDATE files SET size = size + 5000 WHERE category = 'portal' AND owner_id = 1 ORDER BY id DESC LIMIT 1");
	refused(await patch(admin, first, 0, pdf(room - 1000)), 413, "PAYLOAD_TOO_LARGE");
	assert.equal((await look(admin, first)).status, 413);
	await stack.sql("UPDATE files SET size = size - 5000 WHERE category = 'portal' AND owner_id = 1 ORDER BY id DESC LIMIT 1");
	assert.match((await look(admin, first)).headers.get("x-file-id"), /^file_/);
	assert.equal((await admin.get("/api/portal/files")).body.used_bytes, 1_000_000);
	refused(await create(guest, 100, "", keep, `?session_id=${await session()}`), 400, "VALIDATION_ERROR", "category");
});

test("one person has twenty unfinished ones at most; what is over its time is a 404, and the worker removes it with its bytes", async () => {
	const [{ n }] = await stack.sql("SELECT COUNT(*) n FROM uploads u JOIN users s ON s.id = u.owner_id WHERE s.public_id = 'kefu_002' AND u.file_id = 0");
	const urls = [];
	for (let i = n; i < 20; i++) urls.push(await begun(other, 100, "a.txt"));
	refused(await create(other, 100, "a.txt"), 409, "CONFLICT");
	const url = urls[0], id = url.slice(BASE.length);
	await patch(other, url, 0, Buffer.from("hello"));
	assert.ok(parts().includes(id));
	await stack.sql("UPDATE uploads SET expires_at = 1 WHERE public_id = ?", [id]);
	assert.equal((await look(other, url)).status, 404);
	refused(await patch(other, url, 5, Buffer.from("hello")), 404, "NOT_FOUND");
	assert.equal((await create(other, 100, "a.txt")).status, 201, "it counts no more");
	await stack.restart("worker"); // cleans at its start
	await until(async () => (await stack.sql("SELECT COUNT(*) n FROM uploads WHERE public_id = ?", [id]))[0].n === 0, { what: "the end of its row" });
	assert.ok(!parts().includes(id));
});

const form = (fields) => {
	const data = new FormData();
	for (const [key, value] of Object.entries(fields)) data.append(key, value);
	return data;
};
/** An upload that is whole: its id. */
async function whole(who, bytes, name, query = "") {
	const url = await begun(who, bytes.length, name, query);
	assert.equal((await patch(who, url, 0, bytes)).status, 204);
	return url.slice(BASE.length).split("?")[0];
}

test("a message in a conversation shows what was sent this way, by its upload_id: a visitor's, staff's, a note's; once, and its own alone", async () => {
	const key = await session(), V1 = "/api/v1", [{ id }] = await stack.sql("SELECT id FROM conversations WHERE session_id = ?", [key]);
	const asVisitor = (fields, who = guest, at = key) => who.post(`${V1}/chat/sessions/${at}/files`, form(fields));
	const asStaff = (fields, who = agent) => who.post(`${V1}/conversations/${id}/files`, form(fields));
	const bytes = pdf(2000), mine = await whole(guest, bytes, "账单.pdf", `?session_id=${key}`);
	const sent = await asVisitor({ upload_id: mine, content: "请看", client_id: "tus-1" });
	assert.equal(sent.status, 201, sent.text);
	const { attachment } = sent.body.data;
	assert.deepEqual([sent.body.data.content, sent.body.data.message_type, attachment.filename, attachment.size, attachment.mime_type], ["请看", "file", "账单.pdf", 2000, "application/pdf"]);
	const back = await fetch(stack.urls.chat + attachment.url);
	assert.ok(Buffer.from(await back.arrayBuffer()).equals(bytes));
	const again = await asVisitor({ upload_id: mine, content: "请看", client_id: "tus-1" });
	assert.deepEqual([again.status, again.body.data.id], [201, sent.body.data.id], "the answer was lost: the same message");
	assert.equal((await asVisitor({ upload_id: mine, client_id: "tus-2" })).status, 400);
	assert.equal((await stack.sql("SELECT COUNT(*) n FROM messages WHERE stream = ? AND client_id LIKE 'tus-%'", [id]))[0].n, 1);

	const staffs = await whole(agent, png(60, 40), "图.png"), answer = await asStaff({ upload_id: staffs });
	assert.equal(answer.status, 201, answer.text);
	assert.deepEqual([answer.body.data.message.message_type, answer.body.data.message.attachment.width], ["image", 60]);
	const note = await asStaff({ upload_id: await whole(agent, bytes, "内部.pdf"), is_private: "true" });
	assert.equal(note.body.data.message.is_private, true, note.text);
	assert.equal((await guest.get(note.body.data.message.attachment.url)).status, 404);
	assert.equal((await agent.get(note.body.data.message.attachment.url)).status, 200);

	const said = async () => (await stack.sql("SELECT COUNT(*) n FROM messages WHERE stream = ?", [id]))[0].n, before = await said();
	const unfinished = await begun(agent, 500, "half.pdf");
	assert.equal((await asStaff({ upload_id: unfinished.slice(BASE.length) })).status, 409);
	assert.equal((await asStaff({ upload_id: await whole(await signIn(stack.urls.kefu, "customer@example.com"), bytes, "others.pdf") })).status, 404);
	assert.equal((await asVisitor({ upload_id: await whole(guest, bytes, "a.pdf", `?session_id=${await session()}`) })).status, 404);
	assert.equal((await asStaff({ upload_id: "up_none" })).status, 404);
	const both = form({ upload_id: staffs });
	both.append("file", new Blob([bytes]), "b.pdf");
	assert.equal((await agent.post(`${V1}/conversations/${id}/files`, both)).status, 400);
	const kept = await create(agent, 5, "", { "Upload-Metadata": `${named("kept.txt")},category ${b64("portal")}` });
	await patch(agent, kept.headers.get("location"), 0, Buffer.from("hello"));
	assert.equal((await asStaff({ upload_id: kept.headers.get("location").slice(BASE.length) })).status, 400);
	assert.equal((await asStaff({ content: "nothing" })).status, 400);
	assert.equal(await said(), before, "what was refused said nothing");
});

test("and a message in a room: its members read it at the message's address", async () => {
	const bytes = pdf(3000), id = await whole(agent, bytes, "计划.pdf"), rooms = await signIn(stack.urls.chat, "agent@example.com");
	const say = (fields) => rooms.post("/api/chat/upload", form(fields));
	const sent = await say({ upload_id: id, client_id: "room-1" });
	assert.equal(sent.status, 200, sent.text);
	assert.deepEqual([sent.body.message_type, sent.body.file_name, sent.body.file_size, sent.body.file_url], ["file", "计划.pdf", 3000, `/uploads/chat/${sent.body.id}.pdf`]);
	const back = await fetch(stack.urls.chat + sent.body.file_url, { headers: { Authorization: `Bearer ${rooms.token}` } });
	assert.ok(Buffer.from(await back.arrayBuffer()).equals(bytes));
	assert.equal((await say({ upload_id: id, client_id: "room-1" })).body.id, sent.body.id, "the answer was lost: the same message");
	assert.equal((await say({ upload_id: id, client_id: "room-2" })).status, 400);
	const half = await begun(agent, 500, "half.pdf");
	assert.equal((await say({ upload_id: half.slice(BASE.length) })).status, 409);
	assert.equal((await say({ upload_id: await whole(await signIn(stack.urls.kefu, "customer@example.com"), bytes, "others.pdf") })).status, 404);
	assert.equal((await say({})).status, 400);
	const picture = await say({ upload_id: await whole(agent, png(1600, 900), "大图.png") });
	assert.deepEqual([picture.body.message_type, picture.body.width, picture.body.thumbnail_url], ["image", 1600, `${picture.body.file_url}/thumbnail`]);
	await until(async () => (await fetch(stack.urls.chat + picture.body.thumbnail_url, { headers: { Authorization: `Bearer ${rooms.token}` } })).status === 200, { what: "its thumbnail" });
});

test("rows", () => gate());
