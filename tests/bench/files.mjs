// Files: uploads of three sizes against a FastCGI program that takes the same bodies, by as many processes, and does nothing; downloads against a static file of the same
// web server, and the API's p95 alone and beside ten slow uploads. Pairs are interleaved; the median of their ratios is shown.
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { httpClient } from "../lib/client.mjs";
import { root, startStack } from "../lib/stack.mjs";
import { startHello } from "./reference.mjs";
import { wrk } from "./wrk.mjs";

const MB = 1 << 20;
const seconds = Number(process.env.BENCH_SECONDS ?? 5);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const variant = process.env.BENCH_VARIANT ?? "release";
const SIZES = [[10, 16], [1, 64], [0.1, 200]], slow = 10; // MB each, how many
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const stack = await startStack({ variant, env: { DESKBELL_WORKERS: "8", DESKBELL_FILES_WORKERS: "8", DESKBELL_AI_PROVIDER: "off", DESKBELL_RATE_LIMIT: "off", DESKBELL_DEMO: "off" } });
const hello = await startHello(stack, variant);
const still = path.join(root, "htdocs", "bench-file.png");
try {
	const guest = httpClient(stack.urls.chat);
	const sessions = [];
	for (let i = 0; i < 4; i++) sessions.push((await guest.post("/api/v1/chat/sessions", {})).body.data.session_id);
	const [session_id] = sessions, targets = sessions.map((id) => `/api/v1/chat/sessions/${id}/files`), [target] = targets;
	const pdf = Buffer.concat([Buffer.from("%PDF-1.4\n"), randomBytes(10 * MB - 9 - 1024)]);
	const body = (bytes) => Buffer.concat([Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'), bytes, Buffer.from("\r\n--b--\r\n")]);
	const first = JSON.parse(await post(stack.urls.chat + target, body(pdf)));
	writeFileSync(still, pdf);
	const up = SIZES.map(() => []), down = [];
	for (let round = 0; round < rounds; round++) {
		for (const [i, [size, uploads]] of SIZES.entries()) {
			const bodies = Array.from({ length: uploads }, () => body(Buffer.concat([Buffer.from("%PDF-1.4\n"), randomBytes(Math.floor(size * MB) - 9 - 1024)])));
			const theirs = await rate(hello.url, targets, bodies), ours = await rate(stack.urls.chat, targets, bodies);
			up[i].push([theirs, ours, ours / theirs]);
		}
		const [a, b] = [await wrk(stack.dir, { url: `${stack.urls.chat}/bench-file.png` }, { connections: 4, seconds }), await wrk(stack.dir, { url: stack.urls.chat + first.data.attachment.url }, { connections: 4, seconds })];
		const [x, y] = [a, b].map((r) => (r.requests * pdf.length) / r.seconds / MB);
		down.push([x, y, y / x]);
	}
	const api = { path: `/api/v1/chat/sessions/${session_id}/messages?before=latest&limit=50` };
	const alone = [], beside = [];
	const measure = () => wrk(stack.dir, { url: stack.urls.chat + api.path }, { connections: 4, seconds });
	for (let round = 0; round < rounds; round++) {
		alone.push(await measure());
		const stop = trickle(target, body(pdf), seconds);
		beside.push(await measure());
		await stop();
	}
	const show = (name, list, want) => console.log(`${name}: ${median(list.map((r) => r[1])).toFixed(0)} MB/s, reference ${median(list.map((r) => r[0])).toFixed(0)} MB/s, ratio ${median(list.map((r) => r[2])).toFixed(2)} (${want}; rounds ${list.map((r) => r[2].toFixed(2)).join(" ")})`);
	console.log(`files of ${(pdf.length / MB).toFixed(1)} MB, ${rounds} rounds, interleaved`);
	for (const [i, [size]] of SIZES.entries()) show(`upload of ${size} MB`, up[i], ">= 0.60 of a program that takes the body and does nothing");
	show("download", down, "1.00 is a static file");
	const of = (list, key) => median(list.map((r) => r[key])).toFixed(1);
	console.log(`API p95 : ${of(alone, "p95")} ms alone, ${of(beside, "p95")} ms beside ${slow} slow uploads of ${(pdf.length / MB).toFixed(0)} MB (p50 ${of(alone, "p50")} and ${of(beside, "p50")} ms; bad ${alone.concat(beside).reduce((n, r) => n + r.bad, 0)})`);
} finally {
	rmSync(still, { force: true });
	hello.stop();
	await stack.stop();
}

/** MB a second of these bodies, four at a time, each lane to a conversation of its own. */
async function rate(base, targets, bodies) {
	const began = process.hrtime.bigint(), bytes = bodies.reduce((n, one) => n + one.length, 0);
	let left = bodies.length;
	const lane = async (to) => { while (left > 0) await post(base + to, bodies[--left]); };
	await Promise.all(targets.map(lane));
	return bytes / MB / (Number(process.hrtime.bigint() - began) / 1e9);
}

function post(url, body) {
	return new Promise((resolve, reject) => {
		const request = http.request(url, { method: "POST", headers: { "Content-Type": "multipart/form-data; boundary=b", "Content-Length": body.length } }, (answer) => {
			let text = "";
			answer.on("data", (part) => (text += part)).on("end", () => (answer.statusCode < 300 ? resolve(text) : reject(new Error(`${answer.statusCode} ${text}`))));
		});
		request.on("error", reject).end(body);
	});
}

/** Ten clients whose bodies take the whole time; stop() lets the rest go at once and waits for their answers. */
function trickle(target, body, seconds) {
	const { port } = new URL(stack.urls.chat);
	const all = Array.from({ length: slow }, () => {
		const socket = net.connect(port, "127.0.0.1");
		socket.write(`POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length}\r\n\r\n`);
		let at = 0, answer = "";
		const part = Math.ceil(body.length / (seconds * 20));
		const timer = setInterval(() => { socket.write(body.subarray(at, at + part)); at += part; if (at >= body.length) clearInterval(timer); }, 50);
		const ended = new Promise((resolve) => socket.on("data", (data) => (answer += data)).on("close", resolve).on("error", resolve));
		return async () => {
			clearInterval(timer);
			if (at < body.length) socket.write(body.subarray(at));
			await ended;
			if (!/^HTTP\/1\.1 201/.test(answer)) throw new Error(`a slow upload failed: ${answer.slice(0, 200)}`);
		};
	});
	return () => Promise.all(all.map((stop) => stop()));
}
