// Middle: what is said. Bubbles by sender and day, quotes, pictures and files; older ones come when scrolled to, without a jump.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { signal } from "/vendor/signals.mjs";
import { Ask } from "/lib/bar.mjs";
import { Avatar, Icon } from "/lib/icons.mjs";
import { isStaff } from "/lib/page.mjs";
import { createPictures } from "/lib/pictures.mjs";
import { useSteady } from "/lib/steady.mjs";
import { groupMessages, LINK } from "/lib/thread.mjs";
import { clockTime, dayName, exactTime } from "/lib/time.mjs";
import { NotSent } from "/lib/writing.mjs";
import { lang, page, problem, t, user } from "./base.mjs";
import { takeBackMessage } from "./live.mjs";
import { answer, box, takeBack, waitingIn } from "./outbox.mjs";
import * as talks from "./talks.mjs";

const { Picture, FileLink, Shown } = createPictures(page);
export { Shown };

const removing = signal(null); // the message that is asked about
export function Removing() {
	const message = removing.value;
	if (!message) return null;
	return html`<${Ask} page=${page} title=${t("removeTitle")} text=${t("removeText")} verb=${t("remove")} danger work=${() => takeBackMessage(message)} onClose=${() => (removing.value = null)} />`;
}

const isFile = (message) => message.message_type === "file" || message.message_type === "image";
const Words = ({ text }) => text.split(LINK).map((part, i) => (i % 2 ? html`<a href=${part} target="_blank" rel="noopener noreferrer">${part}</a>` : part));
const nameOf = (message) => (message.sender_id === user.value.id ? t("you") : message.sender.full_name);

/** Goes to a message, loading what lies between; what was answered may be gone. */
async function goTo(room, id) {
	const there = await talks.reach(room, id);
	if (!there) return void (problem.value = t("quotedGone"));
	requestAnimationFrame(() => {
		const element = document.getElementById(`said-${id}`);
		element?.scrollIntoView({ block: "center" });
		element?.focus({ preventScroll: true });
	});
}
function Quote({ message, all }) {
	const quoted = all.find((one) => one.id === message.reply_to);
	return html`<button type="button" class="quote" title=${t("toQuoted")} onClick=${() => goTo(message.room_id, message.reply_to)}>
		${quoted ? html`<b>${nameOf(quoted)}</b><span>${quoted.content}</span>` : html`<span>${t("earlierMessage")}</span>`}</button>`;
}

function Tools({ message }) {
	const mine = message.sender_id === user.value.id || isStaff(user.value);
	return html`<span class="tools">
		<button class="quiet icon-only small" data-do="reply" aria-label=${t("replyTo", message.sender.full_name)} title=${t("reply")} onClick=${() => (answer(message.room_id, message), document.querySelector(".composer textarea")?.focus())}><${Icon} name="answer" size="16" /></button>
		${mine && html`<button class="quiet icon-only small" data-do="remove" aria-label=${t("remove")} title=${t("remove")} onClick=${() => (removing.value = message)}><${Icon} name="bin" size="16" /></button>`}
	</span>`;
}

function Said({ message, all }) {
	const body = message.message_type === "image" && message.thumbnail_url !== null ? html`<${Picture} message=${message} />` : isFile(message) ? html`<${FileLink} message=${message} />` : html`<p class=${`bubble ${message.pending ? "pending" : ""}`} title=${exactTime(message.created_at, lang.value)}><${Words} text=${message.content} /></p>`;
	return html`<div class="said" id=${message.id ? `said-${message.id}` : undefined} tabindex="-1" data-seq=${message.seq}>
		${message.reply_to && html`<${Quote} message=${message} all=${all} />`}
		<div class="with-tools">${body}${message.id && message.sender_type !== "system" && html`<${Tools} message=${message} />`}</div>
		${message.failed && html`<${NotSent} page=${page} box=${box} entry=${message} takeBack=${takeBack} />`}
	</div>`;
}

function Group({ group, all }) {
	const [first] = group.messages;
	const last = group.messages.at(-1);
	const mine = first.sender_id === user.value.id;
	const kind = first.sender_type === "system" ? "system" : mine ? "agent" : "user";
	const state = last.failed || !mine ? "" : last.pending ? t("pending") : t("sent");
	return html`${group.day && html`<p class="day"><span>${dayName(group.day, lang.value)}</span></p>`}
	<div class=${`group ${kind}`}>
		<p class="sender">${!mine && html`<${Avatar} name=${first.sender.full_name} id=${first.sender_id} size="26" />`}${nameOf(first)}</p>
		${group.messages.map((message) => html`<${Said} key=${message.client_id ?? message.id} message=${message} all=${all} />`)}
		<p class="meta"><time datetime=${last.created_at} title=${exactTime(last.created_at, lang.value)}>${clockTime(last.created_at, lang.value)}</time>${state && ` · ${state}`}</p>
	</div>`;
}

function State({ id, talk }) {
	if (talk.state === "loading") return html`<p class="hint" role="status">${t("loading")}</p>`;
	if (talk.state === "failed") return html`<div class="hint" role="alert"><p>${t("failed")}</p><p class="why">${talk.error}</p><button onClick=${() => talks.loadTalk(id)}>${t("retry")}</button></div>`;
	if (talk.olderFailed) return html`<p class="hint" role="alert">${t("failed")} <button onClick=${() => talks.loadOlder(id)}>${t("retry")}</button></p>`;
	if (!talk.messages.length) return html`<p class="hint">${t("empty")}</p>`;
	return html`<p class="older">${talk.hasOlder ? html`<button class="quiet" onClick=${() => talks.loadOlder(id)}>${t("older")}</button>` : t(talk.messages[0].seq === 1 ? "start" : "beginning")}</p>`;
}

export function Talk({ id }) {
	const talk = talks.talk(id);
	const waiting = waitingIn(id);
	const box = useRef();
	const [away, setAway] = useState(false);
	const { anchor, toEnd } = useSteady(box, talk.state);
	const all = [...talk.messages, ...waiting];
	useEffect(() => waiting.length && toEnd(), [waiting.length]); // who sends sees what was sent
	const onScroll = () => {
		anchor();
		const el = box.current;
		setAway(el.scrollHeight - el.scrollTop - el.clientHeight > 400);
		if (el.scrollTop < 200 && talk.hasOlder && !talk.olderFailed) talks.loadOlder(id);
	};
	return html`<div class="talk">
		<div class="messages" ref=${box} onScroll=${onScroll} tabindex="0" role="log" aria-live="polite" aria-label=${t("conversation")}>
			<div class="inner"><${State} id=${id} talk=${talk} />${groupMessages(all).map((group) => html`<${Group} key=${group.key} group=${group} all=${talk.messages} />`)}</div>
		</div>
		${away && html`<button class="to-end" aria-label=${t("toEnd")} title=${t("toEnd")} onClick=${toEnd}><${Icon} name="down" /></button>`}
	</div>`;
}
