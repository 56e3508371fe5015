#include "rooms.h"
#include <string.h>

static void put_room_time(struct buf *b, const struct field *f, const void *slot)
{
	(void)f;
	buf_chr(b, '"');
	buf_time(b, *(const int64_t *)slot);
	b->len -= strlen("Z");
	buf_chr(b, '"');
}

const struct codec as_room_time = { "room_time", sizeof(int64_t), NULL, put_room_time,
				    "\"type\":\"string\",\"examples\":[\"2024-01-15T10:30:00\"]" };
