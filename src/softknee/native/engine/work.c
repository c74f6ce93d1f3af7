/* Work is cut into ranges, which threads take. */
#include "work.h"

#include <stdlib.h>
#include <string.h>

const struct isa *softknee_isa;

const char *choose_isa(void)
{
    const char *wanted = getenv("SOFTKNEE_ISA");
#ifdef SOFTKNEE_X86
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
                 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (avx512 && (wanted == NULL || strcmp(wanted, "avx512") == 0)) {
        softknee_isa = &isa_avx512;
        return "avx512";
    }
    if (avx2 && (wanted == NULL || strcmp(wanted, "avx2") == 0)) {
        softknee_isa = &isa_avx2;
        return "avx2";
    }
#endif
    softknee_isa = &isa_base;
    return wanted == NULL || strcmp(wanted, "baseline") == 0 ? "baseline" : NULL;
}

static enum overlap overlap_with(const struct work *work, const char *from, ptrdiff_t stride)
{
    const ptrdiff_t size = element_size(work->element), reach = (work->n - 1) * stride;
    const ptrdiff_t out_reach = (work->n - 1) * work->out_stride;
    const char *low = reach < 0 ? from + reach : from, *high = (reach < 0 ? from : from + reach) + size;
    const char *out_low = out_reach < 0 ? work->out + out_reach : work->out;
    const char *out_high = (out_reach < 0 ? work->out : work->out + out_reach) + size;
    if (out_high <= low || high <= out_low)
        return APART;
    return from == work->out && stride == work->out_stride ? IN_PLACE : SHIFTED;
}

enum overlap overlap_of(const struct work *work)
{
    enum overlap worst = work->gradient ? overlap_with(work, work->gradient, work->gradient_stride) : APART;
    for (int k = 0; k < work->spec->program.n_arguments; k++) {
        enum overlap found = overlap_with(work, work->in[k], work->in_stride[k]);
        worst = found > worst ? found : worst;
    }
    return worst;
}

static int rough_wanted;
void set_rough(int rough)
{
    __atomic_store_n(&rough_wanted, rough, __ATOMIC_RELAXED);
}
int is_rough(void)
{
    return __atomic_load_n(&rough_wanted, __ATOMIC_RELAXED);
}

ptrdiff_t least_share(const struct spec *spec)
{
    return spec->tails ? 1 << 13 : 1 << 15;
}

struct shared {
    const struct work *work;
    int failed;
};

static void run_share(void *context, ptrdiff_t from, ptrdiff_t to)
{
    struct shared *shared = context;
    if (softknee_isa->run_range(shared->work, from, to) < 0)
        __atomic_store_n(&shared->failed, 1, __ATOMIC_RELAXED);
}

int run_work(const struct work *work, int threads, parallel_for *parallel)
{
    const ptrdiff_t grain = least_share(work->spec);
    if (threads == 1 || work->n < 2 * grain || overlap_of(work) == SHIFTED)
        return softknee_isa->run_range(work, 0, work->n);
    struct shared shared = {work, 0};
    parallel(run_share, &shared, work->n, grain, threads);
    return shared.failed ? -1 : 0;
}
