// Health: what works, on what, and how quick it was: the server's own counters, nothing made up here.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { clockTime, sizeText } from "/lib/time.mjs";
import { call, href, lang, words } from "../ui/app.mjs";
import { Chart } from "../ui/chart.mjs";
import { duration, millis, number, percent } from "../ui/format.mjs";
import { Loaded, useEvery, useLoad } from "../ui/load.mjs";
import { Formula, Tag, When } from "../ui/page.mjs";
import { Empty, Table } from "../ui/table.mjs";
import SelfTest from "./self_test.mjs";

const t = words({
	healthy: ["一切正常", "All is well"], partly: ["部分组件停止工作", "Something does not work"], unhealthy: ["数据库不可用", "The database is away"],
	closed: ["维护模式已开启：除管理员外所有人都被拒绝。", "Maintenance mode is on: all but admins are refused."], open: ["前往关闭", "Go and end it"],
	parts: ["组件", "Parts"], part: ["组件", "Part"], state: ["状态", "State"], version: ["版本", "Version"], facts: ["数据", "Figures"],
	mysql: ["数据库", "Database"], redis: ["Redis", "Redis"], websocket: ["实时中继", "Relays"], worker: ["后台进程", "Worker"], storage: ["存储", "Storage"], api: ["API", "API"], machine: ["服务器", "Machine"],
	ai: ["智能助手", "Assistant"], ready: ["正常", "Ready"], failing: ["暂停使用", "Failing, left alone"], trying: ["重新尝试中", "Trying again"], resting: ["应对方要求暂停", "Asked to wait"], until: ["至 {0}", "until {0}"], builtin: ["内置", "Built in"], off: ["已关闭", "Off"], unknown: ["未知", "Not known"], streams: ["{0} 个回复进行中", "answers under way: {0}"],
	connected: ["已连接", "Connected"], full: ["磁盘已满", "No room on its disk"], disconnected: ["未连接", "Away"], running: ["运行中", "Running"], stopped: ["已停止", "Stopped"], available: ["可用", "Available"], unavailable: ["不可用", "Not writable, or full"],
	ping: ["响应 {0}", "answers in {0}"], memory: ["内存 {0}", "{0} of memory"], clients: ["{0} 个连接", "{0} connections"],
	sockets: ["{0} 个中继，{1} 个 WebSocket（{2} 个已登录）", "relays: {0} · WebSockets: {1}, signed in: {2}"],
	disk: ["剩余 {0}，共 {1}", "{0} free of {1}"], ram: ["可用内存 {0}，共 {1}", "{0} of memory free of {1}"], load: ["负载 {0}（{1} 核）", "load {0} on {1} CPUs"], up: ["已运行 {0}", "up for {0}"],
	used: ["已用", "Used"],
	lately: ["最近 5 分钟", "The last five minutes"],
	rate: ["每分钟请求", "Requests per minute"], rateF: ["最近 5 分钟所有工作进程的请求数，折算为每分钟。", "Requests of the last five minutes over all workers, for a minute."],
	p95: ["P95 响应时间", "p95 of the response time"], p95F: ["最近 5 分钟内 95% 的请求不超过此时间；分桶宽 19%，取上界。", "95 % of the last five minutes' requests took no longer. Counted in buckets 19 % wide, told by their upper ends."],
	wrong: ["错误", "Errors"], errors: ["错误率", "Error rate"], errorsF: ["最近 5 分钟状态码不低于 500 的回答所占比例。", "Answers from 500 on, of all of the last five minutes."],
	p50: ["中位响应时间", "Median response time"], p50F: ["最近 5 分钟内一半的请求不超过此时间。", "Half of the last five minutes' requests took no longer."],
	perMinute: ["近 1 小时每分钟的请求", "Requests by minute, the last hour"], requests: ["请求", "Requests"], failed: ["其中错误", "Of these, errors"], minute: ["时刻", "Minute"],
	times: ["近 1 小时的响应时间", "Response times of the last hour"],
	histogram: ["响应时间分布，最近 5 分钟", "How many took how long, the last five minutes"], upTo: ["不超过", "Up to"],
	classes: ["按接口类别", "By class of route"], class: ["类别", "Class"], routes: ["按接口", "By route"], route: ["接口", "Route"], count: ["请求数", "Requests"],
	allRoutes: ["显示全部 {0} 个", "Show all {0}"], fewer: ["收起", "Show fewer"], none: ["最近 5 分钟没有请求", "Nobody asked in the last five minutes"],
	read: ["读取", "read"], write: ["写入", "write"], upload: ["上传", "upload"], noPath: ["没有这样的路径", "No such path"],
});
const SHOWN = 10;
const GOOD = ["connected", "running", "available", "ready", "builtin"];
const kindOf = (state) => (GOOD.includes(state) ? "ok" : { off: "", unknown: "", trying: "warn", resting: "warn" }[state] ?? "bad");

/** What works is told even when the database is away: that answer is a 503 with the same data. */
async function health() {
	try {
		return await call.get("/api/system/health");
	} catch (error) {
		if (error.data?.services) return error.data;
		throw error;
	}
}

const Figure = ({ name, value, kind = "" }) => html`<div class=${`tile ${kind}`}><h3><span class="named">${t(name)}<${Formula} of=${t(name)} text=${t(`${name}F`)} /></span></h3><p class="figure">${value}</p></div>`;

const Share = ({ name, used, total, words: said }) => total > 0 && html`<div class="share"><span class="o-bar" role="meter" aria-label=${`${name}: ${t("used")}`} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(100 * used / total)} aria-valuetext=${percent(used / total)}><i class=${used / total > 0.95 ? "full" : used / total > 0.85 ? "high" : ""} style=${`inline-size:${100 * used / total}%`}></i></span>${said}</div>`;

/** What is told of an address that answers are asked of: the site's own by its model, an inbox's by where it is. */
const told = (ai, name) => [name || null, ai.streams > 0 && t("streams", number(ai.streams)), ai.failures > 0 && html`<span class="bad">${ai.error || t("failing")} · <${When} at=${ai.failing_since} /></span>`,
	ai.retry_at && ["failing", "resting"].includes(ai.state) && t("until", clockTime(ai.retry_at, lang.value))];

/** [name, state, version, what is told beside it] of each part; `more` is null until the figures are there. */
function rowsOf({ services, version, uptime_seconds: up }, more) {
	const { database, redis, websocket, machine, ai, ai_providers: asked = [] } = more ?? {};
	const text = (...parts) => parts.filter(Boolean).flatMap((part, i) => (i ? [" · ", part] : [part]));
	return [
		["mysql", services.mysql, database?.version, database?.connected && t("ping", millis(database.ping_ms))],
		["redis", services.redis, redis?.version, redis?.connected && text(t("ping", millis(redis.ping_ms)), t("memory", sizeText(redis.used_memory)), t("clients", number(redis.connected_clients)))],
		["websocket", services.websocket, null, websocket && t("sockets", number(websocket.relays), number(websocket.connections), number(websocket.active_connections))],
		["worker", services.worker, null, null],
		["storage", services.storage, null, machine && html`<${Share} name=${t("storage")} used=${machine.disk_total - machine.disk_free} total=${machine.disk_total} words=${t("disk", sizeText(machine.disk_free), sizeText(machine.disk_total))} />`],
		...(ai ? [["ai", ai.state, null, text(...told(ai, ai.model))]] : []),
		...asked.filter((one) => one.address !== ai.address).map((one) => ["ai", one.state, null, text(...told(one, html`<code>${one.address}</code>`)), one.address]),
		["api", "running", version, t("up", duration(up))],
		...(machine ? [["machine", null, null, html`<${Share} name=${t("machine")} used=${machine.memory_total - machine.memory_available} total=${machine.memory_total} words=${text(t("ram", sizeText(machine.memory_available), sizeText(machine.memory_total)), t("load", number(machine.load), number(machine.cpus)))} />`]] : []),
	];
}

const Parts = ({ of, more }) => html`<section class="o-card"><h2>${t("parts")}</h2><${Table} caption=${t("parts")} keyOf=${(row) => row[0] + (row[4] ?? "")} rows=${rowsOf(of, more)} columns=${[
	{ key: "part", label: t("part"), show: ([name]) => html`<b data-part=${name}>${t(name)}</b>` },
	{ key: "state", label: t("state"), show: ([, state]) => state && html`<${Tag} kind=${kindOf(state)}>${t(state)}</${Tag}>` },
	{ key: "version", label: t("version"), show: ([, , version]) => version && html`<code>${version}</code>` },
	{ key: "facts", label: t("facts"), class: "o-text", show: ([, , , facts]) => facts },
]} /></section>`;

const figures = (first) => [first,
	{ key: "count", label: t("count"), class: "num", show: (row) => number(row.count) },
	...["p50", "p95", "p99"].map((part) => ({ key: part, label: part, class: "num", show: (row) => millis(row[`${part}_ms`]) })),
	{ key: "errors", label: t("wrong"), class: "num", show: (row) => html`<span class=${row.errors ? "bad" : ""}>${number(row.errors)}</span>` }];
const named = (name) => (name === "(none)" ? t("noPath") : name);

function Routes({ routes }) {
	const [all, setAll] = useState(false);
	const more = routes.length > SHOWN;
	return html`<section class="o-card wide"><h2>${t("routes")}</h2><${Table} class="compact" caption=${t("routes")} keyOf=${(row) => row.route} rows=${all ? routes : routes.slice(0, SHOWN)} columns=${figures({ key: "route", label: t("route"), show: (row) => html`<code>${named(row.route)}</code>` })} />
		${more && html`<p><button type="button" class="o-link" aria-expanded=${all} onClick=${() => setAll(!all)}>${all ? t("fewer") : t("allRoutes", number(routes.length))}</button></p>`}</section>`;
}

const Performance = ({ of: { requests, latency_ms: latency, classes, routes, minutes, histogram } }) => html`
	<section class="tiles" aria-label=${t("lately")}>
		<${Figure} name="rate" value=${number(requests.per_second * 60)} />
		<${Figure} name="p50" value=${millis(latency.p50)} />
		<${Figure} name="p95" value=${millis(latency.p95)} />
		<${Figure} name="errors" value=${percent(requests.error_rate / 100)} kind=${requests.error_rate >= 1 ? "warn" : ""} />
	</section>
	<div class="columns">
		<section class="o-card"><${Chart} title=${t("perMinute")} rowsTitle=${t("minute")} labels=${minutes.map((one) => clockTime(one.at, lang.value))} format=${number} series=${[
			{ name: t("requests"), kind: "bars", values: minutes.map((one) => one.count), least: 4 }, { name: t("failed"), kind: "line", values: minutes.map((one) => one.errors) }]} /></section>
		<section class="o-card"><${Chart} title=${t("times")} rowsTitle=${t("minute")} labels=${minutes.map((one) => clockTime(one.at, lang.value))} format=${millis} series=${["p50", "p95", "p99"].map((part) => ({ name: part, kind: "line", values: minutes.map((one) => one[`${part}_ms`]), least: 5 }))} /></section>
		<section class="o-card"><${Chart} title=${t("histogram")} rowsTitle=${t("upTo")} labels=${histogram.map((bin) => millis(bin.upto_ms))} format=${number} series=${[{ name: t("requests"), kind: "bars", values: histogram.map((bin) => bin.count), least: 4 }]} /></section>
		<section class="o-card"><h2>${t("classes")}</h2>${classes.length ? html`<${Table} class="compact" caption=${t("classes")} keyOf=${(row) => row.contract + row.class} rows=${classes} columns=${figures({ key: "class", label: t("class"), show: (row) => (row.class === "none" ? t("noPath") : `${row.contract} · ${t(row.class)}`) })} />` : html`<${Empty} title=${t("none")} />`}</section>
		${routes.length > 0 && html`<${Routes} routes=${routes} />`}
	</div>`;

export default function Health() {
	const state = useLoad(health, []);
	const more = useLoad(() => call.get("/api/analytics/performance"), []);
	const closed = useLoad(() => call.get("/api/system/maintenance"), []);
	useEvery(10, () => [state, more, closed].forEach((one) => one.renew()));
	const known = [state, more, closed].every((one) => one.data || one.error); // each adds lines of its own to the first view
	return html`<${Loaded} load=${known ? state : { data: null }} bones=${16}>${(data) => {
		const asked = more.data ? [more.data.ai, ...more.data.ai_providers] : [];
		const good = Object.values(data.services).every((one) => GOOD.includes(one)) && asked.every((one) => one.state !== "failing");
		return html`<p class=${`o-note verdict ${good ? "good" : data.status === "healthy" ? "warn" : "broken"}`} role="status"><strong>${data.status === "healthy" ? t(good ? "healthy" : "partly") : t("unhealthy")}</strong></p>
			${closed.data?.enabled && html`<p class="o-note warn">${t("closed")} <a href=${href("system/maintenance")}>${t("open")}</a></p>`}
			<${Parts} of=${data} more=${more.data} />`;
	}}</${Loaded}>
	<${SelfTest} />
	${known && html`<${Loaded} load=${more}>${(data) => html`<${Performance} of=${data} />`}</${Loaded}>`}`;
}
