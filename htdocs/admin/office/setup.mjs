// First run: an installed server without an account makes its first admin here. The shell shows it while GET /health says setup_needed.
import { html } from "/vendor/html.mjs";
import { useEffect, useState } from "/vendor/hooks.mjs";
import { ApiError } from "/lib/api.mjs";
import { Field, Form, Submit, useForm } from "./ui/form.mjs";
import { setLang, t as shell, toggleTheme } from "../base.mjs";
import { lang, words } from "./ui/app.mjs";
import { common } from "./ui/words.mjs";

const t = words({
	title: ["欢迎使用 Deskbell", "Welcome to Deskbell"], text: ["此服务器还没有账号。请创建第一位管理员，之后可以邀请团队成员。", "This server has no account yet. Make the first admin; everybody else can be added afterwards."],
	name: ["姓名", "Your name"], email: ["邮箱", "E-mail"], emailHint: ["用于登录", "You sign in with it"], password: ["密码", "Password"], passwordHint: ["至少 8 个字符", "At least 8 characters"], again: ["再次输入密码", "The password again"], differ: ["两次输入的密码不一致", "The two are not the same"], go: ["创建并登录", "Create and sign in"],
}, common);

export const setupNeeded = async () => {
	try {
		return (await (await fetch("/health")).json()).data.setup_needed === true;
	} catch {
		return false;
	}
};

/** api: the shell's client; onDone(user) once the admin is signed in. */
export function Setup({ api, onDone }) {
	const [styled, setStyled] = useState(false);
	useEffect(() => {
		const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/admin/office/office.css", onload: () => setStyled(true), onerror: () => setStyled(true) });
		document.head.append(link);
		document.title = `${t("title")} · Deskbell`;
	}, []);
	const form = useForm({ full_name: "", email: "", password: "", again: "" }, async ({ again, ...values }) => {
		if (again !== values.password) throw new ApiError(400, { details: [{ field: "again", message: t("differ") }] });
		await api.post("/api/v1/setup", values);
		onDone(await api.signIn(values.email, values.password));
	});
	return html`<main class="office setup" hidden=${!styled}><${Form} form=${form} class="o-card">
		<img src="/favicon.svg" alt="" width="48" height="48" /><h1>${t("title")}</h1><p>${t("text")}</p>
		<${Field} name="full_name" label=${t("name")} autocomplete="name" maxlength="100" />
		<${Field} name="email" label=${t("email")} hint=${t("emailHint")} type="email" autocomplete="username" />
		<${Field} name="password" label=${t("password")} hint=${t("passwordHint")} type="password" autocomplete="new-password" />
		<${Field} name="again" label=${t("again")} type="password" autocomplete="new-password" />
		<${Submit} words=${t("go")} always />
		<div class="row-of"><button type="button" class="o-link" lang=${lang.value === "zh" ? "en" : "zh"} onClick=${() => setLang(lang.value === "zh" ? "en" : "zh")}>${shell("language")}</button><button type="button" class="o-link" onClick=${toggleTheme}>${shell("theme")}</button></div>
	</${Form}></main>`;
}
