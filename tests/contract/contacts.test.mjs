// Contacts of the console contract: the documented examples, search, writing, merge, erase, export, rights.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { copiesHold, startStack, until } from "../lib/stack.mjs";

let stack, guest, admin, agent, supervisor, visitor;
const { counted, gate } = coverage("console", ["/api/v1/contacts"]);
const C = "/api/v1/contacts";

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	guest = counted(httpClient(stack.urls.kefu));
	visitor = httpClient(stack.urls.chat);
	admin = counted(await signIn(stack.urls.kefu, "admin@example.com"));
	supervisor = counted(await signIn(stack.urls.kefu, "supervisor@example.com"));
	agent = counted(await signIn(stack.urls.kefu, "agent@example.com"));
});
after(() => stack?.stop());

const refused = (answer, status, code, field) => {
	assert.equal(answer.status, status, answer.text);
	like(answer.body, { success: false, error: { code: "", message: "" }, request_id: "" });
	assert.equal(answer.body.error.code, code, answer.text);
	if (field) assert.deepEqual(answer.body.error.details.map((d) => d.field), [field], answer.text);
};
const make = async (fields) => {
	const answer = await admin.post(C, fields);
	assert.equal(answer.status, 201, answer.text);
	return answer.body.data.contact;
};
const found = async (query, client = admin) => {
	const answer = await client.get(`${C}?${new URLSearchParams(query)}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.body.data.contacts.map((c) => c.id);
};
const audited = async (action, id) => (await stack.sql("SELECT details FROM audit_log WHERE action = ? AND resource_id = ?", [action, id])).map((r) => r.details);
const newSession = async (body = {}) => (await visitor.post("/api/v1/chat/sessions", body)).body.data;
const say = (session_id, content) => visitor.post("/api/v1/chat/messages", { session_id, content });

test("the documented examples", async () => {
	const row = { id: 1, identifier: "", name: "", email: "", phone: "", avatar_url: null, custom_attributes: { vip_level: "", source: "" }, tags: [""], last_activity_at: "", conversations_count: 1, created_at: "" };
	const list = await agent.get(`${C}?search=${encodeURIComponent("张三")}&page=1&per_page=20`);
	like(list.body, { success: true, data: { contacts: [row], meta: { current_page: 1, per_page: 20, total_count: 1, total_pages: 1 } } });
	assert.deepEqual(list.body.data.meta, { current_page: 1, per_page: 20, total_count: 1, total_pages: 1 });
	assert.deepEqual([list.body.data.contacts[0].name, list.body.data.contacts[0].tags], ["客户张三", ["VIP客户", "技术支持"]]);
	const one = await agent.get(`${C}/10`);
	like(one.body, { success: true, data: { contact: { ...row, conversations: [{ id: 1, status: "", channel_type: "", created_at: "" }], updated_at: "" } } });
	assert.deepEqual(one.body.data.contact.custom_attributes, { vip_level: "gold", source: "website" });
	assert.match(one.body.data.contact.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
	refused(await guest.get(C), 401, "AUTH_REQUIRED");
	refused(await agent.get(`${C}/999999`), 404, "RESOURCE_NOT_FOUND");
	refused(await agent.get(`${C}/3`), 404, "RESOURCE_NOT_FOUND"); // staff are no contacts
	refused(await agent.get(`${C}/x`), 400, "VALIDATION_ERROR", "contact_id");
});

test("pages and orders: each order is the database's, page by page, and past the end is empty", async () => {
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM users WHERE role = 0 AND deleted_at IS NULL");
	const columns = { last_activity_at: "last_active_at", name: "full_name", created_at: "created_at", conversations_count: "conversations" };
	for (const [sort, column] of Object.entries(columns)) for (const order of ["asc", "desc"]) {
		const expected = (await stack.sql(`SELECT id FROM users WHERE role = 0 AND deleted_at IS NULL ORDER BY ${column} ${order}, id ${order}`)).map((r) => r.id);
		const got = [];
		for (let page = 1; page <= Math.ceil(n / 7); page++) got.push(...await found({ sort, order, page, per_page: 7 }));
		assert.deepEqual(got, expected, `${sort} ${order}`);
		const wanted = (await stack.sql(`SELECT id FROM users WHERE role = 0 AND deleted_at IS NULL AND email LIKE '%example.com' ORDER BY ${column} ${order}, id ${order}`)).map((r) => r.id);
		const some = [];
		for (let page = 1; page <= Math.ceil(wanted.length / 5); page++) some.push(...await found({ sort, order, page, per_page: 5, search: "example.com" }));
		assert.deepEqual(some, wanted, `found, ${sort} ${order}`);
	}
	assert.deepEqual(await found({ sort: "last_activity_at" }), await found({}));
	assert.deepEqual(await found({ sort: "name" }), await found({ sort: "name", order: "asc" }));
	const beyond = await admin.get(`${C}?page=99`);
	assert.deepEqual([beyond.body.data.contacts, beyond.body.data.meta.total_count], [[], n]);
	for (const bad of ["sort=size", "order=up", "page=0", "per_page=101", `search=${"x".repeat(101)}`]) refused(await admin.get(`${C}?${bad}`), 400, "VALIDATION_ERROR", bad.split("=")[0]);
});

test("many found ones, by a walk along the order, are the same as few", async () => {
	const ids = [];
	for (let i = 0; i < 60; i++) ids.push((await make({ name: `Walker ${i}`, email: `walker${i}@walk.example` })).id);
	const all = [];
	for (let page = 1; page <= 7; page++) all.push(...await found({ search: "walker", page, per_page: 9, sort: "created_at", order: "asc" }));
	assert.deepEqual(all, ids);
	assert.deepEqual(await found({ search: "walker", page: 7, per_page: 9, sort: "created_at", order: "desc" }), ids.slice(0, 6).reverse());
});

test("search: Chinese and Latin, by name, e-mail, phone and identifier", async () => {
	const { id } = await make({ name: "欧阳娜敏 Müller", email: "Nana.Mueller@Firma-Test.example", phone: "+49 (0)171 555-0199", identifier: "SHOP/77-alpha" });
	for (const search of ["欧阳娜敏", "欧", "阳娜", "娜", "敏", "Müller", "muller", "MÜL", "欧阳 muller", "nana", "mueller", "nana.mueller@firma-test.example", "nana.mu", "firma-test", "@firma-test.example", "0199", "5550199", "555-0199", "171 555", "+49 (0)171", "SHOP/77-alpha", "shop77", "shop/77", "alpha"])
		assert.ok((await found({ search })).includes(id), search);
	for (const search of ["欧娜", "欧阳 schmidt", "0198", "beta", "%", "_", "'", "\"", "+", "(", "zw", "娜欧"]) assert.ok(!(await found({ search })).includes(id), search);
	assert.ok((await found({ search: "kehu_001" })).includes(10));
	const { user_id } = await newSession(); // no words at all: found by the whole id
	assert.equal((await found({ search: user_id })).length, 1);
	assert.ok((await found({ search: "8888" })).includes(10));
	// a visitor who names itself is found at once, by its old name no longer
	const mine = await newSession();
	await visitor.put(`/api/v1/chat/sessions/${mine.session_id}`, { name: "司马相如", email: "xiangru@example.com" });
	const [named] = await found({ search: "司马" });
	assert.ok(named && (await found({ search: "xiangru@" })).includes(named));
	await visitor.put(`/api/v1/chat/sessions/${mine.session_id}`, { name: "卓文君" });
	assert.deepEqual([await found({ search: "司马" }), await found({ search: "卓文君" })], [[], [named]]);
	// who claims to be somebody changes nothing of that contact
	const claimed = await newSession({ user_id: "kehu_001" });
	await visitor.put(`/api/v1/chat/sessions/${claimed.session_id}`, { name: "冒名者", email: "m@example.com" });
	assert.deepEqual(await found({ search: "冒名者" }), []);
	// what plain SQL wrote is found when the worker has seen it
	await stack.sql("INSERT INTO users (public_id, role, full_name, created_at, updated_at) VALUES ('import_1', 0, '批量导入客户', 1, 1)");
	await stack.restart("worker");
	await until(async () => (await found({ search: "批量导入" })).length === 1, { what: "the imported contact" });
	// the chat contract's list is the same search
	const customers = await admin.get(`/api/v1/admin/customers?search=${encodeURIComponent("欧阳")}`);
	assert.deepEqual([customers.body.data.total, customers.body.data.customers[0].id, customers.body.data.has_more], [1, id, false]);
});

test("who writes is active: first in the list", async () => {
	const { session_id } = await newSession({ user_id: "active_1" });
	const [{ id }] = await stack.sql("SELECT id FROM users WHERE public_id = 'active_1'");
	await make({ name: "后来的" });
	await stack.sql("UPDATE users SET last_active_at = 1 WHERE id = ?", [id]);
	await stack.sql("UPDATE conversations SET version = version + 1, last_message_at = 1 WHERE session_id = ?", [session_id]);
	await say(session_id, "我回来了");
	assert.equal((await found({}))[0], id);
});

test("tags: filter by one, exactly", async () => {
	const { id, tags } = await make({ name: "标签客户", tags: [" 大客户 ", "a \"quoted\" \\ one", "大客户"] });
	assert.deepEqual(tags, ["大客户", "a \"quoted\" \\ one"]);
	assert.deepEqual(await found({ tag: "大客户" }), [id]);
	assert.deepEqual(await found({ tag: "a \"quoted\" \\ one" }), [id]);
	assert.deepEqual(await found({ tag: "大客" }), []);
	assert.deepEqual(await found({ tag: "VIP客户", search: "张三" }), [10]);
	assert.deepEqual(await found({ tag: "大客户", search: "张三" }), []);
	await admin.put(`${C}/${id}`, { tags: [] });
	assert.deepEqual(await found({ tag: "大客户" }), []);
});

test("create and change: what is wrong is named, an identifier is one contact's, each change is in the log", async () => {
	const made = await make({ name: "  新客户  ", email: "New@Example.COM", phone: "+86 139 0000 1111", identifier: "N-1", avatar_url: "https://example.com/a.png", custom_attributes: { level: "gold", deep: { a: [1, 2.5, null] } }, tags: ["x"] });
	like(made, { id: 1, identifier: "N-1", name: "新客户", email: "new@example.com", phone: "", avatar_url: "", custom_attributes: { level: "" }, tags: [""], conversations: [], conversations_count: 0, last_activity_at: "", created_at: "" });
	assert.deepEqual([made.name, made.email, made.custom_attributes], ["新客户", "new@example.com", { level: "gold", deep: { a: [1, 2.5, null] } }]);
	assert.equal((await audited("contact:create", made.id)).length, 1);
	const many = (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, i]));
	for (const [field, value] of [["name", "长".repeat(101)], ["name", 5], ["email", "nope"], ["email", "a@b"], ["phone", "12a4567"], ["phone", "12"], ["phone", "1".repeat(41)], ["identifier", "N-1"], ["identifier", "x".repeat(101)],
		["avatar_url", "javascript:alert(1)"], ["custom_attributes", []], ["custom_attributes", many(101)], ["custom_attributes", { a: "x".repeat(17000) }], ["tags", "x"], ["tags", [5]], ["tags", [""]], ["tags", ["长".repeat(51)]], ["tags", Array.from({ length: 51 }, (_, i) => `t${i}`)]]) {
		refused(await admin.post(C, { name: "x", [field]: value }), 400, "VALIDATION_ERROR", field);
		if (value !== "N-1") refused(await admin.put(`${C}/${made.id}`, { [field]: value }), 400, "VALIDATION_ERROR", field);
	}
	refused(await admin.post(C, { tags: ["x"] }), 400, "VALIDATION_ERROR", "name");
	refused(await admin.put(`${C}/10`, { identifier: "N-1" }), 400, "VALIDATION_ERROR", "identifier");
	assert.equal((await admin.post(C, { name: "y", email: "new@example.com", custom_attributes: many(100), tags: Array.from({ length: 50 }, (_, i) => `t${i}`) })).status, 201); // an e-mail may be shared
	const changed = (await agent.put(`${C}/${made.id}`, { name: "改名客户", email: "", identifier: "N-2", custom_attributes: { level: "silver" } })).body.data.contact;
	assert.deepEqual([changed.name, changed.email, changed.identifier, changed.custom_attributes, changed.phone, changed.tags], ["改名客户", null, "N-2", { level: "silver" }, "+86 139 0000 1111", ["x"]]);
	assert.deepEqual(await audited("contact:update", made.id), ['{"fields":["name","email","identifier","custom_attributes"]}']);
	assert.deepEqual([await found({ search: "改名" }), await found({ search: "N-2" })], [[made.id], [made.id]]);
	refused(await agent.put(`${C}/999999`, { name: "x" }), 404, "RESOURCE_NOT_FOUND");
	// its open conversations show the new name
	assert.equal((await agent.put(`${C}/13`, { name: "李四四" })).status, 200);
	assert.equal((await admin.get("/api/v1/admin/conversations?q=李四四")).body.data.conversations[0].user.name, "李四四");
});

test("rights: by role and by the user's own overrides; phone numbers masked for those who may not write", async () => {
	refused(await agent.delete(`${C}/11`), 403, "PERMISSION_DENIED");
	refused(await agent.post(`${C}/11/erase`, {}), 403, "PERMISSION_DENIED");
	for (const [method, path, body] of [["post", C, { name: "x" }], ["put", `${C}/11`, { name: "x" }], ["post", `${C}/11/merge`, { merge_from: 12 }], ["get", `${C}/export?format=csv`]]) refused(body ? await guest[method](path, body) : await guest[method](path), 401, "AUTH_REQUIRED");
	const WRITE = 1 << 4, READ = 1 << 3;
	await stack.sql("UPDATE users SET permissions_drop = ? WHERE id = 5", [WRITE]);
	const reader = counted(await signIn(stack.urls.kefu, "kefu001@example.com"));
	assert.equal((await reader.get(`${C}/10`)).body.data.contact.phone, "+86 138 **** 8888");
	assert.equal((await reader.get(`${C}?search=8888`)).body.data.contacts.find((c) => c.id === 10).phone, "+86 138 **** 8888");
	assert.match((await reader.get(`${C}/export`)).text, /\+86 138 \*\*\*\* 8888/);
	assert.ok(!(await found({ search: "12348888" }, reader)).includes(10), "nobody feels their way to the hidden digits");
	assert.ok(!(await found({ search: "1234" }, reader)).includes(10));
	assert.ok((await found({ search: "+86 138 1234 8888" }, reader)).includes(10));
	assert.ok((await found({ search: "1234" })).includes(10));
	refused(await reader.put(`${C}/10`, { name: "x" }), 403, "PERMISSION_DENIED");
	await stack.sql("UPDATE users SET permissions_drop = ? WHERE id = 5", [WRITE | READ]);
	await stack.redis("FLUSHALL");
	const nobody = await signIn(stack.urls.kefu, "kefu001@example.com");
	refused(await nobody.get(C), 403, "PERMISSION_DENIED");
	await stack.sql("UPDATE users SET permissions_drop = 0 WHERE id = 5");
	// an agent sees of a contact's history what it may open
	const all = (await supervisor.get(`${C}/13`)).body.data.contact.conversations, mine = (await agent.get(`${C}/13`)).body.data.contact.conversations;
	assert.ok(all.some((v) => v.id === 4) && !mine.some((v) => v.id === 4));
	for (const v of mine) assert.equal((await agent.get(`/api/v1/conversations/${v.id}`)).status, 200);
});

test("delete: leaves lists and counts, its conversations stay, its ids are free again", async () => {
	const { session_id } = await newSession({ user_id: "site_77" });
	await say(session_id, "你好");
	const [{ id }] = await stack.sql("SELECT id FROM users WHERE public_id = 'site_77'");
	await admin.put(`${C}/${id}`, { name: "将被删除", identifier: "DEL-1" });
	const total = (await admin.get(C)).body.data.meta.total_count;
	const gone = await supervisor.delete(`${C}/${id}`);
	assert.deepEqual(gone.body, { success: true, data: null });
	assert.equal((await admin.get(C)).body.data.meta.total_count, total - 1);
	refused(await admin.get(`${C}/${id}`), 404, "RESOURCE_NOT_FOUND");
	refused(await admin.delete(`${C}/${id}`), 404, "RESOURCE_NOT_FOUND");
	assert.deepEqual(await found({ search: "将被删除" }), []);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE contact_id = ?", [id]))[0].n, 1);
	assert.equal((await visitor.get(`/api/v1/chat/sessions/${session_id}`)).status, 200);
	assert.equal((await audited("contact:delete", id)).length, 1);
	await visitor.put(`/api/v1/chat/sessions/${session_id}`, { name: "又来了" });
	assert.deepEqual(await found({ search: "又来了" }), []);
	assert.equal((await admin.post(C, { name: "z", identifier: "DEL-1" })).status, 201);
	const again = await newSession({ user_id: "site_77" });
	assert.equal(again.user_id, "site_77");
	assert.notEqual((await stack.sql("SELECT id FROM users WHERE public_id = 'site_77'"))[0].id, id);
});

test("merge: everything of the other is this one's, in one piece; the other answers 404 and its id means this one", async () => {
	const [one, two] = [await newSession({ user_id: "merge_a" }), await newSession({ user_id: "merge_b" })];
	for (const s of [one, two]) await say(s.session_id, "我要合并");
	const [[{ id: a }], [{ id: b }]] = [await stack.sql("SELECT id FROM users WHERE public_id = 'merge_a'"), await stack.sql("SELECT id FROM users WHERE public_id = 'merge_b'")];
	await admin.put(`${C}/${a}`, { name: "合并甲", tags: ["x", "y"], custom_attributes: { level: 1, same: "a" } });
	await admin.put(`${C}/${b}`, { name: "合并乙", email: "b@example.com", phone: "+86 137 9999 0000", identifier: "M-B", tags: ["y", "z"], custom_attributes: { city: "上海", same: "b" } });
	const total = (await admin.get(C)).body.data.meta.total_count;
	for (const [body, status, code, field] of [[{ merge_from: a }, 400, "VALIDATION_ERROR", "merge_from"], [{}, 400, "VALIDATION_ERROR", "merge_from"], [{ merge_from: 999999 }, 404, "RESOURCE_NOT_FOUND"], [{ merge_from: 3 }, 404, "RESOURCE_NOT_FOUND"]]) refused(await agent.post(`${C}/${a}/merge`, body), status, code, field);
	const merged = await agent.post(`${C}/${a}/merge`, { merge_from: b });
	assert.equal(merged.status, 200, merged.text);
	const contact = merged.body.data.contact;
	assert.deepEqual([contact.name, contact.email, contact.phone, contact.identifier, contact.tags, contact.custom_attributes, contact.conversations_count, contact.conversations.length],
		["合并甲", "b@example.com", "+86 137 9999 0000", "M-B", ["x", "y", "z"], { city: "上海", same: "a", level: 1 }, 2, 2]);
	refused(await admin.get(`${C}/${b}`), 404, "RESOURCE_NOT_FOUND");
	assert.equal((await admin.get(C)).body.data.meta.total_count, total - 1);
	assert.deepEqual([await found({ search: "合并乙" }), await found({ search: "M-B" }), await found({ tag: "z" })], [[], [a], [a]]);
	const [old] = await stack.sql("SELECT full_name, email, phone, identifier, custom_attributes, tags, login FROM users WHERE id = ?", [b]);
	assert.deepEqual(old, { full_name: "", email: null, phone: null, identifier: null, custom_attributes: null, tags: null, login: null });
	assert.deepEqual(await stack.sql("SELECT DISTINCT sender_id FROM messages m JOIN conversations v ON v.id = m.stream WHERE v.contact_id = ? AND m.sender_type = 0", [a]), [{ sender_id: a }]);
	assert.deepEqual(await audited("contact:merge", a), [`{"merge_from":${b}}`]);
	// the visitor of the moved conversation goes on, but only claims to be this contact
	assert.equal((await say(two.session_id, "还在")).status, 201);
	await visitor.put(`/api/v1/chat/sessions/${two.session_id}`, { name: "改不了" });
	assert.equal((await admin.get(`${C}/${a}`)).body.data.contact.name, "合并甲");
	await newSession({ user_id: "merge_b" });
	assert.equal((await admin.get(`${C}/${a}`)).body.data.contact.conversations_count, 3);
	// and so it is when this one is merged in turn
	const c = await make({ name: "合并丙" });
	assert.equal((await agent.post(`${C}/${c.id}/merge`, { merge_from: a })).status, 200);
	await newSession({ user_id: "merge_b" });
	assert.equal((await admin.get(`${C}/${c.id}`)).body.data.contact.conversations_count, 4);
});

test("merging while the other one writes loses nothing", async () => {
	const target = await make({ name: "并发合并" });
	for (let round = 0; round < 5; round++) {
		const { session_id } = await newSession({ user_id: `race_${round}` });
		const [{ id }] = await stack.sql("SELECT id FROM users WHERE public_id = ?", [`race_${round}`]);
		const answers = await Promise.all([
			...Array.from({ length: 4 }, (_, i) => say(session_id, `${i}`)), newSession({ user_id: `race_${round}` }), newSession({ user_id: `race_${round}` }),
			admin.post(`${C}/${target.id}/merge`, { merge_from: id }),
		]);
		for (const answer of answers.filter((x) => x?.headers)) assert.ok(answer.status < 300, `${answer.status} ${answer.text}`);
		assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE contact_id = ?", [id]))[0].n, 0);
	}
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE contact_id = ?", [target.id]);
	assert.deepEqual([n, (await admin.get(`${C}/${target.id}`)).body.data.contact.conversations_count], [15, 15]);
});

test("a conversation that staff begin while its contact is merged or deleted is the heir's, or is not begun", async () => {
	const waiting = async (n) => (await stack.sql("SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"))[0].n === n;
	/** What `first` does to a contact is under way when a conversation with it is begun. */
	const meet = async (id, first) => {
		const holder = await stack.pool.getConnection();
		await holder.beginTransaction();
		await holder.query("SELECT id FROM users WHERE id = ? FOR UPDATE", [id]);
		const one = first();
		await until(() => waiting(1), { every: 150, what: "the first to wait for the row" });
		const two = admin.post("/api/v1/conversations", { contact_id: id });
		await until(() => waiting(2), { every: 150, what: "the conversation to wait for the row" });
		await holder.commit();
		holder.release();
		assert.equal((await one).status, 200);
		return two;
	};
	const [heir, from, gone] = [await make({ name: "接手" }), await make({ name: "被并" }), await make({ name: "删除" })];
	const begun = await meet(from.id, () => admin.post(`${C}/${heir.id}/merge`, { merge_from: from.id }));
	assert.equal(begun.status, 201, begun.text);
	assert.equal(begun.body.data.conversation.contact.id, heir.id);
	assert.equal((await admin.get(`${C}/${heir.id}`)).body.data.contact.conversations_count, 1);
	refused(await meet(gone.id, () => admin.delete(`${C}/${gone.id}`)), 400, "VALIDATION_ERROR", "contact_id");
	assert.deepEqual(await stack.sql("SELECT id FROM conversations WHERE contact_id IN (?, ?)", [from.id, gone.id]), []);
});

test("erase: nothing of the person is left in any table, what was counted still counts", async () => {
	const mark = "独一无二的痕迹7q";
	const { session_id } = await newSession({ user_id: "erase_me", metadata: { page_url: `https://shop.example.com/${mark}` } });
	const [{ id }] = await stack.sql("SELECT id FROM users WHERE public_id = 'erase_me'");
	await admin.put(`${C}/${id}`, { name: mark, email: "trace7q@example.com", phone: "+86 136 7777 1234", identifier: mark, custom_attributes: { note: mark }, tags: [mark] });
	await say(session_id, `我是${mark}`);
	await admin.post("/api/v1/chat/messages", { session_id, content: "您好，请稍等" });
	await visitor.post(`/api/v1/chat/sessions/${session_id}/rating`, { score: 4, comment: mark });
	const other = await make({ name: mark, email: "trace7q@example.com" });
	await stack.sql("INSERT INTO files (public_id, sha256, size, mime, inert, name, owner_id, stream, message_id, created_at) VALUES ('f_erase', '', 1, 'text/plain', 1, ?, ?, 1, 1, 1)", [mark, other.id]);
	await admin.post(`${C}/${id}/merge`, { merge_from: other.id });
	await stack.sql("INSERT INTO notifications (user_id, type, conversation_id, name, created_at) SELECT 3, 0, id, ?, 1 FROM conversations WHERE contact_id = ?", [mark, id]);
	const words = () => stack.sql("SELECT COUNT(*) AS n FROM conversation_terms t JOIN conversations v ON v.id = t.conversation_id WHERE v.contact_id = ? AND t.term = 'u75d5u8ff9'", [id]);
	await until(async () => (await words())[0].n === 1, { what: "the searchable message" });
	const [{ n: messages }] = await stack.sql("SELECT COUNT(*) AS n FROM messages");
	refused(await supervisor.post(`${C}/999999/erase`, {}), 404, "RESOURCE_NOT_FOUND");
	assert.deepEqual((await supervisor.post(`${C}/${id}/erase`, {})).body, { success: true, data: null });
	refused(await admin.get(`${C}/${id}`), 404, "RESOURCE_NOT_FOUND");
	refused(await supervisor.post(`${C}/${id}/erase`, {}), 404, "RESOURCE_NOT_FOUND");
	for (const { TABLE_NAME: table, COLUMN_NAME: column } of await stack.sql("SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.columns WHERE table_schema = 'deskbell' AND DATA_TYPE IN ('varchar', 'text', 'mediumtext', 'char', 'longtext')"))
		for (const trace of [mark, "trace7q", "7777 1234", "erase_me"]) assert.equal((await stack.sql(`SELECT COUNT(*) AS n FROM \`${table}\` WHERE CONVERT(\`${column}\` USING utf8mb4) LIKE ?`, [`%${trace}%`]))[0].n, 0, `${trace} in ${table}.${column}`);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM messages"))[0].n, messages);
	assert.equal((await words())[0].n, 0);
	assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM files WHERE owner_id = ? AND deleted_at IS NULL", [id]))[0].n, 0);
	const [v] = await stack.sql("SELECT status, rating, last_text FROM conversations WHERE contact_id = ?", [id]);
	assert.deepEqual([v.status, v.rating, v.last_text], [3, 4, "您好，请稍等"]);
	assert.equal((await stack.sql("SELECT conversations FROM users WHERE id = ?", [id]))[0].conversations, 1);
	assert.equal((await visitor.get(`/api/v1/chat/sessions/${session_id}`)).status, 404); // the old key opens nothing
	assert.deepEqual(await audited("contact:erase", id), [null]);
	// a deleted one can be erased too
	const deleted = await make({ name: mark });
	await admin.delete(`${C}/${deleted.id}`);
	assert.equal((await supervisor.post(`${C}/${deleted.id}/erase`, {})).status, 200);
	assert.equal((await stack.sql("SELECT full_name FROM users WHERE id = ?", [deleted.id]))[0].full_name, "");
});

test("export: CSV by parts, no formula for a spreadsheet", async () => {
	const { id } = await make({ name: "=HYPERLINK(\"x\")", phone: "+86 135 0000 2222", tags: ["a,b"] });
	const first = await agent.get(`${C}/export?format=csv`);
	assert.equal(first.status, 200);
	assert.match(first.headers.get("content-type"), /^text\/csv/);
	assert.match(first.headers.get("content-disposition"), /attachment; filename="contacts.csv"/);
	const lines = first.text.trimEnd().split("\r\n"), [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM users WHERE role = 0 AND deleted_at IS NULL");
	assert.equal(lines[0], "id,identifier,name,email,phone,tags,custom_attributes,conversations_count,last_activity_at,created_at");
	assert.equal(lines.length, n + 1);
	assert.equal(first.headers.get("x-next-after-id"), null);
	assert.match((await agent.get(`${C}/export?after_id=${id - 1}`)).text, new RegExp(`^id.*\r\n${id},contact_\\w+,"'=HYPERLINK\\(""x""\\)",,\\+86 135 0000 2222,"\\[""a,b""\\]",\\{\\},0,\\d{4}-`));
	refused(await agent.get(`${C}/export?format=xml`), 400, "VALIDATION_ERROR", "format");
	refused(await agent.get(`${C}/export?after_id=-1`), 400, "VALIDATION_ERROR", "after_id");
	await stack.sql("INSERT INTO users (public_id, role, full_name, created_at, updated_at, words_wanted) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT CONCAT('bulk_', a.i, '_', b.i), 0, '批量', 1, 1, NULL FROM n a JOIN n b ON b.i <= 12");
	const part = await agent.get(`${C}/export`);
	assert.equal(part.text.trimEnd().split("\r\n").length, 10001);
	const rest = await agent.get(`${C}/export?after_id=${part.headers.get("x-next-after-id")}`);
	assert.equal(rest.text.trimEnd().split("\r\n").length - 1, n + 900 * 12 - 10000);
	assert.equal((await agent.get(C)).body.data.meta.total_count, n + 900 * 12);
});

test("every route was answered for", gate);

test("what rows repeat of others is the same there", () => copiesHold(stack));
