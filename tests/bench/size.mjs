// BENCH=size: a database as years of work leave it, and what every list, search, figure and page of the API takes there.
// SIZE (1) is the scale: 1 = a million conversations, ten million messages, 100,000 contacts, 200 agents. The folder (SIZE_DIR) is kept
// while it is being filled, so that a second run goes on, and deleted at the end unless KEEP is set. SIZE_MEMORY (24,256): the
// database's buffer pools to measure with, in MiB. SIZE_ONLY: a pattern of the rows to measure.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statfsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { root, startStack, until } from "../lib/stack.mjs";
import { calls, people } from "./size/calls.mjs";
import { exported } from "./size/exports.mjs";
import { fill } from "./size/fill.mjs";
import { measureCalls } from "./size/measure.mjs";
import { scans } from "./size/scans.mjs";
import { sendsBesideReports } from "./size/sends.mjs";

const scale = Number(process.env.SIZE ?? 1);
const dir = process.env.SIZE_DIR ?? path.join(os.tmpdir(), `deskbell-size-${os.userInfo().uid}-${scale}`);
const memories = (process.env.SIZE_MEMORY ?? "24,256").split(",");
const only = new RegExp(process.env.SIZE_ONLY ?? "");
const variant = process.env.BENCH_VARIANT ?? "release";
const GIB = 2 ** 30;

const started = Date.now();
const say = (text) => console.log(`${((Date.now() - started) / 1000).toFixed(0).padStart(5)} s  ${text}`);
const nice = (n) => {
	try {
		os.setPriority(n);
	} catch {
		// not root: as it is
	}
};
const start = (memory) => startStack({ variant, dir, env: { DESKBELL_DB_MEMORY: String(memory), DESKBELL_AI_PROVIDER: "off", DESKBELL_DESK_REQUIRE_CONNECTION: "0" } });

async function worker(stack, ...args) {
	const { stdout } = await promisify(execFile)(path.join(stack.env.DESKBELL_BUILD, "deskbell-worker"), args, {
		env: { ...stack.env, DESKBELL_DB_URL: `mysql://root@/deskbell?socket=${dir}/run/mariadb.sock`, DESKBELL_REDIS_URL: `unix://${dir}/run/redis.sock?db=0`, DESKBELL_TEMPLATES: path.join(root, "templates") },
		cwd: root, maxBuffer: 1 << 24,
	});
	say(stdout.trim());
}

/** Rows by bulk, then all that is derived by the worker itself. */
async function prepare() {
	const { bavail, bsize } = statfsSync(path.dirname(dir));
	if (!existsSync(dir) && bavail * bsize < 16 * GIB * scale + GIB) throw new Error(`${path.dirname(dir)} has too little free space: ${Math.round(16 * scale + 1)} GiB are needed`);
	mkdirSync(dir, { recursive: true, mode: 0o700 });
	nice(10);
	const stack = await start(Math.max(128, Math.round(2048 * Math.min(1, scale * 2))));
	try {
		for (const name of ["lighttpd", "relay", "files", "api", "worker"]) await stack.kill(name, "SIGTERM"); // the database alone
		const made = await fill(dir, scale, say);
		const step = async (name, work) => {
			if ((await stack.sql("SELECT 1 FROM bench_size WHERE step = ?", [name])).length) return;
			await work();
			await stack.sql("INSERT INTO bench_size VALUES (?, 1, 0)", [name]);
		};
		await stack.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 0");
		await stack.sql("SET GLOBAL innodb_log_file_size = 1073741824");
		await step("terms", () => worker(stack, "search", "rebuild"));
		await step("reports", () => worker(stack, "reports", "rebuild"));
		await step("settled", async () => {
			await stack.start("worker");
			const left = () => stack.sql("SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM users WHERE words_wanted = 1 LIMIT 1) w) + (SELECT COUNT(*) FROM (SELECT 1 FROM conversation_tally_deltas LIMIT 1) d) + " +
				"((SELECT COALESCE(SUM(n), 0) FROM conversation_tally WHERE label_id = 0) < ?) AS n", [made.conversations]);
			await until(async () => (await left())[0].n === 0, { timeout: 1_800_000, every: 1000, what: "contact words and counts" });
			say("contact words, counts of conversations");
		});
		await stack.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
		await stack.sql("SET GLOBAL innodb_log_file_size = 16777216");
		return made;
	} finally {
		await stack.stop({ keep: true });
		nice(0);
	}
}

let missed = 0;
const made = await prepare();
say(`filled: ${made.conversations} conversations, ${made.messages} messages, ${made.contacts} contacts, ${made.agents} agents`);
for (const memory of memories) {
	const stack = await start(memory);
	try {
		const who = await people(stack);
		console.log(`\nbuffer pool ${memory} MiB; milliseconds with one client`);
		await stack.kill("worker", "SIGSTOP"); // one client alone: the worker's own questions are no part of an answer's time
		missed += await measureCalls(await calls(stack, who, made), only);
		await stack.kill("worker", "SIGCONT");
		if (only.test("sends")) missed += await sendsBesideReports(stack, who, made);
		if (only.test("export")) missed += await exported(stack, who);
		if (memory === memories.at(-1)) missed += await scans(stack, await calls(stack, who, made), only);
	} finally {
		await stack.stop({ keep: true });
	}
}
if (!process.env.KEEP) rmSync(dir, { recursive: true, force: true });
console.log(missed ? `\n${missed} missed` : "\nall met");
process.exitCode = missed ? 1 : 0;
