// Colours that people give to labels and inboxes.
import { html } from "/vendor/html.mjs";
import { words } from "./app.mjs";
import { Field } from "./form.mjs";

const t = words({ custom: ["自定义颜色", "A colour of your own"] });

export const COLORS = ["#c0392b", "#d35400", "#b7950b", "#1e8449", "#0b6a56", "#1f618d", "#5b2c8f", "#ad1457", "#6d4c41", "#546e7a"];
/** A label as it looks: its colour as a spot, because not every colour can carry text. */
export const Label = ({ of }) => html`<span class="o-label"><i style=${`background:${of.color}`} aria-hidden="true"></i>${of.title}</span>`;

/** Swatches and the browser's own picker: a radio group, so arrows move in it. */
export function ColorField({ name = "color", label }) {
	return html`<${Field} name=${name} label=${label} as="custom">${(attributes, set, value) => html`<div class="colors" role="group" aria-label=${label}>
		${COLORS.map((color) => html`<button type="button" key=${color} class="o-swatch" style=${`background:${color}`} aria-label=${color} aria-pressed=${value?.toLowerCase() === color} onClick=${() => set(color)}></button>`)}
		<input ...${attributes} type="color" value=${value} aria-label=${t("custom")} onInput=${(event) => set(event.target.value)} /><code>${value}</code>
	</div>`}</${Field}>`;
}
