/* Where transparent huge pages are given on request only, a fresh result of 64 MiB takes 16,384 page faults, which cost
   more than computing it. */
#define _GNU_SOURCE
#include "memory.h"

#include <stdint.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

void memory_advise_huge(void *start, size_t size)
{
#ifdef MADV_HUGEPAGE
    /* Whole pages only; 64 KiB is the largest page in use, and the range need not begin at a huge one. */
    const uintptr_t page = 1 << 16, from = ((uintptr_t)start + page - 1) & ~(page - 1);
    const uintptr_t to = ((uintptr_t)start + size) & ~(page - 1);
    if (size >= MEMORY_LARGE && to > from)
        madvise((void *)from, to - from, MADV_HUGEPAGE); /* a refusal leaves things as they were */
#else
    (void)start;
    (void)size;
#endif
}
