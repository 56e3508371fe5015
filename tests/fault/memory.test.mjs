// The whole stack idle, with demo data: at most 120 MB of memory together (PSS: shared pages are divided among their users).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startStack, until } from "../lib/stack.mjs";

const pss = (pid) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1024;

test("idle with demo data: at most 120 MB", async (t) => {
	const stack = await startStack({ demo: true });
	t.after(() => stack.stop());
	for (let i = 0; i < 50; i++) assert.equal((await fetch(`${stack.urls.chat}/health`)).status, 200);
	await until(async () => /"websocket":"running"/.test(await (await fetch(`${stack.urls.chat}/health`)).text()), { timeout: 30_000, what: "the relay" });
	const rows = Object.keys(stack.pids).map((name) => [name, stack.processes(name).reduce((sum, pid) => sum + pss(pid), 0)]);
	const sum = rows.reduce((total, [, mb]) => total + mb, 0);
	t.diagnostic(`${rows.map(([name, mb]) => `${name} ${mb.toFixed(1)}`).join(", ")}; together ${sum.toFixed(1)} MB`);
	console.log(`memory: ${rows.map(([name, mb]) => `${name} ${mb.toFixed(1)}`).join(", ")}; together ${sum.toFixed(1)} MB`);
	assert.ok(sum <= 120, `${sum.toFixed(1)} MB`);
});
