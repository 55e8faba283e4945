// A first plan from the prices of the root.
#pragma once

#include "core_root.h"

namespace slopt::core {

// Takes the cheapest tiers at the root's prices, repairs the rows they break by least loss per unit
// of relief, then exchanges single copies as long as that pays. `taken` may give a plan to start
// from instead. Works on the `most_groups` groups nearest to a tie. value is NEVER without a plan.
Counts first_plan(const Root& root, const std::vector<int>& start, int most_groups);

// What a plan costs, extras included; NEVER where it breaks a row.
double evaluate(const Instance& instance, const std::vector<int>& taken);

}  // namespace slopt::core
