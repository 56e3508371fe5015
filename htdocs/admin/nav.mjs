// Left: the views and how many conversations are in each.
import { html } from "/vendor/html.mjs";
import { useEffect, useState } from "/vendor/hooks.mjs";
import { signal } from "/vendor/signals.mjs";
import { can, recall, remember, t } from "./base.mjs";
import { Icon } from "/lib/icons.mjs";
import { labelCounts } from "./label_counts.mjs";
import { labelColor } from "./names.mjs";
import { labels, teams } from "./people.mjs";
import { choose, counts, view, viewNames } from "./talks.mjs";

const icons = { mine: "person", unassigned: "inbox", waiting: "clock", urgent: "flag", ai: "robot", all: "list" };
export const navOpen = signal(false); // on narrow pages the views come out of a button

function Entry({ name, icon, text, count, color }) {
	const pick = () => {
		navOpen.value = false;
		choose(name);
	};
	return html`<li><button class="entry" aria-current=${view.value === name ? "page" : undefined} onClick=${pick} data-view=${name}>
		${color ? html`<span class="swatch" style=${`background:${labelColor(color)}`}></span>` : html`<${Icon} name=${icon} size="18" />`}
		<span class="text">${text}</span><span class="count">${count ?? ""}</span></button></li>`;
}

/** A part that can be folded; what it is, is remembered. */
function Part({ name, title, data, onRetry, empty, children }) {
	const [open, setOpen] = useState(recall(`part.${name}`, true));
	const turn = () => (remember(`part.${name}`, !open), setOpen(!open));
	return html`<div class="part">
		<button class="fold" aria-expanded=${open} onClick=${turn}><span>${title}</span><${Icon} name="down" size="14" /></button>
		${open && html`<ul>${children}</ul>`}
		${open && data.state === "loading" && html`<p class="hint small" role="status">${t("loading")}</p>`}
		${open && data.state === "failed" && html`<p class="hint small" role="alert">${t("failed")} <button onClick=${onRetry}>${t("retry")}</button></p>`}
		${open && data.state === "ready" && !data.items.length && html`<p class="hint small">${empty}</p>`}
	</div>`;
}

export function Nav() {
	const numbers = counts.value;
	const teamCount = (id) => (numbers.teams ? numbers.teams.find((team) => team.team_id === id)?.count ?? 0 : undefined);
	const labelList = labels.data.value;
	const teamList = teams.data.value;
	useEffect(() => void (labels.load(), teams.load()), []);
	return html`<nav class=${`views ${navOpen.value ? "out" : ""}`} aria-label=${t("views")} id="views">
		<ul>${viewNames.map((name) => html`<${Entry} key=${name} name=${name} icon=${icons[name]} text=${t(name)} count=${numbers[name]} />`)}</ul>
		${(can("settings:read") || teamList.items.length > 0) && html`<${Part} name="team" title=${t("teams")} data=${teamList} onRetry=${() => teams.load(true)} empty=${t("noTeams")}>
			${teamList.items.map((team) => html`<${Entry} key=${team.id} name=${`team-${team.id}`} icon="people" text=${team.name} count=${teamCount(team.id)} />`)}<//>`}
		<${Part} name="label" title=${t("labels")} data=${labelList} onRetry=${() => labels.load(true)} empty=${t("noLabels")}>
			${labelList.items.map((label) => html`<${Entry} key=${label.id} name=${`label-${label.id}`} color=${label.color} text=${label.title} count=${labelCounts.value[label.id]} />`)}<//>
		<p class="staff-online"><span class="dot online"></span>${t("agentsOnline", numbers.agents_online ?? "…")}</p>
	</nav>`;
}
