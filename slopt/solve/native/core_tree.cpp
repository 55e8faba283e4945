#include "core_tree.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace slopt::core {

namespace {

constexpr int MOST_DEPTH = 400;
constexpr int SUBTREE = 300;  // nodes of a subtree before it gives way to a better one

}  // namespace

double Target::cut(double value) const {
    const double wanted = gap * std::abs(value + offset) - 1.5 * margin;
    const double least = std::max(2.0 * margin, 4e-12 * std::abs(value));
    return value - std::max({wanted, 0.999 * unit - margin, least});
}

Tree::Tree(const Root& root, const Target& target, double cut, double value, bool log)
    : instance_(root.instance()), rows_(instance_.rows), target_(target), cut_(cut), value_(value),
      logging_(log), fixed_use_(rows_, 0.0), simplex_(rows_), multiplier_(rows_) {
    levels_.reserve(MOST_DEPTH);
    const int top = log_node(-1, -1, 0, ALL_TIERS, root.basis().prices);
    if (root.bound() >= cut_) {
        finished_ = true;
        return;
    }
    take_core(root);
    seat_root(root);
    pool_[0].log = log_node(top, -1, 0, ALL_TIERS, root.basis().prices);
}

void Tree::take_core(const Root& root) {
    const double slack = cut_ - root.bound();
    begin_.push_back(0);
    for (int g = 0; g < instance_.groups; ++g) {
        const int before = static_cast<int>(alternative_.size());
        for (int e = instance_.begin[g]; e < instance_.begin[g + 1]; ++e) {
            if (instance_.continuous(g) || root.reduced()[e] < slack) alternative_.push_back(e);
        }
        if (static_cast<int>(alternative_.size()) == before + 1) {
            const int e = alternative_.back();
            alternative_.pop_back();
            decided_.emplace_back(e, static_cast<int>(instance_.copies[g]));
            fixed_cost_ += instance_.copies[g] * instance_.cost[e];
            for (int m = 0; m < rows_; ++m) {
                fixed_use_[m] += instance_.copies[g] * instance_.used(m, e);
            }
            continue;
        }
        begin_.push_back(static_cast<int>(alternative_.size()));
        owner_.push_back(g);
        copies_.push_back(instance_.copies[g]);
        if (!instance_.continuous(g)) ++classes_;
    }
    groups_ = static_cast<int>(owner_.size());
    const int size = static_cast<int>(alternative_.size());
    cost_.resize(size);
    use_.resize(static_cast<std::size_t>(rows_) * size);
    for (int e = 0; e < size; ++e) {
        cost_[e] = instance_.cost[alternative_[e]];
        for (int m = 0; m < rows_; ++m) {
            use_[static_cast<std::size_t>(m) * size + e] = instance_.used(m, alternative_[e]);
        }
    }
    core_value_.resize(size);
    core_key_.resize(groups_);
    moved_.resize(size);
}

void Tree::seat_root(const Root& root) {
    std::vector<int> place(instance_.alternatives, -1), group(instance_.groups, -1);
    for (int e = 0; e < size(); ++e) place[alternative_[e]] = e;
    for (int g = 0; g < groups_; ++g) group[owner_[g]] = g;
    const Basis& basis = root.basis();
    payload_prices_ = basis.prices;
    for (int j = 0; j < rows_; ++j) {
        Seat seat{basis.kind[j], basis.at[j], -1, -1};
        if (seat.kind == Element::Tie) {
            seat.key = place[root.frame().key[basis.at[j]]];
            seat.tie = place[basis.tie[j]];
            seat.at = group[basis.at[j]];
            if (seat.at < 0 || seat.key < 0 || seat.tie < 0) seat = {Element::Free, j, -1, -1};
        }
        payload_seats_.push_back(seat);
    }
    Node top;
    top.payload = 0;
    top.mask = ALL_TIERS;
    top.bound = root.bound();
    pool_.push_back(top);
    push_heap(0);
}

Reason Tree::run(long most_nodes, double seconds, std::size_t most_bytes) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    const long stop = nodes_ + most_nodes;
    while (!heap_.empty()) {
        if (nodes_ >= stop || Clock::now() >= end) return Reason::Paused;
        if (bytes() > most_bytes) {
            if (!logging_) return Reason::Full;
            logging_ = false;
            log_ = Log();
        }
        if (pool_[heap_.front()].bound >= cut_) break;
        const int node = pop_heap();
        if (!materialise(node)) continue;
        // Few nodes at a time where a node is slow, so that the clock is looked at often enough.
        const long by_size = 1 + 400000 / (1 + levels_[0].alternatives * (rows_ + 1));
        dive(node, std::min(stop, nodes_ + by_size));
    }
    heap_.clear();
    finished_ = true;
    return Reason::Finished;
}

void Tree::know(double value) {
    if (value >= value_) return;
    value_ = value;
    cut_ = std::min(cut_, target_.cut(value));
}

double Tree::proven() const {
    const double closed = std::min(cut_, doubtful_);
    if (finished_ || heap_.empty()) return closed;
    return std::min(closed, pool_[heap_.front()].bound);
}

std::size_t Tree::bytes() const {
    return pool_.capacity() * sizeof(Node) + payload_prices_.capacity() * sizeof(double) +
           payload_seats_.capacity() * sizeof(Seat) + numbers_.capacity() * sizeof(double) +
           integers_.capacity() * sizeof(int) + log_.prices.capacity() * sizeof(double) +
           log_.mask.capacity() * (sizeof(std::uint64_t) + 3 * sizeof(int));
}

std::vector<int> Tree::taken() const {
    std::vector<int> result(instance_.alternatives, 0);
    for (const auto& [e, count] : decided_) result[e] += count;
    for (int e = 0; e < size(); ++e) result[alternative_[e]] += best_[e];
    return result;
}

std::uint64_t Tree::tier_bit(int core_alternative) const {
    return std::uint64_t{1} << instance_.tier[alternative_[core_alternative]];
}

// Depth first below the level that was just laid out, until the subtree is done or has had its
// share of nodes; what is open then goes to the pool.
void Tree::dive(int node, long most_nodes) {
    const long subtree = nodes_ + SUBTREE;
    int depth = 0;
    bool enter = true;
    while (depth >= 0) {
        if (enter) {
            enter = false;
            ++nodes_;
            if (evaluate(depth)) {
                --depth;
                continue;
            }
            if (nodes_ >= subtree || nodes_ >= most_nodes || depth + 2 >= MOST_DEPTH) {
                flush(node, depth);
                return;
            }
        }
        Level& level = levels_[depth];
        if (level.tried >= 2) {
            --depth;
            continue;
        }
        const int side = level.tried++ == 0 ? level.first : 1 - level.first;
        if (level.bound + level.gain[side] >= cut_) continue;
        if (descend(depth, side)) {
            ++depth;
            enter = true;
        }
    }
}

// Whether node a comes after b: by bound, of equal bounds the younger first.
bool Tree::later(int a, int b) const {
    return pool_[a].bound != pool_[b].bound ? pool_[a].bound > pool_[b].bound : a < b;
}

void Tree::push_heap(int node) {
    heap_.push_back(node);
    std::push_heap(heap_.begin(), heap_.end(), [this](int a, int b) { return later(a, b); });
}

int Tree::pop_heap() {
    std::pop_heap(heap_.begin(), heap_.end(), [this](int a, int b) { return later(a, b); });
    const int node = heap_.back();
    heap_.pop_back();
    return node;
}

int Tree::log_node(int parent, int part, int count, std::uint64_t mask, const Numbers& prices) {
    if (!logging_) return -1;
    // Parts that the core numbers from its own groups on are numbered from the classes on.
    if (part >= 0) part = part < groups_ ? owner_[part] : instance_.classes + part - groups_;
    log_.parent.push_back(parent);
    log_.part.push_back(part);
    log_.copies.push_back(count);
    log_.mask.push_back(mask);
    log_.prices.insert(log_.prices.end(), prices.begin(), prices.end());
    return static_cast<int>(log_.parent.size()) - 1;
}

void Tree::log_prices(int id, const Numbers& prices) {
    if (!logging_ || id < 0) return;
    double* to = log_.prices.data() + static_cast<std::size_t>(id) * rows_;
    std::copy(prices.begin(), prices.end(), to);
}

}  // namespace slopt::core
