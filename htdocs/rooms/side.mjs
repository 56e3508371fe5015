// Left: the rooms; with what makes and finds them.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { signal } from "/vendor/signals.mjs";
import { Ask } from "/lib/bar.mjs";
import { Avatar, Icon } from "/lib/icons.mjs";
import { exactTime, relativeTime } from "/lib/time.mjs";
import { clock, idIn, lang, open, openId, page, t, user } from "./base.mjs";
import * as rooms from "./list.mjs";
import { draft } from "./outbox.mjs";

const asked = signal(null); // "new" | "join"
const ask = (what) => (asked.value = what);

/** Something at fault in a field, said as the server says it. */
const fault = (text) => Object.assign(new Error(text), { status: 400, message: text });

function Asked() {
	const close = () => ask(null);
	const create = async ({ name, description }) => {
		if (!name.trim()) throw fault(t("nameNeeded"));
		open(await rooms.create(name.trim(), description.trim()));
	};
	const join = async ({ room }) => {
		const id = idIn(room);
		if (!id) throw fault(t("noSuchRoom"));
		await rooms.join(id);
		open(id);
	};
	if (asked.value === "new") return html`<${Ask} page=${page} title=${t("newRoom")} verb=${t("create")} work=${create} onClose=${close}>
		<label for="room-name">${t("roomName")}</label><input id="room-name" name="name" maxlength="100" autocomplete="off" required autofocus />
		<label for="room-about">${t("description")}</label><textarea id="room-about" name="description" rows="2" maxlength="500"></textarea><//>`;
	if (asked.value === "join") return html`<${Ask} page=${page} title=${t("joinRoom")} verb=${t("join")} work=${join} onClose=${close}>
		<label for="room-id">${t("roomAddress")}</label><input id="room-id" name="room" autocomplete="off" spellcheck="false" placeholder=${t("roomAddressHint")} required autofocus /><//>`;
	return null;
}

const sayer = (message) => (message.sender_type === "system" ? "" : `${message.sender_id === user.value.id ? t("you") : message.sender_name}: `);
function Last({ room }) {
	if (draft(room.id) && openId.value !== room.id) return html`<span class="text"><em class="draft">${t("draft")}</em> ${draft(room.id)}</span>`;
	return html`<span class="text">${room.last_message ? `${sayer(room.last_message)}${room.last_message.content}` : t("nothingSaid")}</span>`;
}

function Row({ room }) {
	const unread = rooms.unreadOf(room);
	const at = room.last_message?.created_at;
	return html`<li><a class=${`row ${unread ? "unread" : ""}`} href=${`#/${encodeURIComponent(room.id)}`} data-id=${room.id} aria-current=${room.id === openId.value ? "true" : undefined}>
		<${Avatar} name=${room.name} id=${room.id === "global" ? 0 : parseInt(room.id.slice(-4), 16)} size="40" />
		<span class="about">
			<span class="line"><span class="name">${room.name}</span>${at && html`<time datetime=${at} title=${exactTime(at, lang.value)}>${relativeTime(at, lang.value, clock.value)}</time>`}</span>
			<span class="line"><${Last} room=${room} />${unread > 0 && html`<span class="badge"><span aria-hidden="true">${unread > 99 ? "99+" : unread}</span><span class="sr">${t("unreadCount", unread)}</span></span>`}</span>
		</span>
	</a></li>`;
}

function Rows({ state, shown, error }) {
	if (state === "loading") return html`<div role="status" class="holes"><span class="sr">${t("loading")}</span>${[0, 1, 2].map((i) => html`<div class="row hole" key=${i}><i class="round"></i><span class="about"><i></i><i class="short"></i></span></div>`)}</div>`;
	if (state === "failed") return html`<div class="hint" role="alert"><p>${t("failed")}</p><p class="why">${error}</p><button onClick=${rooms.loadList}>${t("retry")}</button></div>`;
	if (!shown.length) return html`<p class="hint">${t("nothingFound")}</p>`;
	return html`<ul>${shown.map((room) => html`<${Row} key=${room.id} room=${room} />`)}</ul>`;
}

export function Side() {
	const { state, rooms: all, error } = rooms.list.value;
	const [text, setText] = useState("");
	const wanted = text.trim().toLowerCase();
	const shown = all.filter((room) => `${room.name} ${room.description}`.toLowerCase().includes(wanted));
	return html`<aside class="side" aria-label=${t("list")}>
		<div class="head"><h1>${t("title")}</h1>
			<button data-do="join" class="quiet" onClick=${() => ask("join")}>${t("join")}</button>
			<button data-do="new" class="primary icon-only" aria-label=${t("newRoom")} title=${t("newRoom")} onClick=${() => ask("new")}><${Icon} name="plus" /></button></div>
		${all.length > 5 && html`<div class="find"><${Icon} name="search" size="16" /><input type="search" aria-label=${t("findRoom")} placeholder=${t("findRoom")} value=${text} onInput=${(event) => setText(event.target.value)} /></div>`}
		<nav class="room-rows" aria-label=${t("list")} aria-busy=${state === "loading"}><${Rows} state=${state} shown=${shown} error=${error} /></nav>
		<${Asked} />
	</aside>`;
}
