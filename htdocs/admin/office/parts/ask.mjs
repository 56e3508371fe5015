// The box that asks what the assistant would say: by whose settings, its answer, the passages with their scores, what a provider is told.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, href, lang, words } from "../ui/app.mjs";
import { millis, number, percent } from "../ui/format.mjs";
import { useLoad } from "../ui/load.mjs";
import { Tag } from "../ui/page.mjs";
import { common, errorText } from "../ui/words.mjs";
import { Text } from "./text.mjs";
import { useTrial } from "./trial.mjs";

const t = words({
	ask: ["智能助手会怎么回答？", "What would the assistant answer?"], askHint: ["用客户的话提问，看看答案和依据。", "Ask as a customer would, and see the answer and where it comes from."], question: ["问题", "Question"], go: ["提问", "Ask"], asking: ["正在思考…", "Thinking…"],
	by: ["客户来自", "The customer comes by"], noInbox: ["不经收件箱", "No inbox"], byHint: ["按所选收件箱的助手设置回答", "Answered as that inbox's settings have it"],
	builtin: ["内置助手", "Built in"], openai: ["联网服务", "A service"], off: ["不用 AI，由客服接待", "No AI: people answer"], here: ["内置助手会这样回答", "The built-in assistant would say"], answer: ["回答", "Answer"],
	real: ["问联网服务", "Ask the service itself"], realBusy: ["正在等待回答…", "Waiting for its answer…"], realHint: ["真实提问，会产生费用。", "For real: it costs what an answer costs."], realSaid: ["联网服务的回答", "The service answers"], tokens: ["{0} 个令牌，用时 {1}", "{0} tokens, {1}"],
	sure: ["有把握", "Sure"], unsure: ["没有把握", "Not sure"], handover: ["会转人工", "Hands over to a person"], limit: ["今天的额度已用完", "Today's money is spent"], failed: ["无法回答", "Cannot answer"],
	passages: ["找到的段落", "Passages found"], used: ["已采用", "Used"], told: ["已提供给服务", "Told to the service"], none: ["没有相关的段落", "No passage speaks about it"], score: ["匹配度", "Match"], text: ["段落内容", "What it says"], prompt: ["发送给 AI 服务的提示词", "What the provider is told"],
}, common);

function Passage({ of, told, open }) {
	return html`<li><span class="o-line"><a href=${href(`articles/${of.article_id}`)}>${of.title}</a>${of.used && html`<${Tag} kind="ok">${t(told ? "told" : "used")}</${Tag}>`}</span>${of.heading && html`<small class="o-muted">${of.heading}</small>`}
		<span class="o-bar" role="meter" aria-label=${`${t("score")}: ${of.title}${of.heading && ` › ${of.heading}`}`} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(of.score * 100)}><i style=${`inline-size:${Math.min(1, of.score) * 100}%`}></i></span><small>${t("score")} ${percent(of.score)}</small>
		<details open=${open}><summary>${t("text")}</summary><div class="passage"><${Text} of=${of.text} /></div></details></li>`;
}

/** The answer above is the built-in one's: this asks the service over the network. */
function Real({ question, inboxId }) {
	const { trial, error, busy, ask } = useTrial();
	if (!can("inboxes:write")) return null;
	return html`<p class="o-row"><button type="button" disabled=${busy} onClick=${() => ask({ question, inbox_id: inboxId })}>${t(busy ? "realBusy" : "real")}</button><small class="o-muted">${t("realHint")}</small></p>
		<div aria-live="polite">${error && html`<p class="field-error">${error}</p>`}${trial && (trial.state === "good" ? html`<h3>${t("realSaid")}</h3><${Text} of=${trial.answer} /><small class="o-muted">${t("tokens", number(trial.tokens_in + trial.tokens_out), millis(trial.ms))}</small>` : html`<p class="field-error">${trial.error}</p>`)}</div>`;
}

const verdict = (answer) => (answer.kind === "answer" ? (answer.sure ? "sure" : "unsure") : answer.kind);

function Answer({ answer, asked }) {
	const { provider, passages, prompt } = answer, first = passages.findIndex((one) => one.used);
	const here = provider === "openai" && (answer.kind === "answer" || answer.kind === "unsure"); // by the built-in one, in the place of the service
	return html`<div class="answer"><p class="o-line"><${Tag}>${t(provider)}</${Tag}>${!here && html`<${Tag} kind=${answer.sure ? "ok" : "warn"}>${t(verdict(answer))}</${Tag}>`}</p>
		<div class="says"><h3 class="o-line">${t(here ? "here" : "answer")}${here && html`<${Tag} kind=${answer.sure ? "ok" : "warn"}>${t(verdict(answer))}</${Tag}>`}</h3><${Text} of=${answer.answer} /></div>
		${prompt !== null && html`<${Real} key=${asked.n} question=${asked.question} inboxId=${asked.inboxId} />`}
		<h3>${t("passages")}</h3>${passages.length ? html`<ol class="sources">${passages.map((one, i) => html`<${Passage} key=${`${asked.n}.${i}`} of=${one} told=${prompt !== null} open=${i === first} />`)}</ol>` : html`<p class="o-hint">${t("none")}</p>`}
		${prompt !== null && html`<details key=${asked.n}><summary>${t("prompt")}</summary><pre class="prompt" tabindex="0">${prompt}</pre></details>`}</div>`;
}

let times = 0; // an answer is another, though the same was asked

export function Ask({ class: name = "" }) {
	const [question, setQuestion] = useState("");
	const [inbox, setInbox] = useState("");
	const [state, setState] = useState({});
	const inboxes = useLoad(async () => (can("inboxes:read") ? (await call.get("/api/v1/inboxes?per_page=100")).inboxes : []), []).data ?? [];
	const ask = async (event) => {
		event.preventDefault();
		const asked = { n: ++times, question, inboxId: inbox ? Number(inbox) : null };
		setState((before) => ({ ...before, error: null, busy: true }));
		try {
			setState({ asked, answer: await call.post("/api/v1/articles/ask", { question, locale: lang.value, inbox_id: asked.inboxId }) });
		} catch (error) {
			setState({ error: errorText(error) });
		}
	};
	const { answer, asked, error, busy } = state;
	return html`<section class=${`o-card ask ${name}`}><h2>${t("ask")}</h2><p class="o-hint">${t("askHint")}</p>
		<form onSubmit=${ask} novalidate>${can("inboxes:read") && html`<div class="field"><label for="ask-inbox">${t("by")}</label><select id="ask-inbox" value=${inbox} aria-describedby="ask-inbox-hint" onChange=${(event) => setInbox(event.target.value)}><option value="">${t("noInbox")}</option>${inboxes.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select><p class="o-hint" id="ask-inbox-hint">${t("byHint")}</p></div>`}
		<div class="field"><label for="ask">${t("question")}</label><textarea id="ask" rows="2" value=${question} maxlength="1000" aria-invalid=${Boolean(error)} aria-describedby="ask-error" onInput=${(event) => setQuestion(event.target.value)} onKeyDown=${(event) => {
			if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) ask(event);
		}}></textarea><p class="field-error" id="ask-error">${error}</p></div><button class="primary" disabled=${busy}>${t(busy ? "asking" : "go")}</button></form>
		<div aria-live="polite" class=${busy ? "o-dim" : ""}>${answer && html`<${Answer} answer=${answer} asked=${asked} />`}</div>
	</section>`;
}
