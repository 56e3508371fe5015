// What the console contract's tests share: its error shape, and one signed-in client a role.
import assert from "node:assert/strict";
import { like } from "./coverage.mjs";
import { httpClient, signIn } from "./client.mjs";

/** The documented error; field: the one that details[] must name. */
export function refused(answer, status, code, field) {
	assert.equal(answer.status, status, answer.text);
	like(answer.body, { success: false, error: { code: "", message: "" }, request_id: "" });
	assert.equal(answer.body.success, false);
	assert.equal(answer.body.error.code, code, answer.text);
	if (field) assert.equal(answer.body.error.details[0]?.field, field, answer.text);
}
export const invalid = (answer, field) => refused(answer, 400, "VALIDATION_ERROR", field);
export const forbidden = (answer) => refused(answer, 403, "PERMISSION_DENIED");
export const missing = (answer) => refused(answer, 404, "RESOURCE_NOT_FOUND");

/** {guest, admin, supervisor, agent}: clients of the demo's people, their calls counted. */
export async function people(stack, counted) {
	const base = stack.urls.kefu;
	return {
		guest: counted(httpClient(base)),
		admin: counted(await signIn(base, "admin@example.com")),
		supervisor: counted(await signIn(base, "supervisor@example.com")),
		agent: counted(await signIn(base, "agent@example.com")),
	};
}

/** Every row of these refuses strangers, and those whose role lacks the permission. */
export async function guarded(who, rows) {
	for (const { method, path, body, deny = [] } of rows) {
		const send = (client) => (method === "GET" || method === "DELETE" ? client[method.toLowerCase()](path) : client[method.toLowerCase()](path, body ?? {}));
		refused(await send(who.guest), 401, "AUTH_REQUIRED");
		for (const role of deny) forbidden(await send(who[role]));
	}
}

/** The newest audit row of an action, as the table has it. */
export async function audited(stack, action, resource_id) {
	const [row] = await stack.sql("SELECT * FROM audit_log WHERE action = ? AND resource_id = ? ORDER BY id DESC LIMIT 1", [action, resource_id]);
	assert.ok(row, `no audit row ${action} ${resource_id}`);
	return { ...row, details: row.details === null ? null : JSON.parse(row.details) };
}
