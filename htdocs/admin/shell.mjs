// What stands around every page of the console and the back office: the bar, the bell, the menu, the keys.
import { html } from "/vendor/html.mjs";
import { exactTime, relativeTime } from "/lib/time.mjs";
import { setPresence } from "./actions.mjs";
import { bell, bellText, follow, loadBell, readAll, setNotify } from "./alerts.mjs";
import { api, can, clock, go, lang, leave, prefs, problem, route, setLang, setPref, t, toggleTheme, user } from "./base.mjs";
import { Avatar, Icon } from "/lib/icons.mjs";
import { link } from "./live.mjs";
import { Dialog, Popover } from "/lib/popover.mjs";
import { unread, view } from "./talks.mjs";

const PRESENCE = [["online", "online"], ["away", "away"], ["busy", "busy"], ["offline", "offlineStatus"]];
const OFFICE = ["reports:read", "contacts:read", "inboxes:read", "settings:read", "users:read"];

function Bell() {
	const { state, items, unread: fresh, error } = bell.value;
	const button = html`<${Icon} name="bell" />${fresh > 0 && html`<span class="badge">${fresh > 99 ? "99+" : fresh}</span>`}`;
	return html`<${Popover} label=${fresh ? t("bellUnread", fresh) : t("bell")} buttonClass="quiet icon-only bell" button=${button} onOpen=${loadBell}>${(close) => html`
		<div class="bell-top"><h2>${t("bell")}</h2><button class="link" disabled=${!fresh} onClick=${readAll}>${t("readAll")}</button></div>
		${state === "loading" && html`<p class="hint" role="status">${t("loading")}</p>`}
		${state === "failed" && html`<p class="hint" role="alert">${error} <button onClick=${loadBell}>${t("retry")}</button></p>`}
		${state === "ready" && !items.length && html`<p class="hint">${t("bellEmpty")}</p>`}
		<ul class="bell-list">${items.map((item) => html`<li key=${item.id}><button class=${`plain ${item.read_at ? "" : "fresh"}`} onClick=${() => (close(false), follow(item))}><span class="text">${bellText(item)}</span><time class="muted" title=${exactTime(item.created_at, lang.value)}>${relativeTime(item.created_at, lang.value, clock.value)}</time></button></li>`)}</ul>`}<//>`;
}

function Switch({ name, set = (value) => setPref(name, value) }) {
	const on = Boolean(prefs.value[name]);
	return html`<button class="plain switch" role="switch" aria-checked=${on} onClick=${() => set(!on)}><span class="text">${t(name)}</span><i></i></button>`;
}

function Menu({ onKeys }) {
	const me = user.value;
	const button = html`<${Avatar} name=${me.full_name} id=${me.id} url=${me.avatar_url} size="28" /><span class=${`dot ${me.status}`}></span>`;
	return html`<${Popover} label=${t("menuOf", me.full_name)} buttonClass="quiet icon-only me" button=${button}>${(close) => html`
		<p class="me-line"><strong>${me.full_name}</strong><span class="muted">${me.email}</span></p>
		<${Switch} name="sound" /><${Switch} name="notify" set=${setNotify} /><${Switch} name="keys" />
		<button class="plain" onClick=${() => setLang(lang.value === "zh" ? "en" : "zh")} lang=${lang.value === "zh" ? "en" : "zh"}>${t("language")}</button>
		<button class="plain" onClick=${toggleTheme}>${t("theme")}</button>
		<button class="plain" onClick=${() => (close(false), onKeys())}>${t("keyList")}</button>
		<button class="plain" data-do="sign-out" onClick=${() => leave(api.signOut)}>${t("signOut")}</button>`}<//>`;
}

export function Bar({ onKeys, onJump }) {
	const inOffice = route.value.startsWith("office");
	const to = (path) => (event) => (event.preventDefault(), go(path));
	const part = (path, icon, text, here, count) => html`<a href=${`#/${path}`} class="part-link" aria-current=${here ? "page" : undefined} onClick=${to(path)}><${Icon} name=${icon} /><span class="word">${text}</span>${count > 0 && html`<span class="badge" aria-label=${t("unreadCount", count)}>${count}</span>`}</a>`;
	const me = user.value;
	return html`<header class="bar">
		<a class="brand" href="/" aria-label="Deskbell"><img src="/favicon.svg" alt="" width="26" height="26" /><strong>Deskbell</strong></a>
		<nav class="parts" aria-label=${t("parts")}>${part(view.value, "inbox", t("conversations"), !inOffice, unread.value)}${OFFICE.some(can) && part("office", "office", t("office"), inOffice)}</nav>
		<span class="grow"></span>
		<button class="jump" onClick=${onJump} title=${t("jump")} aria-keyshortcuts="Control+K"><${Icon} name="search" size="16" /><span class="word">${t("jump")}</span><kbd aria-hidden="true">Ctrl K</kbd></button>
		<label class="presence"><span class=${`dot ${me.status}`}></span><span class="sr">${t("myStatus")}</span>
			<select value=${me.status} onChange=${(event) => setPresence(event.target.value)}>${PRESENCE.map(([value, word]) => html`<option key=${value} value=${value} selected=${me.status === value}>${t(word)}</option>`)}</select></label>
		<${Bell} />
		<${Menu} onKeys=${onKeys} />
	</header>`;
}

/** Banners lie over the page: nothing moves when they come and go. */
export function Banners() {
	return html`<div class="banners">
		${link.value === "away" && html`<p class="banner" role="status">${t("reconnecting")}</p>`}
		${problem.value && html`<p class="banner problem" role="alert"><span>${problem.value}</span> <button class="quiet icon-only" aria-label=${t("close")} onClick=${() => (problem.value = "")}><${Icon} name="close" size="16" /></button></p>`}
	</div>`;
}

export const KEYS = [
	["j", "keyNext"], ["k", "keyPrevious"], ["r", "reply"], ["n", "note"], ["t", "take"], ["s", "assign"], ["x", "transfer"], ["a", "switchAi"],
	["e", "resolveReopen"], ["l", "editLabels"], ["i", "details"], ["/", "search"], ["Ctrl+K", "jump"], ["Esc", "keyLeave"], ["?", "keyList"],
];

export function Help({ onClose }) {
	return html`<${Dialog} label=${t("keyList")} className="help" onClose=${onClose}>
		<h2>${t("keyList")}</h2>
		<dl>${KEYS.map(([key, what]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${t(what)}</dd></div>`)}</dl>
		<button autofocus onClick=${onClose}>${t("close")}</button>
	<//>`;
}

