// The widget's rules without a browser: order and holes of messages, lines to show, outbox, retries, and its weight.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Outbox, Store, Thread, backoff, rows, verdict } from "../../htdocs/widget/widget.mjs";

const message = (seq, sender_type = "agent", more = {}) => ({
	id: `msg_${100 + seq}`, session_id: "sess_x", seq, sender_type, sender: null, content: `text ${seq}`,
	client_id: null, created_at: `2024-01-01T10:00:${String(seq).padStart(2, "0")}Z`, ...more,
});
const seqs = (thread) => thread.list.map((m) => m.seq);

test("messages come in any order and more than once, and stand in order once", () => {
	const orders = [[1, 2, 3, 4], [4, 3, 2, 1], [2, 2, 4, 1, 3, 4], [3, 1, 1, 4, 2]];
	for (const order of orders) {
		const thread = new Thread();
		for (const seq of order) thread.add([message(seq)]);
		assert.deepEqual(seqs(thread), [1, 2, 3, 4], `order ${order}`);
		assert.equal(thread.whole, 4);
		assert.equal(thread.gap, false);
	}
});

test("only new messages are answered as new", () => {
	const thread = new Thread();
	assert.deepEqual(thread.add([message(1), message(2), message(1)]).map((m) => m.seq), [1, 2]);
	assert.deepEqual(thread.add([message(2), message(3)]).map((m) => m.seq), [3]);
});

test("a hole is a gap until the server has given all up to a message behind it", () => {
	const thread = new Thread();
	thread.add([message(1), message(2)]);
	thread.add([message(5)]);
	assert.equal(thread.gap, true);
	assert.equal(thread.anchor, "msg_102", "asked for from before the hole");
	thread.settle("msg_105"); // 3 and 4 are private notes
	assert.equal(thread.gap, false);
	assert.equal(thread.anchor, "msg_105");
	thread.add([message(6)]);
	assert.equal(thread.gap, false);
});

test("what is settled does not reach over a message that has not come", () => {
	const thread = new Thread();
	thread.add([message(1)]);
	thread.add([message(3, "user")]); // answered by HTTP before the socket brought 2
	thread.settle("msg_101"); // resumed up to 1
	assert.equal(thread.gap, true);
	assert.equal(thread.anchor, "msg_101", "a resume would bring 2 again");
	thread.settle(null);
	assert.equal(thread.gap, true);
});

test("a page from the middle is whole, and older pages go before it", () => {
	const thread = new Thread();
	thread.add([message(31), message(32)]);
	thread.settle("msg_132");
	assert.equal(thread.gap, false);
	thread.add([message(29), message(30)]);
	assert.deepEqual(seqs(thread), [29, 30, 31, 32]);
	assert.equal(thread.gap, false);
});

test("an agent's answer says that what stands before is read", () => {
	const thread = new Thread();
	thread.add([message(1, "user"), message(2, "ai")]);
	assert.equal(thread.seen, 0);
	thread.add([message(3, "user"), message(4, "agent")]);
	assert.equal(thread.seen, 4);
});

test("unread: the other side's messages, neither own nor system ones", () => {
	const thread = new Thread();
	thread.add([message(1, "agent"), message(2, "user"), message(3, "ai"), message(4, "system")]);
	assert.deepEqual(thread.unread(0).map((m) => m.seq), [1, 3]);
	assert.deepEqual(thread.unread(1).map((m) => m.seq), [3]);
});

test("a local line stands where it happened and is never asked for", () => {
	const thread = new Thread();
	thread.add([message(1, "user")]);
	thread.note("Wang", "2024-01-01T10:00:05Z");
	thread.add([message(2)]);
	assert.deepEqual(seqs(thread), [1, 1.5, 2]);
	assert.equal(thread.anchor, "msg_102");
	assert.equal(thread.gap, false);
});

test("lines: days, groups of five minutes, the state beneath the newest own message", () => {
	const thread = new Thread();
	const at = (created_at) => ({ created_at });
	thread.add([
		message(1, "agent", at("2024-01-01T10:00:00")), message(2, "agent", at("2024-01-01T10:04:00")),
		message(3, "agent", at("2024-01-01T10:30:00")), message(4, "user", at("2024-01-02T09:00:00")),
	]);
	const list = rows(thread, [], null, null);
	assert.deepEqual(list.map((r) => r.kind ?? r.m.seq), ["day", 1, 2, 3, "day", 4]);
	assert.deepEqual(list.filter((r) => r.m).map((r) => [r.first, r.last]), [[true, false], [false, true], [true, true], [true, true]]);
	assert.equal(list.at(-1).state, "sent");
	thread.seen = 4;
	assert.equal(rows(thread, [], null, null).at(-1).state, "seen");
});

test("lines: what waits comes last, then the AI's running answer, else who types", () => {
	const thread = new Thread();
	thread.add([message(1, "user", { client_id: "c1" })]);
	const waiting = [{ client_id: "c2", content: "b", at: Date.UTC(2024, 0, 1, 10, 1) }, { client_id: "c3", content: "c", at: Date.UTC(2024, 0, 1, 10, 2), failed: "no" }];
	const states = (list) => list.filter((r) => r.kind !== "day").map((r) => `${r.key}:${r.state ?? ""}`);
	assert.deepEqual(states(rows(thread, waiting, null, null)), ["c1:", "c2:pending", "c3:failed"]);
	assert.deepEqual(states(rows(thread, [], { key: "s", text: "Hel", at: 1 }, { sender_type: "agent" })), ["c1:sent", "s:stream"]);
	assert.deepEqual(states(rows(thread, [], null, { sender_type: "agent" })), ["c1:sent", "typing:"]);
});

test("a sent message keeps the key of its pending line, so its bubble stays", () => {
	const thread = new Thread();
	const before = rows(thread, [{ client_id: "c9", content: "x", at: 0 }], null, null).at(-1).key;
	thread.add([message(1, "user", { client_id: "c9" })]);
	assert.equal(rows(thread, [], null, null).at(-1).key, before);
	thread.add([message(2, "agent", { client_id: "c9" })]);
	assert.notEqual(rows(thread, [], null, null).at(-1).key, before, "an agent's client_id is not the visitor's");
});

test("outbox: in order of writing, over reloads, shared by tabs", () => {
	const box = {};
	const one = new Outbox(new Store("d.", box));
	one.put("a", undefined, 1000);
	one.put("b", undefined, 1000); // the same millisecond
	one.put("c", undefined, 900); // the clock was set back
	const two = new Outbox(new Store("d.", box)); // another tab, or after a reload
	assert.deepEqual(two.list().map((e) => e.content), ["a", "b", "c"]);
	two.put("d", undefined, 5000);
	const [a, b] = one.list();
	assert.match(a.client_id, /^[0-9a-f]{32}$/);
	one.drop(a);
	one.mark(b, { failed: "too long" });
	assert.equal(two.next().content, "c", "a refused one does not stop the others");
	assert.deepEqual(two.list().map((e) => e.content), ["b", "c", "d"]);
	assert.equal(new Outbox(new Store("other.", box)).list().length, 0);
});

test("a full or absent storage loses nothing while the page lives", () => {
	let room = 3;
	const full = new Proxy({}, {
		set(target, key, value) {
			if (room-- <= 0) throw new Error("QuotaExceededError");
			target[key] = value;
			return true;
		},
	});
	for (const box of [full, new Proxy({}, { set() { throw new Error("denied"); } })]) {
		const outbox = new Outbox(new Store("d.", box));
		for (const text of ["a", "b", "c", "d"]) outbox.put(text);
		assert.deepEqual(outbox.list().map((e) => e.content), ["a", "b", "c", "d"]);
	}
});

test("what a refusal means", () => {
	const table = [
		[{}, "retry"], [{ status: 500, code: "DATABASE_ERROR" }, "retry"], [{ status: 503 }, "retry"], [{ status: 404 }, "retry"],
		[{ status: 429, code: "RATE_LIMIT_EXCEEDED" }, "retry"], [{ status: 404, code: "SESSION_NOT_FOUND" }, "gone"],
		[{ code: "SESSION_NOT_FOUND" }, "gone"], [{ status: 400, code: "VALIDATION_ERROR" }, "fail"], [{ status: 401 }, "fail"],
		[{ status: 403 }, "fail"], [{ status: 413 }, "fail"], [{ status: 415 }, "fail"], [{ status: 422 }, "fail"],
	];
	for (const [refusal, expected] of table) assert.equal(verdict(refusal), expected, JSON.stringify(refusal));
});

test("back-off doubles, is capped and spread", () => {
	for (let n = 0; n < 20; n++) {
		const middle = Math.min(30_000, 500 * 2 ** n);
		assert.equal(backoff(n, 0), middle / 2);
		assert.equal(backoff(n, 0.5), middle);
		assert.ok(backoff(n) <= middle * 1.5);
	}
});

test("all that a page with the widget loads is at most 15 KB gzipped", () => {
	const weight = (file) => gzipSync(readFileSync(new URL(`../../htdocs/${file}`, import.meta.url)), { level: 6 }).length;
	const modules = readdirSync(new URL("../../htdocs/widget", import.meta.url)).filter((file) => file.endsWith(".mjs"));
	for (const lang of ["zh", "en"]) {
		const files = ["widget.js", ...modules.filter((file) => !file.startsWith("words.") || file === `words.${lang}.mjs`).map((file) => `widget/${file}`)];
		const sum = files.reduce((n, file) => n + weight(file), 0);
		assert.ok(sum <= 15 * 1024, `${lang}: ${sum} bytes`);
	}
});

test("both languages have the same words", async () => {
	const [zh, en] = await Promise.all(["zh", "en"].map((lang) => import(`../../htdocs/widget/words.${lang}.mjs`)));
	assert.deepEqual(Object.keys(zh.default), Object.keys(en.default));
	const source = readFileSync(new URL("../../htdocs/widget/widget.mjs", import.meta.url), "utf8");
	for (const key of Object.keys(en.default)) {
		assert.equal(en.default[key].includes("{0}"), zh.default[key].includes("{0}"), key);
		const indirect = /^(sent|seen|pending|failed|offline|connecting|slow|fail|you|human|end|transcript|fresh)$/.test(key);
		assert.ok(indirect || source.includes(`'${key}'`), `${key} is used`);
	}
});
