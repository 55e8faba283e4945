// The linear program of the whole problem, which every tree starts from.
#pragma once

#include "core_instance.h"
#include "core_simplex.h"

namespace slopt::core {

class Root {
  public:
    // Starts from the given prices; where there are none, from 0.
    Root(const Instance& instance, const Numbers& prices);

    LpStatus advance(int pivots);
    // Takes the prices as they are; for when time is up before they are best.
    void stop() { finish(); }
    double bound() const { return simplex_.bound; }
    long pivots() const { return simplex_.pivots; }
    const Basis& basis() const { return basis_; }
    const Frame& frame() const { return frame_; }
    const Numbers& ray() const { return simplex_.direction(); }
    const Instance& instance() const { return instance_; }

    // What every alternative costs more than the cheapest of its group at the root's prices; of
    // segments alone, not of extras.
    const Numbers& reduced() const { return reduced_; }
    // The k-th smallest positive reduced cost, the largest where there are fewer.
    double nearest(std::size_t k) const;
    // Alternatives, but for one in each group, whose reduced cost is less than `gap`.
    std::size_t count_below(double gap) const;
    // Sum of the absolute terms of the bound: what its rounding is relative to.
    double magnitude() const;

  private:
    void finish();

    const Instance& instance_;
    Simplex simplex_;
    Basis basis_;
    Frame frame_;
    Numbers value_, fixed_use_, reduced_;
    std::vector<int> key_;
};

}  // namespace slopt::core
