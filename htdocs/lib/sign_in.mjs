// The way in, the same for every page: the page's own title and hint, its language and its sign-in.
import { html } from "/vendor/html.mjs";
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { toggleTheme } from "./theme.mjs";

const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** page: of createPage; its words have title and signInHint. */
export function SignIn({ page, onDone }) {
	const { t, lang, setLang, signIn, sayError } = page;
	const [errors, setErrors] = useState({});
	const [busy, setBusy] = useState(false);
	const form = useRef();
	useEffect(() => form.current.elements.email.focus(), []);
	/** What is wrong before anything is sent, {field: text}. */
	const check = (email, password) => ({
		...(!email ? { email: t("needed") } : !EMAIL.test(email) ? { email: t("badEmail") } : {}),
		...(!password ? { password: t("needed") } : {}),
	});
	/** What the server refused, beside the field it names; else below the last one. */
	const refused = (error) => (error.field === "email" ? { email: error.issue } : { password: sayError(error) });
	const show = (found) => {
		setErrors(found);
		form.current.elements[Object.keys(found)[0]]?.focus();
	};
	const submit = async (event) => {
		event.preventDefault();
		const { email, password } = Object.fromEntries(new FormData(form.current));
		const found = check(email.trim(), password);
		if (Object.keys(found).length) return show(found);
		setBusy(true);
		setErrors({});
		try {
			await signIn(email.trim(), password);
			onDone();
		} catch (error) {
			show(refused(error));
			setBusy(false);
		}
	};
	const field = (name, type, complete) => html`<label for=${name}>${t(name)}</label>
		<input id=${name} name=${name} type=${type} autocomplete=${complete} required aria-invalid=${Boolean(errors[name])} aria-describedby=${`${name}-error`} />
		<p class="field-error" id=${`${name}-error`} role=${errors[name] ? "alert" : undefined} hidden=${!errors[name]}>${errors[name]}</p>`;
	const other = lang.value === "zh" ? "en" : "zh";
	return html`<main class="sign-in"><form ref=${form} onSubmit=${submit} novalidate>
		<img src="/favicon.svg" alt="" width="48" height="48" />
		<h1>${t("title")}</h1>
		<p class="muted">${t("signInHint")}</p>
		${field("email", "email", "username")}
		${field("password", "password", "current-password")}
		<button class="primary" disabled=${busy}>${busy ? t("signingIn") : t("signIn")}</button>
		<div class="row-of"><button type="button" class="quiet" lang=${other} onClick=${() => setLang(other)}>${t("language")}</button>
			<button type="button" class="quiet" onClick=${toggleTheme}>${t("theme")}</button></div>
	</form></main>`;
}
