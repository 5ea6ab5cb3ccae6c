#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/support/reference/lives.h"
#include "tests/support/reference/trace.h"

namespace dwell::tests::reference {

/// What 5.3, 5.6 and 5.8 count or keep per visit, event by event.
struct PageFacts {
  std::int64_t mouseMoves = 0, mouseDowns = 0, mouseUps = 0, keys = 0, browserKeys = 0, scrolls = 0,
               touches = 0;
  std::int64_t mouseDistancePx = 0, synthetic = 0;
  std::int64_t scrollDepthPercent = 0;
  std::int64_t formFields = 0, formCharacters = 0, formAutofilled = 0;
  std::int64_t linksPressed = 0;
  bool loginForm = false;
  nlohmann::json label;   ///< null without
  nlohmann::json vitals;  ///< null without
  nlohmann::json participant;
  bool revisit = false;
};

std::vector<PageFacts> collectFacts(const Trace& trace, const Lives& lives);

/// Minutes and days of local time, from the header's offset.
std::int64_t localMinute(const Trace& trace, std::int64_t t);
std::int64_t localDay(const Trace& trace, std::int64_t t);

}  // namespace dwell::tests::reference
