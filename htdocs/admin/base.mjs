// Language, sign-in, preferences and calls: what every part of the console and the back office builds on.
import { signal } from "/vendor/signals.mjs";
import { ApiError, createApi, session } from "/lib/api.mjs";
import { words } from "./words.mjs";

export { toggleTheme } from "/lib/theme.mjs";

const STAFF = ["admin", "supervisor", "agent"];
const KEY = "deskbell.console.";

/** Small things the browser keeps. What cannot be kept (private mode, full) is simply not kept. */
export function recall(key, fallback) {
	try {
		return JSON.parse(localStorage.getItem(KEY + key)) ?? fallback;
	} catch {
		return fallback;
	}
}
export function remember(key, value) {
	try {
		if (value === null || value === undefined) localStorage.removeItem(KEY + key);
		else localStorage.setItem(KEY + key, JSON.stringify(value));
	} catch {
		// nothing else depends on it
	}
}

export const lang = signal(document.documentElement.lang === "en" ? "en" : "zh");
/** The text of a key in the chosen language; {0}, {1} are filled in. */
export const t = (key, ...holes) => (words[key]?.[lang.value === "en" ? 1 : 0] ?? key).replace(/\{(\d)\}/g, (_, i) => holes[i] ?? "");
/** More texts, {key: [zh, en]}, for parts that are loaded later. */
export const addWords = (more) => Object.assign(words, more);

const isStaff = (who) => STAFF.includes(who?.role);
const signedIn = session.read()?.user;
export const user = signal(isStaff(signedIn) ? signedIn : null);
/** A permission, or "role:admin". */
export const can = (permission) => !permission || (permission.startsWith("role:") ? permission === `role:${user.value?.role}` : (user.value?.permissions ?? []).includes(permission));

export const problem = signal("");
export const clock = signal(Date.now());
setInterval(() => (clock.value = Date.now()), 15000);

const ends = new Set(); // what stops when the person signs out
export const onSignedOut = (end) => ends.add(end);
const forget = () => {
	session.write(null);
	for (const end of ends) end();
	user.value = null;
};
export const api = createApi({ lang: () => lang.value, onSignedOut: forget });

export async function signIn(email, password) {
	const who = await api.signIn(email, password);
	if (!isStaff(who)) {
		await api.signOut();
		throw new ApiError(403, { message: t("notStaff") });
	}
	user.value = who;
}
addEventListener("storage", (event) => {
	if (event.key === "deskbell.sign-in" && !event.newValue && user.value) forget(); // signed out in another tab
});

/** An error as a person reads it. */
export const sayError = (error) => {
	if (!error.status) return t("offline");
	return error.status === 429 ? t("tooFast", error.retryAfter || 60) : error.issue || error.message || t("failed");
};
/** Runs what a button does; what goes wrong stands in the banner. Resolves with undefined then. */
export async function act(work) {
	problem.value = "";
	try {
		return await work();
	} catch (error) {
		if (error.status !== 401) problem.value = sayError(error);
	}
}

export const prefs = signal({ sound: true, notify: false, keys: true, card: true, ...recall("prefs", {}) });
export function setPref(key, value) {
	prefs.value = { ...prefs.value, [key]: value };
	remember("prefs", prefs.value);
}
export function setLang(next) {
	lang.value = next;
	document.documentElement.lang = next;
	localStorage.setItem("deskbell.lang", next);
}

// -- where the page is: #/office/…, or #/VIEW and #/VIEW/CONVERSATION --

const readRoute = () => decodeURIComponent(location.hash.replace(/^#\/?/, ""));
export const route = signal(readRoute());

/** Who knows of changes that are not saved, and asks before they are lost. */
let keeper = { dirty: () => false };
export const setKeeper = (given) => (keeper = given);
/** Does what leaves the page, unless the person would rather stay. */
export const leave = (work) => (keeper.dirty() ? keeper.ask(work) : work());

// Entries of the history are numbered, so that a step can be taken back while the person is asked.
let at = history.state?.at ?? 0;
history.replaceState({ at }, "");

/** Goes to "office/reports", "mine/456"; replace: without a step in the history. */
export function go(to, replace = false) {
	const path = to.replace(/^#?\/?/, "");
	if (path === route.value) return;
	leave(() => {
		if (replace) history.replaceState({ at }, "", `#/${path}`);
		else history.pushState({ at: ++at }, "", `#/${path}`);
		route.value = path;
	});
}
/** A link was followed, the address changed by hand, or Back and Forward. */
function arrived() {
	const path = readRoute();
	const step = (history.state?.at ?? at + 1) - at;
	history.replaceState({ at: at + step }, "");
	if (path !== route.value && step && keeper.dirty()) {
		history.go(-step);
		return keeper.ask(() => history.go(step));
	}
	at += step;
	route.value = path;
}
addEventListener("hashchange", arrived);
addEventListener("popstate", arrived);
