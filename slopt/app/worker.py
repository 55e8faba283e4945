"""The process that a session lives in. `lane.py` starts it, asks it, and may end it at any time."""

from __future__ import annotations

import os
import signal
import sys
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

from slopt.app.session import JOBS, Session, messages_of
from slopt.study.sweep.processes import READY, read, write


def main() -> None:
    """Answer questions until the end of the input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the page hears it and ends this process
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not be taken for an answer
    asked: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(sys.stdin.buffer, asked), daemon=True).start()
    session = Session(*asked.get())
    write(answers, READY)
    while True:
        job, arguments = asked.get()
        try:
            write(answers, (True, JOBS[job](session, *arguments)))
        except Exception as error:
            write(answers, (False, _words(error)))


def _words(error: Exception) -> str:
    from slopt.errors import SloptError
    from slopt.sayings import in_a_row, say

    if isinstance(error, SloptError):
        return in_a_row(*messages_of(error))
    if isinstance(error, ModuleNotFoundError) and not (error.name or "slopt").startswith("slopt"):
        return say(
            'This needs {module}. Install it: pip install "slopt[report]"', module=error.name
        )
    return say("slopt failed: {kind}: {reason}", kind=type(error).__name__, reason=error)


def _listen(stream: IO[bytes], asked: SimpleQueue[Any]) -> None:
    while True:
        try:
            asked.put(read(stream))
        except EOFError:
            os._exit(0)


if __name__ == "__main__":
    main()
