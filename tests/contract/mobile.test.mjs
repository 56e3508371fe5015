// Console: the mobile summary, notifications and devices: the documented examples, what makes a notification, whose it is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack } from "../lib/stack.mjs";

let stack, guest, supervisor, agent, other;
const { counted, gate } = coverage("console", ["/api/v1/mobile"]);
const V1 = "/api/v1";
const MOBILE = `${V1}/mobile`;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	const come = async (email) => counted(await signIn(stack.urls.kefu, email));
	guest = counted(httpClient(stack.urls.kefu));
	[supervisor, agent, other] = [await come("supervisor@example.com"), await come("agent@example.com"), await come("kefu_002@example.com")];
});
after(() => stack?.stop());

const refused = (answer, status, code, field) => {
	assert.equal(answer.status, status, answer.text);
	assert.equal(answer.body.error.code, code, answer.text);
	if (field) assert.equal(answer.body.error.details[0].field, field, answer.text);
};
const say = async (session_id, content) => (await httpClient(stack.urls.chat).post(`${V1}/chat/messages`, { session_id, content })).body.data;
const newSession = async (name) => (await httpClient(stack.urls.chat).post(`${V1}/chat/sessions`, { name })).body.data;
const newest = async (client, options) => (await client.get(`${MOBILE}/notifications`, options)).body.data.notifications[0];

test("the documented summary; its figures are those of the lists", async () => {
	const { body } = await agent.get(`${MOBILE}/conversations/summary`);
	like(body, {
		success: true,
		data: {
			my_conversations: { open: 12, pending: 3 }, team_conversations: { unassigned: 8, urgent: 2 },
			notifications: [{ id: 1, type: "new_message", conversation_id: 456, message: "来自客户张三的新消息", created_at: "2024-01-15T11:00:00Z" }],
		},
	});
	assert.deepEqual(body.data.notifications.map((n) => [n.type, n.message]), [["mention", "客服主管在对话中提到了您"], ["new_message", "来自客户张三的新消息"]]);
	const total = async (query) => (await agent.get(`${V1}/conversations?${query}`)).body.data.meta.total_count;
	assert.deepEqual(body.data.my_conversations, { open: await total("assignee_id=me&status=open"), pending: await total("assignee_id=me&status=pending") });
	assert.equal(body.data.team_conversations.unassigned, (await total("assignee_id=none&status=open")) + (await total("assignee_id=none&status=pending")));
	await agent.put(`${V1}/conversations/1/priority`, { priority: "urgent" });
	assert.equal((await agent.get(`${MOBILE}/conversations/summary`)).body.data.team_conversations.urgent, 1);
	refused(await guest.get(`${MOBILE}/conversations/summary`), 401, "AUTH_REQUIRED");
});

test("an assignment, a mention and a customer's first words make one each; nobody is told of his own doing", async () => {
	const { id, session_id } = await newSession("钱七");
	await say(session_id, "有人吗");
	const count = async () => (await stack.sql("SELECT user_id, COUNT(*) AS n FROM notifications WHERE conversation_id = ? GROUP BY user_id ORDER BY user_id", [id])).map((r) => [r.user_id, r.n]);
	assert.deepEqual(await count(), []);
	await agent.put(`${V1}/conversations/${id}/assign`, { assignee_id: 3 });
	assert.deepEqual(await count(), [], "who takes it himself knows");
	await supervisor.put(`${V1}/conversations/${id}/assign`, { assignee_id: 4 });
	assert.deepEqual(await count(), [[4, 1]]);
	assert.deepEqual([(await newest(other)).type, (await newest(other)).message, (await newest(other)).conversation_id], ["assignment", "您被分配了与钱七的对话", id]);
	assert.equal((await newest(other, { headers: { "Accept-Language": "en" } })).message, "You were given the conversation with 钱七");
	await other.post(`${V1}/conversations/${id}/messages`, { content: "您好" });
	for (const text of ["一", "二", "三"]) await say(session_id, text);
	assert.deepEqual(await count(), [[4, 2]], "one for all that is unread");
	assert.deepEqual([(await newest(other)).type, (await newest(other)).message], ["new_message", "来自钱七的新消息"]);
	const noted = await other.post(`${V1}/conversations/${id}/messages`, { content: "@客服主管 请看一下", is_private: true, metadata: { mentions: [2, 4] } });
	assert.equal(noted.status, 201, noted.text);
	assert.deepEqual(await count(), [[2, 1], [4, 2]]);
	assert.deepEqual([(await newest(supervisor)).type, (await newest(supervisor)).message], ["mention", "客服小李在对话中提到了您"]);
	for (const mentions of [[10], [99999], [3]]) refused(await other.post(`${V1}/conversations/${id}/messages`, { content: "x", is_private: true, metadata: { mentions } }), 400, "VALIDATION_ERROR", "mentions");
	assert.deepEqual(await count(), [[2, 1], [4, 2]], "a refused one told nobody");
	await other.put(`${V1}/conversations/${id}/status`, { status: "closed" });
});

test("notifications: pages, unread ones, one read, all read; each one's own", async () => {
	const all = (await agent.get(`${MOBILE}/notifications?per_page=2`)).body.data;
	like(all, { notifications: [{ id: 1, type: "", conversation_id: 1, message: "", created_at: "", read_at: null }], unread_count: 1, meta: { current_page: 1, per_page: 2, total_count: 3, total_pages: 2 } });
	assert.deepEqual([all.notifications.length, all.meta.total_count, all.unread_count], [2, 3, 2]);
	assert.ok(all.notifications[0].id > all.notifications[1].id);
	assert.equal((await agent.get(`${MOBILE}/notifications?page=2&per_page=2`)).body.data.notifications.length, 1);
	assert.equal((await agent.get(`${MOBILE}/notifications?unread=true`)).body.data.meta.total_count, 2);
	refused(await agent.get(`${MOBILE}/notifications?unread=maybe`), 400, "VALIDATION_ERROR", "unread");
	const [{ id }] = all.notifications;
	const read = await agent.put(`${MOBILE}/notifications/${id}/read`);
	assert.deepEqual([read.status, read.body.data.notification.id, typeof read.body.data.notification.read_at], [200, id, "string"]);
	assert.equal((await agent.put(`${MOBILE}/notifications/${id}/read`)).body.data.notification.read_at, read.body.data.notification.read_at, "read once");
	refused(await other.put(`${MOBILE}/notifications/${id}/read`), 404, "RESOURCE_NOT_FOUND");
	refused(await guest.put(`${MOBILE}/notifications/${id}/read`), 401, "AUTH_REQUIRED");
	assert.deepEqual((await agent.put(`${MOBILE}/notifications/read-all`)).body.data, { read: 1 });
	assert.deepEqual((await agent.get(`${MOBILE}/conversations/summary`)).body.data.notifications, []);
	refused(await guest.put(`${MOBILE}/notifications/read-all`), 401, "AUTH_REQUIRED");
	refused(await guest.get(`${MOBILE}/notifications`), 401, "AUTH_REQUIRED");
});

test("push tokens: the documented call; the same token again is changed; only one's own is deleted", async () => {
	const token = "device_push_token:APA91b/+=";
	const path = `${MOBILE}/push-tokens/${encodeURIComponent(token)}`;
	const made = await agent.post(`${MOBILE}/push-tokens`, { device_token: token, platform: "ios", enabled: true });
	assert.equal(made.status, 201, made.text);
	like(made.body, { success: true, data: { push_token: { id: 1, device_token: "", platform: "ios", enabled: true, created_at: "", updated_at: "" } } });
	const again = (await agent.post(`${MOBILE}/push-tokens`, { device_token: token, platform: "android", enabled: false })).body.data.push_token;
	assert.deepEqual([again.id, again.platform, again.enabled], [made.body.data.push_token.id, "android", false]);
	assert.equal((await agent.post(`${MOBILE}/push-tokens`, { device_token: "another", platform: "ios" })).body.data.push_token.enabled, true);
	refused(await agent.post(`${MOBILE}/push-tokens`, { platform: "ios" }), 400, "VALIDATION_ERROR", "device_token");
	refused(await agent.post(`${MOBILE}/push-tokens`, { device_token: "有 空格", platform: "ios" }), 400, "VALIDATION_ERROR", "device_token");
	refused(await agent.post(`${MOBILE}/push-tokens`, { device_token: "x".repeat(513), platform: "ios" }), 400, "VALIDATION_ERROR", "device_token");
	refused(await agent.post(`${MOBILE}/push-tokens`, { device_token: "x", platform: "windows" }), 400, "VALIDATION_ERROR", "platform");
	refused(await other.delete(path), 404, "RESOURCE_NOT_FOUND");
	const gone = await agent.delete(path);
	assert.deepEqual([gone.status, gone.body], [200, { success: true, data: null }]);
	refused(await agent.delete(path), 404, "RESOURCE_NOT_FOUND");
	assert.equal((await other.post(`${MOBILE}/push-tokens`, { device_token: "another", platform: "ios" })).status, 201);
	assert.equal((await stack.sql("SELECT user_id FROM push_tokens WHERE device_token = 'another'"))[0].user_id, 4, "a device follows who signs in on it");
});

test("every row was hit with a success and with an error", gate);
