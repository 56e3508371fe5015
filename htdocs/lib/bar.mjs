// What stands around the rooms and the portal: the way to the other pages, the person's menu, banners, and asking before what cannot be undone.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { Avatar, Icon } from "./icons.mjs";
import { isStaff } from "./page.mjs";
import { Dialog, Popover } from "./popover.mjs";
import { toggleTheme } from "./theme.mjs";

/** Texts of these parts, for the pages' own: [zh, en]. */
export const barWords = {
	rooms: ["聊天室", "Rooms"], myFiles: ["我的文件", "My files"], console: ["客服控制台", "Console"],
};

const PARTS = [["/rooms/", "people", "rooms"], ["/portal/", "file", "myFiles"], ["/admin/", "inbox", "console"]];

function Menu({ page }) {
	const { t, lang, setLang, user, api } = page;
	const me = user.value;
	const other = lang.value === "zh" ? "en" : "zh";
	return html`<${Popover} label=${t("menuOf", me.full_name)} buttonClass="quiet icon-only me" button=${html`<${Avatar} name=${me.full_name} id=${me.id} url=${me.avatar_url} size="28" />`}>${() => html`
		<p class="me-line"><strong>${me.full_name}</strong><span class="muted">${me.email}</span></p>
		<button class="plain" lang=${other} onClick=${() => setLang(other)}>${t("language")}</button>
		<button class="plain" onClick=${toggleTheme}>${t("theme")}</button>
		<button class="plain" data-do="sign-out" onClick=${api.signOut}>${t("signOut")}</button>`}<//>`;
}

/** here: the page's own path. */
export function Bar({ page, here }) {
	const { t, user } = page;
	const shown = PARTS.filter(([path]) => path !== "/admin/" || isStaff(user.value));
	return html`<header class="bar">
		<a class="brand" href="/" aria-label="Deskbell"><img src="/favicon.svg" alt="" width="26" height="26" /><strong>Deskbell</strong></a>
		<nav class="parts" aria-label=${t("parts")}>${shown.map(([path, icon, name]) => html`<a key=${path} href=${path} class="part-link" aria-label=${t(name)} aria-current=${path === here ? "page" : undefined}><${Icon} name=${icon} /><span class="word">${t(name)}</span></a>`)}</nav>
		<span class="grow"></span>
		<${Menu} page=${page} />
	</header>`;
}

/** Banners lie over the page: nothing moves when they come and go. away: the live connection is being sought. */
export function Banners({ page, away = false }) {
	const { t, problem } = page;
	return html`<div class="banners">
		${away && html`<p class="banner" role="status">${t("reconnecting")}</p>`}
		${problem.value && html`<p class="banner problem" role="alert"><span>${problem.value}</span> <button class="quiet icon-only" aria-label=${t("close")} onClick=${() => (problem.value = "")}><${Icon} name="close" size="16" /></button></p>`}
	</div>`;
}

/** A dialog with fields or a question: work(fields) resolves, then it closes; what goes wrong stands in it. */
export function Ask({ page, title, text, verb, danger = false, work, onClose, children }) {
	const { t, sayError } = page;
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState("");
	const submit = async (event) => {
		event.preventDefault();
		if (busy) return; // not disabled: that would take the focus from the button
		setBusy(true);
		setError("");
		try {
			await work(Object.fromEntries(new FormData(event.target)));
			onClose();
		} catch (problem) {
			if (problem.status === undefined) throw problem;
			setError(sayError(problem));
			setBusy(false);
		}
	};
	return html`<${Dialog} label=${title} className="asked" onClose=${onClose}>
		<h2>${title}</h2>
		<form onSubmit=${submit} novalidate>
			${text && html`<p>${text}</p>`}
			${children}
			${error && html`<p class="field-error" role="alert">${error}</p>`}
			<footer><button type="button" onClick=${onClose}>${t("cancel")}</button><button class=${danger ? "danger" : "primary"} aria-disabled=${busy}>${verb}</button></footer>
		</form>
	<//>`;
}
