// Left: views and the conversations, only the visible rows in the DOM.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { windowOf } from "/lib/thread.mjs";
import { exactTime, relativeTime, waitText } from "/lib/time.mjs";
import * as store from "./store.mjs";

const { t, lang } = store;
const ROW = 76;
export const nameOf = (item) => item.user.name || `${t("visitor")} ${item.user.user_id.slice(-4)}`;

function Row({ item, top, now }) {
	const chosen = store.openId.value === item.session_id;
	const minutes = item.waiting_since ? (now - new Date(item.waiting_since)) / 60000 : 0;
	const last = item.last_message;
	return html`<li style=${`top:${top}px`}>
		<button class=${`row ${item.unread_count ? "unread" : ""}`} aria-current=${chosen} onClick=${() => store.open(item.session_id)} data-session=${item.session_id}>
			<span class="line"><span class="name">${nameOf(item)}</span>
				${item.waiting_since && html`<span class=${`wait ${minutes >= 5 ? "late" : minutes >= 2 ? "soon" : ""}`}>${waitText(item.waiting_since, lang.value, now)}</span>`}
				<time title=${exactTime(last?.created_at ?? item.created_at, lang.value)}>${relativeTime(last?.created_at ?? item.created_at, lang.value, now)}</time></span>
			<span class="line"><span class="text">${last ? last.content : "…"}</span>${item.unread_count > 0 && html`<span class="badge">${item.unread_count}</span>`}</span>
			<span class="line tags"><span class=${`tag ${item.agent_type}`}>${item.agent_type === "ai" ? t("ai") : item.assignee?.name ?? t("waiting")}</span>
				${item.priority !== "medium" && html`<span class=${`tag priority-${item.priority}`}>${t(item.priority)}</span>`}</span>
		</button>
	</li>`;
}

function Rows() {
	const box = useRef();
	const [scroll, setScroll] = useState({ top: 0, height: 800 });
	const { items, state, total } = store.list.value;
	const measure = () => {
		setScroll({ top: box.current.scrollTop, height: box.current.clientHeight });
		if (items.length < total && box.current.scrollTop + box.current.clientHeight > (items.length - 5) * ROW) store.loadList(items.length);
	};
	useEffect(() => {
		const watch = new ResizeObserver(measure);
		watch.observe(box.current);
		return () => watch.disconnect();
	}, []);
	const [first, last] = windowOf(items.length, ROW, scroll.top, scroll.height);
	const now = store.clock.value;
	return html`<div class="rows" ref=${box} onScroll=${measure} tabindex="0" role="region" aria-label=${t("conversations")} aria-busy=${state === "loading"}>
		${state === "loading" && html`<p class="hint">${t("loading")}</p>`}
		${state === "failed" && html`<p class="hint">${t("failed")} <button onClick=${() => store.loadList()}>${t("retry")}</button></p>`}
		${state === "ready" && !items.length && html`<p class="hint"><strong>${t("empty")}</strong><br />${t("emptyHint")}</p>`}
		<ul style=${`height:${items.length * ROW}px`}>${items.slice(first, last).map((item, i) => html`<${Row} key=${item.id} item=${item} top=${(first + i) * ROW} now=${now} />`)}</ul>
	</div>`;
}

let searchTimer = 0;
const find = (event) => {
	store.search.value = event.target.value.trim();
	clearTimeout(searchTimer);
	searchTimer = setTimeout(() => store.loadList(), 250);
};

export function List() {
	const { counts } = store.list.value;
	const views = [["mine", counts.mine], ["unassigned", counts.unassigned], ["waiting", counts.waiting], ["all", counts.all], ["closedView"]];
	return html`<section class="list" aria-label=${t("conversations")}>
		<label class="search"><span class="sr">${t("search")}</span><input type="search" placeholder=${t("search")} onInput=${find} /></label>
		<nav class="views" aria-label=${t("views")}>${views.map(([key, count]) => html`<button aria-current=${store.view.value === key} onClick=${() => store.choose(key)}>${t(key)}${count !== undefined && html` <span class="count">${count}</span>`}</button>`)}</nav>
		<${Rows} />
	</section>`;
}
