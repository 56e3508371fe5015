// What the audit log's actions are called, [zh, en], by what they are done to. Every action that the server writes stands here: tests/pages/audit.test.mjs looks.
export const GROUPS = {
	conversation: ["对话", "Conversations"], message: ["消息", "Messages"], contact: ["联系人", "Contacts"], user: ["成员", "Users"], team: ["团队", "Teams"],
	inbox: ["收件箱", "Inboxes"], article: ["知识库", "Knowledge base"], question: ["未能回答的问题", "Unanswered questions"], canned_response: ["快捷回复", "Canned replies"], label: ["标签", "Labels"],
	webhook: ["Webhook", "Webhooks"], room: ["聊天室", "Rooms"], push_token: ["推送设备", "Push devices"], settings: ["设置", "Settings"], system: ["系统", "System"], redis: ["Redis", "Redis"], setup: ["初次设置", "First run"],
};
export const ACTIONS = {
	"conversation:create": ["新建对话", "Conversation begun"], "conversation:assign": ["分配对话", "Conversation assigned"], "conversation:transfer": ["转接对话", "Conversation transferred"],
	"conversation:switch_agent": ["切换智能助手与人工", "Switched between AI and person"], "conversation:stop_reply": ["停止智能助手的回答", "AI's answer stopped"],
	"conversation:status": ["更改对话状态", "Conversation's status changed"], "conversation:resolve": ["解决对话", "Conversation resolved"], "conversation:priority": ["更改优先级", "Priority changed"], "conversation:labels": ["更改对话标签", "Conversation's labels changed"],
	"message:delete": ["删除消息", "Message deleted"], "message:export": ["导出消息", "Messages exported"], "message:export_delete": ["删除消息导出", "Export of messages deleted"],
	"contact:create": ["新建联系人", "Contact created"], "contact:update": ["修改联系人", "Contact changed"], "contact:merge": ["合并联系人", "Contacts merged"], "contact:delete": ["删除联系人", "Contact deleted"], "contact:erase": ["抹除联系人的数据", "Contact's data erased"],
	"user:create": ["新建成员", "User created"], "user:update": ["修改成员", "User changed"], "user:delete": ["删除成员", "User deleted"], "user:status": ["更改在线状态", "Presence changed"], "user:password": ["重设密码", "Password reset"],
	"team:create": ["新建团队", "Team created"], "team:update": ["修改团队", "Team changed"], "team:delete": ["删除团队", "Team deleted"], "team:add_member": ["添加团队成员", "Team member added"], "team:remove_member": ["移出团队成员", "Team member removed"],
	"inbox:create": ["新建收件箱", "Inbox created"], "inbox:update": ["修改收件箱", "Inbox changed"], "inbox:delete": ["删除收件箱", "Inbox deleted"], "inbox:rotate_token": ["更换收件箱代码", "Inbox's token replaced"],
	"inbox:ai": ["修改收件箱的智能助手", "Inbox's assistant changed"], "inbox:ai_try": ["试问收件箱的智能助手", "Inbox's assistant tried"],
	"article:create": ["新建文章", "Article created"], "article:update": ["修改文章", "Article changed"], "article:delete": ["删除文章", "Article deleted"], "question:update": ["处理未能回答的问题", "Unanswered question dealt with"],
	"canned_response:create": ["新建快捷回复", "Canned reply created"], "canned_response:update": ["修改快捷回复", "Canned reply changed"], "canned_response:delete": ["删除快捷回复", "Canned reply deleted"],
	"label:create": ["新建标签", "Label created"], "label:update": ["修改标签", "Label changed"], "label:delete": ["删除标签", "Label deleted"],
	"webhook:create": ["新建 Webhook", "Webhook created"], "webhook:update": ["修改 Webhook", "Webhook changed"], "webhook:delete": ["删除 Webhook", "Webhook deleted"], "webhook:rotate_secret": ["更换 Webhook 密钥", "Webhook's secret replaced"], "webhook:test": ["测试 Webhook", "Webhook tested"], "webhook:retry": ["重发 Webhook 投递", "Webhook delivery sent again"],
	"room:create": ["新建聊天室", "Room created"], "push_token:save": ["登记推送设备", "Push device registered"], "push_token:delete": ["删除推送设备", "Push device removed"], "settings:update": ["修改设置", "Settings changed"],
	"system:backup": ["制作备份", "Backup made"], "system:backup_download": ["下载备份", "Backup downloaded"], "system:backup_delete": ["删除备份", "Backup deleted"], "system:maintenance_on": ["开启维护模式", "Maintenance begun"], "system:maintenance_off": ["结束维护模式", "Maintenance ended"],
	"redis:flush": ["清除 Redis 键", "Redis keys flushed"], "setup:admin": ["创建首位管理员", "First admin made"],
};
/** The part of an action before the colon: what it is done to. */
export const groupOf = (action) => action.slice(0, action.indexOf(":"));
