#include "question.h"
#include <string.h>

enum { SHORT = 120 }; /* bytes: "agent" in a longer text need not be a wish for one */

/* Lower-case ASCII, one blank around every word and none around other characters' neighbours: " real person " is found as a phrase.
 */
static void spread(char *out, size_t cap, const char *text)
{
	size_t n = 0;

	out[n++] = ' ';
	for (; *text != '\0' && n + 3 < cap; text++) {
		unsigned char ch = (unsigned char)*text;
		if (ch >= 'A' && ch <= 'Z')
			ch += 32;
		if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch >= 0x80)
			out[n++] = (char)ch;
		else if (ch != '\'' && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (out[n - 1] != ' ')
		out[n++] = ' ';
	out[n] = '\0';
}

/* Where one of the phrases stands. Those of Latin letters are written with their blanks. */
static const char *find_any(const char *text, const char *const *phrases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *at = strstr(text, phrases[i]);
		if (at != NULL)
			return at;
	}
	return NULL;
}

static bool ends_with(const char *text, size_t n, const char *end)
{
	size_t k = strlen(end);

	return n >= k && memcmp(text + n - k, end, k) == 0;
}

/* "不要转人工", "I don't want a human". */
static bool negated(const char *text, const char *at)
{
	static const char *const no[] = { "不要",        "不用",          "不想",          "不需要",
					  "别",          "无需",          " no ",          " not ",
					  " not a ",     " dont want a ", " dont need a ", " dont want to ",
					  " dont want ", " no need to ",  " without a ",   " not want a " };
	size_t n = (size_t)(at - text) + (*at == ' ');

	for (size_t i = 0; i < COUNT(no); i++)
		if (ends_with(text, n, no[i]))
			return true;
	return false;
}

static bool wants_human(const char *text)
{
	static const char *const clear[] = { "转人工",
					     "转接人工",
					     "人工客服",
					     "人工服务",
					     "找人工",
					     "要人工",
					     "真人",
					     "转客服",
					     "找客服",
					     "真正的客服",
					     " real person ",
					     " real human ",
					     " live agent ",
					     " human agent ",
					     " live person ",
					     " talk to someone ",
					     " speak to someone ",
					     " speak with someone ",
					     " talk with someone ",
					     " talk to a person ",
					     " speak to a person ",
					     " talk to a human ",
					     " speak to a human ",
					     " speak with a human ",
					     " talk to an agent ",
					     " speak to an agent ",
					     " representative " };
	static const char *const hint[] = { "人工", " human ", " agent ", " operator ", " a person " };
	const char *at = find_any(text, clear, COUNT(clear));

	if (at == NULL && strlen(text) <= SHORT / 3)
		at = find_any(text, hint, COUNT(hint));
	return at != NULL && !negated(text, at);
}

static const char *skip_blank(const char *s)
{
	static const char *const blank[] = { " ", "，", "。", "！", "？", "、", "～", "…", "　", "：" };

	for (size_t i = 0; i < COUNT(blank);) {
		size_t n = strlen(blank[i]);
		if (strncmp(s, blank[i], n) != 0) {
			i++;
			continue;
		}
		s += n;
		i = 0;
	}
	return s;
}

/* The text is made of these words alone, and has one. */
static bool only(const char *text, const char *const *words, size_t n)
{
	bool any = false;

	for (text = skip_blank(text); *text != '\0';) {
		size_t taken = 0;
		for (size_t i = 0; i < n; i++) {
			size_t k = strlen(words[i]);
			bool latin = (unsigned char)words[i][0] < 0x80;
			if (k > taken && strncmp(text, words[i], k) == 0 && (!latin || text[k] == ' '))
				taken = k;
		}
		if (taken == 0)
			return false;
		any = true;
		text = skip_blank(text + taken);
	}
	return any;
}

enum intent question_intent(const char *raw)
{
	static const char *const hello[] = { "你好",   "您好",    "你们好",    "大家好",   "哈喽",   "哈啰",    "嗨",
					     "早上好", "上午好",  "中午好",    "下午好",   "晚上好", "早",      "在吗",
					     "在么",   "在不在",  "有人吗",    "有人在吗", "客服",   "啊",      "呀",
					     "请问",   "亲",      "hi",        "hello",    "hey",    "hiya",    "there",
					     "good",   "morning", "afternoon", "evening",  "anyone", "anybody", "greetings" };
	static const char *const thanks[] = { "谢谢",  "多谢",   "感谢",   "谢了",   "谢谢你", "谢谢您", "你",    "您",   "好的",
					      "好",    "知道了", "明白了", "了",     "啦",     "非常",   "再见",  "拜拜", "thanks",
					      "thank", "you",    "thx",    "cheers", "ok",     "okay",   "great", "bye",  "goodbye",
					      "so",    "very",   "much",   "a",      "lot",    "got",    "it" };
	static const char *const yes[] = { "好",   "好的", "好啊", "好吧", "是",   "是的",   "可以", "行",     "嗯",
					   "嗯嗯", "要",   "需要", "对",   "请",   "吧",     "的",   "麻烦了", "yes",
					   "yeah", "yep",  "sure", "ok",   "okay", "please", "do" };
	char text[1024];

	spread(text, sizeof(text), raw);
	if (wants_human(text))
		return INTENT_HUMAN;
	if (strlen(text) > SHORT)
		return INTENT_ASK;
	if (only(text, yes, COUNT(yes)))
		return INTENT_YES;
	if (only(text, hello, COUNT(hello)))
		return INTENT_GREET;
	return only(text, thanks, COUNT(thanks)) ? INTENT_THANK : INTENT_ASK;
}

const char *question_lang(const char *text, const char *otherwise)
{
	size_t latin = 0, wide = 0;

	for (; *text != '\0'; text++) {
		unsigned char ch = (unsigned char)*text;
		latin += (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
		wide += ch >= 0xe3 && ch <= 0xe9;
	}
	if (latin + wide == 0)
		return otherwise;
	return wide * 4 >= latin ? "zh" : "en"; /* one character says about as much as four letters */
}

static size_t filler_zh(const char *s)
{
	static const char *const words[] = {
		"什么时候", "请问一下", "麻烦问一下", "是不是", "有没有", "能不能", "可不可以", "为什么", "怎么样", "怎么办",
		"多少钱",   "多长时间", "请问",       "怎么",   "怎样",   "如何",   "什么",     "多少",   "多久",   "多长",
		"几天",     "哪里",     "哪些",       "哪个",   "可以",   "能否",   "可否",     "是否",   "你们",   "我们",
		"他们",     "我的",     "你的",       "这个",   "那个",   "一个",   "一下",     "一般",   "需要",   "想要",
		"我想",     "我要",     "请",         "吗",     "呢",     "吧",     "啊",       "呀",     "了",     "的",
		"我",       "你",       "您",         "想",     "要",     "能",     "会",       "是",     "有",     "在",
		"把",       "被",       "给",         "和",     "与",     "或",     "就",       "都",     "还",     "也",
		"没",       "不",       "很",         "这",     "那",     "几",     "个",       "吗"
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strncmp(s, words[i], strlen(words[i])) == 0)
			return strlen(words[i]);
	return 0;
}

static bool is_letter(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '\'';
}

static bool filler_en(const char *word, size_t n)
{
	static const char words[] =
		" a an the i im you your yours we our my me it its is are am was were be been do does did can could would will "
		"shall should may might "
		"how what when where which who why whats hows much many long to of for in on at by with from and or if this that "
		"these those there "
		"have has had get got want need like please tell know about any some so not dont hi hello hey thanks thank s t ";
	char key[20] = " ";

	if (n > sizeof(key) - 3)
		return false;
	size_t k = 1;
	for (size_t i = 0; i < n; i++)
		if (word[i] != '\'')
			key[k++] = (char)(word[i] | 32);
	key[k++] = ' ';
	key[k] = '\0';
	return strstr(words, key) != NULL;
}

/* Words that hold one of the short ones above and do tell questions apart. */
static size_t kept_zh(const char *s)
{
	static const char *const words[] = { "会员", "有效", "有货", "在线", "功能", "个人", "还款", "要求", "不合适",
					     "不满", "不符", "退还", "给付", "合适", "被盗", "没货", "不了" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strncmp(s, words[i], strlen(words[i])) == 0)
			return strlen(words[i]);
	return 0;
}

static size_t letter_bytes(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

char *question_core(struct arena *mem, const char *s)
{
	char *out = arena_alloc(mem, strlen(s) + 1), *p = out;

	while (*s != '\0') {
		size_t word = 0, keep = kept_zh(s), skip = keep > 0 ? 0 : filler_zh(s);
		while (is_letter(s[word]))
			word++;
		if (skip == 0 && word > 0 && filler_en(s, word))
			skip = word;
		if (skip > 0) {
			*p++ = ' ';
			s += skip;
			continue;
		}
		keep = keep > 0 ? keep : word > 0 ? word : letter_bytes(s);
		memcpy(p, s, keep);
		p += keep;
		s += keep;
	}
	*p = '\0';
	return out;
}
