/* The threads of an OpenMP runtime that is loaded already, as torch's is. */
#ifndef SOFTKNEE_OPENMP_H
#define SOFTKNEE_OPENMP_H
#include "pool.h"

/* Use the runtime whose GOMP_parallel is at this address; NULL for none. */
void openmp_adopt(void *gomp_parallel);

/* As pool_run, in that runtime's threads. After an operation they poll for the next one, on cores that a
 * pool of our own would have to share with them. Without a runtime, and in a forked child, whose runtime
 * would wait for threads that are not there, it is pool_run. */
void openmp_run(pool_task task, void *context, ptrdiff_t n, ptrdiff_t grain, int threads);
#endif
