// Exact best prices of a few thousand segments: a dual simplex on the prices.

#pragma once

#include <cstdint>
#include <vector>

namespace pricing {

// Alternatives of a few segments, one after the other. Segment s owns first[s] to first[s + 1];
// use is (alternatives, rows).
struct Alternatives {
    int rows = 0;
    std::vector<std::int64_t> first;
    std::vector<double> cost;
    std::vector<double> use;

    std::int64_t segments() const { return static_cast<std::int64_t>(first.size()) - 1; }
};

enum class Ending : int { OPTIMAL = 0, STALLED = 1, UNBOUNDED = 2, LIMIT = 3 };

struct Ascent {
    Ending ending = Ending::LIMIT;
    std::vector<double> prices;
    std::vector<double> share;  // of every alternative in its segment at the corner
    double bound = 0.0;       // at the prices
    int pivots = 0;
};

// Maximises  sum_s min_e (cost[e] + p'use[e]) - p'limit  over  low <= p <= high  from `start`.
// Where corners coincide so that no step gains, costs are spread by a billionth of a usual one.
Ascent ascend(Alternatives alternatives, std::vector<double> limit, std::vector<double> low,
              std::vector<double> high, std::vector<double> start, int most_pivots,
              double most_seconds);

}  // namespace pricing
