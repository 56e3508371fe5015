// The watcher of all browser tests sees what a page asks of another host, by whatever means, and leaves the stack's own alone.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { launchBrowser, newPage } from "../lib/browser.mjs";
import { foreign, own } from "../lib/hosts.mjs";
import { until } from "../lib/stack.mjs";

const FRAME = '<script>new WebSocket("ws://socket.invalid/")</script><link rel="stylesheet" href="http://style.invalid/a.css">';
const PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
let browser, server, site;
before(async () => {
	server = http.createServer((request, response) => response.writeHead(200, { "Content-Type": "text/html" }).end(request.url === "/" ? `<img src="/own.png"><img src="${PIXEL}">` : request.url === "/bad" ? `<img src="http://picture.invalid/a.png"><iframe srcdoc='${FRAME}'></iframe>` : ""));
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	site = `http://127.0.0.1:${server.address().port}`;
	browser = await launchBrowser();
});
after(async () => {
	await browser?.close();
	server?.close();
});

test("its own host, data: and blob: are no foreign ones; every other host is, also in a frame, by a socket, on a page that nobody watches", async () => {
	own(site);
	const page = await newPage(browser);
	await page.goto(`${site}/`);
	await page.evaluate(() => fetch(URL.createObjectURL(new Blob(["x"]))));
	assert.deepEqual(foreign, []);
	await page.goto(`${site}/bad`);
	await until(() => foreign.length >= 3, { what: "all three to be seen" });
	const tab = await page.context().newPage();
	await tab.goto(`${site}/`);
	await tab.evaluate(() => void fetch("http://tab.invalid/").catch(() => null));
	await until(() => foreign.some((line) => line.includes("tab.invalid")), { what: "the other tab's" });
	const asked = foreign.splice(0).map((line) => /^(\S+)/.exec(line)[1]).sort();
	assert.deepEqual(asked, ["http://picture.invalid/a.png", "http://style.invalid/a.css", "http://tab.invalid/", "ws://socket.invalid/"]);
});
