/* csv.h: cells of a CSV file (RFC 4180), safe to open in a spreadsheet. Pure. */
#ifndef CSV_H
#define CSV_H
#include "buf.h"

/* A text cell, "" for NULL; quoted when needed. What a spreadsheet would run as a formula begins with an apostrophe. */
void csv_text(struct buf *, const char *);
/* As it stands, for what cannot be a formula (phone numbers, figures, times). */
void csv_plain(struct buf *, const char *);
void csv_next(struct buf *); /* between two cells */
void csv_end(struct buf *);  /* of the row */
#endif
