// Loading, and its four states: loading, failed, empty, there. What is there stays while it is loaded anew, so nothing jumps.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { NOT_CONNECTED } from "/lib/api.mjs";
import { onceConnected } from "./app.mjs";
import { common, errorText } from "./words.mjs";

/** useLoad(() => call.get(…), [what it depends on]) → {data, error, busy, reload, renew, put}. The newest question's answer counts; renew() does not ask while an answer is still to come, however slow it is. */
export function useLoad(work, depends) {
	const [state, setState] = useState({ data: null, error: null, busy: true });
	const asked = useRef(0);
	const reload = async () => {
		const mine = ++asked.current;
		setState((before) => ({ ...before, busy: true }));
		try {
			const data = await work();
			if (mine === asked.current) setState({ data, error: null, busy: false });
		} catch (error) {
			if (mine === asked.current) setState((before) => ({ data: error.status === 0 || error.code === NOT_CONNECTED ? before.data : null, error, busy: false }));
		}
	};
	const newest = useRef(reload);
	newest.current = reload;
	useEffect(() => {
		reload();
		return () => asked.current++;
	}, depends);
	useEffect(() => (state.error?.code === NOT_CONNECTED ? onceConnected(() => newest.current()) : undefined), [state.error]);
	return { ...state, reload, renew: () => state.busy || reload(), put: (data) => setState({ data, error: null, busy: false }) };
}

/** Calls `work` every so often while the page is looked at, and at once when it is looked at again. */
export function useEvery(seconds, work) {
	const newest = useRef(work);
	newest.current = work;
	useEffect(() => {
		const tick = () => document.visibilityState === "visible" && newest.current();
		const timer = setInterval(tick, seconds * 1000);
		document.addEventListener("visibilitychange", tick);
		return () => {
			clearInterval(timer);
			document.removeEventListener("visibilitychange", tick);
		};
	}, [seconds]);
}

/** Calls `work` soon after a signal's value has become another one, at most every `gap` seconds, while the page is looked at. */
export function useChange(signal, gap, work) {
	const newest = useRef(work);
	newest.current = work;
	useEffect(() => {
		let known = JSON.stringify(signal.peek());
		let timer = 0;
		let last = Date.now() - gap * 1000;
		const run = () => {
			timer = 0;
			last = Date.now();
			if (document.visibilityState === "visible") newest.current();
		};
		const stop = signal.subscribe((value) => {
			const now = JSON.stringify(value);
			if (now === known) return;
			known = now;
			timer ||= setTimeout(run, Math.max(250, last + gap * 1000 - Date.now()));
		});
		return () => {
			stop();
			clearTimeout(timer);
		};
	}, [signal, gap]);
}

/** A text that follows another one once it rests: for searches. */
export function useRest(text, ms = 250) {
	const [rested, setRested] = useState(text);
	useEffect(() => {
		const timer = setTimeout(() => setRested(text), ms);
		return () => clearTimeout(timer);
	}, [text]);
	return rested;
}

/** What stands instead of a page that cannot be shown. */
export function Trouble({ error, onRetry }) {
	const noLink = error.code === NOT_CONNECTED;
	const title = noLink ? common("noLink") : { 0: common("offline"), 403: common("forbidden"), 404: common("missing") }[error.status] ?? common("failed");
	const hint = noLink ? common("noLinkHint") : error.status === 403 ? common("forbiddenHint") : ![0, 404].includes(error.status) && errorText(error);
	return html`<div class="trouble" role="alert">
		<p><strong>${title}</strong></p>
		${hint && html`<p>${hint}</p>`}
		${onRetry && ![403, 404].includes(error.status) && html`<button type="button" onClick=${onRetry}>${common("retry")}</button>`}
	</div>`;
}

/** A line above what was there before, when it could not be loaded anew. */
export const Stale = ({ load }) => load.error && load.data && html`<p class="o-note warn" role="status">${errorText(load.error)} <button type="button" class="o-link" onClick=${load.reload}>${common("retry")}</button></p>`;

/** Lines that stand in for what is loaded. What stands below them and is of class "follows" is not seen until they are gone: it would be pushed away. */
export const Bones = ({ count }) => html`<div class="bones" role="status"><span class="sr">${common("loading")}</span>${Array.from({ length: count }, () => html`<i></i>`)}</div>`;

/** Children as a function of the data, or why there is none. `bones`: how many lines stand in for it meanwhile. */
export function Loaded({ load, bones = 6, children }) {
	if (load.error && !load.data) return html`<${Trouble} error=${load.error} onRetry=${load.reload} />`;
	if (!load.data) return html`<${Bones} count=${bones} />`;
	return html`<${Stale} load=${load} />${children(load.data)}`;
}
