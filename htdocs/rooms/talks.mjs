// What was said in the rooms that were opened: the newest page, older ones, what arrives live, what was taken back.
import { signal } from "/vendor/signals.mjs";
import { mergeMessages } from "/lib/thread.mjs";
import { api, onSignedOut, openId, sayError, shaped } from "./base.mjs";
import { haveRead, known, list } from "./list.mjs";

const PAGE = 50;
const KEPT = 20; // rooms whose messages stay in memory
const EMPTY = { state: "loading", messages: [], hasOlder: false, top: 0, error: "", olderFailed: false };

const talks = new Map(); // room → signal
const at = (id) => {
	if (!talks.has(id)) talks.set(id, signal(EMPTY));
	return talks.get(id);
};
export const talk = (id) => at(id).value;
const change = (id, part) => {
	const one = at(id);
	one.value = { ...one.peek(), ...(typeof part === "function" ? part(one.peek()) : part) };
};
const gone = new Set(); // taken back; an answer on its way may still have them
const query = (id, more = "") => api.get(`/api/chat/messages?room_id=${encodeURIComponent(id)}&limit=${PAGE}${more}`).then((rows) => rows.map(shaped).filter((row) => !gone.has(row.id)));
const highest = (top, rows) => rows.reduce((most, row) => Math.max(most, row.seq), top);

/** The newest page over what is held: what it no longer has was taken back; what came meanwhile stays. */
function withPage(old, rows, before, isFull) {
	const [from, to] = [rows[0]?.seq ?? Infinity, rows.at(-1)?.seq ?? 0];
	const joined = isFull && old.messages.some((one) => one.seq >= from);
	const earlier = joined ? old.messages.filter((one) => one.seq < from) : [];
	const later = old.messages.filter((one) => one.seq > Math.max(to, before));
	return { state: "ready", error: "", messages: [...earlier, ...rows, ...later], hasOlder: joined && earlier.length ? old.hasOlder : isFull, top: highest(old.top, rows) };
}

/** Loads what is newest. */
export async function loadTalk(id) {
	const before = talk(id).top;
	try {
		const rows = await query(id);
		change(id, (old) => withPage(old, rows, before, rows.length === PAGE));
		if (talk(id).top < (known(id)?.last_seq ?? 0)) await fill(id);
		markRead(id);
	} catch (error) {
		if (error.status === 401) return;
		if (error.status === 403 || error.status === 404) return change(id, { ...EMPTY, state: error.status === 403 ? "outside" : "gone" });
		change(id, (old) => ({ state: old.messages.length ? "ready" : "failed", error: sayError(error) }));
	}
}
export async function openTalk(id) {
	for (const old of [...talks.keys()].filter((key) => key !== id).slice(0, -KEPT)) talks.delete(old);
	await loadTalk(id);
}

const loadingOlder = new Set();
export async function loadOlder(id) {
	const [first] = talk(id).messages;
	if (!first || loadingOlder.has(id)) return;
	loadingOlder.add(id);
	try {
		const rows = await query(id, `&before=${first.id}`);
		change(id, (old) => ({ messages: mergeMessages(old.messages, rows), hasOlder: rows.length === PAGE, olderFailed: false }));
	} catch (error) {
		if (error.status !== 401) change(id, { olderFailed: true });
	}
	loadingOlder.delete(id);
}
/** Whether this message is held, after as many pages as it takes. */
export async function reach(id, message) {
	const held = () => talk(id).messages.some((one) => one.id === message);
	for (let first = null; !held() && talk(id).hasOlder && talk(id).messages[0] !== first; ) {
		first = talk(id).messages[0];
		await loadOlder(id);
	}
	return held();
}

const filling = new Set();
/** What stands behind the last one held, if anything does: messages that were taken back leave their number empty. */
async function fill(id) {
	const last = talk(id).messages.findLast((one) => one.seq <= talk(id).top);
	if (filling.has(id) || !last) return;
	filling.add(id);
	const rows = await query(id, `&after=${last.id}`).catch(() => []);
	filling.delete(id);
	change(id, (old) => ({ messages: mergeMessages(old.messages, rows), top: highest(old.top, rows) }));
	if (rows.length === PAGE) await fill(id);
}

/** A message, live or just sent. */
export function put(message) {
	const id = message.room_id;
	if (!talks.has(id) || gone.has(message.id)) return;
	const { top, state, messages, hasOlder } = talk(id);
	if (hasOlder && message.seq < messages[0]?.seq) return; // it comes with its page, when that is scrolled to
	if (state === "ready" && message.seq > top + 1) fill(id);
	change(id, (old) => ({ messages: mergeMessages(old.messages, [message]), top: Math.max(old.top, message.seq) }));
	markRead(id);
}
export function takeBack({ room_id: id, id: message }) {
	gone.add(message);
	if (talks.has(id)) change(id, (old) => ({ messages: old.messages.filter((one) => one.id !== message) }));
}

/** Read is what somebody really looks at. */
export function markRead(id) {
	if (openId.value === id && document.visibilityState === "visible") haveRead(id, Math.max(talk(id).top, known(id)?.last_seq ?? 0));
}
document.addEventListener("visibilitychange", () => openId.value && talks.has(openId.value) && markRead(openId.value));

/** Up to where the room is held: what came after it is to be sent. */
export const position = (id) => (talks.has(id) && talks.get(id).peek().state === "ready" ? talks.get(id).peek().top : list.peek().rooms.find((room) => room.id === id)?.last_seq ?? 0);

/** After a gap: deletions are not told again, so the open one is looked at anew, and the others when they are opened. */
export function again() {
	for (const id of talks.keys()) if (id !== openId.value) talks.delete(id);
	if (openId.value) return loadTalk(openId.value);
}
export const forget = (id) => talks.delete(id);
onSignedOut(() => (talks.clear(), gone.clear()));
