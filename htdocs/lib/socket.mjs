// The live connection of who is signed in: signs in, resumes where it was, comes back by itself.
import { session } from "./api.mjs";

const REFUSED = ["UNAUTHORIZED", "AUTH_REQUIRED"];
const SILENCE = 45000; // a laptop that slept holds a dead socket that still says OPEN
const PATIENCE = 20000; // with one that does not become live

/** createSocket({path, positions, lastId, onFrame, onState, refresh}) → {start, stop, send, echo}. onState: "connecting" | "live" | "away".
    Without lastId nothing is resumed as a whole: it is live when signed in (rooms are joined, each from where it was). */
export function createSocket({ path = "/ws", positions, lastId, onFrame, onState, refresh }) {
	let ws = null;
	let tries = 0;
	let timer = 0;
	let stopped = true;
	let live = false;
	let heard = 0;
	let echoed = () => {};

	const again = () => {
		clearTimeout(timer);
		if (!stopped) timer = setTimeout(connect, Math.min(15000, 300 * 2 ** tries++) * (0.6 + Math.random() * 0.8));
	};
	const signIn = (socket) => {
		const token = session.read()?.access_token;
		const resume = lastId ? { last_id: lastId(), positions: positions() } : undefined;
		socket.send(JSON.stringify({ type: "auth", token, data: { token, resume } }));
	};
	const isCaughtUp = (frame) => (lastId ? frame.type === "resumed" || frame.type === "resync" : frame.type === "auth" && frame.data.success);
	async function take(socket, frame) {
		heard = Date.now();
		if (!live && isCaughtUp(frame)) {
			tries = 0;
			live = true;
			onState("live");
		}
		if (frame.type === "error" && REFUSED.includes(frame.data.code) && !live) {
			await refresh().catch(() => {});
			return socket.close();
		}
		if (frame.type === "ping") echoed();
		onFrame(frame);
	}
	function connect() {
		clearTimeout(timer);
		if (stopped || (ws && ws.readyState <= WebSocket.OPEN)) return;
		onState("connecting");
		const socket = (ws = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`));
		socket.onopen = () => signIn(socket);
		socket.onmessage = (event) => socket === ws && take(socket, JSON.parse(event.data));
		socket.onclose = (event) => socket === ws && ended(event.code);
		setTimeout(() => socket === ws && !live && (drop(), ended()), PATIENCE);
	}
	function ended(code) {
		const was = live;
		live = false;
		onState("away");
		if (code === 4401 && was) refresh().catch(() => {}).finally(again); // signed out elsewhere, or only too old a token
		else again();
	}
	const drop = () => {
		const old = ws;
		ws = null;
		live = false;
		old?.close();
	};
	// A laptop that wakes, or a network that returns, does not wait for the timer.
	const wake = () => {
		if (stopped) return;
		tries = 0;
		connect();
	};
	const probe = () => {
		if (stopped || !live) return wake();
		const before = heard;
		ws.send(JSON.stringify({ type: "ping" }));
		setTimeout(() => live && heard === before && (drop(), onState("away"), wake()), 4000);
	};
	addEventListener("online", probe);
	addEventListener("offline", () => !stopped && live && (drop(), onState("away"), again()));
	document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && probe());
	setInterval(() => live && Date.now() - heard > SILENCE && probe(), 20000);

	return {
		start() {
			stopped = false;
			wake();
		},
		stop() {
			stopped = true;
			clearTimeout(timer);
			drop();
		},
		/** True when the frame went out; the caller keeps what must not be lost. */
		send(type, data) {
			if (!live || ws?.readyState !== WebSocket.OPEN) return false;
			ws.send(JSON.stringify({ type, data }));
			return true;
		},
		/** Milliseconds of a frame to the API and back; null when it does not come back in time, or there is no connection. */
		echo(within = 4000) {
			if (!live || ws?.readyState !== WebSocket.OPEN) return Promise.resolve(null);
			const began = performance.now();
			ws.send(JSON.stringify({ type: "ping" }));
			return new Promise((done) => {
				const timer = setTimeout(() => done(null), within);
				echoed = () => (clearTimeout(timer), done(performance.now() - began));
			});
		},
	};
}
