"""Parameters to try: the defaults, others, and near the ends of their domains."""

import math

import softknee as knee


def parameter_sets(name):
    """The default parameters and up to three other sets inside the domains, as dicts."""
    definition = knee.get(name).definition
    found = [{}]
    for choose in (shifted, low, high):
        chosen = {key: choose(p) for key, p in definition.numeric_parameters.items()}
        if chosen and (definition.constraint is None or definition.constraint(**chosen)) and chosen not in found:
            found.append(chosen)
    return found


def shifted(p):
    """A little larger than the default."""
    value = float(p.default) * 1.3 + 0.05
    return value if value in p.domain else float(p.default)


def low(p):
    """Near the lower end, or far below the default."""
    if math.isinf(p.domain.low):
        return float(p.default) - 2.7
    near = p.domain.low + (0.03 if p.domain.open_low else 0.0)
    return near if near in p.domain else float(p.default)


def high(p):
    """Near the upper end, or far above the default."""
    if math.isinf(p.domain.high):
        return 7.0 * abs(float(p.default)) + 2.3
    near = p.domain.high - (0.03 if p.domain.open_high else 0.0)
    return near if near in p.domain else float(p.default)
