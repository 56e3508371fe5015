// Pictures: what tells where they were taken is gone before they are stored, and lists show thumbnails that the worker makes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient } from "../lib/client.mjs";
import { photo, plain, png, screenshot, secrets, sticker } from "../lib/pictures.mjs";
import { startStack } from "../lib/stack.mjs";

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
