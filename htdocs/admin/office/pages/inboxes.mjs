// Inboxes: where the widget stands.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, href, visit, words } from "../ui/app.mjs";
import { Dialog } from "../ui/dialog.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { Inbox } from "../parts/inbox.mjs";
import { Rows, useList } from "../ui/list.mjs";
import { Page, Tag, When } from "../ui/page.mjs";
import { say } from "../ui/toast.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	title: ["收件箱", "Inboxes"], hint: ["每个收件箱是一个网站上的聊天窗口", "Each is the chat window of one site"], add: ["新建收件箱", "New inbox"],
	empty: ["还没有收件箱", "No inboxes yet"], emptyHint: ["新建一个，把代码复制到您的网站，就可以开始聊天。", "Make one, copy its snippet into your site, and visitors can write."],
	name: ["名称", "Name"], nameHint: ["例如网站的名称", "The name of the site, say"], origins: ["允许的网站", "Allowed sites"], any: ["任何网站", "Any site"], state: ["状态", "State"], now: ["当前", "Now"], open: ["营业中", "Open"], closed: ["已打烊", "Closed"],
}, common);

function New({ onClose }) {
	const form = useForm({ name: "" }, async (values) => {
		const { inbox } = await call.post("/api/v1/inboxes", values);
		say(common("created"));
		visit(`inboxes/${inbox.id}`);
	});
	return html`<${Dialog} title=${t("add")} onClose=${onClose}><${Form} form=${form}><${Field} name="name" label=${t("name")} hint=${t("nameHint")} maxlength="100" /><${Submit} words=${common("create")} always onCancel=${onClose} /></${Form}></${Dialog}>`;
}

function List() {
	const list = useList("/api/v1/inboxes");
	const [adding, setAdding] = useState(false);
	const add = can("inboxes:write") && html`<button type="button" class="primary" onClick=${() => setAdding(true)}>${t("add")}</button>`;
	return html`<${Page} title=${t("title")} hint=${t("hint")} actions=${add}>
		<${Rows} list=${list} name="inboxes" caption=${t("title")} empty=${{ title: t("empty"), hint: t("emptyHint"), action: add }} columns=${[
			{ key: "name", label: t("name"), show: (row) => html`<span class="o-label"><i style=${`background:${row.color}`} aria-hidden="true"></i><a href=${href(`inboxes/${row.id}`)}>${row.name}</a></span>` },
			{ key: "origins", label: t("origins"), class: "o-text", show: (row) => (row.allowed_origins.length ? row.allowed_origins.join(" ") : t("any")) },
			{ key: "state", label: t("state"), show: (row) => html`<${Tag} kind=${row.enabled ? "ok" : ""}>${common(row.enabled ? "on" : "off")}</${Tag}>` },
			{ key: "open", label: t("now"), show: (row) => t(row.open ? "open" : "closed") },
			{ key: "updated", label: common("updatedAt"), class: "when", show: (row) => html`<${When} at=${row.updated_at} />` }]} />
		${adding && html`<${New} onClose=${() => setAdding(false)} />`}
	</${Page}>`;
}

export default ({ route }) => (route[0] ? html`<${Inbox} key=${route[0]} id=${route[0]} />` : html`<${List} />`);
