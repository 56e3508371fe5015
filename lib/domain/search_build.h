/* search_build.h: what was said, made searchable in bulk (conversation_search.h does it message by message): words are gathered in
   memory, sorted, and written in the order of the index. For `deskbell-worker search`, after an import. */
#ifndef SEARCH_BUILD_H
#define SEARCH_BUILD_H
#include "../core/core.h"

struct search_build;
struct search_build *search_build_new(void); /* NULL: no memory */
void search_build_free(struct search_build *);
/* Gathers from messages behind the cursor that are from before, some at a time; *done how many, *cursor moves. */
MUST bool search_build_gather(struct ctx *, struct search_build *, int64_t *cursor, int64_t before, int64_t *done);
bool search_build_full(const struct search_build *); /* write before the next ones are gathered */
/* Writes a part of what was gathered; adding a row twice is harmless. When that is committed, on to the next: false = that was all.
 */
MUST bool search_build_write(struct ctx *, struct search_build *);
bool search_build_next(struct search_build *);
#endif
