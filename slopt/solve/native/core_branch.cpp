// What is done at a node of the tree: its bound, plans by rounding, and the branching.
#include <algorithm>
#include <cmath>

#include "core_tree.h"

namespace slopt::core {

namespace {

constexpr double WHOLE = 1e-9;  // multipliers this near to a whole number of copies count as whole
constexpr int MOST_PIVOTS = 300;
constexpr int MOST_ROUNDED = 8;  // ties that are rounded both ways

}  // namespace

// True where nothing below the cut is left in the node.
bool Tree::evaluate(int depth) {
    Level& level = levels_[depth];
    Frame f = frame(level);
    const LpStatus status = simplex_.solve(f, level.basis, cut_, MOST_PIVOTS);
    level.bound = simplex_.bound;
    log_prices(level.log, level.basis.prices);
    if (status == LpStatus::Cutoff) return true;
    const bool regular = simplex_.multipliers(f, level.basis, multiplier_);
    if (regular) round(level, f);
    if (level.bound >= cut_) return true;
    if (regular) {
        Branching best;
        if (probe_sides(level, f, best)) return true;
        if (best.element >= 0) {
            split(level, f, best);
            return false;
        }
    }
    if (split_anything(level, f)) return false;
    // All is decided, and no plan below the cut: but for rounding, the bound is at the cut.
    doubtful_ = std::min(doubtful_, level.bound);
    return true;
}

// Looks along both directions of every tie that is fractional. True where both sides of one reach
// the cut.
bool Tree::probe_sides(Level& level, Frame& f, Branching& best) {
    const Basis& basis = level.basis;
    const double slack = cut_ - level.bound;
    double best_score = -1.0;
    std::vector<char>& skip = simplex_.skip();
    for (int j = 0; j < rows_; ++j) {
        if (basis.kind[j] != Element::Tie || owners(level)[basis.at[j]] >= classes_) continue;
        const double z = multiplier_[j], phi = z - std::floor(z);
        if (z < WHOLE || z > f.copies[basis.at[j]] - WHOLE) continue;
        if (phi < WHOLE || phi > 1.0 - WHOLE) continue;
        simplex_.aim(f, j);
        for (int i = 0; i < rows_; ++i) {
            if (basis.kind[i] == Element::Tie) skip[basis.tie[i]] = 1;
        }
        Branching here;
        here.element = j;
        here.fraction = z;
        for (int side = 0; side < 2; ++side) here.side[side] = probe_side(f, level, j, z, side);
        for (int i = 0; i < rows_; ++i) {
            if (basis.kind[i] == Element::Tie) skip[basis.tie[i]] = 0;
        }
        const double near = here.side[0].gain, far = here.side[1].gain;
        const bool closed = near >= slack && far >= slack;
        const double least = 1e-6 * slack;
        const double score = std::max(near, least) * std::max(far, least);
        if (closed || score > best_score) {
            best_score = score;
            best = here;
        }
        if (closed) {
            if (logging_) split(level, f, best);
            return true;
        }
    }
    return false;
}

// What the bound gains on one side of a tie with multiplier z: 0 near the key, 1 near the tie.
Tree::Side Tree::probe_side(Frame& f, Level& level, int element, double z, int side) {
    const int group = level.basis.at[element], key = f.key[group], tie = level.basis.tie[element];
    const double whole = std::floor(z), phi = z - whole, all = f.copies[group];
    const double middle =
        (1.0 - phi) * simplex_.slope_of(key) + phi * simplex_.slope_of(tie);
    std::vector<char>& skip = simplex_.skip();
    const auto own = skip.begin() + f.begin[group];
    const std::vector<char> before(own, skip.begin() + f.begin[group + 1]);
    for (int e = f.begin[group]; e < f.begin[group + 1]; ++e) {
        const bool far = simplex_.slope_of(e) > middle;
        if (far != (side == 1)) skip[e] = 1;
    }
    const double held = side == 0 ? all - whole : whole + 1.0;
    Remainder rest;
    if (all - held > 0.5) rest = {group, side == 0 ? tie : key, all - held};
    copies(level)[group] = held;
    f.key[group] = side == 0 ? key : tie;
    const double slack = cut_ - level.bound;
    const double target = slack * (1 + 1e-9) + 1e-12 * (std::abs(cut_) + std::abs(level.bound));
    const double sign = side == 0 ? -1.0 : 1.0;
    const Walk walk =
        simplex_.probe(f, level.basis, sign, side == 0 ? phi : 1.0 - phi, target, rest);
    f.key[group] = key;
    copies(level)[group] = all;
    std::copy(before.begin(), before.end(), own);
    Side result;
    result.gain = walk.gain;
    if (logging_) {
        result.prices.resize(rows_);
        simplex_.move(level.basis, sign, walk.length, result.prices);
    }
    return result;
}

// Makes the two children of a branching.
void Tree::split(Level& level, Frame& f, const Branching& chosen) {
    const int element = chosen.element, group = level.basis.at[element];
    const int key = f.key[group], tie = level.basis.tie[element];
    const double whole = std::floor(chosen.fraction), phi = chosen.fraction - whole;
    simplex_.aim(f, element);
    const double middle =
        (1.0 - phi) * simplex_.slope_of(key) + phi * simplex_.slope_of(tie);
    std::uint64_t near = 0;
    for (int e = f.begin[group]; e < f.begin[group + 1]; ++e) {
        if (simplex_.slope_of(e) <= middle) near |= tier_bit(origins(level)[e]);
    }
    level.group = group;
    level.mask[0] = near;
    level.mask[1] = ~near;
    level.held[0] = static_cast<int>(f.copies[group] - whole);
    level.held[1] = static_cast<int>(whole) + 1;
    for (int side = 0; side < 2; ++side) {
        level.gain[side] = chosen.side[side].gain;
        level.side_log[side] = log_node(level.log, parts(level)[group], level.held[side],
                                        level.mask[side], chosen.side[side].prices);
    }
    level.first = level.gain[0] <= level.gain[1] ? 0 : 1;
    level.tried = 0;
}

// Where rounding errors leave no tie to branch on: all copies at the key of some part, or one of
// them elsewhere. False where every part is decided.
bool Tree::split_anything(Level& level, Frame& f) {
    int group = -1;
    for (int g = 0; g < f.groups; ++g) {
        if (owners(level)[g] >= classes_) continue;
        if (group < 0) group = g;
        for (int j = 0; j < rows_; ++j) {
            if (level.basis.kind[j] == Element::Tie && level.basis.at[j] == g) group = g;
        }
    }
    if (group < 0) return false;
    level.group = group;
    level.mask[0] = tier_bit(origins(level)[f.key[group]]);
    level.mask[1] = ~level.mask[0];
    level.held[0] = static_cast<int>(f.copies[group]);
    level.held[1] = 1;
    for (int side = 0; side < 2; ++side) {
        level.gain[side] = 0.0;
        level.side_log[side] = log_node(level.log, parts(level)[group], level.held[side],
                                        level.mask[side], level.basis.prices);
    }
    level.first = 0;
    level.tried = 0;
    return true;
}

// Every way to round the ties to whole copies, in Gray code order.
void Tree::round(Level& level, const Frame& f) {
    const Basis& basis = level.basis;
    std::vector<int> element, low, slot;
    Numbers left;  // copies left on the key of a tie's group
    Numbers used(rows_), work(rows_);
    double cost = f.fixed_cost;
    for (int m = 0; m < rows_; ++m) used[m] = simplex_.gradient()[m] + f.limit[m];
    for (int g = 0; g < f.groups; ++g) {
        if (owners(level)[g] < classes_) {
            cost += f.copies[g] * f.cost[f.key[g]];
        } else {
            for (int m = 0; m < rows_; ++m) used[m] -= f.used(m, f.key[g]);
        }
    }
    const auto shift = [&](int j, double count) {
        const int key = f.key[basis.at[j]], tie = basis.tie[j];
        cost += count * (f.cost[tie] - f.cost[key]);
        for (int m = 0; m < rows_; ++m) used[m] += count * (f.used(m, tie) - f.used(m, key));
    };
    for (int j = 0; j < rows_; ++j) {
        if (basis.kind[j] != Element::Tie || owners(level)[basis.at[j]] >= classes_) continue;
        int where = static_cast<int>(left.size());
        for (std::size_t i = 0; i < element.size(); ++i) {
            if (basis.at[element[i]] == basis.at[j]) where = slot[i];
        }
        if (where == static_cast<int>(left.size())) left.push_back(f.copies[basis.at[j]]);
        const double z = std::clamp(multiplier_[j], 0.0, left[where]);
        const int whole = static_cast<int>(std::floor(z + WHOLE));
        element.push_back(j);
        low.push_back(whole);
        slot.push_back(where);
        left[where] -= whole;
        if (whole > 0) shift(j, whole);
    }
    const int ties = std::min(static_cast<int>(element.size()), MOST_ROUNDED);
    std::vector<int> up(element.size(), 0), best_up;
    double best = value_;
    for (std::uint32_t code = 0; code < (1u << ties); ++code) {
        if (code > 0) {
            int i = 0;
            while (!((code >> i) & 1u)) ++i;
            const int change = up[i] ? -1 : 1;
            up[i] += change;
            left[slot[i]] -= change;
            shift(element[i], change);
        }
        const bool none_owed =
            std::all_of(left.begin(), left.end(), [](double n) { return n > -0.5; });
        if (!none_owed || cost >= best) continue;
        const double value = instance_.judge(cost, used.data(), work.data());
        if (value < best) {
            best = value;
            best_up = up;
        }
    }
    if (!(best < value_)) return;
    for (std::size_t i = 0; i < low.size(); ++i) low[i] += best_up[i];
    keep(level, f, element, low, best);
}

void Tree::keep(const Level& level, const Frame& f, const std::vector<int>& element,
                const std::vector<int>& count, double value) {
    know(value);
    best_.assign(size(), 0);
    for (std::size_t i = 0; i < level.fixed; ++i) best_[fixed_[i].first] += fixed_[i].second;
    for (int g = 0; g < f.groups; ++g) {
        if (owners(level)[g] >= classes_) continue;
        best_[origins(level)[f.key[g]]] += static_cast<int>(f.copies[g]);
    }
    for (std::size_t i = 0; i < element.size(); ++i) {
        const int j = element[i];
        best_[origins(level)[f.key[level.basis.at[j]]]] -= count[i];
        best_[origins(level)[level.basis.tie[j]]] += count[i];
    }
}

}  // namespace slopt::core
