// Maintenance mode: the switch, what people are told, and what that means for them.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, words } from "../ui/app.mjs";
import { Confirm } from "../ui/dialog.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { Loaded, useEvery, useLoad } from "../ui/load.mjs";
import { Tag, When } from "../ui/page.mjs";
import { say } from "../ui/toast.mjs";
import { errorText } from "../ui/words.mjs";

const t = words({
	state: ["状态", "State"], on: ["已关闭站点", "The site is closed"], off: ["站点正常开放", "The site is open"], since: ["开始于", "Since"],
	message: ["给大家看的说明", "What people are told"], messageHint: ["留空则显示默认说明。最多 200 字。", "Empty says the usual sentence. 200 characters at most."],
	close: ["开启维护模式", "Close the site"], change: ["更新说明", "Change the text"], end: ["结束维护", "Open the site"],
	sure: ["开启维护模式？", "Close the site?"], sureText: ["一秒之内，除管理员外所有人都会被拒绝，直到您结束维护。", "Within a second all but admins are refused, until you open it again."],
	begun: ["维护模式已开启", "The site is closed"], ended: ["维护已结束", "The site is open again"], changed: ["说明已更新", "The text is changed"],
	people: ["大家会看到", "What people read"], usual: ["系统维护中，请稍后再试", "The system is under maintenance. Please try again later"],
	effects: ["维护期间", "While it is closed"],
	visitors: ["访客：无法开始对话；已写的消息保存在其浏览器中，开放后自动发送。", "Visitors begin no conversation. What they write is kept in their browser and sent when the site is open again."],
	staff: ["客服和主管：无法登录，所有操作都会得到上面的说明（503）。", "Agents and supervisors cannot sign in; whatever they ask for is refused with these words (503)."],
	admins: ["管理员：一切照常。", "Admins go on as always."],
	health: ["健康检查继续回答；后台任务（备份、导出）继续运行。", "Health checks are answered, and the worker's jobs (backups, exports) go on."],
});
const PATH = "/api/system/maintenance";

function Switch({ now, onSaved }) {
	const [asking, setAsking] = useState(false);
	const [busy, setBusy] = useState(false);
	const put = async (enabled, text) => onSaved(await call.put(PATH, enabled ? { enabled, message: text } : { enabled }));
	const form = useForm({ message: now.message }, async ({ message }) => {
		if (!now.enabled) return setAsking(true);
		await put(true, message);
		say(t("changed"));
	});
	const end = async () => {
		setBusy(true);
		try {
			await put(false);
			say(t("ended"));
		} catch (error) {
			say(errorText(error), "bad");
		}
		setBusy(false);
	};
	const said = form.values.message.trim() || t("usual");
	return html`<section class="o-card"><h2>${t("state")}</h2>
		<p class="o-row"><${Tag} kind=${now.enabled ? "warn" : "ok"}>${t(now.enabled ? "on" : "off")}</${Tag}>${now.since && html`<span class="o-muted">${t("since")} <${When} at=${now.since} /></span>`}</p>
		<${Form} form=${form}>
			<${Field} name="message" label=${t("message")} hint=${t("messageHint")} as="area" rows="3" maxlength="200" />
			<div><h3>${t("people")}</h3><p class="preview said" dir="auto">${said}</p></div>
			<${Submit} words=${t(now.enabled ? "change" : "close")} always=${!now.enabled} />
		</${Form}>
		${now.enabled && html`<p><button type="button" class="primary" disabled=${busy} onClick=${end}>${t("end")}</button></p>`}
		${asking && html`<${Confirm} title=${t("sure")} text=${t("sureText")} verb=${t("close")} work=${() => put(true, form.values.message)} onClose=${(good) => {
			setAsking(false);
			if (good) say(t("begun"));
		}}><p class="preview said" dir="auto">${said}</p></${Confirm}>`}
	</section>`;
}

export default function Maintenance() {
	const load = useLoad(() => call.get(PATH), []);
	useEvery(10, load.renew);
	return html`<${Loaded} load=${load}>${(now) => html`<div class="columns">
		<${Switch} key=${`${now.enabled}${now.since}`} now=${now} onSaved=${load.put} />
		<section class="o-card"><h2>${t("effects")}</h2><ul class="bullets">${["visitors", "staff", "admins", "health"].map((key) => html`<li key=${key}>${t(key)}</li>`)}</ul></section>
	</div>`}</${Loaded}>`;
}
