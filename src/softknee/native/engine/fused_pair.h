/* Two faces of the same arguments in one pass over them. */
#ifndef SOFTKNEE_BOTH_H
#define SOFTKNEE_BOTH_H
#include "work.h"

/* As run_work, for two works that differ in face and output alone. */
int run_both(const struct work *first, const struct work *second, int threads, crew *crew);
#endif
