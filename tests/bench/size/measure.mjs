// One client asks, row by row; each row's answers by their time. Others may use the machine meanwhile: how long our servers' threads
// stood ready without a CPU (the kernel counts it) is taken off, and what misses nevertheless is measured again.
import { readdirSync, readFileSync } from "node:fs";

const ROUNDS = Number(process.env.SIZE_ROUNDS ?? 20);
const AGAIN = Number(process.env.SIZE_AGAIN ?? 2);
const DEPTHS = [1, 10, 100, 500, 10_000]; // of 20 rows; the console scrolls through 200,000
const REACH = 10_000;
const share = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)];

/** What each thread of these processes has run, and waited for a CPU, so far: {pid: {thread: [ns, ns]}}. */
export function threads(pids) {
	return Object.fromEntries([...pids, process.pid].map((pid) => {
		try {
			return [pid, Object.fromEntries(readdirSync(`/proc/${pid}/task`).map((task) => [task, readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ").slice(0, 2).map(Number)]))];
		} catch {
			return [pid, {}]; // ended meanwhile
		}
	}));
}

/** Milliseconds that an answer waited for CPUs: the one thread of each process that did most for it counts, the others ran beside it. */
export function waited(before, after) {
	let ns = 0;
	for (const [pid, tasks] of Object.entries(after)) {
		let most = 0, wait = 0;
		for (const [task, [ran, stood]] of Object.entries(tasks)) {
			const [ranBefore, stoodBefore] = before[pid]?.[task] ?? [ran, stood];
			if (ran - ranBefore > most) [most, wait] = [ran - ranBefore, stood - stoodBefore];
		}
		ns += wait;
	}
	return ns / 1e6;
}

/** What a row's call is made with: a GET, or a POST of its body. */
export const options = ({ client, body }) => ({ method: body ? "POST" : "GET", body: body && JSON.stringify(body), headers: { ...(client.token ? { Authorization: `Bearer ${client.token}` } : {}), ...(body ? { "Content-Type": "application/json" } : {}) } });

async function ask(row, path) {
	const before = threads(row.pids), started = performance.now();
	const answer = await fetch(row.base + path, options(row));
	const text = await answer.text();
	const all = performance.now() - started;
	if (!answer.ok) throw new Error(`${row.role} ${path}: ${answer.status} ${text.slice(0, 300)}`);
	return { all, ms: Math.max(0, all - waited(before, threads(row.pids))), text };
}

/** The pages of a list: the first, deep ones, the middle and the last. */
function depthsOf(row, text) {
	const pages = JSON.parse(text).data?.meta?.total_pages ?? 1;
	const deep = [...DEPTHS, Math.ceil(pages / 2), pages].filter((page) => page <= Math.min(pages, row.most ?? pages) && page >= 1);
	return [...new Set(deep.length ? deep : [1])].sort((a, b) => a - b);
}

async function time(row, path, rounds) {
	const own = [], wall = [];
	for (let i = 0; i < rounds; i++) {
		const took = await ask(row, path(i));
		own.push(took.ms);
		wall.push(took.all);
	}
	const cold = own[0];
	for (const list of [own, wall]) list.sort((a, b) => a - b);
	return { cold, p50: share(own, 0.5), p95: share(own, 0.95), max: own.at(-1), wall: share(wall, 0.95) };
}

/** Each path that the rows come to: {…row, page, at(i)}. */
export async function unfold(rows, only, visit) {
	for (const row of rows) {
		if (!only.test(`${row.role} ${row.name}`)) continue;
		const { text } = await ask(row, row.path(0));
		for (const page of row.depths ? depthsOf(row, text) : [1]) {
			const joint = row.path(0).includes("?") ? "&" : "?";
			await visit({ ...row, page, target: page > REACH ? 0 : row.target, at: (i) => row.path(i) + (row.depths ? `${joint}page=${page}&per_page=20` : "") });
		}
	}
}

const WHAT = 58;
const number = (n) => n.toFixed(1).padStart(9);
const fits = (row) => !row.target || row.p95 < row.target;
// A Chinese character is two columns wide.
const padded = (text, n) => text + " ".repeat(Math.max(0, n - [...text].reduce((sum, c) => sum + (c > "\u2e80" ? 2 : 1), 0)));

/** Measures the rows and prints each; how many missed. */
export async function measureCalls(rows, only) {
	let n = 0, missed = 0;
	console.log(`${"who".padEnd(11)}${"what".padEnd(WHAT)}${"page".padStart(7)}${["first", "p50", "p95", "max", "wall p95", "target"].map((h) => h.padStart(9)).join("")}`);
	await unfold(rows, only, async (row) => {
		let result = await time(row, row.at, ROUNDS);
		// What misses is measured again, and the better one counts.
		for (let again = 0; again < AGAIN && !fits({ ...row, ...result }); again++) {
			const other = await time(row, row.at, ROUNDS);
			if (other.p95 < result.p95) result = { ...other, cold: result.cold };
		}
		const met = fits({ ...row, ...result });
		n++;
		missed += !met;
		console.log(`${row.role.padEnd(11)}${padded(row.name, WHAT)}${String(row.page).padStart(7)}${number(result.cold)}${number(result.p50)}${number(result.p95)}${number(result.max)}${number(result.wall)}${String(row.target || "-").padStart(9)} ${met ? "met" : "MISSED"}`);
	});
	console.log(`${n} rows, ${missed} missed`);
	return missed;
}
