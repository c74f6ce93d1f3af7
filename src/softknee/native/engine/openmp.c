#include "openmp.h"

#include <stdatomic.h>

#ifdef SOFTKNEE_THREADS
#include <pthread.h>
#endif

typedef void (*parallel_function)(void (*function)(void *), void *data, unsigned threads, unsigned flags);

static _Atomic(parallel_function) parallel;

/* Shares are taken front to back by whoever is free. */
struct shares {
    pool_task task;
    void *context;
    ptrdiff_t n, size;
    atomic_ptrdiff_t next;
};

static void take_shares(void *data)
{
    struct shares *shares = data;
    ptrdiff_t from;
    while ((from = atomic_fetch_add_explicit(&shares->next, shares->size, memory_order_relaxed)) < shares->n) {
        const ptrdiff_t to = from + shares->size;
        shares->task(shares->context, from, to < shares->n ? to : shares->n);
    }
}

static void forget(void)
{
    atomic_store(&parallel, NULL);
}

void openmp_adopt(void *gomp_parallel)
{
#ifdef SOFTKNEE_THREADS
    static atomic_flag registered = ATOMIC_FLAG_INIT;
    if (!atomic_flag_test_and_set(&registered))
        pthread_atfork(NULL, NULL, forget);
#else
    (void)forget;
#endif
#ifdef SOFTKNEE_SANITIZED
    gomp_parallel = NULL; /* how that runtime orders its threads a sanitizer cannot see */
#endif
    atomic_store(&parallel, (parallel_function)gomp_parallel);
}

void openmp_run(pool_task task, void *context, ptrdiff_t n, ptrdiff_t grain, int threads)
{
    const parallel_function run = atomic_load(&parallel);
    const ptrdiff_t most = (n + grain - 1) / grain;
    const int count = threads < most ? threads : (int)most;
    if (run == NULL || count <= 1) {
        pool_run(task, context, n, grain, threads);
        return;
    }
    /* Some shares for each, so that one that is held up does not hold up all. */
    enum { SHARES_EACH = 4 };
    const ptrdiff_t even = (n + count * SHARES_EACH - 1) / (count * SHARES_EACH);
    struct shares shares = {.task = task, .context = context, .n = n};
    shares.size = (even + grain - 1) / grain * grain;
    atomic_init(&shares.next, 0);
    run(take_shares, &shares, (unsigned)count, 0);
}
