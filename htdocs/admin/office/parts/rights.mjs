// Permissions by role, and what one person may beyond or below it.
import { html } from "/vendor/html.mjs";
import { href, words } from "../ui/app.mjs";
import { common } from "../ui/words.mjs";

export const p = words({
	conversations: ["对话", "Conversations"], contacts: ["客户", "Contacts"], reports: ["报表", "Reports"], settings: ["设置", "Settings"], users: ["成员", "Users"], inboxes: ["收件箱", "Inboxes"],
	read: ["查看", "See"], write: ["修改", "Change"], assign: ["分配", "Assign"], delete: ["删除", "Delete"], export: ["导出", "Export"], manage: ["管理角色", "Manage roles"],
	permission: ["权限", "Permission"], allowed: ["允许", "Allowed"], denied: ["不允许", "Not allowed"],
	granted: ["额外授予", "Granted beyond the role"], withdrawn: ["从角色收回", "Withdrawn from the role"],
	exceptions: ["个人例外", "Exceptions of single people"], noExceptions: ["没有人有例外：每个人的权限都与角色一致。", "Nobody has any: everybody may what the role may."],
	byRole: ["角色的权限", "What each role may"], person: ["成员", "User"], usual: ["恢复为角色默认", "Back to the role's"],
	legend: ["勾选即允许。与角色默认不同的项会标出。", "Ticked is allowed. What differs from the role is marked."],
	area: ["范围", "Area"],
}, common);

export const PERMISSIONS = ["conversations:read", "conversations:write", "conversations:assign", "contacts:read", "contacts:write", "contacts:delete", "reports:read", "reports:export",
	"settings:read", "settings:write", "users:read", "users:write", "users:manage", "inboxes:read", "inboxes:write"];
const AREAS = ["conversations", "contacts", "reports", "settings", "users", "inboxes"];
const SUPERVISOR_LACKS = ["settings:write", "users:write", "users:manage"];
const AGENT = ["conversations:read", "conversations:write", "contacts:read", "contacts:write", "reports:read", "inboxes:read"];
export const ROLES = ["admin", "supervisor", "agent"];
export const usual = (role) => ({ admin: PERMISSIONS, supervisor: PERMISSIONS.filter((one) => !SUPERVISOR_LACKS.includes(one)), agent: AGENT }[role] ?? []);
export const rightName = (permission) => permission.split(":").map((part) => p(part)).join(" · ");

/** [{permission, granted}] where a user differs from the role. */
export const exceptions = ({ role, permissions }) => PERMISSIONS.filter((one) => permissions.includes(one) !== usual(role).includes(one)).map((permission) => ({ permission, granted: permissions.includes(permission) }));

const Exception = ({ of }) => html`<span class=${`o-tag ${of.granted ? "ok" : "bad"}`} title=${p(of.granted ? "granted" : "withdrawn")}>${of.granted ? "+" : "−"} ${rightName(of.permission)}<span class="sr"> (${p(of.granted ? "granted" : "withdrawn")})</span></span>`;

/** What each role may, and who has exceptions. */
export function Matrix({ users }) {
	const odd = users.filter((user) => exceptions(user).length);
	return html`<div class="columns"><section class="o-card"><h2>${p("byRole")}</h2><div class="scroll" tabindex="0" role="region" aria-label=${p("byRole")}><table class="grid plain matrix"><caption class="sr">${p("byRole")}</caption>
		<thead><tr><th scope="col">${p("permission")}</th>${ROLES.map((role) => html`<th scope="col" key=${role} class="mid">${common(role)}</th>`)}</tr></thead>
		<tbody>${PERMISSIONS.map((one) => html`<tr key=${one}><th scope="row">${rightName(one)} <code>${one}</code></th>${ROLES.map((role) => {
			const has = usual(role).includes(one);
			return html`<td key=${role} class=${`mid ${has ? "yes" : "no"}`}><span aria-hidden="true">${has ? "✓" : "–"}</span><span class="sr">${p(has ? "allowed" : "denied")}</span></td>`;
		})}</tr>`)}</tbody></table></div></section>
		<section class="o-card"><h2>${p("exceptions")}</h2>${odd.length ? html`<ul class="plain-list">${odd.map((user) => html`<li key=${user.id}><p><a href=${href(`users/${user.id}`)}>${user.full_name}</a> <small>${common(user.role)}</small></p><p class="o-tags">${exceptions(user).map((one) => html`<${Exception} key=${one.permission} of=${one} />`)}</p></li>`)}</ul>` : html`<p class="o-hint">${p("noExceptions")}</p>`}</section></div>`;
}

/** One person's permissions: a tick for each; what differs from the role is marked and can be taken back. */
export function Rights({ role, list, onChange, disabled }) {
	const base = usual(role);
	const toggle = (permission, on) => onChange(PERMISSIONS.filter((one) => (one === permission ? on : list.includes(one))));
	const odd = exceptions({ role, permissions: list });
	return html`<fieldset class="rights" disabled=${disabled}><legend>${p("permission")}</legend><p class="o-hint">${p("legend")}</p>
		${AREAS.map((area) => html`<div class="area" role="group" aria-label=${p(area)} key=${area}><b>${p(area)}</b><div>${PERMISSIONS.filter((one) => one.startsWith(`${area}:`)).map((one) => {
			const has = list.includes(one);
			const differs = has !== base.includes(one);
			const mark = has ? "granted" : "withdrawn";
			return html`<label key=${one} class=${`right ${differs ? mark : ""}`} title=${differs ? p(mark) : one}><input type="checkbox" name=${one} checked=${has} onChange=${(event) => toggle(one, event.target.checked)} /><span>${p(one.split(":")[1])}</span>${differs && html`<em aria-hidden="true">${has ? "+" : "−"}</em><span class="sr">(${p(mark)})</span>`}</label>`;
		})}</div></div>`)}
		<div class="differences" aria-live="polite">${odd.map((one) => html`<${Exception} key=${one.permission} of=${one} />`)}</div>
		${odd.length > 0 && !disabled && html`<button type="button" class="o-link" onClick=${() => onChange(base)}>${p("usual")}</button>`}
	</fieldset>`;
}
