// How the AI answers those who come by one inbox, and whether its provider answers at all.
import { html } from "/vendor/html.mjs";
import { call, can, words } from "../ui/app.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { millis, money, number, percent } from "../ui/format.mjs";
import { Loaded, useLoad } from "../ui/load.mjs";
import { Tag, When } from "../ui/page.mjs";
import { say } from "../ui/toast.mjs";
import { common } from "../ui/words.mjs";
import { useTrial } from "./trial.mjs";

const t = words({
	title: ["智能助手", "The assistant"], hint: ["谁来回答从此收件箱进来的访客。未填写的项目与整个网站相同。", "Who answers visitors of this inbox. What is left empty is as for the whole site."],
	provider: ["服务", "Who answers"], site: ["与整个网站相同（{0}）", "As the whole site ({0})"], builtin: ["内置：直接用知识库回答", "Built in: from the knowledge base alone"], openai: ["OpenAI 兼容的服务", "An OpenAI-compatible service"], off: ["关闭，由客服人员接待", "Nobody: people answer"],
	siteBuiltin: ["内置", "built in"], siteOpenai: ["联网服务", "a service"], siteOff: ["关闭", "off"],
	url: ["服务地址", "Address"], urlHint: ["例如 https://api.deepseek.com/v1；本机的 Ollama 为 http://127.0.0.1:11434/v1。修改地址后需重新填写密钥。", "https://api.openai.com/v1, say; Ollama on this machine: http://127.0.0.1:11434/v1. Another address needs its key anew."], model: ["模型", "Model"],
	key: ["密钥", "Key"], keyNone: ["未设置；本机服务通常不需要", "None is set; services of your own rarely need one"], keySet: ["已设置，不会再显示。留空表示不变。", "Set, and never shown again. Empty: it stays."], keyLost: ["服务器的密码文件已更换，请重新填写密钥", "The server's secret has changed: type the key again"], keyAt: ["设置于", "Set"], keyForget: ["删除已保存的密钥", "Forget the key"],
	prompt: ["角色说明", "Who it is"], promptHint: ["它是谁、怎样说话；{0} 代表网站名称。防止编造等固定规则始终附加其后。", "Who it is and how it speaks; {0} is the site's name. The fixed rules, such as inventing nothing, always follow."],
	languages: ["回答语言", "Answers in"], visitors: ["访客使用的语言", "The visitor's language"], onlyZh: ["只用中文", "Chinese only"], onlyEn: ["只用英文", "English only"],
	hours: ["何时回答", "When it answers"], always: ["随时", "At any hour"], outside: ["仅在非营业时间，营业时间由客服接待", "Outside the business hours; people within them"],
	more: ["限制与费用", "Limits and cost"], temperature: ["温度（0–2）", "Temperature (0–2)"], temperatureHint: ["留空由服务决定", "Empty: the service's own"], tokens: ["每次回答最多令牌数", "Tokens of an answer"], asSite: ["0 表示与网站相同", "0: as the site"], timeout: ["每次回答最长秒数", "Seconds of an answer"],
	priceIn: ["输入价格 / 百万令牌", "Price of a million tokens in"], priceOut: ["输出价格 / 百万令牌", "Price of a million tokens out"], dayCost: ["每天费用上限", "The most a day may cost"], dayHint: ["达到后由客服接待，次日恢复；0 表示不限", "Then people answer until tomorrow; 0: no limit"],
	today: ["今天：{0} 次回答，{1} 个令牌，费用 {2}", "Answers today: {0}, tokens: {1}, cost: {2}"], guessed: ["（{0} 次的令牌数为估算）", "(the tokens of {0} are estimated)"], spent: ["今天的额度已用完", "Today's money is spent"], share: ["已用上限的 {0}", "{0} of the limit"],
	tryOut: ["测试连接", "Try the connection"], trying: ["正在测试…", "Trying…"], saveFirst: ["先保存修改，再测试连接。", "Save your changes, then try the connection."], works: ["连接正常", "It works"], fails: ["连接失败", "It does not work"], save: ["保存助手设置", "Save the assistant"], adminOnly: ["只有管理员可以修改服务、地址和密钥。", "Only admins change the service, its address and its key."],
}, common);

const NUMBERS = ["max_tokens", "timeout_seconds", "price_in", "price_out", "day_cost"];
let started = 0; // a form that was saved is another, though its key is as empty as before
const start = (ai) => ({ started: ++started, provider: ai.provider, url: ai.url, model: ai.model, api_key: "", forget: false, prompt: ai.prompt, languages: ai.languages.length === 1 ? ai.languages[0] : "", hours: ai.hours, temperature: ai.temperature === null ? "" : String(ai.temperature), ...Object.fromEntries(NUMBERS.map((key) => [key, String(ai[key])])) });
/** What is no number goes as it was typed: the server says so beside the field. */
const numeric = (text, empty) => (text.trim() === "" ? empty : Number.isNaN(Number(text)) ? text : Number(text));

function sent(values, admin) {
	const { provider, url, model, api_key: key, forget, prompt, languages, hours, temperature } = values;
	return { ...(admin && { provider, url, ...(key ? { api_key: key } : forget ? { api_key: "" } : {}) }), model, prompt, languages: languages ? [languages] : [], hours, temperature: numeric(temperature, -1), ...Object.fromEntries(NUMBERS.map((key) => [key, numeric(values[key], 0)])) };
}

function Try({ inboxId, ready }) {
	const { trial, error, busy, ask } = useTrial();
	return html`<div class="trial"><p class="o-row"><button type="button" disabled=${busy || !ready} onClick=${() => ask({ inbox_id: inboxId })}>${t(busy ? "trying" : "tryOut")}</button>${!ready && html`<small class="o-muted">${t("saveFirst")}</small>`}</p>
		<div aria-live="polite">${error && html`<p class="field-error">${error}</p>`}${trial && html`<p class="o-line"><${Tag} kind=${trial.state === "good" ? "ok" : "bad"}>${t(trial.state === "good" ? "works" : "fails")}</${Tag}><small>${millis(trial.ms)}</small></p>${trial.state === "good" ? html`<blockquote class="o-quote">${trial.answer}</blockquote>` : html`<p class="field-error">${trial.error}</p>`}`}</div></div>`;
}

const Today = ({ ai }) => html`<p class="o-line"><span>${t("today", number(ai.today.answers), number(ai.today.tokens_in + ai.today.tokens_out), money(ai.today.cost))}</span>${ai.today.estimated > 0 && html`<small class="o-muted">${t("guessed", number(ai.today.estimated))}</small>`}${ai.spent ? html`<${Tag} kind="bad">${t("spent")}</${Tag}>` : ai.day_cost > 0 && html`<small class="o-muted">${t("share", percent(ai.today.cost / ai.day_cost))}</small>`}</p>`;

function Key({ ai, form }) {
	const hint = ai.api_key_lost ? t("keyLost") : ai.api_key_set ? t("keySet") : t("keyNone");
	return html`<${Field} name="api_key" label=${t("key")} hint=${hint} type="password" autocomplete="new-password" spellcheck="false" maxlength="500" />
		${ai.api_key_set && html`<p class="o-line"><small class="o-muted">${t("keyAt")} <${When} at=${ai.api_key_set_at} /></small></p>${!form.values.api_key && html`<${Field} name="forget" as="check" label=${t("keyForget")} />`}`}`;
}

function Settings({ ai, onSaved }) {
	const may = can("inboxes:write"), admin = can("role:admin");
	const form = useForm(start(ai), async (values) => {
		const data = await call.put(`/api/v1/inboxes/${ai.inbox_id}/ai`, sent(values, admin));
		form.reset(start(data.ai));
		onSaved(data);
		say(common("saved"));
	});
	const { provider } = form.values;
	const network = provider === "openai" || (provider === "site" && ai.site_provider === "openai");
	const site = t({ builtin: "siteBuiltin", openai: "siteOpenai", off: "siteOff" }[ai.site_provider]);
	return html`<${Form} form=${form} label=${t("title")}><fieldset disabled=${!may}><section class="o-card ai"><h2>${t("title")}</h2><p class="o-hint">${t("hint")}${may && !admin ? ` ${t("adminOnly")}` : ""}</p>
		<${Field} name="provider" label=${t("provider")} as="select" disabled=${!admin} options=${[["site", t("site", site)], ["builtin", t("builtin")], ["openai", t("openai")], ["off", t("off")]]} />
		${provider === "openai" && html`<${Field} name="url" label=${t("url")} hint=${t("urlHint")} inputmode="url" placeholder="https://" spellcheck="false" disabled=${!admin} maxlength="500" />
			<${Field} name="model" label=${t("model")} spellcheck="false" maxlength="200" />${admin && html`<${Key} ai=${ai} form=${form} />`}`}
		${provider !== "off" && html`<${Field} name="hours" label=${t("hours")} as="select" options=${[["always", t("always")], ["outside_business_hours", t("outside")]]} />
			<${Field} name="languages" label=${t("languages")} as="select" options=${[["", t("visitors")], ["zh", t("onlyZh")], ["en", t("onlyEn")]]} />`}
		${network && html`<${Field} name="prompt" label=${t("prompt")} hint=${t("promptHint", "{0}")} as="area" rows="4" maxlength="4000" placeholder=${ai.default_prompt} />
			<h3>${t("more")}</h3><div class="fields">
			<${Field} name="temperature" label=${t("temperature")} hint=${t("temperatureHint")} inputmode="decimal" />
			<${Field} name="max_tokens" label=${t("tokens")} hint=${t("asSite")} inputmode="numeric" />
			<${Field} name="timeout_seconds" label=${t("timeout")} hint=${t("asSite")} inputmode="numeric" />
			<${Field} name="price_in" label=${t("priceIn")} inputmode="decimal" />
			<${Field} name="price_out" label=${t("priceOut")} inputmode="decimal" />
			<${Field} name="day_cost" label=${t("dayCost")} hint=${t("dayHint")} inputmode="decimal" /></div><${Today} ai=${ai} />
			${may && html`<${Try} inboxId=${ai.inbox_id} ready=${!form.dirty && provider === ai.provider} />`}`}
	</section></fieldset>${may && html`<${Submit} words=${t("save")} />`}</${Form}>`;
}

export function InboxAi({ id }) {
	const load = useLoad(() => call.get(`/api/v1/inboxes/${id}/ai`), [id]);
	return html`<${Loaded} load=${load} bones=${4}>${(data) => html`<${Settings} key=${data.ai.inbox_id} ai=${data.ai} onSaved=${load.put} />`}</${Loaded}>`;
}
