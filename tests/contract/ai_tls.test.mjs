// The provider over TLS: whose certificate nobody vouches for is not told a word, with the authority's it is asked.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { httpClient, signIn } from "../lib/client.mjs";
import { providerEnv, startProvider } from "../lib/provider.mjs";
import { startStack, until } from "../lib/stack.mjs";

let dir, provider, strange, trusting;
/** An authority of its own, and a certificate for the name localhost that it has signed. */
function certificates() {
	const openssl = (...args) => execFileSync("openssl", args, { cwd: dir, stdio: "pipe" });
	const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
	openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Authority of a test");
	openssl("req", ...key, "-keyout", "host.key", "-out", "host.csr", "-subj", "/CN=localhost");
	writeFileSync(path.join(dir, "host.ext"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n");
	openssl("x509", "-req", "-in", "host.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "host.ext", "-out", "host.pem");
	return { key: readFileSync(path.join(dir, "host.key")), cert: readFileSync(path.join(dir, "host.pem")) };
}
before(async () => {
	dir = mkdtempSync(path.join(os.tmpdir(), "dbt-tls-"));
	provider = await startProvider({ tls: certificates() });
	assert.match(provider.url, /^https:\/\/localhost:/);
	[strange, trusting] = await Promise.all([{}, { DESKBELL_CA_FILE: path.join(dir, "ca.pem") }].map((more) => startStack({ env: providerEnv(provider, { DESKBELL_DESK_REQUIRE_CONNECTION: "0", ...more }) })));
});
after(async () => {
	await Promise.all([strange?.stop(), trusting?.stop()]);
	await provider?.stop();
	if (dir) rmSync(dir, { recursive: true });
});
async function asked(stack, content) {
	const chat = httpClient(stack.urls.chat), { session_id } = (await chat.post("/api/v1/chat/sessions", {})).body.data;
	assert.equal((await chat.post("/api/v1/chat/messages", { session_id, content })).status, 201);
	return until(async () => (await chat.get(`/api/v1/chat/sessions/${session_id}/messages`)).body.data.messages.find((m) => m.sender_type !== "user"), { what: "an answer", timeout: 20_000 });
}
async function trial(stack, url) {
	const admin = await signIn(stack.urls.chat, "admin@example.com"), at = "/api/v1/inboxes/1/ai";
	const set = await admin.put(at, { provider: "openai", url, model: "m", api_key: "sk-secret" });
	assert.equal(set.status, 200, set.text);
	const begun = await admin.post("/api/v1/ai/trials", { inbox_id: 1 });
	assert.equal(begun.status, 202, begun.text);
	return until(async () => {
		const { trial: one } = (await admin.get(`/api/v1/ai/trials/${begun.body.data.trial.id}`)).body.data;
		return one.state !== "running" && one;
	}, { what: "the end of the trial", timeout: 20_000 });
}

test("a certificate of an authority that nobody knows: not a word is sent, a person takes over, and the reason is told", async () => {
	assert.equal((await asked(strange, "my secret")).sender_type, "system");
	const refused = await trial(strange, provider.url);
	assert.equal(refused.state, "failed");
	assert.match(refused.error, /certificate/i);
	assert.deepEqual([provider.requests.length, provider.open], [0, 0]);
});

test("an authority that the site trusts: asked, and answered", async () => {
	assert.equal((await asked(trusting, "@usual")).content, "It is so.");
	assert.equal(provider.headers.at(-1).authorization, "Bearer sk-secret");
	assert.equal((await trial(trusting, provider.url)).state, "good");
});

test("another name than the certificate's: not a word is sent, whoever signed it", async () => {
	const n = provider.requests.length, wrong = await trial(trusting, provider.url.replace("localhost", "127.0.0.1"));
	assert.equal(wrong.state, "failed");
	assert.match(wrong.error, /certificate|subject|SSL/i);
	assert.equal(provider.requests.length, n);
});
