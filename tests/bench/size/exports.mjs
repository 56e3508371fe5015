// A million messages exported by the worker, which is killed on the way: how long it takes, and that its memory does not grow with it.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { until } from "../../lib/stack.mjs";

const MESSAGES = Number(process.env.SIZE_EXPORT ?? 1_000_000);
const MOST_GROWN = 8; // MiB, from a tenth of the way to its end
const mib = (pid, what) => Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

/** Each message's number as the file has it, in order; how many, and whether each is larger than the one before. */
async function readBack(url, token) {
	const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
	let count = 0, last = 0, rising = true;
	for await (const line of createInterface({ input: Readable.fromWeb(answer.body) })) {
		const id = Number(/^msg_(\d+),/.exec(line)?.[1] ?? 0);
		if (!id) continue; // the heading, or a message goes on in a second line
		rising &&= id > last;
		[last, count] = [id, count + 1];
	}
	return { count, rising };
}

export async function exported(stack, who) {
	const at = `${stack.urls.desk}/api/messages/export`, headers = { Authorization: `Bearer ${who.admin.token}`, "Content-Type": "application/json" };
	const asked = async (url, more) => {
		const answer = await fetch(url, { headers, ...more });
		if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
		return (await answer.json()).data;
	};
	await stack.kill("worker", "SIGSTOP");
	await stack.sql("UPDATE exports SET status = 2 WHERE status = 0"); // a run before this one was broken off
	const { export_id: id } = await asked(at, { method: "POST", body: JSON.stringify({ format: "csv" }) });
	await stack.sql("UPDATE exports SET cursor_id = GREATEST(upto_id - ?, 0) WHERE public_id = ?", [MESSAGES, id]);
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM exports e STRAIGHT_JOIN messages m ON m.id > e.cursor_id AND m.id <= e.upto_id JOIN conversations c ON c.id = m.stream WHERE e.public_id = ? AND m.stream > 0 AND m.private = 0 AND m.deleted_at IS NULL AND m.sender_type < 3", [id]);
	const started = performance.now();
	await stack.kill("worker", "SIGCONT");
	const come = (share) => until(async () => {
		const state = await asked(`${at}/${id}`);
		return (share < 1 ? state.message_count >= n * share : state.status !== "processing") && state;
	}, { timeout: 1_800_000, every: 50, what: `${share} of the export` });
	await come(0.3);
	await stack.kill("worker", "SIGKILL");
	await stack.start("worker");
	await come(0.4);
	const early = mib(stack.pid("worker"), "VmHWM");
	const state = await come(1);
	const peak = mib(stack.pid("worker"), "VmHWM"), seconds = (performance.now() - started) / 1000;
	const file = await readBack(stack.urls.desk + state.download_url, who.admin.token);
	await fetch(`${at}/${id}`, { method: "DELETE", headers });
	const met = state.status === "completed" && state.message_count === n && file.count === n && file.rising && peak - early < MOST_GROWN;
	console.log(`\nexport of ${n} messages: ${seconds.toFixed(1)} s, ${(state.size_bytes / 2 ** 20).toFixed(0)} MiB, worker killed at 30 %; ${file.count} in the file${file.rising ? ", each once and in order" : ", NOT in order"}; ` +
		`worker's memory at most ${early.toFixed(1)} MiB at 40 %, ${peak.toFixed(1)} MiB at the end, target ${MOST_GROWN} MiB more ${met ? "met" : "MISSED"}`);
	return met ? 0 : 1;
}
