#include "core_simplex.h"

#include <algorithm>
#include <cmath>

#include "core_kernels.h"

namespace slopt::core {

namespace {

constexpr double PIVOT = 1e-12;      // smaller pivots make a basis singular
constexpr double TOLERANCE = 1e-9;   // of multipliers in copies of a group
constexpr double ROW_TOLERANCE = 1e-11;  // and in scaled units of a row: about those of a segment
constexpr int IDLE_PIVOTS = 60;      // pivots without gain before a node is given up as stalled
constexpr int IDLE_AT_RANDOM = 8;    // and before the choice of the pivot becomes random

}  // namespace

Simplex::Simplex(int rows)
    : rows_(rows), inverse_(rows * rows), work_(rows * rows), direction_(rows), gradient_(rows),
      multiplier_(rows) {}

void Simplex::ensure(const Frame& frame) {
    if (slope_.size() < static_cast<std::size_t>(frame.alternatives)) {
        slope_.resize(frame.alternatives);
        skip_.resize(frame.alternatives, 0);
    }
    if (hard_.size() <= static_cast<std::size_t>(frame.groups)) {
        hard_.resize(frame.groups + 1, 0);
        next_.resize(frame.groups + 1);
    }
}

void Simplex::price(Frame& frame, const Numbers& prices) {
    combine(frame.rows, frame.alternatives, frame.stride, frame.cost, frame.use, prices.data(),
            frame.value);
}

void Simplex::settle(Frame& frame) {
    for (int g = 0; g < frame.groups; ++g) {
        int best = frame.key[g];
        for (int e = frame.begin[g]; e < frame.begin[g + 1]; ++e) {
            if (frame.value[e] < frame.value[best]) best = e;
        }
        frame.key[g] = best;
    }
}

double Simplex::dual(const Frame& frame, const Numbers& prices) {
    double q = frame.fixed_cost;
    for (int m = 0; m < frame.rows; ++m) q += prices[m] * (frame.fixed_use[m] - frame.limit[m]);
    for (int g = 0; g < frame.groups; ++g) q += frame.copies[g] * frame.value[frame.key[g]];
    return q;
}

void Simplex::total_use(const Frame& frame) {
    for (int m = 0; m < rows_; ++m) {
        const double* use = frame.use + m * frame.stride;
        double sum = frame.fixed_use[m] - frame.limit[m];
        for (int g = 0; g < frame.groups; ++g) sum += frame.copies[g] * use[frame.key[g]];
        gradient_[m] = sum;
    }
}

// Gauss-Jordan with row pivoting; false where the normals are dependent.
bool Simplex::invert(const Basis& basis) {
    const int m = rows_;
    work_ = basis.normal;
    std::fill(inverse_.begin(), inverse_.end(), 0.0);
    for (int i = 0; i < m; ++i) inverse_[i * m + i] = 1.0;
    for (int c = 0; c < m; ++c) {
        int pivot = c;
        for (int i = c + 1; i < m; ++i) {
            if (std::abs(work_[i * m + c]) > std::abs(work_[pivot * m + c])) pivot = i;
        }
        if (std::abs(work_[pivot * m + c]) < PIVOT) return false;
        if (pivot != c) {
            std::swap_ranges(&work_[c * m], &work_[c * m] + m, &work_[pivot * m]);
            std::swap_ranges(&inverse_[c * m], &inverse_[c * m] + m, &inverse_[pivot * m]);
        }
        const double factor = 1.0 / work_[c * m + c];
        for (int j = 0; j < m; ++j) {
            work_[c * m + j] *= factor;
            inverse_[c * m + j] *= factor;
        }
        for (int i = 0; i < m; ++i) {
            const double f = work_[i * m + c];
            if (i == c || f == 0.0) continue;
            for (int j = 0; j < m; ++j) {
                work_[i * m + j] -= f * work_[c * m + j];
                inverse_[i * m + j] -= f * inverse_[c * m + j];
            }
        }
    }
    return true;
}

bool Simplex::multipliers(const Frame& frame, const Basis& basis, Numbers& z) {
    ensure(frame);
    if (!invert(basis)) return false;
    total_use(frame);
    multiply(z);
    return true;
}

void Simplex::multiply(Numbers& z) const {
    for (int j = 0; j < rows_; ++j) {
        double sum = 0.0;
        for (int m = 0; m < rows_; ++m) sum -= inverse_[m * rows_ + j] * gradient_[m];
        z[j] = sum;
    }
}

// The element whose multiplier is furthest out of its range, measured per unit of price distance.
Simplex::Leaving Simplex::leaving(const Frame& frame, const Basis& basis, bool at_random) {
    const int m = rows_;
    Leaving best;
    double worst = 0.0;
    for (int j = 0; j < m; ++j) {
        const double z = multiplier_[j];
        Leaving here{j, false, 1.0, std::abs(z)};
        if (basis.kind[j] == Element::Bound) {
            if (z >= -ROW_TOLERANCE) continue;
        } else if (basis.kind[j] == Element::Free) {
            if (std::abs(z) <= ROW_TOLERANCE) continue;
            here.sign = z < 0 ? 1.0 : -1.0;
        } else if (z >= -TOLERANCE) {
            if (z <= 0) continue;
            double over = -frame.copies[basis.at[j]];
            for (int i = 0; i < m; ++i) {
                if (basis.kind[i] == Element::Tie && basis.at[i] == basis.at[j]) {
                    over += multiplier_[i];
                }
            }
            if (over <= TOLERANCE) continue;
            here.exchange = true;
            here.slope = over;
        }
        double length = 0.0;
        for (int i = 0; i < m; ++i) length += inverse_[i * m + j] * inverse_[i * m + j];
        double score = here.slope / std::sqrt(std::max(length, 1e-300));
        if (at_random) {
            random_ ^= random_ << 13;
            random_ ^= random_ >> 7;
            random_ ^= random_ << 17;
            score = 1.0 + static_cast<double>(random_ >> 11);
        }
        if (score > worst) {
            worst = score;
            best = here;
        }
    }
    return best;
}

// The key of a group has a negative multiplier: its largest tie becomes the key.
void Simplex::exchange_key(Frame& frame, Basis& basis, int element) {
    const int m = rows_, group = basis.at[element];
    for (int j = 0; j < m; ++j) {
        if (basis.kind[j] == Element::Tie && basis.at[j] == group &&
            multiplier_[j] > multiplier_[element]) {
            element = j;
        }
    }
    const Numbers old(basis.normal.begin() + element * m, basis.normal.begin() + (element + 1) * m);
    for (int j = 0; j < m; ++j) {
        if (j == element || basis.kind[j] != Element::Tie || basis.at[j] != group) continue;
        for (int i = 0; i < m; ++i) basis.normal[j * m + i] -= old[i];
    }
    for (int i = 0; i < m; ++i) {
        basis.normal[element * m + i] = -old[i];
        gradient_[i] += frame.copies[group] * old[i];
    }
    std::swap(frame.key[group], basis.tie[element]);
}

// Whether the bound, from keys that are truly cheapest, is at the cut. Where it is not, the ties
// may have lost their keys and are left to be found again.
bool Simplex::reached(Frame& frame, Basis& basis, double cut) {
    settle(frame);
    bound = dual(frame, basis.prices);
    if (bound >= cut) return true;
    for (Element& kind : basis.kind) {
        if (kind == Element::Tie) kind = Element::Free;
    }
    return false;
}

LpStatus Simplex::solve(Frame& frame, Basis& basis, double cut, int most_pivots) {
    ensure(frame);
    const int m = rows_;
    price(frame, basis.prices);
    bound = dual(frame, basis.prices);
    if (bound >= cut && reached(frame, basis, cut)) return LpStatus::Cutoff;
    total_use(frame);
    int idle = 0;
    for (int pivot = 0; pivot < most_pivots; ++pivot) {
        if (!invert(basis)) {
            basis.reset();
            invert(basis);
        }
        multiply(multiplier_);
        const Leaving out = leaving(frame, basis, idle > IDLE_AT_RANDOM);
        if (out.element < 0) return LpStatus::Optimal;
        ++pivots;
        if (out.exchange) {
            exchange_key(frame, basis, out.element);
            if (++idle > IDLE_PIVOTS) return LpStatus::Stalled;
            continue;
        }
        aim(frame, out.element);
        for (int j = 0; j < m; ++j) {
            if (basis.kind[j] != Element::Tie) continue;
            skip_[basis.tie[j]] = 1;
            if (j != out.element) hard_[basis.at[j]] = 1;
        }
        const double target =
            cut < NEVER ? (cut - bound) * (1 + 1e-9) + 1e-12 * (std::abs(cut) + std::abs(bound))
                        : NEVER;
        const Walk step = walk(frame, basis, out.sign, out.slope, target, true, {});
        for (int j = 0; j < m; ++j) {
            if (basis.kind[j] != Element::Tie) continue;
            skip_[basis.tie[j]] = 0;
            hard_[basis.at[j]] = 0;
        }
        if (step.end == Walk::End::Unbounded) {
            for (double& d : direction_) d = std::max(0.0, out.sign * d);
            return LpStatus::Unbounded;
        }
        move(basis, out.sign, step.length, basis.prices);
        if (step.end == Walk::End::Row) basis.prices[step.at] = 0.0;
        price(frame, basis.prices);
        if (step.end == Walk::End::Row) {
            basis.set_bound(out.element, step.at);
        } else if (step.end == Walk::End::Tie) {
            basis.set_tie(out.element, step.at, step.tie, frame.key[step.at], frame);
        } else {
            basis.kind[out.element] = Element::Free;
        }
        const double before = bound;
        bound = dual(frame, basis.prices);
        idle = bound - before <= 1e-11 * std::abs(bound) ? idle + 1 : 0;
        if (bound >= cut || step.end == Walk::End::Reached) {
            if (reached(frame, basis, cut)) return LpStatus::Cutoff;
        }
        total_use(frame);
        if (idle > IDLE_PIVOTS) return LpStatus::Stalled;
    }
    return LpStatus::Paused;
}

}  // namespace slopt::core
