// SIGHUP: settings are read again from their file; what the environment gave goes before it; a mistake changes nothing.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

const dir = mkdtempSync(path.join(os.tmpdir(), "dbs-"));
const file = path.join(dir, "deskbell.env");
let stack;
before(async () => {
	writeFileSync(file, "# a comment\nDESKBELL_ACCESS_TTL=100\nDESKBELL_REFRESH_TTL=\"5000\"\nDESKBELL_MAX_BODY=2000\n");
	stack = await startStack({ env: { DESKBELL_ENV: file, DESKBELL_MAX_BODY: "4000" } });
});
after(async () => {
	await stack?.stop();
	rmSync(dir, { recursive: true });
});

const lifetime = async () => (await httpClient(stack.urls.chat).post("/api/v1/auth/login", { email: "agent@example.com", password: "password123" })).body.data.expires_in;
const reload = async (text) => {
	writeFileSync(file, text);
	for (const name of ["api", "relay", "worker"]) await stack.kill(name, "SIGHUP");
};

test("the file's values are used, the environment's before them", async () => {
	assert.equal(await lifetime(), 100);
	const long = await httpClient(stack.urls.chat).post("/api/v1/chat/sessions", { metadata: { page_url: "x".repeat(2500) } });
	assert.equal(long.status, 201, "2,500 bytes are within the environment's 4,000");
});

test("SIGHUP takes changed values, every worker, without a failed request", async () => {
	const client = httpClient(stack.urls.chat);
	let failed = 0, over = false;
	const traffic = (async () => {
		while (!over) if ((await client.get("/api/v1/chat/availability")).status !== 200) failed++;
	})();
	await reload("DESKBELL_ACCESS_TTL=200\nDESKBELL_MAX_BODY=1024\nDESKBELL_MAX_FRAME=1024\n");
	await until(async () => (await lifetime()) === 200, { what: "the new lifetime" });
	await until(async () => (await Promise.all(Array.from({ length: 12 }, lifetime))).every((n) => n === 200), { what: "the new lifetime from all workers" });
	over = true;
	await traffic;
	assert.equal(failed, 0);
	const long = await client.post("/api/v1/chat/sessions", { metadata: { page_url: "x".repeat(2500) } });
	assert.equal(long.status, 201, "the environment's value still goes before the file's");
});

test("the relay takes them too, for sockets opened from now on", async () => {
	await until(async () => {
		const socket = await Socket.open(stack.ws);
		socket.send("ping", { pad: "x".repeat(3000) });
		await until(() => socket.closeState || socket.frames.some((f) => f.type === "ping"), { what: "an answer" });
		const code = socket.closeState?.code;
		await socket.close();
		return code === 1009;
	}, { what: "1009 for a frame over the new limit" });
});

test("a mistake in the file is said in the log and changes nothing", async () => {
	await reload("DESKBELL_ACCESS_TTL=a while\n");
	await until(() => stack.logs("api").includes("DESKBELL_ACCESS_TTL is"), { what: "the complaint" });
	assert.equal(await lifetime(), 200);
	assert.ok((await signIn(stack.urls.chat, "agent@example.com")).token);
});

test("a line that is gone means the default again", async () => {
	await reload("# nothing\n");
	await until(async () => (await Promise.all(Array.from({ length: 12 }, lifetime))).every((n) => n === 3600), { what: "the default lifetime" });
});
