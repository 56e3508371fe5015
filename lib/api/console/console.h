/* console.h: the console contract (contracts/console.md): staff; port 3001. */
#ifndef CONSOLE_H
#define CONSOLE_H
#include "../../http/http.h"

extern const struct contract console_contract;
#endif
