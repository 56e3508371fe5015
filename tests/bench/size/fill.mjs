// Fills a database as years of work would have: LOAD DATA by parts, each with its mark in one transaction, so that a fill that was
// broken off goes on. What the product derives itself (counts, figures of days, words that are searched for) is not made here.
import { unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import mysql from "mysql2/promise";
import { chance, fullName, pick, sentence } from "./words.mjs";

const DAY = 86_400_000;
const SPAN = 500 * DAY;
const PART = 20_000;
const STAFF = 1000, TEAMS = 100, CONTACTS = 10_000, CONVERSATIONS = 10_000, LABELS = 100; // numbers begin behind those of the demo data
const AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36";

/** How many of each there are at that scale. */
export function sizes(scale) {
	const n = (whole, least = 1) => Math.max(least, Math.round(whole * scale));
	return { conversations: n(1_000_000, 100), contacts: n(100_000, 50), agents: n(200, 12), teams: 12, labels: 30, canned: n(300), audit: n(400_000), notifications: n(400_000), deliveries: n(100_000), rooms: n(500, 3), said: n(400, 40) };
}

const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
const word = (random) => {
	const n = Math.floor(random() * 4294967296);
	return hex[n >>> 24] + hex[(n >>> 16) & 255] + hex[(n >>> 8) & 255] + hex[n & 255];
};
const uuid = (random) => {
	const a = word(random), b = word(random), c = word(random);
	return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${word(random)}`;
};
const NONE = "\\N";
const row = (...values) => `${values.map((value) => (value === null ? NONE : value)).join("\t")}\n`;

/** One row a person of staff: some have most of the work. */
function staffOf(n, k) {
	const team = TEAMS + 1 + (k % 12);
	return { id: STAFF + k, role: k < 4 ? 3 : k < 4 + Math.ceil(n.agents / 16) ? 2 : 1, team, second: k % 5 === 0 ? TEAMS + 1 + ((k + 5) % 12) : 0 };
}
function assigneeOf(n, u) {
	const first = 4 + Math.ceil(n.agents / 16);
	return staffOf(n, Math.min(n.agents - 1, first + Math.floor(u ** 1.7 * (n.agents - first))));
}

/** When the i-th conversation began: ever more of them, fewer at night. */
function beganAt(began, share) {
	const at = SPAN * share ** 0.9;
	return Math.floor(began + at + (DAY / 7.5) * Math.sin((2 * Math.PI * at) / DAY) * Math.min(1, (SPAN - at) / DAY));
}

function messagesIn(random) {
	const u = random();
	if (u > 0.9996) return 500 + Math.floor(random() ** 3 * 6000);
	return 2 + Math.min(120, Math.floor(-Math.log(1 - random()) * 7.8));
}

/** A conversation and all that belongs to it, as lines for each table; `next` is the first free number of a message. */
function talk(i, n, began, until, next, out) {
	const random = chance(i * 2654435761 + 17);
	const id = CONVERSATIONS + 1 + i, contact = CONTACTS + Math.floor(random() ** 2 * n.contacts);
	const created = beganAt(began, i / n.conversations), age = until - created;
	const human = random() < 0.7, english = random() < 0.25, count = messagesIn(random);
	const active = random() < (age < 2 * DAY ? 0.5 : 0.005), pending = active && random() < 0.35;
	const waiting = active && !pending && human && random() < 0.12;
	const who = human && !waiting && random() < 0.94 ? assigneeOf(n, random()) : null;
	const team = who ? who.team : human && random() < 0.5 ? TEAMS + 1 + Math.floor(random() * 12) : null;
	const gap = Math.min(4 * 60_000, Math.max(0, age - 1000) / (count + 1)), priority = pick([0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3], random());
	let at = created, notes = 0, shown = 0, asked = 0, firstAsked = 0, firstAnswered = 0, answers = 0, unread = 0, last;
	for (let seq = 1; seq <= count; seq++) {
		const note = human && seq > 2 && random() < 0.02, kind = note ? 2 : seq === count && active ? 0 : seq % 2 === 1 ? 0 : who && seq > 2 ? 2 : 1;
		const says = sentence(random, english, kind > 0);
		last = { seq, kind, says, id: next + seq - 1, at: Math.floor(at) };
		out.messages.push(row(id, seq, last.id, uuid(random), kind === 0 ? contact : kind === 2 ? (who?.id ?? STAFF) : 0, kind, kind === 2 ? "客服" : "", note ? 1 : 0, says,
			kind === 0 && seq % 3 > 0 ? `c${id.toString(36)}-${seq}` : null, last.at));
		notes += note;
		if (!note) shown = seq;
		if (kind === 0) {
			asked ||= last.at;
			firstAsked ||= last.at;
			unread++;
		} else if (kind === 2 && !note) {
			if (asked) out.responses.push(row(id, who.id, firstAnswered ? 0 : 1, asked, last.at));
			firstAnswered ||= last.at;
			answers++;
			asked = unread = 0;
		}
		at = Math.min(at + gap * 2 * random(), until);
	}
	if (!human) asked ||= firstAsked;
	const status = active ? (pending ? 1 : 0) : random() < 0.45 ? 2 : 3, resolved = active ? 0 : last.at + 60_000;
	const rating = !active && human && random() < 0.15 ? pick([1, 2, 3, 4, 4, 5, 5, 5, 5], random()) : null;
	if (!active) unread = asked = 0;
	out.conversations.push(row(id, uuid(random), `sess_${word(random)}${word(random)}${id.toString(36)}`, contact, status, priority, human ? 1 : 0, who?.id ?? null, team,
		waiting ? (9 - priority) * 1e13 + (asked || last.at) : null, '{"source":"web","page_url":"https://shop.example.com/orders"}', count, last.id, last.at, last.kind, last.says.slice(0, 200),
		unread, count - unread, count, asked, firstAsked, firstAnswered, human ? created : 0, answers, rating, rating && random() < 0.3 ? "谢谢，很满意" : null, rating ? last.at + 90_000 : 0, rating ? who?.id ?? null : null, resolved, created,
		Math.max(last.at, resolved), notes, shown, human ? created : 0));
	if (who) out.assignments.push(row(id, contact, who.id, created, resolved || null, active ? 0 : 1, active ? null : count));
	if (random() < 0.4) for (let k = Math.ceil(random() * 2.5); k > 0; k--) out.conversation_labels.push(row(id, LABELS + 1 + Math.floor(random() ** 2.5 * n.labels)));
	return next + count;
}
const COLUMNS = {
	messages: "stream, seq, id, uuid, sender_id, sender_type, sender_name, private, content, client_id, created_at",
	responses: "conversation_id, agent_id, first, asked_at, answered_at",
	conversations: "id, uuid, session_id, contact_id, status, priority, agent_type, assignee_id, team_id, queue_rank, metadata, last_seq, last_message_id, last_message_at, last_sender, last_text, " +
		"unread_staff, staff_read_seq, contact_read_seq, asked_at, first_asked_at, first_answered_at, human_at, agent_messages, rating, rating_comment, rated_at, rated_agent_id, resolved_at, created_at, " +
		"updated_at, notes, shown_seq, switched_at",
	assignments: "conversation_id, contact_id, agent_id, started_at, ended_at, end_reason, upto_seq",
	conversation_labels: "conversation_id, label_id",
	users: "id, public_id, role, login, email, full_name, password_hash, phone, identifier, custom_attributes, tags, last_active_at, created_at, updated_at",
	teams: "id, name, created_at, updated_at",
	team_members: "team_id, user_id",
	labels: "id, title, color, created_at, updated_at",
	canned_responses: "short_code, content, created_at, updated_at",
	online_intervals: "user_id, started_at, seen_at, ended_at",
	audit_log: "user_id, action, resource_id, details, ip_address, user_agent, created_at",
	notifications: "user_id, type, conversation_id, name, created_at, read_at",
	webhooks: "id, url, events, secret, enabled, created_at, updated_at",
	webhook_deliveries: "webhook_id, event, conversation_id, seq, status, attempts, response_status, response_ms, created_at, next_at, finished_at",
};

function people(n, began, until, hash) {
	const out = { users: [], teams: [], team_members: [], labels: [], online_intervals: [], canned_responses: [], webhooks: [] };
	for (let i = 1; i <= n.teams; i++) out.teams.push(row(TEAMS + i, `第${i}组 Team ${i}`, began, began));
	for (let i = 1; i <= n.labels; i++) out.labels.push(row(LABELS + i, `标签${i} topic-${i}`, "#3b82f6", began, began));
	for (let i = 1; i <= n.canned; i++) out.canned_responses.push(row(`size_${i}`, sentence(chance(i), i % 4 === 0, true), began, began));
	for (let i = 0; i < n.agents; i++) {
		const s = staffOf(n, i), random = chance(i + 7);
		out.users.push(row(s.id, `staff_${i}`, s.role, `staff${i}@size.example`, `staff${i}@size.example`, fullName(random), hash, null, null, null, null, until, began, until));
		for (const team of new Set([s.team, s.second])) if (s.role === 1 && team) out.team_members.push(row(team, s.id));
		for (let day = 0; day < 500; day++) {
			if (random() < 0.3) continue;
			const start = Math.floor(began + day * DAY + random() * DAY / 2), end = start + Math.floor(4 * 3600_000 * (0.5 + random()));
			if (end < until) out.online_intervals.push(row(s.id, start, end, end));
		}
	}
	for (let i = 0; i < n.contacts; i++) {
		const random = chance(i + 1_000_003), id = CONTACTS + i, created = Math.floor(began + random() * SPAN * 0.9);
		const phone = random() < 0.5 ? `+86 13${Math.floor(random() * 10)} ${String(Math.floor(random() * 1e4)).padStart(4, "0")} ${String(Math.floor(random() * 1e4)).padStart(4, "0")}` : null;
		out.users.push(row(id, `guest_${word(random)}${word(random)}`, 0, null, random() < 0.6 ? `user${i}@${pick(["example.com", "mail.example", "qq.example"], random())}` : null, fullName(random), null, phone,
			random() < 0.4 ? `C-${100000 + i}` : null, '{"source":"web"}', random() < 0.2 ? `["${pick(["VIP客户", "老客户", "wholesale"], random())}"]` : null, created, created, created));
	}
	for (let i = 1; i <= 3; i++) out.webhooks.push(row(100 + i, `https://hook${i}.size.example/`, 31, "secret", 0, began, began));
	return out;
}

function traces(n, until) {
	const out = { audit_log: [], notifications: [], webhook_deliveries: [] };
	const actions = ["conversation:status", "conversation:assign", "conversation:status", "conversation:labels", "conversation:priority", "contact:update", "user:update", "canned:update"];
	for (let i = 0; i < n.audit; i++) {
		const random = chance(i + 31), at = Math.floor(until - SPAN + (SPAN * i) / n.audit);
		out.audit_log.push(row(assigneeOf(n, random()).id, pick(actions, random() ** 2), CONVERSATIONS + 1 + Math.floor(random() * n.conversations), null, `10.0.${i % 200}.7`, AGENT, at));
	}
	for (let i = 0; i < n.notifications; i++) {
		const random = chance(i + 57), at = Math.floor(until - 80 * DAY + (80 * DAY * i) / n.notifications);
		out.notifications.push(row(assigneeOf(n, random()).id, Math.floor(random() * 3), CONVERSATIONS + Math.floor(n.conversations * (0.85 + 0.15 * random())), fullName(random), at, random() < 0.95 ? at + 60_000 : null));
	}
	for (let i = 0; i < n.deliveries; i++) {
		const at = Math.floor(until - 29 * DAY + (29 * DAY * i) / n.deliveries);
		out.webhook_deliveries.push(row(101 + (i % 3), i % 5, CONVERSATIONS + n.conversations - (i % n.conversations), 1, i % 20 === 0 ? 2 : 1, 1, i % 20 === 0 ? 500 : 200, 80, at, 0, at + 100));
	}
	return out;
}

const SUMS = [
	"UPDATE users u JOIN (SELECT contact_id, COUNT(*) AS n, MAX(last_message_at) AS at FROM conversations GROUP BY contact_id) c ON c.contact_id = u.id SET u.conversations = c.n, u.last_active_at = c.at",
	"UPDATE users u JOIN (SELECT agent_id, COUNT(*) AS n FROM assignments WHERE ended_at IS NULL GROUP BY agent_id) a ON a.agent_id = u.id SET u.active_sessions = a.n",
	"UPDATE users u JOIN (SELECT agent_id, COUNT(*) AS n, SUM(answered_at - asked_at) AS ms FROM responses GROUP BY agent_id) r ON r.agent_id = u.id SET u.responses = r.n, u.response_ms = r.ms",
	"UPDATE conversations c JOIN users u ON u.id = c.contact_id LEFT JOIN users a ON a.id = c.assignee_id SET c.contact_handle = u.public_id, c.assignee_handle = COALESCE(a.public_id, '')",
	"UPDATE conversation_labels s JOIN conversations c ON c.id = s.conversation_id SET s.last_message_at = c.last_message_at, s.status = c.status, s.agent_type = c.agent_type, " +
		"s.priority = c.priority, s.assignee_id = c.assignee_id, s.team_id = c.team_id, s.created_at = c.created_at, s.wait_rank = c.wait_rank, c.labelled = 1",
	"ANALYZE TABLE users, conversations, messages, responses, assignments, conversation_labels, audit_log, notifications, webhook_deliveries, online_intervals",
];

/** All staff in every room; the first one has more than are shown. Said until now: older ones are not shown. */
const ROOMS = 1000;
const rooms = (n, now) => [
	`INSERT IGNORE INTO rooms (id, public_id, name, owner_id, created_at) SELECT ${ROOMS} + r.seq, CONCAT('room_size_', r.seq), CONCAT('房间 Room ', r.seq), ${STAFF}, ${now - 90 * DAY} FROM seq_1_to_${n.rooms} r`,
	`INSERT IGNORE INTO room_members (room_id, user_id, joined_at) SELECT ${ROOMS} + r.seq, u.id, ${now - 80 * DAY} FROM seq_1_to_${n.rooms} r JOIN users u ON u.id >= ${STAFF} AND u.id < ${CONTACTS}`,
	...[[`1_to_${n.rooms}`, n.said], ["1_to_1", n.said * 10]].map(([which, count]) => "INSERT IGNORE INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, content, created_at) " +
		`SELECT -(${ROOMS} + r.seq), s.seq, UUID(), ${STAFF} + s.seq % ${n.agents}, 2, 'Staff', CONCAT('第', s.seq, '条 message'), ${now} - (${n.said * 10} - s.seq) * 60000 FROM seq_${which} r JOIN seq_1_to_${count} s`),
	`UPDATE rooms r SET r.members = ${n.agents}, r.last_message_at = ${now}, r.last_seq = (SELECT MAX(seq) FROM messages m WHERE m.stream = -r.id), r.shown_seq = r.last_seq WHERE r.id > ${ROOMS}`,
];

export async function fill(dir, scale, say) {
	const db = await mysql.createConnection({ socketPath: path.join(dir, "run/mariadb.sock"), user: "root", database: "deskbell", charset: "utf8mb4" });
	const n = sizes(scale);
	try {
		// Nothing here has to outlive a power cut; a big log lets pages be written once.
		await db.query("SET GLOBAL innodb_flush_log_at_trx_commit = 0, GLOBAL innodb_log_file_size = 1073741824");
		await db.query("SET SESSION unique_checks = 0, SESSION foreign_key_checks = 0");
		await db.query("CREATE TABLE IF NOT EXISTS bench_size (step VARCHAR(40) PRIMARY KEY, done BIGINT NOT NULL, at BIGINT NOT NULL) ENGINE=InnoDB");
		await db.query("INSERT IGNORE INTO bench_size VALUES ('until', ?, 0), ('scale', ?, 0)", [Date.now(), n.conversations]);
		const done = async (step) => (await db.query("SELECT done, at FROM bench_size WHERE step = ?", [step]))[0][0] ?? { done: 0, at: 0 };
		if ((await done("scale")).done !== n.conversations) throw new Error(`${dir} was filled to another size`);
		const until = (await done("until")).done, began = until - SPAN;
		const load = async (tables, marks) => {
			await db.query("START TRANSACTION");
			for (const [table, lines] of Object.entries(tables)) {
				const file = path.join(dir, "tmp", `${table}.tsv`);
				writeFileSync(file, lines.join(""));
				await db.query(`LOAD DATA INFILE ? IGNORE INTO TABLE ${table} CHARACTER SET utf8mb4 (${COLUMNS[table]})`, [file]);
				unlinkSync(file);
			}
			for (const [step, value, at] of marks) await db.query("REPLACE INTO bench_size VALUES (?, ?, ?)", [step, value, at]);
			await db.query("COMMIT");
		};
		if (!(await done("people")).done) {
			const [[admin]] = await db.query("SELECT password_hash FROM users WHERE id = 1");
			await load(people(n, began, until, admin.password_hash), [["people", 1, 0]]);
			say("people");
		}
		let { done: from, at: next } = await done("conversations");
		next ||= 1_000_000;
		for (; from < n.conversations; from = Math.min(from + PART, n.conversations)) {
			const out = { conversations: [], messages: [], responses: [], assignments: [], conversation_labels: [] };
			const to = Math.min(from + PART, n.conversations);
			for (let i = from; i < to; i++) next = talk(i, n, began, until, next, out);
			await load(out, [["conversations", to, next]]);
			say(`${to} conversations, ${next - 1_000_000} messages`);
		}
		if (!(await done("traces")).done) await load(traces(n, until), [["traces", 1, 0]]);
		if (!(await done("sums")).done) {
			for (const sql of SUMS) await db.query(sql);
			await db.query("REPLACE INTO bench_size VALUES ('sums', 1, 0)");
			say("sums");
		}
		if (!(await done("rooms")).done) {
			for (const sql of rooms(n, Date.now())) await db.query(sql);
			await db.query("REPLACE INTO bench_size VALUES ('rooms', 1, 0)");
			say("rooms");
		}
		return { ...n, messages: next - 1_000_000, until, began };
	} finally {
		await db.query("SET GLOBAL innodb_flush_log_at_trx_commit = 1, GLOBAL innodb_log_file_size = 16777216").catch(() => {});
		await db.end();
	}
}
