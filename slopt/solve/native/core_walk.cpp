// Walks along an edge of the dual function, over all its breakpoints.
#include <algorithm>

#include "core_kernels.h"
#include "core_simplex.h"

namespace slopt::core {

namespace {

constexpr double FLAT = 1e-12;  // smaller differences of slope count as parallel

}  // namespace

void Simplex::aim(const Frame& frame, int element) {
    for (int m = 0; m < rows_; ++m) direction_[m] = inverse_[m * rows_ + element];
    combine(frame.rows, frame.alternatives, frame.stride, nullptr, frame.use, direction_.data(),
            slope_.data());
}

void Simplex::move(const Basis& basis, double sign, double length, Numbers& prices) const {
    for (int m = 0; m < rows_; ++m) {
        prices[m] = std::max(0.0, basis.prices[m] + sign * length * direction_[m]);
    }
}

// Where the next alternative of a group becomes as cheap as the key, if that is before `wall`.
double Simplex::next_breakpoint(const Frame& frame, int group, int key, double sign, double least,
                                double wall, bool whole, int& alternative) const {
    double nearest = wall;
    bool found = false;
    const double value = frame.value[key], slope = slope_[key];
    for (int e = frame.begin[group]; e < frame.begin[group + 1]; ++e) {
        const double closing = sign * (slope - slope_[e]);
        if (closing <= FLAT || (skip_[e] && !whole)) continue;
        const double apart = frame.value[e] - value;
        if (apart >= nearest * closing) continue;
        nearest = apart / closing;
        alternative = e;
        found = true;
    }
    return found ? std::max(nearest, least) : NEVER;
}

void Simplex::sift(std::size_t at) {
    const std::size_t size = heap_.size();
    const Breakpoint moved = heap_[at];
    while (true) {
        std::size_t child = 2 * at + 1;
        if (child >= size) break;
        if (child + 1 < size && heap_[child + 1].at < heap_[child].at) ++child;
        if (heap_[child].at >= moved.at) break;
        heap_[at] = heap_[child];
        at = child;
    }
    heap_[at] = moved;
}

Walk Simplex::walk(Frame& frame, const Basis& basis, double sign, double slope, double target,
                   bool pivoting, const Remainder& remainder) {
    Walk result;
    double wall = NEVER;
    for (int m = 0; m < rows_; ++m) {
        const double falling = -sign * direction_[m];
        if (falling <= 1e-13) continue;
        const double at = std::max(0.0, basis.prices[m] / falling);
        if (at < wall) {
            wall = at;
            result.at = m;
        }
    }
    flips_.clear();
    heap_.clear();
    for (int g = 0; g < frame.groups; ++g) {
        const double at = next_breakpoint(frame, g, frame.key[g], sign, 0.0, wall, false,
                                          next_[g]);
        if (at < wall) heap_.push_back({at, g});
    }
    int remainder_key = remainder.key;
    if (remainder.group >= 0) {
        const double at = next_breakpoint(frame, remainder.group, remainder_key, sign, 0.0, wall,
                                          true, next_[frame.groups]);
        if (at < wall) heap_.push_back({at, frame.groups});
    }
    for (std::size_t i = heap_.size() / 2; i-- > 0;) sift(i);
    double before = 0.0;
    while (true) {
        const bool last = heap_.empty();
        const double at = last ? wall : heap_[0].at;
        if (at >= NEVER && target >= NEVER) {
            result.end = Walk::End::Unbounded;
            return result;
        }
        const double gain = at < NEVER ? result.gain + slope * (at - before) : NEVER;
        if (gain >= target) {
            result.end = Walk::End::Reached;
            result.length = before + (target - result.gain) / slope;
            // Some way beyond, where q still grows, against rounding.
            result.length = std::min(at, result.length + 0.5 * (result.length - before));
            result.gain = target;
            return result;
        }
        result.gain = gain;
        result.length = before = at;
        if (last) {
            result.end = Walk::End::Row;
            return result;
        }
        const int group = heap_[0].group, entering = next_[group];
        const bool second = group == frame.groups;
        const int owner = second ? remainder.group : group;
        int& key = second ? remainder_key : frame.key[group];
        const double copies = second ? remainder.copies : frame.copies[group];
        const double left = slope + sign * copies * (slope_[entering] - slope_[key]);
        if (left <= FLAT || (pivoting && hard_[group])) {
            result.end = Walk::End::Tie;
            result.at = group;
            result.tie = entering;
            return result;
        }
        slope = left;
        if (!second) flips_.emplace_back(group, key);
        key = entering;
        const double next =
            next_breakpoint(frame, owner, key, sign, at, wall, second, next_[group]);
        if (next < wall) {
            heap_[0].at = next;
        } else {
            heap_[0] = heap_.back();
            heap_.pop_back();
        }
        if (!heap_.empty()) sift(0);
    }
}

Walk Simplex::probe(Frame& frame, const Basis& basis, double sign, double slope, double target,
                    const Remainder& remainder) {
    const Walk result = walk(frame, basis, sign, slope, target, false, remainder);
    for (auto flip = flips_.rbegin(); flip != flips_.rend(); ++flip) {
        frame.key[flip->first] = flip->second;
    }
    return result;
}

}  // namespace slopt::core
