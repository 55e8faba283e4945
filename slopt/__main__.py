"""`slopt`, and `python -m slopt`: the commands, loaded so that Ctrl-C ends that in silence too."""

import os
import signal
import threading
from types import FrameType


def main() -> None:
    """Load the commands and run the one that is asked for."""
    if threading.current_thread() is not threading.main_thread():
        from slopt.cli.app import main as run
    else:
        before = signal.signal(signal.SIGINT, _leave)
        from slopt.cli.app import main as run

        signal.signal(signal.SIGINT, before)
    run()


def _leave(number: int, frame: FrameType | None) -> None:
    """Nothing was begun yet, so there is nothing to tidy up; 130 is the code of Ctrl-C."""
    os._exit(130)


if __name__ == "__main__":
    main()
