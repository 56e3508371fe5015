// The audit log in words: every action that the server writes has them in both languages, and there are none for what it does not write.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ACTIONS, GROUPS, groupOf } from "../../htdocs/admin/office/parts/audit_words.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PROGRAMS = ["lib", "worker", "relay", "cgi-bin"];
const NOT_ACTIONS = /^deskbell:/; // keys of Redis in the same files

/** Every "noun:verb" of the C files that write to the log. */
function written() {
	const found = new Set();
	for (const dir of PROGRAMS)
		for (const file of readdirSync(path.join(root, dir), { recursive: true }).filter((name) => name.endsWith(".c"))) {
			const text = readFileSync(path.join(root, dir, file), "utf8");
			if (!/\baudit\(c, /.test(text)) continue;
			for (const [, action] of text.matchAll(/"([a-z_]+:[a-z_]+)"/g)) if (!NOT_ACTIONS.test(action)) found.add(action);
		}
	return [...found].sort();
}
const HAN = /[\u4e00-\u9fff]/;

test("every action that is written has words, and only those", () => {
	const actions = written();
	for (const certain of ["conversation:assign", "webhook:rotate_secret", "system:maintenance_off", "inbox:ai"]) assert.ok(actions.includes(certain), certain);
	assert.deepEqual(Object.keys(ACTIONS).sort(), actions);
});

test("in both languages, each its own, below a group of its own", () => {
	assert.deepEqual([...new Set(Object.keys(ACTIONS).map(groupOf))].sort(), Object.keys(GROUPS).sort());
	for (const [action, [zh, en]] of Object.entries(ACTIONS)) {
		assert.match(zh, HAN, action);
		assert.match(en, /^[A-Z][A-Za-z' ]+$/, action);
	}
	for (const i of [0, 1]) assert.equal(new Set(Object.values(ACTIONS).map((words) => words[i])).size, Object.keys(ACTIONS).length, "no two actions look the same");
});
