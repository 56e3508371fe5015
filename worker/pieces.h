/* pieces.h: how a finished text is spoken. Pure. */
#ifndef PIECES_H
#define PIECES_H
#include <stddef.h>

/* Bytes of the next piece: a word with the white space behind it, or two characters of a script without blanks. 0 at the end. */
size_t piece_bytes(const char *);
#endif
