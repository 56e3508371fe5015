// DESKBELL_CONTRACTS: a pool answers the contracts that it is given, in their shape; the others' paths are unknown to it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { root, startStack } from "../lib/stack.mjs";

let stack;
before(async () => (stack = await startStack({ env: { DESKBELL_CONTRACTS: "chat" } })));
after(() => stack?.stop());

test("a pool of chat answers chat and not console", async () => {
	const admin = await signIn(stack.urls.chat, "admin@example.com");
	assert.equal((await admin.get("/api/v1/admin/conversations")).status, 200);
	assert.equal((await admin.put("/api/v1/conversations/1/status", { status: "open" })).status, 404);
	const made = await httpClient(stack.urls.chat).post("/api/v1/chat/sessions", {});
	const socket = await Socket.open(stack.ws);
	socket.send("resume", { session_id: made.body.data.session_id, last_id: 0 });
	assert.equal((await socket.waitFor("resumed")).data.count, 0);
	await socket.close();
});

test("a contract that does not exist is an error at start", () => {
	const { status, stderr } = spawnSync(path.join(root, "build/asan/api.fcgi"), { env: { ...process.env, GATEWAY_INTERFACE: "CGI/1.1", DESKBELL_CONTRACTS: "chat,fax" }, encoding: "utf8" });
	assert.notEqual(status, 0);
	assert.match(stderr, /DESKBELL_CONTRACTS is/);
});
