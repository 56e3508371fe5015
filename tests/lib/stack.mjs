// A whole Deskbell of its own for a test file: private MariaDB, Redis, api, relay, worker and lighttpd below a temporary folder, on
// free ports, by the same script that `make run` uses. stop() ends it and fails when a sanitizer had something to say.
import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { get } from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import mysql from "mysql2/promise";
import { own } from "./hosts.mjs";

const run = promisify(execFile);
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const script = path.join(root, "ops/stack.sh");
const DOORS = { chat: "CHAT", kefu: "KEFU", desk: "DESK" };
const SANITIZER = /ERROR: (Address|Leak|Undefined\w*)Sanitizer|runtime error:|SUMMARY: \w+Sanitizer/;

/** Resolves with the first truthy answer of probe(), asked again and again; throws when `timeout` ms are over. */
export async function until(probe, { timeout = 30_000, every = 20, what = "the condition" } = {}) {
	const end = Date.now() + timeout;
	let last;
	for (;;) {
		try {
			const answer = await probe();
			if (answer) return answer;
		} catch (error) {
			last = error;
		}
		if (Date.now() > end) throw new Error(`${what} did not come true in ${timeout} ms`, { cause: last });
		await new Promise((resolve) => setTimeout(resolve, every));
	}
}

/** Figures of a day, checked within one: what failed because midnight fell into it is checked again on the new day. `zone`: hours east. */
export async function withinADay(check, zone = 0) {
	const today = () => Math.floor((Date.now() + zone * 3600_000) / 86400_000);
	const began = today();
	try {
		return await check();
	} catch (error) {
		if (today() === began) throw error;
		return check();
	}
}

/** "+07:00": where it is about noon now, so that no day ends there in the hours to come. */
export const zoneOfNoon = () => {
	const hours = 12 - new Date().getUTCHours();
	return `${hours < 0 ? "-" : "+"}${String(Math.abs(hours)).padStart(2, "0")}:00`;
};

export async function freePorts(count) {
	const servers = await Promise.all(
		Array.from({ length: count }, () => new Promise((resolve, reject) => {
			const server = net.createServer().once("error", reject).listen(0, "127.0.0.1", () => resolve(server));
		})),
	);
	const ports = servers.map((server) => server.address().port);
	await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
	return ports;
}

/** build/VARIANT to use: what the test asks for, else what tests/run set for the suite, else the first that is built. */
function buildFolder(variant) {
	const wanted = variant ?? process.env.DESKBELL_TEST_VARIANT;
	const choices = wanted ? [wanted] : ["asan", "strict", "release"];
	const found = choices.map((v) => path.join(root, "build", v)).find((dir) => existsSync(path.join(dir, "api.fcgi")));
	if (!found) throw new Error(`nothing is built in build/${choices.join(" or build/")}`);
	return found;
}

const processesOf = (session) => {
	try {
		return execFileSync("pgrep", ["-s", String(session)], { encoding: "utf8" }).trim().split("\n").map(Number);
	} catch {
		return [];
	}
};
const isRunning = (pid) => {
	try {
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
	} catch {
		return false;
	}
};

const isStopped = (pid) => readdirSync(`/proc/${pid}/task`).every((thread) => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8")));

class Stack {
	constructor(dir, env, ports) {
		Object.assign(this, { dir, env, ports });
		this.urls = Object.fromEntries(Object.keys(DOORS).map((door, i) => [door, `http://127.0.0.1:${ports[i]}`]));
		this.wsUrls = Object.fromEntries(Object.keys(DOORS).map((door, i) => [door, `ws://127.0.0.1:${ports[i]}`]));
		this.ws = `${this.wsUrls.chat}/ws`;
		this.killed = new Set();
	}

	#script(...args) {
		return run(script, args, { env: this.env, maxBuffer: 1 << 24 });
	}

	/** Process number (of the first of its session) by name: mariadb redis api relay worker lighttpd. */
	pid(name) {
		try {
			const [pid] = readFileSync(path.join(this.dir, "run", `${name}.pid`), "utf8").split(" ");
			return isRunning(pid) ? Number(pid) : 0;
		} catch {
			return 0;
		}
	}
	get pids() {
		const names = ["mariadb", "redis", "api", "files", "relay", "worker", "lighttpd"];
		return Object.fromEntries(names.map((name) => [name, this.pid(name)]).filter(([, pid]) => pid));
	}
	/** All processes of that name, the supervising one first: for api its workers follow. */
	processes(name) {
		const first = this.pid(name);
		return first ? [first, ...processesOf(first).filter((pid) => pid !== first)] : [];
	}
	/** Sends a signal; waits until the process (and a killed pool's workers) are gone, or have stopped, when that is what it does. */
	async kill(name, signal = "SIGKILL") {
		const pids = this.processes(name);
		if (!pids.length) throw new Error(`${name} is not running`);
		const ends = ["SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGABRT"].includes(signal);
		for (const pid of signal === "SIGTERM" || signal === "SIGINT" ? pids.slice(0, 1) : pids) process.kill(pid, signal);
		if (ends) await until(() => !pids.some(isRunning), { timeout: 60_000, what: `the end of ${name}` });
		// A stop reaches a server's threads one after the other; until then it may still answer.
		if (signal === "SIGSTOP") await until(() => pids.every(isStopped), { what: `the stop of ${name}` });
		if (signal === "SIGSTOP" && name === "worker") await this.#outsideTransactions(pids);
	}
	/** Stopped within a transaction it would keep its locks, and whoever wants the row waits for it: it goes on until it stops between two. */
	async #outsideTransactions(pids) {
		await until(async () => {
			for (const pid of pids) process.kill(pid, "SIGSTOP");
			await until(() => pids.every(isStopped), { what: "the stop" });
			if ((await this.sql("SELECT trx_id FROM information_schema.innodb_trx")).length === 0) return true;
			for (const pid of pids) process.kill(pid, "SIGCONT");
			return false;
		}, { every: 150, what: "the worker outside its transactions" }); // the server shows what it showed when asked more often than every 100 ms
	}
	/** Starts what is named; lighttpd takes up to a second to see that api is back, which is waited for. */
	async start(...names) {
		await this.#script("start", ...names);
		if (!this.pid("lighttpd") || !this.pid("api")) return;
		const answersItself = async () => !(await fetch(`${this.urls.chat}/health`)).headers.get("content-type")?.startsWith("text/html");
		await until(answersItself, { what: "api's answer through lighttpd" });
	}
	async restart(name) {
		await this.#script("stop", name);
		await this.start(name);
	}
	/** What the relay counts: {frames_in, frames_out, fcgi_requests …}. */
	relay() {
		return new Promise((resolve, reject) => {
			get({ socketPath: path.join(this.dir, "run/relay.sock"), path: "/relay/health" }, (answer) => {
				let text = "";
				answer.on("data", (part) => (text += part)).on("end", () => resolve(JSON.parse(text)));
			}).on("error", reject);
		});
	}
	logs(name) {
		const file = path.join(this.dir, "log", `${name}.log`);
		return existsSync(file) ? readFileSync(file, "utf8") : "";
	}

	/** Rows of a query ([{column: value}]), numbers as numbers where they fit, JSON and dates as text. */
	async sql(query, params = []) {
		this.pool ??= mysql.createPool({
			socketPath: path.join(this.dir, "run/mariadb.sock"), user: "root", database: "deskbell",
			connectionLimit: 4, dateStrings: true, supportBigNumbers: true, charset: "utf8mb4",
		});
		const [rows] = await this.pool.query(query, params);
		return rows;
	}
	/** Answer of a Redis command, parsed: redis("GET", "key"). */
	async redis(...command) {
		const args = ["-s", path.join(this.dir, "run/redis.sock"), "--json", ...command.map(String)];
		const { stdout } = await run("redis-cli", args, { maxBuffer: 1 << 26 });
		return JSON.parse(stdout);
	}

	/** Lines of the logs in which a sanitizer reported. */
	complaints() {
		const logs = path.join(this.dir, "log");
		return readdirSync(logs).flatMap((file) =>
			readFileSync(path.join(logs, file), "utf8").split("\n").flatMap((line, i, all) =>
				SANITIZER.test(line) ? [`${file}: ${all.slice(i, i + 25).join("\n")}`] : []).slice(0, 3));
	}

	async stop({ keep = Boolean(process.env.DESKBELL_TEST_KEEP) } = {}) {
		if (this.stopped) return;
		this.stopped = true;
		await this.pool?.end().catch(() => {});
		for (const name of Object.keys(this.pids)) for (const pid of this.processes(name)) process.kill(pid, "SIGCONT");
		await this.#script("stop");
		exitStacks.delete(this);
		const complaints = this.complaints();
		if (!keep && !complaints.length) rmSync(this.dir, { recursive: true, force: true });
		if (complaints.length) throw new Error(`sanitizer reports in ${this.dir}:\n${complaints.join("\n")}`);
	}
}

// A test that throws before its after(), or is ended, must not leave servers behind.
const exitStacks = new Set();
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.once(signal, () => process.exit(1));
process.on("exit", () => {
	for (const stack of exitStacks) spawn(script, ["stop"], { env: stack.env, detached: true, stdio: "ignore" }).unref();
});

/**
 * Starts a stack and answers when every process is ready.
 * variant: "asan", "strict" or "release" (default: the suite's); env: DESKBELL_* settings; demo: with demo data; dir: a folder that may
 * hold data already and stays (stop({ keep: true })), instead of one of its own.
 */
export async function startStack({ variant, env = {}, demo = true, dir: given } = {}) {
	const build = buildFolder(variant);
	const base = process.env.DESKBELL_TEST_TMP ?? os.tmpdir();
	const template = path.join(process.env.DESKBELL_TEST_TMP ?? path.join(root, "build"), "mariadb-template");
	mkdirSync(base, { recursive: true });
	const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith("DESKBELL_"));
	for (let attempt = 1; ; attempt++) {
		const dir = given ?? mkdtempSync(path.join(base, "dbt-"));
		const ports = await freePorts(3);
		const stack = new Stack(dir, {
			...Object.fromEntries(inherited),
			DESKBELL_ENV: "/dev/null", DESKBELL_VAR: dir, DESKBELL_BUILD: build, DESKBELL_DB_TEMPLATE: template,
			DESKBELL_PORT_CHAT: String(ports[0]), DESKBELL_PORT_KEFU: String(ports[1]), DESKBELL_PORT_DESK: String(ports[2]),
			DESKBELL_DEMO: demo ? "on" : "off", DESKBELL_RATE_LIMIT: "off", DESKBELL_LIMIT_SOCKETS: "10000", ...env,
		}, ports);
		exitStacks.add(stack);
		Object.values(stack.urls).forEach(own);
		try {
			await stack.start();
			await until(async () => (await fetch(`${stack.urls.chat}/health`)).ok, { timeout: 60_000, what: "a healthy answer of /health" });
			return stack;
		} catch (error) {
			const logs = readdirSync(path.join(dir, "log")).map((file) => `--- ${file}\n${stack.logs(path.basename(file, ".log")).slice(-2000)}`);
			await stack.stop(given ? { keep: true } : {}).catch(() => {});
			// Between finding a port free and taking it, someone else may have taken it.
			if (attempt < 3 && /address already in use/i.test(logs.join())) continue;
			throw new Error(`the stack did not start: ${error.stderr ?? error.message}\n${logs.join("\n")}`, { cause: error });
		}
	}
}

/** A test's last word: what a row repeats of another one is still the same there. */
export async function copiesHold(stack) {
	const rows = await stack.sql(`SELECT c.id, c.contact_handle, u.public_id, c.assignee_handle, a.public_id AS assignee FROM conversations c
		JOIN users u ON u.id = c.contact_id LEFT JOIN users a ON a.id = c.assignee_id
		WHERE c.contact_handle <> u.public_id OR c.assignee_handle <> COALESCE(a.public_id, c.assignee_handle)`);
	assert.deepEqual(rows, []);
	assert.deepEqual(await stack.sql(`SELECT s.* FROM conversation_labels s JOIN conversations c ON c.id = s.conversation_id
		WHERE NOT c.labelled OR NOT (s.last_message_at, s.status, s.agent_type, s.priority, COALESCE(s.assignee_id, 0), COALESCE(s.team_id, 0), s.created_at, s.wait_rank)
			= (c.last_message_at, c.status, c.agent_type, c.priority, COALESCE(c.assignee_id, 0), COALESCE(c.team_id, 0), c.created_at, c.wait_rank)`), []);
}
