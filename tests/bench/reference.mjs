// The reference of the benches over HTTP: what the web server and FastCGI cost before any work is done.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root, until } from "../lib/stack.mjs";

/** The stack's web server with the same configuration once more, and a program that does nothing in the place of the API's and the files'. Answers {url, stop}. */
export async function startHello(stack, variant) {
	const socket = path.join(stack.dir, "run/hello.sock");
	const ports = ["CHAT", "KEFU", "DESK"].map((door) => [`DESKBELL_PORT_${door}`, String(Number(stack.env[`DESKBELL_PORT_${door}`]) + 1000)]);
	const theirs = Object.fromEntries(readFileSync(`/proc/${stack.pid("lighttpd")}/environ`, "utf8").split("\0").filter(Boolean).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
	const env = { ...theirs, ...Object.fromEntries(ports), DESKBELL_API_SOCKET: socket, DESKBELL_FILES_SOCKET: socket, PATH: `${process.env.PATH}:/usr/sbin` };
	const children = [spawn(path.join(root, "build", variant, "tests/bench/hello"), [socket, "8"], { stdio: "ignore" }), spawn("lighttpd", ["-D", "-f", path.join(root, "lighttpd.conf")], { stdio: "ignore", env })];
	const url = `http://127.0.0.1:${ports[0][1]}`;
	await until(() => fetch(`${url}/api/v1/auth/me`).then((answer) => answer.ok, () => false), { what: "the reference" });
	return { url, stop: () => children.forEach((child) => child.kill("SIGTERM")) };
}
