// The back office by who looks at it: rights and their exceptions, teams, reports that agree with their CSV, the first run.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { axe, launchBrowser, newPage } from "../lib/browser.mjs";
import { signIn } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";
import { button, dialog, errorAt, field, links, officeOf, out, PHONE, row, serious, settled, shot, title, toast, visit } from "./office_page.mjs";

let stack, browser, admin;

before(async () => {
	mkdirSync(out, { recursive: true });
	[stack, browser] = await Promise.all([startStack(), launchBrowser()]);
	admin = await signIn(stack.urls.chat, "admin@example.com");
});
after(async () => {
	await browser?.close();
	await stack?.stop();
});

test("an agent sees what an agent may, a supervisor what it may; neither changes what it may not", async () => {
	const agent = await officeOf(browser, stack, "agent@example.com", "dashboard", PHONE);
	assert.deepEqual(await links(agent), ["Dashboard", "Reports", "Contacts", "Inboxes", "Knowledge base", "Canned replies", "Labels"]);
	await visit(agent, "reports");
	assert.equal(await button(agent, "Download CSV").count(), 0);
	await visit(agent, "labels");
	assert.equal(await agent.getByRole("button", { name: /New label|Edit|Delete/ }).count(), 0);
	await visit(agent, "inboxes/1");
	assert.equal(await field(agent, "Name").isDisabled(), true);
	assert.equal(await button(agent, "New token").count(), 0);
	await visit(agent, "users");
	await agent.getByText("You may not see this page").waitFor();
	await visit(agent, "contacts/10");
	assert.deepEqual([await button(agent, "Merge").count(), await button(agent, "Erase").count()], [1, 0]);
	assert.deepEqual(serious(agent), []);

	const boss = await officeOf(browser, stack, "supervisor@example.com");
	assert.equal((await links(boss)).length, 12);
	await visit(boss, "users");
	assert.equal(await boss.getByRole("link", { name: "New user" }).count(), 0);
	await visit(boss, "users/3");
	assert.equal(await field(boss, "Name").isDisabled(), true);
	assert.equal(await button(boss, "Save").count(), 0);
	await visit(boss, "settings");
	assert.equal(await field(boss, "Name of the site").isDisabled(), true);
	await visit(boss, "teams/1");
	assert.equal(await button(boss, "Save").count(), 0);
	for (const page of [agent, boss]) {
		assert.deepEqual(await axe(page, "'.office'"), []);
		await page.context().close();
	}
});

test("users: made, refused beside the field in the page's language, changed, deleted", async () => {
	const page = await officeOf(browser, stack, "admin@example.com", "users/new", { locale: "zh-CN" });
	await field(page, "姓名").fill("林小北");
	await field(page, "邮箱").fill("agent@example.com");
	await field(page, "密码").fill("short");
	await button(page, "创建").click();
	assert.match(await errorAt(page, "password"), /[\u4e00-\u9fff]/);
	await field(page, "密码").fill("long enough 1");
	await button(page, "创建").click();
	assert.equal(await errorAt(page, "email"), "该邮箱已被使用");
	assert.equal(await field(page, "姓名").inputValue(), "林小北");
	await field(page, "邮箱").fill("north@example.com");
	await field(page, "同时接待上限").fill("9");
	await page.getByLabel("售后服务团队").check();
	await page.locator('input[name="reports:export"]').check();
	await button(page, "创建").click();
	await until(() => page.evaluate(() => /users\/\d+$/.test(location.hash)));
	await settled(page);
	const id = Number((await page.evaluate(() => location.hash)).split("/").at(-1));
	const user = (await admin.get(`/api/v1/users/${id}`)).body.data.user;
	assert.deepEqual([user.full_name, user.role, user.max_sessions, user.permissions.includes("reports:export"), user.teams.length], ["林小北", "agent", 9, true, 1]);
	await until(async () => /额外授予/.test(await page.locator(".differences").textContent()), { what: "the exception, marked" });
	await shot(page, "user-exception-zh");

	await visit(page, "users/roles");
	assert.match(await page.locator(".office-page").textContent(), /林小北.*报表 · 导出/s);
	await visit(page, "users");
	await page.getByRole("searchbox").fill("north@");
	await until(async () => (await page.locator(".office-page tbody tr").count()) === 1);
	assert.match(await row(page, "林小北").textContent(), /例外 1/);
	await visit(page, `users/${id}`);
	await button(page, "恢复为角色默认").click();
	await button(page, "保存").click();
	await toast(page, "已保存");
	assert.equal((await admin.get(`/api/v1/users/${id}`)).body.data.user.permissions.includes("reports:export"), false);
	await button(page, "删除成员").click();
	await button(dialog(page), "删除").click();
	await until(async () => (await title(page)) === "成员");
	assert.equal((await admin.get(`/api/v1/users/${id}`)).status, 404);
	await visit(page, "users/1");
	assert.equal(await button(page, "删除成员").count(), 0, "not oneself");
	assert.equal(await page.locator('input[name="users:manage"]').isDisabled(), true);
	assert.deepEqual(serious(page), []);
	await page.context().close();
});

test("rights count at once, for a page that is open: given, and taken", async () => {
	const boss = await officeOf(browser, stack, "admin@example.com", "users/3");
	const agent = await officeOf(browser, stack, "agent@example.com", "labels");
	const tick = async (name, on) => {
		await boss.locator(`input[name="${name}"]`).setChecked(on);
		await button(boss, "Save").click();
		await toast(boss, "Saved");
		await boss.locator(".toast").waitFor({ state: "detached" });
	};
	await tick("settings:read", true);
	await visit(agent, "canned");
	await until(async () => (await links(agent)).includes("Webhooks"), { what: "the page that is now allowed" });
	await visit(agent, "webhooks");
	await agent.getByText("No webhooks yet").waitFor();
	await tick("settings:read", false);
	// The open page asks for something that is refused, and learns why.
	await visit(agent, "audit");
	await agent.getByText("You may not see this page").waitFor();
	await until(async () => !(await links(agent)).includes("Webhooks"), { what: "the page that is gone" });
	await tick("reports:read", false);
	await visit(agent, "reports");
	await agent.getByText("You may not see this page").waitFor();
	await tick("reports:read", true);
	assert.deepEqual(serious(agent), []);
	for (const page of [boss, agent]) await page.context().close();
});

test("after a reload, and signing out, the way in is there again", async () => {
	const page = await officeOf(browser, stack, "agent@example.com", "reports");
	await page.reload();
	await settled(page);
	assert.equal(await title(page), "Reports");
	await page.locator("button.me").click();
	await page.locator('[data-do="sign-out"]').click();
	await page.locator(".sign-in input[name=email]").waitFor();
	await page.context().close();
});

test("teams: made, somebody put in and taken out, deleted", async () => {
	const page = await officeOf(browser, stack, "admin@example.com", "teams");
	await button(page, "New team").click();
	await field(dialog(page), "Name").fill("Night shift");
	await button(dialog(page), "Create").click();
	await page.getByRole("link", { name: "Night shift" }).click();
	await settled(page);
	await field(page, "Add a member").selectOption({ label: "客服小王" });
	await button(page, "Add").click();
	await row(page, "客服小王").waitFor();
	const { teams } = (await admin.get("/api/v1/teams")).body.data;
	assert.equal(teams.find((team) => team.name === "Night shift").members_count, 1);
	await button(row(page, "客服小王"), "Take out: 客服小王").click();
	await button(dialog(page), "Take out").click();
	await page.getByText("Nobody is in this team yet").waitFor();
	await visit(page, "teams");
	await button(row(page, "Night shift"), "Delete: Night shift").click();
	await button(dialog(page), "Delete").click();
	await until(async () => !(await row(page, "Night shift").count()));
	await page.context().close();
});

/** A CSV of plain cells as rows by their headings. */
const parse = (text) => {
	const [head, ...lines] = text.replace(/^\ufeff/, "").trim().split("\r\n").map((line) => line.split(","));
	return lines.map((line) => Object.fromEntries(line.map((cell, i) => [head[i], cell])));
};
const asText = async (download) => new Response(await download.createReadStream()).text();

test("reports: the page, the API and the CSV have the same numbers; formulas by the keyboard", async () => {
	const page = await officeOf(browser, stack, "admin@example.com", "reports");
	/** What the page writes for a figure. */
	const shown = (how, value) => page.evaluate(([name, raw]) => import("/admin/office/ui/format.mjs").then((format) => format[name](raw)), [how, value]);
	const HOW = { conversations_count: "number", resolved_count: "number", resolution_rate: "percent", messages_count: "number", ai_handled: "number", human_handled: "number", avg_response_time: "duration", response_p50: "duration", response_p90: "duration", response_n: "number",
		avg_first_response_time: "duration", first_response_p50: "duration", first_response_p90: "duration", first_response_n: "number", avg_resolution_time: "duration", resolution_p50: "duration", resolution_p90: "duration", resolution_n: "number", csat_score: "score", csat_p50: "score", csat_p90: "score", csat_n: "number",
		handed_over: "number", ...Object.fromEntries(["asked", "unsure", "failed", "timeout", "limit", "taken"].map((why) => [`handed_over_by_${why}`, "number"])),
		ai_first_word_mean: "duration", ai_first_word_p50: "duration", ai_first_word_p90: "duration", ai_first_word_n: "number", ai_tokens_in: "number", ai_tokens_out: "number", ai_cost: "money", ai_estimated: "number", ai_csat_mean: "score", ai_csat_p50: "score", ai_csat_p90: "score", ai_csat_n: "number", online_hours: "hours" };
	const nothing = (line, key) => ({ avg_response_time: line.response_n, avg_first_response_time: line.first_response_n, avg_resolution_time: line.resolution_n })[key] === "0";
	for (const [kind, groups] of [["conversations", ["day", "week", "month"]], ["agents", [""]]]) for (const group of groups) {
		await visit(page, `reports/${kind}`);
		if (group) await field(page, "By").selectOption(group);
		await settled(page);
		const [file] = await Promise.all([page.waitForEvent("download"), button(page, "Download CSV").click()]);
		const lines = parse(await asText(file));
		const rows = await page.locator(".figures tbody tr").all();
		assert.equal(rows.length, lines.length, `${kind} ${group}`);
		for (const [i, line] of lines.entries()) {
			if (i % 5 && i < lines.length - 2) continue;
			const key = await rows[i].locator("[data-key]").getAttribute("data-key");
			assert.equal(key, line.date ?? line.agent_id);
			const cells = await rows[i].locator("td").allTextContents();
			const names = Object.keys(HOW).slice(0, cells.length);
			for (const [k, name] of names.entries()) {
				const raw = line[name] === "" || nothing(line, name) ? null : Number(line[name]);
				assert.equal(cells[k], await shown(HOW[name], raw), `${kind} ${group} ${key} ${name}`);
			}
		}
	}
	await visit(page, "reports/conversations");
	const period = await page.evaluate(() => [...document.querySelectorAll("input[type=date]")].map((one) => one.value));
	const { summary } = (await admin.get(`/api/v1/reports/conversations?start_date=${period[0]}&end_date=${period[1]}`)).body.data;
	const tile = (name) => page.locator(".tile", { hasText: name }).first().locator(".figure").textContent();
	assert.equal(await tile("New conversations"), await shown("number", summary.total_conversations));
	assert.equal(await tile("CSAT"), await shown("score", summary.csat_score));
	assert.equal(await tile("Handed over by AI"), await shown("number", summary.handed_over));
	assert.ok(summary.handed_over > 0 && summary.ai_first_word.n > 0, "the demo's AI has done something");
	assert.equal(await tile("AI first word"), await shown("duration", summary.ai_first_word.p50));
	for (const [name, value] of [["Customer asked", summary.handed_over_by.asked], ["AI tokens in", summary.ai_tokens_in]])
		assert.equal(await page.locator(".ai-figures .facts div", { hasText: name }).locator("dd").textContent(), await shown("number", value));

	const hint = page.getByRole("button", { name: "How CSAT is counted" }).first();
	await hint.focus();
	assert.match(await page.locator(".o-bubble").textContent(), /Mean rating/);
	await page.keyboard.press("Escape");
	assert.equal(await page.locator(".o-bubble").count(), 0);
	await page.locator("input[type=date]").first().fill("2099-01-01");
	await page.getByText("The end is before the beginning").waitFor();
	assert.deepEqual(serious(page), []);
	await page.context().close();
});

test("what cannot be loaded says so and is tried again", async () => {
	const page = await officeOf(browser, stack, "admin@example.com", "labels");
	await page.route("**/api/v1/canned-responses*", (route) => route.fulfill({ status: 503, contentType: "application/json", body: '{"success":false,"error":{"code":"INTERNAL_ERROR","message":"Back in a minute","details":[]}}' }));
	await visit(page, "canned");
	await page.getByText("This could not be loaded").waitFor();
	await page.getByText("Back in a minute").waitFor();
	assert.deepEqual(await axe(page, "'.office'"), []);
	await page.unroute("**/api/v1/canned-responses*");
	await button(page, "Try again").click();
	await row(page, "/hello").first().waitFor();
	await page.context().close();
});

test("first run: a server without an account makes its first admin; afterwards one signs in", async () => {
	const fresh = await startStack({ demo: false });
	try {
		for (const options of [{ locale: "zh-CN", ...PHONE }, { locale: "en-US", colorScheme: "dark" }]) {
			const page = await newPage(browser, options);
			await page.goto(`${fresh.urls.chat}/admin/`);
			await page.locator(".setup h1").waitFor();
			assert.deepEqual(await axe(page), []);
			await shot(page, `setup-${options.locale}`);
			await page.context().close();
		}
		const page = await newPage(browser, { locale: "en-US" });
		await page.goto(`${fresh.urls.chat}/admin/`);
		await page.locator("input[name=full_name]").fill("Ada");
		await page.locator("input[name=email]").fill("ada");
		await page.locator("input[name=password]").fill("long enough");
		await page.locator("input[name=again]").fill("not the same");
		await page.keyboard.press("Enter");
		assert.equal(await errorAt(page, "again"), "The two are not the same");
		await page.locator("input[name=again]").fill("long enough");
		await page.keyboard.press("Enter");
		assert.ok(await errorAt(page, "email"));
		await page.locator("input[name=email]").fill("ada@shop.example");
		await page.keyboard.press("Enter");
		await page.locator(".console").waitFor();
		await visit(page, "users");
		assert.equal(await page.locator(".office-page tbody tr").count(), 1);
		for (const route of ["dashboard", "reports", "reports/agents", "contacts", "teams", "inboxes", "articles", "canned", "labels", "webhooks", "settings"]) {
			await visit(page, route);
			assert.equal(await page.locator(".trouble").count(), 0, route);
			assert.deepEqual(await axe(page, "'.office'"), [], route);
			await shot(page, `empty-${route.replace("/", "-")}`);
		}
		assert.deepEqual(serious(page), []);
		const late = await newPage(browser, { locale: "en-US" });
		await late.goto(`${fresh.urls.chat}/admin/`);
		await late.locator(".sign-in").waitFor();
	} finally {
		await fresh.stop();
	}
});
