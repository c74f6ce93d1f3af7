"""The fused calls of attention taken apart, so that the input of their softmax is seen, for some queries and samples.

Not here: the readings of that input (doctor/statistics.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from softknee.doctor.layout import odd, stride

# Queries of a sample that are looked at.
_QUERIES = 32


@lru_cache(maxsize=1)
def taken_apart() -> Callable[..., Any]:
    """The multi-head attention of torch, with projections and softmax that a torch function mode sees.

    torch hands its call to the mode as a whole; this is the same code where it does not.
    """
    whole: Any = F.multi_head_attention_forward
    names = {**whole.__globals__, "has_torch_function": lambda _: False}
    made = FunctionType(whole.__code__, names, whole.__name__, whole.__defaults__, whole.__closure__)
    made.__kwdefaults__ = whole.__kwdefaults__
    return made


def scores(args: Any, kwargs: Any) -> Tensor | None:
    """The input of the softmax within `scaled_dot_product_attention`; None where it cannot be computed again."""
    given = dict(zip(("query", "key", "value", "attn_mask", "dropout_p", "is_causal"), args), **kwargs)
    q, k, mask = given["query"].detach(), given["key"].detach(), given.get("attn_mask")
    if q.is_nested or k.is_nested:
        return None
    if given.get("enable_gqa"):
        k = k.repeat_interleave(q.shape[-3] // k.shape[-3], -3)
    count, keys = q.shape[-2], k.shape[-2]
    queries = torch.arange(0, count, odd(count // _QUERIES), device=q.device)
    if mask is not None:
        mask = mask.detach().expand(*q.shape[:-1], keys)[..., queries, :]
    elif given.get("is_causal"):
        mask = torch.arange(keys, device=q.device) <= queries[:, None]
        mask = mask.expand(*q.shape[:-2], *mask.shape)
    q = q[..., queries, :]
    if q.ndim > 2:
        every = stride(q.shape[0], math.prod(q.shape[1:-1]) * keys)
        q, k, mask = q[::every], k[::every], None if mask is None else mask[::every]
    scale = given.get("scale")
    z: Tensor = q.float() @ k.transpose(-2, -1).float() * (q.shape[-1] ** -0.5 if scale is None else scale)
    if mask is not None:
        z = z.masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else z + mask
    return z
