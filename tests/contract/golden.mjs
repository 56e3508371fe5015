// The golden data set of the reports: a few days of March 2024 in a zone of +08:00, small enough to be counted by hand in
// reports.test.mjs. The demo's people stay (agents 3 of team 1, 4 of team 2, 5), its history goes.
const ZONE = "+08:00";
/** Milliseconds of a local time: at("04", "09:00:00"). */
export const at = (day, clock) => Date.parse(`2024-03-${day}T${clock}${ZONE}`);

const USER = 0, AI = 1, AGENT = 2, SYSTEM = 3;
const conversations = [
	// c1: agent 3, team 1; with the AI before, until the customer asked for a person. Answered after 30 s; a run of two messages, answered 120 s after its first; resolved after 1,800 s; rated 5.
	{ id: 1001, contact: 10, agent: 3, team: 1, type: 1, created: at("04", "09:00:00"), resolved: at("04", "09:30:00"), status: 2, rating: 5, handed: 1,
		said: [[USER, at("04", "09:00:00")], [AGENT, at("04", "09:00:30"), 3], [USER, at("04", "09:05:00")], [USER, at("04", "09:05:20")],
			[AGENT, at("04", "09:06:00"), 3, "note"], [SYSTEM, at("04", "09:06:30")], [AGENT, at("04", "09:07:00"), 3]],
		answers: [[3, 1, at("04", "09:00:00"), at("04", "09:00:30")], [3, 0, at("04", "09:05:00"), at("04", "09:07:00")]] },
	// c2: agent 4, team 2. Asked a minute before midnight, answered a minute after; resolved after 24 h, the next day; rated 3.
	{ id: 1002, contact: 11, agent: 4, team: 2, type: 1, created: at("04", "23:59:00"), resolved: at("05", "23:59:00"), status: 3, rating: 3,
		said: [[USER, at("04", "23:59:00")], [AGENT, at("05", "00:01:00"), 4]],
		answers: [[4, 1, at("04", "23:59:00"), at("05", "00:01:00")]] },
	// c3: the AI's alone, never resolved.
	{ id: 1003, contact: 12, agent: null, team: null, type: 0, created: at("04", "12:00:00"), resolved: 0, status: 0, rating: null,
		said: [[USER, at("04", "12:00:00")], [AI, at("04", "12:00:02")]], answers: [] },
	// c4: agent 3, who took it from the AI; no team, on the stroke of midnight. Answered after 10 s, closed after 600 s.
	{ id: 1004, contact: 10, agent: 3, team: null, type: 1, created: at("05", "00:00:00"), resolved: at("05", "00:10:00"), status: 3, rating: null, handed: 6,
		said: [[USER, at("05", "00:00:00")], [AGENT, at("05", "00:00:10"), 3]],
		answers: [[3, 1, at("05", "00:00:00"), at("05", "00:00:10")]] },
	// c5: agent 5 for team 1, open, not answered.
	{ id: 1005, contact: 12, agent: 5, team: 1, type: 1, created: at("07", "10:00:00"), resolved: 0, status: 0, rating: null, asked: at("07", "10:00:00"),
		said: [[USER, at("07", "10:00:00")]], answers: [] },
];
// Turns of the AI: c3 answered after 2 s, and once more after 4 s; c1 ended in a hand-over; what c4 was asked nobody waited for.
const turns = [
	// conversation, asked, first word, outcome, tokens in and out, cost in millionths, estimated
	[1003, at("04", "12:00:00"), at("04", "12:00:02"), 0, 120, 30, 45_000, 0],
	[1003, at("04", "12:10:00"), at("04", "12:10:04"), 1, 200, 20, 60_000, 0],
	[1001, at("04", "09:00:00"), 0, 2, 80, 2, 20_000, 1],
	[1004, at("05", "00:00:00"), 0, 3, 10, 5, 0, 0],
];
const online = [
	[3, at("04", "22:00:00"), at("05", "01:30:00")], // across midnight: 2 h and 1.5 h
	[3, at("05", "01:00:00"), at("05", "02:00:00")], // overlaps: 0.5 h more
	[4, at("04", "09:00:00"), at("04", "09:45:00")], // 0.75 h
];

export async function load(stack) {
	for (const table of ["conversations", "messages", "responses", "ai_turns", "assignments", "online_intervals", "report_days", "report_parts", "report_online", "report_contacts", "report_late"])
		await stack.sql(`DELETE FROM ${table}`);
	await stack.sql("UPDATE users SET active_sessions = 0, status = 0 WHERE role > 0");
	for (const c of conversations) {
		await stack.sql(`INSERT INTO conversations (id, uuid, session_id, contact_id, status, agent_type, assignee_id, team_id, rating, rated_at, rated_agent_id, resolved_at, created_at, updated_at,
			last_seq, agent_messages, asked_at, first_asked_at, handed_over) VALUES (?, UUID(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		[c.id, `sess_golden${c.id}`, c.contact, c.status, c.type, c.agent, c.team, c.rating, c.rating ? c.resolved : 0, c.rating ? c.agent : null, c.resolved, c.created, c.created,
			c.said.length, c.said.filter(([who, , , note]) => who === AGENT && !note).length, c.asked ?? 0, c.created, c.handed ?? 0]);
		for (const [i, [who, when, sender = 0, note]] of c.said.entries())
			await stack.sql("INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, private, content, created_at) VALUES (?, ?, UUID(), ?, ?, ?, 'x', ?)",
				[c.id, i + 1, who === USER ? c.contact : sender, who, note ? 1 : 0, when]);
		for (const [agent, first, asked, answered] of c.answers)
			await stack.sql("INSERT INTO responses (conversation_id, agent_id, first, asked_at, answered_at) VALUES (?, ?, ?, ?, ?)", [c.id, agent, first, asked, answered]);
	}
	for (const turn of turns) await stack.sql("INSERT INTO ai_turns (conversation_id, asked_at, word_at, outcome, tokens_in, tokens_out, cost, estimated) VALUES (?)", [turn]);
	for (const [user, from, to] of online)
		await stack.sql("INSERT INTO online_intervals (user_id, started_at, seen_at, ended_at) VALUES (?, ?, ?, ?)", [user, from, to, to]);
}
