// What the desk contract's tests share: its error shape, and people who are connected, as its callers must be.
import assert from "node:assert/strict";
import { httpClient, signIn, Socket } from "./client.mjs";
import { like } from "./coverage.mjs";

/** The documented error; field: the one that is at fault. */
export function refused(answer, status, field) {
	assert.equal(answer.status, status, answer.text);
	like(answer.body, { success: false, message: "", error_code: 400, timestamp: "" });
	assert.equal(answer.body.success, false);
	assert.equal(answer.body.error_code, status);
	assert.match(answer.body.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
	if (field) assert.equal(answer.body.field, field, answer.text);
}

/** As the documents print it: success, the same sentence, the same members and types. Answers data. */
export function answers(answer, example, nullable = []) {
	assert.equal(answer.status, 200, answer.text);
	like(answer.body, example, "$", nullable);
	assert.equal(answer.body.success, true);
	if (example.message) assert.equal(answer.body.message, example.message);
	return answer.body.data;
}

/** A client whose user has a live WebSocket: {…client, user, socket, connection}; connection is the connection_token. */
export async function connect(stack, email, counted = (client) => client) {
	const signedIn = await signIn(stack.urls.desk, email);
	const socket = await Socket.open(stack.ws);
	socket.send("auth", { token: signedIn.token });
	const { data } = await socket.waitFor("auth");
	assert.match(data.connection_token, /^conn_/);
	return { ...counted(signedIn), user: signedIn.user, token: signedIn.token, socket, connection: data.connection_token };
}

/** {guest, admin, supervisor, agent, other}: the demo's people, connected; their calls are counted. */
export async function people(stack, counted) {
	const names = { admin: "admin@example.com", supervisor: "supervisor@example.com", agent: "agent@example.com", other: "kefu_002@example.com" };
	const all = { guest: counted(httpClient(stack.urls.desk)) };
	for (const [name, email] of Object.entries(names)) all[name] = await connect(stack, email, counted);
	return all;
}

/** Every row of these refuses strangers, and those whose role may not. */
export async function guarded(who, rows) {
	for (const { method, path, body, deny = [] } of rows) {
		const send = (client) => (method === "GET" || method === "DELETE" ? client[method.toLowerCase()](path) : client[method.toLowerCase()](path, body ?? {}));
		refused(await send(who.guest), 401);
		for (const role of deny) refused(await send(who[role]), 403);
	}
}
