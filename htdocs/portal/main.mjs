// The portal: one's files, found, looked at, shared; dropped anywhere they are uploaded.
import { html, render } from "/vendor/html.mjs";
import { useRef, useState } from "/vendor/hooks.mjs";
import { Ask, Banners, Bar } from "/lib/bar.mjs";
import { filesOf, useDrop } from "/lib/drop.mjs";
import { Icon } from "/lib/icons.mjs";
import { SignIn } from "/lib/sign_in.mjs";
import { sizeText } from "/lib/time.mjs";
import { page, t, user } from "./base.mjs";
import * as files from "./files.mjs";
import { Preview } from "./preview.mjs";
import { Sharing } from "./sharing.mjs";
import { Grid, List } from "./views.mjs";

function Room() {
	const { used, quota } = files.shelf.value;
	if (!quota) return html`<p class="room"></p>`;
	const text = t("used", sizeText(used), sizeText(quota));
	return html`<p class="room"><meter min="0" max=${quota} value=${used} high=${quota * 0.9} optimum="0" aria-label=${text}></meter><span class="muted">${text}</span></p>`;
}

function Tools() {
	const picker = useRef();
	const { search, type, sort } = files.wanted.value;
	const view = (name, icon) => html`<button class="quiet icon-only" data-do=${name} aria-label=${t(name)} title=${t(name)} aria-pressed=${files.layout.value === name} onClick=${() => files.setLayout(name)}><${Icon} name=${icon} /></button>`;
	return html`<div class="tools-line">
		<div class="find"><${Icon} name="search" size="16" /><input type="search" aria-label=${t("search")} placeholder=${t("search")} value=${search} onInput=${(event) => files.want({ search: event.target.value })} /></div>
		<select aria-label=${t("kind")} onChange=${(event) => files.want({ type: event.target.value })}><option value="">${t("all")}</option>${files.KINDS.map((kind) => html`<option key=${kind} value=${kind} selected=${kind === type}>${t(kind)}</option>`)}</select>
		<select aria-label=${t("sort")} onChange=${(event) => files.want({ sort: event.target.value })}>${files.ORDERS.map((order) => html`<option key=${order} value=${order} selected=${order === sort}>${t(order)}</option>`)}</select>
		<span role="group" aria-label=${t("layout")}>${view("grid", "grid")}${view("list", "list")}</span>
		<span class="grow"></span>
		<input ref=${picker} type="file" multiple hidden onChange=${(event) => (files.upload(filesOf(event.target)), (event.target.value = ""))} />
		<button class="primary" data-do="upload" onClick=${() => picker.current.click()}><${Icon} name="plus" size="18" />${t("upload")}</button>
	</div>`;
}

function Upload({ one }) {
	const failed = one.state === "failed";
	const speed = one.state === "waiting" ? t("waiting") : one.speed > 0 ? t("speed", sizeText(one.speed)) : "";
	return html`<li><span class="name">${one.file.name}</span><span class="muted">${sizeText(one.file.size)}</span>
		${failed ? html`<span class="field-error" role="alert">${one.error}</span><button class="quiet icon-only small" data-do="retry" aria-label=${t("retryOf", one.file.name)} title=${t("retry")} onClick=${() => files.retry(one)}><${Icon} name="retry" size="16" /></button>`
			: html`<progress max="1" value=${one.progress} aria-label=${one.file.name}></progress><span class="muted speed">${speed}</span>${one.held && html`<span class="held" role="status">${one.held}</span>`}`}
		<button class="quiet icon-only small" data-do="cancel" aria-label=${t("cancelOf", one.file.name)} title=${t("cancel")} onClick=${() => files.cancel(one.key)}><${Icon} name="close" size="16" /></button></li>`;
}
/** Over the page, so that nothing jumps when they come and go. */
function Uploads() {
	const all = files.uploads.value;
	if (!all.length) return null;
	return html`<section class="uploads-box" aria-label=${t("uploading", all.length)}>
		<header><h2 role="status">${t("uploading", all.length)}</h2>${all.length > 1 && html`<button class="quiet" onClick=${files.stopAll}>${t("cancelAll")}</button>`}</header>
		<ul>${all.slice(0, 100).map((one) => html`<${Upload} key=${one.key} one=${one} />`)}</ul>
	</section>`;
}

function Undo() {
	const [file] = files.undoable.value;
	return html`<div class="undo" role="status">${file && html`<p><span>${t("removed", file.filename)}</span><button class="link" data-do="undo" onClick=${files.undo}>${t("undo")}</button></p>`}</div>`;
}

function State() {
	const { state, error, files: shown } = files.shelf.value;
	const { search, type } = files.wanted.value;
	if (state === "loading") return html`<div role="status"><span class="sr">${t("loading")}</span><ul class="grid holes" aria-hidden="true">${Array.from({ length: 6 }, (_, i) => html`<li key=${i}><span class="face"></span><i></i></li>`)}</ul></div>`;
	if (state === "failed") return html`<div class="hint" role="alert"><p>${t("failed")}</p><p>${error}</p><button onClick=${() => files.load()}>${t("retry")}</button></div>`;
	if (shown.length) return null;
	const [title, hint] = search || type ? ["nothingFound", "nothingFoundHint"] : ["empty", "emptyHint"];
	return html`<div class="hint"><${Icon} name="file" size="48" /><p><strong>${t(title)}</strong></p><p>${t(hint)}</p></div>`;
}

function Rename({ file, onClose }) {
	const ending = /\.[^.]+$/.exec(file.filename)?.[0] ?? "";
	const stem = file.filename.slice(0, file.filename.length - ending.length);
	return html`<${Ask} page=${page} title=${t("renameOf", file.filename)} verb=${t("save")} work=${({ stem }) => files.rename(file, stem.trim() + ending)} onClose=${onClose}>
		<label for="stem">${t("newName")}</label><input id="stem" name="stem" value=${stem} maxlength="180" autocomplete="off" autofocus aria-describedby="ending" onFocus=${(event) => event.target.select()} />
		${ending && html`<p class="muted" id="ending">${t("ending", ending)}</p>`}<//>`;
}

function Portal() {
	const [done, setDone] = useState(null); // {what: "preview" | "rename" | "share", file}
	const { over, ...drop } = useDrop(files.upload);
	const { files: shown, total } = files.shelf.value;
	const to = (what) => (file) => setDone({ what, file });
	const close = () => setDone(null);
	/** The focus goes to what stands in its place. */
	const onRemove = async (file) => {
		const at = shown.indexOf(file);
		const next = shown[at + 1] ?? shown[at - 1];
		if (await files.remove(file)) requestAnimationFrame(() => (document.querySelector(next ? `[data-id="${next.file_id}"] [data-do=remove]` : "[data-do=upload]"))?.focus());
	};
	const onKeyDown = (event) => (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.target.closest("input, textarea") && files.undoable.value.length && (event.preventDefault(), files.undo());
	const View = files.layout.value === "grid" ? Grid : List;
	const file = done && (shown.find((one) => one.file_id === done.file.file_id) ?? done.file);
	return html`<div class="portal" ...${drop} onKeyDown=${onKeyDown}>
		<${Bar} page=${page} here="/portal/" />
		<main><header class="title-line"><h1>${t("title")}</h1><span class="muted">${files.shelf.value.state === "ready" && t("count", total)}</span><span class="grow"></span><${Room} /></header>
			<${Tools} /><${State} />
			${shown.length > 0 && html`<${View} files=${shown} onOpen=${to("preview")} onRename=${to("rename")} onShare=${to("share")} onRemove=${onRemove} />`}
			${shown.length < total && shown.length > 0 && html`<p class="more"><button onClick=${files.more}>${t("more")}</button></p>`}
		</main>
		<${Uploads} /><${Undo} /><${Banners} page=${page} />
		${over && html`<div class="dropping"><${Icon} name="plus" size="40" /><p>${t("dropHere")}</p></div>`}
		${done?.what === "preview" && html`<${Preview} file=${file} files=${shown} onShow=${to("preview")} onDownload=${files.download} onClose=${close} />`}
		${done?.what === "rename" && html`<${Rename} file=${file} onClose=${close} />`}
		${done?.what === "share" && html`<${Sharing} file=${file} onClose=${close} />`}
	</div>`;
}

function App() {
	document.title = `${t("title")} · Deskbell`;
	return user.value ? html`<${Portal} />` : html`<${SignIn} page=${page} onDone=${() => files.load()} />`;
}
if (user.value) files.load();
render(html`<${App} />`, document.getElementById("app"));
