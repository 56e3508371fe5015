// Users: who signs in, with what role; roles and exceptions at one look.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, href, visit, words } from "../ui/app.mjs";
import { Confirm } from "../ui/dialog.mjs";
import { number } from "../ui/format.mjs";
import { Rows, useList } from "../ui/list.mjs";
import { Loaded, useLoad } from "../ui/load.mjs";
import { Dot, Face, Page, Tag, When } from "../ui/page.mjs";
import { everybody, forgetEverybody } from "../ui/people.mjs";
import { Pick, SearchBox } from "../ui/table.mjs";
import { say } from "../ui/toast.mjs";
import { common, statusWord } from "../ui/words.mjs";
import { exceptions, Matrix } from "../parts/rights.mjs";
import { UserForm } from "../parts/user_form.mjs";

const t = words({
	title: ["成员", "Users"], hint: ["可以登录控制台的人", "The people who sign in"], add: ["新建成员", "New user"],
	empty: ["还没有成员", "No users yet"], name: ["姓名", "Name"], role: ["角色", "Role"], status: ["状态", "Status"], team: ["团队", "Team"], teams: ["团队", "Teams"], load: ["对话 / 上限", "Conversations"],
	search: ["搜索姓名或邮箱", "Search name or e-mail"], seen: ["最近活动", "Last seen"], own: ["例外 {0}", "{0} exceptions"], one: ["例外 1", "1 exception"],
	roles: ["角色与权限", "Roles and permissions"], people: ["成员列表", "People"], views: ["视图", "Views"],
	remove: ["删除成员", "Delete the user"], removeText: ["删除“{0}”？其进行中的对话会回到排队。此操作无法撤销。", "Delete “{0}”? Open conversations go back to the queue. This cannot be undone."],
	self: ["这是您自己的账号", "This is your own account"], newTitle: ["新建成员", "New user"],
}, common);

const Tabs = ({ at }) => html`<nav class="tabs" aria-label=${t("views")}>${[["users", "people"], ["users/roles", "roles"]].map(([route, key]) => html`<a key=${key} href=${href(route)} aria-current=${at === key ? "page" : undefined}>${t(key)}</a>`)}</nav>`;

const columns = () => [
	{ key: "name", label: t("name"), show: (row) => html`<span class="o-who"><${Face} of=${row} /><span><a href=${href(`users/${row.id}`)}>${row.full_name}</a><small>${row.email}</small></span></span>` },
	{ key: "role", label: t("role"), show: (row) => {
		const own = exceptions(row).length;
		return html`<${Tag} kind=${row.role}>${common(row.role)}</${Tag}>${own > 0 && html` <${Tag} kind="warn">${own === 1 ? t("one") : t("own", own)}</${Tag}>`}`;
	} },
	{ key: "status", label: t("status"), show: (row) => html`<${Dot} status=${row.status} words=${statusWord(row.status)} />` },
	{ key: "teams", label: t("teams"), class: "o-text", show: (row) => row.teams.map((team) => html`<${Tag} key=${team.id}>${team.name}</${Tag}> `) },
	{ key: "load", label: t("load"), class: "num", show: (row) => `${number(row.active_sessions)} / ${number(row.max_sessions)}` },
	{ key: "seen", label: t("seen"), class: "when", show: (row) => html`<${When} at=${row.last_active_at} />` },
];

function List() {
	const list = useList("/api/v1/users", { search: "", role: "", status: "", team_id: "" });
	const teams = useLoad(() => (can("settings:read") ? call.get("/api/v1/teams") : { teams: [] }), []);
	const { filters, set } = list;
	const all = [["", common("all")]];
	return html`<${Page} title=${t("title")} hint=${t("hint")} actions=${can("users:write") && html`<a class="button primary" href=${href("users/new")}>${t("add")}</a>`}>
		<${Tabs} at="people" />
		<div class="filters">
			<${SearchBox} value=${filters.search} onInput=${(search) => set({ search })} label=${t("search")} />
			<${Pick} key="role" label=${t("role")} value=${filters.role} options=${[...all, ...["admin", "supervisor", "agent"].map((role) => [role, common(role)])]} onChange=${(role) => set({ role })} />
			<${Pick} key="status" label=${t("status")} value=${filters.status} options=${[...all, ...["online", "busy", "away", "offline"].map((status) => [status, statusWord(status)])]} onChange=${(status) => set({ status })} />
			${can("settings:read") && html`<${Pick} key="team" label=${t("team")} value=${filters.team_id} options=${[...all, ...(teams.data?.teams ?? []).map((team) => [team.id, team.name])]} onChange=${(team_id) => set({ team_id })} />`}
		</div>
		<${Rows} list=${list} name="users" caption=${t("title")} columns=${columns()} empty=${{ title: t("empty") }} />
	</${Page}>`;
}

function Roles() {
	const load = useLoad(everybody, []);
	return html`<${Page} title=${t("title")} hint=${t("hint")}><${Tabs} at="roles" /><${Loaded} load=${load}>${(users) => html`<${Matrix} users=${users} />`}</${Loaded}></${Page}>`;
}

function One({ id, me }) {
	const load = useLoad(() => call.get(`/api/v1/users/${id}`), [id]);
	const [asking, setAsking] = useState(false);
	const user = load.data?.user;
	const mine = user?.id === me.id;
	const removes = user && !mine && can("users:manage") && html`<button type="button" class="danger quiet" onClick=${() => setAsking(true)}>${t("remove")}</button>`;
	return html`<${Page} title=${user?.full_name ?? t("title")} hint=${mine ? t("self") : ""} back=${["users", t("title")]} actions=${removes}>
		<${Loaded} load=${load}>${(data) => html`<${UserForm} key=${data.user.id} user=${data.user} mine=${mine} onSaved=${(fresh) => {
			forgetEverybody();
			load.put(fresh);
			say(common("saved"));
		}} />`}</${Loaded}>
		${asking && html`<${Confirm} title=${t("remove")} text=${t("removeText", user.full_name)} work=${() => call.del(`/api/v1/users/${id}`)} onClose=${(good) => {
			setAsking(false);
			if (!good) return;
			forgetEverybody();
			say(common("removed"));
			visit("users");
		}} />`}
	</${Page}>`;
}

const New = () => html`<${Page} title=${t("newTitle")} back=${["users", t("title")]}><${UserForm} user=${null} onSaved=${({ user }) => {
	forgetEverybody();
	say(common("created"));
	visit(`users/${user.id}`);
}} /></${Page}>`;

export default function Users({ route, me }) {
	if (route[0] === "new") return html`<${New} />`;
	if (route[0] === "roles") return html`<${Roles} />`;
	return route[0] ? html`<${One} key=${route[0]} id=${route[0]} me=${me} />` : html`<${List} />`;
}
