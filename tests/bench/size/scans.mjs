// Which statements walk through a growing table from end to end: the server's slow log tells what was asked, EXPLAIN how it is answered.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { options, unfold } from "./measure.mjs";

const GROWING = new Set(["users", "conversations", "messages", "responses", "assignments", "audit_log", "notifications", "webhook_deliveries", "conversation_labels", "conversation_terms",
	"contact_words", "online_intervals", "refresh_tokens", "files", "report_parts", "report_contacts", "article_passages", "passage_terms", "passage_words"]);
/* Read whole by their nature: what the statement begins with or holds, and why. */
const ALLOWED = [
	[/FROM conversations c FORCE INDEX \((activity|created_at|waiting)\).* ORDER BY c\.\w+( DESC)?, c\.id( DESC)? LIMIT \d+ OFFSET/, "walks along the list's order, as far as the page: many pass, or another index was chosen"],
	[/FROM messages m FORCE INDEX \(id\) WHERE [^()]* ORDER BY m\.id DESC LIMIT \d+ OFFSET \d{1,4}\) p/, "pages of all messages lead to the newest 10,000"],
	[/FROM conversations v FORCE INDEX \(activity\).* ORDER BY v\.last_message_at DESC, v\.id DESC LIMIT 300\) v/, "walks along the order of activity until 300 are in an agent's scope: many are"],
	[/FROM audit_log( WHERE [^()]*)?( ORDER BY created_at DESC, id DESC)? LIMIT \d+/, "pages lead to the newest 10,000: so many entries of an index are counted or skipped, no more"],
	[/^SELECT STRAIGHT_JOIN s\.conversation_id FROM conversation_labels s FORCE INDEX \(PRIMARY\)/, "looks for labels' copies that went astray, once a day, in the worker"],
	[/^INSERT INTO conversation_tally_deltas .* FROM conversations c GROUP BY/, "counts all conversations anew, once a day, in the worker"],
];

/** What the log tells of each statement: its text with and without values, rows examined, time. */
export function readLog(text) {
	const found = new Map();
	for (const entry of text.split(/^(?=# User@Host)/m).slice(1)) {
		const sql = entry.split("\n").filter((line) => line && !line.startsWith("#") && !/^(SET timestamp|use )/.test(line)).join(" ").replace(/;\s*$/, "").trim();
		const field = (name) => Number(new RegExp(`${name}: (\\S+)`).exec(entry)?.[1] ?? 0);
		const shape = sql.replace(/'(?:[^'\\]|\\.|'')*'/g, "?").replace(/\b\d+\b/g, "?").replace(/\?(, ?\?)+/g, "?…");
		const before = found.get(shape), ms = field("Query_time") * 1000;
		if (!before || ms > before.ms) found.set(shape, { shape, sql, ms, examined: Math.max(field("Rows_examined"), before?.examined ?? 0) });
		else before.examined = Math.max(before.examined, field("Rows_examined"));
	}
	return [...found.values()];
}

/** Runs work with the log on (api and worker begin anew, for new connections) and answers what it says. */
export async function logged(stack, work) {
	const file = path.join(stack.dir, "log/statements.log");
	rmSync(file, { force: true });
	for (const [name, value] of [["slow_query_log_file", file], ["long_query_time", 0], ["slow_query_log", 1]]) await stack.sql(`SET GLOBAL ${name} = ?`, [value]);
	await stack.restart("worker");
	await stack.restart("api");
	await work();
	await stack.sql("SET GLOBAL slow_query_log = 0");
	return readLog(readFileSync(file, "utf8"));
}

const NAMED = /\b(?:FROM|JOIN|STRAIGHT_JOIN|UPDATE|INTO)\s+\(?`?(\w+)`?(?:\s+(?:AS\s+)?(\w+))?/gi;
/** The growing tables that a statement has no index for, or walks an index of from end to end: [{table, rows}]. */
async function walks(stack, sql, most) {
	const names = new Map();
	for (const [, table, alias] of sql.matchAll(NAMED)) names.set(table, table).set(alias ?? table, table);
	const plan = await stack.sql(`EXPLAIN ${sql}`);
	return plan.map((step) => ({ table: names.get(step.table), rows: step.rows, type: step.type, keys: step.possible_keys, extra: step.Extra }))
		.filter(({ table, rows, type, keys }) => GROWING.has(table) && rows > most && ((type === "ALL" && !keys) || type === "index"));
}

/** Of what was seen, the statements that scan and are not allowed to. `most`: rows that may be read in any way. */
export async function scanning(stack, seen, most) {
	const found = [];
	for (const statement of seen) {
		if (!/^(SELECT|INSERT|UPDATE|DELETE|REPLACE|\()/i.test(statement.sql) || /information_schema|bench_size/.test(statement.sql)) continue;
		if (ALLOWED.some(([pattern]) => pattern.test(statement.sql))) continue;
		const steps = await walks(stack, statement.sql, most).catch(() => []); // what only its own connection knows (LAST_INSERT_ID of a pair)
		if (steps.length) found.push({ ...statement, steps });
	}
	return found;
}

const CHANGED = ["conversations", "assignments", "online_intervals"]; // tables with a generated column
const AGAIN = new RegExp(`\\b(${CHANGED.join("|")})\\b`);
/**
 * Of what was seen, what reads more rows when it is prepared once and used again after its table was changed: the server then forgets
 * that an index alone would do. Each is tried in a transaction that is taken back. {tried, worse: [{shape, first, again}]}
 */
export async function usedAgain(stack, seen, most) {
	await stack.sql("SELECT 1");
	const connection = await stack.pool.getConnection();
	const ask = async (sql) => (await connection.query(sql))[0];
	const read = async () => {
		await ask("FLUSH STATUS");
		await ask("EXECUTE tried");
		return (await ask("SHOW SESSION STATUS LIKE 'Handler_read%'")).reduce((sum, row) => sum + Number(row.Value), 0);
	};
	const found = { tried: 0, worse: [] };
	for (const { sql, shape } of seen.filter((one) => /^(SELECT|UPDATE|DELETE|INSERT|\()/i.test(one.sql) && AGAIN.test(one.sql))) {
		await ask("BEGIN");
		try {
			await ask(`PREPARE tried FROM ${connection.escape(sql)}`);
			const first = await read();
			for (const table of CHANGED) await ask(`UPDATE ${table} t JOIN (SELECT MAX(id) AS id FROM ${table}) last ON last.id = t.id SET ${table === "conversations" ? "updated_at = updated_at" : "started_at = started_at"} + 1`);
			const again = Math.max(await read(), await read());
			found.tried++;
			if (again > first + most) found.worse.push({ shape, first, again });
		} catch (error) {
			if (!error.errno) throw error; // a key that is taken, a function that only its own connection can answer: not to be tried twice
		}
		await ask("ROLLBACK");
	}
	connection.release();
	return found;
}

/** Each call once. */
export const askAll = (rows, only = /./) => unfold(rows, only, async (row) => {
	await fetch(row.base + row.at(0), options(row)).then((answer) => answer.text());
});

export async function scans(stack, rows, only) {
	const seen = await logged(stack, () => askAll(rows, only));
	const bad = await scanning(stack, seen, 20_000);
	console.log(`\n${seen.length} statements seen, ${bad.length} scan a growing table`);
	for (const { steps, shape } of bad) console.log(`SCANS ${steps.map((step) => `${step.table} (${step.rows})`).join(", ")}: ${shape}`);
	console.log("those that read the most rows:");
	for (const s of seen.sort((a, b) => b.examined - a.examined).slice(0, 25)) console.log(`${String(s.examined).padStart(9)} rows ${s.ms.toFixed(0).padStart(6)} ms  ${s.shape.slice(0, 300)}`);
	return bad.length;
}
