// What a link leads to, for whoever holds it; nobody signs in here.
import { html, render } from "/vendor/html.mjs";
import { useEffect, useState } from "/vendor/hooks.mjs";
import { Icon } from "/lib/icons.mjs";
import { exactTime, relativeTime, sizeText } from "/lib/time.mjs";
import { toggleTheme } from "/lib/theme.mjs";
import { api, lang, page, sayError, t } from "../base.mjs";
import { Contents } from "../preview.mjs";

const idNow = () => location.hash.replace(/^#\/?/, "");
const at = () => `/api/portal/shared/${encodeURIComponent(idNow())}`;

function Locked({ onOpen }) {
	const [error, setError] = useState("");
	const [busy, setBusy] = useState(false);
	const submit = async (event) => {
		event.preventDefault();
		if (busy) return;
		setBusy(true);
		setError("");
		try {
			onOpen(await api.post(at(), { password: new FormData(event.target).get("password") }));
		} catch (problem) {
			setError(sayError(problem));
			setBusy(false);
		}
	};
	return html`<form onSubmit=${submit} novalidate><label for="password">${t("needPassword")}</label>
		<input id="password" name="password" type="password" autocomplete="off" autofocus aria-invalid=${Boolean(error)} aria-describedby="password-error" />
		<p class="field-error" id="password-error" role=${error ? "alert" : undefined}>${error}</p>
		<button class="primary" aria-disabled=${busy}>${t("openIt")}</button></form>`;
}

function Opened({ file }) {
	return html`<p class="file-name"><${Icon} name="file" /><strong>${file.filename}</strong> <span class="muted">${sizeText(file.size)}</span></p>
		<p class="muted" title=${exactTime(file.expires_at, lang.value)}>${t("until", relativeTime(file.expires_at, lang.value))}</p>
		<p><a class="button primary" href=${file.url} download=${file.filename}>${t("download")}</a></p>
		<div class="contents"><${Contents} file=${file} url=${file.url} /></div>`;
}

function Shared() {
	const [state, setState] = useState("loading"); // loading, locked, open, gone, failed
	const [file, setFile] = useState(null);
	const [error, setError] = useState("");
	const opened = (got) => (setFile(got), setState("open"));
	const look = async () => {
		setState("loading");
		try {
			const found = await api.get(at());
			if (found.has_password) setState("locked");
			else opened(await api.post(at()));
		} catch (problem) {
			setError(sayError(problem));
			setState(problem.status === 404 || problem.status === 400 ? "gone" : "failed");
		}
	};
	useEffect(() => {
		look();
		addEventListener("hashchange", look);
		return () => removeEventListener("hashchange", look);
	}, []);
	document.title = `${t("sharedTitle")} · Deskbell`;
	const other = lang.value === "zh" ? "en" : "zh";
	return html`<main class="shared"><section>
		<header class="row-of"><a class="brand" href="/"><img src="/favicon.svg" alt="" width="26" height="26" /><strong>Deskbell</strong></a>
			<span><button class="quiet" lang=${other} onClick=${() => page.setLang(other)}>${t("language")}</button><button class="quiet" onClick=${toggleTheme}>${t("theme")}</button></span></header>
		<h1>${t(state === "gone" ? "sharedGone" : "sharedTitle")}</h1>
		${state === "loading" && html`<p role="status">${t("loading")}</p>`}
		${state === "gone" && html`<p>${t("sharedGoneHint")}</p>`}
		${state === "failed" && html`<p role="alert">${error} <button onClick=${look}>${t("retry")}</button></p>`}
		${state === "locked" && html`<${Locked} onOpen=${opened} />`}
		${state === "open" && html`<${Opened} file=${file} />`}
	</section></main>`;
}
render(html`<${Shared} />`, document.getElementById("app"));
