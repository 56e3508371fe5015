/* What Redis holds of a room: rows of its last messages by seq, their ids, and how far that is true. MySQL's row of the room says
   what the truth is (last_seq, changes): a page is served when both agree, otherwise it is read from MySQL and the rest is brought
   here. So nothing that was lost, late or taken back is ever a hole or a ghost. */
#include "../bus/bus.h"
#include "../core/buf.h"
#include "room_row.h"
#include "row_cache.h"
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 50, EACH = 3, HEAD = 6, MORE = 8 };

/* KEYS: state (last, changes), rows by seq, ids by seq. */
/* ARGV: "new" or "", from, upto, floor, changes, then seq, id, row ("" = taken back). Only what follows on what is there. */
static const char add[] = "local last = redis.call('HGET', KEYS[1], 'last') "
			  "if ARGV[1] == 'new' then redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) "
			  "redis.call('HSET', KEYS[1], 'changes', ARGV[5]) "
			  "elseif not last or tonumber(last) >= tonumber(ARGV[3]) then return 0 "
			  "elseif last ~= ARGV[2] then redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) return 0 end "
			  "for i = 6, #ARGV, 3 do redis.call('ZADD', KEYS[3], ARGV[i], ARGV[i + 1]) "
			  "if ARGV[i + 2] ~= '' then redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i + 2]) end end "
			  "redis.call('HSET', KEYS[1], 'last', ARGV[3]) "
			  "for i = 2, 3 do redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', '(' .. ARGV[4]) end "
			  "for i = 1, 3 do redis.call('EXPIRE', KEYS[i], 604800) end return 1";
/* ARGV: seq, changes after it. One that came before the message itself, or after another one that is not here, spoils it all. */
static const char drop[] =
	"local at = redis.call('HMGET', KEYS[1], 'last', 'changes') "
	"if at[1] and tonumber(at[1]) >= tonumber(ARGV[1]) and tonumber(at[2]) == tonumber(ARGV[2]) - 1 then "
	"redis.call('ZREMRANGEBYSCORE', KEYS[2], ARGV[1], ARGV[1]) redis.call('HSET', KEYS[1], 'changes', ARGV[2]) "
	"else redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) end return 1";
/* ARGV: last, changes, "before" or "after", id ("" = the end), limit. Answers a word, then rows. */
static const char read[] =
	"local at = redis.call('HMGET', KEYS[1], 'last', 'changes') if not at[1] or at[2] ~= ARGV[2] or tonumber(at[1]) > "
	"tonumber(ARGV[1]) then return {'stale'} end if at[1] ~= ARGV[1] then return {'behind', at[1]} end local seq = false if "
	"ARGV[4] ~= '' then seq = redis.call('ZSCORE', KEYS[3], ARGV[4]) if not seq then return {'unknown'} end end local rows if "
	"ARGV[3] == 'after' then rows = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. seq, '+inf', 'LIMIT', 0, ARGV[5]) else rows = "
	"redis.call('ZREVRANGEBYSCORE', KEYS[2], seq and '(' .. seq or '+inf', '-inf', 'LIMIT', 0, ARGV[5]) end "
	"table.insert(rows, 1, 'rows') return rows";

static const struct stmt row = { .sql = "", ROOM_MESSAGE_ROW };

static const char *number(struct ctx *c, int64_t n)
{
	return arena_printf(c->mem, "%lld", (long long)n);
}

/* argv[HEAD…argc) is there already. sizes[i] = 0: as long as the text is. */
static int script(struct ctx *c, const char *text, int64_t room, const char **argv, size_t *len, int argc)
{
	argv[0] = "EVAL";
	argv[1] = text;
	argv[2] = "3";
	argv[3] = arena_printf(c->mem, "deskbell:room:%lld", (long long)room);
	argv[4] = arena_printf(c->mem, "%s:rows", argv[3]);
	argv[5] = arena_printf(c->mem, "%s:ids", argv[3]);
	for (int i = 0; i < argc; i++)
		len[i] = len[i] > 0 ? len[i] : strlen(argv[i]);
	return bus_cmd(c, argc, argv, len);
}

/* -- in -- */

static void put(struct ctx *c, const struct room *r, const char *how, int64_t from, int64_t upto, const struct list *said)
{
	size_t argc = HEAD + 5 + EACH * said->n;
	const char **argv = arena_alloc(c->mem, argc * sizeof(*argv));
	size_t *len = arena_alloc(c->mem, argc * sizeof(*len)), at = HEAD;
	struct buf b = { 0 };
	const struct room_message *m = said->items;

	argv[at++] = how;
	argv[at++] = number(c, from);
	argv[at++] = number(c, upto);
	argv[at++] = number(c, upto > ROOM_WINDOW ? upto - ROOM_WINDOW + 1 : 1);
	argv[at++] = number(c, r->changes);
	for (size_t i = 0; i < said->n; i++) {
		argv[at++] = number(c, m[i].m.seq);
		argv[at++] = m[i].m.uuid;
		buf_clear(&b);
		if (!m[i].m.is_deleted)
			row_pack(&b, &row, &m[i]);
		len[at] = b.len;
		argv[at++] = b.len > 0 ? arena_strndup(c->mem, b.data, b.len) : "";
	}
	script(c, add, r->id, argv, len, (int)argc);
	buf_free(&b);
}

void room_cache_add(struct ctx *c, const struct room *r, const struct room_message *said)
{
	const struct list one = { (void *)(uintptr_t)said, 1 };

	put(c, r, "", said->m.seq - 1, said->m.seq, &one);
}

void room_cache_remove(struct ctx *c, const struct room *r, int64_t seq)
{
	const char *argv[HEAD + 2] = { [HEAD] = number(c, seq), [HEAD + 1] = number(c, r->changes) };

	script(c, drop, r->id, argv, (size_t[COUNT(argv)]){ 0 }, COUNT(argv));
}

/* Brings what is missing behind `from`; from = -1: everything. */
static bool bring(struct ctx *c, const struct room *r, int64_t from)
{
	const char *how = from < 0 ? "new" : "";
	int64_t at = from < 0 ? room_floor(r) - 1 : from;

	do {
		struct list part = { 0 };
		if (!room_range(c, r, at, r->last_seq, CHUNK, &part))
			return false;
		int64_t upto = part.n == CHUNK ? ((struct room_message *)part.items)[part.n - 1].m.seq : r->last_seq;
		put(c, r, how, at, upto, &part);
		if (!bus_send(c))
			return true; /* Redis is away */
		how = "";
		at = upto;
	} while (at < r->last_seq);
	return true;
}

/* -- out -- */

/* Too old a message may be there still; rows come newest first unless asked for what is after. */
static bool unpack(struct ctx *c, const struct room_history_in *in, const struct list *answer, struct list *out)
{
	const char *const *text = answer->items;
	size_t n = answer->n - 1;
	struct room_message *m = arena_alloc(c->mem, (n + 1) * sizeof(*m));

	*out = (struct list){ m, 0 };
	for (size_t i = 0; i < n; i++) {
		const char *from = text[in->after != NULL ? 1 + i : n - i];
		if (!row_unpack(c->mem, &row, from, strlen(from), &m[out->n]))
			return false;
		out->n += m[out->n].m.created_at >= c->now - ROOM_WINDOW_MS;
	}
	return true;
}

bool room_cache_page(struct ctx *c, const struct room *r, const struct room_history_in *in, struct list *out, bool *known)
{
	const char *id = in->after != NULL ? in->after : in->before;
	const char *argv[HEAD + 5] = { [HEAD] = number(c, r->last_seq),
				       [HEAD + 1] = number(c, r->changes),
				       [HEAD + 2] = in->after != NULL ? "after" : "before",
				       [HEAD + 3] = id != NULL ? id : "",
				       [HEAD + 4] = number(c, in->limit) };
	int slot = script(c, read, r->id, argv, (size_t[COUNT(argv)]){ 0 }, COUNT(argv));

	*known = false;
	if (!bus_go(c))
		return true;
	struct list answer = bus_items(c, slot);
	const char *const *text = answer.items;
	if (answer.n == 0)
		return true;
	if (strcmp(text[0], "rows") == 0) {
		*known = unpack(c, in, &answer, out);
		return *known || bring(c, r, -1); /* rows of another version */
	}
	if (strcmp(text[0], "stale") == 0)
		return bring(c, r, -1);
	return strcmp(text[0], "behind") != 0 || bring(c, r, strtoll(text[1], NULL, 10));
}
