// What the relay's bench measures: a private Redis, relay, lighttpd, and nginx with nchan, on free ports below a temporary folder, servers
// on one CPU, Redis and whoever asks on another. All end with this process, however it ends.
import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { freePorts, root, until } from "../lib/stack.mjs";

const build = path.join(root, "build", process.env.BENCH_VARIANT ?? "release");
const NCHAN = "/usr/lib/nginx/modules/ngx_nchan_module.so";
const status = readFileSync("/proc/self/status", "utf8");
const cpus = /^Cpus_allowed_list:\s+(.*)$/m.exec(status)[1].split(",").flatMap((range) => {
	const [first, last = first] = range.split("-").map(Number);
	return Array.from({ length: last - first + 1 }, (_, i) => first + i);
});
export const SERVER_CPU = cpus[0];
export const LOAD_CPU = cpus[1] ?? cpus[0];
export const descriptors = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? 1024);

const env = { ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("DESKBELL_"))), PATH: `${process.env.PATH}:/usr/sbin` };
const running = new Set();
let dir;

/** A program on that CPU; it is told to end when this process dies. */
function start(cpu, command, { stdio = ["ignore", "ignore", "inherit"], more = {} } = {}) {
	const child = spawn("setpriv", ["--pdeathsig", "TERM", "taskset", "-c", String(cpu), ...command.map(String)], { stdio, env: { ...env, ...more } });
	child.ended = new Promise((resolve) => child.once("close", resolve).once("error", resolve));
	running.add(child);
	child.ended.then(() => running.delete(child));
	return child;
}
const toLog = (name) => {
	const fd = openSync(path.join(dir, `${name}.log`), "a");
	return { stdio: ["ignore", fd, fd], close: () => closeSync(fd) };
};
function launch(name, cpu, command, more) {
	const log = toLog(name);
	const child = start(cpu, command, { stdio: log.stdio, more });
	log.close();
	return child;
}
const answers = (port, target = "/") => fetch(`http://127.0.0.1:${port}${target}`).then(() => true, () => false);
async function end(child) {
	child.kill("SIGTERM");
	await child.ended;
}

async function startRedis(port) {
	launch("redis", LOAD_CPU, ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir,
		"--client-output-buffer-limit", "pubsub 256mb 128mb 60"]);
	await until(() => execFileSync("redis-cli", ["-p", port, "PING"], { stdio: ["ignore", "pipe", "ignore"] }), { what: "Redis" });
}

async function startNchan(port, redis) {
	const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${dir}/${name};`).join(" ");
	writeFileSync(path.join(dir, "nginx.conf"), `
		load_module ${NCHAN};
		daemon off; worker_processes 1; worker_rlimit_nofile ${Math.min(descriptors, 20_000)}; pid ${dir}/nginx.pid; error_log ${dir}/nginx.err;
		events { worker_connections 15000; }
		http {
			access_log off; ${temporary} nchan_max_reserved_memory 512M;
			upstream redis { nchan_redis_server redis://127.0.0.1:${redis}; nchan_redis_storage_mode nostore; }
			server {
				listen 127.0.0.1:${port} backlog=4096;
				location ~ ^/bench/(.+)$ { nchan_channel_id $1; nchan_channel_group bench; nchan_subscriber websocket; nchan_redis_pass redis; }
			}
		}`);
	const child = launch("nginx", SERVER_CPU, ["nginx", "-e", `${dir}/nginx.err`, "-c", `${dir}/nginx.conf`]);
	await until(() => answers(port), { what: "nginx" });
	const worker = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ")[0]);
	return { name: "nchan", server: `127.0.0.1:${port}`, publish: (channel) => `{channel:bench/${channel}}:pubsub`, more: ["--nchan"], pid: worker };
}

async function startRelay(redis) {
	const [port] = await freePorts(1);
	const socket = path.join(dir, `relay-${port}.sock`);
	const child = launch("relay", SERVER_CPU, [path.join(build, "deskbell-relay"), "--open-channels"], {
		DESKBELL_ENV: "/dev/null", DESKBELL_VAR: dir, DESKBELL_RATE_LIMIT: "off", DESKBELL_REDIS_URL: `redis://127.0.0.1:${redis}/0`,
		DESKBELL_RELAY_LISTEN: `127.0.0.1:${port}`, DESKBELL_RELAY_SOCKET: socket,
	});
	const health = async () => (await fetch(`http://127.0.0.1:${port}/relay/health`)).json();
	await until(async () => (await health()).redis, { what: "the relay" });
	return {
		name: "relay", server: `127.0.0.1:${port}`, publish: (channel) => `deskbell:bench:${channel}`, more: [], pid: child.pid, socket, health,
		stop: () => end(child),
	};
}

/** The project's own lighttpd.conf; its WebSocket paths are joined by the bench's. */
async function startLighttpd(relay) {
	const ports = await freePorts(3);
	const theirs = readFileSync(path.join(root, "lighttpd.conf"), "utf8");
	const ours = theirs.replace("|admin/ws)$", "|admin/ws|bench/.*)$");
	if (ours === theirs) throw new Error("lighttpd.conf: the WebSocket paths are not where the bench looks for them");
	const config = path.join(dir, "lighttpd.conf");
	writeFileSync(config, ours);
	mkdirSync(path.join(dir, "tmp/deflate"), { recursive: true });
	launch("lighttpd", SERVER_CPU, ["lighttpd", "-D", "-f", config], {
		DESKBELL_BIND: "127.0.0.1", DESKBELL_PORT_CHAT: ports[0], DESKBELL_PORT_KEFU: ports[1], DESKBELL_PORT_DESK: ports[2], DESKBELL_VAR: dir,
		DESKBELL_HTDOCS: path.join(root, "htdocs"), DESKBELL_API_SOCKET: path.join(dir, "api.sock"), DESKBELL_FILES_SOCKET: path.join(dir, "files.sock"), DESKBELL_RELAY_SOCKET: relay.socket,
		DESKBELL_MAX_FDS: 4096, DESKBELL_MAX_CONNECTIONS: 1800,
	});
	await until(() => answers(ports[0], "/relay/none"), { what: "lighttpd" });
	return { ...relay, name: "lighttpd", server: `127.0.0.1:${ports[0]}` };
}

export async function startServers() {
	dir = mkdtempSync(path.join(os.tmpdir(), "dbb-"));
	const [redis, nginx] = await freePorts(2);
	await startRedis(redis);
	const relay = await startRelay(redis);
	return { redis, relay, nchan: await startNchan(nginx, redis), lighttpd: await startLighttpd(relay), freshRelay: () => startRelay(redis) };
}

let runs = 0; // each has channels of its own: nchan hands to newcomers what it still has

/** The load generator; `opened` is its first line, `result` its last one. */
export function load(target, redis, options, { more = [], wrap = [] } = {}) {
	const channel = `${++runs}-%`;
	const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
	const child = start(LOAD_CPU, [...wrap, path.join(build, "tests/bench/wsload"), "--server", target.server, "--path", `/bench/${channel}`,
		"--redis", `127.0.0.1:${redis}`, "--publish", target.publish(channel), ...target.more, ...words, ...more], { stdio: ["pipe", "pipe", "inherit"] });
	let text = "";
	const opened = new Promise((resolve, reject) => {
		child.stdout.setEncoding("utf8").on("data", (part) => {
			text += part;
			if (text.includes("\n")) resolve(JSON.parse(text.split("\n")[0]));
		});
		child.ended.then(() => reject(new Error(`the load generator ended: ${text}`)));
	});
	const result = child.ended.then(async () => ({ ...(await opened), ...JSON.parse(text.trim().split("\n").at(-1)) }));
	return { opened, result, finish: () => child.stdin.end() };
}

export async function ceiling(sockets, bytes, seconds) {
	const child = start(SERVER_CPU, [path.join(build, "tests/bench/ceil"), sockets, bytes, seconds, SERVER_CPU, LOAD_CPU], { stdio: ["ignore", "pipe", "inherit"] });
	let text = "";
	child.stdout.setEncoding("utf8").on("data", (part) => (text += part));
	await child.ended;
	return JSON.parse(text);
}

export async function stopServers() {
	await Promise.all([...running].map(end));
	if (dir) rmSync(dir, { recursive: true, force: true });
}
process.on("exit", () => {
	for (const child of running) child.kill("SIGTERM");
	if (dir) rmSync(dir, { recursive: true, force: true });
});
