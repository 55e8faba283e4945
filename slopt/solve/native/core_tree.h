// Branch and bound over the tiers that can still matter: best first over subtrees, depth first
// inside a subtree.
//
// A node is the way to it: of each part of a group that was branched on, so many copies are held
// to the tiers of a mask. Branching on a part of n copies, f + phi of which lie on the far side of
// the prices' direction, gives one child where at least n - f copies stay on the near side and one
// where at least f + 1 copies go to the far side; what is left of the part goes on as a part of
// its own with all its tiers.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core_root.h"

namespace slopt::core {

constexpr std::uint64_t ALL_TIERS = ~std::uint64_t{0};

// How far below a plan's value nothing better has to be looked for.
struct Target {
    double gap = 0.0;     // relative
    double unit = 0.0;    // plans differ by multiples of it; 0 where they need not
    double margin = 0.0;  // kept back of every bound for its rounding
    double offset = 0.0;  // of the objective, for the relative gap

    double cut(double value) const;
};

// Every node that was made, in order, as the proof needs them.
struct Log {
    std::vector<int> parent, part, copies;
    std::vector<std::uint64_t> mask;
    Numbers prices;
};

enum class Reason { Finished, Paused, Full };

class Tree {
  public:
    // Looks for plans that cost less than `cut`, knowing one of `value` (NEVER: none).
    Tree(const Root& root, const Target& target, double cut, double value, bool log);

    Reason run(long most_nodes, double seconds, std::size_t most_bytes);

    // Lets the tree know of a plan that was found elsewhere.
    void know(double value);

    // Nothing costs less than this.
    double proven() const;
    double cut() const { return cut_; }
    double value() const { return value_; }
    // The best plan that was found, by alternatives of the instance.
    std::vector<int> taken() const;
    long nodes() const { return nodes_; }
    long pivots() const { return simplex_.pivots; }
    // Alternatives of the core, but for one in each group.
    int spare() const { return size() - groups_; }
    std::size_t bytes() const;
    const Log& log() const { return log_; }
    const Instance& instance() const { return instance_; }

  private:
    // Groups and alternatives of a node, stored behind those of its parent.
    struct Level {
        explicit Level(int rows) : basis(rows), fixed_use(rows) {}
        std::size_t numbers = 0;   // where its cost, value, use and copies begin
        std::size_t integers = 0;  // where its origin, begin, key, part and owner begin
        int groups = 0, alternatives = 0;
        int most_groups = 0, most_alternatives = 0;
        int parts = 0;
        Basis basis;
        double fixed_cost = 0.0;
        Numbers fixed_use;
        std::size_t fixed = 0;  // length of the list of decided copies
        double bound = 0.0;
        int log = -1;
        // The branching: group of this level, and of each side its tiers, copies and what the
        // bound gains.
        int group = -1;
        std::uint64_t mask[2] = {0, 0};
        int held[2] = {0, 0};
        double gain[2] = {0.0, 0.0};
        int side_log[2] = {-1, -1};
        int first = 0, tried = 0, taken = -1;
    };
    struct Node {
        int parent = -1;
        int part = -1;
        int copies = 0;
        int payload = -1;
        int log = -1;
        std::uint64_t mask = 0;
        double bound = 0.0;
    };
    struct Seat {  // where an element of a basis sits: a row, or two alternatives of a part
        Element kind;
        int at, key, tie;
    };
    struct Part {
        int owner;
        double copies;
        std::uint64_t mask;
        int cheapest;
    };
    struct Side {
        double gain = 0.0;
        Numbers prices;
    };
    struct Branching {
        int element = -1;
        double fraction = 0.0;
        Side side[2];
    };

    int size() const { return static_cast<int>(cost_.size()); }
    void take_core(const Root& root);
    void seat_root(const Root& root);

    // Level storage.
    Frame frame(const Level& level);
    double* costs(const Level& l) { return numbers_.data() + l.numbers; }
    double* values(const Level& l) { return costs(l) + l.most_alternatives; }
    double* uses(const Level& l) { return values(l) + l.most_alternatives; }
    double* copies(const Level& l) { return uses(l) + rows_ * l.most_alternatives; }
    int* origins(const Level& l) { return integers_.data() + l.integers; }
    int* begins(const Level& l) { return origins(l) + l.most_alternatives; }
    int* keys(const Level& l) { return begins(l) + l.most_groups + 1; }
    int* parts(const Level& l) { return keys(l) + l.most_groups; }
    int* owners(const Level& l) { return parts(l) + l.most_groups; }
    void open_level(int depth, int most_groups, int most_alternatives);
    bool append(Level& level, const Frame& from, int group, int owner, int part, double copies,
                std::uint64_t mask, double slack, const int* origin, std::vector<int>* moved);
    std::uint64_t tier_bit(int core_alternative) const;

    // Nodes.
    bool materialise(int node);
    void find_parts(int node);
    bool price_parts(const double* prices, double& bound);
    void lay_out(const Node& node, double bound);
    void take_seats(Level& level, int payload);
    void dive(int node, long most_nodes);
    bool evaluate(int depth);
    bool decide_branch(Level& level, Frame& frame, LpStatus status);
    bool probe_sides(Level& level, Frame& frame, Branching& best);
    Side probe_side(Frame& frame, Level& level, int element, double z, int side);
    void split(Level& level, Frame& frame, const Branching& chosen);
    bool split_anything(Level& level, Frame& frame);
    bool descend(int depth, int side);
    void flush(int node, int depth);
    int push(int parent, const Level& level, int side, bool open);
    void round(Level& level, const Frame& frame);
    void keep(const Level& level, const Frame& frame, const std::vector<int>& element,
              const std::vector<int>& count, double value);

    bool later(int a, int b) const;
    void push_heap(int node);
    int pop_heap();
    int log_node(int parent, int part, int copies, std::uint64_t mask, const Numbers& prices);
    void log_prices(int id, const Numbers& prices);

    const Instance& instance_;
    const int rows_;
    Target target_;
    double cut_, value_;
    bool logging_;

    // The core: alternatives that can be part of a plan below the cut.
    int groups_ = 0, classes_ = 0;
    std::vector<int> begin_, alternative_, group_of_, owner_;
    Numbers cost_, use_, copies_, core_value_;
    std::vector<int> core_key_;
    double fixed_cost_ = 0.0;
    Numbers fixed_use_;
    std::vector<std::pair<int, int>> decided_;  // (alternative of the instance, copies)

    Simplex simplex_;
    std::vector<Level> levels_;
    Numbers numbers_;
    std::vector<int> integers_;
    std::vector<std::pair<int, int>> fixed_;  // (core alternative, copies) decided on the path
    std::vector<int> moved_, group_to_;
    std::vector<Part> path_parts_;
    std::vector<int> path_;
    Numbers multiplier_;

    std::vector<Node> pool_;
    std::vector<int> heap_, free_payloads_;
    Numbers payload_prices_;
    std::vector<Seat> payload_seats_;

    std::vector<int> best_;  // copies on every core alternative
    double doubtful_ = NEVER;  // least bound of nodes that were decided but not brought to the cut
    long nodes_ = 0;
    bool finished_ = false;
    Log log_;
};

}  // namespace slopt::core
