// A plan near the prices: repair what the segments' own best tiers overuse, then exchange.

#pragma once

#include <cstdint>
#include <vector>

namespace pricing {

// Column that relieves `row` by `relief` a unit, at a price, up to `most`; it may use other rows.
struct Extra {
    int row;
    double relief, cost, most;
    std::vector<double> use;  // of the other rows, (rows)
};

// Candidate tiers of a few segments, one after the other; segment s owns first[s] to first[s + 1].
// `reduced` is what an alternative costs at the prices above its segment's best.
struct Candidates {
    int rows = 0;
    std::vector<std::int64_t> first;
    std::vector<double> reduced;
    std::vector<double> use;     // (candidates, rows)
    std::vector<double> prices;  // (rows)
    std::vector<double> weight;  // of a unit of overuse, in money, (rows)
    std::vector<double> limit;   // (rows), what all other segments leave
    std::vector<Extra> extras;
};

// Search for the choice with the least loss: what a plan costs above the bound at the prices, which
// is the sum of its reduced costs and of the price of what it leaves unused.
class Search {
public:
    Search(Candidates candidates, std::vector<std::int64_t> start, std::uint64_t seed);

    // Repair and exchange a number of times, each from the best plan with a few random moves; ends
    // when the loss is at most `target`.
    void run(int rounds, double target);

    bool found() const { return found_; }
    double loss() const { return best_loss_; }
    const std::vector<std::int64_t>& best() const { return best_; }

private:
    struct State {
        double overuse;  // in money, after extras
        double open;     // extras and unused room at the prices, less what it is at the least
    };
    struct Move {
        double reduced;
        std::int64_t segment, candidate;
    };

    State judge(const double* used);
    State judge_move(std::int64_t segment, std::int64_t candidate);
    void apply(std::int64_t segment, std::int64_t candidate);
    void reset(const std::vector<std::int64_t>& choice);
    bool repair();
    void exchange();
    bool sweep();
    bool exchange_once();
    void keep_if_better();
    void kick();
    double random();
    const double* use(std::int64_t e) const { return c_.use.data() + e * c_.rows; }

    Candidates c_;
    std::vector<std::int64_t> segment_of_, order_, current_, best_, start_;
    std::vector<double> used_, after_, scratch_, change_;
    std::vector<Move> moves_;
    double least_open_ = 0.0, sum_reduced_ = 0.0, best_loss_, usual_;
    std::uint64_t state_;
    std::int64_t weighed_ = 0;
    bool found_ = false, begun_ = false;
};

}  // namespace pricing
