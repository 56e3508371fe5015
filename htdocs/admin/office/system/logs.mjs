// Logs: looked through by level, words, request and time; followed while one looks.
import { html } from "/vendor/html.mjs";
import { useRef, useState } from "/vendor/hooks.mjs";
import { exactTime } from "/lib/time.mjs";
import { lang, words } from "../ui/app.mjs";
import { Rows, useList } from "../ui/list.mjs";
import { useEvery } from "../ui/load.mjs";
import { Tag } from "../ui/page.mjs";
import { Pick, SearchBox } from "../ui/table.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	caption: ["日志", "Log"], level: ["级别", "Level"], debug: ["调试", "Debug"], info: ["信息", "Info"], warn: ["警告", "Warning"], error: ["错误", "Error"],
	search: ["搜索消息、键或组件", "Search messages, keys, components"], request: ["请求编号", "Request id"], since: ["从", "From"], until: ["到", "To"],
	at: ["时间", "Time"], component: ["组件", "Component"], message: ["消息", "Message"], clear: ["清除", "Clear"],
	follow: ["跟随新日志", "Follow"], following: ["每 3 秒更新", "Renewed every 3 seconds"], followHint: ["仅在第一页且未设结束时间时", "On the first page, with no end"],
	empty: ["还没有日志", "Nothing was logged yet"], only: ["只看此请求：{0}", "This request alone: {0}"],
});
const SIZE = 50;
const KIND = { warn: "warn", error: "bad", info: "open", debug: "" };
const iso = (local) => (local ? new Date(local).toISOString() : "");
const when = (at) => exactTime(at, lang.value);

const columns = (onRequest) => [
	{ key: "at", label: t("at"), class: "when", show: (row) => html`<time datetime=${row.timestamp} title=${row.timestamp}>${when(row.timestamp)}</time>` },
	{ key: "level", label: t("level"), show: (row) => html`<${Tag} kind=${KIND[row.level]}>${t(row.level)}</${Tag}>` },
	{ key: "component", label: t("component"), show: (row) => html`<code>${row.component}</code>` },
	{ key: "message", label: t("message"), class: "o-text log-line", show: (row) => html`<code>${row.key}</code> ${row.message}` },
	{ key: "request", label: t("request"), show: (row) => row.request_id && html`<button type="button" class="o-link" aria-label=${t("only", row.request_id)} onClick=${() => onRequest(row.request_id)}><code>${row.request_id}</code></button>` },
];

export default function Logs() {
	const newest = useRef(null); // what came since does not push the pages on
	const list = useList("/api/system/logs", { level: "", search: "", request_id: "", since: "", until: "" }, (filters, page) => {
		const until = iso(filters.until) || (page > 1 && newest.current ? new Date(Date.parse(newest.current) + 1).toISOString() : "");
		return { ...filters, since: iso(filters.since), until, limit: SIZE, page: page > 1 ? page : "" };
	});
	const [follow, setFollow] = useState(false);
	const { filters, set } = list;
	const can = list.page === 1 && !filters.until;
	const data = list.load.data;
	if (can && data) newest.current = data.logs[0]?.timestamp ?? null;
	useEvery(3, () => follow && can && list.load.renew());
	const seen = new Map(); // two lines of one moment are two rows
	const keyOf = (row) => {
		const key = `${row.timestamp}${row.component}${row.message}`;
		seen.set(key, (seen.get(key) ?? 0) + 1);
		return `${key}${seen.get(key)}`;
	};
	const time = (key) => html`<label class="o-pick long"><span>${t(key)}</span><input type="datetime-local" value=${filters[key]} onChange=${(event) => set({ [key]: event.target.value })} /></label>`;
	const shown = { ...list, load: { ...list.load, busy: list.load.busy && !follow, data: data && { ...data, meta: { current_page: list.page, total_pages: Math.max(1, Math.ceil(data.total / SIZE)), total_count: data.total } } } };
	return html`<div class="filters">
			<${SearchBox} value=${filters.search} label=${t("search")} onInput=${(search) => set({ search })} />
			<${Pick} label=${t("level")} value=${filters.level} options=${[["", common("all")], ...Object.keys(KIND).reverse().map((level) => [level, t(level)])]} onChange=${(level) => set({ level })} />
			<label class="o-pick"><span>${t("request")}</span><input value=${filters.request_id} spellcheck="false" autocomplete="off" maxlength="100" onInput=${(event) => set({ request_id: event.target.value.trim() })} /></label>
			${time("since")}${time("until")}
			${list.filtered && html`<button type="button" class="o-link" onClick=${list.clear}>${t("clear")}</button>`}
		</div>
		<div class="checks"><label title=${t("followHint")}><input type="checkbox" checked=${follow && can} disabled=${!can} onChange=${(event) => setFollow(event.target.checked)} /><span>${t("follow")} <small aria-live="polite">${follow && can ? t("following") : ""}</small></span></label></div>
		<${Rows} list=${shown} name="logs" caption=${t("caption")} keyOf=${keyOf} columns=${columns((request_id) => set({ request_id }))} empty=${{ title: t("empty") }} />`;
}
