// Dashboard and reports of the console contract: a golden data set (golden.mjs) with answers worked out by hand, the same from the
// roll-ups, from a rebuild and in CSV; what comes late corrects the day it belongs to.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { forbidden, guarded, invalid, people } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { signIn } from "../lib/client.mjs";
import { root, startStack, until, withinADay } from "../lib/stack.mjs";
import { at, load } from "./golden.mjs";

const run = promisify(execFile), ZONE = 8;
const STATS = "/api/v1/dashboard/stats", TALKS = "/api/v1/reports/conversations", AGENTS = "/api/v1/reports/agents";
const { counted, gate } = coverage("console", ["/api/v1/dashboard", "/api/v1/reports"]);
let stack, who;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_DESK_REQUIRE_CONNECTION: "0", DESKBELL_UTC_OFFSET: `+0${ZONE}:00` } });
	who = await people(stack, counted);
});
after(() => stack?.stop());

const march = (from, to, more = "") => `?start_date=2024-03-${from}&end_date=2024-03-${to}${more}`;
const report = async (client, query, url = TALKS) => {
	const answer = await client.get(url + query);
	assert.equal(answer.status, 200, answer.text);
	return answer.body.data;
};
const rebuild = async (...args) => {
	const env = { ...stack.env, DESKBELL_DB_URL: `mysql://root@/deskbell?socket=${stack.dir}/run/mariadb.sock`, DESKBELL_REDIS_URL: `unix://${stack.dir}/run/redis.sock` };
	return (await run(path.resolve(root, stack.env.DESKBELL_BUILD, "deskbell-worker"), ["reports", "rebuild", ...args], { cwd: root, env })).stdout;
};
const near = (got, want, what) => assert.ok(Math.abs(got - want) <= want * 0.025 + 0.001, `${what}: ${got}, about ${want} expected`);
/** The measure {n, mean, p50, p90}: n and mean exactly, percentiles within the documented 2.5 %. */
const measures = (got, n, mean, p50, p90, what) => {
	assert.deepEqual([got.n, got.mean], [n, mean], what);
	near(got.p50, p50, `${what} p50`);
	near(got.p90, p90, `${what} p90`);
};
const NOBODY = { asked: 0, unsure: 0, failed: 0, timeout: 0, limit: 0, taken: 0 };
const NONE = { n: 0, mean: null, p50: null, p90: null };
const tables = { report_days: "day, tz, conversations, ai_handled, resolved, resolution_ms, resolutions, messages, firsts, first_ms, responses, response_ms, rated_1, rated_2, rated_3, rated_4, rated_5, handed_asked, handed_unsure, handed_failed, handed_timeout, handed_limit, handed_taken, ai_rated_1, ai_rated_2, ai_rated_3, ai_rated_4, ai_rated_5, ai_replies, ai_word_ms, ai_tokens_in, ai_tokens_out, ai_cost, ai_estimated, ai_word_spread, resolution_spread, first_spread, response_spread",
	report_parts: "*", report_online: "*", report_contacts: "*", report_messages: "*" };
const kept = async () => Object.fromEntries(await Promise.all(Object.entries(tables).map(async ([table, columns]) => [table, await stack.sql(`SELECT ${columns} FROM ${table} ORDER BY 1, 2, 3`)])));

test("the documented examples, as printed, over the demo's data", async () => {
	like((await who.agent.get(STATS)).body, { success: true, data: {
		real_time: { active_conversations: 45, pending_conversations: 12, online_agents: 8, avg_response_time: 120 },
		today: { new_conversations: 156, resolved_conversations: 134, total_messages: 892, avg_resolution_time: 1800 },
		this_week: { conversations_count: 1024, resolution_rate: 0.89, csat_score: 4.2 } } }, "$", ["$.data.this_week.csat_score"]);
	const talks = await who.agent.get(`${TALKS}?start_date=2024-01-01&end_date=2024-01-31&group_by=day`);
	like(talks.body, { success: true, data: {
		metrics: [{ date: "2024-01-01", conversations_count: 156, resolved_count: 134, avg_response_time: 120, avg_resolution_time: 1800 }],
		summary: { total_conversations: 4856, total_resolved: 4234, resolution_rate: 0.87, avg_response_time: 95 } } });
	assert.equal(talks.body.data.metrics.length, 31);
	const people = await who.admin.get(`${AGENTS}?start_date=2024-01-01&end_date=2024-01-31`);
	like(people.body, { success: true, data: { agents: [{ agent: { id: 123, full_name: "" }, conversations_count: 245, resolved_count: 223, avg_response_time: 85, csat_score: 4.5, online_hours: 160 }] } }, "$", ["$.data.agents[].csat_score"]);
	const openapi = (await who.guest.get("/openapi.json")).text;
	assert.match(openapi, /at most 2\.5 % off/);
	assert.match(openapi, /"ConsoleConversationReport"/);
});

test("the dashboard is the report of the same days", () => withinADay(async () => {
	const stats = (await who.admin.get(STATS)).body.data, days = stats.by_day;
	assert.equal(days.length, 14);
	const { metrics, summary } = await report(who.admin, `?start_date=${days[0].date}&end_date=${days[13].date}`);
	for (const [i, day] of days.entries()) assert.deepEqual(day, Object.fromEntries(Object.keys(day).map((key) => [key, metrics[i][key]])));
	assert.ok(summary.total_conversations > 50 && summary.csat.n > 0, "the demo has history");
	const today = metrics[13];
	assert.deepEqual([stats.today.new_conversations, stats.today.resolved_conversations, stats.today.total_messages, stats.today.avg_resolution_time, stats.real_time.avg_response_time],
		[today.conversations_count, today.resolved_count, today.messages_count, today.avg_resolution_time, today.avg_response_time]);
	assert.equal(stats.by_hour.length, 24);
	assert.equal(stats.by_hour.reduce((n, hour) => n + hour.conversations_count, 0), today.conversations_count);
	const monday = (await report(who.admin, `?start_date=${days[13].date}&end_date=${days[13].date}&group_by=week`)).metrics[0].date;
	const week = (await report(who.admin, `?start_date=${monday}&end_date=${days[13].date}`)).summary;
	assert.deepEqual([stats.this_week.conversations_count, stats.this_week.resolution_rate, stats.this_week.csat_score], [week.total_conversations, week.resolution_rate, week.csat_score]);
	const chat = (await who.admin.get("/api/v1/admin/analytics/dashboard")).body.data;
	assert.deepEqual([chat.today.total_conversations, chat.today.ai_handled, chat.today.active_conversations, chat.this_week.total_conversations, chat.this_week.customer_satisfaction],
		[today.conversations_count, today.ai_handled, stats.real_time.active_conversations, week.total_conversations, week.csat_score]);
}, ZONE));

test("live: a run, a note and an answer are one response; tiles follow at once", () => withinADay(async () => {
	const admin = who.admin, agent = who.agent;
	const stats = async () => (await admin.get(STATS)).body.data;
	const was = await stats();
	const { session_id } = (await who.guest.post("/api/v1/chat/sessions", {})).body.data;
	const say = (client, content) => client.post("/api/v1/chat/messages", { session_id, content });
	for (const text of ["一", "二", "三"]) assert.equal((await say(who.guest, text)).status, 201);
	const [{ id }] = await stack.sql("SELECT id FROM conversations WHERE session_id = ?", [session_id]);
	await agent.post(`/api/v1/conversations/${id}/messages`, { content: "内部备注", is_private: true });
	assert.equal((await say(agent, "您好")).status, 201);
	assert.equal((await say(agent, "还有什么可以帮您？")).status, 201); // nobody had asked again: no second response
	const rows = await stack.sql("SELECT * FROM responses WHERE conversation_id = ?", [id]);
	assert.equal(rows.length, 1);
	const [{ asked }] = await stack.sql("SELECT created_at AS asked FROM messages WHERE stream = ? AND seq = 1", [id]);
	assert.deepEqual([rows[0].first, rows[0].agent_id, rows[0].asked_at], [1, agent.user?.id ?? 3, asked]);
	await admin.put(`/api/v1/conversations/${id}/status`, { status: "resolved" });
	await who.guest.post(`/api/v1/chat/sessions/${session_id}/rating`, { score: 4 });
	const now = await until(async () => {
		const s = await stats();
		return s.today.csat.n === was.today.csat.n + 1 && s;
	}, { what: "today's tiles" });
	const more = (pick) => pick(now) - pick(was);
	assert.deepEqual([more((s) => s.today.new_conversations), more((s) => s.today.resolved_conversations), more((s) => s.today.resolutions_count), more((s) => s.today.total_messages),
		more((s) => s.real_time.response.n), more((s) => s.today.first_response.n), more((s) => s.today.resolution.n)], [1, 1, 1, 5, 1, 1, 1]);
}, ZONE));

test("online hours follow presence; what a crash left open is closed where it was last seen", async () => {
	const me = counted(await signIn(stack.urls.kefu, "kefu001@example.com")), id = me.user.id;
	const open = () => stack.sql("SELECT * FROM online_intervals WHERE user_id = ? AND ended_at IS NULL", [id]);
	const set = (status) => me.put("/api/v1/auth/me/status", { status });
	await set("offline");
	assert.equal((await open()).length, 0);
	await set("online");
	await set("busy"); // still at work: the same interval
	assert.equal((await open()).length, 1);
	await set("away");
	assert.equal((await open()).length, 0);
	await set("online");
	const [interval] = await open();
	const long = interval.started_at - 7_200_000;
	// As after a loss of power: open for two hours, last seen an hour ago, and present still.
	await stack.sql("UPDATE online_intervals SET started_at = ?, seen_at = ? WHERE id = ?", [long, long + 3_600_000, interval.id]);
	const closed = await until(async () => (await stack.sql("SELECT * FROM online_intervals WHERE id = ? AND ended_at IS NOT NULL", [interval.id]))[0], { timeout: 30_000, what: "the lost interval's end" });
	assert.equal(closed.ended_at, long + 3_600_000);
	await until(async () => (await open()).length === 1, { what: "a new interval" });
	await set("offline");
});

test("golden: by day, worked out by hand", async () => {
	await load(stack);
	const check = async () => {
		const data = await report(who.admin, march("04", "06"));
		const [mon, tue, wed] = data.metrics;
		assert.deepEqual(data.metrics.map((m) => m.date), ["2024-03-04", "2024-03-05", "2024-03-06"]);
		// Monday: c1, c2, c3. c1 and c2 were resolved (c2 the day after), c3 is the AI's: 2 of 3.
		assert.deepEqual([mon.conversations_count, mon.resolved_count, mon.resolution_rate, mon.ai_handled, mon.human_handled, mon.resolutions_count], [3, 2, 0.6667, 1, 2, 1]);
		// Responses asked on Monday: c1 30 s and 120 s (from the first of its run, the note is none), c2 120 s: (30 + 120 + 120) / 3 = 90.
		assert.equal(mon.avg_response_time, 90);
		measures(mon.response, 3, 90, 120, 120, "response");
		// First responses: c1 30 s, c2 120 s: 75. The AI's answer in c3 does not count.
		measures(mon.first_response, 2, 75, 30, 120, "first response");
		// Resolution: c1 1,800 s, c2 86,400 s: 44,100.
		assert.equal(mon.avg_resolution_time, 44100);
		measures(mon.resolution, 2, 44100, 1800, 86400, "resolution");
		// Ratings 5 and 3: 4.
		assert.deepEqual([mon.csat_score, mon.csat], [4, { n: 2, mean: 4, p50: 3, p90: 5 }]);
		// Messages: c1 5 (not the note, not the system's line), c2 1 before midnight, c3 2.
		assert.equal(mon.messages_count, 8);
		// The AI on Monday: c1 was handed over as the customer asked; first words after 2 s and 4 s: 3. Tokens and cost of all turns, c1's too. c3 is not rated yet.
		assert.deepEqual([mon.handed_over, mon.handed_over_by], [1, { ...NOBODY, asked: 1 }]);
		measures(mon.ai_first_word, 2, 3, 2, 4, "first word");
		assert.deepEqual([mon.ai_tokens_in, mon.ai_tokens_out, mon.ai_cost, mon.ai_estimated, mon.ai_csat], [400, 52, 0.125, 1, NONE]);
		// On Tuesday an agent took c4; the tokens of the answer that nobody waited for count, it had no price and no word.
		assert.deepEqual([tue.handed_over, tue.handed_over_by, tue.ai_first_word, tue.ai_tokens_in, tue.ai_tokens_out, tue.ai_cost], [1, { ...NOBODY, taken: 1 }, NONE, 10, 5, null]);
		assert.deepEqual([wed.handed_over, wed.handed_over_by, wed.ai_first_word, wed.ai_tokens_in, wed.ai_cost, wed.ai_estimated], [0, NOBODY, NONE, 0, null, 0]);
		assert.deepEqual([data.summary.handed_over, data.summary.handed_over_by, data.summary.ai_first_word.mean, data.summary.ai_cost, data.summary.ai_estimated], [2, { ...NOBODY, asked: 1, taken: 1 }, 3, 0.125, 1]);
		// Tuesday: c4 (10 s, closed after 600 s); c2's answer is a message of Tuesday and its resolution one more of Tuesday.
		measures(tue.response, 1, 10, 10, 10, "one response");
		assert.deepEqual([tue.conversations_count, tue.resolved_count, tue.resolutions_count, tue.messages_count, tue.avg_response_time, tue.avg_resolution_time, tue.csat_score], [1, 1, 2, 3, 10, 600, null]);
		// Wednesday: nothing; 0 and null, never invented.
		assert.deepEqual([wed.conversations_count, wed.avg_response_time, wed.avg_resolution_time, wed.resolution_rate, wed.csat_score, wed.response, wed.csat], [0, 0, 0, 0, null, NONE, NONE]);
		// All: 4 conversations, 3 resolved; (30 + 120 + 120 + 10) / 4 = 70; (1,800 + 86,400 + 600) / 3 = 29,600.
		const s = data.summary;
		assert.deepEqual([s.total_conversations, s.total_resolved, s.resolution_rate, s.avg_response_time, s.avg_resolution_time, s.csat_score, s.messages_count], [4, 3, 0.75, 70, 29600, 4, 11]);
		measures(s.response, 4, 70, 30, 120, "all responses");
		measures(s.resolution, 3, 29600, 1800, 86400, "all resolutions");
		// Customers 10, 11, 12; contact 10 began twice and counts once. On Tuesday alone contact 10 is one who came back; so is 12 on Thursday.
		assert.deepEqual(data.customers, { active: 3, returning: 0, new: 3 });
		assert.deepEqual((await report(who.admin, march("05", "05"))).customers, { active: 1, returning: 1, new: 0 });
		assert.deepEqual((await report(who.admin, march("05", "07"))).customers, { active: 2, returning: 2, new: 0 });
		return data;
	};
	const live = await check(); // counted on the spot
	assert.match(await rebuild(), /^reports: \d+ days rebuilt/);
	assert.deepEqual(await check(), live); // from the roll-ups
	const empty = await report(who.admin, "?start_date=2019-01-01&end_date=2019-01-02");
	assert.deepEqual([empty.metrics.length, empty.summary.total_conversations, empty.summary.csat_score, empty.customers], [2, 0, null, { active: 0, returning: 0, new: 0 }]);
});

test("golden: weeks and months", async () => {
	const days = await report(who.admin, march("04", "07")), week = await report(who.admin, march("04", "07", "&group_by=week")), month = await report(who.admin, march("04", "07", "&group_by=month"));
	assert.deepEqual([week.metrics.length, week.metrics[0].date, month.metrics.length, month.metrics[0].date], [1, "2024-03-04", 1, "2024-03-01"]);
	for (const r of [week, month]) {
		assert.deepEqual(r.summary, days.summary);
		assert.deepEqual([r.metrics[0].response, r.metrics[0].resolution, r.metrics[0].csat, r.metrics[0].conversations_count], [days.summary.response, days.summary.resolution, days.summary.csat, 5]);
	}
	const across = await report(who.admin, "?start_date=2024-02-26&end_date=2024-03-10&group_by=week");
	assert.deepEqual(across.metrics.map((m) => [m.date, m.conversations_count]), [["2024-02-26", 0], ["2024-03-04", 5]]);
	const months = await report(who.admin, "?start_date=2024-01-15&end_date=2024-03-05&group_by=month");
	assert.deepEqual(months.metrics.map((m) => [m.date, m.conversations_count]), [["2024-01-01", 0], ["2024-02-01", 0], ["2024-03-01", 4]]);
});

test("golden: agents, and online hours over midnight", async () => {
	const { agents } = await report(who.admin, march("04", "06"), AGENTS);
	const of = (id, list = agents) => list.find((a) => a.agent.id === id);
	// Agent 3: c1 and c4; (30 + 120 + 10) / 3 = 53.333 s. Online: 2 h on Monday, 1.5 h + 0.5 h (the rest overlaps) on Tuesday.
	assert.deepEqual([of(3).agent.full_name, of(3).conversations_count, of(3).resolved_count, of(3).avg_response_time, of(3).csat_score, of(3).online_hours], ["客服小王", 2, 2, 53.333, 5, 4]);
	// Agent 4: c2.
	assert.deepEqual([of(4).conversations_count, of(4).resolved_count, of(4).avg_response_time, of(4).csat_score, of(4).online_hours], [1, 1, 120, 3, 0.75]);
	assert.deepEqual([of(5).conversations_count, of(5).avg_response_time, of(5).csat_score, of(5).online_hours], [0, 0, null, 0]);
	assert.deepEqual(agents.map((a) => a.agent.id), [3, 4, 5]);
	const monday = (await report(who.admin, march("04", "04"), AGENTS)).agents, tuesday = (await report(who.admin, march("05", "05"), AGENTS)).agents;
	assert.deepEqual([of(3, monday).online_hours, of(3, tuesday).online_hours], [2, 2]);
	assert.deepEqual((await report(who.admin, march("04", "06", "&team_id=2"), AGENTS)).agents.map((a) => [a.agent.id, a.conversations_count]), [[4, 1], [5, 0]]);
	assert.deepEqual((await report(who.admin, march("04", "06", "&agent_id=4"), AGENTS)).agents.map((a) => a.agent.id), [4]);
});

test("golden: an agent sees what is theirs, their team's or unassigned", async () => {
	// Agent 3 of team 1: c1, c4 (own), c3 (nobody's), and c5 on Thursday (its team's); never c2.
	const mine = await report(who.agent, march("04", "07"));
	assert.deepEqual(mine.metrics.map((m) => m.conversations_count), [2, 1, 0, 1]);
	assert.deepEqual([mine.summary.total_conversations, mine.summary.total_resolved, mine.summary.avg_response_time, mine.summary.csat_score, mine.summary.messages_count], [4, 2, 53.333, 5, 10]);
	assert.deepEqual(mine.customers, { active: null, returning: null, new: null });
	assert.deepEqual((await report(who.agent, march("04", "07"), AGENTS)).agents.map((a) => [a.agent.id, a.conversations_count]), [[3, 2], [5, 1]]);
	assert.equal((await report(who.agent, march("04", "07", "&agent_id=4"))).summary.total_conversations, 0);
	assert.deepEqual((await report(who.supervisor, march("04", "07"))).summary, (await report(who.admin, march("04", "07"))).summary);
	const filtered = async (more) => (await report(who.supervisor, march("04", "07", more))).summary;
	assert.deepEqual([(await filtered("&team_id=1")).total_conversations, (await filtered("&team_id=2")).avg_response_time, (await filtered("&agent_id=3")).total_conversations, (await filtered("&agent_id=3&team_id=1")).avg_response_time], [2, 120, 2, 75]);
});

test("a rebuild makes the same rows, of a part as of the whole", async () => {
	const first = await kept();
	assert.ok(first.report_parts.length >= 5 && first.report_online.length === 3 && first.report_contacts.length >= 3);
	await rebuild();
	assert.deepEqual(await kept(), first);
	assert.equal(await rebuild("2024-03-04", "2024-03-05"), "reports: 2 days rebuilt\n");
	assert.deepEqual(await kept(), first);
	await assert.rejects(rebuild("tomorrow"), /a date looks like/);
});

test("a rebuild loses nothing that was purged: rooms' messages alone are, and stand in no report", async () => {
	const first = await kept(), usage = "/api/analytics/messages?start_date=2024-03-04&end_date=2024-03-05";
	const said = async () => (await who.admin.get(usage)).body, told = await said();
	assert.equal(told.total_messages, 11, "what was said in conversations on these days");
	for (const seq of [900_001, 900_002]) await stack.sql("INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, content, created_at) VALUES (-1, ?, UUID(), 3, 2, 'in a room', ?)", [seq, at("04", "09:00:00")]);
	await rebuild();
	assert.deepEqual([await kept(), await said()], [first, told]);
	await stack.sql("DELETE FROM messages WHERE stream = -1 AND seq > 900000"); // as the worker does after a week
	await rebuild();
	assert.deepEqual([await kept(), await said()], [first, told]);
});

test("late events correct their day: a rating, an answer, a resolution, another agent", async () => {
	const summary = async (day) => (await report(who.admin, march(day, day))).summary;
	const becomes = (day, check, what) => until(async () => check(await summary(day)), { what });
	// c3 is rated 1: (5 + 3 + 1) / 3 = 3.
	assert.equal((await who.guest.post("/api/v1/chat/sessions/sess_golden1003/rating", { score: 1 })).status, 201);
	await becomes("04", (s) => s.csat_score === 3 && s.csat.n === 3, "the late rating");
	assert.deepEqual((await summary("04")).ai_csat, { n: 1, mean: 1, p50: 1, p90: 1 }, "c3 is the AI's");
	// c5 was asked on Thursday and is answered only now, by an admin who takes it.
	assert.equal((await summary("07")).response.n, 0);
	assert.equal((await who.admin.post("/api/v1/chat/messages", { session_id: "sess_golden1005", content: "抱歉让您久等了" })).status, 201);
	await becomes("07", (s) => s.response.n === 1, "the late answer");
	const [row] = await stack.sql("SELECT asked_at, answered_at FROM responses WHERE conversation_id = 1005");
	assert.equal((await summary("07")).avg_response_time, Math.round(row.answered_at - row.asked_at) / 1000);
	assert.equal((await who.admin.put("/api/v1/conversations/1005/assign", { assignee_id: 4 })).status, 200);
	assert.equal((await who.admin.put("/api/v1/conversations/1005/status", { status: "resolved" })).status, 200);
	await becomes("07", (s) => s.total_resolved === 1, "the late resolution");
	const { agents } = await report(who.admin, march("07", "07"), AGENTS);
	assert.deepEqual(agents.filter((a) => a.conversations_count + a.response.n > 0).map((a) => [a.agent.id, a.conversations_count, a.response.n]), [[4, 1, 0], [1, 0, 1]], "the conversation is its last assignee's, the answer is its author's");
	await until(async () => (await stack.sql("SELECT COUNT(*) AS n FROM report_late"))[0].n === 0, { what: "no day left to correct" });
	const corrected = await kept();
	await rebuild();
	assert.deepEqual(await kept(), corrected, "corrected days are what a rebuild makes");
});

test("a rating stays with who was rated: another agent who takes over is not meant, also when it is changed", async () => {
	const rate = async (score) => assert.equal((await who.guest.post("/api/v1/chat/sessions/sess_golden1005/rating", { score })).status, 201);
	const account = async (id) => (await stack.sql("SELECT ratings, rating_sum FROM users WHERE id = ?", [id]))[0];
	const csat = async () => (await report(who.admin, march("07", "07"), AGENTS)).agents.filter((a) => a.conversations_count + a.csat.n > 0).map((a) => [a.agent.id, a.conversations_count, a.csat.n, a.csat_score]);
	const becomes = (want, what) => until(async () => JSON.stringify(await csat()) === JSON.stringify(want), { timeout: 20_000, what });
	const was = [await account(4), await account(5)];
	await rate(2); // c5, which agent 4 had when it was resolved
	await becomes([[4, 1, 1, 2]], "agent 4's rating");
	assert.equal((await who.admin.put("/api/v1/conversations/1005/status", { status: "open" })).status, 200);
	assert.equal((await who.admin.put("/api/v1/conversations/1005/assign", { assignee_id: 5 })).status, 200);
	await becomes([[5, 1, 0, null], [4, 0, 1, 2]], "agent 5's conversation and agent 4's rating");
	await rate(4);
	await becomes([[5, 1, 0, null], [4, 0, 1, 4]], "the rating that was changed");
	assert.deepEqual([await account(4), await account(5)], [{ ratings: was[0].ratings + 1, rating_sum: was[0].rating_sum + 4 }, was[1]]);
	// c3 was rated while the AI had it: that one is nobody's, and whoever takes it is rated from then on.
	assert.equal((await who.admin.put("/api/v1/conversations/1003/assign", { assignee_id: 5 })).status, 200);
	assert.equal((await who.guest.post("/api/v1/chat/sessions/sess_golden1003/rating", { score: 5 })).status, 201);
	assert.deepEqual(await account(5), { ratings: was[1].ratings + 1, rating_sum: was[1].rating_sum + 5 });
	await until(async () => (await stack.sql("SELECT COUNT(*) AS n FROM report_late"))[0].n === 0, { timeout: 20_000, what: "no day left to correct" });
	const corrected = await kept();
	await rebuild();
	assert.deepEqual(await kept(), corrected);
});

/** No day is left to correct, and what stands there is what a rebuild makes. */
const correct = async (...range) => {
	await until(async () => (await stack.sql("SELECT COUNT(*) AS n FROM report_late"))[0].n === 0, { timeout: 60_000, what: "no day left to correct" });
	const corrected = await kept();
	await rebuild(...range);
	assert.deepEqual(await kept(), corrected);
};

test("reopened, and resolved again: it counts by its first resolution", async () => {
	const before = await report(who.admin, march("04", "07"));
	for (const status of ["open", "closed", "open"]) assert.equal((await who.admin.put("/api/v1/conversations/1001/status", { status })).status, 200);
	await correct("2024-03-01", "2024-03-31");
	assert.deepEqual(await report(who.admin, march("04", "07")), before);
	assert.match((await who.guest.get("/openapi.json")).text, /reopened ones stay counted/);
});

test("contacts merged and erased: customers are counted anew, nothing else changes", async () => {
	const before = await report(who.admin, march("04", "07"));
	assert.deepEqual(before.customers, { active: 3, returning: 0, new: 3 });
	assert.equal((await who.admin.post("/api/v1/contacts/10/merge", { merge_from: 12 })).status, 200);
	const customers = async (from, to) => (await report(who.admin, march(from, to))).customers;
	await until(async () => (await customers("04", "07")).active === 2, { timeout: 20_000, what: "one customer of two" });
	await correct("2024-03-01", "2024-03-31");
	// 10 began c1 and c3 on Monday, c4 on Tuesday, c5 on Thursday; 11 began c2 on Monday.
	assert.deepEqual([await customers("04", "07"), await customers("04", "04"), await customers("05", "07")], [{ active: 2, returning: 0, new: 2 }, { active: 2, returning: 0, new: 2 }, { active: 1, returning: 1, new: 0 }]);
	assert.equal((await who.admin.post("/api/v1/contacts/11/erase", {})).status, 200);
	await correct("2024-03-01", "2024-03-31");
	const after = await report(who.admin, march("04", "07"));
	assert.deepEqual([after.metrics, after.summary, after.customers], [before.metrics, before.summary, { active: 2, returning: 0, new: 2 }]);
});

test("a team is deleted, an agent is erased: figures of the whole stay, those by team and agent follow", async () => {
	const before = await report(who.admin, march("04", "07"));
	const team = async (id) => (await report(who.admin, march("04", "07", `&team_id=${id}`))).summary.total_conversations;
	assert.equal(await team(2), 1);
	assert.equal((await who.admin.delete("/api/v1/teams/2")).status, 200);
	await until(async () => (await team(2)) === 0, { timeout: 20_000, what: "the team's figures" });
	await correct("2024-03-01", "2024-03-31");
	assert.deepEqual(await report(who.admin, march("04", "07")), before);
	// Agent 4 answered c2, and was rated for it and for c5: what was done stays with the number, the name goes. Agent 5 has c3 and c5, which wait again.
	const agents = async () => (await report(who.admin, march("04", "07"), AGENTS)).agents.filter((a) => a.conversations_count + a.response.n + a.csat.n > 0);
	const line = (all, id) => all.find((a) => a.agent.id === id);
	const was = await agents();
	for (const id of ["kefu_002", "kefu001"]) assert.equal((await who.admin.delete(`/api/users/${id}?erase=true`)).status, 200);
	await until(async () => line(await agents(), 5)?.conversations_count === 0, { timeout: 20_000, what: "the conversations that wait again" });
	await correct("2024-03-01", "2024-03-31");
	const now = await agents();
	assert.deepEqual(line(now, 4), { ...line(was, 4), agent: { ...line(was, 4).agent, full_name: "" } });
	assert.deepEqual([line(now, 5).agent.full_name, line(now, 5).csat, line(was, 5).conversations_count], ["", line(was, 5).csat, 2]);
	const { metrics, summary } = await report(who.admin, march("04", "07"));
	const withoutAi = ({ ai_handled, human_handled, ai_csat, ...rest }) => rest;
	assert.deepEqual([metrics.map(withoutAi), withoutAi(summary)], [before.metrics.map(withoutAi), withoutAi(before.summary)]);
});

test("a rebuild while people write, answer, rate and resolve: no send fails, no report is wrong, nothing is lost", async () => {
	const total = async (query) => (await report(who.admin, query)).summary;
	await stack.sql("UPDATE users SET max_sessions = 500 WHERE id = 1"); // it takes all that it answers
	const was = await total(march("01", "31")), ran = { rebuilds: 0, rounds: 0 };
	let going = true;
	const again = async () => {
		while (going) {
			assert.match(await rebuild("2024-03-01", "2024-03-31"), /^reports: [1-9]\d* days rebuilt\n$/);
			ran.rebuilds++;
		}
	};
	const rebuilding = again().catch((error) => ((going = false), error));
	const score = (n) => who.guest.post("/api/v1/chat/sessions/sess_golden1001/rating", { score: (n % 5) + 1 });
	const sent = (answer) => assert.equal(answer.status, 201, answer.text);
	const writing = async (lane) => {
		for (let n = 0; going && (n < 12 || ran.rebuilds < 3); n++, ran.rounds++) {
			const { session_id } = (await who.guest.post("/api/v1/chat/sessions", {})).body.data;
			for (const [client, url, body] of [[who.guest, "/api/v1/chat/messages", { session_id, content: `问 ${lane}.${n}` }], [who.admin, "/api/v1/chat/messages", { session_id, content: "答" }],
				[who.guest, "/api/v1/chat/messages", { session_id: "sess_golden1005", content: `再问 ${lane}.${n}` }], [who.admin, "/api/v1/chat/messages", { session_id: "sess_golden1005", content: "再答" }]])
				sent(await client.post(url, body));
			assert.equal((await score(n)).status, 201);
			assert.equal((await who.admin.put("/api/v1/conversations/1004/status", { status: n % 2 ? "open" : "closed" })).status, 200);
			const { total_conversations, total_resolved, messages_count } = await total(march("01", "31"));
			assert.deepEqual([total_conversations, total_resolved, messages_count], [was.total_conversations, was.total_resolved, was.messages_count]);
		}
	};
	try {
		await Promise.all([1, 2].map(writing));
	} finally {
		going = false;
	}
	assert.ifError(await rebuilding);
	assert.ok(ran.rebuilds >= 3 && ran.rounds >= 24, JSON.stringify(ran));
	assert.equal((await score(1)).status, 201);
	await correct("2024-03-01", "2024-03-31");
});

test("any range: the future, a leap year, weeks and months over the year's end, one day, the calendar's ends", async () => {
	const year = "?start_date=2024-01-01&end_date=2024-12-31", sum = (metrics) => metrics.reduce((n, line) => n + line.conversations_count, 0);
	for (const [group, lines, first, last] of [["day", 366, "2024-01-01", "2024-12-31"], ["week", 53, "2024-01-01", "2024-12-30"], ["month", 12, "2024-01-01", "2024-12-01"]]) {
		const { metrics, summary } = await report(who.admin, `${year}&group_by=${group}`);
		assert.deepEqual([metrics.length, metrics[0].date, metrics.at(-1).date, sum(metrics), summary.total_conversations], [lines, first, last, 5, 5], group);
	}
	const over = async (group) => (await report(who.admin, `?start_date=2024-12-30&end_date=2025-01-06&group_by=${group}`)).metrics.map((line) => line.date);
	assert.deepEqual([await over("week"), await over("month")], [["2024-12-30", "2025-01-06"], ["2024-12-01", "2025-01-01"]]);
	for (const [from, to] of [["2099-02-28", "2099-03-01"], ["0001-01-01", "0001-01-02"], ["9999-12-30", "9999-12-31"]]) {
		const { metrics, summary, customers } = await report(who.admin, `?start_date=${from}&end_date=${to}`);
		assert.deepEqual([metrics.map((line) => line.date), summary.total_conversations, summary.resolution_rate, summary.response, customers], [[from, to], 0, 0, NONE, { active: 0, returning: 0, new: 0 }]);
		assert.ok((await report(who.admin, `?start_date=${from}&end_date=${to}`, AGENTS)).agents.every((a) => a.conversations_count === 0 && a.online_hours === 0));
	}
	assert.equal(await rebuild("2024-03-07", "2024-03-04"), "reports: 0 days rebuilt\n");
});

test("another time zone: no number of the old one is shown, the worker counts anew", async () => {
	const before = await kept();
	await stack.sql("UPDATE report_days SET tz = 0");
	await until(async () => {
		const answer = await who.admin.get(TALKS + march("04", "07"));
		if (answer.status === 503) assert.equal(answer.body.error.code, "INTERNAL_ERROR");
		else assert.equal(answer.body.data.summary.total_conversations, 5);
		return answer.status === 200 && (await stack.sql("SELECT COUNT(*) AS n FROM report_days"))[0].n === before.report_days.length;
	}, { timeout: 600_000, what: "all days counted anew" });
	assert.deepEqual(await kept(), before);
});

test("CSV: the same numbers, for spreadsheets; names cannot become formulas", async () => {
	for (const [id, name] of [[3, '=HYPERLINK("http://x"),小王'], [1, "＝1+1，客服"], [2, "@SUM(1)"]]) await stack.sql("UPDATE users SET full_name = ? WHERE id = ?", [name, id]);
	const cells = (line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
	const flat = (object, before = "") => Object.entries(object).flatMap(([key, value]) => (value && typeof value === "object" ? flat(value, `${key}_`) : [[before + key, value]]));
	for (const [url, key, query] of [[TALKS, "metrics", march("04", "08")], [TALKS, "metrics", march("01", "31", "&group_by=week&team_id=1")], [AGENTS, "agents", march("04", "08")]]) {
		const json = (await report(who.supervisor, query, url))[key];
		const csv = await who.supervisor.get(`${url}${query}&format=csv`);
		assert.equal(csv.status, 200);
		assert.equal(csv.headers.get("content-type"), "text/csv; charset=utf-8");
		assert.match(csv.headers.get("content-disposition"), /^attachment; filename="(conversations|agents)_2024-03-\d\d_2024-03-\d\d\.csv"$/);
		const bytes = new Uint8Array(await (await fetch(`${who.supervisor.base}${url}${query}&format=csv`, { headers: { Authorization: `Bearer ${who.supervisor.token}` } })).arrayBuffer());
		assert.deepEqual([...bytes.slice(0, 3)], [0xef, 0xbb, 0xbf]);
		const [header, ...lines] = csv.text.replace(/^\uFEFF/, "").trimEnd().split("\r\n");
		assert.equal(lines.length, json.length);
		for (const [i, line] of lines.entries()) {
			const want = flat(json[i]).map(([k, v]) => [k, v === null ? "" : typeof v === "string" && /^[=+\-@＝＋－＠]/.test(v) ? `'${v}` : String(v)]);
			assert.deepEqual(cells(header).map((k, at) => [k, cells(line)[at]]), want);
		}
	}
	forbidden(await who.agent.get(`${TALKS}${march("04", "08")}&format=csv`)); // agents read, they do not export
	await stack.sql("UPDATE users SET full_name = '客服小王' WHERE id = 3");
});

test("refused: strangers, and questions that make no sense", async () => {
	await guarded(who, [{ method: "GET", path: STATS }, { method: "GET", path: TALKS + march("04", "05") }, { method: "GET", path: AGENTS + march("04", "05") }]);
	for (const url of [TALKS, AGENTS]) {
		invalid(await who.admin.get(url), "start_date");
		invalid(await who.admin.get(`${url}?start_date=2024-03-04`), "end_date");
		for (const bad of ["2024-02-30", "2024-3-4", "2024-03-04T00:00:00Z", "yesterday", ""]) invalid(await who.admin.get(`${url}?start_date=${bad}&end_date=2024-03-05`), "start_date");
		invalid(await who.admin.get(`${url}?start_date=2024-03-05&end_date=2024-03-04`), "end_date");
		invalid(await who.admin.get(`${url}?start_date=2023-01-01&end_date=2024-02-05`), "end_date"); // 401 days
		assert.equal((await who.admin.get(`${url}?start_date=2023-01-01&end_date=2024-02-04`)).status, 200); // 400
		invalid(await who.admin.get(url + march("04", "05", "&format=xlsx")), "format");
		invalid(await who.admin.get(url + march("04", "05", "&team_id=x")), "team_id");
	}
	invalid(await who.admin.get(TALKS + march("04", "05", "&group_by=year")), "group_by");
	await stack.sql("UPDATE users SET permissions_drop = 64 WHERE id = 3");
	await stack.redis("FLUSHALL");
	const stripped = counted(await signIn(stack.urls.kefu, "agent@example.com"));
	for (const url of [STATS, TALKS + march("04", "05"), AGENTS + march("04", "05")]) forbidden(await stripped.get(url));
});

test("every route was asked, well and badly", gate);
