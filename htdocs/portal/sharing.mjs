// Links to a file: made with an end and perhaps a password, copied, ended.
import { html } from "/vendor/html.mjs";
import { useEffect, useState } from "/vendor/hooks.mjs";
import { Icon } from "/lib/icons.mjs";
import { Dialog } from "/lib/popover.mjs";
import { exactTime, relativeTime } from "/lib/time.mjs";
import { clock, lang, linkOf, sayError, t } from "./base.mjs";
import { endShare, share, shares } from "./files.mjs";

const SPANS = [["24", "hours", 24], ["168", "days", 7], ["720", "days", 30], ["8760", "days", 365]];

function Link({ one, onEnd, onCopy }) {
	return html`<li><input readonly aria-label=${t("link")} value=${linkOf(one)} onFocus=${(event) => event.target.select()} />
		<p class="muted"><span title=${exactTime(one.expires_at, lang.value)}>${t("until", relativeTime(one.expires_at, lang.value, clock.value))}</span> · ${t("openedTimes", one.opened)}${one.has_password && html` · ${t("locked")}`}</p>
		<span class="do"><button type="button" onClick=${() => onCopy(one)}>${t("copy")}</button><button type="button" class="quiet" data-do="end" onClick=${() => onEnd(one)}>${t("endLink")}</button></span></li>`;
}

export function Sharing({ file, onClose }) {
	const [open, setOpen] = useState(null);
	const [said, setSaid] = useState({ text: "", bad: false });
	const [busy, setBusy] = useState(false);
	/** Whether the work was done; what goes wrong is said. */
	const attempt = async (work) => {
		setSaid({ text: "", bad: false });
		try {
			await work();
			return true;
		} catch (error) {
			setSaid({ text: sayError(error), bad: true });
			return false;
		}
	};
	const look = () => attempt(async () => setOpen(await shares(file)));
	useEffect(() => void look(), []);
	const copy = (one) => navigator.clipboard.writeText(linkOf(one)).then(() => setSaid({ text: t("copied"), bad: false }), () => {});
	const end = (one) => attempt(async () => (await endShare(file, one), setOpen((all) => all.filter((other) => other !== one))));
	const make = async (event) => {
		event.preventDefault();
		const form = event.target;
		if (busy) return; // not disabled: that would take the focus from the button
		setBusy(true);
		const done = await attempt(async () => {
			const made = await share(file, Object.fromEntries(new FormData(form)));
			setOpen((all) => [made, ...(all ?? [])]);
			await copy(made);
		});
		if (done) form.elements.password.value = "";
		setBusy(false);
	};
	return html`<${Dialog} label=${t("shareOf", file.filename)} className="asked sharing" onClose=${onClose}>
		<header class="row-of"><h2>${t("shareOf", file.filename)}</h2><button type="button" class="quiet icon-only" aria-label=${t("close")} onClick=${onClose}><${Icon} name="close" /></button></header>
		<form onSubmit=${make} novalidate>
			<label for="span">${t("expires")}</label>
			<select id="span" name="expires_in" autofocus>${SPANS.map(([value, unit, n]) => html`<option key=${value} value=${value} selected=${value === "168"}>${t(unit, n)}</option>`)}</select>
			<label for="share-password">${t("passwordFor")}</label>
			<input id="share-password" name="password" type="password" autocomplete="new-password" maxlength="128" />
			<footer><button class="primary" aria-disabled=${busy}>${t("makeLink")}</button></footer>
		</form>
		<p role=${said.bad ? "alert" : "status"} class=${said.bad ? "field-error" : "muted"}>${said.text}</p>
		<h3>${t("links")}</h3>
		${!open && !said.bad && html`<p class="hint small" role="status">${t("loading")}</p>`}
		${!open && said.bad && html`<button type="button" onClick=${look}>${t("retry")}</button>`}
		${open?.length === 0 && html`<p class="hint small">${t("noLinks")}</p>`}
		${open?.length > 0 && html`<ul class="links">${open.map((one) => html`<${Link} key=${one.share_id} one=${one} onEnd=${end} onCopy=${copy} />`)}</ul>`}
	<//>`;
}
