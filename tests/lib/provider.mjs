// A scripted OpenAI-compatible chat-completions server, with the oddities that real ones have. The visitor's last words choose what it
// does: "@crlf", "@reasoning" … (see `ways`); without such a word it answers with the words that it was asked.
import http from "node:http";
import https from "node:https";

const chunk = (delta, more = {}) => `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;
const stop = (reason = "stop") => `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })}\n\n`;
const usage = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 7 } })}\n\n`;
const done = "data: [DONE]\n\n";
const role = chunk({ role: "assistant", content: "" });
const words = (...list) => list.map((content) => chunk({ content })).join("");
const whole = (content, more) => JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }], ...more });
const error = (message) => JSON.stringify({ error: { message, type: "server_error" } });

const ways = {
	usual: (r) => r.events(role + words("It ", "is ", "so.") + stop() + usage + done),
	crlf: (r) => r.events((role + words("It ", "is ", "so.") + stop() + done).replaceAll("\n", "\r\n")),
	bytes: (r) => r.bytewise(role + words("您好，", "是这样 😀。") + stop() + done),
	comments: (r) => r.events(": OPENROUTER PROCESSING\n\n: keep-alive\n\n" + words("It ") + ": keep-alive\n\n" + words("is so.") + stop() + done),
	reasoning: (r) => r.events(chunk({ reasoning_content: "The visitor " }) + chunk({ reasoning_content: "asks.", content: null }) + words("It is so.") + stop() + done),
	think: (r) => r.events(words("<thi", "nk>The visitor asks.", "\n</think>\n\n", "It is so.") + stop() + done),
	nodone: (r) => r.events(words("It is so.") + stop()),
	nothingsaid: (r) => r.events(words("It is so.")), // neither finish_reason nor [DONE]
	held: (r) => r.write(words("It is so.") + stop() + done), // the connection stays open behind [DONE]
	onepiece: (r) => r.json(200, whole("It is so.")),
	instream: (r) => r.events(words("It ", "is ") + `data: ${error("overloaded")}\n\n`),
	cutoff: (r) => (r.write(words("It ", "is ")), r.heard(() => r.cut())),
	status: (r) => r.json(503, error("no capacity")),
	page: (r) => r.json(502, "<html>Bad gateway</html>"),
	badquestion: (r) => r.json(400, error("context length exceeded")),
	filter: (r) => r.events(words("It ") + stop("content_filter")),
	empty: (r) => r.events(role + stop() + done),
	silent: () => {}, // not even a status
	keepalive: (r) => r.repeat(": keep-alive\n\n"),
	stalls: (r) => r.write(words("It ", "is ")),
	dawdles: (r) => r.repeat(words("and ")), // words without end
	tools: (r) => r.events(role + chunk({ content: null, tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "lookup", arguments: "{\"who\":\"*\"}" } }] }) + stop("tool_calls") + done),
	tool_in_one_piece: (r) => r.json(200, JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content: null, function_call: { name: "lookup", arguments: "{}" } }, finish_reason: "function_call" }] })),
	busy: (r) => (r.provider.busy-- > 0 ? r.json(429, error("slow down"), { "Retry-After": r.provider.patience }) : ways.usual(r)),
	unsure: (r) => r.events(words("[[UN", "SURE]] I do not", " know that.") + stop() + done),
	human: (r) => r.events(words("[[HUMAN]]") + stop() + done),
	cites: (r) => r.events(words("So it stands [1", "].") + stop() + done),
	long: (r) => r.events(words(...Array.from({ length: 60 }, () => "长句子，".repeat(40))) + stop() + done),
};

class Reply {
	constructor(provider, response, closed) {
		Object.assign(this, { provider, response, closed });
	}
	#head(type = "text/event-stream") {
		if (!this.response.headersSent) this.response.writeHead(200, { "Content-Type": type });
	}
	write(text) {
		this.#head();
		this.response.write(text);
	}
	events(text) {
		this.#head();
		this.response.end(text);
	}
	async bytewise(text) {
		this.#head();
		this.response.socket.setNoDelay(true);
		for (const byte of Buffer.from(text)) await new Promise((next) => this.response.write(Buffer.from([byte]), next));
		this.response.end();
	}
	json(status, text, headers = {}) {
		this.response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(text);
	}
	repeat(text) {
		this.write(text);
		const timer = setInterval(() => this.write(text), 20);
		this.closed.then(() => clearInterval(timer));
	}
	/** When what was written has gone out. */
	heard(then) {
		this.response.write("", () => setImmediate(then));
	}
	cut() {
		this.response.socket.destroy();
	}
}

/** {url, requests, open, …, stop()}; tls: {key, cert} of localhost. requests: bodies as asked; open: calls under way; a question with "@wait" gets its first word at
    once, more by talk[i].word(), and its end by release(). */
export async function startProvider({ way = null, key = "sk-secret", tls = null } = {}) {
	const provider = { busy: 0, patience: "1", requests: [], headers: [], open: 0, most: 0, way, waiting: [], talk: [] };
	const answer = async (request, response) => {
		let text = "";
		for await (const piece of request) text += piece;
		if (request.url !== "/v1/chat/completions" || request.method !== "POST") return response.writeHead(404).end("{}");
		const body = JSON.parse(text);
		provider.requests.push(body);
		provider.headers.push(request.headers);
		provider.most = Math.max(provider.most, ++provider.open);
		const closed = new Promise((resolve) => response.on("close", resolve)).then(() => provider.open--);
		if (key && request.headers.authorization !== `Bearer ${key}`) return response.writeHead(401).end(error("Incorrect API key provided"));
		const said = body.messages.at(-1).content;
		const name = provider.way ?? /@(\w+)(?!.*@)/s.exec(said)?.[1];
		const reply = new Reply(provider, response, closed);
		if (name === "wait") {
			// Says something at once, the rest when it is told to.
			reply.write(role + words("First "));
			provider.talk.push({ asked: said, word: (text) => reply.write(words(text)) });
			provider.waiting.push(() => reply.events(words("and ", "last.") + stop() + done));
		} else {
			(ways[name] ?? (() => reply.events(role + words("You asked: ", said) + stop() + done)))(reply);
		}
	};
	const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	return Object.assign(provider, {
		server,
		url: `${tls ? "https://localhost" : "http://127.0.0.1"}:${server.address().port}/v1`,
		release: () => provider.waiting.splice(0).forEach((go) => go()),
		stop: () => {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(resolve));
		},
	});
}
/** What a stack is told to ask it. */
export const providerEnv = (provider, more = {}) => ({
	DESKBELL_AI_PROVIDER: "openai", DESKBELL_AI_URL: provider.url, DESKBELL_AI_KEY: "sk-secret", DESKBELL_AI_MODEL: "test-model", DESKBELL_AI_WORD_MS: "5", ...more,
});
