// Names of the pages.
export default {
	dashboard: ["仪表盘", "Dashboard"],
	reports: ["报表", "Reports"],
	contacts: ["客户", "Contacts"],
	users: ["成员", "Users"],
	teams: ["团队", "Teams"],
	inboxes: ["收件箱", "Inboxes"],
	articles: ["知识库", "Knowledge base"],
	canned: ["快捷回复", "Canned replies"],
	labels: ["标签", "Labels"],
	webhooks: ["Webhook", "Webhooks"],
	audit: ["审计日志", "Audit log"],
	settings: ["设置", "Settings"],
	system: ["系统", "System"],
	nothing: ["没有此页面", "There is no such page"],
	nothingHint: ["链接可能有误，请从菜单中选择一个页面。", "The link may be wrong. Choose a page from the menu."],
	office: ["后台", "Back office"],
};
