// The whole problem as the core sees it: groups of equal segments, rows scaled to like size, extras
// as groups of two alternatives of which a fraction may be taken.
#pragma once

#include <cstdint>
#include <vector>

#include "core_frame.h"

namespace slopt::core {

// Raw arrays, row-major (segments, tiers); rows come scaled. Three limits of every row: `bound`
// for bounds (the room for rounding added), `accept` up to which a plan counts as feasible, and
// `fill`, up to which extras restore a row.
struct Input {
    int segments = 0;
    int tiers = 0;
    const double* cost = nullptr;
    std::vector<const double*> use;
    const bool* allowed = nullptr;
    Numbers scale, bound, accept, fill;
    // Of every extra: the row it relieves, its cost and use of every row when all of it is taken.
    std::vector<int> relieved;
    Numbers extra_cost;
    Numbers extra_use;  // extra j uses extra_use[j * rows + m] of row m
};

// A plan as the number of copies that take each alternative, and what it costs.
struct Counts {
    std::vector<int> taken;
    double value = NEVER;
};

class Instance {
  public:
    explicit Instance(const Input& input);

    int rows, classes, groups, alternatives;
    std::vector<int> begin;      // of the alternatives of every group; extras are the last groups
    Numbers cost, use, copies;   // use is (rows, alternatives)
    std::vector<std::uint8_t> tier;
    std::vector<int> class_of;   // of every segment
    Numbers bound, accept, fill;
    std::vector<int> relieved;

    double used(int row, int alternative) const {
        return use[static_cast<std::size_t>(row) * alternatives + alternative];
    }
    bool continuous(int group) const { return group >= classes; }
    int extras() const { return groups - classes; }
    int extra_alternative(int extra) const { return begin[classes + extra] + 1; }
    // Cost of the least extras that bring a total use within `accept`, NEVER where none do; the
    // extras are added to `total`.
    double relief(double* total) const;
    // Value of a plan given what it costs and uses before extras; `work` holds a number a row.
    double judge(double cost, const double* total, double* work) const;
    // Tier of every segment; equal segments take their tiers in the order of both.
    std::vector<std::int64_t> choice(const std::vector<int>& taken) const;

  private:
    void pack(const Input& input);
    int find_or_add(const Input& input, int segment, std::vector<int>& table);
    bool same(int group, std::size_t from) const;
};

}  // namespace slopt::core
