// One inbox: its settings, the widget as it will look, and the snippet.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { ApiError } from "/lib/api.mjs";
import { call, can, lang, theme, visit, words } from "../ui/app.mjs";
import { ColorField } from "../ui/color.mjs";
import { Confirm } from "../ui/dialog.mjs";
import { Chips, Field, Form, Submit, useForm } from "../ui/form.mjs";
import { HoursField } from "./hours.mjs";
import { InboxAi } from "./inbox_ai.mjs";
import { Loaded, useLoad, useRest } from "../ui/load.mjs";
import { Copy, Page } from "../ui/page.mjs";
import { say } from "../ui/toast.mjs";
import { common } from "../ui/words.mjs";

const t = words({
	title: ["收件箱", "Inboxes"], look: ["外观与问候", "Look and greeting"], name: ["名称", "Name"], color: ["主色", "Colour"], locale: ["语言", "Language"], auto: ["跟随访客的浏览器", "By the visitor's browser"],
	greeting: ["问候语", "Greeting"], greetingHint: ["访客打开页面后，从聊天按钮旁弹出", "Appears beside the launcher"], delay: ["问候延迟（秒）", "Greeting after (seconds)"], enabled: ["启用此收件箱", "This inbox is on"], enabledHint: ["关闭后，网站上的聊天窗口不再出现。", "When off, the chat window is gone from the site."],
	before: ["聊天之前", "Before the chat"], fields: ["聊天前表单", "Pre-chat fields"], fieldsHint: ["访客开始聊天前填写的内容。name、email、phone 会存入客户资料。", "What visitors fill in first. name, email and phone go to the contact."], keyNeeded: ["每个字段都需要字段名", "Each field needs a key"], addField: ["添加字段", "Add a field"], key: ["字段名", "Key"], label: ["显示名称", "Label"], required: ["必填", "Required"], up: ["上移", "Move up"], asName: ["姓名", "Name"], asEmail: ["邮箱", "E-mail"], asPhone: ["电话", "Phone"],
	offline: ["离线留言提示", "Offline message"], offlineHint: ["非营业时间向访客显示", "Visitors read it outside the business hours"],
	access: ["允许的网站", "Allowed sites"], origins: ["网站地址", "Origins"], originsHint: ["例如 https://shop.example 或 https://*.shop.example，留空表示任何网站", "https://shop.example or https://*.shop.example; none: any site"],
	preview: ["预览", "Preview"], shown: ["窗口打开", "Open"], launcher: ["仅按钮", "Launcher"], previewHint: ["使用真实的聊天窗口，未保存的修改也会显示", "The real widget, with what is not saved yet"],
	snippet: ["安装代码", "Snippet"], snippetHint: ["复制到网站每个页面的 </body> 之前", "Copy it into each page of the site, before </body>"],
	rotate: ["更换令牌", "New token"], rotateText: ["旧令牌立即失效，网站上的代码需要更新。继续？", "Pages with the old token are refused from then on; update the snippet there. Go on?"], remove: ["删除", "Delete"], removeText: ["删除收件箱“{0}”？其对话会保留。", "Delete the inbox “{0}”? Its conversations stay."],
}, common);

const PATH = "/api/v1/inboxes";

/** The widget itself in a frame of its own, where its calls are answered on the spot (preview.mjs). Not to be entered: only looked at. */
function Preview({ values }) {
	const frame = useRef();
	const [open, setOpen] = useState(true);
	const rested = useRest(JSON.stringify({ ...values, open, lang: values.locale === "auto" ? lang.value : values.locale, dark: matchMedia("(prefers-color-scheme: dark)").matches, theme: document.documentElement.dataset.theme ?? "", painted: theme.value }), 300);
	const tell = () => frame.current?.contentWindow?.postMessage({ inbox: JSON.parse(rested) }, location.origin);
	useEffect(tell, [rested]);
	return html`<section class="o-card widget"><h2>${t("preview")}</h2><p class="o-hint">${t("previewHint")}</p>
		<div class="segments" role="group" aria-label=${t("preview")}>${[[true, "shown"], [false, "launcher"]].map(([is, key]) => html`<button type="button" key=${key} aria-pressed=${open === is} onClick=${() => setOpen(is)}>${t(key)}</button>`)}</div>
		<iframe ref=${frame} src="/admin/office/preview.html" title=${t("preview")} tabindex="-1" inert onLoad=${tell}></iframe>
	</section>`;
}

const snippetOf = (token) => `<script async src="${location.origin}/widget.js" data-inbox="${token}"></script>`;

const Snippet = ({ inbox, onRotate }) => html`<section class="o-card"><h2>${t("snippet")}</h2><p class="o-hint">${t("snippetHint")}</p>
	<pre class="snippet" tabindex="0" aria-label=${t("snippet")}><code>${snippetOf(inbox.website_token)}</code></pre>
	<p class="o-row"><${Copy} text=${snippetOf(inbox.website_token)} />${can("inboxes:write") && html`<button type="button" onClick=${onRotate}>${t("rotate")}</button>`}</p></section>`;

function Fields({ lines, onChange, disabled }) {
	const put = (line, change) => onChange(lines.map((one) => (one === line ? { ...one, ...change } : one)));
	const raise = (i) => onChange(lines.map((one, k) => (k === i - 1 ? lines[i] : k === i ? lines[i - 1] : one)));
	const unused = ["name", "email", "phone"].find((key) => !lines.some((line) => line.name === key));
	return html`<div class="lines">${lines.map((line, i) => html`<div class="pair three" key=${i}>
		<input aria-label=${`${t("key")} ${i + 1}`} placeholder=${t("key")} value=${line.name} spellcheck="false" onInput=${(event) => put(line, { name: event.target.value })} disabled=${disabled} />
		<input aria-label=${`${t("label")} ${i + 1}`} placeholder=${t("label")} value=${line.label} onInput=${(event) => put(line, { label: event.target.value })} disabled=${disabled} />
		<label class="mini"><input type="checkbox" checked=${line.required} onChange=${(event) => put(line, { required: event.target.checked })} disabled=${disabled} /><span>${t("required")}</span></label>
		${!disabled && html`<button type="button" class="o-icon" disabled=${i === 0} aria-label=${`${t("up")}: ${line.label}`} onClick=${() => raise(i)}>↑</button><button type="button" class="o-icon" aria-label=${`${common("remove")}: ${line.label}`} onClick=${() => onChange(lines.filter((one) => one !== line))}>✕</button>`}
	</div>`)}${!disabled && lines.length < 10 && html`<button type="button" class="o-link" onClick=${() => onChange([...lines, { name: unused ?? "", label: unused ? t({ name: "asName", email: "asEmail", phone: "asPhone" }[unused]) : "", required: false }])}>+ ${t("addField")}</button>`}</div>`;
}

const start = (inbox) => ({ name: inbox.name, color: inbox.color, greeting: inbox.greeting, greeting_delay: String(inbox.greeting_delay), locale: inbox.locale, enabled: inbox.enabled, offline_message: inbox.offline_message,
	allowed_origins: inbox.allowed_origins, business_hours: inbox.business_hours, pre_chat_fields: inbox.pre_chat_fields });

function Settings({ inbox, onSaved, onRotate }) {
	const may = can("inboxes:write");
	const form = useForm(start(inbox), async (values) => {
		// the server would say "name" of it, which is the inbox's own field
		if (values.pre_chat_fields.some((line) => !line.name.trim())) throw new ApiError(400, { details: [{ field: "pre_chat_fields", message: t("keyNeeded") }] });
		const delay = values.greeting_delay.trim();
		onSaved(await call.put(`${PATH}/${inbox.id}`, { ...values, greeting_delay: /^\d+$/.test(delay) ? Number(delay) : delay }));
		say(common("saved"));
	});
	const group = (attributes, label, children) => html`<div id=${attributes.id} role="group" tabindex="-1" aria-label=${label} aria-describedby=${attributes["aria-describedby"]} data-invalid=${attributes["aria-invalid"]}>${children}</div>`;
	return html`<div class="columns inbox"><${Form} form=${form}><fieldset disabled=${!may}>
		<section class="o-card"><h2>${t("look")}</h2>
			<${Field} name="name" label=${t("name")} maxlength="100" />
			<${Field} name="enabled" label=${t("enabled")} hint=${t("enabledHint")} as="check" />
			<${ColorField} label=${t("color")} />
			<${Field} name="locale" label=${t("locale")} as="select" options=${[["auto", t("auto")], ["zh", common("zh")], ["en", common("en")]]} />
			<${Field} name="greeting" label=${t("greeting")} hint=${t("greetingHint")} as="area" rows="2" maxlength="500" />
			<${Field} name="greeting_delay" label=${t("delay")} inputmode="numeric" class="o-short" /></section>
		<section class="o-card"><h2>${t("before")}</h2>
			<${Field} name="business_hours" label="" as="custom" owns=${["from", "to", "day", "timezone"]}>${(attributes, set, value) => html`<${HoursField} value=${value} onChange=${set} disabled=${!may} attributes=${attributes} />`}</${Field}>
			<${Field} name="offline_message" label=${t("offline")} hint=${t("offlineHint")} as="area" rows="2" maxlength="500" />
			<${Field} name="pre_chat_fields" label=${t("fields")} hint=${t("fieldsHint")} as="custom" owns=${["label", "required"]}>${(attributes, set, lines) => group(attributes, t("fields"), html`<${Fields} lines=${lines} onChange=${set} disabled=${!may} />`)}</${Field}></section>
		<section class="o-card"><h2>${t("access")}</h2>
			<${Field} name="allowed_origins" label=${t("origins")} hint=${t("originsHint")} as="custom">${(attributes, set, list) => html`<${Chips} attributes=${attributes} list=${list} onChange=${set} placeholder="https://" disabled=${!may} />`}</${Field}></section>
		</fieldset>${may ? html`<div class="sticky"><${Submit} /></div>` : html`<p class="o-hint">${common("readOnly")}</p>`}</${Form}>
		<div class="aside"><${Snippet} inbox=${inbox} onRotate=${onRotate} /><${Preview} values=${form.values} /></div></div>`;
}

export function Inbox({ id }) {
	const load = useLoad(() => call.get(`${PATH}/${id}`), [id]);
	const [asking, setAsking] = useState("");
	const inbox = load.data?.inbox;
	const close = (then) => (good) => {
		setAsking("");
		if (good) then();
	};
	return html`<${Page} title=${inbox?.name ?? t("title")} back=${["inboxes", t("title")]} actions=${inbox && can("inboxes:write") && html`<button type="button" class="danger quiet" onClick=${() => setAsking("remove")}>${t("remove")}</button>`}>
		<${Loaded} load=${load} bones=${10}>${(data) => html`<${Settings} key=${data.inbox.id} inbox=${data.inbox} onSaved=${load.put} onRotate=${() => setAsking("rotate")} />`}</${Loaded}>
		${inbox && html`<${InboxAi} key=${inbox.id} id=${inbox.id} />`}
		${asking === "rotate" && html`<${Confirm} title=${t("rotate")} text=${t("rotateText")} verb=${t("rotate")} work=${async () => load.put(await call.post(`${PATH}/${id}/rotate-token`))} onClose=${close(() => say(common("saved")))} />`}
		${asking === "remove" && html`<${Confirm} title=${t("remove")} text=${t("removeText", inbox.name)} work=${() => call.del(`${PATH}/${id}`)} onClose=${close(() => visit("inboxes"))} />`}
	</${Page}>`;
}
