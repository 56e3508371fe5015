// The running of the site, for admins: a tab for each part of it.
import { html } from "/vendor/html.mjs";
import { href, words } from "../ui/app.mjs";
import { Page } from "../ui/page.mjs";
import { Empty } from "../ui/table.mjs";
import Backups from "../system/backups.mjs";
import Exports from "../system/exports.mjs";
import Health from "../system/health.mjs";
import Logs from "../system/logs.mjs";
import Maintenance from "../system/maintenance.mjs";
import Redis from "../system/redis.mjs";

const t = words({
	title: ["系统", "System"], parts: ["系统的各部分", "Parts of the system"], nothing: ["没有此页面", "There is no such page"],
	health: ["运行状况", "Health"], healthHint: ["各组件的状态与最近的性能，每 10 秒更新", "Every part's state and how quick it was lately, renewed every 10 seconds"],
	logs: ["日志", "Logs"], logsHint: ["每个程序日志的最后 1 MB", "The last megabyte of each program's log"],
	backups: ["备份", "Backups"], backupsHint: ["同一时刻的所有数据表和文件，由后台进程制作，不影响聊天", "All tables and files as they are at one moment, made in the background while people talk"],
	exports: ["导出", "Exports"], exportsHint: ["把消息写成文件，由后台进程制作", "Messages as a file, written in the background"],
	maintenance: ["维护模式", "Maintenance"], maintenanceHint: ["开启后，除管理员外所有人都会被拒绝，并看到您的说明", "While it is on, all but admins are refused, and read what you say"],
	redis: ["Redis", "Redis"], redisHint: ["只涉及本系统的键；数据都在数据库中，Redis 只保存可重建的内容", "Deskbell's keys alone. The truth is in the database: what is here can be made again"],
});
const PARTS = { health: Health, logs: Logs, backups: Backups, exports: Exports, maintenance: Maintenance, redis: Redis };

export default function System({ route }) {
	const name = route[0] || "health";
	const Part = Object.hasOwn(PARTS, name) ? PARTS[name] : null;
	return html`<${Page} title=${Part ? t(name) : t("nothing")} hint=${Part && t(`${name}Hint`)} class="system">
		<nav class="tabs" aria-label=${t("parts")}>${Object.keys(PARTS).map((part) => html`<a key=${part} href=${href(part === "health" ? "system" : `system/${part}`)} aria-current=${part === name ? "page" : undefined}>${t(part)}</a>`)}</nav>
		${Part ? html`<${Part} key=${name} />` : html`<${Empty} title=${t("nothing")} />`}
	</${Page}>`;
}
