// A plan near the prices; see pricing_repair.h.

#include "pricing_repair.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pricing {
namespace {

constexpr double FAR = std::numeric_limits<double>::infinity();
// Moves that are weighed in one repair, and pairs in one exchange: some hundredths of a second.
constexpr std::int64_t MOST_WEIGHED = 3000000, MOST_PAIRS_WEIGHED = 300000;
constexpr int MOST_SWEEPS = 20;
constexpr std::int64_t MOST_IN_PAIRS = 600;  // of moves that are tried two at a time

}  // namespace

Search::Search(Candidates candidates, std::vector<std::int64_t> start, std::uint64_t seed)
    : c_(std::move(candidates)),
      segment_of_(c_.reduced.size()),
      order_(c_.reduced.size()),
      start_(std::move(start)),
      used_(c_.rows),
      after_(c_.rows),
      scratch_(c_.rows),
      best_loss_(FAR),
      usual_(0.0),
      state_(seed * 0x9E3779B97F4A7C15ull + 0x2545F4914F6CDD1Dull) {
    for (std::size_t s = 0; s + 1 < c_.first.size(); ++s)
        for (std::int64_t e = c_.first[s]; e < c_.first[s + 1]; ++e)
            segment_of_[e] = static_cast<std::int64_t>(s);
    for (std::size_t e = 0; e < order_.size(); ++e) {
        order_[e] = static_cast<std::int64_t>(e);
        usual_ += c_.reduced[e];
    }
    usual_ = usual_ / static_cast<double>(std::max<std::size_t>(1, order_.size())) + 1e-300;
    std::stable_sort(order_.begin(), order_.end(),
                     [&](auto a, auto b) { return c_.reduced[a] < c_.reduced[b]; });
    for (const Extra& x : c_.extras) {
        double reduced = x.cost - c_.prices[x.row] * x.relief;
        for (int r = 0; r < c_.rows; ++r) reduced += c_.prices[r] * x.use[r];
        least_open_ += std::min(0.0, reduced) * x.most;
    }
    reset(start_);
}

double Search::random() {  // in [0, 1), the same on every machine
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<double>(state_ >> 11) / 9007199254740992.0;
}

void Search::reset(const std::vector<std::int64_t>& choice) {
    current_ = choice;
    sum_reduced_ = 0.0;
    std::fill(used_.begin(), used_.end(), 0.0);
    for (const std::int64_t e : current_) {
        sum_reduced_ += c_.reduced[e];
        for (int r = 0; r < c_.rows; ++r) used_[r] += use(e)[r];
    }
}

void Search::apply(std::int64_t segment, std::int64_t candidate) {
    const std::int64_t now = current_[segment];
    sum_reduced_ += c_.reduced[candidate] - c_.reduced[now];
    for (int r = 0; r < c_.rows; ++r) used_[r] += use(candidate)[r] - use(now)[r];
    current_[segment] = candidate;
}

// The least extras that restore their rows, then what is overused and what is left.
Search::State Search::judge(const double* used) {
    const double* after = used;
    double open = -least_open_;
    if (!c_.extras.empty()) {
        std::copy(used, used + c_.rows, scratch_.begin());
        for (const Extra& x : c_.extras) {
            const double beyond = used[x.row] - c_.limit[x.row];
            if (beyond <= 0.0) continue;
            const double taken = std::min(beyond / x.relief, x.most);
            open += x.cost * taken;
            scratch_[x.row] = taken < x.most ? c_.limit[x.row] : used[x.row] - taken * x.relief;
            for (int r = 0; r < c_.rows; ++r) scratch_[r] += x.use[r] * taken;
        }
        after = scratch_.data();
    }
    double overuse = 0.0;
    for (int r = 0; r < c_.rows; ++r) {
        open += c_.prices[r] * (c_.limit[r] - used[r]);
        if (after[r] > c_.limit[r]) overuse += (after[r] - c_.limit[r]) * c_.weight[r];
    }
    return {overuse, open};
}

Search::State Search::judge_move(std::int64_t segment, std::int64_t candidate) {
    const double *to = use(candidate), *from = use(current_[segment]);
    for (int r = 0; r < c_.rows; ++r) after_[r] = used_[r] + (to[r] - from[r]);
    return judge(after_.data());
}

bool Search::repair() {
    const std::int64_t moves = static_cast<std::int64_t>(order_.size());
    for (std::int64_t weighed = 0; weighed <= MOST_WEIGHED; weighed += moves) {
        const double overuse = judge(used_.data()).overuse;
        if (overuse <= 0.0) return true;
        std::int64_t chosen = -1;
        double best = 0.0;
        for (const std::int64_t e : order_) {
            const std::int64_t s = segment_of_[e], now = current_[s];
            if (e == now) continue;
            const State then = judge_move(s, e);
            const double relief = overuse - then.overuse;
            if (relief <= 1e-13 * overuse) continue;
            const double loss = std::max(0.0, c_.reduced[e] - c_.reduced[now]);
            double worth = relief / (loss + 0.02 * overuse + 1e-9 * usual_);
            if (then.overuse <= 0.0) worth *= 1.5;
            if (begun_) worth *= 1.0 + 0.1 * random();
            if (worth > best) {
                best = worth;
                chosen = e;
            }
        }
        if (chosen < 0) return false;
        apply(segment_of_[chosen], chosen);
    }
    return false;
}

void Search::exchange() {
    for (int sweeps = 0; sweeps < MOST_SWEEPS && sweep(); ++sweeps) {
    }
    weighed_ = 0;
    while (weighed_ <= MOST_PAIRS_WEIGHED && exchange_once()) {
    }
}

// Every single move that gains as it is met; false where none did.
bool Search::sweep() {
    bool gained = false;
    double open = judge(used_.data()).open;
    const double least = 1e-12 * (std::abs(sum_reduced_) + std::abs(open) + usual_);
    for (const std::int64_t e : order_) {
        const std::int64_t s = segment_of_[e];
        const double reduced = c_.reduced[e] - c_.reduced[current_[s]];
        if (c_.reduced[e] >= best_loss_) break;
        if (e == current_[s] || reduced >= open) continue;
        const State then = judge_move(s, e);
        if (then.overuse > 0.0 || reduced + then.open - open >= -least) continue;
        apply(s, e);
        open = then.open;
        gained = true;
    }
    return gained;
}

// The best single move, or pair of moves. No pair can gain more than what is open now, so that moves
// in order of reduced cost are soon enough.
bool Search::exchange_once() {
    const double open = judge(used_.data()).open;
    moves_.clear();
    for (const std::int64_t e : order_) {
        const std::int64_t s = segment_of_[e];
        if (e == current_[s]) continue;
        const double d = c_.reduced[e] - c_.reduced[current_[s]];
        if (c_.reduced[e] >= best_loss_) break;
        if (d < open) moves_.push_back({d, s, e});
        if (static_cast<std::int64_t>(moves_.size()) >= MOST_IN_PAIRS) break;
    }
    std::stable_sort(moves_.begin(), moves_.end(),
                     [](const Move& a, const Move& b) { return a.reduced < b.reduced; });
    const int rows = c_.rows;
    const std::size_t count = moves_.size();
    weighed_ += static_cast<std::int64_t>(count);
    change_.resize(count * rows);
    for (std::size_t i = 0; i < count; ++i) {
        const double *to = use(moves_[i].candidate), *from = use(current_[moves_[i].segment]);
        for (int r = 0; r < rows; ++r) change_[i * rows + r] = to[r] - from[r];
    }
    double gain = -1e-12 * (std::abs(sum_reduced_) + std::abs(open) + usual_);
    std::size_t first = count, second = count;
    std::vector<double> room(rows), one(rows);
    for (int r = 0; r < rows; ++r) room[r] = c_.limit[r] - used_[r];
    for (const Extra& x : c_.extras) room[x.row] += x.most * x.relief;
    for (std::size_t i = 0; i < count; ++i) {
        if (2.0 * moves_[i].reduced - open >= gain) break;
        const double* a = change_.data() + i * rows;
        for (int r = 0; r < rows; ++r) one[r] = used_[r] + a[r];
        const State alone = judge(one.data());
        if (alone.overuse <= 0.0 && moves_[i].reduced + alone.open - open < gain) {
            gain = moves_[i].reduced + alone.open - open;
            first = i;
            second = count;
        }
        for (std::size_t j = i + 1; j < count; ++j) {
            const double reduced = moves_[i].reduced + moves_[j].reduced;
            if (reduced - open >= gain) break;
            if (moves_[i].segment == moves_[j].segment) continue;
            ++weighed_;
            const double* b = change_.data() + j * rows;
            bool fits = true;
            for (int r = 0; r < rows; ++r) fits &= a[r] + b[r] <= room[r];
            if (!fits) continue;
            for (int r = 0; r < rows; ++r) after_[r] = one[r] + b[r];
            const State both = judge(after_.data());
            if (both.overuse > 0.0 || reduced + both.open - open >= gain) continue;
            gain = reduced + both.open - open;
            first = i;
            second = j;
        }
    }
    if (first == count) return false;
    const Move a = moves_[first];
    if (second < count) {
        const Move b = moves_[second];
        apply(b.segment, b.candidate);
    }
    apply(a.segment, a.candidate);
    return true;
}

void Search::keep_if_better() {
    const std::vector<std::int64_t> choice = current_;
    reset(choice);  // sums anew, so that no rounding has piled up
    const State now = judge(used_.data());
    if (now.overuse > 0.0 || sum_reduced_ + now.open >= best_loss_) return;
    best_loss_ = sum_reduced_ + now.open;
    best_ = current_;
    found_ = true;
}

void Search::kick() {
    reset(found_ && random() < 0.9 ? best_ : start_);
    const int moves = 1 + static_cast<int>(random() * 4.0);
    for (int i = 0; i < moves; ++i) {
        const double u = random();
        const std::int64_t e =
            order_[static_cast<std::size_t>(u * u * static_cast<double>(order_.size()))];
        apply(segment_of_[e], e);
    }
}

void Search::run(int rounds, double target) {
    for (int round = 0; round < rounds && !order_.empty(); ++round) {
        if (found_ && best_loss_ <= target) return;
        if (begun_) kick();
        if (repair()) {
            keep_if_better();
            if (best_loss_ > target) {
                exchange();
                keep_if_better();
            }
        }
        begun_ = true;
    }
}

}  // namespace pricing
