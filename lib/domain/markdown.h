/* markdown.h: Markdown as people read it in a chat, where no markup is shown. Pure. For passages: the time grows with the square.
 */
#ifndef MARKDOWN_H
#define MARKDOWN_H
#include "../core/buf.h"

/* Without the marks of headings, quotes, emphasis and code; "- " before items; a link is its words and, in brackets, its address.
 */
void markdown_plain(struct buf *out, const char *markdown, size_t n);
#endif
