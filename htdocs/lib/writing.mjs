// What the console and the rooms have alike where one writes: files on their way and the button for them, how much is left, what was not sent.
import { html } from "/vendor/html.mjs";
import { useRef } from "/vendor/hooks.mjs";
import { filesOf } from "./drop.mjs";
import { Icon } from "./icons.mjs";

const MAX = 5000;
/** Texts of these parts, for the pages' own: [zh, en]. */
export const writingWords = {
	send: ["发送", "Send"], writeShort: ["输入消息", "Write a message"], tooLong: ["超出 {0} 个字符", "{0} characters too many"],
	attach: ["添加文件", "Attach files"], files: ["文件", "Files"], dropHere: ["松开即可发送文件", "Drop files to send them"],
	pending: ["发送中", "Sending"], sent: ["已发送", "Sent"], notSent: ["未能发送", "Not sent"],
};

export const narrow = matchMedia("(max-width: 700px)");
/** As high as what stands in it. */
export function fit(area) {
	area.style.height = "auto";
	area.style.height = `${Math.min(area.scrollHeight + 2, 220)}px`;
}
const lengthOf = (text) => [...text].length; // characters, as the server counts
export const isTooLong = (text) => lengthOf(text) > MAX;
export const canGo = (text) => Boolean(text.trim()) && !isTooLong(text);

/** How much of a long text is left; the field names it by id="too-long". */
export function Left({ page: { t }, text }) {
	const length = lengthOf(text);
	if (length <= MAX - 500) return null;
	return length > MAX ? html`<p id="too-long" class="field-error" role="alert">${t("tooLong", length - MAX)}</p>` : html`<p id="too-long" class="count-left">${length} / ${MAX}</p>`;
}

export function Attach({ page: { t }, add }) {
	const picker = useRef();
	return html`<input ref=${picker} type="file" multiple hidden onChange=${(event) => (add(filesOf(event.target)), (event.target.value = ""))} />
		<button type="button" class="quiet icon-only" aria-label=${t("attach")} title=${t("attach")} onClick=${() => picker.current.click()}><${Icon} name="clip" /></button>`;
}
/** For a field: pasted files are files. */
export const pasted = (add) => (event) => filesOf(event.clipboardData).length && (event.preventDefault(), add(filesOf(event.clipboardData)));

/** box: of createUploads; what is on its way there for id. */
export function Uploads({ page: { t }, box, id }) {
	const mine = box.uploads.value.filter((one) => one.id === id);
	if (!mine.length) return null;
	return html`<ul class="uploads" aria-label=${t("files")}>${mine.map((one) => html`<li key=${one.key}>
		<${Icon} name="file" size="16" /><span class="name">${one.file.name}</span>
		${one.error ? html`<span class="field-error" role="alert">${one.error}</span><button type="button" class="quiet icon-only" aria-label=${t("retry")} onClick=${() => box.retry(one)}><${Icon} name="retry" size="16" /></button>` : html`<progress max="1" value=${one.progress} aria-label=${one.file.name}></progress>${one.held && html`<span class="held" role="status">${one.held}</span>`}`}
		<button type="button" class="quiet icon-only" aria-label=${t("cancel")} onClick=${() => box.forget(one.key)}><${Icon} name="close" size="16" /></button>
	</li>`)}</ul>`;
}

/** box: of createOutbox; takeBack(entry) puts it back to where it was typed. */
export function NotSent({ page: { t }, box, entry, takeBack }) {
	return html`<p class="failed" role="alert">${t("notSent")}: ${entry.failed}
		<button class="link" onClick=${() => box.retry(entry)}>${t("retry")}</button><button class="link" onClick=${() => takeBack(entry)}>${t("edit")}</button><button class="link" onClick=${() => box.discard(entry.client_id)}>${t("discard")}</button></p>`;
}
