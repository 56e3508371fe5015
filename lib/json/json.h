/* json.h: what the files of lib/json share. json-c stays inside this folder. */
#ifndef JSON_INTERNAL_H
#define JSON_INTERNAL_H
#include "spec.h"
#include <json-c/json.h>

static inline json_object *json_c(const struct json *j)
{
	return (json_object *)(uintptr_t)j; /* json-c's readers take no const */
}
static inline const struct json *json_of(const json_object *o)
{
	return (const struct json *)o;
}
#endif
