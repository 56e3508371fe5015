// The side card: who it is, what is known, and what the conversation is filed under.
import { html } from "/vendor/html.mjs";
import { useEffect } from "/vendor/hooks.mjs";
import { signal } from "/vendor/signals.mjs";
import { exactTime, relativeTime } from "/lib/time.mjs";
import * as actions from "./actions.mjs";
import { api, can, clock, lang, onSignedOut, prefs, setPref, t } from "./base.mjs";
import { Avatar, Icon } from "/lib/icons.mjs";
import { labelColor, nameOf, statusWord } from "./names.mjs";
import { labels, staff, teams } from "./people.mjs";
import { Popover } from "/lib/popover.mjs";
import { Chooser } from "./popover.mjs";
import { current, keep, open, openId, PRIORITIES, STATUSES } from "./talks.mjs";
import { thread } from "./threads.mjs";

// Where there is room it stands beside the conversation; elsewhere it comes over it when asked for.
const room = matchMedia("(min-width: 1281px)");
const wide = signal(room.matches);
room.addEventListener("change", () => (wide.value = room.matches));
const drawer = signal(false);
export const cardShown = () => (wide.value ? prefs.value.card : drawer.value);
export const turnCard = (show = !cardShown()) => (wide.value ? setPref("card", show) : (drawer.value = show));

const label = { show: null };
export const openLabels = () => {
	turnCard(true);
	requestAnimationFrame(() => label.show?.());
};

function Labels({ item }) {
	const may = can("conversations:write");
	const on = new Set(item.labels.map((one) => one.id));
	const turn = (id) => actions.setLabels(item, on.has(id) ? [...on].filter((one) => one !== id) : [...on, id]);
	const data = labels.data.value;
	const items = data.items.map((one) => ({ key: one.id, text: one.title, on: on.has(one.id), view: html`<i class="swatch" style=${`background:${labelColor(one.color)}`}></i><span class="text">${one.title}</span>` }));
	return html`<section class="block"><h3>${t("labels")}</h3>
		<p class="chips">${item.labels.map((one) => html`<span class="tag label" key=${one.id}><i style=${`background:${labelColor(one.color)}`}></i>${one.title}${may && html`<button class="x" aria-label=${t("removeLabel", one.title)} onClick=${() => turn(one.id)}><${Icon} name="close" size="12" /></button>`}</span>`)}
		${!item.labels.length && html`<span class="muted">${t("none")}</span>`}
		${may && html`<${Popover} label=${`${t("editLabels")} (L)`} button=${html`<${Icon} name="plus" size="16" />`} buttonClass="quiet icon-only small" onOpen=${() => labels.load()} opened=${(show) => (label.show = show)}>${() => html`<${Chooser} label=${t("labels")} data=${data} items=${items} onRetry=${() => labels.load(true)} empty=${t("noLabels")} onPick=${(row) => turn(row.key)} />`}<//>`}</p>
	</section>`;
}

function Pick({ id, name, value, options, onPick }) {
	return html`<div class="pick"><label for=${id}>${name}</label><select id=${id} value=${value} disabled=${!can("conversations:write")} onChange=${(event) => onPick(event.target.value)}>${options.map(([key, text]) => html`<option key=${key} value=${key} selected=${String(value) === String(key)}>${text}</option>`)}</select></div>`;
}

/** What is chosen now stays among the choices, also when the list has not come or does not hold it. */
const withNow = (options, now) => (now && !options.some(([key]) => String(key) === String(now[0])) ? [now, ...options] : options);

function Filing({ item }) {
	useEffect(() => void (staff.load(), teams.load()), []);
	const agents = withNow(staff.data.value.items.map((one) => [one.id, one.full_name]), item.assignee && [item.assignee.id, item.assignee.full_name]);
	const groups = withNow(teams.data.value.items.map((one) => [one.id, one.name]), item.team_id && [item.team_id, t("teamNumber", item.team_id)]);
	return html`<section class="block filing"><h3>${t("conversation")}</h3>
		<${Pick} id="state" name=${t("state")} value=${item.status} options=${STATUSES.map((one) => [one, t(statusWord[one])])} onPick=${(value) => actions.setStatus(item, value)} />
		<${Pick} id="priority" name=${t("priority")} value=${item.priority} options=${PRIORITIES.map((one) => [one, t(one)])} onPick=${(value) => actions.setPriority(item, value)} />
		<${Pick} id="assignee" name=${t("assignee")} value=${item.assignee?.id ?? ""} options=${[["", item.current_agent_type === "ai" ? t("ai") : t("nobody")], ...agents]} onPick=${(value) => actions.assign(item, value ? Number(value) : null)} />
		${(groups.length > 0 || item.team_id) && html`<${Pick} id="team" name=${t("team")} value=${item.team_id ?? ""} options=${item.team_id ? groups : [["", t("none")], ...groups]} onPick=${(value) => value && actions.toTeam(item, Number(value))} />`}
	</section>`;
}

const plain = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value));

function Contact({ item }) {
	const { contact } = item;
	const attributes = Object.entries(contact.custom_attributes ?? {});
	return html`<section class="block who">
		<div class="face"><${Avatar} name=${nameOf(item)} id=${contact.id} url=${contact.avatar_url} size="48" />
			<div><h2>${can("contacts:read") ? html`<a href=${`#/office/contacts/${contact.id}`}>${nameOf(item)}</a>` : nameOf(item)}</h2><p class="muted">${contact.identifier}</p></div></div>
		<dl>
			${contact.email && html`<dt>${t("email")}</dt><dd><a href=${`mailto:${contact.email}`}>${contact.email}</a></dd>`}
			${contact.phone && html`<dt>${t("phone")}</dt><dd>${contact.phone}</dd>`}
			${attributes.map(([key, value]) => html`<dt key=${key}>${key}</dt><dd>${plain(value)}</dd>`)}
		</dl>
	</section>`;
}

function Where({ item }) {
	const { metadata } = item;
	const at = (url, text) => (/^https?:\/\//.test(url) ? html`<a href=${url} target="_blank" rel="noopener noreferrer" title=${url}>${text || url}</a>` : url);
	const rating = item.rating;
	return html`<section class="block"><h3>${t("aboutThis")}</h3><dl>
		${metadata?.page_url && html`<dt>${t("page")}</dt><dd>${at(metadata.page_url, metadata.page_title)}</dd>`}
		${metadata?.referrer && html`<dt>${t("referrer")}</dt><dd>${at(metadata.referrer)}</dd>`}
		${metadata?.locale && html`<dt>${t("locale")}</dt><dd>${metadata.locale}</dd>`}
		<dt>${t("created")}</dt><dd><time datetime=${item.created_at} title=${exactTime(item.created_at, lang.value)}>${exactTime(item.created_at, lang.value)}</time></dd>
		${rating && html`<dt>${t("rating")}</dt><dd><span aria-label=${t("stars", rating)}>${"★".repeat(rating)}${"☆".repeat(5 - rating)}</span> ${thread(item.id).rating_comment ?? ""}</dd>`}
		<dt>${t("number")}</dt><dd>#${item.id}</dd>
	</dl></section>`;
}

// -- earlier conversations of the same contact --

const earlier = signal({}); // contact id → {state, ids, total}
const setEarlier = (id, value) => (earlier.value = { ...earlier.value, [id]: value });
async function loadEarlier(contactId) {
	setEarlier(contactId, { ...(earlier.value[contactId] ?? { ids: [], total: 0 }), state: earlier.value[contactId] ? "ready" : "loading" });
	try {
		const data = await api.get(`/api/v1/conversations?contact_id=${contactId}&per_page=11`);
		setEarlier(contactId, { state: "ready", rows: data.conversations.map(keep), total: data.meta.total_count });
	} catch (error) {
		if (error.status !== 401) setEarlier(contactId, { state: "failed", rows: [] });
	}
}
onSignedOut(() => (earlier.value = {}));

function Earlier({ item }) {
	const { state = "loading", rows = [], total = 0 } = earlier.value[item.contact.id] ?? {};
	useEffect(() => void loadEarlier(item.contact.id), [item.contact.id]);
	const others = rows.filter((row) => row.id !== item.id).slice(0, 10);
	return html`<section class="block"><h3>${t("earlier")}</h3>
		${state === "loading" && html`<p class="muted" role="status">${t("loading")}</p>`}
		${state === "failed" && html`<p class="muted" role="alert">${t("failed")} <button class="link" onClick=${() => loadEarlier(item.contact.id)}>${t("retry")}</button></p>`}
		${state === "ready" && !others.length && html`<p class="muted">${t("noEarlier")}</p>`}
		<ul class="earlier">${others.map((row) => html`<li key=${row.id}><button class="plain" onClick=${() => open(row.id)}><span class="text">${row.last_message?.content ?? t("noMessages")}</span><span class="muted">${t(statusWord[row.status])} · ${relativeTime(row.created_at, lang.value, clock.value)}</span></button></li>`)}</ul>
		${total > 11 && html`<p class="muted">${t("andMore", total - 11)}</p>`}
	</section>`;
}

export function Card() {
	const item = current.value;
	const id = openId.value;
	useEffect(() => void (drawer.value = false), [id]);
	if (!item || !id || !cardShown()) return null;
	return html`<aside class="card" aria-label=${t("details")} tabindex="0">
		<button class="quiet icon-only close-card" aria-label=${t("close")} title=${t("close")} onClick=${() => turnCard(false)}><${Icon} name="close" size="18" /></button>
		<${Contact} item=${item} />
		<${Labels} item=${item} />
		<${Filing} item=${item} />
		<${Where} item=${item} />
		<${Earlier} key=${item.contact.id} item=${item} />
	</aside>`;
}
