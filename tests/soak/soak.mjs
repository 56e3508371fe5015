// Visitors write over HTTP and listen by WebSocket, reconnecting and resuming as a page does, while processes die. At the end every
// conversation's messages as received are compared with what was acknowledged and with the database.
import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { httpClient, Socket } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

const minutes = Number(process.env.SOAK_MINUTES ?? 10);
const count = Number(process.env.SOAK_VISITORS ?? 20);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const stack = await startStack({ variant: process.env.SOAK_VARIANT ?? "release", env: { DESKBELL_AI_PROVIDER: "off" } });
const end = Date.now() + minutes * 60_000;
let problems = [];

class Visitor {
	received = [];
	acknowledged = new Set();
	lastId = 0;
	http = httpClient(stack.urls.chat);
	async retry(path, body) {
		for (;;) {
			const answer = await this.http.post(path, body).catch(() => ({ status: 0 }));
			if (answer.status >= 200 && answer.status < 300) return answer.body.data;
			if (answer.status >= 400 && answer.status < 500) throw new Error(`${path}: ${answer.status} ${answer.text}`);
			await pause(200);
		}
	}
	async listen() {
		while (!this.finished) {
			try {
				const socket = await Socket.open(stack.ws);
				socket.send("resume", { session_id: this.session, last_id: this.lastId });
				socket.ws.on("message", () => this.take(socket));
				this.socket = socket;
				await socket.closed;
			} catch {
				await pause(200);
			}
		}
	}
	take(socket) {
		for (const frame of socket.frames.splice(0)) {
			if (frame.type !== "message" || frame.data.session_id !== this.session) continue;
			if (this.received.some((m) => m.id === frame.data.id)) continue; // a page drops what it has, too
			this.received.push(frame.data);
			this.lastId = frame.data.id;
		}
	}
	async run() {
		this.session = (await this.retry("/api/v1/chat/sessions", { client_id: randomUUID() })).session_id;
		this.listening = this.listen();
		while (Date.now() < end) {
			const sent = await this.retry("/api/v1/chat/messages", { session_id: this.session, content: `at ${Date.now()}`, client_id: randomUUID() });
			this.acknowledged.add(sent.id);
			await pause(100 + Math.random() * 400);
		}
	}
	async check() {
		const stored = await stack.sql("SELECT m.id, m.seq FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id = ? ORDER BY m.seq", [this.session]);
		const wanted = stored.map((m) => `msg_${m.id}`);
		await until(() => this.received.length >= wanted.length, { timeout: 60_000, what: "the last message" }).catch(() => {});
		const got = this.received.map((m) => m.id);
		if (JSON.stringify(got) !== JSON.stringify(wanted)) problems.push(`${this.session}: ${got.length} received, ${wanted.length} stored, or another order`);
		for (const id of this.acknowledged) if (!wanted.includes(id)) problems.push(`${this.session}: ${id} was acknowledged and is not stored`);
		stored.forEach((m, i) => m.seq === i + 1 || problems.push(`${this.session}: hole before seq ${m.seq}`));
		this.finished = true;
		this.socket?.drop();
		await this.listening;
	}
}

const pss = (name) => stack.processes(name).reduce((sum, pid) => {
	try {
		return sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]);
	} catch {
		return sum; // ended meanwhile
	}
}, 0);

async function disturb() {
	const victims = ["relay", "api worker", "worker", "redis", "lighttpd", "api", "mariadb"];
	for (let i = 0; Date.now() < end - 10_000; i++) {
		await pause(Math.min(15_000, (minutes * 60_000) / 10));
		const victim = victims[i % victims.length];
		console.log(`${new Date().toISOString()} killing ${victim}`);
		if (victim === "api worker") process.kill(stack.processes("api").at(-1), "SIGKILL");
		else {
			await stack.kill(victim);
			await stack.start(victim);
		}
	}
}

try {
	const visitors = Array.from({ length: count }, () => new Visitor());
	const grown = {};
	const watching = setInterval(() => {
		for (const name of Object.keys(stack.pids)) (grown[name] ??= []).push(pss(name));
	}, 10_000);
	await Promise.all([disturb(), ...visitors.map((visitor) => visitor.run())]);
	clearInterval(watching);
	await Promise.all(visitors.map((visitor) => visitor.check()));
	for (const [name, list] of Object.entries(grown)) {
		console.log(`${name}: ${(list[0] / 1024).toFixed(1)} MB at first, ${(Math.max(...list) / 1024).toFixed(1)} at most, ${(list.at(-1) / 1024).toFixed(1)} last`);
	}
	console.log(`${visitors.reduce((sum, v) => sum + v.acknowledged.size, 0)} messages of ${count} visitors in ${minutes} minutes`);
} finally {
	await stack.stop().catch((error) => problems.push(error.message));
}
for (const problem of problems) console.log(`not ok: ${problem}`);
console.log(`${problems.length ? 0 : 1} passed, ${problems.length} failed`);
process.exit(problems.length ? 1 : 0);
