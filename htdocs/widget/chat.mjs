// The conversation behind the panel; see README.md

export class Thread {
	list = [];
	whole = 0; // complete up to this seq; private notes leave holes for good
	seen = 0;
	more = false;
	#ids = new Set();

	// from anywhere, in any order, any number of times; answers the new ones
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

	// the server has given all up to this one
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
	for (const e of waiting) push({ sender_type: 'user', content: e.content, created_at: e.at, entry: e }, e.client_id, e.failed ? 'failed' : 'pending');
	if (stream) push({ sender_type: 'ai', content: stream.text, created_at: stream.at }, stream.key, 'stream');
	else if (typing) out.push({ kind: 'typing', key: 'typing', m: typing });
	return out;
}

// crypto.randomUUID needs https
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');

// localStorage; an object where there is none or it is full
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

// One key an entry: tabs never overwrite each other's
export class Outbox {
	#at = 0;
	constructor(store) {
		this.store = store;
	}
	put(content, now = Date.now()) {
		this.#at = Math.max(now, this.#at + 1);
		this.save({ client_id: newId(), content, at: this.#at });
	}
	save(entry) {
		return this.store.set('o.' + entry.client_id, entry);
	}
	drop(client_id) {
		this.store.del('o.' + client_id);
	}
	list() {
		return this.store.all('o.').sort((a, b) => a.at - b.at || (a.client_id < b.client_id ? -1 : 1));
	}
	next() {
		return this.list().find((e) => !e.failed);
	}
}

export function verdict({ status, code }) {
	if (code === 'SESSION_NOT_FOUND') return 'gone';
	return /^4(0[013]|13|15|22)$/.test(status) ? 'fail' : 'retry';
}

export const backoff = (n, random = Math.random()) => Math.min(30e3, 500 * 2 ** n) * (0.5 + random);

const TRIES = 3;

function timer(all, name, work, ms) {
	clearTimeout(all[name]);
	all[name] = setTimeout(work, ms);
}

// A WebSocket that opens again, or polling where none is to be had
class Link {
	state = 'off';
	fails = 0;
	timers = {};

	constructor(url, on) {
		this.url = url;
		this.on = on;
		document.addEventListener('visibilitychange', () => {
			timer(this, 'sleep', () => document.hidden && this.open && this.close('asleep'), 6e5);
			if (!document.hidden) this.wake();
		});
	}

	get open() {
		return this.state === 'open';
	}

	get works() {
		return this.open || (this.state === 'polling' && this.polled != null);
	}

	send(type, data) {
		if (this.open) this.ws.send(JSON.stringify({ type, data }));
		return this.open;
	}

	// the socket may be dead without knowing
	wake() {
		if (/wai|pol|asl/.test(this.state)) this.connect();
		else if (Date.now() - this.heard > 3e4 && this.send('ping', {})) this.doubt(5e3);
	}

	doubt(ms) {
		timer(this.timers, 'doubt', () => this.lost(), ms);
	}

	set(state) {
		this.state = state;
		this.on.state();
	}

	close(state) {
		Object.values(this.timers).forEach(clearTimeout);
		const { ws } = this;
		this.ws = null;
		ws?.close?.();
		this.set(state);
	}

	async connect() {
		this.close(this.fails < TRIES ? 'connecting' : 'polling');
		const mine = (this.ws = {});
		try {
			await this.on.prepare();
			if (this.ws === mine) this.dial();
		} catch {
			if (this.ws === mine) this.lost();
		}
	}

	dial() {
		const ws = (this.ws = new WebSocket(this.url));
		const current = (work) => (e) => ws === this.ws && work(e);
		this.doubt(15e3);
		ws.onopen = current(() => {
			this.set('open');
			this.send('resume', this.on.hello());
		});
		ws.onmessage = current((e) => {
			clearTimeout(this.timers.doubt);
			this.heard = Date.now();
			this.fails = 0;
			const { type, data } = JSON.parse(e.data);
			this.on.frame(type, data || {});
		});
		ws.onclose = current((e) => this.lost(e.code));
	}

	lost(code) {
		const n = this.fails++;
		if (code === 1008) this.fails = TRIES; // not from this page
		const polling = this.fails >= TRIES;
		this.close(polling ? 'polling' : 'waiting');
		timer(this.timers, 'again', () => this.connect(), polling ? 6e4 * (0.75 + Math.random() / 2) : backoff(n));
		if (polling) timer(this.timers, 'poll', () => this.poll(2e3), 500);
	}

	async poll(ms) {
		const before = this.polled;
		this.polled = await this.on.poll().catch(() => null);
		if (this.state !== 'polling') return;
		this.set('polling');
		if (before === null && this.works) return this.connect();
		const next = this.polled ? 2e3 : Math.min(ms * 1.3, document.hidden ? 6e4 : 12e3);
		timer(this.timers, 'poll', () => this.poll(next), next);
	}
}

export class Chat {
	#tries = 0;
	#timers = {};

	constructor({ base, inbox, lang }, changed, news) {
		Object.assign(this, { api: base + 'api/v1/chat/', inbox, lang, changed, news });
		this.store = new Store(`deskbell.${inbox || new URL(base).host}.`);
		this.outbox = new Outbox(this.store);
		this.link = new Link(base.replace(/^http/, 'ws') + 'ws', {
			prepare: () => (this.loaded ? this.refresh() : this.#load()),
			hello: () => ({ session_id: this.id, last_id: this.thread.anchor }),
			frame: (type, data) => (data.session_id || this.id) === this.id && this.#on[type]?.(data),
			state: () => this.#linked(),
			poll: () => this.#poll(),
		});
		addEventListener('online', () => {
			this.link.wake();
			this.drain();
		});
		addEventListener('offline', changed);
		addEventListener('storage', (e) => {
			if (!e.key?.startsWith(this.store.prefix)) return;
			this.#adopt();
			this.drain();
			changed();
		});
		this.#adopt();
		this.drain();
	}

	get id() {
		return this.store.get('s');
	}
	get waiting() {
		return this.outbox.list().filter((e) => !e.session_id || e.session_id === this.id);
	}
	get ended() {
		return /resolved|closed/.test(this.session?.state);
	}
	get readTo() {
		return this.store.get('r') || 0;
	}
	get unread() {
		return this.thread.unread(this.readTo).length;
	}
	get thinking() {
		const last = this.thread.list.at(-1);
		const asked = last?.sender_type === 'user' && Date.now() - new Date(last.created_at) < 3e4;
		return asked && !this.ended && this.session?.agent_type === 'ai';
	}

	async call(method, path, body) {
		let answer, json;
		try {
			answer = await fetch(this.api + path, {
				method,
				credentials: 'omit',
				headers: { 'Accept-Language': this.lang, ...(body && { 'Content-Type': 'application/json' }) },
				body: JSON.stringify(body),
				signal: AbortSignal.timeout(15e3),
			});
			json = await answer.json();
		} catch {
			throw { status: answer?.status };
		}
		if (json.success) return json.data;
		throw { status: answer.status, after: answer.headers.get('Retry-After'), ...json.error };
	}

	ask(method, rest = '', body) {
		const { id } = this;
		return this.call(method, `sessions/${id}${rest}`, body).catch((e) => {
			if (verdict(e) === 'gone' && id === this.id) this.forget();
			throw e;
		});
	}

	#adopt() {
		const { id } = this;
		if (this.joined === id) return;
		this.joined = id;
		this.thread = new Thread();
		this.thread.seen = this.store.get('seen') || 0;
		this.session = this.stream = this.typing = null;
		this.loaded = false;
		this.link.fails = 0;
		if (id) this.link.connect();
		else this.link.close('off');
	}

	forget() {
		this.store.del('s', 'c', 'r', 'seen', 'p');
		this.#adopt();
	}

	async refresh() {
		this.#update(await this.ask('GET'));
	}

	async #load() {
		const { thread } = this;
		const [page] = await Promise.all([this.ask('GET', '/messages?before=latest&limit=30'), this.refresh()]);
		if (thread !== this.thread) throw 0;
		this.loaded = true;
		thread.more = page.has_more;
		const last = page.messages.at(-1);
		if (this.store.get('r') == null) this.store.set('r', last?.seq || 0);
		this.#take(page.messages);
		thread.settle(last?.id);
	}

	async older() {
		const { thread } = this;
		const page = await this.ask('GET', `/messages?limit=30&before=${thread.list.find((m) => m.session_id).id}`);
		thread.add(page.messages);
		thread.more = page.has_more;
		this.changed();
	}

	async #behind(id, take) {
		let page;
		do {
			page = await this.ask('GET', `/messages?limit=100&after=${id || 'msg_0'}`);
			take(page.messages);
			id = page.messages.at(-1)?.id;
		} while (page.has_more);
	}

	async #catchUp() {
		const { thread } = this;
		let news = false;
		await this.#behind(thread.anchor, (messages) => {
			if (thread !== this.thread) throw 0;
			news = this.#take(messages) || news;
			thread.settle(messages.at(-1)?.id);
		});
		return news;
	}

	#fetch() {
		this.fetching ||= this.#catchUp()
			.catch(() => timer(this.#timers, 'fetch', () => this.#fetch(), 3e3))
			.finally(() => {
				this.fetching = null;
				this.changed();
			});
	}

	async #poll() {
		if (!this.loaded) await this.#load();
		const news = await this.#catchUp();
		this.polls = (this.polls || 0) + 1;
		if (news || this.polls % 4 === 0) await this.refresh();
		return news;
	}

	#linked() {
		if (this.link.open) this.drain();
		else this.typing = null;
		this.changed();
	}

	#update(session) {
		this.session = { ...this.session, ...session };
		this.#saw(session.agent_read_seq);
		this.changed();
	}

	#saw(seq = 0) {
		this.store.set('seen', (this.thread.seen = Math.max(this.thread.seen, seq)));
	}

	#take(messages) {
		const { thread } = this;
		const fresh = thread.add(messages);
		for (const m of fresh) {
			if (m.sender_type === 'user') this.outbox.drop(m.client_id);
			if (m.sender_type === 'agent') this.typing = null;
			if (m.sender_type !== 'ai' || !this.stream) continue;
			m.key = this.stream.key; // its bubble stays
			this.stream = null;
		}
		const last = thread.unread(this.readTo).at(-1);
		if (fresh.includes(last)) this.news(last);
		this.changed();
		return fresh.length > 0;
	}

	#on = {
		message: (m) => {
			this.#take([m]);
			if (this.thread.gap) this.#fetch();
		},
		resumed: (r) => this.thread.settle(r.last_id),
		resync: () => {
			this.joined = 0;
			this.#adopt();
		},
		typing: (t) => {
			if (t.sender_type === 'user') return;
			this.typing = t.is_typing ? t : null;
			timer(this.#timers, 'typing', () => this.#on.typing({}), 8e3);
			this.changed();
		},
		read: (r) => {
			if (r.reader !== 'user') this.#saw(r.seq);
			this.changed();
		},
		status_update: ({ id, conversation, message, event, ...session }) => {
			const { assignee, agent_type, updated_at } = session;
			if (assignee && assignee.id !== this.session?.assignee?.id) this.thread.note(assignee.name, updated_at);
			if (agent_type === 'human') this.stream = null;
			this.#update(session);
		},
		ai_stream: (s) => {
			const key = s.stream_id;
			if (this.session?.agent_type === 'human' || this.thread.list.some((m) => m.id === s.message_id || m.key === key)) return;
			if (this.stream?.key !== key) this.stream = { key, at: Date.now(), chunk: -1, text: '' };
			if (s.chunk <= this.stream.chunk) return;
			this.stream.chunk = s.chunk;
			this.stream.text = s.full_content ?? this.stream.text + s.content;
			// one that falls silent is no answer
			const stop = () => {
				this.stream = null;
				this.#fetch();
			};
			timer(this.#timers, 'stream', () => this.stream && stop(), s.is_complete ? 4e3 : 2e4);
			this.changed();
		},
		error: (e) => {
			if (verdict(e) === 'gone') this.forget();
			else this.refresh().catch(() => {});
		},
	};

	say(content) {
		this.trouble = '';
		this.link.wake();
		this.outbox.put(content);
		this.changed();
		this.drain();
	}

	again(entry) {
		this.outbox.save({ ...entry, failed: undefined });
		this.drain();
	}

	discard({ client_id }) {
		this.outbox.drop(client_id);
		this.changed();
	}

	// One tab at a time, but no waiting for one that hangs: client_id makes twice once
	async #alone(work) {
		let mine;
		const go = () => ((mine = true), work());
		const { locks } = navigator;
		if (!locks) return work();
		return locks.request(this.store.prefix, { signal: AbortSignal.timeout(1e4) }, go).catch((e) => {
			if (mine) throw e;
			return work();
		});
	}

	async drain() {
		if (this.draining || !this.outbox.next()) return;
		this.draining = true;
		let later;
		await this.#alone(async () => {
			for (let e; !later && (e = this.outbox.next()); ) later = await this.#deliver(e).catch((x) => this.#refused(e, x));
		});
		this.draining = false;
		if (later) timer(this.#timers, 'drain', () => this.drain(), later);
		else this.drain();
		this.changed();
	}

	async #deliver(e) {
		const session_id = e.session_id || (await this.ensure());
		if (!e.session_id) this.outbox.save((e = { ...e, session_id })); // never to another
		await this.#tellPage();
		const { client_id, content } = e;
		const m = await this.call('POST', 'messages', { session_id, content, client_id });
		this.outbox.drop(client_id);
		this.#tries = 0;
		this.trouble = '';
		if (session_id !== this.id) return;
		this.#take([m]);
		if (this.ended) await this.refresh().catch(() => {});
	}

	#refused(e, x) {
		const what = verdict(x);
		const secs = x.details?.retry_after || x.after || 0;
		this.trouble = secs ? 'slow' : '';
		if (what === 'fail') return void this.outbox.save({ ...e, failed: x.message || true });
		if (what === 'gone') {
			if (this.id && (e.session_id || this.id) === this.id) this.forget();
			this.outbox.save({ ...e, session_id: undefined });
		}
		return secs * 1e3 + backoff(this.#tries++);
	}

	// The key is stored first: a retry finds the same session
	async ensure() {
		if (this.id) return this.id;
		const client_id = this.store.get('c') || this.store.set('c', newId());
		const s = await this.call('POST', 'sessions', { client_id, metadata: this.#page() });
		this.store.set('p', location.href);
		this.store.set('r', 0);
		this.store.set('s', s.session_id);
		this.#adopt();
		this.#update(s);
		return s.session_id;
	}

	#page() {
		return {
			source: 'widget',
			inbox: this.inbox,
			page_url: location.href.slice(0, 2e3),
			page_title: document.title.slice(0, 300),
			referrer: document.referrer.slice(0, 2e3),
			locale: navigator.language,
		};
	}

	async #tellPage() {
		if (this.store.get('p') === location.href) return;
		await this.ask('PUT', '', { metadata: this.#page() }).catch(() => {});
		this.store.set('p', location.href);
	}

	type(is_typing) {
		const now = Date.now();
		if (is_typing ? now - this.typed < 4e3 : !this.typed) return;
		this.typed = is_typing && now;
		if (this.id) this.link.send('typing', { session_id: this.id, is_typing });
	}

	read() {
		const last = this.thread.list.findLast((m) => m.session_id && m.sender_type !== 'user');
		if (!last || last.seq <= this.readTo) return;
		this.store.set('r', last.seq);
		const body = { session_id: this.id, last_id: last.id };
		if (!this.link.send('read', body)) this.ask('POST', '/read', body).catch(() => {});
	}

	async #act(work) {
		this.trouble = '';
		await work()
			.then((s) => s && this.#update(s))
			.catch(() => (this.trouble = 'fail'));
		this.changed();
	}

	human() {
		return this.#act(async () => {
			await this.#alone(() => this.ensure());
			return this.ask('POST', '/switch-agent', { agent_type: 'human', reason: 'customer_request' });
		});
	}

	end() {
		return this.#act(() => this.ask('POST', '/close'));
	}

	rate(score, comment) {
		return this.#act(async () => ({ rating: await this.ask('POST', '/rating', { score, comment }) }));
	}

	async look() {
		if (Date.now() - this.looked < 6e4) return;
		this.looked = Date.now();
		this.here = await this.call('GET', 'availability').catch(() => this.here);
		this.changed();
	}

	async history() {
		const all = [];
		await this.#behind(0, (messages) => all.push(...messages));
		return all;
	}
}
