// Levels of a dive: nodes laid out one behind the other, each thinned by the prices above it.
#include <algorithm>

#include "core_tree.h"

namespace slopt::core {

Frame Tree::frame(const Level& level) {
    Frame f;
    f.rows = rows_;
    f.groups = level.groups;
    f.alternatives = level.alternatives;
    f.stride = level.most_alternatives;
    f.cost = costs(level);
    f.use = uses(level);
    f.value = values(level);
    f.begin = begins(level);
    f.copies = copies(level);
    f.key = keys(level);
    f.fixed_cost = level.fixed_cost;
    f.fixed_use = level.fixed_use.data();
    f.limit = instance_.bound.data();
    return f;
}

// Room for a level behind the one above it. Frames of other levels have to be taken again.
void Tree::open_level(int depth, int most_groups, int most_alternatives) {
    while (static_cast<int>(levels_.size()) <= depth) levels_.emplace_back(rows_);
    Level& level = levels_[depth];
    if (depth > 0) {
        const Level& above = levels_[depth - 1];
        level.numbers = above.numbers + (2 + rows_) * above.most_alternatives + above.most_groups;
        level.integers = above.integers + above.most_alternatives + 4 * above.most_groups + 1;
    }
    level.most_groups = most_groups;
    level.most_alternatives = most_alternatives;
    level.groups = level.alternatives = 0;
    level.tried = 0;
    level.taken = level.group = -1;
    const std::size_t numbers = level.numbers + (2 + rows_) * most_alternatives + most_groups;
    const std::size_t integers = level.integers + most_alternatives + 4 * most_groups + 1;
    if (numbers_.size() < numbers) numbers_.resize(numbers * 3 / 2);
    if (integers_.size() < integers) integers_.resize(integers * 3 / 2);
    begins(level)[0] = 0;
}

// Adds a part of a group with those of its alternatives that the mask allows and that can still be
// in a plan below the cut; false where there are none. Parts with one alternative are decided.
bool Tree::append(Level& level, const Frame& from, int group, int owner, int part, double count,
                  std::uint64_t mask, double slack, const int* origin, std::vector<int>* moved) {
    const bool whole = owner >= classes_;
    const int first = level.alternatives, key = from.key[group];
    const std::size_t stride = level.most_alternatives;
    double* use = uses(level);
    int end = first, same_key = -1, cheapest = -1;
    for (int e = from.begin[group]; e < from.begin[group + 1]; ++e) {
        if (moved != nullptr) (*moved)[e] = -1;
        const int core = origin == nullptr ? e : origin[e];
        if (!whole && (from.value[e] - from.value[key] >= slack || !(mask & tier_bit(core)))) {
            continue;
        }
        costs(level)[end] = from.cost[e];
        values(level)[end] = from.value[e];
        for (int m = 0; m < rows_; ++m) use[m * stride + end] = from.used(m, e);
        origins(level)[end] = core;
        if (moved != nullptr) (*moved)[e] = end;
        if (e == key) same_key = end;
        if (cheapest < 0 || values(level)[end] < values(level)[cheapest]) cheapest = end;
        ++end;
    }
    if (end == first) return false;
    if (end == first + 1) {
        level.fixed_cost += count * costs(level)[first];
        for (int m = 0; m < rows_; ++m) level.fixed_use[m] += count * use[m * stride + first];
        fixed_.emplace_back(origins(level)[first], static_cast<int>(count));
        if (moved != nullptr) {
            for (int e = from.begin[group]; e < from.begin[group + 1]; ++e) (*moved)[e] = -1;
        }
        return true;
    }
    const int g = level.groups++;
    keys(level)[g] = same_key >= 0 ? same_key : cheapest;
    copies(level)[g] = count;
    parts(level)[g] = part;
    owners(level)[g] = owner;
    begins(level)[g + 1] = level.alternatives = end;
    return true;
}

// Lays out a child behind its parent; false where it has no choice left.
bool Tree::descend(int depth, int side) {
    const double slack = cut_ - levels_[depth].bound;
    {
        const Frame f = frame(levels_[depth]);
        int stay = 0;
        for (int g = 0; g < f.groups; ++g) {
            const double least = f.value[f.key[g]] + slack;
            for (int e = f.begin[g]; e < f.begin[g + 1]; ++e) stay += f.value[e] < least;
        }
        const int split = levels_[depth].group;
        stay += f.begin[split + 1] - f.begin[split] + 2 * instance_.extras();
        open_level(depth + 1, f.groups + 1, stay);
    }
    Level& parent = levels_[depth];
    Level& child = levels_[depth + 1];
    const Frame f = frame(parent);
    parent.taken = side;
    child.fixed_cost = parent.fixed_cost;
    child.fixed_use = parent.fixed_use;
    child.parts = parent.parts;
    child.log = parent.side_log[side];
    fixed_.resize(parent.fixed);
    group_to_.assign(f.groups, -1);
    if (moved_.size() < static_cast<std::size_t>(f.alternatives)) moved_.resize(f.alternatives);
    for (int g = 0; g < f.groups; ++g) {
        const bool split = g == parent.group;
        const double count = split ? parent.held[side] : f.copies[g];
        const int before = child.groups;
        if (!append(child, f, g, owners(parent)[g], parts(parent)[g], count,
                    split ? parent.mask[side] : ALL_TIERS, slack, origins(parent), &moved_)) {
            return false;
        }
        if (child.groups > before) group_to_[g] = before;
    }
    const double rest = f.copies[parent.group] - parent.held[side];
    if (rest > 0.5) {
        append(child, f, parent.group, owners(parent)[parent.group], child.parts++, rest, ALL_TIERS,
               slack, origins(parent), nullptr);
    }
    child.fixed = fixed_.size();
    child.basis = parent.basis;
    const Frame fc = frame(child);
    for (int j = 0; j < rows_; ++j) {
        if (child.basis.kind[j] != Element::Tie) continue;
        const int group = group_to_[child.basis.at[j]];
        const int tie = moved_[child.basis.tie[j]], key = moved_[f.key[child.basis.at[j]]];
        if (group >= 0 && tie >= 0 && key >= 0 && fc.key[group] == key) {
            child.basis.at[j] = group;
            child.basis.tie[j] = tie;
        } else {
            child.basis.kind[j] = Element::Free;
        }
    }
    return true;
}

}  // namespace slopt::core
