const ICONS = {
	bell: 'M4 17a8 8 0 0 1 16 0zM2 20h20M12 9V5M9 5h6',
	clip: 'M20 11l-8 8a5 5 0 0 1-7-7l8-8a3 3 0 0 1 5 5l-8 7a1 1 0 0 1-2-2l7-6',
	close: 'M6 6l12 12M18 6 6 18',
	send: 'M12 20V5m-6 6 6-6 6 6',
	smile: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M8 14a4 4 0 0 0 8 0M9 9h0M15 9h0',
	spark: 'M12 3c1 5 4 8 9 9-5 1-8 4-9 9-1-5-4-8-9-9 5-1 8-4 9-9z',
	star: 'm12 3 3 6 6 1-4 4 1 6-6-3-6 3 1-6-4-4 6-1z',
};
const EMOJI = '😀😂😊😍😎🤔😅😢😭😡😱🥳👍👎👌👏🙏💪👋🎉🔥✅❌📦';

let options, store, outbox, inbox;
let thread, session, stream, typist, here, joined, loaded, filling, making, typedAt;
let line = 'off';
let ws, heard, polled;
let fails = 0;
let looked = 0;
let polls = 0;
let tries = 0;
let trouble = '';
let wrong = {};
const timers = {};
const busy = {};

let lang = 'en';
let words, ago, clock;
let root, launch, tease, panel, head, bar, log, pill, strip, text, go, live;
let shown = new Map();
let atEnd = true;
let due, getting;
const answers = {};
export class Thread {
	list = [];
	whole = 0;
	seen = 0;
	more = false;
	#ids = new Set();

	add(messages) {
		const fresh = messages.filter((m) => !this.#ids.has(m.id) && this.#ids.add(m.id));
		this.list = [...this.list, ...fresh].sort((a, b) => a.seq - b.seq);
		this.settle();
		for (const m of fresh) if (m.sender_type === 'agent') this.seen = Math.max(this.seen, m.seq);
		return fresh;
	}

	note(content, created_at) {
		this.list.push({ id: content + created_at, seq: this.last + 0.5, sender_type: 'system', content, created_at });
	}

	get last() {
		return Math.floor(this.list.at(-1)?.seq || 0);
	}

	get gap() {
		return this.last > this.whole;
	}

	settle(id) {
		this.whole = Math.max(this.whole, this.list.find((m) => m.id === id)?.seq || 0);
		for (const m of this.list) if (m.seq === this.whole + 1) this.whole++;
	}

	get anchor() {
		return this.list.findLast((m) => m.seq <= this.whole && m.session_id)?.id || 0;
	}

	unread(seq) {
		return this.list.filter((m) => m.seq > seq && /^a/.test(m.sender_type));
	}
}

export function rows(thread, waiting, stream, typing) {
	const out = [];
	let row;
	const push = (m, key, state) => {
		const at = new Date(m.created_at);
		const day = at.toDateString();
		const who = m.sender_type + m.sender?.id;
		if (row?.day !== day) out.push({ kind: 'day', key: day, at });
		const first = !(row?.day === day && row.who === who && at - row.at < 3e5);
		if (!first) row.last = false;
		out.push((row = { key, m, at, day, who, first, last: true, state }));
	};
	const newest = !waiting.length && thread.list.findLast((m) => m.session_id);
	for (const m of thread.list) {
		const own = m.sender_type === 'user';
		push(m, m.key || (own && m.client_id) || m.id, own && m === newest ? (m.seq <= thread.seen ? 'seen' : 'sent') : '');
	}
	for (const e of waiting) push({ ...e, sender_type: 'user', created_at: e.at, entry: e }, e.client_id, e.failed ? 'failed' : 'pending');
	if (stream) push({ sender_type: 'ai', content: stream.text, created_at: stream.at }, stream.key, 'stream');
	else if (typing) out.push({ kind: 'typing', key: 'typing', m: typing });
	return out;
}

export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => (b + 256).toString(16).slice(1)).join('');

export class Store {
	constructor(prefix, box) {
		this.prefix = prefix;
		try {
			this.box = box || localStorage;
			this.set('test', 1);
			this.del('test');
		} catch {
			this.box = {};
		}
	}
	get(key) {
		return JSON.parse(this.box[this.prefix + key] || 'null');
	}
	set(key, value) {
		try {
			this.box[this.prefix + key] = JSON.stringify(value);
		} catch {
			this.box = { ...this.box };
			this.set(key, value);
		}
		return value;
	}
	del(...keys) {
		for (const key of keys) delete this.box[this.prefix + key];
	}
	all(start) {
		const keys = Object.keys(this.box).filter((k) => k.startsWith(this.prefix + start));
		return keys.map((k) => this.get(k.slice(this.prefix.length)));
	}
}

async function shelf(work, { client_id }) {
	try {
		return await work(await caches.open('deskbell'), '/' + client_id);
	} catch {}
}

export class Outbox {
	files = {};
	#at = 0;
	constructor(store) {
		this.store = store;
	}
	put(content, attachment, now = Date.now()) {
		this.#at = Math.max(now, this.#at + 1);
		const entry = { client_id: newId(), content, at: this.#at, attachment };
		return this.store.set('o.' + entry.client_id, entry);
	}
	has({ client_id }) {
		return this.store.get('o.' + client_id);
	}
	mark(entry, change) {
		const kept = this.has(entry);
		if (kept) this.store.set('o.' + kept.client_id, { ...kept, ...change });
	}
	drop(entry) {
		if (this.has(entry)?.attachment) shelf((all, key) => all.delete(key), entry);
		this.store.del('o.' + entry.client_id);
	}
	list() {
		return this.store.all('o.').sort((a, b) => a.at - b.at || (a.client_id < b.client_id ? -1 : 1));
	}
	next(lane) {
		return this.list().find((e) => !e.failed && !e.attachment === !lane);
	}
	putFile(file) {
		const entry = this.put(file.name, { filename: file.name, size: file.size, mime_type: file.type });
		this.files[entry.client_id] = file;
		return shelf((all, key) => all.put(key, new Response(file)), entry);
	}
	async file(entry) {
		return (this.files[entry.client_id] ||= await shelf(async (all, key) => (await all.match(key))?.blob(), entry));
	}
}

export function verdict({ status, code }) {
	if (code === 'SESSION_NOT_FOUND') return 'gone';
	return /^4(0[013]|13|15|22)$/.test(status) ? 'fail' : 'retry';
}

export const backoff = (n, random = Math.random()) => Math.min(30e3, 500 * 2 ** n) * (0.5 + random);

function timer(name, work, ms) {
	clearTimeout(timers[name]);
	timers[name] = setTimeout(work, ms);
}

const id = () => store.get('s');
const waiting = () => outbox.list().filter((e) => (!e.session_id || e.session_id === id()) && !thread.list.some((m) => m.client_id === e.client_id));
const ended = () => /resolved|closed/.test(session?.state);
const readTo = () => store.get('r') || 0;
const agent = () => session?.agent_type === 'human' && session.assignee;
const away = () => !agent() && (inbox.open === false || here?.online === false);

function thinking() {
	const last = thread.list.at(-1);
	const asked = last?.sender_type === 'user' && Date.now() - new Date(last.created_at) < 3e4;
	return asked && !ended() && session?.agent_type === 'ai' && { sender_type: 'ai' };
}

function call(method, path, body, progress) {
	return new Promise((done, fail) => {
		const x = new XMLHttpRequest();
		const stalled = () => timer('stall', () => x.abort(), 2e4);
		x.open(method, options.base + 'api/v1/chat/' + path);
		x.responseType = 'json';
		x.setRequestHeader('Accept-Language', lang);
		if (progress) {
			x.upload.onprogress = (e) => (progress(e.loaded / e.total) ? stalled() : x.abort());
			stalled();
		} else {
			x.timeout = 2e4;
			if (body) x.setRequestHeader('Content-Type', 'application/json');
			body = JSON.stringify(body);
		}
		x.onloadend = () => {
			const { success, data, error } = x.response || {};
			if (progress) clearTimeout(timers.stall);
			if (success) done(data);
			else fail({ status: x.status, ...error });
		};
		x.send(body);
	});
}

function ask(method, rest = '', body) {
	const asked = id();
	return call(method, `sessions/${asked}${rest}`, body).catch((e) => {
		if (verdict(e) === 'gone' && asked === id()) forget();
		throw e;
	});
}

const token = () => encodeURIComponent(options.inbox || '');
async function setUp(n = 0) {
	let answer = {};
	try {
		if (options.inbox) answer = store.set('i', await call('GET', 'inbox?token=' + token()));
	} catch (e) {
		if (/^40[034]/.test(e.status)) return store.del('i');
		answer = store.get('i');
		if (!answer) {
			if (n > 7) return;
			await new Promise((done) => setTimeout(done, backoff(n)));
			return setUp(n + 1);
		}
	}
	return (inbox = { ...answer, ...options });
}

async function look() {
	looked = Date.now();
	setUp();
	here = await call('GET', 'availability?inbox=' + token()).catch(() => here);
	changed();
}

const works = () => line === 'open' || (line === 'polling' && polled != null);

function emit(type, data) {
	if (line === 'open') ws.send(JSON.stringify({ type, data }));
	return line === 'open';
}

function wake() {
	if (/wai|pol|asl/.test(line)) connect();
	else if (Date.now() - heard > 3e4 && emit('ping', {})) timer('doubt', lost, 5e3);
}

function turn(state) {
	line = state;
	if (state === 'open') drain();
	else typist = null;
	changed();
}

function hang(state) {
	for (const name of ['doubt', 'again', 'poll']) clearTimeout(timers[name]);
	const old = ws;
	ws = null;
	old?.close?.();
	turn(state);
}

async function connect() {
	hang(fails < 3 ? 'connecting' : 'polling');
	const mine = (ws = {});
	try {
		await (loaded ? refresh() : load());
		if (ws === mine) dial();
	} catch {
		if (ws === mine) lost();
	}
}

function dial() {
	const mine = (ws = new WebSocket(options.base.replace(/^http/, 'ws') + 'ws'));
	const current = (work) => (e) => mine === ws && work(e);
	timer('doubt', lost, 15e3);
	ws.onopen = current(() => {
		turn('open');
		emit('resume', { session_id: id(), last_id: thread.anchor });
	});
	ws.onmessage = current((e) => {
		clearTimeout(timers.doubt);
		heard = Date.now();
		fails = 0;
		const { type, data = {} } = JSON.parse(e.data);
		if ((data.session_id || id()) === id()) on[type]?.(data);
	});
	ws.onclose = current(lost);
}

function lost(e) {
	const n = fails++;
	if (e?.code === 1008) fails = 3;
	const polling = fails > 2;
	hang(polling ? 'polling' : 'waiting');
	timer('again', connect, polling ? 6e4 * (0.75 + Math.random() / 2) : backoff(n));
	if (polling) timer('poll', () => poll(2e3), 500);
}

async function poll(ms) {
	const before = polled;
	polled = await pollOnce().catch(() => null);
	if (line !== 'polling') return;
	turn('polling');
	if (before === null && works()) return connect();
	const next = polled ? 2e3 : Math.min(ms * 1.3, document.hidden ? 6e4 : 12e3);
	timer('poll', () => poll(next), next);
}

async function pollOnce() {
	if (!loaded) await load();
	const fresh = await catchUp();
	if (fresh || ++polls % 4 === 0) await refresh();
	return fresh;
}

function start() {
	addEventListener('online', () => {
		wake();
		drain();
	});
	addEventListener('offline', changed);
	addEventListener('storage', (e) => {
		if (!e.key?.startsWith(store.prefix)) return;
		adopt();
		drain();
		changed();
	});
	document.addEventListener('visibilitychange', () => {
		timer('sleep', () => document.hidden && line === 'open' && hang('asleep'), 6e5);
		if (!document.hidden) wake();
		changed();
	});
	adopt();
	drain();
}

function adopt() {
	if (joined === id()) return;
	joined = id();
	thread = new Thread();
	thread.seen = store.get('seen') || 0;
	session = stream = typist = null;
	loaded = false;
	fails = 0;
	if (joined) connect();
	else hang('off');
}

function forget() {
	store.del('s', 'c', 'r', 'seen', 'p');
	adopt();
}

const refresh = async () => update(await ask('GET'));
const renew = () => refresh().catch(() => {});

async function load() {
	const mine = thread;
	const [page] = await Promise.all([ask('GET', '/messages?before=latest&limit=30'), refresh()]);
	if (thread !== mine) throw 0;
	loaded = true;
	thread.more = page.has_more;
	const last = page.messages.at(-1);
	if (store.get('r') == null) store.set('r', last?.seq || 0);
	take(page.messages);
	thread.settle(last?.id);
}

async function behind(last, each) {
	let page;
	do {
		page = await ask('GET', `/messages?limit=100&after=${last || 'msg_0'}`);
		each(page.messages);
		last = page.messages.at(-1)?.id;
	} while (page.has_more);
}

async function catchUp() {
	const mine = thread;
	let fresh = false;
	await behind(thread.anchor, (messages) => {
		if (thread !== mine) throw 0;
		fresh = take(messages) || fresh;
		thread.settle(messages.at(-1)?.id);
	});
	return fresh;
}

function fill() {
	filling ||= catchUp()
		.catch(() => timer('fill', fill, 3e3))
		.finally(() => {
			filling = null;
			changed();
		});
}

function update(change) {
	session = { ...session, ...change };
	saw(change.agent_read_seq);
	changed();
}

function saw(seq = 0) {
	store.set('seen', (thread.seen = Math.max(thread.seen, seq)));
}

function take(messages) {
	const fresh = thread.add(messages);
	for (const m of fresh) {
		if (m.sender_type === 'user') outbox.drop(m);
		if (m.sender_type === 'agent') typist = null;
		if (m.sender_type !== 'ai' || !stream) continue;
		m.key = stream.key;
		stream = null;
	}
	const last = thread.unread(readTo()).at(-1);
	if (fresh.includes(last)) news(last);
	changed();
	return fresh.length > 0;
}

const on = {
	message(m) {
		take([m]);
		if (thread.gap) fill();
	},
	resumed(r) {
		thread.settle(r.last_id);
		renew();
	},
	resync() {
		joined = 0;
		adopt();
	},
	typing(data) {
		if (data.sender_type === 'user') return;
		typist = data.is_typing && data;
		if (typist) timer('typing', () => on.typing({}), 8e3);
		changed();
	},
	read(r) {
		if (r.reader !== 'user') saw(r.seq);
		changed();
	},
	status_update({ id, conversation, message, event, ...change }) {
		const { assignee, agent_type, updated_at } = change;
		if (assignee && assignee.id !== session?.assignee?.id) thread.note(assignee.name, updated_at);
		if (agent_type === 'human') stream = null;
		update(change);
	},
	ai_stream(s) {
		const key = s.stream_id;
		if (session?.agent_type === 'human' || thread.list.some((m) => m.id === s.message_id || m.key === key)) return;
		if (stream?.key !== key) stream = { key, at: Date.now(), chunk: -1, text: '' };
		if (s.chunk <= stream.chunk) return;
		stream.chunk = s.chunk;
		stream.text = s.full_content ?? stream.text + s.content;
		timer('stream', () => (stream &&= fill()), s.is_complete ? s.message_id && 4e3 : 2e4);
		changed();
	},
	error(e) {
		if (verdict(e) === 'gone') forget();
		else renew();
	},
};

function push() {
	trouble = '';
	wake();
	changed();
	drain();
}

function again(entry) {
	outbox.mark(entry, { failed: undefined });
	push();
}

function discard(entry) {
	outbox.drop(entry);
	changed();
}

async function alone(lane, work) {
	let begun;
	const go = () => ((begun = true), work());
	await navigator.locks?.request(store.prefix + lane, lane ? {} : { signal: AbortSignal.timeout(1e4) }, go).catch(() => {});
	if (!begun) await work();
}

function drain() {
	run('');
	run('files');
}

async function run(lane) {
	if (busy[lane] || !outbox.next(lane)) return;
	busy[lane] = true;
	let later;
	await alone(lane, async () => {
		for (let e; !later && (e = outbox.next(lane)); ) later = await deliver(e).catch((x) => refused(e, x));
	});
	busy[lane] = false;
	if (later) timer('run' + lane, () => run(lane), later);
	else run(lane);
	changed();
}

async function deliver(e) {
	const session_id = e.session_id || (await ensure());
	if (!e.session_id) outbox.mark(e, { session_id });
	if (store.get('p') !== location.href) await ask('PUT', '', { metadata: page() }).catch(() => {});
	store.set('p', location.href);
	const m = await post(e, session_id);
	outbox.drop(e);
	tries = 0;
	trouble = '';
	if (session_id !== id()) return;
	take([m]);
	if (ended()) await renew();
}

async function post({ client_id, content, attachment }, session_id) {
	if (!attachment) return call('POST', 'messages', { session_id, content, client_id });
	const file = await outbox.file({ client_id });
	if (!file) throw { status: 400, message: 'lost' };
	if (file.size > here?.max_file_size) throw { status: 413, message: 'big' };
	const form = new FormData();
	form.append('client_id', client_id);
	form.append('file', file, content);
	return call('POST', `sessions/${session_id}/files`, form, (part) => {
		const bar = shown.get(client_id)?.el.querySelector('progress');
		if (bar) bar.value = part;
		return part === 1 || outbox.has({ client_id });
	});
}

function refused(e, x) {
	const what = verdict(x);
	const { retry_after: secs = 0, issue = x.message || 'failed' } = x.details || {};
	trouble = secs ? 'slow' : '';
	if (what === 'fail') return void outbox.mark(e, { failed: issue });
	if (what === 'gone') {
		if (id() && (e.session_id || id()) === id()) forget();
		outbox.mark(e, { session_id: undefined });
	}
	return secs * 1e3 + backoff(tries++);
}

const ensure = () => (making ||= make().finally(() => (making = null)));

async function make() {
	if (id()) return id();
	const client_id = store.get('c') || store.set('c', newId());
	const s = await call('POST', 'sessions', { client_id, inbox: options.inbox, pre_chat: store.get('a') || {}, metadata: page() }).catch((e) => {
		wrong = e.details || {};
		if (verdict(e) === 'fail') store.del('a');
		throw e;
	});
	store.set('p', location.href);
	store.set('r', 0);
	store.set('s', s.session_id);
	adopt();
	update(s);
	return s.session_id;
}

function page() {
	return {
		source: 'widget',
		page_url: location.href.slice(0, 2e3),
		page_title: document.title.slice(0, 300),
		referrer: document.referrer.slice(0, 2e3),
		locale: navigator.language,
	};
}

function typing(is_typing) {
	const now = Date.now();
	if (is_typing ? now - typedAt < 4e3 : !typedAt) return;
	typedAt = is_typing && now;
	if (id()) emit('typing', { session_id: id(), is_typing });
}

function read() {
	const last = thread.list.findLast((m) => m.session_id && m.sender_type !== 'user');
	if (!last || last.seq <= readTo()) return;
	store.set('r', last.seq);
	const body = { session_id: id(), last_id: last.id };
	if (!emit('read', body)) ask('POST', '/read', body).catch(() => {});
}

async function act(work) {
	trouble = '';
	await work()
		.then(update)
		.catch(() => (trouble = 'fail'));
	changed();
}

const human = () => act(() => ensure().then(() => ask('POST', '/switch-agent', { agent_type: 'human' })));

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

const picture = (src, alt, fails = 0) => src && h('img', { src, alt, onerror: ({ target }) => alt && fails++ < 4 ? setTimeout(() => (target.src = src), fails * 1e3) : target.remove() });

const linked = (text) =>
	text
		.split(/(https?:\/\/[^\s<>"'，。）]*[^\s<>"'，。）.,;:!?)])/)
		.map((part, i) => (i % 2 ? h('a', { href: part, target: '_blank', rel: 'noreferrer' }, part) : part));

const full = (path) => new URL(path, options.base).href;

const t = (key, value) => (words[key] || key).replace('{0}', value);

const size = (n) => (n < 1e6 ? Math.ceil(n / 1024) + ' KB' : (n / 1048576).toFixed(1) + ' MB');

export async function mount(given) {
	options = given;
	store = new Store(`deskbell.${given.inbox || new URL(given.base).host}.`);
	outbox = new Outbox(store);
	if (!(await setUp())) return console.warn('Deskbell: no inbox ' + given.inbox);
	const { locale, color, greeting, greeting_delay = 5 } = inbox;
	lang = /^zh/i.test(given.lang || (locale > 'b' ? locale : navigator.language)) ? 'zh' : 'en';
	words = (await import(`./words.${lang}.mjs`)).default;
	ago = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
	clock = new Intl.DateTimeFormat(lang, { timeStyle: 'short' });
	build(color);
	start();
	setInterval(() => render(line === 'open'), 3e4);
	changed();
	if (greeting && !id() && !store.get('g')) setTimeout(() => panel.open || id() || teaser(greeting), greeting_delay * 1e3);
	return { open, close: () => panel.close() };
}

function changed() {
	due ||= Promise.resolve().then(render);
}

function build(color) {
	const host = h('', { id: 'deskbell', lang });
	const shadow = host.attachShadow({ mode: 'open' });
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	shadow.adoptedStyleSheets = [sheet];
	if (color) {
		const [r, g, b] = color.match(/\w\w/g).map((x) => (parseInt(x, 16) / 255) ** 2.2);
		host.style.setProperty('--a', color);
		host.style.setProperty('--on', 0.21 * r + 0.72 * g + 0.07 * b > 0.18 ? '#000' : '#fff');
	}
	launch = button('launch', '', () => (panel.open ? panel.close() : open()));
	tease = h('.tease', { hidden: true });
	head = h('header');
	bar = h('.bar', { role: 'status' });
	log = h('.log', { role: 'log', ariaLive: 'off', ariaLabel: t('chat'), tabIndex: 0, onscroll: scrolled });
	pill = button('pill', t('newest'), toEnd);
	strip = h('');
	text = h('textarea', { rows: 1, maxLength: 5e3, ariaLabel: t('write'), oninput: typed, onblur: () => typing(false) });
	text.onkeydown = (e) => {
		if (e.key !== 'Enter' || e.shiftKey || e.isComposing || e.keyCode === 229) return;
		e.preventDefault();
		send();
	};
	text.onpaste = (e) => attach(e.clipboardData.files, e);
	go = button('tool.go', t('send'), send, 'send');
	const pick = h('input', { type: 'file', multiple: true, hidden: true });
	pick.onchange = (e) => {
		attach(pick.files, e);
		pick.value = '';
	};
	const smile = button('tool', t('emoji'), null, 'smile');
	const emoji = (smile.popoverTargetElement = emojis());
	const write = h('.write', null, button('tool', t('attach'), () => pick.click(), 'clip'), pick, smile, text, go);
	live = h('.s', { ariaLive: 'polite' });
	panel = h('dialog.panel', { ariaLabel: t('chat'), tabIndex: -1, onclose: closed }, head, log, h('.foot', null, pill, strip, write), emoji);
	panel.ondragover = panel.ondragleave = panel.ondrop = (e) => {
		const { types, files } = e.dataTransfer;
		panel.classList.toggle('drop', e.type === 'dragover' && types.includes('Files'));
		if (types.includes('Files')) e.preventDefault();
		if (e.type === 'drop') attach(files, e);
	};
	root = h('section', { ariaLabel: t('chat') }, tease, panel, launch, live);
	root.onkeydown = (e) => {
		if (e.key === 'Escape' && !shadow.querySelector(':popover-open')) panel.close();
	};
	shadow.append(root);
	document.body.append(host);
	visualViewport.addEventListener('resize', () => host.style.setProperty('--h', visualViewport.height + 'px'));
}

function emojis() {
	const put = (e) => {
		text.setRangeText(e.target.textContent, text.selectionStart, text.selectionEnd, 'end');
		el.hidePopover();
		typed();
	};
	const all = [...EMOJI].map((c) => button('', c, put));
	const el = h('.emoji', { popover: 'auto', role: 'group', ariaLabel: t('emoji'), ontoggle: (e) => e.newState === 'open' && all[0].focus() }, all);
	el.onkeydown = (e) => {
		const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[e.key];
		if (!step) return;
		e.preventDefault();
		all.at((all.indexOf(e.target) + step) % all.length).focus();
	};
	return el;
}

function open() {
	const phone = matchMedia('(max-width:480px)').matches;
	if (panel.open) return;
	if (phone) {
		panel.showModal();
		panel.append(live);
	} else panel.show();
	teaser();
	render();
	toEnd();
	(phone ? panel : text).focus();
}

function closed() {
	root.append(live);
	typing(false);
	render();
	launch.focus();
}

function typed() {
	text.style.height = '';
	text.style.height = text.scrollHeight + 'px';
	go.disabled = !text.value.trim();
	typing(!go.disabled);
}

function send() {
	const content = text.value.trim();
	if (!content || !ready()) return;
	text.value = '';
	typed();
	atEnd = true;
	outbox.put(content);
	push();
	text.focus();
}

async function attach(files, e) {
	if (!files.length) return;
	e.preventDefault();
	if (!ready()) return;
	atEnd = true;
	await Promise.all([...files].map((file) => outbox.putFile(file)));
	push();
}

function fields() {
	const { pre_chat_fields = [] } = inbox;
	if (id() || store.get('a')) return [];
	return away() && !pre_chat_fields.some((f) => f.name === 'email') ? [...pre_chat_fields, { name: 'email', label: t('email') }] : pre_chat_fields;
}

function ready() {
	const [wrong] = [...log.querySelectorAll('input')].filter((input) => !input.checkValidity());
	if (wrong) wrong.focus();
	else if (fields()[0]) store.set('a', answers);
	return !wrong;
}

function field({ name, label, required }) {
	const { field, issue } = wrong;
	const type = { name: 'name', email: 'email', phone: 'tel' }[name] || 'on';
	const error = h('span.bad', null, field === name && issue);
	const input = h('input', { type, autocomplete: type, required, value: answers[name] || '', maxLength: 500, ariaInvalid: field === name });
	input.oninput = input.oninvalid = ({ type }) => {
		const bad = (input.ariaInvalid = type === 'invalid');
		answers[name] = input.value;
		error.textContent = bad ? t('check') : '';
	};
	return h('label', null, label, required && ' *', input, error);
}

async function transcript() {
	const all = [];
	await behind(0, (messages) => all.push(...messages));
	const lines = all.map((m) => `[${exact(new Date(m.created_at))}] ${who(m)}: ${m.content} ${m.attachment ? full(m.attachment.url) : ''}\n`);
	h('a', { href: URL.createObjectURL(new Blob(lines)), download: 'chat.txt' }).click();
}

function news(last) {
	live.textContent = `${who(last)}: ${last.content}`;
	if (panel.open) return (pill.hidden = atEnd);
	teaser(last.content.slice(0, 160));
}

function teaser(text) {
	tease.hidden = !text;
	if (!text) return store.set('g', 1);
	tease.replaceChildren(button('', text, open), button('', t('hide'), () => teaser(), 'close'));
}

function render(silent) {
	due = null;
	if (panel.open && !document.hidden && atEnd) read();
	const n = !panel.open && thread.unread(readTo()).length;
	put(launch, [panel.open, n], () => {
		launch.ariaLabel = t(panel.open ? 'hide' : 'open') + (n ? `, ${t('unread', n)}` : '');
		launch.ariaExpanded = panel.open;
		return [icon(panel.open ? 'close' : 'bell'), n && h('span.badge', null, n)];
	});
	if (!panel.open) return;
	if (!silent && Date.now() - looked > 6e4) look();
	put(head, [session, here, inbox], header);
	put(bar, banner(), (key) => [key && t(key)]);
	renderRows();
	footer();
	text.placeholder = t(ended() ? 'reopen' : 'write');
	go.disabled = !text.value.trim();
	if (atEnd) log.scrollTop = log.scrollHeight;
}

function put(el, value, make) {
	const sign = JSON.stringify(value);
	if (el.sign !== sign) el.replaceChildren(...make(value).filter((c) => c));
	el.sign = sign;
}

function banner() {
	if (!navigator.onLine) return 'offline';
	return trouble || (id() && !works() && fails && 'connecting');
}

function face(person, glyph = 'bell') {
	const { name, avatar_url } = person || {};
	return h('.face', { ariaHidden: true }, picture(avatar_url && full(avatar_url), ''), name ? [...name][0] : icon(glyph));
}

function who({ sender_type, sender }) {
	const own = { user: 'you', ai: 'ai' }[sender_type];
	return own ? t(own) : sender?.name || t('agent');
}

function header() {
	const people = agent() ? [agent()] : here?.agents || [];
	const secs = here?.usual_reply_seconds;
	const [n, unit] = secs < 5400 ? [secs / 60, 'minute'] : [secs / 3600, 'hour'];
	const wait = new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(n));
	return [
		h('.faces', null, people[0] ? people.map((p) => face(p)) : face()),
		h('.grow', null, h('h2', null, agent()?.name || inbox.title || inbox.name || here?.site_name || t('chat')), h('p', null, here && t(away() ? (here.ai_enabled ? 'away' : 'closed') : secs ? 'reply' : 'online', wait))),
		button('', t('hide'), () => panel.close(), 'close'),
		bar,
	];
}

function renderRows() {
	const list = rows(thread, waiting(), stream, typist || thinking());
	const kind = id() && !loaded ? 'bone' : thread.more ? 'older' : 'hi';
	const asked = fields();
	list.unshift({ kind, key: kind, sign: [away(), here?.ai_enabled] });
	if (asked[0]) list.push({ kind: 'ask', key: 'ask', sign: [asked, wrong] });
	const before = shown;
	shown = new Map();
	let at = log.firstChild;
	for (const r of list) {
		const sign = JSON.stringify([r.first, r.last, r.state, r.sign, r.m?.content, r.at && when(r.at)]);
		let one = before.get(r.key);
		if (one?.sign !== sign) {
			const el = row(r);
			if (!one && before.size > 1) el.classList.add('new');
			if (one?.el === at) at = at.nextSibling;
			one?.el.remove();
			one = { sign, el };
		}
		if (one.el === at) at = at.nextSibling;
		else log.insertBefore(one.el, at);
		shown.set(r.key, one);
	}
	for (const [key, { el }] of before) if (!shown.has(key)) el.remove();
}

const exact = (at) => at.toLocaleString(lang, { dateStyle: 'full', timeStyle: 'medium' });

function when(at) {
	const minutes = Math.round((at - Date.now()) / 6e4);
	return minutes < -59 ? clock.format(at) : ago.format(minutes, minutes ? 'minute' : 'second');
}

function day(at) {
	const days = Math.round((new Date(at).setHours(12) - new Date().setHours(12)) / 864e5);
	return days > -2 ? ago.format(days, 'day') : at.toLocaleDateString(lang, { dateStyle: 'long' });
}

function card({ filename, mime_type, url, size: n }, entry) {
	const blob = outbox.files[entry?.client_id];
	const src = url ? full(url) : blob && URL.createObjectURL(blob);
	return [
		h('a.card', { ...(url && { href: src }), target: '_blank', rel: 'noreferrer' }, /^image/.test(mime_type) && picture(url ? src + '/thumbnail' : src, filename), icon('clip'), h('span', null, filename, h('small', null, size(n)))),
		entry && !entry.failed && h('.load', null, h('progress', { value: 0, ariaLabel: t('pending') }), button('', t('discard'), () => discard(entry), 'close')),
	];
}

function row({ kind, m, at, first, last, state }) {
	if (kind === 'bone') return h('.bone');
	if (kind === 'day') return h('.mid', null, day(at));
	if (kind === 'older') return h('.mid', null, button('', t('older'), older));
	if (kind === 'ask') return h('.ask', null, fields().map(field));
	if (kind === 'hi') return h('.hi', null, icon('bell'), h('h2', null, inbox.greeting || t('hello')), h('p', null, (away() && inbox.offline_message) || t(here?.ai_enabled === false ? 'leave' : 'hint')));
	const type = m.sender_type;
	const title = at && exact(at);
	if (type === 'system') return h('.mid', { title }, m.session_id ? m.content : t('joined', m.content));
	const el = h(`.row.${type}.${state || 'x'}`);
	if (first !== false) {
		el.classList.add('first');
		if (type !== 'user') el.append(h('small', null, who(m), type === 'ai' && h('b', null, 'AI')), face(m.sender, type === 'ai' ? 'spark' : 'bell'));
	}
	if (kind) el.append(h('.bub', { role: 'img', ariaLabel: t('typing', who(m)) }, h('i'), h('i'), h('i')));
	else el.append(h('.bub', null, m.attachment && card(m.attachment, m.entry), m.content !== m.attachment?.filename && linked(m.content)));
	if (state === 'failed') el.append(h('.bad', null, t(m.entry.failed, size(here?.max_file_size)), ' ', button('', t('retry'), () => ready() && again(m.entry)), ' ', button('', t('discard'), () => discard(m.entry))));
	else if (last && state !== 'stream') el.append(h('small', { title }, h('time', { dateTime: at.toISOString() }, when(at)), state && ' · ' + t(state)));
	return el;
}

function scrolled() {
	atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
	if (atEnd && !pill.hidden) toEnd();
	if (log.scrollTop < 40) older();
}

function toEnd() {
	atEnd = pill.hidden = true;
	render();
}

async function older() {
	if (getting || !thread.more) return;
	getting = true;
	const below = log.scrollHeight - log.scrollTop;
	const mine = thread;
	const answer = await ask('GET', `/messages?limit=30&before=${mine.list.find((m) => m.session_id).id}`).catch(() => {});
	if (answer) mine.add(answer.messages), (mine.more = answer.has_more);
	render();
	log.scrollTop = log.scrollHeight - below;
	getting = false;
}

function footer() {
	const { queue_position: place, rating } = session || {};
	const person = place || agent();
	put(strip, [id(), ended(), away(), person, rating, here?.rating_enabled, !stream], () => {
		const link = (key, work) => button(key, t(key), work);
		const queue = (...lines) => h('.queue', { role: 'status' }, ...lines);
		if (!ended()) return [place && queue(t('queue', place), h('p', null, (away() && inbox.offline_message) || t('keep'))), h('.strip', null, stream && link('stop', () => act(() => ask('POST', '/stop'))), !person && link('human', () => ready() && human()), id() && link('end', () => act(() => ask('POST', '/close'))))];
		return [here?.rating_enabled && !rating ? stars() : queue(t(rating ? 'thanks' : 'ended')), h('.strip', null, link('transcript', transcript), link('fresh', forget))];
	});
}

function stars() {
	const all = [1, 2, 3, 4, 5].map((value) => {
		const title = t('stars', value);
		return h('label.star', { title }, h('input', { type: 'radio', name: 'score', value, required: true, ariaLabel: title }), icon('star'));
	});
	const comment = h('input', { maxLength: 1e3, placeholder: t('comment'), ariaLabel: t('comment') });
	const onsubmit = (e) => {
		e.preventDefault();
		act(async () => ({ rating: await ask('POST', '/rating', { score: +e.target.score.value, comment: comment.value || undefined }) }));
	};
	return h('form', { onsubmit }, h('h2', null, t('ended')), h('fieldset', null, h('legend', null, t('rate')), all), comment, h('button.solid', null, t('submit')));
}

const css = `
:host{all:initial;color-scheme:light dark;font:15px/1.45 system-ui,sans-serif;color:var(--t);--a:light-dark(#0b6a56,#52c7a8);--on:light-dark(#fff,#05241c);--bg:light-dark(#fff,#1a1f1c);--soft:light-dark(#edeae2,#252b28);--t:light-dark(#1d2320,#e8ebe6);--m:light-dark(#5a625d,#a2aaa4);--l:light-dark(#d8d4c9,#353c38);--bad:light-dark(#b3261e,#ff8f85);--gold:light-dark(#b9801c,#e2ab4a);--warm:light-dark(#fdeecb,#3f2f0e)}
*{box-sizing:border-box;margin:0;padding:0;font:inherit;color:inherit}
[hidden]{display:none!important}
button{border:0;border-radius:8px;padding:6px;background:none;cursor:pointer}
button:disabled{opacity:.5}
:focus-visible{outline:2px solid;outline-offset:2px}
svg{display:block;width:22px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
h2,b{font-weight:650}
.launch,.tease,.panel,[popover]{position:fixed;z-index:999999999;inset:auto 20px 92px auto;background:var(--bg);border:0;border-radius:18px;box-shadow:0 0 0 1px var(--l),0 8px 40px #0004}
.panel[open],.tease,.new{animation:up .2s}
.launch{bottom:20px;padding:14px;border-radius:50%;background:var(--a);color:var(--on)}
.launch svg{width:32px}
.launch:has(.badge) svg{animation:ding .6s}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;border-radius:12px;background:#b3261e;color:#fff;font-size:13px;text-align:center}
.tease{display:flex;align-items:start;width:270px}
.tease>:first-child{flex:1;padding:12px 16px;text-align:start;white-space:pre-line;overflow-wrap:anywhere}
.panel{max-width:none;max-height:none;width:384px;height:min(640px,100vh - 112px);overflow:hidden;outline:0}
.panel[open]{display:flex;flex-direction:column}
header{position:relative;display:flex;align-items:center;gap:10px;padding:14px 10px 14px 16px;background:var(--a);color:var(--on)}
h2{font-size:16px}
p,small,label,.bad,.mid,.bar,.strip *{font-size:13px}
.grow{flex:1;min-width:0;min-height:41px}
.faces{display:flex}
.face{display:grid;place-items:center;width:32px;height:32px;border-radius:50%;overflow:hidden;background:var(--soft);font-size:13px}
header .face{outline:2px solid var(--a);color:var(--t)}
.face+.face{margin-left:-8px}
.face svg{width:18px}
.face img{width:100%}
[popover]{padding:6px}
[popover] button:hover,.tool:not(.go):hover{background:var(--soft)}
.emoji{inset:auto 30px 154px auto;width:336px}
.emoji button{width:40px;font-size:20px}
.bar:not(:empty),.queue{padding:7px 16px;background:var(--warm)}
.bar{position:absolute;z-index:1;inset:100% 0 auto;color:var(--t);animation:up .2s .8s backwards}
.log{flex:1;overflow:auto;overscroll-behavior:contain;overflow-anchor:none;padding:16px;outline-offset:-3px}
.mid:first-letter{text-transform:uppercase}
.mid{margin:14px 0;text-align:center;color:var(--m)}
.hi{padding:24px 8px 8px;text-align:center;color:var(--m)}
.hi svg{width:56px;margin:auto;color:var(--gold);stroke-width:1.2}
.hi h2{margin:8px 0;font-size:19px;white-space:pre-line;color:var(--t)}
.row{display:grid;grid-template-columns:32px 1fr;gap:3px 8px;margin-top:3px;justify-items:start}
.first{margin-top:14px}
.row>*{grid-column:2}
.row>.face{grid-area:2/1}
small{color:var(--m)}
b{margin-left:6px;padding:0 4px;border:1px solid var(--gold);border-radius:5px;font-size:10px}
.bub{max-width:100%;padding:9px 13px;border-radius:5px 16px 16px;background:var(--soft);white-space:pre-wrap;overflow-wrap:anywhere}
.ai .bub{box-shadow:inset 0 0 0 1px var(--gold);background:none}
.user{grid-template-columns:1fr;justify-items:end;padding-left:48px}
.user>*{grid-column:1}
.user .bub{border-radius:16px 16px 5px;background:var(--a);color:var(--on)}
.bub:has(img){padding:4px}
.card{display:flex;align-items:center;gap:8px;text-decoration:none}
.card svg{flex:none}
.card img{width:220px;height:160px;object-fit:cover;border-radius:13px;background:var(--soft)}
.card small{display:block;color:inherit}
.card img~*{display:none}
.load{display:flex;align-items:center}
progress{flex:1;height:6px;accent-color:currentColor}
.ask{display:grid;gap:8px;margin-top:14px}
.ask input{margin:3px 0}
.drop{outline:3px dashed var(--a);outline-offset:-8px}
.drop *{pointer-events:none}
.bad{color:var(--bad);text-align:end}
.bad button,.strip button,.mid button{padding:4px 12px;border:1px solid;border-radius:20px}
.stream .bub:after,i{content:"";display:inline-block;width:7px;height:7px;margin:0 2px;border-radius:50%;background:var(--m);animation:dot 1s infinite}
i+i{animation-delay:.2s}
i+i+i{animation-delay:.4s}
.bone{width:60%;height:38px;margin:12px 0;border-radius:16px;background:var(--soft);animation:dot 2s infinite}
.foot{position:relative;border-top:1px solid var(--l)}
.pill{position:absolute;left:50%;bottom:100%;translate:-50% -8px;padding:4px 12px;border-radius:20px;background:var(--t);color:var(--bg)}
.strip .end{margin-left:auto;border:0;color:var(--m)}
.strip{display:flex;flex-wrap:wrap;gap:8px;padding:8px 16px}
form{display:grid;gap:8px;padding:12px 16px}
.solid{padding:6px 14px;border-radius:20px;background:var(--a);color:var(--on)}
fieldset{border:0}
.star{position:relative;display:inline-block;padding:2px;color:var(--m)}
.star input{position:absolute;inset:0;opacity:0;cursor:pointer}
.star svg{width:30px}
.star:has(:focus-visible){outline:2px solid}
.star:has(:checked) svg,.star:has(~.star :checked) svg{color:var(--gold);fill:currentColor}
input,textarea{width:100%;border:1px solid var(--m);border-radius:10px;padding:7px 10px;background:var(--bg)}
.write{display:flex;align-items:end;gap:4px;padding:6px 8px}
textarea,textarea:focus-visible{flex:1;max-height:140px;border:0;resize:none;padding:8px 4px;outline:0}
.write:focus-within{box-shadow:inset 0 2px var(--a)}
.tool{padding:8px;color:var(--m)}
.go{border-radius:50%;background:var(--a);color:var(--on)}
.s{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@keyframes up{from{opacity:0;translate:0 8px}}
@keyframes dot{50%{opacity:.25}}
@keyframes ding{25%{rotate:14deg}60%{rotate:-10deg}}
@media(max-width:480px){.panel{inset:0 0 auto;width:100%;height:var(--h,100dvh);border-radius:0}.emoji{inset:auto auto 60px 12px}input,textarea{font-size:16px}}
@media(prefers-reduced-motion){*,:after{animation:none!important}}
@media print{:host{display:none}}`;
