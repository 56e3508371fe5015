// How many conversations that are open or pending carry a label: as the counts tell it, of all at first and then of those that are others.
import { signal } from "/vendor/signals.mjs";
import { onSignedOut } from "./base.mjs";
import { labelsTold } from "./people.mjs";

export const labelCounts = signal({}); // label → number

export function countsTold({ labels = [], labels_whole: whole, labels_gone: gone = [] }) {
	const next = whole ? {} : { ...labelCounts.value };
	for (const one of labels) next[one.label_id] = one.count;
	for (const id of gone) delete next[id];
	labelCounts.value = next;
	labelsTold(labels, whole ? (id) => !(id in next) : (id) => gone.includes(id));
}
onSignedOut(() => (labelCounts.value = {}));
