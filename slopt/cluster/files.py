"""The files of an answer: the plan in parts, written by who has them, the rest here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from slopt.cluster import tasks
from slopt.cluster.parts import Parts
from slopt.cluster.solve import ClusterAnswer
from slopt.cluster.source import Source
from slopt.errors import UsageError
from slopt.plan.files import RESOURCE_COLUMNS, csv_text, json_text, remove, write_files
from slopt.plan.result import no_plan_result, plan_result
from slopt.plan.rows import resource_rows
from slopt.sayings import say

PLAN = "plan.parquet"
WAITING = ".plan.parquet.waiting"


def cluster_result(answer: ClusterAnswer, total_seconds: float) -> dict[str, Any]:
    """result.json: as of any plan, then how many segments, partitions and workers."""
    document = (
        plan_result(answer.plan, total_seconds)
        if answer.plan
        else no_plan_result(answer.case, answer.outcome, total_seconds)
    )
    return {
        **document,
        "case_hash": answer.case_hash,
        "segments": answer.segments,
        "partitions": answer.partitions,
        "workers": answer.workers,
    }


def write_answer(
    folder: Path,
    answer: ClusterAnswer,
    parts: Parts,
    sources: Sequence[Source],
    document: dict[str, Any],
) -> None:
    """plan.parquet/ with a file for each part, resources.csv and result.json, or none of them.

    Raises UsageError where the folder cannot be written to, or workers write elsewhere.
    """
    folder = folder.resolve()
    waiting, place = folder / WAITING, folder / PLAN
    files = {"result.json": json_text(document)}
    try:
        remove(waiting)
        if answer.plan is not None:
            waiting.mkdir(parents=True)
            asks = [(decision, str(waiting)) for decision in answer.decisions]
            parts.each(tasks.write, asks)
            _require_written(waiting, sources)
            prices = {price.name: price.relaxation for price in answer.plan.prices}
            rows = resource_rows(answer.problem, answer.plan.evaluation, prices)
            files = {"resources.csv": csv_text(RESOURCE_COLUMNS, rows), **files}
        remove(place)
        if answer.plan is not None:
            waiting.rename(place)
        write_files(folder, files, stale={"plan.csv", "resources.csv"} - set(files))
    except OSError as error:
        raise UsageError(
            say(
                "Cannot write to {folder}: {reason}. Workers write their parts there "
                "themselves, so it has to be a folder that they all share.",
                folder=folder,
                reason=error.strerror or error,
            )
        ) from error
    finally:
        remove(waiting)


def _require_written(folder: Path, sources: Sequence[Source]) -> None:
    wanted = {source.part for source in sources}
    for entry in folder.iterdir():
        if entry.name not in wanted:  # of a worker that was lost while it wrote
            entry.unlink()
            continue
        wanted.discard(entry.name)
    if wanted:
        raise FileNotFoundError(f"{len(wanted)} parts of the plan were written elsewhere")
