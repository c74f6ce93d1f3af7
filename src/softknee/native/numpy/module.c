/* The extension module: derivative specs made from bytecode, as ufuncs. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdlib.h>
#include <string.h>

#include "derivative_spec.h"
#include "direct.h"
#include "dlpack_import.h"
#include "fast_call.h"
#include "metaclass.h"
#include "openmp.h"
#include "ops.h"
#include "plan_export.h"
#include "pool.h"
#include "ufunc.h"

static PyObject *kernel_names(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    PyObject *names = PyList_New(0);
    for (const struct kernel *row = softknee_isa->kernels; names != NULL && row->name != NULL; row++) {
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

static PyObject *set_rough_float32(PyObject *self, PyObject *rough)
{
    (void)self;
    const int wanted = PyObject_IsTrue(rough);
    if (wanted < 0)
        return NULL;
    set_rough(wanted);
    Py_RETURN_NONE;
}

static PyObject *is_rough_float32(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return PyBool_FromLong(is_rough());
}

static PyObject *adopt_openmp(PyObject *self, PyObject *address)
{
    (void)self;
    void *gomp_parallel = PyLong_AsVoidPtr(address);
    if (PyErr_Occurred())
        return NULL;
    openmp_adopt(gomp_parallel);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"make_derivative_spec", make_derivative_spec, METH_VARARGS, make_derivative_spec_doc},
    {"make_ufunc", make_ufunc, METH_VARARGS, make_ufunc_doc},
    {"setup_torch", setup_torch, METH_VARARGS, setup_torch_doc},
    {"set_torch_node", set_torch_node, METH_O, set_torch_node_doc},
    {"plan_table", plan_table, METH_NOARGS, plan_table_doc},
    {"is_readable", is_readable, METH_O, is_readable_doc},
    {"make_metaclass", make_metaclass, METH_O, make_metaclass_doc},
    {"install_fast_call", install_fast_call, METH_O, install_fast_call_doc},
    {"kernel_names", kernel_names, METH_NOARGS, "The names of the compiled kernels."},
    {"set_num_threads", set_num_threads, METH_O, "Use so many threads on large arrays."},
    {"get_num_threads", get_num_threads, METH_NOARGS, "The number of threads used on large arrays."},
    {"set_rough_float32", set_rough_float32, METH_O, "Compute float32 by the rough kernels where there are any."},
    {"is_rough_float32", is_rough_float32, METH_NOARGS, "Whether float32 is computed by the rough kernels."},
    {"adopt_openmp", adopt_openmp, METH_O, "Compute on tensors in the threads of this GOMP_parallel; 0 for none."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", "Ufuncs from bytecode and compiled kernels.", -1, methods, NULL, NULL, NULL, NULL,
};

/* The first setting of the precision of float32; 0 where the environment asks for one that there is not. */
static int read_precision(void)
{
    const char *wanted = getenv("SOFTKNEE_FLOAT32_PRECISION");
    const int high = wanted != NULL && strcmp(wanted, "high") == 0;
    set_rough(high);
    return wanted == NULL || high || strcmp(wanted, "highest") == 0;
}

PyMODINIT_FUNC PyInit__native(void)
{
    if (import_numpy() < 0)
        return NULL;
    const char *chosen = choose_isa();
    if (chosen == NULL)
        return PyErr_Format(PyExc_ImportError, "SOFTKNEE_ISA=%s: this machine has no such instruction set",
                            getenv("SOFTKNEE_ISA"));
    if (!pool_start())
        return PyErr_Format(PyExc_ImportError, "SOFTKNEE_NUM_THREADS=%s: must be a number from 1 to %d",
                            getenv("SOFTKNEE_NUM_THREADS"), POOL_MAX_THREADS);
    if (!read_precision())
        return PyErr_Format(PyExc_ImportError, "SOFTKNEE_FLOAT32_PRECISION=%s: must be highest or high",
                            getenv("SOFTKNEE_FLOAT32_PRECISION"));
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL
        && (PyModule_AddStringConstant(module, "instruction_set", chosen) < 0
            || PyModule_AddIntConstant(module, "MAX_THREADS", POOL_MAX_THREADS) < 0
            || PyModule_AddStringConstant(module, "ops_digest", OPS_DIGEST) < 0 || add_direct(module) < 0))
        Py_CLEAR(module);
#ifdef Py_GIL_DISABLED
    if (module != NULL)
        PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
#endif
    return module;
}
