"""What a node of a replayed proof may still choose."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.shared_rows import Numbers, SharedRowProblem

Places = NDArray[np.int64]
Masks = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Domain:
    """G groups (parts of classes) of `copies` equal segments, and their E alternatives, by group.

    Alternatives of group g are begin[g] .. begin[g+1]-1; `bit` is 1 << tier, `use` is (M, E).
    `decided` holds of parts that were taken out, as one tier is left, its bit and the copies.
    `parts` is the number that the next part gets.
    """

    part: Places
    copies: Places
    begin: Places
    bit: Masks
    cost: Numbers
    use: Numbers
    parts: int
    decided: dict[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def whole(cls, problem: SharedRowProblem, class_of: Places) -> Domain:
        """All that is allowed, a group for each class of equal segments."""
        _, first, count = np.unique(class_of, return_index=True, return_counts=True)
        allowed = problem.allowed[first]
        _, tier = np.nonzero(allowed)
        return cls(
            part=np.arange(len(first)),
            copies=count,
            begin=_begins(allowed.sum(axis=1)),
            bit=np.uint64(1) << tier.astype(np.uint64),
            cost=problem.cost[first][allowed],
            use=np.array([use[first][allowed] for use in problem.use]).reshape(-1, len(tier)),
            parts=len(first),
        )

    @property
    def group_of(self) -> Places:
        """The group of every alternative."""
        return np.repeat(np.arange(len(self.part)), np.diff(self.begin))

    def only(self, keep: NDArray[np.bool_]) -> Domain:
        """Without some alternatives; every group keeps one at least."""
        if keep.all():
            return self
        count = np.add.reduceat(keep.astype(np.int64), self.begin[:-1])
        return replace(
            self,
            begin=_begins(count),
            bit=self.bit[keep],
            cost=self.cost[keep],
            use=self.use[:, keep],
        )

    def of_part(self, part: int) -> tuple[int, int] | None:
        """(bits of the tiers of a part, its copies); None where there is no such part."""
        if part in self.decided:
            return self.decided[part]
        group = np.flatnonzero(self.part == part)
        if len(group) != 1:
            return None
        g = int(group[0])
        bits = np.bitwise_or.reduce(self.bit[self.begin[g] : self.begin[g + 1]])
        return int(bits), int(self.copies[g])

    def restricted(self, part: int, held: int, mask: int) -> Domain | None:
        """With `held` copies of a part kept to a mask; None if they have no tier in it.

        The part must be there. The rest of its copies goes on as a part of its own.
        """
        bits, copies = self.of_part(part) or (0, 0)
        if not bits & mask:
            return None
        rest = copies - held
        parts = self.parts + (rest > 0)
        if part in self.decided:
            decided = self.decided | {part: (bits, held)}
            if rest:
                decided[self.parts] = (bits, rest)
            return replace(self, parts=parts, decided=decided)
        g = int(np.flatnonzero(self.part == part)[0])
        own = slice(int(self.begin[g]), int(self.begin[g + 1]))
        keep = np.ones(len(self.bit), dtype=bool)
        keep[own] = (self.bit[own] & np.uint64(mask)) != 0
        counts = self.copies.copy()
        counts[g] = held
        child = replace(self, copies=counts, parts=parts).only(keep)
        if not rest:
            return child
        return replace(
            child,
            part=np.append(child.part, self.parts),
            copies=np.append(child.copies, rest),
            begin=np.append(child.begin, child.begin[-1] + own.stop - own.start),
            bit=np.concatenate([child.bit, self.bit[own]]),
            cost=np.concatenate([child.cost, self.cost[own]]),
            use=np.concatenate([child.use, self.use[:, own]], axis=1),
        )

    def undecided(self) -> Domain:
        """Without the groups that have one tier left, which are listed in `decided`."""
        count = np.diff(self.begin)
        single = count == 1
        at = self.begin[:-1][single]
        listed = zip(self.bit[at].tolist(), self.copies[single].tolist(), strict=True)
        decided = dict(zip(self.part[single].tolist(), listed, strict=True))
        keep = ~single[self.group_of]
        return replace(
            self,
            part=self.part[~single],
            copies=self.copies[~single],
            begin=_begins(count[~single]),
            bit=self.bit[keep],
            cost=self.cost[keep],
            use=self.use[:, keep],
            decided=self.decided | decided,
        )


def _begins(count: NDArray[np.integer]) -> Places:
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
