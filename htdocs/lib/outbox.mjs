// What a person writes: drafts, messages on their way, files on their way. All of it outlives a reload, a lost connection and a sign-out.
import { signal } from "/vendor/signals.mjs";
import { ABORTED } from "./api.mjs";
import { LEFT } from "./pieces.mjs";
import { stillWaiting } from "./thread.mjs";

export const newId = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;

/** Texts begun, each under its own key of the person's; tabs of one browser agree. */
export function createDrafts({ prefix, recall, remember, user }) {
	const drafts = signal({});
	const own = (key) => `${user.value?.id ?? 0}.draft.${key}`;
	addEventListener("storage", (event) => {
		if (!user.value || !event.key?.startsWith(`${prefix}${own("")}`)) return;
		const key = event.key.slice(prefix.length);
		drafts.value = { ...drafts.value, [key]: recall(key, "") };
	});
	const draft = (key) => drafts.value[own(key)] ?? recall(own(key), "");
	const setDraft = (key, text) => {
		drafts.value = { ...drafts.value, [own(key)]: text };
		remember(own(key), text || null);
	};
	/** Before what has been begun since. */
	const putBack = (key, text) => setDraft(key, draft(key) ? `${text}\n${draft(key)}` : text);
	return { draft, setDraft, putBack };
}

const isFinal = (error) => error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status);

/** Messages until the server has stored them: each under its own key, so that tabs do not undo each other. post(entry) sends one and resolves when it is stored. */
export function createOutbox({ prefix, recall, remember, user, sayError }, post) {
	const outbox = signal([]);
	const own = (id) => `${user.value?.id ?? 0}.out.${id}`;
	const isOut = (key) => key.startsWith(prefix + own(""));
	const sorted = (entries) => entries.sort((a, b) => a.order - b.order);

	function read() {
		const entries = [];
		for (let i = 0; i < localStorage.length; i++) {
			const key = localStorage.key(i);
			if (isOut(key)) entries.push(recall(key.slice(prefix.length), null));
		}
		outbox.value = sorted(entries.filter(Boolean));
	}
	const save = (entry) => {
		remember(own(entry.client_id), entry);
		outbox.value = sorted([...outbox.value.filter((other) => other.client_id !== entry.client_id), entry]);
	};
	const discard = (clientId) => {
		remember(own(clientId), null);
		outbox.value = outbox.value.filter((entry) => entry.client_id !== clientId);
	};
	addEventListener("storage", (event) => user.value && event.key && isOut(event.key) && read());

	let timer = 0;
	let tries = 0;
	/** Everything unanswered goes out again under the same client_id, in order: the server stores each once. One tab at a time. */
	function flush() {
		clearTimeout(timer);
		if (!user.value) return;
		navigator.locks.request(`${prefix}outbox`, { ifAvailable: true }, async (lock) => {
			if (!lock) return void (timer = setTimeout(flush, 1000));
			for (let entry; user.value && (entry = outbox.value.find((other) => !other.failed)); ) {
				try {
					await post(entry);
					tries = 0;
				} catch (error) {
					if (isFinal(error)) save({ ...entry, failed: sayError(error) });
					else return void (timer = setTimeout(flush, error.retryAfter * 1000 || Math.min(15000, 800 * 2 ** tries++)));
				}
			}
		});
	}
	addEventListener("online", flush);
	return {
		/** What no stored message answers yet, where isHere(entry), shaped as messages are. */
		waiting(messages, isHere) {
			const sender = { id: user.value.id, full_name: user.value.full_name };
			return stillWaiting(outbox.value, messages).filter(isHere).map((entry) => ({ ...entry, sender, pending: !entry.failed, message_type: "text" }));
		},
		read,
		flush,
		discard,
		add(message) {
			const now = new Date();
			save({ ...message, client_id: newId(), created_at: now.toISOString(), order: now.getTime() });
			flush();
		},
		retry: (entry) => (save({ ...entry, failed: null }), flush()),
	};
}

/** How fast: from where it began, or went on. */
function meter(size) {
	let from = { at: performance.now(), progress: 0 };
	return (progress, resumed) => {
		const at = performance.now();
		if (resumed) from = { at, progress };
		return ((progress - from.progress) * size) / Math.max(0.05, (at - from.at) / 1000);
	};
}

/** Files on their way. put(entry, {signal, onProgress, onHeld}) sends one; entry: {key, file, progress, error, held, speed, stop} and what add() was given. held: why it waits for now. */
export function createUploads({ sayError, t, onSignedOut }, put, { most = Infinity } = {}) {
	const uploads = signal([]);
	const patch = (key, part) => (uploads.value = uploads.value.map((one) => (one.key === key ? { ...one, ...part } : one)));
	const find = (key) => uploads.value.find((one) => one.key === key);
	const forget = (key) => {
		find(key)?.stop.abort();
		uploads.value = uploads.value.filter((one) => one.key !== key);
		next();
	};
	async function send(entry) {
		const { key, file, stop } = entry;
		const speedOf = meter(file.size);
		patch(key, { error: "", held: "", progress: 0, speed: 0, state: "sending" });
		const onProgress = (progress, resumed) => patch(key, { progress, speed: speedOf(progress, resumed), held: "" });
		const onHeld = (error) => patch(key, { speed: 0, held: error.status ? sayError(error) : t("held") });
		try {
			await put(entry, { signal: stop.signal, onProgress, onHeld });
			forget(key);
		} catch (error) {
			if (error.code !== ABORTED) patch(key, { error: sayError(error), held: "", state: "failed" });
			next();
		}
	}
	/** Not all at once: a browser has few connections, and one line. */
	function next() {
		const free = most - uploads.value.filter((one) => one.state === "sending").length;
		for (const entry of uploads.value.filter((one) => one.state === "waiting").slice(0, Math.max(0, free))) send(entry);
	}
	addEventListener("beforeunload", (event) => uploads.value.some((one) => one.state !== "failed") && event.preventDefault());
	const stopAll = (why) => {
		const all = uploads.value;
		uploads.value = [];
		for (const one of all) one.stop.abort(why);
	};
	onSignedOut(() => stopAll(LEFT));
	return {
		uploads,
		forget,
		retry: (entry) => (patch(entry.key, { error: "", state: "waiting" }), next()),
		add(files, more = {}) {
			uploads.value = [...uploads.value, ...files.map((file) => ({ ...more, key: newId(), file, progress: 0, speed: 0, error: "", held: "", state: "waiting", stop: new AbortController() }))];
			next();
		},
		stopAll: () => stopAll(),
	};
}
