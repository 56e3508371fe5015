// A long list of which only parts are known: ids by place, holes where nothing is loaded yet. Pure; each change answers a new list.

export const MOST = 200000; // rows that a browser can still scroll
export const nothing = { state: "loading", ids: [], total: 0 };

const sized = (ids, total) => {
	const size = Math.min(total, MOST);
	return ids.length > size ? ids.slice(0, size) : ids.concat(Array(size - ids.length).fill(undefined));
};

/** A page came: its rows stand at `from`, and nowhere else. */
export function putPage(list, from, ids, total) {
	const here = new Set(ids);
	const all = sized(list.ids, total).map((id, i) => (here.has(id) && (i < from || i >= from + ids.length) ? undefined : id));
	for (let i = 0; i < ids.length; i++) if (from + i < all.length) all[from + i] = ids[i];
	return { state: "ready", ids: all, total };
}

/** Takes a row out; the others move up. */
export function takeOut(list, id) {
	const at = list.ids.indexOf(id);
	if (at < 0) return list;
	return { ...list, ids: list.ids.toSpliced(at, 1), total: list.total - 1 };
}

/** Puts a row where it belongs among those that are known; one that was not known came from a hole, or is new. */
export function putIn(list, id, before) {
	const at = list.ids.indexOf(id);
	const ids = at < 0 ? list.ids.slice() : list.ids.toSpliced(at, 1);
	let place = 0;
	while (place < ids.length && ids[place] !== undefined && !before(id, ids[place])) place++;
	const unknown = ids[place] === undefined && place < ids.length;
	if (unknown && at < 0) return list; // it belongs where nothing is loaded
	ids.splice(place, 0, id);
	if (at >= 0) return { ...list, ids };
	const hole = ids.lastIndexOf(undefined);
	if (hole >= 0) ids.splice(hole, 1);
	return { state: "ready", ids, total: hole >= 0 ? list.total : list.total + 1 };
}

/** Pages (from 0) that hold a hole between the rows first and last. */
export function missingPages(list, first, last, size) {
	const pages = new Set();
	for (let i = Math.max(0, first); i < Math.min(last, list.ids.length); i++) if (list.ids[i] === undefined) pages.add(Math.floor(i / size));
	return [...pages];
}
