// A room with BENCH_MEMBERS (5,000) people in it, each by a socket of its own through lighttpd: how quickly they come in, what one message is
// to the database, Redis and the relay, when the last of them has it, how many can be sent, and how the API answers others meanwhile.
import { spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { signIn } from "../lib/client.mjs";
import { root, startStack, until } from "../lib/stack.mjs";

const members = Number(process.env.BENCH_MEMBERS ?? 5000), seconds = Number(process.env.BENCH_SECONDS ?? 10), rate = Number(process.env.BENCH_RATE ?? 4);
const variant = process.env.BENCH_VARIANT ?? "release", FIRST = 100_000, PROBE_MS = 20;
const secret = randomBytes(32).toString("hex");
const stack = await startStack({ variant, env: { DESKBELL_AI_PROVIDER: "off", DESKBELL_JWT_SECRET: `bench:${secret}` } });
let crowd;

const b64 = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
/** As signing in would give it: 5,000 passwords would take minutes. */
function tokenOf(like, id) {
	const [header, body] = like.split(".");
	const claims = { ...JSON.parse(Buffer.from(body, "base64url")), user_id: id, role: "guest", email: "", permissions: [], jti: `bench_${id}`, fam: familyOf(id) };
	const signed = `${header}.${b64(claims)}`;
	return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
const familyOf = (id) => `bench${String(id).padStart(19, "0")}`;

async function people(agent) {
	const now = Date.now(), form = new FormData();
	form.append("room_name", "五千人");
	const { body } = await agent.post("/api/chat/rooms", form);
	const [{ id: room }] = await stack.sql("SELECT id FROM rooms WHERE public_id = ?", [body.room_id]);
	const all = "FROM seq_1_to_1000000 WHERE seq <= ?";
	await stack.sql(`INSERT INTO users (id, public_id, role, full_name, last_active_at, created_at, updated_at) SELECT ? + seq, CONCAT('member_', seq), 0, CONCAT('成员', seq), ?, ?, ? ${all}`, [FIRST, now, now, now, members]);
	await stack.sql(`INSERT INTO refresh_tokens (family, user_id, token_hash, created_at, expires_at) SELECT CONCAT('bench', LPAD(? + seq, 19, '0')), ? + seq, SHA2(CONCAT('bench', seq), 256), ?, ? ${all}`, [FIRST, FIRST, now, now + 86_400_000, members]);
	await stack.sql(`INSERT INTO room_members (room_id, user_id, joined_at) SELECT ?, ? + seq, ? ${all}`, [room, FIRST, now, members]);
	await stack.sql("UPDATE rooms SET members = members + ? WHERE id = ?", [members, room]);
	const file = path.join(stack.dir, "tmp/tokens");
	writeFileSync(file, Array.from({ length: members }, (_, i) => tokenOf(agent.token, FIRST + 1 + i)).join("\n"));
	return { id: body.room_id, file };
}

/** The members; heard(n) is what they heard of the n messages since the last time. */
function comeIn(room) {
	const at = new URL(stack.urls.chat);
	const child = spawn(path.join(root, "build", variant, "tests/bench/wsload"), ["--server", `127.0.0.1:${at.port}`, "--path", "/ws?n=%", "--conns", members, "--tokens", room.file, "--room", room.id].map(String), { stdio: ["pipe", "pipe", "inherit"] });
	const lines = [], waiting = [];
	let text = "";
	child.stdout.setEncoding("utf8").on("data", (part) => {
		text += part;
		for (let end; (end = text.indexOf("\n")) >= 0; text = text.slice(end + 1)) {
			const line = JSON.parse(text.slice(0, end));
			if (waiting.length) waiting.shift()(line);
			else lines.push(line);
		}
	});
	const line = () => (lines.length ? Promise.resolve(lines.shift()) : new Promise((resolve) => waiting.push(resolve)));
	const ended = new Promise((resolve) => child.once("close", resolve));
	const ask = (how) => (child.stdin.write(`${how}\n`), line());
	/** All of so many messages, or what there was of them after ten seconds without another one; forgotten then. */
	const heard = async (messages) => {
		for (let last = -1, since = performance.now(); ; ) {
			const { deliveries } = await ask("?");
			if (deliveries >= messages * members || performance.now() - since > 10_000) return { ...(await ask("r")), expected: messages * members };
			if (deliveries !== last) [last, since] = [deliveries, performance.now()];
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	};
	return { opened: line(), heard, stop: () => (child.kill(), ended) };
}

/** Somebody else, who asks who he is every 20 ms: milliseconds of each answer. */
function besideThem(agent) {
	const keep = new http.Agent({ keepAlive: true, maxSockets: 4 });
	const times = [];
	const timer = setInterval(() => {
		const began = performance.now();
		http.get(`${stack.urls.chat}/api/v1/auth/me`, { agent: keep, headers: { Authorization: `Bearer ${agent.token}` } }, (answer) => answer.resume().on("end", () => times.push(answer.statusCode === 200 ? performance.now() - began : Infinity))).on("error", () => times.push(Infinity));
	}, PROBE_MS);
	return () => (clearInterval(timer), keep.destroy(), times.sort((a, b) => a - b));
}
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;

let seq = 0;
async function say(agent, room) {
	const content = `bench ${(++seq).toString(16).padStart(8, "0")} ${process.hrtime.bigint().toString(16).padStart(16, "0")}`;
	const answer = await agent.post(`/api/chat/send?room_id=${room.id}`, { message_type: "text", content });
	if (answer.status !== 200) throw new Error(answer.text);
}
const pss = (name) => stack.processes(name).reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) * 1024, 0);
const cpu = (name) => stack.processes(name).reduce((sum, pid) => sum + Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e9, 0);
const counters = async () => ({
	commits: Number((await stack.sql("SHOW GLOBAL STATUS LIKE 'Com_commit'"))[0].Value),
	publishes: Number(/cmdstat_publish:calls=(\d+)/.exec(await stack.redis("EVAL", "return redis.call('INFO', 'commandstats')", 0))?.[1] ?? 0),
	...(await stack.relay()),
});
const line = (what, value, note = "") => console.log(`${what.padEnd(58)}${String(value).padStart(12)}  ${note}`);
const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

try {
	const agent = await signIn(stack.urls.chat, "agent@example.com"), room = await people(agent);
	const quiet = besideThem(agent);
	await new Promise((resolve) => setTimeout(resolve, 3000));
	const alone = quiet();
	const before = { relay: pss("relay"), lighttpd: pss("lighttpd") };

	let beside = besideThem(agent);
	crowd = comeIn(room);
	const { opened, failed, open_per_s: joins } = await crowd.opened;
	const joining = beside();
	line(`sockets that signed in and joined, of ${members}`, opened, failed ? `${failed} FAILED` : "");
	line("joins a second", Math.round(joins));
	line("API p95, alone", ms(at(alone, 0.95)));
	line("API p95 while they join", ms(at(joining, 0.95)));
	for (const name of ["relay", "lighttpd"]) line(`bytes a socket, ${name}`, Math.round((pss(name) - before[name]) / opened));

	// The worker's own commits and publications are few, but not none: the fewest of some tries are the message's.
	const one = [];
	for (let i = 0; i < 5; i++) {
		const then = await counters();
		await say(agent, room);
		await crowd.heard(1);
		const now = await counters();
		one.push(Object.fromEntries(Object.keys(now).map((key) => [key, now[key] - then[key]])));
	}
	for (const [key, what] of [["commits", "one message: commits"], ["publishes", "publications"], ["frames_built", "frames built by the relay"], ["deliveries", "deliveries"]]) line(what, Math.min(...one.map((row) => row[key])));

	beside = besideThem(agent);
	const began = performance.now();
	let n = 0;
	while (performance.now() - began < seconds * 1000) {
		await say(agent, room);
		n++;
		await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + (n * 1000) / rate - performance.now())));
	}
	const meanwhile = beside();
	let heard = await crowd.heard(n);
	line(`${rate} messages a second: heard by all, p50`, ms(heard.p50_ms), `${heard.deliveries} of ${heard.expected} deliveries`);
	line("p99", ms(heard.p99_ms), `the last ${ms(heard.max_ms)}`);
	line("API p95 beside", ms(at(meanwhile, 0.95)));
	let wrong = heard.expected - heard.deliveries;

	const full = { before: (await stack.relay()).deliveries, n: 0 }, start = performance.now(), used = { relay: cpu("relay"), lighttpd: cpu("lighttpd") };
	beside = besideThem(agent);
	while (performance.now() - start < seconds * 1000) {
		await say(agent, room);
		full.n++;
		await until(async () => (await stack.relay()).deliveries - full.before >= (full.n - 2) * members, { timeout: 60_000, every: 1, what: "the deliveries" });
	}
	heard = await crowd.heard(full.n);
	const took = (performance.now() - start) / 1000, crowded = beside();
	line("as many as go: messages a second", (full.n / took).toFixed(1), `one after the other, at most two on their way; ${Math.round(heard.deliveries / took).toLocaleString("en-US")} deliveries a second`);
	line("heard by all, p50", ms(heard.p50_ms), `p99 ${ms(heard.p99_ms)}`);
	line("API p95 beside", ms(at(crowded, 0.95)));
	line("CPU of a delivery, relay and lighttpd", `${((1e6 * (cpu("relay") - used.relay)) / heard.deliveries).toFixed(1)} µs`, `lighttpd ${((1e6 * (cpu("lighttpd") - used.lighttpd)) / heard.deliveries).toFixed(1)} µs`);
	wrong += heard.expected - heard.deliveries + heard.missing + heard.doubled + heard.closed + heard.bad;
	line("missing, doubled, closed, malformed", wrong, wrong === 0 ? "met" : "MISSED");
} finally {
	await crowd?.stop();
	await stack.stop();
}
