// The conversation: bubbles by sender and day, notes on yellow, who types, who else looks; older ones come when scrolled to.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { createPictures } from "/lib/pictures.mjs";
import { useSteady } from "/lib/steady.mjs";
import { groupMessages, LINK } from "/lib/thread.mjs";
import { clockTime, dayName, exactTime, sizeText } from "/lib/time.mjs";
import { NotSent } from "/lib/writing.mjs";
import { stopReply } from "./actions.mjs";
import { Translation } from "./assist.mjs";
import { lang, page, t, user } from "./base.mjs";
import { Icon } from "/lib/icons.mjs";
import { nameOf } from "./names.mjs";
import { box, takeBack, waitingIn } from "./outbox.mjs";
import { callable } from "./people.mjs";
import * as threads from "./threads.mjs";

const { Picture: HeldPicture, FileLink: HeldFile, Shown } = createPictures(page); // of notes, which a plain link does not open
export { Shown };

const kindOf = (message) => (message.is_private ? "note" : message.sender_type === "contact" ? "user" : message.sender_type);

function senderName(message, item) {
	if (message.sender_type === "contact") return nameOf(item);
	if (message.sender_type === "ai") return t("ai");
	if (message.sender_type === "system") return t("system");
	return message.sender?.id === user.value.id ? t("you") : message.sender?.full_name ?? t("agent");
}

/** What was written, with addresses to click and names that were called. */
function Words({ text, names }) {
	return text.split(LINK).map((part, i) => (i % 2 ? html`<a href=${part} target="_blank" rel="noopener noreferrer">${part}</a>` : html`<${Named} text=${part} names=${names} />`));
}
function Named({ text, names }) {
	const name = names.find((one) => text.includes(`@${one}`));
	if (!name) return text;
	const at = text.indexOf(`@${name}`);
	const end = at + name.length + 1;
	return html`${text.slice(0, at)}<b class="mention">${text.slice(at, end)}</b><${Named} text=${text.slice(end)} names=${names} />`;
}
const calledIn = (message, all) => {
	const ids = message.mentions ?? message.metadata?.mentions ?? [];
	if (!Array.isArray(ids) || !ids.length) return [];
	return [...callable(all), user.value].filter((one) => ids.includes(one.id)).map((one) => one.full_name);
};

const isSafe = (url) => /^(https?:\/)?\//.test(url ?? "");
const WIDE = 20, HIGH = 16; // rem, at most
/** A picture takes its room before it is there. Its thumbnail may take a moment; one that never comes is a file like others. */
function Picture({ file, small, Else }) {
	const [tries, setTries] = useState(0);
	if (tries > 4) return html`<${Else} />`;
	const again = () => setTimeout(() => setTries(tries + 1), small === file.url ? 0 : 500 * 2 ** tries);
	const width = file.width && Math.min(file.width / 16, WIDE, (HIGH * file.width) / file.height);
	return html`<a class="picture" href=${file.url} target="_blank" rel="noopener noreferrer"><img src=${tries && small !== file.url ? `${small}?${tries}` : small} alt=${file.filename} loading="lazy" onError=${again}
		style=${width && { width: `${width}rem`, aspectRatio: `${file.width} / ${file.height}` }} /></a>`;
}
const isPicture = (file) => /^image\/(png|jpe?g|gif|webp|avif)$/.test(file.mime_type ?? "");
function NoteAttachment({ file }) {
	const message = { ...file, file_url: file.url, file_name: file.filename, file_size: file.size };
	return isPicture(file) && file.thumbnail_url ? html`<${HeldPicture} message=${message} />` : html`<${HeldFile} message=${message} />`;
}
function Attachment({ file }) {
	if (!isSafe(file.url)) return null;
	const small = file.thumbnail_url === undefined ? file.url : file.thumbnail_url;
	const Link = () => html`<a class="file" href=${file.url} target="_blank" rel="noopener noreferrer" download=${file.filename}><${Icon} name="file" /><span class="name">${file.filename}</span><span class="size">${sizeText(file.size ?? 0)}</span></a>`;
	if (isSafe(small) && isPicture(file)) return html`<${Picture} file=${file} small=${small} Else=${Link} />`;
	return html`<${Link} />`;
}

function Bubble({ message, names }) {
	const shown = !message.attachment || (message.content && message.content !== message.attachment.filename);
	return html`${message.attachment && html`<${message.is_private ? NoteAttachment : Attachment} file=${message.attachment} />`}
		${shown && html`<p class=${`bubble ${message.pending ? "pending" : ""}`} title=${exactTime(message.created_at, lang.value)} data-seq=${message.seq}><${Words} text=${message.content} names=${names} /></p>`}
		${message.failed && html`<${NotSent} page=${page} box=${box} entry=${message} takeBack=${takeBack} />`}`;
}

function Group({ group, item, contactSeq, all }) {
	const [first] = group.messages;
	const last = group.messages.at(-1);
	const kind = kindOf(first);
	const state = last.failed ? "" : last.pending ? t("pending") : kind !== "agent" ? "" : contactSeq >= last.seq ? t("seen") : t("sent");
	return html`${group.day && html`<p class="day"><span>${dayName(group.day, lang.value)}</span></p>`}
	<div class=${`group ${kind}`} data-first=${first.seq}>
		<p class="sender">${senderName(first, item)}${kind === "note" && html` · <span class="private"><${Icon} name="note" size="13" />${t("privateNote")}</span>`}</p>
		${group.messages.map((message) => html`<${Bubble} key=${message.client_id ?? message.id} message=${message} names=${calledIn(message, all)} />${kind === "user" && message.content && html`<${Translation} item=${item} message=${message} />`}`)}
		<p class="meta"><time datetime=${last.created_at}>${clockTime(last.created_at, lang.value)}</time>${state && ` · ${state}`}</p>
	</div>`;
}

const typingText = (entry, item) => t("isTyping", entry.type === "contact" ? nameOf(item) : entry.type === "ai" ? t("ai") : entry.name ?? t("agent"));

function State({ id, thread }) {
	if (thread.state === "loading") return html`<p class="hint" role="status">${t("loading")}</p>`;
	if (thread.state === "failed") return html`<div class="hint" role="alert"><p>${t("failed")}</p><p class="why">${thread.error}</p><button onClick=${() => threads.loadThread(id)}>${t("retry")}</button></div>`;
	if (thread.state === "gone") return html`<div class="hint"><p><strong>${t("goneTitle")}</strong></p><p>${t("goneHint")}</p></div>`;
	if (!thread.messages.length) return html`<p class="hint">${t("noMessages")}</p>`;
	if (thread.olderFailed) return html`<p class="hint" role="alert">${t("failed")} <button onClick=${() => threads.loadOlder(id)}>${t("retry")}</button></p>`;
	return html`<p class="older">${thread.hasOlder ? html`<button class="quiet" onClick=${() => threads.loadOlder(id)}>${t("older")}</button>` : t("beginning")}</p>`;
}

export function Messages({ item, over }) {
	const thread = threads.thread(item.id);
	const waiting = waitingIn(item.id);
	const box = useRef();
	const [away, setAway] = useState(false);
	const { anchor, toEnd } = useSteady(box, thread.state);
	const groups = groupMessages([...thread.messages, ...waiting]);
	useEffect(() => waiting.length && toEnd(), [waiting.length]); // who sends sees what was sent
	const onScroll = () => {
		anchor();
		const el = box.current;
		setAway(el.scrollHeight - el.scrollTop - el.clientHeight > 400);
		if (el.scrollTop < 200 && thread.hasOlder && !thread.olderFailed) threads.loadOlder(item.id);
	};
	return html`<div class="talk">${over}
		<div class="messages" ref=${box} onScroll=${onScroll} tabindex="0" role="log" aria-live="polite" aria-label=${t("conversation")}>
			<div class="inner">
				<${State} id=${item.id} thread=${thread} />
				${groups.map((group) => html`<${Group} key=${group.key} group=${group} item=${item} contactSeq=${thread.contactSeq} all=${thread.messages} />`)}
				${thread.stream && html`<div class="group ai"><p class="sender">${t("ai")}</p><p class="bubble streaming">${thread.stream.text}</p><button class="plain" onClick=${() => stopReply(item)}>${t("stopReply")}</button></div>`}
			</div>
		</div>
		${away && html`<button class="to-end" aria-label=${t("toEnd")} title=${t("toEnd")} onClick=${toEnd}><${Icon} name="down" /></button>`}
		<p class="typing" aria-live="polite">${threads.typists(item.id).map((entry) => html`<span key=${entry.type + entry.name}><span class="dots"><i></i><i></i><i></i></span>${typingText(entry, item)}</span>`)}</p>
	</div>`;
}
