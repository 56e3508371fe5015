// What the tests of the rooms and the portal share: people signed in at those pages, on a desk or a phone.
import path from "node:path";
import { newPage } from "../lib/browser.mjs";
import { signIn } from "../lib/client.mjs";
import { root } from "../lib/stack.mjs";
import { fine, people, Site, until } from "./console_page.mjs";

export { fine, Site, until };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const emails = { ...people, customer: "customer@example.com" };
export const client = (site, who) => signIn(site.stack.urls.chat, emails[who]);
export const shot = (page, name) => page.screenshot({ path: path.join(root, "tests/out", `${name}.png`) });

/** A page of the portal or the rooms ("rooms/#/global"), signed in; in a context of its own unless one is given. */
export async function signedIn(site, where, who, options = {}) {
	const page = await newPage(site.browser, { locale: "zh-CN", ...options });
	await page.goto(`${site.stack.urls.chat}/${where}`);
	await page.locator("input[name=email]").fill(emails[who]);
	await page.locator("input[name=password]").fill("password123");
	await page.keyboard.press("Enter");
	await page.locator(".bar").waitFor();
	return page;
}
export const bubble = (page, text) => page.locator(".messages .bubble", { hasText: text });
export const texts = (page) => page.locator(".messages .bubble").allTextContents();
export const field = (page) => page.locator(".composer textarea");
export async function writes(page, text) {
	await field(page).fill(text);
	await field(page).press("Enter");
}
/** The live connection stands, and the room's messages are there. */
export async function ready(page) {
	await page.locator(".messages .older, .messages .hint:not([role=status])").first().waitFor();
	await until(() => page.evaluate(() => !document.querySelector(".banner")), { what: "the live connection" });
}
