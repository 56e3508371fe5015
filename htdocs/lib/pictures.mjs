// Files that not everybody may read, of rooms and of notes: they are fetched with the person's token and shown from memory.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { signal } from "/vendor/signals.mjs";
import { Icon } from "./icons.mjs";
import { Dialog } from "./popover.mjs";
import { sizeText } from "./time.mjs";

/** Texts of these parts, for the pages' own: [zh, en]. */
export const pictureWords = {
	downloadOf: ["下载 {0}", "Download {0}"], enlarge: ["放大图片 {0}", "Enlarge the picture {0}"], noPicture: ["图片无法显示", "The picture cannot be shown"], save: ["保存", "Save"],
};
const KEPT = 80;
const TRIES = 5;
const WIDE = 16, HIGH = 16; // rem, at most
const room = ({ width, height }) => width && { width: `${Math.max(4, Math.min(width / 16, WIDE, (HIGH * width) / height))}rem`, aspectRatio: `${width} / ${height}` };

/** A page's files: {source(path): the address of its bytes in this page, release()}. */
function createHeld({ api, onSignedOut }) {
	const held = new Map(); // file_url → promise of a blob: address, the least used first
	const release = (path) => {
		held.get(path)?.then(URL.revokeObjectURL, () => {});
		held.delete(path);
	};
	/** A thumbnail that is being made (202) is asked for again. */
	async function load(path, tries = 0) {
		const answer = await api.raw("GET", tries ? `${path}?${tries}` : path);
		if (answer.status !== 202) return URL.createObjectURL(await answer.blob());
		if (tries === TRIES) throw new Error("no thumbnail");
		await new Promise((done) => setTimeout(done, 500 * 2 ** tries));
		return load(path, tries + 1);
	}
	onSignedOut(() => [...held.keys()].forEach(release));
	return (path) => {
		const found = held.get(path) ?? load(path);
		held.delete(path);
		held.set(path, found);
		found.catch(() => held.delete(path));
		for (const old of [...held.keys()].slice(0, -KEPT)) release(old);
		return found;
	};
}

/** {Picture, FileLink, Shown}: each takes message: {file_url, file_name, file_size, thumbnail_url, width, height}. Shown stands once in the page. */
export function createPictures(page) {
	const { act, t } = page;
	const source = createHeld(page);
	const save = (message) => act(async () => {
		const link = Object.assign(document.createElement("a"), { href: await source(message.file_url), download: message.file_name });
		link.click();
	});
	const shown = signal(null); // the picture that is looked at: the thumbnail until the whole one is there
	const look = (message, small) => {
		shown.value = { url: small, message };
		source(message.file_url).then((url) => shown.value?.message === message && (shown.value = { url, message }), () => {});
	};

	function Shown() {
		const one = shown.value;
		if (!one) return null;
		const close = () => (shown.value = null);
		return html`<${Dialog} label=${one.message.file_name} className="shown" onClose=${close}>
			<img src=${one.url} alt=${one.message.file_name} />
			<footer><span class="name">${one.message.file_name}</span><button onClick=${() => save(one.message)}>${t("save")}</button><button class="primary" autofocus onClick=${close}>${t("close")}</button></footer>
		<//>`;
	}

	/** It takes its place before it is there, and is fetched when it comes near. */
	function Picture({ message }) {
		const [url, setUrl] = useState("");
		const box = useRef();
		const fetchIt = () => source(message.thumbnail_url ?? message.file_url).then(setUrl, () => setUrl(null));
		useEffect(() => {
			const watch = new IntersectionObserver(([entry]) => entry.isIntersecting && (watch.disconnect(), fetchIt()), { rootMargin: "600px" });
			watch.observe(box.current);
			return () => watch.disconnect();
		}, []);
		if (url === null) return html`<div class="framed broken" ref=${box}><p>${t("noPicture")}</p><button onClick=${() => (setUrl(""), fetchIt())}>${t("retry")}</button></div>`;
		return html`<button type="button" class="framed" ref=${box} aria-label=${t("enlarge", message.file_name)} disabled=${!url} style=${room(message)} onClick=${() => look(message, url)}>${url && html`<img src=${url} alt=${message.file_name} onError=${() => setUrl(null)} />`}</button>`;
	}

	const FileLink = ({ message }) => html`<button type="button" class="file" title=${t("downloadOf", message.file_name)} onClick=${() => save(message)}><${Icon} name="file" /><span class="name">${message.file_name}</span><span class="size">${sizeText(message.file_size ?? 0)}</span></button>`;
	return { Picture, FileLink, Shown };
}
