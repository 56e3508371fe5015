// Dialogs: the browser's own, so that focus, Escape and what lies behind are right.
import { html } from "/vendor/html.mjs";
import { useId, useLayoutEffect, useRef, useState } from "/vendor/hooks.mjs";
import { closing, dirty, question } from "./unsaved.mjs";
import { common, errorText } from "./words.mjs";

export function Dialog({ title, wide, onClose, children }) {
	const box = useRef();
	const gone = useRef(false);
	const id = useId();
	useLayoutEffect(() => {
		const before = document.activeElement;
		const element = box.current;
		element.showModal();
		element.querySelector("[data-first], input:not([type=hidden]), textarea, select")?.focus();
		return () => {
			gone.current = true;
			element.close(); // while it is open, nothing behind it can take the focus
			if (before?.isConnected) before.focus();
		};
	}, []);
	const shut = () => closing(onClose, box.current);
	const cancel = (event) => {
		event.preventDefault();
		shut();
	};
	// The browser closes it without asking when Escape is pressed again and again.
	const closed = () => {
		if (gone.current) return;
		if (dirty(box.current)) box.current.showModal();
		shut();
	};
	return html`<dialog ref=${box} class=${wide ? "wide" : ""} aria-labelledby=${id} onCancel=${cancel} onClose=${closed}>
		<header><h2 id=${id}>${title}</h2><button type="button" class="o-icon" onClick=${shut} aria-label=${common("close")}>✕</button></header>
		${children}
	</dialog>`;
}

/** Asks before what cannot be undone. `typed`: a text that must be typed first. `work` is what then happens. */
export function Confirm({ title, text, verb, typed, work, onClose, children }) {
	const [said, setSaid] = useState("");
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState("");
	const id = useId();
	const submit = async (event) => {
		event.preventDefault();
		setBusy(true);
		setError("");
		try {
			await work();
			onClose(true);
		} catch (problem) {
			setError(errorText(problem));
			setBusy(false);
		}
	};
	return html`<${Dialog} title=${title} onClose=${() => onClose(false)}>
		<form onSubmit=${submit} novalidate>
			<p>${text}</p>
			${children}
			${typed && html`<div class="field"><label for=${id}>${common("typeToConfirm", typed)}</label><input id=${id} value=${said} onInput=${(event) => setSaid(event.target.value)} autocomplete="off" spellcheck="false" /></div>`}
			${error && html`<p class="field-error" role="alert">${error}</p>`}
			<footer>
				<button type="button" data-first=${typed ? undefined : ""} onClick=${() => onClose(false)}>${common("cancel")}</button>
				<button class="danger" disabled=${busy || Boolean(typed && said.trim() !== typed)}>${verb ?? common("remove")}</button>
			</footer>
		</form>
	</${Dialog}>`;
}

/** Asks before changes are lost that are not saved. */
export function Question() {
	if (!question.value) return null;
	const { leave, n } = question.value;
	const stay = () => (question.value = null);
	return html`<${Dialog} key=${n} title=${common("unsaved")} onClose=${stay}>
		<p>${common("unsavedText")}</p>
		<footer><button type="button" class="danger quiet" onClick=${() => (stay(), leave())}>${common("discard")}</button><button type="button" class="primary" data-first="" onClick=${stay}>${common("stay")}</button></footer>
	</${Dialog}>`;
}
