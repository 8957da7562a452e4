# Fuzz targets.  `make check` replays each one's corpus; with --enable-fuzz
# (CC=clang) tests/fuzz/fuzz_<target> are libFuzzer programs too:
#   tests/fuzz/fuzz_target -max_total_time=60 work tests/fuzz/corpus/target
FUZZ_REPLAY = tests/fuzz/fuzz.h tests/fuzz/replay.c

check_PROGRAMS += \
	tests/fuzz/fuzz_command_replay \
	tests/fuzz/fuzz_config_replay \
	tests/fuzz/fuzz_envelope_replay \
	tests/fuzz/fuzz_http_head_replay \
	tests/fuzz/fuzz_match_replay \
	tests/fuzz/fuzz_origin_replay \
	tests/fuzz/fuzz_query_replay \
	tests/fuzz/fuzz_sse_replay \
	tests/fuzz/fuzz_target_replay \
	tests/fuzz/fuzz_verb_args_replay
dist_check_SCRIPTS += tests/fuzz/replay.sh
TESTS += tests/fuzz/replay.sh

tests_fuzz_fuzz_command_replay_SOURCES = tests/fuzz/fuzz_command.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_command_replay_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_config_replay_SOURCES = tests/fuzz/fuzz_config.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_config_replay_LDADD = src/config/libconfig.a $(PROTOCOL_LIBS) $(CONFUSE_LIBS)
tests_fuzz_fuzz_envelope_replay_SOURCES = tests/fuzz/fuzz_envelope.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_envelope_replay_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_http_head_replay_SOURCES = tests/fuzz/fuzz_http_head.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_http_head_replay_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_match_replay_SOURCES = tests/fuzz/fuzz_match.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_match_replay_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_origin_replay_SOURCES = tests/fuzz/fuzz_origin.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_origin_replay_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_query_replay_SOURCES = tests/fuzz/fuzz_query.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_query_replay_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_sse_replay_SOURCES = tests/fuzz/fuzz_sse.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_sse_replay_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_target_replay_SOURCES = tests/fuzz/fuzz_target.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_target_replay_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_verb_args_replay_SOURCES = tests/fuzz/fuzz_verb_args.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_verb_args_replay_LDADD = $(PROTOCOL_LIBS)

if ENABLE_FUZZ
noinst_PROGRAMS += \
	tests/fuzz/fuzz_command \
	tests/fuzz/fuzz_config \
	tests/fuzz/fuzz_envelope \
	tests/fuzz/fuzz_http_head \
	tests/fuzz/fuzz_match \
	tests/fuzz/fuzz_origin \
	tests/fuzz/fuzz_query \
	tests/fuzz/fuzz_sse \
	tests/fuzz/fuzz_target \
	tests/fuzz/fuzz_verb_args

FUZZ_LINK = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_command_SOURCES = tests/fuzz/fuzz_command.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_command_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_command_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c
tests_fuzz_fuzz_config_LDADD = src/config/libconfig.a $(PROTOCOL_LIBS) $(CONFUSE_LIBS)
tests_fuzz_fuzz_config_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_envelope_SOURCES = tests/fuzz/fuzz_envelope.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_envelope_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_envelope_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_http_head_SOURCES = tests/fuzz/fuzz_http_head.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_http_head_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_http_head_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_match_SOURCES = tests/fuzz/fuzz_match.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_match_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_match_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_origin_SOURCES = tests/fuzz/fuzz_origin.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_origin_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_origin_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_query_SOURCES = tests/fuzz/fuzz_query.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_query_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_query_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_sse_SOURCES = tests/fuzz/fuzz_sse.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_sse_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_sse_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_target_SOURCES = tests/fuzz/fuzz_target.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_target_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_target_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_verb_args_SOURCES = tests/fuzz/fuzz_verb_args.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_verb_args_LDADD = $(PROTOCOL_LIBS)
tests_fuzz_fuzz_verb_args_LDFLAGS = $(FUZZ_LINK)
endif

# This one compares our reader with json-c, which nothing else is linked with.
if HAVE_JSON
check_PROGRAMS += tests/fuzz/fuzz_json_scan_replay
tests_fuzz_fuzz_json_scan_replay_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_fuzz_fuzz_json_scan_replay_SOURCES = tests/fuzz/fuzz_json_scan.c $(FUZZ_REPLAY)
tests_fuzz_fuzz_json_scan_replay_LDADD = $(PROTOCOL_LIBS) $(JSON_LIBS)
if ENABLE_FUZZ
noinst_PROGRAMS += tests/fuzz/fuzz_json_scan
tests_fuzz_fuzz_json_scan_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
tests_fuzz_fuzz_json_scan_SOURCES = tests/fuzz/fuzz_json_scan.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_json_scan_LDADD = $(PROTOCOL_LIBS) $(JSON_LIBS)
tests_fuzz_fuzz_json_scan_LDFLAGS = $(FUZZ_LINK)
endif
else
FUZZ_NOT_BUILT = json_scan
endif
