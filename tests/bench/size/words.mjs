// What people say in the filled database: Chinese and English sentences about orders, with numbers that hardly ever come again.
// Everything comes from a seed, so that a fill that goes on makes the same rows.

/** Numbers in [0, 1) from a seed: mulberry32. */
export function chance(seed) {
	let a = (seed ^ 0x9e3779b9) >>> 0;
	return () => {
		a = (a + 0x6d2b79f5) | 0;
		let t = Math.imul(a ^ (a >>> 15), 1 | a);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}
export const pick = (list, u) => list[Math.floor(u * list.length)];
/** The front of a list is taken far more often than its end. */
const often = (list, u) => list[Math.floor(u * u * u * list.length)];

const THINGS = ("外套 羽绒服 连衣裙 运动鞋 帆布鞋 手机壳 充电器 蓝牙耳机 保温杯 电饭煲 空气炸锅 吹风机 台灯 键盘 鼠标 显示器 行李箱 双肩包 瑜伽垫 洗面奶 面霜 口红 牙刷 床单 枕头 " +
	"窗帘 沙发垫 茶叶 咖啡豆 坚果 狗粮 猫砂 婴儿车 奶粉 积木 自行车 雨伞 墨镜 手表 项链").split(" ");
const PLACES = "上海 北京 广州 深圳 杭州 成都 武汉 南京 西安 重庆 苏州 长沙 青岛 厦门 新疆 西藏 香港 新加坡".split(" ");
const ASKED = [
	"你好，我的%订单三天了还没有发货，能帮我看一下吗？", "请问%可以七天无理由退货吗？", "我想开一张增值税专用发票", "这件%175公分70公斤穿什么码？", "付款时提示支付失败，怎么办？",
	"账号登录不上去，收不到验证码", "收到的%有裂痕，我要换货", "会员积分怎么使用？", "%的保修期是多长时间？", "快递显示已签收，但是我没有收到", "能不能把地址改到@？", "运费谁承担呢？",
	"大概多久能收到？", "好的，麻烦尽快，谢谢。", "换了微信就可以了，谢谢！", "有人吗", "转人工", "我要投诉快递", "@现在可以送货吗？", "%还有别的颜色吗？", "优惠券为什么用不了？", "订单号是#", "单号#一直没有更新物流",
	"退款什么时候到账？", "你们客服几点下班？", "这个%是正品吗？", "我买错了尺码，可以换吗？", "包装破了，里面的%也坏了", "怎么取消订单#？", "可以货到付款吗？", "谢谢，没有别的问题了", "好的", "嗯嗯", "在吗？",
];
const ANSWERED = [
	"您好！一般情况下付款后48小时内发货，我帮您核实一下仓库情况。", "可以的，签收之日起七天内，商品完好即可申请退货。", "没问题，请在订单详情页点击“申请发票”，填写公司名称和税号。", "建议您选择L码，版型略宽松。",
	"您好，请先确认银行卡限额，或者换一种支付方式再试。", "请检查短信是否被拦截，也可以使用邮箱验证码登录。", "非常抱歉给您带来不便，请您拍一张照片发给我们。", "下单时勾选“使用积分”，一百积分抵扣一元。",
	"电子类产品保修一年，自签收之日起计算。", "已经为您加急，今天下午就会发出，请留意短信通知。", "质量问题由我们承担，其他原因由您承担寄回运费。", "已经帮您改好地址，会送到@。", "%目前只有黑色和白色两种。",
	"请您提供一下订单号，我来帮您查询。", "查到了，订单#已经到达@转运中心，预计明天送达。", "退款会在三个工作日内原路退回。", "不客气，祝您购物愉快！", "好的，已经为您登记，稍后会有专人联系您。", "收到，马上为您补发一个新的%。",
];
const WORDS = ("order delivery refund address payment invoice size colour parcel tracking discount coupon account password return exchange warranty battery screen " +
	"charger shipping customs courier receipt balance points membership newsletter subscription gift voucher sleeve zipper leather cotton waterproof wireless adapter manual").split(" ");
const ENGLISH = [
	"Hi, do you ship to Singapore?", "Where is my ~ ? The number is #", "Can I change the ~ of my order?", "My ~ does not work with the ~", "How long does the ~ take?", "Thank you very much!",
	"I was charged twice for the ~", "The ~ arrived broken", "Is there a ~ for the ~ ?", "Please cancel order # and send the ~ back", "ok", "Could you check the ~ again?",
];
const REPLIED = [
	"Yes, we do. Delivery takes 5 to 8 working days.", "Let me look at the ~ for you.", "The ~ has been changed, you will get a mail about the ~ .", "I am sorry to hear that. Could you send a photo of the ~ ?",
	"Order # has been shipped today.", "You are welcome, have a nice day!", "Your ~ will be back on your card within three days.", "The ~ is free for orders over 80 USD.",
];

/** What a customer (or those who answer) says next, in this conversation's language. */
export function sentence(random, english, answers) {
	const text = english ? often(answers ? REPLIED : ENGLISH, random()) : often(answers ? ANSWERED : ASKED, random());
	return text.replace(/[%@#~]/g, (slot) => {
		if (slot === "#") return String(20240000000 + Math.floor(random() * 9e9));
		return often(slot === "%" ? THINGS : slot === "@" ? PLACES : WORDS, random());
	});
}

const FAMILY = [..."王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"];
const GIVEN = [..."伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华慧巧美雅文博志浩宇轩梓涵欣怡佳琪晨曦子墨若雪思远嘉豪俊熙诗语梦瑶天翔"];
const FIRST = "Emma Liam Olivia Noah Ava Lucas Mia Ethan Sofia Jack Zoe Omar Ines Hugo Lena Ivan Nora Paul Aisha Tom".split(" ");
const LAST = "Smith Jones Brown Davis Miller Garcia Lopez Weber Rossi Novak Tanaka Kim Singh Silva Meyer Olsen Clark Young".split(" ");
export function fullName(random) {
	if (random() < 0.3) return `${pick(FIRST, random())} ${pick(LAST, random())}`;
	return often(FAMILY, random()) + pick(GIVEN, random()) + (random() < 0.7 ? pick(GIVEN, random()) : "");
}
