// The way in, the same for every page: the page's own title and hint, its language and its sign-in; and a forgotten password.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { toggleTheme } from "./theme.mjs";

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const PASSWORD_LEAST = 8;

/**
 * A card with a few fields. fields: [name, type, autocomplete]…; check(values) → {field: text} before anything is sent; send(values);
 * refused(error) → {field: text}; words: what the button says, and while it is busy.
 */
function Entry({ page, title, hint, fields, check, send, refused, words, children }) {
	const { t, lang, setLang } = page;
	const [errors, setErrors] = useState({});
	const [busy, setBusy] = useState(false);
	const form = useRef();
	useEffect(() => form.current.elements[fields[0][0]].focus(), []);
	const show = (found) => {
		setErrors(found);
		form.current.elements[Object.keys(found)[0]]?.focus();
	};
	const submit = async (event) => {
		event.preventDefault();
		const values = Object.fromEntries(new FormData(form.current));
		const empty = fields.filter(([name]) => !values[name].trim()).map(([name]) => [name, t("needed")]);
		const found = { ...check(values), ...Object.fromEntries(empty) };
		if (Object.keys(found).length) return show(found);
		setBusy(true);
		setErrors({});
		try {
			await send(values);
		} catch (error) {
			show(refused(error));
			setBusy(false);
		}
	};
	const field = ([name, type, complete]) => html`<label for=${name}>${t(name)}</label>
		<input id=${name} name=${name} type=${type} autocomplete=${complete} required onInput=${() => errors[name] && setErrors({ ...errors, [name]: undefined })} aria-invalid=${Boolean(errors[name])} aria-describedby=${`${name}-error`} />
		<p class="field-error" id=${`${name}-error`} role=${errors[name] ? "alert" : undefined} hidden=${!errors[name]}>${errors[name]}</p>`;
	const other = lang.value === "zh" ? "en" : "zh";
	return html`<main class="sign-in"><form ref=${form} onSubmit=${submit} novalidate>
		<img src="/favicon.svg" alt="" width="48" height="48" />
		<h1>${t(title)}</h1>
		<p class="muted">${t(hint)}</p>
		${fields.map(field)}
		<button class="primary" disabled=${busy}>${t(words[busy ? 1 : 0])}</button>
		${children}
		<div class="row-of"><button type="button" class="quiet" lang=${other} onClick=${() => setLang(other)}>${t("language")}</button>
			<button type="button" class="quiet" onClick=${toggleTheme}>${t("theme")}</button></div>
	</form></main>`;
}

const badEmail = (page, email) => (EMAIL.test(email.trim()) ? {} : { email: page.t("badEmail") });
/** What the server refused, beside the field it names; else below the last one. */
const besides = (page, names) => (error) => ({ [names.includes(error.field) ? error.field : names.at(-1)]: (names.includes(error.field) && error.issue) || page.sayError(error) });

/** Whether this server can send a link; what cannot be asked is no. */
async function linksSent() {
	try {
		return (await (await fetch("/health")).json()).data.password_links === true;
	} catch {
		return false;
	}
}

function Forgotten({ page, onBack }) {
	const { t, api } = page;
	const [sent, setSent] = useState(false);
	if (sent) return html`<main class="sign-in"><form><img src="/favicon.svg" alt="" width="48" height="48" /><h1>${t("forgottenTitle")}</h1><p role="status">${t("linkSent")}</p><div class="row-of"><button type="button" class="quiet" onClick=${onBack}>${t("toSignIn")}</button></div></form></main>`;
	return html`<${Entry} page=${page} title="forgottenTitle" hint="forgottenHint" fields=${[["email", "email", "username"]]} words=${["sendLink", "sending"]}
		check=${({ email }) => badEmail(page, email)} refused=${besides(page, ["email"])}
		send=${async ({ email }) => (await api.post("/api/v1/auth/password/forgotten", { email: email.trim() }), setSent(true))}>
		<div class="row-of"><button type="button" class="quiet" onClick=${onBack}>${t("toSignIn")}</button></div>
	</${Entry}>`;
}

/** What the link of such a mail opens. onDone() when the new password is kept, or the person would rather go back. */
export function NewPassword({ page, token, onDone }) {
	const { t, api } = page;
	const check = ({ newPassword, again }) => (newPassword.length < PASSWORD_LEAST ? { newPassword: t("tooShort") } : newPassword !== again ? { again: t("differ") } : {});
	const refused = (error) => (error.field === "password" ? { newPassword: error.issue } : { again: error.issue || page.sayError(error) });
	return html`<${Entry} page=${page} title="forgottenTitle" hint="newPasswordHint" fields=${[["newPassword", "password", "new-password"], ["again", "password", "new-password"]]} words=${["savePassword", "sending"]}
		check=${check} refused=${refused}
		send=${async ({ newPassword }) => (await api.post("/api/v1/auth/password/choose", { token, password: newPassword }), onDone(true))}>
		<div class="row-of"><button type="button" class="quiet" onClick=${() => onDone(false)}>${t("toSignIn")}</button></div>
	</${Entry}>`;
}

/** page: of createPage; its words have title and signInHint. hint: a key to stand there instead. */
export function SignIn({ page, onDone, hint = "signInHint" }) {
	const { t, signIn } = page;
	const [links, setLinks] = useState(false);
	const [forgotten, setForgotten] = useState(false);
	useEffect(() => void linksSent().then(setLinks), []);
	if (forgotten) return html`<${Forgotten} page=${page} onBack=${() => setForgotten(false)} />`;
	return html`<${Entry} page=${page} title="title" hint=${hint} fields=${[["email", "email", "username"], ["password", "password", "current-password"]]} words=${["signIn", "signingIn"]}
		check=${({ email }) => badEmail(page, email)} refused=${besides(page, ["email", "password"])}
		send=${async ({ email, password }) => (await signIn(email.trim(), password), onDone())}>
		${links && html`<div class="row-of"><button type="button" class="quiet" onClick=${() => setForgotten(true)}>${t("forgotten")}</button></div>`}
	</${Entry}>`;
}
