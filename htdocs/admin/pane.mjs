// Middle: the conversation and the composer. Right: what is known of it.
import { html } from "/vendor/html.mjs";
import { useEffect, useLayoutEffect, useRef, useState } from "/vendor/hooks.mjs";
import { groupMessages } from "/lib/thread.mjs";
import { clockTime, dayName, exactTime } from "/lib/time.mjs";
import { nameOf } from "./list.mjs";
import * as store from "./store.mjs";

const { t, lang } = store;

const senderName = (message, item) => {
	if (message.sender_type === "user") return nameOf(item);
	if (message.sender_type === "ai") return t("ai");
	return message.sender_type === "system" ? t("system") : message.sender?.name ?? t("you");
};

function Group({ group, item, readSeq }) {
	const [first] = group.messages;
	const kind = first.sender_type;
	const last = group.messages.at(-1);
	return html`${group.day && html`<p class="day"><span>${dayName(group.day, lang.value)}</span></p>`}
	<div class=${`group ${kind}`}>
		<p class="sender">${senderName(first, item)}</p>
		${group.messages.map((message) => html`<p class=${`bubble ${message.pending ? "pending" : ""}`} key=${message.client_id ?? message.id} title=${exactTime(message.created_at, lang.value)} data-seq=${message.seq}>${message.content}</p>`)}
		<p class="meta">${clockTime(last.created_at, lang.value)}${kind === "agent" && html` · ${last.pending ? t("pending") : readSeq >= last.seq ? t("seen") : t("sent")}`}</p>
	</div>`;
}

function Messages({ item, thread }) {
	const box = useRef();
	const keep = useRef({ bottom: true, height: 0, first: 0 });
	const waiting = store.outbox.value.filter((entry) => entry.session_id === item.session_id).map((entry) => ({ ...entry, sender_type: "agent", sender: { id: store.user.value.id, name: store.user.value.full_name }, pending: true }));
	const groups = groupMessages([...thread.messages, ...waiting]);
	const typing = store.typing.value[item.session_id];
	// New messages keep the end in view; older ones, put in above, keep what was being read where it was.
	useLayoutEffect(() => {
		const el = box.current;
		const first = thread.messages[0]?.seq ?? 0;
		if (first < keep.current.first) el.scrollTop += el.scrollHeight - keep.current.height;
		else if (keep.current.bottom) el.scrollTop = el.scrollHeight;
		keep.current = { ...keep.current, height: el.scrollHeight, first };
	});
	const onScroll = () => {
		const el = box.current;
		keep.current.bottom = el.scrollHeight - el.scrollTop - el.clientHeight < 60;
		if (el.scrollTop < 80 && thread.hasOlder) store.loadOlder(item.session_id);
	};
	return html`<div class="messages" ref=${box} onScroll=${onScroll} tabindex="0" role="log" aria-live="polite" aria-label=${t("conversation")}>
		${thread.state === "loading" && html`<p class="hint">${t("loading")}</p>`}
		${thread.state === "failed" && html`<p class="hint">${t("failed")} <button onClick=${() => store.loadThread(item.session_id)}>${t("retry")}</button></p>`}
		${thread.hasOlder && html`<p class="hint"><button class="quiet" onClick=${() => store.loadOlder(item.session_id)}>${t("older")}</button></p>`}
		${groups.map((group) => html`<${Group} key=${group.key} group=${group} item=${item} readSeq=${thread.readSeq ?? 0} />`)}
		${thread.stream && html`<div class="group ai"><p class="sender">${t("ai")}</p><p class="bubble streaming">${thread.stream}</p></div>`}
		${typing && typing.until > Date.now() && html`<p class="typing"><span class="dots"><i></i><i></i><i></i></span>${typing.name} ${t("typing")}</p>`}
	</div>`;
}

function Composer({ item }) {
	const area = useRef();
	const draft = store.drafts.value[item.session_id] ?? "";
	const mine = item.assignee?.id === store.user.value.id && item.agent_type === "human";
	useEffect(() => {
		area.current.style.height = "auto";
		area.current.style.height = `${Math.min(area.current.scrollHeight, 180)}px`;
	}, [draft]);
	const send = () => draft.trim() && store.say(item.session_id, draft.trim());
	const onKey = (event) => {
		if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
		event.preventDefault();
		send();
	};
	const onInput = (event) => {
		store.setDraft(item.session_id, event.target.value);
		if (event.target.value) store.nowTyping(item.session_id);
	};
	return html`<form class="composer" onSubmit=${(event) => (event.preventDefault(), send())}>
		${!mine && html`<p class="note">${t("takeFirst")}</p>`}
		<textarea ref=${area} rows="2" maxlength="5000" value=${draft} placeholder=${t("write")} aria-label=${t("keyReply")} onInput=${onInput} onKeyDown=${onKey}></textarea>
		<button class="primary" disabled=${!draft.trim()}>${t("send")}</button>
	</form>`;
}

export function Pane() {
	const item = store.current.value;
	const id = store.openId.value;
	const [, tick] = useState(0);
	useEffect(() => {
		const timer = setInterval(() => tick((n) => n + 1), 4000); // "is typing" ends by itself
		return () => clearInterval(timer);
	}, []);
	if (!id || !item) return html`<main class="pane none"><p class="hint"><strong>${t("choose")}</strong><br />${t("chooseHint")}</p></main>`;
	const thread = store.threads.value[id] ?? { messages: [], state: "loading" };
	const open = item.status === "open" || item.status === "pending";
	const mine = item.assignee?.id === store.user.value.id && item.agent_type === "human";
	return html`<main class="pane">
		<header class="top">
			<button class="quiet back" onClick=${() => store.open(null)}>‹ ${t("back")}</button>
			<h1>${nameOf(item)}</h1><span class=${`tag ${item.agent_type}`}>${item.agent_type === "ai" ? t("ai") : item.assignee?.name ?? t("waiting")}</span>
			<span class="grow"></span>
			${open && !mine && html`<button class="primary" onClick=${() => store.take(item)}>${t("take")}</button>`}
			${open && item.agent_type === "human" && html`<button onClick=${() => store.toAi(item)}>${t("toAi")}</button>`}
			${open ? html`<button onClick=${() => store.setStatus(item, "resolved")}>${t("resolve")}</button>` : html`<button onClick=${() => store.setStatus(item, "open")}>${t("reopen")}</button>`}
		</header>
		<${Messages} key=${id} item=${item} thread=${thread} />
		<${Composer} key=${`c${id}`} item=${item} />
	</main>`;
}

export function Details() {
	const item = store.current.value;
	if (!item || !store.openId.value) return html`<aside class="details none" aria-label=${t("details")}></aside>`;
	const page = item.metadata?.page_url;
	const states = { open: "open", pending: "pendingState", resolved: "resolved", closed: "closed" };
	const rows = [
		[t("contact"), html`<strong>${nameOf(item)}</strong><br />${item.user.email ?? ""}<br />${item.user.phone ?? ""}`],
		[t("state"), t(states[item.status])],
		[t("assignee"), item.assignee?.name ?? (item.agent_type === "ai" ? t("ai") : t("nobody"))],
		item.queue_position && [t("queue"), item.queue_position],
		page && [t("page"), html`<a href=${/^https?:/.test(page) ? page : "#"} target="_blank" rel="noopener noreferrer">${item.metadata.page_title || page}</a>`],
		[t("created"), exactTime(item.created_at, lang.value)],
		item.rating && [t("rating"), `${"★".repeat(item.rating.score)}${"☆".repeat(5 - item.rating.score)} ${item.rating.comment ?? ""}`],
	].filter(Boolean);
	return html`<aside class="details" aria-label=${t("details")}>
		<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
			<dt><label for="priority">${t("priority")}</label></dt>
			<dd><select id="priority" value=${item.priority} onChange=${(event) => store.setPriority(item, event.target.value)}>${["low", "medium", "high", "urgent"].map((value) => html`<option value=${value} selected=${item.priority === value}>${t(value)}</option>`)}</select></dd>
		</dl>
	</aside>`;
}
