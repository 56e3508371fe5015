// The promise of DESIGN 6 against the real stack: visitors and agents talk while processes are killed. Every message that was answered with success
// is stored exactly once, and every client has seen every message of its conversations exactly once and in order. Others ask the AI
// meanwhile: each question is answered once or handed over, and what was announced as an answer is there.
import { randomUUID } from "node:crypto";
import WebSocket from "ws";
import { until } from "../lib/stack.mjs";
import { httpClient, signIn } from "../lib/client.mjs";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)); // the pace of people, never a wait for something to be done
const pick = (list) => list[Math.floor(Math.random() * list.length)];

/** A client that keeps one WebSocket, resumes after every cut, and holds what it saw against what it should see. */
class Client {
	constructor(run, name) {
		Object.assign(this, { run, name, last: new Map(), waiting: new Map(), cuts: 0, stopped: false, lastId: 0 });
	}
	connect() {
		if (this.stopped) return;
		this.caughtUp = false;
		const ws = (this.ws = new WebSocket(this.run.stack.ws, { handshakeTimeout: 4000 }));
		ws.on("open", () => this.hello());
		ws.on("message", (data) => this.take(JSON.parse(String(data))));
		ws.on("error", () => {});
		ws.on("close", (code, reason) => {
			this.caughtUp = false;
			this.why = `${code} ${reason}`;
			this.cuts++;
			if (!this.stopped) setTimeout(() => this.connect(), 50 + Math.random() * 300);
		});
	}
	send(type, data) {
		if (this.ws.readyState === WebSocket.OPEN) this.ws.send(JSON.stringify({ type, data }));
	}
	take(frame) {
		const { data } = frame;
		if (frame.type === "message") this.see(data);
		else if (frame.type === "ai_stream" && data.is_complete && data.message_id) this.run.announced.set(data.message_id, data.session_id);
		else if (frame.type === "ack") this.settle(data.client_id, data.id);
		else if (frame.type === "resumed") this.caughtUp = true;
		else if (frame.type === "resync") this.reload();
		else if (frame.type === "error" && data.client_id) this.refused(data);
	}
	/** The one rule: the next seq of its stream, each time. */
	see(message) {
		const last = this.last.get(message.session_id);
		if (last === undefined) return; // not one of this client's conversations
		const id = Number(message.id.slice(4));
		if (id > this.lastId) this.lastId = id;
		if (message.client_id) this.settle(message.client_id, message.id);
		if (message.seq === last + 1) {
			this.last.set(message.session_id, message.seq);
			this.run.seen++;
			return;
		}
		if (this.asks && message.seq > last) { // a hand-over leaves a note, which is not the customer's: the database will say
			for (let seq = last + 1; seq < message.seq; seq++) this.run.gaps.push({ name: this.name, session: message.session_id, seq });
			this.last.set(message.session_id, message.seq);
			return;
		}
		const kind = message.seq <= last ? "doubled" : "holes";
		this.run[kind]++;
		this.run.complaints.push(`${this.name}: ${message.session_id} had ${last}, got ${message.seq} (${kind})`);
		if (message.seq > last) this.last.set(message.session_id, message.seq);
	}
	settle(clientId, id) {
		const entry = this.waiting.get(clientId);
		if (!entry) return;
		this.waiting.delete(clientId);
		this.run.answered.set(clientId, { session: entry.session_id, id });
	}
	refused(data) {
		if (!["DATABASE_ERROR", "INTERNAL_ERROR"].includes(data.code)) {
			this.run.complaints.push(`${this.name}: refused with ${data.code} ${data.message}`);
			this.waiting.delete(data.client_id);
		}
	}
	/** The outbox: everything unanswered goes again, with the same client_id. */
	async say(session_id, content) {
		const message = { session_id, content, message_type: "text", client_id: randomUUID() };
		this.waiting.set(message.client_id, message);
		this.run.sent++;
		await this.deliver(message);
	}
	async deliver(message) {
		if (Math.random() < 0.7 && this.ws.readyState === WebSocket.OPEN) return this.send("message", message);
		try {
			const answer = await this.http().post("/api/v1/chat/messages", message, {});
			if (answer.status === 201) this.settle(message.client_id, answer.body.data.id);
		} catch {
			// no answer: it goes again
		}
	}
	async retry() {
		for (const message of [...this.waiting.values()]) await this.deliver(message);
	}
	/** Too far behind for a resume: the rest by HTTP, as a page would. */
	async reload() {
		for (const session of this.last.keys())
			for (let more = true; more; ) {
				const answer = await this.http().get(`/api/v1/chat/sessions/${session}/messages?limit=100&offset=${this.last.get(session)}`).catch(() => ({}));
				if (answer.status !== 200) return setTimeout(() => this.reload(), 500);
				for (const message of answer.body.data.messages) if (message.seq > this.last.get(session)) this.see(message);
				more = answer.body.data.has_more;
			}
		this.run.resyncs++;
		this.caughtUp = true;
	}
	stop() {
		this.stopped = true;
		this.ws.terminate();
	}
}

class Visitor extends Client {
	http() {
		return this.run.anonymous;
	}
	hello() {
		this.send("resume", { session_id: this.session, last_id: this.lastId });
	}
}

class Agent extends Client {
	http() {
		return this.account;
	}
	hello() {
		this.send("auth", { token: this.account.token, resume: { last_id: this.lastId, positions: Object.fromEntries(this.last) } });
	}
}

/** The faults, each leaving the system whole again: somebody starts what died, as systemd or `make run` would. */
const faults = {
	"one api worker": async ({ stack }) => process.kill(pick(stack.processes("api").slice(1)), "SIGKILL"),
	"all api workers": async ({ stack }) => stack.processes("api").slice(1).forEach((pid) => process.kill(pid, "SIGKILL")),
	relay: async ({ stack }) => (await stack.kill("relay"), stack.start("relay")),
	"redis, its data lost": async ({ stack }) => (await stack.kill("redis"), stack.start("redis")),
	worker: async ({ stack }) => (await stack.kill("worker"), stack.start("worker")),
	mariadb: async ({ stack }) => (await stack.kill("mariadb"), stack.start("mariadb")),
	"sockets cut": async ({ clients }) => clients.forEach((client) => Math.random() < 0.4 && client.ws.terminate()),
};

async function hire(stack, admin, count) {
	const people = [];
	for (let i = 0; i < count; i++) {
		const role = i === 0 ? "supervisor" : "agent";
		const email = `fault${i}@example.com`;
		const made = await admin.post("/api/v1/admin/users", { email, full_name: `Agent ${i}`, role, password: "password123", max_sessions: 100 });
		if (made.status !== 201) throw new Error(made.text);
		people.push(await signIn(stack.urls.chat, email));
	}
	return people;
}

/** Everybody knows their conversations before the first fault: agent i has visitors i, i + 10, …; the supervisor sees all. */
async function introduce(run, visitors, agents) {
	for (let i = 0; i < visitors; i++) {
		const visitor = new Visitor(run, `visitor ${i}`);
		const made = await run.anonymous.post("/api/v1/chat/sessions", { user_id: `fault_${i}`, client_id: randomUUID() });
		visitor.session = made.body.data.session_id;
		visitor.last.set(visitor.session, 0);
		const agent = agents[1 + (i % (agents.length - 1))];
		const taken = await agent.account.post(`/api/v1/chat/sessions/${visitor.session}/switch-agent`, { agent_type: "human" });
		if (taken.status !== 200) throw new Error(taken.text);
		agent.last.set(visitor.session, 0);
		agents[0].last.set(visitor.session, 0);
		run.visitors.push(visitor);
	}
}

const QUESTIONS = ["多久发货？", "我想退货", "怎么开发票", "How long does shipping take?", "Can I pay with PayPal?", "保修多久"];
/** Visitors whom the AI answers. */
async function introduceToAi(run, askers) {
	for (let i = 0; i < askers; i++) {
		const visitor = Object.assign(new Visitor(run, `asker ${i}`), { asks: true });
		const made = await run.anonymous.post("/api/v1/chat/sessions", { user_id: `fault_ai_${i}`, client_id: randomUUID() });
		visitor.session = made.body.data.session_id;
		visitor.last.set(visitor.session, 0);
		run.visitors.push(visitor);
	}
}

/** Talks for `seconds` while a fault strikes every `every` ms, on a slow machine longer, until enough was said for the figures to
 *  mean something. Answers the figures; `complaints` names each broken promise. */
export async function talk(stack, { seconds, visitors = 50, agents = 10, askers = 12, every = 3500, only }) {
	const run = { stack, sent: 0, seen: 0, doubled: 0, holes: 0, resyncs: 0, answered: new Map(), announced: new Map(), gaps: [], complaints: [], visitors: [], faults: {}, healed: 0 };
	run.anonymous = httpClient(stack.urls.chat);
	const admin = await signIn(stack.urls.chat, "admin@example.com");
	const staff = (await hire(stack, admin, agents)).map((account, i) => Object.assign(new Agent(run, `agent ${i}`), { account }));
	await introduce(run, visitors, staff);
	await introduceToAi(run, askers);
	run.clients = [...run.visitors, ...staff];
	run.clients.forEach((client) => client.connect());
	await until(() => run.clients.every((client) => client.caughtUp), { timeout: 20_000, what: "everybody to be connected" });

	let talking = true;
	const chatter = async (client, pace) => {
		for (let n = 1; talking; n++) {
			await pause(pace * (0.5 + Math.random()));
			if (talking) await client.say(pick([...client.last.keys()]), client.asks ? pick(QUESTIONS) : `${client.name} 第 ${n} 句 👋`);
		}
	};
	const nag = async (client) => {
		while (talking || client.waiting.size) {
			await pause(1500);
			await client.retry();
		}
	};
	const work = [...run.visitors.map((v) => chatter(v, v.asks ? 4000 : 1200)), ...staff.slice(1).map((a) => chatter(a, 900)), ...run.clients.map(nag)];

	const probe = async () => { // whole again: everybody is caught up, and a new message has arrived at both ends
		await until(() => run.clients.every((client) => client.caughtUp), { timeout: 60_000, what: "everybody to be back" }).catch((error) => {
			const away = run.clients.filter((client) => !client.caughtUp).map((client) => `${client.name} (socket ${client.ws.readyState}, cut ${client.cuts} times: ${client.why})`);
			throw new Error(`${error.message}: ${away.length} away: ${away.slice(0, 4)}; faults ${JSON.stringify(run.faults)}\n${run.stack.logs("relay").split("\n").slice(-6).join("\n")}`);
		});
		const visitor = pick(run.visitors.filter((one) => !one.asks));
		const before = run.answered.size;
		await visitor.say(visitor.session, "probe");
		await until(() => run.answered.size > before && !visitor.waiting.size, { timeout: 60_000, what: "a message to get through" });
	};
	const began = Date.now(), kinds = only ?? Object.keys(faults);
	const enough = () => run.announced.size > 30 && run.answered.size > 500 && Object.keys(run.faults).length >= Math.min(5, kinds.length);
	const goesOn = () => Date.now() - began < seconds * (enough() ? 1000 : 4000);
	for (let bag = []; goesOn(); ) {
		if (!bag.length) bag = kinds.sort(() => Math.random() - 0.5).slice();
		const name = bag.pop();
		const struck = Date.now();
		await faults[name](run);
		run.faults[name] = (run.faults[name] ?? 0) + 1;
		await probe();
		const took = Date.now() - struck;
		if (took > run.healed) Object.assign(run, { healed: took, slowest: name });
		await pause(Math.max(0, every - took) * Math.random());
	}
	talking = false;
	let timer; // cleared, or the process would stay for it
	await Promise.race([Promise.all(work), new Promise((resolve) => (timer = setTimeout(resolve, 90_000)))]);
	clearTimeout(timer);
	run.unanswered = run.clients.reduce((sum, client) => sum + client.waiting.size, 0);

	// A worker that was killed leaves its claims for half a minute.
	await until(async () => (await run.stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE ai_wanted_seq > 0 AND session_id IN (?)", [askedOf(run)]))[0].n === 0, { timeout: 90_000, what: "the AI to have answered or handed over" })
		.catch((error) => run.complaints.push(error.message));
	const truth = new Map((await stack.sql("SELECT session_id, last_seq FROM conversations WHERE session_id IN (?)", [run.visitors.map((v) => v.session)])).map((row) => [row.session_id, row.last_seq]));
	const behind = () => run.clients.filter((client) => [...client.last].some(([session, seq]) => seq !== truth.get(session)));
	await until(() => behind().length === 0, { timeout: 60_000, what: "everybody to have seen everything" }).catch(() => {
		for (const client of behind()) run.complaints.push(`${client.name} is behind: ${JSON.stringify([...client.last].filter(([s, q]) => q !== truth.get(s)).map(([s, q]) => [s, q, truth.get(s)]))}`);
	});
	await settleAccounts(run);
	run.clients.forEach((client) => client.stop());
	return run;
}

/** The database's side: each answered message is there once; every stream is 1, 2, 3 … without a hole. */
async function settleAccounts(run) {
	const rows = await run.stack.sql(
		"SELECT m.client_id, COUNT(*) AS n, MIN(m.id) AS id FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id IN (?) AND m.client_id IS NOT NULL GROUP BY m.client_id",
		[run.visitors.map((v) => v.session)]);
	const stored = new Map(rows.map((row) => [row.client_id, row]));
	run.lost = 0;
	for (const [clientId, { id }] of run.answered) {
		const row = stored.get(clientId);
		if (!row) {
			run.lost++;
			run.complaints.push(`${clientId} was answered and is not stored`);
		} else if (row.n !== 1 || `msg_${row.id}` !== id) {
			run.complaints.push(`${clientId} is stored ${row.n} times, answered as ${id}, stored as msg_${row.id}`);
		}
	}
	const streams = await run.stack.sql(
		"SELECT c.session_id, c.last_seq, COUNT(*) AS n, MAX(m.seq) AS top FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id IN (?) GROUP BY c.id",
		[run.visitors.map((v) => v.session)]);
	for (const s of streams) if (s.n !== s.top || s.top !== s.last_seq) run.complaints.push(`${s.session_id}: ${s.n} messages, last seq ${s.top}, row says ${s.last_seq}`);
	await settleAi(run);
	run.storedTotal = streams.reduce((sum, s) => sum + s.n, 0);
}

const askedOf = (run) => run.visitors.filter((one) => one.asks).map((one) => one.session);
/** The AI's side: one answer to a question, none that was announced and is not there, no hole but for notes. */
async function settleAi(run) {
	const said = await run.stack.sql(
		"SELECT c.session_id, m.id, m.seq, m.sender_type, m.private, m.client_id FROM messages m JOIN conversations c ON c.id = m.stream WHERE c.session_id IN (?) ORDER BY m.stream, m.seq", [askedOf(run)]);
	const byId = new Map(said.map((m) => [`msg_${m.id}`, m])), bySeq = new Map(said.map((m) => [`${m.session_id} ${m.seq}`, m]));
	for (const [id, session] of run.announced) if (byId.get(id)?.session_id !== session) run.complaints.push(`the AI's ${id} was announced in ${session} and is not stored`);
	for (const { name, session, seq } of run.gaps) if (!bySeq.get(`${session} ${seq}`)?.private) run.complaints.push(`${name}: ${session} is missing ${seq}`);
	run.aiAnswers = run.aiHandedOver = 0;
	for (const [i, m] of said.entries()) {
		if (m.private || !/^ai:/.test(m.client_id ?? "")) continue;
		if (m.sender_type === 1) run.aiAnswers++;
		else run.aiHandedOver++;
		const question = bySeq.get(`${m.session_id} ${m.client_id.slice(3)}`), before = said.slice(0, i).findLast((one) => !one.private);
		if (question?.sender_type !== 0 || question.seq > m.seq) run.complaints.push(`${m.session_id}: ${m.seq} answers ${m.client_id}, which nobody asked`);
		if (before?.session_id !== m.session_id || before.sender_type !== 0) run.complaints.push(`${m.session_id}: ${m.seq} answers what was answered before`);
	}
}

export function report(run) {
	return `sent ${run.sent}, answered ${run.answered.size}, stored ${run.storedTotal}, seen ${run.seen}; faults ${Object.values(run.faults).reduce((a, b) => a + b, 0)} ` +
		`${JSON.stringify(run.faults)}; AI answers ${run.aiAnswers}, ${run.announced.size} of them announced, handed over ${run.aiHandedOver}; lost ${run.lost}, doubled ${run.doubled}, reordered or missing ${run.holes}, resyncs ${run.resyncs}, unanswered ${run.unanswered}; longest time to heal ${run.healed} ms (${run.slowest})`;
}
