"""The softmax of attention: how far its weights are from all lying on one key, for some queries of some samples."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from .layout import FLAT, MASKED, SHOWN, odd, stride
from .statistics import spread

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
    """What `scaled_dot_product_attention` takes the softmax of; None where that cannot be computed again."""
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


def readings(z: Tensor) -> dict[str, Tensor]:
    """What is read off the numbers that softmax is taken of, along the last axis; heads lie along axis 1 of four."""
    if not z.numel():
        return {}
    heads = z.shape[1] if z.ndim == 4 else 1
    if z.ndim > 1:
        z = z[:: stride(z.shape[0], math.prod(z.shape[1:]))]
    z = z.detach().float()
    z = z.movedim(1, 0) if z.ndim == 4 else z
    found = slopes(z.reshape(heads, -1, z.shape[-1]))
    count = (~found.isnan()).sum(1)
    return {
        "count": count.amin().float(),
        "flat": (found < FLAT).sum(1) / count.clamp_min(1),
        "steepest": found.nan_to_num(0.0).amax(1),
        "shown": spread(z.softmax(-1), SHOWN),
    }


def slopes(z: Tensor) -> Tensor:
    """The trace of the Jacobian of softmax over its largest; NaN where there are not two keys to choose from."""
    p = z.softmax(-1)
    keys = (z > z.amax(-1, keepdim=True) - MASKED).sum(-1)
    return torch.where(keys > 1, (1 - p.square().sum(-1)) / (1 - 1 / keys), math.nan)
