#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "monitor/tracker/live_visit.h"
#include "monitor/tracker/tabs.h"
#include "monitor/tracker/tracker.h"

namespace dwell::monitor {

/// Beginning and end of visits, and what is told of them (5.1, 5.8).
/// Keeps ended visits until they are final. Threads: any one.
class Visits {
 public:
  Visits(const TrackerSettings& settings, WallTime wallAtZero, UtcOffset offset);

  void setClock(WallTime wallAtZero, UtcOffset offset);
  void setParticipant(std::optional<std::string> label) { participant_ = std::move(label); }
  WallTime wallAtZero() const { return wallAtZero_; }

  struct Reached {
    std::string key;  ///< the URL without its fragment
    schemas::AccessType by = schemas::AccessType::kUnknown;
    std::optional<std::int64_t> sourceVisit, redirectedFrom, typedCharacters;
  };
  /// The tab has no visit.
  LiveVisit& begin(Tab& tab, Reached reached, std::uint64_t inputsBefore, std::optional<std::int64_t> session,
                   MonoTime now);
  /// The tab has one. It stays valid until it is final.
  LiveVisit& end(Tab& tab, schemas::Exit exit, MonoTime now);

  /// An ended visit changed.
  void amend(LiveVisit& visit);

  /// Fills what is derived in visit.told, as of `now`.
  static void tell(LiveVisit& visit, MonoTime now);

  /// What ended or was amended, and what `isFinal` says will not be any more: that is forgotten.
  template <class IsFinal>
  void take(TrackerOutput& out, const IsFinal& isFinal);

 private:
  bool isRevisit(const schemas::Visit& visit, const std::string& key);

  const TrackerSettings& settings_;
  WallTime wallAtZero_;
  UtcOffset offset_;
  std::optional<std::string> participant_;
  std::int64_t next_;
  std::shared_ptr<FirstDays> firstDays_;
  std::vector<std::unique_ptr<LiveVisit>> ended_;  ///< not final
  std::vector<LiveVisit*> queue_;                  ///< for the next output
};

template <class IsFinal>
void Visits::take(TrackerOutput& out, const IsFinal& isFinal) {
  out.ended.reserve(out.ended.size() + queue_.size());
  for (LiveVisit* visit : queue_) {
    visit->queued = false;
    out.ended.push_back(visit->told);
  }
  queue_.clear();
  auto kept = ended_.begin();
  for (auto& visit : ended_) {
    if (isFinal(*visit)) {
      out.finals.push_back(visit->told.id);
      visit.reset();
    } else {
      std::swap(*kept++, visit);
    }
  }
  ended_.erase(kept, ended_.end());
}

}  // namespace dwell::monitor
