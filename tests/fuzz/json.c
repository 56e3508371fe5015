#include "../../lib/api/chat/specs.h"
#include "../../lib/api/rooms/rooms.h"
#include "../../lib/domain/message.h"

/* Some fields are only ever read. */
static bool writable(const struct spec *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].as->put == NULL)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct spec *const specs[] = { &chat_post_in, &chat_session_create_in, &chat_user_update_in, &chat_rating_in,
						    &rooms_send_in };
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	struct buf b = { 0 };
	const struct json *j = json_parse(&c, (const char *)p, n);

	for (size_t i = 0; j != NULL && i < COUNT(specs); i++) {
		const struct sources from = { .body = j };
		void *in = arena_alloc(&mem, specs[i]->size);
		c.err = (struct err){ 0 };
		if (spec_get(&c, specs[i], &from, in)) {
			if (writable(specs[i]))
				spec_put(&b, specs[i], in); /* what was read can be written */
			buf_clear(&b);
		} else if (c.err.key == NULL) {
			__builtin_trap();
		}
	}
	buf_free(&b);
	arena_free(&mem);
	return 0;
}
