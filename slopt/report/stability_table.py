"""Stability as text: in how many futures each planned tier is the best, and the regret."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import Words
from slopt.report.goal_figures import GoalFigures
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE, percent
from slopt.report.offer_words import offer_words
from slopt.report.table import Col, sentence, table
from slopt.study.sensitivity import Sensitivity
from slopt.study.sensitivity.shares import Share
from slopt.study.sensitivity.stability import Stability

SHOWN = 15


def stability_lines(
    study: Sensitivity,
    found: Stability,
    words: Words,
    figures: GoalFigures,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """The futures, the regret, and the segments whose tier is not always the best."""
    _ = language
    head = _.count(
        "All inputs at once: {n} future, drawn evenly over all ranges (seed {seed})",
        "All inputs at once: {n} futures, drawn evenly over all ranges (seed {seed})",
        found.n,
        seed=study.seed,
    )
    lines = sentence(head, width)
    if found.with_plan == 0:
        text = _(
            "In none of them is there a plan, most often for this reason: {reason}",
            reason=_.tell(found.reason or ""),
        )
        return [*lines, *sentence(text, width)]
    lines += [line for text in _sayings(found, figures, _) for line in sentence(text, width)]
    return [*lines, *_table(study, found, words, width, _)]


def _sayings(found: Stability, figures: GoalFigures, _: Language) -> list[str]:
    whole, breaks = found.is_best, found.breaks
    assert whole is not None
    assert breaks is not None
    texts = []
    if found.with_plan < found.n:
        texts.append(
            _(
                "In {none} of {all} futures there is no plan, most often for this reason: {reason}",
                none=f"{found.n - found.with_plan:,}",
                all=f"{found.n:,}",
                reason=_.tell(found.reason or ""),
            )
        )
        texts.append(
            _(
                "Today's plan as a whole is the best in {share} of the other {n}.",
                share=share_words(whole),
                n=f"{found.with_plan:,}",
            )
        )
    else:
        texts.append(
            _("Today's plan as a whole is the best in {share} of them.", share=share_words(whole))
        )
    if breaks.hits:
        texts.append(
            _("It breaks a limit in {share}, and then cannot be kept.", share=share_words(breaks))
        )
    regret = found.regret_figures()
    if regret["mean"] is not None and (regret["max"] or 0) > 0:
        texts.append(
            _(
                "Where it can be kept, keeping it costs {mean} in the mean, up to {q95} in 95 of "
                "100 futures and {most} at most.",
                mean=figures.regret(regret["mean"]),
                q95=figures.regret(regret["q95"]),
                most=figures.regret(regret["max"]),
            )
        )
    values = found.value_figures()
    texts.append(
        _(
            "With the best plan of each future {what} is between {low} and {high} in 90 of 100.",
            what=figures.noun,
            low=figures.value(values["best_q05"]),
            high=figures.value(values["best_q95"]),
        )
    )
    return texts


def share_words(share: Share) -> str:
    """`62 % (55-69)`."""
    return f"{percent(share.value)} % ({percent(share.low)}–{percent(share.high)})"


def _table(
    study: Sensitivity, found: Stability, words: Words, width: int, _: Language
) -> list[Text]:
    problem = study.problem
    shares = {s: found.share(s) for s in range(len(problem.segments))}
    shaky = [s for s, share in shares.items() if share is not None and share.value < 1]
    always = len(shares) - len(shaky)
    lines: list[Text] = []
    if shaky:
        shaky.sort(key=lambda s: (shares[s].value, s))  # type: ignore[union-attr]
        columns = [
            Col(words.segment, right=False, shorten=True),
            Col(_("planned {tier}", tier=words.tier), right=False),
            Col(_("best in, %")),
            Col(_("95 % sure"), drop=1),
            Col(_("else mostly"), right=False),
            Col("%"),
        ]
        rows = [_row(study, found, s, _) for s in shaky[:SHOWN]]
        lines += ["", *table(columns, rows, width, language=_)]  # type: ignore[list-item]
        if len(shaky) > SHOWN:
            text = _(
                "{segments} more, all steadier: --out DIR or --json.",
                segments=_.counted(len(shaky) - SHOWN, words.segment),
            )
            lines += sentence(text, width)
    if always:
        text = _(
            "For {n} of {segments} the planned {tier} is the best in every future.",
            n=f"{always:,}",
            segments=_.counted(len(shares), words.segment),
            tier=words.tier,
        )
        lines += sentence(text, width)
    return lines


def _row(study: Sensitivity, found: Stability, segment: int, _: Language) -> list[str | Text]:
    problem, share, rival = study.problem, found.share(segment), found.rival(segment)
    assert share is not None
    return [
        problem.segments[segment],
        offer_words(problem, segment, int(found.plan[segment]), _),
        percent(share.value),
        f"{percent(share.low)}–{percent(share.high)}",
        NONE if rival is None else offer_words(problem, segment, rival[0], _),
        NONE if rival is None else percent(rival[1].value),
    ]
