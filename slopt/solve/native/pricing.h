// Segments x tiers under shared rows, as raw arrays: what all of the price method's kernels take.
//
// Arrays are row-major doubles as NumPy holds them: cost and every row's use are (segments, tiers).
// Nothing is copied or packed: a block of segments of one array is contiguous, so the pass reads
// each number once, in order, at the speed of memory.

#pragma once

#include <cstdint>
#include <vector>

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12 && defined(__x86_64__) && \
    defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
// One clone for processors with AVX2, chosen when the library is loaded.
#define SLOPT_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#define SLOPT_INLINE __attribute__((always_inline)) inline
#else
#define SLOPT_CLONES
#define SLOPT_INLINE inline
#endif

namespace pricing {

struct Segments {
    const double* cost;
    std::vector<const double*> use;
    const std::uint8_t* allowed;  // null where every pair is
    std::int64_t count;
    int tiers;

    int rows() const { return static_cast<int>(use.size()); }
};

// What a pass adds up. `use` is (rows), `hessian` (rows, rows), both zeroed by the caller.
struct Sums {
    double total = 0.0;
    std::vector<double> use;
    std::vector<double> hessian;
    std::int64_t near = 0;  // segments whose second best tier is within the window
};

// Every segment's best tier at the prices, segments begin to end. `tier` and `gap` (second best
// less best) are written at each segment's own position.
void price(const Segments& segments, std::int64_t begin, std::int64_t end, const double* prices,
           double window, std::int16_t* tier, float* gap, Sums& sums);

// Cost (in total) and use of given tiers; false where a tier is not allowed.
bool add_chosen(const Segments& segments, std::int64_t begin, std::int64_t end,
                const std::int64_t* tier, Sums& sums);

}  // namespace pricing
