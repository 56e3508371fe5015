// The relay while api.fcgi is away: what it could not ask for then, it asks for by itself as soon as somebody answers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { httpClient, Socket } from "../lib/client.mjs";
import { startStack, until } from "../lib/stack.mjs";

let stack, chat;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_PROVIDER: "off" } });
	chat = httpClient(stack.urls.chat);
});
after(() => stack?.stop());

const add = (stream, seq, id, content) => stack.sql("INSERT INTO messages (stream, seq, id, uuid, sender_type, type, content, created_at) VALUES (?, ?, ?, UUID(), 3, 3, ?, UNIX_TIMESTAMP(NOW(3)) * 1000)", [stream, seq, id, content]);

test("a hole that nobody could fill is filled when api.fcgi answers again, without another message", async () => {
	const talk = async () => {
		const { session_id } = (await chat.post("/api/v1/chat/sessions", {})).body.data;
		const sent = (await chat.post("/api/v1/chat/messages", { session_id, content: "one" })).body.data;
		return { session_id, sent, stream: (await stack.sql("SELECT id FROM conversations WHERE session_id = ?", [session_id]))[0].id };
	};
	const quiet = await talk();
	// A later message far above: to the relay that starts then, this conversation is older than all that its checks look at.
	await stack.sql("ALTER TABLE messages AUTO_INCREMENT = 1000000");
	await talk();
	await stack.kill("worker"); // it would tell what was not told
	await stack.restart("relay");
	const socket = await Socket.open(stack.ws);
	socket.send("resume", { session_id: quiet.session_id, last_id: quiet.sent.id });
	await socket.waitFor("resumed");

	await stack.kill("api");
	await add(quiet.stream, 2, 500_002, "two");
	await add(quiet.stream, 3, 500_003, "three");
	await stack.sql("UPDATE conversations SET version = version + 1, last_seq = 3, last_message_id = 500003 WHERE id = ?", [quiet.stream]);
	await stack.redis("PUBLISH", "deskbell:rt", `E ${quiet.stream} 4 500004\n.\n`); // 4 is known, 2 and 3 are not
	await until(() => stack.logs("relay").split("api.no_answer").length > 2, { timeout: 60_000, what: "a fill and a check that were given up" });
	assert.equal(socket.frames.filter((frame) => frame.type === "message").length, 0);
	await stack.start("api");
	await socket.waitFor((frame) => frame.type === "message" && frame.data.content === "three", 30_000);
	assert.deepEqual(socket.frames.filter((frame) => frame.type === "message").map((frame) => [frame.data.seq, frame.data.content]), [[2, "two"], [3, "three"]]);
	await socket.close();
	await stack.start("worker");
});
