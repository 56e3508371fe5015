// Every text of the console, in both languages: [zh, en], beside those of every page (lib/page.mjs). Parts that are loaded later add their own (addWords in base.mjs).
import { pictureWords } from "/lib/pictures.mjs";
import { writingWords } from "/lib/writing.mjs";

export const words = {
	...writingWords, ...pictureWords,
	title: ["客服控制台", "Agent console"],
	signInHint: ["使用您的客服账号登录", "Sign in with your staff account"], notStaff: ["此账号没有控制台权限", "This account may not use the console"],
	none: ["无", "None"],

	// the bar
	conversations: ["对话", "Conversations"], office: ["管理后台", "Back office"], jump: ["快速跳转", "Jump to"], jumpHint: ["查找对话、客户、文章或页面", "Find conversations, contacts, articles, pages"],
	myStatus: ["我的状态", "My status"], online: ["在线", "Online"], away: ["离开", "Away"], busy: ["忙碌", "Busy"], offlineStatus: ["离线", "Offline"],
	sound: ["声音提醒", "Sound"], notify: ["桌面通知", "Desktop notifications"], keys: ["单键快捷键", "Single-key shortcuts"],
	bell: ["通知", "Notifications"], bellUnread: ["通知，{0} 条未读", "Notifications, {0} unread"], bellEmpty: ["还没有通知。有人提到您或把对话分配给您时，会显示在这里。", "Nothing yet. Mentions and assignments will appear here."], readAll: ["全部标为已读", "Mark all as read"],
	bell_mention: ["{0} 在备注中提到了您", "{0} mentioned you in a note"], bell_assignment: ["{0} 的对话已分配给您", "The conversation with {0} was assigned to you"], bell_new_message: ["{0} 发来新消息", "New message from {0}"],
	newMessage: ["{0} 发来新消息", "New message from {0}"],

	// views and list
	views: ["视图", "Views"], view: ["视图", "View"], mine: ["我的", "Mine"], unassigned: ["未分配", "Unassigned"], waiting: ["排队中", "Waiting"], urgent: ["紧急", "Urgent"], ai: ["智能助手", "Assistant"], all: ["全部", "All"],
	teams: ["团队", "Teams"], team: ["团队", "Team"], labels: ["标签", "Labels"], noTeams: ["没有团队", "No teams"], noLabels: ["没有标签", "No labels"], agentsOnline: ["在线客服：{0}", "Agents online: {0}"],
	search: ["搜索姓名、邮箱或内容", "Search name, e-mail or text"], empty: ["这里没有对话", "No conversations here"], emptyHint: ["新的对话会自动出现", "New ones appear by themselves"],
	nothingFound: ["没有找到结果", "Nothing found"], nothingFoundHint: ["换个关键词，或换个状态试试", "Try other words, or another status"], nobodyFound: ["没有找到同事", "Nobody found"], results: ["搜索结果", "Results"],
	state: ["状态", "Status"], open: ["进行中", "Open"], pendingState: ["挂起", "Pending"], resolved: ["已解决", "Resolved"], closed: ["已关闭", "Closed"],
	waitingSince: ["自 {0} 起等待回复", "Waiting for an answer since {0}"], unreadCount: ["{0} 条未读", "{0} unread"], noMessages: ["还没有消息", "No messages yet"], draft: ["[草稿]", "[Draft]"], we: ["客服", "Agent"], inQueue: ["排队第 {0} 位", "No. {0} in the queue"],
	low: ["低", "Low"], medium: ["中", "Medium"], high: ["高", "High"],

	// the conversation
	choose: ["选择一个对话开始", "Choose a conversation to begin"], chooseHint: ["按 ? 查看快捷键，按 Ctrl+K 快速跳转", "Press ? for the keys, Ctrl+K to jump anywhere"],
	goneTitle: ["您无法再查看此对话", "This conversation is not yours to see"], goneHint: ["它可能已分配给其他人，或已不存在。", "It may have been given to somebody else, or no longer exists."],
	conversation: ["对话", "Conversation"], details: ["详情", "Details"], actions: ["操作", "Actions"], visitor: ["访客", "Visitor"], agent: ["客服", "Agent"], system: ["系统", "System"], you: ["您", "You"], nobody: ["无人", "Nobody"],
	take: ["接管", "Take over"], toAi: ["交回 AI", "Back to AI"], assign: ["分配", "Assign"], transfer: ["转交团队", "Transfer"], resolve: ["解决", "Resolve"], reopen: ["重新打开", "Reopen"],
	chooseAgent: ["分配给同事", "Assign to a colleague"], chooseTeam: ["转交给团队", "Transfer to a team"], colleagues: ["同事", "Colleagues"],
	alsoViewing: ["{0} 也在查看", "{0} also viewing"], isTyping: ["{0} 正在输入…", "{0} is typing…"], older: ["加载更早的消息", "Load earlier messages"], beginning: ["对话由此开始", "The conversation begins here"], toEnd: ["回到最新消息", "To the newest message"],
	seen: ["已读", "Seen"], privateNote: ["内部备注", "Private note"],

	// writing
	kindOfMessage: ["消息类型", "Kind of message"], reply: ["回复", "Reply"], note: ["备注", "Note"], addNote: ["添加备注", "Add note"],
	write: ["输入消息，/ 选择快捷回复，Enter 发送，Shift+Enter 换行", "Write a message. / for canned replies, Enter sends, Shift+Enter breaks the line"],
	writeNoteShort: ["仅同事可见，@ 提及", "Only colleagues see this"],
	writeNote: ["仅同事可见。用 @ 提及同事，Enter 添加", "Only colleagues see this. @ mentions somebody, Enter adds it"],
	assist: ["AI 帮手", "AI help"], assistSuggest: ["AI 建议回复", "Suggest a reply"], assistSummarise: ["AI 总结", "Summarise"], assistTranslate: ["翻译", "Translate"],
	assistSuggesting: ["正在起草回复…", "Drafting a reply…"], assistSummarising: ["正在总结…", "Summarising…"], assistTranslating: ["正在翻译…", "Translating…"],
	assistSummary: ["AI 总结", "AI summary"], assistTranslation: ["译文", "Translation"], assistAsNote: ["存为备注草稿", "Use as a note"],
	takeFirst: ["发送消息将接管此对话", "Sending takes this conversation over"],
	canned: ["快捷回复", "Canned replies"], noCanned: ["没有匹配的快捷回复", "No canned reply fits"], insertReply: ["插入到回复", "Insert into the reply"],
	dropNote: ["松开即可添加到备注，仅同事可见", "Drop files to add them as a note, for colleagues alone"],

	// the side card
	phone: ["电话", "Phone"], contacts: ["客户", "Contacts"], articles: ["知识库文章", "Articles"], goTo: ["前往", "Go to"], aboutThis: ["关于此对话", "About this conversation"], page: ["来源页面", "Page"], referrer: ["来路", "Referrer"], locale: ["语言", "Language"], created: ["开始于", "Started"],
	rating: ["评分", "Rating"], stars: ["{0} 星（共 5 星）", "{0} of 5 stars"], number: ["编号", "Number"], earlier: ["其他对话", "Other conversations"], noEarlier: ["没有其他对话", "No other conversations"], andMore: ["还有 {0} 个", "and {0} more"],
	priority: ["优先级", "Priority"], assignee: ["负责人", "Assignee"], teamNumber: ["团队 {0}", "Team {0}"], editLabels: ["编辑标签", "Edit labels"], removeLabel: ["移除标签 {0}", "Remove label {0}"],

	// the keys
	keyList: ["快捷键", "Keys"], keyNext: ["下一个对话", "Next conversation"], keyPrevious: ["上一个对话", "Previous conversation"], stopReply: ["停止回答", "Stop the answer"], switchAi: ["切换 AI 与人工", "AI or person"], resolveReopen: ["解决或重新打开", "Resolve or reopen"], keyLeave: ["离开输入框、关闭面板", "Leave the field, close what is open"],
};
