// The files as a grid or a list, and what can be done with each.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { Icon } from "/lib/icons.mjs";
import { exactTime, relativeTime, sizeText } from "/lib/time.mjs";
import { clock, lang, t } from "./base.mjs";
import { download } from "./files.mjs";

const tool = (name, icon, label, title, work) => html`<button class="quiet icon-only" data-do=${name} aria-label=${label} title=${title} onClick=${work}><${Icon} name=${icon} size="18" /></button>`;
function Tools({ file, onRename, onShare, onRemove }) {
	return html`<span class="tools">
		${tool("download", "save", t("downloadOf", file.filename), t("download"), () => download(file))}
		${tool("share", "link", t("shareOf", file.filename), t("share"), () => onShare(file))}
		${tool("rename", "pen", t("renameOf", file.filename), t("rename"), () => onRename(file))}
		${tool("remove", "bin", t("removeOf", file.filename), t("remove"), () => onRemove(file))}
	</span>`;
}
const Ending = ({ name }) => html`<span class="kind">${/\.([^.]{1,5})$/.exec(name)?.[1].toUpperCase() ?? ""}</span>`;
const TRIES = 5;
/** The small picture; it may take a moment to be made. One that never comes is a file like others. */
function Face({ file, size }) {
	const [tries, setTries] = useState(0);
	const small = file.thumbnail_url;
	const again = () => setTimeout(() => setTries(tries + 1), 500 * 2 ** tries);
	if (small && tries < TRIES) return html`<img src=${tries && small !== file.url ? `${small}?${tries}` : small} alt="" loading="lazy" width=${size} height=${size} onError=${again} />`;
	return html`<span class="no-face"><${Icon} name="file" size=${size > 60 ? 40 : 20} />${size > 60 && html`<${Ending} name=${file.filename} />`}</span>`;
}
const When = ({ file }) => html`<time datetime=${file.upload_time} title=${exactTime(file.upload_time, lang.value)}>${relativeTime(file.upload_time, lang.value, clock.value)}</time>`;
const Shares = ({ file }) => file.shares > 0 && html`<span class="shares" title=${t("shared", file.shares)}><${Icon} name="link" size="14" /><span class="sr">${t("shared", file.shares)}</span></span>`;

export function Grid({ files, onOpen, ...work }) {
	return html`<ul class="grid" aria-label=${t("files")}>${files.map((file) => html`<li key=${file.file_id} data-id=${file.file_id}>
		<button class="face" aria-label=${t("open", file.filename)} onClick=${() => onOpen(file)}><${Face} file=${file} size="160" /></button>
		<p class="file-name" title=${file.filename}>${file.filename}</p>
		<p class="muted">${sizeText(file.size)} · <${When} file=${file} /> <${Shares} file=${file} /></p>
		<${Tools} file=${file} ...${work} />
	</li>`)}</ul>`;
}

export function List({ files, onOpen, ...work }) {
	return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("files")}><table class="rows">
		<thead><tr><th scope="col">${t("fileName")}</th><th scope="col" class="num">${t("size")}</th><th scope="col" class="wide">${t("added")}</th><th scope="col"><span class="sr">${t("actions")}</span></th></tr></thead>
		<tbody>${files.map((file) => html`<tr key=${file.file_id} data-id=${file.file_id}>
			<td><button class="plain face" aria-label=${t("open", file.filename)} onClick=${() => onOpen(file)}><${Face} file=${file} size="36" /><span class="file-name">${file.filename}</span><${Shares} file=${file} /></button></td>
			<td class="num">${sizeText(file.size)}</td><td class="wide"><${When} file=${file} /></td><td><${Tools} file=${file} ...${work} /></td>
		</tr>`)}</tbody>
	</table></div>`;
}
