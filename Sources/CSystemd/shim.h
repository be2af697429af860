#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

// What Swift's own module of the C library leaves out.
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/vfs.h>
