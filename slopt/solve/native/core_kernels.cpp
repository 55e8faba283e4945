#include "core_kernels.h"

#include <cstring>

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__) && \
    !defined(SLOPT_NO_CLONES)
#define SLOPT_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define SLOPT_CLONES
#endif

namespace slopt::core {

namespace {

SLOPT_CLONES void add_one(int n, double a, const double* __restrict x, double* __restrict out) {
    for (int e = 0; e < n; ++e) out[e] += a * x[e];
}

SLOPT_CLONES void add_three(int n, const double* a, const double* __restrict x,
                            const double* __restrict y, const double* __restrict z,
                            double* __restrict out) {
    const double a0 = a[0], a1 = a[1], a2 = a[2];
    for (int e = 0; e < n; ++e) out[e] += a0 * x[e] + a1 * y[e] + a2 * z[e];
}

}  // namespace

void combine(int rows, int alternatives, std::size_t stride, const double* cost, const double* use,
             const double* weight, double* out) {
    const std::size_t bytes = sizeof(double) * static_cast<std::size_t>(alternatives);
    if (cost != nullptr) {
        std::memcpy(out, cost, bytes);
    } else {
        std::memset(out, 0, bytes);
    }
    int row = 0;
    for (; row + 3 <= rows; row += 3) {
        const double* at = use + row * stride;
        add_three(alternatives, weight + row, at, at + stride, at + 2 * stride, out);
    }
    for (; row < rows; ++row) add_one(alternatives, weight[row], use + row * stride, out);
}

}  // namespace slopt::core
