/* The extension module: NumPy ufuncs made from bytecode and compiled kernels. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <fenv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>

#include "half_types.h"
#include "kernels.h"
#include "ops.h"
#include "pool.h"

enum element { HALF, SINGLE, DOUBLE, BFLOAT, N_ELEMENTS };

struct face;

/* What one inner loop needs: the face and the element type of its inputs and result. */
struct loop {
    struct face *face;
    enum element element;
};

/* One function of one activation: its value, or a derivative. */
struct face {
    struct program program;
    int n_inputs; /* arguments of the element type; the others are double parameters */
    int tails;    /* tiny results may have lost digits to underflow on the way */
    block_function kernel;
    char *name;
    struct loop loops[N_ELEMENTS];
    PyUFuncGenericFunction functions[3];
    void *data[3];
    char *types;
};

static const struct isa *isa;

/* Below this, a product of factors that underflow separately is computed again, wider. */
static const double TINY = 0x1p-960;

/* NumPy hands aligned data to loops of this kind, so an element may be read through its type. */
static void load(double *restrict to, const char *from, npy_intp stride, npy_intp n, enum element element)
{
    switch (element) {
    case HALF:
        for (npy_intp i = 0; i < n; i++)
            to[i] = half_to_double(*(const uint16_t *)(from + i * stride));
        break;
    case BFLOAT:
        for (npy_intp i = 0; i < n; i++)
            to[i] = bfloat_to_double(*(const uint16_t *)(from + i * stride));
        break;
    case SINGLE:
        if (stride == sizeof(float)) {
            const float *source = (const float *)from;
            for (npy_intp i = 0; i < n; i++)
                to[i] = source[i];
        } else {
            for (npy_intp i = 0; i < n; i++)
                to[i] = *(const float *)(from + i * stride);
        }
        break;
    default:
        for (npy_intp i = 0; i < n; i++)
            to[i] = *(const double *)(from + i * stride);
    }
}

static void store(char *to, npy_intp stride, const double *restrict from, npy_intp n, enum element element)
{
    switch (element) {
    case HALF:
        for (npy_intp i = 0; i < n; i++)
            *(uint16_t *)(to + i * stride) = double_to_half(from[i]);
        break;
    case BFLOAT:
        for (npy_intp i = 0; i < n; i++)
            *(uint16_t *)(to + i * stride) = double_to_bfloat(from[i]);
        break;
    case SINGLE:
        if (stride == sizeof(float)) {
            float *target = (float *)to;
            for (npy_intp i = 0; i < n; i++)
                target[i] = (float)from[i];
        } else {
            for (npy_intp i = 0; i < n; i++)
                *(float *)(to + i * stride) = (float)from[i];
        }
        break;
    default:
        for (npy_intp i = 0; i < n; i++)
            *(double *)(to + i * stride) = from[i];
    }
}

/* NaN in, NaN out; and results that double cannot hold on the way are computed again. */
static void repair(const struct face *face, const double *const *in, double *out, npy_intp n, int wide)
{
    int tails = wide && face->tails;
    unsigned doubtful = 0;
    for (int k = 0; k < face->n_inputs; k++)
        for (npy_intp i = 0; i < n; i++)
            out[i] = in[k][i] != in[k][i] ? in[k][i] : out[i];
    for (npy_intp i = 0; i < n; i++)
        doubtful |= (unsigned)(out[i] != out[i]) | ((unsigned)tails & (unsigned)!(fabs(out[i]) >= TINY))
                    | ((unsigned)wide & (unsigned)(fabs(out[i]) > 1.7e308));
    if (!doubtful)
        return;
    for (npy_intp i = 0; i < n; i++) {
        double size = fabs(out[i]);
        if (!(size != size || (tails && size < TINY) || (wide && isinf(size))))
            continue;
        double here[NPY_MAXARGS];
        int n_arguments = face->program.n_arguments, missing = 0;
        for (int k = 0; k < n_arguments; k++) {
            here[k] = in[k][i];
            missing |= here[k] != here[k];
        }
        if (!missing)
            out[i] = extended_value(&face->program, here, face->n_inputs);
    }
}

static void run_loop(char **args, const npy_intp *dimensions, const npy_intp *steps, void *data)
{
    const struct loop *loop = data;
    const struct face *face = loop->face;
    const npy_intp n = dimensions[0];
    const int n_arguments = face->program.n_arguments;
    const int wide = loop->element == DOUBLE;
    double *buffers = malloc((size_t)(n_arguments + 1) * BLOCK * sizeof(double));
    double *columns[NPY_MAXARGS];
    const double *in[NPY_MAXARGS]; /* the same, to be read */
    void *registers = NULL;
    if (wide || face->kernel == NULL) {
        registers = malloc((size_t)face->program.n_registers * (wide ? isa->dd_bytes : isa->double_bytes));
        if (registers != NULL)
            (wide ? isa->start_dd : isa->start_double)(&face->program, registers);
    }
    if (buffers == NULL || (registers == NULL && (wide || face->kernel == NULL))) {
        free(buffers);
        free(registers);
        NPY_ALLOW_C_API_DEF
        NPY_ALLOW_C_API
        PyErr_NoMemory();
        NPY_DISABLE_C_API
        return;
    }
    for (int k = 0; k < n_arguments; k++)
        in[k] = columns[k] = buffers + (size_t)(k + 1) * BLOCK;
    for (npy_intp start = 0; start < n; start += BLOCK) {
        npy_intp count = n - start < BLOCK ? n - start : BLOCK;
        for (int k = 0; k < n_arguments; k++) {
            enum element element = k < face->n_inputs ? loop->element : DOUBLE;
            if (steps[k] != 0 || start == 0)
                load(columns[k], args[k] + start * steps[k], steps[k],
                     steps[k] == 0 ? (n < BLOCK ? n : BLOCK) : count, element);
        }
        if (registers == NULL)
            face->kernel(in, buffers, count);
        else if (wide)
            isa->run_dd(&face->program, registers, in, buffers, count);
        else
            isa->run_double(&face->program, registers, in, buffers, count);
        repair(face, in, buffers, count, wide);
        store(args[n_arguments] + start * steps[n_arguments], steps[n_arguments], buffers, count, loop->element);
    }
    free(buffers);
    free(registers);
    /* The branch not taken may have overflowed; that is no news to the caller. */
    feclearexcept(FE_ALL_EXCEPT);
}

static void free_face(struct face *face)
{
    if (face != NULL) {
        free((void *)face->program.constants);
        free((void *)face->program.code);
        free(face->name);
        free(face->types);
        free(face);
    }
}

static void free_capsule(PyObject *capsule)
{
    free_face(PyCapsule_GetPointer(capsule, "softknee.face"));
}

static block_function find_kernel(const char *name, int32_t n_arguments)
{
    for (const struct kernel *row = isa->kernels; row->name != NULL; row++)
        if (row->n_arguments == n_arguments && strcmp(row->name, name) == 0)
            return row->run;
    return NULL;
}

static void *copy_bytes(const void *from, size_t size)
{
    void *to = malloc(size ? size : 1);
    if (to != NULL)
        memcpy(to, from, size);
    return to;
}

/* Nothing that the interpreter could read or write out of bounds; sizes are small, so no sum overflows. */
static int valid_program(const struct program *p, int n_inputs)
{
    enum { MANY = 1 << 20 };
    if (p->n_arguments < 1 || p->n_arguments + 1 > NPY_MAXARGS || n_inputs < 1 || n_inputs > p->n_arguments)
        return 0;
    if (p->n_constants > MANY || p->n_registers > MANY || p->n_registers < p->n_arguments + p->n_constants
        || p->result < 0 || p->result >= p->n_registers)
        return 0;
    char *written = calloc((size_t)p->n_registers, 1);
    int valid = written != NULL;
    for (int k = 0; valid && k < p->n_arguments + p->n_constants; k++)
        written[k] = 1;
    for (int k = 0; valid && k < p->n_instructions; k++) {
        struct instruction now = p->code[k];
        if (now.op < 0 || now.op >= N_OPS || now.target < p->n_arguments + p->n_constants
            || now.target >= p->n_registers || now.a < 0 || now.a >= p->n_registers || now.b < 0
            || now.b >= p->n_registers || now.c < 0 || now.c >= p->n_registers
            || !(written[now.a] && written[now.b] && written[now.c]))
            valid = 0;
        else
            written[now.target] = 1;
    }
    valid = valid && written[p->result];
    free(written);
    return valid;
}

/* Fill what the ufunc refers to; returns 0 with an exception set where that fails. */
static int describe_loops(struct face *face, const char *name, const char *doc)
{
    static const char numpy_types[3] = {NPY_HALF, NPY_FLOAT, NPY_DOUBLE};
    const int n_arguments = face->program.n_arguments;
    const size_t name_size = strlen(name) + 1, doc_size = strlen(doc) + 1;
    face->name = malloc(name_size + doc_size);
    face->types = malloc(3 * (size_t)(n_arguments + 1));
    if (face->name == NULL || face->types == NULL) {
        PyErr_NoMemory();
        return 0;
    }
    memcpy(face->name, name, name_size);
    memcpy(face->name + name_size, doc, doc_size);
    for (int e = 0; e < N_ELEMENTS; e++)
        face->loops[e] = (struct loop){face, (enum element)e};
    for (int e = 0; e < 3; e++) {
        char *row = face->types + e * (n_arguments + 1);
        for (int k = 0; k <= n_arguments; k++)
            row[k] = k < face->n_inputs || k == n_arguments ? numpy_types[e] : (char)NPY_DOUBLE;
        face->functions[e] = run_loop;
        face->data[e] = &face->loops[e];
    }
    return 1;
}

/* The ufunc of a face, which it owns from then on; NULL with an exception set and the face freed. */
static PyObject *ufunc_of_face(struct face *face, int bfloat16)
{
    const int n_arguments = face->program.n_arguments;
    const char *doc = face->name + strlen(face->name) + 1;
    PyObject *capsule = PyCapsule_New(face, "softknee.face", free_capsule);
    if (capsule == NULL) {
        free_face(face);
        return NULL;
    }
    PyObject *ufunc = PyUFunc_FromFuncAndData(face->functions, face->data, face->types, 3, n_arguments, 1, PyUFunc_None,
                                              face->name, doc, 0);
    if (ufunc == NULL) {
        Py_DECREF(capsule);
        return NULL;
    }
    ((PyUFuncObject *)ufunc)->obj = capsule;
    if (bfloat16 >= 0) {
        int types[NPY_MAXARGS];
        for (int k = 0; k <= n_arguments; k++)
            types[k] = k < face->n_inputs || k == n_arguments ? bfloat16 : NPY_DOUBLE;
        if (PyUFunc_RegisterLoopForType((PyUFuncObject *)ufunc, bfloat16, run_loop, types, &face->loops[BFLOAT]) < 0)
            Py_CLEAR(ufunc);
    }
    return ufunc;
}

PyDoc_STRVAR(make_ufunc_doc,
             "make_ufunc(name, doc, kernel, n_inputs, n_arguments, n_registers, result, constants, code, tails, "
             "bfloat16)\n\nA ufunc from bytecode; `kernel` names the compiled block function to use below float64.");

static PyObject *make_ufunc(PyObject *self, PyObject *args)
{
    const char *name, *doc, *kernel;
    Py_buffer constants, code;
    int n_inputs, tails, bfloat16;
    struct program p;
    (void)self;
    if (!PyArg_ParseTuple(args, "ssziiiiy*y*pi", &name, &doc, &kernel, &n_inputs, &p.n_arguments, &p.n_registers,
                          &p.result, &constants, &code, &tails, &bfloat16))
        return NULL;
    struct face *face = calloc(1, sizeof *face);
    p.n_constants = (int32_t)(constants.len / (Py_ssize_t)(2 * sizeof(double)));
    p.n_instructions = (int32_t)(code.len / (Py_ssize_t)sizeof(struct instruction));
    p.constants = copy_bytes(constants.buf, (size_t)constants.len);
    p.code = copy_bytes(code.buf, (size_t)code.len);
    int whole = constants.len % (Py_ssize_t)(2 * sizeof(double)) == 0
                && code.len % (Py_ssize_t)sizeof(struct instruction) == 0 && code.len < (1 << 24);
    PyBuffer_Release(&constants);
    PyBuffer_Release(&code);
    if (face == NULL || p.constants == NULL || p.code == NULL) {
        free((void *)p.constants);
        free((void *)p.code);
        free(face);
        return PyErr_NoMemory();
    }
    face->program = p;
    face->n_inputs = n_inputs;
    face->tails = tails;
    face->kernel = kernel == NULL ? NULL : find_kernel(kernel, p.n_arguments);
    if (!whole || !valid_program(&p, n_inputs))
        PyErr_Format(PyExc_ValueError, "%s: not a valid program", name);
    else if (describe_loops(face, name, doc))
        return ufunc_of_face(face, bfloat16);
    free_face(face);
    return NULL;
}

static PyObject *kernel_names(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    PyObject *names = PyList_New(0);
    for (const struct kernel *row = isa->kernels; names != NULL && row->name != NULL; row++) {
        PyObject *name = PyUnicode_FromString(row->name);
        if (name == NULL || PyList_Append(names, name) < 0)
            Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static PyObject *set_num_threads(PyObject *self, PyObject *number)
{
    (void)self;
    long threads = PyLong_AsLong(number);
    if (threads == -1 && PyErr_Occurred())
        return NULL;
    if (threads < 1 || threads > POOL_MAX_THREADS)
        return PyErr_Format(PyExc_ValueError, "must be 1 to %d", POOL_MAX_THREADS);
    pool_set_threads((int)threads);
    Py_RETURN_NONE;
}

static PyObject *get_num_threads(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return PyLong_FromLong(pool_threads());
}

static PyMethodDef methods[] = {
    {"make_ufunc", make_ufunc, METH_VARARGS, make_ufunc_doc},
    {"kernel_names", kernel_names, METH_NOARGS, "The names of the compiled kernels."},
    {"set_num_threads", set_num_threads, METH_O, "Use so many threads on large arrays."},
    {"get_num_threads", get_num_threads, METH_NOARGS, "The number of threads used on large arrays."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", "Ufuncs from bytecode and compiled kernels.", -1, methods, NULL, NULL, NULL, NULL,
};

/* The best instruction set here, or the one that SOFTKNEE_ISA names; NULL for an unknown or missing one. */
static const char *choose_isa(void)
{
    const char *wanted = getenv("SOFTKNEE_ISA");
#ifdef SOFTKNEE_X86
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
                 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (avx512 && (wanted == NULL || strcmp(wanted, "avx512") == 0)) {
        isa = &isa_avx512;
        return "avx512";
    }
    if (avx2 && (wanted == NULL || strcmp(wanted, "avx2") == 0)) {
        isa = &isa_avx2;
        return "avx2";
    }
#endif
    isa = &isa_base;
    return wanted == NULL || strcmp(wanted, "baseline") == 0 ? "baseline" : NULL;
}

PyMODINIT_FUNC PyInit__native(void)
{
    import_array();
    import_umath();
    const char *chosen = choose_isa();
    if (chosen == NULL)
        return PyErr_Format(PyExc_ImportError, "SOFTKNEE_ISA=%s: this machine has no such instruction set",
                            getenv("SOFTKNEE_ISA"));
    if (!pool_start())
        return PyErr_Format(PyExc_ImportError, "SOFTKNEE_NUM_THREADS=%s: must be a number from 1 to %d",
                            getenv("SOFTKNEE_NUM_THREADS"), POOL_MAX_THREADS);
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL
        && (PyModule_AddStringConstant(module, "instruction_set", chosen) < 0
            || PyModule_AddIntConstant(module, "MAX_THREADS", POOL_MAX_THREADS) < 0
            || PyModule_AddStringConstant(module, "ops_digest", OPS_DIGEST) < 0))
        Py_CLEAR(module);
#ifdef Py_GIL_DISABLED
    if (module != NULL)
        PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
#endif
    return module;
}
