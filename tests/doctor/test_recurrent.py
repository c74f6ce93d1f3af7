"""The gates of recurrent layers, held against cells computed step by step by torch's documented formulas."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import softknee
from softknee.doctor import watch
from softknee.doctor.torch.recurrent import cells_of

KINDS = {
    "lstm": (nn.LSTM, {}),
    "gru": (nn.GRU, {}),
    "rnn_tanh": (nn.RNN, {"nonlinearity": "tanh"}),
    "rnn_relu": (nn.RNN, {"nonlinearity": "relu"}),
}
LENGTHS = (7, 4, 4, 1)


def step(layer, end, x, state):
    """The gates' inputs by name, and the next state."""
    biases = [getattr(layer, f"bias_{of}_{end}", 0.0) for of in ("ih", "hh")]
    h = state[0] if isinstance(layer, nn.LSTM) else state
    ours = x @ getattr(layer, f"weight_ih_{end}").T + biases[0]
    theirs = h @ getattr(layer, f"weight_hh_{end}").T + biases[1]
    if isinstance(layer, nn.LSTM):
        i, f, g, o = (ours + theirs).chunk(4, -1)
        c = f.sigmoid() * state[1] + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        if layer.proj_size:
            h = h @ getattr(layer, f"weight_hr_{end}").T
        return {"input gate": i, "forget gate": f, "cell": g, "output gate": o}, (h, c)
    if isinstance(layer, nn.GRU):
        (r, z, n), (hr, hz, hn) = ours.chunk(3, -1), theirs.chunk(3, -1)
        r, z = r + hr, z + hz
        n = n + r.sigmoid() * hn
        return {"reset gate": r, "update gate": z, "candidate": n}, (1 - z.sigmoid()) * n.tanh() + z.sigmoid() * h
    z = ours + theirs
    return {"state": z}, z.tanh() if layer.nonlinearity == "tanh" else z.relu()


@torch.no_grad()
def expected(layer, sequences):
    """By place and gate, the gate's inputs at all steps of all sequences."""
    found = {}
    for x in sequences:
        for k in range(layer.num_layers):
            outs = []
            for end in (f"l{k}", f"l{k}_reverse")[: 1 + layer.bidirectional]:
                h = torch.zeros(layer.proj_size or layer.hidden_size)
                state = (h, torch.zeros(layer.hidden_size)) if isinstance(layer, nn.LSTM) else h
                states = []
                for row in x.flip(0) if "reverse" in end else x:
                    gates, state = step(layer, end, row, state)
                    states.append(state[0] if isinstance(state, tuple) else state)
                    for gate, z in gates.items():
                        found.setdefault((end, gate), []).append(z)
                outs.append(torch.stack(states[::-1] if "reverse" in end else states))
            x = torch.cat(outs, -1)
    return {key: torch.stack(rows) for key, rows in found.items()}


class Taps(torch.overrides.TorchFunctionMode):
    """The calls as the doctor sees them."""

    def __init__(self):
        super().__init__()
        self.found = {}

    def __torch_function__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        with torch.no_grad():
            for cell in cells_of(function, args, out):
                self.found.update({(cell.place, gate): z.flatten(0, -2) for gate, z, _ in cell.gates()})
        return out


def seen(layer, x):
    with Taps() as taps:
        layer(x)
    return taps.found


def rows(z):
    """In an order that depends on nothing but the rows."""
    return z[torch.argsort(z[:, 0])]


def assert_same(got, want):
    assert got.keys() == want.keys()
    for key in want:
        torch.testing.assert_close(rows(got[key]), rows(want[key]), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_layers": 3},
        {"bidirectional": True},
        {"num_layers": 2, "bidirectional": True, "batch_first": True},
        {"num_layers": 2, "bias": False},
    ],
    ids=lambda options: " ".join(options) or "plain",
)
@pytest.mark.parametrize("packed", [False, True], ids=["padded", "packed"])
def test_gates_are_those_of_the_formulas(kind, options, packed):
    torch.manual_seed(0)
    make, own = KINDS[kind]
    layer = make(3, 5, **own, **options)
    x = torch.randn(4, 7, 3)
    given = x if layer.batch_first else x.transpose(0, 1)
    if packed:
        given = pack_padded_sequence(given, torch.tensor(LENGTHS), layer.batch_first)
    sequences = [row[:n] for row, n in zip(x, LENGTHS)] if packed else list(x)
    assert_same(seen(layer, given), expected(layer, sequences))


@pytest.mark.filterwarnings("ignore:LSTM with projections")
def test_projected_states():
    torch.manual_seed(0)
    layer = nn.LSTM(3, 5, 2, proj_size=2, batch_first=True)
    x = torch.randn(4, 7, 3)
    assert_same(seen(layer, x), expected(layer, list(x)))


def test_behind_dropout_only_the_first_layer_is_seen():
    torch.manual_seed(0)
    layer = nn.GRU(3, 5, 3, dropout=0.5, batch_first=True)
    x = torch.randn(4, 7, 3)
    want = expected(layer, list(x))
    assert_same(seen(layer, x), {key: z for key, z in want.items() if key[0] == "l0"})
    assert_same(seen(layer.eval(), x), want)


class Reader(nn.Module):
    """A recurrent layer and a head on its last state."""

    def __init__(self, make=nn.LSTM, **options):
        super().__init__()
        self.body = make(3, 16, **options)
        self.head = nn.Linear(16 * (1 + self.body.bidirectional), 2)

    def forward(self, x):
        return self.head(self.body(x)[0][:, -1])


def run(model, steps=8):
    torch.manual_seed(1)
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(steps):
        x = torch.randn(64, 6, 3)
        optimizer.zero_grad()
        F.cross_entropy(model(x), (x.sum((1, 2)) > 0).long()).backward()
        optimizer.step()


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_looking_inside_changes_nothing(dropout):
    torch.manual_seed(0)
    plain = Reader(num_layers=2, bidirectional=True, batch_first=True, dropout=dropout)
    watched = copy.deepcopy(plain)
    run(plain)
    state = torch.get_rng_state()
    with watch(watched, every=1) as w:
        run(watched)
    assert torch.equal(state, torch.get_rng_state())
    assert all(torch.equal(a, b) for a, b in zip(plain.parameters(), watched.parameters()))
    layers = {key.partition(":")[0] for key in w.history.sites}
    assert layers == {f"body.l{k}{end}" for k in range(1 if dropout else 2) for end in ("", "_reverse")}
    assert not w.report().warnings


def test_a_closed_gate_in_the_depth_is_found_and_mended():
    torch.manual_seed(0)
    model = Reader(num_layers=2, batch_first=True)
    with torch.no_grad():
        model.body.bias_ih_l1[48:] = -40.0
    x = torch.randn(256, 6, 3)
    batch = x, (x.sum((1, 2)) > 0).long()
    report = softknee.diagnose(
        model, batch, F.cross_entropy, optimizer=lambda p: torch.optim.Adam(p, lr=0.01), steps=30
    )
    first = report.findings[0]
    assert (first.rule, first.layer, first.cause) == ("saturated", "body.l1: output gate", "init")
    assert "initialise" in first.remedy and "-> gone" in first.tried


def test_states_that_never_fire_are_dead():
    torch.manual_seed(0)
    model = Reader(nn.RNN, nonlinearity="relu", num_layers=2, batch_first=True)
    nn.init.constant_(model.body.bias_ih_l1, -40.0)
    with watch(model, every=1) as w:
        run(model)
    assert ("dead", "body.l1: state") in [(f.rule, f.layer) for f in w.findings]


@pytest.mark.parametrize("number", [0.1, 0.25])  # the mean of the first rounds to another number
def test_weights_that_are_all_alike_are_named(number):
    torch.manual_seed(0)
    model = Reader(num_layers=2, batch_first=True)
    nn.init.constant_(model.body.weight_ih_l1, number)
    with watch(model, every=1) as w:
        run(model)
    found = [f for f in w.findings if f.rule == "init"]
    assert [f.layer for f in found] == ["body.l1: input gate"]
    assert "body.weight_ih_l1 " in found[0].message


def test_a_packed_sequence_keeps_its_lineage():
    class Packed(nn.Module):
        def __init__(self):
            super().__init__()
            self.lift, self.body, self.head = nn.Linear(3, 8), nn.GRU(8, 8, batch_first=True), nn.Linear(8, 2)

        def forward(self, x):
            packed = pack_padded_sequence(torch.tanh(self.lift(x)), torch.full((64,), 6), batch_first=True)
            return self.head(pad_packed_sequence(self.body(packed)[0], batch_first=True)[0][:, -1])

    with watch(Packed(), every=1) as w:
        run(w.model)
    nodes = {node.path: node for node in w.history.first.nodes}
    assert [feed.name for feed in nodes["body.weight_ih_l0"].feeds] == ["tanh"]
    assert [feed.kind for feed in nodes["head"].feeds] == ["recurrent"]
    assert nodes["body.weight_hh_l0"].parameter == "body.weight_hh_l0"


def test_a_cell_called_at_each_step_is_one_place():
    class Loop(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell, self.head = nn.GRUCell(3, 8), nn.Linear(8, 2)

        def forward(self, x):
            h = x.new_zeros(len(x), 8)
            for row in x.unbind(1):
                h = self.cell(row, h)
            return self.head(h)

    with watch(Loop(), every=1) as w:
        run(w.model)
    gates = ["cell: reset gate", "cell: update gate", "cell: candidate"]
    assert [site.key for site in w.history.first.sites] == gates
    assert "cell.weight_hh" in w.history.gains
