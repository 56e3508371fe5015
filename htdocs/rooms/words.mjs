// Texts of the rooms page: [zh, en], beside those of every page (lib/page.mjs).
import { barWords } from "/lib/bar.mjs";
import { pictureWords } from "/lib/pictures.mjs";
import { writingWords } from "/lib/writing.mjs";

export const words = {
	...barWords, ...writingWords, ...pictureWords,
	title: ["聊天室", "Rooms"], signInHint: ["登录后即可与大家聊天", "Sign in to talk with everybody"],
	list: ["聊天室列表", "List of rooms"], newRoom: ["新建聊天室", "New room"], joinRoom: ["加入聊天室", "Join a room"], join: ["加入", "Join"], create: ["创建", "Create"],
	roomName: ["名称", "Name"], description: ["简介（可选）", "What it is about (optional)"], roomAddress: ["邀请链接或编号", "Invitation link or id"], roomAddressHint: ["例如 room_a1b2c3d4", "For instance room_a1b2c3d4"],
	noSuchRoom: ["没有这个聊天室", "There is no such room"], nameNeeded: ["请填写名称", "Please give it a name"],
	leave: ["离开聊天室", "Leave the room"], leaveText: ["离开“{0}”后，您将不再收到其中的消息。通过邀请链接可以再次加入。", "You will get no more messages of “{0}”. By its invitation link you can join again."],
	invite: ["复制邀请链接", "Copy the invitation link"], copied: ["已复制邀请链接", "Invitation link copied"], copyThis: ["邀请链接：{0}", "Invitation link: {0}"],
	findRoom: ["查找聊天室", "Find a room"], nothingFound: ["没有找到结果", "Nothing found"], unreadCount: ["{0} 条未读", "{0} unread"], draft: ["[草稿]", "[Draft]"], nothingSaid: ["还没有消息", "Nothing said yet"], you: ["您", "You"], system: ["系统", "System"],
	choose: ["选择一个聊天室", "Choose a room"], chooseHint: ["或者新建一个，邀请大家加入", "Or make one and invite others"],
	notIn: ["您还不在此聊天室中", "You are not in this room"], notInHint: ["加入后即可查看最近 7 天的消息并参与聊天。", "Join it to read what was said in the last 7 days and to take part."], gone: ["没有这个聊天室", "There is no such room"], goneHint: ["链接可能有误。", "The link may be wrong."],
	conversation: ["聊天内容", "What is said"], older: ["加载更早的消息", "Load earlier messages"], start: ["聊天由此开始", "It begins here"], beginning: ["更早的消息已不再显示（保留最近 7 天、1,000 条）", "Nothing earlier is kept (7 days, 1,000 messages)"], empty: ["还没有消息，说点什么吧", "Nothing said yet. Say the first word."], toEnd: ["回到最新消息", "To the newest message"],
	reply: ["回复", "Reply"], replyTo: ["回复 {0}", "Reply to {0}"], noReply: ["取消回复", "Reply to nothing"], toQuoted: ["跳到被回复的消息", "To the message it answers"], earlierMessage: ["较早的消息", "An earlier message"], quotedGone: ["被回复的消息已不再显示", "The message it answers is no longer shown"],
	remove: ["删除", "Delete"], removeTitle: ["删除这条消息？", "Delete this message?"], removeText: ["所有人都将看不到它，且无法恢复。", "Nobody will see it any more. This cannot be undone."],
	write: ["输入消息，Enter 发送，Shift+Enter 换行", "Write a message. Enter sends, Shift+Enter breaks the line"], message: ["消息", "Message"],
	people: ["成员", "People"], online: ["在线", "Online"], onlineCount: ["{0} 人在线", "{0} online"], memberCount: ["{0} 位成员", "{0} {0|member|members}"], nobodyOnline: ["目前没有人在线", "Nobody is online"], andMore: ["还有 {0} 人", "and {0} more"],
};
