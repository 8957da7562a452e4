/* replay - the main() of a fuzz target without libFuzzer: feeds it every file
 * of the directories on the command line.  Fails when there was none, so that
 * a corpus that got lost is noticed. */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* The file's bytes, exactly sized so that a read beyond is seen; NULL: errno. */
static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *in = fopen(path, "rb");
	uint8_t *bytes = NULL;
	size_t count = 0, got;
	uint8_t chunk[4096];

	if (in == NULL)
		return NULL;
	while ((got = fread(chunk, 1, sizeof(chunk), in)) > 0) {
		bytes = realloc(bytes, count + got);
		if (bytes == NULL)
			abort();
		memcpy(bytes + count, chunk, got);
		count += got;
	}
	if (ferror(in)) {
		free(bytes);
		bytes = NULL;
	} else if (bytes == NULL) {
		bytes = malloc(1);
	}
	fclose(in);
	*size = count;
	return bytes;
}

static int replay_file(const char *path)
{
	size_t size;
	uint8_t *bytes = read_file(path, &size);

	if (bytes == NULL) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		return -1;
	}
	LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	return 0;
}

/* How many files were replayed, or -1. */
static int replay_directory(const char *name)
{
	DIR *directory = opendir(name);
	struct dirent *entry;
	struct stat info;
	char path[4096];
	int count = 0;

	if (directory == NULL) {
		fprintf(stderr, "replay: %s: %s\n", name, strerror(errno));
		return -1;
	}
	while (count >= 0 && (entry = readdir(directory)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
		if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
			count = replay_file(path) == 0 ? count + 1 : -1;
	}
	closedir(directory);
	return count;
}

int main(int argc, char **argv)
{
	int total = 0;

	for (int i = 1; i < argc; i++) {
		int count = replay_directory(argv[i]);

		if (count <= 0) {
			fprintf(stderr, "replay: no inputs in %s\n", argv[i]);
			return EXIT_FAILURE;
		}
		total += count;
	}
	printf("replay: %d inputs\n", total);
	return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
