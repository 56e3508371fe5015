// Redis: how it is, Deskbell's keys some at a time, and forgetting what MySQL knows anyway.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { sizeText } from "/lib/time.mjs";
import { call, query, words } from "../ui/app.mjs";
import { Confirm } from "../ui/dialog.mjs";
import { duration, number } from "../ui/format.mjs";
import { Bones, Loaded, Trouble, useEvery, useLoad, useRest } from "../ui/load.mjs";
import { Tag } from "../ui/page.mjs";
import { Empty, SearchBox, Table } from "../ui/table.mjs";
import { say } from "../ui/toast.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	state: ["状态", "State"], connected: ["已连接", "Connected"], away: ["未连接", "Away"], version: ["版本", "Version"], memory: ["内存", "Memory"], clients: ["连接数", "Connections"], all: ["键总数（含其他程序）", "Keys, other programs' too"], uptime: ["运行时间", "Up for"],
	keys: ["本系统的键", "Deskbell's keys"], pattern: ["键名，* 代表任意字符", "Name of a key; * is anything"], key: ["键", "Key"], type: ["类型", "Type"], ttl: ["剩余时间", "Lives for"], forever: ["不过期", "for good"],
	shown: ["已列出 {0} 个键", "{0} keys are shown"], complete: ["已全部列出", "That is all of them"], more: ["继续扫描", "Look further"], none: ["没有匹配的键", "No key matches"],
	flush: ["清理", "Flush"], flushTitle: ["清理缓存", "Flush"], flushAll: ["清理 Redis 中本系统可重建的所有内容？", "Forget everything of Deskbell's in Redis that can be made again?"], flushSome: ["清理匹配“{0}”的键？", "Forget the keys that match “{0}”?"],
	flushHint: ["数据库中的内容不受影响。在线状态、频率限制、登录保护和维护模式会保留。其他程序的键不会被触及。", "Nothing that the database holds is lost. Who is online, limits, the guard of sign-ins and maintenance mode stay, and keys of other programs are not touched."],
	flushed: ["已清理 {0} 个键", "{0} keys are gone"], word: ["清理", "flush"],
});
const COUNT = 100;

const Status = ({ of }) => html`<section class="o-card"><h2>${t("state")}</h2>
	<p><${Tag} kind=${of.connected ? "ok" : "bad"}>${t(of.connected ? "connected" : "away")}</${Tag}></p>
	${of.connected && html`<dl class="facts">${[["version", of.version], ["memory", sizeText(of.used_memory)], ["clients", number(of.connected_clients)], ["all", number(of.keys)], ["uptime", duration(of.uptime_seconds)]].map(([key, value]) => html`<div key=${key}><dt>${t(key)}</dt><dd>${value}</dd></div>`)}</dl>`}</section>`;

/** Steps of SCAN one after another: {keys, cursor, busy, error, more, again}; what a step gives twice is shown once. */
function useKeys(pattern) {
	const [state, setState] = useState({ keys: [], cursor: "0", busy: true, error: null });
	const asked = useRef(0);
	const look = async (begun, cursor) => {
		const mine = ++asked.current;
		setState((before) => ({ ...before, busy: true, error: null }));
		try {
			const found = new Map(begun.map((one) => [one.key, one]));
			let at = cursor;
			for (let steps = 0; steps < 20; steps++) {
				const data = await call.get(`/api/redis/keys${query({ pattern, cursor: at, count: 1000 })}`);
				if (mine !== asked.current) return;
				for (const one of data.keys) found.set(one.key, one);
				at = data.cursor;
				if (at === "0" || found.size >= begun.length + COUNT) break;
			}
			setState({ keys: [...found.values()], cursor: at, busy: false, error: null });
		} catch (error) {
			if (mine === asked.current) setState((before) => ({ ...before, busy: false, error }));
		}
	};
	const again = () => look([], "0");
	useEffect(() => {
		again();
		return () => asked.current++;
	}, [pattern]);
	return { ...state, more: () => look(state.keys, state.cursor), again };
}

function Found({ of }) {
	if (of.error) return html`<${Trouble} error=${of.error} onRetry=${of.again} />`;
	if (!of.keys.length && of.busy) return html`<${Bones} count=${5} />`;
	if (!of.keys.length) return html`<${Empty} title=${t("none")}>${of.cursor !== "0" && html`<button type="button" onClick=${of.more}>${t("more")}</button>`}</${Empty}>`;
	return html`<div class=${of.busy ? "dim" : ""}><${Table} caption=${t("keys")} keyOf=${(row) => row.key} rows=${of.keys} columns=${[
		{ key: "key", label: t("key"), class: "url", show: (row) => html`<code>${row.key}</code>` },
		{ key: "type", label: t("type"), show: (row) => row.type },
		{ key: "ttl", label: t("ttl"), class: "num", show: (row) => (row.ttl < 0 ? t("forever") : duration(row.ttl)) }]} /></div>
		<p class="o-row"><span class="o-muted" role="status">${t("shown", number(of.keys.length))}${of.cursor === "0" ? ` · ${t("complete")}` : ""}</span>${of.cursor !== "0" && html`<button type="button" disabled=${of.busy} onClick=${of.more}>${t("more")}</button>`}</p>`;
}

export default function Redis() {
	const status = useLoad(() => call.get("/api/redis/status"), []);
	const [pattern, setPattern] = useState("");
	const rested = useRest(pattern.trim());
	const keys = useKeys(rested);
	const [asking, setAsking] = useState(false);
	useEvery(10, status.renew);
	const flush = async () => {
		const { deleted } = await call.post("/api/redis/flush", { confirm: true, ...(rested ? { pattern: rested } : {}) });
		say(t("flushed", number(deleted)));
		keys.again();
		status.reload();
	};
	return html`<${Loaded} load=${status} bones=${3}>${(data) => html`<${Status} of=${data} />`}</${Loaded}>
		<section class="o-card follows"><h2>${t("keys")}</h2>
			<div class="filters"><${SearchBox} value=${pattern} label=${t("pattern")} onInput=${setPattern} /><button type="button" class="danger quiet" onClick=${() => setAsking(true)}>${t("flush")}</button></div>
			<${Found} of=${keys} /></section>
		${asking && html`<${Confirm} title=${t("flushTitle")} text=${rested ? t("flushSome", rested) : t("flushAll")} verb=${t("flush")} typed=${t("word")} work=${flush} onClose=${() => setAsking(false)}><p class="o-note">${t("flushHint")}</p></${Confirm}>`}`;
}
