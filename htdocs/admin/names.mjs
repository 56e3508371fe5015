// How people and conversations are called on the page.
import { t } from "./base.mjs";

export const nameOf = (item) => item.contact?.name || `${t("visitor")} ${String(item.contact?.identifier ?? item.id).slice(-4)}`;
export const labelColor = (color) => (/^#[0-9a-f]{3,8}$/i.test(color ?? "") ? color : "#808080");
export const statusWord = { open: "open", pending: "pendingState", resolved: "resolved", closed: "closed" };
/** Who has a conversation now, in a word. */
export const holder = (item) => (item.current_agent_type === "ai" ? t("ai") : item.assignee?.full_name ?? (item.queue_position !== null ? t("inQueue", item.queue_position) : t("nobody")));
