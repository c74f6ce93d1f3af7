/* What benchmarks/memory_faults.py times: one rectifier and a copy, in the library's pool. */
#define _GNU_SOURCE
#include <immintrin.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "memory.h"
#include "pool.h"

struct arrays {
    const float *in;
    float *out;
};

static void copy_share(void *context, ptrdiff_t from, ptrdiff_t to)
{
    struct arrays *a = context;
    memcpy(a->out + from, a->in + from, (size_t)(to - from) * sizeof(float));
}

static void rectify_share(void *context, ptrdiff_t from, ptrdiff_t to)
{
    struct arrays *a = context;
    const float *in = a->in;
    float *out = a->out;
    for (ptrdiff_t i = from; i < to; i++)
        out[i] = in[i] > 0 ? in[i] : 0;
}

/* Stores that pass the cache by: they need an aligned address. */
static void stream_share(void *context, ptrdiff_t from, ptrdiff_t to)
{
    struct arrays *a = context;
    const __m256 zero = _mm256_setzero_ps();
    while (from < to && (uintptr_t)(a->out + from) % 32 != 0)
        rectify_share(context, from, from + 1), from++;
    for (; from + 8 <= to; from += 8)
        _mm256_stream_ps(a->out + from, _mm256_max_ps(_mm256_loadu_ps(a->in + from), zero));
    rectify_share(context, from, to);
    _mm_sfence();
}

static void populate_share(void *context, ptrdiff_t from, ptrdiff_t to)
{
    madvise((char *)context + from, (size_t)(to - from), MADV_POPULATE_WRITE);
}

enum { GRAIN = 16384, HUGE_PAGE = 1 << 21 };

void copy(const float *in, float *out, ptrdiff_t n, int threads)
{
    pool_run(copy_share, &(struct arrays){in, out}, n, GRAIN, threads);
}

void rectify(const float *in, float *out, ptrdiff_t n, int threads)
{
    pool_run(rectify_share, &(struct arrays){in, out}, n, GRAIN, threads);
}

void stream(const float *in, float *out, ptrdiff_t n, int threads)
{
    pool_run(stream_share, &(struct arrays){in, out}, n, GRAIN, threads);
}

void populate(float *out, ptrdiff_t n, int threads)
{
    uintptr_t from = ((uintptr_t)out + 4095) & ~(uintptr_t)4095, to = (uintptr_t)(out + n) & ~(uintptr_t)4095;
    pool_run(populate_share, (void *)from, (ptrdiff_t)(to - from), HUGE_PAGE, threads);
}

/* The kernel may take the pages of a block that nobody uses, and need not. */
void lend(float *out, ptrdiff_t n)
{
    uintptr_t from = ((uintptr_t)out + 4095) & ~(uintptr_t)4095, to = (uintptr_t)(out + n) & ~(uintptr_t)4095;
    madvise((void *)from, to - from, MADV_FREE);
}

void advise(float *out, ptrdiff_t n)
{
    memory_advise_huge(out, (size_t)n * sizeof(float));
}
