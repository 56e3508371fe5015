// The conversations that the console knows, the views on them with their counts, and the list of the chosen view.
import { batch, computed, effect, signal, untracked } from "/vendor/signals.mjs";
import { api, go, onSignedOut, recall, remember, route, user } from "./base.mjs";
import { missingPages, nothing, putIn, putPage, takeOut } from "./rows.mjs";

const PAGE = 50;
export const STATUSES = ["open", "pending", "resolved", "closed"];
export const PRIORITIES = ["low", "medium", "high", "urgent"];

// -- conversations --

const talks = new Map(); // id → conversation
const changed = signal(0);
/** What is known of a conversation; views that ask are drawn again when anything changes. */
export const talk = (id) => (changed.value, talks.get(id));
export const known = (id) => talks.get(id);
export const seen = { id: 0, seq: new Map() }; // newest message, and the highest place held of each conversation

const readTo = new Map(); // id → the message up to which it was read here; rows on their way may not know of it yet
export const haveRead = (id, messageId) => readTo.set(id, messageId);

/** Live rows lack what not everybody may see of a contact: what is known of it stays. */
export function keep(row) {
	const old = talks.get(row.id);
	const next = { ...old, ...row, contact: { ...old?.contact, ...row.contact } };
	if (readTo.get(row.id) >= (row.last_message?.id ?? Infinity)) next.unread_count = 0;
	talks.set(row.id, next);
	seen.id = Math.max(seen.id, row.last_message?.id ?? 0);
	changed.value++;
	return next;
}
export const when = (item) => new Date(item.last_message?.created_at ?? item.created_at).getTime();
const before = (a, b) => {
	const one = talks.get(a), other = talks.get(b);
	return when(one) - when(other) || one.id - other.id;
};
const isBefore = (a, b) => before(a, b) > 0;
export const isOpen = (item) => item.status === "open" || item.status === "pending";
export const isMine = (item) => item.assignee?.id === user.value?.id && item.current_agent_type === "human";

// -- views --

const VIEWS = {
	mine: { query: "assignee_id=me", has: (item) => item.assignee?.id === user.value?.id },
	unassigned: { query: "assignee_id=none", has: (item) => !item.assignee },
	waiting: { query: "assignee_id=none&agent_type=human", has: (item) => item.queue_position !== null && !item.assignee },
	urgent: { query: "priority=urgent", has: (item) => item.priority === "urgent" },
	ai: { query: "agent_type=ai", has: (item) => item.current_agent_type === "ai" },
	all: { query: "", has: () => true },
};
export const viewNames = Object.keys(VIEWS);
const readView = (name) => {
	const [, kind, id] = /^(team|label)-(\d+)$/.exec(name) ?? [];
	if (kind === "team") return { query: `team_id=${id}`, has: (item) => item.team_id === Number(id) };
	if (kind === "label") return { query: `label=${id}`, has: (item) => item.labels.some((label) => label.id === Number(id)) };
	return VIEWS[name] ?? VIEWS.all;
};
const isView = (name) => name in VIEWS || /^(team|label)-\d+$/.test(name);

const place = computed(() => {
	const [name, id] = route.value.split("/");
	return { view: isView(name) ? name : recall("view", "all"), id: /^\d+$/.test(id ?? "") ? Number(id) : null };
});
export const view = computed(() => place.value.view);
export const openId = computed(() => (route.value.startsWith("office") ? null : place.value.id));
export const current = computed(() => (openId.value ? talk(openId.value) ?? null : null));
export const status = signal("open");
export const search = signal("");
export const counts = signal({});
export const list = signal(nothing);

export const sought = () => search.value.trim();
const fits = (item) => {
	if (sought()) return list.value.ids.includes(item.id);
	return item.status === status.value && readView(view.value).has(item);
};

// -- loading --

let asked = 0; // lists of another view that come late are dropped
let newest = false;
const busy = new Set();
const query = (page) => {
	const parts = [`page=${page + 1}`, `per_page=${PAGE}`, readView(view.value).query, `status=${status.value}`, sought() && `q=${encodeURIComponent(sought())}`];
	return `/api/v1/conversations?${parts.filter(Boolean).join("&")}`;
};

async function loadPage(page) {
	const mine = asked;
	if (busy.has(page)) return;
	busy.add(page);
	try {
		const data = await api.get(query(page));
		if (mine === asked) took(page, data);
	} catch (error) {
		if (mine !== asked || error.status === 401) return;
		list.value = { ...list.value, state: list.value.ids.some(Boolean) ? "ready" : "failed", error };
		if (error.status === 429 || list.value.state === "ready") setTimeout(() => mine === asked && ensure(...shown), (error.retryAfter || 3) * 1000);
	} finally {
		if (mine === asked) busy.delete(page);
	}
}
function took(page, data) {
	batch(() => {
		for (const row of data.conversations) keep(row);
		list.value = putPage(list.value, page * PAGE, data.conversations.map((row) => row.id), data.meta.total_count);
	});
}

let shown = [0, 20];
/** Loads what is missing between two rows. */
export function ensure(first, last) {
	shown = [first, last];
	for (const page of missingPages(list.value, first, last, PAGE)) loadPage(page);
}
/** The chosen view from anew. */
export function loadList() {
	asked++;
	busy.clear();
	shown = [0, 20];
	list.value = nothing;
	return loadPage(0);
}
let againTimer = 0;
let stale = false;
document.addEventListener("visibilitychange", () => stale && document.visibilityState === "visible" && refreshList(0));
/** What is on the screen may be out of date: it is loaded again in its place, soon but not often. */
export function refreshList(soon = 400) {
	if (againTimer) return;
	againTimer = setTimeout(() => {
		againTimer = 0;
		stale = document.visibilityState !== "visible"; // nobody looks: when somebody does
		if (!user.value || stale) return;
		for (const page of new Set([0, Math.floor(shown[0] / PAGE), Math.floor(Math.max(0, shown[1] - 1) / PAGE)])) loadPage(page);
	}, newest ? 2500 : soon);
	newest = true;
	setTimeout(() => (newest = false), 3000);
}

export function choose(name) {
	const same = name === listed;
	search.value = "";
	go(openId.value ? `${name}/${openId.value}` : name);
	if (same) loadList();
}
// Another view begins anew, however one came to it: by a click, a key or the browser's Back.
let listed = view.peek();
effect(() => {
	if (view.value === listed) return;
	listed = view.value;
	remember("view", listed);
	search.value = "";
	if (user.peek()) untracked(loadList);
});
export function chooseStatus(next) {
	status.value = next;
	loadList();
}
let searchTimer = 0;
export function find(text) {
	search.value = text;
	clearTimeout(searchTimer);
	searchTimer = setTimeout(loadList, 250);
}

// -- what changes --

/** One conversation as it is now: at its place in the list, or out of it. */
export function upsert(row) {
	batch(() => {
		const item = keep(row);
		if (list.value.state !== "ready") return;
		if (fits(item)) {
			if (!list.value.ids.includes(item.id)) refreshList(1500);
			list.value = sought() ? { ...list.value } : putIn(list.value, item.id, isBefore);
		} else list.value = takeOut(list.value, item.id);
	});
}
export function forget(id) {
	batch(() => {
		talks.delete(id);
		list.value = takeOut(list.value, id);
		changed.value++;
	});
}

/** Those beside the open one, for the keys. */
export function neighbour(step) {
	const ids = list.value.ids;
	const at = ids.indexOf(openId.value);
	const to = at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + step));
	return ids[to];
}
export const open = (id) => go(id ? `${view.value}/${id}` : view.value, !id);

export const unread = computed(() => (changed.value, list.value.ids.reduce((sum, id) => sum + (talks.get(id)?.unread_count > 0 ? 1 : 0), 0)));

onSignedOut(() => {
	talks.clear();
	readTo.clear();
	seen.id = 0;
	seen.seq.clear();
	list.value = nothing;
	counts.value = {};
	asked++;
});
