// Conversations are found by what their contacts are called, down to a lone character: all of a few contacts' ones, and of a name that
// very many have those that are new.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signIn } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

const FEW = 500, AMONG = 50_000, SHOWN = 1000;
const MANY = FEW + 100;
let stack, admin, agent;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	[admin, agent] = [await signIn(stack.urls.kefu, "admin@example.com"), await signIn(stack.urls.kefu, "agent@example.com")];
});
after(() => stack?.stop());

/** All pages of what a text finds. */
async function found(q, extra = "", client = admin) {
	const ids = [];
	for (let page = 1, pages = 1; page <= pages; page++) {
		const { status, body, text } = await client.get(`/api/v1/conversations?q=${encodeURIComponent(q)}&per_page=100&page=${page}${extra}`);
		assert.equal(status, 200, text);
		ids.push(...body.data.conversations.map((row) => row.id));
		pages = body.data.meta.total_pages;
		assert.ok(page < pages || body.data.meta.total_count === ids.length, `${q}: ${ids.length} of ${body.data.meta.total_count}`);
	}
	return ids;
}

/** Contacts of these names; their numbers. What they are found by is the worker's. */
async function come(names) {
	await stack.sql(`INSERT INTO users (public_id, role, full_name, created_at, updated_at) VALUES ${names.map(() => "(UUID(), 0, ?, 1, 1)").join(", ")}`, names);
	await stack.restart("worker"); // it looks for them when it begins
	await until(async () => (await stack.sql("SELECT 1 FROM users WHERE words_wanted = 1 LIMIT 1")).length === 0, { timeout: 120_000, what: "the contacts' words" });
	const rows = await stack.sql("SELECT id, full_name FROM users WHERE full_name IN (?)", [names]);
	return names.map((name) => rows.find((row) => row.full_name === name).id);
}

let said = 1_700_000_000_000;
/** A conversation of each of these, one after the other. */
async function talk(contacts, status = 0) {
	const rows = contacts.map((contact) => [contact, status, (said += 1000)]);
	await stack.sql(`INSERT INTO conversations (uuid, session_id, contact_id, status, created_at, updated_at, last_message_at) VALUES ${rows.map(() => "(UUID(), UUID(), ?, ?, ?, ?, ?)").join(", ")}`, rows.flatMap(([contact, state, at]) => [contact, state, at, at, at]));
}
const of = async (contacts, among = 1e9) => (await stack.sql("SELECT c.id FROM (SELECT id, contact_id FROM conversations ORDER BY id DESC LIMIT ?) c WHERE c.contact_id IN (?) ORDER BY c.id DESC LIMIT ?", [among, contacts, SHOWN])).map((row) => row.id);

test("lone characters: where a name begins, within it and where it ends; each is needed, in any order", async () => {
	const [first, last, both, , latin] = await come(["龘小明", "小龘", "龘齉", "小明", "龘 Zoltan"]);
	const everybody = [first, last, both, latin];
	await talk([...everybody, ...everybody]);
	assert.deepEqual(await found("龘"), await of(everybody));
	for (const [q, contacts] of [["小 龘", [first, last]], ["龘 小", [first, last]], ["明 龘", [first]], ["齉", [both]], ["齉 龘", [both]], ["小明 龘", [first]], ["龘 zolt", [latin]], ["龘 小 明", [first]]]) assert.deepEqual(await found(q), await of(contacts), q);
	for (const q of ["龘 退货", "退货 龘", "龘 王", "齉 小"]) assert.deepEqual(await found(q), [], q);
	await stack.sql("UPDATE conversations SET version = version + 1, status = 2 WHERE contact_id = ?", [both]);
	assert.deepEqual(await found("龘", "&status=resolved"), await of([both]));
	assert.deepEqual(await found("龘", "&status=resolved&sort=created_at"), await of([both]));
	await stack.sql("UPDATE conversations SET version = version + 1, assignee_id = 4 WHERE contact_id = ?", [last]);
	assert.deepEqual(await found("龘", "", agent), await of([first, both, latin]), "an agent finds what is in its scope");
});

test("a name that very many have: the newest thousand of theirs, among the newest 50,000 of all", { timeout: 500_000 }, async () => {
	const [other, ...many] = await come(["其他人", ...Array.from({ length: MANY }, (_, i) => `靐${i}号`)]);
	await talk(many, 2);
	assert.deepEqual(await found("靐"), await of(many), "all of them, while there are fewer than a thousand");
	await talk(many, 3);
	const newest = await of(many);
	assert.equal(newest.length, SHOWN);
	assert.deepEqual(await found("靐"), newest);
	assert.equal((await found("靐", "&status=resolved")).length, SHOWN - MANY, "of those the resolved ones");
	await stack.sql(`INSERT INTO conversations (uuid, session_id, contact_id, status, created_at, updated_at, last_message_at) SELECT UUID(), UUID(), ?, 3, ?, ?, ? + seq * 1000 FROM seq_1_to_${AMONG - 100}`, [other, said, said, said]);
	said += AMONG * 1000;
	await talk(many.slice(0, 40), 2);
	const looked = await of(many, AMONG);
	assert.equal(looked.length, 100, "60 before the others' ones and 40 behind them");
	assert.deepEqual(await found("靐"), looked);
	assert.deepEqual(await found("号 靐"), looked);
	assert.deepEqual(await found(`靐${MANY - 1}号`), await of(many.slice(-1)), "all of one contact, however old");
	assert.equal((await of(many.slice(-1))).length, 2);
	assert.deepEqual(await found("靐 退货"), []);
});
