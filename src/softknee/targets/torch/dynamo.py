"""What dynamo takes as it is; imported when it traces, since without it torch's compiler need not be imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from softknee.language.definition import definition_of_token
from softknee.language.derivative_spec import DerivativeSpec, Kink

from .node import apply


def _by_token(token: str, by: tuple[str, ...], side: Kink, base: str, *arguments: Any) -> Tensor:
    """`apply` for dynamo, which need not read how an autograd function is made: AOT autograd traces what it does."""
    return apply(definition_of_token(token), DerivativeSpec(by, side, base), *arguments)


_allow_in_graph: Any = torch.compiler.allow_in_graph
in_graph: Callable[..., Tensor] = _allow_in_graph(_by_token)
