// Business hours: any number of openings a day, in the zone of the site.
import { html } from "/vendor/html.mjs";
import { lang, words } from "../ui/app.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	hours: ["营业时间", "Business hours"], always: ["全天候开放", "Always open"], byHours: ["按营业时间", "By hours"], zone: ["时区", "Time zone"],
	closed: ["休息", "Closed"], from: ["{0} 开始", "{0} from"], to: ["{0} 结束", "{0} to"], add: ["添加时段", "Add hours"], midnight: ["结束时间 00:00 表示到午夜。", "An end of 00:00 is midnight."], weekdays: ["周一至周五 9–18 点", "Monday to Friday, 9 to 18"],
}, common);

const MONDAY_FIRST = [1, 2, 3, 4, 5, 6, 0];
const dayName = (day, style) => new Date(Date.UTC(2024, 0, 7 + day)).toLocaleDateString(lang.value === "en" ? "en-GB" : "zh-CN", { weekday: style, timeZone: "UTC" });
const zones = () => {
	const out = [];
	for (let minutes = -720; minutes <= 840; minutes += 30) {
		const m = Math.abs(minutes);
		out.push(`${minutes < 0 ? "-" : "+"}${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`);
	}
	return [...out, "+05:45", "+08:45", "+12:45"].sort((a, b) => Number(`${a[0]}1`) * Number(a.slice(1).replace(":", "")) - Number(`${b[0]}1`) * Number(b.slice(1).replace(":", "")));
};
export const WEEKDAYS = [1, 2, 3, 4, 5].map((day) => ({ day, from: "09:00", to: "18:00" }));
const sorted = (days) => [...days].sort((a, b) => a.day - b.day || a.from.localeCompare(b.from));

function Day({ day, openings, onChange, disabled }) {
	const name = dayName(day, "short");
	const put = (i, change) => onChange(openings.map((one, k) => (k === i ? { ...one, ...change } : one)));
	return html`<div class="o-day" role="group" aria-label=${dayName(day, "long")}><b>${name}</b><div>
		${openings.map((one, i) => html`<span class="opening" key=${i}>
			<input type="time" aria-label=${t("from", dayName(day, "long"))} value=${one.from} disabled=${disabled} onChange=${(event) => event.target.value && put(i, { from: event.target.value })} /> –
			<input type="time" aria-label=${t("to", dayName(day, "long"))} value=${one.to === "24:00" ? "00:00" : one.to} disabled=${disabled} onChange=${(event) => event.target.value && put(i, { to: event.target.value === "00:00" ? "24:00" : event.target.value })} />
			${!disabled && html`<button type="button" class="o-icon" aria-label=${`${common("remove")}: ${name} ${one.from}`} onClick=${() => onChange(openings.filter((_, k) => k !== i))}>✕</button>`}</span>`)}
		${!openings.length && html`<span class="o-muted">${t("closed")}</span>`}
		${!disabled && html`<button type="button" class="o-link" aria-label=${`${t("add")}: ${dayName(day, "long")}`} onClick=${() => onChange([...openings, openings.length ? { day, from: "19:00", to: "21:00" } : { day, from: "09:00", to: "18:00" }])}>+</button>`}
	</div></div>`;
}

export function HoursField({ value, onChange, disabled, attributes }) {
	const { timezone, days } = value;
	const put = (day, openings) => onChange({ timezone, days: sorted([...days.filter((one) => one.day !== day), ...openings]) });
	return html`<fieldset class="hours" id=${attributes.id} tabindex="-1" data-invalid=${attributes["aria-invalid"]} aria-describedby=${attributes["aria-describedby"]} disabled=${disabled}><legend>${t("hours")}</legend>
		<div class="segments" role="group" aria-label=${t("hours")}><button type="button" aria-pressed=${!days.length} onClick=${() => onChange({ timezone, days: [] })}>${t("always")}</button><button type="button" aria-pressed=${days.length > 0} onClick=${() => !days.length && onChange({ timezone, days: WEEKDAYS })}>${t("byHours")}</button></div>
		${days.length > 0 && html`<label class="o-pick"><span>${t("zone")}</span><select value=${timezone} onChange=${(event) => onChange({ timezone: event.target.value, days })}>${[...new Set([timezone, ...zones()])].map((zone) => html`<option key=${zone} value=${zone} selected=${zone === timezone}>UTC${zone}</option>`)}</select></label>
			<div class="week">${MONDAY_FIRST.map((day) => html`<${Day} key=${day} day=${day} openings=${days.filter((one) => one.day === day)} onChange=${(openings) => put(day, openings)} disabled=${disabled} />`)}</div><p class="o-hint">${t("midnight")}</p>`}
	</fieldset>`;
}
