// Right: the open conversation with what can be done about it, its messages and the composer.
import { html } from "/vendor/html.mjs";
import { useEffect, useState } from "/vendor/hooks.mjs";
import { useDrop } from "/lib/drop.mjs";
import * as actions from "./actions.mjs";
import { can, lang, t } from "./base.mjs";
import { cardShown, turnCard } from "./card.mjs";
import { Composer, kind } from "./composer.mjs";
import { Avatar, Icon } from "/lib/icons.mjs";
import { Messages, Shown } from "./messages.mjs";
import { holder, nameOf, statusWord } from "./names.mjs";
import { upload } from "./outbox.mjs";
import { staff, teams } from "./people.mjs";
import { Popover } from "/lib/popover.mjs";
import { Chooser } from "./popover.mjs";
import { current, isMine, isOpen, open, openId } from "./talks.mjs";
import { thread, viewers } from "./threads.mjs";

// What the keys open.
const openers = {};
export const openPart = (name) => openers[name]?.();

const personRow = (one) => html`<${Avatar} name=${one.full_name} id=${one.id} url=${one.avatar_url} size="26" /><span class="text">${one.full_name}</span><span class="load">${one.active} / ${one.most}</span><span class=${`dot ${one.status}`} title=${t(one.status === "offline" ? "offlineStatus" : one.status)}></span>`;

function AssignTo({ item, close }) {
	const data = staff.data.value;
	const items = data.items.map((one) => ({ key: one.id, text: one.full_name, view: personRow(one), on: item.assignee?.id === one.id }));
	return html`<${Chooser} label=${t("chooseAgent")} data=${data} items=${items} onRetry=${() => staff.load(true)} empty=${t("nobodyFound")} onPick=${(row) => (close(), actions.assign(item, row.key))} />`;
}
function TransferTo({ item, close }) {
	const data = teams.data.value;
	const items = data.items.map((team) => ({ key: team.id, text: team.name, view: html`<${Icon} name="people" size="18" /><span class="text">${team.name}</span>${team.online_members_count !== undefined && html`<span class="load">${t("online")} ${team.online_members_count}</span>`}`, on: item.team_id === team.id }));
	return html`<${Chooser} label=${t("chooseTeam")} data=${data} items=${items} onRetry=${() => teams.load(true)} empty=${t("noTeams")} onPick=${(row) => (close(), actions.toTeam(item, row.key))} />`;
}

/** A button that waits for its own answer. */
function Do({ name, icon, text, work, primary, keys }) {
	const [busy, setBusy] = useState(false);
	const run = async () => {
		setBusy(true);
		await work();
		setBusy(false);
	};
	return html`<button class=${`act ${primary ? "primary" : ""}`} data-do=${name} disabled=${busy} title=${`${text} (${keys})`} aria-keyshortcuts=${keys} onClick=${run}><${Icon} name=${icon} size="18" /><span class="word">${text}</span></button>`;
}

function Actions({ item }) {
	if (!can("conversations:write")) return null;
	const live = isOpen(item);
	const mine = isMine(item);
	const word = (icon, text) => html`<${Icon} name=${icon} size="18" /><span class="word">${text}</span>`;
	return html`<div class="actions" role="group" aria-label=${t("actions")}>
		${live && !mine && html`<${Do} name="take" icon="hand" text=${t("take")} keys="T" primary work=${() => actions.take(item)} />`}
		${live && item.current_agent_type === "human" && html`<${Do} name="ai" icon="robot" text=${t("toAi")} keys="A" work=${() => actions.toAi(item)} />`}
		${live && html`<${Popover} label=${`${t("assign")} (S)`} buttonClass="act" button=${word("person", t("assign"))} onOpen=${() => staff.load()} opened=${(show) => (openers.assign = show)}>${(close) => html`<${AssignTo} item=${item} close=${close} />`}<//>`}
		${live && html`<${Popover} label=${`${t("transfer")} (X)`} buttonClass="act" button=${word("swap", t("transfer"))} onOpen=${() => teams.load()} opened=${(show) => (openers.transfer = show)}>${(close) => html`<${TransferTo} item=${item} close=${close} />`}<//>`}
		${live ? html`<${Do} name="resolve" icon="check" text=${t("resolve")} keys="E" work=${() => actions.finish(item)} />` : html`<${Do} name="reopen" icon="retry" text=${t("reopen")} keys="E" primary work=${() => actions.finish(item)} />`}
	</div>`;
}

function Viewers({ id }) {
	const others = viewers(id);
	if (!others.length) return null;
	const names = others.map((one) => one.full_name).join(lang.value === "zh" ? "、" : ", ");
	return html`<p class="viewers" role="status"><${Icon} name="eye" size="16" /><span>${t("alsoViewing", names)}</span></p>`;
}

function Top({ item }) {
	return html`<header class="top">
		<button class="quiet icon-only back" aria-label=${t("back")} title=${t("back")} onClick=${() => open(null)}><${Icon} name="back" /></button>
		<${Avatar} name=${nameOf(item)} id=${item.contact.id} url=${item.contact.avatar_url} size="32" />
		<div class="title"><h1>${nameOf(item)}</h1><p><span class=${`tag ${item.current_agent_type}`}>${holder(item)}</span>${item.status !== "open" && html` <span class="tag">${t(statusWord[item.status])}</span>`}</p></div>
		<${Actions} item=${item} />
		<button class="quiet icon-only to-card" aria-label=${t("details")} title=${`${t("details")} (I)`} aria-pressed=${cardShown()} onClick=${() => turnCard()}><${Icon} name="info" /></button>
	</header>`;
}

function Talk({ item }) {
	const { over, ...drop } = useDrop((files) => upload(item.id, kind.peek(), files));
	return html`<main class="pane" ...${drop}>
		<${Top} item=${item} />
		<${Messages} item=${item} over=${html`<${Viewers} id=${item.id} />`} />
		${thread(item.id).state !== "gone" && html`<${Composer} item=${item} />`}
		<${Shown} />
		${over && html`<div class="dropping"><${Icon} name="clip" size="32" /><p>${t(kind.value === "note" ? "dropNote" : "dropHere")}</p></div>`}
	</main>`;
}

function Nothing({ id }) {
	const state = id ? thread(id).state : "none";
	const words = { none: ["choose", "chooseHint"], gone: ["goneTitle", "goneHint"], loading: ["loading"], failed: ["failed"], ready: ["loading"] }[state];
	return html`<main class="pane none"><div class="hint">
		<p><strong>${t(words[0])}</strong></p>${words[1] && html`<p>${t(words[1])}</p>`}
		${id && state !== "loading" && html`<p><button onClick=${() => open(null)}>${t("back")}</button></p>`}
	</div></main>`;
}

export function Pane() {
	const id = openId.value;
	const item = current.value;
	useEffect(() => void staff.load(), []);
	return id && item ? html`<${Talk} key=${id} item=${item} />` : html`<${Nothing} id=${id} />`;
}
