// What the documents print to be run, run as it is printed: at http://localhost and the documented port. A stack under test listens on
// free ports, so the way there is turned round (curl's --connect-to, and the same for JavaScript); the address in the request stays.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import net from "node:net";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import vm from "node:vm";
import WebSocket from "ws";
import { signIn } from "../lib/client.mjs";
import { people } from "../lib/desk.mjs";
import { root, startStack } from "../lib/stack.mjs";

const run = promisify(execFile);
const DOCUMENTED = { chat: 8000, kefu: 3001, desk: 8080 };
let stack, who;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	await stack.sql("UPDATE users SET max_sessions = active_sessions WHERE role > 0"); // whoever connects is given who waits
	who = await people(stack, (client) => client);
	await stack.sql("UPDATE users SET max_sessions = 5, status = IF(public_id IN ('kefu_001', 'kefu_002'), 1, 3) WHERE role > 0");
	for (const { id } of await stack.sql("SELECT id FROM users WHERE role > 0")) await stack.redis("DEL", `deskbell:user:${id}`);
});
after(() => stack?.stop());

const there = (port) => new URL(stack.urls[Object.keys(DOCUMENTED).find((door) => DOCUMENTED[door] === Number(port))]).port;
/** A printed command, with the caller's token, which the documents leave out. */
async function shell(command, token) {
	const ways = Object.values(DOCUMENTED).flatMap((port) => ["--connect-to", `localhost:${port}:127.0.0.1:${there(port)}`]);
	const more = [...ways, "--silent", "--write-out", "\\n%{http_code}", ...(token ? ["-H", `Authorization: Bearer ${token}`] : [])];
	const { stdout } = await run("bash", ["-c", `curl() { command curl "$@" "\${MORE[@]}"; }; MORE=(${more.map((word) => `'${word}'`).join(" ")}); ${command}`]);
	const [, text, status] = /^([^]*)\n(\d+)$/.exec(stdout);
	return { status: Number(status), body: JSON.parse(text) };
}
const socket = (url) => new WebSocket(url, { createConnection: () => net.connect(there(new URL(url).port), "127.0.0.1") });
const frame = (ws, type) => new Promise((resolve, reject) => {
	ws.on("message", (data) => JSON.parse(data).type === type && resolve(JSON.parse(data).data));
	ws.on("close", (code) => reject(new Error(`closed with ${code}`))).on("error", reject);
});

test("the ports are the documented ones where nobody says another", async () => {
	const { stdout } = await run("bash", ["-c", `root=${root}; die() { echo "$*" >&2; exit 1; }; . ops/settings.sh; echo "$DESKBELL_PORT_CHAT $DESKBELL_PORT_KEFU $DESKBELL_PORT_DESK"`],
		{ cwd: root, env: { PATH: process.env.PATH, HOME: stack.dir, DESKBELL_ENV: "/dev/null", DESKBELL_VAR: stack.dir, DESKBELL_BUILD: stack.env.DESKBELL_BUILD } });
	assert.equal(stdout.trim(), Object.values(DOCUMENTED).join(" "));
});

test("chat: health and signing in", async () => {
	const health = await shell("curl http://localhost:8000/health");
	assert.deepEqual([health.status, health.body.success, health.body.data.status], [200, true, "healthy"]);
	const signed = await shell(`curl -X POST http://localhost:8000/api/v1/auth/login \\
  -H "Content-Type: application/json" \\
  -d '{"email":"admin@example.com","password":"password123"}'`);
	assert.deepEqual([signed.status, signed.body.data.user.role], [200, "admin"]);
});

test("desk: an agent's customers, giving one who waits, a transfer", async () => {
	const customers = await shell('curl -X GET "http://localhost:8080/api/kefu/kefu_001/customers"', who.agent.token);
	assert.deepEqual([customers.status, customers.body.data.customers.map((one) => one.id)], [200, ["kehu_001"]]);
	const given = await shell(`curl -X POST "http://localhost:8080/api/customer/kehu_003/assign" \\
  -H "Content-Type: application/json" \\
  -d '{
    "priority": "high",
    "note": "VIP客户"
  }'`, who.admin.token);
	assert.deepEqual([given.status, given.body.data.status, given.body.data.priority], [200, "assigned", "high"], JSON.stringify(given.body));
	const moved = await shell(`curl -X POST "http://localhost:8080/api/sessions/kehu_001:kefu_001/transfer" \\
  -H "Content-Type: application/json" \\
  -d '{
    "to_kefu_id": "kefu_002",
    "reason": "专业问题需要转接"
  }'`, who.agent.token);
	assert.deepEqual([moved.status, moved.body.message, moved.body.data.to_kefu_id], [200, "会话已成功转接给客服 kefu_002", "kefu_002"], JSON.stringify(moved.body));
	assert.equal((await shell('curl -X GET "http://localhost:8080/api/kefu/kefu_001/customers"')).status, 401, "printed without a token, which the text asks for");
});

test("WebSockets: chat's, kefu's and the console's", async () => {
	const chat = socket("ws://localhost:8000/ws");
	chat.on("open", () => chat.send(JSON.stringify({
  type: 'auth',
  data: {
    token: who.agent.token
  }
})));
	assert.equal((await frame(chat, "auth")).success, true);
	const console_ = socket("ws://localhost:3001/admin/ws");
	console_.on("open", () => console_.send(
  JSON.stringify({
    type: "auth",
    token: who.agent.token,
  })
));
	assert.equal((await frame(console_, "auth")).user.full_name, "客服小王");
	const kefu = socket("ws://localhost:3001/ws/kefu_001");
	kefu.on("open", () => kefu.send(JSON.stringify({ type: "auth", data: { token: who.agent.token } })));
	assert.equal((await frame(kefu, "auth")).user.user_id, "kefu_001");
	for (const ws of [chat, console_, kefu]) ws.terminate();
});

const CHAT_API = `
class ChatAPI {
  constructor(baseURL, token) {
    this.baseURL = baseURL;
    this.token = token;
    this.headers = {
      'Authorization': \`Bearer \${token}\`,
      'Content-Type': 'application/json'
    };
  }

  // 发送消息
  async sendMessage(content, roomId = 'global', replyTo = null) {
    const response = await fetch(\`\${this.baseURL}/api/chat/send?room_id=\${roomId}\`, {
      method: 'POST',
      headers: this.headers,
      body: JSON.stringify({
        message_type: 'text',
        content: content,
        reply_to: replyTo
      })
    });
    return await response.json();
  }

  // 获取消息历史
  async getMessages(roomId = 'global', limit = 50, before = null) {
    let url = \`\${this.baseURL}/api/chat/messages?room_id=\${roomId}&limit=\${limit}\`;
    if (before) url += \`&before=\${before}\`;
    
    const response = await fetch(url, {
      headers: { 'Authorization': \`Bearer \${this.token}\` }
    });
    return await response.json();
  }

  // 上传文件
  async uploadFile(file, roomId = 'global') {
    const formData = new FormData();
    formData.append('file', file);
    formData.append('room_id', roomId);
    
    const response = await fetch(\`\${this.baseURL}/api/chat/upload\`, {
      method: 'POST',
      headers: { 'Authorization': \`Bearer \${this.token}\` },
      body: formData
    });
    return await response.json();
  }

  // 获取在线用户
  async getOnlineUsers() {
    const response = await fetch(\`\${this.baseURL}/api/chat/online-users\`, {
      headers: { 'Authorization': \`Bearer \${this.token}\` }
    });
    return await response.json();
  }

  // 心跳检测
  async heartbeat() {
    const response = await fetch(\`\${this.baseURL}/api/chat/heartbeat\`, {
      method: 'POST',
      headers: { 'Authorization': \`Bearer \${this.token}\` }
    });
    return await response.json();
  }
}
const chatAPI = new ChatAPI('http://localhost:8000', your_jwt_token);
chatAPI`;

test("rooms: the printed client, as it is", async () => {
	const { token, user } = await signIn(stack.urls.chat, "customer@example.com");
	const way = (url, options) => fetch(url.replace("http://localhost:8000", stack.urls.chat), options);
	const chatAPI = vm.runInNewContext(CHAT_API, { fetch: way, FormData, your_jwt_token: token });
	const sent = await chatAPI.sendMessage("Hello, World!");
	assert.deepEqual([sent.content, sent.sender_id, sent.message_type], ["Hello, World!", user.id, "text"]);
	const answer = await chatAPI.sendMessage("Hi", "global", sent.id);
	assert.equal(answer.reply_to, sent.id);
	const file = await chatAPI.uploadFile(new File(["一份文件\n"], "说明.txt", { type: "text/plain" }));
	assert.deepEqual([file.file_name, file.message_type], ["说明.txt", "file"]);
	assert.deepEqual((await chatAPI.getMessages()).slice(-3).map((one) => one.id), [sent.id, answer.id, file.id]);
	assert.deepEqual((await chatAPI.getMessages("global", 1, file.id)).map((one) => one.id), [answer.id]);
	assert.ok((await chatAPI.getOnlineUsers()).some((one) => one.user_id === user.id));
	const beat = await chatAPI.heartbeat();
	assert.equal(beat.status, "ok");
	assert.match(beat.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
});
