// Inboxes of the console contract, and what the widget asks of them through the chat contract.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient } from "../lib/client.mjs";
import { audited, guarded, invalid, missing, people } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack } from "../lib/stack.mjs";

const INBOXES = "/api/v1/inboxes", CHAT = "/api/v1/chat";
const { counted, gate } = coverage("console", ["/api/v1/inboxes"]);
let stack, who, visitor;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	who = await people(stack, counted);
	visitor = httpClient(stack.urls.chat);
});
after(() => stack?.stop());

const shop = {
	name: "测试商城", allowed_origins: ["https://shop.example", "https://*.brand.example:8443"], greeting: "您好！\n有什么可以帮您？", greeting_delay: 3, color: "#AABBCC",
	business_hours: { timezone: "+08:00", days: [{ day: 1, from: "09:00", to: "12:00" }, { day: 1, from: "13:00", to: "18:00" }, { day: 6, from: "00:00", to: "24:00" }] },
	pre_chat_fields: [{ name: "name", label: "姓名", required: true }, { name: "email", label: "邮箱", required: false }, { name: "order_no", label: "订单号", required: true }],
	offline_message: "请留言", locale: "zh", enabled: true,
};
const make = async (body) => {
	const made = await who.admin.post(INBOXES, { name: "一个", ...body });
	assert.equal(made.status, 201, made.text);
	return made.body.data.inbox;
};
const look = (token, origin) => visitor.get(`${CHAT}/inbox?token=${token}`, { headers: origin ? { Origin: origin } : {} });
const start = (body, origin) => visitor.post(`${CHAT}/sessions`, body, { headers: origin ? { Origin: origin } : {} });
const chatError = (answer, status, code, field) => {
	assert.equal(answer.status, status, answer.text);
	assert.equal(answer.body.error.code, code, answer.text);
	if (field) assert.equal(answer.body.error.details.field, field, answer.text);
};

test("made, read, changed, deleted: every field comes back as it went in", async () => {
	const made = await who.admin.post(INBOXES, shop);
	assert.equal(made.status, 201, made.text);
	const { inbox } = made.body.data;
	like(inbox, { id: 1, website_token: "", open: true, created_at: "", updated_at: "", ...shop });
	for (const key of Object.keys(shop)) assert.deepEqual(inbox[key], shop[key], key);
	const ai = `${INBOXES}/${inbox.id}/ai`; // more of it: inbox_ai.test.mjs
	assert.equal((await who.agent.get(ai)).body.data.ai.inbox_id, inbox.id);
	assert.equal((await who.supervisor.put(ai, { max_tokens: 50 })).body.data.ai.max_tokens, 50);
	for (const answer of [await who.admin.get(`${INBOXES}/999999/ai`), await who.admin.put(`${INBOXES}/999999/ai`, {})]) missing(answer);
	assert.match(inbox.website_token, /^ib_[A-Za-z0-9]{20}$/);
	assert.deepEqual((await audited(stack, "inbox:create", inbox.id)).details, { name: "测试商城" });
	assert.deepEqual((await who.agent.get(`${INBOXES}/${inbox.id}`)).body.data.inbox, inbox);

	const changed = (await who.supervisor.put(`${INBOXES}/${inbox.id}`, { greeting: "", allowed_origins: [], business_hours: {}, enabled: false })).body.data.inbox;
	assert.deepEqual([changed.greeting, changed.allowed_origins, changed.business_hours, changed.enabled, changed.open], ["", [], { timezone: "+00:00", days: [] }, false, true]);
	assert.deepEqual([changed.name, changed.color, changed.pre_chat_fields], [shop.name, shop.color, shop.pre_chat_fields], "what is not named stays");
	await audited(stack, "inbox:update", inbox.id);

	const gone = await who.admin.delete(`${INBOXES}/${inbox.id}`);
	assert.deepEqual([gone.status, gone.body], [200, { success: true, data: null }]);
	await audited(stack, "inbox:delete", inbox.id);
	for (const answer of [await who.admin.get(`${INBOXES}/${inbox.id}`), await who.admin.put(`${INBOXES}/${inbox.id}`, { name: "x" }), await who.admin.delete(`${INBOXES}/${inbox.id}`), await who.admin.post(`${INBOXES}/${inbox.id}/rotate-token`)]) missing(answer);
});

test("the list and its pages; the demo's inbox", async () => {
	const all = await who.agent.get(INBOXES);
	assert.equal(all.status, 200);
	like(all.body, { success: true, data: { inboxes: [{ id: 1, name: "", website_token: "", allowed_origins: [""], greeting: "", color: "", pre_chat_fields: [], offline_message: "" }], meta: { current_page: 1, per_page: 20, total_count: 1, total_pages: 1 } } });
	assert.equal(all.body.data.inboxes[0].website_token, "demo-shop");
	assert.deepEqual((await who.agent.get(`${INBOXES}?page=9&per_page=2`)).body.data.inboxes, []);
	invalid(await who.agent.get(`${INBOXES}?per_page=101`), "per_page");
});

test("what is refused, and by which name", async () => {
	const rows = [
		[{ name: undefined }, "name"], [{ name: " " }, "name"], [{ name: "长".repeat(101) }, "name"], [{ name: "a\u0007b" }, "name"],
		[{ color: "red" }, "color"], [{ color: "#12345g" }, "color"], [{ color: "" }, "color"],
		[{ greeting_delay: -1 }, "greeting_delay"], [{ greeting_delay: 3601 }, "greeting_delay"], [{ greeting: "长".repeat(501) }, "greeting"],
		[{ allowed_origins: "https://a.example" }, "allowed_origins"], [{ allowed_origins: ["shop.example"] }, "allowed_origins"], [{ allowed_origins: ["https://a.example/"] }, "allowed_origins"],
		[{ allowed_origins: ["https://*"] }, "allowed_origins"], [{ allowed_origins: ["https://a.*.example"] }, "allowed_origins"], [{ allowed_origins: ["javascript:alert(1)"] }, "allowed_origins"], [{ allowed_origins: [5] }, "allowed_origins"],
		[{ business_hours: { timezone: "CST" } }, "timezone"], [{ business_hours: { timezone: "+15:00" } }, "timezone"], [{ business_hours: [] }, "business_hours"],
		[{ business_hours: { days: [{ day: 7, from: "09:00", to: "10:00" }] } }, "day"], [{ business_hours: { days: [{ day: 1, from: "9:00", to: "10:00" }] } }, "from"],
		[{ business_hours: { days: [{ day: 1, from: "09:00", to: "24:01" }] } }, "to"], [{ business_hours: { days: [{ day: 1, from: "10:00", to: "10:00" }] } }, "to"], [{ business_hours: { days: [{ day: 1, from: "10:00" }] } }, "to"],
		[{ pre_chat_fields: [{ name: "Order No", label: "x" }] }, "pre_chat_fields"], [{ pre_chat_fields: [{ name: "a", label: "x" }, { name: "a", label: "y" }] }, "pre_chat_fields"],
		[{ pre_chat_fields: [{ name: "a" }] }, "label"], [{ pre_chat_fields: [{ name: "a", label: "x\ty" }] }, "pre_chat_fields"], [{ pre_chat_fields: [{ name: "a", label: "x", required: "yes" }] }, "required"],
		[{ pre_chat_fields: Array.from({ length: 11 }, (_, i) => ({ name: `f${i}`, label: "x" })) }, "pre_chat_fields"],
		[{ locale: "fr" }, "locale"], [{ enabled: 1 }, "enabled"],
	];
	for (const [body, field] of rows) invalid(await who.admin.post(INBOXES, { name: "一个", ...body }), field);
	const { id } = await make();
	for (const [body, field] of rows.slice(1)) invalid(await who.admin.put(`${INBOXES}/${id}`, body), field);
	invalid(await who.admin.get(`${INBOXES}/x`), "inbox_id");
});

test("agents look, supervisors change, strangers neither", async () => {
	const { id } = await make();
	const one = `${INBOXES}/${id}`;
	await guarded(who, [
		{ method: "GET", path: INBOXES }, { method: "GET", path: one },
		{ method: "POST", path: INBOXES, body: { name: "x" }, deny: ["agent"] }, { method: "PUT", path: one, body: { name: "x" }, deny: ["agent"] },
		{ method: "DELETE", path: one, deny: ["agent"] }, { method: "POST", path: `${one}/rotate-token`, deny: ["agent"] },
	]);
});

test("the widget's settings: what visitors may see, from Redis, by the hours", async () => {
	const inbox = await make(shop);
	const answer = await look(inbox.website_token);
	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get("cache-control"), "private, max-age=60");
	assert.deepEqual(Object.keys(answer.body.data).sort(), ["color", "greeting", "greeting_delay", "locale", "name", "offline_message", "open", "pre_chat_fields"]);
	for (const key of ["name", "greeting", "greeting_delay", "color", "pre_chat_fields", "offline_message", "locale"]) assert.deepEqual(answer.body.data[key], shop[key], key);

	// Once read, it costs no SQL: the table could be away.
	assert.equal((await look("demo-shop")).status, 200);
	await stack.sql("RENAME TABLE inboxes TO inboxes_away");
	assert.equal((await look("demo-shop")).status, 200);
	await stack.sql("RENAME TABLE inboxes_away TO inboxes");

	// A change shows at once.
	const today = new Date().getUTCDay();
	await who.admin.put(`${INBOXES}/${inbox.id}`, { business_hours: { timezone: "+00:00", days: [today, (today + 1) % 7].map((day) => ({ day, from: "00:00", to: "24:00" })) }, greeting: "新的" });
	assert.deepEqual([(await look(inbox.website_token)).body.data].map((d) => [d.open, d.greeting]), [[true, "新的"]]);
	await who.admin.put(`${INBOXES}/${inbox.id}`, { business_hours: { timezone: "+00:00", days: [{ day: (today + 3) % 7, from: "00:00", to: "24:00" }] } });
	assert.equal((await look(inbox.website_token)).body.data.open, false);

	const rotated = (await who.admin.post(`${INBOXES}/${inbox.id}/rotate-token`)).body.data.inbox;
	assert.notEqual(rotated.website_token, inbox.website_token);
	await audited(stack, "inbox:rotate_token", inbox.id);
	chatError(await look(inbox.website_token), 404, "NOT_FOUND");
	assert.equal((await look(rotated.website_token)).status, 200);
	await who.admin.put(`${INBOXES}/${inbox.id}`, { enabled: false });
	chatError(await look(rotated.website_token), 404, "NOT_FOUND");
	for (const [token, status] of [["", 400], ["a".repeat(65), 400], ["a%20b", 404], [encodeURIComponent("会话"), 404]]) assert.equal((await look(token)).status, status, token);
	await stack.redis("FLUSHALL");
	assert.equal((await look("demo-shop")).body.data.open, true);
});

test("only its own pages may show an inbox", async () => {
	const { website_token: inbox } = await make({ allowed_origins: shop.allowed_origins });
	for (const origin of ["https://shop.example", "https://SHOP.example", "https://www.brand.example:8443", "https://a.b.brand.example:8443", undefined, stack.urls.chat]) {
		assert.equal((await look(inbox, origin)).status, 200, origin);
		assert.equal((await start({ inbox }, origin)).status, 201, origin);
	}
	for (const origin of ["https://evil.example", "http://shop.example", "https://shop.example.evil.example", "https://brand.example:8443", "https://www.brand.example", "https://evilbrand.example:8443", "https://x@www.brand.example:8443", "null"]) {
		chatError(await look(inbox, origin), 403, "FORBIDDEN");
		chatError(await start({ inbox }, origin), 403, "FORBIDDEN");
	}
	chatError(await start({ inbox: "nobody" }), 400, "VALIDATION_ERROR", "inbox");
	chatError(await start({ inbox: 5 }), 400, "VALIDATION_ERROR", "inbox");
	const [{ n }] = await stack.sql("SELECT COUNT(*) n FROM conversations c JOIN inboxes i ON i.id = c.inbox_id WHERE i.website_token = ?", [inbox]);
	assert.equal(n, 6);
});

test("CORS: pages that an inbox stands on may call the visitor's routes, and no others", async () => {
	const allowed = async (path, origin, method = "POST") => {
		const answer = await fetch(stack.urls.chat + path, { method: "OPTIONS", headers: { Origin: origin, "Access-Control-Request-Method": method } });
		assert.equal(answer.status, 204);
		return answer.headers.get("access-control-allow-origin");
	};
	// The demo's inbox allows any page: it goes first.
	assert.equal(await allowed(`${CHAT}/messages`, "https://anywhere.example"), "https://anywhere.example");
	for (const { id } of (await who.admin.get(`${INBOXES}?per_page=100`)).body.data.inboxes) await who.admin.put(`${INBOXES}/${id}`, { enabled: false });
	assert.equal(await allowed(`${CHAT}/messages`, "https://shop.example"), null);
	const { id } = await make({ allowed_origins: shop.allowed_origins });
	for (const origin of ["https://shop.example", "https://www.brand.example:8443"]) {
		assert.equal(await allowed(`${CHAT}/messages`, origin), origin);
		assert.equal((await visitor.get(`${CHAT}/availability`, { headers: { Origin: origin } })).headers.get("access-control-allow-origin"), origin);
		assert.equal(await allowed("/api/v1/auth/login", origin), null);
		assert.equal(await allowed(INBOXES, origin), null);
	}
	assert.equal(await allowed(`${CHAT}/messages`, "https://evil.example"), null);
	await who.admin.delete(`${INBOXES}/${id}`);
	assert.equal(await allowed(`${CHAT}/messages`, "https://shop.example"), null);
});

test("answers before the chat: the contact's and the conversation's", async () => {
	const { website_token: inbox, id } = await make({ pre_chat_fields: [...shop.pre_chat_fields, { name: "phone", label: "电话", required: false }] });
	const row = async (session_id) => (await stack.sql("SELECT c.inbox_id, c.metadata, u.full_name, u.email, u.phone FROM conversations c JOIN users u ON u.id = c.contact_id WHERE c.session_id = ?", [session_id]))[0];
	const pre_chat = { name: " 小红 ", email: "Hong@Example.com", phone: "+86 138 0000 1111", order_no: "A\"1\"" };
	const made = await start({ inbox, pre_chat, metadata: { source: "widget", page_url: "https://shop.example/" } });
	assert.equal(made.status, 201, made.text);
	assert.deepEqual(made.body.data.metadata, { source: "widget", page_url: "https://shop.example/", pre_chat: { order_no: "A\"1\"" } });
	const kept = await row(made.body.data.session_id);
	assert.deepEqual([kept.inbox_id, kept.full_name, kept.email, kept.phone], [id, "小红", "hong@example.com", "+86 138 0000 1111"]);

	const outside = await start({ inbox, name: "外面", pre_chat: { order_no: "1" } });
	assert.deepEqual([(await row(outside.body.data.session_id)).full_name, outside.body.data.metadata], ["外面", { pre_chat: { order_no: "1" } }]);

	chatError(await start({ inbox }), 400, "VALIDATION_ERROR", "name");
	chatError(await start({ inbox, pre_chat: { name: "x" } }), 400, "VALIDATION_ERROR", "order_no");
	chatError(await start({ inbox, pre_chat: { name: "x", order_no: "  " } }), 400, "VALIDATION_ERROR", "order_no");
	chatError(await start({ inbox, pre_chat: { ...pre_chat, email: "nope" } }), 400, "VALIDATION_ERROR", "email");
	chatError(await start({ inbox, pre_chat: { ...pre_chat, phone: "call me" } }), 400, "VALIDATION_ERROR", "phone");
	chatError(await start({ inbox, pre_chat: { ...pre_chat, name: "长".repeat(101) } }), 400, "VALIDATION_ERROR", "name");
	chatError(await start({ inbox, pre_chat: { ...pre_chat, order_no: 5 } }), 400, "VALIDATION_ERROR", "pre_chat");
	chatError(await start({ inbox, pre_chat: ["x"] }), 400, "VALIDATION_ERROR", "pre_chat");
	chatError(await start({ pre_chat: { order_no: "长".repeat(501) } }), 400, "VALIDATION_ERROR", "pre_chat");

	// A claimed name gives nobody a right over that contact.
	const claimed = await start({ inbox, user_id: "kehu_001", pre_chat });
	const theirs = await row(claimed.body.data.session_id);
	assert.deepEqual([theirs.full_name, theirs.email, theirs.phone], ["客户张三", "customer@example.com", "+86 138 1234 8888"]);
	const key = "0123456789abcdef-key";
	const [one, two] = [await start({ inbox, pre_chat, client_id: key }), await start({ inbox, client_id: key })];
	assert.equal(one.body.data.session_id, two.body.data.session_id, "a retry needs no answers");
});

test("every route of inboxes has been hit, with success and with an error", gate);
