// widget/README.md
(() => {
	if (window.deskbell) return;
	const { src, dataset } = document.currentScript;
	const base = new URL('.', src).href;
	const widget = import(base + 'widget/widget.mjs').then((m) => m.mount({ base, ...dataset }));
	window.deskbell = { open: () => widget.then((w) => w?.open()), close: () => widget.then((w) => w?.close()) };
})();
