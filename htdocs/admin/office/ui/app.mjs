// What every page of the back office builds on: the language, the calls, what the signed-in person may do.
import { NOT_CONNECTED } from "/lib/api.mjs";
import { computed, signal } from "/vendor/signals.mjs";
import { forget } from "./unsaved.mjs";

const root = document.documentElement;
const spoken = () => (root.lang === "en" ? "en" : "zh");

/** The shell says it by <html lang>. */
export const lang = signal(spoken());
new MutationObserver(() => (lang.value = spoken())).observe(root, { attributeFilter: ["lang"] });
export const theme = signal(0); // counts changes: what is painted, not styled, is painted anew
const repaint = () => theme.value++;
new MutationObserver(repaint).observe(root, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);

/** A function of keys over a table {key: [zh, en]}; {0}, {1} are holes. Keys that the table lacks are looked for in `more`. */
export const words = (table, more) => (key, ...holes) => {
	const text = table[key]?.[lang.value === "en" ? 1 : 0];
	if (text === undefined) return more ? more(key, ...holes) : key;
	return text.replace(/\{(\d)\}/g, (_, i) => holes[i] ?? "");
};

const person = signal(null); // as the shell knows it
const rights = signal(null); // {id, role, permissions} as the server said last
export const me = computed(() => (rights.value?.id === person.value?.id ? { ...person.value, ...rights.value } : person.value));
/** A permission, or "role:admin". */
export const can = (permission) => !permission || (permission.startsWith("role:") ? permission === `role:${me.value?.role}` : (me.value?.permissions ?? []).includes(permission));

let api = null;
let link = null;
/** Milliseconds of a frame by the live connection to the API and back; null: it did not come. */
export let echo = async () => null;
/** The shell's client and person, its live connection's state ("live" when it is) and echo. */
export function wire(given, who, state, ping) {
	api = given;
	link = state;
	echo = ping ?? echo;
	person.value = who;
}

/** Permissions change while somebody works: asked for anew on each page and after each refusal. */
export async function refreshRights() {
	try {
		const { id, role, permissions } = await api.get("/api/v1/auth/me");
		if (JSON.stringify(rights.peek()) !== JSON.stringify({ id, role, permissions })) rights.value = { id, role, permissions };
	} catch {
		// the page's own call says what is wrong
	}
}

const CONNECT_MS = 4000;
const LOOK_MS = 5000;
/** True once the live connection is there, false when that takes too long. */
const connected = () => new Promise((done) => {
	let stop = () => {};
	const timer = setTimeout(() => (stop(), done(false)), CONNECT_MS);
	stop = link?.subscribe((state) => state === "live" && (clearTimeout(timer), queueMicrotask(() => stop()), done(true))) ?? stop;
});
/** Calls `work` when the live connection has come back, and every few seconds while it is there: the server may learn of it later. */
export function onceConnected(work) {
	let last = link?.peek();
	const look = () => link?.peek() === "live" && work();
	const timer = setInterval(look, LOOK_MS);
	const stop = link?.subscribe((state) => {
		if (state !== last) queueMicrotask(look);
		last = state;
	});
	return () => {
		clearInterval(timer);
		stop?.();
	};
}

/** A page that was opened a moment ago asks before its connection is known: desk's calls wait for it. */
async function told(work) {
	for (let tries = 0; ; tries++) {
		try {
			return await work();
		} catch (error) {
			if (error.status === 403) refreshRights();
			if (error.code !== NOT_CONNECTED || tries === 3) throw error;
			if (!(await connected())) throw error;
			if (tries > 0) await new Promise((done) => setTimeout(done, 300 * tries));
		}
	}
}

export const call = {
	get: (path) => told(() => api.get(path)),
	post: (path, body) => told(() => api.post(path, body)),
	put: (path, body) => told(() => api.put(path, body)),
	del: (path) => told(() => api.del(path)),
	raw: (path) => told(() => api.raw("GET", path)),
};

/** "?a=1&b=2" of what is not empty. */
export function query(fields) {
	const given = Object.entries(fields).filter(([, value]) => value !== "" && value !== null && value !== undefined);
	return given.length ? `?${new URLSearchParams(given)}` : "";
}

export const href = (route) => `#/office/${route}`;
/** Goes on to what was made, or away from what was deleted: nothing is asked. */
export function visit(route) {
	forget();
	location.hash = href(route);
}

/** The browser saves what an address answers, without a place for it in the page. */
export function downloadFrom(url) {
	const anchor = Object.assign(document.createElement("a"), { href: url, download: "" });
	document.body.append(anchor);
	anchor.click();
	anchor.remove();
}

/** Hands a finished file to the browser. */
export function download(blob, name) {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(blob);
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
