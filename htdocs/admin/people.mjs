// Staff, teams, labels and canned replies: loaded when first needed, kept for a minute, then renewed when asked for again.
import { signal } from "/vendor/signals.mjs";
import { api, can, onSignedOut, user } from "./base.mjs";

const FRESH = 60000;
const sources = new Set();

/** A list that loads itself: {state, items}; load() does nothing while it is fresh. */
function source(fetchItems) {
	const data = signal({ state: "idle", items: [] });
	let at = 0;
	let running = null;
	const run = async () => {
		if (data.value.state !== "ready") data.value = { ...data.value, state: "loading" };
		try {
			data.value = { state: "ready", items: await fetchItems() };
			at = Date.now();
		} catch (error) {
			data.value = { state: data.value.items.length ? "ready" : "failed", items: data.value.items, error };
		}
		running = null;
	};
	const load = (now = false) => (now || Date.now() - at > FRESH ? (running ??= run()) : Promise.resolve());
	const one = { data, load, reset: () => ((at = 0), (data.value = { state: "idle", items: [] })) };
	sources.add(one);
	return one;
}
/** All pages of a list that is not long; at most `pages` of them. */
async function every(path, key, pages = 5) {
	const items = [];
	for (let page = 1; page <= pages; page++) {
		const data = await api.get(`${path}${path.includes("?") ? "&" : "?"}page=${page}&per_page=100`);
		items.push(...data[key]);
		if (page >= (data.meta?.total_pages ?? 1)) break;
	}
	return items;
}

const asPerson = (row) => ({ id: row.agent.id, full_name: row.agent.full_name, avatar_url: row.agent.avatar_url, status: row.status, active: row.active_sessions, most: row.max_sessions });
const asStaff = (row) => ({ id: row.id, full_name: row.full_name, avatar_url: row.avatar_url, status: row.status, active: row.active_sessions, most: row.max_sessions });
const RANK = { online: 0, busy: 1, away: 2, offline: 3 };
const byRank = (a, b) => RANK[a.status] - RANK[b.status] || a.active - b.active || a.full_name.localeCompare(b.full_name);

/** Colleagues: all of them for who may read users, else those at work. */
export const staff = source(async () => {
	const rows = can("users:read") ? (await every("/api/v1/users", "users")).map(asStaff) : can("reports:read") ? (await api.get("/api/v1/dashboard/stats")).real_time.agents.map(asPerson) : [];
	return rows.sort(byRank);
});
/** Who may be called by name: colleagues, and those who wrote something here. */
export function callable(messages) {
	const { items } = staff.data.value;
	const others = new Map(messages.filter((one) => one.sender_type === "agent" && one.sender).map((one) => [one.sender.id, { ...one.sender, status: "offline" }]));
	for (const one of items) others.delete(one.id);
	return [...items, ...others.values()].filter((one) => one.id !== user.value?.id);
}
export const labels = source(() => every("/api/v1/labels", "labels"));
// As the server sorts, whatever the page's language.
const byTitle = new Intl.Collator("en").compare;
/** New ones, those that are called otherwise now, and which are gone: nobody has to ask for the list again. */
export function labelsTold(told, isGone) {
	const { state, items } = labels.data.value;
	if (state !== "ready") return;
	const had = new Map(items.map((one) => [one.id, one]));
	const others = told.map(({ label_id: id, title, color }) => ({ ...had.get(id), id, title, color })).filter(({ id, title, color }) => had.get(id)?.title !== title || had.get(id).color !== color);
	if (!others.length && !items.some(({ id }) => isGone(id))) return;
	for (const one of others) had.set(one.id, one);
	labels.data.value = { state, items: [...had.values()].filter(({ id }) => !isGone(id)).sort((a, b) => byTitle(a.title, b.title)) };
}
export const canned = source(() => every("/api/v1/canned-responses", "canned_responses"));
const allTeams = source(() => (can("settings:read") ? every("/api/v1/teams", "teams") : []));

/** Teams by number; who may not list them knows those that the counts name. */
export const namedTeams = signal([]);
export const teams = {
	load: allTeams.load,
	get data() {
		return { value: can("settings:read") ? allTeams.data.value : { state: "ready", items: namedTeams.value } };
	},
};
export const teamName = (id) => teams.data.value.items.find((team) => team.id === id)?.name ?? (id ? `#${id}` : "");

export function presence(data) {
	if (data.agent_id === user.value?.id) user.value = { ...user.value, status: data.status };
	const { items } = staff.data.value;
	if (!items.some((one) => one.id === data.agent_id)) return;
	staff.data.value = { ...staff.data.value, items: items.map((one) => (one.id === data.agent_id ? { ...one, status: data.status } : one)).sort(byRank) };
}
onSignedOut(() => {
	for (const one of sources) one.reset();
});
