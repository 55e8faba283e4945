#include "core_plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace slopt::core {

namespace {

constexpr std::size_t PAIRED_MOVES = 200;
constexpr int MOST_PAIR_STEPS = 50;

// A choice under repair: copies on every alternative, what they cost and use before extras.
class Draft {
  public:
    Draft(const Instance& instance, std::vector<int> taken)
        : instance_(instance), taken_(std::move(taken)), used_(instance.rows, 0.0),
          moved_(instance.rows), work_(instance.rows) {
        for (int e = 0; e < instance.begin[instance.classes]; ++e) {
            if (taken_[e] == 0) continue;
            cost_ += taken_[e] * instance.cost[e];
            for (int m = 0; m < instance.rows; ++m) used_[m] += taken_[e] * use(m, e);
        }
    }

    struct Standing {
        double excess;  // relative to the limits, after extras
        double value;
    };

    Standing standing() { return standing(cost_, used_.data()); }

    Standing after(int from, int to) {
        for (int m = 0; m < instance_.rows; ++m) moved_[m] = used_[m] + use(m, to) - use(m, from);
        return standing(cost_ + instance_.cost[to] - instance_.cost[from], moved_.data());
    }

    // Whether one copy can move without breaking a row; for problems without extras.
    bool fits(int from, int to) const {
        for (int m = 0; m < instance_.rows; ++m) {
            if (used_[m] + (use(m, to) - use(m, from)) > instance_.accept[m]) return false;
        }
        return true;
    }

    void move(int from, int to) {
        --taken_[from];
        ++taken_[to];
        cost_ += instance_.cost[to] - instance_.cost[from];
        for (int m = 0; m < instance_.rows; ++m) used_[m] += use(m, to) - use(m, from);
    }

    double use(int row, int e) const { return instance_.used(row, e); }
    double used(int row) const { return used_[row]; }
    const std::vector<int>& taken() const { return taken_; }

  private:
    Standing standing(double cost, const double* used) {
        std::copy(used, used + instance_.rows, work_.begin());
        const double paid = instance_.extras() > 0 ? instance_.relief(work_.data()) : 0.0;
        double excess = 0.0;
        for (int m = 0; m < instance_.rows; ++m) {
            const double beyond = work_[m] - instance_.accept[m];
            if (beyond > 0.0) excess += beyond / (std::abs(instance_.accept[m]) + 1e-9);
        }
        return {excess, cost + (paid < NEVER ? paid : 0.0)};
    }

    const Instance& instance_;
    std::vector<int> taken_;
    Numbers used_, moved_, work_;
    double cost_ = 0.0;
};

// Copies on keys and, rounded down, on the ties of the root's basis.
std::vector<int> rounded(const Root& root) {
    const Instance& instance = root.instance();
    std::vector<int> taken(instance.alternatives, 0);
    for (int g = 0; g < instance.classes; ++g) {
        taken[root.frame().key[g]] = static_cast<int>(instance.copies[g]);
    }
    Simplex simplex(instance.rows);
    Numbers z(instance.rows);
    const Basis& basis = root.basis();
    if (!simplex.multipliers(root.frame(), basis, z)) return taken;
    for (int j = 0; j < instance.rows; ++j) {
        if (basis.kind[j] != Element::Tie || instance.continuous(basis.at[j])) continue;
        const int key = root.frame().key[basis.at[j]];
        const int copies = std::clamp(static_cast<int>(std::floor(z[j])), 0, taken[key]);
        taken[key] -= copies;
        taken[basis.tie[j]] += copies;
    }
    return taken;
}

std::vector<int> nearest_groups(const Root& root, int most) {
    const Instance& instance = root.instance();
    std::vector<int> groups(instance.classes);
    std::iota(groups.begin(), groups.end(), 0);
    if (instance.classes <= most) return groups;
    Numbers gap(instance.classes, NEVER);
    for (int g = 0; g < instance.classes; ++g) {
        for (int e = instance.begin[g]; e < instance.begin[g + 1]; ++e) {
            if (e != root.frame().key[g]) gap[g] = std::min(gap[g], root.reduced()[e]);
        }
    }
    std::nth_element(groups.begin(), groups.begin() + most, groups.end(),
                     [&gap](int a, int b) { return gap[a] < gap[b]; });
    groups.resize(most);
    return groups;
}

template <typename Visit>
void for_every_move(const Instance& instance, const std::vector<int>& groups,
                    const std::vector<int>& taken, Visit visit) {
    for (const int g : groups) {
        for (int from = instance.begin[g]; from < instance.begin[g + 1]; ++from) {
            if (taken[from] == 0) continue;
            for (int to = instance.begin[g]; to < instance.begin[g + 1]; ++to) {
                if (to != from) visit(from, to);
            }
        }
    }
}

bool repair(const Root& root, Draft& draft, const std::vector<int>& groups) {
    const Instance& instance = root.instance();
    const int most_steps = 4 * static_cast<int>(instance.class_of.size()) + 16;
    for (int step = 0; step < most_steps; ++step) {
        const double excess = draft.standing().excess;
        if (excess <= 0.0) return true;
        double best = 0.0;
        int best_from = -1, best_to = -1;
        for_every_move(instance, groups, draft.taken(), [&](int from, int to) {
            const Draft::Standing then = draft.after(from, to);
            const double relief = excess - then.excess;
            if (relief <= 1e-15) return;
            const double loss = std::max(root.reduced()[to] - root.reduced()[from], 0.0) +
                                1e-6 * std::abs(instance.cost[from]) + 1e-12;
            const double score = relief / loss * (then.excess <= 0.0 ? 2.0 : 1.0);
            if (score > best) {
                best = score;
                best_from = from;
                best_to = to;
            }
        });
        if (best_from < 0) return false;
        draft.move(best_from, best_to);
    }
    return false;
}

void exchange(const Instance& instance, Draft& draft, const std::vector<int>& groups) {
    const int most_steps = 4 * static_cast<int>(instance.class_of.size()) + 16;
    const bool plain = instance.extras() == 0;
    for (int step = 0; step < most_steps; ++step) {
        const double value = draft.standing().value;
        double best = -1e-9 * (std::abs(value) + 1e-9);
        int best_from = -1, best_to = -1;
        for_every_move(instance, groups, draft.taken(), [&](int from, int to) {
            double change = instance.cost[to] - instance.cost[from];
            if (plain) {
                if (change >= best || !draft.fits(from, to)) return;
            } else {
                const Draft::Standing then = draft.after(from, to);
                change = then.value - value;
                if (then.excess > 0.0 || change >= best) return;
            }
            best = change;
            best_from = from;
            best_to = to;
        });
        if (best_from < 0) return;
        draft.move(best_from, best_to);
    }
}

struct Move {
    int group, from, to;
    double change;   // of cost
    double reduced;  // of reduced cost
};

// The moves of single copies that change the reduced cost least.
std::vector<Move> nearest_moves(const Root& root, const Draft& draft,
                                const std::vector<int>& groups) {
    const Instance& instance = root.instance();
    std::vector<Move> moves;
    for (const int g : groups) {
        for (int from = instance.begin[g]; from < instance.begin[g + 1]; ++from) {
            if (draft.taken()[from] == 0) continue;
            for (int to = instance.begin[g]; to < instance.begin[g + 1]; ++to) {
                if (to == from) continue;
                moves.push_back({g, from, to, instance.cost[to] - instance.cost[from],
                                 root.reduced()[to] - root.reduced()[from]});
            }
        }
    }
    if (moves.size() > PAIRED_MOVES) {
        std::nth_element(moves.begin(), moves.begin() + PAIRED_MOVES, moves.end(),
                         [](const Move& a, const Move& b) { return a.reduced < b.reduced; });
        moves.erase(moves.begin() + PAIRED_MOVES, moves.end());
    }
    std::sort(moves.begin(), moves.end(), [](const Move& a, const Move& b) {
        return a.change != b.change ? a.change < b.change : a.from < b.from;
    });
    return moves;
}

// The best two moves at once, as long as that pays; for problems without extras.
void exchange_pairs(const Root& root, Draft& draft, const std::vector<int>& groups) {
    const Instance& instance = root.instance();
    const int rows = instance.rows;
    Numbers shift;
    for (int step = 0; step < MOST_PAIR_STEPS; ++step) {
        const std::vector<Move> moves = nearest_moves(root, draft, groups);
        const std::size_t count = moves.size();
        shift.resize(count * rows);
        for (std::size_t i = 0; i < count; ++i) {
            for (int m = 0; m < rows; ++m) {
                shift[i * rows + m] = draft.use(m, moves[i].to) - draft.use(m, moves[i].from);
            }
        }
        Numbers room(rows);
        for (int m = 0; m < rows; ++m) room[m] = instance.accept[m] - draft.used(m);
        double best = -1e-9 * (std::abs(draft.standing().value) + 1e-9);
        std::size_t first = count, second = count;
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t j = i + 1; j < count; ++j) {
                const double change = moves[i].change + moves[j].change;
                if (change >= best) break;
                if (moves[i].group == moves[j].group) continue;
                const double* a = &shift[i * rows];
                const double* b = &shift[j * rows];
                int m = 0;
                while (m < rows && a[m] + b[m] <= room[m]) ++m;
                if (m < rows) continue;
                best = change;
                first = i;
                second = j;
            }
        }
        if (first == count) return;
        draft.move(moves[first].from, moves[first].to);
        draft.move(moves[second].from, moves[second].to);
    }
}

}  // namespace

double evaluate(const Instance& instance, const std::vector<int>& taken) {
    double cost = 0.0;
    Numbers used(instance.rows, 0.0), work(instance.rows);
    for (int e = 0; e < instance.begin[instance.classes]; ++e) {
        if (taken[e] == 0) continue;
        cost += taken[e] * instance.cost[e];
        for (int m = 0; m < instance.rows; ++m) used[m] += taken[e] * instance.used(m, e);
    }
    return instance.judge(cost, used.data(), work.data());
}

Counts first_plan(const Root& root, const std::vector<int>& start, int most_groups) {
    const Instance& instance = root.instance();
    const std::vector<int> groups = nearest_groups(root, most_groups);
    Draft draft(instance, start.empty() ? rounded(root) : start);
    Counts plan;
    if (!repair(root, draft, groups)) return plan;
    exchange(instance, draft, groups);
    if (instance.extras() == 0) exchange_pairs(root, draft, groups);
    plan.taken = draft.taken();
    plan.value = evaluate(instance, plan.taken);
    return plan;
}

}  // namespace slopt::core
