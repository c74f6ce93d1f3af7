"""The callback in Lightning's own Trainer."""

import csv

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from softknee.doctor.callbacks.lightning import DoctorCallback

lightning = pytest.importorskip("lightning.pytorch")
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger  # noqa: E402

pytestmark = [
    # What Lightning says of a test's small data and of a machine with few cores.
    pytest.mark.filterwarnings("ignore:The '\\w+' does not have many workers:UserWarning"),
    pytest.mark.filterwarnings("ignore:The number of training batches:UserWarning"),
    # What PyTorch says of how Lightning looks at its loaders.
    pytest.mark.filterwarnings("ignore:`isinstance\\(treespec, LeafSpec\\)` is deprecated:FutureWarning"),
]


class Net(lightning.LightningModule):
    """A module that trains without ever being called itself."""

    def __init__(self, bias=0.0, fails_at=None):
        super().__init__()
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 1))
        nn.init.constant_(self.net[0].bias, bias)
        self.fails_at = fails_at

    def training_step(self, batch, batch_idx):
        if self.global_step == self.fails_at:
            raise RuntimeError("out of luck")
        x, y = batch
        return (self.net(x) - y).square().mean()

    def validation_step(self, batch, batch_idx):
        assert not self.training
        self.log("validated", self.net(batch[0]).mean())

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)


class Adversaries(Net):
    """Two networks and manual optimisation."""

    def __init__(self, bias=0.0):
        super().__init__(bias)
        self.automatic_optimization = False
        self.critic = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))

    def training_step(self, batch, batch_idx):
        first, second = self.optimizers()
        x, y = batch
        fooled = nn.functional.softplus(-self.critic(self.net(x))).mean()
        first.zero_grad()
        self.manual_backward(fooled)
        first.step()
        found = nn.functional.softplus(self.critic(self.net(x).detach())) + nn.functional.softplus(-self.critic(y))
        second.zero_grad()
        self.manual_backward(found.mean())
        second.step()

    def configure_optimizers(self):
        return torch.optim.Adam(self.net.parameters(), 1e-3), torch.optim.Adam(self.critic.parameters(), 1e-3)


def batches():
    x = torch.randn(640, 4, generator=torch.Generator().manual_seed(1))
    return DataLoader(TensorDataset(x, x.sum(1, keepdim=True)), batch_size=64)


def fit(model, *callbacks, **options):
    options = {"max_epochs": 2, "logger": False, **options}
    trainer = lightning.Trainer(
        accelerator="cpu", callbacks=list(callbacks), enable_checkpointing=False, enable_progress_bar=False,
        enable_model_summary=False, **options,
    )  # fmt: skip
    trainer.fit(model, batches(), batches())
    return trainer


def hooks(model):
    return [(dict(m._forward_hooks), dict(m._forward_pre_hooks)) for m in model.modules()]


def names(model):
    return [set(vars(m)) for m in model.modules()]


def test_a_killed_layer_is_dead(capsys):
    doctor = DoctorCallback(every=1)
    fit(Net(bias=-50.0), doctor)
    dead = next(f for f in doctor.report.warnings if f.rule == "dead")
    assert (dead.layer, dead.severity, dead.measured) == ("net.1", "critical", 1.0)
    assert "Units that never fire" in capsys.readouterr().out


def test_a_healthy_model_is_healthy_and_validation_is_not_counted(capsys):
    doctor = DoctorCallback(every=1, show=False)
    fit(Net(), doctor)
    assert doctor.report.warnings == []
    assert doctor.report.steps == 20
    assert list(doctor.report.evidence.history.sites) == ["net.1"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("make", [Net, Adversaries])
def test_training_is_the_same_to_the_bit_and_leaves_nothing_behind(make):
    plain, watched = make(), make()
    before, backward = (hooks(watched), names(watched)), torch.Tensor.backward
    fit(plain)
    fit(watched, DoctorCallback(every=1, show=False))
    assert all(torch.equal(a, b) for a, b in zip(plain.state_dict().values(), watched.state_dict().values()))
    assert names(watched) == names(plain)
    assert hooks(watched) == before[0]
    assert "training_step" not in vars(watched)
    assert torch.Tensor.backward is backward


def test_manual_optimisation_with_two_losses():
    doctor = DoctorCallback(every=1, show=False)
    fit(Adversaries(bias=-50.0), doctor)
    history = doctor.report.evidence.history
    assert doctor.report.steps == 20
    assert next(f.layer for f in doctor.report.warnings if f.rule == "dead") == "net.1"
    assert [step for step, _ in history.losses[:4]] == [0, 0, 1, 1]
    assert all("gradient_norm" in s.readings["critic.1"] for s in history.snapshots)
    assert [step for step, _ in history.updates][:3] == [0, 1, 2]


def test_an_exception_ends_the_watch_and_leaves_a_report():
    doctor = DoctorCallback(every=1, show=False)
    model, backward = Net(bias=-50.0, fails_at=7), torch.Tensor.backward
    before = hooks(model)
    with pytest.raises(RuntimeError, match="out of luck"):
        fit(model, doctor)
    assert torch.Tensor.backward is backward
    assert hooks(model) == before
    assert "training_step" not in vars(model)
    assert doctor.report.steps == 8
    assert "dead" in {f.rule for f in doctor.report.warnings}


def test_a_second_fit_has_its_own_report():
    doctor = DoctorCallback(every=1, show=False)
    fit(Net(bias=-50.0), doctor)
    fit(Net(), doctor)
    assert doctor.report.warnings == []


def test_a_fit_without_steps_has_no_report():
    doctor = DoctorCallback()
    fit(Net(), doctor, max_epochs=0)
    assert doctor.report is None


def test_loggers_get_what_was_probed_at_the_trainers_steps(tmp_path):
    loggers = [CSVLogger(tmp_path, name="csv", version=0), TensorBoardLogger(tmp_path, name="tb", version=0)]
    fit(Net(), DoctorCallback(every=4, show=False), logger=loggers, accumulate_grad_batches=2)
    with (tmp_path / "csv/version_0/metrics.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["softknee/net.1/dead"]]
    assert [(row["step"], row["softknee/net.1/dead"]) for row in rows] == [(str(k), "0.0") for k in range(0, 10, 2)]
    assert all(float(row["softknee/loss"]) > 0 for row in rows)

    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(tmp_path / "tb/version_0")).Reload()
    assert [(e.step, e.value) for e in events.Scalars("softknee/net.1/dead")] == [(k, 0.0) for k in range(0, 10, 2)]
    assert [e.step for e in events.Scalars("softknee/relative_step")] == list(range(0, 10, 2))


def test_a_model_that_lightning_compiles():
    doctor = DoctorCallback(every=1, show=False)
    model = Net(bias=-50.0)
    fit(torch.compile(model, backend="eager"), doctor)
    assert next(f.layer for f in doctor.report.warnings if f.rule == "dead") == "net.1"
    assert doctor.report.steps == 20
