// Canned replies: what agents insert by "/" and a short code.
import { html } from "/vendor/html.mjs";
import { words } from "../ui/app.mjs";
import { Field } from "../ui/form.mjs";
import { Crud } from "../ui/list.mjs";
import { When } from "../ui/page.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	title: ["快捷回复", "Canned replies"], hint: ["客服在输入框中键入“/”和短代码即可插入", "Agents insert them by “/” and the short code"],
	add: ["新建快捷回复", "New canned reply"], edit: ["编辑快捷回复", "Edit the canned reply"],
	empty: ["还没有快捷回复", "No canned replies yet"], emptyHint: ["把常用的答复存下来，一键发送。", "Keep the answers that you write again and again."],
	remove: ["删除快捷回复“{0}”？", "Delete the canned reply “{0}”?"],
	code: ["短代码", "Short code"], codeHint: ["小写字母、数字、_ 和 -，例如 hello", "Lower-case letters, digits, _ and -; “hello”, say"], content: ["内容", "Text"],
}, common);

const fields = () => html`
	<${Field} name="short_code" label=${t("code")} hint=${t("codeHint")} spellcheck="false" maxlength="32" />
	<${Field} name="content" label=${t("content")} as="area" rows="6" />`;

export default () => html`<${Crud} path="/api/v1/canned-responses" many="canned_responses" nameOf=${(row) => `/${row.short_code}`} fields=${fields}
	initial=${(row) => ({ short_code: row?.short_code ?? "", content: row?.content ?? "" })}
	columns=${[
		{ key: "code", label: t("code"), show: (row) => html`<code>/${row.short_code}</code>` },
		{ key: "content", label: t("content"), class: "o-text prose", show: (row) => row.content },
		{ key: "updated", label: common("updatedAt"), class: "when", show: (row) => html`<${When} at=${row.updated_at} />` },
	]}
	words=${{ title: t("title"), hint: t("hint"), add: t("add"), editTitle: t("edit"), empty: t("empty"), emptyHint: t("emptyHint"), removeText: (name) => t("remove", name) }} />`;
