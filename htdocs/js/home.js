// The demo shop: language and theme switches, the widget, demo accounts where the server says that its data is demo data.
import { toggleTheme } from '/lib/theme.mjs';

const root = document.documentElement;

function remember(key, value) {
	try {
		localStorage.setItem(key, value);
	} catch {
		// private mode: good for this page only
	}
}

document.querySelector('#lang').onclick = () => {
	remember('deskbell.lang', root.lang === 'zh' ? 'en' : 'zh');
	location.reload(); // the widget's language with it
};

document.querySelector('#theme').onclick = toggleTheme;

const zh = root.lang === 'zh';
const widget = Object.assign(document.createElement('script'), { async: true, src: '/widget.js' });
Object.assign(widget.dataset, {
	inbox: 'demo-shop',
	lang: root.lang,
	title: 'Brass & Pine',
	greeting: zh ? '您好！想找点什么？按铃就有人回应。' : 'Hello! Looking for something? Ring, and someone answers.',
	greeting_delay: 4,
});
document.body.append(widget);

for (const button of document.querySelectorAll('.ask')) button.onclick = () => window.deskbell?.open();

document.querySelector('#snippet').textContent = `<script async src="${location.origin}/widget.js" data-inbox="demo-shop"></script>`;

const health = await fetch('/health').then((r) => r.json()).catch(() => null);
document.querySelector('#accounts').hidden = health?.data?.demo !== true;
