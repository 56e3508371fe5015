// What was said with somebody who has had very many conversations: that of the newest of them, for staff, within an agent's scope and
// for the customer alike.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { startStack } from "../lib/stack.mjs";

const TALKS = 300, MORE = 12;
let stack;
before(async () => (stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } })));
after(() => stack?.stop());

test("history: two messages in each of more conversations than are shown", async () => {
	const [admin, agent] = [await signIn(stack.urls.kefu, "admin@example.com"), await signIn(stack.urls.kefu, "agent@example.com")];
	const guest = httpClient(stack.urls.kefu);
	const { body } = await guest.post("/api/users", { user_id: "often_here", username: "常客", email: "often@example.com", user_type: "customer" });
	const customer = Object.assign(httpClient(stack.urls.kefu, { token: body.session_token, headers: { "X-User-ID": "often_here" } }));
	const [{ id: contact }] = await stack.sql("SELECT id FROM users WHERE public_id = 'often_here'");
	const began = 1_700_000_000_000, all = TALKS + MORE;
	await stack.sql(`INSERT INTO conversations (uuid, session_id, contact_id, status, assignee_id, last_seq, shown_seq, notes, created_at, updated_at, last_message_at) SELECT UUID(), CONCAT('often_', seq), ?, 3, IF(seq % 2, 3, 4), 3, 3, 1, ? + seq * 1000, ?, ? + seq * 1000 FROM seq_1_to_${all}`, [contact, began, began, began]);
	for (const [seq, secret] of [[1, 0], [2, 1], [3, 0]])
		await stack.sql(`INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, private, content, created_at) SELECT id, ?, UUID(), IF(?, 3, ?), IF(?, 2, 0), 'x', ?, CONCAT(SUBSTRING(session_id, 7), '.', ?), created_at FROM conversations WHERE contact_id = ? ORDER BY id`, [seq, secret, contact, secret, secret, seq, contact]);
	/** The n-th ones said, oldest first: the first one of each conversation came before all second ones. */
	const expected = (of) => [1, 3].flatMap((seq) => of.map((talk) => `${talk}.${seq}`));
	const newest = Array.from({ length: TALKS }, (_, i) => MORE + 1 + i);
	const own = Array.from({ length: all }, (_, i) => i + 1).filter((talk) => talk % 2 === 1);
	const whole = async (client, name) => {
		const texts = [];
		for (let page = 1, total = 1; texts.length < total; page++) {
			const answer = await client.get(`/api/messages/history/${name}?page=${page}&page_size=100`);
			assert.equal(answer.status, 200, answer.text);
			total = answer.body.total;
			assert.ok(answer.body.messages.length > 0 || texts.length === total, `page ${page}: ${texts.length} of ${total}`);
			texts.push(...answer.body.messages.map((message) => message.content));
		}
		return texts;
	};
	assert.deepEqual(await whole(admin, "often_here"), expected(newest));
	assert.deepEqual(await whole(customer, "often_here"), expected(newest));
	assert.deepEqual(await whole(agent, "often_here"), expected(own), "all that are in its scope, fewer than so many");
	const [{ public_id: name }] = await stack.sql("SELECT public_id FROM users WHERE id = 3");
	assert.deepEqual(await whole(customer, name), expected(own), "with that agent alone");
	assert.deepEqual((await whole(admin, name)).filter((text) => /^\d+\.\d$/.test(text)), expected(own));
	assert.deepEqual((await admin.get("/api/messages/history/often_here?page=7&page_size=100")).body, { messages: [], total: TALKS * 2, page: 7, page_size: 100 });
	// Something is said in an old one: it is shown then, and another one no longer.
	await stack.sql("UPDATE conversations SET version = version + 1, last_message_at = ? WHERE session_id = 'often_1'", [began + 10 * all * 1000]);
	assert.deepEqual(await whole(admin, "often_here"), expected([1, ...newest.slice(1)]));
});
