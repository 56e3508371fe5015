// The console: sign-in, the three panes, the keys.
import { html, render } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { effect } from "/vendor/signals.mjs";
import * as store from "./store.mjs";
import { List } from "./list.mjs";
import { Details, Pane } from "./pane.mjs";

const { t, user } = store;

function SignIn() {
	const [error, setError] = useState(null);
	const [busy, setBusy] = useState(false);
	const first = useRef();
	useEffect(() => first.current.focus(), []);
	const submit = async (event) => {
		event.preventDefault();
		const form = new FormData(event.target);
		setBusy(true);
		setError(null);
		try {
			const who = await store.api.signIn(form.get("email"), form.get("password"));
			if (who.role === "guest") {
				await store.api.signOut();
				throw Object.assign(new Error(t("notStaff")), { status: 403 });
			}
			user.value = who;
			store.start();
		} catch (problem) {
			setError({ field: problem.field, text: problem.status ? problem.issue ?? problem.message : t("offline") });
		}
		setBusy(false);
	};
	const at = (field) => error && (error.field === field || (!error.field && field === "password")) && html`<p class="field-error" id=${`${field}-error`} role="alert">${error.text}</p>`;
	return html`<main class="sign-in">
		<form onSubmit=${submit} novalidate>
			<img src="/favicon.svg" alt="" width="48" height="48" />
			<h1>${t("title")}</h1>
			<p>${t("signInHint")}</p>
			<label>${t("email")}<input ref=${first} name="email" type="email" autocomplete="username" required aria-describedby="email-error" aria-invalid=${error?.field === "email"} /></label>
			${at("email")}
			<label>${t("password")}<input name="password" type="password" autocomplete="current-password" required aria-describedby="password-error" /></label>
			${at("password")}
			<button class="primary" disabled=${busy}>${t("signIn")}</button>
			<div class="row"><button type="button" class="quiet" onClick=${() => store.setLang(store.lang.value === "zh" ? "en" : "zh")}>${t("language")}</button>
			<button type="button" class="quiet" onClick=${store.toggleTheme}>${t("theme")}</button></div>
		</form>
	</main>`;
}

const KEYS = [["j", "keyNext"], ["k", "keyPrevious"], ["r", "keyReply"], ["t", "take"], ["a", "toAi"], ["e", "resolve"], ["/ · Ctrl+K", "keySearch"], ["?", "keys"]];

function Help({ onClose }) {
	const button = useRef();
	useEffect(() => button.current.focus(), []);
	return html`<div class="veil" onClick=${onClose}>
		<section class="help" role="dialog" aria-modal="true" aria-label=${t("keys")} onClick=${(event) => event.stopPropagation()} onKeyDown=${(event) => event.key === "Escape" && onClose()}>
			<h2>${t("keys")}</h2>
			<dl>${KEYS.map(([key, what]) => html`<dt><kbd>${key}</kbd></dt><dd>${t(what)}</dd>`)}</dl>
			<button ref=${button} onClick=${onClose}>${t("close")}</button>
		</section>
	</div>`;
}

function useKeys(setHelp) {
	useEffect(() => {
		const move = (step) => {
			const { items } = store.list.value;
			const at = items.findIndex((item) => item.session_id === store.openId.value);
			const next = items[Math.min(items.length - 1, Math.max(0, at + step))];
			if (next) store.open(next.session_id);
		};
		const on = (event) => {
			const find = () => (event.preventDefault(), document.querySelector(".search input")?.focus());
			if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return find();
			if (event.target.closest?.("input, textarea, select, [role=dialog]") || event.ctrlKey || event.metaKey || event.altKey) return;
			const item = store.current.value;
			const keys = {
				j: () => move(1), k: () => move(-1), "/": find, "?": () => setHelp(true),
				r: () => (event.preventDefault(), document.querySelector(".composer textarea")?.focus()),
				t: () => item && store.take(item), a: () => item && store.toAi(item), e: () => item && store.setStatus(item, "resolved"),
			};
			keys[event.key]?.();
		};
		addEventListener("keydown", on);
		return () => removeEventListener("keydown", on);
	}, []);
}

function Bar({ setHelp }) {
	const { prefs, setPref } = store;
	const toggle = (key) => html`<button class="quiet" aria-pressed=${prefs.value[key]} onClick=${() => setPref(key, !prefs.value[key])}>${t(key)} ${t(prefs.value[key] ? "on" : "off")}</button>`;
	return html`<header class="bar">
		<a class="brand" href="/" aria-label="Deskbell"><img src="/favicon.svg" alt="" width="24" height="24" /><strong>Deskbell</strong></a>
		<label class="presence"><span class=${`dot ${user.value.status}`}></span><span class="sr">${t("myStatus")}</span>
			<select value=${user.value.status} onChange=${(event) => store.setPresence(event.target.value)}>
				${[["online", "online"], ["away", "away"], ["busy", "busy"], ["offline", "offlineStatus"]].map(([value, word]) => html`<option value=${value} selected=${user.value.status === value}>${t(word)}</option>`)}
			</select></label>
		<span class="grow"></span>
		<span class="tools">${toggle("sound")}${toggle("notify")}
		<button class="quiet" onClick=${store.toggleTheme}>${t("theme")}</button>
		<button class="quiet" onClick=${() => store.setLang(store.lang.value === "zh" ? "en" : "zh")}>${t("language")}</button>
		<button class="quiet" onClick=${() => setHelp(true)} aria-label=${t("keys")}>?</button></span>
		<span class="who">${user.value.full_name}</span>
		<button class="quiet" onClick=${store.api.signOut}>${t("signOut")}</button>
	</header>`;
}

function Console() {
	const [help, setHelp] = useState(false);
	useKeys(setHelp);
	const opened = store.openId.value;
	return html`<div class=${`console ${opened ? "has-open" : ""}`}>
		<${Bar} setHelp=${setHelp} />
		${store.link.value !== "live" && html`<p class="banner" role="status">${t("reconnecting")}</p>`}
		${store.problem.value && html`<p class="banner problem" role="alert">${store.problem.value} <button class="quiet" onClick=${() => (store.problem.value = "")}>${t("close")}</button></p>`}
		<${List} />
		<${Pane} />
		<${Details} />
		${help && html`<${Help} onClose=${() => setHelp(false)} />`}
	</div>`;
}

const App = () => (user.value ? html`<${Console} />` : html`<${SignIn} />`);

effect(() => {
	const unread = user.value ? store.list.value.items.reduce((sum, item) => sum + (item.unread_count > 0 ? 1 : 0), 0) : 0;
	document.title = `${unread ? `(${unread}) ` : ""}${t("title")} · Deskbell`;
});
if (user.value) store.start();
render(html`<${App} />`, document.getElementById("app"));
