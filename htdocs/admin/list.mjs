// Middle: the conversations of the chosen view; only the rows that can be seen are in the DOM.
import { html } from "/vendor/html.mjs";
import { useEffect, useLayoutEffect, useRef, useState } from "/vendor/hooks.mjs";
import { windowOf } from "/lib/thread.mjs";
import { exactTime, relativeTime, waitText } from "/lib/time.mjs";
import { clock, lang, sayError, t } from "./base.mjs";
import { Avatar, Icon } from "/lib/icons.mjs";
import { labelCounts } from "./label_counts.mjs";
import { holder, labelColor, nameOf } from "./names.mjs";
import { navOpen } from "./nav.mjs";
import { hasDraft } from "./outbox.mjs";
import { labels, teamName } from "./people.mjs";
import * as talks from "./talks.mjs";

export const ROW = 76;
const SOON = 2;
const LATE = 5; // minutes a contact waits until it is amber, and red

const urgency = (minutes) => (minutes >= LATE ? "late" : minutes >= SOON ? "soon" : "");

function Tags({ item }) {
	return html`<span class="line tags">
		<span class=${`tag ${item.current_agent_type}`}>${holder(item)}</span>
		${["high", "urgent"].includes(item.priority) && html`<span class=${`tag priority-${item.priority}`}>${t(item.priority)}</span>`}
		${item.labels.slice(0, 3).map((label) => html`<span class="tag label" key=${label.id}><i style=${`background:${labelColor(label.color)}`}></i>${label.title}</span>`)}
	</span>`;
}

function Row({ item, top, now }) {
	const chosen = talks.openId.value === item.id;
	const last = item.last_message;
	const at = last?.created_at ?? item.created_at;
	const minutes = item.waiting_since ? (now - new Date(item.waiting_since)) / 60000 : 0;
	const own = last && last.sender_type !== "contact" ? `${last.sender_type === "ai" ? t("ai") : t("we")}: ` : "";
	return html`<li style=${`top:${top}px`}>
		<button class=${`row ${item.unread_count ? "unread" : ""}`} aria-current=${chosen ? "true" : undefined} onClick=${() => talks.open(item.id)} data-session=${item.session_id} data-id=${item.id}>
			<${Avatar} name=${nameOf(item)} id=${item.contact.id} url=${item.contact.avatar_url} />
			<span class="about">
				<span class="line"><span class="name">${nameOf(item)}</span>
					${item.waiting_since && html`<span class=${`wait ${urgency(minutes)}`} title=${t("waitingSince", exactTime(item.waiting_since, lang.value))}><${Icon} name="clock" size="12" />${waitText(item.waiting_since, lang.value, now)}</span>`}
					<time datetime=${at} title=${exactTime(at, lang.value)}>${relativeTime(at, lang.value, now)}</time></span>
				<span class="line"><span class="text">${hasDraft(item.id) && !chosen ? html`<em class="draft">${t("draft")}</em> ` : ""}${own}${last ? last.content : t("noMessages")}</span>${item.unread_count > 0 && html`<span class="badge" aria-label=${t("unreadCount", item.unread_count)}>${item.unread_count > 99 ? "99+" : item.unread_count}</span>`}</span>
				<${Tags} item=${item} />
			</span>
		</button>
	</li>`;
}

const Hole = ({ top }) => html`<li class="hole" style=${`top:${top}px`} aria-hidden="true"><span class="row"><i class="round"></i><span class="about"><i></i><i class="short"></i></span></span></li>`;

function useWindow(count) {
	const box = useRef();
	const [seen, setSeen] = useState({ top: 0, height: 800 });
	const measure = () => setSeen({ top: box.current.scrollTop, height: box.current.clientHeight });
	useEffect(() => {
		const watch = new ResizeObserver(measure);
		watch.observe(box.current);
		return () => watch.disconnect();
	}, []);
	return { box, measure, range: windowOf(count, ROW, seen.top, seen.height) };
}

/** The open conversation stays in view when the keys move to it. */
function useInView(box, ids) {
	const id = talks.openId.value;
	useLayoutEffect(() => {
		const at = ids.indexOf(id);
		const el = box.current;
		if (at < 0 || !el) return;
		if (at * ROW < el.scrollTop) el.scrollTop = at * ROW;
		else if ((at + 1) * ROW > el.scrollTop + el.clientHeight) el.scrollTop = (at + 1) * ROW - el.clientHeight;
	}, [id]);
}

function Rows() {
	const { ids, state, error } = talks.list.value;
	const { box, measure, range } = useWindow(ids.length);
	const [first, last] = range;
	const now = clock.value;
	useInView(box, ids);
	useEffect(() => {
		const timer = setTimeout(() => talks.ensure(first, last), 90); // who scrolls past does not load
		return () => clearTimeout(timer);
	}, [first, last, ids]);
	useEffect(() => void (box.current.scrollTop = 0), [talks.view.value, talks.status.value, talks.search.value]);
	const draw = (id, i) => {
		const item = id === undefined ? undefined : talks.talk(id);
		const top = (first + i) * ROW;
		return item ? html`<${Row} key=${id} item=${item} top=${top} now=${now} />` : html`<${Hole} key=${`hole-${first + i}`} top=${top} />`;
	};
	return html`<div class="rows" ref=${box} onScroll=${measure} tabindex="0" role="region" aria-label=${t("conversations")} aria-busy=${state === "loading"}>
		${state === "loading" && html`<p class="sr" role="status">${t("loading")}</p><ul>${Array.from({ length: 8 }, (_, i) => html`<${Hole} key=${i} top=${i * ROW} />`)}</ul>`}
		${state === "failed" && html`<div class="hint" role="alert"><p>${t("failed")}</p><p class="why">${sayError(error)}</p><button onClick=${talks.loadList}>${t("retry")}</button></div>`}
		${state === "ready" && !ids.length && html`<div class="hint"><p><strong>${talks.sought() ? t("nothingFound") : t("empty")}</strong></p><p>${talks.sought() ? t("nothingFoundHint") : t("emptyHint")}</p></div>`}
		${state !== "loading" && html`<ul style=${`height:${ids.length * ROW}px`}>${ids.slice(first, last).map(draw)}</ul>`}
	</div>`;
}

/** How many of the view have a status, as far as the counts tell. */
function statusCount(status) {
	const numbers = talks.counts.value;
	const name = talks.view.value;
	if (talks.sought()) return undefined;
	if (name === "all" && status in numbers) return numbers[status];
	const { state, total } = talks.list.value;
	if (state === "ready" && talks.status.value === status) return total;
	if (status !== "open" && status !== "pending") return undefined;
	const [, kind, id] = /^(team|label)-(\d+)$/.exec(name) ?? [];
	const both = kind === "team" ? numbers.teams?.find((one) => one.team_id === Number(id))?.count : kind === "label" ? labelCounts.value[id] : numbers[name];
	return state === "ready" && both !== undefined && ["open", "pending"].includes(talks.status.value) ? Math.max(0, both - total) : undefined;
}

function viewTitle() {
	const name = talks.view.value;
	const [, kind, id] = /^(team|label)-(\d+)$/.exec(name) ?? [];
	if (kind === "team") return teamName(Number(id));
	return kind === "label" ? labels.data.value.items.find((label) => label.id === Number(id))?.title ?? "" : t(name);
}

export function List() {
	const words = { open: "open", pending: "pendingState", resolved: "resolved", closed: "closed" };
	return html`<section class="list" aria-label=${t("conversations")}>
		<header class="list-top">
			<button class="quiet icon-only to-views" aria-label=${t("views")} title=${t("views")} aria-expanded=${navOpen.value} aria-controls="views" onClick=${() => (navOpen.value = !navOpen.value)}><${Icon} name="menu" /></button>
			<h2>${viewTitle()}</h2>
		</header>
		<label class="search"><span class="sr">${t("search")}</span><${Icon} name="search" size="16" /><input type="search" placeholder=${t("search")} value=${talks.search.value} onInput=${(event) => talks.find(event.target.value)} /></label>
		<div class="states" role="group" aria-label=${t("state")}>${talks.STATUSES.map((status) => {
			const count = statusCount(status);
			return html`<button key=${status} aria-pressed=${talks.status.value === status} onClick=${() => talks.chooseStatus(status)}>${t(words[status])}${count !== undefined && html` <span class="count">${count}</span>`}</button>`;
		})}</div>
		<${Rows} />
	</section>`;
}
