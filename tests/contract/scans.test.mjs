// No list, search, figure or page walks through a growing table: every call of BENCH=size on a small site, its statements explained.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { calls, people } from "../bench/size/calls.mjs";
import { article } from "../bench/know/words.mjs";
import { fill } from "../bench/size/fill.mjs";
import { askAll, logged, scanning, usedAgain } from "../bench/size/scans.mjs";
import { httpClient, signIn } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

const SCALE = 0.004;
let s, made;
before(async () => {
	s = await startStack({ env: { DESKBELL_DESK_REQUIRE_CONNECTION: "0", DESKBELL_AI_PROVIDER: "off" } });
	made = await fill(s.dir, SCALE, () => {});
	for (const locale of ["zh", "en"]) for (let i = 0; i < 60; i++) await s.sql("INSERT INTO articles (title, content, locale, terms, created_at, updated_at) VALUES (?, ?, ?, '', ?, ?)", [article(locale, i).title, article(locale, i).content, locale, i, i]);
	await s.restart("worker");
	await until(async () => (await s.sql("SELECT 1 FROM users WHERE words_wanted = 1 LIMIT 1")).length === 0, { timeout: 120_000, what: "the contacts' words" });
	await until(async () => (await s.sql("SELECT 1 FROM articles WHERE cut = 0 LIMIT 1")).length === 0, { timeout: 120_000, what: "the articles' passages" });
	await s.sql("ANALYZE TABLE article_passages, passage_terms, passage_words, contact_words, conversation_terms, conversation_tally");
});
after(() => s?.stop());

const told = (found) => found.map(({ steps, sql }) => `${steps.map((step) => `${step.table}: ${step.type}, ${step.rows} rows`).join("; ")}\n  ${sql.slice(0, 1000)}`).join("\n");

/** Prepared anew each time (PREPARE_ANEW): what is read then is under test at the end. */
const ANEW = /FORCE INDEX \(queue_of_team\)|^SELECT COUNT\(\*\) FROM conversations WHERE queue_rank/;
const againWorse = async (seen, least) => {
	const { tried, worse } = await usedAgain(s, seen, 200);
	assert.ok(tried >= least, `${tried} statements were tried`);
	assert.deepEqual(worse.filter(({ shape }) => !ANEW.test(shape)), []);
};

test("what is read scans no growing table", { timeout: 500_000 }, async () => {
	const who = await people(s);
	const rows = await calls(s, who, made);
	const seen = await logged(s, () => askAll(rows.filter((row) => row.role !== "supervisor")));
	assert.ok(seen.length > 100, `${seen.length} statements were seen`);
	const found = await scanning(s, seen, 500);
	assert.equal(told(found), "");
	await againWorse(seen, 150);
});

test("deep pages begin at places that were passed before, and are the rows that stand there", { timeout: 300_000 }, async () => {
	const { admin } = await people(s);
	const orders = { last_activity: "last_message_at DESC, id DESC", created_at: "created_at DESC, id DESC", waiting: "wait_rank, id" };
	const filters = { "": "1 = 1", "status=resolved": "status = 2", "assignee_id=none": "assignee_id IS NULL", "agent_type=human&priority=medium": "agent_type = 1 AND priority = 1", "label=101": "id IN (SELECT conversation_id FROM conversation_labels WHERE label_id = 101)" };
	for (const [sort, order] of Object.entries(orders)) {
		for (const [query, where] of Object.entries(filters)) {
			const ids = (await s.sql(`SELECT id FROM conversations WHERE ${where} ORDER BY ${order}`)).map((row) => row.id);
			for (const page of [3, 11, 17, 20, 21, 22, 23, 25, 31, 36, Math.ceil(ids.length / 100)]) {
				if ((page - 1) * 100 >= ids.length) continue;
				const { body } = await admin.get(`/api/v1/conversations?${query}&sort=${sort}&per_page=100&page=${page}`);
				assert.deepEqual(body.data.conversations.map((row) => row.id), ids.slice((page - 1) * 100, page * 100), `${query} by ${sort}, page ${page}`);
			}
		}
	}
});

test("what is written scans no growing table", { timeout: 300_000 }, async () => {
	const seen = await logged(s, async () => {
		const who = await people(s);
		const guest = httpClient(s.urls.chat);
		const session = (await guest.post("/api/v1/chat/sessions", { name: "扫描" })).body.data.session_id;
		for (let i = 0; i < 3; i++) assert.equal((await guest.post("/api/v1/chat/messages", { session_id: session, content: "我的订单什么时候发货？" })).status, 201);
		const [{ id, contact_id: contact }] = await s.sql("SELECT id, contact_id FROM conversations WHERE session_id = ?", [session]);
		const at = `/api/v1/conversations/${id}`;
		for (const [method, path, body] of [
			["put", `${at}/assign`, { assignee_id: 3 }], ["put", `${at}/priority`, { priority: "high" }], ["put", `${at}/labels`, { labels: ["标签1 topic-1"] }],
			["post", `${at}/messages`, { content: "您好" }], ["put", `${at}/status`, { status: "resolved" }], ["put", `/api/v1/contacts/${contact}`, { name: "新名字" }],
			["put", "/api/v1/mobile/notifications/read-all", {}], ["post", "/api/v1/articles", { title: "外套的尺寸", content: "外套的尺寸见吊牌。" }], ["put", "/api/v1/articles/1", { content: "外套的尺寸见吊牌。" }], ["delete", "/api/v1/articles/2"], ["delete", `/api/v1/contacts/${contact}`],
		]) {
			const answer = await who.admin[method](path, body);
			assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`);
		}
	});
	assert.equal(told(await scanning(s, seen, 500)), "");
	await againWorse(seen, 20);
});

// EXPLAIN says how a statement is answered the first time; prepared once and used again after a change, it may be answered by a walk.
test("joining, taking and leaving the queue reads as little the tenth time as the first", { timeout: 300_000 }, async () => {
	const agent = await signIn(s.urls.kefu, "agent@example.com");
	await s.sql("UPDATE users SET max_sessions = active_sessions + 1 WHERE id = ?", [agent.user.id]);
	await agent.put("/api/v1/auth/me/status", { status: "online" });
	const seen = await logged(s, async () => {
		const guest = httpClient(s.urls.chat);
		for (let i = 0; i < 40; i++) {
			const { session_id } = (await guest.post("/api/v1/chat/sessions", {})).body.data;
			for (const [rest, body] of [["switch-agent", { agent_type: "human" }], ["close", {}]]) assert.equal((await guest.post(`/api/v1/chat/sessions/${session_id}/${rest}`, body)).status, 200);
		}
	});
	const queue = seen.filter(({ shape }) => /queue_rank|active_sessions/.test(shape) && !/conversation_tally/.test(shape)); // its repair, once a day, counts all
	assert.ok(queue.length >= 8, `${queue.length} statements were seen`);
	assert.deepEqual(queue.filter(({ examined }) => examined > 500).map(({ examined, shape }) => `${examined} rows: ${shape}`), []);
});

test("a list is a handful of statements, and each place in the queue is right, however many of its rows wait", { timeout: 300_000 }, async () => {
	const { admin } = await people(s);
	const guest = httpClient(s.urls.chat);
	for (let i = 0; i < 45; i++) {
		const { session_id } = (await guest.post("/api/v1/chat/sessions", {})).body.data;
		assert.equal((await guest.post(`/api/v1/chat/sessions/${session_id}/switch-agent`, { agent_type: "human" })).status, 200);
	}
	await s.kill("worker", "SIGSTOP"); // its own statements are not the list's
	try {
		const places = new Map((await s.sql("SELECT session_id, RANK() OVER (ORDER BY queue_rank) AS place FROM conversations WHERE queue_rank > 0")).map((row) => [row.session_id, row.place]));
		const asked = async () => Number((await s.sql("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'"))[0].Value);
		let least = Infinity, waiting = 0;
		for (let i = 0; i < 3; i++) {
			const before = await asked();
			const { body } = await admin.get("/api/v1/admin/conversations?limit=100");
			least = Math.min(least, (await asked()) - before);
			waiting = body.data.conversations.filter((row) => places.has(row.session_id)).length;
			assert.deepEqual(body.data.conversations.map((row) => row.queue_position ?? 0), body.data.conversations.map((row) => places.get(row.session_id) ?? 0));
		}
		assert.ok(waiting > 40, `${waiting} of the page wait`);
		assert.ok(least <= 8, `${least} statements`);
	} finally {
		await s.kill("worker", "SIGCONT");
	}
});
