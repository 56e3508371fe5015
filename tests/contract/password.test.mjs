// A forgotten password: a link by mail, good once, for half an hour, and of no use to anybody else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { coverage } from "../lib/coverage.mjs";
import { MailServer } from "../lib/mail_server.mjs";
import { startStack, until } from "../lib/stack.mjs";

const FORGOTTEN = "/api/v1/auth/password/forgotten", CHOOSE = "/api/v1/auth/password/choose";
const chat = coverage("chat", ["/api/v1/auth/password"]), console = coverage("console", ["/api/v1/auth/password"]);
let stack, server, nobody;
before(async () => {
	server = await MailServer.open();
	stack = await startStack({ env: { DESKBELL_SMTP_URL: server.url, DESKBELL_MAIL_FROM: "help@shop.example", DESKBELL_PUBLIC_URL: "https://desk.example", DESKBELL_RATE_LIMIT: "off" } });
	nobody = chat.counted(httpClient(stack.urls.chat));
});
after(async () => {
	await stack?.stop();
	await server?.close();
});

/** Asks for a link; the token of the one that came. */
async function link(email, options) {
	const before = server.mails.length;
	const asked = await nobody.post(FORGOTTEN, { email }, options);
	assert.equal(asked.status, 200, asked.text);
	await until(() => server.mails.length > before, { what: "the mail" });
	const mail = server.mails.at(-1);
	return { mail, token: /https:\/\/desk\.example\/admin\/#\/password\/(\S+)/.exec(mail.body)?.[1] };
}
const signsIn = async (email, password) => (await nobody.post("/api/v1/auth/login", { email, password })).status;
const later = () => stack.sql("UPDATE password_links SET asked_at = 1");

test("the link chooses a new password once; every sign-in of the account ends, and the log says so", async () => {
	const agent = await signIn(stack.urls.chat, "agent@example.com");
	const { mail, token } = await link("agent@example.com", { headers: { "Accept-Language": "en" } });
	assert.deepEqual(mail.to, ["agent@example.com"]);
	assert.match(mail.headers.subject, /^A new password for /);
	assert.ok(token.length >= 32);
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM password_links WHERE token_hash = ?", [token]);
	assert.equal(Number(n), 0, "the token itself is not stored");
	const weak = await nobody.post(CHOOSE, { token, password: "short" });
	assert.equal(weak.status, 400);
	assert.match(weak.text, /password/);
	assert.equal((await nobody.post(CHOOSE, { token, password: "another one 1" })).status, 200);
	assert.equal((await agent.get("/api/v1/auth/me")).status, 401);
	assert.deepEqual([await signsIn("agent@example.com", "password123"), await signsIn("agent@example.com", "another one 1")], [401, 200]);
	const again = await nobody.post(CHOOSE, { token, password: "yet another 1" });
	assert.equal(again.status, 400);
	assert.match(again.text, /token/);
	const [{ user_id }] = await stack.sql("SELECT user_id FROM audit_log WHERE action = 'user:password' ORDER BY id DESC LIMIT 1");
	assert.equal(Number(user_id), 3);
});

test("who was held up by wrong tries is not any longer", async () => {
	Object.assign(stack.env, { DESKBELL_RATE_LIMIT: "on", DESKBELL_LIMIT_LOGIN: "1000" });
	await stack.restart("api");
	// So many that the next one's wait, which doubles each time, outlasts what follows.
	assert.equal(await signsIn("agent@example.com", "wrong again"), 401);
	for (const key of await stack.redis("KEYS", "deskbell:login-fails:*")) await stack.redis("SET", key, 12, "KEEPTTL");
	assert.equal(await signsIn("agent@example.com", "wrong again"), 401);
	assert.equal(await signsIn("agent@example.com", "another one 1"), 429);
	await later();
	const { token } = await link("agent@example.com");
	assert.equal((await nobody.post(CHOOSE, { token, password: "the third one 1" })).status, 200);
	assert.equal(await signsIn("agent@example.com", "the third one 1"), 200);
	stack.env.DESKBELL_RATE_LIMIT = "off";
	await stack.restart("api");
});

test("nobody learns from the answer whether there is such an account", async () => {
	const known = await nobody.post(FORGOTTEN, { email: "supervisor@example.com" }), unknown = await nobody.post(FORGOTTEN, { email: "nobody@example.com" });
	assert.deepEqual([unknown.status, unknown.body.data], [known.status, known.body.data]);
	await until(() => server.mails.some((mail) => mail.to.includes("supervisor@example.com")), { what: "the mail to whom there is" });
	assert.ok(!server.mails.some((mail) => mail.to.includes("nobody@example.com")));
});

test("one link a minute; the next one ends the one before; half an hour is the end of each", async () => {
	const first = await link("admin@example.com");
	assert.equal((await nobody.post(FORGOTTEN, { email: "admin@example.com" })).status, 200);
	await later();
	const second = await link("admin@example.com");
	assert.equal(server.mails.filter((mail) => mail.to.includes("admin@example.com")).length, 2, "the second within a minute was not sent");
	assert.equal((await nobody.post(CHOOSE, { token: first.token, password: "another one 2" })).status, 400);
	await stack.sql("UPDATE password_links SET expires_at = 1");
	assert.equal((await nobody.post(CHOOSE, { token: second.token, password: "another one 2" })).status, 400);
	assert.equal(await signsIn("admin@example.com", "password123"), 200);
});

test("a link that could not be sent while it was good is not sent later", async () => {
	await later();
	server.answer = (word) => (word === "MAIL" ? "451 later" : null);
	assert.equal((await nobody.post(FORGOTTEN, { email: "supervisor@example.com" })).status, 200);
	await until(async () => Number((await stack.sql("SELECT COUNT(*) AS n FROM mails WHERE attempts = 1"))[0].n) === 1, { what: "the failure is noted" });
	server.answer = () => null;
	const [waits] = await stack.sql("SELECT subject, body FROM mails");
	assert.ok(waits.subject.length > 5 && !/password|desk\.example/.test(waits.body), `what waits does not show the link: ${waits.body}`);
	const before = server.mails.length;
	await stack.sql("UPDATE mails SET next_at = 1, good_until = 1");
	await stack.redis("PUBLISH", "deskbell:wake", "mail 0");
	await until(async () => Number((await stack.sql("SELECT COUNT(*) AS n FROM mails"))[0].n) === 0, { what: "it is given up" });
	assert.equal(server.mails.length, before);
});

test("a link that waits is sealed for its address, and is sent as it was written", async () => {
	const wait = async () => {
		await later();
		server.answer = (word) => (word === "MAIL" ? "451 later" : null);
		assert.equal((await nobody.post(FORGOTTEN, { email: "supervisor@example.com" })).status, 200);
		await until(async () => Number((await stack.sql("SELECT COUNT(*) AS n FROM mails WHERE attempts = 1"))[0].n) === 1, { what: "the failure is noted" });
		server.answer = () => null;
	};
	const go = async () => {
		await stack.sql("UPDATE mails SET next_at = 1");
		await stack.redis("PUBLISH", "deskbell:wake", "mail 0");
		await until(async () => Number((await stack.sql("SELECT COUNT(*) AS n FROM mails"))[0].n) === 0, { what: "the end of what waits" });
	};
	await wait();
	const before = server.mails.length;
	await go();
	assert.equal(server.mails.length, before + 1);
	const token = /#\/password\/(\S+)/.exec(server.mails.at(-1).body)[1];
	assert.equal((await nobody.post(CHOOSE, { token, password: "the sealed one 1" })).status, 200);
	assert.equal(await signsIn("supervisor@example.com", "the sealed one 1"), 200);
	await wait();
	await stack.sql("UPDATE mails SET address = 'mallory@example.com'");
	await go();
	assert.equal(server.mails.length, before + 1, "for another address it does not open");
});

test("two who use one link at once: one of them", async () => {
	const { token } = await link("customer@example.com");
	const answers = await Promise.all(["first choice 1", "second choice 2", "third choice 3"].map((password) => nobody.post(CHOOSE, { token, password })));
	assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400]);
});

test("bad input names the field; an account that is gone gets nothing", async () => {
	for (const [path, body, field] of [[FORGOTTEN, {}, "email"], [FORGOTTEN, { email: 5 }, "email"], [FORGOTTEN, { email: "x" }, "email"], [CHOOSE, { password: "long enough 1" }, "token"], [CHOOSE, { token: "x" }, "password"], [CHOOSE, { token: "x", password: "long enough 1" }, "token"]]) {
		const refused = await nobody.post(path, body);
		assert.equal(refused.status, 400, refused.text);
		assert.ok(refused.text.includes(field), refused.text);
	}
	await later();
	const { token } = await link("kefu_002@example.com");
	const admin = await signIn(stack.urls.kefu, "admin@example.com");
	assert.ok((await admin.delete("/api/v1/users/4")).status < 300);
	assert.equal((await nobody.post(CHOOSE, { token, password: "long enough 1" })).status, 400);
});

test("health says whether links can be sent; without mail the call says who helps", async () => {
	assert.equal((await nobody.get("/health")).body.data.password_links, true);
	const silent = await startStack();
	try {
		const there = httpClient(silent.urls.chat);
		assert.equal((await there.get("/health")).body.data.password_links, false);
		assert.equal((await there.post(FORGOTTEN, { email: "agent@example.com" })).status, 404);
	} finally {
		await silent.stop();
	}
});

test("by the other door the same, in that document's shape", async () => {
	const there = console.counted(httpClient(stack.urls.kefu));
	const before = server.mails.length;
	await later();
	assert.equal((await there.post(FORGOTTEN, { email: "supervisor@example.com" })).status, 200);
	await until(() => server.mails.length > before, { what: "the mail" });
	const token = /#\/password\/(\S+)/.exec(server.mails.at(-1).body)[1];
	assert.equal((await there.post(CHOOSE, { token, password: "by another door 1" })).status, 200);
	for (const [path, body] of [[FORGOTTEN, {}], [CHOOSE, { token, password: "once is enough 1" }]]) {
		const refused = await there.post(path, body);
		assert.equal(refused.status, 400);
		assert.ok(refused.body.request_id, refused.text);
	}
});

test("every row was asked, well and badly", () => {
	chat.gate();
	console.gate();
});
