// Files where something is not as usual: a disk that takes no more, a folder that is none, bytes that are gone, a web server without X-Sendfile, more types.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

const V1 = "/api/v1";
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const pdf = (bytes) => Buffer.concat([Buffer.from("%PDF-1.4\n"), Buffer.alloc(bytes, "x\n"), Buffer.from("\n%%EOF\n")]);
const zip = Buffer.from("504b0304140000000000000021000000000000000000000000000500000061".padEnd(62, "0") + "2e747874504b05060000000001000100330000002300000000000000", "hex");
const LIMIT = 1_000_000;

let stack, bare;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	bare = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_SENDFILE: "off", DESKBELL_MAX_FILE: "100000000", DESKBELL_FILE_TYPES: "md=text/plain,zip=application/zip" } });
});
after(async () => {
	await stack?.stop();
	await bare?.stop();
});

/** A visitor's session: {send(bytes, name), messages(), get(url)} */
async function visitor(s) {
	const guest = httpClient(s.urls.chat);
	const { session_id } = (await guest.post(`${V1}/chat/sessions`, {})).body.data;
	return {
		send(bytes, name) {
			const form = new FormData();
			form.append("file", new Blob([bytes]), name);
			return guest.post(`${V1}/chat/sessions/${session_id}/files`, form);
		},
		messages: async () => (await guest.get(`${V1}/chat/sessions/${session_id}/messages?before=latest`)).body.data.messages.length,
		get: async (url, options) => {
			const answer = await fetch(s.urls.chat + url, options);
			return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
		},
	};
}
const files = (s) => path.join(s.dir, "files");
/** An answer is out before what it was made of is dropped. */
const nothingLeft = (s) => until(() => readdirSync(path.join(files(s), "new")).length === 0, { what: "nothing left of it" });
const limit = (s, bytes) => s.processes("files").forEach((pid) => execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]));
const place = (bytes) => {
	const sum = createHash("sha256").update(bytes).digest("hex");
	return { folder: sum.slice(0, 2), file: path.join(sum.slice(0, 2), sum.slice(2)) };
};
function full(answer) {
	assert.deepEqual([answer.status, answer.headers.get("retry-after"), answer.body.error.code], [507, "10", "INSUFFICIENT_STORAGE"], answer.text);
	assert.match(answer.body.error.message, /磁盘空间已满/);
}
function failed(answer) {
	assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "10"], answer.text);
	assert.match(answer.body.error.message, /暂时无法保存文件/);
}
const logged = (s) => s.logs("files").split("\n").filter((line) => line.includes('"file.write"')).length;

// A limit of the process stands for a disk without room: its write fails in the middle of a file, for root as for others.
test("no room in the middle of a file: 507, nothing of it stays, the same workers serve on, and it is taken when there is room", async () => {
	const v = await visitor(stack), workers = stack.processes("files");
	assert.equal((await v.send(png, "before.png")).status, 201);
	limit(stack, LIMIT);
	try {
		const said = logged(stack);
		for (const name of ["a.pdf", "b.pdf"]) full(await v.send(pdf(3 * LIMIT), name));
		assert.equal(logged(stack) - said, 2, "the log says why");
		assert.equal((await v.send(png, "small.png")).status, 201, "what still fits is taken");
		await nothingLeft(stack);
		assert.equal(await v.messages(), 2);
	} finally {
		limit(stack, "unlimited");
	}
	const sent = await v.send(pdf(3 * LIMIT), "a.pdf");
	assert.equal(sent.status, 201, sent.text);
	assert.ok((await v.get(sent.body.data.attachment.url)).bytes.equals(pdf(3 * LIMIT)));
	assert.deepEqual(stack.processes("files"), workers, "nobody died of it");
});

test("no room: each contract says so in its own shape, and no message or file of it is there", async () => {
	const staff = await signIn(stack.urls.kefu, "agent@example.com"), v = await visitor(stack);
	const rows = async () => (await stack.sql("SELECT (SELECT COUNT(*) FROM files) AS files, (SELECT COUNT(*) FROM messages) AS messages, (SELECT MAX(last_seq) FROM conversations) AS seq"))[0];
	const form = (bytes) => {
		const body = new FormData();
		body.append("file", new Blob([bytes]), "big.pdf");
		return body;
	};
	const room = () => fetch(`${stack.urls.chat}/api/chat/upload?room_id=global`, { method: "POST", headers: { Authorization: `Bearer ${staff.token}` }, body: form(pdf(2 * LIMIT)) });
	assert.equal((await v.send(png, "before.png")).status, 201);
	const before = await rows();
	limit(stack, LIMIT);
	try {
		full(await v.send(pdf(2 * LIMIT), "big.pdf"));
		full(await staff.post("/api/files/upload", form(pdf(2 * LIMIT))));
		const answer = await room();
		assert.deepEqual([answer.status, answer.headers.get("retry-after")], [507, "10"]);
		assert.match((await answer.json()).detail, /磁盘空间已满/);
		await nothingLeft(stack);
		assert.deepEqual(await rows(), before);
	} finally {
		limit(stack, "unlimited");
	}
	assert.equal((await room()).status, 200);
});

test("the web server cannot put a body aside: it says so in the contract's shape, what needs no room is taken, and all is well when it can", async () => {
	const v = await visitor(stack), aside = path.join(stack.dir, "tmp");
	renameSync(aside, `${aside}.aside`);
	writeFileSync(aside, "");
	try {
		const answer = await v.send(pdf(3 * LIMIT), "big.pdf");
		assert.deepEqual([answer.status, answer.body.success], [500, false], answer.text);
		assert.match(answer.body.error.message, /磁盘空间已满/);
		assert.equal((await v.send(png, "small.png")).status, 201);
	} finally {
		unlinkSync(aside);
		renameSync(`${aside}.aside`, aside);
	}
	assert.equal((await v.send(pdf(3 * LIMIT), "big.pdf")).status, 201);
	assert.equal(await v.messages(), 2);
});

test("the folder for new files is none: 503 until it is one again", async () => {
	const v = await visitor(stack), folder = path.join(files(stack), "new");
	assert.equal((await v.send(png, "before.png")).status, 201);
	renameSync(folder, `${folder}.aside`);
	writeFileSync(folder, "");
	try {
		failed(await v.send(png, "after.png"));
	} finally {
		unlinkSync(folder);
		renameSync(`${folder}.aside`, folder);
	}
	assert.equal((await v.send(png, "after.png")).status, 201);
});

test("its place cannot be made: 503, no message, nothing left; a retry is taken", async () => {
	const v = await visitor(stack), bytes = Buffer.from("A text whose place is taken.\n".repeat(9)), { folder, file } = place(bytes);
	assert.ok(!existsSync(path.join(files(stack), folder)), "nothing else has these two letters here");
	writeFileSync(path.join(files(stack), folder), "in the way");
	failed(await v.send(bytes, "notes.txt"));
	await nothingLeft(stack);
	assert.equal(await v.messages(), 0);
	unlinkSync(path.join(files(stack), folder));
	assert.equal((await v.send(bytes, "notes.txt")).status, 201);
	assert.ok(existsSync(path.join(files(stack), file)));
});

test("bytes that are gone from the disk are a 404, with X-Sendfile and without", async () => {
	for (const s of [stack, bare]) {
		const v = await visitor(s), bytes = pdf(500);
		const { attachment } = (await v.send(bytes, "gone.pdf")).body.data;
		assert.equal((await v.get(attachment.url)).status, 200);
		rmSync(path.join(files(s), place(bytes).file));
		await until(async () => (await v.get(attachment.url)).status === 404, { what: "a 404 (the web server remembers a file for a second or two)" });
		assert.equal((await v.send(bytes, "again.pdf")).status, 201);
		assert.equal((await v.get(attachment.url)).status, 200, "the same bytes serve both");
	}
});

test("without X-Sendfile the bytes come through the program: whole, typed, as safe as ever; what could not go out is not taken in", async () => {
	const v = await visitor(bare);
	for (const [bytes, name, type, how] of [[png, "a.png", "image/png", "inline"], [pdf(5_000_000), "b.pdf", "application/pdf", "inline"], [Buffer.from("# 标题\n"), "c.md", "text/plain", "attachment"]]) {
		const { attachment } = (await v.send(bytes, name)).body.data;
		const got = await v.get(attachment.url);
		assert.deepEqual([got.status, got.headers.get("content-type"), got.headers.get("x-content-type-options"), got.headers.get("x-sendfile")], [200, type, "nosniff", null]);
		assert.ok(got.headers.get("content-disposition").startsWith(`${how}; filename="${name}"`), got.headers.get("content-disposition"));
		assert.match(got.headers.get("content-security-policy"), /sandbox/);
		assert.ok(got.bytes.equals(bytes), name);
		assert.equal((await v.get(attachment.url, { method: "HEAD" })).bytes.length, 0);
	}
	const { max_file_size: most } = (await httpClient(bare.urls.chat).get(`${V1}/chat/availability`)).body.data;
	assert.equal(most, 16 * 1024 * 1024);
	const workers = bare.processes("files");
	assert.equal((await v.send(pdf(most), "over.pdf")).status, 413);
	const largest = pdf(most - 16), { attachment } = (await v.send(largest, "largest.pdf")).body.data;
	assert.ok((await v.get(attachment.url)).bytes.equals(largest));
	assert.deepEqual(bare.processes("files"), workers);
	const staff = await signIn(bare.urls.kefu, "agent@example.com");
	assert.equal((await fetch(bare.urls.kefu + attachment.url, { headers: { Authorization: `Bearer ${staff.token}` } })).status, 200);
});

test("more types by setting: taken when the content is what the setting says, downloaded and never shown; elsewhere refused", async () => {
	const v = await visitor(bare), plain = await visitor(stack);
	for (const [bytes, name, status, mime] of [
		[Buffer.from("# 标题\n\n文字\n"), "notes.md", 201, "text/plain"], [Buffer.from("# A\n"), "NOTES.MD", 201, "text/plain"], [zip, "all.zip", 201, "application/zip"],
		[png, "picture.zip", 415], [png, "picture.md", 415], [zip, "all.txt", 415], [Buffer.from("MZ\0\0"), "setup.exe", 415], [Buffer.from("x=1\n"), "d", 415], [Buffer.from("x=1\n"), "a.m", 415], [png, "still.png", 201, "image/png"],
	]) {
		const answer = await v.send(bytes, name);
		assert.deepEqual([name, answer.status, answer.body.data?.attachment?.mime_type], [name, status, mime], answer.text);
		if (status === 201 && !name.endsWith(".png")) assert.match((await v.get(answer.body.data.attachment.url)).headers.get("content-disposition"), /^attachment; /);
	}
	for (const [bytes, name] of [[Buffer.from("# A\n"), "notes.md"], [zip, "all.zip"]]) {
		const answer = await plain.send(bytes, name);
		assert.deepEqual([answer.status, answer.body.error.details.field], [415, "file"]);
		assert.match(answer.text, /不支持该文件类型/);
	}
});
