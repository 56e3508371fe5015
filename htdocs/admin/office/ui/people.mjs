// Everybody of the staff, for choices: all pages of the list, asked for once a minute at most.
import { call } from "./app.mjs";

const KEEP_MS = 60000;
const MOST_PAGES = 10;
let kept = { at: 0, list: null };

export async function everybody() {
	if (kept.list && Date.now() - kept.at < KEEP_MS) return kept.list;
	const users = [];
	for (let page = 1; page <= MOST_PAGES; page++) {
		const { users: part, meta } = await call.get(`/api/v1/users?per_page=100&page=${page}`);
		users.push(...part);
		if (page >= meta.total_pages) break;
	}
	kept = { at: Date.now(), list: users };
	return users;
}
/** After an account was made, changed or deleted. */
export const forgetEverybody = () => (kept = { at: 0, list: null });
