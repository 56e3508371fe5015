// Sign-in, language, calls and the address of the rooms page: /rooms/#/ROOM.
import { signal } from "/vendor/signals.mjs";
import { createPage } from "/lib/page.mjs";
import { words } from "./words.mjs";

export const page = createPage({ prefix: "deskbell.rooms.", words });
export const { recall, remember, lang, t, user, api, onSignedOut, problem, clock, sayError, act } = page;
export const GLOBAL = "global";

const readRoute = () => {
	try {
		return decodeURIComponent(location.hash.replace(/^#\/?/, ""));
	} catch {
		return "";
	}
};
/** The room that is shown, or "". */
export const openId = signal(readRoute());
export function open(id) {
	if (id === openId.value) return;
	history.pushState(null, "", id ? `#/${encodeURIComponent(id)}` : location.pathname);
	openId.value = id;
}
for (const event of ["hashchange", "popstate"]) addEventListener(event, () => (openId.value = readRoute()));
export const addressOf = (id) => `${location.origin}${location.pathname}#/${encodeURIComponent(id)}`;
/** The id in what somebody pasted: the address of a room, or the id itself. */
export const idIn = (text) => decodeURIComponent(/#\/([^/?#\s]+)\s*$/.exec(text)?.[1] ?? text.trim());

/** A message as the pages show it: the contract's times are UTC without saying so. */
export const shaped = (row) => ({ ...row, created_at: `${row.timestamp}Z`, sender_type: row.message_type === "system" ? "system" : "person", sender: { id: row.sender_id, full_name: row.sender_name } });
