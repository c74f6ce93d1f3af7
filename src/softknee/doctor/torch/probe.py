"""One probed step: the readings of its forward and backward pass, taken to the host in one transfer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from math import isnan, nan
from time import perf_counter
from typing import Any
from weakref import ref

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from softknee.doctor.history import Readings, Snapshot
from softknee.doctor.layout import Layout
from softknee.doctor.network import Node, Site, extent
from softknee.doctor.reference import Reference, opening_of, reference_of
from softknee.doctor.statistics import Found, Statistics
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.nn.caught import Caught, catch, whereabouts

from .attention import scores, taken_apart
from .lineage import Lineage, tensors_in
from .recurrent import Cell, cells_of, is_recurrent, layers_unseen
from .statistics import TENSORS, read
from .transfer import to_host


class Probe(TorchFunctionMode):
    """The watch over the torch calls of one forward pass, and the gradients by the outputs of its activations.

    A backward pass may be part of the step: while `is_in_backward`, what checkpoints compute again is not looked at.
    """

    def __init__(self, step: int, paths: dict[int, str], data: Any, is_in_backward: Callable[[], bool]) -> None:
        super().__init__()
        self.snapshot = Snapshot(step, [], [])
        self.seconds = 0.0
        self.is_open = True
        self._is_in_backward = is_in_backward
        self._paths = paths
        self._lineage = Lineage()
        self._sources: dict[Node, Found] = {}
        self._inputs: set[Node] = set()
        self._losses: set[Node] = set()
        self._cells: dict[str, tuple[Node, ...]] = {}
        for tensor in tensors_in(data):
            node = Node("data", "", "input")
            self._lineage.mark(tensor, (node,))
            is_number = tensor.is_floating_point() and tensor.numel() > 0
            self._sources[node] = read(Statistics.of_data, tensor) if is_number else {}  # the model may overwrite it
        self._found: dict[str, Found] = {}
        self._count: Counter[str] = Counter()

    # -- forward -------------------------------------------------------------------------
    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if self._is_in_backward():
            return function(*args, **kwargs)
        if function is F.multi_head_attention_forward:
            with self:
                return taken_apart()(*args, **kwargs)
        started = perf_counter()
        self._note_opaque(args, kwargs)
        caught = catch(function, args, kwargs)
        if caught is None or not all(isinstance(x, Tensor) for x in caught.data):
            self.seconds += perf_counter() - started
            out = function(*args, **kwargs)
            started = perf_counter()
            self._lineage.follow(function, args, kwargs, out, self._where)
            if is_recurrent(function):
                self._look_inside(function, args, out)
            if function is F.scaled_dot_product_attention:
                self._see_attention(args, kwargs)
            self.seconds += perf_counter() - started
            return out
        behind = self._lineage.of(caught.data)
        site, z = self._site(caught, behind)
        found: Found = {}
        if site.reference and z.numel():
            found = read(Statistics.of_input, z, site.layout, site.reference)
        elif site.name == "softmax" and site.axis_size:
            found = _of_scores(z.movedim(-1 if caught.axis is None else caught.axis, -1))
        self.seconds += perf_counter() - started
        out = function(*args, **kwargs)
        started = perf_counter()
        self._enter(site, found, out)
        self.seconds += perf_counter() - started
        return out

    def _site(self, caught: Caught, behind: tuple[Node, ...]) -> tuple[Site, Tensor]:
        owners, line = whereabouts()
        path = self._path(owners)
        is_module = bool(owners) and not any(owners[0].children()) and _is_library(owners[0])
        key = self._numbered((path or "(the model)") if is_module else _called(caught.shown, path, line))
        last = behind[0].last if behind else caught.data[0].ndim != 4
        z, reference = _deciding(caught)
        node = Node("activation", path, caught.activation.name, behind, last=last)
        axis = caught.axis if caught.axis is not None else -1
        size = z.shape[axis] if reference is None and -z.ndim <= axis < z.ndim else 0
        site = Site(
            key, path, "" if is_module else line, caught.shown, node, Layout.of(z, last), reference, size,
            caught.activation.name,
        )  # fmt: skip
        if isinstance(caught.activation, Gate):
            node.roles.add("factor")
        return site, z

    def _numbered(self, key: str) -> str:
        """The key with a number where it was given out before: each call has a name of its own."""
        self._count[key] += 1
        return key if self._count[key] == 1 else f"{key} #{self._count[key]}"

    def _see_attention(self, args: Any, kwargs: Any) -> None:
        """Read the softmax within a fused call of attention."""
        owners, line = whereabouts()
        path, shown = self._path(owners), "F.scaled_dot_product_attention"
        key = self._numbered(_called(shown, path, line))
        with torch.no_grad():
            z = scores(args, kwargs)
        if z is None:
            self.snapshot.unseen[f"{key} takes nested tensors: its softmax was not seen"] = None
            return
        last = self._lineage.nodes[-1] if self._lineage.nodes else None
        node = last if last is not None and last.kind == "attention" else Node("attention", path, shown)
        site = Site(key, path, line, shown, node, Layout.of(z, True), None, name="softmax", is_fused=True)
        self.snapshot.sites.append(site)
        self._found[key] = _of_scores(z)

    def _note_opaque(self, args: Any, kwargs: Any) -> None:
        for tensor in tensors_in((args, tuple(kwargs.values()))):
            if self._lineage.is_opaque(tensor):
                name = type(tensor.grad_fn).__name__.removesuffix("Backward")
                self.snapshot.unseen[f"{name} has a backward of its own: what becomes of its units was not seen"] = None

    def _enter(self, site: Site, found: Found, out: Tensor) -> None:
        self._lineage.add(site.node, out)
        self.snapshot.sites.append(site)
        if site.reference is not None and isinstance(out, Tensor) and out.numel():
            layout = Layout.of(out, site.node.last)
            found.update(read(Statistics.of_output, out, layout))
            if out.requires_grad:
                out.register_hook(partial(self._receive, site.key, layout))  # type: ignore[no-untyped-call]
        self._found[site.key] = found

    def _look_inside(self, function: Any, args: Any, out: Any) -> None:
        """Read the gates of a fused recurrent layer, which no call shows."""
        layers = layers_unseen(function, args, out)
        if layers:
            are, whose = ("are", "their") if layers.startswith("layers") else ("is", "its")
            name = self._where() or "the model"
            self.snapshot.unseen[
                f"{layers} of {name} {are} behind dropout within one call: {whose} gates were not seen"
            ] = None
        with torch.no_grad():
            for cell in cells_of(function, args, out):
                path = self._where()
                owner = ".".join(filter(None, (path, cell.place)))
                feeds = self._weights_of(cell, path)
                for gate, z, reference in cell.gates():
                    key = f"{owner}: {gate}"
                    layout = Layout.of(z, True)
                    if key not in self._found:
                        node = Node("activation", path, reference.name, feeds)
                        site = Site(key, path, "", gate, node, layout, reference, name=reference.name, is_fused=True)
                        self.snapshot.sites.append(site)
                    self._found[key] = read(Statistics.of_input, z, layout, reference) if z.numel() else {}

    def _weights_of(self, cell: Cell, path: str) -> tuple[Node, ...]:
        """The nodes of the weights for inputs and for states, named as torch does."""
        names = [".".join(filter(None, (path, name))) for name in cell.weight_names]
        if names[0] not in self._cells:
            read = ((cell.x, cell.input_weight), (cell.h, cell.state_weight))
            self._cells[names[0]] = tuple(
                Node("recurrent", name, cell.kind, self._lineage.of(x), ref(weight), shape=tuple(weight.shape))
                for name, (x, weight) in zip(names, read)
            )
            self._lineage.nodes += self._cells[names[0]]
        return self._cells[names[0]]

    def _where(self) -> str:
        return self._path(whereabouts()[0])

    def _path(self, owners: list[nn.Module]) -> str:
        return next((self._paths[id(owner)] for owner in owners if id(owner) in self._paths), "")

    def close_forward(self, out: Any) -> None:
        """Mark the outputs, which the model returns or computes a loss from; structure is complete then."""
        started = perf_counter()
        for tensor in tensors_in(out):
            if tensor.ndim == 0 and tensor.requires_grad:
                self.see_loss(tensor)
        returned = set(self._lineage.of([tensor for tensor in tensors_in(out) if tensor.ndim]))
        found = extent(set(self._sources), self._lineage.nodes, self._losses, returned)
        for node in found.outputs:
            node.roles.add("output")
        self._inputs = found.inputs or set(self._sources)
        self.snapshot.nodes = [node for node in self._lineage.nodes if node not in found.beyond]
        for site in self.snapshot.sites:
            if site.node in found.beyond:
                del self._found[site.key]
        self.snapshot.sites = [site for site in self.snapshot.sites if site.node not in found.beyond]
        self.seconds += perf_counter() - started

    def see_loss(self, loss: Tensor) -> None:
        """Note a loss that the step itself computes."""
        self._losses.update(self._lineage.of(loss))

    # -- backward ------------------------------------------------------------------------
    def _receive(self, key: str, layout: Layout, gradient: Tensor) -> None:
        if not self.is_open or key not in self._found:
            return
        started = perf_counter()
        found = self._found[key]
        if "gradient_norm" not in found:  # a graph that is kept may be walked again
            found.update(read(Statistics.of_gradient, gradient, layout))
        self.snapshot.had_backward = True
        self.seconds += perf_counter() - started

    # -- the end -------------------------------------------------------------------------
    def close(self) -> Snapshot:
        """The snapshot, all of it on the host; nothing is received afterwards."""
        started = perf_counter()
        self.is_open = False
        readings = to_host([*self._found.values(), *(self._sources[node] for node in self._inputs)])
        self.snapshot.readings.update(zip(self._found, readings))
        self.snapshot.data = _of_sources(readings[len(self._found) :])
        self._found.clear()
        self.seconds += perf_counter() - started
        return self.snapshot


def _of_scores(z: Tensor) -> Found:
    """The readings of a softmax's input, on its own device: PyTorch's softmax is the faster one on the host, too."""
    with torch.no_grad():
        return TENSORS.of_scores(z.detach())


def _of_sources(readings: Sequence[Readings]) -> dict[str, float]:
    """The largest root mean square of several inputs, and 1 where all of them are finite, else 0."""
    known = [reading for reading in readings if reading]
    sizes = [reading["rms"] for reading in known if not isnan(reading["rms"])]
    return {"rms": max(sizes, default=nan), "finite": min((reading["finite"] for reading in known), default=1.0)}


def _deciding(caught: Caught) -> tuple[Tensor, Reference | None]:
    """The input whose slope decides if a unit learns, and its reference values; none of an axis-wise function."""
    x = caught.data[0]
    if isinstance(caught.activation, Gate):
        axis = -1 if caught.axis is None else caught.axis
        gate = caught.data[1] if len(caught.data) == 2 else x.chunk(2, axis)[1]
        return gate, reference_of(opening_of(caught.activation), {})
    if isinstance(caught.activation, Activation) and x.is_floating_point():
        return x, reference_of(caught.activation, caught.parameters)
    return x, None


def _called(shown: str, path: str, line: str) -> str:
    return f"{path + ': ' if path else ''}{shown} at {line}"


def _is_library(module: nn.Module) -> bool:
    """True of an activation of torch or softknee, as opposed to a person's own module that calls one."""
    return type(module).__module__.partition(".")[0] in ("torch", "softknee")
