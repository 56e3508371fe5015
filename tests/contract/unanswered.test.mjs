// Questions that the AI had no good answer to: collected once, counted, listed, turned into articles, dismissed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { audited, guarded, invalid, missing, people } from "../lib/console.mjs";
import { coverage, like } from "../lib/coverage.mjs";
import { startStack, until } from "../lib/stack.mjs";

const ALL = "/api/v1/unanswered-questions";
const { counted, gate } = coverage("console", ["/api/v1/unanswered-questions"]);
let stack, who;
before(async () => {
	stack = await startStack({ env: { DESKBELL_AI_WORD_MS: "0" } });
	who = await people(stack, counted);
});
after(() => stack?.stop());

const list = async (query = "") => {
	const answer = await who.admin.get(`${ALL}?${query}`);
	assert.equal(answer.status, 200, answer.text);
	return answer.body.data.questions;
};
async function ask(...questions) {
	const { session_id } = (await who.guest.post("/api/v1/chat/sessions", {})).body.data;
	let n = 0;
	for (const content of questions) {
		await who.guest.post("/api/v1/chat/messages", { session_id, content });
		n++;
		await until(async () => (await who.guest.get(`/api/v1/chat/sessions/${session_id}/messages`)).body.data.messages.filter((m) => m.sender_type !== "user").length >= n, { what: `answer ${n}` });
	}
	return session_id;
}

test("what it did not know is kept once, however it is put; what it knew is not", async () => {
	assert.deepEqual(await list(), []);
	await ask("你们卖自行车吗？");
	await ask("请问你们卖自行车吗");
	await ask("who is the president of France?");
	await ask("怎么开发票？");
	await ask("你好");
	const all = await list();
	like(all, [{ id: 1, question: "", locale: "", asked: 1, unsure: 1, handed_over: 1, disliked: 1, state: "", article_id: 0, conversation_id: 1, first_asked_at: "", last_asked_at: "" }]);
	assert.deepEqual(all.map((q) => [q.question, q.locale, q.asked, q.unsure, q.state]), [["请问你们卖自行车吗", "zh", 2, 2, "open"], ["who is the president of France?", "en", 1, 1, "open"]]);
});

test("handed over, and rated badly: the question before is counted", async () => {
	await ask("怎么开发票？", "转人工");
	const session = await ask("运费多少钱");
	assert.equal((await who.guest.post(`/api/v1/chat/sessions/${session}/rating`, { score: 1 })).status, 201);
	await who.guest.post(`/api/v1/chat/sessions/${session}/rating`, { score: 2 }); // changed, and counted once
	const good = await ask("保修多久");
	await who.guest.post(`/api/v1/chat/sessions/${good}/rating`, { score: 5 });
	await ask("转人工"); // asks nothing
	const all = await list();
	assert.deepEqual(all.find((q) => q.question === "怎么开发票？")?.handed_over, 1);
	assert.deepEqual(all.find((q) => q.question === "运费多少钱")?.disliked, 1);
	assert.equal(all.length, 4);
});

test("answered by an article, dismissed, open again; asked anew an answered one comes back, a dismissed one does not", async () => {
	const all = await list(), bike = all[0], president = all.find((q) => q.locale === "en");
	const one = (q) => `${ALL}/${q.id}`;
	const changed = (await who.admin.put(one(bike), { state: "answered", article_id: 1 })).body.data.question;
	assert.deepEqual([changed.state, changed.article_id], ["answered", 1]);
	assert.deepEqual((await audited(stack, "question:update", bike.id)).details, { state: "answered" });
	assert.equal((await who.admin.put(one(president), { state: "dismissed" })).body.data.question.state, "dismissed");
	assert.deepEqual((await list("state=answered")).map((q) => q.id), [bike.id]);
	assert.deepEqual((await list("state=dismissed")).map((q) => q.id), [president.id]);
	await ask("你们卖自行车吗");
	await ask("who is the president of France?");
	assert.deepEqual((await list()).find((q) => q.id === bike.id)?.asked, 3);
	assert.deepEqual((await list("state=dismissed")).map((q) => q.asked), [2]);
	assert.equal((await who.admin.put(one(president), { state: "open" })).body.data.question.state, "open");
	invalid(await who.admin.put(one(bike), { state: "lost" }), "state");
	invalid(await who.admin.put(one(bike), {}), "state");
	invalid(await who.admin.get(`${ALL}?state=lost`), "state");
	missing(await who.admin.put(`${ALL}/999999`, { state: "open" }));
	await guarded(who, [{ method: "GET", path: ALL, deny: ["agent"] }, { method: "PUT", path: one(bike), deny: ["agent", "supervisor"] }]);
});

test("every row was asked, well and badly", gate);

test("who is erased takes its words along", async () => {
	const session = await ask("my name is Ann Lee of 5 Elm Street, do you repair gramophones?");
	assert.ok((await list("per_page=100")).some((q) => q.question.includes("Ann Lee")));
	const [{ contact_id }] = await stack.sql("SELECT contact_id FROM conversations WHERE session_id = ?", [session]);
	assert.ok((await who.admin.post(`/api/v1/contacts/${contact_id}/erase`, {})).status < 300);
	assert.ok(!(await list("per_page=100")).some((q) => q.question.includes("Ann Lee")));
});
