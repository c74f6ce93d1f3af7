/* What the module and the units that exist once per instruction set share. */
#ifndef SOFTKNEE_KERNELS_H
#define SOFTKNEE_KERNELS_H
#include <stddef.h>
#include <stdint.h>

/* Elements handled at once by the wide arithmetics: buffers of a block stay in the first-level cache. */
#define BLOCK 128

/* The same sources are compiled once per instruction set; ISA(name) tells them apart. */
#ifndef ISA_SUFFIX
#define ISA_SUFFIX base
#endif
#define ISA_PASTE2(name, suffix) name##_##suffix
#define ISA_PASTE(name, suffix) ISA_PASTE2(name, suffix)
#define ISA(name) ISA_PASTE(name, ISA_SUFFIX)

/* How far off, relative to themselves, results may be that are rounded to double and to float; and what is 0 as
 * a float. */
#define SURE_DOUBLE 0x1p-60
#define SURE_FLOAT 0x1p-31
#define NO_FLOAT 0x1p-160

enum element { HALF, SINGLE, DOUBLE, BFLOAT, N_ELEMENTS };

/* All arguments, parameters among them, as columns of double. What is infinite may have become NaN. */
typedef void columns_function(const double *const *in, double *restrict out, ptrdiff_t n);
/* Inputs as columns, parameters as one double each. Where a result may be off, NaN is written for it, to be
 * computed otherwise; returns whether there is a NaN. */
typedef int float_function(const float *const *in, const double *parameters, float *restrict out, ptrdiff_t n);
typedef int double_function(const double *const *in, const double *parameters, double *restrict out, ptrdiff_t n);

/* Of one column of 16-bit elements, all results: as they would be by way of floats. */
typedef void bits_function(const uint16_t *restrict in, const double *parameters, uint16_t *restrict out, ptrdiff_t n,
                           int bfloat);

/* The same elements from one array to another at once, times a gradient or, for NULL, not; returns how many of them,
 * from the first on, it has done: what it leaves, whatever is written for it, is for the columns. */
typedef ptrdiff_t straight_function(const char *restrict in, const char *restrict gradient, const double *parameters,
                                    char *restrict out, ptrdiff_t n, enum element element);

/* One program compiled ahead, in the grades of pair.h. */
struct kernel {
    const char *name;
    int32_t n_inputs, n_arguments;
    columns_function *columns; /* NULL for what is not piecewise linear, or has no parameters */
    /* By hand, for float32 and for 16 bits, or NULL; -1 where they are not for these parameters. */
    float_function *close, *rough;
    float_function *wide, *loose; /* for float32 and float16, and for bfloat16 */
    double_function *in_double;   /* NULL without fused multiply-add */
    bits_function *bits;          /* NULL for what does more than select */
    straight_function *straight[N_ELEMENTS]; /* NULL for what takes more than one operation on floats */
};

/* Bytecode as printed by softknee.targets.c.bytecode. */
enum { CONSTANT_PARTS = 4 };

struct instruction {
    int32_t op, target, a, b, c;
};

struct program {
    int32_t n_arguments, n_registers, n_constants, n_instructions, result;
    const double *constants; /* each as a sum of CONSTANT_PARTS doubles */
    const struct instruction *code;
};

struct work;

/* Everything that exists once per instruction set. */
struct isa {
    const struct kernel *kernels;
    /* Elements `from` to `to`; -1 where memory lacks, else 0. */
    int (*run_range)(const struct work *, ptrdiff_t from, ptrdiff_t to);
};

extern const struct isa isa_base;
#ifdef SOFTKNEE_X86
extern const struct isa isa_avx2;
extern const struct isa isa_avx512;
#endif
#endif
