// Language, sign-in, small things kept and calls: what every page for people who sign in builds on.
import { signal } from "/vendor/signals.mjs";
import { ApiError, createApi, session } from "./api.mjs";

const SPOKEN = "deskbell.lang";

/** Texts of every such page, [zh, en]; a page's own stand before them. */
const COMMON = {
	email: ["邮箱", "E-mail"], password: ["密码", "Password"], signIn: ["登录", "Sign in"], signingIn: ["正在登录…", "Signing in…"], signOut: ["退出登录", "Sign out"],
	needed: ["请填写此项", "Please fill this in"], badEmail: ["邮箱格式不正确", "This is not an e-mail address"],
	offline: ["网络不可用，请稍后再试", "No connection, please try again"], tooFast: ["操作太频繁，请在 {0} 秒后再试", "Too many requests, please try again in {0} s"],
	failed: ["加载失败", "Could not be loaded"], retry: ["重试", "Try again"], loading: ["加载中…", "Loading…"], close: ["关闭", "Close"], cancel: ["取消", "Cancel"], back: ["返回", "Back"], edit: ["编辑", "Edit"], discard: ["丢弃", "Discard"],
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

/** The text of a key in the page's language; {0}, {1} are filled in. */
function createWords(own) {
	const words = { ...COMMON, ...own };
	const lang = signal(document.documentElement.lang === "en" ? "en" : "zh");
	return {
		lang,
		t: (key, ...holes) => (words[key]?.[lang.value === "en" ? 1 : 0] ?? key).replace(/\{(\d)\}/g, (_, i) => holes[i] ?? ""),
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
