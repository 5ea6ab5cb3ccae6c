#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "monitor/tracker/click.h"
#include "monitor/tracker/live_visit.h"
#include "schemas/event.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// A visit as a SERP visit: what it shows, what was seen and clicked of it. Shared by the visit, its search
/// and tabs opened from it; it outlives the visit.
struct ShownResults {
  std::int64_t visit = 0;
  std::string key;
  std::optional<std::int64_t> session;
  std::shared_ptr<const ResultList> results;  ///< none: it is no SERP visit (yet)
  std::vector<std::int64_t> seen;             ///< ranks, ascending
  std::vector<std::shared_ptr<Click>> clicks;
  std::weak_ptr<AwaitedReturns> awaited;  ///< of its tab, while that is open
  bool touched = false;                   ///< its search must be told anew
};

/// What a tab showed: the latest results per URL, of the kSerpsRemembered URLs shown last.
struct SerpMemory {
  struct Shown {
    std::string key;
    std::shared_ptr<const ResultList> results;
  };
  std::list<Shown> latest;  ///< the last shown first
  std::unordered_map<std::string, std::list<Shown>::iterator> byKey;
  std::shared_ptr<AwaitedReturns> awaited = std::make_shared<AwaitedReturns>();
};

/// A tab's own history holds 50 entries in Chromium; more than that many SERPs are not gone back to.
inline constexpr std::size_t kSerpsRemembered = 256;

/// Ranks remembered as seen per visit; what comes beyond is a loss.
inline constexpr std::size_t kRanksRemembered = 20'000;

/// One query on one engine within a session (5.7).
/// Threads: any one.
class Searches {
 public:
  explicit Searches(std::int64_t first) : next_(first) {}

  /// A visit began in its tab: it shows again what the tab showed under its URL.
  void visitStarted(LiveVisit& visit);

  void shown(LiveVisit& visit, const schemas::Serp& serp);

  /// Gives the number of ranks that had no room.
  std::size_t seen(LiveVisit& visit, const std::vector<std::int64_t>& ranks);

  /// The visit as a SERP visit, now or later.
  static std::shared_ptr<ShownResults> resultsOf(LiveVisit& visit);

  /// Those that changed since the last call. A search that has lost its SERP visits comes without any.
  /// Forgets those that can't change any more; `gone` tells whether a session is over and its visits ended.
  template <class Gone>
  void take(std::vector<schemas::Search>& out, const Gone& gone);

 private:
  using Key = std::tuple<std::optional<std::int64_t>, std::string, std::string>;  ///< session, engine, query
  struct State {
    std::int64_t id = 0;
    std::vector<std::shared_ptr<ShownResults>> serps;  ///< in order of their visits
    bool changed = true;
  };

  static Key keyOf(const ShownResults& shown);
  void show(LiveVisit& visit, std::shared_ptr<const ResultList> results);
  static schemas::Search told(const Key& key, const State& state);
  /// Whether nothing else can add to it.
  static bool settled(const State& state);
  static bool readTouched(State& state);

  std::int64_t next_;
  std::map<Key, State> states_;
};

template <class Gone>
void Searches::take(std::vector<schemas::Search>& out, const Gone& gone) {
  for (auto it = states_.begin(); it != states_.end();) {
    State& state = it->second;
    const std::optional<std::int64_t> session = std::get<0>(it->first);
    if (readTouched(state)) out.push_back(told(it->first, state));
    const bool done = state.serps.empty() || (session && gone(*session) && settled(state));
    it = done ? states_.erase(it) : std::next(it);
  }
}

}  // namespace dwell::monitor
