// What must hold at the edges: 1,000 connections without an answer but 2xx, and workers that do not grow with what they have answered.
import { readFileSync } from "node:fs";
import { httpClient, signIn } from "../lib/client.mjs";
import { startStack } from "../lib/stack.mjs";
import { wrk } from "./wrk.mjs";

const requests = Number(process.env.BENCH_REQUESTS ?? 100_000), crowd = Number(process.env.BENCH_CROWD ?? 1000);
const stack = await startStack({ variant: process.env.BENCH_VARIANT ?? "release", env: { DESKBELL_WORKERS: "8", DESKBELL_AI_PROVIDER: "off" } });
try {
	const visitor = httpClient(stack.urls.chat), agent = await signIn(stack.urls.chat, "agent@example.com");
	const sessions = [];
	for (let i = 0; i < 200; i++) sessions.push((await visitor.post("/api/v1/chat/sessions", {})).body.data.session_id);
	for (let i = 0; i < 50; i++) await visitor.post("/api/v1/chat/messages", { session_id: sessions[0], content: `message ${i}` });
	const rows = {
		me: { target: "/api/v1/auth/me", token: agent.token },
		history: { target: `/api/v1/chat/sessions/${sessions[0]}/messages?before=latest&limit=50` },
		send: { target: "/api/v1/chat/messages", sessions },
	};

	console.log(`${crowd} connections at once, 5 s each`);
	for (const [name, row] of Object.entries(rows)) {
		const r = await load(row, crowd, 5);
		console.log(`${name.padEnd(10)}${String(r.requests).padStart(8)} answers, not 2xx or failed: ${r.bad}   ${r.bad === 0 ? "met" : "MISSED"}`);
	}
	const before = memory();
	let answered = 0;
	for (let round = 0; answered < requests; round++) {
		answered += (await load(Object.values(rows)[round % 3], 16, 3)).requests;
		if (round % 9 === 0) console.log(`${String(answered).padStart(8)} requests: ${format(memory())}`);
	}
	const after = memory();
	const grown = after.each - before.each;
	console.log(`before ${format(before)}; after ${answered} more requests ${format(after)}`);
	console.log(`a worker: ${after.each.toFixed(2)} MB (target 1.5: ${after.each <= 1.5 ? "met" : "MISSED"}), grown by ${grown.toFixed(2)} MB (${grown < 0.1 ? "flat" : "NOT flat"})`);
} finally {
	await stack.stop();
}

function memory() {
	const pids = stack.processes("api").slice(1), parts = pids.map((pid) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) / 1024);
	return { each: Math.max(...parts), sum: parts.reduce((a, b) => a + b, 0), n: parts.length };
}
function format({ each, sum, n }) {
	return `${n} workers ${sum.toFixed(1)} MB, the largest ${each.toFixed(2)} MB`;
}

function load({ target, token, sessions }, connections, seconds) {
	return wrk(stack.dir, { url: stack.urls.chat + target, token, sessions }, { connections, seconds, timeout: 20 });
}
