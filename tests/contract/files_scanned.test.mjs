// ClamAV by its socket (DESKBELL_CLAMAV): every way in which a file comes is looked at, nothing of what is infected stays, and what cannot be looked at is refused or taken, as the settings say.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { EICAR, VERSION, startClamd } from "../lib/clamd.mjs";
import { startStack, until } from "../lib/stack.mjs";

const V1 = "/api/v1", TUS = "/api/files/tus/";
const text = (say, bytes = 0) => Buffer.from(`${say}\n${"x".repeat(bytes)}\n`);
const infected = (say) => Buffer.from(`${say}\n${EICAR}\n`);
const form = (bytes, name = "a.txt") => {
	const body = new FormData();
	body.append("file", new Blob([bytes]), name);
	return body;
};
const WAIT_MS = 15_000; // that of the strict site, longer than a slow machine needs for what is held below

let dir, strict, lenient, at, over;
before(async () => {
	dir = mkdtempSync(path.join(os.tmpdir(), "dbc-"));
	at = await startClamd(path.join(dir, "clamd.sock"));
	over = await startClamd(0);
	[strict, lenient] = await Promise.all([
		startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_RATE_LIMIT: "off", DESKBELL_FILES_WORKERS: "2", DESKBELL_CLAMAV: path.join(dir, "clamd.sock"), DESKBELL_CLAMAV_TIMEOUT_MS: String(WAIT_MS) } }),
		startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_RATE_LIMIT: "off", DESKBELL_CLAMAV: `localhost:${over.port}`, DESKBELL_CLAMAV_REQUIRED: "off", DESKBELL_CLAMAV_TIMEOUT_MS: "5000" } }),
	]);
});
after(async () => {
	await Promise.all([strict?.stop(), lenient?.stop(), at?.stop(), over?.stop()]);
	rmSync(dir, { recursive: true, force: true });
});

/** The ways in: each {name, send(bytes) -> {status, text, headers}} */
async function ways(s) {
	const guest = httpClient(s.urls.chat), staff = await signIn(s.urls.kefu, "agent@example.com"), room = httpClient(s.urls.chat, { token: staff.token });
	const { session_id } = (await guest.post(`${V1}/chat/sessions`, {})).body.data;
	const tus = async (bytes) => {
		const begun = await staff.call("POST", TUS, undefined, { headers: { "Tus-Resumable": "1.0.0", "Upload-Length": String(bytes.length), "Upload-Metadata": `filename ${Buffer.from("a.txt").toString("base64")}` } });
		assert.equal(begun.status, 201, begun.text);
		const url = begun.headers.get("location");
		const answer = await staff.call("PATCH", url, bytes, { headers: { "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" } });
		return Object.assign(answer, { url, head: () => staff.call("HEAD", url, undefined, { headers: { "Tus-Resumable": "1.0.0" } }) });
	};
	return {
		guest,
		all: [
			{ name: "chat", good: 201, send: (bytes) => guest.post(`${V1}/chat/sessions/${session_id}/files`, form(bytes)) },
			{ name: "kefu", good: 200, send: (bytes) => staff.post("/api/files/upload", form(bytes)) },
			{ name: "rooms", good: 200, send: (bytes) => room.post("/api/chat/upload?room_id=global", form(bytes)) },
			{ name: "tus", good: 204, send: tus },
		],
		tus,
	};
}
const rows = async (s) => (await s.sql("SELECT (SELECT COUNT(*) FROM files) AS files, (SELECT COUNT(*) FROM messages) AS messages, (SELECT COUNT(*) FROM uploads) AS uploads"))[0];
const place = (s, bytes) => {
	const sum = createHash("sha256").update(bytes).digest("hex");
	return path.join(s.dir, "files", sum.slice(0, 2), sum.slice(2));
};
/** An answer is out before what it was made of is dropped. */
const nothingLeft = (s) => until(() => ["new", "part"].every((name) => !existsSync(path.join(s.dir, "files", name)) || readdirSync(path.join(s.dir, "files", name)).length === 0), { what: "nothing left of it" });
const logged = (s, key) => s.logs("files").split("\n").filter((line) => line.includes(`"${key}"`));

test("whatever way it comes, a file is shown to ClamAV whole, byte for byte, and taken when nothing is found", async () => {
	for (const [s, clamd] of [[strict, at], [lenient, over]]) {
		for (const { name, good, send } of (await ways(s)).all) {
			const bytes = text(`clean, by ${name}`, name === "chat" ? 3_000_000 : 10), before = clamd.scanned.length;
			const answer = await send(bytes);
			assert.equal(answer.status, good, `${name}: ${answer.text}`);
			assert.equal(clamd.scanned.length, before + 1);
			assert.ok(clamd.scanned.at(-1).equals(bytes), name);
			assert.ok(existsSync(place(s, bytes)));
		}
	}
	assert.deepEqual([logged(strict, "file.unscanned"), logged(lenient, "file.unscanned")], [[], []]);
});

test("what is infected is a 415 in each contract's shape; neither bytes nor rows of it stay, and the log names it", async () => {
	for (const s of [strict, lenient]) {
		const { all } = await ways(s), before = await rows(s);
		for (const { name, send } of all) {
			const bytes = infected(name), said = logged(s, "file.infected").length, answer = await send(bytes);
			assert.equal(answer.status, 415, `${name}: ${answer.text}`);
			assert.match(answer.text, /发现病毒/);
			if (name === "chat") assert.deepEqual([answer.body.success, answer.body.error.code, answer.body.error.details.field], [false, "UNSUPPORTED_MEDIA_TYPE", "file"]);
			if (name === "kefu") assert.deepEqual([answer.body.error.code, Object.keys(answer.body.error.details)], ["UNSUPPORTED_MEDIA_TYPE", ["file"]]);
			if (name === "rooms") assert.deepEqual(Object.keys(answer.body), ["detail"]);
			if (name === "tus") assert.equal((await answer.head()).status, 404);
			assert.ok(!existsSync(place(s, bytes)));
			await until(() => logged(s, "file.infected").length === said + 1, { what: "a line in the log" });
			assert.match(logged(s, "file.infected").at(-1), /Eicar-Test-Signature/);
		}
		await nothingLeft(s);
		assert.deepEqual(await rows(s), before);
	}
});

test("larger than ClamAV takes: 413 where it is required, taken where not, and the log says which", async () => {
	const big = text("too large for it", 2_000_000);
	at.limit = over.limit = 1_000_000;
	try {
		for (const { name, send } of (await ways(strict)).all) {
			const answer = await send(big);
			assert.equal(answer.status, 413, `${name}: ${answer.text}`);
			assert.match(answer.text, /文件过大，无法检查病毒/);
		}
		await nothingLeft(strict);
		assert.ok(!existsSync(place(strict, big)));
		for (const { name, good, send } of (await ways(lenient)).all) assert.equal((await send(big)).status, good, name);
	} finally {
		at.limit = over.limit = 25 << 20;
	}
	assert.match(logged(strict, "file.unscanned").at(-1), /size limit exceeded.*refused/);
	assert.match(logged(lenient, "file.unscanned").at(-1), /size limit exceeded.*taken as it is/);
});

test("it breaks off, answers before it has all, or says what nobody knows: no verdict, whatever it said", async () => {
	const [kefu, open] = [(await ways(strict)).all[1], (await ways(lenient)).all[1]], before = await rows(strict);
	for (const mode of ["breaks", "early", "nonsense"]) {
		at.mode = over.mode = mode;
		const bytes = text(mode, 400_000), answer = await kefu.send(bytes);
		assert.deepEqual([mode, answer.status, answer.headers.get("retry-after"), answer.body.error.code], [mode, 503, "10", "SERVICE_UNAVAILABLE"], answer.text);
		assert.match(answer.text, /暂时无法检查病毒/);
		assert.equal((await open.send(bytes)).status, 200);
		at.mode = over.mode = "works";
		await nothingLeft(strict);
		assert.deepEqual(await rows(strict), before);
	}
	assert.equal((await kefu.send(text("again"))).status, 200);
});

test("nobody is there: refused or taken; what tus has brought whole waits, and becomes a file when ClamAV is back", async () => {
	const { all: [chat], tus } = await ways(strict), open = (await ways(lenient)).all[0], bytes = text("waits for it", 1000);
	await at.stop();
	await over.stop();
	const refused = await chat.send(text("nobody"));
	assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "10"], refused.text);
	assert.equal((await open.send(text("nobody"))).status, 201);
	const waiting = await tus(bytes);
	assert.equal(waiting.status, 503, waiting.text);
	const asked = await waiting.head();
	assert.deepEqual([asked.status, asked.headers.get("retry-after")], [423, "10"], "clients wait, and do not begin anew");
	at = await startClamd(path.join(dir, "clamd.sock"));
	over = await startClamd(over.port);
	const there = await waiting.head();
	assert.equal(there.status, 200);
	assert.match(there.headers.get("x-file-id"), /^file_/);
	assert.ok(at.scanned.at(-1).equals(bytes) && existsSync(place(strict, bytes)));
	assert.equal((await chat.send(text("back"))).status, 201);
});

test("files that it looks at for long hold up nobody: more of them than there are workers, and others come and go", async () => {
	const { guest, all: [chat, kefu] } = await ways(strict), picture = text("looked at before");
	const { url } = (await chat.send(picture)).body.data.attachment;
	at.mode = "held";
	const many = Array.from({ length: 6 }, (_, i) => kefu.send(text(`held ${i}`)));
	await until(() => at.held === many.length, { what: "all of them at ClamAV at once" });
	assert.equal((await guest.get(url)).status, 200);
	at.mode = "works";
	assert.equal((await chat.send(text("overtakes"))).status, 201);
	assert.equal(at.held, many.length);
	at.release();
	assert.deepEqual((await Promise.all(many)).map((answer) => answer.status), many.map(() => 200));
});

test("it says nothing: refused when its time is over; who only asks how far an upload is waits two seconds", async () => {
	const { all: [, kefu], tus } = await ways(strict);
	at.mode = "silent";
	const began = performance.now(), [refused, waiting] = await Promise.all([kefu.send(text("silence")), tus(text("silence, by tus"))]);
	assert.deepEqual([refused.status, waiting.status], [503, 503]);
	assert.ok(performance.now() - began >= WAIT_MS);
	const asked = performance.now();
	assert.equal((await waiting.head()).status, 423);
	assert.ok(performance.now() - asked < WAIT_MS, "not that long");
	assert.match(logged(strict, "file.unscanned").at(-1), /no verdict in time/);
	at.mode = "works";
	assert.equal((await waiting.head()).status, 200);
});

test("the self-test shows it something and names its version; when it does not work, what that means is said", async () => {
	const step = async (s, lang = "en") => (await (await signIn(s.urls.desk, "admin@example.com")).get("/api/system/health?probe=1", { headers: { "Accept-Language": lang } })).body.data.probe.steps.at(-1);
	const [name, fine] = ["antivirus", await step(strict)];
	assert.deepEqual([fine.name, fine.status, fine.title], [name, "ok", "Virus scanner"]);
	assert.ok(fine.message.includes(VERSION), fine.message);
	at.mode = "nonsense";
	const odd = await step(strict);
	assert.equal(odd.status, "fail");
	assert.match(odd.message, /who knows.*Uploads are refused/);
	at.mode = "works";
	await over.stop();
	const gone = await step(lenient);
	assert.deepEqual([gone.name, gone.status], [name, "warn"]);
	assert.match(gone.message, /localhost:\d+: nobody answers\. Uploads are taken unscanned/);
	assert.match((await step(lenient, "zh")).message, /localhost:\d+ 的 ClamAV：没有应答。上传的文件未经扫描/);
	at.mode = "silent";
	assert.match((await step(strict, "zh")).message, /未在规定时间内给出结果。恢复前拒绝所有上传/);
	at.mode = "works";
});
