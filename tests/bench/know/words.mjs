// A knowledge base of any size, in Chinese and English: an article for each thing and each matter, in sections, with what all of them say
// alike. Everything comes from its number, so that a question is known to have one right article.
const THINGS = {
	zh: ("外套 羽绒服 连衣裙 运动鞋 帆布鞋 手机壳 充电器 蓝牙耳机 保温杯 电饭煲 空气炸锅 吹风机 台灯 机械键盘 无线鼠标 显示器 行李箱 双肩包 瑜伽垫 洗面奶 面霜 口红 电动牙刷 床单 枕头 窗帘 沙发垫 茶叶 咖啡豆 坚果礼盒 " +
		"狗粮 猫砂 婴儿车 奶粉 积木 自行车 雨伞 墨镜 手表 项链 扫地机器人 空气净化器 加湿器 净水器 热水壶 微波炉 洗碗机 冰箱 洗衣机 烘干机 电视 投影仪 音箱 平板电脑 路由器 移动硬盘 相机 三脚架 帐篷 睡袋 " +
		"登山鞋 钓鱼竿 滑板 篮球 羽毛球拍 跑步机 哑铃 护膝 按摩椅 体重秤 血压计 口罩 洗手液 洗衣液 纸巾 垃圾袋 收纳箱 衣架 书架 办公椅").split(" "),
	en: ("jacket,parka,dress,sneaker,sandal,phone case,charger,headset,thermos,rice cooker,air fryer,hair dryer,desk lamp,keyboard,mouse,monitor,suitcase,backpack,yoga mat,cleanser,cream,lipstick,toothbrush,blanket,pillow,curtain,cushion," +
		"tea set,coffee bean,nut box,dog food,cat litter,stroller,milk powder,brick set,bicycle,umbrella,sunglasses,watch,necklace,robot vacuum,purifier,humidifier,water filter,kettle,microwave,dishwasher,fridge,washer,dryer,television," +
		"projector,speaker,tablet,router,hard disk,camera,tripod,tent,sleeping bag,hiking boot,fishing rod,skateboard,basketball,racket,treadmill,dumbbell,knee pad,massage chair,scale,thermometer,mask,soap,detergent,tissue,bin bag,storage box,hanger,bookcase,office chair").split(","),
};
/** What an article is about: its words in the title, how customers ask for it, and what only such an article says. */
const MATTERS = {
	zh: [
		["尺寸与规格", "%的尺寸是多少？", "外包装上印有尺寸表，误差在两厘米以内"], ["清洗与保养", "%要怎么清洗？", "用清水和中性清洗剂擦拭，晾干后再使用"], ["安装步骤", "%怎么安装？", "附带的安装说明书里有图示，大约需要二十分钟"],
		["保修期限", "%保修多久？", "自签收之日起保修十八个月，人为损坏除外"], ["退换货规则", "%可以退换吗？", "未拆封的十五天内可以退换，拆封后只换不退"], ["运费说明", "寄%要多少运费？", "大件按重量计算运费，江浙沪包邮"],
		["发货时间", "%什么时候发货？", "现货当天发货，预售商品以页面标注的日期为准"], ["开具发票", "买%能开发票吗？", "签收后在订单页申请，电子发票当天寄到邮箱"], ["配件购买", "%的配件在哪里买？", "配件可以单独购买，请在商品页选择型号"],
		["常见故障", "%有故障怎么修？", "先断电重启，仍有故障请联系维修网点"], ["颜色选择", "%有哪些颜色？", "目前有黑白两色，限量款另行公布"], ["材质说明", "%是什么材质的？", "材质通过环保检测，检测报告可在详情页下载"],
		["优惠活动", "%有优惠券吗？", "每月八号发放优惠券，先到先得"], ["以旧换新", "旧的%怎么以旧换新？", "旧机按成色估价，抵扣新机货款"], ["使用安全", "儿童能用%吗？", "三岁以下儿童须由成人陪同使用"], ["批量采购", "公司批量采购%怎么联系？", "五十件以上由企业客户经理报价"],
	],
	en: [
		["size and dimensions", "What size is the %?", "A table of sizes is printed on the carton, exact to two centimetres"], ["cleaning", "How do I clean the %?", "Wipe it with clear water and a mild cleaner, and let it dry before use"], ["installation", "How do I install my %?", "The leaflet shows each step in pictures; it takes about twenty minutes"],
		["warranty", "What warranty does the % have?", "It is covered for eighteen months from delivery, damage by accident excepted"], ["exchange", "Can I exchange a % that I opened?", "Sealed ones are exchanged within fifteen days; opened ones are replaced only"], ["postage", "What is the postage for a %?", "Heavy parcels are charged by weight, local ones are free"],
		["dispatch", "When will you dispatch my %?", "What is in stock leaves the same day; preorders leave on the date given"], ["invoice", "Can I get an invoice for the %?", "Apply on the order page; it is mailed on the same day"], ["spare parts", "Where do I buy spare parts for the %?", "Spare parts are sold separately: choose the model on its page"],
		["troubleshooting", "My % is broken, what now?", "Unplug it and start again; if it stays broken, see a service point"], ["colours", "Which colours does the % come in?", "It comes in black and white; limited editions are announced"], ["materials", "What material is the % made of?", "The material is tested; the report can be downloaded from its page"],
		["coupons", "Is there a coupon for the %?", "Coupons are handed out on the eighth of each month"], ["trade-in", "Do you trade in an old %?", "Old ones are valued by their state, and taken off the price"], ["child safety", "Is the % safe for children?", "Children under three need an adult beside them"], ["wholesale", "Who sells the % wholesale to companies?", "Above fifty pieces an account manager makes an offer"],
	],
};
const SAID = {
	zh: {
		about: "关于%的@，我们整理了顾客最常问的问题。下面的说明适用于官方商店售出的全部%。", title: "%的@", sections: ["适用范围", "办理步骤", "费用说明", "需要的时间", "联系我们"],
		text: ["%在官方商店购买的都适用，二手商品和海外版本除外。请保留订单号与包装。\n\n如果同时购买了其他商品，请分别办理。", "1. 打开**我的订单**，找到对应的%。\n2. 点击“售后服务”，选择*@*。\n3. 按提示填写说明并上传照片。\n\n提交以后可以随时查看进度。",
			"一般不收取费用；因个人原因产生的费用由顾客承担。\n\n| 地区 | 费用 |\n| --- | --- |\n| 本地 | 免费 |\n| 外地 | 按实际收取 |", "工作日当天受理，节假日顺延。收到申请后我们会在两个工作日内给出答复，请留意短信通知。", "仍有疑问请通过[在线客服](https://example.com/help)或者电话联系我们，服务时间为每天九点至二十一点。"],
	},
	en: {
		about: "This page collects what customers ask about the @ of the %. It holds for every % sold in our own shop.", title: "@ of the %", sections: ["Who this is for", "Steps", "Costs", "How long it takes", "Contact us"],
		text: ["It holds for each % bought in our shop, but not for second-hand goods or foreign editions. Please keep the order number and the box.\n\nWith several goods in one order, apply for each of them.", "1. Open **My orders** and find the %.\n2. Choose *after-sales service*, then @.\n3. Fill in the form and add photos.\n\nThe state of the request is shown there at any time.",
			"Usually there is no charge; what your own choice causes is yours to pay.\n\n| region | charge |\n| --- | --- |\n| local | free |\n| elsewhere | as charged to us |", "Requests are taken on the same working day. You get an answer within two working days; please watch your messages.", "Still in doubt? Ask our [online desk](https://example.com/help) or call us, every day from nine to nine."],
	},
};
export const most = Math.min(...Object.keys(THINGS).map((locale) => THINGS[locale].length * MATTERS[locale].length * 2));

/** The i-th article of a language: {title, content, question}. Behind the last pair of thing and matter they come again as a newer edition. */
export function article(locale, i) {
	const things = THINGS[locale], matters = MATTERS[locale], edition = Math.floor(i / (things.length * matters.length));
	const thing = (edition ? { zh: "专业版", en: "professional " }[locale] : "") + things[i % things.length], [matter, question, answer] = matters[Math.floor(i / things.length) % matters.length];
	const put = (text) => text.replaceAll("%", thing).replaceAll("@", matter);
	const { about, title, sections, text } = SAID[locale];
	const at = 1 + (i % sections.length); // what is asked for stands in one of the sections
	const body = sections.map((name, k) => `## ${name}\n\n${put(text[k])}${k + 1 === at ? `\n\n${answer}${{ zh: "。", en: "." }[locale]}` : ""}`);
	return { title: put(title), content: [put(about), ...body].join("\n\n"), question: put(question), answer };
}
