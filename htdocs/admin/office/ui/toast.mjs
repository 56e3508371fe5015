// A short line that says what was done. Read out politely; gone by itself; never in the way of a click.
import { html } from "/vendor/html.mjs";
import { signal } from "/vendor/signals.mjs";

const line = signal(null);
let timer = 0;
let said = 0; // the same words said again are another line

export function say(text, kind = "ok") {
	clearTimeout(timer);
	line.value = { text, kind, n: ++said };
	timer = setTimeout(() => (line.value = null), 5000);
}
export const Toast = () => html`<div class="toasts" role="status" aria-live="polite">${line.value && html`<p key=${line.value.n} class=${`toast ${line.value.kind}`}>${line.value.text}</p>`}</div>`;
