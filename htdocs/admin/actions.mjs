// What staff do with a conversation: each one call, its answer shown at once.
import { act, api, user } from "./base.mjs";
import { isOpen, upsert } from "./talks.mjs";

const put = (item, what, body) =>
	act(async () => {
		const { conversation } = await api.put(`/api/v1/conversations/${item.id}/${what}`, body);
		upsert(conversation);
		return conversation;
	});

export const take = (item) => put(item, "switch-agent", { agent_type: "human" });
export const toAi = (item) => put(item, "switch-agent", { agent_type: "ai" });
/** The AI's answer under way is not given. */
export const stopReply = (item) => act(() => api.post(`/api/v1/conversations/${item.id}/stop`));
export const assign = (item, agentId) => put(item, "assign", { assignee_id: agentId });
export const toTeam = (item, teamId) => put(item, "assign", { team_id: teamId });
export const setStatus = (item, status) => put(item, "status", { status });
export const setPriority = (item, priority) => put(item, "priority", { priority });
export const setLabels = (item, ids) => put(item, "labels", { labels: ids });

/** AI ↔ person, and resolved ↔ open: what the one key does. */
export const switchAgent = (item) => (item.current_agent_type === "ai" ? take(item) : toAi(item));
export const finish = (item) => setStatus(item, isOpen(item) ? "resolved" : "open");

export const setPresence = (status) =>
	act(async () => {
		const answer = await api.put("/api/v1/auth/me/status", { status });
		user.value = { ...user.value, status: answer.status };
	});
