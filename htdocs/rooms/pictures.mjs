// Files of rooms are for their members: they are fetched with the person's token and shown from memory.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { signal } from "/vendor/signals.mjs";
import { Icon } from "/lib/icons.mjs";
import { Dialog } from "/lib/popover.mjs";
import { sizeText } from "/lib/time.mjs";
import { act, api, onSignedOut, t } from "./base.mjs";

const KEPT = 80;
const held = new Map(); // file_url → promise of a blob: address, the least used first

const release = (path) => {
	held.get(path)?.then(URL.revokeObjectURL, () => {});
	held.delete(path);
};
const load = async (path) => URL.createObjectURL(await (await api.raw("GET", path)).blob());
/** The address of a file's bytes in this page. */
function source(path) {
	const found = held.get(path) ?? load(path);
	held.delete(path);
	held.set(path, found);
	found.catch(() => held.delete(path));
	for (const old of [...held.keys()].slice(0, -KEPT)) release(old);
	return found;
}
onSignedOut(() => [...held.keys()].forEach(release));

export const saveFile = (message) => act(async () => {
	const link = Object.assign(document.createElement("a"), { href: await source(message.file_url), download: message.file_name });
	link.click();
});

const shown = signal(null); // the picture that is looked at
export function Shown() {
	const one = shown.value;
	if (!one) return null;
	const close = () => (shown.value = null);
	return html`<${Dialog} label=${one.message.file_name} className="shown" onClose=${close}>
		<img src=${one.url} alt=${one.message.file_name} />
		<footer><span class="name">${one.message.file_name}</span><button onClick=${() => saveFile(one.message)}>${t("save")}</button><button class="primary" autofocus onClick=${close}>${t("close")}</button></footer>
	<//>`;
}

/** A picture takes its place before it is there, and is fetched when it comes near. */
export function Picture({ message }) {
	const [url, setUrl] = useState("");
	const box = useRef();
	const fetchIt = () => source(message.file_url).then(setUrl, () => setUrl(null));
	useEffect(() => {
		const watch = new IntersectionObserver(([entry]) => entry.isIntersecting && (watch.disconnect(), fetchIt()), { rootMargin: "600px" });
		watch.observe(box.current);
		return () => watch.disconnect();
	}, []);
	if (url === null) return html`<div class="framed broken" ref=${box}><p>${t("noPicture")}</p><button onClick=${() => (setUrl(""), fetchIt())}>${t("retry")}</button></div>`;
	return html`<button type="button" class="framed" ref=${box} aria-label=${t("enlarge", message.file_name)} disabled=${!url} onClick=${() => (shown.value = { url, message })}>${url && html`<img src=${url} alt=${message.file_name} onError=${() => setUrl(null)} />`}</button>`;
}

export const FileLink = ({ message }) => html`<button type="button" class="file" title=${t("download", message.file_name)} onClick=${() => saveFile(message)}><${Icon} name="file" /><span class="name">${message.file_name}</span><span class="size">${sizeText(message.file_size ?? 0)}</span></button>`;
