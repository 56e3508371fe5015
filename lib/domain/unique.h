/* unique.h: a unique key that was hit, said as the field it speaks of. */
#ifndef UNIQUE_H
#define UNIQUE_H
#include "../core/core.h"

/* After a failed write: a duplicate becomes a mistake in that field; any other failure stays what it is. Always false. */
static inline bool fail_unique(struct ctx *c, const char *field, const char *key)
{
	if (c->err.code != E_CONFLICT)
		return false;
	c->err = (struct err){ 0 };
	return fail_field(c, field, key);
}
#endif
