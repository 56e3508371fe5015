// What every list and form of the back office does: loading and failing are said, wrong input is said beside its field in one's language.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPages } from "../lib/browser.mjs";
import { until } from "../lib/stack.mjs";
import { dialog, errorAt, officeOf, settled } from "./office_page.mjs";

let pages, stack, browser;
before(async () => ({ stack, browser } = pages = await startPages()));
after(() => pages?.close());

const LISTS = { dashboard: "dashboard/stats", reports: "reports/conversations", "reports/agents": "reports/agents", contacts: "contacts", users: "users", teams: "teams", inboxes: "inboxes", articles: "articles", "articles/unanswered": "unanswered-questions", canned: "canned-responses", labels: "labels", webhooks: "webhooks", audit: "audit-logs", settings: "settings" };

test("every list says that it is loading, that it could not be loaded, and is there when tried again", async () => {
	const page = await officeOf(browser, stack, "admin@example.com", "dashboard");
	for (const [route, path] of Object.entries(LISTS)) {
		await page.evaluate(() => (location.hash = "#/office/system/maintenance")); // away, so that it begins anew
		await settled(page);
		let asked = 0, release;
		const held = new Promise((resolve) => (release = resolve));
		const broken = async (request) => {
			asked++;
			await held;
			await request.fulfill({ status: 503, contentType: "application/json", body: '{"success":false,"error":{"code":"INTERNAL_ERROR","message":"Back in a minute","details":[]}}' });
		};
		const ours = (url) => new RegExp(`/api/v1/${path}$`).test(url.pathname);
		await page.route(ours, broken);
		await page.evaluate((to) => (location.hash = `#/office/${to}`), route);
		await page.locator(".office-page .bones[role=status]").first().waitFor();
		await until(() => asked > 0, { what: `${path} to be asked for` });
		release();
		const trouble = page.locator(".office-page .trouble[role=alert]", { hasText: "Back in a minute" });
		await trouble.first().waitFor();
		await page.unroute(ours, broken);
		await trouble.first().getByRole("button", { name: "Try again" }).click();
		await trouble.first().waitFor({ state: "detached" });
		await settled(page);
		assert.equal(await page.locator(".trouble").count(), 0, route);
	}
	await page.context().close();
});

for (const [locale, own] of [["zh-CN", /[\u4e00-\u9fff]/], ["en-US", /^[\x20-\x7e\u2018-\u201d\u2026]+$/]]) test(`every form, ${locale}: what is wrong stands beside its field, in one's language; what was typed stays`, async () => {
	const page = await officeOf(browser, stack, "admin@example.com", "dashboard", { locale });
	const primary = (where) => where.locator("footer button.primary").first().click();
	/** Opens a form, types what is wrong into it, sends it: said beside the field, in words of the language, and it is all still there. */
	const wrong = async (route, { open, fill, at, where = () => page }) => {
		await page.evaluate((to) => (location.hash = `#/office/${to}`), route);
		await page.reload(); // nothing of the page before stands there still
		await settled(page);
		if (open) await open();
		for (const [name, value] of Object.entries(fill)) await where().locator(`[name="${name}"]`).first().fill(value);
		await primary(where());
		assert.match(await errorAt(where(), at), own, `${route} ${at}`);
		for (const [name, value] of Object.entries(fill)) assert.equal(await where().locator(`[name="${name}"]`).first().inputValue(), value, `${route} ${name}`);
		await page.reload(); // the question before what was typed is thrown away is answered
		await settled(page);
	};
	page.on("dialog", (asked) => asked.accept());
	const add = () => page.locator(".office-page button.primary").first().click();
	const over = () => dialog(page);
	await wrong("settings", { fill: { auto_resolve_days: "-3" }, at: "auto_resolve_days" });
	await wrong("contacts/10", { fill: { email: "nobody" }, at: "email" });
	await wrong("users/new", { fill: { full_name: "A", email: "nobody", password: "123" }, at: "email" });
	await wrong("users/3", { fill: { max_sessions: "0" }, at: "max_sessions" });
	await wrong("articles/new", { fill: { title: "", content: "only a text" }, at: "title" });
	await wrong("inboxes/1", { fill: { name: "" }, at: "name" });
	await wrong("teams", { open: add, fill: { name: "" }, at: "name", where: over });
	await wrong("labels", { open: add, fill: { title: "" }, at: "title", where: over });
	await wrong("canned", { open: add, fill: { short_code: "two words", content: "x" }, at: "short_code", where: over });
	await wrong("webhooks", { open: add, fill: { url: "not an address" }, at: "url", where: over });
	await page.context().close();
});
