// How the tests of the back office get about in it.
import path from "node:path";
import { newPage, out } from "../lib/browser.mjs";
import { until } from "../lib/stack.mjs";

export { out };
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** Signed in by the form, at a page of the back office. */
export async function officeOf(browser, stack, email, route = "dashboard", options = {}) {
	const page = await newPage(browser, { acceptDownloads: true, ...options });
	await page.goto(`${stack.urls.chat}/admin/#/office/${route}`);
	await page.locator("input[name=email]").fill(email);
	await page.locator("input[name=password]").fill("password123");
	await page.keyboard.press("Enter");
	await settled(page);
	return page;
}
/** Shown and loaded: no bones, nothing dimmed. */
export async function settled(page) {
	await page.locator(".office-page :is(h1, .trouble)").first().waitFor({ timeout: 30_000 });
	await until(async () => !(await page.locator(".office-page :is(.bones, .o-dim, .dim)").count()), { what: "a loaded page" });
}
export async function visit(page, route) {
	await page.evaluate((to) => (location.hash = `#/office/${to}`), route);
	await until(() => page.evaluate((to) => location.hash === `#/office/${to}`, route));
	await settled(page);
}
export const title = (page) => page.locator(".office-page h1").textContent();
export const dialog = (page) => page.locator("dialog[open]");
export const button = (where, name) => where.getByRole("button", { name, exact: true });
export const field = (where, label) => where.getByLabel(label, { exact: false }).first();
/** What stands beside a field as its error. */
export const errorAt = async (where, name) => {
	const input = where.locator(`[name="${name}"]`).first();
	await until(async () => (await input.getAttribute("aria-invalid")) === "true", { what: `an error at ${name}` });
	const id = (await input.getAttribute("aria-describedby")).split(" ")[0];
	return (where.page?.() ?? where).locator(`[id="${id}"]`).textContent();
};
/** A line that was not waited for before: that of an earlier step may still stand there. */
export const toast = (page, text) => page.locator(".toast:not([data-seen])", { hasText: text }).evaluate((line) => (line.dataset.seen = ""));
export const row = (page, text) => page.locator(".office-page tbody tr", { hasText: text });
export const links = (page) => page.locator(".office-nav a").allTextContents();
export const serious = (page) => page.problems.filter((problem) => !/ERR_ABORTED|ERR_INTERNET_DISCONNECTED|WebSocket|status of (400|403|404)/.test(problem));
export const shot = (page, name) => page.screenshot({ path: path.join(out, `office-${name}.png`), fullPage: true });
