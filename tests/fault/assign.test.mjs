import assert from "node:assert/strict";
import { test } from "node:test";
import { startStack } from "../lib/stack.mjs";
import { assign, report } from "./assign.mjs";

test("ten agents, five hundred customers from sixteen processes: one agent each, none over capacity, none forgotten, whatever process dies", { timeout: 600_000 }, async (t) => {
	const stack = await startStack({ demo: true, env: { DESKBELL_AI_PROVIDER: "off" } });
	t.after(() => stack.stop());
	const run = await assign(stack, { customers: Number(process.env.ASSIGN_CUSTOMERS ?? 500), seconds: Number(process.env.ASSIGN_SECONDS ?? 0) });
	t.diagnostic(report(run));
	console.log(report(run));
	assert.deepEqual(run.complaints.slice(0, 20), []);
	assert.deepEqual([run.over, run.doubled, run.overtaken], [0, 0, 0]);
	assert.ok(run.longest <= 1000, `${run.longest} ms with a free slot`);
	assert.ok(run.customers >= 500 && run.transfers >= 50 && Object.keys(run.faults).length >= 4, report(run));
});
