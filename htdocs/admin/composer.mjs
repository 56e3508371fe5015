// Writing: the answer or a note, canned replies by "/", colleagues by "@", files by button, paste and drop. Drafts are kept.
import { html } from "/vendor/html.mjs";
import { useEffect, useLayoutEffect, useRef, useState } from "/vendor/hooks.mjs";
import { signal } from "/vendor/signals.mjs";
import { Attach, canGo, fit, isTooLong, Left, narrow, pasted, Uploads } from "/lib/writing.mjs";
import { Assist } from "./assist.mjs";
import { can, page, t } from "./base.mjs";
import { Avatar, Icon } from "/lib/icons.mjs";
import { doneTyping, nowTyping } from "./live.mjs";
import * as outbox from "./outbox.mjs";
import { callable, canned, staff } from "./people.mjs";
import { useChoice } from "/lib/popover.mjs";
import { isMine } from "./talks.mjs";
import { thread } from "./threads.mjs";

export const kind = signal("reply"); // or "note"
let area = null;
/** Goes to the field: "reply" or "note". */
export function write(to) {
	kind.value = to;
	area?.focus();
}
/** Puts text where the caret is, of the answer. */
export function insert(id, text) {
	const before = outbox.draft(id, "reply");
	outbox.setDraft(id, "reply", before ? `${before}${/\s$/.test(before) ? "" : "\n"}${text}` : text);
	write("reply");
}

// -- what is suggested for the word at the caret --

function wordAt(text, caret, isNote) {
	const [, sign, word] = /(?:^|[\s，。])([/@])([^\s/@]{0,40})$/.exec(text.slice(0, caret)) ?? [];
	if (!sign || (sign === "@") !== isNote) return null;
	return { sign, word: word.toLowerCase(), from: caret - word.length - 1 };
}
function repliesFor(word) {
	const starts = (one) => one.short_code.toLowerCase().startsWith(word);
	const found = canned.data.value.items.filter((one) => starts(one) || one.content.toLowerCase().includes(word));
	return found.sort((a, b) => starts(b) - starts(a)).slice(0, 50).map((one) => ({ key: one.id, insert: one.content, view: html`<b>/${one.short_code}</b><span class="text">${one.content}</span>` }));
}
const colleagues = (item) => callable(thread(item.id).messages);
const peopleFor = (item, word) =>
	colleagues(item).filter((one) => one.full_name.toLowerCase().includes(word)).slice(0, 50).map((one) => ({ key: one.id, insert: `@${one.full_name} `, view: html`<${Avatar} name=${one.full_name} id=${one.id} size="22" /><span class="text">${one.full_name}</span><span class=${`dot ${one.status}`}></span>` }));

function Suggestions({ at, found, chosen, onPick }) {
	const source = at.sign === "/" ? canned : staff;
	const { state } = source.data.value;
	const list = useRef();
	useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);
	return html`<div class="suggest">
		${state === "loading" && html`<p class="hint small" role="status">${t("loading")}</p>`}
		${state === "failed" && html`<p class="hint small" role="alert">${t("failed")} <button type="button" onClick=${() => source.load(true)}>${t("retry")}</button></p>`}
		${state === "ready" && !found.length && html`<p class="hint small">${t(at.sign === "/" ? "noCanned" : "nobodyFound")}</p>`}
		<ul ref=${list} id="suggest" role="listbox" tabindex="0" aria-label=${t(at.sign === "/" ? "canned" : "colleagues")}>${found.map((one, i) => html`<li key=${one.key} id=${`suggest-${i}`} role="option" aria-selected=${i === chosen} class=${i === chosen ? "at" : ""} onMouseDown=${(event) => (event.preventDefault(), onPick(i))}>${one.view}</li>`)}</ul>
	</div>`;
}

/** The word at the caret, what fits it, and what the keys do with it. */
function useSuggest(item, mode) {
	const [at, setAt] = useState(null);
	const found = !at ? [] : at.sign === "/" ? repliesFor(at.word) : peopleFor(item, at.word);
	const pick = (i) => {
		// At once: what is typed next goes behind it, also when the page is slow to draw.
		area.focus();
		area.setRangeText(found[i].insert, at.from, area.selectionStart, "end");
		outbox.setDraft(item.id, mode, area.value);
		setAt(null);
	};
	const [chosen, keys, choose] = useChoice(found.length, pick, { tab: true });
	const look = (value, caret) => {
		const next = wordAt(value, caret, mode === "note");
		if (next) (next.sign === "/" ? canned : staff).load();
		if (next?.word !== at?.word) choose(0);
		setAt(next);
	};
	const onKey = (event) => (at && event.key === "Escape" ? (event.preventDefault(), event.stopPropagation(), setAt(null), true) : at ? keys(event) : false);
	return { at, found, chosen, pick, look, onKey, close: () => setAt(null) };
}

const hintOf = (mode) => `${mode === "note" ? "writeNote" : "write"}${narrow.matches ? "Short" : ""}`;

function Tabs() {
	const tab = (name, text, icon) => html`<button type="button" aria-pressed=${kind.value === name} onClick=${() => write(name)}><${Icon} name=${icon} size="16" />${text}</button>`;
	return html`<div class="kinds" role="group" aria-label=${t("kindOfMessage")}>${tab("reply", t("reply"), "send")}${tab("note", t("note"), "note")}</div>`;
}

export function Composer({ item }) {
	const mode = kind.value;
	const text = outbox.draft(item.id, mode);
	const field = useRef();
	const suggest = useSuggest(item, mode);
	useLayoutEffect(() => {
		area = field.current;
		fit(area);
	}, [text, mode]);
	useEffect(() => suggest.close(), [mode]);
	const tooLong = isTooLong(text);
	const send = () => {
		const text = area.value; // a key may come before what was typed is drawn
		if (!canGo(text)) return;
		const called = mode === "note" ? colleagues(item).filter((one) => text.includes(`@${one.full_name}`)).map((one) => one.id) : [];
		outbox.say(item.id, mode, text.trim(), called);
		doneTyping();
		area.focus();
	};
	const onKeyDown = (event) => {
		if (suggest.onKey(event)) return;
		if (event.key === "Escape") return area.blur();
		if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
		event.preventDefault();
		send();
	};
	const onInput = (event) => {
		outbox.setDraft(item.id, mode, event.target.value);
		suggest.look(event.target.value, event.target.selectionStart);
		if (event.target.value) nowTyping(item.id, mode === "note");
	};
	const add = (files) => outbox.upload(item.id, mode, files);
	const { at, found, chosen } = suggest;
	return html`<form class=${`composer ${mode}`} onSubmit=${(event) => (event.preventDefault(), send())}>
		<div class="above"><${Tabs} /><span class="grow"></span>${mode === "reply" && !isMine(item) && html`<p class="note-line">${t("takeFirst")}</p>`}</div>
		<${Assist} item=${item} insert=${(text) => insert(item.id, text)} note=${(text) => (outbox.setDraft(item.id, "note", text), write("note"))} />
		${at && html`<${Suggestions} at=${at} found=${found} chosen=${chosen} onPick=${suggest.pick} />`}
		<${Uploads} page=${page} box=${outbox.files} id=${item.id} />
		<div class="write">
			<textarea ref=${field} rows="2" value=${text} placeholder=${t(hintOf(mode))} aria-label=${t(mode)} aria-autocomplete="list" aria-controls=${at ? "suggest" : undefined} aria-activedescendant=${at && found.length ? `suggest-${chosen}` : undefined}
				aria-invalid=${tooLong} aria-describedby=${tooLong ? "too-long" : undefined} onInput=${onInput} onKeyDown=${onKeyDown} onPaste=${pasted(add)} onBlur=${suggest.close} disabled=${!can("conversations:write")}></textarea>
			<span class="do">
				<${Attach} page=${page} add=${add} />
				<button class="primary" disabled=${!canGo(text)}>${t(mode === "note" ? "addNote" : "send")}</button>
			</span>
		</div>
		<${Left} page=${page} text=${text} />
	</form>`;
}
