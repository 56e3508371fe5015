// The self-test: this page's own ways to the server are timed here, every part behind them by the server.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, echo, words } from "../ui/app.mjs";
import { millis } from "../ui/format.mjs";
import { Tag } from "../ui/page.mjs";
import { Table } from "../ui/table.mjs";
import { errorText } from "../ui/words.mjs";

const t = words({
	title: ["自检", "Self-test"], hint: ["从此页面开始逐一实测每个环节，并计时。不影响正在进行的聊天。", "Tries every hop for real, from this page on, and times it. Nobody who talks just now is disturbed."],
	run: ["开始自检", "Run the self-test"], again: ["重新自检", "Run it again"], running: ["正在测试每个环节…", "Trying each part…"],
	ok: ["正常", "Works"], warn: ["注意", "Look at it"], fail: ["故障", "Broken"],
	allOk: ["所有环节正常", "Every part works"], someWarn: ["可以工作，但请注意：{0}", "It works, but look at: {0}"], someFail: ["故障：{0}", "Broken: {0}"], comma: ["、", ", "],
	part: ["环节", "Part"], result: ["结果", "Result"], took: ["用时", "Took"], found: ["说明", "What was found"],
	page: ["此页面 → API → 此页面", "This page, the API, and back"], live: ["实时连接：此页面 → 中继 → API → 此页面", "Live connection: this page, relay, API, and back"],
	noLive: ["实时连接没有应答。请查看下面“WebSocket”和“中继”的结果。", "The live connection did not answer. See what is said of WebSocket and relay below."],
	server: ["服务器自检", "The server's own test"],
});
const KIND = { ok: "ok", warn: "warn", fail: "bad" };

/** What is tried from here: {name, title, status, ms, message}. */
async function timed(name, work) {
	const began = performance.now();
	const step = (status, message, ms = performance.now() - began) => ({ name, title: t(name), status, ms, message });
	try {
		const ms = await work();
		return ms === null ? step("fail", t("noLive")) : step("ok", t("ok"), ms);
	} catch (error) {
		return step("fail", errorText(error));
	}
}
const there = async (path) => {
	const began = performance.now();
	await call.get(path);
	return performance.now() - began;
};
/** The answer comes as a 503 when the database is away, with the same data. */
async function serverSteps() {
	try {
		return (await call.get("/api/system/health?probe=1")).probe.steps;
	} catch (error) {
		if (error.data?.probe) return error.data.probe.steps;
		return [{ name: "server", title: t("server"), status: "fail", ms: null, message: errorText(error) }];
	}
}

function Verdict({ steps }) {
	const named = (status) => steps.filter((step) => step.status === status).map((step) => step.title).join(t("comma"));
	const [broken, odd] = [named("fail"), named("warn")];
	return html`<p class=${`o-note verdict ${broken ? "broken" : odd ? "warn" : "good"}`} role="status"><strong>${broken ? t("someFail", broken) : odd ? t("someWarn", odd) : t("allOk")}</strong></p>`;
}

const columns = () => [
	{ key: "part", label: t("part"), show: (step) => html`<b data-step=${step.name}>${step.title}</b>` },
	{ key: "result", label: t("result"), show: (step) => html`<${Tag} kind=${KIND[step.status]}>${t(step.status)}</${Tag}>` },
	{ key: "took", label: t("took"), class: "num", show: (step) => step.ms !== null && millis(step.ms) },
	{ key: "found", label: t("found"), class: "o-text", show: (step) => step.message !== t("ok") && step.message },
];

export default function SelfTest() {
	const [state, setState] = useState({ steps: [], busy: false, done: false });
	const run = async () => {
		const steps = [];
		const take = (more) => {
			steps.push(...more);
			setState({ steps: [...steps], busy: true, done: false });
		};
		take([]);
		take([await timed("page", () => there("/api/v1/auth/me"))]);
		take([await timed("live", echo)]);
		take(await serverSteps());
		setState({ steps, busy: false, done: true });
	};
	return html`<section class="o-card self-test follows"><div class="o-row"><h2 class="o-grow">${t("title")}</h2>
			<button type="button" aria-disabled=${state.busy} onClick=${() => state.busy || run()}>${state.steps.length && !state.busy ? t("again") : t("run")}</button></div>
		${!state.steps.length && !state.busy && html`<p class="o-hint">${t("hint")}</p>`}
		${state.busy && html`<p class="o-row" role="status"><progress aria-label=${t("running")}></progress><span class="o-muted">${t("running")}</span></p>`}
		${state.done && html`<${Verdict} steps=${state.steps} />`}
		${state.steps.length > 0 && html`<${Table} caption=${t("title")} keyOf=${(step) => step.name} rows=${state.steps} columns=${columns()} />`}
	</section>`;
}
