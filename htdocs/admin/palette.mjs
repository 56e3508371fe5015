// Ctrl+K: conversations, contacts, articles and pages, found by typing and reached by Enter.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { excerpt, plainText } from "/lib/markdown.mjs";
import { relativeTime } from "/lib/time.mjs";
import { api, can, clock, go, lang, sayError, t } from "./base.mjs";
import { insert } from "./composer.mjs";
import { Icon } from "/lib/icons.mjs";
import { nameOf } from "./names.mjs";
import { Dialog, useChoice } from "/lib/popover.mjs";
import { choose, keep, open, openId, viewNames } from "./talks.mjs";

const MOST = 6;
const pages = (nav) => [
	...viewNames.map((name) => ({ key: `view-${name}`, icon: "inbox", text: t(name), hint: t("view"), run: () => choose(name) })),
	...nav.filter((one) => can(one.permission)).map((one) => ({ key: one.route, icon: one.icon, text: one.text, hint: t("office"), run: () => go(one.route) })),
];

async function search(text) {
	const q = encodeURIComponent(text);
	const [talks, contacts, articles] = await Promise.all([
		api.get(`/api/v1/conversations?q=${q}&per_page=${MOST}`),
		can("contacts:read") ? api.get(`/api/v1/contacts?search=${q}&per_page=${MOST}`) : { contacts: [] },
		api.get(`/api/v1/articles?search=${q}&per_page=${MOST}`),
	]);
	return { talks: talks.conversations.map(keep), contacts: contacts.contacts, articles: articles.articles };
}

const asRows = (found, show) => [
	...found.talks.map((one) => ({ group: "conversations", key: `c${one.id}`, icon: "inbox", text: nameOf(one), more: one.last_message?.content, hint: relativeTime(one.last_message?.created_at ?? one.created_at, lang.value, clock.value), run: () => open(one.id) })),
	...found.contacts.map((one) => ({ group: "contacts", key: `p${one.id}`, icon: "person", text: one.name || one.identifier, more: [one.email, one.phone].filter(Boolean).join(" · "), run: () => go(`office/contacts/${one.id}`) })),
	...found.articles.map((one) => ({ group: "articles", key: `a${one.id}`, icon: "book", text: one.title, more: excerpt(one.content, 160), stay: true, run: () => show(one) })),
];

function useSearch(text) {
	const [answer, setAnswer] = useState({ state: "idle", found: null, error: "" });
	const [round, again] = useState(0);
	useEffect(() => {
		if (!text) return void setAnswer({ state: "idle", found: null, error: "" });
		let late = false;
		setAnswer((old) => ({ ...old, state: "loading" }));
		const timer = setTimeout(async () => {
			try {
				const found = await search(text);
				if (!late) setAnswer({ state: "ready", found, error: "" });
			} catch (error) {
				if (!late) setAnswer({ state: "failed", found: null, error: sayError(error) });
			}
		}, 200);
		return () => ((late = true), clearTimeout(timer));
	}, [text, round]);
	return [answer, () => again(round + 1)];
}

function Article({ article, onBack, onClose }) {
	const words = plainText(article.content); // in a reply there is no mark-up
	const use = () => (onClose(), insert(openId.value, words));
	return html`<article class="article">
		<h2>${article.title}</h2>
		<div class="text" tabindex="0">${words}</div>
		<p class="row-of"><button onClick=${onBack} autofocus>${t("back")}</button>${openId.value && html`<button class="primary" onClick=${use}>${t("insertReply")}</button>`}</p>
	</article>`;
}

export function Palette({ nav, onClose }) {
	const [text, setText] = useState("");
	const [article, setArticle] = useState(null);
	const wanted = text.trim();
	const [answer, again] = useSearch(wanted);
	const list = useRef();
	const here = pages(nav).filter((one) => one.text.toLowerCase().includes(wanted.toLowerCase())).map((one) => ({ group: "goTo", ...one }));
	const rows = [...(answer.found ? asRows(answer.found, setArticle) : []), ...here];
	const pick = (i) => {
		const row = rows[i];
		if (!row.stay) onClose();
		row.run();
	};
	const [chosen, onKeyDown, setAt] = useChoice(rows.length, pick);
	useEffect(() => list.current?.querySelector(".at")?.scrollIntoView({ block: "nearest" }), [chosen]);
	if (article) return html`<${Dialog} label=${article.title} className="palette" onClose=${onClose}><${Article} article=${article} onBack=${() => setArticle(null)} onClose=${onClose} /><//>`;
	return html`<${Dialog} label=${t("jump")} className="palette" onClose=${onClose}>
		<div class="palette-top"><${Icon} name="search" /><input autofocus type="text" role="combobox" aria-expanded="true" aria-autocomplete="list" aria-controls="found" aria-activedescendant=${rows.length ? `found-${chosen}` : undefined} aria-label=${t("jump")} placeholder=${t("jumpHint")} value=${text} onInput=${(event) => (setText(event.target.value), setAt(0))} onKeyDown=${onKeyDown} />
			<button class="quiet icon-only" aria-label=${t("close")} onClick=${onClose}><${Icon} name="close" size="18" /></button></div>
		<p class=${answer.state === "loading" ? "progress on" : "progress"} role="status"><span class="sr">${answer.state === "loading" ? t("loading") : ""}</span></p>
		${answer.state === "failed" && html`<p class="hint" role="alert">${answer.error} <button onClick=${again}>${t("retry")}</button></p>`}
		${answer.state === "ready" && !rows.length && html`<p class="hint">${t("nothingFound")}</p>`}
		<ul id="found" role="listbox" aria-label=${t("results")} ref=${list} onMouseDown=${(event) => event.preventDefault()}>${rows.map((row, i) => html`
			${row.group !== rows[i - 1]?.group && html`<li role="presentation" class="group-name" key=${row.group}>${t(row.group)}</li>`}
			<li key=${row.key} id=${`found-${i}`} role="option" aria-selected=${i === chosen} class=${i === chosen ? "at" : ""} onClick=${() => pick(i)} onPointerMove=${() => i !== chosen && setAt(i)}>
				<${Icon} name=${row.icon} size="18" /><span class="text"><b>${row.text}</b>${row.more && html` <span class="muted">${row.more}</span>`}</span>${row.hint && html`<span class="muted">${row.hint}</span>`}</li>`)}</ul>
	<//>`;
}
