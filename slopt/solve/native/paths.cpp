// The best paths of many segments through modes and periods, at prices that are already in their
// costs, by backward recursion.
//
// What a path still costs from a period on is a line in the number of customers, since every step
// takes n to alpha n + beta. What the best path costs is the lower envelope of such lines, kept
// for each state over the interval of n that can be reached there: no grid, no rounding of n.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <queue>
#include <stdexcept>
#include <vector>

namespace py = pybind11;

namespace {

constexpr double NEVER = std::numeric_limits<double>::infinity();

using Numbers = py::array_t<double, py::array::c_style>;
using Places = py::array_t<std::int64_t, py::array::c_style>;
using Flags = py::array_t<bool, py::array::c_style>;

struct Line {
    double slope, height;
    std::int32_t mode, next;  // the step taken, and the line it leads to
};

struct Span {
    double low = NEVER, high = -NEVER;
    bool reached() const { return low <= high; }
    void add(double n) {
        low = std::min(low, n);
        high = std::max(high, n);
    }
};

// What a step costs and does to the customers.
struct Step {
    double slope, fixed, alpha, beta;
    std::int64_t state;
};

class Paths {
  public:
    // Arrays of the states: see states.py. customers (S), keep, join (S, T), leave, deter
    // (S, T, M), barred (S, T, M), change_cost (S, K, K), start (S).
    Paths(Places tier, Places lagged, Places next, Places mode_tier, Places start, Numbers customers,
          Numbers keep, Numbers join, Numbers leave, Numbers deter, Flags barred,
          Numbers change_cost)
        : tier_(tier), lagged_(lagged), next_(next), mode_tier_(mode_tier), start_(start),
          customers_(customers), keep_(keep), join_(join), leave_(leave), deter_(deter),
          barred_(barred), change_cost_(change_cost) {
        S = leave.shape(0);
        T = leave.shape(1);
        M = leave.shape(2);
        K = change_cost.shape(1);
        Z = tier.shape(0);
        if (next.shape(0) != Z || next.shape(1) != M || start.shape(0) != S)
            throw std::invalid_argument("the states do not fit the segments");
    }

    py::tuple best(std::int64_t begin, std::int64_t end, Numbers slope, Numbers fixed,
                   Numbers change_money, Numbers change_count, Numbers last, Numbers terminal) {
        require(begin, end, slope, fixed, change_money, change_count, last, terminal);
        Numbers values(end - begin);
        Places modes({end - begin, T});
        double* value = values.mutable_data();
        std::int64_t* mode = modes.mutable_data();
        const Prices prices{slope.data(),        fixed.data(), change_money.data(),
                            change_count.data(), last.data(),  terminal.data()};
        {
            py::gil_scoped_release release;
            Work work(*this);
            for (std::int64_t s = begin; s < end; ++s) {
                value[s - begin] = work.solve(s, prices);
                work.trace(mode + (s - begin) * T);
            }
        }
        return py::make_tuple(values, modes);
    }

    py::tuple near(std::int64_t begin, std::int64_t end, Numbers slope, Numbers fixed,
                   Numbers change_money, Numbers change_count, Numbers last, Numbers terminal,
                   Numbers room, std::int64_t most) {
        require(begin, end, slope, fixed, change_money, change_count, last, terminal);
        if (room.shape(0) != S) throw std::invalid_argument("a room for every segment");
        std::vector<std::int64_t> segments, modes;
        std::vector<double> values;
        Flags all(end - begin);
        bool* complete = all.mutable_data();
        const double* rooms = room.data();
        const Prices prices{slope.data(),        fixed.data(), change_money.data(),
                            change_count.data(), last.data(),  terminal.data()};
        {
            py::gil_scoped_release release;
            Work work(*this);
            for (std::int64_t s = begin; s < end; ++s) {
                const double least = work.solve(s, prices);
                complete[s - begin] =
                    work.list(s, prices, least + rooms[s], most, segments, values, modes);
            }
        }
        const std::int64_t found = static_cast<std::int64_t>(segments.size());
        Places which(found), steps({found, T});
        Numbers worth(found);
        std::copy(segments.begin(), segments.end(), which.mutable_data());
        std::copy(values.begin(), values.end(), worth.mutable_data());
        std::copy(modes.begin(), modes.end(), steps.mutable_data());
        return py::make_tuple(which, worth, steps, all);
    }

  private:
    struct Prices {
        const double *slope, *fixed, *change_money, *change_count, *last, *terminal;
    };

    void require(std::int64_t begin, std::int64_t end, const Numbers& slope, const Numbers& fixed,
                 const Numbers& money, const Numbers& count, const Numbers& last,
                 const Numbers& terminal) const {
        const std::int64_t all = S * T * M;
        if (begin < 0 || end > S || begin > end || slope.size() != all || fixed.size() != all ||
            money.size() != T || count.size() != T || last.size() != S * M ||
            terminal.size() != S * Z)
            throw std::invalid_argument("arrays of other shapes than the segments");
    }

    class Work {
      public:
        explicit Work(const Paths& paths)
            : p(paths), span((paths.T + 1) * paths.Z), first((paths.T + 1) * paths.Z + 1) {}

        // The least cost of segment s, infinite where it has no path.
        double solve(std::int64_t s, const Prices& prices) {
            reach(s);
            lines.clear();
            for (std::int64_t t = p.T; t >= 0; --t) {
                for (std::int64_t z = 0; z < p.Z; ++z) {
                    const std::int64_t at = t * p.Z + z;
                    begin_of(at) = static_cast<std::int32_t>(lines.size());
                    if (span[at].reached()) {
                        if (t == p.T)
                            lines.push_back({prices.terminal[s * p.Z + z], 0.0, -1, -1});
                        else
                            envelope(s, t, z, prices);
                    }
                    end_of(at) = static_cast<std::int32_t>(lines.size());
                }
            }
            top = -1;
            double least = NEVER;
            const double n = p.customers_.data()[s];
            const std::int64_t at = p.start_.data()[s];
            for (std::int32_t i = begin_of(at); i < end_of(at); ++i) {
                const double value = lines[i].slope * n + lines[i].height;
                if (value < least) {
                    least = value;
                    top = i;
                }
            }
            return least;
        }

        void trace(std::int64_t* modes) const {
            std::int32_t at = top;
            for (std::int64_t t = 0; t < p.T; ++t) {
                modes[t] = at < 0 ? 0 : lines[at].mode;
                if (at >= 0) at = lines[at].next;
            }
        }

        // All paths that cost at most `limit`, best first, or the best `most`; true where all.
        bool list(std::int64_t s, const Prices& prices, double limit, std::int64_t most,
                  std::vector<std::int64_t>& segments, std::vector<double>& values,
                  std::vector<std::int64_t>& modes) {
            nodes.clear();
            std::priority_queue<Waiting> queue;
            const std::int64_t start = p.start_.data()[s];
            const double n = p.customers_.data()[s];
            nodes.push_back({start, n, 0.0, -1, -1});
            queue.push({value_at(start, n), 0, 0});
            std::int64_t found = 0;
            while (!queue.empty()) {
                const Waiting next = queue.top();
                if (!(next.bound <= limit)) return true;
                if (found >= most) return false;
                queue.pop();
                if (next.period == p.T) {
                    segments.push_back(s);
                    values.push_back(next.bound);
                    modes.resize(modes.size() + p.T);
                    std::int32_t at = next.node;
                    for (std::int64_t t = p.T - 1; t >= 0; --t) {
                        modes[modes.size() - p.T + t] = nodes[at].mode;
                        at = nodes[at].before;
                    }
                    ++found;
                    continue;
                }
                const Node node = nodes[next.node];
                for (std::int64_t m = 0; m < p.M; ++m) {
                    Step step;
                    if (!step_of(s, next.period, node.state, m, prices, step)) continue;
                    const double then = step.alpha * node.customers + step.beta;
                    const double cost =
                        node.cost + step.slope * node.customers + step.fixed;
                    const double bound =
                        cost + value_at((next.period + 1) * p.Z + step.state, then);
                    if (!(bound <= limit)) continue;
                    nodes.push_back({step.state, then, cost, static_cast<std::int32_t>(m),
                                     next.node});
                    queue.push({bound, static_cast<std::int32_t>(next.period + 1),
                                static_cast<std::int32_t>(nodes.size() - 1)});
                }
            }
            return true;
        }

      private:
        struct Node {
            std::int64_t state;
            double customers, cost;
            std::int32_t mode, before;
        };
        struct Waiting {
            double bound;
            std::int32_t period, node;
            // The largest of a queue comes first: the least bound, then the longest path.
            bool operator<(const Waiting& other) const {
                if (bound != other.bound) return bound > other.bound;
                if (period != other.period) return period < other.period;
                return node > other.node;
            }
        };

        std::int32_t& begin_of(std::int64_t at) { return first[at].begin; }
        std::int32_t& end_of(std::int64_t at) { return first[at].end; }

        double value_at(std::int64_t at, double n) {
            double least = NEVER;
            for (std::int32_t i = begin_of(at); i < end_of(at); ++i)
                least = std::min(least, lines[i].slope * n + lines[i].height);
            return least;
        }

        // How the customers go on from a state under a mode; false where it may not be chosen.
        bool moves(std::int64_t s, std::int64_t t, std::int64_t z, std::int64_t m, Step& step) {
            const std::int64_t st = s * p.T + t;
            step.state = p.next_.data()[z * p.M + m];
            if (step.state < 0 || p.barred_.data()[st * p.M + m]) return false;
            const std::int64_t then = p.lagged_.data()[z];
            double left = 0.0;
            if (then == -2) left = p.leave_.data()[st * p.M + m];
            if (then >= 0) left = p.leave_.data()[st * p.M + then];
            step.alpha = p.keep_.data()[st] * (1.0 - left) - p.deter_.data()[st * p.M + m];
            step.beta = p.join_.data()[st];
            return true;
        }

        bool step_of(std::int64_t s, std::int64_t t, std::int64_t z, std::int64_t m,
                     const Prices& prices, Step& step) {
            if (!moves(s, t, z, m, step)) return false;
            const std::int64_t at = (s * p.T + t) * p.M + m;
            step.slope = prices.slope[at];
            step.fixed = prices.fixed[at];
            const std::int64_t then = p.lagged_.data()[z];
            if (then >= 0 && t == p.T - 1) step.slope += prices.last[s * p.M + then];
            const std::int64_t from = p.tier_.data()[z], to = p.mode_tier_.data()[m];
            if (from >= 0 && from != to) {
                const double cost = p.change_cost_.data()[(s * p.K + from) * p.K + to];
                step.fixed += cost * prices.change_money[t] + prices.change_count[t];
            }
            return true;
        }

        // Which customers each state can have in each period. It does not depend on prices.
        void reach(std::int64_t s) {
            std::fill(span.begin(), span.end(), Span());
            span[p.start_.data()[s]].add(p.customers_.data()[s]);
            for (std::int64_t t = 0; t < p.T; ++t) {
                for (std::int64_t z = 0; z < p.Z; ++z) {
                    const Span here = span[t * p.Z + z];
                    if (!here.reached()) continue;
                    for (std::int64_t m = 0; m < p.M; ++m) {
                        Step step;
                        if (!moves(s, t, z, m, step)) continue;
                        Span& there = span[(t + 1) * p.Z + step.state];
                        there.add(step.alpha * here.low + step.beta);
                        there.add(step.alpha * here.high + step.beta);
                    }
                }
            }
        }

        // The lower envelope, from the left end of the interval to the right.
        void envelope(std::int64_t s, std::int64_t t, std::int64_t z, const Prices& prices) {
            candidates.clear();
            const Span here = span[t * p.Z + z];
            for (std::int64_t m = 0; m < p.M; ++m) {
                Step step;
                if (!step_of(s, t, z, m, prices, step)) continue;
                const std::int64_t then = (t + 1) * p.Z + step.state;
                for (std::int32_t i = begin_of(then); i < end_of(then); ++i) {
                    const double slope = lines[i].slope;
                    candidates.push_back({step.slope + slope * step.alpha,
                                          step.fixed + lines[i].height + slope * step.beta,
                                          static_cast<std::int32_t>(m), i});
                }
            }
            double x = here.low;
            const Line* now = nullptr;
            double least = NEVER;
            for (const Line& line : candidates) {
                const double value = line.slope * x + line.height;
                if (value < least || (value == least && now && line.slope < now->slope)) {
                    least = value;
                    now = &line;
                }
            }
            while (now) {
                lines.push_back(*now);
                const Line* next = nullptr;
                double where = here.high;
                for (const Line& line : candidates) {
                    if (!(line.slope < now->slope)) continue;
                    const double meet = (line.height - now->height) / (now->slope - line.slope);
                    if (meet < where || (next && meet == where && line.slope < next->slope)) {
                        where = meet;
                        next = &line;
                    }
                }
                now = next;
            }
        }

        struct Range {
            std::int32_t begin = 0, end = 0;
        };
        const Paths& p;
        std::vector<Span> span;
        std::vector<Range> first;
        std::vector<Line> lines, candidates;
        std::vector<Node> nodes;
        std::int32_t top = -1;
    };

    Places tier_, lagged_, next_, mode_tier_, start_;
    Numbers customers_, keep_, join_, leave_, deter_;
    Flags barred_;
    Numbers change_cost_;
    std::int64_t S, T, M, K, Z;
};

}  // namespace

PYBIND11_MODULE(paths, module) {
    py::class_<Paths>(module, "Paths")
        .def(py::init<Places, Places, Places, Places, Places, Numbers, Numbers, Numbers, Numbers,
                      Numbers, Flags, Numbers>())
        .def("best", &Paths::best)
        .def("near", &Paths::near);
}
