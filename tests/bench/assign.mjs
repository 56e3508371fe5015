// Giving a customer to an agent with BENCH_WAITING (10,000) waiting, against the same with 10 waiting in the same run, rounds taking turns; BENCH_HISTORY
// (100,000) conversations are over. Target: 95 of 100 within 5 ms. One caller, one thing at a time: what is measured is the work, not the crowd.
import http from "node:http";
import { signIn } from "../lib/client.mjs";
import { connect } from "../lib/desk.mjs";
import { startStack } from "../lib/stack.mjs";

const many = Number(process.env.BENCH_WAITING ?? 10_000), few = 10, history = Number(process.env.BENCH_HISTORY ?? 100_000);
const each = Number(process.env.BENCH_EACH ?? 200), rounds = Number(process.env.BENCH_ROUNDS ?? 3), TARGET_MS = 5;
const stack = await startStack({ variant: process.env.BENCH_VARIANT ?? "release", env: { DESKBELL_AI_PROVIDER: "off" } });
const keep = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Status, body and milliseconds, over one connection that stays. */
function call(client, method, url, body) {
	const data = body === undefined ? "" : JSON.stringify(body);
	const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(data), ...(client.token ? { Authorization: `Bearer ${client.token}` } : {}) };
	const began = performance.now();
	return new Promise((resolve, reject) => {
		const request = http.request(url, { method, headers, agent: keep }, (answer) => {
			let text = "";
			answer.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => {
				const ms = performance.now() - began;
				if (answer.statusCode >= 300) return reject(new Error(`${method} ${url}: ${answer.statusCode} ${text}`));
				resolve({ body: JSON.parse(text), ms });
			});
		});
		request.on("error", reject).end(data);
	});
}

/** n more who wait, behind those who do, for a team (one that has nobody there) or for anybody. */
async function queue(n, team) {
	const [{ last }] = await stack.sql("SELECT MAX(id) AS last FROM conversations");
	const now = Date.now();
	await stack.sql("INSERT INTO users (public_id, role, full_name, last_active_at, created_at, updated_at) SELECT CONCAT('queue_', ? + seq), 0, '', ?, ?, ? FROM seq_1_to_1000000 WHERE seq <= ?", [last, now, now, now, n]);
	await stack.sql(`INSERT INTO conversations (id, uuid, session_id, contact_id, status, priority, agent_type, team_id, queue_rank, human_at, created_at, updated_at)
		SELECT ? + seq, UUID(), CONCAT('sess_queue_', ? + seq), u.id, 0, 1, 1, ?, 80000000000000 + ? - 20000000 + seq, ?, ?, ?
		FROM seq_1_to_1000000 JOIN users u ON u.public_id = CONCAT('queue_', ? + seq) WHERE seq <= ?`, [last, last, team, now, now, now, now, last, n]);
}
const empty = () => stack.sql("UPDATE conversations SET queue_rank = NULL, status = 3 WHERE queue_rank IS NOT NULL");
/** One slot, which nobody is told of. */
const slot = () => stack.sql("UPDATE users SET max_sessions = active_sessions + 1 WHERE id = 3");
const full = () => stack.sql("UPDATE users SET max_sessions = active_sessions WHERE id = 3");
const head = async () => (await stack.sql("SELECT c.id, u.public_id FROM conversations c JOIN users u ON u.id = c.contact_id WHERE queue_rank > 0 AND team_id IS NULL ORDER BY queue_rank LIMIT 1"))[0];

const supervisor = await signIn(stack.urls.kefu, "supervisor@example.com"), agent = await signIn(stack.urls.kefu, "agent@example.com");
const { connection, socket } = await connect(stack, "supervisor@example.com");
const kefu = stack.urls.kefu, desk = { token: connection };
const things = {
	"by hand": async () => {
		const { id } = await head();
		await slot();
		return (await call(supervisor, "PUT", `${kefu}/api/v1/conversations/${id}/assign`, { assignee_id: 3 })).ms;
	},
	automatically: async () => {
		const { public_id } = await head();
		await slot();
		const { body, ms } = await call(desk, "POST", `${stack.urls.desk}/api/customer/${public_id}/assign`, {});
		if (body.data.status !== "assigned") throw new Error(JSON.stringify(body));
		return ms;
	},
	"joining the queue": async () => {
		await full();
		const { body } = await call({}, "POST", `${stack.urls.chat}/api/v1/chat/sessions`, {});
		const { ms } = await call({}, "POST", `${stack.urls.chat}/api/v1/chat/sessions/${body.data.session_id}/switch-agent`, { agent_type: "human" });
		await call({}, "POST", `${stack.urls.chat}/api/v1/chat/sessions/${body.data.session_id}/close`);
		return ms;
	},
	// Both by the server's clock: from the end of a leg to the beginning of the next one in its slot.
	"a freed slot": async () => {
		await full();
		const [{ last }] = await stack.sql("SELECT MAX(id) AS last FROM assignments");
		const [{ id, conversation_id }] = await stack.sql("SELECT id, conversation_id FROM assignments WHERE agent_id = 3 AND ended_at IS NULL ORDER BY id LIMIT 1");
		await call(supervisor, "PUT", `${kefu}/api/v1/conversations/${conversation_id}/status`, { status: "resolved" });
		for (;;) {
			const [row] = await stack.sql("SELECT n.started_at - a.ended_at AS ms FROM assignments a JOIN assignments n ON n.agent_id = a.agent_id AND n.id > ? AND n.started_at >= a.ended_at WHERE a.id = ? ORDER BY n.id LIMIT 1", [last, id]);
			if (row) return row.ms;
		}
	},
};
async function refill(waiting) {
	const [{ n }] = await stack.sql("SELECT COUNT(*) AS n FROM conversations WHERE queue_rank > 0 AND team_id IS NULL");
	if (n < waiting / 2) await queue(waiting / 2 - n, null);
}
const at = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
function print(results) {
	console.log(`${each} of each, ${rounds} rounds in turns; ${history} conversations are over; milliseconds`);
	console.log(`${"".padEnd(22)}${[`p50 of ${few}`, `p50 of ${many}`, `p95 of ${few}`, `p95 of ${many}`, "ratio", "target"].map((h) => h.padStart(14)).join("")}`);
	for (const [name, lists] of Object.entries(results)) {
		const [low, high] = [lists[few], lists[many]];
		const numbers = [at(low, 0.5), at(high, 0.5), at(low, 0.95), at(high, 0.95)].map((ms) => ms.toFixed(2));
		const ratio = (at(high, 0.95) / Math.max(at(low, 0.95), 0.01)).toFixed(2);
		console.log(name.padEnd(22) + [...numbers, ratio, `${TARGET_MS} ${at(high, 0.95) <= TARGET_MS ? "met" : "MISSED"}`].map((text) => text.padStart(14)).join(""));
	}
}

try {
	await stack.sql(`INSERT INTO conversations (uuid, session_id, contact_id, status, agent_type, team_id, assignee_id, last_message_at, created_at, updated_at)
		SELECT UUID(), CONCAT('sess_over_', seq), 20 + seq % 60, 2 + seq % 2, 1, NULLIF(seq % 5, 0), 3 + seq % 3, seq, seq, seq FROM seq_1_to_10000000 WHERE seq <= ?`, [history]);
	await stack.sql("DELETE FROM team_members");
	await stack.kill("worker"); // it would take the slots that are meant for the calls; who ends a talk gives the slot on by himself
	await full();
	await call(agent, "PUT", `${kefu}/api/v1/auth/me/status`, { status: "online" });
	const results = {};
	for (let round = 0; round < rounds; round++) {
		for (const waiting of [few, many]) {
			await empty();
			await queue(waiting / 2, 2);
			await refill(waiting);
			await stack.sql("ANALYZE TABLE conversations");
			for (const [name, thing] of Object.entries(things)) {
				const list = ((results[name] ??= {})[waiting] ??= []);
				for (let i = 0; i < each; i++) {
					await refill(waiting);
					const ms = await thing();
					if (i >= each / 10) list.push(ms); // the first ones prepare statements
				}
			}
		}
	}
	print(results);
} finally {
	socket.drop();
	keep.destroy();
	await stack.stop();
}
