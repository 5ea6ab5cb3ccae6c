#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/time.h"
#include "monitor/tracker/live_visit.h"
#include "schemas/event.h"

namespace dwell::monitor {

struct ShownResults;

/// What one `serp` event showed. Shared, since it outlives the visit.
struct ResultList {
  struct Row {
    std::int64_t rank = 0;
    std::string key;  ///< URL without the fragment
    std::string kind;
    schemas::Features features;
  };
  std::string engine, query;
  std::vector<Row> rows;

  /// The first row with one of these URLs.
  std::optional<std::size_t> find(const std::string& requested, const std::string& url) const;
};

/// Clicks on the results of one tab that wait for a return to it.
struct AwaitedReturns {
  std::vector<std::shared_ptr<Click>> clicks;
};

/// A visit reached by a link from a SERP visit: a click on a result, or what may become one along a redirect.
struct Click {
  std::int64_t serpVisit = 0;
  std::string serpKey, serpSite;
  std::shared_ptr<const ResultList> results;  ///< as they were when it began
  std::weak_ptr<ShownResults> from;
  std::optional<std::size_t> row;  ///< of `results`
  bool counts = false;             ///< it is a click

  LiveVisit* holder = nullptr;  ///< the visit it is judged on, until that is final
  bool open = true;             ///< the holder has not ended
  std::int64_t visit = 0;       ///< the holder's number, place in the trace, URL, session
  std::uint64_t order = 0;
  std::string key;
  std::optional<std::int64_t> session;
  std::optional<std::uint64_t> returned;  ///< the place in the trace of the return
};

/// Results clicked, returns, quick-backs and pogo-sticking (5.7).
/// Threads: any one.
class Clicks {
 public:
  explicit Clicks(Millis quickBack) : quickBack_(quickBack) {}

  /// `visit` was reached by a link, no redirect, from the SERP visit behind `from`. What it makes of that is
  /// in visit.click.
  void follow(LiveVisit& visit, const std::string& requestedKey, const std::shared_ptr<ShownResults>& from);

  /// `before`, which has a click, ended in a redirect to `visit`.
  void redirect(LiveVisit& before, LiveVisit& visit, const std::string& requestedKey);

  /// The click's visit ended without handing it on.
  static void visitEnded(LiveVisit& visit) {
    if (visit.click) visit.click->open = false;
  }

  struct Moment {
    MonoTime at;
    std::uint64_t order = 0;              ///< of the event that began the attention
    std::optional<std::int64_t> session;  ///< in progress then
  };
  /// A moment of attention of `visit` in its tab: returns of clicks from there.
  void moment(LiveVisit& visit, const Moment& moment);

  /// Whether nothing of this click can change once its session is over.
  bool decided(const Click& click) const;

  /// Forgets what belongs to sessions that are over, as `over` says.
  template <class Over>
  void forget(const Over& over);

  /// Visits that had ended when a click of theirs changed; cleared by the caller.
  std::vector<LiveVisit*>& amended() { return amended_; }

 private:
  using Group = std::vector<std::shared_ptr<Click>>;
  using GroupKey = std::tuple<std::int64_t, std::string, std::string>;  ///< session, engine, query

  static GroupKey groupOf(const Click& click);
  void judge(const std::shared_ptr<Click>& click, LiveVisit& visit, const std::string& requestedKey);
  void leaveGroup(const std::shared_ptr<Click>& click);
  void joinGroup(const std::shared_ptr<Click>& click);
  void judgePogoSticking(const Group& group);
  void amend(LiveVisit* visit);

  Millis quickBack_;
  std::map<GroupKey, Group> groups_;  ///< the clicks of a session, by engine and query
  std::vector<LiveVisit*> amended_;
};

template <class Over>
void Clicks::forget(const Over& over) {
  for (auto it = groups_.begin(); it != groups_.end();) {
    bool done = over(std::get<0>(it->first));
    for (const auto& click : it->second) done = done && click->holder == nullptr;
    it = done ? groups_.erase(it) : std::next(it);
  }
}

}  // namespace dwell::monitor
