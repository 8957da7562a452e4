# MUSTER_COMPILER_FLAGS(VARIABLE, FLAGS)
# --------------------------------------
# Append to VARIABLE each of FLAGS that the compiler takes without a word.
AC_DEFUN([MUSTER_COMPILER_FLAGS], [
	for muster_flag in $2; do
		AC_MSG_CHECKING([whether $CC takes $muster_flag])
		muster_save_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS -Werror $muster_flag"
		AC_COMPILE_IFELSE([AC_LANG_SOURCE([[int muster_flag_test;]])], [
			AC_MSG_RESULT([yes])
			AS_VAR_APPEND([$1], [" $muster_flag"])
		], [AC_MSG_RESULT([no])])
		CFLAGS=$muster_save_CFLAGS
	done
])

# MUSTER_LINKS_WITH(FLAGS, ACTION, ACTION IF NOT, [SOURCE])
# ---------------------------------------------------------
# Whether a program can be compiled and linked with FLAGS.
AC_DEFUN([MUSTER_LINKS_WITH], [
	AC_MSG_CHECKING([whether $CC can link with $1])
	muster_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS $1"
	AC_LINK_IFELSE([m4_default([$4], [AC_LANG_PROGRAM()])],
		[AC_MSG_RESULT([yes]); $2], [AC_MSG_RESULT([no]); $3])
	CFLAGS=$muster_save_CFLAGS
])

# MUSTER_SANITIZER: --with-sanitizer=LIST, into SANITIZER_CFLAGS.
AC_DEFUN([MUSTER_SANITIZER], [
	AC_ARG_WITH([sanitizer], [AS_HELP_STRING([--with-sanitizer=LIST],
		[build everything with these sanitizers: address,undefined or thread])],
		[], [with_sanitizer=no])
	SANITIZER_CFLAGS=
	AS_CASE([$with_sanitizer],
		[no], [],
		[yes], [AC_MSG_ERROR([--with-sanitizer wants a list, such as address,undefined])],
		[MUSTER_LINKS_WITH([-fsanitize=$with_sanitizer],
			[SANITIZER_CFLAGS="-fsanitize=$with_sanitizer -fno-omit-frame-pointer -fno-sanitize-recover=all"],
			[AC_MSG_ERROR([$CC has no sanitizer "$with_sanitizer" (gcc: install libasan, libubsan or libtsan)])])])
	AC_SUBST([SANITIZER_CFLAGS])
])

# MUSTER_FUZZ: --enable-fuzz, which takes a compiler with libFuzzer.
AC_DEFUN([MUSTER_FUZZ], [
	AC_ARG_ENABLE([fuzz], [AS_HELP_STRING([--enable-fuzz],
		[build the fuzz targets with libFuzzer (CC=clang); else they replay their corpus])],
		[], [enable_fuzz=no])
	FUZZ_CFLAGS=
	FUZZ_LDFLAGS=
	AS_IF([test "$enable_fuzz" = yes], [
		MUSTER_LINKS_WITH([-fsanitize=fuzzer], [], [AC_MSG_ERROR([$CC has no libFuzzer: configure with CC=clang
  (Debian: clang, RPM: clang compiler-rt)])], [AC_LANG_SOURCE([[
			#include <stddef.h>
			#include <stdint.h>
			int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
			int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
			{
				return data == NULL && size != 0;
			}
		]])])
		FUZZ_CFLAGS=-fsanitize=fuzzer-no-link
		FUZZ_LDFLAGS=-fsanitize=fuzzer
	])
	AC_SUBST([FUZZ_CFLAGS])
	AC_SUBST([FUZZ_LDFLAGS])
	AM_CONDITIONAL([ENABLE_FUZZ], [test "$enable_fuzz" = yes])
])
