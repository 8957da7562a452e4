# MUSTER_LIBRARY(NAME, PKG-CONFIG NAME, VERSION, HEADER, LIBRARY, FUNCTION,
#                VERSION CONDITION, DEBIAN PACKAGE, RPM PACKAGE)
# ---------------------------------------------------------------------------
# Look for a library: by pkg-config, and where an old package brings no .pc
# file by its header and one function, with the version asked of the
# preprocessor.  Sets NAME_CFLAGS, NAME_LIBS and muster_have_NAME (yes or no).
# What is missing is not an error yet: MUSTER_LIBRARIES_DONE names everything
# at once, so that one install command is enough.
AC_DEFUN([MUSTER_LIBRARY], [
	muster_have_$1=no
	PKG_CHECK_MODULES([$1], [$2 >= $3], [muster_have_$1=yes], [
		AS_IF([test -n "$PKG_CONFIG" && "$PKG_CONFIG" --exists "$2"],
			[AC_MSG_WARN([$2 `"$PKG_CONFIG" --modversion $2` is older than $3])],
			[_MUSTER_LIBRARY_WITHOUT_PC($@)])
	])
	AS_IF([test "$muster_have_$1" = no],
		[_MUSTER_LIBRARY_MISSING([$2 >= $3], [$8], [$9])])
])

# The answer of a system whose package has no .pc file.
AC_DEFUN([_MUSTER_LIBRARY_WITHOUT_PC], [
	muster_save_LIBS=$LIBS
	AC_CHECK_LIB([$5], [$6], [
		AC_MSG_CHECKING([whether $4 is that of $2 >= $3])
		AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
			#include <stdarg.h>
			#include <stdio.h>
			#include <$4>
			#if !($7)
			#error "too old"
			#endif
			int muster_library_is_new_enough;
		]])], [
			AC_MSG_RESULT([yes])
			muster_have_$1=yes
			$1_CFLAGS=
			$1_LIBS=-l$5
		], [AC_MSG_RESULT([no])])
	])
	LIBS=$muster_save_LIBS
])

AC_DEFUN([_MUSTER_LIBRARY_MISSING], [
	AS_VAR_APPEND([muster_missing], ["
    $1  (Debian: $2, RPM: $3)"])
	AS_VAR_APPEND([muster_missing_deb], [" $2"])
	AS_VAR_APPEND([muster_missing_rpm], [" $3"])
])

# Stop when a library was not found, and say which packages bring it.
AC_DEFUN([MUSTER_LIBRARIES_DONE], [
	AS_IF([test -n "$muster_missing"], [AC_MSG_ERROR([these libraries are missing:
$muster_missing

  Debian, Ubuntu:   apt-get install$muster_missing_deb
  Fedora, RHEL:     dnf install$muster_missing_rpm
])])
])

# MUSTER_LWS_EVENT_LOOP
# ---------------------
# Lanes run libwebsockets on a libuv loop of their own.  That takes a
# libwebsockets built with libuv; from 4.1 on the glue may be a plugin that
# is loaded at run time, which Debian packs apart.
AC_DEFUN([MUSTER_LWS_EVENT_LOOP], [
	muster_save_CPPFLAGS=$CPPFLAGS
	CPPFLAGS="$CPPFLAGS $LWS_CFLAGS $UV_CFLAGS"
	AC_MSG_CHECKING([whether libwebsockets was built with libuv])
	AC_PREPROC_IFELSE([AC_LANG_SOURCE([[
		#include <lws_config.h>
		#ifndef LWS_WITH_LIBUV
		#error "without libuv"
		#endif
	]])], [AC_MSG_RESULT([yes])], [
		AC_MSG_RESULT([no])
		AC_MSG_ERROR([this libwebsockets has no libuv event loop.
  Install the packages of your distribution (Debian: libwebsockets-dev and
  libwebsockets-evlib-uv, RPM: libwebsockets-devel) or build libwebsockets
  with -DLWS_WITH_LIBUV=1.])
	])
	muster_lws_plugin="built in"
	AC_MSG_CHECKING([for the libuv plugin of libwebsockets])
	AC_PREPROC_IFELSE([AC_LANG_SOURCE([[
		#include <lws_config.h>
		#ifndef LWS_WITH_EVLIB_PLUGINS
		#error "built in"
		#endif
	]])], [_MUSTER_LWS_PLUGIN_FILE], [])
	AC_MSG_RESULT([$muster_lws_plugin])
	CPPFLAGS=$muster_save_CPPFLAGS
	AS_IF([test "$muster_lws_plugin" = missing], [AC_MSG_WARN([libwebsockets loads its libuv support from
  ${muster_lws_libdir:-its library folder}/libwebsockets-evlib_uv.so, which is not there: musterd
  will build but not start.  Debian: apt-get install libwebsockets-evlib-uv])])
])

AC_DEFUN([_MUSTER_LWS_PLUGIN_FILE], [
	muster_lws_plugin=missing
	# where lws itself looks; older headers do not tell
	AS_ECHO(['#include <lws_config.h>']) > conftest.c
	AS_ECHO([LWS_INSTALL_LIBDIR]) >> conftest.c
	muster_lws_libdir=`$CPP $CPPFLAGS conftest.c 2>/dev/null | sed -n 's,^"\(/.*\)".*,\1,p' | tail -n 1`
	rm -f conftest.c
	AS_IF([test -z "$muster_lws_libdir" && test -n "$PKG_CONFIG"],
		[muster_lws_libdir=`"$PKG_CONFIG" --variable=libdir libwebsockets 2>/dev/null`])
	for muster_dir in "$muster_lws_libdir" /usr/lib /usr/lib64 /usr/local/lib; do
		AS_IF([test -n "$muster_dir" && test -f "$muster_dir/libwebsockets-evlib_uv.so"],
			[muster_lws_plugin="$muster_dir/libwebsockets-evlib_uv.so"; break])
	done
])
