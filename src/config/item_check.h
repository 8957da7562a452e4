/* item_check - is one item of a list option, or a path, what it has to be?  Each returns
 * 0, or -EINVAL with what is needed instead ("an address such as ..."). */
#ifndef CONFIG_ITEM_CHECK_H
#define CONFIG_ITEM_CHECK_H

#include "base/error.h"

#include <stdbool.h>

int item_check_address(const char *item, struct error *err);  /* "127.0.0.1:8080", "unix:/path" */
int item_check_endpoint(const char *item, struct error *err); /* "tcp://..", "connect:ipc://.." */
int item_check_origin(const char *item, struct error *err);   /* "same", "*", "https://www.example.org" */
int item_check_topic(const char *item, struct error *err);    /* anything short */
int item_check_path(const char *item, struct error *err);     /* "/var/lib/muster/muster.db" */

/* Of an address or endpoint that passed: can only this host reach it?  What
 * we connect to is not reached from outside either. */
bool item_is_private_address(const char *item);
bool item_is_private_endpoint(const char *item);

#endif
