// Labels and canned responses of the console contract.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audited, guarded, invalid, missing, people } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

const LABELS = "/api/v1/labels", CANNED = "/api/v1/canned-responses";
const { counted, gate } = coverage("console", ["/api/v1/labels", "/api/v1/canned-responses"]);
let stack, who;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	who = await people(stack, counted);
});
after(() => stack?.stop());

test("labels: the list, its search and its pages", async () => {
	const all = await who.agent.get(LABELS);
	assert.equal(all.status, 200);
	like(all.body, { success: true, data: { labels: [{ id: 1, title: "", color: "", description: "", created_at: "", updated_at: "" }], meta: { current_page: 1, per_page: 20, total_count: 5, total_pages: 1 } } });
	const documented = all.body.data.labels.find((l) => l.id === 1);
	assert.deepEqual([documented.title, documented.color], ["技术支持", "#ff6b6b"]);
	const titles = async (query) => (await who.agent.get(`${LABELS}?${query}`)).body.data.labels.map((l) => l.title);
	assert.deepEqual(await titles(`search=${encodeURIComponent("支持")}`), ["技术支持"]);
	assert.deepEqual(await titles("search=vip"), ["VIP客户"]);
	assert.deepEqual(await titles("search=%25"), [], "a percent sign is itself");
	const past = (await who.agent.get(`${LABELS}?page=9&per_page=2`)).body.data;
	assert.deepEqual(past, { labels: [], meta: { current_page: 9, per_page: 2, total_count: 5, total_pages: 3 } });
	invalid(await who.agent.get(`${LABELS}?per_page=101`), "per_page");
	invalid(await who.agent.get(`${LABELS}?page=0`), "page");
	invalid(await who.agent.get(`${LABELS}?page=x`), "page");
});

test("labels: make, change, delete; deleting takes it off every conversation", async () => {
	const made = await who.admin.post(LABELS, { title: " 紧急 ", color: "#AABBCC", description: "马上处理" });
	assert.equal(made.status, 201);
	const { label } = made.body.data;
	assert.deepEqual([label.title, label.color, label.description], ["紧急", "#AABBCC", "马上处理"]);
	assert.deepEqual((await audited(stack, "label:create", label.id)).details, { title: "紧急" });
	assert.match((await who.admin.post(LABELS, { title: "无色" })).body.data.label.color, /^#[0-9a-f]{6}$/);

	const changed = await who.admin.put(`${LABELS}/${label.id}`, { color: "#000000" });
	assert.deepEqual([changed.body.data.label.title, changed.body.data.label.color, changed.body.data.label.description], ["紧急", "#000000", "马上处理"], "what is not named stays");
	assert.equal((await who.admin.put(`${LABELS}/${label.id}`, { description: "" })).body.data.label.description, "");
	assert.deepEqual((await who.agent.get(`${LABELS}/${label.id}`)).body.data.label.color, "#000000");
	await audited(stack, "label:update", label.id);

	for (const id of [1, 2]) assert.equal((await who.admin.put(`/api/v1/conversations/${id}/labels`, { labels: [label.title] })).status, 200);
	const tally = () => stack.sql("SELECT SUM(n) AS n FROM conversation_tally WHERE label_id = ? GROUP BY label_id", [label.id]);
	const waiting = async () => (await stack.sql("SELECT COUNT(*) AS n FROM conversation_tally_deltas WHERE label_id = ?", [label.id]))[0].n;
	await until(async () => Number((await tally())[0]?.n) === 2, { what: "the worker's tally" });
	await stack.kill("worker", "SIGSTOP");
	assert.equal((await who.admin.put("/api/v1/conversations/3/labels", { labels: [label.title] })).status, 200);
	const gone = await who.admin.delete(`${LABELS}/${label.id}`);
	assert.deepEqual([gone.status, gone.body], [200, { success: true, data: null }]);
	assert.deepEqual(await stack.sql("SELECT * FROM conversation_labels WHERE label_id = ?", [label.id]), []);
	assert.deepEqual(await tally(), []);
	assert.ok(await waiting() > 0);
	await stack.kill("worker", "SIGCONT");
	await until(async () => await waiting() === 0, { what: "the fold of what was counted before the deletion" });
	assert.deepEqual(await tally(), [], "nothing is counted of a label that is gone");
	assert.deepEqual((await audited(stack, "label:delete", label.id)).details, { title: "紧急" });
	for (const answer of [await who.admin.get(`${LABELS}/${label.id}`), await who.admin.put(`${LABELS}/${label.id}`, { title: "x" }), await who.admin.delete(`${LABELS}/${label.id}`)]) missing(answer);
});

test("labels: what is refused", async () => {
	invalid(await who.admin.post(LABELS, {}), "title");
	invalid(await who.admin.post(LABELS, { title: " \u3000" }), "title");
	invalid(await who.admin.post(LABELS, { title: "长".repeat(51) }), "title");
	assert.equal((await who.admin.post(LABELS, { title: "长".repeat(50) })).status, 201);
	invalid(await who.admin.post(LABELS, { title: "vip客户" }), "title");
	invalid(await who.admin.put(`${LABELS}/2`, { title: "技术支持" }), "title");
	for (const color of ["red", "#12345", "#12345g", "#1234567", "", 5]) invalid(await who.admin.post(LABELS, { title: "颜色", color }), "color");
	invalid(await who.admin.get(`${LABELS}/x`), "label_id");
	await guarded(who, [
		{ method: "GET", path: LABELS }, { method: "GET", path: `${LABELS}/1` },
		{ method: "POST", path: LABELS, body: { title: "no" }, deny: ["supervisor", "agent"] },
		{ method: "PUT", path: `${LABELS}/1`, deny: ["supervisor", "agent"] }, { method: "DELETE", path: `${LABELS}/1`, deny: ["supervisor", "agent"] },
	]);
});

test("canned responses: by the beginning of the code or a part of the text", async () => {
	const all = await who.agent.get(CANNED);
	like(all.body, { success: true, data: { canned_responses: [{ id: 1, short_code: "", content: "", created_at: "", updated_at: "" }], meta: { current_page: 1, per_page: 20, total_count: 8, total_pages: 1 } } });
	const codes = async (search) => (await who.agent.get(`${CANNED}?search=${encodeURIComponent(search)}`)).body.data.canned_responses.map((r) => r.short_code);
	assert.deepEqual(await codes("HEL"), ["hello", "hello_en"]);
	assert.deepEqual(await codes("发票"), ["invoice"]);
	assert.deepEqual((await codes("h"))[0], "hello", "codes that begin so come first");
	assert.deepEqual(await codes("nothing such"), []);
	assert.deepEqual((await who.agent.get(`${CANNED}?page=2&per_page=100`)).body.data.canned_responses, []);
});

test("canned responses: make, change, delete, refuse", async () => {
	const made = await who.admin.post(CANNED, { short_code: "Promo_11", content: "活动" });
	assert.equal(made.status, 201);
	const { canned_response } = made.body.data;
	assert.equal(canned_response.short_code, "promo_11");
	await audited(stack, "canned_response:create", canned_response.id);
	const one = `${CANNED}/${canned_response.id}`;
	assert.equal((await who.admin.put(one, { content: "活".repeat(5000) })).body.data.canned_response.short_code, "promo_11");
	invalid(await who.admin.put(one, { content: "活".repeat(5001) }), "content");
	invalid(await who.admin.put(one, { content: "" }), "content");
	invalid(await who.admin.put(one, { short_code: "HELLO" }), "short_code");
	for (const short_code of ["", "a b", "中文", "a".repeat(33), 7]) invalid(await who.admin.post(CANNED, { short_code, content: "x" }), "short_code");
	invalid(await who.admin.post(CANNED, { short_code: "hello", content: "x" }), "short_code");
	assert.equal((await who.agent.get(one)).status, 200);
	assert.equal((await who.admin.delete(one)).body.data, null);
	for (const answer of [await who.agent.get(one), await who.admin.put(one, {}), await who.admin.delete(one)]) missing(answer);
	await guarded(who, [
		{ method: "GET", path: CANNED }, { method: "POST", path: CANNED, body: { short_code: "x", content: "y" }, deny: ["supervisor", "agent"] },
		{ method: "PUT", path: `${CANNED}/1`, deny: ["agent"] }, { method: "DELETE", path: `${CANNED}/1`, deny: ["agent"] },
	]);
	invalid(await who.agent.get(`${CANNED}?per_page=0`), "per_page");
});

test("every row was asked, well and badly", gate);
