"""What one partition costs, from which a cluster is sized: python -m benchmarks.partitions DIR.

Writes a large case, cuts it into parts and solves it in this process, one partition after the
other; prints seconds and bytes of all that is asked of them, and the memory that they take. Seconds
are those of the processor, of which a cluster needs so many, however busy this machine is.
"""

from __future__ import annotations

import argparse
import pickle
import resource
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.large_case import Size, write_large_case
from slopt.cluster.parts import Ask, PartsHere, Task, Told
from slopt.cluster.solve import solve_partitions
from slopt.cluster.source import Source, sources
from slopt.cluster.tasks import write


def cut(folder: Path, parts: int, tiers: int) -> None:
    """Cut segments.parquet, and offers.parquet where there is one, into folders of parts."""
    import pyarrow.parquet as pq

    for name, rows_each in (("segments", 1), ("offers", tiers)):
        whole = folder / f"{name}.parquet"
        if not whole.is_file():
            continue
        table = pq.read_table(whole)
        whole.unlink()
        whole.mkdir()
        segments = table.num_rows // rows_each
        for part in range(parts):
            begin, end = (segments * at // parts * rows_each for at in (part, part + 1))
            pq.write_table(table.slice(begin, end - begin), whole / f"part-{part:05}.parquet")


@dataclass
class Cost:
    """Of one kind of task over all partitions: rounds, seconds, bytes there and back."""

    rounds: int = 0
    seconds: float = 0.0
    sent: int = 0
    returned: int = 0


class MeasuredParts(PartsHere):
    """Partitions here, with a record of what each task cost."""

    def __init__(self, its: Sequence[Source]) -> None:
        begin = time.process_time()
        super().__init__(its)
        self.load_s = (time.process_time() - begin) / len(its)
        self.costs: dict[str, Cost] = defaultdict(Cost)

    def each(self, task: Task[Ask, Told], asks: Sequence[Ask]) -> list[Told]:
        """What each partition says; its time and its size are added to the record."""
        cost = self.costs[task.__name__]
        begin = time.process_time()
        told = super().each(task, asks)
        cost.seconds += time.process_time() - begin
        cost.rounds += 1
        cost.sent += sum(len(pickle.dumps(ask)) for ask in asks)
        cost.returned += sum(len(pickle.dumps(its)) for its in told)
        return told


def main() -> None:
    """Write the case, or measure the one that was written: so writing does not count as memory."""
    asked = _parser().parse_args()
    if asked.folder.exists():
        _measure(asked.folder)
        return
    size = Size(asked.segments * asked.parts, asked.tiers, offers=asked.offers)
    write_large_case(asked.folder, size)
    cut(asked.folder, asked.parts, asked.tiers)
    print("written; run again to measure")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the case is, or is to be written")
    parser.add_argument("--segments", type=int, default=1_000_000, help="in each part")
    parser.add_argument("--parts", type=int, default=2)
    parser.add_argument("--tiers", type=int, default=6)
    parser.add_argument("--offers", action="store_true", help="give every offer")
    return parser


def _measure(folder: Path) -> None:
    its, before = sources(folder, {}), _memory()
    parts = MeasuredParts(its)
    begin = time.process_time()
    answer = solve_partitions(parts, its, {})
    seconds = time.process_time() - begin - sum(cost.seconds for cost in parts.costs.values())
    out = folder.parent / f"{folder.name}-plan"
    out.mkdir(exist_ok=True)
    parts.each(write, [(decision, str(out)) for decision in answer.decisions])
    print(
        f"{answer.segments:,} segments, {len(its)} parts: {answer.outcome.status}, gap "
        f"{answer.plan.gap if answer.plan else None}, {seconds:.2f} s spent between the rounds"
    )
    held = (_memory() - before) / len(its) / 2**20
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(f"load {parts.load_s:.2f} s and {held:,.0f} MiB a part, peak {most:,.0f} MiB")
    print("task           rounds  s a part    B sent    B back   in a round of one part")
    for name, cost in parts.costs.items():
        each = cost.rounds * len(its)
        print(
            f"{name:14} {cost.rounds:6} {cost.seconds / each:9.4f} {cost.sent / each:9,.0f} "
            f"{cost.returned / each:9,.0f}"
        )


def _memory() -> int:
    """Bytes of this process in memory now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    main()
