// What the person writes in rooms: drafts, messages and files on their way (lib/outbox.mjs), each of one room.
import { createDrafts, createOutbox, createUploads } from "/lib/outbox.mjs";
import { sendFile } from "/lib/pieces.mjs";
import { signal } from "/vendor/signals.mjs";
import { api, onSignedOut, page, shaped, user } from "./base.mjs";
import { said } from "./list.mjs";
import { put, talk } from "./talks.mjs";

const AT_ONCE = 3;
const drafts = createDrafts(page);
export const { draft, setDraft } = drafts;

/** room → the message that is being answered. */
const answering = signal({});
export const answered = (id) => answering.value[id] ?? null;
export const answer = (id, message) => (answering.value = { ...answering.value, [id]: message });

const path = (call, id) => `/api/chat/${call}?room_id=${encodeURIComponent(id)}`;
const arrived = (row) => (put(shaped(row)), said(shaped(row)));
export const box = createOutbox(page, async ({ room_id, content, reply_to, client_id }) => {
	const row = await api.post(path("send", room_id), { message_type: "text", content, client_id, ...(reply_to ? { reply_to } : {}) });
	box.discard(client_id);
	arrived(row);
});

export function say(id, content) {
	box.add({ room_id: id, content, reply_to: answered(id)?.id ?? null });
	setDraft(id, "");
	answer(id, null);
}
/** Back to where it was typed. */
export function takeBack(entry) {
	drafts.putBack(entry.room_id, entry.content);
	box.discard(entry.client_id);
}
/** What is on its way in a room, shaped as messages are. */
export const waitingIn = (id) => box.waiting(talk(id).messages, (entry) => entry.room_id === id).map((entry) => ({ ...entry, sender_id: user.value.id, sender_type: "person" }));

export const files = createUploads(page, async ({ key, id, file }, options) => arrived(await sendFile(page, path("upload", id), file, { ...options, fields: { client_id: key } })), { most: AT_ONCE });
export const upload = (id, list) => files.add(list, { id });
onSignedOut(() => (answering.value = {}));
