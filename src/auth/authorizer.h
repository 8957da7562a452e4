/* authorizer - what the authorizers share. */
#ifndef AUTH_AUTHORIZER_H
#define AUTH_AUTHORIZER_H

#define DEFAULT_APP "0"

#endif
