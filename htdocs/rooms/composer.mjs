// Writing in a room: text, an answer to a message, files by button, paste and drop. Drafts are kept.
import { html } from "/vendor/html.mjs";
import { useLayoutEffect, useRef } from "/vendor/hooks.mjs";
import { filesOf } from "/lib/drop.mjs";
import { Icon } from "/lib/icons.mjs";
import { t, user } from "./base.mjs";
import * as outbox from "./outbox.mjs";

const MAX = 5000;
const narrow = matchMedia("(max-width: 700px)");

function Uploads({ id }) {
	const mine = outbox.uploads.value.filter((one) => one.id === id);
	if (!mine.length) return null;
	return html`<ul class="uploads" aria-label=${t("files")}>${mine.map((one) => html`<li key=${one.key}>
		<${Icon} name="file" size="16" /><span class="name">${one.file.name}</span>
		${one.error ? html`<span class="field-error" role="alert">${one.error}</span><button type="button" class="quiet icon-only" aria-label=${t("retry")} onClick=${() => outbox.sendAgain(one)}><${Icon} name="retry" size="16" /></button>` : html`<progress max="1" value=${one.progress} aria-label=${one.file.name}></progress>`}
		<button type="button" class="quiet icon-only" aria-label=${t("cancel")} onClick=${() => outbox.forgetUpload(one.key)}><${Icon} name="close" size="16" /></button>
	</li>`)}</ul>`;
}

function Answering({ id }) {
	const message = outbox.answered(id);
	if (!message) return null;
	const name = message.sender_id === user.value.id ? t("you") : message.sender.full_name;
	return html`<div class="answering"><${Icon} name="answer" size="16" /><span class="text"><b>${name}</b> ${message.content}</span>
		<button type="button" class="quiet icon-only small" aria-label=${t("noReply")} title=${t("noReply")} onClick=${() => outbox.answer(id, null)}><${Icon} name="close" size="16" /></button></div>`;
}

export function Composer({ id }) {
	const text = outbox.draft(id);
	const field = useRef();
	const picker = useRef();
	useLayoutEffect(() => {
		field.current.style.height = "auto";
		field.current.style.height = `${Math.min(field.current.scrollHeight + 2, 220)}px`;
	}, [text, id]);
	const length = [...text].length; // characters, as the server counts
	const tooLong = length > MAX;
	const send = () => {
		const text = field.current.value; // a key may come before what was typed is drawn
		if (!text.trim() || [...text].length > MAX) return;
		outbox.say(id, text.trim());
		field.current.focus();
	};
	const onKeyDown = (event) => {
		if (event.key === "Escape") return outbox.answered(id) ? outbox.answer(id, null) : field.current.blur();
		if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
		event.preventDefault();
		send();
	};
	const add = (files) => files.length && outbox.upload(id, files);
	const onPaste = (event) => filesOf(event.clipboardData).length && (event.preventDefault(), add(filesOf(event.clipboardData)));
	return html`<form class="composer" onSubmit=${(event) => (event.preventDefault(), send())}>
		<${Answering} id=${id} /><${Uploads} id=${id} />
		<div class="write">
			<textarea ref=${field} rows="1" value=${text} placeholder=${t(narrow.matches ? "writeShort" : "write")} aria-label=${t("message")} aria-invalid=${tooLong} aria-describedby=${tooLong ? "too-long" : undefined}
				onInput=${(event) => outbox.setDraft(id, event.target.value)} onKeyDown=${onKeyDown} onPaste=${onPaste}></textarea>
			<span class="do">
				<input ref=${picker} type="file" multiple hidden onChange=${(event) => (add(filesOf(event.target)), (event.target.value = ""))} />
				<button type="button" class="quiet icon-only" aria-label=${t("attach")} title=${t("attach")} onClick=${() => picker.current.click()}><${Icon} name="clip" /></button>
				<button class="primary" disabled=${!text.trim() || tooLong}>${t("send")}</button>
			</span>
		</div>
		${length > MAX - 500 && html`<p id="too-long" class=${tooLong ? "field-error" : "count-left"} role=${tooLong ? "alert" : undefined}>${tooLong ? t("tooLong", length - MAX) : `${length} / ${MAX}`}</p>`}
	</form>`;
}
