"""The calls of a watch: by hooks, or around a method; copies of the model are not watched."""

import copy
import io

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

import softknee
from softknee.language.errors import ArgumentError


class Stepper(nn.Module):
    """A model whose forward pass is not what training calls."""

    def __init__(self, bias=0.0):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))
        nn.init.constant_(self.net[0].bias, bias)

    def training_step(self, x, y):
        return (self.net(x) - y).square().mean()

    def forward(self, x):
        return self.net(x)


def batch():
    x = torch.randn(64, 4)
    return x, x.sum(1, keepdim=True)


def seen_attributes(module):
    """Everything a watch could leave behind, the hooks as copies."""
    return {key: copy.copy(value) for key, value in vars(module).items()}


def test_a_method_makes_the_steps():
    model = Stepper(bias=-50.0)
    before, backward = seen_attributes(model), torch.Tensor.backward
    with softknee.watch(model, every=1, method="training_step") as w:
        for _ in range(6):
            model.training_step(*batch()).backward()
            with torch.no_grad():
                model(batch()[0])
    assert w.steps == 6
    assert w.inference_calls == 0
    assert next((f.rule, f.layer) for f in w.report().warnings) == ("dead", "net.1")
    assert seen_attributes(model) == before
    assert torch.Tensor.backward is backward


def test_the_models_own_wrapper_of_a_method_comes_back():
    model = Stepper()
    calls = []
    own = model.training_step

    def wrapper(x, y):
        calls.append(1)
        return own(x, y)

    model.training_step = wrapper
    with softknee.watch(model, method="training_step") as w:
        model.training_step(*batch()).backward()
    assert calls == [1]
    assert w.steps == 1
    assert model.training_step is wrapper


def test_an_exception_in_a_method_goes_through_and_all_is_as_before():
    model = Stepper()
    before = seen_attributes(model)
    with (
        pytest.raises(RuntimeError, match="shapes cannot be multiplied"),
        softknee.watch(model, method="training_step"),
    ):
        model.training_step(torch.ones(2, 3), torch.ones(2, 1))
    assert seen_attributes(model) == before
    assert torch.nn.functional.relu(torch.ones(1)) == 1  # no mode is left on


def test_what_is_no_method_is_refused():
    with pytest.raises(ArgumentError, match=r"method.*training_stepp.*must be a method of Stepper"):
        softknee.watch(Stepper(), method="training_stepp")


@pytest.mark.parametrize("method", [None, "training_step"])
def test_a_deep_copy_is_not_watched(method):
    model = Stepper()
    with softknee.watch(model, every=1, method=method) as w:
        model.training_step(*batch()).backward()
        seen = w.steps
        twin = copy.deepcopy(model)
        twin(batch()[0]).sum().backward()
        twin.training_step(*batch()).backward()
        assert w.steps == seen
    nn.init.zeros_(model.net[2].weight)
    nn.init.zeros_(twin.net[2].weight)
    nn.init.ones_(twin.net[2].bias)
    assert twin.training_step(torch.zeros(2, 4), torch.zeros(2, 1)) == 1  # its own, not the original's


@pytest.mark.parametrize("method", [None, "training_step"])
def test_a_watched_model_can_be_saved(method):
    model = Stepper()
    file = io.BytesIO()
    with softknee.watch(model, method=method):
        model.training_step(*batch()).backward()
        torch.save(model, file)
    file.seek(0)
    loaded = torch.load(file, weights_only=False)
    x = torch.ones(2, 4)
    assert torch.equal(loaded(x), model(x))


def test_backward_within_a_step_belongs_to_it():
    class Manual(Stepper):
        def training_step(self, x, y):
            super().training_step(x, y).backward()

    model = Manual()
    with softknee.watch(model, every=1, method="training_step") as w:
        for _ in range(3):
            model.training_step(*batch())
    assert [step for step, _ in w.report().evidence.losses] == [0, 1, 2]
    assert all("gradient_norm" in s.readings["net.1"] for s in w.history.snapshots)


def test_what_a_checkpoint_computes_again_in_backward_is_no_other_activation():
    class Checkpointed(Stepper):
        def training_step(self, x, y):
            z = checkpoint(self.net, x, use_reentrant=False)
            (z - y).square().mean().backward()

    model = Checkpointed()
    with softknee.watch(model, every=1, method="training_step") as w:
        model.training_step(*batch())
    assert list(w.history.sites) == ["net.1"]


def test_the_update_of_the_weights_is_that_of_the_step_that_moved_them():
    model = Stepper()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with softknee.watch(model, every=2, method="training_step") as w:
        for _ in range(5):
            optimizer.zero_grad()
            model.training_step(*batch()).backward()
            optimizer.step()
    assert [step for step, _ in w.history.updates] == [0, 2]  # the last step's end is seen by none


def test_a_model_watched_inside_its_compiled_wrapper_runs_and_the_report_says_so():
    torch._dynamo.reset()
    model = Stepper()
    compiled = torch.compile(model, backend="eager")
    with softknee.watch(model) as w:
        compiled(batch()[0]).sum().backward()
    with pytest.raises(softknee.SoftkneeError, match="watch the module that is called"):
        w.report()
