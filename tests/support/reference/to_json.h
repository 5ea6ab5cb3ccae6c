#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "tests/support/reference/access_types.h"
#include "tests/support/reference/attention.h"
#include "tests/support/reference/lives.h"
#include "tests/support/reference/page_facts.h"
#include "tests/support/reference/reference.h"
#include "tests/support/reference/searches.h"
#include "tests/support/reference/sessions.h"
#include "tests/support/reference/trace.h"
#include "tests/support/reference/trajectories.h"

namespace dwell::tests::reference {

/// Everything that is known of a trace in the end.
struct Outcome {
  const Trace& trace;
  const ReferenceSettings& settings;
  const Lives& lives;
  const AccessTypes& access;
  const AttentionOfAll& attention;
  const std::vector<PageFacts>& facts;
  const Sessions& sessions;
  const std::vector<Trajectory>& trajectories;
  const SearchesOfAll& searches;
};

/// In the shapes of section 12.
nlohmann::ordered_json toJson(const Outcome& outcome);

}  // namespace dwell::tests::reference
