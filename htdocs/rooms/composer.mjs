// Writing in a room: text, an answer to a message, files by button, paste and drop. Drafts are kept.
import { html } from "/vendor/html.mjs";
import { useLayoutEffect, useRef } from "/vendor/hooks.mjs";
import { Icon } from "/lib/icons.mjs";
import { Attach, canGo, fit, isTooLong, Left, narrow, pasted, Uploads } from "/lib/writing.mjs";
import { page, t, user } from "./base.mjs";
import * as outbox from "./outbox.mjs";

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
	useLayoutEffect(() => fit(field.current), [text, id]);
	const tooLong = isTooLong(text);
	const send = () => {
		const text = field.current.value; // a key may come before what was typed is drawn
		if (!canGo(text)) return;
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
	return html`<form class="composer" onSubmit=${(event) => (event.preventDefault(), send())}>
		<${Answering} id=${id} /><${Uploads} page=${page} box=${outbox.files} id=${id} />
		<div class="write">
			<textarea ref=${field} rows="1" value=${text} placeholder=${t(narrow.matches ? "writeShort" : "write")} aria-label=${t("message")} aria-invalid=${tooLong} aria-describedby=${tooLong ? "too-long" : undefined}
				onInput=${(event) => outbox.setDraft(id, event.target.value)} onKeyDown=${onKeyDown} onPaste=${pasted(add)}></textarea>
			<span class="do">
				<${Attach} page=${page} add=${add} />
				<button class="primary" disabled=${!canGo(text)}>${t("send")}</button>
			</span>
		</div>
		<${Left} page=${page} text=${text} />
	</form>`;
}
