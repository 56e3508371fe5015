// Language, sign-in, small things kept and calls: what every page for people who sign in builds on.
import { signal } from "/vendor/signals.mjs";
import { ApiError, createApi, session } from "./api.mjs";

const SPOKEN = "deskbell.lang";
const STAFF = ["admin", "supervisor", "agent"];
export const isStaff = (user) => STAFF.includes(user?.role);

/** Texts of every such page, [zh, en]; a page's own stand before them. */
const COMMON = {
	email: ["邮箱", "E-mail"], password: ["密码", "Password"], signIn: ["登录", "Sign in"], signingIn: ["正在登录…", "Signing in…"], signOut: ["退出登录", "Sign out"],
	forgotten: ["忘记密码？", "Forgot your password?"], forgottenTitle: ["重设密码", "A new password"], forgottenHint: ["填写登录邮箱，我们会发送一个链接", "Tell us the e-mail you sign in with, and we send a link"], sendLink: ["发送链接", "Send the link"], sending: ["正在发送…", "Sending…"],
	linkSent: ["如果该邮箱有账号，链接已发送。请在半小时内打开它。", "If there is such an account, the link is on its way. Open it within half an hour."], toSignIn: ["返回登录", "Back to sign-in"],
	newPassword: ["新密码", "New password"], newPasswordHint: ["至少 8 个字符；其他设备上的登录会失效", "At least 8 characters. You are signed out everywhere else"], again: ["再次输入", "Once more"], tooShort: ["至少 8 个字符", "At least 8 characters"], differ: ["两次输入的不一致", "The two are not the same"], savePassword: ["保存新密码", "Save the new password"], passwordSaved: ["新密码已保存，请登录", "The new password is saved. Please sign in"],
	needed: ["请填写此项", "Please fill this in"], badEmail: ["邮箱格式不正确", "This is not an e-mail address"],
	held: ["连接已断开，恢复后自动继续", "Connection lost; it goes on by itself"], unreadable: ["无法读取此文件，请重新选择", "This file cannot be read; choose it again"],
	offline: ["网络不可用，请稍后再试", "No connection, please try again"], tooFast: ["操作太频繁，请在 {0} 秒后再试", "Too many requests, please try again in {0} s"],
	failed: ["加载失败", "Could not be loaded"], retry: ["重试", "Try again"], loading: ["加载中…", "Loading…"], close: ["关闭", "Close"], cancel: ["取消", "Cancel"], back: ["返回", "Back"], edit: ["编辑", "Edit"], discard: ["丢弃", "Discard"],
	parts: ["主导航", "Main"], reconnecting: ["连接已断开，正在重新连接… 您输入的内容不会丢失", "Connection lost, reconnecting… nothing you type is lost"],
	language: ["Switch to English", "切换到中文"], theme: ["切换明暗", "Switch light or dark"], menuOf: ["{0} 的菜单", "Menu of {0}"],
};

/** What the browser keeps below a prefix. What cannot be kept (private mode, full) is simply not kept. */
export function createStore(prefix) {
	return {
		prefix,
		recall(key, fallback) {
			try {
				return JSON.parse(localStorage.getItem(prefix + key)) ?? fallback;
			} catch {
				return fallback;
			}
		},
		remember(key, value) {
			try {
				if (value === null || value === undefined) localStorage.removeItem(prefix + key);
				else localStorage.setItem(prefix + key, JSON.stringify(value));
			} catch {
				// nothing else depends on it
			}
		},
	};
}

/** The text of a key in the page's language; {0}, {1} are filled in, {0|file|files} by how many {0} is. */
function createWords(own) {
	const words = { ...COMMON, ...own };
	const lang = signal(document.documentElement.lang === "en" ? "en" : "zh");
	return {
		lang,
		t: (key, ...holes) => (words[key]?.[lang.value === "en" ? 1 : 0] ?? key).replace(/\{(\d)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, i, one, more) => (one === undefined ? holes[i] ?? "" : Number(holes[i]) === 1 ? one : more)),
		addWords: (more) => Object.assign(words, more),
		setLang(next) {
			lang.value = next;
			document.documentElement.lang = next;
			try {
				localStorage.setItem(SPOKEN, next);
			} catch {
				// private mode: good for this page only
			}
		},
	};
}

/** Who is signed in. admits(user): whom the page is for; refused: the key of what the others are told. */
function createSignIn({ admits, refused, t, lang }) {
	const kept = session.read()?.user;
	const user = signal(kept && admits(kept) ? kept : null);
	const ends = new Set(); // what stops when the person signs out
	const forget = () => {
		session.write(null);
		for (const end of ends) end();
		user.value = null;
	};
	const api = createApi({ lang: () => lang.value, onSignedOut: forget });
	addEventListener("storage", (event) => {
		if (event.key === "deskbell.sign-in" && !event.newValue && user.value) forget(); // signed out in another tab
	});
	return {
		user,
		api,
		onSignedOut: (end) => ends.add(end),
		async signIn(email, password) {
			const who = await api.signIn(email, password);
			if (!admits(who)) {
				await api.signOut();
				throw new ApiError(403, { message: t(refused) });
			}
			user.value = who;
		},
	};
}

/** createPage({prefix, words, admits, refused}) → language, store, sign-in, calls, the clock and what went wrong. */
export function createPage({ prefix, words, admits = () => true, refused }) {
	const texts = createWords(words);
	const problem = signal("");
	const clock = signal(Date.now());
	setInterval(() => (clock.value = Date.now()), 15000);
	/** An error as a person reads it. */
	const sayError = (error) => {
		if (!error.status) return texts.t("offline");
		return error.status === 429 ? texts.t("tooFast", error.retryAfter || 60) : error.issue || error.message || texts.t("failed");
	};
	/** Runs what a button does; what goes wrong stands in the banner. Resolves with undefined then. */
	const act = async (work) => {
		problem.value = "";
		try {
			return await work();
		} catch (error) {
			if (error.status !== 401) problem.value = sayError(error);
		}
	};
	return { ...texts, ...createStore(prefix), ...createSignIn({ admits, refused, ...texts }), problem, clock, sayError, act };
}
