/* What is handed back in W is what was put into it. */
#include "../../../../../lib/api/realtime/socket.c"
#include "../../../ok.h"

static const char *endpoint, *who;

static const char *param(const void *env, const char *name)
{
	(void)env;
	if (strcmp(name, "DESKBELL_WHO") == 0)
		return who;
	return strcmp(name, "DOCUMENT_URI") == 0 ? endpoint : "";
}

int main(void)
{
	static const struct {
		const char *endpoint, *who, *contract, *below;
		int64_t user, joined, viewing;
	} rows[] = {
		{ "/ws", "", "chat", "", 0, 0, 0 },
		{ "/ws", "v=12;l=en", "chat", "", 0, 12, 0 },
		{ "/ws", "u=5;f=abc;w=0;g=9f3a0011;l=zh", "chat", "", 5, 0, 0 },
		{ "/admin/ws", "u=5;f=abc;w=77;g=9f3a0011;l=en", "console", "", 5, 0, 77 },
		{ "/ws/user_1", "u=5;f=abc;w=0;g=;l=en", "kefu", "user_1", 5, 0, 0 },
		{ "/ws/a%2Fb%40c", "", "kefu", "a/b@c", 0, 0, 0 },
		{ "/ws/%zz", "", "kefu", NULL, 0, 0, 0 },
		{ "/elsewhere", "", NULL, NULL, 0, 0, 0 },
	};
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ctx c = { .mem = &mem, .lang = "zh" };
		const struct request q = { .param = param };
		struct socket s;
		struct buf b = { 0 };
		endpoint = rows[i].endpoint;
		who = rows[i].who;
		socket_read(&c, &q, &s);
		ok((s.dialect != NULL) == (rows[i].contract != NULL), "row %zu", i);
		if (s.dialect != NULL)
			ok_str(s.dialect->contract, rows[i].contract);
		ok((s.below == NULL) == (rows[i].below == NULL) && (s.below == NULL || strcmp(s.below, rows[i].below) == 0),
		   "row %zu: below", i);
		ok_int(s.user_id, rows[i].user);
		ok_int(s.joined, rows[i].joined);
		ok_int(s.viewing, rows[i].viewing);
		put_who(&b, &s);
		if (*who != '\0')
			ok_str(buf_text(&b), arena_printf(&mem, "W %s\n", who));
		buf_free(&b);
	}
	arena_free(&mem);
	return ok_end();
}
