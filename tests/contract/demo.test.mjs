// The demo data agrees with itself: what is counted in rows is what can be counted, and the documented people are there.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { signIn } from "../lib/client.mjs";
import { root, startStack } from "../lib/stack.mjs";

let stack;
before(async () => {
	stack = await startStack();
});
after(() => stack?.stop());

// Each query finds what breaks a rule.
const rules = {
	"messages are numbered without holes": `SELECT stream FROM messages GROUP BY stream HAVING MIN(seq) <> 1 OR MAX(seq) <> COUNT(*)`,
	"ids follow the order of a conversation": `SELECT a.stream FROM messages a JOIN messages b ON b.stream = a.stream AND b.seq = a.seq + 1
		WHERE b.id < a.id OR b.created_at < a.created_at`,
	"the last message is the last": `SELECT c.id FROM conversations c LEFT JOIN messages m ON m.stream = c.id AND m.seq = IF(c.notes = 0, c.last_seq, c.shown_seq)
		WHERE m.id IS NULL OR m.private = 1 OR c.last_message_id <> m.id OR c.last_sender <> m.sender_type OR c.last_message_at <> m.created_at
		OR c.last_text <> LEFT(m.content, 200) OR EXISTS (SELECT 1 FROM messages x WHERE x.stream = c.id AND (x.seq > c.last_seq OR x.seq > m.seq AND x.private = 0))`,
	"rooms: the last message is the last": `SELECT r.id FROM rooms r LEFT JOIN messages m ON m.stream = -r.id AND m.seq = r.last_seq
		WHERE m.id IS NULL OR r.shown_seq <> m.seq OR r.last_message_at <> m.created_at OR EXISTS (SELECT 1 FROM messages x WHERE x.stream = -r.id AND x.seq > r.last_seq)`,
	"rooms: members are counted, and write": `SELECT r.id FROM rooms r WHERE r.members <> (SELECT COUNT(*) FROM room_members k WHERE k.room_id = r.id AND k.left_at IS NULL)
		UNION ALL SELECT m.id FROM messages m LEFT JOIN room_members k ON k.room_id = -m.stream AND k.user_id = m.sender_id WHERE m.stream < 0 AND k.user_id IS NULL`,
	"notes are counted": `SELECT c.id FROM conversations c WHERE c.notes <> (SELECT COUNT(*) FROM messages m WHERE m.stream = c.id AND m.private = 1)`,
	"every conversation has a contact who is a customer": `SELECT c.id FROM conversations c LEFT JOIN users u ON u.id = c.contact_id WHERE u.id IS NULL OR u.role <> 0`,
	"customers write as themselves, agents as agents": `SELECT m.id FROM messages m JOIN conversations c ON c.id = m.stream
		LEFT JOIN users u ON u.id = m.sender_id WHERE (m.sender_type = 0 AND m.sender_id <> c.contact_id)
		OR (m.sender_type = 2 AND (u.role IS NULL OR u.role = 0 OR m.sender_name <> u.full_name)) OR (m.sender_type IN (1, 3) AND m.sender_id <> 0)`,
	"first question": `SELECT c.id FROM conversations c JOIN (SELECT stream, MIN(created_at) t FROM messages WHERE sender_type = 0 GROUP BY stream) m
		ON m.stream = c.id WHERE c.first_asked_at <> m.t`,
	"first answer": `SELECT c.id FROM conversations c LEFT JOIN (SELECT stream, MIN(created_at) t FROM messages WHERE sender_type = 2 AND private = 0 GROUP BY stream) m
		ON m.stream = c.id WHERE c.first_answered_at <> COALESCE(m.t, 0)`,
	"answers of agents": `SELECT c.id FROM conversations c LEFT JOIN (SELECT stream, COUNT(*) n FROM messages WHERE sender_type = 2 AND private = 0 GROUP BY stream) m
		ON m.stream = c.id WHERE c.agent_messages <> COALESCE(m.n, 0)`,
	"who waits since when": `SELECT c.id FROM conversations c LEFT JOIN (SELECT stream, MAX(seq) s FROM messages WHERE sender_type = 2 AND private = 0 GROUP BY stream) a
		ON a.stream = c.id WHERE c.asked_at <> COALESCE((SELECT MIN(created_at) FROM messages m WHERE m.stream = c.id AND m.sender_type = 0
		AND m.seq > COALESCE(a.s, 0)), 0)`,
	"every agent's answer to a question is a response": `SELECT c.id FROM conversations c WHERE (SELECT COUNT(*) FROM responses r WHERE r.conversation_id = c.id)
		<> (SELECT COUNT(*) FROM messages m JOIN messages q ON q.stream = m.stream AND q.seq = m.seq - 1 WHERE m.stream = c.id AND m.sender_type = 2 AND m.private = 0 AND q.sender_type = 0)`,
	"responses are of the messages": `SELECT r.id FROM responses r LEFT JOIN messages m ON m.stream = r.conversation_id AND m.created_at = r.answered_at AND m.sender_id = r.agent_id
		WHERE m.id IS NULL OR r.answered_at < r.asked_at OR r.first <> (m.seq = (SELECT MIN(seq) FROM messages x WHERE x.stream = m.stream AND x.sender_type = 2))`,
	"figures of agents": `SELECT u.id FROM users u LEFT JOIN (SELECT agent_id, COUNT(*) n, SUM(answered_at - asked_at) ms FROM responses GROUP BY agent_id) r
		ON r.agent_id = u.id WHERE u.responses <> COALESCE(r.n, 0) OR u.response_ms <> COALESCE(r.ms, 0)`,
	"ratings of agents": `SELECT u.id FROM users u LEFT JOIN (SELECT rated_agent_id, COUNT(*) n, SUM(rating) s FROM conversations WHERE rating IS NOT NULL GROUP BY rated_agent_id) r
		ON r.rated_agent_id = u.id WHERE u.ratings <> COALESCE(r.n, 0) OR u.rating_sum <> COALESCE(r.s, 0)`,
	"ratings are 1 to 5, given at the end": `SELECT id FROM conversations WHERE (rating IS NULL) <> (rated_at = 0) OR rating NOT BETWEEN 1 AND 5 OR (rating IS NOT NULL AND rated_at < first_asked_at)`,
	"open legs are slots, within capacity": `SELECT u.id FROM users u LEFT JOIN (SELECT agent_id, COUNT(*) n FROM assignments WHERE ended_at IS NULL GROUP BY agent_id) a
		ON a.agent_id = u.id WHERE u.active_sessions <> COALESCE(a.n, 0) OR u.active_sessions > u.max_sessions`,
	"a running conversation of an agent has its leg, an ended one none": `SELECT c.id FROM conversations c WHERE (c.status IN (0, 1) AND c.assignee_id IS NOT NULL)
		<> EXISTS (SELECT 1 FROM assignments a WHERE a.conversation_id = c.id AND a.ended_at IS NULL AND a.agent_id = c.assignee_id)`,
	"legs end after they began, for a reason": `SELECT id FROM assignments WHERE ended_at < started_at OR (ended_at IS NULL) <> (end_reason = 0)`,
	"ended means resolved": `SELECT id FROM conversations WHERE (status IN (2, 3)) <> (resolved_at > 0) OR (resolved_at > 0 AND resolved_at < created_at)`,
	"who waits in the queue is nobody's": `SELECT id FROM conversations WHERE queue_rank IS NOT NULL AND (assignee_id IS NOT NULL OR agent_type <> 1 OR status NOT IN (0, 1))`,
	"open human conversations are somebody's or wait": `SELECT id FROM conversations WHERE status IN (0, 1) AND agent_type = 1 AND assignee_id IS NULL AND queue_rank IS NULL`,
	"unread by staff": `SELECT c.id FROM conversations c WHERE c.unread_staff <> (SELECT COUNT(*) FROM messages m WHERE m.stream = c.id AND m.sender_type = 0 AND m.seq > c.staff_read_seq)`,
	"unread by the customer": `SELECT c.id FROM conversations c WHERE c.unread_contact <> (SELECT COUNT(*) FROM messages m WHERE m.stream = c.id AND m.sender_type <> 0 AND m.private = 0 AND m.seq > c.contact_read_seq)`,
	"conversations of customers": `SELECT u.id FROM users u LEFT JOIN (SELECT contact_id, COUNT(*) n FROM conversations GROUP BY contact_id) c ON c.contact_id = u.id
		WHERE u.conversations <> COALESCE(c.n, 0)`,
	"no time lies ahead": `SELECT id FROM conversations WHERE GREATEST(created_at, updated_at, last_message_at, rated_at, resolved_at) > UNIX_TIMESTAMP(NOW(3)) * 1000
		UNION ALL SELECT id FROM messages WHERE created_at > UNIX_TIMESTAMP(NOW(3)) * 1000`,
	"the AI owes nothing": `SELECT id FROM conversations WHERE ai_wanted_seq > 0`,
	"session keys differ and are long": `SELECT session_id FROM conversations GROUP BY session_id HAVING COUNT(*) > 1 OR LENGTH(session_id) < 27`,
};
for (const [name, query] of Object.entries(rules))
	test(name, async () => {
		const broken = await stack.sql(query);
		assert.deepEqual(broken.slice(0, 5), [], `${broken.length} rows`);
	});

test("a month of history, and something going on now", async () => {
	const [{ n, days, open, waiting }] = await stack.sql(`SELECT COUNT(*) n, (MAX(created_at) - MIN(created_at)) / 86400000 days, SUM(status IN (0, 1)) open,
		SUM(queue_rank IS NOT NULL) waiting FROM conversations`);
	assert.ok(n >= 200 && days > 28 && days < 31 && open >= 3 && waiting >= 1, JSON.stringify({ n, days, open, waiting }));
	const articles = await stack.sql("SELECT locale, COUNT(*) n FROM articles WHERE published = 1 GROUP BY locale ORDER BY locale");
	assert.deepEqual(articles.map((a) => a.locale), ["en", "zh"]);
	assert.ok(articles.every((a) => a.n >= 10), JSON.stringify(articles));
});

test("the documented people", async () => {
	const people = await stack.sql("SELECT id, public_id, role, full_name FROM users WHERE public_id NOT LIKE 'guest%' ORDER BY public_id");
	assert.deepEqual(people.map((p) => `${p.public_id} ${p.role} ${p.full_name}`), ["admin 3 管理员", "kefu001 1 客服小明", "kefu_001 1 客服小王", "kefu_002 1 客服小李",
		"kefu_003 2 客服主管", "kehu_001 0 客户张三", "kehu_002 0 客户赵六", "kehu_003 0 客户王五", "user123 0 李四"]);
	assert.equal(people[0].id, 1);
	const [team] = await stack.sql("SELECT t.id, t.name FROM teams t JOIN team_members m ON m.team_id = t.id JOIN users u ON u.id = m.user_id WHERE u.public_id = 'kefu_001'");
	assert.deepEqual({ ...team }, { id: 1, name: "技术支持团队" });
	const [leg] = await stack.sql(`SELECT c.public_id contact, a.public_id agent FROM assignments l JOIN users c ON c.id = l.contact_id JOIN users a ON a.id = l.agent_id
		WHERE l.ended_at IS NULL AND c.public_id = 'kehu_001'`);
	assert.equal(`${leg.contact}:${leg.agent}`, "kehu_001:kefu_001");
	for (const email of ["admin", "supervisor", "agent", "kefu_002", "kefu001", "customer"]) await signIn(stack.urls.chat, `${email}@example.com`);
});

test("loading it again changes nothing", async () => {
	const [before] = await stack.sql("SELECT (SELECT COUNT(*) FROM users) u, (SELECT COUNT(*) FROM messages) m, (SELECT COUNT(*) FROM articles) a");
	const env = { ...stack.env, DESKBELL_DB_URL: `mysql://root@/deskbell?socket=${stack.dir}/run/mariadb.sock`, DESKBELL_REDIS_URL: `unix://${stack.dir}/run/redis.sock?db=0`,
		DESKBELL_TEMPLATES: path.join(root, "templates"), DESKBELL_SQL: path.join(root, "sql") };
	const program = path.resolve(root, stack.env.DESKBELL_BUILD, "deskbell-worker");
	const { stdout } = await promisify(execFile)(program, ["demo"], { env });
	assert.match(stdout, /nothing is loaded/);
	const [now] = await stack.sql("SELECT (SELECT COUNT(*) FROM users) u, (SELECT COUNT(*) FROM messages) m, (SELECT COUNT(*) FROM articles) a");
	assert.deepEqual(now, before);
});

test("the portal has files to show, of an agent and of a customer", async () => {
	for (const [email, names] of [["agent@example.com", ["价目表 Price list.pdf", "折臂台灯.png", "退货处理要点.txt"]], ["customer@example.com", ["价目表 Price list.pdf", "松绿马克杯.png"]]]) {
		const { body } = await (await signIn(stack.urls.chat, email)).get("/api/portal/files");
		assert.deepEqual(body.files.map((file) => file.filename).sort(), [...names].sort());
		for (const file of body.files) {
			const got = await fetch(stack.urls.chat + file.url);
			assert.deepEqual([got.status, (await got.arrayBuffer()).byteLength], [200, file.size]);
		}
	}
});
