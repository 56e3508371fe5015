// A file looked at: pictures, PDF and text; with the keys to the one before and the one behind.
import { html } from "/vendor/html.mjs";
import { useEffect, useState } from "/vendor/hooks.mjs";
import { Icon } from "/lib/icons.mjs";
import { Dialog } from "/lib/popover.mjs";
import { sizeText } from "/lib/time.mjs";
import { sayError, t } from "./base.mjs";

const TEXT_MOST = 200 * 1024;
export const kindOf = (mime) => (/^image\/(png|jpeg|gif|webp|avif)$/.test(mime) ? "image" : mime === "application/pdf" ? "pdf" : /^text\//.test(mime) ? "text" : "other");

const bytesOf = async (url, headers) => {
	const response = await fetch(url, { headers });
	if (!response.ok) throw Object.assign(new Error(t("failed")), { status: response.status });
	return response;
};
/** The browser's own viewer takes a PDF from this page's memory: what the server sends is sealed off from scripts and viewers. */
const pdfOf = async (url) => URL.createObjectURL(new Blob([await (await bytesOf(url)).arrayBuffer()], { type: "application/pdf" }));
const textOf = async (url) => (await bytesOf(url, { Range: `bytes=0-${TEXT_MOST - 1}` })).text();

/** What can be shown of a file at an address. */
export function Contents({ file, url }) {
	const kind = kindOf(file.mime_type);
	const [got, setGot] = useState({ state: "loading", value: "" });
	const take = async () => {
		setGot({ state: "loading", value: "" });
		try {
			setGot({ state: "ready", value: kind === "pdf" ? await pdfOf(url) : await textOf(url) });
		} catch (error) {
			setGot({ state: "failed", value: sayError(error) });
		}
	};
	useEffect(() => void (kind === "pdf" || kind === "text" ? take() : null), [url]);
	useEffect(() => () => got.value.startsWith("blob:") && URL.revokeObjectURL(got.value), [got.value]);
	if (kind === "image") return html`<img class="whole" src=${url} alt=${file.filename} />`;
	if (kind === "other") return html`<p class="hint"><${Icon} name="file" size="48" />${t("noPreview")}</p>`;
	if (got.state === "loading") return html`<p class="hint" role="status">${t("loading")}</p>`;
	if (got.state === "failed") return html`<p class="hint" role="alert">${got.value} <button onClick=${take}>${t("retry")}</button></p>`;
	if (kind === "pdf") return html`<iframe class="whole" src=${got.value} title=${file.filename}></iframe>`;
	return html`<pre class="whole" tabindex="0">${got.value}</pre>${file.size > TEXT_MOST && html`<p class="muted">${t("cut", sizeText(TEXT_MOST))}</p>`}`;
}

/** files: what stands beside it; onShow(file) goes to another. */
export function Preview({ file, files, onShow, onClose, onDownload }) {
	const at = files.findIndex((one) => one.file_id === file.file_id);
	const step = (by) => files[at + by] && onShow(files[at + by]);
	const onKeyDown = (event) => {
		const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
		if (by && event.target.tagName !== "PRE") step(by);
	};
	return html`<${Dialog} label=${`${t("preview")}: ${file.filename}`} className="preview" onClose=${onClose}>
		<div class="preview-in" onKeyDown=${onKeyDown}>
			<header><h2>${file.filename}</h2><span class="muted">${sizeText(file.size)}</span>
				<button class="quiet icon-only" data-do="previous" aria-label=${t("previous")} title=${t("previous")} disabled=${at <= 0} onClick=${() => step(-1)}><${Icon} name="back" /></button>
				<button class="quiet icon-only turned" data-do="next" aria-label=${t("next")} title=${t("next")} disabled=${at < 0 || at === files.length - 1} onClick=${() => step(1)}><${Icon} name="back" /></button>
				<button onClick=${() => onDownload(file)}>${t("download")}</button>
				<button class="quiet icon-only" autofocus aria-label=${t("close")} title=${t("close")} onClick=${onClose}><${Icon} name="close" /></button></header>
			<div class="contents"><${Contents} key=${file.file_id} file=${file} url=${file.url} /></div>
		</div>
	<//>`;
}
