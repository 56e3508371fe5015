// What a client of the API needs in tests: JSON over HTTP, and WebSockets whose frames can be waited for.
import assert from "node:assert/strict";
import WebSocket from "ws";

/** A client for one door: client.get(path), .post(path, body) … answer {status, headers, body}; body is parsed JSON when it is JSON. */
export function httpClient(base, { token, headers = {} } = {}) {
	const call = async (method, path, body, options = {}) => {
		const bearer = options.token ?? token;
		const raw = body === undefined || typeof body === "string" || body instanceof Uint8Array || body instanceof FormData;
		const response = await fetch(base + path, {
			method, redirect: "manual",
			body: raw ? body : JSON.stringify(body),
			headers: {
				...(body !== undefined && !(body instanceof FormData) ? { "Content-Type": "application/json" } : {}),
				...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
				...headers, ...options.headers,
			},
		});
		const text = await response.text();
		const json = /^application\/([\w.+-]*\+)?json/.test(response.headers.get("content-type") ?? "");
		return { status: response.status, headers: response.headers, text, body: json && text ? JSON.parse(text) : text };
	};
	return {
		base, token, call,
		get: (path, options) => call("GET", path, undefined, options),
		post: (path, body, options) => call("POST", path, body, options),
		put: (path, body, options) => call("PUT", path, body, options),
		patch: (path, body, options) => call("PATCH", path, body, options),
		delete: (path, options) => call("DELETE", path, undefined, options),
		as: (other) => httpClient(base, { token: other, headers }),
	};
}

/** A client signed in through the chat contract's login; .user is the account. */
export async function signIn(base, email, password = "password123") {
	const answer = await httpClient(base).post("/api/v1/auth/login", { email, password });
	assert.equal(answer.status, 200, `signing in ${email}: ${answer.text}`);
	const { access_token: token, refresh_token: refreshToken, user } = answer.body.data;
	return Object.assign(httpClient(base, { token }), { user, refreshToken });
}

/** An open WebSocket. frames: all that came, parsed, in order; waitFor() hands each out once. */
export class Socket {
	static async open(url, options = {}) {
		const socket = new Socket(new WebSocket(url, options));
		await new Promise((resolve, reject) => socket.ws.once("open", resolve).once("error", reject));
		return socket;
	}
	constructor(ws) {
		this.ws = ws;
		this.frames = [];
		this.waiting = new Set();
		this.closed = new Promise((resolve) => ws.on("close", (code, reason) => resolve({ code, reason: String(reason) })));
		this.closed.then((how) => (this.closeState = how)).then(() => this.#wake());
		ws.on("error", () => {});
		ws.on("message", (data, binary) => {
			const text = String(data);
			let frame;
			try {
				frame = JSON.parse(text);
			} catch {
				frame = { type: binary ? "(binary)" : "(not json)" };
			}
			this.frames.push(Object.defineProperty(frame, "raw", { value: text }));
			this.#wake();
		});
	}
	#wake() {
		for (const wake of this.waiting) wake();
	}
	send(type, data) {
		this.ws.send(JSON.stringify(typeof type === "string" ? { type, data } : type));
	}
	sendText(text) {
		this.ws.send(text);
	}
	/** The first frame not handed out yet that fits: a predicate, or a type. Throws after `timeout` ms or when the socket closed. */
	async waitFor(match, timeout = 20_000) {
		const fits = typeof match === "string" ? (frame) => frame.type === match : match;
		const take = () => {
			const frame = this.frames.find((f) => !f.taken && fits(f));
			if (frame) Object.defineProperty(frame, "taken", { value: true });
			return frame;
		};
		let timer;
		try {
			return await new Promise((resolve, reject) => {
				const fail = (why) => reject(new Error(`${why} while waiting for ${match}; frames: ${this.frames.map((f) => f.raw).join("\n")}`));
				const look = () => {
					const frame = take();
					if (frame) resolve(frame);
					else if (this.closeState) fail(`socket closed with ${this.closeState.code}`);
					else return this.waiting.add(look);
					this.waiting.delete(look);
				};
				timer = setTimeout(() => (this.waiting.delete(look), fail(`${timeout} ms passed`)), timeout);
				look();
			});
		} finally {
			clearTimeout(timer);
		}
	}
	/** That nothing that fits comes: proven by a ping's answer, which the relay sends after all that was before it, not by waiting. */
	async never(match) {
		const fits = typeof match === "string" ? (frame) => frame.type === match : match;
		await this.roundTrip();
		const found = this.frames.find((f) => !f.taken && fits(f));
		assert.equal(found?.raw, undefined, "a frame that must not come");
	}
	roundTrip(timeout = 20_000) {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error("no pong")), timeout);
			this.ws.once("pong", () => (clearTimeout(timer), resolve()));
			this.ws.ping();
		});
	}
	async close(code = 1000) {
		this.ws.close(code);
		return this.closed;
	}
	/** As a lost network would: no close frame. */
	drop() {
		this.ws.terminate();
	}
}
