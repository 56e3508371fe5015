// Calls of the documented API with the signed-in person's token. An expired token is refreshed once, by one tab for all of them.
const KEY = "deskbell.sign-in";

export const session = {
	read: () => JSON.parse(localStorage.getItem(KEY) ?? "null"),
	write: (value) => (value ? localStorage.setItem(KEY, JSON.stringify(value)) : localStorage.removeItem(KEY)),
};

/** status, code, message as the server says them; field: the input at fault, if any. status 0: no answer at all. */
export class ApiError extends Error {
	constructor(status, error = {}) {
		super(error.message ?? "");
		const details = Array.isArray(error.details) ? error.details[0] : error.details;
		Object.assign(this, { status, code: error.code ?? "NETWORK", field: details?.field ?? null, issue: details?.issue ?? details?.message ?? null });
	}
}

async function call(method, path, body, lang) {
	const token = session.read()?.access_token;
	let response;
	try {
		response = await fetch(path, {
			method,
			headers: { "Accept-Language": lang(), ...(body ? { "Content-Type": "application/json" } : {}), ...(token ? { Authorization: `Bearer ${token}` } : {}) },
			body: body ? JSON.stringify(body) : undefined,
		});
	} catch {
		throw new ApiError(0);
	}
	const answer = await response.json().catch(() => null);
	if (!response.ok || !answer?.success) throw new ApiError(response.status, answer?.error);
	return answer.data;
}

/** createApi({lang, onSignedOut}): get/post/put/del, signIn, signOut. */
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
	const request = async (method, path, body) => {
		try {
			return await call(method, path, body, lang);
		} catch (error) {
			if (error.status !== 401 || path.endsWith("/auth/login")) throw error;
			await refresh();
			return call(method, path, body, lang);
		}
	};
	return {
		get: (path) => request("GET", path),
		post: (path, body = {}) => request("POST", path, body),
		put: (path, body) => request("PUT", path, body),
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
