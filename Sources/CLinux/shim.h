// What Swift's own module of the C library leaves out.
#include <malloc.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/vfs.h>

// A GNU extension: <string.h> hides it from Swift.
extern void *memrchr(const void *bytes, int byte, size_t count);
