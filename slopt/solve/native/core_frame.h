// The alternatives of a node of the tree, and the basis of its linear program, as plain arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace slopt::core {

using Numbers = std::vector<double>;

constexpr double NEVER = 1e300;
constexpr int MOST_ROWS = 64;
constexpr int MOST_TIERS = 63;

// Groups of equal segments, each of which has `copies` members and takes one alternative a copy.
// Alternatives of group g are begin[g] .. begin[g+1]-1; the use of row m by alternative e is
// use[m * stride + e]. `value` is cost + prices'use, `key` a cheapest alternative of each group.
struct Frame {
    int rows = 0;
    int groups = 0;
    int alternatives = 0;
    std::size_t stride = 0;
    const double* cost = nullptr;
    const double* use = nullptr;
    double* value = nullptr;
    const int* begin = nullptr;
    const double* copies = nullptr;
    int* key = nullptr;
    double fixed_cost = 0.0;
    const double* fixed_use = nullptr;
    const double* limit = nullptr;

    double used(int row, int alternative) const { return use[row * stride + alternative]; }
};

// What each of the M elements of a basis says of the prices: the price of row `at` is 0; the
// alternative `tie` of group `at` is worth as much as the group's key; or nothing yet (its
// multiplier has still to become zero).
enum class Element : std::uint8_t { Bound, Tie, Free };

struct Basis {
    Numbers prices;
    Numbers normal;  // row j is the normal of element j
    std::vector<Element> kind;
    std::vector<int> at;
    std::vector<int> tie;

    explicit Basis(int rows = 0)
        : prices(rows, 0.0), normal(rows * rows, 0.0), kind(rows, Element::Bound), at(rows, 0),
          tie(rows, -1) {
        for (int row = 0; row < rows; ++row) set_bound(row, row);
    }

    int rows() const { return static_cast<int>(prices.size()); }
    // Every price that is not 0 to be found again.
    void reset();
    void set_bound(int element, int row);
    void set_free(int element, int row);
    void set_tie(int element, int group, int alternative, int key, const Frame& frame);

  private:
    void set_unit(int element, int row);
};

}  // namespace slopt::core
