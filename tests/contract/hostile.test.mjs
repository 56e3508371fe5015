// What no client of the documents would send: every parameter of the console's calls with values of other types, out of range, and
// no text at all, and the names of things in every contract. A fault of the caller's names its field; none is the server's.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { missing, refused } from "../lib/console.mjs";
import { startStack } from "../lib/stack.mjs";

let stack, admin, api;
const schemaOf = (s) => (s?.$ref ? api.components.schemas[s.$ref.split("/").pop()] : s);
/** A value of that type, as plain as it may be. */
function plain(of) {
	const s = schemaOf(of);
	if (s.anyOf) return plain(s.anyOf[0]);
	if (s.enum) return s.enum[0];
	const [type] = [s.type].flat();
	if (type === "integer" || type === "number") return Math.max(1, s.minimum ?? 1);
	if (type === "boolean") return true;
	if (type === "array") return [];
	if (type === "object") return Object.fromEntries((s.required ?? []).map((key) => [key, plain(s.properties[key])]));
	if (s.format === "date") return "2024-01-01";
	return s.format === "email" ? "a@example.com" : "x".repeat(Math.max(1, s.minLength ?? 1));
}
const typesOf = (of) => { const s = schemaOf(of); return s.anyOf ? s.anyOf.flatMap(typesOf) : [s.type].flat(); };
const jsonType = (v) => (v === null ? "null" : Array.isArray(v) ? "array" : Number.isInteger(v) ? "integer" : typeof v);
/** Every documented call of a contract: {method, path, params, body: its properties' schemas, whole: a body that is none of them wrong}. */
const calls = (contract) => Object.entries(api.paths).flatMap(([path, methods]) => Object.entries(methods)
	.filter(([, op]) => contract === null || op.tags.includes(contract))
	.map(([method, op]) => {
		const schema = schemaOf(op.requestBody?.content?.["application/json"]?.schema);
		return { method: method.toUpperCase(), path, params: op.parameters ?? [], body: schema?.properties ?? {}, whole: schema && plain(schema) };
	}));
/** The way to a thing that is not there, of somebody else if the thing is to go. */
const fill = (call, over = {}) => call.path.replace(/\{(\w+)\}/g, (_, key) => over[key] ?? (call.method === "DELETE" ? "999999" : "1"));
const needed = (call, but) => call.params.filter((p) => p.in === "query" && p.required && p.name !== but).map((p) => `${p.name}=${encodeURIComponent(plain(p.schema))}&`).join("");
const says = (answer) => answer.body?.error?.details?.[0]?.field;

before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	admin = await signIn(stack.urls.kefu, "admin@example.com");
	api = (await httpClient(stack.urls.chat).get("/openapi.json")).body;
});
after(() => stack?.stop());

test("the console's paths and queries: what is no number, no date and no known word is a 400 that names it", async () => {
	const texts = ["9223372036854775808", "-1", "1e9", "0x10", " 1", "١", "1.5", "", "a".repeat(5000), "\u{1F600}".repeat(300), "' OR 1=1 --"];
	const wrong = [];
	for (const call of calls("console")) for (const p of call.params) for (const text of texts) {
		if (p.in === "path" && text === "") continue;
		const value = encodeURIComponent(text), free = typesOf(p.schema).includes("string") && !p.schema.enum && !p.schema.format;
		const answer = await admin.call(call.method, p.in === "path" ? fill(call, { [p.name]: value }) : `${fill(call)}?${needed(call, p.name)}${p.name}=${value}`, call.whole);
		if (answer.status >= 500 || (answer.status === 400 ? says(answer) !== p.name : !free && answer.status < 300)) wrong.push([call.method, call.path, p.name, text.slice(0, 20), answer.status, says(answer)].join(" "));
	}
	assert.deepEqual(wrong, []);
});

test("the console's bodies: a value of another type is a 400 that names it; no value at all is the server's fault", async () => {
	const values = [[], [1], [[["x"]]], [null], Array(5000).fill("x"), {}, { a: { b: [1] } }, "zz", "\u0000", "a\u0000b", "x".repeat(70_000), 1.5, 7, 1e300, -1, true, null];
	const wrong = [];
	for (const call of calls("console")) for (const [name, schema] of Object.entries(call.body)) for (const value of values) {
		const answer = await admin.call(call.method, fill(call), { ...call.whole, [name]: value });
		const types = typesOf(schema), type = jsonType(value);
		const other = value !== null && !types.includes(type) && !(types.includes("number") && typeof value === "number");
		const unfit = other || (type === "array" && value.length > 0 && (value[0] === null || Array.isArray(value[0])));
		if (answer.status >= 500 || (unfit && (answer.status !== 400 || says(answer) !== name)) || (answer.status === 400 && !says(answer))) wrong.push([call.method, call.path, name, JSON.stringify(value).slice(0, 20), answer.status, says(answer)].join(" "));
	}
	assert.deepEqual(wrong, []);
});

test("a word is not what stands before its NUL", async () => {
	refused(await admin.put("/api/v1/conversations/1/status", { status: "open\u0000ed" }), 400, "VALIDATION_ERROR", "status");
	refused(await admin.post("/api/v1/contacts", { name: "x", email: "\u0000a@example.com" }), 400, "VALIDATION_ERROR", "email");
});

test("bodies that are no JSON, no object, too deep, or no text: 400, of every call", async () => {
	const bodies = ["[]", '"x"', "1", "null", '{"a":', '{"a":1}}', "[".repeat(100), '{"a":'.repeat(100), "{}garbage", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), new Uint8Array([0x7b, 0x7d, 0x00])];
	const wrong = [];
	for (const call of calls("console").filter((one) => Object.keys(one.body).length > 0)) for (const body of bodies) {
		const answer = await admin.call(call.method, fill(call), body);
		if (answer.status !== 400) wrong.push([call.method, call.path, String(body).slice(0, 20), answer.status].join(" "));
	}
	assert.deepEqual(wrong, []);
	// The last of two is meant, and what is not known is nobody's business.
	const twice = await admin.put("/api/v1/conversations/1/priority", '{"priority":"low","priority":"high","__proto__":{"a":1},"constructor":1}');
	assert.deepEqual([twice.status, twice.body.data.conversation.priority], [200, "high"]);
});

test("pages: as far as a number goes, empty, with the right total", async () => {
	for (const list of calls("console").filter((one) => one.method === "GET" && one.params.some((p) => p.name === "page") && !one.path.includes("{"))) {
		const at = async (query) => {
			const answer = await admin.get(`${fill(list)}?${needed(list)}${query}`);
			assert.equal(answer.status, 200, `${list.path} ${answer.text}`);
			const { meta, ...rest } = answer.body.data;
			return { meta, rows: Object.values(rest).find(Array.isArray) };
		};
		const [first, last] = [await at("per_page=100"), await at("page=1000000000&per_page=100")];
		assert.deepEqual([last.rows, last.meta], [[], { ...first.meta, current_page: 1_000_000_000 }], list.path);
		refused(await admin.get(`${fill(list)}?page=1000000001`), 400, "VALIDATION_ERROR", "page");
		refused(await admin.get(`${fill(list)}?per_page=101`), 400, "VALIDATION_ERROR", "per_page");
		refused(await admin.get(`${fill(list)}?page=0`), 400, "VALIDATION_ERROR", "page");
	}
});

test("things of every contract by names that no thing has: not found, never a fault of the server", async () => {
	const guest = httpClient(stack.urls.chat), wrong = [];
	const names = ["中文", "\u{1F600}", "99999999999999999999", "a".repeat(3000)].map(encodeURIComponent);
	const asked = calls(null).filter((one) => !/maintenance|flush|logout/.test(one.path));
	for (const client of [admin, guest]) for (const call of asked) for (const p of call.params) for (const name of names) {
		if (p.in === "query" && call.method === "DELETE") continue;
		const way = p.in === "path" ? fill({ ...call, method: "DELETE" }, { [p.name]: name }) : `${fill(call)}?${p.name}=${name}`;
		const answer = await client.call(call.method, way, ["POST", "PUT", "PATCH"].includes(call.method) ? {} : undefined);
		if (answer.status >= 500) wrong.push([call.method, call.path, p.in, p.name, name.slice(0, 20), answer.status].join(" "));
	}
	assert.deepEqual(wrong, []);
	missing(await admin.delete(`/api/v1/mobile/push-tokens/${encodeURIComponent("中文")}`));
	for (const [path, status] of [["/api/files/中文/info", 404], ["/api/portal/shared/链接", 404], ["/api/chat/messages?room_id=大厅", 404], ["/api/chat/messages?before=消息", 404]])
		assert.equal((await admin.get(encodeURI(path))).status, status, path);
});
