// How many conversations that are open or pending carry a label: asked for when what is told says that it is another number now.
import { signal } from "/vendor/signals.mjs";
import { api, onSignedOut, recall } from "./base.mjs";
import { labels } from "./people.mjs";
import { onRelabelled } from "./talks.mjs";

const COUNTED = 30;
const GAP = 3000; // between two rounds, however much is told
export const labelCounts = signal({}); // label → number

const wanted = new Set();
let timer = 0;
let last = 0;

async function countOne(id) {
	const of = async (status) => (await api.get(`/api/v1/conversations?label=${id}&status=${status}&per_page=1`)).meta.total_count;
	const [open, pending] = await Promise.all([of("open"), of("pending")]);
	labelCounts.value = { ...labelCounts.value, [id]: open + pending };
}
async function run() {
	timer = 0;
	if (document.visibilityState !== "visible" || !recall("part.label", true)) return; // nobody sees them: when somebody does
	last = Date.now();
	const ids = labels.data.value.items.slice(0, COUNTED).map((label) => label.id).filter((id) => wanted.has(id));
	wanted.clear();
	for (const id of ids) await countOne(id).catch(() => {}); // the number before stands until the next time
}
/** Of these labels, or of all. */
export function recount(ids = labels.data.value.items.map((label) => label.id)) {
	for (const id of ids) wanted.add(id);
	if (wanted.size) timer ||= setTimeout(run, Math.max(300, last + GAP - Date.now()));
}
onRelabelled(recount);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && recount([]));
onSignedOut(() => {
	clearTimeout(timer);
	timer = 0;
	last = 0;
	wanted.clear();
	labelCounts.value = {};
});
