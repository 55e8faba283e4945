// Python's view of the price method's kernels. Types and meaning stand in pricing.pyi.

#include "pricing.h"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <stdexcept>

#include "pricing_ascent.h"
#include "pricing_repair.h"

namespace py = pybind11;

namespace {

template <typename T>
using Array = py::array_t<T, py::array::c_style>;
using Doubles = Array<double>;

std::vector<double> vector_of(const Doubles& values) {
    return {values.data(), values.data() + values.size()};
}

Doubles array_of(const std::vector<double>& values) {
    return Doubles(static_cast<py::ssize_t>(values.size()), values.data());
}

// Arrays of one problem, kept alive as long as the view.
class View {
public:
    View(Doubles cost, std::vector<Doubles> use, py::object allowed)
        : cost_(std::move(cost)), use_(std::move(use)), allowed_(std::move(allowed)) {
        if (cost_.ndim() != 2) throw std::invalid_argument("cost must be (segments, tiers)");
        segments_.cost = cost_.data();
        segments_.count = cost_.shape(0);
        segments_.tiers = static_cast<int>(cost_.shape(1));
        segments_.allowed = nullptr;
        for (const Doubles& row : use_) {
            if (row.size() != cost_.size()) throw std::invalid_argument("use must be as cost");
            segments_.use.push_back(row.data());
        }
        if (!allowed_.is_none()) {
            const auto mask = py::cast<Array<bool>>(allowed_);
            if (mask.size() != cost_.size()) throw std::invalid_argument("allowed must be as cost");
            allowed_ = mask;
            segments_.allowed = reinterpret_cast<const std::uint8_t*>(mask.data());
        }
    }

    py::tuple price(std::int64_t begin, std::int64_t end, const Doubles& prices, double window,
                    Array<std::int16_t>& tier, Array<float>& gap) const {
        check(begin, end);
        if (prices.size() != segments_.rows() || tier.size() != segments_.count ||
            gap.size() != segments_.count)
            throw std::invalid_argument("prices, tier or gap have the wrong length");
        pricing::Sums sums = zeros();
        std::int16_t* tiers = tier.mutable_data();
        float* gaps = gap.mutable_data();
        const double* p = prices.data();
        {
            py::gil_scoped_release release;
            pricing::price(segments_, begin, end, p, window, tiers, gaps, sums);
        }
        const py::ssize_t rows = segments_.rows();
        Doubles hessian({rows, rows});
        std::copy(sums.hessian.begin(), sums.hessian.end(), hessian.mutable_data());
        return py::make_tuple(sums.total, array_of(sums.use), hessian, sums.near);
    }

    py::tuple chosen(std::int64_t begin, std::int64_t end,
                     const Array<std::int64_t>& tier) const {
        check(begin, end);
        if (tier.size() != segments_.count) throw std::invalid_argument("tier has a wrong length");
        pricing::Sums sums = zeros();
        const std::int64_t* tiers = tier.data();
        for (std::int64_t s = begin; s < end; ++s)
            if (tiers[s] < 0 || tiers[s] >= segments_.tiers)
                throw std::out_of_range("no such tier");
        bool allowed = false;
        {
            py::gil_scoped_release release;
            allowed = pricing::add_chosen(segments_, begin, end, tiers, sums);
        }
        return py::make_tuple(sums.total, array_of(sums.use), allowed);
    }

private:
    void check(std::int64_t begin, std::int64_t end) const {
        if (begin < 0 || end < begin || end > segments_.count)
            throw std::out_of_range("no such segments");
    }

    pricing::Sums zeros() const {
        pricing::Sums sums;
        const std::size_t rows = segments_.use.size();
        sums.use.assign(rows, 0.0);
        sums.hessian.assign(rows * rows, 0.0);
        return sums;
    }

    Doubles cost_;
    std::vector<Doubles> use_;
    py::object allowed_;
    pricing::Segments segments_;
};

// The allowed pairs of (n, K) arrays, one after the other; `kept` receives each one's tier.
void flatten(const Doubles& cost, const std::vector<Doubles>& use, const Array<bool>& allowed,
             std::vector<std::int64_t>& first, std::vector<double>& flat_cost,
             std::vector<double>& flat_use, std::vector<std::int64_t>& tier) {
    if (cost.ndim() != 2 || allowed.size() != cost.size())
        throw std::invalid_argument("cost and allowed must be (segments, tiers)");
    for (const Doubles& row : use)
        if (row.size() != cost.size()) throw std::invalid_argument("use must be as cost");
    const std::int64_t count = cost.shape(0), tiers = cost.shape(1);
    first.push_back(0);
    for (std::int64_t s = 0; s < count; ++s) {
        for (std::int64_t k = 0; k < tiers; ++k) {
            const std::int64_t at = s * tiers + k;
            if (!allowed.data()[at]) continue;
            flat_cost.push_back(cost.data()[at]);
            for (const Doubles& row : use) flat_use.push_back(row.data()[at]);
            tier.push_back(k);
        }
        if (static_cast<std::int64_t>(flat_cost.size()) == first.back())
            throw std::invalid_argument("a segment has no tier that is allowed");
        first.push_back(static_cast<std::int64_t>(flat_cost.size()));
    }
}

py::tuple ascend(const Doubles& cost, const std::vector<Doubles>& use, const Array<bool>& allowed,
                 const Doubles& limit, const Doubles& low, const Doubles& high,
                 const Doubles& start, int most_pivots, double most_seconds) {
    const py::ssize_t rows = static_cast<py::ssize_t>(use.size());
    for (const Doubles* each : {&limit, &low, &high, &start})
        if (each->size() != rows) throw std::invalid_argument("one number a row is needed");
    pricing::Alternatives a;
    a.rows = static_cast<int>(rows);
    std::vector<std::int64_t> tier;
    flatten(cost, use, allowed, a.first, a.cost, a.use, tier);
    pricing::Ascent answer;
    const std::vector<std::int64_t> first = a.first;
    {
        const auto b = vector_of(limit), lo = vector_of(low), hi = vector_of(high),
                   at = vector_of(start);
        py::gil_scoped_release release;
        answer = pricing::ascend(std::move(a), b, lo, hi, at, most_pivots, most_seconds);
    }
    Doubles share({cost.shape(0), cost.shape(1)});
    std::fill(share.mutable_data(), share.mutable_data() + share.size(), 0.0);
    for (py::ssize_t s = 0; s < cost.shape(0); ++s)
        for (std::int64_t e = first[s]; e < first[s + 1]; ++e)
            share.mutable_at(s, tier[e]) = answer.share[e];
    return py::make_tuple(static_cast<int>(answer.ending), array_of(answer.prices), answer.bound,
                          share, answer.pivots);
}

// The search of pricing_repair.h, told and telling tiers instead of candidates.
struct TierSearch {
    std::vector<std::int64_t> tier;  // of every candidate
    pricing::Search search;

    void run(int rounds, double target) {
        py::gil_scoped_release release;
        search.run(rounds, target);
    }

    py::object choice() const {
        if (!search.found()) return py::none();
        Array<std::int64_t> tiers(static_cast<py::ssize_t>(search.best().size()));
        std::int64_t* out = tiers.mutable_data();
        for (const std::int64_t e : search.best()) *out++ = tier[e];
        return tiers;
    }
};

TierSearch make_search(const Doubles& reduced, const std::vector<Doubles>& use,
                       const Array<bool>& candidate, const Doubles& prices, const Doubles& weight,
                       const Doubles& limit, const Array<std::int64_t>& relieved,
                       const Doubles& extra_cost, const Doubles& extra_most,
                       const Doubles& extra_use, const Array<std::int64_t>& start,
                       std::uint64_t seed) {
    const py::ssize_t rows = static_cast<py::ssize_t>(use.size()), extras = relieved.size();
    for (const Doubles* each : {&prices, &weight, &limit})
        if (each->size() != rows) throw std::invalid_argument("one number a row is needed");
    if (extra_cost.size() != extras || extra_most.size() != extras ||
        extra_use.size() != rows * extras || start.size() != reduced.shape(0))
        throw std::invalid_argument("extras or start have the wrong length");
    pricing::Candidates c;
    c.rows = static_cast<int>(rows);
    std::vector<std::int64_t> tier, chosen;
    flatten(reduced, use, candidate, c.first, c.reduced, c.use, tier);
    c.prices = vector_of(prices);
    c.weight = vector_of(weight);
    c.limit = vector_of(limit);
    for (py::ssize_t j = 0; j < extras; ++j) {
        const int row = static_cast<int>(relieved.data()[j]);
        pricing::Extra extra{row, 0.0, extra_cost.data()[j], extra_most.data()[j], {}};
        for (py::ssize_t r = 0; r < rows; ++r)
            extra.use.push_back(r == row ? 0.0 : extra_use.data()[r * extras + j]);
        extra.relief = -extra_use.data()[row * extras + j];
        c.extras.push_back(extra);
    }
    for (py::ssize_t s = 0; s < start.size(); ++s) {
        std::int64_t e = c.first[s];
        while (e < c.first[s + 1] && tier[e] != start.data()[s]) ++e;
        if (e == c.first[s + 1]) throw std::invalid_argument("start is no candidate");
        chosen.push_back(e);
    }
    return {std::move(tier), pricing::Search(std::move(c), std::move(chosen), seed)};
}

}  // namespace

PYBIND11_MODULE(pricing, module) {
    module.doc() = "Kernels of the price method: one pass over all segments, best prices, repair.";
    py::class_<View>(module, "Segments")
        .def(py::init<Doubles, std::vector<Doubles>, py::object>(), py::arg("cost"),
             py::arg("use"), py::arg("allowed"))
        .def("price", &View::price, py::arg("begin"), py::arg("end"), py::arg("prices"),
             py::arg("window"), py::arg("tier").noconvert(), py::arg("gap").noconvert())
        .def("chosen", &View::chosen, py::arg("begin"), py::arg("end"),
             py::arg("tier").noconvert());
    module.def("ascend", &ascend, py::arg("cost"), py::arg("use"), py::arg("allowed"),
               py::arg("limit"), py::arg("low"), py::arg("high"), py::arg("start"),
               py::arg("most_pivots"), py::arg("most_seconds"));
    py::class_<TierSearch>(module, "Search")
        .def(py::init(&make_search), py::arg("reduced"), py::arg("use"), py::arg("candidate"),
             py::arg("prices"), py::arg("weight"), py::arg("limit"), py::arg("relieved"),
             py::arg("extra_cost"), py::arg("extra_most"), py::arg("extra_use"),
             py::arg("start"), py::arg("seed"))
        .def("run", &TierSearch::run, py::arg("rounds"), py::arg("target"))
        .def_property_readonly("loss", [](const TierSearch& s) { return s.search.loss(); })
        .def_property_readonly("choice", &TierSearch::choice);
}
