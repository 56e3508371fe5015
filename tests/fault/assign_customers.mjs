// One of the processes of assign.mjs: customers who come, wait, talk, are passed on and go, each with a session and a WebSocket of its own, over
// the public API alone. Whatever gets no answer, or a 5xx, is asked again, as a page would.
import { randomUUID } from "node:crypto";
import WebSocket from "ws";
import { httpClient } from "../lib/client.mjs";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)); // the pace of people
const pick = (list) => list[Math.floor(Math.random() * list.length)];
const chance = (share) => Math.random() < share;
const PATIENCE = 90_000; // then somebody has been forgotten

let task, guest, staff, admin;
const done = { customers: 0, assigned: 0, transfers: 0, refused: 0, ends: 0, left: 0, returned: 0, toAi: 0, told: 0, retries: 0, longestWait: 0, complaints: [] };
const complain = (text) => done.complaints.push(text);
const told = () => process.send({ progress: done.customers });

/** The first answer that is one. expected: statuses that are no mistake besides 2xx. */
async function ask(client, method, path, body, expected = []) {
	for (const end = Date.now() + PATIENCE; ; ) {
		const answer = await client.call(method, path, body).catch(() => null);
		if (answer && answer.status < 500) {
			if (answer.status >= 300 && !expected.includes(answer.status)) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`);
			return answer;
		}
		if (Date.now() > end) throw new Error(`${method} ${path}: no answer for ${PATIENCE} ms; the last one: ${answer?.status} ${answer?.text}`);
		done.retries++;
		await pause(50 + Math.random() * 200);
	}
}

class Customer {
	constructor(name) {
		this.name = name;
		this.wake = () => {};
	}
	path(rest = "") {
		return `/api/v1/chat/sessions/${this.session}${rest}`;
	}
	console(rest) {
		return `/api/v1/conversations/${this.id}/${rest}`;
	}
	async come() {
		const { data } = (await ask(guest, "POST", "/api/v1/chat/sessions", { user_id: this.name, client_id: randomUUID() })).body;
		Object.assign(this, { session: data.session_id, id: data.id });
		this.listen();
	}
	listen() {
		if (this.gone) return;
		this.ws = new WebSocket(task.ws, { handshakeTimeout: 4000 });
		this.ws.on("open", () => this.ws.send(JSON.stringify({ type: "resume", data: { session_id: this.session, last_id: 0 } })));
		this.ws.on("message", (data) => {
			if (JSON.parse(String(data)).type !== "status_update") return;
			done.told++;
			this.wake();
		});
		this.ws.on("error", () => {});
		this.ws.on("close", () => setTimeout(() => this.listen(), 100 + Math.random() * 300));
	}
	/** What happens is told by the socket; what got lost with a process is found by looking. */
	async change(ms) {
		let timer;
		await new Promise((resolve) => {
			this.wake = resolve;
			timer = setTimeout(resolve, ms);
		});
		clearTimeout(timer);
	}
	async look() {
		return (await ask(guest, "GET", this.path())).body.data;
	}
	say(content) {
		return ask(guest, "POST", "/api/v1/chat/messages", { session_id: this.session, content, client_id: randomUUID() });
	}
	/** Until a person has it. False: the customer went away meanwhile. */
	async wait(patience = PATIENCE) {
		const began = Date.now();
		for (;;) {
			const now = await this.look();
			if (now.assignee) break;
			if (!now.queue_position && Date.now() - began > 2000) throw new Error(`${this.name} (${this.id}) is with nobody and does not wait: ${JSON.stringify(now)}`);
			if (Date.now() - began > patience) {
				if (patience === PATIENCE) throw new Error(`${this.name} (${this.id}) starved: ${JSON.stringify(now)}`);
				return false;
			}
			await this.change(Math.min(1500, patience));
		}
		done.assigned++;
		done.longestWait = Math.max(done.longestWait, Date.now() - began);
		return true;
	}
	/** By a supervisor, or an agent who takes it over: to a person, who may be full; then to another one. */
	async pass() {
		for (let tries = 0; tries < 4; tries++) {
			const to = pick(task.agents), client = staff.get(to.id);
			const answer = chance(0.7)
				? await ask(admin, "PUT", this.console("assign"), { assignee_id: to.id }, [400])
				: await ask(client, "PUT", this.console("switch-agent"), { agent_type: "human" }, [400, 404]);
			if (answer.status === 200) return done.transfers++;
			done.refused++; // full, or not his to see
		}
	}
	async prepare() {
		if (chance(0.15)) await ask(admin, "PUT", this.console("priority"), { priority: pick(["low", "high", "urgent"]) });
		if (chance(0.3)) await ask(admin, "PUT", this.console("assign"), { team_id: pick(task.teams) });
	}
	async end() {
		if (chance(0.5)) await ask(guest, "POST", this.path("/close"));
		else await ask(admin, "PUT", this.console("status"), { status: pick(["resolved", "closed"]) });
		done.ends++;
	}
	/** One whole visit. */
	async live() {
		await this.come();
		if (chance(0.5)) await this.say("您好，我要找人工客服");
		else await ask(guest, "POST", this.path("/switch-agent"), { agent_type: "human" });
		await this.prepare();
		if (chance(0.08)) return this.leave();
		if (!(await this.wait(chance(0.06) ? 700 : PATIENCE))) return this.leave();
		await this.talk();
		await this.end();
		if (!chance(0.1)) return;
		done.returned++; // writes again: preferably to who had it
		await this.say("还有一个问题");
		await this.wait();
		await pause(Math.random() * 300);
		await this.end();
	}
	async leave() {
		done.left++;
		await ask(guest, "POST", this.path("/close"));
	}
	async talk() {
		await pause(100 + Math.random() * task.stay);
		for (let n = 0; n < 2 && chance(0.5); n++) {
			await this.pass();
			await pause(Math.random() * 200);
		}
		if (!chance(0.1)) return;
		done.toAi++;
		await ask(guest, "POST", this.path("/switch-agent"), { agent_type: "ai" });
		await ask(guest, "POST", this.path("/switch-agent"), { agent_type: "human" });
		await this.wait();
	}
	go() {
		this.gone = true;
		this.ws?.terminate();
	}
}

async function worker(lane) {
	for (let n = 0; done.customers < task.customers || Date.now() < task.until; n++) {
		done.customers++;
		const customer = new Customer(`wait_${task.process}_${lane}_${n}`);
		await customer.live().catch((error) => complain(error.message));
		customer.go();
		told();
	}
}

process.once("message", async (given) => {
	task = given;
	guest = httpClient(task.chat);
	admin = httpClient(task.kefu, { token: task.admin });
	staff = new Map(task.agents.map((agent) => [agent.id, httpClient(task.kefu, { token: agent.token })]));
	await Promise.all(Array.from({ length: task.lanes }, (_, lane) => worker(lane)));
	process.send({ done }, () => process.exit(0));
});
