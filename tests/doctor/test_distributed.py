"""Two processes of torch.distributed: each tells what both saw."""

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from .networks import classes, deep, watched


def join(rank, folder):
    """By a file: a free port that is looked for may be taken when it is used."""
    dist.init_process_group("gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=2)


def work(rank, folder):
    join(rank, folder)
    torch.manual_seed(0)
    body = deep(nn.ReLU, 2, gain=2**0.5)
    # Half of the units fire for the data of one process only.
    with torch.no_grad():
        body[0].weight[:16] = 0
        body[0].weight[:16, 0] = 1.0
        body[0].bias[:16] = 0
    x, y = classes()
    x[:, 0] = 1.0 if rank == 0 else -1.0
    w = watched(DistributedDataParallel(body), x, y, steps=8, rate=1e-6)
    report = w.report()
    site = report.evidence.judged[0]
    torch.save((site.key, report.evidence.units(site).samples, report.to_dict()), f"{folder}/{rank}.pt")
    dist.destroy_process_group()


def test_statistics_of_both(tmp_path):
    mp.spawn(work, (str(tmp_path),), nprocs=2)
    (key, samples, told), (_, _, other) = (torch.load(tmp_path / f"{rank}.pt") for rank in range(2))
    assert key == "module.1"
    assert samples == 1024  # 8 steps of 64 in each
    # Alone, the second process would call these 16 of 32 dead.
    assert not [f for f in told["findings"] if f["rule"] == "dead"]
    assert told["findings"] == other["findings"]
    assert told["loss"] == other["loss"]


def learn_from_one_broken_batch(rank, folder):
    join(rank, folder)
    torch.manual_seed(0)
    x, y = classes()
    if rank == 1:
        x[3 * 64 + 5, 2] = float("nan")  # in the fourth batch of one process
    w = watched(DistributedDataParallel(deep(nn.ReLU, 2, gain=2**0.5)), x, y, steps=8)
    torch.save(w.report().to_dict()["findings"], f"{folder}/{rank}.pt")
    dist.destroy_process_group()


def test_data_that_only_another_process_saw_is_the_cause_everywhere(tmp_path):
    mp.spawn(learn_from_one_broken_batch, (str(tmp_path),), nprocs=2)
    for rank in range(2):
        (finding,) = (f for f in torch.load(tmp_path / f"{rank}.pt") if f["rule"] == "non-finite")
        assert (finding["layer"], finding["cause"], finding["step"]) == ("the input", "data scale", 3), rank
