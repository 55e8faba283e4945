// The two loops over all alternatives that dominate the time of a node.
#pragma once

#include <cstddef>

namespace slopt::core {

// out[e] = cost[e] + sum_m weight[m] use[m * stride + e]; a null cost counts as 0.
void combine(int rows, int alternatives, std::size_t stride, const double* cost, const double* use,
             const double* weight, double* out);

}  // namespace slopt::core
