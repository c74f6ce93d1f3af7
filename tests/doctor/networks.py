"""Small networks and data, and a training loop as people write it."""

import torch
from torch import nn
from torch.nn import functional as F

from softknee.doctor import watch


def mlp(*layers):
    return nn.Sequential(*layers)


def deep(activation, depth, width=32, inputs=16, outputs=4, gain=None):
    """A plain stack; `gain` scales normal weights over the root of the fan-in, else they are torch's own."""
    layers = [nn.Linear(inputs, width)]
    for _ in range(depth - 1):
        layers += [activation(), nn.Linear(width, width)]
    model = nn.Sequential(*layers, activation(), nn.Linear(width, outputs))
    if gain is not None:
        for k, layer in enumerate(m for m in model if isinstance(m, nn.Linear)):
            nn.init.normal_(layer.weight, std=(gain if k else 1.0) / layer.in_features**0.5)
            nn.init.zeros_(layer.bias)
    return model


def classes(n=512, inputs=16, outputs=4, seed=0):
    """Clouds around random centres: every sound network learns them."""
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(outputs, inputs, generator=generator)
    y = torch.randint(0, outputs, (n,), generator=generator)
    return centres[y] + 0.3 * torch.randn(n, inputs, generator=generator), y


def train(model, x, y, steps=40, rate=1e-3, loss_fn=F.cross_entropy, optimizer=torch.optim.Adam, batch=64):
    optimizer = optimizer(model.parameters(), lr=rate)
    for step in range(steps):
        at = torch.arange(step * batch, (step + 1) * batch) % len(x)
        optimizer.zero_grad()
        loss_fn(model(x[at]), y[at]).backward()
        optimizer.step()


def watched(model, x, y, every=1, **options):
    with watch(model, every=every) as w:
        train(model, x, y, **options)
    return w


def rules_of(report, least=("warning", "critical")):
    return {finding.rule for finding in report.findings if finding.severity in least}
