// The relay beside nchan (another relay of Redis channels), beside bare send() of the same frames, and behind lighttpd. Each round measures
// everything once, so that what is compared was measured close together; a row is the median of the rounds. Nothing here fails on a number.
import { readFileSync } from "node:fs";
import os from "node:os";
import { until } from "../lib/stack.mjs";
import { ceiling, descriptors, load, startServers, stopServers } from "./servers.mjs";

const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.BENCH_RELAY_SECONDS ?? 1.5);
const SIZE = 256;
const FRAME = SIZE + 4;
const most = Math.min(10_000, descriptors - 500);
const CELLS = {
	"1,000 channels x 1 socket": { conns: 1000, channels: 1000, nchan: 1.4, raw: 0.75 },
	"100 channels x 10 sockets": { conns: 1000, channels: 100, nchan: 1.2, raw: 0.8 },
	"1 channel x 1,000, 16 in flight": { conns: 1000, channels: 1, nchan: 8, raw: 6 },
};

const busy = os.loadavg()[0]; // what else runs here costs latencies and absolute rates most, the ratios by CPU least
const servers = await startServers();
const seen = {}; // name of a figure: one value a round
const wrong = { relay: 0, nchan: 0 };
const note = (name, value) => (seen[name] ??= []).push(value);
const begun = Date.now();
try {
	for (let round = 0; round < rounds; round++) {
		for (const [name, { conns, channels }] of Object.entries(CELLS)) await cell(name, conns, channels);
		await oneAtATime();
		await behindLighttpd();
		await besideALargeChannel();
		await idle();
		await slowConsumers();
	}
	print();
} finally {
	await stopServers();
}

/** One run of the load generator, and what it says is wrong. */
async function run(target, options) {
	const result = await load(target, servers.redis, { size: SIZE, seconds, ...options }).result;
	judge(target, result);
	if (target.health) await until(async () => (await target.health()).connections <= 1, { what: "the end of all sockets" });
	return result;
}

function judge(target, result) {
	const { missing, doubled, foreign, bad, refused, closed, failed } = result;
	wrong[target === servers.nchan ? "nchan" : "relay"] += missing + doubled + foreign + bad + refused + closed + failed;
}

/** Deliveries a second, and for each second of the server's CPU: the latter holds on a busy machine too. */
async function cell(name, conns, channels) {
	for (const target of [servers.relay, servers.nchan]) {
		const before = cpu(target.pid);
		const result = await run(target, { conns, channels });
		note(`${name}: ${target.name}`, result.per_s);
		note(`${name}: ${target.name}, CPU`, result.deliveries / (cpu(target.pid) - before));
	}
	const raw = await ceiling(conns, FRAME, seconds);
	note(`${name}: raw`, raw.per_s);
	note(`${name}: raw, CPU`, raw.per_cpu_s);
}

function cpu(pid) {
	return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e9;
}

/** The next message when everyone has the last one. */
async function oneAtATime() {
	for (const target of [servers.relay, servers.nchan, servers.lighttpd]) {
		const result = await run(target, { conns: 1000, channels: 1, window: 1, seconds: seconds * 2 });
		note(`one at a time: ${target.name}`, result.per_s);
		note(`one at a time, p99: ${target.name}`, result.p99_ms);
	}
}

async function behindLighttpd() {
	const options = { conns: 1000, channels: 1000 };
	note("behind: relay", (await run(servers.relay, options)).per_s);
	note("behind: lighttpd", (await run(servers.lighttpd, options)).per_s);
}

/** 100 channels of one socket, 1,000 messages a second in all, while a channel of 9,000 gets four a second; their reader steps aside for the one that measures. */
async function besideALargeChannel() {
	const options = { conns: most - 1000, channels: 1, size: SIZE, rate: 4, seconds: seconds * 2 + 1 };
	const large = load(servers.relay, servers.redis, options, { wrap: ["nice", "-n", "10"] });
	await large.opened;
	const small = load(servers.relay, servers.redis, { conns: 100, channels: 100, size: SIZE, rate: 1000, seconds: seconds * 2 });
	for (const { result } of [small, large]) judge(servers.relay, await result);
	note("small channels, p99", (await small.result).p99_ms);
	note("large channel, p99", (await large.result).p99_ms);
}

function memory(pid) {
	return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) * 1024;
}

/** Sockets that only wait, each in a channel of its own, in a relay that had none before (nchan: in the first round). */
async function idle() {
	const relay = await servers.freshRelay();
	for (const target of [relay, servers.nchan]) {
		const before = memory(target.pid);
		const held = load(target, servers.redis, { conns: most }, { more: ["--hold"] });
		const { opened, open_per_s } = await held.opened;
		note(`opens: ${target.name}`, open_per_s);
		note(`memory: ${target.name}`, (memory(target.pid) - before) / opened);
		held.finish();
		judge(target, await held.result);
	}
	await relay.stop();
}

/** Ten of twenty never read, and get 8 MB a second. */
async function slowConsumers() {
	const result = await run(servers.relay, { conns: 20, channels: 1, stalled: 10, size: 16384, rate: 500 });
	note("dropped", result.dropped);
	note("dropped: back", result.tcp_back_ms < 0 ? Infinity : result.tcp_back_ms);
	note("dropped: peak", result.tcp_peak_kb);
}

function median(values) {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function print() {
	const figure = (v) => (Math.abs(v) >= 100 || Number.isInteger(v) ? Math.round(v).toLocaleString("en-US") : v.toFixed(2));
	const of = (name) => median(seen[name]);
	const line = (what, value, beside, ratio, byCpu, target, met) =>
		console.log(what.padEnd(52) + value.padStart(12) + beside.padStart(21) + ratio.padStart(8) + byCpu.padStart(8) + target.padStart(12) + `  ${met}`);
	const verdict = (value, sign, target) => [`${sign} ${target.toLocaleString("en-US")}`, (sign === ">=" ? value >= target : value <= target) ? "met" : "missed"];
	const against = (what, mine, other, name, sign, target) => {
		const ratiosOf = (a, b) => seen[a]?.map((value, i) => value / seen[b][i]);
		const ratios = ratiosOf(mine, other);
		const ratio = median(ratios);
		const byCpu = ratiosOf(`${mine}, CPU`, `${other}, CPU`);
		const round = ratios.indexOf(ratio); // its figures, not a relay of one round beside an nchan of another
		line(what, figure(seen[mine][round]), `${name} ${figure(seen[other][round])}`, ratio.toFixed(2), byCpu ? median(byCpu).toFixed(2) : "", ...verdict(ratio, sign, target));
	};
	const alone = (what, value, sign, target, beside = "") => line(what, figure(value), beside, "", "", ...verdict(value, sign, target));

	console.log(`relay: ${seconds} s a run, median of ${rounds} rounds, ${((Date.now() - begun) / 1000).toFixed(0)} s in all; messages of ${SIZE} bytes; load average before: ${busy.toFixed(1)}`);
	line("row", "relay", "beside it", "ratio", "by CPU", "target", "");
	for (const [name, { nchan, raw }] of Object.entries(CELLS)) {
		against(`${name}, deliveries/s`, `${name}: relay`, `${name}: nchan`, "nchan", ">=", nchan);
		against(`${name}, deliveries/s`, `${name}: relay`, `${name}: raw`, "send()", ">=", raw);
	}
	against("one message at a time to 1,000, p99 ms", "one at a time, p99: relay", "one at a time, p99: nchan", "nchan", "<=", 1);
	against("1,000 x 1 through lighttpd, deliveries/s", "behind: lighttpd", "behind: relay", "direct", ">=", 0.7);
	against("one message at a time through lighttpd, deliveries/s", "one at a time: lighttpd", "one at a time: relay", "direct", ">=", 0.7);
	alone(`small channels beside a fan-out to ${figure(most - 1000)}, p99 ms`, of("small channels, p99"), "<=", 10, `the large ${figure(of("large channel, p99"))}`);
	alone(`bytes an idle socket, of ${figure(most)}`, of("memory: relay"), "<=", 614, `nchan ${figure(Math.max(...seen["memory: nchan"]))}`);
	alone("sockets opened a second", of("opens: relay"), ">=", 10_000, `nchan ${figure(of("opens: nchan"))}`);
	alone("slow consumers dropped, of 10", Math.min(...seen.dropped), ">=", 10);
	alone("their TCP memory is back after ms", Math.max(...seen["dropped: back"]), "<=", 1000, `of ${figure(of("dropped: peak"))} KB`);
	alone("missing, doubled, foreign, malformed, closed, refused", wrong.relay, "<=", 0, `nchan ${figure(wrong.nchan)}`);
}
