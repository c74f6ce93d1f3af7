"""Helpers that know nothing of activations: optional packages, reading of data files, a local server, renamed
modules.
"""
