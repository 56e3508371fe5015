// Small parts that several pages share: what opens below a button, dialogs, choosing with the keys.
import { html } from "/vendor/html.mjs";
import { useEffect, useLayoutEffect, useRef, useState } from "/vendor/hooks.mjs";

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
	useEffect(() => {
		// The focus may have gone with what had it.
		const outside = (event) => event.key === "Escape" && !box.current.contains(event.target) && onClose();
		addEventListener("keydown", outside);
		return () => removeEventListener("keydown", outside);
	});
	const onKeyDown = (event) => {
		event.stopPropagation();
		if (event.key === "Escape") return onClose();
		if (event.key !== "Tab") return;
		const all = [...box.current.querySelectorAll("button:not(:disabled), input, select, textarea, a[href], iframe, [tabindex='0']")];
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
