// The audit log: who did what, when and from where.
import { html } from "/vendor/html.mjs";
import { exactTime } from "/lib/time.mjs";
import { can, lang, words } from "../ui/app.mjs";
import { useList, Rows } from "../ui/list.mjs";
import { useLoad } from "../ui/load.mjs";
import { ACTIONS, GROUPS, groupOf } from "../parts/audit_words.mjs";
import { Face, Page } from "../ui/page.mjs";
import { everybody } from "../ui/people.mjs";
import { Pick } from "../ui/table.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	title: ["审计日志", "Audit log"], hint: ["成员所做的每一次更改，最新的在前", "Every change that staff made, newest first"],
	empty: ["还没有记录", "Nothing was done yet"],
	time: ["时间", "Time"], who: ["成员", "Who"], action: ["操作", "Action"], resource: ["对象编号", "Item number"], details: ["详情", "Details"], from: ["从", "From"], to: ["到", "To"], where: ["来源", "From where"],
	clear: ["清除筛选", "Clear"],
	whoId: ["成员编号", "User number"],
}, common);

const named = words(ACTIONS);
const group = words(GROUPS);
/** The choices of the filter: by what is done to what. */
const choices = () => [["", common("all")], ...Object.keys(GROUPS).map((name) => ({ label: group(name), options: Object.keys(ACTIONS).filter((action) => groupOf(action) === name).map((action) => [action, named(action)]) }))];

const shown = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value));
const Details = ({ of }) => of && typeof of === "object" ? html`<dl class="o-details">${Object.entries(of).map(([key, value]) => html`<div key=${key}><dt>${key}</dt><dd>${shown(value)}</dd></div>`)}</dl>` : null;

const columns = () => [
	{ key: "time", label: t("time"), class: "when", show: (row) => html`<time datetime=${row.timestamp}>${exactTime(row.timestamp, lang.value)}</time>` },
	{ key: "who", label: t("who"), show: (row) => html`<span class="o-who"><${Face} of=${row.user} /><span>${row.user?.full_name || `#${row.user_id}`}</span></span>` },
	{ key: "action", label: t("action"), show: (row) => html`<span title=${row.action}>${named(row.action)}</span><small class="o-code">${Object.hasOwn(ACTIONS, row.action) && html`<code>${row.action}</code> `}${row.resource_id ? `#${row.resource_id}` : ""}</small>` },
	{ key: "details", label: t("details"), class: "o-text", show: (row) => row.details && Object.keys(row.details).length > 0 && html`<${Details} of=${row.details} />` },
	{ key: "where", label: t("where"), show: (row) => html`<span title=${row.user_agent}>${row.ip_address}</span>` },
];

// Filters have keys: what comes late (people, teams) would else take the place, and the focus, of the one beside it that somebody has just opened.
export default function Audit() {
	const list = useList("/api/v1/audit-logs", { user_id: "", action: "", resource_id: "", from: "", to: "" });
	const users = useLoad(() => (can("users:read") ? everybody() : null), []);
	const { filters, set } = list;
	const date = (key) => html`<label class="o-pick"><span>${t(key)}</span><input type="date" value=${filters[key]} onChange=${(event) => set({ [key]: event.target.value })} /></label>`;
	const digits = (event) => event.target.value.replace(/\D/g, "").slice(0, 18);
	return html`<${Page} title=${t("title")} hint=${t("hint")}>
		<div class="filters">
			${users.data ? html`<${Pick} key="who" label=${t("who")} value=${filters.user_id} options=${[["", common("all")], ...users.data.map((user) => [user.id, user.full_name])]} onChange=${(user_id) => set({ user_id })} />`
				: html`<label key="number" class="o-pick"><span>${t("whoId")}</span><input inputmode="numeric" value=${filters.user_id} onInput=${(event) => set({ user_id: digits(event) })} /></label>`}
			<${Pick} key="action" label=${t("action")} value=${filters.action} options=${choices()} onChange=${(action) => set({ action })} />
			<label class="o-pick"><span>${t("resource")}</span><input class="o-short" inputmode="numeric" value=${filters.resource_id} onInput=${(event) => set({ resource_id: digits(event) })} /></label>
			${date("from")}${date("to")}
			${list.filtered && html`<button type="button" class="o-link" onClick=${list.clear}>${t("clear")}</button>`}
		</div>
		<${Rows} list=${list} name="audit_logs" caption=${t("title")} columns=${columns()} empty=${{ title: t("empty") }} />
	</${Page}>`;
}
