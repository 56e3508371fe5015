// The dashboard: now, today, this week. While somebody looks, it follows the numbers that are told live, and is asked for now and then:
// messages, times and ratings change without a word.
import { html } from "/vendor/html.mjs";
import { link } from "../../live.mjs";
import { counts } from "../../talks.mjs";
import { call, can, words } from "../ui/app.mjs";
import { Chart } from "../ui/chart.mjs";
import { Ai, f, Measure, Name, Tile } from "../parts/figures.mjs";
import { day, duration, number, percent, score } from "../ui/format.mjs";
import { Loaded, useChange, useEvery, useLoad } from "../ui/load.mjs";
import { Dot, Face, Page, Tag, When } from "../ui/page.mjs";
import { Empty } from "../ui/table.mjs";
import { common, statusWord } from "../ui/words.mjs";

const t = words({
	title: ["仪表盘", "Dashboard"],
	hint: ["您可见范围内的实时数据", "Live figures of what you may see"],
	now: ["现在", "Now"], today: ["今天", "Today"], week: ["本周", "This week"],
	byHour: ["今天每小时的新对话", "New conversations by hour, today"],
	byDay: ["近 14 天的对话", "Conversations, last 14 days"],
	replies: ["近 14 天的回复时间", "Reply times, last 14 days"],
	hour: ["小时", "Hour"], date: ["日期", "Day"],
	people: ["谁在线", "Who is here"], load: ["{0} / {1} 个对话", "{0} of {1} conversations"],
	nobody: ["现在没有客服在线", "Nobody is online"], nobodyHint: ["新对话由智能助手接待，或进入排队。", "The assistant answers, or customers wait in the queue."],
	queue: ["排队", "The queue"], longest: ["等待最久的在前", "longest waiting first"], noQueue: ["没有人在等待", "Nobody is waiting"], more: ["还有 {0} 位在等待", "{0} more are waiting"], visitor: ["访客", "Visitor"], place: ["第 {0} 位", "No. {0}"],
	low: ["低", "Low"], high: ["高", "High"], urgent: ["紧急", "Urgent"],
	ai: ["今天的 AI", "The AI today"],
	times: ["今天的时间", "Times of today"],
	noTimes: ["今天还没有人工回复", "No agent has replied today"],
}, common);

const Load = ({ agent: { agent, status, active_sessions: load, max_sessions: most } }) => {
	const share = most ? Math.min(1, load / most) : 1;
	const text = t("load", number(load), number(most));
	return html`<li>
		<${Face} of=${agent} /><span class="o-grow"><span class="o-line"><b>${agent.full_name}</b><${Dot} status=${status} words=${statusWord(status)} /></span>
		<span class="o-bar" role="meter" aria-valuemin="0" aria-valuemax=${most} aria-valuenow=${Math.min(load, most)} aria-valuetext=${text} aria-label=${agent.full_name}><i class=${share >= 1 ? "full" : share >= 0.75 ? "high" : ""} style=${`inline-size:${share * 100}%`}></i></span>
		<small>${text}</small></span>
	</li>`;
};

const Now = ({ now }) => html`<section class="tiles" aria-label=${t("now")}>
	<${Tile} of="active" value=${number(now.active_conversations)} />
	<${Tile} of="waiting" value=${number(now.waiting_conversations)} kind=${now.waiting_conversations > 0 ? "warn" : ""} />
	<${Tile} of="pending" value=${number(now.pending_conversations)} />
	<${Tile} of="agents" value=${number(now.online_agents)} />
</section>`;

const Today = ({ today }) => html`<section class="o-card"><h2>${t("today")}</h2><div class="tiles flat">
	<${Tile} of="conversations" value=${number(today.new_conversations)} />
	<${Tile} of="resolved" value=${number(today.resolved_conversations)} />
	<${Tile} of="messages" value=${number(today.total_messages)} />
	<${Tile} of="csat" value=${score(today.csat.mean)}><${Measure} of=${today.csat} show=${score} /></${Tile}>
</div></section>`;

const Week = ({ week }) => html`<section class="o-card"><h2>${t("week")}</h2><div class="tiles flat">
	<${Tile} of="conversations" value=${number(week.conversations_count)} />
	<${Tile} of="rate" value=${percent(week.resolution_rate)} />
	<${Tile} of="messages" value=${number(week.messages_count)} />
	<${Tile} of="csat" value=${score(week.csat.mean)}><${Measure} of=${week.csat} show=${score} /></${Tile}>
</div></section>`;

const Times = ({ today }) => html`<section class="o-card"><h2>${t("times")}</h2>
	<table class="grid plain fixed"><caption class="sr">${t("times")}</caption><thead><tr><th scope="col"></th>${["p50", "p90", "mean", "n"].map((key) => html`<th scope="col" class="num" key=${key}>${f(key)}</th>`)}</tr></thead>
	<tbody>${[["first", today.first_response], ["response", today.response], ["resolution", today.resolution]].map(([name, of]) => html`<tr key=${name}><th scope="row"><${Name} of=${name} /></th>
		${["p50", "p90", "mean"].map((key) => html`<td class="num" key=${key}>${duration(of[key])}</td>`)}<td class="num">${number(of.n)}</td></tr>`)}</tbody></table>
</section>`;

const People = ({ agents }) => html`<section class="o-card people"><h2>${t("people")}</h2>
	${agents.length ? html`<ul>${agents.map((agent) => html`<${Load} key=${agent.agent.id} agent=${agent} />`)}</ul>` : html`<${Empty} title=${t("nobody")} hint=${t("nobodyHint")} />`}
</section>`;

const GAP = 10; // seconds
const SHOWN = 6;
const QUEUE = `/api/v1/conversations?status=open&agent_type=human&assignee_id=none&sort=waiting&per_page=${SHOWN}`;
const Queue = ({ load, waiting }) => html`<section class="o-card"><h2>${t("queue")}${waiting > 1 && html` <small>${t("longest")}</small>`}</h2><${Loaded} load=${load} bones=${Math.min(SHOWN, waiting) || 2}>${({ conversations: list }) => (list.length ? html`<ul class="queue">${list.map((one) => html`<li key=${one.id}>
	<${Face} of=${one.contact} /><a class="o-grow" href=${`#/all/${one.id}`}>${one.contact.name || t("visitor")}</a>
	${["high", "urgent"].includes(one.priority) && html`<${Tag} kind="bad">${t(one.priority)}</${Tag}>`}
	${one.queue_position && html`<small>${t("place", number(one.queue_position))}</small>`}<small><${When} at=${one.waiting_since ?? one.created_at} /></small></li>`)}</ul>
	${waiting > list.length && html`<p class="o-hint">${t("more", number(waiting - list.length))}</p>`}` : html`<${Empty} title=${t("noQueue")} />`)}</${Loaded}></section>`;

export default function Dashboard() {
	const load = useLoad(() => call.get("/api/v1/dashboard/stats"), []);
	const queue = useLoad(() => (can("conversations:read") ? call.get(QUEUE) : { conversations: [] }), []);
	const again = () => {
		load.reload();
		queue.reload();
	};
	useChange(counts, GAP, again);
	useEvery(link.value === "live" ? 3 * GAP : GAP, again);
	return html`<${Page} title=${t("title")} hint=${t("hint")} class="dashboard">
		<${Loaded} load=${load} bones=${10}>${({ real_time: now, today, this_week: week, by_hour: hours, by_day: days }) => html`
			<${Now} now=${now} />
			<div class="columns two">
				<${Today} today=${today} /><${Week} week=${week} />
				<${Times} today=${today} /><${Queue} load=${queue} waiting=${now.waiting_conversations} />
				<${Ai} title=${t("ai")} of=${today} handled=${today.ai_handled} />
				<${People} agents=${now.agents} />
				<section class="o-card"><${Chart} title=${t("byHour")} rowsTitle=${t("hour")} labels=${hours.map((one) => `${one.hour}`)} format=${number}
					series=${[{ name: f("conversations"), kind: "bars", values: hours.map((one) => one.conversations_count), least: 4 }]} /></section>
				<section class="o-card"><${Chart} title=${t("byDay")} rowsTitle=${t("date")} labels=${days.map((one) => day(one.date))} format=${number}
					series=${[{ name: f("conversations"), kind: "bars", values: days.map((one) => one.conversations_count), least: 4 }, { name: f("resolved"), kind: "line", values: days.map((one) => one.resolved_count) }]} /></section>
				<section class="o-card"><${Chart} title=${t("replies")} rowsTitle=${t("date")} labels=${days.map((one) => day(one.date))} format=${duration}
					series=${[{ name: f("p50"), kind: "line", values: days.map((one) => one.response.p50), least: 60 }, { name: f("p90"), kind: "line", values: days.map((one) => one.response.p90) }]} /></section>
			</div>`}</${Loaded}>
	</${Page}>`;
}
