// Contacts: search in Chinese and Latin, by name, e-mail, phone or identifier; tags; export.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, download, href, visit, words } from "../ui/app.mjs";
import { Contact } from "../parts/contact.mjs";
import { Dialog } from "../ui/dialog.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { number } from "../ui/format.mjs";
import { Rows, useList } from "../ui/list.mjs";
import { Face, Page, Tag, When } from "../ui/page.mjs";
import { Pick, SearchBox } from "../ui/table.mjs";
import { say } from "../ui/toast.mjs";
import { common, errorText } from "../ui/words.mjs";

const t = words({
	title: ["客户", "Contacts"], hint: ["与您联系过的每一个人", "Everybody who ever wrote to you"], add: ["新建客户", "New contact"],
	empty: ["还没有客户", "No contacts yet"], emptyHint: ["有人发起对话时，客户会自动出现在这里。", "They appear by themselves when somebody starts a conversation."],
	search: ["姓名、邮箱、电话或标识", "Name, e-mail, phone or identifier"], name: ["姓名", "Name"], email: ["邮箱", "E-mail"], phone: ["电话", "Phone"], tags: ["标签", "Tags"], tag: ["标签", "Tag"],
	talks: ["对话", "Conversations"], seen: ["最近活动", "Last activity"], identifier: ["标识", "Identifier"], nameless: ["未命名", "No name"],
	last_activity_at: ["最近活动", "Last activity"], created_at: ["创建时间", "Creation"], conversations_count: ["对话数", "Conversations"],
	csv: ["导出 CSV", "Export CSV"], exporting: ["正在导出… {0} 部分", "Exporting… part {0}"], exported: ["导出完成", "The export is there"],
	needOne: ["姓名、邮箱、电话、标识至少填写一项", "At least one of name, e-mail, phone or identifier"],
}, common);

const columns = (onTag) => [
	{ key: "name", label: t("name"), show: (row) => html`<span class="o-who"><${Face} of=${row} /><a href=${href(`contacts/${row.id}`)}>${row.name || t("nameless")}</a></span>` },
	{ key: "email", label: t("email"), class: "o-text", show: (row) => row.email },
	{ key: "phone", label: t("phone"), show: (row) => row.phone },
	{ key: "tags", label: t("tags"), class: "o-text", show: (row) => row.tags.map((tag) => html`<button type="button" class="o-tag" key=${tag} onClick=${() => onTag(tag)}>${tag}</button> `) },
	{ key: "talks", label: t("talks"), class: "num", show: (row) => number(row.conversations_count) },
	{ key: "seen", label: t("seen"), class: "when", show: (row) => html`<${When} at=${row.last_activity_at} />` },
];

/** Part after part, because the API gives 10,000 at a time; the heading of later parts is left out. */
async function exportAll(onPart) {
	const parts = [];
	let after = 0;
	do {
		onPart(parts.length + 1);
		const response = await call.raw(`/api/v1/contacts/export?format=csv&after_id=${after}`);
		const text = await response.text();
		parts.push(parts.length ? text.slice(text.indexOf("\n") + 1) : `\ufeff${text.replace(/^\ufeff/, "")}`);
		after = Number(response.headers.get("X-Next-After-Id")) || 0;
	} while (after);
	download(new Blob(parts, { type: "text/csv;charset=utf-8" }), "contacts.csv");
}

function Export() {
	const [part, setPart] = useState(0);
	const start = async () => {
		try {
			await exportAll(setPart);
			say(t("exported"));
		} catch (error) {
			say(errorText(error), "bad");
		}
		setPart(0);
	};
	return html`<button type="button" onClick=${start} disabled=${part > 0}>${part ? t("exporting", part) : t("csv")}</button>`;
}

function New({ onClose }) {
	const form = useForm({ name: "", email: "", phone: "", identifier: "" }, async (values) => {
		const { contact } = await call.post("/api/v1/contacts", Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim())));
		say(common("created"));
		visit(`contacts/${contact.id}`);
	});
	return html`<${Dialog} title=${t("add")} onClose=${onClose}><${Form} form=${form}><p class="o-hint">${t("needOne")}</p>
		${["name", "email", "phone", "identifier"].map((name) => html`<${Field} key=${name} name=${name} label=${t(name)} type=${{ email: "email", phone: "tel" }[name] ?? "text"} />`)}
		<${Submit} words=${common("create")} always onCancel=${onClose} /></${Form}></${Dialog}>`;
}

function List() {
	const list = useList("/api/v1/contacts", { search: "", tag: "", sort: "" });
	const [adding, setAdding] = useState(false);
	const { filters, set } = list;
	const add = can("contacts:write") && html`<button type="button" class="primary" onClick=${() => setAdding(true)}>${t("add")}</button>`;
	return html`<${Page} title=${t("title")} hint=${t("hint")} actions=${html`<${Export} />${add}`}>
		<div class="filters">
			<${SearchBox} value=${filters.search} onInput=${(search) => set({ search })} label=${t("search")} />
			<label class="o-pick"><span>${t("tag")}</span><input value=${filters.tag} onInput=${(event) => set({ tag: event.target.value })} /></label>
			<${Pick} label=${common("reorder")} value=${filters.sort} options=${[["", t("last_activity_at")], ...["name", "created_at", "conversations_count"].map((key) => [key, t(key)])]} onChange=${(sort) => set({ sort })} />
		</div>
		<${Rows} list=${list} name="contacts" caption=${t("title")} columns=${columns((tag) => set({ tag }))} empty=${{ title: t("empty"), hint: t("emptyHint"), action: add }} />
		${adding && html`<${New} onClose=${() => setAdding(false)} />`}
	</${Page}>`;
}

export default ({ route }) => (route[0] ? html`<${Contact} key=${route[0]} id=${route[0]} />` : html`<${List} />`);
