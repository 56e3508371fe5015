// What arrives by /ws: every room of the list is joined from where it is held, so that nothing is missed and nothing comes twice.
import { batch, effect, signal } from "/vendor/signals.mjs";
import { createSocket } from "/lib/socket.mjs";
import { act, api, onSignedOut, openId, shaped, user } from "./base.mjs";
import * as rooms from "./list.mjs";
import { box } from "./outbox.mjs";
import * as talks from "./talks.mjs";

const JOINED = 31; // a socket hears 32 rooms: these, and the one that is open
const STALE_MS = 60000;
const BEAT_MS = 240000; // well within the half hour after which one is away

export const link = signal("connecting");
const joined = new Set();

/** Joins what is to be heard and leaves what is not. */
function syncJoins() {
	if (link.peek() !== "live") return;
	const wanted = new Set(rooms.list.peek().rooms.slice(0, JOINED).map((room) => room.id));
	if (rooms.known(openId.peek())) wanted.add(openId.peek());
	for (const id of [...joined].filter((one) => !wanted.has(one))) if (socket.send("leave", { room_id: id })) joined.delete(id);
	for (const id of [...wanted].filter((one) => !joined.has(one))) if (socket.send("join", { room_id: id, seq: talks.position(id) })) joined.add(id);
}

function onMessage(row) {
	if (!row.room_id) return; // of a conversation: the console's matter
	const message = shaped(row);
	batch(() => (rooms.said(message), talks.put(message)));
}
/** Out of a room, here or by another's hand. */
function onLeave({ room_id: id }) {
	if (joined.delete(id)) rooms.loadList();
}
const takes = {
	message: onMessage,
	message_deleted: (data) => (talks.takeBack(data), rooms.takenBack(data)),
	leave: onLeave,
	resync: ({ room_id: id }) => id && (rooms.loadList(), id === openId.value ? talks.loadTalk(id) : talks.forget(id)),
};

/** Live again: the rooms from where they were held, what was written meanwhile, and what was taken back. */
function caughtUp() {
	syncJoins();
	box.flush();
	rooms.loadList();
	talks.again();
}
const socket = createSocket({
	path: "/ws",
	refresh: () => api.refresh(),
	onState(state) {
		link.value = state;
		if (state === "live") caughtUp();
		else joined.clear();
	},
	onFrame: (frame) => takes[frame.type]?.(frame.data),
});

effect(() => {
	if (user.value && rooms.list.value.state === "ready" && openId.value !== null) syncJoins();
});

// -- who is online --

export const people = signal({ state: "loading", online: [] });
export async function loadPeople() {
	try {
		people.value = { state: "ready", online: await api.get("/api/chat/online-users") };
	} catch (error) {
		if (error.status !== 401) people.value = { ...people.value, state: people.value.online.length ? "ready" : "failed" };
	}
}
export const takeBackMessage = (message) => act(async () => {
	await api.del(`/api/chat/messages/${message.id}?room_id=${encodeURIComponent(message.room_id)}`);
	takes.message_deleted(message);
});

const looks = () => user.value && document.visibilityState === "visible";
let seenAt = 0;
function tick() {
	if (!looks()) return;
	loadPeople();
	if (rooms.list.value.rooms.length > JOINED || link.value !== "live") rooms.loadList();
	if (link.value !== "live" && openId.value) talks.loadTalk(openId.value); // no WebSocket to be had: by asking
	if (Date.now() - seenAt > BEAT_MS) {
		seenAt = Date.now();
		api.post("/api/chat/heartbeat").catch(() => {});
	}
}
setInterval(tick, STALE_MS / 2);
document.addEventListener("visibilitychange", tick);

export function start() {
	box.read();
	rooms.loadList();
	loadPeople();
	box.flush();
	socket.start();
}
onSignedOut(() => {
	socket.stop();
	joined.clear();
	link.value = "connecting";
	people.value = { state: "loading", online: [] };
});
