// Who waits for a person and who is next (DESIGN 7): by priority and then arrival, each by whoever may have it, at once, also while the worker is away.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import mysql from "mysql2/promise";
import path from "node:path";
import { httpClient, signIn } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

const V1 = "/api/v1";
let stack, guest, supervisor, one, two; // one is in team 1, two in team 2
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	guest = httpClient(stack.urls.chat);
	[supervisor, one, two] = [await signIn(stack.urls.kefu, "supervisor@example.com"), await signIn(stack.urls.kefu, "agent@example.com"), await signIn(stack.urls.kefu, "kefu_002@example.com")];
	await stack.sql("UPDATE conversations SET version = version + 1, queue_rank = NULL, status = 3, assignee_id = NULL WHERE status IN (0, 1)");
	await stack.sql("UPDATE assignments SET ended_at = started_at, end_reason = 5 WHERE ended_at IS NULL");
	await stack.sql("UPDATE users SET active_sessions = 0, max_sessions = 1, status = 0 WHERE role > 0");
});
after(() => stack?.stop());
afterEach(async () => {
	if (!stack.pid("worker")) await stack.start("worker");
	for (const agent of [one, two]) await present(agent, "offline");
	for (const { session_id } of await stack.sql("SELECT session_id FROM conversations WHERE status IN (0, 1)")) await guest.post(`${V1}/chat/sessions/${session_id}/close`);
});

const present = (agent, status) => agent.put(`${V1}/auth/me/status`, { status });
const look = async (v) => (await guest.get(`${V1}/chat/sessions/${v.session_id}`)).body.data;
const close = (v) => guest.post(`${V1}/chat/sessions/${v.session_id}/close`);
const has = (v, agent) => until(async () => (await look(v)).assignee?.id === agent.user.id, { what: `conversation ${v.id} to be with ${agent.user.email}` });
const waits = async (v, position) => assert.deepEqual([(await look(v)).assignee, (await look(v)).queue_position], [null, position]);
/** Somebody who asks for a person: {session_id, id, …} as answered. */
async function arrive({ team, priority } = {}) {
	const { body } = await guest.post(`${V1}/chat/sessions`, {});
	const { session_id, id } = body.data;
	if (priority) await supervisor.put(`${V1}/conversations/${id}/priority`, { priority });
	if (team) return { session_id, id, ...(await supervisor.put(`${V1}/conversations/${id}/assign`, { team_id: team })).body.data.conversation };
	return { id, ...(await guest.post(`${V1}/chat/sessions/${session_id}/switch-agent`, { agent_type: "human" })).body.data };
}
/** A slot that nobody tells of: as a process leaves it that died after its COMMIT. */
const freeSilently = (v, agent) => Promise.all([
	stack.sql("UPDATE assignments SET ended_at = started_at, end_reason = 5 WHERE conversation_id = ? AND ended_at IS NULL", [v.id]),
	stack.sql("UPDATE conversations SET version = version + 1, status = 3, assignee_id = NULL WHERE id = ?", [v.id]),
	stack.sql("UPDATE users SET active_sessions = 0 WHERE id = ?", [agent.user.id]),
]);

test("many of a team with nobody there do not keep others from an agent who is free", async () => {
	for (let i = 0; i < 25; i++) await arrive({ team: 1 });
	const anybody = await arrive(), theirs = await arrive({ team: 2 });
	await present(two, "online");
	await has(anybody, two);
	await waits(theirs, 26);
	await close(anybody);
	await has(theirs, two);
});

test("priority first, then arrival; each by the next slot", async () => {
	const [first, urgent, second] = [await arrive(), await arrive({ priority: "urgent" }), await arrive()];
	await waits(urgent, 1);
	await waits(second, 3);
	await present(one, "online");
	for (const v of [urgent, first, second]) {
		await has(v, one);
		await close(v);
	}
});

test("without the worker: whoever ends a talk gives the slot to the next one", async () => {
	await present(one, "online");
	const talking = await arrive();
	await has(talking, one);
	const next = await arrive(), third = await arrive();
	await waits(next, 1);
	await stack.kill("worker");
	await close(talking);
	await has(next, one);
	await supervisor.put(`${V1}/conversations/${next.id}/status`, { status: "resolved" });
	await has(third, one);
	await present(two, "online");
	const last = await arrive();
	assert.equal(last.assignee.id, two.user.id);
});

test("a slot that nobody told of is seen all the same, by looking", async () => {
	await present(one, "online");
	const talking = await arrive(), next = await arrive();
	await waits(next, 1);
	await freeSilently(talking, one);
	await has(next, one);
});

test("who comes does not overtake who waits, though an agent is free at that moment", async () => {
	await present(one, "online");
	const talking = await arrive(), waiting = await arrive();
	await stack.kill("worker");
	await freeSilently(talking, one);
	const newcomer = await arrive();
	assert.deepEqual([newcomer.assignee, newcomer.queue_position], [null, 2]);
	await has(waiting, one);
	await waits(newcomer, 1);
	// The other's queue is no reason to wait.
	await present(two, "online");
	await has(newcomer, two);
	const again = await arrive({ team: 1 });
	await close(newcomer);
	assert.equal((await arrive()).assignee?.id ?? null, two.user.id, "team 1's first is not before somebody whom two may have");
	await waits(again, 1);
});

test("who waits keeps its place, whatever team it is given to, and when it is assigned automatically once more", async () => {
	const [a, b] = [await arrive(), await arrive()];
	await waits(b, 2);
	const moved = (await supervisor.put(`${V1}/conversations/${a.id}/assign`, { team_id: 1 })).body.data.conversation;
	assert.deepEqual([moved.assignee, moved.queue_position], [null, 1]);
	await guest.post(`${V1}/chat/sessions/${a.session_id}/switch-agent`, { agent_type: "human" });
	await waits(a, 1);
	await waits(b, 2);
});

test("an agent who has come back keeps the customers that were about to be handed on", { timeout: 240_000 }, async () => {
	await present(one, "online");
	const v = await arrive();
	await guest.post(`${V1}/chat/messages`, { session_id: v.session_id, content: "在吗？" });
	await has(v, one);
	const connection = await mysql.createConnection({ socketPath: path.join(stack.dir, "run/mariadb.sock"), user: "root", database: "deskbell" });
	try {
		await connection.query("START TRANSACTION");
		await connection.query("SELECT id FROM conversations WHERE id = ? FOR UPDATE", [v.id]);
		await stack.sql("UPDATE users SET status = 0, status_at = ? WHERE id = ?", [Date.now() - 150_000, one.user.id]);
		// The sweep has found him gone and waits for the row. The server shows what it showed when asked more often than every 100 ms.
		await until(async () => (await stack.sql("SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")).length > 0, { every: 200, what: "the sweep to want the conversation" });
		await stack.sql("UPDATE users SET status = 1, status_at = ? WHERE id = ?", [Date.now(), one.user.id]);
		await connection.query("COMMIT");
	} finally {
		await connection.end();
	}
	// The sweep is over when the queue, which is looked at by the same process, moves again.
	await present(two, "online");
	await has(await arrive(), two);
	const legs = await stack.sql("SELECT agent_id, ended_at FROM assignments WHERE conversation_id = ?", [v.id]);
	assert.deepEqual(legs.map((leg) => ({ ...leg })), [{ agent_id: one.user.id, ended_at: null }]);
});
