"""The doctor as a callback of Lightning, as `lightning` or `pytorch_lightning`, whichever is imported or installed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from softknee.support.extras import MissingExtraError, need

from .doctor import Doctor

if TYPE_CHECKING:
    from lightning.pytorch import Callback, LightningModule, Trainer
else:
    try:
        Callback = need(
            "pytorch_lightning" if "pytorch_lightning" in sys.modules else "lightning.pytorch", "lightning"
        ).Callback
    except MissingExtraError:
        Callback = need("pytorch_lightning", "lightning").Callback


class DoctorCallback(Doctor, Callback):
    """The callback that watches each fit of a trainer; `report` is there once it has ended, by an exception too.

    A step is a call of `training_step`; validation is not watched. The numbers of probes go to the trainer's loggers.

    Args:
        every: The count of steps from probe to probe, as of `softknee.watch`.
        budget: The share of the training time that probes may take, as of `softknee.watch`.
        show: Print the report at the end.
        html: The path of a file that the report is written to at the end, as HTML.
        prefix: The first part of the names of the numbers that are logged.
        writer: An object with TensorBoard's `add_scalar`, which gets the numbers, too.

    >>> callback = DoctorCallback(every=10, show=False)
    >>> callback.report is None
    True
    """

    _step = 0

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Begin to watch the module's `training_step`."""
        self._session.begin(pl_module, "training_step")

    def on_train_batch_start(self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int) -> None:
        """Note the number of the step, which ends with another."""
        self._step = trainer.global_step

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Log what the step showed if it was probed."""
        scalars = self._fresh(self._step)
        if scalars:
            for logger in trainer.loggers:
                logger.log_metrics(scalars, step=self._step)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """End the watch and report."""
        self._session.end(speaks=trainer.is_global_zero)

    def on_exception(self, trainer: Trainer, pl_module: LightningModule, exception: BaseException) -> None:
        """End the watch and report what was seen until then."""
        self._session.end(exception, speaks=trainer.is_global_zero)

    def teardown(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        """Leave the model as it was where a fit ends in neither way, as a tuner's does."""
        self._session.end(speaks=False)
