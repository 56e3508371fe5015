// The rooms page: rooms on the left, what is said in the middle, who is there on the right.
import { html, render } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { effect, signal, untracked } from "/vendor/signals.mjs";
import { Ask, Banners, Bar } from "/lib/bar.mjs";
import { useDrop } from "/lib/drop.mjs";
import { Avatar, Icon } from "/lib/icons.mjs";
import { SignIn } from "/lib/sign_in.mjs";
import { exactTime, relativeTime } from "/lib/time.mjs";
import { act, addressOf, clock, GLOBAL, lang, open, openId, page, t, user } from "./base.mjs";
import { Composer } from "./composer.mjs";
import { known, join, leave, list } from "./list.mjs";
import { link, loadPeople, people, start } from "./live.mjs";
import { upload } from "./outbox.mjs";
import { Removing, Shown, Talk } from "./said.mjs";
import { Side } from "./side.mjs";
import { openTalk, talk } from "./talks.mjs";

const wide = matchMedia("(min-width: 1100px)");
const peopleShown = signal(wide.matches);
const turnPeople = (show) => {
	peopleShown.value = show;
	if (show) loadPeople();
};

// -- right: who is online --

const MOST = 100;
/** Who is online, of this room. */
const onlineIn = (room) => people.value.online.filter((one) => room.id === GLOBAL || room.members.includes(one.user_id)).sort((a, b) => b.last_activity.localeCompare(a.last_activity));

function People({ room }) {
	const { state } = people.value;
	const online = onlineIn(room);
	return html`<aside class="people" aria-label=${t("people")}>
		<div class="head"><h2>${t("people")}</h2><button class="quiet icon-only" aria-label=${t("close")} onClick=${() => turnPeople(false)}><${Icon} name="close" size="16" /></button></div>
		${room.description && html`<p class="about-room">${room.description}</p>`}
		<p class="muted">${t("memberCount", room.member_count)} · ${t("onlineCount", online.length)}</p>
		${state === "loading" && html`<p class="hint small" role="status">${t("loading")}</p>`}
		${state === "failed" && html`<p class="hint small" role="alert">${t("failed")} <button onClick=${loadPeople}>${t("retry")}</button></p>`}
		${state === "ready" && !online.length && html`<p class="hint small">${t("nobodyOnline")}</p>`}
		<ul aria-label=${t("online")}>${online.slice(0, MOST).map((one) => html`<li key=${one.user_id}><${Avatar} name=${one.username} id=${one.user_id} size="28" /><span class="text">${one.username}</span>
			<time class="muted" title=${exactTime(`${one.last_activity}Z`, lang.value)}>${relativeTime(`${one.last_activity}Z`, lang.value, clock.value)}</time></li>`)}</ul>
		${online.length > MOST && html`<p class="muted">${t("andMore", online.length - MOST)}</p>`}
	</aside>`;
}

// -- middle --

function Invite({ room }) {
	const [copied, setCopied] = useState("");
	const copy = async () => {
		await navigator.clipboard.writeText(addressOf(room.id)).then(() => setCopied(t("copied")), () => setCopied(t("copyThis", addressOf(room.id))));
		setTimeout(() => setCopied(""), 6000);
	};
	return html`<button class="quiet icon-only" data-do="invite" aria-label=${t("invite")} title=${t("invite")} onClick=${copy}><${Icon} name="link" /></button><p class="copied" role="status">${copied}</p>`;
}

function Top({ room }) {
	const [leaving, setLeaving] = useState(false);
	return html`<header class="top">
		<button class="quiet icon-only back" aria-label=${t("back")} title=${t("back")} onClick=${() => open("")}><${Icon} name="back" /></button>
		<div class="title"><h1>${room.name}</h1><p class="muted">${t("onlineCount", onlineIn(room).length)}${room.description && html`<span class="about-room"> · ${room.description}</span>`}</p></div>
		${room.id !== GLOBAL && html`<${Invite} room=${room} />`}
		<button class="quiet icon-only" data-do="people" aria-label=${t("people")} title=${t("people")} aria-pressed=${peopleShown.value} onClick=${() => turnPeople(!peopleShown.value)}><${Icon} name="people" /></button>
		${room.id !== GLOBAL && html`<button class="quiet icon-only" data-do="leave" aria-label=${t("leave")} title=${t("leave")} onClick=${() => setLeaving(true)}><${Icon} name="leave" /></button>`}
		${leaving && html`<${Ask} page=${page} title=${t("leave")} text=${t("leaveText", room.name)} verb=${t("leave")} danger work=${() => leave(room.id)} onClose=${() => setLeaving(false)} />`}
	</header>`;
}

function Room({ room }) {
	const { over, ...drop } = useDrop((files) => upload(room.id, files));
	return html`<main class="pane" ...${drop}>
		<${Top} room=${room} /><${Talk} id=${room.id} /><${Composer} id=${room.id} />
		${over && html`<div class="dropping"><${Icon} name="clip" size="32" /><p>${t("dropHere")}</p></div>`}
	</main>`;
}

/** No room is chosen, or one that the person is not in. */
function NoRoom({ id }) {
	const { state } = list.value;
	const outside = id && talk(id).state !== "gone";
	const [title, hint] = !id ? ["choose", "chooseHint"] : outside ? ["notIn", "notInHint"] : ["gone", "goneHint"];
	if (state === "loading") return html`<main class="pane none"><p class="hint" role="status">${t("loading")}</p></main>`;
	return html`<main class="pane none"><div class="hint"><${Icon} name="people" size="40" />
		<p><strong>${t(title)}</strong></p><p>${t(hint)}</p>
		${outside && html`<button class="primary" onClick=${() => act(async () => (await join(id), await openTalk(id)))}>${t("join")}</button>`}
		${id && html`<button class="quiet" onClick=${() => open("")}>${t("back")}</button>`}
	</div></main>`;
}

function Rooms() {
	const id = openId.value;
	const room = known(id);
	return html`<div class=${`rooms ${id ? "has-open" : ""} ${room && peopleShown.value ? "has-people" : ""}`}>
		<${Bar} page=${page} here="/rooms/" />
		<${Side} />
		${room ? html`<${Room} key=${id} room=${room} />` : html`<${NoRoom} id=${id} />`}
		${room && peopleShown.value && html`<${People} room=${room} />`}
		<${Banners} page=${page} away=${link.value === "away"} /><${Shown} /><${Removing} />
	</div>`;
}

function App() {
	document.title = `${t("title")} · Deskbell`;
	return user.value ? html`<${Rooms} />` : html`<${SignIn} page=${page} onDone=${start} />`;
}

effect(() => {
	if (user.value && openId.value) untracked(() => openTalk(openId.value));
});
if (user.value) start();
render(html`<${App} />`, document.getElementById("app"));
