// Launcher and panel in a shadow root. Text is only ever set as text.
import { Chat, rows } from './chat.mjs';
import css from './style.mjs';

const ICONS = {
	bell: 'M4 17a8 8 0 0 1 16 0zM2 20h20M12 9V5M9 5h6',
	close: 'M6 6l12 12M18 6 6 18',
	send: 'M12 20V5m-6 6 6-6 6 6',
	smile: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M8 14a4 4 0 0 0 8 0M9 9h0M15 9h0',
	spark: 'M12 3c1 5 4 8 9 9-5 1-8 4-9 9-1-5-4-8-9-9 5-1 8-4 9-9z',
	star: 'm12 3 3 6 6 1-4 4 1 6-6-3-6 3 1-6-4-4 6-1z',
};
const EMOJI = '😀😄😂😊😍😘😎🤔😅😢😭😡😱😴🥳🙄👍👎👌👏🙏💪👋🤝💔🎉🔥✨✅❌💡📦';

function h(tag, props, ...children) {
	const [name, ...classes] = tag.split('.');
	const el = Object.assign(document.createElement(name || 'div'), props);
	if (classes[0]) el.className = classes.join(' ');
	el.append(...children.flat().filter((c) => c));
	return el;
}

function svg(tag, key, value, ...children) {
	const el = document.createElementNS('http://www.w3.org/2000/svg', tag);
	el.setAttribute(key, value);
	el.append(...children);
	return el;
}

const icon = (name) => svg('svg', 'viewBox', '0 0 24 24', svg('path', 'd', ICONS[name]));

const button = (tag, label, onclick, glyph) => h('button.' + tag, { type: 'button', onclick, ...(glyph && { title: label, ariaLabel: label }) }, glyph ? icon(glyph) : label);

const linked = (text) =>
	text
		.split(/(https?:\/\/[^\s<>"'，。）]*[^\s<>"'，。）.,;:!?)])/)
		.map((part, i) => (i % 2 ? h('a', { href: part, target: '_blank', rel: 'noreferrer' }, part) : part));

export async function mount(options) {
	const lang = /^zh/i.test(options.lang || navigator.language) ? 'zh' : 'en';
	const words = await import(`./words.${lang}.mjs`);
	return new View({ ...options, lang }, words.default);
}

class View {
	shown = new Map(); // rows by key
	bottom = true; // scrolled to the end

	constructor(options, words) {
		this.o = options;
		this.t = (key, value) => words[key].replace('{0}', value);
		const { lang } = options;
		this.ago = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
		this.clock = new Intl.DateTimeFormat(lang, { timeStyle: 'short' });
		this.date = new Intl.DateTimeFormat(lang, { dateStyle: 'long' });
		this.exact = new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeStyle: 'medium' });
		this.build();
		const later = () => (this.due ||= Promise.resolve().then(() => this.render()));
		this.chat = new Chat(options, later, (m) => this.news(m));
		document.addEventListener('visibilitychange', later);
		setInterval(later, 3e4);
		later();
		const { greeting, greetingDelay = 5 } = options;
		if (greeting && !this.chat.id && !this.chat.store.get('g')) setTimeout(() => this.panel.open || this.chat.id || this.teaser(greeting), greetingDelay * 1e3);
	}

	build() {
		const { t, o } = this;
		const host = h('', { id: 'deskbell', lang: o.lang });
		const root = host.attachShadow({ mode: 'open' });
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(css);
		root.adoptedStyleSheets = [sheet];
		if (/^#[0-9a-f]{6}$/i.test(o.color)) {
			const [r, g, b] = o.color.match(/\w\w/g).map((x) => (parseInt(x, 16) / 255) ** 2.2);
			host.style.setProperty('--a', o.color);
			host.style.setProperty('--on', 0.21 * r + 0.72 * g + 0.07 * b > 0.18 ? '#000' : '#fff');
		}
		this.launch = button('launch', '', () => (this.panel.open ? this.panel.close() : this.open()));
		this.tease = h('.tease', { hidden: true });
		this.head = h('header');
		this.bar = h('.bar', { role: 'status' });
		this.log = h('.log', { role: 'log', ariaLive: 'off', ariaLabel: t('chat'), tabIndex: 0, onscroll: () => this.scrolled() });
		this.pill = button('pill', t('newest'), () => this.toEnd());
		this.strip = h('');
		this.text = h('textarea', { rows: 1, maxLength: 5e3, ariaLabel: t('write'), oninput: () => this.typed(), onblur: () => this.chat.type(false) });
		this.text.onkeydown = (e) => {
			// an Enter that ends an input method's composition is not the visitor's
			if (e.key !== 'Enter' || e.shiftKey || e.isComposing || e.keyCode === 229) return;
			e.preventDefault();
			this.send();
		};
		this.go = button('tool.go', t('send'), () => this.send(), 'send');
		const smile = button('tool', t('emoji'), null, 'smile');
		const emoji = this.emoji();
		smile.popoverTargetElement = emoji;
		const write = h('.write', null, smile, this.text, this.go);
		this.live = h('.s', { ariaLive: 'polite' });
		this.panel = h(
			'dialog.panel',
			{ ariaLabel: o.title || t('title'), tabIndex: -1, onclose: () => this.closed() },
			[this.head, this.log, h('.foot', null, this.pill, this.strip, write), emoji],
		);
		this.root = h('section', { ariaLabel: t('chat') }, this.tease, this.panel, this.launch, this.live);
		this.root.onkeydown = (e) => {
			if (e.key === 'Escape' && !root.querySelector(':popover-open')) this.panel.close();
		};
		root.append(this.root);
		document.body.append(host);
		const fit = () => host.style.setProperty('--h', visualViewport.height + 'px'); // above a phone's keyboard
		visualViewport.addEventListener('resize', fit);
	}

	emoji() {
		const put = (e) => {
			this.text.setRangeText(e.target.textContent, this.text.selectionStart, this.text.selectionEnd, 'end');
			el.hidePopover();
			this.typed();
		};
		const all = [...EMOJI].map((c) => button('', c, put));
		const el = h('.emoji', { popover: 'auto', role: 'group', ariaLabel: this.t('emoji'), ontoggle: (e) => e.newState === 'open' && all[0].focus() }, all);
		el.onkeydown = (e) => {
			const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[e.key];
			if (!step) return;
			e.preventDefault();
			all.at((all.indexOf(e.target) + step) % all.length).focus();
		};
		return el;
	}

	open() {
		const phone = matchMedia('(max-width:480px)').matches;
		if (this.panel.open) return;
		if (phone) this.panel.showModal();
		else this.panel.show();
		if (phone) this.panel.append(this.live);
		this.teaser();
		this.chat.look();
		this.render();
		this.toEnd();
		(phone ? this.panel : this.text).focus();
	}

	closed() {
		this.root.append(this.live);
		this.chat.type(false);
		this.render();
		this.launch.focus();
	}

	typed() {
		const { text } = this;
		text.style.height = '';
		text.style.height = text.scrollHeight + 'px';
		this.go.disabled = !text.value.trim();
		this.chat.type(!this.go.disabled);
	}

	send() {
		const text = this.text.value.trim();
		if (!text) return;
		this.text.value = '';
		this.typed();
		this.bottom = true;
		this.chat.say(text);
		this.text.focus();
	}

	async transcript() {
		const all = await this.chat.history().catch(() => []);
		const lines = all.map((m) => `[${this.exact.format(new Date(m.created_at))}] ${this.name(m)}: ${m.content}\n`);
		const href = URL.createObjectURL(new Blob(lines, { type: 'text/plain' }));
		h('a', { href, download: 'chat.txt' }).click();
		setTimeout(() => URL.revokeObjectURL(href), 1e3);
	}

	news(last) {
		this.live.textContent = `${this.name(last)}: ${last.content}`;
		if (this.panel.open) return (this.pill.hidden = this.bottom);
		this.teaser(last.content.slice(0, 160));
		const { classList } = this.launch;
		classList.remove('ding');
		requestAnimationFrame(() => classList.add('ding'));
	}

	teaser(text) {
		this.tease.hidden = !text;
		if (!text) return this.chat.store.set('g', 1);
		this.tease.replaceChildren(button('', text, () => this.open()), button('', this.t('dismiss'), () => this.teaser(), 'close'));
	}

	render() {
		const { t, chat, panel, bar, log } = this;
		this.due = null;
		if (panel.open && !document.hidden && this.bottom) chat.read();
		const n = !panel.open && chat.unread;
		this.set(this.launch, [panel.open, n], () => {
			this.launch.ariaLabel = t(panel.open ? 'close' : 'open') + (n ? `, ${t('unread', n)}` : '');
			this.launch.ariaExpanded = panel.open;
			return [icon(panel.open ? 'close' : 'bell'), n && h('span.badge', null, n)];
		});
		if (!panel.open) return;
		this.set(this.head, [chat.session, chat.here], () => this.header());
		this.set(bar, this.banner(), (key) => [key && t(key)]);
		this.rows();
		this.footer();
		this.text.placeholder = t(chat.ended ? 'reopen' : 'write');
		this.go.disabled = !this.text.value.trim();
		if (this.bottom) log.scrollTop = log.scrollHeight;
	}

	// Children made anew only when what they show has changed.
	set(el, value, make) {
		const sign = JSON.stringify(value);
		if (el.sign !== sign) el.replaceChildren(...make(value).filter((c) => c));
		el.sign = sign;
	}

	banner() {
		const { chat } = this;
		if (!navigator.onLine) return 'offline';
		return chat.trouble || (chat.id && !chat.link.works && chat.link.fails && 'connecting');
	}

	face(person, glyph = 'bell') {
		const { name, avatar_url: src } = person || {};
		const img = src && h('img', { src, alt: '', onerror: () => img.remove() });
		return h('.face', { ariaHidden: true }, img, name ? [...name][0] : icon(glyph));
	}

	name({ sender_type, sender }) {
		const own = { user: 'you', ai: 'ai' }[sender_type];
		return own ? this.t(own) : sender?.name || this.t('agent');
	}

	header() {
		const { t, chat, o } = this;
		const { here, session } = chat;
		const agent = session?.agent_type === 'human' && session.assignee;
		const people = agent ? [agent] : here?.agents || [];
		const secs = here?.usual_reply_seconds;
		const [n, unit] = secs < 90 ? [secs, 'second'] : secs < 5400 ? [secs / 60, 'minute'] : [secs / 3600, 'hour'];
		const wait = secs && new Intl.NumberFormat(o.lang, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(n);
		const line = here && (!here.online && !agent ? t('away') : wait ? t('reply', wait) : t('online'));
		return [
			h('.faces', null, people[0] ? people.map((p) => this.face(p)) : this.face()),
			h('.grow', null, h('h2', null, agent?.name || o.title || t('title')), h('p', null, line)),
			button('', t('close'), () => this.panel.close(), 'close'),
			this.bar,
		];
	}

	rows() {
		const { chat, log } = this;
		const { thread } = chat;
		const list = rows(thread, chat.waiting, chat.stream, chat.typing || (chat.thinking && { sender_type: 'ai' }));
		const kind = chat.id && !chat.loaded ? 'bone' : thread.more ? 'older' : 'hi';
		list.unshift({ kind, key: kind });
		const shown = new Map();
		let at = log.firstChild;
		for (const row of list) {
			const sign = JSON.stringify([row.first, row.last, row.state, row.m?.content, row.at && this.when(row.at)]);
			let one = this.shown.get(row.key);
			if (one?.sign !== sign) {
				const el = this.row(row);
				if (!one && this.shown.size > 1) el.classList.add('new');
				if (one?.el === at) at = at.nextSibling;
				one?.el.remove();
				one = { sign, el };
			}
			if (one.el === at) at = at.nextSibling;
			else log.insertBefore(one.el, at);
			shown.set(row.key, one);
		}
		for (const [key, { el }] of this.shown) if (!shown.has(key)) el.remove();
		this.shown = shown;
	}

	when(at) {
		const minutes = Math.round((at - Date.now()) / 6e4);
		return !minutes ? this.t('now') : minutes > -60 ? this.ago.format(minutes, 'minute') : this.clock.format(at);
	}

	day(at) {
		const days = Math.round((new Date(at).setHours(12) - new Date().setHours(12)) / 864e5);
		return days > -2 ? this.ago.format(days, 'day') : this.date.format(at);
	}

	row({ kind, m, at, first, last, state }) {
		const { t, chat, o } = this;
		if (kind === 'bone') return h('.bone');
		if (kind === 'day') return h('.mid', null, this.day(at));
		if (kind === 'older') return h('.mid', null, button('', t('older'), () => this.older()));
		if (kind === 'hi') return h('.hi', null, icon('bell'), h('h2', null, o.greeting || t('hello')), h('p', null, t('hint')));
		const type = m.sender_type;
		const title = at && this.exact.format(at);
		if (type === 'system') return h('.mid', { title }, m.session_id ? m.content : t('joined', m.content));
		const row = h(`.row.${type}.${state || 'x'}`);
		if (first !== false) {
			row.classList.add('first');
			if (type !== 'user') row.append(h('small', null, this.name(m), type === 'ai' && h('b', null, 'AI')), this.face(m.sender, type === 'ai' ? 'spark' : 'bell'));
		}
		if (kind) row.append(h('.bub', { role: 'img', ariaLabel: t('typing', this.name(m)) }, h('i'), h('i'), h('i')));
		else row.append(h('.bub', null, linked(m.content)));
		if (state === 'failed') row.append(h('.bad', { title: m.entry.failed }, t(state), ' ', button('', t('retry'), () => chat.again(m.entry)), ' ', button('', t('discard'), () => chat.discard(m.entry))));
		else if (last && state !== 'stream') row.append(h('small', { title }, h('time', { dateTime: at.toISOString() }, this.when(at)), state && ' · ' + t(state)));
		return row;
	}

	scrolled() {
		const { log } = this;
		this.bottom = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
		if (this.bottom && !this.pill.hidden) this.toEnd();
		if (log.scrollTop < 40) this.older();
	}

	toEnd() {
		this.bottom = this.pill.hidden = true;
		this.render();
	}

	async older() {
		const { log, chat } = this;
		if (this.getting || !chat.thread.more) return;
		this.getting = true;
		const below = log.scrollHeight - log.scrollTop;
		await chat.older().catch(() => {});
		this.render();
		log.scrollTop = log.scrollHeight - below; // what was read stays where it was
		this.getting = false;
	}

	footer() {
		const { chat, t } = this;
		const { agent_type, queue_position: place, rating, assignee } = chat.session || {};
		const { ended } = chat;
		const human = place || (agent_type === 'human' && assignee);
		this.set(this.strip, [ended, human, rating, chat.id], () => {
			const act = (key, work) => button(key, t(key), work);
			if (!ended) return [place && h('.queue', { role: 'status' }, t('queue', place), h('p', null, t('keep'))), h('.strip', null, !human && act('human', () => chat.human()), chat.id && act('end', () => chat.end()))];
			return [rating ? h('.queue', { role: 'status' }, t('thanks')) : this.rating(), h('.strip', null, act('transcript', () => this.transcript()), act('fresh', () => chat.forget()))];
		});
	}

	rating() {
		const { t } = this;
		const stars = [1, 2, 3, 4, 5].map((value) => {
			const title = t('stars', value);
			return h('label.star', { title }, h('input', { type: 'radio', name: 'score', value, required: true, ariaLabel: title }), icon('star'));
		});
		const comment = h('input', { maxLength: 1e3, placeholder: t('comment'), ariaLabel: t('comment') });
		const onsubmit = (e) => {
			e.preventDefault();
			this.chat.rate(+e.target.score.value, comment.value || undefined);
		};
		return h('form', { onsubmit }, h('h2', null, t('ended')), h('fieldset', null, h('legend', null, t('rate')), stars), comment, h('button.solid', null, t('submit')));
	}
}
