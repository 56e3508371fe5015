// Chromium for the page tests. Whatever a page complains about (errors, CSP, failed requests) is collected in page.problems; what any page asks
// of a host that is not the test's own fails the test.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterEach } from "node:test";
import { chromium } from "playwright-core";
import { foreign, isForeign } from "./hosts.mjs";
import { root, startStack } from "./stack.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

afterEach(() => assert.deepEqual(foreign.splice(0), [], "a page asked a foreign host"));

/** All that is asked by any page of a context, its frames, workers and sockets too. */
function watchHosts(context) {
	const look = (url, from) => isForeign(url) && foreign.push(`${url} from ${from}`);
	const fromOf = (request) => {
		try {
			return request.frame().url();
		} catch {
			return "a worker, or a page that is gone";
		}
	};
	context.on("request", (request) => look(request.url(), fromOf(request)));
	context.on("page", (page) => page.on("websocket", (socket) => look(socket.url(), page.url())));
	return context;
}

export async function launchBrowser() {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
	});
	const newContext = browser.newContext.bind(browser);
	browser.newContext = async (options) => watchHosts(await newContext(options));
	return browser;
}

/** Where pictures of pages are put. */
export const out = path.join(root, "tests/out");
/** What a file of page tests needs: a stack, a browser, a folder for pictures. close() ends both. */
export async function startPages(options) {
	mkdirSync(out, { recursive: true });
	const [stack, browser] = await Promise.all([startStack(options), launchBrowser()]);
	return { stack, browser, close: async () => (await browser.close(), stack.stop()) };
}

/** A page in a context of its own: locale, colorScheme, viewport and the like as Playwright names them. */
export async function newPage(browser, options = {}) {
	const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 800 }, ...options });
	return watch(await context.newPage());
}

export function watch(page) {
	page.problems = [];
	page.on("pageerror", (error) => page.problems.push(`error: ${error.message}`));
	page.on("console", (message) => message.type() === "error" && page.problems.push(`console: ${message.text()}`));
	page.on("requestfailed", (request) => page.problems.push(`request: ${request.url()} ${request.failure()?.errorText}`));
	return page;
}

/** Until nothing is on its way any more: a colour half faded is no colour of the page. What moves for ever (typing dots) does not count. */
export async function settled(page) {
	await page.waitForFunction(() => {
		const trees = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((el) => (el.shadowRoot ? trees(el.shadowRoot) : []))];
		return trees(document)
			.flatMap((tree) => tree.getAnimations())
			.every((one) => one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity);
	});
}

/** What axe finds, one line each; nothing is good. Runs beside the page's CSP, not against it. */
export async function axe(page, context = "document") {
	await settled(page);
	await page.evaluate(axeSource);
	const { violations } = await page.evaluate(`axe.run(${context}, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], rules: { "label-content-name-mismatch": { enabled: true } } })`);
	return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}
