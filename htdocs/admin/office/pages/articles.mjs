// The knowledge base: what the assistant answers from.
import { html } from "/vendor/html.mjs";
import { excerpt } from "/lib/markdown.mjs";
import { can, href, visit, words } from "../ui/app.mjs";
import { Article } from "../parts/article.mjs";
import { Ask } from "../parts/ask.mjs";
import { Unanswered } from "../parts/unanswered.mjs";
import { Rows, useList } from "../ui/list.mjs";
import { Page, Tag, When } from "../ui/page.mjs";
import { Pick, SearchBox } from "../ui/table.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	unanswered: ["未能回答的问题", "Unanswered questions"], title: ["知识库", "Knowledge base"], hint: ["智能助手根据这些文章回答", "What the assistant answers from"], add: ["新建文章", "New article"],
	empty: ["还没有文章", "No articles yet"], emptyHint: ["写下常见问题的答案，智能助手就能回答。", "Write down the answers to common questions, and the assistant can give them."],
	article: ["标题", "Title"], locale: ["语言", "Language"], state: ["状态", "State"], published: ["已发布", "Published"], draft: ["草稿", "Draft"], text: ["内容", "Text"],
}, common);

function List() {
	const list = useList("/api/v1/articles", { search: "", locale: "", published: "" });
	const { filters, set } = list;
	const add = can("settings:write") && html`<a class="button primary" href=${href("articles/new")}>${t("add")}</a>`;
	const actions = html`${can("settings:read") && html`<a class="button" href=${href("articles/unanswered")}>${t("unanswered")}</a>`}${add}`;
	return html`<${Page} title=${t("title")} hint=${t("hint")} actions=${actions}>
		<div class="columns leading"><section>
			<div class="filters"><${SearchBox} value=${filters.search} onInput=${(search) => set({ search })} />
				<${Pick} label=${t("locale")} value=${filters.locale} options=${[["", common("all")], ["zh", common("zh")], ["en", common("en")]]} onChange=${(locale) => set({ locale })} />
				${can("settings:read") && html`<${Pick} label=${t("state")} value=${filters.published} options=${[["", common("all")], ["true", t("published")], ["false", t("draft")]]} onChange=${(published) => set({ published })} />`}</div>
			<${Rows} list=${list} name="articles" caption=${t("title")} empty=${{ title: t("empty"), hint: t("emptyHint"), action: add }} columns=${[
				{ key: "title", label: t("article"), show: (row) => html`<a href=${href(`articles/${row.id}`)}>${row.title}</a>` },
				{ key: "text", label: t("text"), class: "o-text prose", show: (row) => html`<span class="clamp">${excerpt(row.content)}</span>` },
				{ key: "locale", label: t("locale"), class: "tight", show: (row) => common(row.locale) },
				{ key: "state", label: t("state"), show: (row) => html`<${Tag} kind=${row.published ? "ok" : "warn"}>${t(row.published ? "published" : "draft")}</${Tag}>` },
				{ key: "updated", label: common("updatedAt"), class: "when", show: (row) => html`<${When} at=${row.updated_at} />` }]} />
		</section><${Ask} class="follows" /></div>
	</${Page}>`;
}

export default ({ route }) => (route[0] === "unanswered" ? html`<${Unanswered} />` : route[0] ? html`<${Article} key=${route.join("/")} id=${route[0]} asked=${route[1]} onLeave=${() => visit("articles")} />` : html`<${List} />`);
