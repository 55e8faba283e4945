// How the elements of a basis are set.
#include <algorithm>

#include "core_frame.h"

namespace slopt::core {

void Basis::set_unit(int element, int row) {
    const int m = rows();
    std::fill_n(normal.begin() + element * m, m, 0.0);
    normal[element * m + row] = 1.0;
    tie[element] = -1;
    at[element] = row;
}

void Basis::set_bound(int element, int row) {
    set_unit(element, row);
    kind[element] = Element::Bound;
}

void Basis::set_free(int element, int row) {
    set_unit(element, row);
    kind[element] = Element::Free;
}

void Basis::reset() {
    for (int row = 0; row < rows(); ++row) {
        if (prices[row] > 0.0) {
            set_free(row, row);
        } else {
            set_bound(row, row);
        }
    }
}

void Basis::set_tie(int element, int group, int alternative, int key, const Frame& frame) {
    const int m = rows();
    kind[element] = Element::Tie;
    at[element] = group;
    tie[element] = alternative;
    for (int row = 0; row < m; ++row) {
        normal[element * m + row] = frame.used(row, alternative) - frame.used(row, key);
    }
}

}  // namespace slopt::core
