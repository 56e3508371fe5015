/* csv.h: a list as a table for spreadsheets, by the spec that renders it as JSON: the same columns, the same text of each number.
 */
#ifndef CONSOLE_CSV_H
#define CONSOLE_CSV_H
#include "../../json/spec.h"

/* A header of keys (a nested object's are "object_key"), then a line for each item. UTF-8 with a byte order mark, so that
   spreadsheets read Chinese; text that a spreadsheet would run as a formula gets a quote before it. Lists are left out. */
void csv_table(struct buf *, const struct spec *, const struct list *);
#endif
