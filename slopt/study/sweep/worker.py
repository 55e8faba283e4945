"""The process of a worker: reads points from its standard input, writes their answers.

`processes.py` starts it. It ends at once when nobody holds the other end any more.
"""

from __future__ import annotations

import os
import signal
import sys
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

from slopt.study.sweep.asker import Asker
from slopt.study.sweep.processes import READY, read, write


def main() -> None:
    """Answer points until the end of the input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller hears it and decides
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not be taken for an answer
    asked: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(sys.stdin.buffer, asked), daemon=True).start()
    asker = Asker(asked.get())
    write(answers, READY)
    while True:
        ticket, point = asked.get()
        write(answers, (ticket, asker.answer(point)))


def _listen(stream: IO[bytes], asked: SimpleQueue[Any]) -> None:
    while True:
        try:
            asked.put(read(stream))
        except EOFError:
            os._exit(0)


if __name__ == "__main__":
    main()
