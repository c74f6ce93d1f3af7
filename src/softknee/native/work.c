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

int run_work(const struct work *work, int threads)
{
    (void)threads;
    return softknee_isa->run_range(work, 0, work->n);
}
