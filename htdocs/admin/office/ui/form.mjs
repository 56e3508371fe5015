// Forms: what a person typed stays whatever the server says; what is wrong stands beside its field, in the server's words.
import { html } from "/vendor/html.mjs";
import { createContext } from "/vendor/preact.mjs";
import { useContext, useEffect, useId, useLayoutEffect, useRef, useState } from "/vendor/hooks.mjs";
import { track } from "./unsaved.mjs";
import { common, errorText } from "./words.mjs";

const Current = createContext(null);

/** useForm(initial, async (values) => …) → {values, set(name, value), submit, errors, busy, dirty}. */
export function useForm(initial, save) {
	const [values, setValues] = useState(initial);
	const [kept, setKept] = useState(JSON.stringify(initial));
	const [errors, setErrors] = useState({});
	const [busy, setBusy] = useState(false);
	const box = useRef();
	const tracked = useRef({ box, saving: false }).current;
	const set = (name, value) => {
		setValues((before) => ({ ...before, [name]: value }));
		setErrors((before) => (Object.keys(before).length ? {} : before));
	};
	const submit = async (event) => {
		event?.preventDefault();
		if (busy) return;
		setBusy(true);
		setErrors({});
		tracked.saving = true; // what is being saved is not lost when the page goes on to what was made
		const sent = JSON.stringify(values);
		try {
			await save(values);
			setKept((now) => (now === kept ? sent : now)); // unless save() has reset the form
		} catch (error) {
			if (error.status === undefined) throw error;
			setErrors(error.field && error.status === 400 ? { [error.field]: errorText(error) } : { "": errorText(error) });
		} finally {
			tracked.saving = false;
			setBusy(false);
		}
	};
	useEffect(() => {
		if (Object.values(errors).some(Boolean)) box.current?.querySelector("[aria-invalid=true], [data-invalid=true]")?.focus();
	}, [errors]);
	const dirty = JSON.stringify(values) !== kept;
	useLayoutEffect(() => {
		if (!dirty) return undefined;
		const untrack = track(tracked);
		const ask = (event) => event.preventDefault(); // the browser asks before what was typed is gone
		addEventListener("beforeunload", ask);
		return () => {
			untrack();
			removeEventListener("beforeunload", ask);
		};
	}, [dirty]);
	const reset = (fresh) => {
		setValues(fresh);
		setKept(JSON.stringify(fresh));
		setErrors({});
	};
	return { values, set, submit, errors, busy, box, reset, dirty, known: new Set() };
}

/** The form element. Errors of no field that is shown stand above the buttons. */
export function Form({ form, children, class: name, label }) {
	form.known = new Set();
	return html`<${Current.Provider} value=${form}><form ref=${form.box} class=${name} aria-label=${label} onSubmit=${form.submit} novalidate>${children}</form></${Current.Provider}>`;
}

/** What is wrong as a whole, or with a field that this form does not show. */
export function FormError() {
	const form = useContext(Current); // fields before it have said by now that they are there
	const loose = Object.entries(form.errors).filter(([name, text]) => text && !form.known.has(name));
	return html`<div role="alert">${loose.map(([name, text]) => html`<p class="field-error" key=${name}>${name ? `${name}: ` : ""}${text}</p>`)}</div>`;
}

export function Submit({ words = common("save"), always = false, onCancel }) {
	const form = useContext(Current);
	return html`<${FormError} />
	<footer>
		${onCancel && html`<button type="button" onClick=${onCancel}>${common("cancel")}</button>`}
		<button class="primary" disabled=${form.busy || (!always && !form.dirty)}>${form.busy ? common("saving") : words}</button>
	</footer>`;
}

/** A labelled field of the form around it. owns: names that the server says for parts of it. as: text (any input type), area, select, check, custom (children get the input's attributes). */
export function Field({ name, label, hint, as = "text", options, rows, optional, owns = [], children, ...more }) {
	const form = useContext(Current);
	const id = useId();
	for (const one of [name, ...owns]) form.known.add(one);
	const error = form.errors[[name, ...owns].find((one) => form.errors[one])];
	const described = [error && `${id}e`, hint && `${id}h`].filter(Boolean).join(" ") || undefined;
	const shared = { id, name, "aria-invalid": Boolean(error), "aria-describedby": described, ...more };
	const value = form.values[name] ?? "";
	const take = (event) => form.set(name, as === "check" ? event.target.checked : event.target.value);
	const below = html`${hint && html`<p class="o-hint" id=${`${id}h`}>${hint}</p>`}${error && html`<p class="field-error" id=${`${id}e`}>${error}</p>`}`;
	if (as === "check") return html`<div class="field check"><label><input type="checkbox" ...${shared} checked=${Boolean(form.values[name])} onChange=${take} /><span>${label}</span></label>${below}</div>`;
	const input = {
		area: () => html`<textarea rows=${rows ?? 4} ...${shared} value=${value} onInput=${take}></textarea>`,
		select: () => html`<select ...${shared} onChange=${take}>${options.map(([key, text]) => html`<option value=${key} selected=${String(key) === String(value)}>${text}</option>`)}</select>`,
		custom: () => children(shared, (next) => form.set(name, next), form.values[name]),
		text: () => html`<input autocomplete="off" ...${shared} value=${value} onInput=${take} />`,
	}[as]();
	return html`<div class="field">${label && html`<label for=${id}>${label}${optional && html` <small>${common("optional")}</small>`}</label>`}${input}${below}</div>`;
}

/** A list of texts, one a chip: typed and Enter or comma adds, Backspace in the empty field takes the last. */
export function Chips({ attributes, list, onChange, placeholder, disabled }) {
	const [text, setText] = useState("");
	/* The input itself says what is in it: a key may come before what was typed has been rendered. */
	const add = (event) => {
		const more = event.target.value.split(/[,，\n]/).map((one) => one.trim()).filter((one) => one && !list.includes(one));
		if (more.length) onChange([...list, ...new Set(more)]);
		setText("");
	};
	const key = (event) => {
		if (event.isComposing || event.keyCode === 229) return;
		if ((event.key === "Enter" || event.key === ",") && event.target.value.trim()) {
			event.preventDefault();
			add(event);
		} else if (event.key === "Backspace" && !event.target.value) onChange(list.slice(0, -1));
	};
	return html`<div class="o-chips">
		${list.map((one) => html`<span class="chip" key=${one}>${one}${!disabled && html`<button type="button" class="o-icon" onClick=${() => onChange(list.filter((other) => other !== one))} aria-label=${`${common("remove")}: ${one}`}>✕</button>`}</span>`)}
		${!disabled && html`<input ...${attributes} value=${text} placeholder=${placeholder} autocomplete="off" onInput=${(event) => setText(event.target.value)} onKeyDown=${key} onBlur=${add} />`}
	</div>`;
}
