// A forgotten password in a real browser: from the sign-in to the mail, its link, and in again.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { axe, launchBrowser, newPage } from "../lib/browser.mjs";
import { MailServer } from "../lib/mail_server.mjs";
import { startStack, until } from "../lib/stack.mjs";
import { errorAt, out, PHONE, serious } from "./office_page.mjs";

const BASE = "https://desk.example"; // where people reach the pages
let stack, browser, server;
before(async () => {
	mkdirSync(out, { recursive: true });
	server = await MailServer.open();
	[stack, browser] = await Promise.all([startStack({ env: { DESKBELL_SMTP_URL: server.url, DESKBELL_MAIL_FROM: "help@shop.example", DESKBELL_PUBLIC_URL: BASE } }), launchBrowser()]);
});
after(async () => {
	await browser?.close();
	await stack?.stop();
	await server?.close();
});
const shot = (page, name) => page.screenshot({ path: path.join(out, `password-${name}.png`) });
const clean = (page) => serious(page).filter((problem) => !/status of 401/.test(problem));

for (const [language, options, words] of [
	["en", {}, { forgot: "Forgot your password?", send: "Send the link", save: "Save the new password", saved: "The new password is saved. Please sign in" }],
	["zh", { ...PHONE, locale: "zh-CN", colorScheme: "dark" }, { forgot: "忘记密码？", send: "发送链接", save: "保存新密码", saved: "新密码已保存，请登录" }],
]) {
	test(`${language}: a link is asked for, comes, chooses a new password, and that signs in`, async () => {
		const email = language === "en" ? "agent@example.com" : "supervisor@example.com", password = "a better one 1";
		const page = await newPage(browser, options);
		await page.goto(`${stack.urls.chat}/admin/`);
		await page.getByRole("button", { name: words.forgot }).click();
		await page.getByRole("button", { name: words.send }).click();
		assert.ok((await errorAt(page, "email")).length > 3);
		await page.locator("input[name=email]").fill(email);
		assert.deepEqual(await axe(page), []);
		await shot(page, `asked-${language}`);
		await page.keyboard.press("Enter");
		await page.getByRole("status").waitFor();
		await until(() => server.mails.some((mail) => mail.to.includes(email)), { what: "the mail" });
		const link = new RegExp(`${BASE}(/admin/#/password/\\S+)`).exec(server.mails.find((mail) => mail.to.includes(email)).body)[1];

		const other = await newPage(browser, options); // opened from the mail, in another browser
		await other.goto(`${stack.urls.chat}${link}`);
		const [first, again] = [other.locator("input[name=newPassword]"), other.locator("input[name=again]")];
		await first.fill("short");
		await again.fill("short");
		await other.getByRole("button", { name: words.save }).click();
		await errorAt(other, "newPassword");
		await first.fill(password);
		await other.getByRole("button", { name: words.save }).click();
		await errorAt(other, "again");
		assert.deepEqual(await axe(other), []);
		await shot(other, `chosen-${language}`);
		await again.fill(password);
		await other.keyboard.press("Enter");
		await other.getByText(words.saved).waitFor();
		assert.ok(!other.url().includes("password"), "the token is gone from the address");
		await other.locator("input[name=email]").fill(email);
		await other.locator("input[name=password]").fill(password);
		await other.keyboard.press("Enter");
		await other.locator(".part-link").first().waitFor();
		assert.deepEqual(clean(other), []);

		await page.goto(`${stack.urls.chat}${link}`); // a second time
		await page.reload(); // only the part behind # was another
		await page.locator("input[name=newPassword]").fill("one more 12");
		await page.locator("input[name=again]").fill("one more 12");
		await page.keyboard.press("Enter");
		assert.ok((await errorAt(page, "again")).length > 3);
		assert.deepEqual(clean(page), []);
	});
}

test("where no mail is set up, nothing is offered that cannot be done", async () => {
	const silent = await startStack();
	try {
		const page = await newPage(browser);
		const health = page.waitForResponse((answer) => answer.url().endsWith("/health"));
		await page.goto(`${silent.urls.chat}/admin/`);
		await page.locator("input[name=password]").waitFor();
		await health;
		assert.equal(await page.getByRole("button", { name: "Forgot your password?" }).count(), 0);
	} finally {
		await silent.stop();
	}
});
