// What the assistant had no good answer to: into an article, or away.
import { html } from "/vendor/html.mjs";
import { call, can, href, words } from "../ui/app.mjs";
import { number } from "../ui/format.mjs";
import { Rows, useList } from "../ui/list.mjs";
import { Page, When } from "../ui/page.mjs";
import { Pick } from "../ui/table.mjs";
import { say } from "../ui/toast.mjs";
import { common, errorText } from "../ui/words.mjs";

const t = words({
	title: ["未能回答的问题", "Unanswered questions"], base: ["知识库", "Knowledge base"], hint: ["智能助手不确定、转给人工或评价很低的问题，相似的合并为一条", "What the assistant did not know, handed over, or was rated badly for; questions alike are one"],
	empty: ["没有未能回答的问题", "No unanswered questions"], emptyHint: ["智能助手答不上来的问题会出现在这里。", "What the assistant cannot answer appears here."],
	question: ["问题", "Question"], asked: ["次数", "Asked"], why: ["原因", "Why"], unsure: ["不确定 {0}", "Unsure {0}"], handed: ["转人工 {0}", "Handed over {0}"], disliked: ["差评 {0}", "Rated badly {0}"], last: ["最近", "Last"], state: ["状态", "State"],
	openState: ["待处理", "Open"], answered: ["已有文章", "Has an article"], dismissed: ["已忽略", "Dismissed"],
	write: ["写成文章", "Turn into an article"], dismiss: ["忽略", "Dismiss"], again: ["重新打开", "Open again"], article: ["查看文章", "Its article"],
}, common);

export const QUESTIONS = "/api/v1/unanswered-questions";
/** One of those that are open; none: it was dealt with meanwhile. */
export async function questionOf(id) {
	for (let page = 1; ; page++) {
		const { questions, meta } = await call.get(`${QUESTIONS}?per_page=100&page=${page}`);
		const found = questions.find((one) => String(one.id) === id);
		if (found || page >= meta.total_pages) return found;
	}
}

export function Unanswered() {
	const list = useList(QUESTIONS, { state: "open" });
	const put = async (row, state) => {
		try {
			await call.put(`${QUESTIONS}/${row.id}`, { state });
			list.load.reload();
			say(common("saved"));
		} catch (error) {
			if (error.status === undefined) throw error;
			say(errorText(error));
		}
	};
	const why = (row) => [["unsure", row.unsure], ["handed", row.handed_over], ["disliked", row.disliked]].filter(([, n]) => n > 0).map(([key, n]) => t(key, number(n))).join(" · ");
	const actions = (row) => html`<span class="o-row">${row.state === "open" ? html`<a class="button" href=${href(`articles/new/${row.id}`)}>${t("write")}</a><button type="button" onClick=${() => put(row, "dismissed")}>${t("dismiss")}</button>` : html`${row.article_id > 0 && html`<a class="button" href=${href(`articles/${row.article_id}`)}>${t("article")}</a>`}<button type="button" onClick=${() => put(row, "open")}>${t("again")}</button>`}</span>`;
	return html`<${Page} title=${t("title")} hint=${t("hint")} back=${["articles", t("base")]}>
		<div class="filters"><${Pick} label=${t("state")} value=${list.filters.state} options=${[["open", t("openState")], ["answered", t("answered")], ["dismissed", t("dismissed")]]} onChange=${(state) => list.set({ state })} /></div>
		<${Rows} list=${list} name="questions" caption=${t("title")} empty=${{ title: t("empty"), hint: t("emptyHint") }} columns=${[
			{ key: "question", label: t("question"), class: "o-text prose", show: (row) => html`<span lang=${row.locale}>${row.question}</span>` },
			{ key: "asked", label: t("asked"), show: (row) => number(row.asked) },
			{ key: "why", label: t("why"), show: why },
			{ key: "last", label: t("last"), class: "when", show: (row) => html`<${When} at=${row.last_asked_at} />` },
			...(can("settings:write") ? [{ key: "actions", label: common("actions"), show: actions }] : [])]} />
	</${Page}>`;
}
