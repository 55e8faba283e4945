// Exact best prices of a few thousand segments: a dual simplex on the prices.
//
// The bound q(p) = sum_s min_e (cost[e] + p'use[e]) - p'limit is concave and piecewise linear. Its
// corners are where as many elements hold as there are rows: a price at its lowest or highest, or
// a tie of two alternatives of a segment. From corner to corner along the edge of steepest rise,
// each step as far as the bound rises and thus over many breakpoints at once. An element that
// is `free` only completes the basis at a start that is no corner, and leaves first of all.

#include "pricing_ascent.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>

namespace pricing {
namespace {

constexpr double FAR = std::numeric_limits<double>::infinity();
constexpr double SLACK = 1e-9;       // of a multiplier, rows being scaled to a usual use of 1
constexpr double LEVEL = 1e-11;      // rates closer than this are parallel
constexpr int MOST_WITHOUT_GAIN = 60;

enum class Kind { FREE, LOW, HIGH, TIE };

struct Element {
    Kind kind;
    std::int64_t segment;  // of a tie; the row of a price at its end
    std::int64_t other;    // the alternative that ties with the segment's key
};

struct Breakpoint {
    double at;
    std::int64_t segment, other;
    bool operator<(const Breakpoint& b) const {  // a heap gives the largest: the nearest
        return at != b.at ? at > b.at : other > b.other;
    }
};

class Simplex {
public:
    Simplex(const Alternatives& a, const std::vector<double>& limit,
            const std::vector<double>& low, const std::vector<double>& high,
            const std::vector<double>& start)
        : a_(a),
          limit_(limit),
          low_(low),
          high_(high),
          rows_(a.rows),
          prices_(start),
          value_(a.cost.size()),
          rate_(a.cost.size()),
          tied_(a.cost.size(), 0),
          key_(a.segments()),
          basis_(rows_),
          normal_(rows_ * rows_),
          inverse_(rows_ * rows_),
          multiplier_(rows_) {
        for (int r = 0; r < rows_; ++r)
            prices_[r] = std::min(std::max(prices_[r], low_[r]), high_[r]);
        restart();
    }

    Ascent run(int most_pivots, double most_seconds) {
        using Clock = std::chrono::steady_clock;
        const auto begin = Clock::now();
        Ascent answer;
        int without_gain = 0;
        for (;; ++answer.pivots) {
            const double spent = std::chrono::duration<double>(Clock::now() - begin).count();
            if (answer.pivots >= most_pivots || spent > most_seconds) break;
            if (!invert() && !recover()) {
                answer.ending = Ending::STALLED;
                break;
            }
            weigh();
            if (exchange_keys()) continue;
            const int leaving = steepest();
            if (leaving < 0) {
                answer.ending = Ending::OPTIMAL;
                break;
            }
            const double before = bound_;
            if (!step(leaving)) {
                answer.ending = Ending::UNBOUNDED;
                break;
            }
            const bool gained = bound_ > before + 1e-13 * std::abs(before);
            without_gain = gained ? 0 : without_gain + 1;
            if (without_gain > MOST_WITHOUT_GAIN) {
                answer.ending = Ending::STALLED;
                break;
            }
        }
        answer.prices = prices_;
        answer.bound = bound_;
        share(answer);
        return answer;
    }

private:
    const double* use(std::int64_t e) const { return a_.use.data() + e * rows_; }

    // Values of all alternatives and the bound, from the prices themselves: nothing accumulates.
    void evaluate() {
        const std::int64_t entries = static_cast<std::int64_t>(a_.cost.size());
        for (std::int64_t e = 0; e < entries; ++e) {
            double v = a_.cost[e];
            const double* u = use(e);
            for (int r = 0; r < rows_; ++r) v += prices_[r] * u[r];
            value_[e] = v;
        }
    }

    void total() {
        bound_ = 0.0;
        for (std::int64_t s = 0; s < a_.segments(); ++s) {
            double least = FAR;
            for (std::int64_t e = a_.first[s]; e < a_.first[s + 1]; ++e)
                least = std::min(least, value_[e]);
            bound_ += least;
        }
        for (int r = 0; r < rows_; ++r) bound_ -= prices_[r] * limit_[r];
    }

    void restart() {
        evaluate();
        total();
        for (std::int64_t s = 0; s < a_.segments(); ++s) {
            const auto from = value_.begin() + a_.first[s], to = value_.begin() + a_.first[s + 1];
            key_[s] = std::min_element(from, to) - value_.begin();
        }
        std::fill(tied_.begin(), tied_.end(), 0);
        std::fill(normal_.begin(), normal_.end(), 0.0);
        for (int r = 0; r < rows_; ++r) {
            const bool at_low = prices_[r] <= low_[r], at_high = prices_[r] >= high_[r];
            basis_[r] = {at_low ? Kind::LOW : at_high ? Kind::HIGH : Kind::FREE, r, -1};
            normal_[r * rows_ + r] = 1.0;
        }
    }

    // A basis that cannot be inverted: begin again where we are, at most a few times.
    bool recover() {
        if (++recoveries_ > 5) return false;
        restart();
        return invert();
    }

    // Column j of the inverse is the direction that leaves all elements but j as they are.
    bool invert() {
        std::vector<double> work(normal_);
        std::fill(inverse_.begin(), inverse_.end(), 0.0);
        for (int i = 0; i < rows_; ++i) inverse_[i * rows_ + i] = 1.0;
        for (int c = 0; c < rows_; ++c) {
            int pivot = c;
            for (int i = c + 1; i < rows_; ++i)
                if (std::abs(work[i * rows_ + c]) > std::abs(work[pivot * rows_ + c])) pivot = i;
            if (std::abs(work[pivot * rows_ + c]) < 1e-12) return false;
            for (int j = 0; j < rows_ && pivot != c; ++j) {
                std::swap(work[c * rows_ + j], work[pivot * rows_ + j]);
                std::swap(inverse_[c * rows_ + j], inverse_[pivot * rows_ + j]);
            }
            const double scale = 1.0 / work[c * rows_ + c];
            for (int j = 0; j < rows_; ++j) {
                work[c * rows_ + j] *= scale;
                inverse_[c * rows_ + j] *= scale;
            }
            for (int i = 0; i < rows_; ++i) {
                const double factor = work[i * rows_ + c];
                if (i == c || factor == 0.0) continue;
                for (int j = 0; j < rows_; ++j) {
                    work[i * rows_ + j] -= factor * work[c * rows_ + j];
                    inverse_[i * rows_ + j] -= factor * inverse_[c * rows_ + j];
                }
            }
        }
        return true;
    }

    // Multipliers z of the elements: use of the keys + sum_j z[j] normal[j] = limit.
    void weigh() {
        std::vector<double> beyond(rows_);
        for (int r = 0; r < rows_; ++r) beyond[r] = -limit_[r];
        for (const std::int64_t e : key_)
            for (int r = 0; r < rows_; ++r) beyond[r] += use(e)[r];
        for (int j = 0; j < rows_; ++j) {
            double z = 0.0;
            for (int r = 0; r < rows_; ++r) z -= inverse_[r * rows_ + j] * beyond[r];
            multiplier_[j] = z;
        }
    }

    void share(Ascent& answer) const {
        answer.share.assign(a_.cost.size(), 0.0);
        for (const std::int64_t e : key_) answer.share[e] = 1.0;
        for (int j = 0; j < rows_; ++j) {
            if (basis_[j].kind != Kind::TIE) continue;
            const double z = std::min(std::max(multiplier_[j], 0.0), 1.0);
            answer.share[basis_[j].other] += z;
            answer.share[key_[basis_[j].segment]] -= z;
        }
    }

    // Where the ties of a segment weigh more than the whole of it, the heaviest becomes its key.
    bool exchange_keys() {
        for (int j = 0; j < rows_; ++j) {
            if (basis_[j].kind != Kind::TIE) continue;
            const std::int64_t segment = basis_[j].segment;
            double whole = 0.0;
            int heaviest = j;
            for (int i = 0; i < rows_; ++i) {
                if (basis_[i].kind != Kind::TIE || basis_[i].segment != segment) continue;
                whole += multiplier_[i];
                if (multiplier_[i] > multiplier_[heaviest]) heaviest = i;
            }
            if (whole <= 1.0 + SLACK) continue;
            const std::int64_t old = key_[segment];
            key_[segment] = basis_[heaviest].other;
            tied_[basis_[heaviest].other] = 0;
            tied_[old] = 1;
            basis_[heaviest].other = old;
            for (int i = 0; i < rows_; ++i)
                if (basis_[i].kind == Kind::TIE && basis_[i].segment == segment) set_normal(i);
            return true;
        }
        return false;
    }

    void set_normal(int j) {
        const double *other = use(basis_[j].other), *key = use(key_[basis_[j].segment]);
        for (int r = 0; r < rows_; ++r) normal_[j * rows_ + r] = other[r] - key[r];
    }

    // The element whose release lets the bound rise most per length of the way; -1 at the top.
    int steepest() const {
        int found = -1;
        double best = 0.0;
        for (int j = 0; j < rows_; ++j) {
            const double z = multiplier_[j];
            double wrong = 0.0;
            switch (basis_[j].kind) {
                case Kind::FREE: wrong = std::abs(z); break;
                case Kind::LOW:
                case Kind::TIE: wrong = -z; break;
                case Kind::HIGH: wrong = z; break;
            }
            if (wrong <= SLACK) continue;
            double length = 0.0;
            for (int r = 0; r < rows_; ++r)
                length += inverse_[r * rows_ + j] * inverse_[r * rows_ + j];
            const double slope = wrong / std::sqrt(length);
            if (slope > best) {
                best = slope;
                found = j;
            }
        }
        return found;
    }

    Breakpoint next(std::int64_t s) const {
        Breakpoint found{FAR, s, -1};
        const std::int64_t key = key_[s];
        for (std::int64_t e = a_.first[s]; e < a_.first[s + 1]; ++e) {
            const double fall = rate_[key] - rate_[e];
            if (e == key || tied_[e] || fall <= level_) continue;
            const double at = std::max(0.0, (value_[e] - value_[key]) / fall);
            if (at < found.at) found = {at, s, e};
        }
        return found;
    }

    // Release element j and go as far as the bound rises; false where it rises without end.
    bool step(int j) {
        const double sign = multiplier_[j] < 0.0 ? 1.0 : -1.0;
        double slope = std::abs(multiplier_[j]);
        direction_.resize(rows_);
        double largest = 0.0;
        for (int r = 0; r < rows_; ++r) {
            direction_[r] = sign * inverse_[r * rows_ + j];
            largest = std::max(largest, std::abs(direction_[r]));
        }
        for (int i = 0; i < rows_; ++i) {  // elements that stay are exactly where they are
            const Element& e = basis_[i];
            if (i != j && (e.kind == Kind::LOW || e.kind == Kind::HIGH)) direction_[e.segment] = 0.0;
        }
        level_ = LEVEL * largest;
        if (basis_[j].kind == Kind::TIE) tied_[basis_[j].other] = 0;
        double end = FAR;
        int end_row = -1;
        for (int r = 0; r < rows_; ++r) {
            if (std::abs(direction_[r]) <= 1e-13 * largest) continue;
            const double room = direction_[r] < 0.0 ? prices_[r] - low_[r] : high_[r] - prices_[r];
            const double at = std::max(0.0, room / std::abs(direction_[r]));
            if (at < end) {
                end = at;
                end_row = r;
            }
        }
        const std::int64_t entries = static_cast<std::int64_t>(a_.cost.size());
        for (std::int64_t e = 0; e < entries; ++e) {
            double rate = 0.0;
            const double* u = use(e);
            for (int r = 0; r < rows_; ++r) rate += direction_[r] * u[r];
            rate_[e] = rate;
        }
        heap_.clear();
        for (std::int64_t s = 0; s < a_.segments(); ++s) {
            const Breakpoint b = next(s);
            if (b.other >= 0 && b.at < end) heap_.push_back(b);
        }
        std::make_heap(heap_.begin(), heap_.end());
        for (;;) {
            if (heap_.empty() || heap_.front().at >= end) {
                if (end_row < 0) return false;
                const bool low = direction_[end_row] < 0.0;
                move(end);
                prices_[end_row] = low ? low_[end_row] : high_[end_row];
                basis_[j] = {low ? Kind::LOW : Kind::HIGH, end_row, -1};
                for (int r = 0; r < rows_; ++r) normal_[j * rows_ + r] = r == end_row ? 1.0 : 0.0;
                break;
            }
            const Breakpoint b = heap_.front();
            std::pop_heap(heap_.begin(), heap_.end());
            heap_.pop_back();
            slope -= rate_[key_[b.segment]] - rate_[b.other];
            if (slope <= 0.0 || has_tie(b.segment, j)) {
                move(b.at);
                basis_[j] = {Kind::TIE, b.segment, b.other};
                tied_[b.other] = 1;
                set_normal(j);
                break;
            }
            key_[b.segment] = b.other;
            const Breakpoint after = next(b.segment);
            if (after.other >= 0 && after.at < end) {
                heap_.push_back(after);
                std::push_heap(heap_.begin(), heap_.end());
            }
        }
        evaluate();
        total();
        return true;
    }

    bool has_tie(std::int64_t segment, int but) const {
        for (int i = 0; i < rows_; ++i)
            if (i != but && basis_[i].kind == Kind::TIE && basis_[i].segment == segment) return true;
        return false;
    }

    void move(double length) {
        for (int r = 0; r < rows_; ++r) {
            prices_[r] += length * direction_[r];
            prices_[r] = std::min(std::max(prices_[r], low_[r]), high_[r]);
        }
    }

    const Alternatives& a_;
    const std::vector<double>&limit_, &low_, &high_;
    int rows_;
    std::vector<double> prices_, value_, rate_;
    std::vector<char> tied_;
    std::vector<std::int64_t> key_;
    std::vector<Element> basis_;
    std::vector<double> normal_, inverse_, multiplier_, direction_;
    std::vector<Breakpoint> heap_;
    double bound_ = 0.0, level_ = 0.0;
    int recoveries_ = 0;
};

double power_of_two(double x) { return x > 0.0 ? std::exp2(std::round(std::log2(x))) : 1.0; }

// Mean over the segments of largest less smallest; `step` apart in an array of alternatives.
double mean_range(const Alternatives& a, const double* values, int step) {
    double sum = 0.0;
    for (std::int64_t s = 0; s < a.segments(); ++s) {
        double least = FAR, most = -FAR;
        for (std::int64_t e = a.first[s]; e < a.first[s + 1]; ++e) {
            least = std::min(least, values[e * step]);
            most = std::max(most, values[e * step]);
        }
        sum += most - least;
    }
    return sum / static_cast<double>(std::max<std::int64_t>(1, a.segments()));
}

// A little is added to every cost, the same on every machine, so that no two ties coincide.
void spread_costs(std::vector<double>& cost) {
    std::uint64_t state = 0x9E3779B97F4A7C15ull;
    for (double& c : cost) {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        c += 1e-9 * static_cast<double>(state >> 11) / 9007199254740992.0;
    }
}

}  // namespace

Ascent ascend(Alternatives a, std::vector<double> limit, std::vector<double> low,
              std::vector<double> high, std::vector<double> start, int most_pivots,
              double most_seconds) {
    const int rows = a.rows;
    const double money = power_of_two(mean_range(a, a.cost.data(), 1));
    std::vector<double> unit(rows);  // of a price
    for (double& c : a.cost) c /= money;
    for (int r = 0; r < rows; ++r) {
        const double scale = power_of_two(mean_range(a, a.use.data() + r, rows));
        for (std::size_t e = r; e < a.use.size(); e += rows) a.use[e] /= scale;
        limit[r] /= scale;
        unit[r] = money / scale;
        low[r] /= unit[r];
        high[r] /= unit[r];
        start[r] /= unit[r];
    }
    Ascent answer = Simplex(a, limit, low, high, start).run(most_pivots, most_seconds);
    if (answer.ending == Ending::STALLED) {
        Alternatives apart = a;
        spread_costs(apart.cost);
        const Ascent other =
            Simplex(apart, limit, low, high, answer.prices).run(most_pivots, most_seconds);
        const Ascent last = Simplex(a, limit, low, high, other.prices).run(0, most_seconds);
        const int pivots = answer.pivots + other.pivots;
        if (other.ending == Ending::UNBOUNDED || last.bound >= answer.bound) {
            answer = other;
            answer.bound = last.bound;
        }
        answer.pivots = pivots;
    }
    answer.bound *= money;
    for (int r = 0; r < rows; ++r) answer.prices[r] *= unit[r];
    return answer;
}

}  // namespace pricing
