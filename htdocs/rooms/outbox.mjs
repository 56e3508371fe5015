// What the person writes in rooms: drafts, messages and files on their way (lib/outbox.mjs), each of one room.
import { createDrafts, createOutbox, createUploads } from "/lib/outbox.mjs";
import { signal } from "/vendor/signals.mjs";
import { api, onSignedOut, page, shaped, user } from "./base.mjs";
import { said } from "./list.mjs";
import { put, talk } from "./talks.mjs";

const AT_ONCE = 3;
export const { draft, setDraft } = createDrafts(page);

/** room → the message that is being answered. */
const answering = signal({});
export const answered = (id) => answering.value[id] ?? null;
export const answer = (id, message) => (answering.value = { ...answering.value, [id]: message });

const path = (call, id) => `/api/chat/${call}?room_id=${encodeURIComponent(id)}`;
const arrived = (row) => (put(shaped(row)), said(shaped(row)));
const box = createOutbox(page, async ({ room_id, content, reply_to, client_id }) => {
	const row = await api.post(path("send", room_id), { message_type: "text", content, client_id, ...(reply_to ? { reply_to } : {}) });
	box.discard(client_id);
	arrived(row);
});
export const { discard, retry, flush } = box;
export const readOutbox = box.read;

export function say(id, content) {
	box.add({ room_id: id, content, reply_to: answered(id)?.id ?? null });
	setDraft(id, "");
	answer(id, null);
}
/** Back to where it was typed. */
export function editAgain(entry) {
	const rest = draft(entry.room_id);
	setDraft(entry.room_id, rest ? `${entry.content}\n${rest}` : entry.content);
	discard(entry.client_id);
}
/** What is on its way in a room, shaped as messages are. */
export function waitingIn(id) {
	const there = new Set(talk(id).messages.map((message) => message.client_id).filter(Boolean));
	const sender = { id: user.value.id, full_name: user.value.full_name };
	return box.outbox.value
		.filter((entry) => entry.room_id === id && !there.has(entry.client_id))
		.map((entry) => ({ ...entry, sender_id: sender.id, sender_type: "person", sender, pending: !entry.failed, message_type: "text" }));
}

const files = createUploads(page, async ({ key, id, file }, options) => arrived(await api.upload(path("upload", id), file, { ...options, fields: { client_id: key } })), { most: AT_ONCE });
export const { uploads, forget: forgetUpload, retry: sendAgain } = files;
export const upload = (id, list) => files.add(list, { id });
onSignedOut(() => {
	files.stopAll();
	answering.value = {};
});
