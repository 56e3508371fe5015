// What every page begins with, and small shared marks.
import { html } from "/vendor/html.mjs";
import { useEffect, useId, useRef, useState } from "/vendor/hooks.mjs";
import { exactTime, relativeTime } from "/lib/time.mjs";
import { Avatar } from "/lib/icons.mjs";
import { href, lang } from "./app.mjs";
import { common } from "./words.mjs";
import { EMPTY } from "./format.mjs";

/** back: [route, words] of the page above this one. */
export function Page({ title, hint, back, actions, children, class: name = "" }) {
	const head = useRef();
	useEffect(() => {
		document.title = `${title} · Deskbell`;
	}, [title]);
	return html`<div class=${`page ${name}`}>
		<header class="page-head">
			<div>
				${back && html`<a class="o-back" href=${href(back[0])}>‹ ${back[1]}</a>`}
				<h1 ref=${head} tabindex="-1">${title}</h1>
				${hint && html`<p class="o-hint">${hint}</p>`}
			</div>
			${actions && html`<div class="page-actions">${actions}</div>`}
		</header>
		${children}
	</div>`;
}

export const When = ({ at }) => (at ? html`<time datetime=${at} title=${exactTime(at, lang.value)}>${relativeTime(at, lang.value)}</time>` : EMPTY);
export const Tag = ({ kind = "", children }) => html`<span class=${`o-tag ${kind}`}>${children}</span>`;
export const Dot = ({ status, words }) => html`<span class="o-presence"><i class=${`o-dot ${status}`} aria-hidden="true"></i>${words}</span>`;
/** Whoever it is looks the same as in the conversations. of: a contact or a member of staff. */
export const Face = ({ of }) => html`<${Avatar} name=${of?.full_name ?? of?.name ?? ""} id=${of?.id} url=${of?.avatar_url} size="32" />`;

export function Copy({ text, label = common("copy") }) {
	const [done, setDone] = useState(false);
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(text);
		} catch {
			// plain http: the older way
			const area = Object.assign(document.createElement("textarea"), { value: text });
			document.body.append(area);
			area.select();
			document.execCommand("copy");
			area.remove();
		}
		setDone(true);
		setTimeout(() => setDone(false), 2000);
	};
	return html`<button type="button" class="copy" onClick=${copy}><span aria-live="polite">${done ? common("copied") : label}</span></button>`;
}

/** A figure's formula: on hover, on focus, gone by Escape. */
export function Formula({ of, text }) {
	const [at, setAt] = useState(null);
	const button = useRef();
	const id = useId();
	const show = () => {
		const box = button.current.getBoundingClientRect();
		const width = Math.min(300, innerWidth - 24);
		const above = box.bottom + 160 > innerHeight;
		setAt({ left: Math.max(12, Math.min(innerWidth - width - 12, box.left + box.width / 2 - width / 2)), width, ...(above ? { bottom: innerHeight - box.top + 4 } : { top: box.bottom + 4 }) });
	};
	const hide = () => setAt(null);
	useEffect(() => {
		if (!at) return undefined;
		addEventListener("scroll", hide, { capture: true, passive: true });
		return () => removeEventListener("scroll", hide, { capture: true });
	}, [at]);
	const style = at && Object.entries(at).map(([key, value]) => `${key}:${value}px`).join(";");
	return html`<span class="formula" onMouseEnter=${show} onMouseLeave=${hide}>
		<button type="button" ref=${button} onFocus=${show} onBlur=${hide} onKeyDown=${(event) => event.key === "Escape" && hide()} aria-label=${common("formula", of)} aria-describedby=${id}>?</button>
		<span class="sr" id=${id}>${text}</span>
		${at && html`<span class="o-bubble" style=${style} aria-hidden="true">${text}</span>`}
	</span>`;
}
