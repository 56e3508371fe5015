// What must hold of who has whom, looked at in one consistent read again and again, and once more in the history at the end.
import mysql from "mysql2/promise";

const LOOK_MS = 100;
const GAP_MS = 500; // of a longer time between two looks as much is counted: this machine did not let us look, and nothing was seen
const RANK_STEP = 1e13; // a rank is (9 - priority) times this, and since when
const SETTLED_MS = 1000; // who has waited for less may have been overtaken by a decision that was made before it came

const READS = `
	SELECT ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS now;
	SELECT id, status, active_sessions AS load_now, max_sessions AS capacity, deleted_at FROM users WHERE role > 0;
	SELECT team_id, user_id FROM team_members;
	SELECT conversation_id, contact_id, agent_id FROM assignments WHERE ended_at IS NULL;
	SELECT id, contact_id, team_id, assignee_id, queue_rank, last_seq, human_at - created_at AS asked_after FROM conversations WHERE status IN (0, 1) AND agent_type = 1;
	SELECT a.id, a.conversation_id, a.agent_id, a.started_at, a.started_by, c.priority FROM assignments a JOIN conversations c ON c.id = a.conversation_id WHERE a.id > ? ORDER BY a.id`;

const group = (rows, key) => rows.reduce((all, row) => all.set(row[key], [...(all.get(row[key]) ?? []), row]), new Map());

export class Watch {
	constructor(socketPath) {
		Object.assign(this, { socketPath, looks: 0, unseen: 0, over: 0, doubled: 0, overtaken: 0, longest: 0, complaints: [], idle: new Map(), lastLeg: 0, recent: [] });
	}
	complain(kind, text) {
		this[kind]++;
		if (this.complaints.length < 50) this.complaints.push(`${kind}: ${text}`);
	}
	async start() {
		this.connection = await mysql.createConnection({ socketPath: this.socketPath, user: "root", database: "deskbell", multipleStatements: true, supportBigNumbers: true });
		[[{ last: this.lastLeg }]] = await this.connection.query("SELECT COALESCE(MAX(id), 0) AS last FROM assignments");
		this.running = this.#run();
	}
	async stop() {
		this.stopping = true;
		await this.running;
	}
	async #run() {
		while (!this.stopping) {
			const began = Date.now();
			const view = await this.#look();
			this.looks++;
			this.#people(view);
			this.#served(view);
			this.#order(view);
			await new Promise((resolve) => setTimeout(resolve, Math.max(0, LOOK_MS - (Date.now() - began))));
		}
	}
	async #look() {
		const c = this.connection;
		await c.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
		await c.query("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
		const [[[{ now }], staff, members, legs, open, fresh]] = await c.query(READS, [this.lastLeg]);
		await c.query("COMMIT");
		const teams = group(members, "user_id");
		const agents = staff.map((a) => ({ ...a, free: a.status === 1 && !a.deleted_at ? a.capacity - a.load_now : 0, teams: new Set((teams.get(a.id) ?? []).map((m) => m.team_id)) }));
		const waiting = open.filter((v) => v.queue_rank !== null).sort((a, b) => a.queue_rank - b.queue_rank);
		return { now: Number(now), agents, legs, open, waiting, fresh };
	}

	/** No customer with two, nobody over capacity, and the counters say what the legs do. */
	#people({ now, agents, legs, open }) {
		for (const [contact, mine] of group(legs, "contact_id")) if (mine.length > 1) this.complain("doubled", `${now}: customer ${contact} is with ${mine.map((l) => `${l.agent_id} (conversation ${l.conversation_id})`)}`);
		const running = new Map(legs.map((l) => [l.conversation_id, l.agent_id]));
		for (const v of open) {
			const agent = running.get(v.id) ?? null;
			if (agent !== v.assignee_id) this.complain("doubled", `${now}: conversation ${v.id} says it is with ${v.assignee_id}, its leg with ${agent}`);
			const silent = agent === null && v.queue_rank === null && v.last_seq === 0 && v.asked_after <= 0; // has come, and asked for nobody yet
			if (!silent && (agent !== null) === (v.queue_rank !== null)) this.complain("doubled", `${now}: conversation ${v.id} is ${agent === null ? "with nobody and does not wait" : "with somebody and waits"}`);
			running.delete(v.id);
		}
		for (const [conversation, agent] of running) this.complain("doubled", `${now}: conversation ${conversation} is over, or the AI's, and its leg with ${agent} runs`);
		const load = group(legs, "agent_id");
		for (const a of agents) {
			const n = load.get(a.id)?.length ?? 0;
			if (n > a.capacity) this.complain("over", `${now}: ${a.id} has ${n} of ${a.capacity}`);
			if (n !== a.load_now) this.complain("over", `${now}: ${a.id} has ${n} and is counted with ${a.load_now}`);
		}
	}

	/**
	 * Who could be served: the queue is walked in its order, each takes one free slot that may have it, in thought. How long somebody goes on
	 * being one of them is how long he waits while a slot is free for him, counting those before him. No second is left out, whatever process
	 * is dead in it; of the time between two looks, GAP_MS at most is counted.
	 */
	#served({ now, agents, waiting }) {
		const free = new Map(agents.filter((a) => a.free > 0).map((a) => [a.id, { ...a }]));
		const served = new Map();
		const passed = now - (this.lastLook ?? now), step = Math.min(passed, GAP_MS);
		this.unseen += passed - step;
		for (const v of waiting) {
			// The one in the fewest teams: those in more are kept for others.
			const [taker] = [...free.values()].filter((a) => v.team_id === null || a.teams.has(v.team_id)).sort((a, b) => a.teams.size - b.teams.size);
			if (!taker) continue;
			if (--taker.free === 0) free.delete(taker.id);
			const key = `${v.id} ${v.queue_rank}`;
			const before = this.idle.get(key);
			served.set(key, before === undefined ? 0 : before + step);
		}
		for (const [key, ms] of served) if (ms > this.longest) Object.assign(this, { longest: ms, slowest: `conversation ${key.split(" ")[0]} at ${now}` });
		this.idle = served;
		this.lastLook = now;
	}

	/** Nobody is given by the queue's own hand what somebody before him has waited for all the time. */
	#order({ now, agents, waiting, fresh }) {
		this.recent.push({ now, waiting: new Map(waiting.map((v) => [v.id, v])) });
		while (this.recent.length > 2 && this.recent[1].now < now - 6000) this.recent.shift();
		for (const leg of fresh) {
			this.lastLeg = Math.max(this.lastLeg, leg.id);
			if (leg.started_by !== 0) continue; // given by hand
			const then = this.recent.findLast((look) => look.now <= leg.started_at - SETTLED_MS);
			const just = this.recent.findLast((look) => look.now <= leg.started_at);
			if (!then || !just) continue;
			// Who did not wait has just come. Its priority may have been changed before it was given, or after: what says least against it counts.
			const waited = just.waiting.get(leg.conversation_id)?.queue_rank;
			const rank = Math.min(waited ?? Infinity, (9 - leg.priority) * RANK_STEP + (waited ? waited % RANK_STEP : leg.started_at));
			const agent = agents.find((a) => a.id === leg.agent_id);
			for (const v of waiting) {
				if (v.queue_rank >= rank || then.waiting.get(v.id)?.queue_rank !== v.queue_rank || (v.team_id !== null && !agent.teams.has(v.team_id)) || then.waiting.get(v.id).team_id !== v.team_id) continue;
				this.complain("overtaken", `${leg.started_at}: agent ${leg.agent_id} got conversation ${leg.conversation_id} (${just.waiting.has(leg.conversation_id) ? "waiting" : "just come"}, ${rank}) while ${v.id} (${v.queue_rank}) waited`);
				break;
			}
		}
	}

	/** The history says the same: at no time two agents of one customer, or more legs of an agent than it can have. */
	async history() {
		const legs = await this.connection.query("SELECT * FROM assignments ORDER BY id").then(([rows]) => rows);
		const capacity = new Map((await this.connection.query("SELECT id, max_sessions FROM users WHERE role > 0"))[0].map((a) => [a.id, a.max_sessions]));
		for (const leg of legs) if (leg.ended_at !== null && leg.ended_at < leg.started_at) this.complain("doubled", `leg ${leg.id} ended at ${leg.ended_at}, before it began at ${leg.started_at}`);
		for (const [customer, most] of this.#most(legs, "contact_id")) if (most > 1) this.complain("doubled", `history: customer ${customer} was with ${most} agents at once`);
		for (const [agent, most] of this.#most(legs, "agent_id")) if (most > capacity.get(agent)) this.complain("over", `history: ${agent} had ${most} of ${capacity.get(agent)} at once`);
		await this.connection.end();
		return legs.length;
	}
	#most(legs, key) {
		const most = new Map();
		for (const [who, mine] of group(legs.filter((leg) => leg.started_at >= this.since), key)) {
			const steps = mine.flatMap((leg) => [[leg.started_at, 1], [leg.ended_at ?? Infinity, -1]]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
			let now = 0, top = 0;
			for (const [, step] of steps) top = Math.max(top, (now += step));
			most.set(who, top);
		}
		return most;
	}
}
