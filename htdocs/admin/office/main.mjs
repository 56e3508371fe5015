// The back office: which pages there are, for whom, and the one that is shown. Pages are loaded when they are first visited.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { can, lang, me, refreshRights, wire, words } from "./ui/app.mjs";
import { Trouble } from "./ui/load.mjs";
import { Toast } from "./ui/toast.mjs";
import { common } from "./ui/words.mjs";
import names from "./words.mjs";

const t = words(names, common);
// icon: path data of a 24×24 drawing with strokes
const nav = (route, permission, icon) => ({ route, icon, words: names[route], permission });
export const officeNav = [
	nav("dashboard", "reports:read", "M4 13h6V4H4zm10 7h6V4h-6zM4 20h6v-3H4z"),
	nav("reports", "reports:read", "M4 20h16M7 16v-5m5 5V5m5 11v-8"),
	nav("contacts", "contacts:read", "M12 12a4 4 0 1 0 0-8 4 4 0 1 0 0 8zm-8 8c1-4 4-5 8-5s7 1 8 5"),
	nav("users", "users:read", "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 1 0 0 7zm-7 9c.7-3.500 3-5 7-5s6.300 1.500 7 5m-1-16a3.500 3.500 0 0 1 0 7m3 4c2.500.5 4 2 4.500 5"),
	nav("teams", "settings:read", "M12 3l8 4-8 4-8-4zm-8 9 8 4 8-4m-16 5 8 4 8-4"),
	nav("inboxes", "inboxes:read", "M3 13l3-9h12l3 9v7H3zm0 0h5l2 3h4l2-3h5"),
	nav("articles", "conversations:read", "M5 4h10l4 4v12H5zm9 0v5h5M8 13h8m-8 4h6"),
	nav("canned", "conversations:read", "M4 5h16v11H9l-5 4zm8 2-3 5h4l-2 3"),
	nav("labels", "conversations:read", "M4 4h8l9 9-8 8-9-9zm4 4h.01"),
	nav("webhooks", "settings:read", "M9 8a3 3 0 1 1 4.500 2.600L10 17m-4-4a3 3 0 1 0 3 4h7m-2-6 2 3a3 3 0 1 1-1 5"),
	nav("audit", "settings:read", "M12 3a9 9 0 1 1-8.500 6M3 4v5h5m4-2v5l3 2"),
	nav("settings", "settings:read", "M12 15a3 3 0 1 0 0-6 3 3 0 1 0 0 6zm0-12v3m0 12v3M3 12h3m12 0h3M5.600 5.600l2.100 2.100m8.600 8.600 2.100 2.100m0-12.800-2.100 2.100m-8.600 8.600-2.100 2.100"),
];

const sheet = (path) => new Promise((done) => {
	const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: path, onload: done, onerror: done });
	document.head.append(link);
});
let styled = null;
const style = () => (styled ??= Promise.all([sheet("/admin/office/office.css"), sheet("/vendor/uplot.css")]));
const pages = new Map(); // name → component, once loaded

/** route: what stands behind #/office/; me and api: of the shell; go is not needed, as links and location.hash lead on. */
export function Office({ route, me: person, api }) {
	wire(api, person);
	const [name = "", ...rest] = (route || "").split("/");
	const first = officeNav.find((item) => can(item.permission))?.route;
	const wanted = name || first;
	const item = officeNav.find((one) => one.route === wanted);
	const [, shown] = useState(0);
	const [error, setError] = useState(null);
	const box = useRef();
	const load = async () => {
		setError(null);
		try {
			const [module] = await Promise.all([import(`./pages/${wanted}.mjs`), style()]);
			pages.set(wanted, module.default);
		} catch {
			setError({ status: 0 });
		}
		shown((n) => n + 1);
	};
	useEffect(() => {
		if (item && !pages.has(wanted)) load();
		refreshRights();
		box.current?.scrollTo(0, 0);
	}, [route]);
	const Shown = pages.get(wanted);
	const allowed = item && can(item.permission);
	return html`<div class="office" ref=${box} aria-label=${t("office")} role="region" data-lang=${lang.value}>
		${!item ? html`<div class="page"><h1>${t("none")}</h1></div>`
			: !allowed ? html`<div class="page"><h1>${t(wanted)}</h1><${Trouble} error=${{ status: 403 }} /></div>`
				: error ? html`<${Trouble} error=${error} onRetry=${load} />`
					: Shown ? html`<${Shown} key=${wanted} route=${rest} me=${me.value} />`
						: html`<p class="o-hint" role="status">${common("loading")}</p>`}
		<${Toast} />
	</div>`;
}
