#include "ufunc.h"

#include <fenv.h>
#include <stdlib.h>
#include <string.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>

#include "face.h"
#include "pool.h"

enum { N_NUMPY_TYPES = 3 };

/* What one inner loop needs: the face and the element type of its inputs and result. */
struct loop {
    const struct face *face;
    enum element element;
};

/* What a ufunc refers to for as long as it lives. */
struct tables {
    struct loop loops[N_ELEMENTS];
    PyUFuncGenericFunction functions[N_NUMPY_TYPES];
    void *data[N_NUMPY_TYPES];
    char types[N_NUMPY_TYPES * (MAX_ARGUMENTS + 1)];
    char *name, *doc;
};

#define TABLES_CAPSULE "softknee.ufunc"

int import_numpy(void)
{
    import_array1(-1);
    import_umath1(-1);
    return 0;
}

static void run_loop(char **args, const npy_intp *dimensions, const npy_intp *steps, void *data)
{
    const struct loop *loop = data;
    const int n_arguments = loop->face->program.n_arguments;
    struct work work = {.face = loop->face, .element = loop->element, .n = dimensions[0], .out = args[n_arguments],
                        .out_stride = steps[n_arguments]};
    for (int k = 0; k < n_arguments; k++) {
        work.in[k] = args[k];
        work.in_stride[k] = steps[k];
    }
    if (run_work(&work, pool_threads(), pool_run) < 0) {
        NPY_ALLOW_C_API_DEF
        NPY_ALLOW_C_API
        PyErr_NoMemory();
        NPY_DISABLE_C_API
    }
    /* The branch not taken may have overflowed; that is no news to the caller. To ask first is cheaper: under a mask
     * of `where` this runs for every few elements, and NumPy has no eye for what is inexact. */
    if (fetestexcept(FE_ALL_EXCEPT & ~FE_INEXACT))
        feclearexcept(FE_ALL_EXCEPT);
}

static void free_tables(PyObject *capsule)
{
    struct tables *tables = PyCapsule_GetPointer(capsule, TABLES_CAPSULE);
    Py_XDECREF((PyObject *)PyCapsule_GetContext(capsule));
    free(tables->name);
    free(tables->doc);
    free(tables);
}

/* A capsule of tables that keeps the face's capsule. */
static PyObject *make_tables(PyObject *face_capsule, const char *name, const char *doc)
{
    static const char numpy_types[N_NUMPY_TYPES] = {NPY_HALF, NPY_FLOAT, NPY_DOUBLE};
    const struct face *face = face_of(face_capsule);
    const int n_arguments = face->program.n_arguments;
    struct tables *tables = calloc(1, sizeof *tables);
    if (tables == NULL)
        return PyErr_NoMemory();
    tables->name = strdup(name);
    tables->doc = strdup(doc);
    PyObject *capsule = PyCapsule_New(tables, TABLES_CAPSULE, free_tables);
    if (capsule == NULL || tables->name == NULL || tables->doc == NULL) {
        if (capsule != NULL) {
            Py_DECREF(capsule);
        } else {
            free(tables->name);
            free(tables->doc);
            free(tables);
        }
        return PyErr_NoMemory();
    }
    PyCapsule_SetContext(capsule, Py_NewRef(face_capsule));
    for (int e = 0; e < N_ELEMENTS; e++)
        tables->loops[e] = (struct loop){face, (enum element)e};
    for (int e = 0; e < N_NUMPY_TYPES; e++) {
        char *row = tables->types + e * (n_arguments + 1);
        for (int k = 0; k <= n_arguments; k++)
            row[k] = k < face->n_inputs || k == n_arguments ? numpy_types[e] : (char)NPY_DOUBLE;
        tables->functions[e] = run_loop;
        tables->data[e] = &tables->loops[e];
    }
    return capsule;
}

const char make_ufunc_doc[] = "make_ufunc(name, doc, face, bfloat16)\n\n"
                              "A ufunc (inputs..., parameters...) -> result of a face; `bfloat16` is that dtype's number, or -1.";

PyObject *make_ufunc(PyObject *self, PyObject *args)
{
    const char *name, *doc;
    PyObject *face_capsule;
    int bfloat16;
    (void)self;
    if (!PyArg_ParseTuple(args, "ssOi", &name, &doc, &face_capsule, &bfloat16))
        return NULL;
    const struct face *face = face_of(face_capsule);
    if (face == NULL)
        return NULL;
    const int n_arguments = face->program.n_arguments;
    PyObject *capsule = make_tables(face_capsule, name, doc);
    if (capsule == NULL)
        return NULL;
    struct tables *tables = PyCapsule_GetPointer(capsule, TABLES_CAPSULE);
    PyObject *ufunc = PyUFunc_FromFuncAndData(tables->functions, tables->data, tables->types, N_NUMPY_TYPES, n_arguments,
                                              1, PyUFunc_None, tables->name, tables->doc, 0);
    if (ufunc == NULL) {
        Py_DECREF(capsule);
        return NULL;
    }
    ((PyUFuncObject *)ufunc)->obj = capsule; /* the ufunc owns it from here on */
    int types[MAX_ARGUMENTS + 1];
    for (int k = 0; k <= n_arguments; k++)
        types[k] = k < face->n_inputs || k == n_arguments ? bfloat16 : NPY_DOUBLE;
    if (bfloat16 >= 0
        && PyUFunc_RegisterLoopForType((PyUFuncObject *)ufunc, bfloat16, run_loop, types, &tables->loops[BFLOAT]) < 0)
        Py_CLEAR(ufunc);
    return ufunc;
}
