/* A function to compute, and the arrays to compute it on. */
#ifndef SOFTKNEE_WORK_H
#define SOFTKNEE_WORK_H
#include "kernels.h"
#include "pool.h"

enum { MAX_ARGUMENTS = 32 };

static inline ptrdiff_t element_size(enum element element)
{
    return element == DOUBLE ? 8 : element == SINGLE ? 4 : 2;
}

/* One function of one activation: its value, or a derivative. */
struct face {
    struct program program;
    int n_inputs; /* arguments of the element type; the others are double parameters */
    int tails;    /* tiny results may have lost digits to underflow on the way */
    const struct kernel *kernel; /* compiled ahead, or NULL */
};

/* n elements: out = face(in), or gradient * face(in). Strides are in bytes. An output may overlap an input
 * if, going forward, each element is written after all that is read from its place. */
struct work {
    const struct face *face;
    enum element element;
    int spread; /* parameters are arrays: one arithmetic for all elements, however they lie in memory */
    ptrdiff_t n;
    const char *in[MAX_ARGUMENTS]; /* inputs, then parameters */
    ptrdiff_t in_stride[MAX_ARGUMENTS];
    const char *gradient; /* NULL for none */
    ptrdiff_t gradient_stride;
    char *out;
    ptrdiff_t out_stride;
};

/* How the output lies to what is read: nowhere near; each element at its own place; or otherwise. */
enum overlap { APART, IN_PLACE, SHIFTED };
enum overlap overlap_of(const struct work *work);

extern const struct isa *softknee_isa;

/* Choose the instruction set: the best one here, or the one that SOFTKNEE_ISA names; returns its
 * name, or NULL for one that is unknown or missing. */
const char *choose_isa(void);

/* Whether float32 is computed by the rough kernels where there are any. */
void set_rough(int rough);
int is_rough(void);

/* The elements of a share that is worth another thread: more of a function that only selects. */
ptrdiff_t least_share(const struct face *face);

/* Run it all, on several threads of the crew where that pays; -1 where memory lacks, else 0. */
typedef void crew(pool_task task, void *context, ptrdiff_t n, ptrdiff_t grain, int threads);
int run_work(const struct work *work, int threads, crew *crew);

/* What was mended last: elements that need it are often equal, such as infinities and the numbers that mask. */
enum { MENDED = 4 };
struct mended {
    int count, next;
    double arguments[MENDED][MAX_ARGUMENTS], results[MENDED];
};

/* NaN in, NaN out; and results that double cannot hold on the way are computed again in long double.
 * `wide`: they will be rounded to double. */
void mend_block(const struct face *face, struct mended *known, const double *const *in, double *out, ptrdiff_t n,
                int wide);

/* One element in long double; see extended.c. `wide`: it will be rounded to double. */
double extended_value(const struct program *program, const double *in, int n_inputs, int wide);
#endif
