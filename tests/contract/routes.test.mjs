// Every route is some test file's to answer for: those files say which in their call of coverage().
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { allRoutes } from "../lib/coverage.mjs";

test("every route belongs to a test file", () => {
	const here = new URL("./", import.meta.url);
	const claims = readdirSync(here).filter((name) => name.endsWith(".test.mjs") && name !== "routes.test.mjs").flatMap((name) =>
		[...readFileSync(new URL(name, here), "utf8").matchAll(/coverage\("(\w+)"(?:, (\[[^\]]*\]))?/g)].map(([, contract, prefixes]) => ({ contract, prefixes: JSON.parse(prefixes ?? '[""]') })));
	const orphans = allRoutes().filter((r) => !claims.some((c) => c.contract === r.contract && c.prefixes.some((p) => r.pattern.startsWith(p))));
	assert.deepEqual(orphans.map((r) => `${r.method} ${r.pattern}`), []);
});
