#include "ufunc.h"

#include <fenv.h>
#include <stdlib.h>
#include <string.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>

#include "both.h"
#include "face.h"
#include "pool.h"

enum { N_NUMPY_TYPES = 3 };

/* What one inner loop needs: the face, a second one of the same arguments or NULL, the element type of inputs and
 * results, and whether parameters are arrays. */
struct loop {
    const struct face *face, *second;
    enum element element;
    int spread;
};

/* What a ufunc refers to for as long as it lives. */
struct tables {
    struct loop loops[N_ELEMENTS];
    PyUFuncGenericFunction functions[N_NUMPY_TYPES];
    void *data[N_NUMPY_TYPES];
    char types[N_NUMPY_TYPES * (MAX_ARGUMENTS + 2)];
    char *name, *doc;
};

#define TABLES_CAPSULE "softknee.ufunc"

int import_numpy(void)
{
    import_array1(-1);
    import_umath1(-1);
    return 0;
}

/* The stride of a parameter, 0 where it is one number: for some layouts of the inputs NumPy before 2.3 hands over as many
 * copies of a number as there are elements. */
static ptrdiff_t parameter_stride(const char *first, ptrdiff_t stride, ptrdiff_t n)
{
    for (ptrdiff_t i = 1; stride != 0 && i < n; i++)
        if (memcmp(first + i * stride, first, sizeof(double)) != 0)
            return stride;
    return 0;
}

static void run_loop(char **args, const npy_intp *dimensions, const npy_intp *steps, void *data)
{
    const struct loop *loop = data;
    const int n_arguments = loop->face->program.n_arguments;
    struct work work = {.face = loop->face, .element = loop->element, .spread = loop->spread, .n = dimensions[0],
                        .out = args[n_arguments], .out_stride = steps[n_arguments]};
    for (int k = 0; k < n_arguments; k++) {
        const int may_be_copies = k >= loop->face->n_inputs && !loop->spread;
        work.in[k] = args[k];
        work.in_stride[k] = may_be_copies ? parameter_stride(args[k], steps[k], dimensions[0]) : steps[k];
    }
    int status;
    if (loop->second != NULL) {
        struct work second = work;
        second.face = loop->second;
        second.out = args[n_arguments + 1];
        second.out_stride = steps[n_arguments + 1];
        status = run_both(&work, &second, pool_threads(), pool_run);
    } else {
        status = run_work(&work, pool_threads(), pool_run);
    }
    if (status < 0) {
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

/* A capsule of tables that keeps the capsules of its faces. */
static PyObject *make_tables(PyObject *faces, const char *name, const char *doc, int spread)
{
    static const char numpy_types[N_NUMPY_TYPES] = {NPY_HALF, NPY_FLOAT, NPY_DOUBLE};
    const int n_faces = (int)PyTuple_GET_SIZE(faces);
    const struct face *face = face_of(PyTuple_GET_ITEM(faces, 0));
    const struct face *second = n_faces == 2 ? face_of(PyTuple_GET_ITEM(faces, 1)) : NULL;
    const int n_arguments = face->program.n_arguments, row_length = n_arguments + n_faces;
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
    PyCapsule_SetContext(capsule, Py_NewRef(faces));
    for (int e = 0; e < N_ELEMENTS; e++)
        tables->loops[e] = (struct loop){face, second, (enum element)e, spread};
    for (int e = 0; e < N_NUMPY_TYPES; e++) {
        char *row = tables->types + e * row_length;
        for (int k = 0; k < row_length; k++)
            row[k] = k < face->n_inputs || k >= n_arguments ? numpy_types[e] : (char)NPY_DOUBLE;
        tables->functions[e] = run_loop;
        tables->data[e] = &tables->loops[e];
    }
    return capsule;
}

const char make_ufunc_doc[] =
    "make_ufunc(name, doc, faces, bfloat16, spread)\n\n"
    "A ufunc (inputs..., parameters...) -> results of a tuple of one face, or two of the same arguments; `bfloat16` is\n"
    "that dtype's number, or -1. `spread`: for parameters that are arrays, with the same arithmetic wherever they lie.";

/* Whether it is a tuple of one or two faces of the same arguments; sets an exception where not. */
static int are_faces(PyObject *faces)
{
    const Py_ssize_t n = PyTuple_GET_SIZE(faces);
    if (n != 1 && n != 2) {
        PyErr_SetString(PyExc_ValueError, "one face or two");
        return 0;
    }
    const struct face *first = face_of(PyTuple_GET_ITEM(faces, 0)), *last = face_of(PyTuple_GET_ITEM(faces, n - 1));
    if (first == NULL || last == NULL)
        return 0;
    if (first->n_inputs != last->n_inputs || first->program.n_arguments != last->program.n_arguments) {
        PyErr_SetString(PyExc_ValueError, "faces of other arguments");
        return 0;
    }
    return 1;
}

PyObject *make_ufunc(PyObject *self, PyObject *args)
{
    const char *name, *doc;
    PyObject *faces;
    int bfloat16, spread;
    (void)self;
    if (!PyArg_ParseTuple(args, "ssO!ip", &name, &doc, &PyTuple_Type, &faces, &bfloat16, &spread) || !are_faces(faces))
        return NULL;
    const struct face *face = face_of(PyTuple_GET_ITEM(faces, 0));
    const int n_arguments = face->program.n_arguments, n_results = (int)PyTuple_GET_SIZE(faces);
    PyObject *capsule = make_tables(faces, name, doc, spread);
    if (capsule == NULL)
        return NULL;
    struct tables *tables = PyCapsule_GetPointer(capsule, TABLES_CAPSULE);
    PyObject *ufunc = PyUFunc_FromFuncAndData(tables->functions, tables->data, tables->types, N_NUMPY_TYPES, n_arguments,
                                              n_results, PyUFunc_None, tables->name, tables->doc, 0);
    if (ufunc == NULL) {
        Py_DECREF(capsule);
        return NULL;
    }
    ((PyUFuncObject *)ufunc)->obj = capsule; /* the ufunc owns it from here on */
    int types[MAX_ARGUMENTS + 2];
    for (int k = 0; k < n_arguments + n_results; k++)
        types[k] = k < face->n_inputs || k >= n_arguments ? bfloat16 : NPY_DOUBLE;
    if (bfloat16 >= 0
        && PyUFunc_RegisterLoopForType((PyUFuncObject *)ufunc, bfloat16, run_loop, types, &tables->loops[BFLOAT]) < 0)
        Py_CLEAR(ufunc);
    return ufunc;
}
