// Reports: conversations over time, and agents. The page, the chart and the CSV come from the same call.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, download, href, query, words } from "../ui/app.mjs";
import { Chart } from "../ui/chart.mjs";
import { Ai, columnLabel, f, lineColumns, Measure, Name, onlineColumn, Tile } from "../parts/figures.mjs";
import { day, duration, longDay, number, percent, score, shiftDay, today } from "../ui/format.mjs";
import { Loaded, Trouble, useLoad } from "../ui/load.mjs";
import { Page } from "../ui/page.mjs";
import { Empty, Pick, Table } from "../ui/table.mjs";
import { everybody } from "../ui/people.mjs";
import { say } from "../ui/toast.mjs";
import { common, errorText } from "../ui/words.mjs";

const t = words({
	title: ["报表", "Reports"],
	hint: ["在数字旁的“?”上可查看计算方法", "The “?” beside a figure says how it is counted"],
	conversations: ["按对话", "Conversations"], agents: ["按客服", "Agents"], kinds: ["报表类型", "Kind of report"],
	from: ["从", "From"], to: ["到", "To"], group: ["汇总", "By"], day: ["日", "Day"], week: ["周", "Week"], month: ["月", "Month"],
	last: ["近 {0} 天", "Last {0} days"], range: ["时间范围", "Range"], custom: ["自定义", "Custom"],
	team: ["团队", "Team"], agent: ["客服", "Agent"], date: ["日期", "Day"],
	csv: ["下载 CSV", "Download CSV"], perPeriod: ["对话", "Conversations"], times: ["回复时间", "Reply times"], lines: ["明细", "In detail"],
	workload: ["工作量", "Workload"], empty: ["此范围内没有客服数据", "No agent has figures in this range"],
	ai: ["AI 的表现", "The AI"],
	customers: ["客户", "Customers"], active: ["发起对话的客户", "Began a conversation"], returning: ["其中回访", "Of these, returning"], fresh: ["其中新客户", "Of these, new"],
	endFirst: ["结束日期早于开始日期", "The end is before the beginning"],
}, common);

const RANGES = [7, 30, 90];
let now = today(); // the site's day, which is not everywhere the reader's: the dashboard's last one
const start = () => ({ range: "30", start_date: shiftDay(now, -29), end_date: now, group_by: "day", team_id: "", agent_id: "" });
let kept = null; // the choice outlives the page
async function siteDay() {
	now = (await call.get("/api/v1/dashboard/stats")).by_day.at(-1).date;
	return now;
}

/** Of an account that was erased the number is left. */
const agentName = ({ agent }) => agent.full_name || `#${agent.id}`;
const labelOf = (line, group) => (group === "month" ? day(line.date, { year: "numeric", month: "short" }) : day(line.date));

function Bar({ choice, set, kind }) {
	const teams = useLoad(() => (can("settings:read") ? call.get("/api/v1/teams") : { teams: [] }), []);
	const users = useLoad(() => (can("users:read") ? everybody() : []), []);
	const range = (days) => (days === "custom" ? set({ range: days }) : set({ range: days, start_date: shiftDay(now, 1 - days), end_date: now }));
	const date = (key) => html`<label class="o-pick"><span>${t(key === "start_date" ? "from" : "to")}</span><input type="date" value=${choice[key]} max=${now} onChange=${(event) => event.target.value && set({ range: "custom", [key]: event.target.value })} /></label>`;
	const all = [["", common("all")]];
	return html`<div class="filters">
		<${Pick} label=${t("range")} value=${choice.range} options=${[...RANGES.map((days) => [String(days), t("last", days)]), ["custom", t("custom")]]} onChange=${range} />
		${date("start_date")}${date("end_date")}
		${kind === "conversations" && html`<${Pick} key="group" label=${t("group")} value=${choice.group_by} options=${["day", "week", "month"].map((key) => [key, t(key)])} onChange=${(value) => set({ group_by: value })} />`}
		${can("settings:read") && html`<${Pick} key="team" label=${t("team")} value=${choice.team_id} options=${[...all, ...(teams.data?.teams ?? []).map((team) => [team.id, team.name])]} onChange=${(value) => set({ team_id: value })} />`}
		${can("users:read") && html`<${Pick} key="agent" label=${t("agent")} value=${choice.agent_id} options=${[...all, ...(users.data ?? []).map((user) => [user.id, user.full_name])]} onChange=${(value) => set({ agent_id: value })} />`}
	</div>`;
}

const Summary = ({ of: s }) => html`<div class="tiles six">
	<${Tile} of="conversations" value=${number(s.total_conversations)} />
	<${Tile} of="resolved" value=${number(s.total_resolved)}><p class="o-hint">${f("rate")} ${percent(s.resolution_rate)}</p></${Tile}>
	<${Tile} of="first" value=${duration(s.first_response.p50)}><${Measure} of=${s.first_response} /></${Tile}>
	<${Tile} of="response" value=${duration(s.response.p50)}><${Measure} of=${s.response} /></${Tile}>
	<${Tile} of="resolution" value=${duration(s.resolution.p50)}><${Measure} of=${s.resolution} /></${Tile}>
	<${Tile} of="csat" value=${score(s.csat_score)}><${Measure} of=${s.csat} show=${score} /></${Tile}>
</div>`;

const Customers = ({ of: c }) => c.active !== null && html`<dl class="facts">${[["active", c.active], ["returning", c.returning], ["fresh", c.new]].map(([key, value]) => html`<div key=${key}><dt>${t(key)}</dt><dd>${number(value)}</dd></div>`)}</dl>`;

/** Figures of lines as a table; the first column names the line. */
const Lines = ({ caption, first, lines, columns }) => html`<${Table} class="figures plain" caption=${caption} keyOf=${first.keyOf} rows=${lines} columns=${[first, ...columns.map((column) => ({
	key: column.key, class: "num", label: columnLabel(column), show: column.show,
	head: column.part && column.part !== "mean" ? columnLabel(column) : html`<${Name} of=${column.of} part=${column.part} />`,
}))]} />`;

const Conversations = ({ data, group }) => {
	const labels = data.metrics.map((line) => labelOf(line, group));
	return html`<${Summary} of=${data.summary} /><${Customers} of=${data.customers} />
		<${Ai} title=${t("ai")} of=${data.summary} handled=${data.summary.ai_handled} />
		<div class="columns">
			<section class="o-card"><${Chart} title=${t("perPeriod")} rowsTitle=${t("date")} labels=${labels} format=${number} series=${[
				{ name: f("conversations"), kind: "bars", values: data.metrics.map((line) => line.conversations_count), least: 4 },
				{ name: f("resolved"), kind: "line", values: data.metrics.map((line) => line.resolved_count) }]} /></section>
			<section class="o-card"><${Chart} title=${t("times")} rowsTitle=${t("date")} labels=${labels} format=${duration} series=${[
				{ name: f("p50"), kind: "line", values: data.metrics.map((line) => line.response.p50), least: 60 },
				{ name: f("p90"), kind: "line", values: data.metrics.map((line) => line.response.p90) }]} /></section>
		</div>
		<section class="o-card"><h2>${t("lines")}</h2><${Lines} caption=${t("lines")} lines=${data.metrics} columns=${lineColumns}
			first=${{ key: "date", label: t("date"), keyOf: (line) => line.date, show: (line) => html`<span title=${longDay(line.date)} data-key=${line.date}>${labelOf(line, group)}</span>` }} /></section>`;
};

const Agents = ({ data }) => !data.agents.length ? html`<${Empty} title=${t("empty")} />` : html`
	<div class="aside"><section class="o-card"><${Chart} title=${t("workload")} rowsTitle=${t("agent")} labels=${data.agents.map(agentName)} format=${number} series=${[
		{ name: f("conversations"), kind: "bars", values: data.agents.map((line) => line.conversations_count), least: 4 },
		{ name: f("resolved"), kind: "dots", values: data.agents.map((line) => line.resolved_count) }]} /></section>
	<section class="o-card"><h2>${t("lines")}</h2><${Lines} caption=${t("lines")} lines=${data.agents} columns=${[...lineColumns, onlineColumn]}
		first=${{ key: "agent", label: t("agent"), keyOf: (line) => line.agent.id, show: (line) => html`<span data-key=${line.agent.id}>${agentName(line)}</span>` }} /></section></div>`;

export default function Whole({ route }) {
	const day = useLoad(siteDay, []);
	return html`<${Loaded} load=${day.error ? { ...day, data: now, error: null } : day} bones=${10}>${() => html`<${Reports} kind=${route[0] === "agents" ? "agents" : "conversations"} />`}</${Loaded}>`;
}

function Reports({ kind }) {
	const [choice, setChoice] = useState(() => kept ?? start());
	const set = (change) => setChoice((kept = { ...choice, ...change }));
	const asked = { start_date: choice.start_date, end_date: choice.end_date, team_id: choice.team_id, agent_id: choice.agent_id, ...(kind === "conversations" ? { group_by: choice.group_by } : {}) };
	const path = `/api/v1/reports/${kind}${query(asked)}`;
	const backwards = choice.end_date < choice.start_date;
	const load = useLoad(() => (backwards ? null : call.get(path)), [path]);
	const csv = async () => {
		try {
			const response = await call.raw(`${path}&format=csv`);
			download(await response.blob(), `${kind}_${choice.start_date}_${choice.end_date}.csv`);
		} catch (error) {
			say(errorText(error), "bad");
		}
	};
	// What was loaded for the other kind of report is not shown as this one.
	const fits = load.data && (kind === "agents" ? load.data.agents : load.data.metrics);
	return html`<${Page} title=${t("title")} hint=${t("hint")} actions=${can("reports:export") && html`<button type="button" onClick=${csv} disabled=${backwards}>${t("csv")}</button>`}>
		<nav class="tabs" aria-label=${t("kinds")}>${["conversations", "agents"].map((one) => html`<a key=${one} href=${href(`reports/${one}`)} aria-current=${kind === one ? "page" : undefined}>${t(one)}</a>`)}</nav>
		<${Bar} choice=${choice} set=${set} kind=${kind} />
		${backwards ? html`<${Trouble} error=${{ status: 400, message: t("endFirst") }} />`
			: html`<div class=${load.busy ? "dim" : ""}><${Loaded} load=${fits || load.error ? load : { ...load, data: null }} bones=${10}>${(data) => (kind === "agents" ? html`<${Agents} data=${data} />` : html`<${Conversations} data=${data} group=${choice.group_by} />`)}</${Loaded}></div>`}
	</${Page}>`;
}
