// The hosts that pages may ask: a test's own stacks and sites put theirs in. Pages carry all they need: whatever else is asked for is a fault of theirs.
export const hosts = new Set();
/** Lines of what was asked elsewhere since the last test. */
export const foreign = [];

export const own = (url) => hosts.add(new URL(url).host);
export const isForeign = (url) => {
	const { protocol, host } = new URL(url);
	return /^(https?|wss?):$/.test(protocol) && !hosts.has(host); // data: and blob: are in the page
};
