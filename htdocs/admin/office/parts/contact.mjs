// One contact: what is known, tags and attributes, its conversations, merge and erase.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, query, visit, words } from "../ui/app.mjs";
import { Confirm, Dialog } from "../ui/dialog.mjs";
import { Chips, Field, Form, Submit, useForm } from "../ui/form.mjs";
import { number } from "../ui/format.mjs";
import { Loaded, useLoad, useRest } from "../ui/load.mjs";
import { Face, Page, Tag, When } from "../ui/page.mjs";
import { Empty, SearchBox, Table } from "../ui/table.mjs";
import { say } from "../ui/toast.mjs";
import { common, errorText } from "../ui/words.mjs";

const t = words({
	title: ["客户", "Contacts"], nameless: ["未命名", "No name"], details: ["资料", "Details"], name: ["姓名", "Name"], email: ["邮箱", "E-mail"], phone: ["电话", "Phone"], identifier: ["标识", "Identifier"],
	identifierHint: ["您自己系统中的客户编号", "The customer's number in your own system"], tags: ["标签", "Tags"], tagsHint: ["输入后按 Enter 添加", "Enter adds one"],
	attributes: ["自定义属性", "Custom attributes"], key: ["名称", "Name"], value: ["值", "Value"], addAttribute: ["添加属性", "Add an attribute"], noAttributes: ["没有自定义属性", "No custom attributes"],
	talks: ["对话", "Conversations"], noTalks: ["没有您可以查看的对话", "No conversations that you may see"], status: ["状态", "State"], assignee: ["负责人", "Assignee"], started: ["开始于", "Started"], number: ["编号", "Number"], open: ["查看", "Open"],
	merge: ["合并", "Merge"], mergeTitle: ["把另一位客户合并到“{0}”", "Merge another contact into “{0}”"], mergeHint: ["选择重复的客户。它的对话会移到这里，它本身将被移除。此操作无法撤销。", "Choose the duplicate. Its conversations come here and it is gone. This cannot be undone."],
	find: ["搜索要合并的客户", "Search the other contact"], result: ["合并后的结果", "What it will be"], from: ["取自对方", "from the other one"], doMerge: ["合并", "Merge"], merged: ["已合并", "Merged"], change: ["换一个", "Another one"],
	remove: ["删除", "Delete"], removeText: ["删除“{0}”？其对话会保留。", "Delete “{0}”? The conversations stay."],
	erase: ["彻底抹除", "Erase"], eraseText: ["永久抹除“{0}”的个人信息及其写过的所有内容。统计数字保留。此操作无法撤销。", "Personal data of “{0}” and all that it wrote go for good. Figures stay. This cannot be undone."], eraseWord: ["抹除", "erase"], erased: ["已抹除", "Erased"],
	seen: ["最近活动", "Last activity"], since: ["首次联系", "First seen"], count: ["对话数", "Conversations"],
}, common);

/* Attributes are shown as lines of name and value; what is no text (numbers, objects) is kept as JSON. */
const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));
const meant = (text, before) => {
	if (before !== undefined && shown(before) === text) return before;
	try {
		return typeof before === "string" || before === undefined ? text : JSON.parse(text);
	} catch {
		return text;
	}
};
const linesOf = (attributes) => Object.entries(attributes).map(([key, value], id) => ({ id, key, value: shown(value) }));
const objectOf = (lines, before) => Object.fromEntries(lines.filter((line) => line.key.trim()).map((line) => [line.key.trim(), meant(line.value, before[line.key.trim()])]));

const Attributes = ({ lines, onChange, disabled }) => html`<div class="lines">
	${lines.map((line) => html`<div class="pair" key=${line.id}>
		<input aria-label=${t("key")} value=${line.key} disabled=${disabled} onInput=${(event) => onChange(lines.map((one) => (one === line ? { ...one, key: event.target.value } : one)))} />
		<input aria-label=${`${t("value")}: ${line.key}`} value=${line.value} disabled=${disabled} onInput=${(event) => onChange(lines.map((one) => (one === line ? { ...one, value: event.target.value } : one)))} />
		${!disabled && html`<button type="button" class="o-icon" aria-label=${`${common("remove")}: ${line.key}`} onClick=${() => onChange(lines.filter((one) => one !== line))}>✕</button>`}
	</div>`)}
	${!lines.length && disabled && html`<p class="o-hint">${t("noAttributes")}</p>`}
	${!disabled && html`<button type="button" class="o-link" onClick=${() => onChange([...lines, { id: Math.max(0, ...lines.map((one) => one.id)) + 1, key: "", value: "" }])}>+ ${t("addAttribute")}</button>`}
</div>`;

function Facts({ contact, onSaved }) {
	const may = can("contacts:write");
	const form = useForm({ name: contact.name ?? "", email: contact.email ?? "", phone: contact.phone ?? "", identifier: contact.identifier ?? "", tags: contact.tags, custom_attributes: linesOf(contact.custom_attributes) }, async (values) => {
		const body = { tags: values.tags, custom_attributes: objectOf(values.custom_attributes, contact.custom_attributes) };
		for (const key of ["name", "email", "phone", "identifier"]) if (values[key] !== (contact[key] ?? "")) body[key] = values[key];
		onSaved(await call.put(`/api/v1/contacts/${contact.id}`, body));
		say(common("saved"));
	});
	return html`<section class="o-card"><h2>${t("details")}</h2><${Form} form=${form}><fieldset disabled=${!may}>
		<${Field} name="name" label=${t("name")} maxlength="100" />
		<${Field} name="email" label=${t("email")} type="email" maxlength="254" />
		<${Field} name="phone" label=${t("phone")} type="tel" />
		<${Field} name="identifier" label=${t("identifier")} hint=${t("identifierHint")} />
		<${Field} name="tags" label=${t("tags")} hint=${may ? t("tagsHint") : ""} as="custom">${(attributes, set, list) => html`<${Chips} attributes=${attributes} list=${list} onChange=${set} disabled=${!may} />`}</${Field}>
		<${Field} name="custom_attributes" label=${t("attributes")} as="custom">${(attributes, set, lines) => html`<div id=${attributes.id} tabindex="-1" data-invalid=${attributes["aria-invalid"]} role="group" aria-label=${t("attributes")}><${Attributes} lines=${lines} onChange=${set} disabled=${!may} /></div>`}</${Field}>
		</fieldset>${may ? html`<${Submit} />` : html`<p class="o-hint">${common("readOnly")}</p>`}</${Form}></section>`;
}

const Talks = ({ list }) => html`<section class="o-card"><h2>${t("talks")}</h2>${list.length ? html`<${Table} caption=${t("talks")} rows=${list} columns=${[
	{ key: "number", label: t("number"), show: (row) => html`<a href=${`#/all/${row.id}`}>#${row.id}</a>` },
	{ key: "status", label: t("status"), show: (row) => html`<${Tag} kind=${row.status}>${common(row.status)}</${Tag}>` },
	{ key: "assignee", label: t("assignee"), show: (row) => row.assignee?.full_name ?? (row.current_agent_type === "ai" ? common("ai") : common("none")) },
	{ key: "started", label: t("started"), class: "when", show: (row) => html`<${When} at=${row.created_at} />` },
]} />` : html`<${Empty} title=${t("noTalks")} />`}</section>`;

/** What a merge makes of two, by the rules of the server: what is missing here comes from the other one. */
export function mergedOf(mine, other) {
	const facts = ["name", "email", "phone", "identifier"].map((key) => {
		// without an identifier of its own the API shows the user_id in its place
		const own = (one) => (key === "identifier" && one.identifier === one.user_id ? "" : one[key]);
		return { key, value: own(mine) || own(other) || "", taken: !own(mine) && Boolean(own(other)) };
	});
	return { facts, tags: [...new Set([...mine.tags, ...other.tags])], attributes: { ...other.custom_attributes, ...mine.custom_attributes }, count: mine.conversations_count + other.conversations_count };
}

function Preview({ mine, other }) {
	const { facts, tags, attributes, count } = mergedOf(mine, other);
	return html`<section class="preview"><h3>${t("result")}</h3><dl class="facts">
		${facts.map(({ key, value, taken }) => html`<div key=${key}><dt>${t(key)}</dt><dd>${value || common("none")}${taken && html` <${Tag} kind="ok">${t("from")}</${Tag}>`}</dd></div>`)}
		<div><dt>${t("tags")}</dt><dd>${tags.length ? tags.map((tag) => html`<${Tag} key=${tag}>${tag}</${Tag}> `) : common("none")}</dd></div>
		${Object.entries(attributes).map(([key, value]) => html`<div key=${key}><dt>${key}</dt><dd>${shown(value)}${!(key in mine.custom_attributes) && html` <${Tag} kind="ok">${t("from")}</${Tag}>`}</dd></div>`)}
		<div><dt>${t("count")}</dt><dd>${number(count)}</dd></div></dl></section>`;
}

function Merge({ contact, onClose, onMerged }) {
	const [text, setText] = useState("");
	const [other, setOther] = useState(null);
	const [error, setError] = useState("");
	const [busy, setBusy] = useState(false);
	const rested = useRest(text.trim());
	const load = useLoad(() => (rested ? call.get(`/api/v1/contacts${query({ search: rested, per_page: 8 })}`) : { contacts: [] }), [rested]);
	const found = (load.data?.contacts ?? []).filter((one) => one.id !== contact.id);
	const merge = async () => {
		setBusy(true);
		try {
			onMerged(await call.post(`/api/v1/contacts/${contact.id}/merge`, { merge_from: other.id }));
			say(t("merged"));
		} catch (problem) {
			setError(errorText(problem));
			setBusy(false);
		}
	};
	return html`<${Dialog} wide title=${t("mergeTitle", contact.name || t("nameless"))} onClose=${onClose}>
		<p class="o-hint">${t("mergeHint")}</p>
		${!other ? html`<${SearchBox} value=${text} onInput=${setText} label=${t("find")} />
			<ul class="choices" aria-busy=${load.busy}>${found.map((one) => html`<li key=${one.id}><button type="button" onClick=${() => setOther(one)}><${Face} of=${one} /><span><b>${one.name || t("nameless")}</b><small>${[one.email, one.phone, one.identifier].filter(Boolean).join(" · ")}</small></span></button></li>`)}
			${rested && load.data && !load.busy && !found.length && html`<li><p class="o-hint">${common("nothingFound")}</p></li>`}</ul>`
			: html`<p class="o-who"><${Face} of=${other} /><span><b>${other.name || t("nameless")}</b><small>${[other.email, other.phone].filter(Boolean).join(" · ")}</small></span> <button type="button" class="o-link" onClick=${() => setOther(null)}>${t("change")}</button></p><${Preview} mine=${contact} other=${other} />`}
		${error && html`<p class="field-error" role="alert">${error}</p>`}
		<footer><button type="button" onClick=${onClose}>${common("cancel")}</button><button type="button" class="primary" disabled=${!other || busy} onClick=${merge}>${t("doMerge")}</button></footer>
	</${Dialog}>`;
}

export function Contact({ id }) {
	const load = useLoad(() => call.get(`/api/v1/contacts/${id}`), [id]);
	const [asking, setAsking] = useState("");
	const contact = load.data?.contact;
	const name = contact?.name || t("nameless");
	const left = (word) => (good) => {
		setAsking("");
		if (!good) return;
		say(word);
		visit("contacts");
	};
	const button = (what, permission, kind) => contact && can(permission) && html`<button type="button" class=${kind} onClick=${() => setAsking(what)}>${t(what)}</button>`;
	return html`<${Page} title=${contact ? name : t("title")} back=${["contacts", t("title")]} actions=${html`${button("merge", "contacts:write", "")}${button("remove", "contacts:delete", "danger quiet")}${button("erase", "contacts:delete", "danger quiet")}`}>
		<${Loaded} load=${load}>${({ contact: one }) => html`<dl class="facts"><div><dt>${t("count")}</dt><dd>${number(one.conversations_count)}</dd></div><div><dt>${t("seen")}</dt><dd><${When} at=${one.last_activity_at} /></dd></div><div><dt>${t("since")}</dt><dd><${When} at=${one.created_at} /></dd></div></dl>
			<div class="columns"><${Facts} key=${`${one.id}:${one.updated_at}`} contact=${one} onSaved=${load.put} /><${Talks} list=${one.conversations} /></div>`}</${Loaded}>
		${asking === "merge" && html`<${Merge} contact=${contact} onClose=${() => setAsking("")} onMerged=${(data) => {
			load.put(data);
			setAsking("");
		}} />`}
		${asking === "remove" && html`<${Confirm} title=${t("remove")} text=${t("removeText", name)} work=${() => call.del(`/api/v1/contacts/${id}`)} onClose=${left(common("removed"))} />`}
		${asking === "erase" && html`<${Confirm} title=${t("erase")} text=${t("eraseText", name)} verb=${t("erase")} typed=${t("eraseWord")} work=${() => call.post(`/api/v1/contacts/${id}/erase`)} onClose=${left(t("erased"))} />`}
	</${Page}>`;
}
