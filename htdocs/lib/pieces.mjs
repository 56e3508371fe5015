// Files on their way to the server. A large one goes in pieces (the tus protocol, https://tus.io, at /api/files/tus/): what came
// before a cut stays, a line mends by itself, and after a reload the same file, chosen again, goes on where it was.
import { ABORTED, ApiError } from "./api.mjs";

const AT = "/api/files/tus/";
export const LARGE = 1 << 20;
const PIECE = 64 << 20; // what came of one before a cut stays; each ends with a wait for the disk
const DAY_MS = 86400000;
const LONGEST_MS = 15000;
const VERSION = { "Tus-Resumable": "1.0.0" };
/** Why an upload is let go of that is to stay at the server, for another time. */
export const LEFT = "left";
const LATER = [0, 404, 408, 409, 410, 423, 425, 429, 460]; // and what the server says of itself, 5xx
const CROWDED = "CROWDED"; // too many unfinished ones

const isPassing = ({ status, code }) => code !== ABORTED && code !== CROWDED && (LATER.includes(status) || status >= 500);
const isAway = ({ status, code }) => code !== ABORTED && (status === 0 || status === 429 || status >= 500);
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const named = (fields) => Object.entries(fields).map(([name, value]) => `${name} ${base64(new TextEncoder().encode(value))}`).join();

/** So long, or until there is a network again; thrown out of it when it is given up. */
function pause(ms, signal) {
	return new Promise((resolve, reject) => {
		const end = (settle) => (clearTimeout(timer), removeEventListener("online", go), signal.removeEventListener("abort", stop), settle());
		const go = () => end(resolve);
		const stop = () => end(() => reject(new ApiError(0, { code: ABORTED })));
		const timer = setTimeout(go, ms);
		addEventListener("online", go);
		signal.addEventListener("abort", stop);
		if (signal.aborted) stop();
	});
}

/** Until it is done or refused for good: what passes by itself is waited for, and onHeld(error) says so. work(moved) calls moved() when it got on. */
async function persist(work, passes, { signal, onHeld }) {
	for (let tries = 0; ; ) {
		try {
			return await work(() => (tries = 0));
		} catch (error) {
			if (!passes(error)) throw error;
			onHeld?.(error);
			await pause(error.retryAfter * 1000 || Math.min(LONGEST_MS, 500 * 2 ** tries++), signal);
		}
	}
}

/** The uploads that were not finished, by the file: another page, or this one after a reload, goes on with them. */
function memory({ prefix, recall, remember, user }, file, category) {
	const own = `pieces.${user.value.id}.${category}.${file.name}.${file.size}.${file.lastModified}`;
	for (const key of Object.keys(localStorage).filter((one) => one.startsWith(`${prefix}pieces.`)).map((one) => one.slice(prefix.length)))
		if (!(recall(key, null)?.until > Date.now())) remember(key, null);
	return { own, url: recall(own, null)?.url ?? null, keep: (url) => remember(own, url && { url, until: Date.now() + DAY_MS }) };
}

/** One upload: {url, send(onto), drop()}. */
function createUpload({ api, t }, file, category, { signal, onProgress }, kept) {
	let url = kept?.url ?? null;
	const ask = (method, options) => api.exchange(method, url, { ...options, headers: { ...VERSION, ...options?.headers }, signal });
	async function begin() {
		const headers = { ...VERSION, "Upload-Length": String(file.size), "Upload-Metadata": named({ filename: file.name || "image.png", ...(category && { category }) }) };
		const { header } = await api.exchange("POST", AT, { headers, signal }).catch((error) => {
			throw error.status === 409 ? new ApiError(409, { code: CROWDED }) : error;
		});
		url = header("Location");
		kept?.keep(url);
		return 0;
	}
	/** How far it is; what the server has forgotten begins anew. */
	async function look() {
		try {
			return Number((await ask("HEAD")).header("Upload-Offset"));
		} catch (error) {
			if (error.status !== 404 && error.status !== 410) throw error;
			return begin();
		}
	}
	async function patch(from) {
		const body = file.slice(from, from + PIECE);
		await body.slice(0, 1).arrayBuffer().catch(() => {
			throw new ApiError(400, { message: t("unreadable") }); // moved or changed meanwhile: that looks like a cut line otherwise
		});
		const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(from) };
		return Number((await ask("PATCH", { headers, body, onProgress: (gone) => onProgress?.((from + gone) / file.size) })).header("Upload-Offset"));
	}
	return {
		id: () => url.slice(AT.length),
		async send(moved) {
			let at = url ? await look() : await begin();
			onProgress?.(at / file.size, true);
			for (; at < file.size; moved()) at = await patch(at);
		},
		forget: () => kept?.keep(null),
		/** Given up: what came of it is removed. The server may still be busy with the piece that was cut. */
		async drop() {
			if (!url) return;
			kept?.keep(null);
			const never = new AbortController().signal;
			for (let tries = 0; tries < 8; tries++) {
				const error = await api.exchange("DELETE", url, { headers: VERSION }).then(() => null, (error) => error);
				if (!error || !isPassing(error) || error.status === 404) return;
				await pause(500 * 2 ** tries, never);
			}
		},
	};
}

/** finish(upload_id): what is to be done with it when it is whole. Files that are on their way already go once more under their own name. */
function inPieces(page, file, category, options, finish) {
	const known = memory(page, file, category);
	return navigator.locks.request(page.prefix + known.own, { ifAvailable: true }, async (lock) => {
		const upload = createUpload(page, file, category, options, lock && known);
		let done = false;
		options.signal.addEventListener("abort", () => done || options.signal.reason === LEFT || upload.drop(), { once: true });
		await persist(upload.send, isPassing, options);
		const answer = await persist(() => finish(upload.id()), isAway, options);
		done = true;
		upload.forget();
		return answer;
	});
}

const formOf = (fields) => {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	return form;
};
/** To where a form takes a file behind its fields: a small one in the form, a large one in pieces first and then by its upload_id. kept: of this
 * category it is no form's matter. options: {signal, onProgress(0…1, resumed), onHeld(error)}. */
export async function sendFile(page, path, file, { fields = {}, kept = "", ...options }) {
	const atOnce = () => page.api.upload(path, file, { ...options, fields });
	if (file.size <= LARGE) return atOnce();
	try {
		return await inPieces(page, file, kept, options, async (upload_id) => !kept && page.api.post(path, formOf({ ...fields, upload_id })));
	} catch (error) {
		if (error.code !== CROWDED) throw error;
		return atOnce();
	}
}
