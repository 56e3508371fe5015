// What lighttpd does in front of the programs: pages, headers, doors, limits, and what it must not let through.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { httpClient, Socket } from "../lib/client.mjs";
import { root, startStack, until } from "../lib/stack.mjs";

let stack, chat, pages;
before(async () => {
	// The real pages, and a few files of known content beside them.
	pages = path.join(process.env.DESKBELL_TEST_TMP ?? path.join(root, "build"), `htdocs-${process.pid}`);
	cpSync(path.join(root, "htdocs"), pages, { recursive: true });
	mkdirSync(path.join(pages, "probe"), { recursive: true });
	mkdirSync(path.join(pages, "widget"), { recursive: true });
	for (const [file, text] of Object.entries({
		"probe/index.html": "<!doctype html><title>probe</title>", "probe/a.mjs": "export const a = 1;\n".repeat(200),
		"probe/a.css": "a{}", "probe/a.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>", "widget/probe.mjs": "export {};", "probe/.hidden.js": "secret",
	})) writeFileSync(path.join(pages, file), text);
	stack = await startStack({ env: { DESKBELL_HTDOCS: pages } });
	chat = httpClient(stack.urls.chat);
});
after(async () => {
	rmSync(pages, { recursive: true, force: true });
	await stack?.stop();
});

test("files have the right type, a validator, and the page's policy", async () => {
	const types = { "/probe/": "text/html", "/probe/a.mjs": "text/javascript", "/probe/a.css": "text/css", "/probe/a.svg": "image/svg+xml" };
	for (const [file, type] of Object.entries(types)) {
		const { status, headers } = await chat.get(file);
		assert.equal(status, 200, file);
		assert.match(headers.get("content-type"), new RegExp(`^${type.replace("+", "\\+")}`), file);
		assert.equal(headers.get("x-content-type-options"), "nosniff", file);
		assert.equal(headers.get("cache-control"), "no-cache", file);
		const csp = headers.get("content-security-policy");
		assert.match(csp, /script-src 'self';/, file);
		assert.doesNotMatch(csp, /script-src[^;]*unsafe/, file);
		const again = await chat.get(file, { headers: { "If-None-Match": headers.get("etag") } });
		assert.equal(again.status, 304, file);
	}
});

test("text is compressed for who can take it", async () => {
	const { headers, text } = await chat.get("/probe/a.mjs", { headers: { "Accept-Encoding": "gzip" } });
	assert.equal(headers.get("content-encoding"), "gzip");
	assert.equal(text.length, 20 * 200);
});

test("only the widget may be loaded by other sites", async () => {
	const widget = await chat.get("/widget/probe.mjs");
	assert.equal(widget.headers.get("access-control-allow-origin"), "*");
	assert.equal(widget.headers.get("cross-origin-resource-policy"), "cross-origin");
	const page = await chat.get("/probe/a.mjs");
	assert.equal(page.headers.get("access-control-allow-origin"), null);
	assert.equal(page.headers.get("cross-origin-resource-policy"), "same-origin");
});

test("what is not there is answered in the contract's shape", async () => {
	for (const gone of ["/probe/none.html", "/probe/none/", "/nothing", "/probe/.hidden.js", "/api/v1/nothing", "/api/v1/nothing.html", "/.env"]) {
		const { status, body } = await chat.get(gone);
		assert.equal(status, 404, gone);
		assert.equal(body?.success, false, `${gone}: ${JSON.stringify(body)}`);
		assert.equal(typeof body.error.code, "string", gone);
	}
});

test("a person at the address bar reads a page about it, but where the API begins", async () => {
	const headers = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
	for (const gone of ["/probe/none.html", "/probe/none/", "/nothing", "/probe/.hidden.js", "/.env"]) {
		const { status, text, headers: got } = await chat.get(gone, { headers });
		assert.equal(status, 404, gone);
		assert.match(got.get("content-type"), /^text\/html/, gone);
		assert.match(got.get("content-security-policy"), /script-src 'self';/, gone);
		assert.match(text, /There is no page at this address/, gone);
	}
	for (const gone of ["/api/v1/nothing", "/api/v1/nothing.html", "/health/nothing"]) {
		const { status, body } = await chat.get(gone, { headers });
		assert.equal(status, 404, gone);
		assert.equal(body?.success, false, gone);
	}
	assert.equal((await chat.get("/health", { headers })).body.success, true);
});

test("no path leads out of the folder of pages", async () => {
	for (const out of ["/probe/../../etc/passwd", "/probe/%2e%2e/%2e%2e/lighttpd.conf", "/..%2f..%2fetc/passwd", "/probe/..%5c..%5cx.js"]) {
		const { status, text } = await chat.get(out);
		assert.ok(status >= 400 && status < 500, `${out}: ${status}`);
		assert.doesNotMatch(text, /root:|server\.port/, out);
	}
});

test("a client cannot pass for the relay or choose its door", async () => {
	for (const headers of [{ "DESKBELL_RELAY": "1" }, { "DESKBELL-RELAY": "1" }, { "X-DESKBELL_RELAY": "1" }]) {
		for (const inside of ["/realtime/open", "/realtime/frame", "/realtime/positions", "/realtime/fill", "/%72ealtime/positions", "//realtime/positions"]) {
			const { status, text } = await chat.post(inside, "since 0", { headers });
			assert.equal(status, 404, `${inside} ${JSON.stringify(headers)}: ${text}`);
		}
	}
});

test("every door answers, health on each", async () => {
	for (const base of Object.values(stack.urls)) {
		const { status } = await httpClient(base).get("/health");
		assert.equal(status, 200, base);
	}
});

test("WebSockets reach the relay on all paths, /admin/ stays the console's page", async () => {
	for (const base of Object.values(stack.wsUrls)) {
		const socket = await Socket.open(`${base}/ws`);
		await socket.roundTrip();
		await socket.close();
	}
	const { status, headers } = await chat.get("/admin/ws");
	assert.ok(status >= 400, `a plain GET is no WebSocket: ${status}`);
	assert.notEqual(headers.get("content-type"), "text/javascript");
});

test("too much is refused: body, headers, URL", async () => {
	const huge = await chat.post("/api/v1/chat/messages", "x".repeat(13 << 20)).catch((error) => ({ status: 413, text: error.message }));
	assert.equal(huge.status, 413);
	const long = await chat.get(`/${"a".repeat(70_000)}`).catch(() => ({ status: 431 }));
	assert.ok([400, 413, 414, 431].includes(long.status), String(long.status));
	assert.equal((await chat.get("/health")).status, 200);
});

test("openapi.json is a valid document and lists every route", async () => {
	const { status, body, headers } = await chat.get("/openapi.json");
	assert.equal(status, 200);
	assert.match(headers.get("content-type"), /^application\/json/);
	assert.match(body.openapi, /^3\.1\./);
	const config = await createConfig({ extends: ["spec"] });
	const problems = await lintFromString({ source: JSON.stringify(body), absoluteRef: "openapi.json", config });
	assert.deepEqual(problems.map((p) => `${p.ruleId}: ${p.message} ${p.location[0].pointer}`), []);
	assert.ok(Object.keys(body.paths).length > 10);
});

test("the documents' pages and the vendored scripts are there", async () => {
	for (const page of ["/docs", "/redoc", "/docs/", "/redoc/"]) {
		const { status, headers } = await chat.get(page);
		assert.equal(status, 200, page);
		assert.match(headers.get("content-type"), /^text\/html/, page);
	}
	for (const file of ["preact.mjs", "html.mjs", "signals.mjs", "uplot.mjs", "uplot.css", "redoc.js", "swagger-ui/swagger-ui-bundle.js"]) {
		assert.equal((await chat.get(`/vendor/${file}`)).status, 200, file);
	}
});

test("while no worker answers, the web server does: in the contract's shape, and soon", async () => {
	await stack.kill("api", "SIGKILL");
	for (let i = 0; i < 3; i++) {
		const chat = await fetch(`${stack.urls.chat}/api/v1/chat/availability`), console_ = await fetch(`${stack.urls.kefu}/api/v1/conversations/1`);
		assert.deepEqual([chat.status, chat.headers.get("content-type")], [503, "application/json; charset=utf-8"]);
		const told = await chat.json(), staff = await console_.json();
		assert.deepEqual([told.success, typeof told.error.code, typeof told.error.message], [false, "string", "string"]);
		assert.deepEqual([staff.success, staff.error.code, typeof staff.request_id], [false, "INTERNAL_ERROR", "string"]);
	}
	await stack.start("api");
	await until(async () => (await fetch(`${stack.urls.chat}/api/v1/chat/availability`)).status === 200, { what: "an answer of the new api" });
});
