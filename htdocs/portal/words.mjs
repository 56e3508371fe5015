// Texts of the portal: [zh, en], beside those of every page (lib/page.mjs).
import { barWords } from "/lib/bar.mjs";

export const words = {
	...barWords,
	title: ["我的文件", "My files"], signInHint: ["登录后即可存放和分享文件", "Sign in to keep and share files"],
	upload: ["上传文件", "Upload files"], dropHere: ["松开即可上传", "Drop to upload"], used: ["已用 {0}，共 {1}", "{0} of {1} used"],
	search: ["按名称搜索", "Search by name"], kind: ["类型", "Type"], all: ["全部类型", "All types"], image: ["图片", "Pictures"], pdf: ["PDF", "PDF"], text: ["文本", "Text"], document: ["文档", "Documents"], other: ["其他", "Others"],
	sort: ["排序", "Sort"], newest: ["最新", "Newest"], oldest: ["最早", "Oldest"], name: ["名称 A–Z", "Name A–Z"], name_desc: ["名称 Z–A", "Name Z–A"], largest: ["最大", "Largest"], smallest: ["最小", "Smallest"],
	grid: ["网格", "Grid"], list: ["列表", "List"], layout: ["显示方式", "Layout"], files: ["文件", "Files"], count: ["{0} 个文件", "{0} {0|file|files}"], more: ["加载更多", "Load more"],
	empty: ["还没有文件", "No files yet"], emptyHint: ["把文件拖到这里，或点击“上传文件”。", "Drop files here, or choose “Upload files”."], nothingFound: ["没有找到文件", "Nothing found"], nothingFoundHint: ["换个关键词或类型试试", "Try another word or type"],
	fileName: ["文件名", "Name"], size: ["大小", "Size"], added: ["上传时间", "Uploaded"], actions: ["操作", "Actions"], shared: ["{0} 个分享链接", "{0} shared {0|link|links}"],
	open: ["查看 {0}", "Look at {0}"], download: ["下载", "Download"], downloadOf: ["下载 {0}", "Download {0}"], rename: ["重命名", "Rename"], renameOf: ["重命名 {0}", "Rename {0}"], share: ["分享", "Share"], shareOf: ["分享 {0}", "Share {0}"], remove: ["删除", "Delete"], removeOf: ["删除 {0}", "Delete {0}"],
	removed: ["已删除 {0}", "Deleted {0}"], undo: ["撤销", "Undo"],
	newName: ["新名称", "New name"], ending: ["扩展名 {0} 保持不变", "Its ending {0} stays"], save: ["保存", "Save"],
	uploading: ["正在上传 {0} 个文件", "Uploading {0} {0|file|files}"], waiting: ["等待中", "Waiting"], cancelAll: ["全部取消", "Cancel all"], cancelOf: ["取消 {0}", "Cancel {0}"], retryOf: ["重试 {0}", "Try {0} again"], speed: ["{0}/秒", "{0}/s"],
	noPreview: ["此类文件无法预览", "There is no preview of this kind of file"], cut: ["仅显示前 {0}", "Only the first {0} are shown"], previous: ["上一个", "Previous"], next: ["下一个", "Next"], preview: ["预览", "Preview"],
	links: ["分享链接", "Links"], noLinks: ["还没有分享链接", "No links yet"], expires: ["有效期", "Valid for"], hours: ["{0} 小时", "{0} hours"], days: ["{0} 天", "{0} days"], passwordFor: ["密码（可选，至少 4 位）", "Password (optional, 4 characters or more)"], makeLink: ["创建链接", "Make a link"],
	copy: ["复制链接", "Copy the link"], copied: ["已复制链接", "Link copied"], endLink: ["停止分享", "End"], until: ["{0} 失效", "Ends {0}"], locked: ["有密码", "With a password"], openedTimes: ["打开 {0} 次", "Opened {0} {0|time|times}"], link: ["链接", "Link"],
	sharedTitle: ["有人与您分享了文件", "A file was shared with you"], sharedGone: ["此链接已失效", "This link leads nowhere any more"], sharedGoneHint: ["它可能已过期，或分享者已停止分享。", "It may have ended, or whoever shared it took it back."], needPassword: ["此文件需要密码", "This file needs a password"], openIt: ["打开", "Open"],
};
