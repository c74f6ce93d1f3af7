// Nodes of torch's autograd that compute by the C module, without Python on the way.
//
// Built on the machine that uses it, for its version of torch. What is not plain is left to the nodes in Python.
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty_like.h>
#include <Python.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>
#include <torch/csrc/Exceptions.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/python_variable.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/utils/object_ptr.h>
#include <torch/csrc/utils/pybind.h>

#include "plan_table.h"

namespace {

using at::Tensor;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

const plan_table *table;
PyObject *namespace_type; // types.SimpleNamespace

// The C module's number of an element type, or -1.
int element_of(const Tensor &x)
{
    switch (x.scalar_type()) {
    case at::kHalf: return PLAN_HALF;
    case at::kFloat: return PLAN_SINGLE;
    case at::kDouble: return PLAN_DOUBLE;
    case at::kBFloat16: return PLAN_BFLOAT;
    default: return -1;
    }
}

// Whether a tensor's memory on the CPU holds just what it shows, and it belongs to no transform.
bool is_plain(const Tensor &x)
{
    using Key = c10::DispatchKey;
    constexpr c10::DispatchKeySet others({Key::Python, Key::PythonTLSSnapshot, Key::FuncTorchBatched,
                                          Key::FuncTorchGradWrapper, Key::Batched, Key::Functionalize, Key::ZeroTensor,
                                          Key::Negative, Key::Conjugate});
    return x.layout() == at::kStrided && x.device().is_cpu() && !x.key_set().has_any(others) && x.has_storage()
           && element_of(x) >= 0;
}
bool is_watched() { return c10::impl::TorchDispatchModeTLS::any_modes_set() || torch::jit::tracer::isTracing(); }

plan_tensor memory_of(const Tensor &x) { return {const_cast<void *>(x.const_data_ptr()), x.strides().data()}; }

// A call of one tensor. It owns its plan, a Direct of the C module, and keeps what backward reads.
struct Recorded : torch::autograd::Node {
    PyObject *plan;
    const char *title;
    SavedVariable saved;

    explicit Recorded(PyObject *of) : plan(of), title(table->name(of)) { Py_INCREF(plan); }
    ~Recorded() override
    {
        if (!Py_IsInitialized())
            return;
        pybind11::gil_scoped_acquire gil;
        Py_DECREF(plan);
    }
    std::string name() const override { return std::string(title) + "Backward"; }
    void release_variables() override { saved.reset_data(); }

    variable_list apply(variable_list &&gradients) override
    {
        const Tensor &gradient = gradients[0];
        if (!gradient.defined())
            return {Tensor()};
        const Tensor x = saved.unpack(getptr());
        const bool here = !at::GradMode::is_enabled() && !is_watched() && is_plain(x) && is_plain(gradient)
                          && gradient.scalar_type() == x.scalar_type() && gradient.sizes() == x.sizes();
        const Tensor found = here ? computed(x, &gradient) : Tensor();
        return {found.defined() ? found : by_python(x, gradient)};
    }

    // The value at x, or gradient times slope; an undefined tensor for what is left to others.
    Tensor computed(const Tensor &x, const Tensor *gradient) const
    {
        const Tensor out = at::empty_like(x);
        plan_work work{};
        work.element = element_of(x);
        work.n_dims = static_cast<int>(x.dim());
        work.shape = x.sizes().data();
        work.in = memory_of(x);
        work.out = memory_of(out);
        if (gradient != nullptr)
            work.gradient = memory_of(*gradient);
        work.threads = x.numel() < table->threads_from ? 1 : at::get_num_threads();
        const int done = x.numel() == 0 ? 1 : table->compute(plan, &work);
        TORCH_CHECK(done >= 0, "softknee: no memory left");
        return done == 0 ? Tensor() : out;
    }

    // The plan's backward in Python, which knows of graphs, transforms, modes and any memory.
    Tensor by_python(const Tensor &x, const Tensor &gradient) const
    {
        pybind11::gil_scoped_acquire gil;
        THPObjectPtr saved_tensor(THPVariable_Wrap(x)), given(THPVariable_Wrap(gradient)), none(PyTuple_New(0));
        THPObjectPtr about(Py_BuildValue("{s(O)s(O)}", "saved_tensors", saved_tensor.get(), "needs_input_grad", Py_True));
        THPObjectPtr context(about ? PyObject_Call(namespace_type, none.get(), about.get()) : nullptr);
        THPObjectPtr made(context ? PyObject_CallMethod(plan, "backward", "OO", context.get(), given.get()) : nullptr);
        if (!made) {
            python_error error;
            error.persist();
            throw error;
        }
        // The general way answers with a tuple, one gradient for each tensor that was given.
        return THPVariable_Unpack(PyTuple_Check(made.get()) ? PyTuple_GET_ITEM(made.get(), 0) : made.get());
    }
};

// record(plan, x): the value at x, recorded; None for what is left to the nodes in Python.
PyObject *record(PyObject *, PyObject *const *given, Py_ssize_t count)
{
    HANDLE_TH_ERRORS
    if (count != 2 || !THPVariable_Check(given[1]))
        return PyErr_Format(PyExc_TypeError, "record takes a plan and a tensor");
    const Tensor &x = THPVariable_Unpack(given[1]);
    if (!is_plain(x))
        Py_RETURN_NONE;
    if (!table->prepare(given[0]))
        return nullptr;
    const auto node = c10::make_intrusive<Recorded>(given[0]);
    Tensor out;
    {
        at::AutoGradMode off(false);
        std::optional<pybind11::gil_scoped_release> others;
        if (x.numel() >= table->release_from)
            others.emplace();
        out = node->computed(x, nullptr);
    }
    if (!out.defined())
        Py_RETURN_NONE;
    node->set_next_edges(torch::autograd::collect_next_edges(x));
    torch::autograd::set_history(out, node);
    const bool is_output = table->keeps_output(given[0]);
    node->saved = SavedVariable(is_output ? out : x, is_output);
    return THPVariable_Wrap(out);
    END_HANDLE_TH_ERRORS
}

// start(capsule): take what the C module lends.
PyObject *start(PyObject *, PyObject *capsule)
{
    THPObjectPtr types(PyImport_ImportModule("types"));
    namespace_type = types ? PyObject_GetAttrString(types.get(), "SimpleNamespace") : nullptr;
    table = static_cast<const plan_table *>(PyCapsule_GetPointer(capsule, PLAN_TABLE_CAPSULE));
    if (table == nullptr || namespace_type == nullptr)
        return nullptr;
    Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"record", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(record)), METH_FASTCALL,
     "record(plan, x): the value, with its node of autograd, or None."},
    {"start", start, METH_O, "start(capsule): take what softknee._native.plan_table() gives."},
    {nullptr, nullptr, 0, nullptr},
};
PyModuleDef definition = {PyModuleDef_HEAD_INIT, "softknee_node", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

} // namespace

#define INIT_OF(name) PyInit_##name
#define INIT(name) INIT_OF(name)
PyMODINIT_FUNC INIT(TORCH_EXTENSION_NAME)(void) { return PyModule_Create(&definition); }
