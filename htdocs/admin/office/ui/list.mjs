// A list with search, filters and pages; and lists whose rows are small enough to be edited in a dialog.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, query } from "./app.mjs";
import { Confirm, Dialog } from "./dialog.mjs";
import { Form, Submit, useForm } from "./form.mjs";
import { Loaded, useLoad, useRest } from "./load.mjs";
import { Page } from "./page.mjs";
import { Empty, Pager, SearchBox, Table } from "./table.mjs";
import { say } from "./toast.mjs";
import { common } from "./words.mjs";

const kept = new Map(); // path → what was searched for and which page: there again when one comes back

/** The meta of a page as desk gives it, as the console does. */
const metaOf = ({ meta, pagination: p }) => meta ?? { current_page: p.page, total_pages: p.total_pages, total_count: p.total };

/** The state of a list: useList("/api/v1/labels", {search: ""}) → {filters, set, page, turn, load, filtered}. pack: filters and page → what is asked for. */
export function useList(path, first = {}, pack = (filters, page) => ({ ...filters, page: page > 1 ? page : "" })) {
	const [state, setState] = useState(() => kept.get(path) ?? { filters: first, page: 1 });
	const put = (next) => {
		kept.set(path, next);
		setState(next);
	};
	const rested = useRest(JSON.stringify(state.filters));
	const load = useLoad(() => call.get(path + query(pack(JSON.parse(rested), state.page))), [rested, state.page]);
	return {
		load, page: state.page, filters: state.filters,
		set: (change) => put({ filters: { ...state.filters, ...change }, page: 1 }),
		turn: (page) => put({ ...state, page }),
		clear: () => put({ filters: first, page: 1 }),
		filtered: JSON.stringify(state.filters) !== JSON.stringify(first),
	};
}

/** Rows of a list, or why there are none. `name`: the answer's member; empty: {title, hint, action}. */
export function Rows({ list, name, caption, columns, empty, keyOf }) {
	const { load, filtered } = list;
	return html`<${Loaded} load=${load}>${(data) => {
		if (data[name].length) return html`<div class=${load.busy ? "dim" : ""}><${Table} caption=${caption} columns=${columns} rows=${data[name]} keyOf=${keyOf} busy=${load.busy} /></div><${Pager} meta=${metaOf(data)} onPage=${list.turn} />`;
		if (list.page > 1) return html`<${Empty} title=${common("nothingFound")}><button type="button" onClick=${() => list.turn(1)}>${common("previous")}</button></${Empty}>`;
		if (filtered) return html`<${Empty} title=${common("nothingFound")}><button type="button" onClick=${list.clear}>${common("clearFilters")}</button></${Empty}>`;
		return html`<${Empty} title=${empty.title} hint=${empty.hint}>${empty.action}</${Empty}>`;
	}}</${Loaded}>`;
}

function Edit({ of, fields, initial, save, title, wide, onClose }) {
	const form = useForm(initial(of), async (values) => {
		await save(values);
		onClose(true);
	});
	return html`<${Dialog} title=${title} wide=${wide} onClose=${() => onClose(false)}>
		<${Form} form=${form}>${fields(form, of)}<${Submit} words=${of ? common("save") : common("create")} always=${!of} onCancel=${() => onClose(false)} /></${Form}>
	</${Dialog}>`;
}

/**
 * A whole page of such a list. path; many, one: the members of the answers; columns(edit); fields(form, row); initial(row | null) → values;
 * pack(values) → body; nameOf(row); words: {title, hint, add, editTitle, empty, emptyHint, removeText(name)}; permission to write.
 */
export function Crud({ path, many, columns, fields, initial, pack = (values) => values, nameOf, words: w, permission = "settings:write", wide, onCreated, children }) {
	const list = useList(path, { search: "" });
	const [open, setOpen] = useState(null); // {edit: row | null} or {remove: row}
	const may = can(permission);
	const done = (text) => {
		setOpen(null);
		say(common(text));
		list.load.reload();
	};
	const save = async (values) => {
		if (open.edit) return call.put(`${path}/${open.edit.id}`, pack(values, open.edit));
		const made = await call.post(path, pack(values, null));
		onCreated?.(made);
	};
	const add = may && html`<button type="button" class="primary" onClick=${() => setOpen({ edit: null })}>${w.add}</button>`;
	const actions = { key: "actions", label: common("actions"), class: "o-act", show: (row) => html`
		<button type="button" class="o-link" aria-label=${`${common("edit")}: ${nameOf(row)}`} onClick=${() => setOpen({ edit: row })}>${common("edit")}</button>
		<button type="button" class="o-link bad" aria-label=${`${common("remove")}: ${nameOf(row)}`} onClick=${() => setOpen({ remove: row })}>${common("remove")}</button>` };
	return html`<${Page} title=${w.title} hint=${w.hint} actions=${add}>
		<div class="filters"><${SearchBox} value=${list.filters.search} onInput=${(search) => list.set({ search })} /></div>
		${!may && html`<p class="o-hint">${common("readOnly")}</p>`}
		<${Rows} list=${list} name=${many} caption=${w.title} columns=${[...columns, ...(may ? [actions] : [])]} empty=${{ title: w.empty, hint: w.emptyHint, action: add }} />
		${open && "edit" in open && html`<${Edit} of=${open.edit} fields=${fields} initial=${initial} save=${save} wide=${wide} title=${open.edit ? w.editTitle : w.add} onClose=${(good) => (good ? done(open.edit ? "saved" : "created") : setOpen(null))} />`}
		${open?.remove && html`<${Confirm} title=${common("sureTitle")} text=${w.removeText(nameOf(open.remove))} work=${() => call.del(`${path}/${open.remove.id}`)} onClose=${(good) => (good ? done("removed") : setOpen(null))} />`}
		${children}
	</${Page}>`;
}
