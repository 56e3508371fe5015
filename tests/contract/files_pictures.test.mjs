// Pictures: what tells where they were taken is gone before they are stored, and lists show thumbnails that the worker makes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { bomb, photo, plain, png, screenshot, secrets, sticker } from "../lib/pictures.mjs";
import { root, startStack, until } from "../lib/stack.mjs";

const V1 = "/api/v1";
let stack, guest, session;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	guest = httpClient(stack.urls.chat);
	({ session_id: session } = (await guest.post(`${V1}/chat/sessions`, {})).body.data);
});
after(() => stack?.stop());

const sent = async (bytes, name) => {
	const form = new FormData();
	form.append("file", new Blob([bytes]), name);
	const answer = await guest.post(`${V1}/chat/sessions/${session}/files`, form);
	assert.equal(answer.status, 201, answer.text);
	return answer.body.data.attachment;
};
const fetched = async (url) => {
	const answer = await fetch(stack.urls.chat + url);
	return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
const place = (bytes) => path.join(stack.dir, "files", hash(bytes).slice(0, 2), hash(bytes).slice(2));

for (const [name, make, bare] of [["photo.jpg", photo, plain.jpg], ["screen.png", screenshot], ["sticker.webp", sticker]]) {
	test(`${name}: position, camera, notes and what hangs behind it are gone; which way up it is stays`, async () => {
		for (const way of [1, 6]) {
			const bytes = make(way);
			for (const secret of secrets.slice(0, 4)) assert.ok(bytes.includes(secret), `the test's own picture has ${secret}`);
			const attachment = await sent(bytes, name);
			const got = await fetched(attachment.url);
			assert.equal(got.status, 200);
			for (const secret of secrets) assert.equal(got.bytes.includes(secret), false, String(secret));
			assert.equal(attachment.size, got.bytes.length);
			assert.ok(existsSync(place(got.bytes)), "it lies where its hash says");
			assert.equal(existsSync(place(bytes)), false, "the one that came is stored nowhere");
			const again = await sent(bytes, name);
			const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM files WHERE sha256 = ?", [hash(got.bytes)]);
			assert.equal(Number(n), 2, "the same once more is the same bytes");
			assert.ok((await fetched(again.url)).bytes.equals(got.bytes));
			const twice = await sent(got.bytes, name);
			assert.ok((await fetched(twice.url)).bytes.equals(got.bytes), "what was cleaned stays as it is");
			const block = Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, way]);
			assert.equal(got.bytes.includes(block), way !== 1 || name.endsWith("webp"));
			if (bare && way === 1) assert.ok(got.bytes.equals(bare));
		}
	});
}

test("pictures without any of it come back byte for byte", async () => {
	for (const [bytes, name] of [[plain.jpg, "a.jpg"], [plain.webp, "a.webp"], [plain.gif, "a.gif"], [png(5, 4), "a.png"]])
		assert.ok((await fetched((await sent(bytes, name)).url)).bytes.equals(bytes), name);
});

// -- thumbnails --

const thumbnail = (attachment) => until(async () => { const got = await fetched(attachment.thumbnail_url); return got.status !== 202 && got; }, { what: "the thumbnail", timeout: 30_000 });
/** Width and height of a lossy WebP. */
const webpSize = (bytes) => {
	assert.equal(bytes.toString("latin1", 8, 12), "WEBP");
	const at = bytes.indexOf(Buffer.from([0x9d, 0x01, 0x2a]));
	return [bytes.readUInt16LE(at + 3) & 0x3fff, bytes.readUInt16LE(at + 5) & 0x3fff];
};
const state = async (bytes) => Number((await stack.sql("SELECT state FROM thumbnails WHERE sha256 = ?", [hash(bytes)]))[0]?.state ?? -1);

test("a heavy picture: its size is known at once, its thumbnail is small, typed, kept for a minute, and without metadata", async () => {
	const bytes = png(1600, 900);
	const attachment = await sent(bytes, "wide.png");
	assert.deepEqual([attachment.width, attachment.height, attachment.thumbnail_url], [1600, 900, `${attachment.url}/thumbnail`]);
	const got = await thumbnail(attachment);
	assert.deepEqual([got.status, got.headers.get("content-type"), got.headers.get("cache-control"), got.headers.get("x-content-type-options"), got.headers.get("x-sendfile")], [200, "image/webp", "private, max-age=60", "nosniff", null]);
	assert.match(got.headers.get("content-security-policy"), /sandbox/);
	assert.deepEqual(webpSize(got.bytes), [640, 360]);
	assert.ok(got.bytes.length < 65536);
	for (const chunk of ["EXIF", "XMP ", "ICCP"]) assert.equal(got.bytes.includes(chunk), false);
	const again = await fetch(stack.urls.chat + attachment.thumbnail_url, { headers: { "If-None-Match": got.headers.get("etag") } });
	assert.equal(again.status, 304);
	const tall = await sent(png(500, 4000, { noise: true }), "tall.png");
	assert.deepEqual(webpSize((await thumbnail(tall)).bytes), [64, 512]);
	const noisy = await sent(png(200, 150, { noise: true }), "noise.png");
	assert.deepEqual(webpSize((await thumbnail(noisy)).bytes), [200, 150], "never larger than the picture");
	await until(() => readdirSync(path.join(stack.dir, "files/new")).length === 0, { what: "nothing left of them" });
});

test("on its side: the room is that of the picture as it is shown, the thumbnail stands upright", async () => {
	const attachment = await sent(screenshot(6, 1500, 300), "side.png");
	assert.deepEqual([attachment.width, attachment.height], [300, 1500]);
	assert.deepEqual(webpSize((await thumbnail(attachment)).bytes), [102, 512]);
});

test("a light picture is its own thumbnail; what is no picture has none", async () => {
	for (const [bytes, name, width, height] of [[plain.jpg, "a.jpg", 24, 16], [plain.webp, "a.webp", 24, 16], [plain.gif, "a.gif", 24, 16], [png(7, 3), "a.png", 7, 3], [photo(6), "b.jpg", 16, 24]]) {
		const attachment = await sent(bytes, name);
		assert.deepEqual([name, attachment.width, attachment.height, attachment.thumbnail_url], [name, width, height, attachment.url]);
		assert.equal((await fetched(`${attachment.url}/thumbnail`)).status, 200);
	}
	const text = await sent(Buffer.from("hello"), "a.txt");
	assert.equal("thumbnail_url" in text, false);
	assert.equal((await fetched(`${text.url}/thumbnail`)).status, 404);
	assert.equal((await fetched(`${V1}/chat/files/file_unknown/thumbnail`)).status, 404);
});

test("hostile pictures: bombs by their head have none at once, broken ones have none in the end, and the worker lives on", async () => {
	const worker = stack.pid("worker");
	for (const [bytes, name] of [[bomb(20000, 20000), "bomb.png"], [bomb(65535, 1), "line.png"], [Buffer.concat([Buffer.from("GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02", "latin1"), Buffer.alloc(100)]), "bomb.gif"]]) {
		const attachment = await sent(bytes, name);
		assert.deepEqual([name, attachment.width, attachment.height, attachment.thumbnail_url], [name, null, null, null]);
		assert.equal((await fetched(`${attachment.url}/thumbnail`)).status, 404);
		assert.equal((await fetched(attachment.url)).status, 200, "who wants it can have it");
	}
	const whole = png(1400, 1400, { noise: true });
	const lie = Buffer.from(whole);
	lie.writeUInt32BE(7000, 16); // the head says more than there is
	for (const [bytes, name] of [[whole.subarray(0, 200_000), "cut.png"], [lie, "lie.png"], [Buffer.concat([plain.webp.subarray(0, 26), Buffer.from([0xff, 0x1f, 0xff, 0x0f]), plain.webp.subarray(30)]), "lie.webp"]]) {
		const attachment = await sent(bytes, name);
		assert.ok(attachment.width > 1000, name);
		assert.equal((await thumbnail(attachment)).status, 404, name);
	}
	const after = await sent(png(1200, 10), "after.png");
	assert.equal((await thumbnail(after)).status, 200);
	assert.equal(stack.pid("worker"), worker);
});

test("the same picture twice has one thumbnail; it goes with the last of them", async () => {
	const kefu = await signIn(stack.urls.kefu, "agent@example.com");
	const staff = httpClient(stack.urls.kefu, { token: kefu.token, headers: { "X-User-ID": "kefu_001" } });
	const bytes = png(1300, 20);
	const up = async () => {
		const form = new FormData();
		form.append("file", new Blob([bytes]), "up.png");
		const answer = await staff.post("/api/files/upload", form);
		assert.equal(answer.status, 200, answer.text);
		return answer.body.file_id;
	};
	const ids = [await up(), await up()];
	const stored = `${place(bytes)}.webp`;
	await until(() => existsSync(stored), { what: "the thumbnail" });
	for (const id of ids) {
		await until(async () => (await staff.get(`/api/files/${id}/thumbnail`)).status === 200, { what: "its answer" });
		assert.equal((await httpClient(stack.urls.kefu).get(`/api/files/${id}/thumbnail`)).status, 401);
	}
	assert.equal((await stack.sql("SELECT 1 FROM thumbnails WHERE sha256 = ?", [hash(bytes)])).length, 1);
	const gone = async (id) => {
		await stack.sql("UPDATE files SET deleted_at = created_at - 7200000 WHERE public_id = ?", [id]);
		if (existsSync(place(bytes))) utimesSync(place(bytes), 1e9, 1e9);
		await stack.restart("worker");
		await until(async () => (await stack.sql("SELECT 1 FROM files WHERE public_id = ?", [id])).length === 0, { what: "the removal" });
	};
	await gone(ids[0]);
	assert.ok(existsSync(stored), "the other one shows it still");
	await gone(ids[1]);
	assert.equal(existsSync(stored), false);
	assert.equal(existsSync(place(bytes)), false);
	assert.equal(await state(bytes), -1);
});

test("a worker that dies in the middle is followed by one that finishes; nothing is doubled", async () => {
	await stack.kill("worker");
	const bytes = [png(1200, 900, { noise: true }), png(1100, 900, { noise: true })];
	const all = [await sent(bytes[0], "one.png"), await sent(bytes[1], "two.png")];
	for (const one of all) assert.equal((await fetched(one.thumbnail_url)).status, 202);
	await stack.start("worker");
	await until(async () => Number((await stack.sql("SELECT SUM(tries) AS n FROM thumbnails WHERE sha256 IN (?)", [bytes.map(hash)]))[0].n) > 0, { what: "one is taken", every: 1 });
	await stack.kill("worker");
	await stack.sql("UPDATE thumbnails SET due_at = 0 WHERE state = 0"); // a minute later
	await stack.start("worker");
	for (const one of all) assert.equal((await thumbnail(one)).status, 200);
	await until(() => !processes().length, { what: "no process is left" });
	const made = readdirSync(path.join(stack.dir, "files"), { recursive: true }).filter((name) => String(name).endsWith(".webp") && bytes.some((b) => place(b).endsWith(String(name).slice(3, -5))));
	assert.equal(made.length, 2);
});
const processes = () => { try { return execFileSync("pgrep", ["-s", String(stack.pid("worker")), "-x", "deskbell-thumbn"], { encoding: "utf8" }).trim().split("\n"); } catch { return []; } };

test("what a process that was killed left behind goes after a day", async () => {
	const folder = path.join(stack.dir, "files/new"), old = path.join(folder, "old"), fresh = path.join(folder, "fresh");
	for (const name of [old, fresh]) writeFileSync(name, "half a file");
	const at = Date.now() / 1000 - 25 * 3600;
	utimesSync(old, at, at);
	await stack.restart("worker");
	await until(() => !existsSync(old), { what: "its removal" });
	assert.ok(existsSync(fresh));
	rmSync(fresh);
});

test("a picture that kills its process again and again is given up", async () => {
	await stack.kill("worker");
	const bytes = png(1200, 901, { noise: true });
	const attachment = await sent(bytes, "killer.png");
	await stack.sql("UPDATE thumbnails SET tries = 3 WHERE sha256 = ?", [hash(bytes)]); // which nobody lived to tell
	await stack.start("worker");
	assert.equal((await thumbnail(attachment)).status, 404);
	assert.equal(await state(bytes), 2);
});

test("rooms: the same for members alone", async () => {
	const agent = await signIn(stack.urls.chat, "agent@example.com"), nobody = httpClient(stack.urls.chat);
	const form = new FormData();
	form.append("file", new Blob([png(1500, 750)]), "room.png");
	const answer = await agent.post("/api/chat/upload", form);
	assert.equal(answer.status, 200, answer.text);
	const said = answer.body;
	assert.deepEqual([said.width, said.height, said.thumbnail_url], [1500, 750, `${said.file_url}/thumbnail`]);
	await until(async () => (await agent.get(said.thumbnail_url)).status === 200, { what: "the thumbnail" });
	assert.equal((await nobody.get(said.thumbnail_url)).status, 401);
	const history = (await agent.get("/api/chat/messages")).body;
	const shown = history.find((m) => m.id === said.id);
	assert.deepEqual([shown.width, shown.height, shown.thumbnail_url], [1500, 750, said.thumbnail_url]);
	assert.ok(history.filter((m) => m.message_type === "text").every((m) => m.width === null && m.thumbnail_url === null));
});

// -- the process that decodes --

const program = path.join(root, "build", process.env.DESKBELL_TEST_VARIANT ?? "asan", "deskbell-thumbnail");
function decode(bytes) {
	const dir = mkdtempSync(path.join(os.tmpdir(), "deskbell-thumbnail-"));
	try {
		writeFileSync(path.join(dir, "in"), bytes);
		const { status, signal, stdout, stderr } = spawnSync(program, { stdio: [openSync(path.join(dir, "in")), "pipe", "pipe"], env: {} });
		return { status, signal, out: stdout, said: String(stderr) };
	} finally {
		rmSync(dir, { recursive: true });
	}
}

test("whatever it is given, the process ends by itself, says nothing, and makes a picture or none", () => {
	for (const way of [1, 2, 3, 4, 5, 6, 7, 8]) {
		const made = decode(photo(way));
		assert.deepEqual([made.status, made.signal, made.said], [0, null, ""]);
		assert.deepEqual(webpSize(made.out), way < 5 ? [24, 16] : [16, 24]);
	}
	const sources = [photo(6), screenshot(3), sticker(8), plain.gif, png(300, 200)];
	for (const source of sources) {
		for (let i = 0; i < 12; i++) {
			const bytes = Buffer.from(source);
			for (let k = 0; k < 1 + i; k++) bytes[12 + ((i * 7919 + k * 104729) % (bytes.length - 12))] ^= 1 << (k % 8);
			const { status, signal, out, said } = decode(i % 3 ? bytes : bytes.subarray(0, 20 + i * 40));
			assert.ok([0, 1].includes(status), `${status} ${signal} ${said}`);
			assert.doesNotMatch(said, /Sanitizer|runtime error/);
			assert.equal(out.length > 0, status === 0);
		}
	}
	for (const bytes of [bomb(20000, 20000), Buffer.from("nothing of the kind, really"), Buffer.alloc(5)]) assert.equal(decode(bytes).status, 1);
});
