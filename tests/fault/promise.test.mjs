import assert from "node:assert/strict";
import { test } from "node:test";
import { startStack } from "../lib/stack.mjs";
import { report, talk } from "./promise.mjs";

test("nothing lost, nothing doubled, whatever process dies", { timeout: 400_000 }, async (t) => {
	const stack = await startStack({ demo: true });
	t.after(() => stack.stop());
	const run = await talk(stack, { seconds: Number(process.env.FAULT_SECONDS ?? 60) });
	t.diagnostic(report(run));
	console.log(report(run));
	assert.deepEqual(run.complaints.slice(0, 20), []);
	assert.deepEqual([run.lost, run.doubled, run.holes, run.unanswered], [0, 0, 0, 0]);
	assert.ok(run.answered.size > 500, `only ${run.answered.size} messages`);
	assert.ok(run.aiAnswers > 30 && run.announced.size > 10, `only ${run.aiAnswers} answers of the AI, ${run.announced.size} announced`);
	assert.ok(Object.keys(run.faults).length >= 5, "most kinds of fault");
});
