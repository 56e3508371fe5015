// Backups: made now, taken away, deleted; and how one is brought back.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { sizeText } from "/lib/time.mjs";
import { call, downloadFrom, words } from "../ui/app.mjs";
import { Confirm } from "../ui/dialog.mjs";
import { duration, number } from "../ui/format.mjs";
import { Rows, useList } from "../ui/list.mjs";
import { useEvery } from "../ui/load.mjs";
import { Copy, Tag, When } from "../ui/page.mjs";
import { say } from "../ui/toast.mjs";
import { common, errorText } from "../ui/words.mjs";

const t = words({
	caption: ["备份列表", "Backups"], make: ["立即备份", "Make a backup now"], made: ["备份已开始", "A backup has begun"], done: ["备份已完成", "The backup is complete"],
	file: ["文件", "File"], at: ["开始于", "Begun"], took: ["用时", "Took"], size: ["大小", "Size"], state: ["状态", "State"],
	processing: ["进行中", "Being made"], completed: ["已完成", "Complete"], failed: ["失败", "Failed"], working: ["正在备份，聊天不受影响", "Being made; nobody has to wait for it"],
	no_room: ["磁盘空间不足", "No room on the disk"], tables: ["数据表导出失败，详情见日志", "The tables could not be read; the log tells more"], files: ["文件打包失败，详情见日志", "The files could not be packed; the log tells more"], unknown: ["原因未知，详情见日志", "The log tells more"],
	download: ["下载", "Download"], removeText: ["删除备份“{0}”？删除后无法恢复。", "Delete the backup “{0}”? It cannot be brought back."],
	empty: ["还没有备份", "No backups yet"], emptyHint: ["备份含有所有数据表和上传的文件。", "One holds every table and every uploaded file."],
	keep: ["保留期限", "How long they are kept"], keepText: ["超过 {0} 天的备份会自动删除。", "Backups older than {0} days are deleted by themselves."],
	keepChange: ["在设置中修改", "Change it in the settings"],
	restore: ["恢复备份", "Bringing one back"],
	restoreText: ["在服务器上执行。它会停止服务，把所有数据表和文件恢复为备份时的样子；之后产生的消息和文件会丢失。完成后再启动。", "On the server. It stops the site and makes all tables and files what they were then: what was said or uploaded since is lost. Start it again afterwards."],
	restoreHint: ["FILE 是备份文件的路径：下载到的文件，或 DESKBELL_VAR 下 files/backup 中的文件。请先备份当前数据；已有的备份文件会保留。", "FILE is the archive's path: the one that was downloaded, or the one that lies in files/backup below DESKBELL_VAR. Make a backup of now first; archives that lie there stay."],
	command: ["命令", "Command"],
});
const PATH = "/api/system/backup";
const KIND = { processing: "warn", completed: "ok", failed: "bad" };
const took = ({ started_at: from, finished_at: to }) => to && duration(Math.max(0, (new Date(to) - new Date(from)) / 1000));

function Actions({ row, onRemove }) {
	const [busy, setBusy] = useState(false);
	const download = async () => {
		setBusy(true);
		try {
			downloadFrom((await call.post(`${PATH}/${row.backup_id}/link`)).download_url);
		} catch (error) {
			say(errorText(error), "bad");
		}
		setBusy(false);
	};
	if (row.status === "processing") return html`<progress aria-label=${t("working")}></progress>`;
	return html`${row.status === "completed" && html`<button type="button" class="o-link" disabled=${busy} aria-label=${`${t("download")}: ${row.filename}`} onClick=${download}>${t("download")}</button>`}
		<button type="button" class="o-link bad" aria-label=${`${common("remove")}: ${row.filename}`} onClick=${() => onRemove(row)}>${common("remove")}</button>`;
}

const columns = (onRemove) => [
	{ key: "file", label: t("file"), class: "url", show: (row) => html`<code>${row.filename}</code>` },
	{ key: "state", label: t("state"), show: (row) => html`<${Tag} kind=${KIND[row.status]}>${t(row.status)}</${Tag}>${row.reason && html` <small class="o-muted">${t(row.reason)}</small>`}` },
	{ key: "at", label: t("at"), class: "when", show: (row) => html`<${When} at=${row.started_at} />` },
	{ key: "took", label: t("took"), class: "num", show: took },
	{ key: "size", label: t("size"), class: "num", show: (row) => row.status === "completed" && sizeText(row.size_bytes) },
	{ key: "act", label: common("actions"), class: "o-act", show: (row) => html`<${Actions} row=${row} onRemove=${onRemove} />` },
];

const Restore = ({ file }) => {
	const command = `make stop restore FILE=${file} && make start`;
	return html`<section class="o-card"><h2>${t("restore")}</h2><p>${t("restoreText")}</p>
		<div class="secret"><code tabindex="0" aria-label=${t("command")}>${command}</code><${Copy} text=${command} /></div><p class="o-hint">${t("restoreHint")}</p></section>`;
};

export default function Backups() {
	const list = useList(PATH);
	const [removing, setRemoving] = useState(null);
	const [busy, setBusy] = useState(false);
	const data = list.load.data;
	const working = data?.backups.some((row) => row.status === "processing");
	useEvery(2, () => working && list.load.renew());
	const make = async () => {
		setBusy(true);
		try {
			await call.post(PATH);
			say(t("made"));
			list.turn(1);
			list.load.reload();
		} catch (error) {
			say(errorText(error), "bad");
		}
		setBusy(false);
	};
	const removed = (good) => {
		setRemoving(null);
		if (!good) return;
		say(common("removed"));
		list.load.reload();
	};
	const add = html`<button type="button" class="primary" disabled=${busy || working} onClick=${make}>${t("make")}</button>`;
	const calm = { ...list, load: { ...list.load, busy: list.load.busy && !working } };
	return html`<div class="filters">${data?.backups.length > 0 && add}<span class="o-muted" role="status">${working ? t("working") : ""}</span></div>
		<${Rows} list=${calm} name="backups" caption=${t("caption")} keyOf=${(row) => row.backup_id} columns=${columns(setRemoving)} empty=${{ title: t("empty"), hint: t("emptyHint"), action: add }} />
		${data && html`<div class="columns">
			<${Restore} file=${data.backups.find((row) => row.status === "completed")?.filename ?? "deskbell-….tar.gz"} />
			<section class="o-card"><h2>${t("keep")}</h2><p>${t("keepText", number(data.keep_days))}</p><p><a href="#/office/settings">${t("keepChange")}</a></p></section>
		</div>`}
		${removing && html`<${Confirm} title=${common("sureTitle")} text=${t("removeText", removing.filename)} work=${() => call.del(`${PATH}/${removing.backup_id}`)} onClose=${removed} />`}`;
}
