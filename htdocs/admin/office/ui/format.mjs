// Figures as people read them. One place, so that a tile, a chart and a table never disagree.
import { lang } from "./app.mjs";

const locale = () => (lang.value === "en" ? "en-GB" : "zh-CN");
export const EMPTY = "–";
const absent = (value) => value === null || value === undefined || Number.isNaN(value);

export const number = (value) => (absent(value) ? EMPTY : new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value));
export const percent = (value) => (absent(value) ? EMPTY : new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(value));
export const score = (value) => (absent(value) ? EMPTY : new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 2 }).format(value));
/** In the currency of the settings, which has no name here: small sums keep their digits. */
export const money = (value) => (absent(value) ? EMPTY : new Intl.NumberFormat(locale(), value < 1 ? { maximumSignificantDigits: 3 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value));
const LEAST_MS = 0.01; // what takes less took no time
export const millis = (value) => (absent(value) ? EMPTY : `${value > 0 && value < LEAST_MS ? "< " : ""}${new Intl.NumberFormat(locale(), { maximumSignificantDigits: value < 1 ? 1 : 3 }).format(value > 0 ? Math.max(value, LEAST_MS) : value)} ms`);
export const hours = (value) => (absent(value) ? EMPTY : `${number(value)} h`);

const UNITS = { zh: ["天", "小时", "分", "秒"], en: ["d", "h", "min", "s"] };
/** 3725 → "1 h 2 min": two units are as exact as one reads. */
export function duration(seconds) {
	if (absent(seconds)) return EMPTY;
	const unit = UNITS[lang.value];
	const whole = Math.round(seconds);
	if (whole < 60) return `${number(seconds < 10 ? seconds : whole)} ${unit[3]}`;
	const parts = [Math.floor(whole / 86400), Math.floor((whole % 86400) / 3600), Math.floor((whole % 3600) / 60), whole % 60];
	const first = parts.findIndex((part) => part > 0);
	return [first, first + 1].filter((i) => i < 4 && parts[i] > 0).map((i) => `${parts[i]} ${unit[i]}`).join(" ");
}

/** A day of the site, "2024-01-15", read as what it says, in no time zone. */
const dayOf = (text) => new Date(`${text}T00:00:00Z`);
export const day = (text, style = { month: "short", day: "numeric" }) => dayOf(text).toLocaleDateString(locale(), { ...style, timeZone: "UTC" });
export const longDay = (text) => day(text, { year: "numeric", month: "short", day: "numeric", weekday: "short" });
export const shiftDay = (text, days) => new Date(dayOf(text).getTime() + days * 86400000).toISOString().slice(0, 10);
export const today = () => {
	const now = new Date();
	return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
};
