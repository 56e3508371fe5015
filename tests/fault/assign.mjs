// DESIGN 7 under load and faults: ten agents, customers from many processes at once, and processes of the product that are killed meanwhile.
import { fork } from "node:child_process";
import path from "node:path";
import { signIn } from "../lib/client.mjs";
import { root, until } from "../lib/stack.mjs";
import { Watch } from "./assign_watch.mjs";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)); // the pace of faults
const pick = (list) => list[Math.floor(Math.random() * list.length)];

const faults = {
	"one api worker": async (stack) => process.kill(pick(stack.processes("api").slice(1)), "SIGKILL"),
	"all api workers": async (stack) => stack.processes("api").slice(1).forEach((pid) => process.kill(pid, "SIGKILL")),
	relay: async (stack) => (await stack.kill("relay"), stack.start("relay")),
	"redis, its data lost": async (stack) => (await stack.kill("redis"), stack.start("redis")),
	worker: async (stack) => (await stack.kill("worker"), stack.start("worker")),
};

async function hire(stack, admin, count, teams) {
	const agents = [];
	for (let i = 0; i < count; i++) {
		const email = `assign${i}@example.com`;
		const made = await admin.post("/api/v1/admin/users", { email, full_name: `Agent ${i}`, role: "agent", password: "password123", max_sessions: 2 + (i % 3) });
		if (made.status !== 201) throw new Error(made.text);
		const agent = await signIn(stack.urls.chat, email);
		for (const team of teams) if ((i + teams.indexOf(team)) % 2 === 0 || i % 5 === 0) {
			const joined = await admin.post(`/api/v1/teams/${team}/members`, { user_id: agent.user.id });
			if (joined.status !== 200 && joined.status !== 201) throw new Error(joined.text);
		}
		agents.push(agent);
	}
	return agents;
}
const present = (agent, status) => agent.put("/api/v1/auth/me/status", { status }).catch(() => ({}));

/** Agents take breaks: away, busy, offline for a moment; and back. */
async function breaks(run, agents) {
	while (!run.over) {
		await pause(400 + Math.random() * 600);
		const agent = pick(agents);
		if ((await present(agent, pick(["away", "busy", "offline"]))).status !== 200) continue;
		run.breaks++;
		await pause(200 + Math.random() * 800);
		await until(async () => (await present(agent, "online")).status === 200, { timeout: 30_000, what: "an agent to be back" });
	}
}

/** One is gone for good: as two minutes without him would leave it. The worker's next sweep hands his unanswered customers on. */
async function vanish(run, stack, agent) {
	const handedBack = async () => (await stack.sql("SELECT COUNT(*) AS n FROM assignments WHERE end_reason = 4"))[0].n;
	await pause(3000);
	if (!run.over) await stack.sql("UPDATE users SET status = 0, status_at = ? WHERE id = ?", [Date.now() - 150_000, agent.user.id]);
	while (!run.over && !(run.vanished = await handedBack())) await pause(200);
	while (!run.over && (await present(agent, "online")).status !== 200) await pause(200);
}

async function strike(run, stack, every) {
	for (let bag = []; !run.over; ) {
		await pause(every * (0.5 + Math.random()));
		if (run.over) break;
		if (!bag.length) bag = Object.keys(faults).sort(() => Math.random() - 0.5);
		const name = bag.pop();
		await faults[name](stack);
		run.faults[name] = (run.faults[name] ?? 0) + 1;
	}
}

/** A process of customers; answers what it did. */
function customers(task, run) {
	const child = fork(path.join(root, "tests/fault/assign_customers.mjs"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
	run.children.push(child);
	let seen = 0;
	return new Promise((resolve, reject) => {
		child.on("message", ({ progress, done }) => {
			if (done) return resolve(done);
			run.customers += progress - seen;
			seen = progress;
		});
		child.once("exit", (code, signal) => reject(new Error(`a process of customers ended: ${code ?? signal}`)));
		child.send(task);
	});
}

const sum = (results, key) => results.reduce((all, r) => all + r[key], 0);

export async function assign(stack, { customers: count = 500, processes = 16, lanes = 6, seconds = 0, stay = 700, every = 1500 } = {}) {
	const run = { faults: {}, breaks: 0, vanished: 0, customers: 0, children: [], over: false };
	const admin = Object.assign(await signIn(stack.urls.kefu, "admin@example.com"));
	const teams = [1, 2];
	const agents = await hire(stack, admin, 10, teams);
	const watch = new Watch(path.join(stack.dir, "run/mariadb.sock"));
	watch.since = Date.now();
	await watch.start();
	for (const agent of agents) await present(agent, "online");
	try {
		const task = {
			chat: stack.urls.chat, kefu: stack.urls.kefu, ws: stack.ws, admin: admin.token, teams, stay, lanes,
			agents: agents.map((a) => ({ id: a.user.id, token: a.token })), customers: Math.ceil(count / processes), until: Date.now() + seconds * 1000,
		};
		const began = Date.now();
		const lives = Promise.all(Array.from({ length: processes }, (_, process) => customers({ ...task, process }, run)));
		const events = [strike(run, stack, every), breaks(run, agents.slice(1)), vanish(run, stack, agents[0])];
		const results = await Promise.race([lives, ...events.map((e) => e.then(() => lives))]).finally(() => (run.over = true));
		await Promise.all(events);
		run.seconds = (Date.now() - began) / 1000;
		for (const key of ["customers", "assigned", "transfers", "refused", "ends", "left", "returned", "toAi", "told", "retries"]) run[key] = sum(results, key);
		run.longestWait = Math.max(...results.map((r) => r.longestWait));
		run.complaints = results.flatMap((r) => r.complaints);
	} finally {
		run.over = true;
		run.children.forEach((child) => child.kill());
		await watch.stop();
	}
	run.legs = await watch.history();
	Object.assign(run, { watch, longest: watch.longest, over: watch.over, doubled: watch.doubled, overtaken: watch.overtaken });
	run.complaints.push(...watch.complaints);
	return run;
}

export function report(run) {
	return `customers ${run.customers} (left ${run.left}, came again ${run.returned}), given ${run.assigned}, legs ${run.legs}, transfers ${run.transfers} (refused ${run.refused}), to the AI and back ${run.toAi}, ends ${run.ends}, ` +
		`breaks ${run.breaks}, handed back ${run.vanished}; ${run.seconds.toFixed(1)} s, asked again ${run.retries}, told ${run.told}; faults ${Object.values(run.faults).reduce((a, b) => a + b, 0)} ${JSON.stringify(run.faults)}; ` +
		`over capacity ${run.over}, doubled ${run.doubled}, overtaken ${run.overtaken}, starved ${run.complaints.filter((c) => c.includes("starved")).length}; ` +
		`longest wait with a free slot ${run.longest} ms (${run.watch.slowest ?? "none"}), looked at ${run.watch.looks} times, unseen ${run.watch.unseen} ms; longest wait of all ${run.longestWait} ms`;
}
