// The form of an account: who it is, what it may, where it belongs.
import { html } from "/vendor/html.mjs";
import { call, can, words } from "../ui/app.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { Bones, useLoad } from "../ui/load.mjs";
import { Rights, ROLES, usual } from "./rights.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	who: ["基本信息", "Who"], name: ["姓名", "Name"], email: ["邮箱", "E-mail"], emailHint: ["用于登录", "Used to sign in"], phone: ["电话", "Phone"],
	password: ["密码", "Password"], newPassword: ["新密码", "New password"], keepPassword: ["留空则不修改。修改后，此人需要重新登录。", "Leave it empty to keep it. A new one signs the person out."], passwordHint: ["至少 8 个字符", "At least 8 characters"],
	capacity: ["同时接待上限", "Conversations at once"], role: ["角色", "Role"], teams: ["团队", "Teams"], noTeams: ["还没有团队", "There are no teams yet"],
	rights: ["角色与权限", "Role and permissions"], selfRights: ["您不能修改自己的角色和权限。", "Your own role and permissions are others' to change."], needManage: ["修改角色和权限需要“管理角色”权限。", "Changing these needs the permission to manage roles."],
}, common);

const start = (user) => ({
	full_name: user?.full_name ?? "", email: user?.email ?? "", phone: user?.phone ?? "", password: "", max_sessions: String(user?.max_sessions ?? 5),
	role: user?.role ?? "agent", permissions: user?.permissions ?? usual("agent"), team_ids: user?.teams.map((team) => team.id) ?? [],
});
const same = (a, b) => [...a].sort().join() === [...b].sort().join();

/** Only what was changed is sent: a role or permission that is named needs more rights than a name does. */
function body(values, user) {
	const before = start(user);
	const out = {};
	for (const key of ["full_name", "email", "phone", "role"]) if (!user || values[key] !== before[key]) out[key] = values[key];
	if (!user && !out.phone) delete out.phone;
	if (!user || values.password) out.password = values.password;
	if (!user || values.max_sessions !== before.max_sessions) out.max_sessions = /^\d+$/.test(values.max_sessions.trim()) ? Number(values.max_sessions) : values.max_sessions;
	const rightsBefore = user ? before.permissions : usual(values.role);
	if (!same(values.permissions, rightsBefore) || (user && values.role !== before.role)) out.permissions = values.permissions;
	if (!same(values.team_ids, before.team_ids)) out.team_ids = values.team_ids;
	return out;
}

function Teams({ form, teams, disabled }) {
	const { team_ids: mine } = form.values;
	return html`<fieldset class="checks" disabled=${disabled}><legend>${t("teams")}</legend>
		${teams.map((team) => html`<label key=${team.id}><input type="checkbox" checked=${mine.includes(team.id)} onChange=${(event) => form.set("team_ids", event.target.checked ? [...mine, team.id] : mine.filter((id) => id !== team.id))} /><span>${team.name}</span></label>`)}
		${!teams.length && html`<p class="o-hint">${t("noTeams")}</p>`}
	</fieldset>`;
}

/** The form, once it is known which teams there are. */
export function UserForm(given) {
	const load = useLoad(() => (can("settings:read") ? call.get("/api/v1/teams") : { teams: null }), []);
	return load.data || load.error ? html`<${Facts} ...${given} teams=${load.data?.teams} />` : html`<${Bones} count=${10} />`;
}

function Facts({ user, mine, teams, onSaved }) {
	const form = useForm(start(user), async (values) => {
		const sent = body(values, user);
		onSaved(await (user ? call.put(`/api/v1/users/${user.id}`, sent) : call.post("/api/v1/users", sent)));
		form.reset({ ...values, password: "" });
	});
	const may = can("users:write");
	const gives = may && can("users:manage") && !mine;
	// A new role brings its usual permissions; exceptions are made on top of it.
	const role = (event) => {
		form.set("role", event.target.value);
		form.set("permissions", usual(event.target.value));
	};
	return html`<${Form} form=${form} class="user"><div class="columns">
		<section class="o-card"><h2>${t("who")}</h2><fieldset disabled=${!may}>
			<${Field} name="full_name" label=${t("name")} maxlength="100" />
			<${Field} name="email" label=${t("email")} hint=${t("emailHint")} type="email" maxlength="254" />
			<${Field} name="phone" label=${t("phone")} type="tel" optional />
			<${Field} name="password" label=${user ? t("newPassword") : t("password")} hint=${user ? t("keepPassword") : t("passwordHint")} type="password" autocomplete="new-password" />
			<${Field} name="max_sessions" label=${t("capacity")} inputmode="numeric" class="o-short" />
			${teams && html`<${Teams} form=${form} teams=${teams} disabled=${!may} />`}
		</fieldset></section>
		<section class="o-card"><h2>${t("rights")}</h2>
			${mine ? html`<p class="o-note">${t("selfRights")}</p>` : may && !gives && html`<p class="o-note">${t("needManage")}</p>`}
			<${Field} name="role" label=${t("role")} as="custom">${(attributes) => html`<select ...${attributes} disabled=${!gives && Boolean(user || !may)} onChange=${role}>${ROLES.map((one) => html`<option key=${one} value=${one} selected=${one === form.values.role}>${common(one)}</option>`)}</select>`}</${Field}>
			<${Field} name="permissions" label="" as="custom">${() => html`<${Rights} role=${form.values.role} list=${form.values.permissions} onChange=${(list) => form.set("permissions", list)} disabled=${!gives} />`}</${Field}>
		</section></div>
		${may ? html`<div class="sticky"><${Submit} words=${user ? common("save") : common("create")} always=${!user} /></div>` : html`<p class="o-hint">${common("readOnly")}</p>`}
	</${Form}>`;
}
