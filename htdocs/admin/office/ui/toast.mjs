// A short line that says what was done. Read out politely; gone by itself; never in the way of a click.
import { html } from "/vendor/html.mjs";
import { signal } from "/vendor/signals.mjs";

const line = signal(null);
let timer = 0;

export function say(text, kind = "ok") {
	clearTimeout(timer);
	line.value = { text, kind };
	timer = setTimeout(() => (line.value = null), 5000);
}
export const Toast = () => html`<div class="toasts" role="status" aria-live="polite">${line.value && html`<p class=${`toast ${line.value.kind}`}>${line.value.text}</p>`}</div>`;
