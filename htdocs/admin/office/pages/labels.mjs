// Labels: what conversations are sorted by, each with a colour.
import { html } from "/vendor/html.mjs";
import { words } from "../ui/app.mjs";
import { ColorField, COLORS, Label } from "../ui/color.mjs";
import { Field } from "../ui/form.mjs";
import { Crud } from "../ui/list.mjs";
import { When } from "../ui/page.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	title: ["标签", "Labels"], hint: ["给对话分类，便于筛选和统计", "They sort conversations, for filters and views"],
	add: ["新建标签", "New label"], edit: ["编辑标签", "Edit the label"],
	empty: ["还没有标签", "No labels yet"], emptyHint: ["例如“退款”“VIP”。客服可以在对话里贴上标签。", "“Refund” or “VIP”, say. Agents put them on conversations."],
	remove: ["删除标签“{0}”？它会从所有对话上移除。", "Delete the label “{0}”? It comes off every conversation."],
	name: ["名称", "Title"], color: ["颜色", "Colour"], description: ["说明", "Description"],
}, common);

const fields = () => html`
	<${Field} name="title" label=${t("name")} maxlength="50" />
	<${ColorField} label=${t("color")} />
	<${Field} name="description" label=${t("description")} as="area" rows="2" optional />`;

export default () => html`<${Crud} path="/api/v1/labels" many="labels" nameOf=${(row) => row.title} fields=${fields}
	initial=${(row) => ({ title: row?.title ?? "", color: row?.color ?? COLORS[4], description: row?.description ?? "" })}
	columns=${[
		{ key: "title", label: t("name"), show: (row) => html`<${Label} of=${row} />` },
		{ key: "description", label: t("description"), class: "o-text", show: (row) => row.description },
		{ key: "updated", label: common("updatedAt"), class: "when", show: (row) => html`<${When} at=${row.updated_at} />` },
	]}
	words=${{ title: t("title"), hint: t("hint"), add: t("add"), editTitle: t("edit"), empty: t("empty"), emptyHint: t("emptyHint"), removeText: (name) => t("remove", name) }} />`;
