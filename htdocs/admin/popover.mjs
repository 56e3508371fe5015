// Lists to choose from by typing.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { Icon } from "/lib/icons.mjs";
import { useChoice } from "/lib/popover.mjs";
import { t } from "./base.mjs";

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
