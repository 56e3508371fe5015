// An article: written on the left, read on the right; and the box that asks what the assistant would say.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, href, lang, visit, words } from "../ui/app.mjs";
import { Confirm } from "../ui/dialog.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { millis, number, percent } from "../ui/format.mjs";
import { Loaded, useLoad } from "../ui/load.mjs";
import { Page, Tag } from "../ui/page.mjs";
import { say } from "../ui/toast.mjs";
import { common, errorText } from "../ui/words.mjs";
import { useTrial } from "./trial.mjs";
import { questionOf, QUESTIONS } from "./unanswered.mjs";

const t = words({
	title: ["知识库", "Knowledge base"], newTitle: ["新文章", "New article"], name: ["标题", "Title"], nameHint: ["像客户那样提问，更容易被找到", "Put it the way customers ask: it is found more easily"],
	content: ["内容", "Text"], contentHint: ["空行分段。网址会自动成为链接。", "An empty line begins a paragraph. Addresses become links."], locale: ["语言", "Language"], published: ["已发布", "Published"], publishedHint: ["智能助手只使用已发布的文章。", "The assistant uses published ones alone."],
	preview: ["预览", "Preview"], nothing: ["还没有内容", "Nothing yet"], characters: ["{0} 个字符", "{0} characters"], remove: ["删除", "Delete"], removeText: ["删除文章“{0}”？智能助手将不再使用它。", "Delete the article “{0}”? The assistant does not use it any more."],
	ask: ["智能助手会怎么回答？", "What would the assistant answer?"], askHint: ["用客户的话提问，看看答案和依据。", "Ask as a customer would, and see the answer and where it comes from."], question: ["问题", "Question"], go: ["提问", "Ask"], asking: ["正在思考…", "Thinking…"],
	real: ["问联网服务", "Ask the service itself"], realBusy: ["正在等待回答…", "Waiting for its answer…"], realHint: ["真实提问，会产生费用。", "For real: it costs what an answer costs."], realSaid: ["联网服务的回答", "The service answers"], tokens: ["{0} 个令牌，用时 {1}", "{0} tokens, {1}"],
	sure: ["有把握", "Sure"], unsure: ["没有把握", "Not sure"], handover: ["会转人工", "Hands over to a person"], failed: ["无法回答", "Cannot answer"], sources: ["依据", "From where"], used: ["已采用", "Used"], noSources: ["没有相关的文章", "No article speaks about it"], match: ["匹配度", "Match"], passage: ["段落", "Passage"], prompt: ["发送给 AI 服务的提示词", "What the provider is told"],
}, common);

const URL_IN = /(https?:\/\/[^\s<>"'，。）]*[^\s<>"'，。）.,;:!?)])/;
const linked = (text) => text.split(URL_IN).map((part, i) => (i % 2 ? html`<a key=${i} href=${part} target="_blank" rel="noreferrer">${part}</a>` : part));
/** Text as visitors read it: paragraphs, lines and links; what looks like markup stays text. */
export const Text = ({ of }) => of.split(/\n\s*\n/).filter((part) => part.trim()).map((part, i) => html`<p key=${i}>${part.trim().split("\n").map((line, k) => html`${k > 0 && html`<br />`}${linked(line)}`)}</p>`);

function Source({ of }) {
	return html`<li><span class="o-line"><a href=${href(`articles/${of.id}`)}>${of.title}</a>${of.used && html`<${Tag} kind="ok">${t("used")}</${Tag}>`}</span>
		<span class="o-bar" role="meter" aria-label=${`${t("match")}: ${of.title}`} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(of.score * 100)}><i style=${`inline-size:${Math.min(1, of.score) * 100}%`}></i></span><small>${t("match")} ${percent(of.score)}</small>${of.passage && html`<details><summary>${t("passage")}</summary><${Text} of=${of.passage} /></details>`}</li>`;
}

/** The answer above is the built-in one's: this asks the service over the network. */
function Real({ question }) {
	const { trial, error, busy, ask } = useTrial();
	if (!can("inboxes:write")) return null;
	return html`<p class="o-row"><button type="button" disabled=${busy} onClick=${() => ask({ question })}>${t(busy ? "realBusy" : "real")}</button><small class="o-muted">${t("realHint")}</small></p>
		<div aria-live="polite">${error && html`<p class="field-error">${error}</p>`}${trial && (trial.state === "good" ? html`<h3>${t("realSaid")}</h3><${Text} of=${trial.answer} /><small class="o-muted">${t("tokens", number(trial.tokens_in + trial.tokens_out), millis(trial.ms))}</small>` : html`<p class="field-error">${trial.error}</p>`)}</div>`;
}

export function Ask() {
	const [question, setQuestion] = useState("");
	const [state, setState] = useState({});
	const ask = async (event) => {
		event.preventDefault();
		setState({ busy: true });
		try {
			setState({ asked: question, answer: await call.post("/api/v1/articles/ask", { question, locale: lang.value }) });
		} catch (error) {
			setState({ error: errorText(error) });
		}
	};
	const { answer, asked, error, busy } = state;
	const best = answer?.articles[0]?.score;
	return html`<section class="o-card ask"><h2>${t("ask")}</h2><p class="o-hint">${t("askHint")}</p>
		<form onSubmit=${ask} novalidate><div class="field"><label for="ask">${t("question")}</label><textarea id="ask" rows="2" value=${question} maxlength="1000" aria-invalid=${Boolean(error)} aria-describedby="ask-error" onInput=${(event) => setQuestion(event.target.value)} onKeyDown=${(event) => {
			if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) ask(event);
		}}></textarea><p class="field-error" id="ask-error">${error}</p></div><button class="primary" disabled=${busy}>${t(busy ? "asking" : "go")}</button></form>
		<div aria-live="polite">${answer && html`<div class="answer"><p class="o-line"><${Tag} kind=${answer.sure ? "ok" : "warn"}>${answer.kind === "handover" || answer.kind === "failed" ? t(answer.kind) : t(answer.sure ? "sure" : "unsure")}</${Tag}>${best !== undefined && html`<small>${t("match")} ${percent(best)}</small>`}</p><${Text} of=${answer.answer} />
			<h3>${t("sources")}</h3>${answer.articles.length ? html`<ul class="sources">${answer.articles.map((one) => html`<${Source} key=${one.id} of=${one} />`)}</ul>` : html`<p class="o-hint">${t("noSources")}</p>`}${answer.prompt && html`<${Real} key=${answer.prompt} question=${asked} /><details><summary>${t("prompt")}</summary><${Text} of=${answer.prompt} /></details>`}</div>`}</div>
	</section>`;
}

function Editor({ article, title: begun = "", locale, onSaved }) {
	const form = useForm({ title: article?.title ?? begun, content: article?.content ?? "", locale: article?.locale ?? locale ?? lang.value, published: article?.published ?? true }, async (values) => onSaved(await (article ? call.put(`/api/v1/articles/${article.id}`, values) : call.post("/api/v1/articles", values))));
	const { title, content } = form.values;
	const read = html`<section class="o-card reading"><h2>${t("preview")}</h2>${title || content.trim() ? html`<article lang=${form.values.locale}><h3>${title}</h3><${Text} of=${content} /></article>` : html`<p class="o-hint">${t("nothing")}</p>`}</section>`;
	if (!can("settings:write")) return read;
	return html`<div class="columns"><section class="o-card"><${Form} form=${form}>
		<${Field} name="title" label=${t("name")} hint=${t("nameHint")} maxlength="200" />
		<${Field} name="content" label=${t("content")} hint=${`${t("contentHint")} ${t("characters", number([...content].length))}`} as="area" rows="16" />
		<${Field} name="locale" label=${t("locale")} as="select" options=${[["zh", common("zh")], ["en", common("en")]]} />
		<${Field} name="published" label=${t("published")} hint=${t("publishedHint")} as="check" />
		<${Submit} words=${article ? common("save") : common("create")} always=${!article} /></${Form}></section><div class="aside">${read}<${Ask} /></div></div>`;
}

export function Article({ id, asked, onLeave }) {
	const fresh = id === "new";
	const load = useLoad(async () => (fresh ? { article: null, question: asked && (await questionOf(asked)) } : call.get(`/api/v1/articles/${id}`)), [id, asked]);
	const [asking, setAsking] = useState(false);
	const article = load.data?.article;
	const saved = async (data) => {
		if (load.data?.question) await call.put(`${QUESTIONS}/${asked}`, { state: "answered", article_id: data.article.id });
		say(common(fresh ? "created" : "saved"));
		if (fresh) visit(`articles/${data.article.id}`);
		else load.put(data);
	};
	return html`<${Page} title=${fresh ? t("newTitle") : article?.title ?? t("title")} back=${["articles", t("title")]} actions=${article && can("settings:write") && html`<button type="button" class="danger quiet" onClick=${() => setAsking(true)}>${t("remove")}</button>`}>
		<${Loaded} load=${load}>${(data) => html`<${Editor} key=${data.article?.id} article=${data.article} title=${data.question?.question.slice(0, 200)} locale=${data.question?.locale} onSaved=${saved} />`}</${Loaded}>
		${asking && html`<${Confirm} title=${t("remove")} text=${t("removeText", article.title)} work=${() => call.del(`/api/v1/articles/${id}`)} onClose=${(good) => {
			setAsking(false);
			if (good) onLeave();
		}} />`}
	</${Page}>`;
}
