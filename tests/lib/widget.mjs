// What the widget's tests share: a shop of its own origin that carries the widget, and hands for it.
import http from "node:http";
import path from "node:path";
import { newPage } from "./browser.mjs";
import { own } from "./hosts.mjs";
import { root, until } from "./stack.mjs";

export const desk = { name: "desk", options: { locale: "en-US", viewport: { width: 1280, height: 800 } } };
export const phone = { name: "phone", options: { locale: "zh-CN", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme: "dark" } };

/** A site on a port of its own, as strict as one can be that shows the widget. */
export async function foreignSite(stack) {
	const { chat } = stack.urls;
	const policy = [
		"default-src 'none'", `script-src ${chat}`, `connect-src ${chat} ${stack.ws.replace(/\/ws$/, "")}`, `img-src ${chat} blob: data:`,
		"require-trusted-types-for 'script'", "base-uri 'none'",
	].join("; ");
	const server = http.createServer((request, response) => {
		const { searchParams } = new URL(request.url, "http://x");
		const data = [...searchParams].map(([key, value]) => `data-${key}="${value}"`).join(" ");
		response.writeHead(request.url === "/favicon.ico" ? 204 : 200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy });
		response.end(request.url === "/favicon.ico" ? "" : `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Shop elsewhere</title><main><h1>Shop elsewhere</h1></main><script async src="${chat}/widget.js" ${data}></script></html>`);
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const origin = `http://127.0.0.1:${server.address().port}`;
	own(origin);
	return { origin, page: (inbox, more = {}) => `${origin}/?${new URLSearchParams({ inbox, ...more })}`, close: () => server.close() };
}

export const bubbles = (page) => page.locator(".bub:not([role])").allTextContents();
export const shows = (page, text) => until(async () => (await bubbles(page)).includes(text), { timeout: 60_000, what: `"${text}" in the panel` });
export const shot = (page, name) => page.screenshot({ path: path.join(root, `tests/out/widget-${name}.png`), animations: "disabled" });
export const sessionOf = (page, inbox = "demo-shop") => page.evaluate((key) => JSON.parse(localStorage.getItem(key)), `deskbell.${inbox}.s`);

export async function say(page, text) {
	await page.locator("textarea").fill(text);
	await page.locator("textarea").press("Enter");
}

export async function visit(browser, url, options) {
	const page = await newPage(browser, options);
	await page.goto(url);
	await page.locator("button.launch").click();
	return page;
}

/** Animations over: what axe sees is what people see. */
export const still = (page) => page.waitForFunction(() => document.querySelector("#deskbell").shadowRoot.getAnimations().every((a) => a.playState === "finished"));
