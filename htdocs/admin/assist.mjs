// What the AI does for staff when they ask: a reply into the field (never sent by itself), a summary above it, a translation below a message.
import { html } from "/vendor/html.mjs";
import { useEffect } from "/vendor/hooks.mjs";
import { signal } from "/vendor/signals.mjs";
import { Icon } from "/lib/icons.mjs";
import { api, can, t } from "./base.mjs";

const LOOK_MS = 400;
const offers = signal({}); // by conversation
const jobs = signal({}); // by "conversation kind message": {state, text, error}
const keyOf = (id, kind, message = 0) => `${id} ${kind} ${message}`;
const set = (key, job) => {
	const { [key]: _, ...rest } = jobs.value;
	jobs.value = job ? { ...rest, [key]: job } : rest;
};

async function loadOffer(id) {
	if (!can("conversations:write") || offers.value[id]) return;
	try {
		offers.value = { ...offers.value, [id]: await api.get(`/api/v1/conversations/${id}/assist`) };
	} catch {
		// asked again when it is opened again; nothing is offered meanwhile
	}
}

/** Ends with "done", "failed", or nothing when it was turned away from. */
async function ask(id, kind, message, then) {
	const key = keyOf(id, kind, message), path = `/api/v1/conversations/${id}/assist`;
	const job = { state: "running" };
	set(key, job);
	const mine = () => jobs.value[key] === job;
	try {
		let { assist } = await api.post(path, { kind, ...(message ? { message_id: message } : {}) });
		job.path = `${path}/${assist.id}`;
		while (mine() && assist.state === "running") {
			await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
			if (mine()) ({ assist } = await api.get(job.path));
		}
		if (!mine()) return assist.state === "running" && api.del(job.path).catch(() => {});
		if (assist.state === "failed") return set(key, { state: "failed", error: assist.error });
		set(key, then ? null : { state: "done", text: assist.text });
		then?.(assist.text);
	} catch (error) {
		if (mine()) set(key, { state: "failed", error: error.message });
	}
}

function Running({ of: key, words }) {
	return html`<span class="assist-running" role="status"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> ${words}
		<button type="button" class="link" onClick=${() => set(key)}>${t("cancel")}</button></span>`;
}
function Failed({ of: key, again }) {
	return html`<span class="field-error" role="alert">${jobs.value[key].error} <button type="button" class="link" onClick=${again}>${t("retry")}</button><button type="button" class="link" onClick=${() => set(key)}>${t("close")}</button></span>`;
}

/** Above the field: the buttons, and what came of them. insert: text into the reply; note: text as a note to look over. */
export function Assist({ item, insert, note }) {
	useEffect(() => void loadOffer(item.id), [item.id]);
	if (!can("conversations:write") || !offers.value[item.id]?.suggest) return null;
	const suggest = keyOf(item.id, "suggest"), summary = keyOf(item.id, "summarise");
	const askSuggest = () => ask(item.id, "suggest", 0, insert), askSummary = () => ask(item.id, "summarise", 0);
	const running = (key) => jobs.value[key]?.state === "running";
	const done = jobs.value[summary]?.state === "done" && jobs.value[summary];
	return html`<div class="assist" role="group" aria-label=${t("assist")}>
		<button type="button" class="quiet" disabled=${running(suggest)} onClick=${askSuggest}><${Icon} name="robot" size="16" />${t("assistSuggest")}</button>
		<button type="button" class="quiet" disabled=${running(summary)} onClick=${askSummary}><${Icon} name="list" size="16" />${t("assistSummarise")}</button>
		${running(suggest) && html`<${Running} of=${suggest} words=${t("assistSuggesting")} />`}${running(summary) && html`<${Running} of=${summary} words=${t("assistSummarising")} />`}
		${jobs.value[suggest]?.state === "failed" && html`<${Failed} of=${suggest} again=${askSuggest} />`}${jobs.value[summary]?.state === "failed" && html`<${Failed} of=${summary} again=${askSummary} />`}
	</div>
	${done && html`<section class="assist-card" aria-label=${t("assistSummary")}><h3>${t("assistSummary")}</h3><p>${done.text}</p>
		<button type="button" onClick=${() => (note(done.text), set(summary))}>${t("assistAsNote")}</button><button type="button" class="quiet" onClick=${() => set(summary)}>${t("close")}</button></section>`}`;
}

/** Below what a customer wrote; only with a provider that can. */
export function Translation({ item, message }) {
	if (!can("conversations:write") || !offers.value[item.id]?.translate || !message.id) return null;
	const key = keyOf(item.id, "translate", message.id), job = jobs.value[key];
	const again = () => ask(item.id, "translate", message.id);
	if (!job) return html`<button type="button" class="link translate" onClick=${again}>${t("assistTranslate")}</button>`;
	if (job.state === "running") return html`<${Running} of=${key} words=${t("assistTranslating")} />`;
	if (job.state === "failed") return html`<${Failed} of=${key} again=${again} />`;
	return html`<p class="translation" aria-label=${t("assistTranslation")}>${job.text} <button type="button" class="link" onClick=${() => set(key)}>${t("close")}</button></p>`;
}
