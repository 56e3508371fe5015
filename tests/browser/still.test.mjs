// Nothing jumps while it loads: every page of the console and the back office, its answers one after the other, measured as browsers do (layout shift).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, newPage } from "../lib/browser.mjs";
import { httpClient, signIn } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";
import { PHONE } from "./office_page.mjs";

const MOST = 0.05;
const BONES = ".bones, .o-dim, .dim, .hole, .rows[aria-busy=true]";
let stack, browser, routes;

/** Every page there is: the lists, and one thing of each. */
async function everyPage(admin) {
	const first = async (path, many, key = "id") => {
		const { body } = await admin.get(`/api/v1/${path}`);
		return body.data[many][0][key];
	};
	const hook = await admin.post("/api/v1/webhooks", { url: "http://127.0.0.1:9/hook", events: ["message.created"] });
	assert.equal(hook.status, 201, hook.text);
	const one = { contacts: await first("contacts", "contacts"), users: await first("users", "users"), teams: await first("teams", "teams"), inboxes: await first("inboxes", "inboxes"), articles: await first("articles", "articles"), webhooks: hook.body.data.webhook.id };
	const talk = await first("conversations?status=open", "conversations");
	return ["all", `all/${talk}`, ...["dashboard", "reports", "reports/agents", "contacts", "users", "users/roles", "users/new", "teams", "inboxes", "articles", "articles/unanswered", "articles/new", "canned", "labels", "webhooks", "audit", "settings",
		"system", "system/logs", "system/backups", "system/exports", "system/maintenance", "system/redis", ...Object.entries(one).map(([page, id]) => `${page}/${id}`)].map((route) => `office/${route}`)];
}

before(async () => {
	[stack, browser] = await Promise.all([startStack({ env: { DESKBELL_RATE_LIMIT: "off", DESKBELL_WEBHOOK_PRIVATE: "on", DESKBELL_AI_PROVIDER: "off" } }), launchBrowser()]);
	await stack.sql("UPDATE users SET status = 0");
	for (let i = 0; i < 8; i++) assert.equal((await httpClient(stack.urls.chat).post("/api/v1/chat/sessions", { name: `Visitor ${i}` })).status, 201); // a queue
	routes = await everyPage(await signIn(stack.urls.chat, "admin@example.com"));
});
after(async () => {
	await browser?.close();
	await stack?.stop();
});

/** In the page before anything else of it: what moved is kept, and answers come one after the other, each when the one before has been drawn. */
function watchShifts(order) {
	globalThis.shifts = [];
	globalThis.quiet = 0; // frames since anything was asked or answered
	const text = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join();
	new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifts.push({ value: entry.value, what: entry.sources.map((one) => `${one.node?.nodeName}.${one.node?.className ?? ""} ${text(one.previousRect)} to ${text(one.currentRect)}`) });
	}).observe({ type: "layout-shift", buffered: true });
	const real = globalThis.fetch;
	const waiting = [];
	let open = 0;
	globalThis.fetch = async (...asked) => {
		open++;
		globalThis.quiet = 0;
		const answer = await real(...asked).then((response) => () => response, (error) => () => { throw error; });
		await new Promise((go) => waiting.push(go));
		open--;
		return answer();
	};
	const frame = () => {
		globalThis.quiet++;
		if (open && open === waiting.length && globalThis.quiet > 3) {
			globalThis.quiet = 0;
			(order === "last" ? waiting.pop() : waiting.shift())();
		} else if (open) globalThis.quiet = Math.min(globalThis.quiet, 4);
		requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
}
/** All asked, all answered and all drawn. */
const loaded = (page, what) => page.waitForFunction(([what, bones]) => globalThis.quiet > 12 && document.querySelector(what) && !document.querySelector(bones), [what, BONES], { timeout: 60_000 });
const SHOWN = ".office-page h1, .rows[aria-busy=false]";

for (const [name, options, order] of [["desktop", {}, "first"], ["phone", PHONE, "first"], ["phone", PHONE, "last"]])
	test(`no page of console and back office moves more than ${MOST} while it loads (${name}, ${order} asked is answered first)`, async () => {
		const page = await newPage(browser, options);
		await page.addInitScript(watchShifts, order);
		const moved = [];
		const measure = async (route) => {
			const shifts = await page.evaluate(() => globalThis.shifts);
			shifts.sort((a, b) => b.value - a.value);
			moved.push({ route, total: shifts.reduce((sum, one) => sum + one.value, 0), shifts });
		};
		await page.goto(`${stack.urls.chat}/admin/`);
		await loaded(page, ".sign-in input");
		await measure("sign-in");
		await page.locator("input[name=email]").fill("admin@example.com");
		await page.locator("input[name=password]").fill("password123");
		await page.keyboard.press("Enter");
		await loaded(page, SHOWN);
		for (const route of routes) {
			await page.evaluate((to) => history.replaceState(null, "", `#/${to}`), route);
			await page.reload();
			await loaded(page, SHOWN);
			await measure(route);
		}
		assert.deepEqual(moved.filter(({ total }) => total >= MOST).map(({ route, total, shifts }) => `${route} ${total.toFixed(3)}: ${shifts[0].what.join("; ")}`), []);
		await page.context().close();
	});
