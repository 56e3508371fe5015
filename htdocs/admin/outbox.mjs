// What the person writes: drafts, messages on their way, files on their way. All of it outlives a reload, a lost connection and a sign-out.
import { signal } from "/vendor/signals.mjs";
import { api, recall, remember, sayError, t, user } from "./base.mjs";
import { known } from "./talks.mjs";
import { put, thread } from "./threads.mjs";

const own = () => `${user.value?.id ?? 0}.`;
const KEY = "deskbell.console.";
const newId = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;

// -- drafts: one for the answer and one for the note of each conversation --

const drafts = signal({});
const draftKey = (id, kind) => `${own()}draft.${id}.${kind}`;
export const draft = (id, kind) => drafts.value[draftKey(id, kind)] ?? recall(draftKey(id, kind), "");
export function setDraft(id, kind, text) {
	const key = draftKey(id, kind);
	drafts.value = { ...drafts.value, [key]: text };
	remember(key, text || null);
}
export const hasDraft = (id) => Boolean(draft(id, "reply") || draft(id, "note"));

// -- the outbox: each entry under its own key, so that tabs do not undo each other --

export const outbox = signal([]);
const isOut = (key) => key.startsWith(`${KEY}${own()}out.`);
export function readOutbox() {
	const entries = [];
	for (let i = 0; i < localStorage.length; i++) {
		const key = localStorage.key(i);
		if (isOut(key)) entries.push(recall(key.slice(KEY.length), null));
	}
	outbox.value = entries.filter(Boolean).sort((a, b) => a.order - b.order);
}
const save = (entry) => {
	remember(`${own()}out.${entry.client_id}`, entry);
	outbox.value = [...outbox.value.filter((other) => other.client_id !== entry.client_id), entry].sort((a, b) => a.order - b.order);
};
export function discard(clientId) {
	remember(`${own()}out.${clientId}`, null);
	outbox.value = outbox.value.filter((entry) => entry.client_id !== clientId);
}
addEventListener("storage", (event) => {
	if (!user.value || !event.key) return;
	if (isOut(event.key)) readOutbox();
	if (event.key.startsWith(`${KEY}${own()}draft.`)) drafts.value = { ...drafts.value, [event.key.slice(KEY.length)]: recall(event.key.slice(KEY.length), "") };
});

export function say(id, kind, content, mentions = []) {
	const now = new Date();
	save({ conversation_id: id, content, is_private: kind === "note", mentions, client_id: newId(), created_at: now.toISOString(), order: now.getTime() });
	setDraft(id, kind, "");
	flush();
}
export const retry = (entry) => (save({ ...entry, failed: null }), flush());
/** Back to where it was typed. */
export function takeBack(entry) {
	const kind = entry.is_private ? "note" : "reply";
	const rest = draft(entry.conversation_id, kind);
	setDraft(entry.conversation_id, kind, rest ? `${entry.content}\n${rest}` : entry.content);
	discard(entry.client_id);
}

const post = async (entry) => {
	const { conversation_id: id, content, is_private, client_id, mentions } = entry;
	const { message } = await api.post(`/api/v1/conversations/${id}/messages`, { content, is_private, client_id, metadata: mentions.length ? { mentions } : {} });
	discard(client_id);
	put(id, message);
};
const isFinal = (error) => error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status);

let timer = 0;
let tries = 0;
/** Everything unanswered goes out again under the same client_id, in order: the server stores each once. One tab at a time. */
export function flush() {
	clearTimeout(timer);
	if (!user.value) return;
	navigator.locks.request("deskbell.console.outbox", { ifAvailable: true }, async (lock) => {
		if (!lock) return void (timer = setTimeout(flush, 1000));
		for (let entry; user.value && (entry = outbox.value.find((other) => !other.failed)); ) {
			try {
				await post(entry);
				tries = 0;
			} catch (error) {
				if (isFinal(error)) save({ ...entry, failed: sayError(error) });
				else return void (timer = setTimeout(flush, error.retryAfter * 1000 || Math.min(15000, 800 * 2 ** tries++)));
			}
		}
	});
}
addEventListener("online", flush);

/** What is on its way in a conversation, shaped as messages are. */
export function waitingIn(id) {
	const arrived = new Set(thread(id).messages.map((message) => message.client_id).filter(Boolean));
	const sender = { id: user.value.id, full_name: user.value.full_name };
	return outbox.value
		.filter((entry) => entry.conversation_id === id && !arrived.has(entry.client_id))
		.map((entry) => ({ ...entry, sender_type: "agent", sender, pending: !entry.failed, message_type: "text", metadata: {} }));
}

// -- files --

export const uploads = signal([]); // {key, id, file, progress, error, stop}
const patch = (key, part) => (uploads.value = uploads.value.map((one) => (one.key === key ? { ...one, ...part } : one)));
export const forgetUpload = (key) => {
	uploads.value.find((one) => one.key === key)?.stop.abort();
	uploads.value = uploads.value.filter((one) => one.key !== key);
};
export function upload(id, files) {
	for (const file of files) {
		const entry = { key: newId(), id, file, progress: 0, error: "", stop: new AbortController() };
		uploads.value = [...uploads.value, entry];
		sendFile(entry);
	}
}
export async function sendFile(entry) {
	patch(entry.key, { error: "", progress: 0 });
	try {
		const session = known(entry.id)?.session_id;
		await api.upload(`/api/v1/chat/sessions/${session}/files`, entry.file, { signal: entry.stop.signal, onProgress: (progress) => patch(entry.key, { progress }) });
		forgetUpload(entry.key);
	} catch (error) {
		if (error.code !== "ABORTED") patch(entry.key, { error: error.status === 404 || error.status === 405 ? t("noFiles") : sayError(error) });
	}
}
