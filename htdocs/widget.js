/* Deskbell's visitor widget: <script async src="…/widget.js" data-inbox="TOKEN"></script>
   Options: data-title, data-greeting, data-greeting-delay (seconds), data-color (#rrggbb), data-lang (zh, en) */
(() => {
	if (window.deskbell) return;
	const script = document.currentScript;
	const options = { base: new URL('.', script.src).href, ...script.dataset };
	const widget = import(options.base + 'widget/view.mjs').then((m) => m.mount(options));
	window.deskbell = { open: () => widget.then((w) => w.open()), close: () => widget.then((w) => w.panel.close()) };
})();
