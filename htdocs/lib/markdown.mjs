// Markdown of articles, shown: headings, paragraphs, lists, quotes, code, tables; emphasis, code and links within them. What looks like HTML stays text.
import { html } from "/vendor/html.mjs";

const INLINE = /(`+)(.+?)\1|\[([^\]]+)\]\(((?:https?:\/\/|mailto:)[^\s)]+)\)|\*\*(?=\S)(.+?)\*\*|(?<![A-Za-z0-9])\*(?=\S)([^*]+?)\*|~~(.+?)~~|(https?:\/\/[^\s<>"'，。）]*[^\s<>"'，。）.,;:!?)])/g;
const link = (address, text) => html`<a href=${address} target="_blank" rel="noreferrer">${text}</a>`;

/** A line's text as nodes; both the marks and what they hold go through here, so that **[a](b)** is a link. */
function inline(text) {
	const nodes = [];
	let at = 0;
	for (const found of text.matchAll(INLINE)) {
		const [all, , code, label, address, strong, em, gone, bare] = found;
		nodes.push(text.slice(at, found.index));
		nodes.push(code !== undefined ? html`<code>${code}</code>` : label !== undefined ? link(address, inline(label)) : strong !== undefined ? html`<strong>${inline(strong)}</strong>` : em !== undefined ? html`<em>${inline(em)}</em>` : gone !== undefined ? html`<s>${inline(gone)}</s>` : link(bare, bare));
		at = found.index + all.length;
	}
	return [...nodes, text.slice(at)];
}
const lines = (list) => list.map((line, i) => html`${i > 0 && html`<br />`}${inline(line)}`);
const cells = (row) => row.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/, HEADING = /^ {0,3}(#{1,6})(?:\s+(.*?))?\s*#*$/, FENCE = /^ {0,3}(`{3,}|~{3,})/, RULE = /^ {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$/;
/** What kind of block a line begins; a paragraph goes on until another does. */
const kind = (line) => (!line.trim() ? "blank" : FENCE.test(line) ? "code" : HEADING.test(line) ? "heading" : RULE.test(line) ? "rule" : ITEM.test(line) ? "list" : /^\s*>/.test(line) ? "quote" : /^\s*\|.*\|/.test(line) ? "table" : "text");

const blocks = {
	heading: ([line]) => {
		const [, marks, text = ""] = HEADING.exec(line);
		return html`<${`h${Math.min(6, marks.length + 3)}`}>${inline(text)}</>`;
	},
	rule: () => html`<hr />`,
	code: (list) => html`<pre class="snippet" tabindex="0"><code>${list.slice(1).filter((line, i) => i < list.length - 2 || !FENCE.test(line)).join("\n")}</code></pre>`,
	quote: (list) => html`<blockquote class="o-quote">${lines(list.map((line) => line.replace(/^\s*>+\s?/, "")))}</blockquote>`,
	list: (list) => {
		const items = [];
		for (const line of list) {
			const found = ITEM.exec(line);
			if (found) items.push([found[2]]);
			else items.at(-1).push(line.trim());
		}
		return html`<${ITEM.exec(list[0])[1] ? "ol" : "ul"} class="marked">${items.map((item) => html`<li>${lines(item)}</li>`)}</>`;
	},
	table: (list) => {
		const [head, ...rows] = list.filter((line) => !/^[\s|:-]+$/.test(line)).map(cells);
		return html`<div class="scroll" tabindex="0"><table class="plain"><thead><tr>${head?.map((cell) => html`<th scope="col">${inline(cell)}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)}</tbody></table></div>`;
	},
	text: (list) => html`<p>${lines(list.map((line) => line.trim()))}</p>`,
};

/** [[kind, lines]]: what stands together. */
function split(text) {
	const found = [], all = text.split(/\r?\n/);
	for (let i = 0; i < all.length;) {
		const what = kind(all[i]), from = i++;
		if (what === "code") {
			const mark = FENCE.exec(all[from])[1];
			while (i < all.length && !(FENCE.exec(all[i])?.[1].startsWith(mark) && all[i].trim() === FENCE.exec(all[i])[1])) i++;
			i++;
		} else if (what !== "heading" && what !== "rule" && what !== "blank") {
			while (i < all.length && (kind(all[i]) === what || (what === "list" && kind(all[i]) === "text"))) i++;
		}
		if (what !== "blank") found.push([what, all.slice(from, i)]);
	}
	return found;
}

export const Markdown = ({ of }) => split(of).map(([what, list]) => blocks[what](list));

// -- the same as text, for where no mark-up can stand: rows of lists, replies --

const plainly = (text) => text.replace(INLINE, (all, marks, code, label, address, strong, em, gone, bare) => code ?? (label !== undefined ? `${plainly(label)} (${address})` : plainly(strong ?? em ?? gone ?? "") || bare));
const asText = {
	heading: ([line]) => plainly(HEADING.exec(line)[2] ?? ""),
	rule: () => "",
	code: (list) => list.slice(1).filter((line) => !FENCE.test(line)).join("\n"),
	quote: (list) => list.map((line) => plainly(line.replace(/^\s*>+\s?/, ""))).join("\n"),
	list: (list) => list.map((line) => {
		const [, number, item] = ITEM.exec(line) ?? [];
		return item === undefined ? plainly(line.trim()) : `${number ? `${number}.` : "•"} ${plainly(item)}`;
	}).join("\n"),
	table: (list) => list.filter((line) => !/^[\s|:-]+$/.test(line)).map((row) => cells(row).map(plainly).join(" · ")).join("\n"),
	text: (list) => list.map((line) => plainly(line.trim())).join("\n"),
};
export const plainText = (of) => split(of).map(([what, list]) => asText[what](list)).filter(Boolean).join("\n\n");
/** Its beginning, on one line. */
export const excerpt = (of, most = 300) => plainText(of.slice(0, most * 4)).replace(/\s+/g, " ").slice(0, most);
