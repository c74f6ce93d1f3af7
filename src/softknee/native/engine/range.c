/* A range of elements, block by block: in the compiled kernel's arithmetic where there is one and
 * it is sure of its result, else in a wider one. */
#include <math.h>
#include <stdlib.h>

#include "columns.h"
#include "vm.h"
#include "work.h"

extern const struct kernel ISA(kernels)[];

/* Elements that go through buffers, and elements that need none, at once. */
enum { FAST_BLOCK = 512, DIRECT_BLOCK = 2048, STRAIGHT_BLOCK = 4096, FAST_INPUTS = 2, DOUBTFUL = BLOCK + DIRECT_BLOCK };

/* Registers of the two interpreters, made when first needed. */
struct registers {
    void *in_double, *in_dd;
    int failed;
    struct mended mended;
};

/* Only what is read before it is written: the rest is larger than many an array. */
static void start_registers(struct registers *r, int failed)
{
    r->in_double = r->in_dd = NULL;
    r->failed = failed;
    r->mended.count = r->mended.next = 0;
}

static void free_registers(struct registers *r)
{
    free(r->in_double);
    free(r->in_dd);
}

static void *double_registers(struct registers *r, const struct program *program)
{
    if (r->in_double == NULL
        && (r->in_double = malloc((size_t)program->n_registers * ISA(double_register))) != NULL)
        ISA(start_double)(program, r->in_double);
    r->failed |= r->in_double == NULL;
    return r->in_double;
}

static void *dd_registers(struct registers *r, const struct program *program)
{
    if (r->in_dd == NULL && (r->in_dd = malloc((size_t)program->n_registers * ISA(dd_register))) != NULL)
        ISA(start_dd)(program, r->in_dd);
    r->failed |= r->in_dd == NULL;
    return r->in_dd;
}

/* One block of columns by the arithmetic wider than the result; `cancels` asks for the widest. */
static void wide_block(const struct work *work, struct registers *r, const double *const *in, double *out, ptrdiff_t n,
                       int cancels)
{
    const struct face *face = work->face;
    if (work->element == DOUBLE || cancels) {
        void *registers = dd_registers(r, &face->program);
        if (registers == NULL)
            return;
        ISA(run_dd)(&face->program, registers, in, out, n);
    } else if (face->kernel != NULL && face->kernel->columns != NULL) {
        face->kernel->columns(in, out, n);
    } else {
        void *registers = double_registers(r, &face->program);
        if (registers == NULL)
            return;
        ISA(run_double)(&face->program, registers, in, out, n);
    }
    mend_block(face, &r->mended, in, out, n, work->element == DOUBLE);
}

/* Elements that a kernel was not sure of, gathered until there is a block of them: what they are computed
 * from is kept here, for an output may be an input. */
struct doubtful {
    ptrdiff_t n, at[DOUBTFUL];
    double in[FAST_INPUTS][DOUBTFUL], gradient[DOUBTFUL];
};

/* Compute them wider and store them. `cancels` tells those that need all the digits there are. */
static void settle(const struct work *work, struct registers *r, struct doubtful *d, const double *parameters,
                   int cancels)
{
    const int n_inputs = work->face->n_inputs, n_arguments = work->face->program.n_arguments;
    double repeated[MAX_ARGUMENTS][BLOCK], results[BLOCK];
    const double *in[MAX_ARGUMENTS];
    for (int k = n_inputs; k < n_arguments; k++) {
        in[k] = repeated[k - n_inputs];
        for (ptrdiff_t i = 0; i < BLOCK; i++)
            repeated[k - n_inputs][i] = parameters[k - n_inputs];
    }
    for (ptrdiff_t start = 0; start < d->n; start += BLOCK) {
        const ptrdiff_t n = d->n - start < BLOCK ? d->n - start : BLOCK;
        for (int k = 0; k < n_inputs; k++)
            in[k] = d->in[k] + start;
        wide_block(work, r, in, results, n, cancels);
        for (ptrdiff_t i = 0; i < n; i++) {
            const ptrdiff_t at = d->at[start + i];
            double result = work->gradient != NULL ? results[i] * d->gradient[start + i] : results[i];
            store_doubles(work->out + at * work->out_stride, work->out_stride, &result, 1, work->element);
        }
    }
    d->n = 0;
}

static int float_cancels(float x)
{
    uint32_t b;
    memcpy(&b, &x, sizeof b);
    return b & 1;
}

/* Results of double are always computed again with all digits. */
static int double_cancels(double x)
{
    (void)x;
    return 1;
}

/* The elements of a column that are NaN, with what they are computed from. Most columns have none, and most
 * others few, so strips are looked at as a whole first. */
enum { STRIP = 16 };
#define DEFINE_GATHER(type)                                                                                \
    static int strip_has_nan_##type(const type *out)                                                       \
    {                                                                                                      \
        int found = 0;                                                                                     \
        for (int k = 0; k < STRIP; k++)                                                                    \
            found |= out[k] != out[k];                                                                     \
        return found;                                                                                      \
    }                                                                                                      \
    static void gather_##type(struct doubtful *split, const type *const *in, int n_inputs, const type *gradient, \
                              const type *out, ptrdiff_t start, ptrdiff_t n, int pairs)                    \
    {                                                                                                      \
        for (ptrdiff_t strip = 0; strip < n; strip += STRIP) {                                             \
            if (n - strip >= STRIP && !strip_has_nan_##type(out + strip))                                  \
                continue;                                                                                  \
            const ptrdiff_t end = n - strip < STRIP ? n : strip + STRIP;                                   \
            for (ptrdiff_t i = strip; i < end; i++) {                                                      \
                if (out[i] == out[i])                                                                      \
                    continue;                                                                              \
                struct doubtful *d = &split[type##_cancels(out[i])];                                       \
                for (int k = 0; k < n_inputs; k++)                                                         \
                    d->in[k][d->n] = in[k][i];                                                             \
                if (gradient != NULL)                                                                      \
                    d->gradient[d->n] = gradient[i];                                                       \
                d->at[d->n++] = start + (pairs ? place_in_pairs(i, n) : i);                                \
            }                                                                                              \
        }                                                                                                  \
    }
DEFINE_GATHER(float)
DEFINE_GATHER(double)

/* Whether all is bfloat16, one after the other. */
static int are_pairs(const struct work *work)
{
    const ptrdiff_t size = sizeof(uint16_t);
    int pairs = work->element == BFLOAT && work->out_stride == size
                && (work->gradient == NULL || work->gradient_stride == size);
    for (int k = 0; k < work->face->n_inputs; k++)
        pairs &= work->in_stride[k] == size;
    return pairs;
}

/* The whole range by a kernel whose columns are of `type`: inputs and output directly where they are
 * contiguous elements of it, else through buffers. */
#define DEFINE_FAST_RANGE(type, load, store, direct_element)                                               \
    static int fast_##type(const struct work *work, type##_function *kernel, type##_again *again, ptrdiff_t from, \
                           ptrdiff_t to)                                                                   \
    {                                                                                                      \
        const struct face *face = work->face;                                                              \
        const int n_inputs = face->n_inputs, n_parameters = face->program.n_arguments - n_inputs;          \
        const int direct = work->element == direct_element, paired = are_pairs(work);                      \
        const int direct_out = direct && work->out_stride == sizeof(type) && overlap_of(work) == APART;         \
        const int direct_gradient = direct && work->gradient_stride == sizeof(type);                       \
        type buffers[FAST_INPUTS][FAST_BLOCK], results[FAST_BLOCK], gradients[FAST_BLOCK];                 \
        double parameters[MAX_ARGUMENTS];                                                                  \
        const type *in[FAST_INPUTS];                                                                       \
        struct registers registers;                                                                        \
        start_registers(&registers, 0);                                                                    \
        struct doubtful doubtful[2];                                                                       \
        doubtful[0].n = doubtful[1].n = 0;                                                                 \
        for (int k = 0; k < n_parameters; k++)                                                             \
            memcpy(&parameters[k], work->in[n_inputs + k], sizeof(double));                                \
        ptrdiff_t block = direct_out && (direct_gradient || work->gradient == NULL) ? DIRECT_BLOCK : FAST_BLOCK; \
        for (int k = 0; k < n_inputs; k++)                                                                 \
            block = work->in_stride[k] == sizeof(type) ? block : FAST_BLOCK;                               \
        for (ptrdiff_t start = from; start < to; start += block) {                                         \
            const ptrdiff_t n = to - start < block ? to - start : block;                                   \
            const int pairs = paired && n % 2 == 0;                                                        \
            for (int k = 0; k < n_inputs; k++) {                                                           \
                const char *source = work->in[k] + start * work->in_stride[k];                             \
                in[k] = (const type *)source;                                                              \
                if (pairs) {                                                                               \
                    load_pairs((float *)buffers[k], source, n);                                            \
                    in[k] = buffers[k];                                                                    \
                } else if (!direct || work->in_stride[k] != sizeof(type)) {                                \
                    load(buffers[k], source, work->in_stride[k], n, work->element);                        \
                    in[k] = buffers[k];                                                                    \
                }                                                                                          \
            }                                                                                              \
            const type *restrict gradient = NULL;                                                          \
            if (work->gradient != NULL) {                                                                  \
                const char *source = work->gradient + start * work->gradient_stride;                       \
                gradient = direct_gradient ? (const type *)source : gradients;                             \
                if (pairs)                                                                                 \
                    load_pairs((float *)gradients, source, n);                                             \
                else if (!direct_gradient)                                                                 \
                    load(gradients, source, work->gradient_stride, n, work->element);                      \
            }                                                                                              \
            char *target = work->out + start * work->out_stride;                                           \
            type *out = direct_out ? (type *)target : results;                                             \
            if (kernel(in, parameters, out, n) && (again == NULL || again(face, in, parameters, out, n)))  \
                gather_##type(doubtful, in, n_inputs, gradient, out, start, n, pairs);                     \
            if (gradient != NULL)                                                                          \
                for (ptrdiff_t i = 0; i < n; i++)                                                          \
                    out[i] *= gradient[i];                                                                 \
            if (pairs)                                                                                     \
                store_pairs(target, (const float *)out, n);                                                \
            else if (!direct_out)                                                                          \
                store(target, work->out_stride, out, n, work->element);                                    \
            for (int cancels = 0; cancels < 2; cancels++)                                                  \
                if (doubtful[cancels].n > (start + n < to ? BLOCK : 0))                                    \
                    settle(work, &registers, &doubtful[cancels], parameters, cancels);                     \
        }                                                                                                  \
        free_registers(&registers);                                                                        \
        return registers.failed ? -1 : 0;                                                                  \
    }
/* What computes again, better, where a column is NaN; returns whether NaN is left. */
typedef int float_again(const struct face *, const float *const *, const double *, float *, ptrdiff_t);
typedef int double_again(const struct face *, const double *const *, const double *, double *, ptrdiff_t);
DEFINE_FAST_RANGE(float, load_floats, store_floats, SINGLE)
DEFINE_FAST_RANGE(double, load_doubles, store_doubles, DOUBLE)

/* Any function, any arguments. */
static int wide_range(const struct work *work, ptrdiff_t from, ptrdiff_t to)
{
    const struct face *face = work->face;
    const int n_arguments = face->program.n_arguments;
    double *buffers = malloc((size_t)(n_arguments + 2) * BLOCK * sizeof(double));
    double *out = buffers, *gradient = buffers + BLOCK;
    const double *in[MAX_ARGUMENTS];
    struct registers registers;
    start_registers(&registers, buffers == NULL);
    for (ptrdiff_t start = from; start < to && !registers.failed; start += BLOCK) {
        const ptrdiff_t n = to - start < BLOCK ? to - start : BLOCK;
        for (int k = 0; k < n_arguments; k++) {
            const ptrdiff_t stride = work->in_stride[k];
            double *column = buffers + (size_t)(k + 2) * BLOCK;
            if (stride != 0 || start == from)
                load_doubles(column, work->in[k] + start * stride, stride, n,
                             k < face->n_inputs ? work->element : DOUBLE);
            in[k] = column;
        }
        wide_block(work, &registers, in, out, n, 0);
        if (work->gradient != NULL) {
            load_doubles(gradient, work->gradient + start * work->gradient_stride, work->gradient_stride, n,
                         work->element);
            for (ptrdiff_t i = 0; i < n; i++)
                out[i] *= gradient[i];
        }
        store_doubles(work->out + start * work->out_stride, work->out_stride, out, n, work->element);
    }
    free(buffers);
    free_registers(&registers);
    return registers.failed ? -1 : 0;
}

/* What is NaN in a column of the close kernel, by the wide one; returns whether NaN is left. */
static int by_wide(const struct face *face, const float *const *in, const double *parameters, float *out, ptrdiff_t n)
{
    enum { AT_ONCE = 128 };
    float columns[FAST_INPUTS][AT_ONCE], results[AT_ONCE];
    const float *from[FAST_INPUTS];
    ptrdiff_t at[AT_ONCE], count = 0;
    int left = 0;
    for (int k = 0; k < FAST_INPUTS; k++)
        from[k] = columns[k];
    for (ptrdiff_t strip = 0; strip < n; strip += STRIP) {
        const ptrdiff_t end = n - strip < STRIP ? n : strip + STRIP;
        if (end - strip < STRIP || strip_has_nan_float(out + strip))
            for (ptrdiff_t i = strip; i < end; i++)
                if (out[i] != out[i]) {
                    for (int k = 0; k < face->n_inputs; k++)
                        columns[k][count] = in[k][i];
                    at[count++] = i;
                }
        if (count > AT_ONCE - STRIP || (end == n && count > 0)) {
            left |= face->kernel->wide(from, parameters, results, count);
            for (ptrdiff_t i = 0; i < count; i++)
                out[at[i]] = results[i];
            count = 0;
        }
    }
    return left;
}

/* The kernel by hand for these elements and parameters, or NULL. */
static float_function *by_hand(const struct work *work)
{
    const struct face *face = work->face;
    float_function *kernel = work->element == SINGLE && !is_rough() ? face->kernel->close : face->kernel->rough;
    double parameters[MAX_ARGUMENTS];
    for (int k = face->n_inputs; k < face->program.n_arguments; k++)
        memcpy(&parameters[k - face->n_inputs], work->in[k], sizeof(double));
    return kernel != NULL && kernel((const float *const *)work->in, parameters, NULL, 0) >= 0 ? kernel : NULL;
}

/* Products of this and what a float may be stay in the range of double, which kernels for float rely on. */
static int is_everyday(const char *parameter)
{
    double size;
    memcpy(&size, parameter, sizeof size);
    size = fabs(size);
    return size == 0 || (size > 0x1p-100 && size < 0x1p100);
}

/* Whether the elements are of 16 bits and one after the other, none of them written before it is read. */
static int are_bits(const struct work *work)
{
    const ptrdiff_t size = sizeof(uint16_t);
    return (work->element == HALF || work->element == BFLOAT) && work->gradient == NULL && work->in_stride[0] == size
           && work->out_stride == size && overlap_of(work) == APART;
}

static void bits_range(const struct work *work, ptrdiff_t from, ptrdiff_t to)
{
    double parameters[MAX_ARGUMENTS];
    for (int k = 1; k < work->face->program.n_arguments; k++)
        memcpy(&parameters[k - 1], work->in[k], sizeof(double));
    const uint16_t *in = (const uint16_t *)work->in[0] + from;
    work->face->kernel->bits(in, parameters, (uint16_t *)work->out + from, to - from, work->element == BFLOAT);
}

/* By way of columns. */
static int column_range(const struct work *work, ptrdiff_t from, ptrdiff_t to)
{
    const struct face *face = work->face;
    if (work->element == DOUBLE)
        return fast_double(work, face->kernel->in_double, NULL, from, to);
    float_function *kernel = by_hand(work);
    if (kernel != NULL)
        return fast_float(work, kernel, by_wide, from, to);
    /* 11 bits are more than the loose kernels are sure of. */
    kernel = work->element == BFLOAT ? face->kernel->loose : face->kernel->wide;
    return fast_float(work, kernel, NULL, from, to);
}

/* The function for straight pieces that lie one after the other, none of them written before it is read, or NULL. */
static straight_function *straight_of(const struct work *work)
{
    const ptrdiff_t size = element_size(work->element);
    if (work->in_stride[0] != size || work->out_stride != size || overlap_of(work) != APART
        || (work->gradient != NULL ? work->gradient_stride != size : work->element == SINGLE)
        || (work->element == SINGLE && work->face->kernel->rough != NULL && is_rough()))
        return NULL;
    return work->face->kernel->straight[work->element];
}

static int straight_range(const struct work *work, straight_function *straight, ptrdiff_t from, ptrdiff_t to)
{
    const ptrdiff_t size = element_size(work->element);
    double parameters[MAX_ARGUMENTS];
    int status = 0;
    for (int k = 1; k < work->face->program.n_arguments; k++)
        memcpy(&parameters[k - 1], work->in[k], sizeof(double));
    for (ptrdiff_t start = from, n; start < to; start += n) {
        n = to - start < STRAIGHT_BLOCK ? to - start : STRAIGHT_BLOCK;
        const char *gradient = work->gradient == NULL ? NULL : work->gradient + start * size;
        const ptrdiff_t done = straight(work->in[0] + start * size, gradient, parameters, work->out + start * size, n, work->element);
        if (done < n)
            status |= column_range(work, start + done, start + n);
    }
    return status;
}

static int run_range(const struct work *work, ptrdiff_t from, ptrdiff_t to)
{
    const struct face *face = work->face;
    int uniform = face->n_inputs <= FAST_INPUTS && !work->spread;
    for (int k = face->n_inputs; k < face->program.n_arguments; k++)
        uniform &= work->in_stride[k] == 0 && (work->element == DOUBLE || is_everyday(work->in[k]));
    if (!uniform || face->kernel == NULL || (work->element == DOUBLE && face->kernel->in_double == NULL))
        return wide_range(work, from, to);
    if (face->kernel->bits != NULL && are_bits(work))
        return bits_range(work, from, to), 0;
    straight_function *straight = straight_of(work);
    return straight != NULL ? straight_range(work, straight, from, to) : column_range(work, from, to);
}

const struct isa ISA(isa) = {.kernels = ISA(kernels), .run_range = run_range};
