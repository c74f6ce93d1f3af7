"""The lineage of tensors: the layers that are met when one walks back from one, up to the first of each branch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from weakref import ref

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.weak import WeakIdKeyDictionary

from softknee.doctor.network import Kind, Node

_LINEAR = {
    F.linear, F.bilinear, torch.bilinear, torch.conv1d, torch.conv2d, torch.conv3d, torch.conv_transpose1d,
    torch.conv_transpose2d, torch.conv_transpose3d,
}  # fmt: skip
_NORMS = {F.batch_norm, F.layer_norm, F.group_norm, F.instance_norm, F.rms_norm, F.normalize, F.local_response_norm}
_ATTENTION = {F.scaled_dot_product_attention, F.multi_head_attention_forward}
_RECURRENT = {
    torch.lstm, torch.gru, torch.rnn_tanh, torch.rnn_relu, torch.lstm_cell, torch.gru_cell, torch.rnn_tanh_cell,
    torch.rnn_relu_cell,
}  # fmt: skip
_EMBEDDINGS = {F.embedding, F.embedding_bag}
_SUMS = {"add", "add_", "__add__", "__radd__", "__iadd__", "sub", "sub_", "__sub__", "__rsub__", "__isub__", "cat",
         "stack", "concat", "concatenate", "hstack", "vstack", "where", "lerp"}  # fmt: skip
_PRODUCTS = {"mul", "mul_", "__mul__", "__rmul__", "__imul__", "matmul", "__matmul__", "__rmatmul__", "mm", "bmm",
             "einsum", "baddbmm", "addmm", "addcmul"}  # fmt: skip
# Calls that change neither the numbers nor their sum by more than a constant factor.
_THROUGH = {
    "view", "reshape", "flatten", "unflatten", "squeeze", "squeeze_", "unsqueeze", "unsqueeze_", "permute", "transpose",
    "t", "movedim", "swapaxes", "contiguous", "clone", "to", "type", "float", "half", "bfloat16", "double", "cpu",
    "cuda", "chunk", "split", "tensor_split", "unbind", "narrow", "select", "index_select", "gather", "__getitem__",
    "expand", "expand_as", "repeat", "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout",
    "feature_alpha_dropout", "pad", "mean", "sum", "avg_pool1d", "avg_pool2d", "avg_pool3d", "adaptive_avg_pool1d",
    "adaptive_avg_pool2d", "adaptive_avg_pool3d", "interpolate", "pixel_shuffle", "pixel_unshuffle", "roll", "flip",
    "neg", "div", "div_", "__truediv__", "__neg__", "identity", "detach", "requires_grad_", "__get__", "type_as",
    "masked_fill", "masked_fill_", "fill_diagonal_", "unfold", "fold", "view_as", "reshape_as", "T", "mT",
    "_pack_padded_sequence", "_pad_packed_sequence",
}  # fmt: skip


class Lineage:
    """The nodes behind each tensor of a forward pass."""

    def __init__(self) -> None:
        self._known: WeakIdKeyDictionary = WeakIdKeyDictionary()
        self.nodes: list[Node] = []

    def of(self, value: Any) -> tuple[Node, ...]:
        """The nodes that a tensor, or all the tensors in a structure, come from."""
        found: dict[Node, None] = {}
        for tensor in tensors_in(value):
            nodes: tuple[Node, ...] = self._known.get(tensor, ())  # type: ignore[no-untyped-call]
            found.update(dict.fromkeys(nodes))
        return tuple(found)

    def is_opaque(self, tensor: Tensor) -> bool:
        """True of the output of a person's own autograd.Function, which is no activation that is known."""
        made_by = getattr(tensor.grad_fn, "_forward_cls", None)
        if made_by is None or made_by.__module__.partition(".")[0] in ("torch", "softknee"):
            return False
        return not any(node.kind == "activation" for node in self.of(tensor))

    def mark(self, value: Any, nodes: tuple[Node, ...]) -> None:
        """Set the nodes that tensors come from."""
        for tensor in tensors_in(value):
            self._known[tensor] = nodes

    def add(self, node: Node, out: Any) -> None:
        """A new node, of which `out` is the output."""
        self.nodes.append(node)
        self.mark(out, (node,))

    def follow(self, function: Any, args: Any, kwargs: Any, out: Any, where: Callable[[], str]) -> None:
        """Take in a call of torch that is no activation."""
        if not any(True for _ in tensors_in(out)):
            return
        name = getattr(function, "__name__", "")
        behind = self.of((args, tuple(kwargs.values())))
        kind = kind_of(function, name)
        if kind is None:
            self.mark(out[0] if name == "_pack_padded_sequence" else out, behind)  # beside it are sizes, no signal
        elif kind == "product":
            self._multiply(name, args, out, behind, where)
        elif kind == "linear":
            weight = kwargs.get("weight", args[1] if len(args) > 1 else None)
            data = self.of(kwargs.get("input", args[0] if args else None))
            last = function in (F.linear, F.bilinear, torch.bilinear)
            shape = tuple(weight.shape) if isinstance(weight, Tensor) else ()
            held = ref(weight) if isinstance(weight, Tensor) else None
            made = Node(kind, where(), name, data, held, shape=shape, last=last)
            self.add(made, out)
        elif behind or kind == "embedding":
            last = name in ("layer_norm", "rms_norm") or kind not in ("norm", "pool")
            self.add(Node(kind, where(), name, behind, last=last), out)

    def _multiply(self, name: str, args: Any, out: Any, behind: tuple[Node, ...], where: Callable[[], str]) -> None:
        """A product of two tensors that the network computes; by a number or a parameter it passes."""
        factors = [nodes for nodes in (self.of(a) for a in args) if nodes]
        if len(factors) < 2:
            self.mark(out, behind)
            return
        for nodes in factors:
            for node in nodes:
                node.roles.add("factor")
        weighs = any(node.name == "softmax" for nodes in factors for node in nodes)
        self.add(Node("attention" if weighs else "product", where(), name, behind), out)


def kind_of(function: Any, name: str) -> Kind | None:
    """The kind of node that a call makes; None for what lets its inputs through."""
    try:
        for kinds, kind in _TABLE:
            if function in kinds:
                return kind
    except TypeError:  # unhashable
        return "function"
    if "max_pool" in name:
        return "pool"
    if name in _PRODUCTS:
        return "product"
    return None if name in _THROUGH or name in _SUMS else "function"


_TABLE: tuple[tuple[set[Any], Kind], ...] = (
    (_LINEAR, "linear"),
    (_NORMS, "norm"),
    (_ATTENTION, "attention"),
    (_RECURRENT, "recurrent"),
    (_EMBEDDINGS, "embedding"),
)


def tensors_in(value: Any) -> Iterator[Tensor]:
    """The tensors in nested tuples, lists and dicts."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from tensors_in(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from tensors_in(each)
