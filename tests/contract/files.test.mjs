// Files in conversations: taken in by a stream, known by their content, given out by the web server.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, utimesSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { png as picture } from "../lib/pictures.mjs";
import { startStack, until } from "../lib/stack.mjs";

const chat = coverage("chat", ["/api/v1/chat/files", "/api/v1/chat/sessions/:session_id/files"]);
const staff = coverage("console", ["/api/v1/conversations/:conversation_id/files"]);
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const pdf = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");
const V1 = "/api/v1";

let stack, guest, agent, session, conversation;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_MAX_FILE: "300000" } });
	guest = chat.counted(httpClient(stack.urls.chat));
	agent = staff.counted(await signIn(stack.urls.kefu, "agent@example.com"));
	({ session_id: session, id: conversation } = (await guest.post(`${V1}/chat/sessions`, {})).body.data);
});
after(() => stack?.stop());

const form = (bytes, name, fields = {}) => {
	const data = new FormData();
	for (const [key, value] of Object.entries(fields)) data.append(key, value);
	if (bytes) data.append("file", new Blob([bytes]), name);
	return data;
};
const send = (bytes, name, fields) => guest.post(`${V1}/chat/sessions/${session}/files`, form(bytes, name, fields));
const fetched = async (url, headers) => {
	const answer = await fetch(stack.urls.chat + url, { headers });
	return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};
const stored = () => readdirSync(path.join(stack.dir, "files"), { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).length;
/** An answer may be out before what it was made of is dropped. */
const nothingLeft = () => until(() => unfinished().length === 0, { what: "nothing left of it" });
const unfinished = () => (existsSync(path.join(stack.dir, "files/new")) ? readdirSync(path.join(stack.dir, "files/new")) : []);

test("a picture: the message as documented, live at the other side, the bytes back whole", async () => {
	const socket = await Socket.open(stack.ws);
	socket.send("resume", { session_id: session, last_id: 0 });
	await socket.waitFor("resumed");
	const sent = await send(png, "照片 1.png", { content: "看这里" });
	assert.equal(sent.status, 201, sent.text);
	like(sent.body.data, { id: "", session_id: "", sender_type: "", content: "", message_type: "", attachment: { file_id: "", url: "", filename: "", size: 1, mime_type: "" }, created_at: "" });
	assert.deepEqual([sent.body.data.message_type, sent.body.data.content], ["image", "看这里"]);
	const { attachment } = sent.body.data;
	assert.deepEqual([attachment.filename, attachment.size, attachment.mime_type], ["照片 1.png", png.length, "image/png"]);
	assert.deepEqual((await socket.waitFor("message")).data.attachment, attachment);
	await socket.close();
	const got = await fetched(attachment.url);
	assert.deepEqual([got.status, got.headers.get("content-type"), got.headers.get("x-content-type-options")], [200, "image/png", "nosniff"]);
	assert.match(got.headers.get("content-disposition"), /^inline; filename="_+ 1\.png"; filename\*=UTF-8''%E7%85%A7%E7%89%87%201\.png$/);
	assert.match(got.headers.get("content-security-policy"), /sandbox/);
	assert.equal(got.headers.get("x-sendfile"), null);
	assert.ok(got.bytes.equals(png));
	const history = await guest.get(`${V1}/chat/sessions/${session}/messages?before=latest`);
	assert.deepEqual(history.body.data.messages.at(-1).attachment, attachment);
});

test("ranges and validators are the web server's", async () => {
	const { attachment } = (await send(pdf, "bill.pdf")).body.data;
	const part = await fetched(attachment.url, { Range: "bytes=0-3" });
	assert.deepEqual([part.status, String(part.bytes)], [206, "%PDF"]);
	const whole = await fetched(attachment.url);
	const again = await fetched(attachment.url, { "If-None-Match": whole.headers.get("etag") });
	assert.deepEqual([whole.headers.get("content-type"), again.status], ["application/pdf", 304]);
	assert.equal((await guest.get(attachment.url)).status, 200);
	assert.equal((await guest.get(`${attachment.url}/thumbnail`)).status, 404, "no picture");
	assert.equal((await guest.get(`${(await send(png, "light.png")).body.data.attachment.url}/thumbnail`)).status, 200);
});

test("the name alone convinces nobody; what is not on the list is refused; nothing is left behind", async () => {
	await nothingLeft();
	const before = stored();
	const cases = [
		[Buffer.from("<html><script>alert(1)</script></html>"), "picture.png", 415, "文件内容与扩展名不符"],
		[Buffer.from("<!doctype html><html><body>x</body></html>"), "notes.txt", 415, "文件内容与扩展名不符"],
		[Buffer.from("MZ\0\0"), "setup.exe", 415, "不支持该文件类型"],
		[png, "noextension", 415, "不支持该文件类型"],
		[png, "picture.pdf", 415, "文件内容与扩展名不符"],
		[Buffer.alloc(0), "empty.txt", 400, "文件为空"],
		[randomBytes(300001), "big.txt", 413, "文件过大"],
		[randomBytes(900000), "bigger.txt", 413, "文件过大"],
	];
	for (const [bytes, name, status, said] of cases) {
		const answer = await send(bytes, name);
		assert.deepEqual([name, answer.status], [name, status], answer.text);
		assert.ok(answer.text.includes(said), `${name}: ${answer.text}`);
	}
	await nothingLeft();
	assert.equal(stored(), before);
});

test("forms that are none", async () => {
	assert.equal((await send(null, null, { content: "no file" })).body.error.details.field, "file");
	assert.equal((await guest.post(`${V1}/chat/sessions/${session}/files`, { file: "x" })).status, 415);
	const two = form(png, "a.png");
	two.append("second", new Blob([png]), "b.png");
	assert.equal((await guest.post(`${V1}/chat/sessions/${session}/files`, two)).status, 400);
	const raw = (body, type) => fetch(`${stack.urls.chat}${V1}/chat/sessions/${session}/files`, { method: "POST", body, headers: { "Content-Type": type } });
	for (const [body, type, status] of [
		["--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\ncut", "multipart/form-data; boundary=b", 400],
		["nothing like it", "multipart/form-data; boundary=b", 400],
		["x", "multipart/form-data", 415],
		["x", "multipart/mixed; boundary=b", 415],
		["--b\r\n" + "x".repeat(9000), "multipart/form-data; boundary=b", 400],
		["--b\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n\xff\xfe\r\n--b--", "multipart/form-data; boundary=b", 400],
	]) assert.equal((await raw(Buffer.from(body, "latin1"), type)).status, status, JSON.stringify([body.slice(0, 40), type]));
	assert.equal((await fetch(`${stack.urls.chat}${V1}/chat/messages`, { method: "POST", body: form(png, "a.png") })).status, 415);
	await nothingLeft();
});

test("names lose their folders and control characters, and keep their extension", async () => {
	for (const [name, kept] of [["../../../etc/passwd.png", "passwd.png"], ["C:\\fakepath\\x.png", "x.png"], [`${"长".repeat(200)}.png`, null]]) {
		const { attachment } = (await send(png, name)).body.data;
		if (kept) assert.equal(attachment.filename, kept);
		assert.ok(attachment.filename.endsWith(".png") && Buffer.byteLength(attachment.filename) <= 255);
	}
});

test("the same client_id is one message and one file; the same bytes are stored once", async () => {
	const one = await send(png, "once.png", { client_id: "file-once" });
	const two = await send(png, "once.png", { client_id: "file-once" });
	assert.deepEqual(two.body.data, one.body.data);
	const [row] = await stack.sql("SELECT COUNT(*) AS n FROM files WHERE name = 'once.png'");
	assert.equal(Number(row.n), 1);
	const sum = createHash("sha256").update(png).digest("hex");
	assert.ok(existsSync(path.join(stack.dir, "files", sum.slice(0, 2), sum.slice(2))));
	const [rows] = await stack.sql(`SELECT COUNT(*) AS n FROM files WHERE sha256 = '${sum}'`);
	assert.ok(Number(rows.n) > 1);
});

test("who may: the key's holder and staff send; a note's file is for staff", async () => {
	assert.equal((await guest.post(`${V1}/chat/sessions/sess_unknown/files`, form(png, "a.png"))).status, 404);
	const answer = await agent.post(`${V1}/conversations/${conversation}/files`, form(pdf, "answer.pdf", { content: "请看附件" }));
	assert.equal(answer.status, 201, answer.text);
	assert.equal(answer.body.data.message.attachment.filename, "answer.pdf");
	const note = await agent.post(`${V1}/conversations/${conversation}/files`, form(pdf, "internal.pdf", { is_private: "true" }));
	assert.equal(note.body.data.message.is_private, true);
	const url = note.body.data.message.attachment.url;
	assert.equal((await guest.get(url)).status, 404);
	assert.equal((await agent.get(url)).status, 200);
	const seen = (await guest.get(`${V1}/chat/sessions/${session}/messages?before=latest`)).text;
	assert.ok(seen.includes("answer.pdf") && !seen.includes("internal.pdf"));
	assert.equal((await guest.get(`${V1}/chat/files/file_unknown`)).status, 404);
	assert.equal((await agent.post(`${V1}/conversations/999999/files`, form(png, "a.png"))).status, 404);
	assert.equal((await httpClient(stack.urls.kefu).post(`${V1}/conversations/${conversation}/files`, form(png, "a.png"))).status, 401);
});

test("a slow or broken upload holds up nobody and leaves nothing", async () => {
	const { port } = new URL(stack.urls.chat);
	const socket = net.connect(port, "127.0.0.1");
	socket.write(`POST ${V1}/chat/sessions/${session}/files HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 200000\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n`);
	const others = await Promise.all(Array.from({ length: 4 }, (_, i) => send(png, `beside${i}.png`)));
	assert.deepEqual(others.map((o) => o.status), [201, 201, 201, 201]);
	socket.destroy();
	await nothingLeft();
});

test("a worker killed in the middle: no half file, and the next one serves", async () => {
	for (const pid of stack.processes("files").slice(1)) process.kill(pid, "SIGKILL");
	await until(async () => (await send(png, "after.png")).status === 201, { what: "an upload after the worker died" });
});

test("uploads that no message shows go after a day, deleted files after an hour, and their bytes with them unless others have the same", async () => {
	const HOUR = 3600;
	const kefu = httpClient(stack.urls.kefu, { token: agent.token, headers: { "X-User-ID": "kefu_001" } });
	const [{ public_id: to_user_id }] = await stack.sql("SELECT u.public_id FROM users u JOIN conversations v ON v.contact_id = u.id WHERE v.id = ?", [conversation]);
	const where = ({ sha256: sum }) => path.join(stack.dir, "files", sum.slice(0, 2), sum.slice(2));
	const up = async (bytes = picture(3, 2)) => {
		const answer = await kefu.post("/api/files/upload", form(bytes, "up.png"));
		assert.equal(answer.status, 200, answer.text);
		return { ...answer.body, bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
	};
	const post = async (content, metadata) => assert.equal((await kefu.post("/api/messages/send", { to_user_id, content, metadata })).status, 200);
	const age = async (hours, file, bytesToo = true) => {
		await stack.sql("UPDATE files SET created_at = created_at - ?, deleted_at = deleted_at - ? WHERE public_id = ?", [hours * HOUR * 1000, hours * HOUR * 1000, file.file_id]);
		const at = Date.now() / 1000 - hours * HOUR;
		if (bytesToo) utimesSync(where(file), at, at);
	};
	const known = async (file) => (await stack.sql("SELECT id FROM files WHERE public_id = ?", [file.file_id])).length === 1;
	const state = async (...files) => Promise.all(files.map(async (file) => [(await kefu.get(file.url)).status, await known(file), existsSync(where(file))]));

	const [unused, shown, named, fresh, resent, deleted] = [await up(), await up(), await up(), await up(), await up(), await up()];
	const twin = await up(unused.bytes);
	await post("看图", { file_id: shown.file_id });
	await post(`看这里：${named.url}，谢谢`);
	await stack.sql("UPDATE files SET deleted_at = created_at WHERE public_id = ?", [deleted.file_id]);
	for (const file of [shown, named, unused]) await age(26, file);
	await age(23, fresh);
	await age(26, resent, false);
	await age(2, deleted);
	await stack.restart("worker");
	await until(async () => !await known(unused) && !await known(deleted), { what: "the removal" });
	assert.deepEqual(await state(shown, named, fresh, twin), Array(4).fill([200, true, true]));
	assert.deepEqual(await state(unused, deleted), [[404, false, true], [404, false, false]], "the twin has the same bytes");
	assert.deepEqual(await state(resent), [[404, true, true]], "somebody may just have sent the same bytes");
	const late = await kefu.post("/api/messages/send", { to_user_id, content: "x", metadata: { file_id: resent.file_id } });
	assert.equal(late.status, 400, late.text);
	await age(26, twin);
	await age(1, resent);
	await stack.restart("worker");
	await until(async () => !await known(twin) && !await known(resent), { what: "the removal of the rest" });
	assert.deepEqual(await state(twin, resent), Array(2).fill([404, false, false]));
	await nothingLeft();
});

test("rows", () => {
	chat.gate();
	staff.gate();
});
