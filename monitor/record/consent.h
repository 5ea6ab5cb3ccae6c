#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/settings.h"
#include "base/time.h"

namespace dwell::monitor {

/// What a person agreed to. Collecting more than this in any item needs a new act.
struct Consent {
  std::string textSha256;                        ///< of the text that was shown
  std::string level;                             ///< "histograms only", "visits by origin", "full visits"
  std::string scope;                             ///< the URL patterns, as shown
  std::vector<std::vector<std::string>> within;  ///< of URL patterns: a page recorded is in each list
  std::vector<std::string> exclude;              ///< URL patterns: no page recorded is in it
  std::string detail;      ///< of URLs: "none", "origin", "keyed_hash", "without_query", "full"
  std::string parameters;  ///< of the query that are kept, as shown; empty: none, or the whole query is
  std::string words;       ///< of searches: "off", "keyed_hash" or "full"
  std::vector<PageGroup> groups;           ///< of pages whose histograms are kept apart
  std::string collector;                   ///< origin that reports go to; empty: nothing leaves the machine
  std::optional<WallTime> end;             ///< until then; none: without end
  std::optional<std::string> participant;  ///< on a shared machine: the label of who agreed
  WallTime time;                           ///< of the act

  friend bool operator==(const Consent&, const Consent&) = default;
};

/// What recording under `settings`, with reports to `collector` (empty: none), needs to be agreed to: what
/// the window and `dwellctl consent` show and what accepting records. `time` is left at 0.
Consent consentNeeded(const Settings& settings, const std::string& collector);

/// Whether `given` allows all that `needed` asks for, item by item: the same text, collector (or none) and
/// participant; a level, an end, words of searches and parameters that are no wider; patterns each of which
/// is within one that was agreed to. Details in order of width: full, without_query, keyed_hash; what is
/// agreed to at one level holds for those below it. A page group needs to have been named where visits are
/// not kept in a detail that tells as much.
bool covers(const Consent& given, const Consent& needed);

/// `asked`, no wider in any item than `given`: what may be recorded until somebody agrees to more. Covered by
/// `given` where text, collector and participant are the same.
Settings narrowed(Settings asked, const Consent& given);

/// The text to show, then what is particular to this machine, a line each.
std::string consentDocument(const Consent& needed);

}  // namespace dwell::monitor
