// The live connection of a member of staff: signs in, resumes where it was, comes back by itself.
import { session } from "./api.mjs";

/** createSocket({positions, lastId, onFrame, onState, refresh}) → {start, stop, send}. onState: "connecting" | "live" | "away". */
export function createSocket({ positions, lastId, onFrame, onState, refresh }) {
	let ws = null;
	let tries = 0;
	let timer = 0;
	let stopped = true;

	const again = () => {
		clearTimeout(timer);
		if (stopped) return;
		timer = setTimeout(connect, Math.min(15000, 300 * 2 ** tries++) * (0.6 + Math.random() * 0.8));
	};
	async function connect() {
		clearTimeout(timer);
		if (stopped || (ws && ws.readyState <= WebSocket.OPEN)) return;
		onState("connecting");
		ws = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
		ws.onopen = () => ws.send(JSON.stringify({ type: "auth", data: { token: session.read()?.access_token, resume: { last_id: lastId(), positions: positions() } } }));
		ws.onmessage = async (event) => {
			const frame = JSON.parse(event.data);
			if (frame.type === "resumed" || frame.type === "resync") {
				tries = 0;
				onState("live");
			}
			if (frame.type === "error" && frame.data.code === "UNAUTHORIZED") {
				await refresh().catch(() => {});
				ws.close();
				return;
			}
			onFrame(frame);
		};
		ws.onclose = () => {
			onState("away");
			again();
		};
	}
	// A laptop that wakes, or a network that returns, does not wait for the timer.
	const wake = () => {
		if (stopped) return;
		tries = 0;
		connect();
	};
	addEventListener("online", wake);
	document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());

	return {
		start() {
			stopped = false;
			wake();
		},
		stop() {
			stopped = true;
			clearTimeout(timer);
			ws?.close();
		},
		/** True when the frame went out; the caller keeps what must not be lost. */
		send(type, data) {
			if (ws?.readyState !== WebSocket.OPEN) return false;
			ws.send(JSON.stringify({ type, data }));
			return true;
		},
	};
}
