// Small parts that several views share: what opens below a button, dialogs, lists to choose from by typing.
import { html } from "/vendor/html.mjs";
import { useEffect, useLayoutEffect, useRef, useState } from "/vendor/hooks.mjs";
import { t } from "./base.mjs";
import { Icon } from "./icons.mjs";

/** A button with something below it; it closes by Escape, by a click elsewhere and when the focus leaves. children: (close) => view. */
export function Popover({ label, button, className = "", side = "end", children, onOpen, buttonClass = "quiet", opened }) {
	const [open, setOpen] = useState(false);
	const box = useRef();
	const close = (focus = true) => {
		setOpen(false);
		if (focus) box.current?.querySelector("button")?.focus();
	};
	useEffect(() => opened?.((value = true) => (setOpen(value), value && onOpen?.())), []);
	useEffect(() => {
		if (!open) return;
		const away = (event) => !box.current.contains(event.target) && setOpen(false);
		addEventListener("pointerdown", away);
		return () => removeEventListener("pointerdown", away);
	}, [open]);
	const onKeyDown = (event) => open && event.key === "Escape" && (event.stopPropagation(), close());
	const onFocusOut = (event) => event.relatedTarget && !box.current.contains(event.relatedTarget) && setOpen(false);
	return html`<span class=${`popover ${className}`} ref=${box} onKeyDown=${onKeyDown} onFocusOut=${onFocusOut}>
		<button type="button" class=${buttonClass} aria-expanded=${open} aria-label=${label} title=${label} onClick=${() => (setOpen(!open), !open && onOpen?.())}>${button}</button>
		${open && html`<div class=${`pop ${side}`} role="group" aria-label=${label}>${children(close)}</div>`}
	</span>`;
}

/** A dialog over the page: the focus stays inside and goes back to where it was. */
export function Dialog({ label, className = "", onClose, children }) {
	const box = useRef();
	useLayoutEffect(() => {
		const before = document.activeElement;
		(box.current.querySelector("[autofocus]") ?? box.current.querySelector("input, button"))?.focus();
		return () => before?.isConnected && before.focus();
	}, []);
	const onKeyDown = (event) => {
		event.stopPropagation();
		if (event.key === "Escape") return onClose();
		if (event.key !== "Tab") return;
		const all = [...box.current.querySelectorAll("button:not(:disabled), input, a[href], [tabindex='0']")];
		const [first, last] = [all[0], all.at(-1)];
		if (event.shiftKey && document.activeElement === first) (event.preventDefault(), last.focus());
		else if (!event.shiftKey && document.activeElement === last) (event.preventDefault(), first.focus());
	};
	return html`<div class="veil" onPointerDown=${(event) => event.target === event.currentTarget && onClose()}>
		<section class=${`dialog ${className}`} role="dialog" aria-modal="true" aria-label=${label} ref=${box} onKeyDown=${onKeyDown}>${children}</section>
	</div>`;
}

/** Up, Down, Enter (and Tab where it is asked for) over a list of n: [chosen, onKeyDown, setChosen]. */
export function useChoice(n, onPick, { tab = false } = {}) {
	const [at, setAt] = useState(0);
	const chosen = Math.min(at, Math.max(0, n - 1));
	const onKeyDown = (event) => {
		if (!n || event.isComposing) return false;
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (step) setAt((chosen + step + n) % n);
		else if (event.key === "Enter" || (tab && event.key === "Tab" && !event.shiftKey)) onPick(chosen);
		else return false;
		event.preventDefault();
		return true;
	};
	return [chosen, onKeyDown, setAt];
}

/** A field to filter by and the rows to choose from. items: [{key, text, view, on}]; stays open when keep. */
export function Chooser({ label, data, items, onPick, onRetry, empty }) {
	const [text, setText] = useState("");
	const id = `choose-${label.replace(/\W/g, "")}`;
	const wanted = text.trim().toLowerCase();
	const found = items.filter((item) => item.text.toLowerCase().includes(wanted));
	const [chosen, onKeyDown, setAt] = useChoice(found.length, (at) => onPick(found[at]));
	const field = useRef();
	const rows = useRef();
	useEffect(() => field.current.focus(), []);
	useEffect(() => rows.current?.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);
	return html`<div class="chooser">
		<input ref=${field} type="text" role="combobox" aria-expanded="true" aria-autocomplete="list" aria-controls=${id} aria-activedescendant=${found.length ? `${id}-${chosen}` : undefined} aria-label=${label} placeholder=${label} value=${text} onInput=${(event) => (setText(event.target.value), setAt(0))} onKeyDown=${onKeyDown} />
		${data.state === "loading" && html`<p class="hint" role="status">${t("loading")}</p>`}
		${data.state === "failed" && html`<p class="hint" role="alert">${t("failed")} <button type="button" onClick=${onRetry}>${t("retry")}</button></p>`}
		${data.state === "ready" && !found.length && html`<p class="hint">${empty ?? t("nothingFound")}</p>`}
		<ul id=${id} ref=${rows} role="listbox" aria-label=${label} onMouseDown=${(event) => event.preventDefault()}>${found.map((item, i) => html`<li key=${item.key} id=${`${id}-${i}`} role="option" aria-selected=${Boolean(item.on)} class=${i === chosen ? "at" : ""} onClick=${() => onPick(item)} onPointerMove=${() => i !== chosen && setAt(i)}>${item.view ?? item.text}${item.on && html`<${Icon} name="check" size="16" />`}</li>`)}</ul>
	</div>`;
}
