"""The activations as objects that users call: values, derivatives, inverses, computed properties, names and look-up.

The formulas are in `softknee.catalogue`, the arithmetic in `softknee.targets`; this package holds neither.
"""
