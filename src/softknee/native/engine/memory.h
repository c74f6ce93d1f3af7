/* Fresh memory for large results. */
#ifndef SOFTKNEE_MEMORY_H
#define SOFTKNEE_MEMORY_H
#include <stddef.h>

/* Below this, page faults are few, or the memory comes from blocks freed before. */
#define MEMORY_LARGE ((size_t)1 << 22)

/* Ask for huge pages in the `size` bytes at `start`, which nobody has touched yet: a tenth of the page faults and
   less. A wish: it changes no content, and is passed over for small sizes and where the system has none. */
void memory_advise_huge(void *start, size_t size);
#endif
