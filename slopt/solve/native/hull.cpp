// Every limit at once, where segments share one row: the steps of their lower convex hulls, and
// the order of all steps by what a unit of the row gains.
//
// Sinha and Zoltners (1979), The multiple-choice knapsack problem, Operations Research 27(3).

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace py = pybind11;

namespace {

using Numbers = py::array_t<double, py::array::c_style>;
using Flags = py::array_t<bool, py::array::c_style>;

struct Offer {
    double use, cost;
    std::int32_t tier;
};

struct Steps {
    std::vector<std::int32_t> base;
    std::vector<std::int32_t> segment, tier;
    std::vector<double> rate, use, cost;
};

// Keeps the offers on the lower hull, cheapest in use first; returns how many there are.
std::size_t reduce_to_hull(std::vector<Offer>& offers) {
    std::sort(offers.begin(), offers.end(), [](const Offer& a, const Offer& b) {
        if (a.use != b.use) return a.use < b.use;
        return a.cost != b.cost ? a.cost < b.cost : a.tier < b.tier;
    });
    std::size_t kept = 0;
    for (const Offer& next : offers) {
        if (kept > 0 && next.cost >= offers[kept - 1].cost) continue;
        while (kept >= 2) {
            const Offer &a = offers[kept - 2], &b = offers[kept - 1];
            // b lies on or above the line from a to the next one.
            if ((b.cost - a.cost) * (next.use - b.use) < (next.cost - b.cost) * (b.use - a.use)) break;
            --kept;
        }
        offers[kept++] = next;
    }
    return kept;
}

void add_segment(Steps& steps, std::int32_t segment, std::vector<Offer>& offers) {
    const std::size_t kept = reduce_to_hull(offers);
    steps.base.push_back(kept == 0 ? -1 : offers[0].tier);
    // Slopes fall along a hull; rounding must not change the order of a segment's own steps.
    double rate = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i < kept; ++i) {
        const double more = offers[i].use - offers[i - 1].use;
        const double less = offers[i].cost - offers[i - 1].cost;
        rate = std::min(rate, -less / more);
        steps.segment.push_back(segment);
        steps.tier.push_back(offers[i].tier);
        steps.rate.push_back(rate);
        steps.use.push_back(more);
        steps.cost.push_back(less);
    }
}

template <typename Value>
py::array_t<Value> as_array(const std::vector<Value>& values) {
    return py::array_t<Value>(static_cast<py::ssize_t>(values.size()), values.data());
}

py::tuple hull_steps(const Numbers& cost, const Numbers& use, const Flags& allowed,
                     py::ssize_t begin, py::ssize_t end) {
    if (cost.ndim() != 2 || use.ndim() != 2 || allowed.ndim() != 2)
        throw py::value_error("cost, use and allowed have two dimensions");
    const py::ssize_t segments = cost.shape(0), tiers = cost.shape(1);
    for (const py::ssize_t axis : {0, 1})
        if (use.shape(axis) != cost.shape(axis) || allowed.shape(axis) != cost.shape(axis))
            throw py::value_error("cost, use and allowed have one shape");
    if (begin < 0 || end < begin || end > segments)
        throw py::value_error("begin and end lie within the segments");
    const double *costs = cost.data(), *uses = use.data();
    const bool* may = allowed.data();
    Steps steps;
    {
        py::gil_scoped_release release;
        const std::size_t most = static_cast<std::size_t>((end - begin) * std::max<py::ssize_t>(tiers - 1, 0));
        steps.base.reserve(static_cast<std::size_t>(end - begin));
        steps.segment.reserve(most);
        steps.tier.reserve(most);
        steps.rate.reserve(most);
        steps.use.reserve(most);
        steps.cost.reserve(most);
        std::vector<Offer> offers;
        for (py::ssize_t s = begin; s < end; ++s) {
            offers.clear();
            for (py::ssize_t k = 0; k < tiers; ++k) {
                const py::ssize_t at = s * tiers + k;
                if (may[at]) offers.push_back({uses[at], costs[at], static_cast<std::int32_t>(k)});
            }
            add_segment(steps, static_cast<std::int32_t>(s), offers);
        }
    }
    return py::make_tuple(as_array(steps.base), as_array(steps.segment), as_array(steps.tier),
                          as_array(steps.rate), as_array(steps.use), as_array(steps.cost));
}

// Places of positive numbers from the largest to the smallest; equal ones stay in their order.
// The bits of positive doubles, taken as whole numbers, are in the order of the doubles.
py::array_t<std::int32_t> descending(const Numbers& values) {
    constexpr int width = 11, passes = 6;
    constexpr std::size_t buckets = std::size_t{1} << width;
    const std::size_t count = static_cast<std::size_t>(values.size());
    const double* numbers = values.data();
    py::array_t<std::int32_t> result(static_cast<py::ssize_t>(count));
    std::int32_t* places = result.mutable_data();
    {
        py::gil_scoped_release release;
        struct Entry {
            std::uint64_t key;
            std::int32_t place;
        };
        std::vector<Entry> from(count), to(count);
        std::vector<std::array<std::size_t, buckets>> seen(passes);
        for (auto& counts : seen) counts.fill(0);
        for (std::size_t i = 0; i < count; ++i) {
            std::uint64_t bits;
            std::memcpy(&bits, numbers + i, sizeof bits);
            bits = ~bits;
            from[i] = {bits, static_cast<std::int32_t>(i)};
            for (int pass = 0; pass < passes; ++pass) ++seen[pass][(bits >> (width * pass)) & (buckets - 1)];
        }
        for (int pass = 0; pass < passes; ++pass) {
            auto& counts = seen[pass];
            std::size_t sum = 0;
            for (std::size_t& n : counts) {
                const std::size_t here = n;
                n = sum;
                sum += here;
            }
            for (const Entry& entry : from) to[counts[(entry.key >> (width * pass)) & (buckets - 1)]++] = entry;
            from.swap(to);
        }
        for (std::size_t i = 0; i < count; ++i) places[i] = from[i].place;
    }
    return result;
}

}  // namespace

PYBIND11_MODULE(hull, module) {
    module.doc() = "Lower convex hulls of segments that share one row, and the order of their steps.";
    module.def("hull_steps", &hull_steps, py::arg("cost"), py::arg("use"), py::arg("allowed"),
               py::arg("begin"), py::arg("end"),
               "(base tier by segment, then by step: segment, tier, rate, use, cost); base -1 where no "
               "tier is allowed.");
    module.def("descending", &descending, py::arg("values"),
               "Places of positive numbers from the largest to the smallest, stable.");
}
