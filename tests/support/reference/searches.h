#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/reference/access_types.h"
#include "tests/support/reference/attention.h"
#include "tests/support/reference/lives.h"
#include "tests/support/reference/reference.h"
#include "tests/support/reference/sessions.h"
#include "tests/support/reference/trace.h"

namespace dwell::tests::reference {

struct ServedResult {
  std::int64_t rank = 0;
  std::string url;
  nlohmann::json kind;
};

/// One `serp` event.
struct Serp {
  std::size_t at = 0;
  int visit = kNone;
  std::string engine;
  std::string query;
  std::vector<ServedResult> results;
};

/// A result click, and what came of it.
struct Click {
  int visit = kNone;
  int serpVisit = kNone;
  std::string engine;
  std::string query;
  std::optional<ServedResult> matched;
  std::optional<std::int64_t> dwell;  ///< ms
  std::size_t returnEvent = 0;        ///< where there is a dwell
  bool quickBack = false;
  bool pogoStick = false;
};

struct SearchRow {
  ServedResult result;
  std::vector<int> serpVisits;  ///< those that have it
  bool seen = false;
  int clicked = kNone;  ///< visit
};

struct Search {
  std::string engine;
  std::string query;
  int session = kNone;
  std::vector<int> serpVisits;
  std::vector<SearchRow> rows;
};

/// 5.7.
struct SearchesOfAll {
  std::vector<std::optional<Serp>> shownBy;  ///< per visit: what it last showed
  std::vector<Click> clicks;                 ///< in order of their visits
  std::vector<Search> searches;              ///< in order of their first SERP visit
};

SearchesOfAll findSearches(const Trace& trace, const Lives& lives, const AccessTypes& access,
                           const AttentionOfAll& attention, const Sessions& sessions,
                           const ReferenceSettings& settings);

}  // namespace dwell::tests::reference
