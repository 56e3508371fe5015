// The back office: which pages there are, for whom, and the one that is shown. Pages are loaded when they are first visited.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { setKeeper } from "../base.mjs";
import { Icon } from "/lib/icons.mjs";
import { can, href, lang, me, refreshRights, wire, words } from "./ui/app.mjs";
import { Question } from "./ui/dialog.mjs";
import { Trouble } from "./ui/load.mjs";
import { Toast } from "./ui/toast.mjs";
import { ask, dirty } from "./ui/unsaved.mjs";
import { common } from "./ui/words.mjs";
import names from "./words.mjs";

setKeeper({ dirty, ask });
const t = words(names, common);
const entry = (name, permission, icon) => ({ name, route: `office/${name}`, icon, words: names[name], text: () => t(name), permission });
export const officeNav = [
	entry("dashboard", "reports:read", "list"), entry("reports", "reports:read", "chart"), entry("contacts", "contacts:read", "person"),
	entry("users", "users:read", "people"), entry("teams", "settings:read", "hand"), entry("inboxes", "inboxes:read", "inbox"),
	entry("articles", "conversations:read", "book"), entry("canned", "conversations:read", "note"), entry("labels", "conversations:read", "tag"),
	entry("webhooks", "settings:read", "swap"), entry("audit", "settings:read", "clock"), entry("settings", "settings:read", "gear"),
	entry("system", "role:admin", "pulse"),
];

const sheet = (path) => new Promise((done) => {
	document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: path, onload: done, onerror: done }));
});
let styled = null;
const style = () => (styled ??= Promise.all([sheet("/admin/office/office.css"), sheet("/vendor/uplot.css")]));
const pages = new Map(); // name → component, once loaded

function Nav({ at }) {
	const list = useRef();
	useEffect(() => {
		// on a phone the list is a strip: what is shown is to be seen in it
		const here = list.current.querySelector("[aria-current]");
		if (here) list.current.scrollLeft = here.offsetLeft - (list.current.clientWidth - here.offsetWidth) / 2;
	}, [at]);
	return html`<nav class="office-nav" aria-label=${t("office")}><ul ref=${list}>${officeNav.filter((one) => can(one.permission)).map((one) => html`<li key=${one.name}>
		<a href=${href(one.name)} aria-current=${one.name === at ? "page" : undefined}><${Icon} name=${one.icon} size="18" /><span>${t(one.name)}</span></a></li>`)}</ul></nav>`;
}

function Shown({ name, route, error, onRetry }) {
	const Page = pages.get(name);
	const item = officeNav.find((one) => one.name === name);
	if (!item) return html`<div class="page"><h1>${t("nothing")}</h1><p class="o-hint">${t("nothingHint")}</p></div>`;
	if (!can(item.permission)) return html`<div class="page"><h1>${t(name)}</h1><${Trouble} error=${{ status: 403 }} /></div>`;
	if (error) return html`<${Trouble} error=${error} onRetry=${onRetry} />`;
	return Page ? html`<${Page} key=${name} route=${route} me=${me.value} />` : html`<div class="page"><p role="status">${common("loading")}</p></div>`;
}

/** route: "office/reports/agents"; me, api, link (the live connection's state) and echo (a frame there and back): of the shell. Links and location.hash lead on. */
export function Office({ route, me: person, api, link, echo }) {
	wire(api, person, link, echo);
	const [asked = "", ...rest] = (route || "").replace(/^office\/?/, "").split("/");
	const name = asked || officeNav.find((one) => can(one.permission))?.name;
	const [, again] = useState(0);
	const [error, setError] = useState(null);
	const [ready, setReady] = useState(false);
	const box = useRef();
	const load = async () => {
		setError(null);
		try {
			const [module] = await Promise.all([import(`./pages/${name}.mjs`), style()]);
			pages.set(name, module.default);
		} catch {
			setError({ status: 0 });
		}
		again((n) => n + 1);
	};
	useEffect(() => void style().then(() => setReady(true)), []);
	useEffect(() => {
		if (officeNav.some((one) => one.name === name) && !pages.has(name)) load();
		refreshRights();
		box.current?.scrollTo(0, 0);
	}, [route]);
	return html`<div class="office" hidden=${!ready} data-lang=${lang.value}>
		<${Nav} at=${name} />
		<main class="office-page" ref=${box}><${Shown} name=${name} route=${rest} error=${error} onRetry=${load} /></main>
		<${Question} /><${Toast} />
	</div>`;
}
