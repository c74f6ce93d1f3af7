"""Processes that are stopped except while they answer; each is a few lines of Python."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from softknee.lab.bench import paused_process as under_test
from softknee.lab.bench.clock import LostError
from softknee.lab.bench.paused_process import PausedProcess
from tests.patience import PATIENCE, becomes

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in Linux's /proc")

START = """\
import os, signal, sys, threading, time
from multiprocessing.connection import Connection
from softknee.lab.bench.worker import end_with_parent
end_with_parent()
link = Connection(int(sys.argv[-1]))
"""
ECHO = "while True: link.send(link.recv())"
POLLING = """\
def poll():
    while True: pass
threading.Thread(target=poll, daemon=True).start()
"""


def state(pid):
    """R, S, T (stopped), Z (ended), or nothing."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def threads(pid):
    """The states of all threads of a process."""
    return {thread.read_text().rpartition(")")[2].split()[0] for thread in Path(f"/proc/{pid}/task").glob("*/stat")}


@pytest.fixture
def paused(monkeypatch):
    monkeypatch.setattr(under_test, "_STOP_WITHIN", PATIENCE)
    monkeypatch.setattr(under_test, "_END_WITHIN", PATIENCE)
    made = []

    def make(program):
        made.append(PausedProcess([sys.executable, "-c", START + program], os.environ))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_it_answers_and_is_stopped_in_between(paused):
    one = paused(POLLING + ECHO)
    for message in (1, "two", [3.0]):
        assert one.ask(message, within=PATIENCE) == (message,)
        assert state(one.pid) == "T"
        assert becomes(lambda: threads(one.pid) == {"T"})  # one that waited for a core stops when it gets it
        used = Path(f"/proc/{one.pid}/stat").read_text().split()[13:15]
        time.sleep(0.1)
        assert Path(f"/proc/{one.pid}/stat").read_text().split()[13:15] == used  # its thread polls no more


def test_several_answer_at_the_same_time(paused):
    one, two = paused(ECHO), paused(ECHO)
    one.begin("a")
    two.begin("b")
    assert (two.answer(PATIENCE), one.answer(PATIENCE)) == (("b",), ("a",))


def test_a_crash_tells_its_signal(paused):
    one = paused("link.recv(); os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(LostError, match="^crashed with SIGSEGV$"):
        one.ask("x", within=PATIENCE)


def test_an_end_tells_the_last_word(paused):
    one = paused("link.recv(); raise OSError('no such device')")
    with pytest.raises(LostError, match="^ended: OSError: no such device$"):
        one.ask("x", within=PATIENCE)
    silent = paused("link.recv(); os._exit(0)")
    with pytest.raises(LostError, match="^ended without a word$"):
        silent.ask("x", within=PATIENCE)


def test_one_that_was_killed_while_it_was_stopped_is_lost(paused):
    one = paused(ECHO)
    one.ask("x", within=PATIENCE)
    os.kill(one.pid, signal.SIGKILL)
    with pytest.raises(LostError, match="^crashed with SIGKILL$"):
        one.ask("x", within=PATIENCE)


def test_waiting_has_an_end(paused):
    one = paused("link.send(link.recv()); link.recv(); time.sleep(600)")
    one.ask("x", within=PATIENCE)
    with pytest.raises(LostError, match=r"^gave no answer for 0\.2 s$"):
        one.ask("x", within=0.2)
    assert state(one.pid) == ""


def test_closing_ends_it_and_what_it_has_started(paused):
    child = "import subprocess; child = subprocess.Popen(['sleep', '600'])\n"
    one = paused(child + "while True: link.recv(); link.send(child.pid)")
    pid = one.ask("x", within=PATIENCE)
    assert becomes(lambda: state(pid) == "T")
    one.close()
    one.close()
    assert state(one.pid) == ""
    assert becomes(lambda: state(pid) in ("", "Z"))


def test_closing_before_the_first_answer(paused):
    one = paused(ECHO)
    one.close()
    assert state(one.pid) == ""


@pytest.mark.parametrize("waiting", ["stopped", "asleep"])
def test_none_is_left_when_the_parent_is_killed(waiting):
    """Also where it is stopped, and so cannot see that the connection is closed."""
    program = f"""\
import os, signal, sys
from softknee.lab.bench.paused_process import PausedProcess
one = PausedProcess([sys.executable, "-c", {START + ECHO!r}], os.environ)
one.ask("x", within={PATIENCE})
if {waiting == "asleep"}:
    os.killpg(one.pid, signal.SIGCONT)
print(one.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert becomes(lambda: state(int(done.stdout)) in ("", "Z"))
