"""The doctor as a callback of the Trainer of Hugging Face transformers."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from torch import nn

from softknee.language.errors import SoftkneeError
from softknee.support.extras import need

from .doctor import Doctor

if TYPE_CHECKING:
    from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
else:
    TrainerCallback = need("transformers", "transformers").TrainerCallback


class DoctorCallback(Doctor, TrainerCallback):
    """The callback that watches each training of a Trainer; `report` is there once it has ended.

    The numbers of probes go to `state.log_history`. The Trainer tells no callback of an exception: as the context of a
    `with` block around `trainer.train()`, or by `close`, the watch ends and reports then, too; else it ends with this
    object.

    Args:
        every: The count of steps from probe to probe, as of `softknee.watch`.
        budget: The share of the training time that probes may take, as of `softknee.watch`.
        show: Print the report at the end.
        html: The path of a file that the report is written to at the end, as HTML.
        prefix: The first part of the names of the numbers that are logged.
        writer: An object with TensorBoard's `add_scalar`, which gets the numbers, too.

    >>> with DoctorCallback(every=10, show=False) as callback:
    ...     callback.report is None
    True
    """

    def close(self, exception: BaseException | None = None) -> None:
        """End the watch if it is still running: the model is as before after it."""
        self._session.end(exception)

    def __enter__(self) -> DoctorCallback:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(exception)

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        model: nn.Module | None = None,
        **kwargs: Any,
    ) -> None:
        """Begin; raises SoftkneeError under `torch_compile`, where what compiles the model stays out of sight."""
        if args.torch_compile:
            raise SoftkneeError(
                "DoctorCallback: torch_compile=True hides the model's calls; use model.compile() instead"
            )
        if model is not None:
            self._session.begin(model)

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Log what the step showed if it was probed."""
        scalars = self._fresh(state.global_step)
        if scalars:
            state.log_history.append({**scalars, "step": state.global_step})

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """End the watch and report."""
        self._session.end(speaks=state.is_world_process_zero)
