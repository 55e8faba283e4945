// The dual simplex method on the prices of the shared rows.
//
// The dual function  q(p) = fixed + sum_g copies_g min_e (cost_e + p'use_e) - p'limit  is concave
// and piecewise linear, so M elements (a price that is 0, two alternatives that tie) pin down a
// vertex. A pivot frees one of them and walks along the edge over all breakpoints as long as q
// grows. Every price vector on the way bounds the node from below, optimal or not.
#pragma once

#include <utility>
#include <vector>

#include "core_frame.h"

namespace slopt::core {

enum class LpStatus { Optimal, Cutoff, Stalled, Unbounded, Paused };

// A second part of a group that is about to be split, for a walk: `copies` more members of
// `group`, which begin at `key` and may take any of its alternatives.
struct Remainder {
    int group = -1;
    int key = -1;
    double copies = 0.0;
};

struct Walk {
    enum class End { Row, Tie, Unbounded, Reached };
    End end = End::Unbounded;
    double length = 0.0;
    double gain = 0.0;
    int at = -1;
    int tie = -1;
};

class Simplex {
  public:
    explicit Simplex(int rows);

    // Climbs until the vertex is optimal or the bound reaches `cut`. Keys must be cheapest at the
    // given prices. Afterwards `bound` holds and values are those at the basis' prices.
    LpStatus solve(Frame& frame, Basis& basis, double cut, int most_pivots);

    // Multipliers of the elements: slack of a row, copies on the far side of a tie.
    bool multipliers(const Frame& frame, const Basis& basis, Numbers& z);

    // What q gains along `sign` times the direction of element j, at a slope of `slope`, when
    // alternatives marked in `skip()` are not to be had; up to `target`. Keys are put back.
    Walk probe(Frame& frame, const Basis& basis, double sign, double slope, double target,
               const Remainder& remainder);
    // Prices after a probe.
    void move(const Basis& basis, double sign, double length, Numbers& prices) const;

    // Makes ready for probes along the direction of element j.
    void aim(const Frame& frame, int element);

    double slope_of(int alternative) const { return slope_[alternative]; }
    std::vector<char>& skip() { return skip_; }
    const Numbers& direction() const { return direction_; }
    const Numbers& gradient() const { return gradient_; }
    double bound = 0.0;
    long pivots = 0;

    static void price(Frame& frame, const Numbers& prices);
    // Makes every key a cheapest alternative.
    static void settle(Frame& frame);
    static double dual(const Frame& frame, const Numbers& prices);

  private:
    struct Breakpoint {
        double at;
        int group;
    };
    struct Leaving {
        int element = -1;
        bool exchange = false;
        double sign = 1.0;
        double slope = 0.0;
    };

    bool reached(Frame& frame, Basis& basis, double cut);
    bool invert(const Basis& basis);
    void multiply(Numbers& z) const;
    void total_use(const Frame& frame);
    Leaving leaving(const Frame& frame, const Basis& basis, bool at_random);
    void exchange_key(Frame& frame, Basis& basis, int element);
    Walk walk(Frame& frame, const Basis& basis, double sign, double slope, double target,
              bool pivoting, const Remainder& remainder);
    double next_breakpoint(const Frame& frame, int group, int key, double sign, double least,
                           double wall, bool whole, int& alternative) const;
    void sift(std::size_t at);
    void ensure(const Frame& frame);

    int rows_;
    Numbers inverse_, work_, direction_, gradient_, multiplier_;
    Numbers slope_;
    std::vector<char> skip_, hard_;
    std::vector<int> next_;
    std::vector<Breakpoint> heap_;
    std::vector<std::pair<int, int>> flips_;
    std::uint64_t random_ = 88172645463325252ULL;
};

}  // namespace slopt::core
