// A mail server for tests: what is sent to it is kept, parsed.
import net from "node:net";

/** As much of a mail server as RFC 5321 asks for. answer(command) may give another answer; dead: it takes connections and says nothing; breaks: it ends them. */
export class MailServer {
	mails = [];
	connections = 0;
	answer = () => null;
	dead = false;
	breaks = false;
	static async open() {
		const server = new MailServer();
		server.server = net.createServer((socket) => server.talk(socket)).listen(0, "127.0.0.1");
		await new Promise((resolve) => server.server.once("listening", resolve));
		server.server.unref();
		server.url = `smtp://127.0.0.1:${server.server.address().port}`;
		return server;
	}
	talk(socket) {
		this.connections++;
		socket.unref();
		socket.on("error", () => {});
		if (this.dead) return;
		if (this.breaks) return socket.destroy();
		let text = "", mail = null, data = false;
		const say = (line) => socket.write(`${line}\r\n`);
		say("220 test ESMTP");
		socket.on("data", (bytes) => {
			if (this.breaks) return socket.destroy(); // one that was kept open from before
			text += bytes;
			for (;;) {
				const end = text.indexOf(data ? "\r\n.\r\n" : "\r\n");
				if (end < 0) return;
				const line = text.slice(0, end);
				text = text.slice(end + (data ? 5 : 2));
				if (data) {
					data = false;
					const other = this.answer("DATA.", mail);
					if (!other) this.mails.push(parse({ ...mail, source: line }));
					say(other ?? "250 queued");
					continue;
				}
				const word = line.slice(0, 4).toUpperCase();
				const other = this.answer(word, line);
				if (other) say(other);
				else if (word === "MAIL") (mail = { from: /<(.*?)>/.exec(line)[1], to: [] }), say("250 ok");
				else if (word === "RCPT") mail.to.push(/<(.*?)>/.exec(line)[1]), say("250 ok");
				else if (word === "DATA") (data = true), say("354 go on");
				else if (word === "QUIT") say("221 bye"), socket.end();
				else say("250 ok");
			}
		});
	}
	close() {
		return new Promise((resolve) => this.server.close(resolve));
	}
}

const decodeWords = (text) => text.replace(/\?=\s+=\?/g, "?==?").replace(/=\?utf-8\?B\?(.*?)\?=/g, (_, b) => Buffer.from(b, "base64").toString("latin1"));
function parse(mail) {
	const [head, ...rest] = mail.source.split("\r\n\r\n");
	const headers = Object.fromEntries(head.replace(/\r\n /g, " ").split("\r\n").map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), Buffer.from(decodeWords(line.slice(line.indexOf(":") + 2)), "latin1").toString()]));
	return { ...mail, headers, body: Buffer.from(rest.join(""), "base64").toString() };
}
