// Telling the person: sound, desktop notifications, the number in the tab's title, and the bell's list.
import { effect, signal } from "/vendor/signals.mjs";
import { api, onSignedOut, prefs, sayError, setPref, t, user } from "./base.mjs";
import { isMine, known, open, openId, unread } from "./talks.mjs";

// -- the bell --

const none = { state: "idle", items: [], unread: 0, error: "" };
export const bell = signal(none);
export async function loadBell() {
	if (bell.value.state !== "ready") bell.value = { ...bell.value, state: "loading" };
	try {
		const data = await api.get("/api/v1/mobile/notifications?per_page=30");
		bell.value = { state: "ready", items: data.notifications, unread: data.unread_count, error: "" };
	} catch (error) {
		bell.value = { ...bell.value, state: bell.value.items.length ? "ready" : "failed", error: sayError(error) };
	}
}
const asRead = (item) => ({ ...item, read_at: item.read_at ?? new Date().toISOString() });
/** Opens what a notification is about. */
export function follow(item) {
	if (item.conversation_id) open(item.conversation_id);
	if (item.read_at) return;
	bell.value = { ...bell.value, unread: Math.max(0, bell.value.unread - 1), items: bell.value.items.map((one) => (one.id === item.id ? asRead(one) : one)) };
	api.put(`/api/v1/mobile/notifications/${item.id}/read`).catch(loadBell);
}
export function readAll() {
	bell.value = { ...bell.value, unread: 0, items: bell.value.items.map(asRead) };
	api.put("/api/v1/mobile/notifications/read-all").catch(loadBell);
}
/** The text of one, in the person's own language where the kind is known. */
export const bellText = (item) => (item.name ? t(`bell_${item.type}`, item.name) : item.message);

export function notified(data) {
	const items = [{ ...data, read_at: null }, ...bell.value.items.filter((one) => one.id !== data.id)].slice(0, 30);
	bell.value = { ...bell.value, items, unread: bell.value.unread + 1 };
	if (data.type === "new_message") return; // its message rings by itself
	beep();
	show(bellText(data), known(data.conversation_id)?.last_message?.content ?? "", data.conversation_id);
}

// -- sound and desktop --

let audio;
export function beep() {
	if (!prefs.value.sound) return;
	try {
		audio ??= new AudioContext();
		if (audio.state !== "running") return void audio.resume();
		const tone = audio.createOscillator();
		const volume = audio.createGain();
		tone.frequency.setValueAtTime(880, audio.currentTime);
		tone.frequency.setValueAtTime(1175, audio.currentTime + 0.12);
		volume.gain.setValueAtTime(0.06, audio.currentTime);
		volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.4);
		tone.connect(volume).connect(audio.destination);
		tone.start();
		tone.stop(audio.currentTime + 0.4);
	} catch {
		// no sound is to be had: nothing else depends on it
	}
}
function show(title, body, id) {
	if (!prefs.value.notify || !("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return;
	const shown = new Notification(title, { body: body.slice(0, 120), tag: `deskbell-${id}`, icon: "/favicon.svg" });
	shown.onclick = () => (window.focus(), open(id), shown.close());
}
/** A contact wrote: it rings for what is the person's own or nobody's, unless it is being looked at. */
export function announce(item, message) {
	if (message.sender_type !== "contact" || (document.visibilityState === "visible" && openId.value === item.id)) return;
	if (!isMine(item) && (item.assignee || item.current_agent_type === "ai")) return;
	beep();
	show(t("newMessage", item.contact.name || t("visitor")), message.content, item.id);
}
export async function setNotify(value) {
	if (value && (!("Notification" in window) || (Notification.permission !== "granted" && (await Notification.requestPermission()) !== "granted"))) return setPref("notify", false);
	setPref("notify", value);
}

effect(() => {
	const waiting = user.value ? unread.value : 0;
	document.title = `${waiting ? `(${waiting}) ` : ""}${t("title")} · Deskbell`;
});
onSignedOut(() => (bell.value = none));
