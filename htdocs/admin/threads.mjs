// The messages of the conversations that were opened: loading, older ones, what arrives live, who types, who else looks.
import { signal } from "/vendor/signals.mjs";
import { firstHole, mergeMessages } from "/lib/thread.mjs";
import { api, onSignedOut, sayError, user } from "./base.mjs";
import { forget, haveRead, known, openId, seen, upsert } from "./talks.mjs";

const KEPT = 30; // conversations whose messages stay in memory
const EMPTY = { state: "loading", messages: [], hasOlder: false, stream: null, typing: {}, viewers: [], contactSeq: 0, error: "" };

const threads = new Map(); // conversation id → signal
const threadSignal = (id) => {
	if (!threads.has(id)) threads.set(id, signal(EMPTY));
	return threads.get(id);
};
export const thread = (id) => threadSignal(id).value;
export const holds = (id) => threads.has(id) && threads.get(id).peek().state === "ready";
const change = (id, part) => {
	const at = threadSignal(id);
	at.value = { ...at.peek(), ...(typeof part === "function" ? part(at.peek()) : part) };
};

let say = () => false; // the live connection, once there is one
export const connectBy = (send) => (say = send);

/** The newest page, and the conversation as it is. */
export async function loadThread(id) {
	try {
		const { conversation } = await api.get(`/api/v1/conversations/${id}`);
		const { messages, has_more, contact_read_seq, ...row } = conversation;
		upsert(row);
		change(id, (old) => {
			const joined = !old.messages.length || old.messages.at(-1).seq >= (messages[0]?.seq ?? 1) - 1;
			return { state: "ready", error: "", messages: joined ? mergeMessages(old.messages, messages) : messages, hasOlder: joined && old.messages.length ? old.hasOlder : has_more, contactSeq: Math.max(old.contactSeq, contact_read_seq), rating_comment: conversation.rating_comment };
		});
		note(id);
	} catch (error) {
		if (error.status === 401) return;
		if (error.status === 404 || error.status === 403) return lose(id);
		change(id, (old) => ({ state: old.messages.length ? "ready" : "failed", error: sayError(error) }));
	}
}
/** It is no longer this person's to see, or no more: its words are forgotten here too. */
export function lose(id) {
	forget(id);
	if (openId.value === id) change(id, { ...EMPTY, state: "gone" });
	else threads.delete(id);
}

export async function openThread(id) {
	for (const old of [...threads.keys()].filter((key) => key !== id).slice(0, -KEPT)) threads.delete(old);
	say("view", { conversation_id: id });
	await loadThread(id);
	markRead(id);
}
export const leaveThread = () => say("view", { conversation_id: null });

const loadingOlder = new Set();
export async function loadOlder(id) {
	const first = thread(id).messages[0];
	if (!first || loadingOlder.has(id)) return;
	loadingOlder.add(id);
	try {
		const data = await api.get(`/api/v1/conversations/${id}/messages?before=${first.id}&limit=50`);
		change(id, (old) => ({ messages: mergeMessages(old.messages, data.messages), hasOlder: data.has_more, olderFailed: false }));
	} catch (error) {
		if (error.status !== 401) change(id, { olderFailed: true });
	}
	loadingOlder.delete(id);
}

const note = (id) => {
	const last = thread(id).messages.at(-1);
	if (!last) return;
	seen.id = Math.max(seen.id, last.id);
	seen.seq.set(id, Math.max(last.seq, seen.seq.get(id) ?? 0));
};

const filling = new Set();
/** Messages in between are missing: they may be on their way; if not, what stands behind the last one before the hole is asked for. */
function fill(id) {
	if (filling.has(id)) return;
	filling.add(id);
	setTimeout(async () => {
		const more = await fillOne(id);
		filling.delete(id);
		if (more) fill(id);
	}, 300);
}
/** Whether there is another hole, further on. */
async function fillOne(id) {
	const hole = firstHole(thread(id).messages);
	const last = thread(id).messages.find((message) => message.seq === hole - 1);
	if (!hole || !last) return false;
	const data = await api.get(`/api/v1/conversations/${id}/messages?after=${last.id}&limit=100`).catch(() => null);
	if (!data?.messages.length) return false;
	change(id, (old) => ({ messages: mergeMessages(old.messages, data.messages) }));
	return firstHole(thread(id).messages) > hole;
}

/** A message for a conversation that is held. */
export function put(id, message) {
	seen.id = Math.max(seen.id, message.id);
	if (!threads.has(id)) return;
	const [first] = thread(id).messages;
	if (thread(id).hasOlder && message.seq < first?.seq) return; // it comes with its page, when that is scrolled to
	if (thread(id).messages.some((one) => one.id === message.id)) return;
	change(id, (old) => ({
		messages: mergeMessages(old.messages, [message]),
		stream: message.sender_type === "ai" ? null : old.stream,
		typing: { ...old.typing, [typist(message.sender_type, message.sender)]: null },
	}));
	note(id);
	if (firstHole(thread(id).messages)) fill(id);
}

/** The contact's messages up to the last one held have been read, when somebody really looks. */
export function markRead(id) {
	const item = known(id);
	const last = thread(id).messages.at(-1);
	if (!last || !item?.unread_count || openId.value !== id || document.visibilityState !== "visible") return;
	if (!say("read", { conversation_id: id, last_id: last.id })) return;
	haveRead(id, last.id);
	upsert({ ...item, unread_count: 0 });
}
document.addEventListener("visibilitychange", () => {
	if (!openId.value) return;
	if (document.visibilityState !== "visible") return leaveThread();
	say("view", { conversation_id: openId.value });
	markRead(openId.value);
});

// -- what is not stored --

const typist = (type, sender) => `${type}:${type === "agent" ? sender?.id : 0}`;
export function typed(data) {
	if (!threads.has(data.conversation_id) || (data.sender_type === "agent" && data.sender?.id === user.value?.id)) return;
	const entry = data.is_typing ? { type: data.sender_type, name: data.sender?.full_name, until: Date.now() + 8000 } : null;
	change(data.conversation_id, (old) => ({ typing: { ...old.typing, [typist(data.sender_type, data.sender)]: entry } }));
	if (entry) setTimeout(() => threads.has(data.conversation_id) && change(data.conversation_id, {}), 8100);
}
export const typists = (id) => Object.values(thread(id).typing).filter((entry) => entry && entry.until > Date.now());
export const viewers = (id) => thread(id).viewers.filter((viewer) => viewer.id !== user.value?.id);
export const viewed = (data) => threads.has(data.conversation_id) && change(data.conversation_id, { viewers: data.viewers });
export function streamed(data) {
	if (!threads.has(data.conversation_id)) return;
	change(data.conversation_id, (old) => {
		if (old.stream?.id === data.stream_id && data.chunk <= old.stream.chunk && !data.is_complete) return {};
		const before = data.chunk > 0 && old.stream?.id === data.stream_id ? old.stream.text : "";
		return { stream: data.is_complete ? null : { id: data.stream_id, chunk: data.chunk, text: data.full_content || before + data.content } };
	});
}
export function stopStream(id) {
	if (threads.has(id) && thread(id).stream) change(id, { stream: null });
}
export function readUpTo(data) {
	if (data.reader === "contact") return threads.has(data.conversation_id) && change(data.conversation_id, (old) => ({ contactSeq: Math.max(old.contactSeq, data.seq) }));
	const item = known(data.conversation_id);
	if (item) upsert({ ...item, unread_count: data.last_id >= (item.last_message?.id ?? 0) ? 0 : item.unread_count });
}

/** Everything but the open one is forgotten, and that one loaded again: what was missed is too much to be told. */
export function startOver() {
	for (const id of threads.keys()) if (id !== openId.value) threads.delete(id);
	if (openId.value) loadThread(openId.value);
}
/** After a gap: who looks and what changed meanwhile. */
export function again() {
	if (!openId.value) return;
	if (document.visibilityState === "visible") say("view", { conversation_id: openId.value });
	loadThread(openId.value).then(() => openId.value && markRead(openId.value));
}
onSignedOut(() => threads.clear());
