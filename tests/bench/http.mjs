// HTTP figures through lighttpd: wrk outside, CPU from /proc of every process of the stack.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { httpClient, signIn } from "../lib/client.mjs";
import { startStack } from "../lib/stack.mjs";
import { startHello } from "./reference.mjs";
import { wrk } from "./wrk.mjs";

const seconds = Number(process.env.BENCH_SECONDS ?? 5);
const connections = Number(process.env.BENCH_CONNECTIONS ?? 64);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const ticks = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const variant = process.env.BENCH_VARIANT ?? "release";
const stack = await startStack({ variant, env: { DESKBELL_WORKERS: "8", DESKBELL_AI_PROVIDER: "off" } });
const hello = await startHello(stack, variant);
try {
	const visitor = httpClient(stack.urls.chat);
	const agent = await signIn(stack.urls.chat, "agent@example.com");
	const { body } = await visitor.post("/api/v1/chat/sessions", {});
	const session = body.data.session_id;
	for (let i = 0; i < 50; i++) await visitor.post("/api/v1/chat/messages", { session_id: session, content: `message ${i}: ${"text ".repeat(20)}` });

	// As many conversations as people who write at once: two messages of one conversation wait for each other by design.
	const sessions = [];
	for (let i = 0; i < 200; i++) sessions.push((await visitor.post("/api/v1/chat/sessions", {})).body.data.session_id);
	const rows = {
		"do-nothing FastCGI": { url: `${hello.url}/api/v1/auth/me` },
		"static file": { path: "/vendor/htm.mjs" },
		"GET /health": { path: "/health" },
		"GET me": { path: "/api/v1/auth/me", token: agent.token },
		"GET 50 messages": { path: `/api/v1/chat/sessions/${session}/messages?before=latest&limit=50` },
		"GET admin list of 20": { path: "/api/v1/admin/conversations?limit=20", token: agent.token },
		"POST message": { path: "/api/v1/chat/messages", sessions },
	};
	const results = Object.fromEntries(Object.keys(rows).map((name) => [name, []]));
	for (let round = 0; round < rounds; round++) {
		for (const [name, row] of Object.entries(rows)) results[name].push(await measure(row));
	}
	console.log(`${connections} connections, ${seconds} s, median of ${rounds} rounds; CPU in microseconds a request`);
	const width = (text, n) => String(text).padStart(n);
	console.log(`${"row".padEnd(22)}${["rps", "ratio", "p50 ms", "p95 ms", "p99 ms", "bad", "lighttpd", "api", "mariadb", "redis"].map((h) => width(h, 10)).join("")}`);
	for (const [name, list] of Object.entries(results)) {
		const of = (key, digits = 0) => width(median(list.map((r) => r[key])).toFixed(digits), 10);
		const reference = results["do-nothing FastCGI"];
		const ratio = median(list.map((r, i) => r.rps / reference[i].rps));
		console.log(name.padEnd(22) + of("rps") + width(ratio.toFixed(2), 10) + of("p50", 2) + of("p95", 2) + of("p99", 2) + of("bad") + of("lighttpd") + of("api") + of("mariadb") + of("redis"));
	}
	console.log(`\nmemory after the load (PSS MB): ${Object.keys(stack.pids).map((name) => `${name} ${(pss(name) / 1024).toFixed(1)}`).join(", ")}`);
} finally {
	hello.stop();
	await stack.stop();
}

async function measure({ path: target, url = stack.urls.chat + target, token, sessions }) {
	const names = ["lighttpd", "api", "mariadb", "redis"];
	const start = names.map(cpu);
	const result = await wrk(stack.dir, { url, token, sessions }, { connections, seconds });
	const used = names.map((name, i) => [name, ((cpu(name) - start[i]) / ticks) * 1e6 / result.requests]);
	return { ...result, rps: result.requests / result.seconds, ...Object.fromEntries(used) };
}

function cpu(name) {
	return stack.processes(name).reduce((sum, pid) => {
		const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
		return sum + Number(fields[11]) + Number(fields[12]);
	}, 0);
}

function pss(name) {
	return stack.processes(name).reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]), 0);
}
