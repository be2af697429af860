#include <bzlib.h>
#include <lzma.h>
#include <stddef.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

// A GNU extension: <string.h> hides it from Swift.
extern void *memrchr(const void *bytes, int byte, size_t count);
