"""The function `softknee.swap`: another activation in a model, in its modules and its functional calls alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from softknee.functions.base import Function
from softknee.functions.public import get
from softknee.language.errors import ArgumentError, Shown, SoftkneeError

from .intercept import NEW, Call, Forward, Plan
from .occurrences import Slot, activation_of_callable, activation_of_class, activation_of_module, chosen, occurrences
from .substitute import Substitute

_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


@dataclass(frozen=True)
class Replacement:
    """A module, or a function kept as an attribute, and the new module in its place."""

    path: str
    old: Any
    new: nn.Module

    def __str__(self) -> str:
        lost = getattr(self.old, "inplace", False) and not getattr(self.new, "inplace", False)
        note = " (not in place)" if lost else ""
        return f"{self.path}: {_shown(self.old)} -> {_shown(self.new)}{note}"


class Swap:
    """The record of a swap: the modules and calls replaced. `undo` takes it back, and so does leaving a `with`
    block.
    """

    def __init__(self, model: nn.Module, old: str, new: str, plan: Plan | None) -> None:
        self.modules: list[Replacement] = []
        self._model = model
        self._title = f"{old} -> {new} in {type(model).__name__}"
        self._plan = plan
        self._near: list[str] = []
        self._undone = False
        self._slots: list[tuple[Slot, nn.Module]] = []
        self._forwards: list[Forward] = []
        self._added: list[tuple[nn.Module, str, nn.Module]] = []
        self._flags: list[tuple[nn.Module, str, Any]] = []

    @property
    def calls(self) -> list[Call]:
        """The functional calls replaced so far; they are found when the model runs."""
        return list(self._plan.calls.values()) if self._plan else []

    @property
    def near_misses(self) -> list[str]:
        """Sentences about modules and calls that resemble the activation asked for but are another."""
        return [*self._near, *(self._plan.near if self._plan else ())]

    @property
    def undone(self) -> bool:
        """True once the model is as it was before."""
        return self._undone

    def __str__(self) -> str:
        lines = [f"Swap {self._title}{' (undone)' if self._undone else ''}", f"  modules: {len(self.modules)}"]
        lines += [f"    {replacement}" for replacement in self.modules]
        if self._plan:
            when = "" if self.calls else " so far; they are found when the model runs"
            lines.append(f"  functional calls: {len(self.calls)}{when}")
            lines += [f"    {call}" for call in self.calls]
        if self.near_misses:
            lines += ["  not touched:", *(f"    {miss}" for miss in self.near_misses)]
        return "\n".join(lines)

    __repr__ = __str__

    def __enter__(self) -> Swap:
        return self

    def __exit__(self, *exception: object) -> None:
        self.undo()

    def undo(self) -> None:
        """Put the very same objects back; a second call does nothing.

        Raises:
            SoftkneeError: where something else has been put there since; nothing is changed then.
        """
        if self._undone:
            return
        self._check_untouched()
        for slot, _ in reversed(self._slots):
            _put(slot.holder, slot.name, slot.value)
        for forward in reversed(self._forwards):
            if forward.inner is None:
                del forward.module.__dict__["forward"]
            else:
                forward.module.__dict__["forward"] = forward.inner
        for holder, name, _ in self._added:
            del holder._modules[name]
        for holder, name, value in self._flags:
            setattr(holder, name, value)
        self._undone = True

    def _check_untouched(self) -> None:
        kept = [(slot.path, getattr(slot.holder, slot.name, None) is new) for slot, new in self._slots]
        kept += [("forward", vars(forward.module).get("forward") is forward) for forward in self._forwards]
        kept += [(name, holder._modules.get(name) is made) for holder, name, made in self._added]
        for path, same in kept:
            if not same:
                raise SoftkneeError(f"swap: cannot undo, {path} has been replaced since; undo the later change first")


def swap(model: nn.Module, old: Any, new: Any, **parameters: Any) -> Swap:
    """Replace an activation everywhere in a model, and say where.

    Modules are replaced at once, each by one of its own (a shared one by a shared one), with `inplace`, `dim`, device
    and training mode taken over. Functional calls within the model's forward are replaced as it runs; learnable
    parameters for them are made beforehand, one set for each module that calls, under the name `softknee_<old>`.

    Calls inside fused kernels (RNNs, scaled_dot_product_attention) and in TorchScript are out of reach. Which
    modules call is read off their code: the names in it, and the functions of the same program that it calls.
    torch.compile breaks its graph where a call is caught, and torch.export cannot follow; modules suit both.

    Args:
        model: The model, which is changed in place.
        old: A name, alias, activation, module class or torch function; "gelu" means the exact one, "gelu_tanh" the
            other.
        new: A name, activation, module class, factory, module (copied to each place) or function.
        **parameters: The parameters of `new` by name.

    Returns:
        The record of what was replaced; a context manager that takes the change back at its end.

    Raises:
        ArgumentError: where `old` is no activation, or there is nothing to replace; the error names what there is.
        TypeError: where `model` is no module, or `new` makes none.

    >>> from torch import nn
    >>> model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    >>> with swap(model, "relu", "elu", alpha=0.5):
    ...     model[1]
    ELU(alpha=0.5)
    >>> model[1]
    ReLU()
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"swap: model must be a torch.nn.Module, not {type(model).__name__}")
    target = _target(old)
    substitute = Substitute(new, parameters)
    found = occurrences(model)
    name = target.name if isinstance(target, Function) else target.__name__
    slots = [slot for slot in found.slots if _matches(slot, target)]
    callers = {
        path: module for path, (module, called) in found.callers.items() if any(a is target for a in called)
    } | _callers_of_earlier_swaps(model, target)
    if not slots and not callers:
        _refuse(model, name, found.summary(), found.slots, target)
    made = _make_modules(model, slots, substitute)
    plan = _plan(model, target, substitute, f"softknee_{name}") if callers and isinstance(target, Function) else None
    additions = _additions(callers, plan) if plan else []
    # From here on nothing can fail: either all is replaced or nothing.
    done = Swap(model, name, substitute.name, plan)
    done._near = _near_misses(found.slots, target)
    for slot, module in zip(slots, made):
        _replace(done, slot, module)
    if plan:
        _intercept(done, model, plan, callers, additions)
    return done


def _target(old: Any) -> Function | type[nn.Module]:
    if isinstance(old, str):
        return chosen(get(old), ())
    if isinstance(old, type) and issubclass(old, nn.Module):
        return chosen(known, ()) if (known := activation_of_class(old)) is not None else old
    if callable(old) and not isinstance(old, nn.Module) and (known := activation_of_callable(old)) is not None:
        return known
    raise ArgumentError("swap", "old", old, "is no name, activation, module class or function of torch that is one")


def _matches(slot: Slot, target: Function | type[nn.Module]) -> bool:
    return type(slot.value) is target if isinstance(target, type) else slot.activation is target


def _refuse(model: nn.Module, name: str, summary: str, slots: list[Slot], target: Any) -> None:
    there = f"there is {summary}" if summary else "no activation that is known was found in it"
    near = "".join(f"; {miss}" for miss in _near_misses(slots, target))
    if isinstance(target, Function) and activation_of_module(model) is target:
        there = "the model itself is one, which has no place to be replaced in: put it into nn.Sequential"
    raise ArgumentError("swap", "model", Shown(type(model).__name__), f"has no {name}: {there}{near}")


def _near_misses(slots: list[Slot], target: Any) -> list[str]:
    """Sentences about modules that bear the name of the activation asked for but compute something else."""
    if isinstance(target, type):
        return []
    wanted = {word.replace("_", "").lower() for word in (target.name, *target.aliases, target.definition.module)}
    near = []
    for slot in slots:
        if slot.activation is target or not isinstance(slot.value, nn.Module):
            continue
        cls = type(slot.value)
        if cls.__name__.lower() in wanted:
            known = slot.activation
            hint = f"is {known.name}" if known else f"is a class of {cls.__module__}: give the class itself"
            near.append(f"{slot.path}: {slot.value} {hint}")
    return near


def _make_modules(model: nn.Module, slots: list[Slot], substitute: Substitute) -> list[nn.Module]:
    """A new module for each slot; slots that shared a module share the new one."""
    by_old: dict[int, nn.Module] = {}
    for slot in slots:
        old = slot.value
        # A function kept by two modules is one object, but it gets a module in each.
        key = id(old) if isinstance(old, nn.Module) else id(slot.holder)
        if key not in by_old:
            made = substitute.make(bool(getattr(old, "inplace", False)), getattr(old, "dim", None))
            by_old[key] = _settled(made, slot.holder, model, old)
    return [by_old[id(s.value) if isinstance(s.value, nn.Module) else id(s.holder)] for s in slots]


def _settled(made: nn.Module, holder: nn.Module, model: nn.Module, old: Any) -> nn.Module:
    """The new module, on the device and in the dtype of its surroundings, and in their training mode."""
    reference = next(_floating(old), None) if isinstance(old, nn.Module) else None
    if reference is None:
        reference = next(_floating(holder), next(_floating(model), None))
    if reference is not None and any(True for _ in made.parameters()):
        made = made.to(device=reference.device, dtype=reference.dtype)
    return made.train(old.training if isinstance(old, nn.Module) else holder.training)


def _floating(module: nn.Module) -> Iterator[Tensor]:
    return (p for p in module.parameters() if p.is_floating_point())


def _replace(done: Swap, slot: Slot, module: nn.Module) -> None:
    done.modules.append(Replacement(slot.path, slot.value, module))
    if any(slot.holder is other.holder and slot.name == other.name for other, _ in done._slots):
        return  # the same place by another path
    done._slots.append((slot, module))
    _put(slot.holder, slot.name, module)
    # In evaluation a TransformerEncoderLayer runs one fused kernel with relu or gelu inside.
    if slot.name == "activation" and getattr(slot.holder, "activation_relu_or_gelu", False):
        done._flags.append((slot.holder, "activation_relu_or_gelu", slot.holder.activation_relu_or_gelu))
        slot.holder.activation_relu_or_gelu = 0  # type: ignore[assignment]


def _put(holder: nn.Module, name: str, value: Any) -> None:
    """Set an attribute in the dictionary where it belongs, without losing a module's place among its siblings."""
    if isinstance(value, nn.Module):
        holder.__dict__.pop(name, None)
        holder._modules[name] = value
    else:
        holder._modules.pop(name, None)
        holder.__dict__[name] = value


# -- functional calls ----------------------------------------------------------------------


def _plan(model: nn.Module, target: Function, substitute: Substitute, key: str) -> Plan:
    plan = Plan(target, substitute, key)
    plan.learnable = any(True for _ in substitute.make().parameters())
    for path, module in model.named_modules():
        plan.paths[module] = path
    return plan


def _additions(callers: dict[str, nn.Module], plan: Plan) -> list[tuple[nn.Module, nn.Module]]:
    """The learnable modules that serve the calls, one for each module whose code has some."""
    if not plan.learnable:
        return []
    additions: dict[int, tuple[nn.Module, nn.Module]] = {}
    for path, module in callers.items():
        if isinstance(module, _CONTAINERS):
            raise ArgumentError(
                "swap", "new", Shown(plan.substitute.name),
                f"has parameters, and {path or 'the model'} calls {plan.old.name} as a function but is a container, "
                "in which every module is a step: make the call a module",
            )  # fmt: skip
        if plan.key in module._modules:
            raise ArgumentError("swap", "model", Shown(path), f"already has a module {plan.key}")
        if id(module) not in additions:
            additions[id(module)] = (module, _settled(plan.substitute.make(), module, module, None))
    return list(additions.values())


def _intercept(
    done: Swap,
    model: nn.Module,
    plan: Plan,
    callers: dict[str, nn.Module],
    additions: list[tuple[nn.Module, nn.Module]],
) -> None:
    for holder, made in additions:
        holder._modules[plan.key] = made
        done._added.append((holder, plan.key, made))
    for made in [*(new for _, new in done._slots), *(new for _, new in additions)]:
        for inner in made.modules():
            inner.__dict__[NEW] = plan.key
    # The forwards of the callers too, since a part of the model may be run alone.
    wrapped = {id(module): module for module in (model, *callers.values())}
    for module in wrapped.values():
        forward = Forward(module, plan)
        module.__dict__["forward"] = forward
        done._forwards.append(forward)


def _callers_of_earlier_swaps(model: nn.Module, target: Any) -> dict[str, nn.Module]:
    """The modules whose functional calls an earlier swap has replaced by the activation now asked for."""
    found = {}
    for path, module in model.named_modules():
        forward = vars(module).get("forward")
        new = forward.plan.substitute.new if isinstance(forward, Forward) else None
        if isinstance(new, type) and activation_of_class(new) is target:
            found[path] = module
    return found


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, nn.Module) else getattr(value, "__name__", repr(value))
