"""The callback in the Trainer of transformers, with a tiny network that is made here."""

import gc

import pytest
import torch
from torch import nn
from torch.utils.data import Dataset

transformers = pytest.importorskip("transformers")
from softknee.doctor.callbacks.transformers import DoctorCallback  # noqa: E402
from softknee.language.errors import SoftkneeError  # noqa: E402


class Words(Dataset):
    """Sequences whose label is whether the first token is in the upper half."""

    def __init__(self, fails_at=None):
        self.tokens = torch.randint(0, 32, (320, 8), generator=torch.Generator().manual_seed(0))
        self.fails_at = fails_at

    def __len__(self):
        return len(self.tokens)

    def __getitem__(self, index):
        if index == self.fails_at:
            raise RuntimeError("out of luck")
        return {"input_ids": self.tokens[index], "labels": (self.tokens[index, 0] > 15).long()}


def network(killed=False):
    """A BERT of two layers; `killed` is one whose first feed-forward part never fires."""
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=32, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=8, hidden_act="relu", num_labels=2, initializer_range=0.25,
    )  # fmt: skip
    model = transformers.BertForSequenceClassification(config)
    if killed:
        nn.init.constant_(model.bert.encoder.layer[0].intermediate.dense.bias, -50.0)
    return model


DEAD = "bert.encoder.layer.0.intermediate.intermediate_act_fn"


def trainer(model, folder, *callbacks, data=None, **options):
    arguments = transformers.TrainingArguments(
        str(folder), per_device_train_batch_size=32, num_train_epochs=1, learning_rate=1e-3, report_to=[], seed=1,
        use_cpu=True, disable_tqdm=True, save_strategy="no", dataloader_pin_memory=False, **options,
    )  # fmt: skip
    return transformers.Trainer(
        model, arguments, train_dataset=data or Words(), eval_dataset=Words(), callbacks=list(callbacks)
    )


def hooks(model):
    return [(dict(m._forward_hooks), dict(m._forward_pre_hooks)) for m in model.modules()]


def names(model):
    return [set(vars(m)) for m in model.modules()]


def test_a_killed_layer_is_dead(tmp_path, capsys):
    doctor = DoctorCallback(every=1)
    trainer(network(killed=True), tmp_path, doctor).train()
    dead = next(f for f in doctor.report.warnings if f.rule == "dead")
    assert (dead.layer, dead.severity, dead.measured) == (DEAD, "critical", 1.0)
    assert "Units that never fire" in capsys.readouterr().out


def test_a_healthy_model_is_healthy_and_evaluation_is_not_counted(tmp_path, capsys):
    doctor = DoctorCallback(every=1, show=False)
    trainer(network(), tmp_path, doctor, eval_strategy="steps", eval_steps=2).train()
    assert doctor.report.warnings == []
    assert doctor.report.steps == 10
    assert "softknee" not in capsys.readouterr().out


def test_training_is_the_same_to_the_bit_and_leaves_nothing_behind(tmp_path):
    plain, watched = network(), network()
    before, backward = hooks(watched), torch.Tensor.backward
    trainer(plain, tmp_path).train()
    trainer(watched, tmp_path, DoctorCallback(every=1, show=False)).train()
    assert all(torch.equal(a, b) for a, b in zip(plain.state_dict().values(), watched.state_dict().values()))
    assert hooks(watched) == before
    assert names(watched) == names(plain)
    assert torch.Tensor.backward is backward


def test_the_block_ends_the_watch_after_an_exception(tmp_path):
    model, backward = network(killed=True), torch.Tensor.backward
    before = hooks(model)
    with pytest.raises(RuntimeError, match="out of luck"), DoctorCallback(every=1, show=False) as doctor:
        trainer(model, tmp_path, doctor, data=Words(fails_at=300)).train()
    assert torch.Tensor.backward is backward
    assert hooks(model) == before
    assert "dead" in {f.rule for f in doctor.report.warnings}


def break_off(model, folder):
    with pytest.raises(RuntimeError, match="out of luck"):
        trainer(model, folder, DoctorCallback(), data=Words(fails_at=300)).train()


def test_without_a_block_the_watch_ends_with_the_trainer(tmp_path):
    model, backward = network(), torch.Tensor.backward
    before = hooks(model)
    break_off(model, tmp_path)
    gc.collect()
    assert torch.Tensor.backward is backward
    assert hooks(model) == before


def test_a_second_training_has_its_own_report(tmp_path):
    doctor = DoctorCallback(every=1, show=False)
    trainer(network(killed=True), tmp_path, doctor).train()
    trainer(network(), tmp_path, doctor).train()
    assert doctor.report.warnings == []


def test_numbers_are_logged_at_the_trainers_steps(tmp_path):
    class Writer:
        def __init__(self):
            self.written = []

        def add_scalar(self, tag, value, step):
            self.written.append((tag, value, step))

    writer = Writer()
    doctor = DoctorCallback(every=4, show=False, writer=writer)
    training = trainer(network(killed=True), tmp_path, doctor, gradient_accumulation_steps=2)
    training.train()
    key = f"softknee/{DEAD}/dead"
    # Forward passes 0, 4 and 8 are within the first, third and fifth step of the optimizer.
    assert [(step, value) for tag, value, step in writer.written if tag == key] == [(1, 1.0), (3, 1.0), (5, 1.0)]
    rows = [row for row in training.state.log_history if key in row]
    assert [row["step"] for row in rows] == [1, 3, 5]
    assert all(row["softknee/loss"] > 0 and row["softknee/relative_step"] > 0 for row in rows)


def test_a_model_compiled_in_place(tmp_path):
    doctor = DoctorCallback(every=2, show=False)
    model = network(killed=True)
    model.compile(backend="eager")
    trainer(model, tmp_path, doctor).train()
    assert next(f.layer for f in doctor.report.warnings if f.rule == "dead") == DEAD
    assert doctor.report.steps == 10


def test_a_model_that_the_trainer_compiles_is_refused(tmp_path):
    training = trainer(network(), tmp_path, DoctorCallback(), torch_compile=True, torch_compile_backend="eager")
    with pytest.raises(SoftkneeError, match=r"use model.compile\(\) instead"):
        training.train()
