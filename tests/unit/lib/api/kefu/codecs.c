#include "../../../../../lib/api/kefu/codecs.c"
#include "../../../ok.h"

struct in {
	int64_t id, day;
	struct message_meta meta;
};
static const struct field fields[] = { FIELD(in, id, "id", as_kefu_msg), FIELD(in, day, "day", as_kefu_day),
				       FIELD(in, meta, "meta", as_message_meta) };
static const struct spec spec = SPEC("In", in, fields);

static bool read(struct ctx *c, const char *text, struct in *in)
{
	*in = (struct in){ 0 };
	c->err = (struct err){ 0 };
	return spec_get(c, &spec, &(struct sources){ .body = json_parse(c, text, strlen(text)) }, in);
}

static void check_in(struct ctx *c)
{
	static const char *const bad[] = { "{\"id\":\"x_1\"}",
					   "{\"id\":\"msg_\"}",
					   "{\"id\":\"msg_-1\"}",
					   "{\"day\":\"2024-02-30\"}",
					   "{\"day\":\"2024-1-1\"}",
					   "{\"day\":20240101}",
					   "{\"day\":\"2024-01-01T00:00:00Z\"}",
					   "{\"meta\":[]}",
					   "{\"meta\":\"x\"}" };
	struct in in;

	ok(read(c, "{\"id\":\"msg_12\",\"day\":\"2024-01-01\",\"meta\":{\"a\":1,\"file_id\":\"file_x\"}}", &in), "all of them");
	ok(in.id == 12 && in.day == 19723, "%lld, day %lld", (long long)in.id, (long long)in.day);
	ok_str(in.meta.file_id, "file_x");
	ok(strstr(in.meta.json, "\"a\":1") != NULL, "%s", in.meta.json);
	ok(read(c, "{\"id\":7,\"meta\":{\"file_id\":7}}", &in) && in.id == 7 && in.meta.file_id == NULL,
	   "a number; a file_id that is none");
	for (size_t i = 0; i < COUNT(bad); i++)
		ok(!read(c, bad[i], &in) && c->err.field != NULL, "%s", bad[i]);
}

static void check_out(void)
{
	struct buf b = { 0 };
	const int64_t id = 12, none = 0, day = 19723;
	const int guest = ROLE_GUEST, admin = ROLE_ADMIN;

	put_msg(&b, NULL, &id);
	put_msg(&b, NULL, &none);
	put_day(&b, NULL, &day);
	put_user_type(&b, NULL, &guest);
	put_user_type(&b, NULL, &admin);
	put_true(&b, NULL, NULL);
	put_sent(&b, NULL, NULL);
	ok_str(buf_text(&b), "\"msg_12\"null\"2024-01-01\"\"customer\"\"kefu\"true\"sent\"");
	buf_free(&b);
}

int main(void)
{
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };

	check_in(&c);
	check_out();
	arena_free(&mem);
	return ok_end();
}
