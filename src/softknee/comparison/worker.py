"""A process that carries out the runs it is sent: `python -m softknee.comparison.worker`.

Pickled messages come in on stdin, each with problems that are new and a run; results go out on stdout, until stdin
ends. A fresh interpreter, not a fork or a re-import of the caller's script, so it works from notebooks and from scripts
without a main guard.
"""

from __future__ import annotations

import os
import pickle
import sys


def main() -> None:
    """Carry out runs until stdin ends."""
    # Output that a library prints must not mix with the results.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    import torch

    from .problem import Problem
    from .train import train

    torch.set_num_threads(1)
    sys.path[:0] = [place for place in pickle.load(sys.stdin.buffer) if place not in sys.path]
    problems: dict[str, Problem] = {}
    while True:
        try:
            run, new = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        problems |= pickle.loads(new)
        pickle.dump(train(run, problems[run.problem]), answers)
        answers.flush()


if __name__ == "__main__":
    main()
