/* Two specs of the same arguments in one pass over them. */
#ifndef SOFTKNEE_FUSED_PAIR_H
#define SOFTKNEE_FUSED_PAIR_H
#include "work.h"

/* As run_work, for two works that differ in spec and output alone. */
int run_fused_pair(const struct work *first, const struct work *second, int threads, parallel_for *parallel);
#endif
