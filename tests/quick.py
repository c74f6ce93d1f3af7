"""The tests of `make quick`: how they are chosen, and which they are.

They are run while one works, so that all of them take less than a minute on two cores. Chosen is, of every folder, what
notices the most for its time: the path that a user's call takes through that part, and the table that all else is read
off. Of tests that run over the catalogue, a few functions stand for all: with a kink, with a parameter, with an
exponential, with an error function, and one along an axis. What starts processes, trains to the end, compiles C or asks
the slow oracle is left to `make test`.

A row is a file or a folder below `tests/`, and a pattern that is looked for in the names of its tests; "" takes all.
`tests/test_quick.py` holds the table to every folder, and a row that chooses nothing is an error in `make quick`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parent
_FEW = r"[\[-](?i:relu|elu|mish|gelu|swiglu|softmax)[-\]]"

CHOSEN = {
    "atlas/test_data.py": "",
    "atlas/test_questions.py": "names_are_unique|every_path",
    "atlas/test_serve.py": "",
    "catalogue/test_axiswise.py": "in_all_backends.*(softmax|sparsemax|swiglu)|single_number|crelu_has_no",
    "catalogue/test_catalogue.py": "",
    "catalogue/test_jax.py": _FEW,
    "catalogue/test_lineage.py": "",
    "catalogue/test_papers.py": "",
    "catalogue/test_torch.py": "",
    "cli/test_catalogue_commands.py": rf"test_list|{_FEW}|promised",
    "cli/test_claims_command.py": "test_list|test_show",
    "comparison/test_analyse.py": "",
    "comparison/test_budget.py": "",
    "comparison/test_model_outputs.py": "found|no_outputs",
    "comparison/test_plan.py": "",
    "comparison/test_train.py": "bits|learns|recorded|metrics",
    "comparison/test_user_problem.py": "are_swapped|wide_enough|draws_are_shared",
    "display/test_plotting.py": rf"{_FEW}|kink|gap|curve",
    "display/test_standalone.py": "",
    "doctor/callbacks/test_tensorboard.py": "once_at_its_step|numbers_are",
    "doctor/jax/test_agreement.py": r"faulty|agree\[relu",
    "doctor/jax/test_axiswise.py": r"own_are_seen\[sparsemax",
    "doctor/jax/test_findings.py": "sound|loss_alone|nan_in_the_data",
    "doctor/jax/test_functions.py": r"as_many_samples\[relu",
    "doctor/rules/test_rules.py": "",
    "doctor/test_attention.py": "jacobian|masked|fused",
    "doctor/test_hooks.py": "",
    "doctor/test_network.py": "",
    "doctor/test_schedule.py": "",
    "doctor/test_statistics.py": "",
    "doctor/test_watch.py": "functional|nothing_is_left|bit_for_bit|never_called|gates",
    "doctor_suite/test_cases.py": r"halves|twin|builds_and_takes_a_step\[shallow_mlp",
    "faults/test_threads.py": "number_of_threads",
    "functions/test_kinks.py": _FEW,
    "functions/test_old_pickles.py": "",
    "functions/test_properties.py": rf"gains|{_FEW}|shapes",
    "functions/test_randomized.py": "",
    "lab/accuracy/test_enclosure.py": rf"{_FEW}|limits|rule",
    "lab/accuracy/test_measure.py": "",
    "lab/bench/test_clock.py": "",
    "lab/bench/test_peers.py": rf"same.*{_FEW}.*(torch|numpy|scipy)",
    "lab/bench/test_plan.py": "",
    "lab/bench/test_results.py": "ratios|csv|again",
    "lab/claims/test_exact.py": "slope_at_0|bends|prevented",
    "lab/claims/test_lab.py": "same_draws|layers_are_seen|dead_units",
    "lab/claims/test_verdict.py": "",
    "language": r"^(?!test_every_value_of_the_catalogue)|" + _FEW,
    "native/test_calls.py": "",
    "native/test_recomputed.py": "",
    "native/test_unreliable.py": "",
    "nn/test_compile.py": "changing_shapes",
    "nn/test_init.py": "torchs|draw|modes",
    "nn/test_modules.py": rf"every_activation|{_FEW}|base_classes",
    "nn/test_onnx.py": "dynamic_batch",
    "nn/test_save_output.py": r"bits|kept\[|refused",
    "nn/test_swap.py": "by_hand|undo|report|gates|ones_own",
    "numbers/test_float32_dense.py": "record_has|elements_agree",
    "numbers/test_gates.py": "where_it_stands",
    "numbers/test_piecewise_gradients.py": "relu",
    "numbers/test_roots.py": _FEW,
    "numbers/test_selected_bits.py": _FEW,
    "numbers/test_ulp.py": rf"(dtype|nan|infinity|sign_of_zero).*{_FEW}|close\[(elu|mish|gelu)-float(32|64)\]",
    "suggestion/test_measures.py": "",
    "suggestion/test_tangent.py": "",
    "targets/test_both.py": rf"{_FEW}|tensors|jax|refused",
    "targets/test_contract.py": r"\[(?!triton).*-?(mish|swiglu|softmax)[-\]]",
    "targets/test_limits.py": _FEW,
    "targets/test_javascript.py": "",
    "targets/test_jax.py": r"[\[-](elu|mish)[-\]]|tails|traced|python_numbers",
    "targets/test_kept_slope.py": rf"{_FEW}|claim",
    "targets/test_layouts.py": r"[\[-](elu|swiglu)[-\]]",
    "targets/test_mpmath.py": "",
    "targets/test_numpy.py": "promote|narrow|scalars|xarray|pickled|warning|compiled|tables",
    "targets/test_onnx_ops.py": "test_expm1|test_ends",
    "targets/test_precision.py": r"refused|kept|included\[(gelu|tanh)",
    "targets/test_printers.py": "formulas|bytecode",
    "targets/test_threads.py": "kept|refused",
    "targets/test_tidy.py": "",
    "targets/test_torch.py": rf"{_FEW}|subclasses|modes|default_dtype",
    "targets/test_torch_direct.py": "general_ways|gates|hooks|forward_mode|transforms",
    "targets/test_torch_extension.py": "says_so|other_objects",
    "targets/test_triton.py": r"gradient.*[\[-]elu[-\]]|library_has_all",
    "test_bad_input.py": _FEW,
    "test_import.py": "import_loads|cheap",
    "test_quick.py": "",
    "tools/test_check_docstrings.py": "",
}


@cache
def row_of(file: str) -> str | None:
    """The row that a file, such as "nn/test_swap.py", belongs to, or None where none of its tests are quick."""
    return next((row for row in (file, *map(str, Path(file).parents)) if row in CHOSEN), None)


def is_quick(file: str, name: str) -> bool:
    """Is a test of this file and this name, parameters included, one of those chosen?"""
    row = row_of(file)
    return row is not None and re.search(CHOSEN[row], name) is not None
