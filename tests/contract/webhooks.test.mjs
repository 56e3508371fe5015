// Webhooks of the console contract: what is kept, shown and refused. What is delivered: deliveries.test.mjs.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { audited, guarded, invalid, missing, people } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

const HOOKS = "/api/v1/webhooks";
const { counted, gate } = coverage("console", ["/api/v1/webhooks"]);
const EVENTS = ["conversation.created", "conversation.updated", "conversation.resolved", "message.created", "rating.created"];
let stack, who;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	who = await people(stack, counted);
});
after(() => stack?.stop());

const make = async (body) => {
	const made = await who.admin.post(HOOKS, { url: "https://hooks.example/x", events: ["message.created"], enabled: false, ...body });
	assert.equal(made.status, 201, made.text);
	return made.body.data.webhook;
};

test("made, read, changed, deleted; the secret is shown when it is made and when it is renewed", async () => {
	const made = await make({ url: "https://hooks.example:8443/path?a=b", events: ["rating.created", "message.created", "message.created"] });
	like(made, { id: 1, url: "", events: [""], secret: "", enabled: true, created_at: "", updated_at: "" });
	assert.deepEqual([made.url, made.events, made.enabled], ["https://hooks.example:8443/path?a=b", ["message.created", "rating.created"], false]);
	assert.match(made.secret, /^whsec_\w{33}$/);
	assert.deepEqual((await audited(stack, "webhook:create", made.id)).details, { url: made.url });
	const one = (await who.supervisor.get(`${HOOKS}/${made.id}`)).body.data.webhook;
	const { secret, ...shown } = made;
	assert.deepEqual(one, shown);

	const changed = (await who.admin.put(`${HOOKS}/${made.id}`, { events: EVENTS, secret: "a secret of our own" })).body.data.webhook;
	assert.deepEqual([changed.events, changed.url, "secret" in changed], [EVENTS, made.url, false]);
	const stored = async () => (await stack.sql("SELECT secret FROM webhooks WHERE id = ?", [made.id]))[0].secret;
	assert.equal(await stored(), "a secret of our own");
	const rotated = (await who.admin.post(`${HOOKS}/${made.id}/rotate-secret`)).body.data.webhook;
	assert.equal(rotated.secret, await stored());
	assert.ok(![secret, "a secret of our own"].includes(rotated.secret));
	await audited(stack, "webhook:update", made.id);
	const audit = await audited(stack, "webhook:rotate_secret", made.id);
	assert.ok(!JSON.stringify(audit).includes(rotated.secret));
	assert.equal((await make({ secret: "sixteen or more!" })).secret, "sixteen or more!");

	const gone = await who.admin.delete(`${HOOKS}/${made.id}`);
	assert.deepEqual([gone.status, gone.body], [200, { success: true, data: null }]);
	await audited(stack, "webhook:delete", made.id);
	const one404 = `${HOOKS}/${made.id}`;
	for (const answer of [await who.admin.get(one404), await who.admin.put(one404, { enabled: true }), await who.admin.delete(one404), await who.admin.post(`${one404}/rotate-secret`), await who.admin.post(`${one404}/test`), await who.admin.get(`${one404}/deliveries`), await who.admin.post(`${one404}/deliveries/1/retry`)]) missing(answer);
});

test("the list and its pages", async () => {
	const list = (await who.supervisor.get(`${HOOKS}?per_page=1`)).body.data;
	like(list, { webhooks: [{ id: 1, url: "", events: [""], enabled: false }], meta: { current_page: 1, per_page: 1, total_count: 1, total_pages: 1 } });
	assert.ok(!("secret" in list.webhooks[0]));
	assert.deepEqual((await who.admin.get(`${HOOKS}?page=99`)).body.data.webhooks, []);
	invalid(await who.admin.get(`${HOOKS}?per_page=0`), "per_page");
});

test("what is refused, and by which name", async () => {
	const bad = ["", "hooks.example", "ftp://hooks.example/", "javascript:alert(1)", "https://", "https://a b/", "https://u:p@hooks.example/", "https://hooks.example:0/", "https://hooks.example:99999/", "https://例.example/", `https://a.example/${"x".repeat(2000)}`];
	const inside = ["http://localhost/", "http://a.localhost/", "http://127.0.0.1:8000/", "http://127.1/", "http://0x7f000001/", "http://2130706433/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest", "http://0.0.0.0/", "http://[::1]/", "http://[fd00::1]/", "http://[fe80::1]/", "http://[::ffff:127.0.0.1]/"];
	for (const url of [...bad, ...inside, 5, null]) invalid(await who.admin.post(HOOKS, { url, events: EVENTS }), "url");
	const hook = await make();
	for (const url of [...bad, ...inside]) invalid(await who.admin.put(`${HOOKS}/${hook.id}`, { url }), "url");
	for (const events of [[], ["ping"], ["message"], "message.created", [1], undefined]) invalid(await who.admin.post(HOOKS, { url: "https://a.example/", events }), "events");
	invalid(await who.admin.put(`${HOOKS}/${hook.id}`, { events: [] }), "events");
	invalid(await who.admin.post(HOOKS, { url: "https://a.example/", events: EVENTS, secret: "too short" }), "secret");
	invalid(await who.admin.post(HOOKS, { url: "https://a.example/", events: EVENTS, secret: "x".repeat(129) }), "secret");
	invalid(await who.admin.put(`${HOOKS}/${hook.id}`, { enabled: "yes" }), "enabled");
	invalid(await who.admin.get(`${HOOKS}/0`), "webhook_id");
	invalid(await who.admin.get(`${HOOKS}/${hook.id}/deliveries?status=lost`), "status");
	const { n } = (await stack.sql("SELECT COUNT(*) n FROM webhooks"))[0];
	await stack.sql("INSERT INTO webhooks (url, events, secret, enabled, created_at, updated_at) SELECT 'https://a.example/', 1, 'x', 0, 0, 0 FROM (SELECT seq FROM seq_1_to_50) s LIMIT ?", [50 - n]);
	invalid(await who.admin.post(HOOKS, { url: "https://a.example/", events: EVENTS }));
	await stack.sql("DELETE FROM webhooks WHERE secret = 'x'");
});

test("supervisors look, admins change, agents neither", async () => {
	const { id } = await make();
	const one = `${HOOKS}/${id}`, deny = ["supervisor", "agent"];
	await guarded(who, [
		{ method: "GET", path: HOOKS, deny: ["agent"] }, { method: "GET", path: one, deny: ["agent"] }, { method: "GET", path: `${one}/deliveries`, deny: ["agent"] },
		{ method: "POST", path: HOOKS, deny }, { method: "PUT", path: one, deny }, { method: "DELETE", path: one, deny }, { method: "POST", path: `${one}/rotate-secret`, deny },
		{ method: "POST", path: `${one}/test`, deny }, { method: "POST", path: `${one}/deliveries/1/retry`, deny },
	]);
});

test("the log of deliveries: pages, filter, retry", async () => {
	const { id } = await make();
	const log = `${HOOKS}/${id}/deliveries`;
	await stack.sql("INSERT INTO webhook_deliveries (webhook_id, event, conversation_id, status, attempts, created_at, next_at, finished_at) SELECT ?, 3, 1, seq % 3, 1, seq, 0, seq FROM seq_1_to_30", [id]);
	const page = (await who.supervisor.get(`${log}?per_page=10&page=2`)).body.data;
	like(page, { deliveries: [{ id: 1, event: "", status: "", attempts: 1, response_status: 1, error: "", created_at: "", conversation_id: 1 }], meta: { current_page: 2, per_page: 10, total_count: 30, total_pages: 3 } }, "$", ["$.deliveries[].response_status"]);
	assert.deepEqual(page.deliveries.map((d) => d.id), page.deliveries.map((d) => d.id).sort((a, b) => b - a), "newest first");
	assert.deepEqual((await who.admin.get(`${log}?page=100000000`)).body.data, { deliveries: [], meta: { current_page: 100000000, per_page: 20, total_count: 30, total_pages: 2 } });
	const failed = (await who.admin.get(`${log}?status=failed`)).body.data;
	assert.equal(failed.meta.total_count, 10);
	assert.ok(failed.deliveries.every((d) => d.status === "failed"));

	const again = await who.admin.post(`${log}/${failed.deliveries[0].id}/retry`);
	assert.equal(again.status, 200, again.text);
	assert.deepEqual([again.body.data.delivery.status, again.body.data.delivery.finished_at], ["pending", null]);
	assert.deepEqual((await audited(stack, "webhook:retry", id)).details, { delivery_id: failed.deliveries[0].id });
	missing(await who.admin.post(`${log}/999999999/retry`));
	const other = await make();
	missing(await who.admin.post(`${HOOKS}/${other.id}/deliveries/${failed.deliveries[0].id}/retry`));
});

test("an address that turns out to be private when it is connected to is refused", async () => {
	let heard = 0;
	const receiver = http.createServer((_, answer) => (heard++, answer.end())).listen(0, "127.0.0.1");
	await new Promise((resolve) => receiver.once("listening", resolve));
	const { id } = await make({ enabled: true });
	// As a name whose answer changed after it was entered.
	await stack.sql("UPDATE webhooks SET url = ? WHERE id = ?", [`http://127.0.0.1:${receiver.address().port}/`, id]);
	assert.equal((await who.admin.post(`${HOOKS}/${id}/test`)).status, 201);
	await audited(stack, "webhook:test", id);
	const [delivery] = await until(async () => {
		const { deliveries } = (await who.admin.get(`${HOOKS}/${id}/deliveries`)).body.data;
		return deliveries[0].attempts === 1 && deliveries;
	}, { what: "an attempt" });
	assert.deepEqual([delivery.event, delivery.status, delivery.response_status, delivery.error, delivery.conversation_id, heard], ["ping", "pending", null, "the address is private", null, 0]);
	receiver.close();
});

test("every route of webhooks has been hit, with success and with an error", gate);
