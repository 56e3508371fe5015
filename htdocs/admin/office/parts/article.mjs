// An article: written on the left, read on the right, with the box that asks what the assistant would say.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, lang, visit, words } from "../ui/app.mjs";
import { Confirm } from "../ui/dialog.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { number } from "../ui/format.mjs";
import { Loaded, useLoad } from "../ui/load.mjs";
import { Page } from "../ui/page.mjs";
import { say } from "../ui/toast.mjs";
import { common } from "../ui/words.mjs";
import { Ask } from "./ask.mjs";
import { Markdown } from "/lib/markdown.mjs";
import { questionOf, QUESTIONS } from "./unanswered.mjs";

const t = words({
	title: ["知识库", "Knowledge base"], newTitle: ["新文章", "New article"], name: ["标题", "Title"], nameHint: ["像客户那样提问，更容易被找到", "Put it the way customers ask: it is found more easily"],
	content: ["内容", "Text"], contentHint: ["可用 Markdown。每个“# 标题”下的内容单独检索，回答只用相关的段落。", "Markdown. What stands below each “# heading” is found by itself, and answers are made of the passages that fit."], locale: ["语言", "Language"], published: ["已发布", "Published"], publishedHint: ["智能助手只使用已发布的文章。", "The assistant uses published ones alone."],
	preview: ["预览", "Preview"], nothing: ["还没有内容", "Nothing yet"], characters: ["{0} 个字符", "{0} characters"], remove: ["删除", "Delete"], removeText: ["删除文章“{0}”？智能助手将不再使用它。", "Delete the article “{0}”? The assistant does not use it any more."],
}, common);

function Editor({ article, title: begun = "", locale, onSaved }) {
	const form = useForm({ title: article?.title ?? begun, content: article?.content ?? "", locale: article?.locale ?? locale ?? lang.value, published: article?.published ?? true }, async (values) => onSaved(await (article ? call.put(`/api/v1/articles/${article.id}`, values) : call.post("/api/v1/articles", values))));
	const { title, content } = form.values;
	const read = html`<section class="o-card reading"><h2>${t("preview")}</h2>${title || content.trim() ? html`<article lang=${form.values.locale}><h3>${title}</h3><${Markdown} of=${content} /></article>` : html`<p class="o-hint">${t("nothing")}</p>`}</section>`;
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
