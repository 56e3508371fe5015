/* shape.h: what the answers of several contracts have in common. */
#ifndef SHAPE_H
#define SHAPE_H
#include "../../core/buf.h"
#include "../../json/spec.h"

/* contract.wrap and .wrap_schema of the documents whose answers are {"success":true,"data":…}. */
void shape_data(struct ctx *, struct buf *, const struct spec *, const void *out);
void shape_data_schema(struct buf *, const char *ref);

void shape_text(struct ctx *, struct buf *, const char *key); /* a text of the catalogue, as a JSON string */
/* "code":…,"message":… from c->err. With a field the message is the general one: what is wrong with which is said in the details.
 */
void shape_error(struct ctx *, struct buf *, const char *code);
#endif
