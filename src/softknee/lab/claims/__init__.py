"""Common claims about activation functions, put to experiments with verdicts by rules fixed beforehand."""
