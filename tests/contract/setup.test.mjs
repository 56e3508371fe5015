// The first account of an installed server: made once, whoever else asks.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { audited, invalid, refused } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack } from "../lib/stack.mjs";

const SETUP = "/api/v1/setup";
const first = { email: "Owner@Shop.example", full_name: " 店主 ", password: "a long enough one" };
const { counted, gate } = coverage("console", ["/api/v1/setup"]);
let stack, nobody;

before(async () => {
	stack = await startStack({ demo: false });
	nobody = counted(httpClient(stack.urls.kefu));
});
after(() => stack?.stop());

const needed = async () => (await nobody.get("/health")).body.data.setup_needed;
const staff = () => stack.sql("SELECT email, role FROM users WHERE role > 0");

test("a new server says that it needs one, and what is wrong with a bad one", async () => {
	assert.equal(await needed(), true);
	invalid(await nobody.post(SETUP, {}), "email");
	invalid(await nobody.post(SETUP, { ...first, email: "owner" }), "email");
	invalid(await nobody.post(SETUP, { ...first, full_name: " " }), "full_name");
	invalid(await nobody.post(SETUP, { ...first, password: "short" }), "password");
	assert.deepEqual(await staff(), []);
	assert.equal(await needed(), true);
});

test("a visitor is no account", async () => {
	assert.equal((await nobody.post("/api/v1/chat/sessions", {})).status, 201);
	assert.equal(await needed(), true);
});

test("of many at once one makes the admin, the others are refused", async () => {
	const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => nobody.post(SETUP, { ...first, email: i ? `other${i}@shop.example` : first.email })));
	const made = answers.filter((answer) => answer.status === 201);
	assert.equal(made.length, 1, answers.map((answer) => answer.status).join());
	like(made[0].body, { success: true, data: { user: { id: 1, user_id: "", email: "", full_name: "店主", role: "admin", permissions: ["users:manage"], created_at: "" } } });
	for (const answer of answers) if (answer.status !== 201) refused(answer, 403, "PERMISSION_DENIED");
	const rows = await staff();
	assert.deepEqual(rows, [{ email: made[0].body.data.user.email, role: 3 }]);
	assert.equal(await needed(), false);
	const { user } = made[0].body.data;
	assert.equal((await audited(stack, "setup:admin", user.id)).user_id, user.id);
	const admin = await signIn(stack.urls.kefu, user.email, first.password);
	assert.equal(admin.user.role, "admin");
	assert.equal((await admin.get("/api/v1/users")).body.data.meta.total_count, 1);
});

test("from then on it is closed, also when its staff are gone", async () => {
	refused(await nobody.post(SETUP, { ...first, email: "late@shop.example" }), 403, "PERMISSION_DENIED");
	const zh = await nobody.post(SETUP, first, { headers: { "Accept-Language": "zh" } });
	assert.equal(zh.body.error.message, "此服务器已有账号，请直接登录");
	await stack.sql("UPDATE users SET deleted_at = 1 WHERE role > 0");
	assert.equal(await needed(), false);
	refused(await nobody.post(SETUP, first), 403, "PERMISSION_DENIED");
});

test("every route was asked for a good and a bad answer", gate);
