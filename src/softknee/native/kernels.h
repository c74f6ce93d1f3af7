/* What the ufunc module and the arithmetic-specific units share. */
#ifndef SOFTKNEE_KERNELS_H
#define SOFTKNEE_KERNELS_H
#include <stddef.h>
#include <stdint.h>

/* Elements handled at once: buffers of a block stay in the first-level cache. */
#define BLOCK 128

/* The same sources are compiled once per instruction set; ISA(name) tells them apart. */
#ifndef ISA_SUFFIX
#define ISA_SUFFIX base
#endif
#define ISA_PASTE2(name, suffix) name##_##suffix
#define ISA_PASTE(name, suffix) ISA_PASTE2(name, suffix)
#define ISA(name) ISA_PASTE(name, ISA_SUFFIX)

typedef void (*block_function)(const double *const *in, double *restrict out, ptrdiff_t n);

struct kernel {
    const char *name;
    int32_t n_arguments;
    block_function run;
};

/* Bytecode as printed by softknee.printers.bytecode. */
struct instruction {
    int32_t op, target, a, b, c;
};

struct program {
    int32_t n_arguments, n_registers, n_constants, n_instructions, result;
    const double *constants; /* hi, lo pairs */
    const struct instruction *code;
};

/* Everything that exists once per instruction set. */
struct isa {
    const struct kernel *kernels;
    size_t double_bytes, dd_bytes; /* of one block of registers */
    void (*run_double)(const struct program *, void *registers, const double *const *in, double *out, ptrdiff_t n);
    void (*run_dd)(const struct program *, void *registers, const double *const *in, double *out, ptrdiff_t n);
    void (*start_double)(const struct program *, void *registers);
    void (*start_dd)(const struct program *, void *registers);
};

extern const struct isa isa_base;
#ifdef SOFTKNEE_X86
extern const struct isa isa_avx2;
extern const struct isa isa_avx512;
#endif

/* One element in long double; see extended.c. */
double extended_value(const struct program *program, const double *in, int n_inputs);
#endif
