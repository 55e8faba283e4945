#include "core_instance.h"

#include <algorithm>
#include <cstring>

namespace slopt::core {

namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
    return hash ^ (hash >> 29);
}

std::uint64_t bits(double value) {
    std::uint64_t result;
    std::memcpy(&result, &value, sizeof result);
    return result;
}

}  // namespace

Instance::Instance(const Input& input)
    : rows(static_cast<int>(input.use.size())), bound(input.bound), accept(input.accept),
      fill(input.fill), relieved(input.relieved) {
    pack(input);
}

// Alternatives are first laid down one after the other (cost, then the use of every row), so that
// equal segments can be told by comparing memory, then turned into one array a row.
void Instance::pack(const Input& input) {
    std::size_t slots = 16;
    while (slots < 2 * static_cast<std::size_t>(input.segments)) slots *= 2;
    std::vector<int> table(slots, -1);
    const std::size_t width = rows + 1;
    cost.reserve(width * input.segments * input.tiers);
    tier.reserve(static_cast<std::size_t>(input.segments) * input.tiers);
    class_of.resize(input.segments);
    begin.assign(1, 0);
    for (int s = 0; s < input.segments; ++s) class_of[s] = find_or_add(input, s, table);
    classes = static_cast<int>(begin.size()) - 1;
    for (std::size_t j = 0; j < relieved.size(); ++j) {
        cost.insert(cost.end(), width, 0.0);
        cost.push_back(input.extra_cost[j]);
        const auto* from = input.extra_use.data() + j * rows;
        cost.insert(cost.end(), from, from + rows);
        tier.insert(tier.end(), {0, 1});
        begin.push_back(begin.back() + 2);
        copies.push_back(1.0);
    }
    groups = static_cast<int>(begin.size()) - 1;
    alternatives = begin.back();
    const Numbers laid = std::move(cost);
    cost.assign(alternatives, 0.0);
    use.assign(static_cast<std::size_t>(rows) * alternatives, 0.0);
    for (int e = 0; e < alternatives; ++e) {
        const double* from = laid.data() + e * width;
        cost[e] = from[0];
        for (int m = 0; m < rows; ++m) {
            use[static_cast<std::size_t>(m) * alternatives + e] = from[1 + m];
        }
    }
}

int Instance::find_or_add(const Input& input, int segment, std::vector<int>& table) {
    const std::size_t at = static_cast<std::size_t>(segment) * input.tiers;
    const std::size_t from = tier.size();
    std::uint64_t hash = 0;
    for (int k = 0; k < input.tiers; ++k) {
        if (!input.allowed[at + k]) continue;
        tier.push_back(static_cast<std::uint8_t>(k));
        cost.push_back(input.cost[at + k]);
        hash = mix(mix(hash, k), bits(cost.back()));
        for (int m = 0; m < rows; ++m) {
            cost.push_back(input.scale[m] * input.use[m][at + k]);
            hash = mix(hash, bits(cost.back()));
        }
    }
    std::size_t slot = hash & (table.size() - 1);
    while (table[slot] >= 0) {
        if (same(table[slot], from)) {
            tier.resize(from);
            cost.resize(from * (rows + 1));
            copies[table[slot]] += 1.0;
            return table[slot];
        }
        slot = (slot + 1) & (table.size() - 1);
    }
    table[slot] = static_cast<int>(copies.size());
    copies.push_back(1.0);
    begin.push_back(static_cast<int>(tier.size()));
    return table[slot];
}

bool Instance::same(int group, std::size_t from) const {
    const std::size_t count = begin[group + 1] - begin[group], width = rows + 1;
    return count == tier.size() - from &&
           std::memcmp(&tier[begin[group]], &tier[from], count) == 0 &&
           std::memcmp(&cost[begin[group] * width], &cost[from * width],
                       count * width * sizeof(double)) == 0;
}

double Instance::relief(double* total) const {
    double paid = 0.0;
    for (int j = 0; j < extras(); ++j) {
        const int row = relieved[j], e = extra_alternative(j);
        const double beyond = total[row] - fill[row];
        if (beyond <= 0.0) continue;
        const double part = std::min(1.0, beyond / -used(row, e));
        paid += part * cost[e];
        for (int m = 0; m < rows; ++m) total[m] += part * used(m, e);
    }
    for (int m = 0; m < rows; ++m) {
        if (!(total[m] <= accept[m])) return NEVER;
    }
    return paid;
}

double Instance::judge(double paid, const double* total, double* work) const {
    if (extras() == 0) {
        for (int m = 0; m < rows; ++m) {
            if (!(total[m] <= accept[m])) return NEVER;
        }
        return paid;
    }
    std::copy(total, total + rows, work);
    const double relieving = relief(work);
    return relieving < NEVER ? paid + relieving : NEVER;
}

std::vector<std::int64_t> Instance::choice(const std::vector<int>& taken) const {
    std::vector<int> left(taken), next(begin.begin(), begin.end() - 1);
    std::vector<std::int64_t> result(class_of.size());
    for (std::size_t s = 0; s < class_of.size(); ++s) {
        int& e = next[class_of[s]];
        while (left[e] == 0) ++e;
        --left[e];
        result[s] = tier[e];
    }
    return result;
}

}  // namespace slopt::core
