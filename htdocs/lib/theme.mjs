// Light or dark, chosen by a person and remembered; /js/prefs.js sets it before the first paint.
export function toggleTheme() {
	const root = document.documentElement;
	const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
	root.dataset.switching = ""; // all colours at once: text does not stand on a ground that is still fading
	root.dataset.theme = dark ? "light" : "dark";
	void root.offsetWidth; // the new colours are in force before motion is allowed again
	delete root.dataset.switching;
	try {
		localStorage.setItem("deskbell.theme", root.dataset.theme);
	} catch {
		// private mode: good for this page only
	}
}
