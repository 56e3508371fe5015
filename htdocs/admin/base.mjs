// Language, sign-in, preferences and calls: what every part of the console and the back office builds on.
import { signal } from "/vendor/signals.mjs";
import { createPage, isStaff } from "/lib/page.mjs";
import { words } from "./words.mjs";

export { toggleTheme } from "/lib/theme.mjs";

export const page = createPage({ prefix: "deskbell.console.", words, admits: isStaff, refused: "notStaff" });
export const { recall, remember, lang, t, addWords, setLang, user, api, onSignedOut, signIn, problem, clock, sayError, act } = page;

/** A permission, or "role:admin". */
export const can = (permission) => !permission || (permission.startsWith("role:") ? permission === `role:${user.value?.role}` : (user.value?.permissions ?? []).includes(permission));

export const prefs = signal({ sound: true, notify: false, keys: true, card: true, ...recall("prefs", {}) });
export function setPref(key, value) {
	prefs.value = { ...prefs.value, [key]: value };
	remember("prefs", prefs.value);
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
let wanted = 0; // the step that was taken back, to be asked about as soon as the page is where it was

/** A link was followed, the address changed by hand, or Back and Forward: popstate comes once for each of them. */
function arrived() {
	const path = readRoute();
	const entered = path === route.value ? at : at + 1; // a link to where one is makes no entry of its own
	const step = (history.state?.at ?? entered) - at;
	history.replaceState({ at: at + step }, "");
	if (path !== route.value && step && keeper.dirty()) {
		wanted = step;
		return history.go(-step);
	}
	at += step;
	route.value = path;
	if (!wanted) return;
	const taken = wanted;
	wanted = 0;
	leave(() => history.go(taken));
}
addEventListener("popstate", arrived);
