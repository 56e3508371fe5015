// DESKBELL_MAX_FILE is the limit of uploads all the way: the web server takes what the programs take, and what is far larger is
// refused by it before it is sent.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import net from "node:net";
import { after, before, test } from "node:test";
import { httpClient } from "../lib/client.mjs";
import { startStack } from "../lib/stack.mjs";

const MB = 1 << 20;
let stack, guest, path;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_MAX_FILE: String(30 * MB) } });
	guest = httpClient(stack.urls.chat);
	path = `/api/v1/chat/sessions/${(await guest.post("/api/v1/chat/sessions", {})).body.data.session_id}/files`;
});
after(() => stack?.stop());

const pdf = (bytes) => Buffer.concat([Buffer.from("%PDF-1.4\n"), randomBytes(bytes - 9)]);
const upload = (bytes) => {
	const form = new FormData();
	form.append("file", new Blob([bytes]), "manual.pdf");
	return guest.post(path, form);
};
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("25 MB go through when 30 MB may, and come back whole", async () => {
	const bytes = pdf(25 * MB);
	const sent = await upload(bytes);
	assert.equal(sent.status, 201, sent.text);
	const { attachment } = sent.body.data;
	assert.equal(attachment.size, bytes.length);
	const back = await fetch(stack.urls.chat + attachment.url);
	assert.equal(hash(Buffer.from(await back.arrayBuffer())), hash(bytes));
});

test("a little over the limit: the program says that the file is too large", async () => {
	const refused = await upload(pdf(30 * MB + 1));
	assert.equal(refused.status, 413, refused.text);
	assert.deepEqual([refused.body.error.code, refused.body.error.message], ["PAYLOAD_TOO_LARGE", "文件过大"]);
});

test("far over it: the web server refuses by the length alone, in the contract's shape", async () => {
	const socket = net.connect(stack.ports[0], "127.0.0.1");
	socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${40 * MB}\r\n\r\n`);
	let text = "";
	for await (const part of socket) text += part;
	assert.match(text, /^HTTP\/1\.1 413 /);
	assert.equal(JSON.parse(text.slice(text.indexOf("\r\n\r\n") + 4)).error.code, "PAYLOAD_TOO_LARGE");
});
