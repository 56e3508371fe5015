// Messages of one conversation as a page holds them: stored ones by seq, then those still on their way. Pure.

/** Merges stored messages into a list by seq; one that is there already is replaced. */
export function mergeMessages(list, more) {
	const bySeq = new Map(list.map((message) => [message.seq, message]));
	for (const message of more) bySeq.set(message.seq, message);
	return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** The first missing seq between the lowest and highest held, or 0. */
export function firstHole(list) {
	for (let i = 1; i < list.length; i++) if (list[i].seq !== list[i - 1].seq + 1) return list[i - 1].seq + 1;
	return 0;
}

/** Outbox entries that no stored message answers yet. */
export function stillWaiting(outbox, messages) {
	const arrived = new Set(messages.map((message) => message.client_id).filter(Boolean));
	return outbox.filter((entry) => !arrived.has(entry.client_id));
}

/** An address in what was written: splits a text into words and addresses by turns. */
export const LINK = /(https?:\/\/[^\s<>"'，。）]+[^\s<>"'，。）.,;:!?)])/;

/** Groups neighbours of one sender within five minutes, with a day line where the day changes: [{day?, sender, messages}]. */
export function groupMessages(list) {
	const groups = [];
	let day = "";
	for (const message of list) {
		const at = new Date(message.created_at);
		const sender = `${message.sender_type}:${message.sender?.id ?? 0}:${message.is_private ? 1 : 0}`;
		const today = at.toDateString();
		const last = groups.at(-1);
		const close = last && last.sender === sender && at - new Date(last.messages.at(-1).created_at) < 300000;
		if (close && today === day) last.messages.push(message);
		else groups.push({ key: message.seq ?? message.client_id, sender, day: today === day ? null : message.created_at, messages: [message] });
		day = today;
	}
	return groups;
}

/** Rows of a long list that are to be in the DOM: [first, last) for a scroll position. */
export function windowOf(count, rowHeight, scrollTop, height, margin = 8) {
	const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
	return [first, Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + margin)];
}
