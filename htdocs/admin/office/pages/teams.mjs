// Teams, and who is in them.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, href, words } from "../ui/app.mjs";
import { Confirm } from "../ui/dialog.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { number } from "../ui/format.mjs";
import { Crud } from "../ui/list.mjs";
import { Loaded, useLoad } from "../ui/load.mjs";
import { Dot, Face, Page } from "../ui/page.mjs";
import { everybody } from "../ui/people.mjs";
import { Empty, Table } from "../ui/table.mjs";
import { say } from "../ui/toast.mjs";
import { common, errorText, statusWord } from "../ui/words.mjs";

const t = words({
	title: ["团队", "Teams"], hint: ["同一团队的客服共享对话和排队", "Agents of a team share its conversations and its queue"],
	add: ["新建团队", "New team"], edit: ["编辑团队", "Edit the team"],
	empty: ["还没有团队", "No teams yet"], emptyHint: ["例如“售前”“售后”。对话可以转给一个团队。", "“Sales” and “After-sales”, say. A conversation can be given to a team."],
	remove: ["删除团队“{0}”？它的对话将不再属于任何团队。", "Delete the team “{0}”? Its conversations belong to none then."],
	name: ["名称", "Name"], description: ["说明", "Description"], members: ["成员", "Members"], online: ["在线", "Online"],
	addMember: ["添加成员", "Add a member"], choose: ["选择成员", "Choose somebody"], addThem: ["添加", "Add"],
	noMembers: ["团队里还没有成员", "Nobody is in this team yet"], takeOut: ["移出", "Take out"], takeOutText: ["把“{0}”移出团队？", "Take “{0}” out of the team?"],
	person: ["姓名", "Name"], role: ["角色", "Role"], status: ["状态", "Status"], load: ["对话", "Conversations"], everybody: ["所有成员都已在团队中", "Everybody is in it"],
	needUsers: ["您没有查看成员列表的权限，因此不能添加成员。", "You may not see the users, so you cannot add any."],
}, common);

function Members({ id }) {
	const load = useLoad(() => call.get(`/api/v1/teams/${id}/members`), [id]);
	const users = useLoad(() => (can("users:read") ? everybody() : []), []);
	const [out, setOut] = useState(null);
	const [who, setWho] = useState("");
	const may = can("settings:write");
	const add = async (event) => {
		event.preventDefault();
		try {
			load.put(await call.post(`/api/v1/teams/${id}/members`, { user_id: Number(who) }));
			setWho("");
			say(common("saved"));
		} catch (error) {
			say(errorText(error), "bad");
		}
	};
	const columns = [
		{ key: "name", label: t("person"), show: (row) => html`<span class="o-who"><${Face} of=${row} /><span>${can("users:read") ? html`<a href=${href(`users/${row.id}`)}>${row.full_name}</a>` : row.full_name}<small>${row.email}</small></span></span>` },
		{ key: "role", label: t("role"), show: (row) => common(row.role) },
		{ key: "status", label: t("status"), show: (row) => html`<${Dot} status=${row.status} words=${statusWord(row.status)} />` },
		{ key: "load", label: t("load"), class: "num", show: (row) => `${number(row.active_sessions)} / ${number(row.max_sessions)}` },
		...(may ? [{ key: "actions", label: common("actions"), class: "o-act", show: (row) => html`<button type="button" class="o-link bad" aria-label=${`${t("takeOut")}: ${row.full_name}`} onClick=${() => setOut(row)}>${t("takeOut")}</button>` }] : []),
	];
	return html`<section class="o-card"><h2>${t("members")}</h2><${Loaded} load=${load} bones=${3}>${({ members }) => {
		const others = users.data?.filter((user) => !members.some((member) => member.id === user.id));
		return html`${members.length ? html`<${Table} caption=${t("members")} columns=${columns} rows=${members} />` : html`<${Empty} title=${t("noMembers")} />`}
			${may && can("users:read") && !users.error && html`<form class="inline" onSubmit=${add}><label class="o-pick"><span>${t("addMember")}</span><select value=${who} onChange=${(event) => setWho(event.target.value)}>
				<option value="">${!others ? common("loading") : others.length ? t("choose") : t("everybody")}</option>${others?.map((user) => html`<option key=${user.id} value=${user.id} selected=${String(user.id) === who}>${user.full_name}</option>`)}</select></label>
				<button class="primary" disabled=${!who}>${t("addThem")}</button></form>`}
			${may && !can("users:read") && html`<p class="o-hint">${t("needUsers")}</p>`}`;
	}}</${Loaded}>
	${out && html`<${Confirm} title=${common("sureTitle")} text=${t("takeOutText", out.full_name)} verb=${t("takeOut")} work=${() => call.del(`/api/v1/teams/${id}/members/${out.id}`)} onClose=${(good) => {
		setOut(null);
		if (good) load.reload();
	}} />`}</section>`;
}

function Facts({ team, onSaved }) {
	const form = useForm({ name: team.name, description: team.description }, async (values) => {
		onSaved(await call.put(`/api/v1/teams/${team.id}`, values));
		say(common("saved"));
	});
	if (!can("settings:write")) return team.description && html`<p class="follows">${team.description}</p>`;
	return html`<section class="o-card narrow follows"><${Form} form=${form}><${Field} name="name" label=${t("name")} maxlength="100" /><${Field} name="description" label=${t("description")} as="area" rows="2" optional /><${Submit} /></${Form}></section>`;
}

function Team({ id }) {
	const load = useLoad(() => call.get(`/api/v1/teams/${id}`), [id]);
	return html`<${Page} title=${load.data?.team.name ?? t("title")} back=${["teams", t("title")]}><${Loaded} load=${load}>${({ team }) => html`<div class="columns leading"><${Members} id=${id} /><${Facts} key=${team.id} team=${team} onSaved=${load.put} /></div>`}</${Loaded}></${Page}>`;
}

const fields = () => html`<${Field} name="name" label=${t("name")} maxlength="100" /><${Field} name="description" label=${t("description")} as="area" rows="2" optional />`;

export default function Teams({ route }) {
	if (route[0]) return html`<${Team} key=${route[0]} id=${route[0]} />`;
	return html`<${Crud} path="/api/v1/teams" many="teams" nameOf=${(row) => row.name} fields=${fields}
		initial=${(row) => ({ name: row?.name ?? "", description: row?.description ?? "" })}
		columns=${[
			{ key: "name", label: t("name"), show: (row) => html`<a href=${href(`teams/${row.id}`)}>${row.name}</a>` },
			{ key: "description", label: t("description"), class: "o-text", show: (row) => row.description },
			{ key: "members", label: t("members"), class: "num", show: (row) => number(row.members_count) },
			{ key: "online", label: t("online"), class: "num", show: (row) => number(row.online_members_count) },
		]}
		words=${{ title: t("title"), hint: t("hint"), add: t("add"), editTitle: t("edit"), empty: t("empty"), emptyHint: t("emptyHint"), removeText: (name) => t("remove", name) }} />`;
}
