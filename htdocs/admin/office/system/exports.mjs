// Exports: messages as CSV or JSON, written by the worker: begun here, watched, downloaded until they expire.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { sizeText } from "/lib/time.mjs";
import { call, downloadFrom, words } from "../ui/app.mjs";
import { Confirm } from "../ui/dialog.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { number, percent } from "../ui/format.mjs";
import { Rows, useList } from "../ui/list.mjs";
import { useEvery } from "../ui/load.mjs";
import { Tag, When } from "../ui/page.mjs";
import { say } from "../ui/toast.mjs";
import { common, errorText } from "../ui/words.mjs";

const t = words({
	caption: ["导出列表", "Exports"], begin: ["新导出", "New export"], go: ["开始导出", "Begin"], begun: ["导出已开始", "The export has begun"],
	format: ["格式", "Format"], csv: ["CSV（表格）", "CSV, for spreadsheets"], json: ["JSON", "JSON"],
	query: ["包含的文字", "Words in it"], from: ["发送者编号", "Sender's id"], fromHint: ["例如 kehu_001；智能助手是 ai", "kehu_001, say; the assistant is ai"], to: ["接收者编号", "Receiver's id"],
	session: ["会话", "Session"], sessionHint: ["客户编号:客服编号", "customer:agent"], type: ["消息类型", "Kind of message"], Text: ["文字", "Text"], Image: ["图片", "Image"], File: ["文件", "File"],
	start: ["从", "From"], end: ["到（含当天）", "To, that day too"], filters: ["只导出部分消息", "Some of the messages alone"],
	what: ["内容", "What"], all: ["全部消息", "All messages"], state: ["状态", "State"], size: ["消息 / 大小", "Messages, size"], by: ["创建人", "By"], at: ["创建于", "Begun"], expires: ["过期", "Expires"],
	processing: ["进行中", "Being written"], completed: ["已完成", "Complete"], failed: ["失败", "Failed"], count: ["{0} 条", "{0}"],
	download: ["下载", "Download"], stop: ["停止并删除", "Stop and delete"], removeText: ["删除此导出及其文件？", "Delete this export and its file?"],
	empty: ["还没有导出", "No exports yet"], emptyHint: ["导出的文件保留 7 天。", "Their files are kept for seven days."],
});
const PATH = "/api/messages/export";
const KIND = { processing: "warn", completed: "ok", failed: "bad" };
const EMPTY = { format: "csv", query: "", from_user: "", to_user: "", session_id: "", content_type: "", start_date: "", end_date: "" };

function Begin({ onBegun }) {
	const form = useForm(EMPTY, async (values) => {
		await call.post(PATH, Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.trim()]).filter(([, value]) => value)));
		say(t("begun"));
		onBegun();
	});
	const [open, setOpen] = useState(false);
	const wrong = Object.keys(form.errors).some((name) => name); // a field at fault is to be seen
	return html`<section class="o-card begin"><h2>${t("begin")}</h2><${Form} form=${form} label=${t("begin")}>
		<div class="fields"><${Field} name="format" label=${t("format")} as="select" options=${["csv", "json"].map((key) => [key, t(key)])} /></div>
		<details open=${open || wrong} onToggle=${(event) => setOpen(event.currentTarget.open)}><summary>${t("filters")}</summary><div class="fields">
			<${Field} name="start_date" label=${t("start")} type="date" /><${Field} name="end_date" label=${t("end")} type="date" />
			<${Field} name="query" label=${t("query")} maxlength="200" /><${Field} name="content_type" label=${t("type")} as="select" options=${[["", common("all")], ...["Text", "Image", "File"].map((key) => [key, t(key)])]} />
			<${Field} name="from_user" label=${t("from")} hint=${t("fromHint")} spellcheck="false" maxlength="64" /><${Field} name="to_user" label=${t("to")} spellcheck="false" maxlength="64" />
			<${Field} name="session_id" label=${t("session")} hint=${t("sessionHint")} spellcheck="false" maxlength="129" />
		</div></details>
		<${Submit} words=${t("go")} always /></${Form}></section>`;
}

const day = (iso) => iso && iso.slice(0, 10);
function What({ row }) {
	const parts = [row.query && `“${row.query}”`, row.from_user && `${row.from_user} →`, row.to_user && `→ ${row.to_user}`, (row.start_date || row.end_date) && `${day(row.start_date) ?? ""} … ${row.end_date ? day(new Date(new Date(row.end_date) - 1).toISOString()) : ""}`].filter(Boolean);
	return html`<b>${row.format.toUpperCase()}</b> <span class="o-muted">${parts.length ? parts.join(" · ") : t("all")}</span>`;
}

const Progress = ({ row }) => (row.status === "processing" ? html`<span class="o-line"><progress max="1" value=${row.progress} aria-label=${t("processing")}></progress><small>${percent(row.progress)}</small></span>` : html`<${Tag} kind=${KIND[row.status]}>${t(row.status)}</${Tag}>`);

function Actions({ row, onRemove }) {
	const [busy, setBusy] = useState(false);
	const download = async () => {
		setBusy(true);
		try {
			downloadFrom((await call.post(`${PATH}/${row.export_id}/link`)).download_url);
		} catch (error) {
			say(errorText(error), "bad");
		}
		setBusy(false);
	};
	const name = `${row.format.toUpperCase()} ${row.created_at}`;
	const remove = row.status === "processing" ? t("stop") : common("remove");
	return html`${row.status === "completed" && html`<button type="button" class="o-link" disabled=${busy} aria-label=${`${t("download")}: ${name}`} onClick=${download}>${t("download")}</button>`}
		<button type="button" class="o-link bad" aria-label=${`${remove}: ${name}`} onClick=${() => onRemove(row)}>${remove}</button>`;
}

const columns = (onRemove) => [
	{ key: "what", label: t("what"), show: (row) => html`<${What} row=${row} />` },
	{ key: "state", label: t("state"), show: (row) => html`<${Progress} row=${row} />` },
	{ key: "size", label: t("size"), class: "num", show: (row) => html`${t("count", number(row.message_count))} <small>${sizeText(row.size_bytes)}</small>` },
	{ key: "by", label: t("by"), show: (row) => row.created_by },
	{ key: "at", label: t("at"), class: "when", show: (row) => html`<${When} at=${row.created_at} />` },
	{ key: "expires", label: t("expires"), class: "when", show: (row) => html`<${When} at=${row.expires_at} />` },
	{ key: "act", label: common("actions"), class: "o-act", show: (row) => html`<${Actions} row=${row} onRemove=${onRemove} />` },
];

export default function Exports() {
	const list = useList(PATH);
	const [removing, setRemoving] = useState(null);
	const working = list.load.data?.exports.some((row) => row.status === "processing");
	useEvery(2, () => working && list.load.renew());
	const begun = () => {
		list.turn(1);
		list.load.reload();
	};
	const removed = (good) => {
		setRemoving(null);
		if (!good) return;
		say(common("removed"));
		list.load.reload();
	};
	const calm = { ...list, load: { ...list.load, busy: list.load.busy && !working } };
	return html`<${Begin} onBegun=${begun} />
		<section><${Rows} list=${calm} name="exports" caption=${t("caption")} keyOf=${(row) => row.export_id} columns=${columns(setRemoving)} empty=${{ title: t("empty"), hint: t("emptyHint") }} /></section>
		${removing && html`<${Confirm} title=${common("sureTitle")} text=${t("removeText")} verb=${removing.status === "processing" ? t("stop") : undefined} work=${() => call.del(`${PATH}/${removing.export_id}`)} onClose=${removed} />`}`;
}
