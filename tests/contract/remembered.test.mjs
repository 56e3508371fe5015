// A conversation that was written to is remembered, and written to again without being read, if nobody has changed it since. What
// stands in the row afterwards is what would stand there if it had been read: whoever changed it, and however many write at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { people } from "../lib/console.mjs";
import { startStack, until } from "../lib/stack.mjs";

const V1 = "/api/v1", LOCKED = "%FROM conversations c WHERE c.session_id = %FOR UPDATE";
let stack, who, agent;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	await stack.sql("UPDATE users SET max_sessions = 1000, status = 0 WHERE role > 0"); // who waits goes on waiting, and anybody may take him
	who = await people(stack, (client) => client);
	agent = await signIn(stack.urls.chat, "agent@example.com");
});
after(() => stack?.stop());

const visitor = () => httpClient(stack.urls.chat);
const say = async (v, content, more = {}) => {
	const answer = await (v.as ?? visitor()).post(`${V1}/chat/messages`, { session_id: v.session_id, content, ...more });
	assert.equal(answer.status, 201, answer.text);
	return answer.body.data;
};
const row = async (v) => (await stack.sql("SELECT * FROM conversations WHERE id = ?", [v.id]))[0];
/** Somebody who has just said three things. */
async function talk() {
	const v = (await visitor().post(`${V1}/chat/sessions`, {})).body.data;
	v.id = (await stack.sql("SELECT id FROM conversations WHERE session_id = ?", [v.session_id]))[0].id;
	for (const n of ["one", "two", "three"]) await say(v, n);
	return v;
}
/** Numbered from 1 without holes, each once; the row counts them. */
async function whole(v, count) {
	const said = await stack.sql("SELECT seq, id, sender_type, content FROM messages WHERE stream = ? ORDER BY seq", [v.id]);
	assert.deepEqual(said.map((m) => m.seq), Array.from({ length: count }, (_, i) => i + 1));
	const now = await row(v);
	assert.deepEqual([now.last_seq, now.last_message_id, now.last_text], [count, said.at(-1).id, said.at(-1).content]);
	return now;
}

test("most messages are stored without a look at their conversation", async () => {
	const talks = await Promise.all(Array.from({ length: 8 }, talk));
	let sent = 0;
	await stack.sql("SET GLOBAL log_output = 'TABLE'");
	await stack.sql("SET GLOBAL general_log = ON");
	await until(async () => { // once a second it is asked what webhooks want: a slow machine does little else
		await Promise.all(talks.map(async (v) => {
			for (let i = 0; i < 5; i++) await say(v, `quick ${i}`);
		}));
		sent += 5 * talks.length;
		return (await stack.sql("SELECT COUNT(*) AS locks FROM mysql.general_log WHERE argument LIKE ?", [LOCKED]))[0].locks < sent;
	}, { timeout: 120_000, what: "a message that locked nothing first" });
	await stack.sql("SET GLOBAL general_log = OFF");
	for (const v of talks) await whole(v, 3 + sent / talks.length);
});

test("what others have changed since stays changed", async () => {
	const changes = {
		"staff has read": async (v) => assert.equal((await agent.post(`${V1}/chat/sessions/${v.session_id}/read`, { last_id: (await say(v, "read me")).id })).status, 200),
		"the customer has read": async (v) => {
			await say({ ...v, as: agent }, "an answer");
			assert.equal((await visitor().post(`${V1}/chat/sessions/${v.session_id}/read`, { last_id: (await say(v, "thanks")).id })).status, 200);
		},
		priority: (v) => who.admin.put(`${V1}/conversations/${v.id}/priority`, { priority: "urgent" }),
		team: (v) => who.admin.put(`${V1}/conversations/${v.id}/assign`, { team_id: 1 }),
		agent: (v) => who.admin.put(`${V1}/conversations/${v.id}/assign`, { assignee_id: 3 }),
		labels: (v) => who.admin.put(`${V1}/conversations/${v.id}/labels`, { labels: ["物流"] }),
		note: (v) => who.admin.post(`${V1}/conversations/${v.id}/messages`, { content: "among us", is_private: true }),
		resolved: (v) => who.admin.put(`${V1}/conversations/${v.id}/status`, { status: "resolved" }),
		metadata: (v) => visitor().put(`${V1}/chat/sessions/${v.session_id}`, { metadata: { page: "cart" } }),
		rating: (v) => visitor().post(`${V1}/chat/sessions/${v.session_id}/rating`, { score: 5 }),
		"by hand": async (v) => void (await stack.sql("UPDATE conversations SET version = version + 1, agent_messages = 7, first_answered_at = 77 WHERE id = ?", [v.id])),
	};
	/* What a customer's message writes, made of what stood there. */
	const next = (before, at) => ({
		unread_staff: before.unread_staff + 1, unread_contact: 0, staff_read_seq: before.staff_read_seq, asked_at: before.asked_at || at, first_asked_at: before.first_asked_at,
		first_answered_at: before.first_answered_at, agent_messages: before.agent_messages, ai_wanted_seq: before.ai_wanted_seq, notes: before.notes,
	});
	for (const [name, change] of Object.entries(changes)) {
		const v = await talk();
		const answer = await change(v);
		assert.ok([undefined, 200, 201].includes(answer?.status), `${name}: ${answer?.text}`);
		const before = await row(v), other = ({ priority, team_id, assignee_id, labelled, metadata, rating }) => ({ priority, team_id, assignee_id, labelled, metadata, rating });
		const { id } = await say(v, "and now?");
		const now = await whole(v, before.last_seq + 1);
		const [{ created_at: at }] = await stack.sql("SELECT created_at FROM messages WHERE id = ?", [String(id).replace(/\D/g, "")]);
		const wanted = next(before, at);
		assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((key) => [key, now[key]])), wanted, name);
		if (name !== "resolved") assert.deepEqual(other(now), other(before), name);
		assert.equal(now.status, 0, name);
	}
});

test("many write to one conversation at once: each of them once, no hole, nobody is refused", async () => {
	const v = await talk(), answerer = { ...v, as: agent };
	const sent = await Promise.all(Array.from({ length: 60 }, (_, i) => say(i % 3 === 0 ? answerer : v, `at once ${i}`, { client_id: `once-${i}` })));
	assert.equal(new Set(sent.map((m) => m.id)).size, 60);
	const now = await whole(v, 63);
	const said = await stack.sql("SELECT sender_type, content FROM messages WHERE stream = ? AND seq > 3 ORDER BY seq", [v.id]);
	assert.deepEqual(said.map((m) => m.content).sort(), Array.from({ length: 60 }, (_, i) => `at once ${i}`).sort());
	assert.equal(now.agent_messages, said.filter((m) => m.sender_type === 2).length);
	const last = said.findLastIndex((m) => m.sender_type === 2);
	assert.equal(now.unread_staff, said.length - 1 - last);
});

test("one message that is sent many times at once is stored once, and all are told so", async () => {
	const v = await talk();
	const answers = await Promise.all(Array.from({ length: 20 }, () => visitor().post(`${V1}/chat/messages`, { session_id: v.session_id, content: "only once", client_id: "same" })));
	assert.deepEqual([...new Set(answers.map((a) => a.body.data.id))].length, 1);
	for (const answer of answers) assert.ok([200, 201].includes(answer.status), answer.text);
	await whole(v, 4);
	const again = await visitor().post(`${V1}/chat/messages`, { session_id: v.session_id, content: "only once", client_id: "same" });
	assert.equal(again.body.data.id, answers[0].body.data.id);
	await whole(v, 4);
});

test("who may not write is refused, however well the conversation is remembered", async () => {
	const v = await talk();
	await who.admin.put(`${V1}/conversations/${v.id}/assign`, { assignee_id: 3 });
	const [{ login }] = await stack.sql("SELECT email AS login FROM users WHERE role = 1 AND id <> 3 AND id NOT IN (SELECT user_id FROM team_members WHERE team_id = COALESCE((SELECT team_id FROM conversations WHERE id = ?), 0)) AND deleted_at IS NULL ORDER BY id LIMIT 1", [v.id]);
	const other = await signIn(stack.urls.chat, login);
	await say(v, "still me");
	assert.equal((await other.post(`${V1}/chat/messages`, { session_id: v.session_id, content: "let me in" })).status, 403);
	const { seq } = (await stack.sql("SELECT MAX(seq) AS seq FROM messages WHERE stream = ?", [v.id]))[0];
	await whole(v, seq);
	assert.equal((await visitor().post(`${V1}/chat/messages`, { session_id: "sess_nobodysnobodysnobody", content: "hello" })).status, 404);
});

test("a webhook hears everything from its first moment, and nothing from its last", async () => {
	const v = await talk(), heard = async (content) => {
		const { id } = await say(v, content);
		const number = String(id).replace(/\D/g, "");
		return (await stack.sql("SELECT COUNT(*) AS n FROM webhook_deliveries d JOIN messages m ON m.stream = d.conversation_id AND m.seq = d.seq WHERE m.id = ?", [number]))[0].n;
	};
	assert.equal(await heard("nobody listens"), 0);
	for (let i = 0; i < 3; i++) {
		const made = await who.admin.post(`${V1}/webhooks`, { url: "https://hooks.example/x", events: ["message.created"], enabled: true });
		assert.equal(made.status, 201, made.text);
		assert.equal(await heard("now"), 1);
		assert.equal(await heard("and still"), 1);
		assert.equal((await who.admin.delete(`${V1}/webhooks/${made.body.data.webhook.id}`)).status, 200);
		assert.equal(await heard("no longer"), 0);
	}
});

test("it is remembered by all workers, and a worker that is killed takes nothing with it", async () => {
	const v = await talk();
	for (let i = 0; i < 4; i++) {
		for (const pid of stack.processes("api").filter((p) => p !== stack.pid("api"))) process.kill(pid, "SIGKILL");
		let sent;
		await until(async () => (sent = await visitor().post(`${V1}/chat/messages`, { session_id: v.session_id, content: `after ${i}`, client_id: `after-${i}` })).status === 201, { what: "a worker that answers" });
	}
	await whole(v, 7);
});
