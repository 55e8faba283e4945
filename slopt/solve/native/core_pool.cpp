// Nodes that wait: how the path to one is laid out again, and how a dive is put back.
#include <algorithm>

#include "core_kernels.h"
#include "core_tree.h"

namespace slopt::core {

// The parts of all groups at a node, from the branchings on the way to it.
void Tree::find_parts(int node) {
    path_.clear();
    for (int x = node; x >= 0; x = pool_[x].parent) path_.push_back(x);
    path_parts_.clear();
    for (int g = 0; g < groups_; ++g) path_parts_.push_back({g, copies_[g], ALL_TIERS, -1});
    for (auto x = path_.rbegin(); x != path_.rend(); ++x) {
        const Node& step = pool_[*x];
        if (step.part < 0) continue;
        Part& part = path_parts_[step.part];
        const Part rest{part.owner, part.copies - step.copies, part.mask, -1};
        part.copies = step.copies;
        part.mask &= step.mask;
        if (rest.copies > 0.5) path_parts_.push_back(rest);
    }
}

// Values of the whole core, the cheapest alternative of each part and the bound at some prices;
// false where a part has no alternative.
bool Tree::price_parts(const double* prices, double& bound) {
    combine(rows_, size(), size(), cost_.data(), use_.data(), prices, core_value_.data());
    bound = fixed_cost_;
    for (int m = 0; m < rows_; ++m) bound += prices[m] * (fixed_use_[m] - instance_.bound[m]);
    for (Part& part : path_parts_) {
        for (int e = begin_[part.owner]; e < begin_[part.owner + 1]; ++e) {
            if (part.owner < classes_ && !(part.mask & tier_bit(e))) continue;
            if (part.cheapest < 0 || core_value_[e] < core_value_[part.cheapest]) part.cheapest = e;
        }
        if (part.cheapest < 0) return false;
        bound += part.copies * core_value_[part.cheapest];
    }
    return true;
}

// Makes a waiting node the first level; false where its bound is at the cut already.
bool Tree::materialise(int id) {
    const Node node = pool_[id];
    const double* prices = payload_prices_.data() + static_cast<std::size_t>(node.payload) * rows_;
    find_parts(id);
    double bound = 0.0;
    const bool possible = price_parts(prices, bound);
    if (rows_ > 0) free_payloads_.push_back(node.payload);
    if (!possible || bound >= cut_) {
        log_prices(node.log, Numbers(prices, prices + rows_));
        return false;
    }
    lay_out(node, bound);
    std::copy(prices, prices + rows_, levels_[0].basis.prices.begin());
    take_seats(levels_[0], node.payload);
    return true;
}

void Tree::lay_out(const Node& node, double bound) {
    const int parts_now = static_cast<int>(path_parts_.size());
    int most_alternatives = 0;
    for (const Part& part : path_parts_) {
        most_alternatives += begin_[part.owner + 1] - begin_[part.owner];
    }
    open_level(0, parts_now, most_alternatives);
    Level& level = levels_[0];
    level.fixed_cost = fixed_cost_;
    level.fixed_use = fixed_use_;
    level.parts = parts_now;
    level.log = node.log;
    fixed_.clear();
    Frame core;
    core.rows = rows_;
    core.stride = size();
    core.cost = cost_.data();
    core.use = use_.data();
    core.value = core_value_.data();
    core.begin = begin_.data();
    core.key = core_key_.data();
    group_to_.assign(parts_now, -1);
    for (int p = 0; p < parts_now; ++p) {
        const Part& part = path_parts_[p];
        core_key_[part.owner] = part.cheapest;
        const int before = level.groups;
        append(level, core, part.owner, part.owner, p, part.copies, part.mask, cut_ - bound,
               nullptr, nullptr);
        if (level.groups > before) group_to_[p] = before;
    }
    level.fixed = fixed_.size();
}

// The basis of a waiting node. A tie that has lost an alternative leaves its normal behind.
void Tree::take_seats(Level& level, int payload) {
    const Frame f = frame(level);
    const Seat* seats = payload_seats_.data() + static_cast<std::size_t>(payload) * rows_;
    Basis& basis = level.basis;
    for (int j = 0; j < rows_; ++j) {
        const Seat& seat = seats[j];
        if (seat.kind == Element::Bound) {
            basis.set_bound(j, seat.at);
            basis.prices[seat.at] = 0.0;
            continue;
        }
        if (seat.kind == Element::Free) {
            basis.set_free(j, seat.at);
            continue;
        }
        int key = -1, tie = -1;
        const int group = group_to_[seat.at];
        if (group >= 0) {
            for (int e = f.begin[group]; e < f.begin[group + 1]; ++e) {
                if (origins(level)[e] == seat.key) key = e;
                if (origins(level)[e] == seat.tie) tie = e;
            }
        }
        if (key >= 0 && tie >= 0) {
            f.key[group] = key;
            basis.set_tie(j, group, tie, key, f);
            continue;
        }
        basis.set_free(j, j);
        for (int m = 0; m < rows_; ++m) {
            const double* use = use_.data() + static_cast<std::size_t>(m) * size();
            basis.normal[j * rows_ + m] = use[seat.tie] - use[seat.key];
        }
    }
    if (!simplex_.multipliers(f, basis, multiplier_)) basis.reset();
}

// Moves what is still open on the path to the pool.
void Tree::flush(int node, int depth) {
    int parent = node;
    for (int d = 0; d <= depth; ++d) {
        const Level& level = levels_[d];
        int next = parent;
        for (int side = 0; side < 2; ++side) {
            const bool done = level.tried == 2 || (level.tried == 1 && side == level.first);
            if (d < depth && side == level.taken) {
                next = push(parent, level, side, false);
            } else if (!done && level.bound + level.gain[side] < cut_) {
                push_heap(push(parent, level, side, true));
            }
        }
        parent = next;
    }
}

int Tree::push(int parent, const Level& level, int side, bool open) {
    Node node;
    node.parent = parent;
    node.part = parts(level)[level.group];
    node.copies = level.held[side];
    node.mask = level.mask[side];
    node.bound = level.bound + level.gain[side];
    node.log = level.side_log[side];
    if (open) {
        if (free_payloads_.empty()) {
            node.payload = rows_ > 0 ? static_cast<int>(payload_seats_.size()) / rows_ : 0;
            payload_prices_.resize(payload_prices_.size() + rows_);
            payload_seats_.resize(payload_seats_.size() + rows_);
        } else {
            node.payload = free_payloads_.back();
            free_payloads_.pop_back();
        }
        const std::size_t at = static_cast<std::size_t>(node.payload) * rows_;
        const Basis& basis = level.basis;
        std::copy(basis.prices.begin(), basis.prices.end(), payload_prices_.data() + at);
        for (int j = 0; j < rows_; ++j) {
            Seat seat{basis.kind[j], basis.at[j], -1, -1};
            if (seat.kind == Element::Tie) {
                seat = {Element::Tie, parts(level)[basis.at[j]],
                        origins(level)[keys(level)[basis.at[j]]], origins(level)[basis.tie[j]]};
            } else if (seat.kind == Element::Free) {
                seat.at = j;
            }
            payload_seats_[at + j] = seat;
        }
    }
    pool_.push_back(node);
    return static_cast<int>(pool_.size()) - 1;
}

}  // namespace slopt::core
