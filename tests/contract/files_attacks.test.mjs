// Files as an attacker sends them: what is another thing than it says, names that want to break out, forms that never end; and a gigabyte that leaves no trace in memory.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient } from "../lib/client.mjs";
import { photo, plain, png } from "../lib/pictures.mjs";
import { startStack, until } from "../lib/stack.mjs";

const V1 = "/api/v1", MB = 1 << 20;
let stack, guest, target;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_RATE_LIMIT: "off", DESKBELL_MAX_FILE: String(110 * MB), ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ""}:quarantine_size_mb=1` } }); // freed memory is not kept aside: it is measured
	guest = httpClient(stack.urls.chat);
	target = `${V1}/chat/sessions/${(await guest.post(`${V1}/chat/sessions`, {})).body.data.session_id}/files`;
});
after(() => stack?.stop());

const part = (headers, bytes) => Buffer.concat([Buffer.from("--b\r\n"), Buffer.isBuffer(headers) ? headers : Buffer.from(headers), Buffer.from("\r\n\r\n"), Buffer.from(bytes), Buffer.from("\r\n")]);
const file = (name, bytes) => Buffer.concat([part(Buffer.concat([Buffer.from('Content-Disposition: form-data; name="file"; filename="'), Buffer.from(name), Buffer.from('"')]), bytes), Buffer.from("--b--\r\n")]);
async function send(body) {
	const answer = await fetch(stack.urls.chat + target, { method: "POST", body, headers: { "Content-Type": "multipart/form-data; boundary=b" } });
	return { status: answer.status, body: await answer.json() };
}
const fetched = async (url) => {
	const answer = await fetch(stack.urls.chat + url);
	return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};
const folder = () => path.join(stack.dir, "files");
const stored = () => (existsSync(folder()) ? readdirSync(folder(), { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).length : 0);
const script = "<script>alert(document.domain)</script>";

test("what is another thing than its name says is refused; what is both is shown as a picture alone", async () => {
	const before = stored();
	for (const [name, bytes] of [
		["x.png", `<html>${script}</html>`], ["x.gif", `#!/bin/sh\nrm -rf /\n`], ["x.jpg", `<?php system($_GET[0]); ?>`], ["x.svg", `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`],
		["x.png", `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`], ["x.html", "hello"], ["x.txt", `<!doctype html>${script}`], ["x.pdf", "MZ\x90\0"], ["x.png.exe", plain.gif], ["x.gif.html", plain.gif], ["x", plain.gif], [".png", `<html>${script}`],
	]) {
		const answer = await send(file(name, bytes));
		assert.equal(answer.status, 415, `${name}: ${JSON.stringify(answer.body)}`);
	}
	await until(() => stored() === before, { what: "nothing left of them" });
	const polyglots = [["a.jpg", Buffer.concat([photo(1), Buffer.from(script)])], ["b.png", Buffer.concat([png(3, 3), Buffer.from(script)])], ["c.gif", Buffer.concat([plain.gif, Buffer.from(script)])], ["d.webp", Buffer.concat([plain.webp, Buffer.from(script)])]];
	for (const [name, bytes] of polyglots) {
		const { status, body } = await send(file(name, bytes));
		assert.equal(status, 201, name);
		const got = await fetched(body.data.attachment.url);
		assert.match(got.headers.get("content-type"), /^image\//);
		assert.equal(got.headers.get("x-content-type-options"), "nosniff");
		assert.match(got.headers.get("content-security-policy"), /default-src 'none'.*sandbox/);
		if (!name.endsWith("gif")) assert.equal(got.bytes.includes(script), false, `${name} keeps no script behind its end`);
	}
});

test("names: no folder, no header, no end of text, no bomb of characters gets anywhere", async () => {
	const text = "hello";
	for (const [name, kept] of [
		["../../../../etc/cron.d/x.txt", "x.txt"], ["..\\..\\windows\\x.txt", "x.txt"], ["/etc/passwd.txt", "passwd.txt"], ["a\tb\x01c\x7f.txt", null], [`${"a".repeat(3000)}.txt`, undefined], [`${"😀".repeat(60)}.txt`, null],
		["%0d%0aSet-Cookie: a=b.txt", null], ["\u202egnp.txt", null], ["CON.txt", "CON.txt"], ["....//....//x.txt", "x.txt"],
	]) {
		const answer = await send(file(name, text));
		if (kept === undefined) {
			assert.ok([201, 400].includes(answer.status), JSON.stringify(answer.body));
			continue;
		}
		assert.equal(answer.status, 201, `${JSON.stringify(name)}: ${JSON.stringify(answer.body)}`);
		const { attachment } = answer.body.data;
		if (kept) assert.equal(attachment.filename, kept);
		assert.doesNotMatch(attachment.filename, /[\x00-\x1f\x7f/\\]/);
		assert.ok(Buffer.byteLength(attachment.filename) <= 255);
		const got = await fetched(attachment.url);
		assert.equal(got.status, 200);
		assert.equal(got.headers.get("set-cookie"), null);
		assert.equal(String(got.bytes), text);
	}
	// Raw CR, LF and NUL within the name: refused, or gone from it.
	for (const name of ["a\r\nX-Evil: 1.txt", "a\nb.txt", "a\0.txt", "a\0.png.txt", "\xff\xfe.txt"]) {
		const answer = await send(file(Buffer.from(name, "latin1"), text));
		assert.ok([201, 400, 415].includes(answer.status), `${JSON.stringify(name)}: ${answer.status}`);
		if (answer.status !== 201) continue;
		assert.doesNotMatch(answer.body.data.attachment.filename, /[\x00-\x1f]/);
		assert.equal((await fetched(answer.body.data.attachment.url)).headers.get("x-evil"), null);
	}
	for (const escape of readdirSync(stack.dir)) assert.doesNotMatch(escape, /passwd|x\.txt/);
});

test("forms that are cut, go on behind their end, or have no end of parts and headers", async () => {
	const whole = file("a.txt", "hello hello hello"), before = stored();
	for (let n = 1; n < whole.length - 4; n += 3) assert.equal((await send(whole.subarray(0, n))).status, 400, `cut at ${n}`);
	assert.equal((await send(Buffer.concat([whole, randomBytes(50_000)]))).status, 201, "what follows the end is nobody's");
	const many = Buffer.concat([...Array.from({ length: 100_000 }, (_, i) => part(`Content-Disposition: form-data; name="f${i}"`, "x")), file("a.txt", "hello")]);
	const began = Date.now();
	assert.equal((await send(many)).status, 400);
	assert.ok(Date.now() - began < 20_000, `${Date.now() - began} ms`);
	assert.equal((await send(Buffer.concat([Buffer.from("--b\r\n"), Buffer.from("X-Header: y\r\n".repeat(100_000)), whole]))).status, 400);
	assert.equal((await send(Buffer.from("--b\r\n".repeat(100_000)))).status, 400);
	assert.equal((await send(Buffer.concat([...Array.from({ length: 1000 }, () => file("a.txt", "hello").subarray(0, -7)), Buffer.from("--b--\r\n")]))).status, 400, "one file each");
	assert.ok(stored() <= before + 1);
	await until(() => readdirSync(path.join(folder(), "new")).length === 0, { what: "nothing left of them" });
	// A length that promises more than ever comes.
	const { port } = new URL(stack.urls.chat);
	const socket = net.connect(port, "127.0.0.1");
	socket.end(Buffer.concat([Buffer.from(`POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${whole.length + 1000}\r\n\r\n`), whole]));
	await new Promise((done) => socket.on("close", done).resume());
	assert.equal((await send(whole)).status, 201, "and the next is served");
});

test("a gigabyte passes and the program's memory stays as it was", async () => {
	const head = Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4\n'), tail = Buffer.from("\r\n--b--\r\n"), chunk = randomBytes(MB);
	const pass = () => new Promise((resolve, reject) => {
		const request = http.request(stack.urls.chat + target, { method: "POST", headers: { "Content-Type": "multipart/form-data; boundary=b", "Content-Length": head.length + 103 * MB + tail.length } }, (answer) => answer.resume().on("end", () => resolve(answer.statusCode)));
		request.on("error", reject);
		request.write(head);
		let left = 103;
		const more = () => { while (left > 0) { left--; if (!request.write(chunk)) return request.once("drain", more); } request.end(tail); };
		more();
	});
	const peak = () => Math.max(...stack.processes("files").slice(1).map((pid) => Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024));
	await Promise.all(Array.from({ length: 6 }, () => send(file("warm.pdf", `%PDF-1.4\n${"x".repeat(MB)}`))));
	const pids = stack.processes("files"), before = peak();
	for (let i = 0; i < 10; i++) assert.equal(await pass(), 201);
	assert.deepEqual(stack.processes("files"), pids);
	assert.ok(peak() - before < 16, `${before.toFixed(1)} MB before, ${peak().toFixed(1)} MB after`);
});
