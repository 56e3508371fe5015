// Forms with changes that are not saved, and the question before they are lost (asked by Question in dialog.mjs).
import { signal } from "/vendor/signals.mjs";

const forms = new Set(); // of {box, saving}: box.current is the form's element
export const question = signal(null); // {leave, n}: asked now, for the nth time
let asked = 0;

const lost = (within) => [...forms].filter((form) => !form.saving && (!within || within.contains(form.box.current)));
/** Would changes be lost with this element, or with the page? */
export const dirty = (within) => lost(within).length > 0;
export function track(form) {
	forms.add(form);
	return () => forms.delete(form);
}
/** The changes may go: they were thrown away, or what they were made to is gone. */
export const forget = (within) => lost(within).forEach((form) => forms.delete(form));

export function ask(work, within) {
	question.value = { leave: () => (forget(within), work()), n: ++asked };
}
/** Does what closes the element, after asking when changes would be lost. */
export const closing = (work, within) => (dirty(within) ? ask(work, within) : work());
