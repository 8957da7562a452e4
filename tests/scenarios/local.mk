# Stories for the core, told with a clock that stands still between the lines.
check_PROGRAMS += tests/scenarios/run_story
TESTS += tests/scenarios/stories.sh
tests_scenarios_run_story_SOURCES = \
	tests/scenarios/run_story.c \
	tests/scenarios/story.h \
	tests/scenarios/story_actions.c \
	tests/scenarios/story_expect.c
tests_scenarios_run_story_LDADD = src/core/libcore.a $(BASE_LIBS)
