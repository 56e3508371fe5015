// One server, several ports: which contract answers a path that two have (DESIGN 4).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient } from "../lib/client.mjs";
import { coverage } from "../lib/coverage.mjs";
import { startStack } from "../lib/stack.mjs";

const auth = coverage("console", ["/api/v1/auth"], ["/api/v1/auth/password"]);
const V1 = "/api/v1";
const CODES = { chat: "UNAUTHORIZED", kefu: "AUTH_REQUIRED" };

let stack, doors;
before(async () => {
	stack = await startStack();
	doors = Object.fromEntries(Object.entries(stack.urls).map(([door, url]) => [door, auth.counted(httpClient(url))]));
});
after(() => stack?.stop());

test("signing in answers the same on every door; what is wrong, in the door's own shape", async () => {
	for (const [door, code] of Object.entries(CODES)) {
		const client = doors[door];
		const signed = await client.post(`${V1}/auth/login`, { email: "agent@example.com", password: "password123" });
		assert.equal(signed.status, 200, signed.text);
		const { access_token: token, token: same, refresh_token: refresh, user } = signed.body.data;
		assert.equal(token, same);
		assert.deepEqual([user.role, user.permissions.includes("conversations:read")], ["agent", true]);
		assert.equal((await client.get(`${V1}/auth/me`, { token })).body.data.id, user.id);
		assert.equal((await client.put(`${V1}/auth/me/status`, { status: "away" }, { token })).body.data.status, "away");
		const again = await client.post(`${V1}/auth/refresh`, { refresh_token: refresh });
		assert.equal(again.status, 200);
		assert.equal((await client.post(`${V1}/auth/logout`, undefined, { token: again.body.data.token })).status, 200);
		for (const refused of [
			await client.post(`${V1}/auth/login`, { email: "agent@example.com", password: "wrong" }), await client.get(`${V1}/auth/me`),
			await client.put(`${V1}/auth/me/status`, { status: "away" }), await client.post(`${V1}/auth/refresh`, { refresh_token: refresh }), await client.post(`${V1}/auth/logout`),
		]) {
			assert.deepEqual([refused.status, refused.body.success, refused.body.error.code], [401, false, code]);
			assert.equal("request_id" in refused.body, door === "kefu");
		}
	}
});

test("unknown paths take the shape of the longest prefix, then the door's", async () => {
	const codeOf = async (door, path) => {
		const { status, body } = await doors[door].get(path);
		assert.equal(status, 404);
		return body.error?.code;
	};
	assert.equal(await codeOf("chat", `${V1}/auth/nothing`), "NOT_FOUND");
	assert.equal(await codeOf("kefu", `${V1}/auth/nothing`), "RESOURCE_NOT_FOUND");
	assert.equal(await codeOf("kefu", `${V1}/chat/nothing`), "NOT_FOUND");
	assert.equal(await codeOf("chat", `${V1}/nothing`), "RESOURCE_NOT_FOUND");
	assert.equal(await codeOf("chat", "/nothing.at.all/"), "NOT_FOUND");
});

test("while no worker answers, too, each door keeps its shape", async () => {
	await stack.kill("api");
	const shapeOf = async (door, path) => {
		const { status, body } = await doors[door].get(path);
		assert.equal(status, 503, `${door} ${path}`);
		return body.error_code ? "desk" : body.timestamp ? "kefu" : "request_id" in body ? "console" : "chat";
	};
	for (const path of ["/api/users", "/api/sessions/x", "/api/analytics/users"]) assert.deepEqual([await shapeOf("kefu", path), await shapeOf("desk", path)], ["kefu", "desk"], path);
	for (const [path, shapes] of [[`${V1}/auth/me`, ["chat", "console"]], ["/api/health", ["kefu", "kefu"]], ["/api/auth/kefu/login", ["kefu", "kefu"]], ["/health", ["chat", "chat"]], [`${V1}/conversations`, ["console", "console"]], ["/api/redis/keys", ["desk", "desk"]]])
		assert.deepEqual([await shapeOf("chat", path), await shapeOf("kefu", path)], shapes, path);
	await stack.start("api");
});

test("rows", () => auth.gate());
