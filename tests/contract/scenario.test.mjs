// "Start, talk both ways, transfer, end, rate", through each contract with all that it has of it: the rows it leaves are the same.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn, Socket } from "../lib/client.mjs";
import { connect } from "../lib/desk.mjs";
import { copiesHold, startStack } from "../lib/stack.mjs";

const V1 = "/api/v1", CHAT = `${V1}/chat`;
let stack, one, two, boss, kefu;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	await stack.sql("UPDATE users SET max_sessions = active_sessions WHERE role > 0");
	await stack.sql("UPDATE conversations SET version = version + 1, queue_rank = NULL, status = 3 WHERE queue_rank IS NOT NULL"); // nobody is given who waits in the demo
	[one, two, boss] = await Promise.all(["agent@example.com", "kefu_002@example.com", "supervisor@example.com"].map((email) => connect(stack, email)));
	await stack.sql("UPDATE users SET max_sessions = 1000, status = IF(public_id IN ('kefu_001', 'kefu_002'), 1, 3) WHERE role > 0");
	for (const { id } of await stack.sql("SELECT id FROM users WHERE role > 0")) await stack.redis("DEL", `deskbell:user:${id}`);
	kefu = Object.fromEntries(await Promise.all(["kefu_001", "kefu_002"].map(async (id) => {
		const { body } = await httpClient(stack.urls.kefu).post("/api/auth/kefu/login", { kefu_id: id, password: "password123" });
		return [id, httpClient(stack.urls.kefu, { token: body.session_id, headers: { "X-User-ID": id } })];
	})));
});
after(() => stack?.stop());

const good = (answer) => {
	assert.ok(answer.status < 300, answer.text);
	return answer.body;
};
const visitor = () => httpClient(stack.urls.chat);
const sessionOf = async (name) => (await stack.sql("SELECT c.id, c.session_id FROM conversations c JOIN users u ON u.id = c.contact_id WHERE u.public_id = ? ORDER BY c.id DESC LIMIT 1", [name]))[0];
const registered = async (name) => httpClient(stack.urls.kefu, { token: good(await visitor().post("/api/users", { user_id: name, username: "路人" })).session_token, headers: { "X-User-ID": name } });
const socketOf = async (name, client) => {
	const socket = await Socket.open(`${stack.wsUrls.desk}/ws/${name}`, { headers: { Authorization: `Bearer ${client.token}` } });
	await socket.waitFor("auth");
	return socket;
};
const said = async (socket, to_user_id, content) => {
	socket.send("message", { to_user_id, content });
	await socket.waitFor((frame) => frame.type === "message" && frame.data.content === content);
};

/** Each: begin(name) → its own words for the steps; steps that a contract has not are another's. */
const contracts = {
	chat: async (name) => {
		const { session_id } = good(await visitor().post(`${CHAT}/sessions`, { user_id: name, name: "路人" })).data;
		const take = (who) => who.post(`${CHAT}/sessions/${session_id}/switch-agent`, { agent_type: "human" });
		const say = async (who, content) => good(await who.post(`${CHAT}/messages`, { session_id, content }));
		good(await take(httpClient(stack.urls.chat, { token: one.token })));
		return {
			asks: (content) => say(visitor(), content), answers: (who, content) => say(httpClient(stack.urls.chat, { token: who.token }), content),
			transfer: async () => good(await one.post(`/api/sessions/${name}:kefu_001/transfer`, { to_kefu_id: "kefu_002" })),
			end: async () => good(await visitor().post(`${CHAT}/sessions/${session_id}/close`)),
		};
	},
	kefu: async (name) => {
		const self = await registered(name);
		good(await kefu.kefu_001.post("/api/sessions", { user_id: name }));
		let agent = "kefu_001";
		return {
			asks: async (content) => good(await self.post("/api/messages/send", { to_user_id: agent, content })),
			answers: async (who, content) => good(await kefu[who.user.user_id].post("/api/messages/send", { to_user_id: name, content })),
			transfer: async () => {
				good(await one.post(`/api/sessions/${name}:kefu_001/transfer`, { to_kefu_id: "kefu_002" }));
				agent = "kefu_002";
			},
			end: async () => good(await two.post(`/api/sessions/${name}:kefu_002/end`)),
		};
	},
	desk: async (name) => {
		const self = await socketOf(name, await registered(name)), agents = { kefu_001: await socketOf("kefu_001", one), kefu_002: await socketOf("kefu_002", two) };
		good(await one.post(`/api/customer/${name}/assign`, { kefu_id: "kefu_001" }));
		let agent = "kefu_001";
		return {
			asks: (content) => said(self, agent, content), answers: (who, content) => said(agents[who.user.user_id], name, content),
			transfer: async () => {
				good(await one.post(`/api/sessions/${encodeURIComponent(`${name}:kefu_001`)}/transfer`, { to_kefu_id: "kefu_002" }));
				agent = "kefu_002";
			},
			end: async () => {
				good(await two.post(`/api/sessions/${name}:kefu_002/end`));
				await Promise.all([self, ...Object.values(agents)].map((socket) => socket.close()));
			},
		};
	},
	console: async (name) => {
		await registered(name);
		const [{ id: contact_id }] = await stack.sql("SELECT id FROM users WHERE public_id = ?", [name]);
		const { id } = good(await one.post(`${V1}/conversations`, { contact_id })).data.conversation;
		const { session_id } = await sessionOf(name), page = await Socket.open(stack.ws);
		return {
			asks: async (content) => {
				page.send("message", { session_id, content });
				await page.waitFor((frame) => frame.type === "message" && frame.data.content === content);
			},
			answers: async (who, content) => good(await who.post(`${V1}/conversations/${id}/messages`, { content })),
			transfer: async () => good(await boss.put(`${V1}/conversations/${id}/assign`, { assignee_id: two.user.id })),
			end: async () => {
				good(await two.put(`${V1}/conversations/${id}/status`, { status: "resolved" }));
				await page.close();
			},
		};
	},
};

/** What is written, without numbers, times, and who pressed the button. */
async function rowsOf(name) {
	const { id, session_id } = await sessionOf(name);
	const [conversation] = await stack.sql(`SELECT status, priority, agent_type, channel, contact_claimed, assignee_handle, team_id, queue_rank, last_seq, last_sender, last_text, unread_staff, unread_contact,
		agent_messages, asked_at = 0 AS nobody_waits, first_asked_at > 0 AS asked, first_answered_at > 0 AS answered, ai_wanted_seq, rating, rating_comment, rated_at > 0 AS rated, resolved_at > 0 AS resolved, metadata FROM conversations WHERE id = ?`, [id]);
	const of = (table, columns, order = "t.id") => stack.sql(`SELECT ${columns} FROM ${table} WHERE t.${table.startsWith("messages") ? "stream" : "conversation_id"} = ? ORDER BY ${order}`, [id]);
	const [customer] = await stack.sql("SELECT role, full_name, email, phone, identifier, conversations, status FROM users WHERE public_id = ?", [name]);
	return {
		session: /^sess_/.test(session_id), conversation, customer,
		messages: (await of("messages t", "seq, sender_type, sender_name, type, private, content, metadata, reply_to, deleted_at", "t.seq")),
		legs: await of("assignments t JOIN users a ON a.id = t.agent_id", "a.public_id AS agent, t.end_reason, t.state, t.after_seq, t.upto_seq, t.ended_at >= t.started_at AS whole"),
		responses: await of("responses t JOIN users a ON a.id = t.agent_id", "a.public_id AS agent, t.first, t.answered_at >= t.asked_at AS whole"),
	};
}

test("through every contract the same rows", async () => {
	const left = {};
	for (const [contract, begin] of Object.entries(contracts)) {
		const name = `walker_${contract}`, busy = await stack.sql("SELECT id, active_sessions FROM users WHERE role > 0 ORDER BY id");
		const { asks, answers, transfer, end } = await begin(name);
		await asks("在吗？");
		await answers(one, "在的，请说");
		await asks("想换货");
		await answers(one, "为您转接");
		await transfer();
		await asks("好，我等");
		await answers(two, "已为您登记");
		await asks("谢谢");
		await end();
		const { session_id } = await sessionOf(name);
		good(await visitor().post(`${CHAT}/sessions/${session_id}/rating`, { score: 5, comment: "很快" }));
		left[contract] = await rowsOf(name);
		assert.deepEqual(await stack.sql("SELECT id, active_sessions FROM users WHERE role > 0 ORDER BY id"), busy, `${contract}: every slot is free again`);
	}
	assert.deepEqual(left.chat.legs.map((leg) => [leg.agent, leg.state, leg.whole]), [["kefu_001", 2, 1], ["kefu_002", 1, 1]]);
	assert.deepEqual(left.chat.responses.map((answer) => [answer.agent, answer.first]), [["kefu_001", 1], ["kefu_001", 0], ["kefu_002", 0]]);
	assert.deepEqual([left.chat.conversation.rating, left.chat.conversation.status, left.chat.conversation.assignee_handle], [5, 2, "kefu_002"]);
	for (const contract of ["kefu", "desk", "console"]) assert.deepEqual(left[contract], left.chat, contract);
});

test("what rows repeat of others is the same there", () => copiesHold(stack));
