"""Networks to try the doctor on: a sound one, and some with a fault each.

softknee doctor examples/networks.py:killed --data digits --html report.html
"""

from torch import nn


def well() -> nn.Module:
    """A sound network: two hidden layers for the 64 pixels of a digit."""
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


def killed() -> nn.Module:
    """The sound network with biases so low that the second layer never fires."""
    model = well()
    nn.init.constant_(model[2].bias, -30.0)
    return model


def deep_sigmoid() -> nn.Module:
    """Twelve layers of sigmoid, each of which takes three quarters of the gradient or more."""
    layers = [layer for _ in range(12) for layer in (nn.Linear(64, 64), nn.Sigmoid())]
    return nn.Sequential(*layers, nn.Linear(64, 10))


def tiny_weights() -> nn.Module:
    """Eight layers whose weights are drawn ten times too small."""
    layers = [layer for _ in range(8) for layer in (nn.Linear(64, 64), nn.Tanh())]
    model = nn.Sequential(*layers, nn.Linear(64, 10))
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=0.0125)
            nn.init.zeros_(layer.bias)
    return model


def softmax_twice() -> nn.Module:
    """A network with softmax at the output, which cross-entropy applies again."""
    return nn.Sequential(nn.Linear(64, 64), nn.GELU(), nn.Linear(64, 10), nn.Softmax(dim=1))


def no_activation() -> nn.Module:
    """Four layers that are together one linear map."""
    return nn.Sequential(nn.Linear(64, 64), nn.Linear(64, 64), nn.Linear(64, 64), nn.Linear(64, 10))
