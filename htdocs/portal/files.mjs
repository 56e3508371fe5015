// The files that the person keeps: what is shown of them, uploading, deleting with undo.
import { batch, signal } from "/vendor/signals.mjs";
import { createUploads } from "/lib/outbox.mjs";
import { sendFile } from "/lib/pieces.mjs";
import { act, api, onSignedOut, page, recall, remember, sayError, user } from "./base.mjs";

const PAGE = 60;
const AT_ONCE = 3;
const UNDO_MS = 15000;
const AT = "/api/portal/files";
export const KINDS = ["image", "pdf", "text", "document", "other"];
export const ORDERS = ["newest", "oldest", "name", "name_desc", "largest", "smallest"];

const NOTHING = { state: "loading", files: [], total: 0, pages: 1, used: 0, quota: 0, error: "" };
export const shelf = signal(NOTHING);
export const wanted = signal({ search: "", type: "", sort: ORDERS[0] });
export const layout = signal(recall("layout", "grid"));
export const setLayout = (next) => (remember("layout", next), (layout.value = next));

// -- loading --

const query = (number) => {
	const { search, type, sort } = wanted.value;
	return `${AT}?${new URLSearchParams({ sort, page: number, page_size: PAGE, ...(search && { search }), ...(type && { type }) })}`;
};
const joined = (files) => [...new Map(files.map((file) => [file.file_id, file])).values()];
let asked = 0; // answers to what is no longer wanted are dropped
/** The pages that are shown, as they are now. */
export async function load(pages = shelf.value.pages) {
	const mine = ++asked;
	try {
		const answers = await Promise.all(Array.from({ length: pages }, (_, i) => api.get(query(i + 1))));
		if (mine !== asked) return;
		const { total, used_bytes: used, quota_bytes: quota } = answers[0];
		shelf.value = { state: "ready", files: joined(answers.flatMap((one) => one.files)), total, pages, used, quota, error: "" };
	} catch (error) {
		if (mine === asked && error.status !== 401) shelf.value = { ...shelf.value, state: shelf.value.files.length ? "ready" : "failed", error: sayError(error) };
	}
}
export const more = () => load(shelf.value.pages + 1);
let soon = 0;
const loadSoon = () => {
	clearTimeout(soon);
	soon = setTimeout(() => user.value && load(), 250);
};
export function want(part) {
	wanted.value = { ...wanted.value, ...part };
	shelf.value = { ...shelf.value, pages: 1 };
	if ("search" in part) loadSoon();
	else load(1);
}
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && user.value && load());

// -- uploading --

const box = createUploads(page, async ({ file }, options) => {
	await sendFile(page, "/api/files/upload", file, { ...options, fields: { category: "portal" }, kept: "portal" });
	loadSoon();
}, { most: AT_ONCE });
export const { uploads, forget: cancel, retry, add: upload, stopAll } = box;

// -- changing --

const replace = (file) => (shelf.value = { ...shelf.value, files: shelf.value.files.map((one) => (one.file_id === file.file_id ? file : one)) });
export const rename = async (file, filename) => replace(await api.put(`${AT}/${file.file_id}`, { filename }));
/** An address of its bytes that is good now. */
export const fresh = async (file) => (await api.get(`${AT}/${file.file_id}`)).url;
export const download = (file) => act(async () => {
	const link = Object.assign(document.createElement("a"), { href: await fresh(file), download: file.filename });
	link.click();
});

export const undoable = signal([]); // what was deleted, the last one first, for a while
const forgetUndo = (id) => (undoable.value = undoable.value.filter((one) => one.file_id !== id));
export const remove = (file) => act(async () => {
	await api.del(`${AT}/${file.file_id}`);
	batch(() => {
		const { files, total, used } = shelf.value;
		shelf.value = { ...shelf.value, files: files.filter((one) => one.file_id !== file.file_id), total: total - 1, used: used - file.size };
		undoable.value = [file, ...undoable.value];
	});
	setTimeout(forgetUndo, UNDO_MS, file.file_id);
	return true;
});
export const undo = () => act(async () => {
	const [file] = undoable.value;
	if (!file) return;
	forgetUndo(file.file_id);
	await api.post(`${AT}/${file.file_id}/restore`);
	await load();
});

// -- sharing --

export const shares = async (file) => (await api.get(`${AT}/${file.file_id}/shares`)).shares;
export async function share(file, { expires_in, password }) {
	const made = await api.post(`${AT}/${file.file_id}/shares`, { expires_in: Number(expires_in), ...(password && { password }) });
	loadSoon();
	return made;
}
export async function endShare(file, one) {
	await api.del(`${AT}/${file.file_id}/shares/${one.share_id}`);
	loadSoon();
}

onSignedOut(() => {
	asked++;
	shelf.value = NOTHING;
	undoable.value = [];
});
