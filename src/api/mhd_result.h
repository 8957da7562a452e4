/* mhd_result - what a callback of libmicrohttpd returns: an enum since 0.9.71,
 * an int before. */
#ifndef API_MHD_RESULT_H
#define API_MHD_RESULT_H

#include <microhttpd.h>

#if MHD_VERSION >= 0x00097002
typedef enum MHD_Result mhd_result;
#else
typedef int mhd_result;
#endif

#endif
