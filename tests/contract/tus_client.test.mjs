// The tus client that others write (tus-js-client, as it comes) against /api/files/tus/: whole, in pieces, with the connection cut,
// with files.fcgi killed and with the web server restarted in the middle. The file is whole afterwards, and there once.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Upload } from "tus-js-client";
import { httpClient, signIn } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";
import { throttle } from "../lib/wire.mjs";

const MB = 1 << 20, BASE = "/api/files/tus/", NEAR = 2 * MB; // what may be under way between a client and the disk
const pdf = (n) => Buffer.concat([Buffer.from("%PDF-1.4\n"), randomBytes(n - 9)]);
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");

let stack, agent, wire;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_RATE_LIMIT: "off", DESKBELL_MAX_FILE: String(64 * MB) } });
	agent = await signIn(stack.urls.kefu, "agent@example.com");
	wire = await throttle(stack.ports[1]);
});
after(async () => {
	wire?.close();
	await stack?.stop();
});

/** Starts an upload; {done: the last response's header(name), upload, offsets: where each PATCH went on}. */
function send(bytes, { name = "manual.pdf", who = agent, endpoint = wire.url + BASE, ...options } = {}) {
	const offsets = [];
	let upload;
	const done = new Promise((resolve, reject) => {
		upload = new Upload(bytes, {
			endpoint, metadata: { filename: name, filetype: "application/pdf" }, retryDelays: [0, 100, 200, 400, 800, ...Array(60).fill(1000)],
			headers: who.token ? { Authorization: `Bearer ${who.token}` } : {},
			onBeforeRequest: (request) => request.getMethod() === "PATCH" && offsets.push(Number(request.getHeader("Upload-Offset"))),
			onSuccess: ({ lastResponse }) => resolve((header) => lastResponse.getHeader(header)), onError: reject, ...options,
		});
		upload.start();
	});
	done.catch(() => {});
	return { done, upload, offsets };
}
const size = (upload) => httpClient(stack.urls.kefu, { token: agent.token }).call("HEAD", new URL(upload.url).pathname, undefined, { headers: { "Tus-Resumable": "1.0.0" } }).then((r) => Number(r.headers.get("upload-offset")));
/** It is there whole, and once. */
async function stored(bytes, header) {
	const answer = await fetch(stack.urls.kefu + header("X-File-URL"), { headers: { Authorization: `Bearer ${agent.token}` } });
	assert.equal(answer.status, 200);
	assert.equal(hash(Buffer.from(await answer.arrayBuffer())), hash(bytes));
	assert.deepEqual(await stack.sql("SELECT COUNT(*) n FROM files WHERE sha256 = ?", [hash(bytes)]), [{ n: 1 }]);
	await until(() => readdirSync(path.join(stack.dir, "files/part")).length === 0, { what: "the end of the partial file" });
}

test("whole, in pieces, and with the creation: the file is there, and the client knows its address", async () => {
	for (const options of [{}, { chunkSize: 300_000 }, { uploadDataDuringCreation: true }, { chunkSize: 200_000, uploadDataDuringCreation: true }, { overridePatchMethod: true }]) {
		const bytes = pdf(MB + 77), { done } = send(bytes, options), header = await done;
		assert.match(header("X-File-ID"), /^file_\w{22}$/, JSON.stringify(options));
		await stored(bytes, header);
	}
});

test("the connection is cut in the middle: it goes on near where it was", async () => {
	const bytes = pdf(12 * MB);
	wire.stopAfter(6 * MB);
	const { done, upload, offsets } = send(bytes);
	await until(() => wire.passed >= 6 * MB, { what: "half of it" });
	await until(async () => (await size(upload)) > 6 * MB - NEAR, { what: "half of it on disk" });
	wire.cut();
	await stored(bytes, await done);
	assert.ok(offsets.length >= 2 && offsets.at(-1) > 6 * MB - NEAR, offsets.join());
});

test("a line that falls silent without an end: the server lets go after some seconds, and a client that comes back goes on", async () => {
	const bytes = pdf(4 * MB);
	wire.stopAfter(2 * MB);
	const first = send(bytes, { retryDelays: null });
	await until(() => wire.passed >= 2 * MB, { what: "half of it" });
	await until(async () => (await size(first.upload)) > MB, { what: "a part of it on disk" });
	// As after a change of network: the old connection is still there for the server.
	const again = send(bytes, { endpoint: undefined, uploadUrl: stack.urls.kefu + new URL(first.upload.url).pathname });
	await stored(bytes, await again.done);
	assert.ok(again.offsets.at(-1) > MB, again.offsets.join());
	await first.upload.abort();
	wire.cut();
});

for (const [what, name] of [["files.fcgi is killed", "files"], ["the web server is killed", "lighttpd"]])
	test(`${what} in the middle of a PATCH, and started again: the file is whole, and there once`, async () => {
		const bytes = pdf(12 * MB);
		wire.stopAfter(5 * MB);
		const { done, upload, offsets } = send(bytes);
		await until(() => wire.passed >= 5 * MB, { what: "a part of it" });
		await until(async () => (await size(upload)) > 5 * MB - NEAR, { what: "a part of it on disk" });
		await stack.kill(name);
		wire.resume();
		await stack.start(name);
		await stored(bytes, await done);
		assert.ok(offsets.at(-1) > 5 * MB - NEAR, offsets.join());
	});

test("the same answer asked for again after it was lost: no second file", async () => {
	const bytes = pdf(MB), { done, upload } = send(bytes), header = await done;
	const again = send(bytes, { uploadUrl: upload.url }), second = await again.done;
	assert.equal(second("X-File-ID"), header("X-File-ID"));
	await stored(bytes, second);
});

test("a process that ended between the last byte and the file: whoever asks next completes it", async () => {
	const bytes = pdf(MB), { done, upload } = send(bytes), id = new URL((await done, upload.url)).pathname.slice(BASE.length);
	// As it was before: all bytes in their partial file, and no file yet.
	const [{ file_id }] = await stack.sql("SELECT file_id FROM uploads WHERE public_id = ?", [id]);
	await stack.sql("DELETE FROM files WHERE id = ?", [file_id]);
	await stack.sql("UPDATE uploads SET file_id = 0 WHERE public_id = ?", [id]);
	writeFileSync(path.join(stack.dir, "files/part", id), bytes);
	const answers = await Promise.all(Array.from({ length: 4 }, () => agent.call("HEAD", BASE + id, undefined, { headers: { "Tus-Resumable": "1.0.0" } })));
	assert.ok(answers.every((a) => [200, 423].includes(a.status)) && answers.some((a) => a.status === 200), answers.map((a) => a.status).join());
	await stored(bytes, (name) => answers.find((a) => a.status === 200).headers.get(name));
});

test("a visitor by the key of the session; what is aborted for good is gone; what is refused is told at once", async () => {
	const guest = httpClient(stack.urls.chat), { session_id } = (await guest.post("/api/v1/chat/sessions", {})).body.data;
	const bytes = pdf(2 * MB), { done } = send(bytes, { who: guest, endpoint: `${wire.url}${BASE}?session_id=${session_id}` });
	await stored(bytes, await done);
	wire.stopAfter(MB);
	const half = send(pdf(3 * MB));
	await until(() => wire.passed >= MB, { what: "a part of it" });
	const url = await until(() => half.upload.url);
	wire.resume();
	await half.upload.abort(true);
	assert.equal((await agent.call("HEAD", new URL(url).pathname, undefined, { headers: { "Tus-Resumable": "1.0.0" } })).status, 404);
	for (const [name, size, status] of [["setup.exe", 100, 415], ["large.pdf", 65 * MB, 413]]) {
		let tries = 0;
		const { done } = send(Buffer.alloc(size), { name, onBeforeRequest: () => void tries++ });
		await assert.rejects(done, (error) => error.originalResponse?.getStatus() === status);
		assert.equal(tries, 1);
	}
});
