// What the person writes in the console: drafts, messages and files on their way (lib/outbox.mjs), each of one conversation.
import { createDrafts, createOutbox, createUploads } from "/lib/outbox.mjs";
import { ApiError } from "/lib/api.mjs";
import { api, page, t, user } from "./base.mjs";
import { known } from "./talks.mjs";
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
	discard(client_id);
	put(id, message);
};
const box = createOutbox(page, post);
export const { outbox, discard, retry, flush } = box;
export const readOutbox = box.read;

export function say(id, kind, content, mentions = []) {
	box.add({ conversation_id: id, content, is_private: kind === "note", mentions });
	setDraft(id, kind, "");
}
/** Back to where it was typed. */
export function takeBack(entry) {
	const kind = entry.is_private ? "note" : "reply";
	const rest = draft(entry.conversation_id, kind);
	setDraft(entry.conversation_id, kind, rest ? `${entry.content}\n${rest}` : entry.content);
	discard(entry.client_id);
}

/** What is on its way in a conversation, shaped as messages are. */
export function waitingIn(id) {
	const arrived = new Set(thread(id).messages.map((message) => message.client_id).filter(Boolean));
	const sender = { id: user.value.id, full_name: user.value.full_name };
	return outbox.value
		.filter((entry) => entry.conversation_id === id && !arrived.has(entry.client_id))
		.map((entry) => ({ ...entry, sender_type: "agent", sender, pending: !entry.failed, message_type: "text", metadata: {} }));
}

// -- files --

const files = createUploads(page, async ({ id, file }, options) => {
	try {
		await api.upload(`/api/v1/chat/sessions/${known(id)?.session_id}/files`, file, options);
	} catch (error) {
		throw error.status === 404 || error.status === 405 ? new ApiError(error.status, { message: t("noFiles") }) : error;
	}
});
export const { uploads, forget: forgetUpload, retry: sendFile } = files;
export const upload = (id, list) => files.add(list, { id });
