// Charts by uPlot, each with the same figures as a table: for screen readers, and for whoever wants to read them exactly.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import uPlot from "/vendor/uplot.mjs";
import { lang, theme } from "./app.mjs";
import { duration } from "./format.mjs";
import { common } from "./words.mjs";

const COLORS = ["accent", "brass", "focus", "danger"];
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const HEIGHT = 220;
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 432000, 864000];
const COUNTS = [1, 2, 5].flatMap((n) => Array.from({ length: 9 }, (_, i) => n * 10 ** i)).sort((a, b) => a - b);

function seriesOf(series, i) {
	const color = css(`--color-${COLORS[i % COLORS.length]}`);
	if (series.kind === "bars") return { label: series.name, fill: color, stroke: color, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 44], radius: 0.15 }) };
	if (series.kind === "dots") return { label: series.name, stroke: color, width: 0, paths: () => null, points: { show: true, size: 10, width: 2, fill: css("--color-surface"), stroke: color } };
	return { label: series.name, stroke: color, width: 2, spanGaps: false, dash: i > 1 ? [5, 4] : undefined, points: { size: 6, fill: color, stroke: color } };
}

function options(width, labels, series, format, onCursor) {
	const ink = css("--color-muted");
	const line = css("--color-border");
	const font = `12px ${css("--font")}`;
	const grid = { stroke: line, width: 1 };
	const whole = (value) => Number.isInteger(value) ? labels[value] ?? "" : "";
	const most = Math.max(...series.flatMap((one) => one.values).filter(Number.isFinite), 1);
	const widest = Math.max(...labels.map((label) => [...label].reduce((sum, sign) => sum + (sign > "\u2e80" ? 13 : 7.5), 14)), 22);
	return {
		width, height: HEIGHT, padding: [10, 8, 0, 0], legend: { show: false },
		cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
		scales: { x: { time: false, range: [-0.6, labels.length - 0.4] }, y: { range: (u, low, high) => [0, Math.max(high * 1.1, series[0].least ?? 1)] } },
		axes: [
			{ stroke: ink, font, grid: { show: false }, ticks: { show: false }, gap: 6, size: 32, space: widest, incrs: [1, 2, 3, 4, 5, 7, 10, 14, 30, 60], values: (u, splits) => splits.map(whole) },
			{ stroke: ink, font, grid, ticks: { show: false }, size: format === duration ? 76 : Math.max(44, 14 + 8 * format(Math.round(most)).length), space: 40, incrs: format === duration ? SECONDS : COUNTS, values: (u, splits) => splits.map((value) => format(value)) },
		],
		series: [{}, ...series.map(seriesOf)],
		hooks: { setCursor: [(u) => onCursor(u.cursor.idx ?? null)] },
	};
}

/** labels: one a point; series: [{name, values, kind: bars | line | dots}] of one unit; format(value) → text; rowsTitle: what a label is. */
export function Chart({ title, note, labels, series, format, rowsTitle }) {
	const box = useRef();
	const [at, setAt] = useState(null);
	const [, redrawn] = [theme.value, lang.value];
	useEffect(() => {
		let plot = null;
		const draw = () => {
			plot?.destroy();
			const width = box.current.clientWidth;
			if (!width) return;
			plot = new uPlot(options(width, labels, series, format, setAt), [labels.map((_, i) => i), ...series.map((one) => one.values)], box.current);
		};
		draw();
		const watch = new ResizeObserver(() => {
			if (!plot) draw();
			else if (plot.width !== box.current.clientWidth) plot.setSize({ width: box.current.clientWidth, height: HEIGHT });
		});
		watch.observe(box.current);
		return () => {
			watch.disconnect();
			plot?.destroy();
		};
	}, [JSON.stringify([labels, series]), theme.value, redrawn]);
	const values = at !== null && labels[at] !== undefined && html`<b>${labels[at]}</b> ${series.map((one) => html` <span key=${one.name}>${series.length > 1 ? `${one.name} ` : ""}${format(one.values[at])}</span>`)}`;
	return html`<figure class="chart">
		<figcaption><h2>${title}</h2>
			<span class="read" aria-hidden="true">${values || (series.length > 1 ? series.map((one, i) => html`<span key=${one.name} class=${`key k${i}`}>${one.name}</span>`) : note)}</span></figcaption>
		<div class="plot" ref=${box} aria-hidden="true"></div>
		<details><summary>${common("asTable")}</summary>
			<div class="scroll" tabindex="0" role="region" aria-label=${title}><table class="grid plain"><caption class="sr">${title}</caption>
				<thead><tr><th scope="col">${rowsTitle}</th>${series.map((one) => html`<th scope="col" key=${one.name} class="num">${one.name}</th>`)}</tr></thead>
				<tbody>${labels.map((label, i) => html`<tr key=${i}><th scope="row">${label}</th>${series.map((one) => html`<td key=${one.name} class="num">${format(one.values[i])}</td>`)}</tr>`)}</tbody>
			</table></div>
		</details>
	</figure>`;
}
