// Hosting without daemons: api.fcgi is started once a request, as plain CGI (RFC 3875). Same database, same Redis, same answers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, Socket } from "../lib/client.mjs";
import { root, startStack } from "../lib/stack.mjs";

let stack, settings;
before(async () => {
	stack = await startStack();
	// What a host's .htaccess would set, and nothing of the stack's environment besides.
	settings = {
		DESKBELL_DB_URL: `mysql://root@/deskbell?socket=${stack.dir}/run/mariadb.sock`, DESKBELL_REDIS_URL: `unix://${stack.dir}/run/redis.sock`,
		DESKBELL_VAR: stack.dir, DESKBELL_TEMPLATES: path.join(root, "templates"), DESKBELL_LOG: path.join(stack.dir, "log/cgi.log"), DESKBELL_DOOR: "chat",
	};
});
after(() => stack?.stop());

/** One request to one process of its own: {status, headers, text, body}. */
async function cgi(method, uri, { body, headers = {}, env = {}, cut = false } = {}) {
	const [pathname, query = ""] = uri.split("?");
	const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
	const child = spawn(path.join(stack.env.DESKBELL_BUILD, "api.fcgi"), [], {
		cwd: stack.dir,
		env: {
			PATH: process.env.PATH, ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? "", ...settings,
			GATEWAY_INTERFACE: "CGI/1.1", SERVER_PROTOCOL: "HTTP/1.1", SERVER_SOFTWARE: "host", SERVER_NAME: "shop.example", SERVER_PORT: "80",
			REMOTE_ADDR: "192.0.2.7", REQUEST_METHOD: method, REQUEST_URI: uri, SCRIPT_NAME: "/cgi-bin/api.fcgi", PATH_INFO: decodeURIComponent(pathname),
			QUERY_STRING: query, HTTP_HOST: "shop.example",
			...(body === undefined ? {} : { CONTENT_TYPE: "application/json", CONTENT_LENGTH: String(bytes.length) }),
			...Object.fromEntries(Object.entries(headers).map(([name, value]) => [`HTTP_${name.toUpperCase().replaceAll("-", "_")}`, value])), ...env,
		},
	});
	const out = [], err = [];
	child.stdout.on("data", (data) => out.push(data));
	child.stderr.on("data", (data) => err.push(data));
	child.stdin.on("error", () => {}); // it need not read a body that is too large
	child.stdin.end(cut ? bytes.subarray(0, bytes.length / 2) : bytes);
	const code = await new Promise((resolve) => child.once("close", resolve));
	assert.equal(Buffer.concat(err).toString(), "");
	assert.equal(code, 0);
	const text = Buffer.concat(out).toString(), end = text.indexOf("\r\n\r\n");
	const lines = text.slice(0, end).split("\r\n");
	assert.match(lines[0], /^Status: [1-5]\d\d$/);
	for (const line of lines) assert.match(line, /^[A-Za-z-]+: [\x20-\x7e]*$/);
	const answer = { status: Number(lines[0].slice(8)), headers: new Headers(lines.slice(1).map((line) => line.split(/: (.*)/).slice(0, 2))), text: text.slice(end + 4) };
	if (answer.text) answer.body = JSON.parse(answer.text);
	return answer;
}

test("health: a status line, a type, an empty line, the same body as behind the web server", async () => {
	const answer = await cgi("GET", "/health", { headers: { "X-Request-ID": "req_from_the_host" } });
	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get("content-type"), "application/json; charset=utf-8");
	assert.equal(answer.headers.get("x-request-id"), "req_from_the_host");
	assert.equal(answer.headers.get("cache-control"), "no-store");
	const other = await httpClient(stack.urls.chat).get("/health");
	assert.deepEqual(Object.keys(answer.body).sort(), Object.keys(other.body).sort());
});

test("HEAD has the head alone", async () => {
	const answer = await cgi("HEAD", "/health");
	assert.deepEqual([answer.status, answer.text], [200, ""]);
	assert.equal(answer.headers.get("content-type"), "application/json; charset=utf-8");
	const missing = await cgi("HEAD", "/api/v1/nothing");
	assert.deepEqual([missing.status, missing.text], [404, ""]);
});

test("a preflight has no body and no type", async () => {
	const answer = await cgi("OPTIONS", "/api/v1/chat/sessions", { headers: { Origin: "https://other.example" }, env: { DESKBELL_ORIGINS: "https://other.example" } });
	assert.deepEqual([answer.status, answer.text, answer.headers.get("content-type")], [204, "", null]);
	assert.equal(answer.headers.get("access-control-allow-origin"), "https://other.example");
});

test("signing in, and what one is signed in for", async () => {
	const login = await cgi("POST", "/api/v1/auth/login", { body: { email: "admin@example.com", password: "password123" } });
	assert.equal(login.status, 200, login.text);
	assert.match(login.headers.get("x-ratelimit-limit"), /^\d+$/);
	const Authorization = `Bearer ${login.body.data.access_token}`;
	const list = await cgi("GET", "/api/v1/admin/users?limit=2", { headers: { Authorization } });
	assert.equal(list.status, 200, list.text);
	assert.equal(list.body.success, true);
	// One key for all: what a CGI process signed the daemons take.
	assert.equal((await httpClient(stack.urls.chat, { token: login.body.data.access_token }).get("/api/v1/admin/users?limit=2")).status, 200);
	const denied = await cgi("GET", "/api/v1/admin/users");
	assert.deepEqual([denied.status, denied.body.success, denied.body.error.code], [401, false, "UNAUTHORIZED"]);
});

test("a conversation: begun, spoken in, heard over the relay, read again; the same message twice is one", async () => {
	const made = await cgi("POST", "/api/v1/chat/sessions", { body: { user_id: "cgi_1" } });
	assert.equal(made.status, 201, made.text);
	const { session_id } = made.body.data;
	const socket = await Socket.open(stack.ws);
	socket.send("resume", { session_id, last_id: 0 });
	await socket.waitFor("resumed");
	const message = { session_id, content: "你好，CGI 👋", client_id: randomUUID() };
	const sent = await Promise.all([1, 2, 3].map(() => cgi("POST", "/api/v1/chat/messages", { body: message })));
	assert.deepEqual(sent.map((answer) => answer.status), [201, 201, 201], sent.map((answer) => answer.text).join("\n"));
	assert.equal(new Set(sent.map((answer) => answer.body.data.id)).size, 1);
	const heard = await socket.waitFor((frame) => frame.type === "message" && frame.data.client_id === message.client_id);
	assert.equal(heard.data.content, message.content);
	await socket.never((frame) => frame.type === "message" && frame.data.client_id === message.client_id);
	await socket.close();
	const read = await cgi("GET", `/api/v1/chat/sessions/${session_id}/messages?limit=10`);
	assert.equal(read.status, 200, read.text);
	assert.equal(read.body.data.messages[0].content, message.content);
});

test("mistakes are answered in the contract's shape", async () => {
	const big = JSON.stringify({ content: "x".repeat(3000) });
	const rows = [
		["no such path", await cgi("GET", "/api/v1/chat/nothing"), 404, "NOT_FOUND"],
		["no such method", await cgi("PUT", "/api/v1/auth/login", { body: {} }), 405, "METHOD_NOT_ALLOWED"],
		["a field is missing", await cgi("POST", "/api/v1/auth/login", { body: { email: "admin@example.com" } }), 400, "VALIDATION_ERROR"],
		["not JSON", await cgi("POST", "/api/v1/auth/login", { body: "{" }), 400, "VALIDATION_ERROR"],
		["less than its length says", await cgi("POST", "/api/v1/chat/sessions", { body: { user_id: "cgi_2" }, cut: true }), 400, "VALIDATION_ERROR"],
		["another type", await cgi("POST", "/api/v1/chat/sessions", { body: "a=1", env: { CONTENT_TYPE: "text/plain" } }), 415, "UNSUPPORTED_MEDIA_TYPE"],
		["too large", await cgi("POST", "/api/v1/chat/sessions", { body: big, env: { DESKBELL_MAX_BODY: "2048" } }), 413, "PAYLOAD_TOO_LARGE"],
		["no database", await cgi("GET", "/api/v1/chat/sessions/session_x/messages", { env: { DESKBELL_DB_URL: "mysql://root@/deskbell?socket=/nowhere" } }), 503, "DATABASE_ERROR"],
	];
	for (const [what, answer, status, code] of rows)
		assert.deepEqual([answer.status, answer.body.success, answer.body.error.code], [status, false, code], `${what}: ${answer.text}`);
	assert.match(rows[1][1].headers.get("allow"), /POST/);
	assert.ok(Number(rows.at(-1)[1].headers.get("retry-after")) > 0);
});

test("nobody passes for the relay by a header", async () => {
	const answer = await cgi("POST", "/realtime/positions", { body: "since 0", headers: { "DESKBELL-RELAY": "1" } });
	assert.equal(answer.status, 404, answer.text);
});

test("settings that make no sense end it with a line in the log, not with half an answer", async () => {
	await assert.rejects(() => cgi("GET", "/health", { env: { DESKBELL_WORKERS: "none", DESKBELL_LOG: "" } }), /DESKBELL_WORKERS/);
});

test("without rewrite rules: the API's path is what stands behind the program's own", async () => {
	for (const [uri, status] of [["/cgi-bin/api.fcgi/health", 200], ["/cgi-bin/api.fcgi/api/v1/chat/availability?x=1", 200], ["/cgi-bin/api.fcgi/nothing", 404]]) {
		const info = uri.split("?")[0].slice("/cgi-bin/api.fcgi".length);
		assert.equal((await cgi("GET", uri, { env: { PATH_INFO: info } })).status, status, uri);
	}
});
