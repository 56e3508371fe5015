// A scripted clamd: the daemon's own protocol (zINSTREAM, zVERSION), with every way in which it can fail.
import net from "node:net";

// In two halves: a scanner that looks at this folder finds nothing.
export const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"].join("");
export const VERSION = "ClamAV 1.4.1/27432/Fri Nov 20 09:35:12 2026";

/**
 * Listens at `where` (a path, or a port of 127.0.0.1: 0 for any that is free). mode: how it behaves from the next connection on: "works",
 * "silent" (takes all, says nothing), "breaks" (ends in the middle), "early" (says OK before it has all), "nonsense", "held" (says
 * nothing until release()). limit: its StreamMaxLength. scanned: what it was shown, whole. port, stop().
 */
export async function startClamd(where) {
	const sockets = new Set(), held = [];
	const clamd = { mode: "works", limit: 25 << 20, scanned: [], get held() { return held.length; } };
	const server = net.createServer({ allowHalfOpen: true }, (socket) => {
		const mode = clamd.mode;
		let all = Buffer.alloc(0), body = [], size = 0, command = null, over = false;
		const answer = (text) => { over = true; socket.end(`${text}\0`); };
		const verdict = () => {
			const bytes = Buffer.concat(body);
			clamd.scanned.push(bytes);
			answer(mode === "nonsense" ? "stream: who knows" : bytes.includes(EICAR) ? "stream: Eicar-Test-Signature FOUND" : "stream: OK");
		};
		const ended = () => {
			over = true;
			if (mode === "silent") return;
			if (mode === "held") held.push(verdict);
			else verdict();
		};
		const pieces = () => {
			while (!over && all.length >= 4) {
				const n = all.readUInt32BE(0);
				if (n === 0) return ended();
				if (mode === "early") return answer("stream: OK");
				if (all.length < 4 + n) return;
				if ((size += n) > clamd.limit) return answer("INSTREAM size limit exceeded. ERROR");
				if (mode === "breaks") return void (typeof where === "number" ? socket.resetAndDestroy() : socket.destroy());
				body.push(all.subarray(4, 4 + n));
				all = all.subarray(4 + n);
			}
		};
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket)).on("error", () => {});
		socket.on("data", (data) => {
			if (over) return;
			all = Buffer.concat([all, data]);
			if (command === null && all.includes(0)) {
				command = all.subarray(0, all.indexOf(0)).toString();
				all = all.subarray(command.length + 1);
				if (command === "zVERSION") answer(VERSION);
				else if (command !== "zINSTREAM") answer("UNKNOWN COMMAND");
			}
			if (command !== null) pieces();
		});
		socket.on("end", () => socket.end());
	});
	await new Promise((resolve, reject) => server.once("error", reject).listen(...(typeof where === "number" ? [where, "127.0.0.1"] : [where]), resolve));
	clamd.port = server.address().port;
	clamd.release = () => held.splice(0).forEach((say) => say());
	clamd.stop = () => {
		sockets.forEach((socket) => socket.destroy());
		return new Promise((resolve) => server.close(resolve));
	};
	return clamd;
}
