#include "core_root.h"

#include <algorithm>
#include <cmath>

namespace slopt::core {

Root::Root(const Instance& instance, const Numbers& prices)
    : instance_(instance), simplex_(instance.rows), basis_(instance.rows),
      value_(instance.alternatives), fixed_use_(instance.rows, 0.0),
      key_(instance.begin.begin(), instance.begin.end() - 1) {
    for (int m = 0; m < instance.rows && !prices.empty(); ++m) {
        if (prices[m] <= 0.0) continue;
        basis_.prices[m] = prices[m];
        basis_.set_free(m, m);
    }
    frame_.rows = instance.rows;
    frame_.groups = instance.groups;
    frame_.alternatives = instance.alternatives;
    frame_.stride = instance.alternatives;
    frame_.cost = instance.cost.data();
    frame_.use = instance.use.data();
    frame_.value = value_.data();
    frame_.begin = instance.begin.data();
    frame_.copies = instance.copies.data();
    frame_.key = key_.data();
    frame_.fixed_use = fixed_use_.data();
    frame_.limit = instance.bound.data();
    Simplex::price(frame_, basis_.prices);
    Simplex::settle(frame_);
}

LpStatus Root::advance(int pivots) {
    const LpStatus status = simplex_.solve(frame_, basis_, NEVER, pivots);
    if (status != LpStatus::Paused) finish();
    return status;
}

void Root::finish() {
    const int segments = instance_.begin[instance_.classes];
    reduced_.resize(segments);
    for (int g = 0; g < instance_.classes; ++g) {
        const int first = instance_.begin[g], end = instance_.begin[g + 1];
        const double least = *std::min_element(&value_[first], &value_[first] + (end - first));
        for (int e = first; e < end; ++e) reduced_[e] = value_[e] - least;
    }
}

double Root::nearest(std::size_t k) const {
    Numbers positive;
    for (const double r : reduced_) {
        if (r > 0.0) positive.push_back(r);
    }
    if (positive.empty()) return 0.0;
    const auto at = positive.begin() + std::min(k, positive.size() - 1);
    std::nth_element(positive.begin(), at, positive.end());
    return *at;
}

std::size_t Root::count_below(double gap) const {
    const auto below = [gap](double r) { return r < gap; };
    const std::size_t all = std::count_if(reduced_.begin(), reduced_.end(), below);
    return all - std::min(all, static_cast<std::size_t>(instance_.classes));
}

double Root::magnitude() const {
    double sum = 0.0;
    for (int m = 0; m < instance_.rows; ++m) sum += std::abs(basis_.prices[m] * instance_.bound[m]);
    for (int g = 0; g < instance_.groups; ++g) {
        sum += instance_.copies[g] * std::abs(value_[key_[g]]);
    }
    return sum;
}

}  // namespace slopt::core
