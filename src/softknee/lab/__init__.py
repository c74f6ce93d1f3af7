"""Measuring instruments: accuracy, speed and memory, folklore as experiments, other libraries."""
