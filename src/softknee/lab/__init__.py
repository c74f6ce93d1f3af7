"""Measuring instruments: accuracy in ulps, speed and memory, common claims put to experiments, other libraries'
calls.
"""
