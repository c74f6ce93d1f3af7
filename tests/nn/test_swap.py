"""softknee.swap: modules and functional calls replaced, reported, and put back."""

from __future__ import annotations

import copy
import pickle
import threading
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import softknee as knee
from softknee.nn.torch_names import torch_functions


class Block(nn.Module):
    """A residual block: one activation is a module, one a call that writes in place."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.short = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv2(self.relu(self.bn1(self.conv1(x))))
        out += self.short(x)
        return F.relu(out, inplace=True)


class SmallResNet(nn.Module):
    """Modules in a Sequential and a ModuleList, calls in two forwards, one of them ignoring its result."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Sequential(nn.BatchNorm2d(4), nn.ReLU()))
        self.layers = nn.ModuleList([Block(4, 8), Block(8, 8)])
        self.fc = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for layer in self.layers:
            x = layer(x)
        x = x.mean(dim=(2, 3)) - 0.1
        torch.relu_(x)
        return self.fc(x)


class Written(nn.Module):
    """The same network with a given activation instead, to hold the swapped one against."""

    def __init__(self, model: SmallResNet, function: object) -> None:
        super().__init__()
        self.model = model
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        f, m = self.function, self.model
        x = f(m.stem[1][0](m.stem[0](x)))
        for block in m.layers:
            x = f(block.conv2(f(block.bn1(block.conv1(x)))) + block.short(x))
        return m.fc(f(x.mean(dim=(2, 3)) - 0.1))


def resnet() -> SmallResNet:
    torch.manual_seed(0)
    return SmallResNet().eval()


def images() -> Tensor:
    return torch.linspace(-3, 3, 2 * 64).sin().reshape(2, 1, 8, 8)


def structure(model: nn.Module) -> list[tuple[str, int]]:
    return [(name, id(module)) for name, module in model.named_modules(remove_duplicate=False)]


# -- modules and calls together --------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "parameters", "function"),
    [
        ("mish", {}, F.mish),
        ("swish-1", {}, F.silu),
        (knee.elu, {"alpha": 0.5}, partial(F.elu, alpha=0.5)),
        (nn.LeakyReLU, {"negative_slope": 0.3}, partial(F.leaky_relu, negative_slope=0.3)),
        (knee.nn.Softplus, {"beta": 2.0}, partial(F.softplus, beta=2.0)),
        (lambda: nn.Hardtanh(-2.0, 2.0), {}, partial(F.hardtanh, min_val=-2.0, max_val=2.0)),
        (nn.Tanh(), {}, torch.tanh),
        (torch.sin, {}, torch.sin),
        (lambda x, scale: scale * x, {"scale": 0.5}, lambda x: 0.5 * x),
        ("leaky_relu", {"negative_slope": 0.2}, partial(F.leaky_relu, negative_slope=0.2)),
    ],
)
def test_the_swapped_network_is_the_one_written_by_hand(new: object, parameters: dict, function: object) -> None:
    model = resnet()
    expected = Written(model, function)(images())
    done = knee.swap(model, "relu", new, **parameters)
    torch.testing.assert_close(model(images()), expected, rtol=1e-5, atol=1e-6)
    assert [replacement.path for replacement in done.modules] == ["stem.1.1", "layers.0.relu", "layers.1.relu"]
    assert [(call.path, call.function, call.count) for call in done.calls] == [
        ("layers.0", "F.relu", 1),
        ("layers.1", "F.relu", 1),
        ("", "torch.relu_", 1),
    ]
    assert all(call.place.startswith("test_swap.py:") for call in done.calls)


def test_undo_restores_objects_and_outputs_to_the_bit() -> None:
    model = resnet()
    before, objects, keys = model(images()), structure(model), list(vars(model))
    done = knee.swap(model, "relu", "gelu")
    assert not torch.equal(model(images()), before)
    assert structure(model) != objects
    done.undo()
    done.undo()
    assert done.undone
    assert torch.equal(model(images()), before)
    assert structure(model) == objects
    assert list(vars(model)) == keys


def test_a_with_block_undoes_even_after_an_error() -> None:
    model = resnet()
    before = model(images())
    with pytest.raises(ZeroDivisionError), knee.swap(model, "relu", "tanh"):
        assert not torch.equal(model(images()), before)
        raise ZeroDivisionError
    assert torch.equal(model(images()), before)


def test_an_error_within_the_forward_leaves_no_mode_behind() -> None:
    class Fails(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            F.relu(x)
            raise KeyboardInterrupt

    model = Fails()
    knee.swap(model, "relu", "tanh")
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            model(images())
        assert torch.equal(F.relu(images()), images().clamp(min=0))


def test_the_report_tells_what_and_where() -> None:
    model = resnet()
    done = knee.swap(model, "relu", "mish")
    assert "found when the model runs" in str(done)
    model(images())
    text = str(done)
    assert "layers.0.relu: ReLU(inplace=True) -> Mish(inplace=True)" in text
    assert "functional calls: 3" in text
    assert "layers.1: F.relu at test_swap.py:" in text
    line = next(call.place for call in done.calls if call.path == "layers.0").partition(":")[2]
    with open(__file__) as source:
        assert "F.relu(out, inplace=True)" in source.read().splitlines()[int(line) - 1]


def test_training_after_a_swap_with_learnable_parameters() -> None:
    model = resnet().train()
    done = knee.swap(model, "relu", "prelu", init=0.3)
    added = [name for name, _ in model.named_parameters() if "relu" in name]
    assert added == [
        "layers.0.relu.weight", "layers.0.softknee_relu.weight", "layers.1.relu.weight",
        "layers.1.softknee_relu.weight", "softknee_relu.weight",
    ]  # fmt: skip
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images()), torch.tensor([0, 2]))
        loss.backward()
        assert all(p.grad is not None for p in model.parameters())
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    assert model.layers[0].softknee_relu.weight.item() != pytest.approx(0.3, abs=1e-7)
    done.undo()
    assert not any("relu" in name for name, _ in model.named_parameters())


def test_gradients_through_in_place_calls() -> None:
    model = resnet()
    expected = torch.autograd.grad(Written(model, F.mish)(images()).square().sum(), model.fc.weight)
    conv = torch.autograd.grad(Written(model, F.mish)(images()).square().sum(), model.stem[0].weight)
    knee.swap(model, "relu", "mish")
    loss = model(images()).square().sum()
    actual = torch.autograd.grad(loss, [model.fc.weight, model.stem[0].weight])
    torch.testing.assert_close(actual, (*expected, *conv), rtol=1e-4, atol=1e-5)


# -- every way to call -------------------------------------------------------------------------

WAYS = {
    "torch.relu": lambda x: torch.relu(x),
    "F.relu": lambda x: F.relu(x),
    "F.relu in place": lambda x: F.relu(x, inplace=True),
    "F.relu in place, by position": lambda x: F.relu(x, True),
    "F.relu by keyword": lambda x: F.relu(input=x),
    "method": lambda x: x.relu(),
    "torch.relu_": lambda x: torch.relu_(x),
    "method in place": lambda x: x.relu_(),
    "F.relu_, result ignored": lambda x: (F.relu_(x), x)[1],
    "F.relu in place, result ignored": lambda x: (F.relu(x, inplace=True), x)[1],
    "softknee": lambda x: knee.relu(x),
    "by a name in a string": lambda x: F.relu(x),
}


class Calls(nn.Module):
    def __init__(self, function: object) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x + 0.0)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_call_is_caught(way: str) -> None:
    class Model(nn.Module):
        forward = lambda self, x: WAYS[way](x + 0.0)
        # The code of a way is seen here, as it would be in a forward that is written out.
        way_of_calling = staticmethod(WAYS[way])

    model = Model()
    x = images()
    done = knee.swap(model, "relu", "tanh")
    torch.testing.assert_close(model(x), torch.tanh(x))
    assert len(done.calls) == 1


def test_helpers_and_aliases_are_followed() -> None:
    model = nn.Sequential(UsesHelper(), UsesAlias())
    done = knee.swap(model, "relu", "tanh")
    x = images()
    torch.testing.assert_close(model(x), x.tanh().tanh())
    assert [call.path for call in done.calls] == ["0", "1"]


rectify = torch.relu


def helper(x: Tensor) -> Tensor:
    return x.relu()


class UsesHelper(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return helper(x)


class UsesAlias(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return rectify(x)


def test_a_name_in_a_string_attribute() -> None:
    class ByName(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.kind = "gelu"

        def forward(self, x: Tensor) -> Tensor:
            return getattr(F, self.kind)(x)

    model = ByName()
    knee.swap(model, "gelu", "tanh")
    torch.testing.assert_close(model(images()), images().tanh())


def test_softmax_keeps_its_dim() -> None:
    class Attends(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.normalise = nn.Softmax(dim=1)

        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            calls = F.softmax(x, dim=2), x.softmax(1), torch.softmax(x, dim=0), knee.softmax(x, axis=2)
            return self.normalise(x), *calls

    model = Attends()
    x = images()[:, 0]
    done = knee.swap(model, "softmax", "sparsemax")
    for value, dim in zip(model(x), (1, 2, 1, 0, 2)):
        torch.testing.assert_close(value, knee.sparsemax(x, axis=dim))
    assert len(done.calls) == 4


def test_gates() -> None:
    class Gated(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.GLU(dim=1)

        def forward(self, x: Tensor) -> Tensor:
            return F.glu(self.first(x), dim=2)

    model = Gated()
    x = images()[:, 0]
    knee.swap(model, "glu", "swiglu")
    torch.testing.assert_close(model(x), knee.swiglu(knee.swiglu(x, axis=1), axis=2))


def test_a_function_may_call_what_it_replaces() -> None:
    """The new function's own relu is its own affair, in a module and in a call."""

    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.act = nn.ReLU()

        def forward(self, x: Tensor) -> Tensor:
            return F.relu(self.act(x) - 1)

    def doubled(x: Tensor) -> Tensor:
        return 2 * F.relu(x)

    model = Both()
    knee.swap(model, "relu", doubled)
    x = images()
    assert torch.equal(model(x), 2 * F.relu(2 * F.relu(x) - 1))


def test_gelu_means_the_exact_one() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.exact, self.fast = nn.GELU(), nn.GELU(approximate="tanh")

        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            return self.exact(x), self.fast(x), F.gelu(x), F.gelu(x, approximate="tanh")

    x = images()
    tanh = F.gelu(x, approximate="tanh")
    model = Two()
    with knee.swap(model, "gelu", "relu") as done:
        for value, expected in zip(model(x), (F.relu(x), tanh, F.relu(x), tanh)):
            assert torch.equal(value, expected)
        misses = "\n".join(done.near_misses)
        assert "fast" in misses and "is gelu_tanh" in misses
        assert "a call of gelu_tanh" in misses
    with knee.swap(model, "gelu_tanh", "relu"):
        for value, expected in zip(model(x), (F.gelu(x), F.relu(x), F.gelu(x), F.relu(x))):
            assert torch.equal(value, expected)


# -- structure ---------------------------------------------------------------------------------


def test_a_shared_module_stays_shared() -> None:
    act = nn.ReLU()
    model = nn.Sequential(nn.Linear(3, 3), act, nn.Linear(3, 3), act)
    done = knee.swap(model, "relu", "prelu")
    assert model[1] is model[3]
    assert isinstance(model[1], knee.nn.PReLU)
    assert [replacement.path for replacement in done.modules] == ["1", "3"]
    done.undo()
    assert model[1] is model[3] is act


def test_places_that_share_nothing_get_modules_of_their_own() -> None:
    model = nn.Sequential(nn.ReLU(), nn.ReLU())
    knee.swap(model, nn.ReLU, knee.nn.PReLU(init=0.1))
    assert model[0] is not model[1]
    assert model[0].weight is not model[1].weight


def test_device_dtype_mode_and_order_are_kept() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)).double().eval()
    knee.swap(model, "relu", "swish")
    assert model[1].beta.dtype == torch.float64
    assert not model[1].training
    assert [type(module).__name__ for module in model] == ["Linear", "Swish", "Linear"]
    on_meta = nn.Sequential(nn.Linear(2, 2, device="meta"), nn.ReLU())
    knee.swap(on_meta, "relu", "prelu")
    assert on_meta[1].weight.is_meta


def test_inplace_is_kept_where_the_new_class_has_no_argument_for_it() -> None:
    model = nn.Sequential(nn.ReLU(inplace=True))
    knee.swap(model, "relu", "gelu")
    x = images()
    expected = F.gelu(x)
    assert model(x) is x
    torch.testing.assert_close(x, expected)
    noted = knee.swap(nn.Sequential(nn.ReLU(inplace=True)), "relu", nn.GELU)
    assert "(not in place)" in str(noted)


def test_only_the_same_class_with_its_own_forward_is_touched() -> None:
    class Louder(nn.ReLU):
        def forward(self, x: Tensor) -> Tensor:
            return 10 * super().forward(x)

    class Named(nn.ReLU):
        pass

    model = nn.Sequential(Louder(), Named(), nn.ReLU6())
    knee.swap(model, "relu", "tanh")
    assert [type(module).__name__ for module in model] == ["Louder", "Tanh", "ReLU6"]


def test_a_class_of_ones_own() -> None:
    class Mish(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x * F.softplus(x).tanh()

    model = nn.Sequential(Mish(), nn.Mish())
    done = knee.swap(model, "mish", "relu")
    assert isinstance(model[0], Mish)
    assert any("0: Mish() is a class of" in miss for miss in done.near_misses)
    knee.swap(model, Mish, "relu")
    assert isinstance(model[0], knee.nn.ReLU)


def test_ones_own_activation_as_old_and_new() -> None:
    @knee.activation
    def own(x: object) -> object:
        """One's own function."""
        return knee.where(x > 0, x * x, 0)

    class Uses(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return own(x)

    model = nn.Sequential(nn.ReLU(), Uses())
    x = images()
    with knee.swap(model, own, "tanh"):
        torch.testing.assert_close(model(x), x.relu().tanh())
    with knee.swap(model, "relu", own):
        torch.testing.assert_close(model(x), own(own(x)))


# -- transformers --------------------------------------------------------------------------------


# torch says that its nested tensors, which a padding mask leads to, may change.
@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@pytest.mark.parametrize("kind", ["relu", "gelu", nn.ReLU(), F.gelu])
@pytest.mark.parametrize("whole", [False, True])
def test_transformer_layers_leave_their_fused_path(kind: object, whole: bool) -> None:
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, activation=kind, batch_first=True)
    model = (nn.TransformerEncoder(layer, 2) if whole else layer).eval()
    old = "relu" if kind == "relu" or isinstance(kind, nn.ReLU) else "gelu"
    x = torch.linspace(-2, 2, 2 * 5 * 16).sin().reshape(2, 5, 16)
    padding = torch.tensor([[False] * 5, [False] * 3 + [True] * 2])
    with torch.no_grad():
        before = model(x, src_key_padding_mask=padding)
        other = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, activation=F.silu, batch_first=True)
        reference = (nn.TransformerEncoder(other, 2, enable_nested_tensor=False) if whole else other).eval()
        reference.load_state_dict(model.state_dict())
        with knee.swap(model, old, "silu") as done:
            swapped = model(x, src_key_padding_mask=padding)
            expected = reference(x, src_key_padding_mask=padding)
        kept = ~padding
        torch.testing.assert_close(swapped[kept], expected[kept], rtol=1e-5, atol=1e-5)
        assert not torch.allclose(swapped[kept], before[kept], atol=1e-3)
        assert len(done.modules) == (2 if whole else 1)
        assert torch.equal(model(x, src_key_padding_mask=padding), before)


def test_a_decoder_layer() -> None:
    model = nn.TransformerDecoderLayer(8, 2, 16, dropout=0.0, batch_first=True).eval()
    x = torch.linspace(-2, 2, 40).reshape(1, 5, 8)
    before = model(x, x)
    with knee.swap(model, F.relu, "prelu", init=0.5):
        assert isinstance(model.activation, knee.nn.PReLU)
        assert not torch.equal(model(x, x), before)
    assert model.activation is F.relu
    assert torch.equal(model(x, x), before)


# -- copies, threads, several swaps --------------------------------------------------------------


def test_copies_and_pickles_stay_swapped_and_independent() -> None:
    model = resnet()
    before = model(images())
    done = knee.swap(model, "relu", "prelu", init=0.2)
    after = model(images())
    copied, pickled = copy.deepcopy(model), pickle.loads(pickle.dumps(model))
    done.undo()
    assert torch.equal(model(images()), before)
    for other in (copied, pickled):
        assert torch.equal(other(images()), after)
        with torch.no_grad():
            other.layers[0].softknee_relu.weight.fill_(5.0)
        assert not torch.equal(other(images()), after)


def test_a_copy_does_not_apply_the_new_function_twice() -> None:
    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.act = nn.ReLU()

        def forward(self, x: Tensor) -> Tensor:
            return F.relu(self.act(x) - 1)

    model = Both()
    knee.swap(model, "relu", lambda x: 2 * F.relu(x))
    assert torch.equal(copy.deepcopy(model)(images()), model(images()))


def test_threads_do_not_disturb_each_other() -> None:
    model, plain = resnet(), resnet()
    knee.swap(model, "relu", "mish")
    expected, untouched = model(images()), plain(images())
    wrong: list[str] = []

    def work() -> None:
        for _ in range(10):
            if not torch.equal(model(images()), expected):
                wrong.append("swapped")
            if not torch.equal(plain(images()), untouched):
                wrong.append("plain")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_one_swap_after_another_and_undo_in_order() -> None:
    model = resnet()
    before = model(images())
    first = knee.swap(model, "relu", "mish")
    second = knee.swap(model, "mish", "tanh")
    torch.testing.assert_close(model(images()), Written(resnet(), torch.tanh)(images()))
    with pytest.raises(knee.SoftkneeError, match="undo the later change first"):
        first.undo()
    second.undo()
    first.undo()
    assert torch.equal(model(images()), before)


def test_state_dict_is_untouched_by_a_swap_without_parameters() -> None:
    model = resnet()
    keys = list(model.state_dict())
    knee.swap(model, "relu", "mish")
    assert list(model.state_dict()) == keys


# -- refusals --------------------------------------------------------------------------------------


def test_nothing_to_replace_says_what_there_is() -> None:
    model = resnet()
    objects = structure(model)
    with pytest.raises(knee.ArgumentError) as caught:
        knee.swap(model, "elu", "mish")
    text = str(caught.value)
    assert "SmallResNet has no elu: there is relu: stem.1.1, layers.0.relu, layers.1.relu and" in text
    assert structure(model) == objects
    with pytest.raises(knee.ArgumentError, match="no activation that is known"):
        knee.swap(nn.Linear(2, 2), "relu", "mish")
    with pytest.raises(knee.ArgumentError, match="put it into nn.Sequential"):
        knee.swap(nn.ReLU(), "relu", "mish")
    with pytest.raises(knee.ArgumentError, match="is gelu_tanh"):
        knee.swap(nn.Sequential(nn.GELU(approximate="tanh")), "gelu", "mish")


def test_learnable_parameters_for_a_call_in_a_container_are_refused() -> None:
    class Steps(nn.Sequential):
        def forward(self, x: Tensor) -> Tensor:
            return F.relu(super().forward(x))

    with pytest.raises(knee.ArgumentError, match="calls relu as a function but is a container"):
        knee.swap(Steps(nn.Linear(2, 2)), "relu", "prelu")
    model = Steps(nn.Identity())
    knee.swap(model, "relu", "tanh")
    torch.testing.assert_close(model(images()), images().tanh())


def test_bad_arguments() -> None:
    model = nn.Sequential(nn.ReLU())
    with pytest.raises(knee.UnknownActivationError, match="did you mean relu"):
        knee.swap(model, "rellu", "mish")
    with pytest.raises(knee.UnknownActivationError):
        knee.swap(model, "relu", "mishh")
    with pytest.raises(TypeError, match="model must be"):
        knee.swap("model", "relu", "mish")
    with pytest.raises(TypeError, match="is no activation"):
        knee.swap(model, "relu", 3)
    with pytest.raises(TypeError, match="'slope' is not taken"):
        knee.swap(model, "relu", nn.PReLU(), slope=1)
    with pytest.raises(knee.ArgumentError, match="alpha = -1"):
        knee.swap(model, "relu", "elu", alpha=-1)
    with pytest.raises(knee.ArgumentError, match="old = 3"):
        knee.swap(model, 3, "mish")
    assert type(model[0]) is nn.ReLU


# -- which functions of torch are activations --------------------------------------------------


def test_functions_are_known_by_what_they_compute() -> None:
    known = torch_functions().activations
    assert known[F.relu].name == known[torch.relu_].name == known[Tensor.relu].name == "relu"
    assert known[F.silu].name == "silu"
    assert known[torch.special.expit].name == "sigmoid"
    assert known[F.threshold].name == "threshold"
    # It has the name, but draws random numbers.
    assert Tensor.exponential_ not in known
    # It is hardtanh between -1 and 1, but seldom meant so.
    assert torch.clip not in known
    classes = [name for name, value in vars(nn).items() if isinstance(value, type) and name in dir(knee.nn)]
    lacking = {name for name in classes if getattr(F, name.lower(), None) not in known}
    # These have no function in torch.nn.functional, or one with an underscore.
    assert lacking == {"Identity", "LeakyReLU", "LogSoftmax", "Softmax2d"}


def test_looking_them_up_leaves_the_random_numbers_alone() -> None:
    torch_functions.cache_clear()
    torch.manual_seed(5)
    torch_functions()
    drawn = torch.rand(3)
    torch.manual_seed(5)
    assert torch.equal(torch.rand(3), drawn)
