// What the person writes in the console: drafts, messages and files on their way (lib/outbox.mjs), each of one conversation.
import { createDrafts, createOutbox, createUploads } from "/lib/outbox.mjs";
import { sendFile } from "/lib/pieces.mjs";
import { api, page } from "./base.mjs";
import { put, thread } from "./threads.mjs";

// -- drafts: one for the answer and one for the note of each conversation --

const drafts = createDrafts(page);
export const draft = (id, kind) => drafts.draft(`${id}.${kind}`);
export const setDraft = (id, kind, text) => drafts.setDraft(`${id}.${kind}`, text);
export const hasDraft = (id) => Boolean(draft(id, "reply") || draft(id, "note"));

// -- the outbox --

const post = async (entry) => {
	const { conversation_id: id, content, is_private, client_id, mentions } = entry;
	const { message } = await api.post(`/api/v1/conversations/${id}/messages`, { content, is_private, client_id, metadata: mentions.length ? { mentions } : {} });
	box.discard(client_id);
	put(id, message);
};
export const box = createOutbox(page, post);

export function say(id, kind, content, mentions = []) {
	box.add({ conversation_id: id, content, is_private: kind === "note", mentions });
	setDraft(id, kind, "");
}
/** Back to where it was typed. */
export function takeBack(entry) {
	drafts.putBack(`${entry.conversation_id}.${entry.is_private ? "note" : "reply"}`, entry.content);
	box.discard(entry.client_id);
}

/** What is on its way in a conversation, shaped as messages are. */
export const waitingIn = (id) => box.waiting(thread(id).messages, (entry) => entry.conversation_id === id).map((entry) => ({ ...entry, sender_type: "agent", metadata: {} }));

// -- files --

const AT_ONCE = 3;
export const files = createUploads(page, async ({ key, id, note, file }, options) => {
	const fields = { client_id: key, ...(note && { is_private: "true" }) };
	const { message } = await sendFile(page, `/api/v1/conversations/${id}/files`, file, { ...options, fields });
	put(id, message);
}, { most: AT_ONCE });
/** kind: "reply" or "note", whose files are for staff alone. */
export const upload = (id, kind, list) => list.length && files.add(list, { id, note: kind === "note" });
