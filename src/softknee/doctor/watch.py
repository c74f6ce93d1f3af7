"""`softknee.watch`: a model is watched while it trains, and its faults are reported.

Not here: a probed step (torch/probe.py), and training for a diagnosis (diagnose.py).
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown, SoftkneeError

from .finding import Finding
from .history import History
from .report import Report
from .schedule import BUDGET, Schedule
from .torch.distributed import reduce
from .torch.hooks import Eagerly, Hook, Method, is_compiled_in_place, scripted
from .torch.loss import read_loss, unscaled
from .torch.probe import Probe
from .torch.weights import WeightSample, gains, name_weights


class Watch:
    """The watch over a model within a `with` block; `softknee.watch` makes it.

    Args:
        model: The module that is watched.
        every: The count of steps from probe to probe; None for the schedule of the budget.
        budget: The share of the time that probes may take.
        method: The method that is a step; None for the call of the model.

    >>> import torch, softknee
    >>> model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh())
    >>> with softknee.watch(model) as w:
    ...     model(torch.ones(2, 4)).sum().backward()
    >>> w.steps, w.report().verdict
    (1, 'healthy')
    """

    def __init__(self, model: nn.Module, every: int | None, budget: float, method: str | None = None) -> None:
        self.model = model
        self.method = method
        self.history = History()
        self.steps = 0
        self.inference_calls = 0
        self._schedule = Schedule(every, budget)
        self._probe: Probe | None = None
        self._eagerly: Eagerly | None = None
        self._depth = 0
        self._weights: WeightSample | None = None
        self._undo: list[Callable[[], None]] = []
        self._is_active = False
        self._is_in_backward = False

    # -- the block -----------------------------------------------------------------------
    def __enter__(self) -> Watch:
        if self._is_active:
            raise SoftkneeError("watch: this watch is running already")
        self._is_active = True
        if self.method is not None:
            self._undo.append(Method(self.model, self.method, self._before, self._after).remove)
        elif is_compiled_in_place(self.model):
            self._wrap_compiled_call()
        else:
            model = self.model
            before = model.register_forward_pre_hook(Hook(self._before), prepend=True, with_kwargs=True)
            after = model.register_forward_hook(Hook(self._after), with_kwargs=True, always_call=True)
            self._undo += [before.remove, after.remove]
        self._listen_to_backward()
        return self

    def __exit__(self, *exception: object) -> None:
        while self._undo:
            self._undo.pop()()
        self._is_active = False
        self._settle_probe()
        if exception[0] is None:
            reduce(self.history)

    def _wrap_compiled_call(self) -> None:
        compiled = self.model._compiled_call_impl
        model = self.model

        def call(*args: Any, **kwargs: Any) -> Any:
            self._before(model, args, kwargs)
            out = None
            try:
                out = (model._call_impl if self._probe is not None else compiled)(*args, **kwargs)  # type: ignore[misc]
            finally:
                self._after(model, args, kwargs, out)
            return out

        model._compiled_call_impl = call

        def restore() -> None:
            model._compiled_call_impl = compiled

        self._undo.append(restore)

    def _listen_to_backward(self) -> None:
        original = Tensor.backward

        def backward(loss: Tensor, *args: Any, **kwargs: Any) -> Any:
            # While a probe is open, its mode hands the call on to this function again.
            if not self._is_active or self._is_in_backward:
                return original(loss, *args, **kwargs)  # type: ignore[no-untyped-call]
            self._see_loss(loss)
            self._is_in_backward = True
            try:
                return original(loss, *args, **kwargs)  # type: ignore[no-untyped-call]
            finally:
                self._is_in_backward = False

        def restore() -> None:
            if Tensor.backward is backward:  # else somebody else has put something over it, which calls it
                Tensor.backward = original  # type: ignore[method-assign]

        backward.__doc__ = original.__doc__
        Tensor.backward = backward  # type: ignore[method-assign, assignment]
        self._undo.append(restore)

    # -- a step --------------------------------------------------------------------------
    def _before(self, module: nn.Module, args: Any, kwargs: Any) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        if not torch.is_grad_enabled():
            self.inference_calls += 1
            return
        started = perf_counter()
        weights = self.settle()
        if self._schedule.is_due(self.steps):
            self._weights = self._weights or weights or WeightSample(self.model)
            paths = {id(m): path for path, m in self.model.named_modules()}
            self._probe = Probe(self.steps, paths, (args, kwargs), lambda: self._is_in_backward)
            self._eagerly = Eagerly()
            self._probe.__enter__()  # type: ignore[no-untyped-call]
        self._schedule.spent += perf_counter() - started

    def _after(self, module: nn.Module, args: Any, kwargs: Any, out: Any) -> None:
        self._depth -= 1
        if self._depth > 0 or not torch.is_grad_enabled():
            return
        if self._probe is not None and self._eagerly is not None:
            self._probe.__exit__(None, None, None)  # type: ignore[no-untyped-call]
            self._eagerly.restore()
            self._eagerly = None
            self._probe.close_forward(out)
            for path in scripted(self.model):
                self._probe.snapshot.unseen[f"{path} is TorchScript, which shows no calls"] = None
            if not self.history.gains:
                name_weights(self.model, self._probe.snapshot.nodes)
                self.history.gains = gains(self._probe.snapshot.nodes)
        self.steps += 1

    def _see_loss(self, loss: Tensor) -> None:
        self.history.backwards += 1
        step = self.steps - 1 if self._depth == 0 else self.steps
        if loss.numel() != 1 or step < 0:
            return
        self.history.add_loss(step, unscaled(loss))
        if self._probe is not None and self._depth > 0:
            self._probe.see_loss(loss)
        if self._probe is not None and len(self.history.snapshots) < 2:
            self.history.notes.update(dict.fromkeys(read_loss(loss)))

    def settle(self) -> WeightSample | None:
        """Take the readings of the last step into the history, once its backward is over; the next step does so, too.

        Returns:
            The weights as they are now, where they were looked at.
        """
        self._settle_probe()
        then = self._weights
        if then is None:
            return None
        now = WeightSample(self.model)
        update = now.update_since(then)
        if update:
            self.history.add_update(self.steps - 1, update)
            self._weights = None
        elif now.is_as(then):
            self.history.unchanged += 1
        return now

    def _settle_probe(self) -> None:
        probe, self._probe = self._probe, None
        if probe is not None and self._eagerly is None:
            self.history.add(probe.close())
            self._schedule.spent += probe.seconds
        elif probe is not None and self._eagerly is not None:  # the forward raised
            self._eagerly.restore()
            self._eagerly = None

    # -- the report ------------------------------------------------------------------------
    def report(self) -> Report:
        """The report so far.

        Returns:
            The findings and the evidence that they rest on, to print, to write and to keep.

        Raises:
            SoftkneeError: The model was never called in training, so nothing was seen, and it is not called healthy.
        """
        self._check_seen()
        if not self._is_active:
            self._settle_probe()
        self.history.settle_losses()
        return Report.of(type(self.model).__name__, self.history, self.steps)

    @property
    def findings(self) -> list[Finding]:
        """The findings so far, the worst first; see `report`."""
        return self.report().findings

    def to_dict(self) -> dict[str, Any]:
        """The report so far as a dict that JSON can hold; see `Report.to_dict`.

        Returns:
            The dict.
        """
        return self.report().to_dict()

    def to_html(self, path: Any) -> None:
        """Write the report so far as one HTML file; see `Report.to_html`.

        Args:
            path: The file to write.
        """
        self.report().to_html(path)

    def _check_seen(self) -> None:
        if not self.history.snapshots and self._probe is None:
            name = type(self.model).__name__
            if self.inference_calls:
                why = f"{name} was called {self.inference_calls} times, always without gradients: nothing was seen"
            else:
                why = f"{name} itself was never called within the block: watch the module that is called"
            raise SoftkneeError(f"watch: {why}")


def watch(model: nn.Module, *, every: int | None = None, budget: float = BUDGET, method: str | None = None) -> Watch:
    """Watch a model while it trains within a `with` block; the model is as before after it.

    Modules and functional calls are seen, and so is compiled code, since a step that is probed runs uncompiled.

    Args:
        model: The module to watch, called or trained in the block as usual.
        every: Probe each `every`-th step; None probes the first steps, and then as many as the budget allows.
        budget: The share of the training time that probes may take, above 0 and at most 1.
        method: The name of the method whose call is a step, such as "training_step"; None for the call of the model.

    Returns:
        The watch, to be entered; `report()` and `findings` say what is wrong so far.

    Raises:
        ArgumentTypeError: `model` is no torch.nn.Module.
        ArgumentError: `model` is TorchScript, or another argument is out of its range.

    >>> import torch, softknee
    >>> model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> with softknee.watch(model) as w:
    ...     for _ in range(10):
    ...         x = torch.randn(64, 4)
    ...         optimizer.zero_grad()
    ...         (model(x) - x.sum(1, keepdim=True)).square().mean().backward()
    ...         _ = optimizer.step()
    >>> [finding for finding in w.findings if finding.severity != "info"]
    []
    """
    if not isinstance(model, nn.Module):
        raise ArgumentTypeError("watch", "model", Shown(type(model).__name__), "must be a torch.nn.Module")
    if isinstance(model, torch.jit.ScriptModule):
        raise ArgumentError("watch", "model", Shown(type(model).__name__), "is TorchScript, which shows no calls")
    if every is not None and (not isinstance(every, int) or every < 1):
        raise ArgumentError("watch", "every", every, "must be a positive whole number of steps")
    if not 0 < budget <= 1:
        raise ArgumentError("watch", "budget", budget, "must be a share of the time between 0 and 1")
    if method is not None and not callable(getattr(model, method, None)):
        raise ArgumentError("watch", "method", method, f"must be a method of {type(model).__name__}")
    return Watch(model, every, budget, method)
