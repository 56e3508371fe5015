// A line between a client and a server that can be held and cut.
import net from "node:net";
import { own } from "./hosts.mjs";

/** A line between the client and the server that passes so many bytes and then waits; cut() ends what is under way. */
export async function throttle(port) {
	const pairs = new Set(), wire = { passed: 0, room: Infinity };
	const server = net.createServer((from) => {
		const to = net.connect(port, "127.0.0.1"), pair = [from, to];
		pairs.add(pair);
		from.on("data", (bytes) => {
			wire.passed += bytes.length;
			to.write(bytes);
			if (wire.passed >= wire.room) from.pause();
		});
		to.on("data", (bytes) => from.write(bytes));
		for (const [one, other] of [[from, to], [to, from]]) one.on("error", () => {}).on("close", () => (other.destroy(), pairs.delete(pair)));
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${server.address().port}`;
	own(url);
	return Object.assign(wire, {
		url,
		stopAfter: (bytes) => Object.assign(wire, { passed: 0, room: bytes }),
		resume() {
			wire.room = Infinity;
			for (const [from] of pairs) from.resume();
		},
		cut() {
			wire.room = Infinity;
			for (const [from] of [...pairs]) from.resetAndDestroy();
		},
		close: () => server.close(),
	});
}
