"""Activations shown to people: in words, formulas and pictures, for terminals, notebooks and documentation."""
