"""`PreparedCase`: the contestants of one benchmark case in a worker's process, made, tried once, and given turns."""

from __future__ import annotations

import gc
from collections.abc import Sequence

from .clock import Call, timed
from .libraries import AbsentError, Array, call_of, dtype_of, result_of, sample, set_threads
from .mlp import mlp_call
from .plan import COPIES, MLP, BenchmarkCase


class PreparedCase:
    """The calls of one benchmark case, and its input, which is kept while cases of its size and dtype follow each
    other.
    """

    def __init__(self, threads: int, scale: float) -> None:
        self._threads, self._scale = threads, scale
        self._calls: dict[str, Call] = {}
        self._input: tuple[tuple[int, str], Array] | None = None

    def make(self, case: BenchmarkCase, libraries: Sequence[str]) -> dict[str, str]:
        """Make and try the calls of the libraries; gives, by library, why others take no part."""
        self.clear()
        absent = {}
        for library in libraries:
            try:
                self._calls[library] = self._tried(library, case)
            except AbsentError as reason:
                absent[library] = str(reason)
            except Exception as error:  # an error in another library must not end the run
                absent[library] = f"fails with {type(error).__name__}: {str(error).partition(chr(10))[0]}"
        gc.collect()
        return absent

    def turn(self, library: str, count: int) -> float:
        """The seconds of `count` calls."""
        return timed(self._calls[library], count)

    def clear(self) -> None:
        """Drop the calls and the memory that they hold."""
        self._calls.clear()
        gc.collect()

    def _tried(self, library: str, case: BenchmarkCase) -> Call:
        if case.function == MLP:
            set_threads(library, self._threads)
            call = mlp_call(library, case)
            call()
            return call
        call = call_of(library, case, self._sample(case), self._threads)
        set_threads(library, self._threads)
        found = dtype_of(result_of(call)) if library not in COPIES else case.dtype
        if found != case.dtype:
            raise AbsentError(f"gives {found} for {case.dtype}")
        return call

    def _sample(self, case: BenchmarkCase) -> Array:
        key = case.size, case.dtype
        if self._input is None or self._input[0] != key:
            self._input = None
            self._input = key, sample(case, self._scale)
        return self._input[1]
