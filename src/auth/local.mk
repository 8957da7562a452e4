noinst_LIBRARIES += src/auth/libauth.a
src_auth_libauth_a_SOURCES = \
	src/auth/authorizer.h \
	src/auth/closed.c \
	src/auth/open.c
