// The core for Python: an instance, the linear program at its root, and trees below it.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <stdexcept>

#include "core_plan.h"
#include "core_tree.h"

namespace py = pybind11;
using namespace slopt::core;

namespace {

using Array = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Flags = py::array_t<bool, py::array::c_style | py::array::forcecast>;
using Choice = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;

Numbers numbers(const Array& array) { return Numbers(array.data(), array.data() + array.size()); }

template <typename Value>
py::array_t<Value> array(const std::vector<Value>& values) {
    return py::array_t<Value>(static_cast<py::ssize_t>(values.size()), values.data());
}

std::unique_ptr<Instance> make_instance(const Array& cost, const std::vector<Array>& use,
                                        const Flags& allowed, const Array& scale,
                                        const Array& bound, const Array& accept,
                                        const Array& fill, const std::vector<int>& relieved,
                                        const Array& extra_cost, const Array& extra_use) {
    Input input;
    if (cost.ndim() != 2) throw std::invalid_argument("cost has to have two dimensions");
    input.segments = static_cast<int>(cost.shape(0));
    input.tiers = static_cast<int>(cost.shape(1));
    if (input.tiers > MOST_TIERS) throw std::invalid_argument("too many tiers");
    if (use.size() > MOST_ROWS) throw std::invalid_argument("too many rows");
    input.cost = cost.data();
    for (const Array& row : use) {
        if (row.size() != cost.size()) throw std::invalid_argument("use differs from cost");
        input.use.push_back(row.data());
    }
    if (allowed.size() != cost.size()) throw std::invalid_argument("allowed differs from cost");
    input.allowed = allowed.data();
    input.scale = numbers(scale);
    input.bound = numbers(bound);
    input.accept = numbers(accept);
    input.fill = numbers(fill);
    input.relieved = relieved;
    input.extra_cost = numbers(extra_cost);
    input.extra_use = numbers(extra_use);
    for (const Numbers* row : {&input.scale, &input.bound, &input.accept, &input.fill}) {
        if (row->size() != use.size()) throw std::invalid_argument("one number a row is needed");
    }
    if (input.extra_cost.size() != relieved.size() ||
        input.extra_use.size() != relieved.size() * use.size()) {
        throw std::invalid_argument("the arrays of the extras differ in length");
    }
    py::gil_scoped_release release;
    return std::make_unique<Instance>(input);
}

std::vector<int> counts(const Instance& instance, const Choice& choice) {
    if (static_cast<std::size_t>(choice.size()) != instance.class_of.size()) {
        throw std::invalid_argument("one tier a segment is needed");
    }
    std::vector<int> taken(instance.alternatives, 0);
    for (std::size_t s = 0; s < instance.class_of.size(); ++s) {
        const int g = instance.class_of[s];
        int e = instance.begin[g];
        while (e < instance.begin[g + 1] && instance.tier[e] != choice.data()[s]) ++e;
        if (e == instance.begin[g + 1]) throw std::invalid_argument("a tier is not allowed");
        ++taken[e];
    }
    return taken;
}

py::object as_choice(const Instance& instance, const Counts& plan) {
    if (plan.value >= NEVER) return py::none();
    return py::make_tuple(plan.value, array(instance.choice(plan.taken)));
}

py::dict log_arrays(const Log& log) {
    py::dict result;
    result["parent"] = array(log.parent);
    result["part"] = array(log.part);
    result["copies"] = array(log.copies);
    result["mask"] = array(log.mask);
    result["prices"] = array(log.prices);
    return result;
}

}  // namespace

PYBIND11_MODULE(core, module) {
    module.doc() = "The exact core; see slopt/solve/core/.";
    module.attr("MOST_ROWS") = MOST_ROWS;
    module.attr("MOST_TIERS") = MOST_TIERS;

    py::class_<Instance>(module, "Instance")
        .def(py::init(&make_instance), py::arg("cost"), py::arg("use"), py::arg("allowed"),
             py::arg("scale"), py::arg("bound"), py::arg("accept"), py::arg("fill"),
             py::arg("relieved"), py::arg("extra_cost"), py::arg("extra_use"))
        .def_property_readonly("classes", [](const Instance& self) { return self.classes; })
        .def_property_readonly("alternatives",
                               [](const Instance& self) { return self.alternatives; })
        .def_property_readonly("class_of",
                               [](const Instance& self) { return array(self.class_of); });

    py::enum_<LpStatus>(module, "LpStatus")
        .value("Optimal", LpStatus::Optimal)
        .value("Cutoff", LpStatus::Cutoff)
        .value("Stalled", LpStatus::Stalled)
        .value("Unbounded", LpStatus::Unbounded)
        .value("Paused", LpStatus::Paused);

    py::enum_<Reason>(module, "Reason")
        .value("Finished", Reason::Finished)
        .value("Paused", Reason::Paused)
        .value("Full", Reason::Full);

    py::class_<Root>(module, "Root")
        .def(py::init([](const Instance& instance, const Array& prices) {
                 return std::make_unique<Root>(instance, numbers(prices));
             }),
             py::arg("instance"), py::arg("prices"), py::keep_alive<1, 2>())
        .def("advance", &Root::advance, py::arg("pivots"), py::call_guard<py::gil_scoped_release>())
        .def("stop", &Root::stop)
        .def_property_readonly("bound", &Root::bound)
        .def_property_readonly("pivots", &Root::pivots)
        .def_property_readonly("prices",
                               [](const Root& self) { return array(self.basis().prices); })
        .def_property_readonly("ray", [](const Root& self) { return array(self.ray()); })
        .def_property_readonly("magnitude", &Root::magnitude)
        .def("nearest", &Root::nearest, py::arg("k"))
        .def("count_below", &Root::count_below, py::arg("gap"))
        .def(
            "first_plan",
            [](const Root& self, const py::object& start, int most_groups) {
                const std::vector<int> taken =
                    start.is_none() ? std::vector<int>()
                                    : counts(self.instance(), start.cast<Choice>());
                Counts plan;
                {
                    py::gil_scoped_release release;
                    plan = first_plan(self, taken, most_groups);
                }
                return as_choice(self.instance(), plan);
            },
            py::arg("start"), py::arg("most_groups"));

    py::class_<Target>(module, "Target")
        .def(py::init([](double gap, double unit, double margin, double offset) {
                 return Target{gap, unit, margin, offset};
             }),
             py::kw_only(), py::arg("gap"), py::arg("unit"), py::arg("margin"), py::arg("offset"))
        .def("cut", &Target::cut, py::arg("value"));

    py::class_<Tree>(module, "Tree")
        .def(py::init<const Root&, const Target&, double, double, bool>(), py::arg("root"),
             py::arg("target"), py::kw_only(), py::arg("cut"), py::arg("value"), py::arg("log"),
             py::keep_alive<1, 2>())
        .def("run", &Tree::run, py::arg("most_nodes"), py::arg("seconds"), py::arg("most_bytes"),
             py::call_guard<py::gil_scoped_release>())
        .def("know", &Tree::know, py::arg("value"))
        .def_property_readonly("proven", &Tree::proven)
        .def_property_readonly("cut", &Tree::cut)
        .def_property_readonly("value", &Tree::value)
        .def_property_readonly("nodes", &Tree::nodes)
        .def_property_readonly("pivots", &Tree::pivots)
        .def_property_readonly("spare", &Tree::spare)
        .def_property_readonly("bytes", &Tree::bytes)
        .def("choice",
             [](const Tree& self) { return array(self.instance().choice(self.taken())); })
        .def("log", [](const Tree& self) { return log_arrays(self.log()); });
}
