// The rooms that the person is in: order, last message, what is unread. Read places are the browser's own.
import { batch, signal } from "/vendor/signals.mjs";
import { api, GLOBAL, onSignedOut, openId, recall, remember, sayError, shaped, user } from "./base.mjs";

const NOTHING = { state: "loading", rooms: [], error: "" };
export const list = signal(NOTHING);
export const known = (id) => list.value.rooms.find((room) => room.id === id);

const when = (room) => room.last_message?.timestamp ?? room.created_at;
/** The global one first, then by newest activity. */
const sorted = (rooms) => [...rooms].sort((a, b) => (b.id === GLOBAL) - (a.id === GLOBAL) || when(b).localeCompare(when(a)) || a.id.localeCompare(b.id));

// -- what was read, by seq --

const changed = signal(0);
const readKey = (id) => `${user.value?.id ?? 0}.read.${id}`;
/** A room first seen in this browser counts from now on. */
const readUpTo = (room) => recall(readKey(room.id), null) ?? (remember(readKey(room.id), room.last_seq), room.last_seq);
export const unreadOf = (room) => (changed.value, Math.max(0, room.last_seq - readUpTo(room)));
export function haveRead(id, seq) {
	if ((recall(readKey(id), 0) ?? 0) >= seq) return;
	remember(readKey(id), seq);
	changed.value++;
}
addEventListener("storage", (event) => event.key?.includes(".read.") && changed.value++);

// -- loading --

let again = false;
let busy = null;
/** As the server has it; asked again while it is on its way, it is asked once more afterwards. */
export function loadList() {
	if (busy) return (again = true), busy;
	return (busy = (async () => {
		try {
			const rooms = await api.get("/api/chat/rooms");
			for (const room of rooms) readUpTo(room);
			const newer = (room) => Math.max(room.last_seq, known(room.id)?.last_seq ?? 0);
			list.value = { state: "ready", error: "", rooms: sorted(rooms.map((room) => ({ ...room, last_seq: newer(room), last_message: room.last_message && shaped(room.last_message) }))) };
		} catch (error) {
			if (error.status !== 401) list.value = { ...list.value, state: list.value.rooms.length ? "ready" : "failed", error: sayError(error) };
		}
		busy = null;
		if (again) {
			again = false;
			return loadList();
		}
	})());
}

/** A message that was said in a room. */
export function said(message) {
	const room = known(message.room_id);
	if (!room) return void loadList();
	const newest = (room.last_message?.seq ?? 0) < message.seq;
	batch(() => {
		if (message.sender_id === user.value.id && message.seq === readUpTo(room) + 1) haveRead(room.id, message.seq);
		const next = { ...room, last_seq: Math.max(room.last_seq, message.seq), last_message: newest ? message : room.last_message };
		list.value = { ...list.value, rooms: sorted(list.value.rooms.map((one) => (one.id === room.id ? next : one))) };
	});
}
export const takenBack = ({ room_id: id, id: message }) => known(id)?.last_message?.id === message && loadList();

// -- making, joining, leaving --

export async function create(name, description) {
	const form = new FormData();
	form.append("room_name", name);
	form.append("description", description);
	const { room_id: id } = await api.post("/api/chat/rooms", form);
	await loadList();
	return id;
}
export async function join(id) {
	await api.post(`/api/chat/rooms/${encodeURIComponent(id)}/join`);
	await loadList();
}
export async function leave(id) {
	await api.post(`/api/chat/rooms/${encodeURIComponent(id)}/leave`);
	list.value = { ...list.value, rooms: list.value.rooms.filter((room) => room.id !== id) };
	if (openId.value === id) openId.value = "";
}
onSignedOut(() => (list.value = NOTHING));
