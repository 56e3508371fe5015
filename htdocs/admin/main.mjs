// The console: sign-in, the panes, the keys; the back office is loaded when somebody goes there.
import { html, render } from "/vendor/html.mjs";
import { useEffect, useState } from "/vendor/hooks.mjs";
import { effect, signal } from "/vendor/signals.mjs";
import { NewPassword, SignIn } from "/lib/sign_in.mjs";
import * as actions from "./actions.mjs";
import { api, can, go, onSignedOut, page, prefs, route, t, user } from "./base.mjs";
import { Card, openLabels, turnCard } from "./card.mjs";
import { write } from "./composer.mjs";
import { List } from "./list.mjs";
import { echo, link, start } from "./live.mjs";
import { Nav, navOpen } from "./nav.mjs";
import { openPart, Pane } from "./pane.mjs";
import { Palette } from "./palette.mjs";
import { Banners, Bar, Help } from "./shell.mjs";
import { current, neighbour, open, openId } from "./talks.mjs";
import { leaveThread, openThread } from "./threads.mjs";

const dialog = signal(null); // "keys" | "jump"
const office = signal({ state: "idle", Office: null, nav: [] });

// -- the back office --

async function loadOffice() {
	if (office.value.state === "ready" || office.value.state === "loading") return;
	office.value = { ...office.value, state: "loading" };
	try {
		const { Office, officeNav } = await import("/admin/office/main.mjs");
		office.value = { state: "ready", Office, nav: officeNav };
	} catch {
		office.value = { state: "failed", Office: null, nav: [] };
	}
}
const officeEntries = () => office.value.nav.map((one) => ({ ...one, icon: one.icon ?? "office", text: typeof one.text === "function" ? one.text() : t(one.words ?? one.route) }));

function OfficePart() {
	const { state, Office } = office.value;
	useEffect(() => void loadOffice(), []);
	if (state === "ready") return html`<${Office} route=${route.value} me=${user.value} api=${api} link=${link} echo=${echo} go=${go} />`;
	return html`<main class="pane none"><div class="hint">${state === "failed" ? html`<p role="alert">${t("failed")} <button onClick=${loadOffice}>${t("retry")}</button></p>` : html`<p role="status">${t("loading")}</p>`}</div></main>`;
}

// -- keys --

const step = (by) => {
	const id = neighbour(by);
	if (id) open(id);
};
const findField = () => document.querySelector(".search input")?.focus();
const withOpen = (work) => () => current.value && work(current.value);
const writing = (work) => withOpen((item) => can("conversations:write") && work(item));
const KEYS = {
	j: () => step(1), k: () => step(-1), "/": findField, "?": () => (dialog.value = "keys"),
	r: writing(() => write("reply")), n: writing(() => write("note")),
	t: writing(actions.take), a: writing(actions.switchAgent), e: writing(actions.finish),
	s: writing(() => openPart("assign")), x: writing(() => openPart("transfer")), l: writing(openLabels), i: withOpen(() => turnCard()),
	Escape: () => (navOpen.value ? (navOpen.value = false) : turnCard(false)),
};
const HERE = "input, textarea, select, [role=dialog], .pop";
function onKey(event) {
	if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
		event.preventDefault();
		return void (dialog.value = dialog.value === "jump" ? null : "jump");
	}
	if (dialog.value || event.target.closest?.(HERE) || event.ctrlKey || event.metaKey || event.altKey || route.value.startsWith("office")) return;
	const work = KEYS[event.key];
	if (!work || (!prefs.value.keys && event.key !== "Escape")) return;
	if (event.key !== "Escape") event.preventDefault();
	work();
}

function Conversations() {
	return html`<${Nav} /><${List} /><${Pane} /><${Card} />${navOpen.value && html`<div class="shade" onClick=${() => (navOpen.value = false)}></div>`}`;
}

function Console() {
	const inOffice = route.value.startsWith("office");
	const close = () => (dialog.value = null);
	useEffect(() => {
		addEventListener("keydown", onKey);
		return () => removeEventListener("keydown", onKey);
	}, []);
	useEffect(() => void (dialog.value === "jump" && loadOffice()), [dialog.value]);
	return html`<div class=${`console ${inOffice ? "in-office" : ""} ${openId.value ? "has-open" : ""}`}>
		<${Bar} onKeys=${() => (dialog.value = "keys")} onJump=${() => (dialog.value = "jump")} />
		${inOffice ? html`<${OfficePart} />` : html`<${Conversations} />`}
		<${Banners} />
		${dialog.value === "keys" && html`<${Help} onClose=${close} />`}
		${dialog.value === "jump" && html`<${Palette} nav=${officeEntries()} onClose=${close} />`}
	</div>`;
}

// -- first run: a server without an account makes its first admin --

const setup = signal(undefined); // undefined: not known yet; null: not needed; else the page
async function askSetup() {
	const answer = fetch("/health").then((response) => response.json());
	const needed = await Promise.race([answer.then(({ data }) => data.setup_needed), new Promise((done) => setTimeout(done, 3000))]).catch(() => false);
	setup.value = needed ? await import("/admin/office/setup.mjs").then((module) => module.Setup, () => null) : null;
}
onSignedOut(() => (setup.value ??= null)); // somebody was here: there is an account
const begin = (who) => {
	setup.value = null;
	user.value = who;
	start();
};

// -- the link of a mail to who forgot a password: #/password/TOKEN, whoever is signed in here --

const chosen = signal(false); // a new password was just saved
const leavePassword = (saved) => {
	chosen.value = saved;
	go("", true);
};

function App() {
	const [, again] = useState(0);
	const [, token] = /^password\/(.+)$/.exec(route.value) ?? [];
	if (token) return html`<${NewPassword} page=${page} token=${token} onDone=${leavePassword} />`;
	if (!user.value && setup.value === undefined) return null;
	if (!user.value && setup.value) return html`<${setup.value} api=${api} onDone=${begin} />`;
	return user.value ? html`<${Console} />` : html`<${SignIn} page=${page} hint=${chosen.value ? "passwordSaved" : undefined} onDone=${() => (start(), again((n) => n + 1))} />`;
}

// -- what is open, is listened to --

let shown = null;
effect(() => {
	const id = user.value ? openId.value : null;
	if (id === shown) return;
	shown = id;
	queueMicrotask(() => (id ? openThread(id) : leaveThread()));
});

if (user.value) begin(user.value);
else askSetup();
render(html`<${App} />`, document.getElementById("app"));
