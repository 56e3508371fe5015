// Messages sent while reports are read: both in one run, turn and turn about, and the ratio of their rates.
const SECONDS = Number(process.env.SIZE_SENDS_SECONDS ?? 4);
const ROUNDS = 5, SENDERS = 4, MOST_LOST = 0.1;
const DAY = 86_400_000;
const date = (ms) => new Date(ms).toISOString().slice(0, 10);

export async function sendsBesideReports(stack, who, made) {
	const sessions = [];
	for (let i = 0; i < 100; i++) sessions.push((await who.visitor.post("/api/v1/chat/sessions", {})).body.data.session_id);
	const rate = async () => {
		let sent = 0;
		const end = performance.now() + SECONDS * 1000;
		await Promise.all(Array.from({ length: SENDERS }, async (_, k) => {
			for (let i = k; performance.now() < end; i += SENDERS, sent++) {
				const answer = await who.visitor.post("/api/v1/chat/messages", { session_id: sessions[i % sessions.length], content: "我的订单什么时候发货？" });
				if (answer.status !== 201) throw new Error(`a message was not sent: ${answer.text}`);
			}
		}));
		return sent / SECONDS;
	};
	// As a manager reads: a report, a look at it, the next one.
	const reading = { on: false, n: 0 };
	const reader = async () => {
		for (let i = 0; reading.on; i++) {
			const days = [7, 30, 90][i % 3], what = ["conversations", "agents"][i % 2];
			await who.admin.get(i % 5 === 4 ? "/api/v1/dashboard/stats" : `/api/v1/reports/${what}?start_date=${date(made.until - days * DAY)}&end_date=${date(made.until)}`);
			reading.n++;
			await new Promise((resolve) => setTimeout(resolve, 1000));
		}
	};
	const alone = [], beside = [];
	await rate();
	for (let i = 0; i < ROUNDS; i++) {
		alone.push(await rate());
		reading.on = true;
		const running = reader();
		beside.push(await rate());
		reading.on = false;
		await running;
	}
	const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
	const ratio = median(beside.map((r, i) => r / alone[i])), met = ratio > 1 - MOST_LOST;
	console.log(`\nmessages a second: ${median(alone).toFixed(0)} alone, ${median(beside).toFixed(0)} beside reports (${reading.n} read), ratio ${ratio.toFixed(2)}, target over ${1 - MOST_LOST} ${met ? "met" : "MISSED"}`);
	return met ? 0 : 1;
}
