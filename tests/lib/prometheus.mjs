// Prometheus' text format 0.0.4, read as strictly as its description allows: what a scraper would stumble over throws here.
import assert from "node:assert/strict";

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/, LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const TYPES = new Set(["counter", "gauge", "histogram"]);
const number = (text) => {
	if (text === "+Inf") return Infinity;
	if (text === "-Inf") return -Infinity;
	if (text === "NaN") return NaN;
	assert.match(text, /^-?\d+(\.\d+)?(e[+-]?\d+)?$/, `not a number: ${text}`);
	return Number(text);
};

function labelsOf(text, line) {
	const labels = {};
	let rest = text;
	while (rest) {
		const [whole, name, value] = rest.match(/^([^=]+)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/) ?? assert.fail(`labels of ${line}`);
		assert.match(name, LABEL, line);
		assert.ok(!(name in labels), `${name} stands twice: ${line}`);
		labels[name] = value.replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
		rest = rest.slice(whole.length);
	}
	return labels;
}

/** The family a line belongs to. */
const familyOf = (name, families) => {
	if (families.has(name)) return name;
	const base = name.replace(/_(bucket|sum|count)$/, "");
	assert.equal(families.get(base)?.type, "histogram", `${name} has no TYPE before it`);
	return base;
};

const withoutLe = ({ le, ...labels }) => JSON.stringify(Object.entries(labels).sort());

function checkHistogram(name, { lines }) {
	const series = new Map();
	for (const line of lines) {
		const key = withoutLe(line.labels);
		series.set(key, [...(series.get(key) ?? []), line]);
	}
	for (const [key, own] of series) {
		const buckets = own.filter((l) => l.name === `${name}_bucket`), [sum, count] = ["sum", "count"].map((end) => own.filter((l) => l.name === `${name}_${end}`));
		assert.deepEqual([sum.length, count.length], [1, 1], `${name}${key}: one sum and one count`);
		const ends = buckets.map((l) => number(l.labels.le));
		assert.deepEqual(ends, [...new Set(ends)].sort((a, b) => a - b), `${name}${key}: ends ascend`);
		assert.equal(ends.at(-1), Infinity, `${name}${key}: +Inf`);
		assert.ok(buckets.every((l, i) => i === 0 || l.value >= buckets[i - 1].value), `${name}${key}: buckets are sums`);
		assert.equal(buckets.at(-1).value, count[0].value, `${name}${key}: +Inf is the count`);
		assert.ok(sum[0].value >= 0);
	}
}

/** parse(text) → { families: Map name → {type, help, lines}, value(name, labels) → the sum of the lines that have these labels }. */
export function parse(text) {
	assert.ok(text.endsWith("\n"), "the last line ends");
	const families = new Map(), seen = new Set(), done = new Set();
	let current;
	for (const line of text.slice(0, -1).split("\n")) {
		assert.ok(line !== "" && !/^\s|\s$/.test(line), `"${line}"`);
		if (line.startsWith("#")) {
			const [, what, name, rest] = line.match(/^# (HELP|TYPE) (\S+) (.+)$/) ?? assert.fail(line);
			assert.match(name, NAME);
			if (what === "HELP") {
				assert.ok(!families.has(name), `${name} is described twice`);
				assert.doesNotMatch(rest, /\\[^\\n]/, line);
				families.set(name, { help: rest, lines: [] });
			} else {
				const family = families.get(name) ?? assert.fail(`${name}: TYPE before HELP`);
				assert.ok(TYPES.has(rest) && !family.type && family.lines.length === 0, line);
				family.type = rest;
			}
			if (current !== name && current) done.add(current);
			current = name;
			continue;
		}
		const [, name, , inner, value] = line.match(/^([^\s{]+)(\{(.+)\})? (\S+)$/) ?? assert.fail(`not a line: ${line}`);
		assert.match(name, NAME);
		const family = familyOf(name, families);
		assert.ok(!done.has(family) && family === current, `${family}'s lines stand together`);
		const labels = inner ? labelsOf(inner, line) : {}, key = `${name}${JSON.stringify(Object.entries(labels).sort())}`;
		assert.ok(!seen.has(key), `twice: ${line}`);
		seen.add(key);
		families.get(family).lines.push({ name, labels, value: number(value) });
	}
	for (const [name, family] of families) {
		assert.ok(family.type, `${name} has no TYPE`);
		if (family.type === "counter") assert.ok(family.lines.every((l) => l.value >= 0), `${name}: a counter below 0`);
		if (family.type === "histogram") checkHistogram(name, family);
	}
	const value = (name, labels = {}) => [...families.values()].flatMap((f) => f.lines)
		.filter((l) => l.name === name && Object.entries(labels).every(([k, v]) => l.labels[k] === v)).reduce((sum, l) => sum + l.value, 0);
	return { families, value };
}
