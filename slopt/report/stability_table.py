"""Stability as text: in how many futures each planned tier is the best, and the regret."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import Words
from slopt.report.goal_figures import GoalFigures
from slopt.report.numbers import NONE, percent
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted
from slopt.study.sensitivity import Sensitivity
from slopt.study.sensitivity.shares import Share
from slopt.study.sensitivity.stability import Stability

SHOWN = 15


def stability_lines(
    study: Sensitivity, found: Stability, words: Words, figures: GoalFigures, width: int
) -> list[Text]:
    """The futures, the regret, and the segments whose tier is not always the best."""
    lines = sentence(
        f"All inputs at once: {counted(found.n, 'future')}, drawn evenly over all ranges "
        f"(seed {study.seed})",
        width,
    )
    if found.with_plan == 0:
        text = f"In none of them is there a plan, most often for this reason: {found.reason}"
        return [*lines, *sentence(text, width)]
    lines += [line for text in _sayings(found, figures) for line in sentence(text, width)]
    return [*lines, *_table(study, found, words, width)]


def _sayings(found: Stability, figures: GoalFigures) -> list[str]:
    whole, breaks = found.is_best, found.breaks
    assert whole is not None
    assert breaks is not None
    texts = []
    if found.with_plan < found.n:
        none = found.n - found.with_plan
        texts.append(
            f"In {none:,} of {found.n:,} futures there is no plan, most often for this reason: "
            f"{found.reason}"
        )
        texts.append(
            f"Today's plan as a whole is the best in {share_words(whole)} of the other "
            f"{found.with_plan:,}."
        )
    else:
        texts.append(f"Today's plan as a whole is the best in {share_words(whole)} of them.")
    if breaks.hits:
        texts.append(f"It breaks a limit in {share_words(breaks)}, and then cannot be kept.")
    regret = found.regret_figures()
    if regret["mean"] is not None and (regret["max"] or 0) > 0:
        texts.append(
            f"Where it can be kept, keeping it costs {figures.regret(regret['mean'])} in the mean, "
            f"up to {figures.regret(regret['q95'])} in 95 of 100 futures and "
            f"{figures.regret(regret['max'])} at most."
        )
    values = found.value_figures()
    texts.append(
        f"With the best plan of each future {figures.noun} is between "
        f"{figures.value(values['best_q05'])} and {figures.value(values['best_q95'])} in 90 of 100."
    )
    return texts


def share_words(share: Share) -> str:
    """`62 % (55-69)`."""
    return f"{percent(share.value)} % ({percent(share.low)}–{percent(share.high)})"


def _table(study: Sensitivity, found: Stability, words: Words, width: int) -> list[Text]:
    problem = study.problem
    shares = {s: found.share(s) for s in range(len(problem.segments))}
    shaky = [s for s, share in shares.items() if share is not None and share.value < 1]
    always = len(shares) - len(shaky)
    lines: list[Text] = []
    if shaky:
        shaky.sort(key=lambda s: (shares[s].value, s))  # type: ignore[union-attr]
        columns = [
            Col(words.segment, right=False, shorten=True),
            Col(f"planned {words.tier}", right=False),
            Col("best in, %"),
            Col("95 % sure", drop=1),
            Col("else mostly", right=False),
            Col("%"),
        ]
        rows = [_row(study, found, s) for s in shaky[:SHOWN]]
        lines += ["", *table(columns, rows, width)]  # type: ignore[list-item]
        if len(shaky) > SHOWN:
            more = counted(len(shaky) - SHOWN, words.segment)
            lines += sentence(f"{more} more, all steadier: --out DIR or --json.", width)
    if always:
        lines += sentence(
            f"For {always:,} of {counted(len(shares), words.segment)} the planned {words.tier} is "
            "the best in every future.",
            width,
        )
    return lines


def _row(study: Sensitivity, found: Stability, segment: int) -> list[str | Text]:
    problem, share, rival = study.problem, found.share(segment), found.rival(segment)
    assert share is not None
    return [
        problem.segments[segment],
        problem.tiers[int(found.plan[segment])],
        percent(share.value),
        f"{percent(share.low)}–{percent(share.high)}",
        NONE if rival is None else problem.tiers[rival[0]],
        NONE if rival is None else percent(rival[1].value),
    ]
