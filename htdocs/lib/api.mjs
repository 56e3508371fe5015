// Calls of the documented API with the signed-in person's token. An expired token is refreshed once, by one tab for all of them.
const KEY = "deskbell.sign-in";
/** The token is good, but desk's calls need a live WebSocket of its person beside it: a new token would not help. */
export const NOT_CONNECTED = "connection.needed";
export const ABORTED = "ABORTED";

export const session = {
	read: () => JSON.parse(localStorage.getItem(KEY) ?? "null"),
	write: (value) => (value ? localStorage.setItem(KEY, JSON.stringify(value)) : localStorage.removeItem(KEY)),
};

/** The inputs at fault: one, a list, or, of kefu, texts by their names. */
function faultsIn(details) {
	const all = [details ?? []].flat();
	return all.some((one) => one?.field) ? all.filter((one) => one?.field) : all.flatMap((one) => Object.entries(one ?? {})).filter(([, issue]) => typeof issue === "string").map(([field, issue]) => ({ field, issue }));
}

/** status, code, message as the server says them; field and issue: the input at fault, if any; fields: all of them; data: what came beside the error. status 0: no answer at all. */
export class ApiError extends Error {
	constructor(status, error = {}, retryAfter = 0, data = null) {
		super(error.message ?? "");
		const details = faultsIn(error.details);
		const fields = Object.fromEntries(details.map((one) => [one.field, one.issue ?? one.message ?? error.message]));
		Object.assign(this, { status, code: error.code ?? "NETWORK", field: details[0]?.field ?? null, issue: details[0] ? fields[details[0].field] : null, fields, retryAfter, data });
	}
}

const headersOf = (lang) => {
	const token = session.read()?.access_token;
	return { "Accept-Language": lang(), ...(token ? { Authorization: `Bearer ${token}` } : {}) };
};
/** What is wrong: in the shape of chat, kefu and the console, in that of rooms, or in desk's; the last two begin their text with the field. */
function problemOf(answer) {
	if (!answer || answer.error) return answer?.error;
	if (typeof answer.detail === "string") {
		const [, field, issue] = /^([a-z_]+): (.*)$/s.exec(answer.detail) ?? []; // rooms
		return field ? { message: issue, details: [{ field, issue }] } : { message: answer.detail };
	}
	const { reason: code, message = "", field } = answer;
	const issue = field && message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
	return { code, message: issue, details: field ? [{ field, issue }] : [] };
}
const errorOf = (response, answer) => new ApiError(response.status, problemOf(answer), Number(response.headers.get("Retry-After")) || 0, answer?.data);

/** The Response itself; what is not 2xx is thrown. For answers that are no JSON, such as CSV. */
async function fetchRaw(method, path, body, lang) {
	let response;
	try {
		const isForm = body instanceof FormData;
		const headers = { ...headersOf(lang), ...(body && !isForm ? { "Content-Type": "application/json" } : {}) };
		response = await fetch(path, { method, headers, body: body && !isForm ? JSON.stringify(body) : body ?? undefined });
	} catch {
		throw new ApiError(0);
	}
	if (!response.ok) throw errorOf(response, await response.json().catch(() => null));
	return response;
}

/** What an answer says: in an envelope, or, of rooms and files, all of it. undefined: nothing that could be read. */
function dataOf(answer) {
	if (answer === null) return undefined;
	return "success" in answer ? (answer.success ? answer.data ?? null : undefined) : answer;
}
async function call(method, path, body, lang) {
	const response = await fetchRaw(method, path, body, lang);
	const answer = await response.json().catch(() => null);
	const data = dataOf(answer);
	if (data === undefined) throw errorOf(response, answer);
	return data;
}

const SILENT_MS = 30000;
/** One request of whose body it is known how much has gone: resolves with {answer, header(name)}; what is not 2xx is thrown. A line on which nothing goes any more is as good as cut. */
function exchange(method, path, lang, { headers = {}, body = null, onProgress, signal } = {}) {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		let silent = 0;
		let timer = 0;
		const listen = () => {
			clearTimeout(timer);
			timer = setTimeout(() => ((silent = 1), request.abort()), SILENT_MS);
		};
		const abort = () => request.abort();
		request.open(method, path);
		for (const [name, value] of Object.entries({ ...headersOf(lang), ...headers })) request.setRequestHeader(name, value);
		request.responseType = "json";
		request.upload.onprogress = (event) => (listen(), event.lengthComputable && onProgress?.(event.loaded, event.total));
		request.upload.onloadend = () => clearTimeout(timer); // what the server does with it may take its time
		request.onload = () => {
			const { status, response } = request;
			if (status >= 200 && status < 300) resolve({ answer: response, header: (name) => request.getResponseHeader(name) });
			else reject(new ApiError(status, problemOf(response) ?? {}, Number(request.getResponseHeader("Retry-After")) || 0));
		};
		request.onerror = () => reject(new ApiError(0));
		request.onabort = () => reject(new ApiError(0, silent ? {} : { code: ABORTED }));
		request.onloadend = () => (clearTimeout(timer), signal?.removeEventListener("abort", abort));
		signal?.addEventListener("abort", abort);
		if (body) listen();
		request.send(body);
		if (signal?.aborted) abort();
	});
}

/** Sends one file as multipart `file` behind `fields`: resolves with what the answer says; onProgress(0…1); abort by the signal. */
async function send(path, file, lang, { onProgress, signal, fields = {} } = {}) {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	form.append("file", file, file.name || "image.png");
	const { answer } = await exchange("POST", path, lang, { body: form, signal, onProgress: (gone, total) => onProgress?.(gone / total) });
	const data = dataOf(answer);
	if (data === undefined) throw new ApiError(500, problemOf(answer) ?? {});
	return data;
}

/** createApi({lang, onSignedOut}): get/post/put/del, raw(method, path), upload(path, file, {onProgress, signal}), exchange(method, path, {headers, body, onProgress, signal}), signIn, signOut. */
export function createApi({ lang, onSignedOut }) {
	const refresh = () =>
		navigator.locks.request("deskbell.refresh", async () => {
			const before = session.read();
			if (!before) throw new ApiError(401);
			if (before.refreshed_at && Date.now() - before.refreshed_at < 5000) return; // another tab was quicker
			try {
				session.write({ ...(await call("POST", "/api/v1/auth/refresh", { refresh_token: before.refresh_token }, lang)), refreshed_at: Date.now() });
			} catch (error) {
				if (error.status === 401) onSignedOut();
				throw error;
			}
		});
	/** Again with a fresh token when the old one has expired. */
	const renewed = async (path, work) => {
		try {
			return await work();
		} catch (error) {
			if (error.status !== 401 || path.endsWith("/auth/login") || error.code === NOT_CONNECTED) throw error;
			await refresh();
			return work();
		}
	};
	const request = (method, path, body) => renewed(path, () => call(method, path, body, lang));
	return {
		get: (path) => request("GET", path),
		post: (path, body = {}) => request("POST", path, body),
		put: (path, body = {}) => request("PUT", path, body),
		del: (path) => request("DELETE", path),
		raw: (method, path, body) => renewed(path, () => fetchRaw(method, path, body, lang)),
		upload: (path, file, options) => renewed(path, () => send(path, file, lang, options)),
		exchange: (method, path, options) => renewed(path, () => exchange(method, path, lang, options)),
		refresh,
		async signIn(email, password) {
			const data = await call("POST", "/api/v1/auth/login", { email, password }, lang);
			session.write({ ...data, refreshed_at: Date.now() });
			return data.user;
		},
		async signOut() {
			await call("POST", "/api/v1/auth/logout", null, lang).catch(() => {});
			session.write(null);
			onSignedOut();
		},
	};
}
