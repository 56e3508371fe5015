// Line icons, 20 × 20, drawn in the colour of the text beside them.
import { html } from "/vendor/html.mjs";

const paths = {
	inbox: "M3 12h4l1.5 2.5h3L13 12h4M3 12v4h14v-4M3 12l2.5-8h9L17 12",
	office: "M4 17V4h7v13M11 8h5v9M2.5 17h15M6.5 7h2M6.5 10h2M6.5 13h2M13.5 11v0M13.5 14v0",
	bell: "M10 3a4.5 4.5 0 0 0-4.5 4.5c0 4-1.5 5.5-1.5 5.5h12s-1.5-1.5-1.5-5.5A4.5 4.5 0 0 0 10 3ZM8.5 16a1.6 1.6 0 0 0 3 0",
	search: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13 13l4 4",
	menu: "M3 5.5h14M3 10h14M3 14.5h14",
	close: "M5 5l10 10M15 5 5 15",
	back: "M12.5 4.5 7 10l5.5 5.5",
	down: "M5.5 8l4.5 4.5L14.5 8",
	info: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 9v4.5M10 6.4v.2",
	person: "M10 3.5a3.25 3.25 0 1 0 0 6.5 3.25 3.25 0 0 0 0-6.5ZM3.5 17c.6-3.4 3-5 6.5-5s5.9 1.6 6.5 5",
	people: "M7.5 4a2.75 2.75 0 1 0 0 5.5A2.75 2.75 0 0 0 7.5 4ZM2 16c.4-3 2.3-4.5 5.5-4.5S12.6 13 13 16M13 4.3a2.75 2.75 0 0 1 0 5M15 11.8c1.7.6 2.7 2 3 4.2",
	robot: "M4.5 8h11v8h-11zM10 8V4.5M8 4.5h4M7.75 11.5v1M12.25 11.5v1M2.5 11v3M17.5 11v3",
	check: "M4 10.5l4 4 8-9",
	swap: "M4 7h11l-3-3M16 13H5l3 3",
	hand: "M6 10V5.5a1.2 1.2 0 0 1 2.4 0V9V4.2a1.2 1.2 0 0 1 2.4 0V9V5a1.2 1.2 0 0 1 2.4 0v5.5V8a1.2 1.2 0 0 1 2.4 0v4.500c0 3-2 5-5 5-2.700 0-3.800-1.300-5-3.500L3.800 11a1.200 1.200 0 0 1 2-1.300L6 10",
	send: "M3 10 17 3.500l-4 13.500-3.500-5.500L3 10ZM9.500 11.500 17 3.500",
	clip: "M14.500 9 9 14.500a3 3 0 0 1-4.200-4.200l6-6a2 2 0 0 1 2.900 2.900l-5.900 5.900a1 1 0 0 1-1.400-1.400L11.500 6.600",
	note: "M4 3.500h12v9l-4 4H4zM12 16.500v-4h4",
	tag: "M3.500 9.500v-6h6l7 7-6 6-7-7ZM6.700 6.700v0",
	plus: "M10 4v12M4 10h12",
	eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5ZM10 7.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400Z",
	clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 6v4.200l2.800 1.800",
	file: "M5 2.500h6.500L15 6v11.500H5zM11.500 2.500V6H15",
	flag: "M5 17.500v-14h10l-2.500 3.500L15 10.500H5",
	list: "M7 5.500h10M7 10h10M7 14.500h10M3.500 5.500v0M3.500 10v0M3.500 14.500v0",
	retry: "M15.500 6.500A6.500 6.500 0 1 0 16.500 10M15.700 3v3.700H12",
	book: "M10 5C8 3.500 5.500 3.500 3 4v11.500c2.500-.5 5-.5 7 1 2-1.500 4.500-1.500 7-1V4c-2.500-.5-5-.5-7 1ZM10 5v11.500",
	sun: "M10 6.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7ZM10 2v2M10 16v2M2 10h2M16 10h2M4.300 4.300l1.400 1.400M14.300 14.300l1.400 1.400M4.300 15.700l1.400-1.400M14.300 5.700l1.400-1.400",
	chart: "M3 17h14M5.500 14V9M10 14V4M14.500 14V7",
	pulse: "M2 10h4l2.500-6 3.500 12 2.500-6h3.500",
	save: "M10 3v10M5.500 9l4.500 4.500L14.500 9M4 17h12",
	pen: "M4 16l.8-3.500L13 4.300l2.700 2.700-8.200 8.200L4 16ZM11.500 5.800l2.700 2.700",
	grid: "M3.500 3.500h5v5h-5zM11.500 3.500h5v5h-5zM3.500 11.500h5v5h-5zM11.500 11.500h5v5h-5z",
	answer: "M8 5 3.5 9.5 8 14M4 9.5h7.500c3 0 5 2 5 5.500",
	bin: "M4 5.500h12M8 5.500v-2h4v2M5.500 5.500l.8 11h7.400l.8-11M8.500 8.500v5M11.500 8.500v5",
	link: "M8.500 11.500a3 3 0 0 0 4.300 0l2.700-2.700a3 3 0 0 0-4.300-4.300L10 5.700M11.500 8.500a3 3 0 0 0-4.300 0L4.500 11.200a3 3 0 0 0 4.300 4.300l1.200-1.200",
	leave: "M8 3.500H4v13h4M8.500 10H17M13.500 6.500 17 10l-3.500 3.500",
	gear: "M10 7.300a2.700 2.700 0 1 0 0 5.400 2.700 2.700 0 0 0 0-5.400ZM10 2.500v2.200M10 15.300v2.200M2.500 10h2.200M15.300 10h2.200M4.700 4.700l1.600 1.600M13.700 13.700l1.600 1.600M4.700 15.300l1.600-1.600M13.700 6.300l1.600-1.600",
};

export const iconNames = Object.keys(paths);
export const Icon = ({ name, size = 20 }) =>
	html`<svg class="icon" width=${size} height=${size} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d=${paths[name] ?? paths.file} /></svg>`;

const HUES = [162, 28, 205, 262, 336, 95, 45, 230];
/** Chinese names are told apart by their end, others by their first letter. */
const initials = (name) => {
	const bare = name.replace(/(先生|女士|小姐)$/, "");
	return /^\p{Script=Han}{2,}$/u.test(bare) ? [...bare].slice(-2).join("") : [...(bare || name || "?")][0].toUpperCase();
};
/** A circle with a letter or two, drawn by the stylesheet: a picture, no text of the button around it. The colour is the person's own. */
export function Avatar({ name, id = 0, size = 36, url = null }) {
	const text = initials(name ?? "");
	const style = `width:${size}px;height:${size}px;--hue:${HUES[Math.abs(Number(id) || 0) % HUES.length]};font-size:${Math.round(size * (text.length > 1 ? 0.34 : 0.42))}px`;
	if (url && /^(https?:)?\//.test(url)) return html`<img class="avatar" src=${url} alt="" width=${size} height=${size} loading="lazy" />`;
	return html`<span class="avatar" style=${style} data-letters=${text} aria-hidden="true"></span>`;
}
