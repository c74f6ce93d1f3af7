/* A pool of threads that share one loop over a range. */
#ifndef SOFTKNEE_POOL_H
#define SOFTKNEE_POOL_H
#include <stddef.h>

/* More threads than this are never used. */
#define POOL_MAX_THREADS 1024

/* One share of the work: the elements `from` up to, not including, `to`. */
typedef void (*pool_task)(void *context, ptrdiff_t from, ptrdiff_t to);

/* Read SOFTKNEE_NUM_THREADS, or count the usable cores; 0 where the variable holds no number that is allowed. */
int pool_start(void);

/* The number of threads that callers should ask for, which is at least 1. */
int pool_threads(void);
void pool_set_threads(int threads);

/* Call `task` on shares of [0, n) that begin at multiples of `grain`, in at most `threads` threads, the caller being
   one; return when all is done. Safe from several threads at once and from within a task: only one call at a time has
   the workers, the others run where they are called. Shares are worked on in the caller's floating-point environment. */
void pool_run(pool_task task, void *context, ptrdiff_t n, ptrdiff_t grain, int threads);
#endif
