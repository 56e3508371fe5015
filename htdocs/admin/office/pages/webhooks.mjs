// Webhooks: who is told over HTTP what happens, and what became of it.
import { html } from "/vendor/html.mjs";
import { useState } from "/vendor/hooks.mjs";
import { call, can, href, visit, words } from "../ui/app.mjs";
import { Confirm, Dialog } from "../ui/dialog.mjs";
import { Field, Form, Submit, useForm } from "../ui/form.mjs";
import { number } from "../ui/format.mjs";
import { Rows, useList } from "../ui/list.mjs";
import { Loaded, useEvery, useLoad } from "../ui/load.mjs";
import { Copy, Page, Tag, When } from "../ui/page.mjs";
import { Pick } from "../ui/table.mjs";
import { say } from "../ui/toast.mjs";
import { common, errorText } from "../ui/words.mjs";

const t = words({
	title: ["Webhook", "Webhooks"], hint: ["事件发生时，向您的服务器发送签名的 HTTP 请求", "Signed HTTP requests to your own server when something happens"], add: ["新建 Webhook", "New webhook"],
	empty: ["还没有 Webhook", "No webhooks yet"], emptyHint: ["把对话和消息同步到您自己的系统。", "Keep a system of your own informed of conversations and messages."],
	url: ["地址", "URL"], urlHint: ["http 或 https", "http or https"], events: ["事件", "Events"], enabled: ["启用", "Enabled"], state: ["状态", "State"], edit: ["设置", "Settings"],
	secretTitle: ["请保存签名密钥", "Keep the secret"], secretText: ["密钥只显示这一次。用它验证请求头 X-Deskbell-Signature。", "It is shown this once. Check X-Deskbell-Signature with it."], secret: ["签名密钥", "Secret"], kept: ["我已保存", "I have kept it"],
	ownSecret: ["自定密钥", "A secret of your own"], ownSecretHint: ["至少 16 个字符；留空则自动生成", "16 or more characters; one is made when this is empty"],
	rotate: ["更换密钥", "New secret"], rotateText: ["旧密钥立即失效。继续？", "The old one does not count any more from then on. Go on?"],
	test: ["发送测试", "Send a test"], tested: ["测试已发送", "A test is on its way"], remove: ["删除", "Delete"], removeText: ["删除此 Webhook？尚未发送的事件不会再发送。", "Delete this webhook? What waits for it is not sent."],
	log: ["投递记录", "Deliveries"], logHint: ["近 30 天，最新的在前", "The last 30 days, newest first"], noLog: ["还没有投递", "Nothing was sent yet"],
	event: ["事件", "Event"], attempts: ["次数", "Attempts"], answer: ["响应", "Answer"], at: ["时间", "When"], next: ["下次重试", "Next try"], retry: ["重发", "Send again"], retried: ["已重新发送", "It is sent again"], number: ["编号", "Number"],
	delivered: ["已送达", "Delivered"], failed: ["失败", "Failed"], pending: ["等待中", "Waiting"], ms: ["{0} 毫秒", "{0} ms"],
	"conversation.created": ["对话已创建", "Conversation created"], "conversation.updated": ["对话已更新", "Conversation updated"], "conversation.resolved": ["对话已解决", "Conversation resolved"], "message.created": ["新消息", "Message created"], "rating.created": ["收到评分", "Rating created"], ping: ["测试", "Test"],
}, common);

const PATH = "/api/v1/webhooks";
const EVENTS = ["conversation.created", "conversation.updated", "conversation.resolved", "message.created", "rating.created"];

const Events = () => html`<${Field} name="events" label="" as="custom">${(attributes, set, list) => html`<fieldset class="checks" aria-describedby=${attributes["aria-describedby"]}><legend>${t("events")}</legend>
	${EVENTS.map((event, i) => html`<label key=${event}><input type="checkbox" id=${i ? undefined : attributes.id} aria-invalid=${attributes["aria-invalid"]} checked=${list.includes(event)} onChange=${(change) => set(EVENTS.filter((one) => (one === event ? change.target.checked : list.includes(one))))} /><span>${t(event)} <code>${event}</code></span></label>`)}</fieldset>`}</${Field}>`;

const Secret = ({ text, onClose }) => html`<${Dialog} title=${t("secretTitle")} onClose=${onClose}><p>${t("secretText")}</p><div class="secret"><code tabindex="0" aria-label=${t("secret")}>${text}</code><${Copy} text=${text} /></div><footer><button type="button" class="primary" data-first="" onClick=${onClose}>${t("kept")}</button></footer></${Dialog}>`;

function New({ onClose, onMade }) {
	const form = useForm({ url: "", events: ["conversation.created", "message.created"], secret: "" }, async ({ secret, ...values }) => onMade(await call.post(PATH, secret ? { ...values, secret } : values)));
	return html`<${Dialog} title=${t("add")} onClose=${onClose}><${Form} form=${form}>
		<${Field} name="url" label=${t("url")} hint=${t("urlHint")} type="url" placeholder="https://" spellcheck="false" /><${Events} /><${Field} name="secret" label=${t("ownSecret")} hint=${t("ownSecretHint")} optional />
		<${Submit} words=${common("create")} always onCancel=${onClose} /></${Form}></${Dialog}>`;
}

function List() {
	const list = useList(PATH);
	const [adding, setAdding] = useState(false);
	const [secret, setSecret] = useState("");
	const add = can("settings:write") && html`<button type="button" class="primary" onClick=${() => setAdding(true)}>${t("add")}</button>`;
	return html`<${Page} title=${t("title")} hint=${t("hint")} actions=${add}>
		<${Rows} list=${list} name="webhooks" caption=${t("title")} empty=${{ title: t("empty"), hint: t("emptyHint"), action: add }} columns=${[
			{ key: "url", label: t("url"), show: (row) => html`<a class="url" href=${href(`webhooks/${row.id}`)}>${row.url}</a>` },
			{ key: "events", label: t("events"), class: "o-text", show: (row) => row.events.map((event) => html`<${Tag} key=${event}>${t(event)}</${Tag}> `) },
			{ key: "state", label: t("state"), show: (row) => html`<${Tag} kind=${row.enabled ? "ok" : ""}>${common(row.enabled ? "on" : "off")}</${Tag}>` },
			{ key: "updated", label: common("updatedAt"), class: "when", show: (row) => html`<${When} at=${row.updated_at} />` }]} />
		${adding && html`<${New} onClose=${() => setAdding(false)} onMade=${({ webhook }) => {
			setAdding(false);
			setSecret(webhook.secret);
			list.load.reload();
		}} />`}
		${secret && html`<${Secret} text=${secret} onClose=${() => setSecret("")} />`}
	</${Page}>`;
}

function Facts({ webhook, onSaved }) {
	const may = can("settings:write");
	const form = useForm({ url: webhook.url, events: webhook.events, enabled: webhook.enabled }, async (values) => {
		onSaved(await call.put(`${PATH}/${webhook.id}`, values));
		say(common("saved"));
	});
	return html`<section class="o-card follows"><h2>${t("edit")}</h2><${Form} form=${form}><fieldset disabled=${!may}><${Field} name="url" label=${t("url")} type="url" spellcheck="false" /><${Events} /><${Field} name="enabled" label=${t("enabled")} as="check" /></fieldset>${may && html`<${Submit} />`}</${Form}></section>`;
}

function Log({ id, list }) {
	const again = async (row) => {
		try {
			await call.post(`${PATH}/${id}/deliveries/${row.id}/retry`);
			say(t("retried"));
			list.load.reload();
		} catch (error) {
			say(errorText(error), "bad");
		}
	};
	useEvery(5, list.load.reload);
	const columns = [
		{ key: "event", label: t("event"), show: (row) => html`${t(row.event)}${row.conversation_id ? html` <small>#${row.conversation_id}</small>` : ""}` },
		{ key: "state", label: t("state"), show: (row) => html`<${Tag} kind=${{ delivered: "ok", failed: "bad" }[row.status] ?? "warn"}>${t(row.status)}</${Tag}>` },
		{ key: "answer", label: t("answer"), class: "o-text", show: (row) => html`${row.response_status ?? ""} ${row.response_ms !== null && row.response_status ? html`<small>${t("ms", number(row.response_ms))}</small>` : ""} ${row.error && html`<small class="bad">${row.error}</small>`}` },
		{ key: "attempts", label: t("attempts"), class: "num", show: (row) => html`${number(row.attempts)}${row.next_at && row.attempts > 0 && html`<small> ${t("next")} <${When} at=${row.next_at} /></small>`}` },
		{ key: "at", label: t("at"), class: "when", show: (row) => html`<${When} at=${row.created_at} />` },
		...(can("settings:write") ? [{ key: "act", label: common("actions"), class: "o-act", show: (row) => html`<button type="button" class="o-link" aria-label=${`${t("retry")}: ${row.id}`} onClick=${() => again(row)}>${t("retry")}</button>` }] : []),
	];
	return html`<section class="o-card"><h2>${t("log")}</h2><p class="o-hint">${t("logHint")}</p>
		<div class="filters"><${Pick} label=${t("state")} value=${list.filters.status} options=${[["", common("all")], ...["pending", "delivered", "failed"].map((status) => [status, t(status)])]} onChange=${(status) => list.set({ status })} /></div>
		<${Rows} list=${list} name="deliveries" caption=${t("log")} columns=${columns} empty=${{ title: t("noLog") }} /></section>`;
}

function One({ id }) {
	const load = useLoad(() => call.get(`${PATH}/${id}`), [id]);
	const list = useList(`${PATH}/${id}/deliveries`, { status: "" });
	const [asking, setAsking] = useState("");
	const [secret, setSecret] = useState("");
	const test = async () => {
		try {
			await call.post(`${PATH}/${id}/test`);
			say(t("tested"));
			list.load.reload();
		} catch (error) {
			say(errorText(error), "bad");
		}
	};
	const actions = load.data && can("settings:write") && html`<button type="button" onClick=${test}>${t("test")}</button><button type="button" onClick=${() => setAsking("rotate")}>${t("rotate")}</button><button type="button" class="danger quiet" onClick=${() => setAsking("remove")}>${t("remove")}</button>`;
	const rotate = async () => setSecret((await call.post(`${PATH}/${id}/rotate-secret`)).webhook.secret);
	return html`<${Page} title=${load.data?.webhook.url ?? t("title")} back=${["webhooks", t("title")]} actions=${actions} class="url-title">
		<${Loaded} load=${load}>${({ webhook }) => html`<${Log} id=${id} list=${list} /><${Facts} key=${webhook.updated_at} webhook=${webhook} onSaved=${load.put} />`}</${Loaded}>
		${asking === "rotate" && html`<${Confirm} title=${t("rotate")} text=${t("rotateText")} verb=${t("rotate")} work=${rotate} onClose=${() => setAsking("")} />`}
		${asking === "remove" && html`<${Confirm} title=${t("remove")} text=${t("removeText")} work=${() => call.del(`${PATH}/${id}`)} onClose=${(good) => {
			setAsking("");
			if (good) visit("webhooks");
		}} />`}
		${secret && html`<${Secret} text=${secret} onClose=${() => setSecret("")} />`}
	</${Page}>`;
}

export default ({ route }) => (route[0] ? html`<${One} key=${route[0]} id=${route[0]} />` : html`<${List} />`);
