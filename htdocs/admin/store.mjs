// What the console knows, and what it does about it. Views read the signals; nothing else changes them.
import { batch, computed, signal } from "/vendor/signals.mjs";
import { createApi, session } from "/lib/api.mjs";
import { createSocket } from "/lib/socket.mjs";
import { firstHole, mergeMessages, stillWaiting } from "/lib/thread.mjs";
import { words } from "./words.mjs";

const PAGE = 50;
const remembered = (key, fallback) => JSON.parse(localStorage.getItem(`deskbell.console.${key}`) ?? JSON.stringify(fallback));
const remember = (key, value) => localStorage.setItem(`deskbell.console.${key}`, JSON.stringify(value));

export const lang = signal(document.documentElement.lang === "en" ? "en" : "zh");
export const t = (key, ...holes) => (words[key]?.[lang.value === "en" ? 1 : 0] ?? key).replace(/\{(\d)\}/g, (_, i) => holes[i]);
export const user = signal(session.read()?.user ?? null);
export const link = signal("connecting");
export const view = signal("all");
export const search = signal("");
export const list = signal({ state: "loading", items: [], total: 0, counts: {} });
export const openId = signal(null); // session_id
export const threads = signal({}); // session_id → {messages, hasOlder, state, stream}
export const typing = signal({}); // session_id → {name, until}
export const outbox = signal(remembered("outbox", []));
export const drafts = signal(remembered("drafts", {}));
export const problem = signal("");
export const prefs = signal(remembered("prefs", { sound: true, notify: false }));
export const clock = signal(Date.now());
setInterval(() => (clock.value = Date.now()), 15000);

export const current = computed(() => list.value.items.find((item) => item.session_id === openId.value) ?? detached.value);
const detached = signal(null); // the open conversation when the list does not hold it
const lastSeen = { id: 0, positions: new Map() };

export const api = createApi({
	lang: () => lang.value,
	onSignedOut: () => {
		session.write(null);
		socket.stop();
		user.value = null;
	},
});

// -- lists --

const filters = {
	mine: "&assignee_id=me&status=open", unassigned: "&assignee_id=none&status=open", waiting: "&agent_type=human&assignee_id=none&status=open", all: "&status=open", closedView: "&status=resolved",
};
const query = (offset, limit = PAGE) => `/api/v1/admin/conversations?limit=${limit}&offset=${offset}${filters[view.value]}${search.value ? `&q=${encodeURIComponent(search.value)}` : ""}`;
let asked = 0;

export async function loadList(offset = 0) {
	const mine = ++asked;
	if (!offset && !list.value.items.length) list.value = { ...list.value, state: "loading" };
	try {
		const data = await api.get(query(offset));
		if (mine !== asked) return;
		const items = offset ? [...list.value.items.filter((item) => !data.conversations.some((c) => c.id === item.id)), ...data.conversations] : data.conversations;
		list.value = { state: "ready", items, total: data.total, counts: data.counts };
	} catch (error) {
		if (mine === asked && error.status !== 401) list.value = { ...list.value, state: list.value.items.length ? "ready" : "failed" };
	}
}
export function choose(next) {
	batch(() => {
		view.value = next;
		list.value = { ...list.value, state: "loading", items: [] };
	});
	loadList();
}
let countsTimer = 0;
const countAgain = () => {
	clearTimeout(countsTimer);
	countsTimer = setTimeout(() => loadList().catch(() => {}), 400);
};

const fits = (item) => {
	const open = item.status === "open" || item.status === "pending";
	if (search.value) return list.value.items.some((other) => other.id === item.id);
	return { mine: open && item.assignee?.id === user.value?.id, unassigned: open && !item.assignee, waiting: item.queue_position !== null && open, all: open, closedView: !open }[view.value];
};

/** One conversation as it is now: moved to its place, or out of the list. */
function place(item) {
	const others = list.value.items.filter((other) => other.id !== item.id);
	const items = fits(item) ? [item, ...others].sort((a, b) => when(b) - when(a)) : others;
	if (item.session_id === openId.value) detached.value = item;
	list.value = { ...list.value, state: "ready", items };
}
const when = (item) => new Date(item.last_message?.created_at ?? item.created_at).getTime();

// -- one conversation --

const thread = (id) => threads.value[id] ?? { messages: [], hasOlder: false, state: "loading", stream: null };
const setThread = (id, change) => (threads.value = { ...threads.value, [id]: { ...thread(id), ...change } });

export async function open(id) {
	const item = list.value.items.find((other) => other.session_id === id);
	batch(() => {
		openId.value = id;
		if (item) detached.value = item;
	});
	if (!id) return;
	history.replaceState(null, "", `#${id}`);
	await loadThread(id);
	markRead(id);
}
export async function loadThread(id, before = "latest") {
	try {
		const data = await api.get(`/api/v1/chat/sessions/${id}/messages?before=${before}&limit=50`);
		note(data.messages);
		setThread(id, { messages: mergeMessages(thread(id).messages, data.messages), hasOlder: data.has_more, state: "ready" });
		if (!detached.value || detached.value.session_id !== id) {
			const found = await api.get(`/api/v1/admin/conversations?session_id=${id}`);
			if (found.conversations[0]) detached.value = found.conversations[0];
		}
	} catch (error) {
		if (error.status !== 401) setThread(id, { state: thread(id).messages.length ? "ready" : "failed" });
	}
}
export const loadOlder = (id) => {
	const first = thread(id).messages[0];
	return first ? loadThread(id, first.id) : null;
};
const note = (messages) => {
	for (const message of messages) {
		lastSeen.id = Math.max(lastSeen.id, Number(message.id.slice(4)));
		lastSeen.positions.set(message.session_id, Math.max(message.seq, lastSeen.positions.get(message.session_id) ?? 0));
	}
};

function markRead(id) {
	const last = thread(id).messages.at(-1);
	if (last && document.visibilityState === "visible" && openId.value === id && current.value?.unread_count) {
		socket.send("read", { session_id: id, last_id: last.id });
		place({ ...current.value, unread_count: 0 });
	}
}
document.addEventListener("visibilitychange", () => openId.value && markRead(openId.value));

async function act(work) {
	problem.value = "";
	try {
		return await work();
	} catch (error) {
		problem.value = error.status ? error.issue ?? error.message : t("offline");
	}
}
const refetch = async (id) => {
	const found = await api.get(`/api/v1/admin/conversations?session_id=${id}`);
	if (found.conversations[0]) place(found.conversations[0]);
};
export const take = (item) => act(async () => (await api.post(`/api/v1/chat/sessions/${item.session_id}/switch-agent`, { agent_type: "human" }), refetch(item.session_id)));
export const toAi = (item) => act(async () => (await api.post(`/api/v1/chat/sessions/${item.session_id}/switch-agent`, { agent_type: "ai" }), refetch(item.session_id)));
export const setStatus = (item, status) => act(async () => (await api.put(`/api/v1/conversations/${item.id}/status`, { status }), refetch(item.session_id)));
export const setPriority = (item, priority) => act(async () => (await api.put(`/api/v1/conversations/${item.id}/priority`, { priority }), refetch(item.session_id)));
export const setPresence = (status) => act(async () => (user.value = { ...user.value, ...(await api.put("/api/v1/auth/me/status", { status })) }));

// -- writing --

export function setDraft(id, text) {
	drafts.value = { ...drafts.value, [id]: text };
	remember("drafts", drafts.value);
}
const keepOutbox = (next) => {
	outbox.value = next;
	remember("outbox", next);
};
export function say(id, content) {
	keepOutbox([...outbox.value, { session_id: id, content, client_id: crypto.randomUUID?.() ?? String(Math.random()).slice(2) + Date.now(), created_at: new Date().toISOString() }]);
	setDraft(id, "");
	sendOutbox();
}
/** Everything unanswered goes out again under the same client_id, in order: the server stores each once. */
let sending = false;
async function sendOutbox() {
	if (sending || !user.value) return;
	sending = true;
	try {
		for (let entry; (entry = outbox.value[0]); ) {
			const stored = await api.post("/api/v1/chat/messages", { session_id: entry.session_id, content: entry.content, client_id: entry.client_id });
			arrived([stored]);
			keepOutbox(outbox.value.filter((other) => other.client_id !== entry.client_id));
		}
	} catch (error) {
		if (error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status)) {
			const [entry, ...rest] = outbox.value;
			setDraft(entry.session_id, entry.content); // refused for good: the text goes back to where it was typed
			keepOutbox(rest);
			problem.value = error.issue ?? error.message;
		}
		setTimeout(sendOutbox, error.status === 429 ? 5000 : 1500);
	} finally {
		sending = false;
	}
}
let typingAt = 0;
let typingEnds = 0;
export function nowTyping(id) {
	if (Date.now() - typingAt > 3000) {
		typingAt = Date.now();
		socket.send("typing", { session_id: id, is_typing: true });
	}
	clearTimeout(typingEnds);
	typingEnds = setTimeout(() => ((typingAt = 0), socket.send("typing", { session_id: id, is_typing: false })), 4000);
}

// -- what arrives --

function arrived(messages) {
	note(messages);
	for (const message of messages) {
		const id = message.session_id;
		const known = threads.value[id];
		if (known) {
			const merged = mergeMessages(known.messages, [message]);
			setThread(id, { messages: merged, stream: message.sender_type === "ai" ? null : known.stream });
			if (firstHole(merged)) loadThread(id);
		}
		keepOutbox(stillWaiting(outbox.value, [message]));
		typing.value = { ...typing.value, [id]: null };
		const item = list.value.items.find((other) => other.session_id === id);
		const newer = item && (item.last_message?.seq ?? 0) < message.seq;
		if (newer) {
			const unread = message.sender_type === "user" ? item.unread_count + 1 : message.sender_type === "agent" ? 0 : item.unread_count;
			const waiting = message.sender_type === "agent" ? null : message.sender_type === "user" && item.agent_type === "human" ? item.waiting_since ?? message.created_at : item.waiting_since;
			place({ ...item, last_message: message, unread_count: unread, waiting_since: waiting, message_count: message.seq });
		} else if (!item) {
			countAgain();
		}
		if (message.sender_type === "user") announce(message, item);
		if (id === openId.value) markRead(id);
	}
}

const takes = {
	message: (data) => arrived([data]),
	ack: () => {},
	typing: (data) => {
		if (data.sender?.id === user.value?.id && data.sender_type === "agent") return;
		const name = data.sender_type === "ai" ? t("ai") : data.sender?.name || t("visitor");
		typing.value = { ...typing.value, [data.session_id]: data.is_typing ? { name, until: Date.now() + 8000 } : null };
	},
	ai_stream: (data) => {
		const known = threads.value[data.session_id];
		if (!known) return;
		setThread(data.session_id, { stream: data.is_complete ? null : data.full_content });
	},
	read: (data) => {
		if (data.reader === "user") setThread(data.session_id, { readSeq: Math.max(data.seq, thread(data.session_id).readSeq ?? 0) });
		else {
			const item = list.value.items.find((other) => other.session_id === data.session_id);
			if (item) place({ ...item, unread_count: Math.max(0, (item.last_message?.seq ?? 0) - data.seq) });
		}
	},
	status_update: (data) => {
		if (data.conversation) place(data.conversation);
		if (data.agent_type === "human") setThread(data.session_id, { stream: null });
		countAgain();
	},
	agent_status: (data) => {
		if (data.agent_id === user.value?.id) user.value = { ...user.value, status: data.status };
	},
	resumed: () => loadList(),
	resync: () => {
		loadList();
		if (openId.value) loadThread(openId.value);
	},
	auth: (data) => (user.value = { ...user.value, ...data.user, status: data.user.status === "offline" ? "online" : data.user.status }),
};

export const socket = createSocket({
	positions: () => Object.fromEntries([...lastSeen.positions].slice(-500)),
	lastId: () => lastSeen.id,
	refresh: () => api.refresh(),
	onState: (state) => {
		link.value = state;
		if (state === "live") sendOutbox();
	},
	onFrame: (frame) => takes[frame.type]?.(frame.data),
});

// -- telling the person --

function announce(message, item) {
	if (document.visibilityState === "visible" && openId.value === message.session_id) return;
	if (prefs.value.sound) beep();
	if (prefs.value.notify && Notification.permission === "granted" && document.visibilityState !== "visible") {
		const shown = new Notification(t("newMessage", item?.user.name || t("visitor")), { body: message.content.slice(0, 120), tag: message.session_id });
		shown.onclick = () => (focus(), open(message.session_id));
	}
}
let audio;
function beep() {
	try {
		audio ??= new AudioContext();
		const tone = audio.createOscillator();
		const volume = audio.createGain();
		tone.frequency.value = 880;
		volume.gain.setValueAtTime(0.06, audio.currentTime);
		volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
		tone.connect(volume).connect(audio.destination);
		tone.start();
		tone.stop(audio.currentTime + 0.35);
	} catch {
		// no sound is to be had: nothing else depends on it
	}
}
export async function setPref(key, value) {
	if (key === "notify" && value && Notification.permission !== "granted") value = (await Notification.requestPermission()) === "granted";
	prefs.value = { ...prefs.value, [key]: value };
	remember("prefs", prefs.value);
}
export function setLang(next) {
	lang.value = next;
	document.documentElement.lang = next;
	localStorage.setItem("deskbell.lang", next);
}
export function toggleTheme() {
	const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
	document.documentElement.dataset.theme = dark ? "light" : "dark";
	localStorage.setItem("deskbell.theme", dark ? "light" : "dark");
}

export async function start() {
	socket.start();
	await loadList();
	const asked = location.hash.slice(1);
	if (asked.startsWith("sess_")) open(asked);
	sendOutbox();
}
