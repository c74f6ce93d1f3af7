#include "derivative_spec.h"

#include <stdlib.h>
#include <string.h>

#include "ops.h"

static void free_capsule(PyObject *capsule)
{
    struct spec *spec = PyCapsule_GetPointer(capsule, SPEC_CAPSULE);
    free((void *)spec->program.constants);
    free((void *)spec->program.code);
    free(spec);
}

static const struct kernel *find_kernel(const char *name, int n_inputs, int32_t n_arguments)
{
    for (const struct kernel *row = softknee_isa->kernels; row->name != NULL; row++)
        if (row->n_inputs == n_inputs && row->n_arguments == n_arguments && strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static void *copy_bytes(const Py_buffer *from)
{
    void *to = malloc(from->len ? (size_t)from->len : 1);
    if (to != NULL)
        memcpy(to, from->buf, (size_t)from->len);
    return to;
}

/* Nothing that the interpreter could read or write out of bounds; sizes are small, so no sum overflows. */
static int valid_program(const struct program *p, int n_inputs)
{
    enum { MANY = 1 << 20 };
    if (p->n_arguments < 1 || p->n_arguments > MAX_ARGUMENTS || n_inputs < 1 || n_inputs > p->n_arguments)
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

PyObject *make_derivative_spec(PyObject *self, PyObject *description)
{
    const char *kernel;
    Py_buffer constants, code;
    int n_inputs, tails;
    struct program p;
    (void)self;
    if (!PyArg_ParseTuple(description, "ziiiiy*y*p", &kernel, &n_inputs, &p.n_arguments, &p.n_registers, &p.result,
                          &constants, &code, &tails))
        return NULL;
    struct spec *spec = calloc(1, sizeof *spec);
    p.n_constants = (int32_t)(constants.len / (Py_ssize_t)(CONSTANT_PARTS * sizeof(double)));
    p.n_instructions = (int32_t)(code.len / (Py_ssize_t)sizeof(struct instruction));
    p.constants = copy_bytes(&constants);
    p.code = copy_bytes(&code);
    int whole = constants.len % (Py_ssize_t)(CONSTANT_PARTS * sizeof(double)) == 0
                && code.len % (Py_ssize_t)sizeof(struct instruction) == 0 && code.len < (1 << 24);
    PyBuffer_Release(&constants);
    PyBuffer_Release(&code);
    PyObject *capsule = NULL;
    if (spec == NULL || p.constants == NULL || p.code == NULL)
        PyErr_NoMemory();
    else if (!whole || !valid_program(&p, n_inputs))
        PyErr_SetString(PyExc_ValueError, "not a valid program");
    else {
        spec->program = p;
        spec->n_inputs = n_inputs;
        spec->tails = tails;
        spec->kernel = kernel == NULL ? NULL : find_kernel(kernel, n_inputs, p.n_arguments);
        capsule = PyCapsule_New(spec, SPEC_CAPSULE, free_capsule);
    }
    if (capsule == NULL) {
        free((void *)p.constants);
        free((void *)p.code);
        free(spec);
    }
    return capsule;
}

const char make_derivative_spec_doc[] =
    "make_derivative_spec(kernel, n_inputs, n_arguments, n_registers, result, constants, code, tails)\n\n"
    "A spec from bytecode; `kernel` names the functions compiled ahead for it, or is None.";

const struct spec *spec_of(PyObject *capsule)
{
    return PyCapsule_GetPointer(capsule, SPEC_CAPSULE);
}
