// Times as people read them; the exact one goes into a title.
export const exactTime = (iso, lang) => new Date(iso).toLocaleString(lang === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "medium" });
export const clockTime = (iso, lang) => new Date(iso).toLocaleTimeString(lang === "zh" ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit" });
export const dayName = (iso, lang) => new Date(iso).toLocaleDateString(lang === "zh" ? "zh-CN" : "en-GB", { weekday: "short", day: "numeric", month: "long" });

export function relativeTime(iso, lang, now = Date.now()) {
	const seconds = Math.round((new Date(iso) - now) / 1000);
	const format = new Intl.RelativeTimeFormat(lang === "zh" ? "zh-CN" : "en", { numeric: "auto", style: "narrow" });
	for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
	return lang === "zh" ? "刚刚" : "now";
}

export function waitText(iso, lang, now = Date.now()) {
	const minutes = Math.max(0, Math.floor((now - new Date(iso)) / 60000));
	if (minutes < 1) return lang === "zh" ? "<1 分钟" : "<1 min";
	if (minutes < 60) return lang === "zh" ? `${minutes} 分钟` : `${minutes} min`;
	return lang === "zh" ? `${Math.floor(minutes / 60)} 小时` : `${Math.floor(minutes / 60)} h`;
}

/** 1536 → "1.5 KB". */
export function sizeText(bytes) {
	for (const [unit, size] of [["GB", 2 ** 30], ["MB", 2 ** 20], ["KB", 1024]]) if (bytes >= size) return `${(bytes / size).toFixed(bytes < size * 10 ? 1 : 0)} ${unit}`;
	return `${bytes} B`;
}
