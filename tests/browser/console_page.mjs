// What the console's tests share: a stack, a browser, people signed in at the page, visitors who write by HTTP.
import assert from "node:assert/strict";
import path from "node:path";
import { axe, newPage, out, startPages } from "../lib/browser.mjs";
import { httpClient, signIn } from "../lib/client.mjs";
import { until as untilTrue } from "../lib/stack.mjs";

const DESK = { width: 1440, height: 900 };
export const people = { agent: "agent@example.com", li: "kefu_002@example.com", supervisor: "supervisor@example.com", admin: "admin@example.com" };
/** Expected when the network is cut or a test refuses an answer. */
const EXPECTED = /net::ERR_|WebSocket|status of (400|401|403|404|413|415|500|502|503)/;

export const until = (probe, options) => untilTrue(probe, { timeout: 30_000, ...options });

export class Site {
	static async start(env = {}) {
		const pages = await startPages({ env });
		const site = Object.assign(new Site(), pages, { guest: httpClient(pages.stack.urls.chat) });
		await site.stack.sql("UPDATE users SET max_sessions = 500 WHERE role > 0");
		return site;
	}
	stop() {
		return this.close();
	}
	client(who) {
		return signIn(this.stack.urls.chat, people[who]);
	}
	/** A page at the sign-in, in a context of its own unless one is given. */
	async page(options = {}, hash = "") {
		const page = options.context ? await options.context.newPage() : await newPage(this.browser, { viewport: DESK, ...options });
		if (options.context) page.problems = [];
		await page.goto(`${this.stack.urls.chat}/admin/${hash}`);
		await page.locator(".console, .sign-in input[name=email]:focus").first().waitFor();
		return page;
	}
	async signedIn(who, options = {}, hash = "") {
		const page = await this.page({ locale: "zh-CN", ...options }, hash);
		await page.locator("input[name=email]").fill(people[who]);
		await page.locator("input[name=password]").fill("password123");
		await page.keyboard.press("Enter");
		await page.locator(".console").waitFor();
		await page.locator(".rows[aria-busy=false]").waitFor();
		await until(() => page.evaluate(() => !document.querySelector(".banner")), { what: "the live connection" });
		return page;
	}
	/** A visitor's session: {id, session_id}; its messages come from say(). */
	async visitor(name = "来客", extra = {}) {
		const answer = await this.guest.post("/api/v1/chat/sessions", { name, ...extra });
		assert.equal(answer.status, 201, answer.text);
		return answer.body.data;
	}
	async say(session, content) {
		const answer = await this.guest.post("/api/v1/chat/messages", { session_id: session.session_id, content });
		assert.equal(answer.status, 201, answer.text);
		return answer.body.data;
	}
	/** A visitor whose conversation is an agent's, so that the AI keeps out of it. */
	async ownedBy(who, name = "来客") {
		const session = await this.visitor(name);
		const boss = await this.client("supervisor");
		const agent = await this.client(who);
		const answer = await boss.put(`/api/v1/conversations/${session.id}/assign`, { assignee_id: agent.user.id });
		assert.equal(answer.status, 200, answer.text);
		return session;
	}
}

export const shot = (page, name) => page.screenshot({ path: path.join(out, `console-${name}.png`) });
export const row = (page, id) => page.locator(`.row[data-id="${id}"]`);
export const texts = (page) => page.locator(".messages .bubble").allTextContents();
export const reads = (page, text) => until(async () => (await texts(page)).includes(text), { what: `"${text}" in the conversation` });
export async function opens(page, id) {
	await row(page, id).click({ timeout: 30_000 });
	await page.locator(".composer textarea").waitFor();
	await page.locator(".messages .older, .messages .hint").first().waitFor();
}
export async function writes(page, text) {
	await page.locator(".composer textarea").fill(text);
	await page.locator(".composer textarea").press("Enter");
}
export const count = async (page, view) => Number(await page.locator(`.entry[data-view="${view}"] .count`).textContent());
export const value = (page, selector) => page.locator(selector).inputValue();
/** Nothing to complain of: axe, errors, CSP. */
export async function fine(page, name) {
	assert.deepEqual(await axe(page), [], name);
	assert.deepEqual(page.problems.filter((problem) => !EXPECTED.test(problem)), [], name);
}
