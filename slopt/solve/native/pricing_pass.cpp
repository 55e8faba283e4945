// One pass over the segments at given prices; see pricing.h.

#include <algorithm>
#include <limits>

#include "pricing.h"

namespace pricing {
namespace {

constexpr int BLOCK = 64;  // of segments: cost and five rows of six tiers fill half a first cache
constexpr double NEVER = std::numeric_limits<double>::infinity();

struct Scratch {
    std::vector<double> value, turned, low, second;
    std::vector<std::int64_t> best;

    explicit Scratch(int tiers)
        : value(static_cast<std::size_t>(BLOCK) * tiers),
          turned(static_cast<std::size_t>(BLOCK) * tiers),
          low(BLOCK),
          second(BLOCK),
          best(BLOCK) {}
};

// The same order of operations as `SharedRowProblem.priced`, so that ties fall the same way.
SLOPT_INLINE void add_prices(const Segments& s, std::int64_t first, std::int64_t entries,
                             const double* prices, double* __restrict value) {
    const std::int64_t at = first * s.tiers;
    const double* __restrict cost = s.cost + at;
    for (std::int64_t e = 0; e < entries; ++e) value[e] = cost[e];
    for (int r = 0; r < s.rows(); ++r) {
        const double price = prices[r];
        if (price == 0.0) continue;
        const double* __restrict use = s.use[r] + at;
        for (std::int64_t e = 0; e < entries; ++e) value[e] += price * use[e];
    }
    if (s.allowed != nullptr) {
        const std::uint8_t* __restrict allowed = s.allowed + at;
        for (std::int64_t e = 0; e < entries; ++e) value[e] = allowed[e] ? value[e] : NEVER;
    }
}

template <int FIXED>
SLOPT_INLINE void find_best(const Scratch& scratch, int tiers, double* __restrict turned,
                            double* __restrict low, double* __restrict second,
                            std::int64_t* __restrict best) {
    const int K = FIXED > 0 ? FIXED : tiers;
    const double* __restrict value = scratch.value.data();
    for (int j = 0; j < BLOCK; ++j)
        for (int k = 0; k < K; ++k) turned[k * BLOCK + j] = value[j * K + k];
    for (int j = 0; j < BLOCK; ++j) {
        low[j] = turned[j];
        second[j] = NEVER;
        best[j] = 0;
    }
    for (int k = 1; k < K; ++k) {
        const double* __restrict now = turned + k * BLOCK;
        for (int j = 0; j < BLOCK; ++j) {
            const double x = now[j], lowest = low[j];
            const bool better = x < lowest;
            const double other = better ? lowest : x;
            second[j] = other < second[j] ? other : second[j];
            low[j] = better ? x : lowest;
            best[j] = better ? k : best[j];
        }
    }
}

SLOPT_INLINE double sum_of(const double* values, int count) {
    double a = 0.0, b = 0.0, c = 0.0, d = 0.0;
    int j = 0;
    for (; j + 4 <= count; j += 4) {
        a += values[j];
        b += values[j + 1];
        c += values[j + 2];
        d += values[j + 3];
    }
    for (; j < count; ++j) a += values[j];
    return (a + b) + (c + d);
}

SLOPT_INLINE double sum_at(const double* use, const std::int64_t* best, int tiers, int count) {
    double a = 0.0, b = 0.0, c = 0.0, d = 0.0;
    int j = 0;
    for (; j + 4 <= count; j += 4) {
        const double* here = use + static_cast<std::int64_t>(j) * tiers;
        a += here[best[j]];
        b += here[tiers + best[j + 1]];
        c += here[2 * tiers + best[j + 2]];
        d += here[3 * tiers + best[j + 3]];
    }
    for (; j < count; ++j) a += use[static_cast<std::int64_t>(j) * tiers + best[j]];
    return (a + b) + (c + d);
}

// Adds d d' for a segment that is close to changing its tier, d the change of use.
void add_curvature(const Segments& s, std::int64_t segment, const double* turned, int j,
                   std::int64_t best, std::vector<double>& change, Sums& sums) {
    int other = -1;
    double lowest = NEVER;
    for (int k = 0; k < s.tiers; ++k) {
        const double x = turned[k * BLOCK + j];
        if (k != best && x < lowest) {
            lowest = x;
            other = k;
        }
    }
    const int rows = s.rows();
    for (int r = 0; r < rows; ++r) {
        const double* use = s.use[r] + segment * s.tiers;
        change[r] = use[best] - use[other];
    }
    for (int p = 0; p < rows; ++p)
        for (int q = 0; q < rows; ++q) sums.hessian[p * rows + q] += change[p] * change[q];
    ++sums.near;
}

template <int FIXED>
SLOPT_INLINE void price_blocks(const Segments& s, std::int64_t begin, std::int64_t end,
                               const double* prices, double window, std::int16_t* tier, float* gap,
                               Sums& sums) {
    const int tiers = FIXED > 0 ? FIXED : s.tiers;
    Scratch scratch(tiers);
    std::fill(scratch.value.begin(), scratch.value.end(), 0.0);
    double* __restrict turned = scratch.turned.data();
    double* __restrict low = scratch.low.data();
    double* __restrict second = scratch.second.data();
    std::int64_t* __restrict best = scratch.best.data();
    std::vector<double> change(s.use.size());
    for (std::int64_t first = begin; first < end; first += BLOCK) {
        const int count = static_cast<int>(std::min<std::int64_t>(BLOCK, end - first));
        add_prices(s, first, static_cast<std::int64_t>(count) * tiers, prices,
                   scratch.value.data());
        find_best<FIXED>(scratch, tiers, turned, low, second, best);
        sums.total += sum_of(low, count);
        for (int r = 0; r < s.rows(); ++r)
            sums.use[r] += sum_at(s.use[r] + first * tiers, best, tiers, count);
        for (int j = 0; j < count; ++j) {
            tier[first + j] = static_cast<std::int16_t>(best[j]);
            const double apart = second[j] - low[j];
            gap[first + j] = static_cast<float>(apart);
            if (apart < window)
                add_curvature(s, first + j, turned, j, best[j], change, sums);
        }
    }
}

}  // namespace

SLOPT_CLONES
void price(const Segments& segments, std::int64_t begin, std::int64_t end, const double* prices,
           double window, std::int16_t* tier, float* gap, Sums& sums) {
    switch (segments.tiers) {
        case 2: return price_blocks<2>(segments, begin, end, prices, window, tier, gap, sums);
        case 3: return price_blocks<3>(segments, begin, end, prices, window, tier, gap, sums);
        case 4: return price_blocks<4>(segments, begin, end, prices, window, tier, gap, sums);
        case 5: return price_blocks<5>(segments, begin, end, prices, window, tier, gap, sums);
        case 6: return price_blocks<6>(segments, begin, end, prices, window, tier, gap, sums);
        case 8: return price_blocks<8>(segments, begin, end, prices, window, tier, gap, sums);
        default: return price_blocks<0>(segments, begin, end, prices, window, tier, gap, sums);
    }
}

bool add_chosen(const Segments& s, std::int64_t begin, std::int64_t end, const std::int64_t* tier,
                Sums& sums) {
    bool allowed = true;
    for (std::int64_t first = begin; first < end; first += BLOCK) {
        const int count = static_cast<int>(std::min<std::int64_t>(BLOCK, end - first));
        const std::int64_t at = first * s.tiers;
        sums.total += sum_at(s.cost + at, tier + first, s.tiers, count);
        for (int r = 0; r < s.rows(); ++r)
            sums.use[r] += sum_at(s.use[r] + at, tier + first, s.tiers, count);
        if (s.allowed != nullptr)
            for (int j = 0; j < count; ++j) allowed &= s.allowed[at + j * s.tiers + tier[first + j]] != 0;
    }
    return allowed;
}

}  // namespace pricing
