// Names and formulas of the figures (lib/domain/report.h says them in full), and how each is written.
import { html } from "/vendor/html.mjs";
import { words } from "../ui/app.mjs";
import { common } from "../ui/words.mjs";
import { Formula } from "../ui/page.mjs";
import { duration, hours, money, number, percent, score } from "../ui/format.mjs";

export const f = words({
	conversations: ["新对话", "New conversations"],
	conversationsF: ["期间内创建的对话数；按客服统计时计入最后的负责人。", "Conversations created in the period. By agent: counted for the last assignee."],
	resolved: ["已解决", "Resolved"],
	resolvedF: ["期间内创建的对话中，至今曾解决或关闭过的数量；之后重新打开的仍计入。", "Of the conversations created in the period, those that have been resolved or closed by now; reopened ones stay counted."],
	resolutions: ["解决数", "Resolutions"],
	resolutionsF: ["期间内首次解决或关闭的对话数，不论何时创建。", "First resolved or closed in the period, whenever created."],
	rate: ["解决率", "Resolution rate"],
	rateF: ["已解决 ÷ 新对话；没有新对话时为 0。", "Resolved of those created in the period; 0 when none was."],
	messages: ["消息数", "Messages"],
	messagesF: ["期间内客户、客服和智能助手发送的消息，不含备注和系统消息。", "Said in the period by customers, agents and the AI; no notes, no system lines."],
	ai: ["AI 处理", "Handled by AI"],
	aiF: ["期间内创建、没有也不需要人工回复的对话。", "Created in the period; no person answered or is meant to."],
	handed: ["AI 转人工", "Handed over by AI"],
	handedF: ["期间内创建、由 AI 开始、之后转给人工的对话，按第一次转接的原因计。", "Created in the period, begun with the AI, and gone to a person since; by the reason of the first time."],
	why: ["为什么转人工", "Why it was handed over"],
	asked: ["客户要求", "Customer asked"], unsure: ["AI 两次没把握", "AI unsure twice"], failed: ["AI 服务出错", "AI service failed"],
	timeout: ["AI 服务超时", "AI service too slow"], limit: ["AI 名额已满", "AI had no room"], taken: ["客服接手", "Agent took over"],
	word: ["AI 首字时间", "AI first word"],
	wordF: ["期间内客户发问（连续消息的第一条）到 AI 回答出现第一个字的时间，只计已给出的回答。P50、P90 误差不超过 2.5%。", "From a customer's message (the first of those answered together) of the period to the first word of the AI's answer, of answers given. P50 and P90 at most 2.5 % off."],
	aiCsat: ["AI 满意度", "AI CSAT"],
	aiCsatF: ["期间内创建、由 AI 独立处理的对话所得评分（1–5）的平均值，精确值。", "Mean rating, 1 to 5, of the conversations created in the period that the AI handled alone; exact."],
	tokensIn: ["AI 输入 Token", "AI tokens in"],
	tokensInF: ["期间内发给 AI 服务商的 Token 数，以服务商的计数为准；服务商未报告时为估算值。", "Tokens put to the AI's provider in the period, as it counted them; estimated where it did not."],
	tokensOut: ["AI 输出 Token", "AI tokens out"],
	tokensOutF: ["期间内 AI 服务商答复的 Token 数，以服务商的计数为准；服务商未报告时为估算值。", "Tokens answered by the AI's provider in the period, as it counted them; estimated where it did not."],
	cost: ["AI 费用", "AI cost"],
	costF: ["Token 数乘以设置中的单价（每百万 Token）；未设单价时为空。", "Tokens times the prices in the settings (of a million tokens); empty when none is set."],
	guessed: ["估算的次数", "Estimated turns"],
	guessedF: ["服务商未报告 Token 数的次数；它们的 Token 数和费用为估算值（一个汉字或四个字母约为一个 Token），已计入以上数字。", "Turns whose tokens the provider did not say; theirs, and their cost, are estimated (a Chinese character, or four letters, is about one) and stand in the figures above."],
	human: ["人工处理", "Handled by people"],
	humanF: ["期间内创建、由人工回复或等待人工的对话。", "Created in the period; a person answered or is meant to."],
	response: ["回复时间", "Reply time"],
	responseF: ["期间内客户每次发问（连续消息的第一条）到客服下一次回复的时间；AI 不计。P50、P90 误差不超过 2.5%。", "From each customer message (the first of a run) of the period to the agent's next answer; the AI does not count. P50 and P90 at most 2.5 % off."],
	first: ["首次回复", "First reply"],
	firstF: ["客户第一条消息到客服第一次回复的时间。P50、P90 误差不超过 2.5%。", "First customer message to the first answer of an agent. P50 and P90 at most 2.5 % off."],
	resolution: ["解决时间", "Time to resolve"],
	resolutionF: ["期间内创建的对话，从创建到首次解决或关闭的时间。P50、P90 误差不超过 2.5%。", "Created to first resolved or closed, of the conversations created in the period. P50 and P90 at most 2.5 % off."],
	csat: ["满意度", "CSAT"],
	csatF: ["期间内创建的对话所得评分（1–5）的平均值，精确值。", "Mean rating, 1 to 5, of the conversations created in the period; exact."],
	online: ["在线时长", "Online"],
	onlineF: ["在线或忙碌的时段之和（重叠只计一次）；离开不计。", "Union of the intervals online or busy; away does not count."],
	mean: ["平均", "mean"], p50: ["P50", "p50"], p90: ["P90", "p90"], n: ["样本", "n"],
	noData: ["暂无数据", "No data yet"],
	active: ["进行中的对话", "Open conversations"],
	activeF: ["状态为进行中或挂起的对话。", "Conversations that are open or pending."],
	pending: ["挂起", "Pending"],
	pendingF: ["其中状态为挂起的对话。", "Of these, those that are pending."],
	waiting: ["排队中", "In the queue"],
	waitingF: ["正在等待人工客服的对话。", "Conversations that wait for an agent."],
	agents: ["在线客服", "Agents online"],
	agentsF: ["整个站点状态为在线的客服人数。", "Agents of the whole site whose status is online."],
}, common);

/** A figure's name, or that of a part of it, with its formula. */
export const Name = ({ of, part }) => {
	const parts = (part ? `${f(of)} ${f(part)}` : f(of)).split(" ");
	const last = parts.pop(); // the mark stays beside the last word
	return html`<span class="named">${parts.map((part) => `${part} `)}<span>${last}<${Formula} of=${f(of)} text=${f(`${of}F`)} /></span></span>`;
};

/** The whole of a measure {n, mean, p50, p90}: `show` writes one value. */
export const Measure = ({ of, show = duration }) => html`<dl class="measure">${["p50", "p90", "mean"].map((key) => html`<div key=${key}><dt>${f(key)}</dt><dd>${show(of[key])}</dd></div>`)}<div><dt>${f("n")}</dt><dd>${number(of.n)}</dd></div></dl>`;

/** A tile: a figure, and what belongs to it. */
export const Tile = ({ of, value, kind = "", children }) => html`<div class=${`tile ${kind}`}><h3><${Name} of=${of} /></h3><p class="figure">${value}</p>${children}</div>`;

export const reasons = ["asked", "unsure", "failed", "timeout", "limit", "taken"];
/** What the AI did, of a line or of today. */
export const Ai = ({ title, of: line, handled }) => html`<section class="o-card ai-figures"><h2>${title}</h2><div class="tiles flat">
	<${Tile} of="ai" value=${number(handled)} />
	<${Tile} of="handed" value=${number(line.handed_over)} />
	<${Tile} of="word" value=${duration(line.ai_first_word.p50)}><${Measure} of=${line.ai_first_word} /></${Tile}>
	<${Tile} of="aiCsat" value=${score(line.ai_csat.mean)}><${Measure} of=${line.ai_csat} show=${score} /></${Tile}>
</div>
<h3>${f("why")}</h3>
<dl class="facts">${reasons.map((key) => html`<div key=${key}><dt>${f(key)}</dt><dd>${number(line.handed_over_by[key])}</dd></div>`)}</dl>
<dl class="facts">${[["tokensIn", number(line.ai_tokens_in)], ["tokensOut", number(line.ai_tokens_out)], ["cost", money(line.ai_cost)], ...(line.ai_estimated > 0 ? [["guessed", number(line.ai_estimated)]] : [])].map(([key, value]) => html`<div key=${key}><dt><${Name} of=${key} /></dt><dd>${value}</dd></div>`)}</dl>
</section>`;

// Columns of a report's line, by the API's names: the page, the chart and the CSV have the same value.
const flat = (key, of, show) => ({ key, of, show: (line) => show(line[key]) });
const nested = (key, of, show = duration) => ["p50", "p90", "n"].map((part) => ({ key: `${key}.${part}`, of, part, show: (line) => (part === "n" ? number(line[key].n) : show(line[key][part])) }));
export const lineColumns = [
	flat("conversations_count", "conversations", number), flat("resolved_count", "resolved", number), flat("resolution_rate", "rate", percent),
	flat("messages_count", "messages", number), flat("ai_handled", "ai", number), flat("human_handled", "human", number),
	{ key: "avg_response_time", of: "response", part: "mean", show: (line) => duration(line.response.mean) }, ...nested("response", "response"),
	{ key: "avg_first_response_time", of: "first", part: "mean", show: (line) => duration(line.first_response.mean) }, ...nested("first_response", "first"),
	{ key: "avg_resolution_time", of: "resolution", part: "mean", show: (line) => duration(line.resolution.mean) }, ...nested("resolution", "resolution"),
	flat("csat_score", "csat", score), ...nested("csat", "csat", score),
	flat("handed_over", "handed", number),
	...reasons.map((key) => ({ key: `handed_over_by.${key}`, of: "handed", part: key, show: (line) => number(line.handed_over_by[key]) })),
	{ key: "ai_first_word.mean", of: "word", part: "mean", show: (line) => duration(line.ai_first_word.mean) }, ...nested("ai_first_word", "word"),
	flat("ai_tokens_in", "tokensIn", number), flat("ai_tokens_out", "tokensOut", number), flat("ai_cost", "cost", money), flat("ai_estimated", "guessed", number),
	{ key: "ai_csat.mean", of: "aiCsat", part: "mean", show: (line) => score(line.ai_csat.mean) }, ...nested("ai_csat", "aiCsat", score),
];
export const onlineColumn = flat("online_hours", "online", hours);
export const columnLabel = (column) => (column.part ? `${f(column.of)} ${f(column.part)}` : f(column.of));
