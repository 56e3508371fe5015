// Tables that become cards on a phone, and their pages.
import { html } from "/vendor/html.mjs";
import { common } from "./words.mjs";
import { number } from "./format.mjs";

/** What is in a cell is one box, beside its label on a phone; nothing is no box, and no line there. */
const cell = (content) => (content === null || content === undefined || content === "" || content === false || (Array.isArray(content) && !content.length) ? null : html`<div>${content}</div>`);

/** columns: [{key, label, show(row), class?, head?}]; the first one names the row. */
export function Table({ caption, columns, rows, keyOf = (row) => row.id, busy, class: kind = "" }) {
	return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table class=${`grid ${kind}`} aria-busy=${Boolean(busy)}>
		<caption class="sr">${caption}</caption>
		<thead><tr>${columns.map((column) => html`<th scope="col" key=${column.key} class=${column.class}>${column.head ?? column.label}</th>`)}</tr></thead>
		<tbody>${rows.map((row) => html`<tr key=${keyOf(row)}>${columns.map((column, i) => (i === 0
			? html`<th scope="row" key=${column.key} class=${column.class}>${column.show(row)}</th>`
			: html`<td key=${column.key} class=${column.class} data-label=${column.label}>${cell(column.show(row))}</td>`))}</tr>`)}</tbody>
	</table></div>`;
}

export function Empty({ title, hint, children }) {
	return html`<div class="empty"><p><strong>${title}</strong></p>${hint && html`<p>${hint}</p>`}${children}</div>`;
}

/** `meta` as the API gives it. Always there, so that the last page does not move what is above it. */
export function Pager({ meta, onPage }) {
	const { current_page: page, total_pages: pages, total_count: total } = meta;
	return html`<nav class="pager" aria-label=${common("pages")}>
		<span>${common("total", number(total))}</span>
		${pages > 1 && html`<span class="turn">
			<button type="button" disabled=${page <= 1} onClick=${() => onPage(page - 1)} aria-label=${common("previous")}>‹</button>
			<span aria-current="page">${common("pageOf", number(page), number(pages))}</span>
			<button type="button" disabled=${page >= pages} onClick=${() => onPage(page + 1)} aria-label=${common("next")}>›</button>
		</span>`}
	</nav>`;
}

export const SearchBox = ({ value, onInput, label }) => html`<label class="o-search"><span class="sr">${label ?? common("search")}</span><input type="search" value=${value} placeholder=${label ?? common("search")} onInput=${(event) => onInput(event.target.value)} autocomplete="off" /></label>`;

const choice = (value) => ([key, text]) => html`<option value=${key} selected=${String(key) === String(value)}>${text}</option>`;
/** A select of a filter bar. options: [value, text], or {label, options} of a group. */
export const Pick = ({ label, value, options, onChange }) => html`<label class="o-pick"><span>${label}</span><select value=${value} onChange=${(event) => onChange(event.target.value)}>${options.map((one) => (Array.isArray(one) ? choice(value)(one) : html`<optgroup label=${one.label}>${one.options.map(choice(value))}</optgroup>`))}</select></label>`;
