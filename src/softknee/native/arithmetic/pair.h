/* Arithmetic for straight-line kernels, under the same names for every grade. Define one of
 *
 * PAIR_WIDE    for float32: a pair is one double
 * PAIR_LOOSE   for float16 and bfloat16: a pair is one float
 * PAIR_DOUBLE  for float64: a pair is two doubles; needs fused multiply-add
 *
 * `flt` is the type of what is exact: inputs, short constants. The names end in how each operand
 * is held, 1 for a flt and 2 for a pair. Build with -ffp-contract=off; to vectorise, also with
 * -fno-math-errno -fno-trapping-math. Nothing branches and nothing is called. */
#if defined(PAIR_WIDE) || defined(PAIR_LOOSE)
#include "pair_plain.h"
#else
#include "pair_functions.h"
#endif
