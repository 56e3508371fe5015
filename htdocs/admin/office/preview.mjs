// The widget as an inbox will show it. Its calls are answered here, so that a look at it starts no conversation and asks no server.
const here = { online: true, agents_online: 1, agents: [{ name: "Deskbell", avatar_url: null }], usual_reply_seconds: 60, waiting: 0, rating_enabled: true };
let inbox = null;

function answer(path) {
	if (path.endsWith("/availability")) return { ...here, online: inbox.open_now, agents_online: inbox.open_now ? 1 : 0 };
	return path.endsWith("/inbox") ? { ...inbox, open: inbox.open_now } : null;
}
window.XMLHttpRequest = class {
	upload = {};
	open(method, to) {
		this.path = new URL(to, location.href).pathname;
	}
	setRequestHeader() {}
	abort() {}
	send() {
		queueMicrotask(() => {
			const data = answer(this.path);
			this.status = data ? 200 : 503;
			this.response = data ? { success: true, data } : null;
			this.onloadend?.();
		});
	}
};
window.WebSocket = class extends EventTarget {
	send() {}
	close() {}
};

const PREFIX = "deskbell.preview";
const sweep = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => localStorage.removeItem(key));
let turn = 0;

async function show(settings) {
	const mine = ++turn;
	inbox = { ...settings, open_now: true };
	const { mount } = await import("/widget/widget.mjs");
	if (mine !== turn) return;
	sweep();
	document.getElementById("deskbell")?.remove();
	document.documentElement.lang = settings.lang;
	if (settings.theme) document.documentElement.dataset.theme = settings.theme;
	else delete document.documentElement.dataset.theme;
	const widget = await mount({ base: `${location.origin}/`, inbox: `preview${turn}`, lang: settings.lang, color: settings.color, greeting: settings.greeting, greeting_delay: 0.05 });
	if (mine !== turn) return document.getElementById("deskbell")?.remove();
	if (settings.open) widget?.open();
}

addEventListener("message", (event) => {
	if (event.origin === location.origin && event.data?.inbox) show(event.data.inbox);
});
addEventListener("pagehide", sweep);
