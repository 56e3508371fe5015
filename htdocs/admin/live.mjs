// What arrives by /admin/ws, and where it goes. After a gap everything is caught up with, without a reload.
import { batch, signal } from "/vendor/signals.mjs";
import { createSocket } from "/lib/socket.mjs";
import { announce, loadBell, notified } from "./alerts.mjs";
import { api, onSignedOut, user } from "./base.mjs";
import { countsTold } from "./label_counts.mjs";
import { box } from "./outbox.mjs";
import { namedTeams, presence } from "./people.mjs";
import { counts, known, list, loadList, openId, refreshList, seen, upsert } from "./talks.mjs";
import * as threads from "./threads.mjs";

export const link = signal("connecting");

/** The row as a message leaves it; whether it is new to the row. */
function after(item, message) {
	if (message.is_private || (item.last_message?.id ?? 0) >= message.id) return item;
	const by = message.sender_type;
	return {
		...item,
		last_message: message,
		last_seq: Math.max(item.last_seq, message.seq),
		unread_count: by === "contact" ? item.unread_count + 1 : by === "agent" ? 0 : item.unread_count,
		waiting_since: by === "agent" ? null : by === "contact" && item.current_agent_type === "human" ? item.waiting_since ?? message.created_at : item.waiting_since,
	};
}

function onMessage({ conversation_id: id, message }) {
	const item = known(id);
	const fresh = message.id > seen.id || !item || message.id > (item.last_message?.id ?? 0);
	batch(() => {
		threads.put(id, message);
		if (item && list.value.ids.includes(id)) upsert(after(item, message));
		else refreshList(); // not on the screen so far
		if (item) announceOnce(item, message, fresh);
		if (id === openId.value) threads.markRead(id);
	});
}
const announceOnce = (item, message, fresh) => fresh && !message.is_private && announce(item, message);

/** Supervisors see all; agents what is theirs, nobody's or their teams'. Teams are the server's to know: it is asked. */
function mayLeave(conversation, changes) {
	if (user.value.role !== "agent" || !("assignee_id" in changes)) return false;
	return changes.assignee_id !== null && changes.assignee_id !== user.value.id;
}
function onUpdated({ conversation_id: id, conversation, changes }) {
	if (mayLeave(conversation, changes)) {
		if (!changes.team_id) return threads.lose(id);
		api.get(`/api/v1/conversations/${id}/messages?limit=1`).then(() => upsert(conversation), (error) => (error.status === 404 || error.status === 403) && threads.lose(id));
		return;
	}
	if (conversation.current_agent_type === "human") threads.stopStream(id);
	upsert(conversation);
}

function caughtUp() {
	box.flush();
	loadBell();
	if (list.value.state === "ready") refreshList(0);
	else loadList();
	threads.again();
}

const takes = {
	auth: (data) => (user.value = { ...user.value, ...data.user, status: data.user.status === "offline" ? "online" : data.user.status }),
	"conversation:new": (data) => upsert(data.conversation),
	"conversation:updated": onUpdated,
	"message:new": onMessage,
	"conversation:typing": threads.typed,
	"conversation:read": threads.readUpTo,
	"conversation:viewing": threads.viewed,
	"ai:stream": threads.streamed,
	"agent:status_changed": presence,
	counts: (data) => {
		counts.value = data;
		namedTeams.value = data.teams.filter((team) => team.name).map((team) => ({ id: team.team_id, name: team.name }));
		countsTold(data);
	},
	notification: notified,
	resumed: caughtUp,
	resync: () => {
		threads.startOver();
		caughtUp();
	},
};

const positions = () => {
	const held = new Map();
	for (const id of list.value.ids.slice(0, 200)) if (id && known(id)) held.set(id, known(id).last_seq);
	for (const [id, seq] of [...seen.seq].slice(-200)) held.set(id, seq);
	return Object.fromEntries(held);
};

const socket = createSocket({
	path: "/admin/ws",
	positions,
	lastId: () => seen.id,
	refresh: () => api.refresh(),
	onState: (state) => (link.value = state),
	onFrame: (frame) => takes[frame.type]?.(frame.data),
});
threads.connectBy(socket.send);
export const echo = () => socket.echo();

// -- what the person's own typing tells the others --

let typingAt = 0;
let typingEnds = 0;
export function nowTyping(id, isPrivate) {
	const tell = (is_typing) => socket.send("typing", { conversation_id: id, is_typing, is_private: isPrivate });
	if (Date.now() - typingAt > 3000) {
		typingAt = Date.now();
		tell(true);
	}
	clearTimeout(typingEnds);
	typingEnds = setTimeout(() => ((typingAt = 0), tell(false)), 4000);
}
export function doneTyping() {
	typingAt = 0;
	clearTimeout(typingEnds);
}

export function start() {
	box.read();
	loadList();
	loadBell();
	socket.start();
}
onSignedOut(() => {
	socket.stop();
	link.value = "connecting";
});
