/* Language and theme before the first paint: remembered choice, else the browser's. A classic script in <head>, so nothing flashes. */
(() => {
	const root = document.documentElement;
	const read = (key) => {
		try {
			return localStorage.getItem(key);
		} catch {
			return null;
		}
	};
	root.lang = read('deskbell.lang') || (/^zh/i.test(navigator.language) ? 'zh' : 'en');
	const theme = read('deskbell.theme');
	if (theme) root.dataset.theme = theme;
})();
