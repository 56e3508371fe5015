// Which routes a test file answers for: each of them must be hit with a success and with an error before the file ends.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { root } from "./stack.mjs";

/** Every route of the programs: {contract, method, pattern, regex}. */
export const allRoutes = () => execFileSync(path.join(root, "build/asan/api.fcgi"), ["--routes"], { encoding: "utf8" }).trim().split("\n").map((line) => {
	const [contract, method, pattern] = line.split(" ");
	return { contract, method, pattern, regex: new RegExp(`^${pattern.replace(/:[^/]+/g, "[^/]+")}$`) };
});

const narrower = (a, b) => {
	const parts = b.split("/");
	const at = a.split("/").findIndex((part, i) => part.startsWith(":") !== parts[i].startsWith(":"));
	return at < 0 ? 0 : parts[at].startsWith(":") ? 1 : -1;
};

/** coverage("chat") or coverage("console", ["/api/v1/contacts"]): the routes of that contract, those below these prefixes alone if given, but for those that another file answers for. */
export function coverage(contract, prefixes = [""], others = []) {
	const hits = new Map(); // "METHOD pattern" → Set of "ok" | "error"
	const everything = allRoutes();
	const mine = everything.filter((r) => r.contract === contract && prefixes.some((p) => r.pattern.startsWith(p)) && !others.some((p) => r.pattern.startsWith(p)));
	assert.ok(mine.length > 0, `no route of ${contract} below ${prefixes}`);

	/** The client of client.mjs, with its calls noted. */
	function counted(client) {
		const call = client.call;
		const noted = async (method, url, ...rest) => {
			const answer = await call(method, url, ...rest);
			// As the program chooses: the narrower pattern; of two contracts' the one that is tested here.
			const row = everything.filter((r) => r.method === method && r.regex.test(url.split("?")[0]))
				.sort((a, b) => narrower(b.pattern, a.pattern) || (b.contract === contract) - (a.contract === contract))[0];
			if (row) hits.set(`${method} ${row.pattern}`, (hits.get(`${method} ${row.pattern}`) ?? new Set()).add(answer.status < 300 ? "ok" : "error"));
			return answer;
		};
		return { ...client, call: noted, get: (p, o) => noted("GET", p, undefined, o), post: (p, b, o) => noted("POST", p, b, o), put: (p, b, o) => noted("PUT", p, b, o), delete: (p, o) => noted("DELETE", p, undefined, o) };
	}

	/** The last test of a file. */
	const gate = () => assert.deepEqual(mine.flatMap(({ method, pattern }) => ["ok", "error"]
		.filter((kind) => !hits.get(`${method} ${pattern}`)?.has(kind)).map((kind) => `${method} ${pattern}: no ${kind}`)), []);
	return { counted, gate };
}

/** Same keys, same JSON types as the documented example, all the way down; more keys are welcome. null where the example has a value is not, but for `nullable`. */
export function like(got, example, at = "$", nullable = []) {
	if (example === null) return;
	if (nullable.includes(at) && got === null) return;
	assert.equal(Array.isArray(got) ? "array" : got === null ? "null" : typeof got, Array.isArray(example) ? "array" : typeof example, at);
	if (Array.isArray(example)) got.forEach((item, i) => like(item, example[0], `${at}[]`, nullable));
	else if (typeof example === "object") for (const key of Object.keys(example)) {
		assert.ok(key in got, `${at}.${key} is missing`);
		like(got[key], example[key], `${at}.${key}`, nullable);
	}
}
