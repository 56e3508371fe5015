// Text as visitors read it.
import { html } from "/vendor/html.mjs";

const URL_IN = /(https?:\/\/[^\s<>"'，。）]*[^\s<>"'，。）.,;:!?)])/;
const linked = (text) => text.split(URL_IN).map((part, i) => (i % 2 ? html`<a key=${i} href=${part} target="_blank" rel="noreferrer">${part}</a>` : part));
/** Text as visitors read it: paragraphs, lines and links; what looks like markup stays text. */
export const Text = ({ of }) => of.split(/\n\s*\n/).filter((part) => part.trim()).map((part, i) => html`<p key=${i}>${part.trim().split("\n").map((line, k) => html`${k > 0 && html`<br />`}${linked(line)}`)}</p>`);
