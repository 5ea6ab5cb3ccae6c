#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "schemas/visit.h"

namespace dwell::monitor {

struct Tab;
struct LoginTrajectory;
struct ShownResults;
struct Click;

/// A visit with what the rules need besides what is told of it. Owned by its tab while it lasts, then by the
/// tracker until it is final.
struct LiveVisit {
  schemas::Visit told;
  std::string key;  ///< its URL without the fragment, as the event gave it: what "same URL" compares
  MonoTime start;
  std::uint64_t order = 0;     ///< of the event that began it
  WallTime wallAtZero;         ///< of its clock; it keeps it
  Tab* tab = nullptr;          ///< none once it has ended
  std::uint64_t inputsBefore;  ///< on the machine, before it began
  std::optional<MonoTime> firstAttention;
  MonoTime attentionEnd;                   ///< of its last stretch longer than 0; valid with firstAttention
  std::int64_t activeTold = 0;             ///< of its active time, what session and trajectory have got
  std::optional<MonoTime> lastSubmission;  ///< of a log-in
  std::shared_ptr<LoginTrajectory> trajectory;       ///< whose step it is
  std::shared_ptr<ShownResults> results;             ///< as a SERP visit; may be there before it is one
  std::shared_ptr<Click> click;                      ///< as (the possible) click on a result
  std::shared_ptr<const schemas::LinkTable> links;   ///< what its page offered, until it ends
  std::vector<std::optional<std::int64_t>> pressed;  ///< the places that told.presses were said to have in it
  bool ended = false;
  bool queued = false;  ///< for the next output

  WallTime wall(MonoTime t) const { return wallAtZero + t.time_since_epoch(); }
};

}  // namespace dwell::monitor
