/* page.h: numbered pages, as console.md and desk.md count them: from 1. */
#ifndef PAGE_H
#define PAGE_H
#include "../core/core.h"

struct page_in {
	int64_t number, size;
};
struct page_meta {
	int64_t number, size, total, pages;
};
static inline int64_t page_offset(const struct page_in *p)
{
	return (p->number - 1) * p->size;
}
static inline struct page_meta page_meta(const struct page_in *p, int64_t total)
{
	return (struct page_meta){ p->number, p->size, total, (total + p->size - 1) / p->size };
}
#endif
