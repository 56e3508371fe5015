// Mail to customers who have left: an answer that stays unread is mailed once, whatever the mail server or the worker does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { MailServer } from "../lib/mail_server.mjs";
import { startStack, until } from "../lib/stack.mjs";

let stack, server, agent;
before(async () => {
	server = await MailServer.open();
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_SMTP_URL: server.url, DESKBELL_MAIL_FROM: "小店 <help@shop.example>", DESKBELL_MAIL_AFTER_MS: "3600000" } });
	await stack.sql("UPDATE users SET max_sessions = 100 WHERE email = 'agent@example.com'");
	agent = await signIn(stack.urls.chat, "agent@example.com");
});
after(async () => {
	await stack?.stop();
	await server?.close();
});

let people = 0;
/** A visitor with an address who has written. */
async function visitor() {
	const guest = httpClient(stack.urls.chat);
	const email = `ann${++people}@example.org`;
	const made = await guest.post("/api/v1/chat/sessions", { metadata: { page_url: "https://shop.example/cart" } });
	assert.equal(made.status, 201, made.text);
	const session = made.body.data.session_id;
	assert.equal((await guest.put(`/api/v1/chat/sessions/${session}`, { name: "Ann Lee", email })).status, 200);
	assert.equal((await guest.post("/api/v1/chat/messages", { session_id: session, content: "Is it in stock?" })).status, 201);
	return { guest, session, email };
}
const answer = async (session, content) => {
	const sent = await agent.post("/api/v1/chat/messages", { session_id: session, content });
	assert.equal(sent.status, 201, sent.text);
};
const mailsTo = (email) => server.mails.filter((mail) => mail.to.includes(email));
const nothingWaits = () => until(async () => {
	const [{ n }] = await stack.sql("SELECT (SELECT COUNT(*) FROM mails) + (SELECT COUNT(*) FROM mail_due WHERE due_at > 0) AS n");
	return Number(n) === 0;
}, { what: "every mail gone" });
/** What the clock would do: an answer has stayed unread for as long as DESKBELL_MAIL_AFTER_MS says; a mail's pause is over. */
const unread = async () => {
	await stack.sql("UPDATE mail_due SET due_at = 1 WHERE due_at > 0");
	await stack.redis("PUBLISH", "deskbell:wake", "mail 0");
};
const hurry = async () => {
	await stack.sql("UPDATE mails SET next_at = 1");
	await stack.redis("PUBLISH", "deskbell:wake", "mail 0");
};

test("an answer that stays unread is mailed, once, with what was said and where to go on", async () => {
	const { session, email } = await visitor();
	await answer(session, "有货，今天发。\r\n.\r\nBcc: nobody@example.org");
	await answer(session, "Anything else?");
	assert.equal(mailsTo(email).length, 0, "it may still be read");
	await unread();
	await nothingWaits();
	const [mail, ...more] = mailsTo(email);
	assert.ok(mail, "no mail came");
	assert.equal(more.length, 0);
	assert.deepEqual([mail.from, mail.to], ["help@shop.example", [email]]);
	assert.match(mail.headers.from, /^小店 ?<help@shop\.example>$/);
	assert.match(mail.headers.to, /^Ann Lee ?<.*>$/);
	assert.match(mail.headers.subject, /客服小王.*Anything else\?/);
	assert.equal(mail.headers["auto-submitted"], "auto-generated");
	assert.match(mail.body, /客服小王: 有货，今天发。[^]*客服小王: Anything else\?/);
	assert.match(mail.body, /https:\/\/shop\.example\/cart/);
	assert.ok(!mail.body.includes("Is it in stock?"), "the customer's own words need no mail");
});

test("what was mailed is not mailed again: the next answer comes alone, in the same thread", async () => {
	const { session, email } = await visitor();
	for (const words of ["first answer", "second answer"]) {
		await answer(session, words);
		await unread();
		await nothingWaits();
	}
	const [one, two, ...more] = mailsTo(email);
	assert.equal(more.length, 0);
	assert.match(two.body, /second answer/);
	assert.ok(!two.body.includes("first answer"));
	assert.equal(one.headers.references, two.headers.references);
	assert.notEqual(one.headers["message-id"], two.headers["message-id"]);
});

test("nobody is written to who has read it, has no address, only claims to be somebody, or hears no more than a note", async () => {
	const before = server.mails.length;
	const reader = await visitor();
	await answer(reader.session, "seen at once");
	await stack.sql("UPDATE conversations SET version = version + 1, contact_read_seq = last_seq WHERE session_id = ?", [reader.session]);
	const guest = httpClient(stack.urls.chat);
	const nameless = (await guest.post("/api/v1/chat/sessions", {})).body.data.session_id;
	await guest.post("/api/v1/chat/messages", { session_id: nameless, content: "hello" });
	await answer(nameless, "hello nobody");
	const claimed = (await guest.post("/api/v1/chat/sessions", { user_id: "kehu_001" })).body.data.session_id;
	await guest.post("/api/v1/chat/messages", { session_id: claimed, content: "I am 张三" });
	await answer(claimed, "not for 张三");
	const noted = await visitor();
	const [{ id }] = await stack.sql("SELECT id FROM conversations WHERE session_id = ?", [noted.session]);
	const staff = await signIn(stack.urls.kefu, "admin@example.com");
	const note = await staff.post(`/api/v1/conversations/${id}/messages`, { content: "among ourselves", is_private: true });
	assert.equal(note.status, 201, note.text);
	await unread();
	await nothingWaits();
	const after = server.mails.slice(before).map((mail) => mail.body);
	assert.ok(!after.some((body) => /seen at once|hello nobody|not for 张三|among ourselves/.test(body)), after.join("\n"));
});

test("a mail server that is busy or breaks off is asked again; one address that is none is given up", async () => {
	server.answer = (word) => (word === "MAIL" ? "451 later" : null);
	const late = await visitor();
	await answer(late.session, "at the second try");
	await unread();
	const failed = () => until(async () => Number((await stack.sql("SELECT COUNT(*) AS n FROM mails WHERE attempts = 1"))[0].n) === 1, { what: "the failure is noted" });
	await failed();
	assert.match((await stack.sql("SELECT error FROM mails"))[0].error, /451|MAIL/);
	server.answer = () => null;
	await hurry();
	await nothingWaits();
	assert.equal(mailsTo(late.email).length, 1);

	server.breaks = true;
	const cut = await visitor();
	await answer(cut.session, "after it was cut");
	await unread();
	await failed();
	server.breaks = false;
	await hurry();
	await nothingWaits();
	assert.equal(mailsTo(cut.email).length, 1);

	server.answer = (word) => (word === "RCPT" ? "550 no such person" : null);
	const gone = await visitor();
	await answer(gone.session, "to nobody");
	await unread();
	await nothingWaits();
	server.answer = () => null;
	assert.equal(mailsTo(gone.email).length, 0);
});

test("a worker killed in the middle of it is followed by one that sends it, under the same Message-ID", async () => {
	server.dead = true;
	const { session, email } = await visitor();
	const before = server.connections;
	await answer(session, "whatever dies");
	await unread();
	await until(() => server.connections > before, { what: "the worker has begun" });
	await stack.kill("worker", "SIGKILL");
	server.dead = false;
	await stack.start("worker");
	await hurry();
	await nothingWaits();
	assert.equal(mailsTo(email).length, 1);
});

test("who is erased is written to no more", async () => {
	const admin = await signIn(stack.urls.kefu, "admin@example.com");
	server.answer = (word) => (word === "MAIL" ? "451 later" : null);
	const { session, email } = await visitor();
	await answer(session, "too late");
	await unread();
	await until(async () => Number((await stack.sql("SELECT COUNT(*) AS n FROM mails WHERE attempts > 0"))[0].n) === 1, { what: "the failure" });
	const [{ contact_id }] = await stack.sql("SELECT contact_id FROM conversations WHERE session_id = ?", [session]);
	const erased = await admin.post(`/api/v1/contacts/${contact_id}/erase`, {});
	assert.ok(erased.status < 300, erased.text);
	server.answer = () => null;
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM mails");
	assert.equal(Number(n), 0);
	assert.equal(mailsTo(email).length, 0);
});
