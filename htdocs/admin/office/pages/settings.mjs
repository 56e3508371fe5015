// What admins change while the site runs.
import { html } from "/vendor/html.mjs";
import { call, can, words } from "../ui/app.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { Loaded, useLoad } from "../ui/load.mjs";
import { Page } from "../ui/page.mjs";
import { say } from "../ui/toast.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	title: ["设置", "Settings"], hint: ["对整个站点立即生效", "They count for the whole site, at once"],
	name: ["站点名称", "Name of the site"], nameHint: ["访客在聊天窗口中看到的名称", "What visitors read in the chat window"],
	locale: ["默认语言", "Default language"], localeHint: ["无法判断访客语言时，智能助手使用的语言；也是新文章的语言", "What the assistant speaks when a visitor's language cannot be told, and the language of new articles"],
	ai: ["智能助手先接待新对话", "New conversations begin with the assistant"], aiHint: ["关闭后，新对话直接进入人工排队。", "When off, they go to the queue of people."],
	csat: ["邀请访客评分", "Visitors may rate"], csatHint: ["对话结束时，访客可以打 1 至 5 星。", "At the end of a conversation, 1 to 5 stars."],
	days: ["自动解决（天）", "Resolve by itself after (days)"], daysHint: ["无人欠回复的对话静默多少天后自动解决；0 表示从不", "A silent conversation in which nobody owes an answer is resolved after so many days; 0 is never"],
	backups: ["备份保留（天）", "Keep backups for (days)"], backupsHint: ["超过此天数的备份会自动删除；1 至 3650", "Older ones are deleted by themselves; 1 to 3650"],
}, common);
const whole = (text) => (/^\d+$/.test(text.trim()) ? Number(text) : text.trim());

function Fields({ settings, onSaved }) {
	const may = can("settings:write");
	const form = useForm({ ...settings, auto_resolve_days: String(settings.auto_resolve_days), backup_days: String(settings.backup_days) }, async (values) => {
		onSaved(await call.put("/api/v1/settings", { settings: { ...values, auto_resolve_days: whole(values.auto_resolve_days), backup_days: whole(values.backup_days) } }));
		say(common("saved"));
	});
	return html`<section class="o-card narrow"><${Form} form=${form}><fieldset disabled=${!may}>
		<${Field} name="site_name" label=${t("name")} hint=${t("nameHint")} maxlength="100" />
		<${Field} name="default_locale" label=${t("locale")} hint=${t("localeHint")} as="select" options=${[["zh", common("zh")], ["en", common("en")]]} />
		<${Field} name="ai_enabled" label=${t("ai")} hint=${t("aiHint")} as="check" />
		<${Field} name="csat_enabled" label=${t("csat")} hint=${t("csatHint")} as="check" />
		<${Field} name="auto_resolve_days" label=${t("days")} hint=${t("daysHint")} inputmode="numeric" class="o-short" />
		<${Field} name="backup_days" label=${t("backups")} hint=${t("backupsHint")} inputmode="numeric" class="o-short" />
		</fieldset>${may ? html`<${Submit} />` : html`<p class="o-hint">${common("readOnly")}</p>`}</${Form}></section>`;
}

export default function Settings() {
	const load = useLoad(() => call.get("/api/v1/settings"), []);
	return html`<${Page} title=${t("title")} hint=${t("hint")}><${Loaded} load=${load}>${({ settings }) => html`<${Fields} settings=${settings} onSaved=${load.put} />`}</${Loaded}></${Page}>`;
}
