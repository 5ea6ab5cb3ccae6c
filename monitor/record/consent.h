#pragma once

#include <string>
#include <vector>

#include "base/settings.h"
#include "base/time.h"

namespace dwell::monitor {

/// What a person agreed to. Collecting more than this needs a new act.
struct Consent {
  std::string textSha256;  ///< of the text that was shown
  std::string level;       ///< "full visits", "visits by origin", "visits by keyed hash"
  std::string scope;       ///< the URL patterns, as shown
  std::string detail;      ///< of URLs, as shown
  std::string parameters;  ///< of the query that are kept, as shown; empty: none, or the whole query is
  std::string words;       ///< of searches: "off", "keyed_hash" or "full"
  std::string collector;   ///< origin that reports go to; empty: nothing leaves the machine
  WallTime time;           ///< of the act

  friend bool operator==(const Consent&, const Consent&) = default;
};

/// What recording under `settings`, with reports to `collector` (empty: none), needs to be agreed to: what
/// the window and `dwellctl consent` show and what accepting records. `time` is left at 0.
Consent consentNeeded(const Settings& settings, const std::string& collector);

/// Whether `given` allows all that `needed` asks for. The same text, scope and collector (or none);
/// parameters that were among those agreed to; detail and words that are no wider: full, then without_query,
/// then origin and keyed_hash, neither of which allows the other; full, keyed_hash, off.
bool covers(const Consent& given, const Consent& needed);

/// The text to show, then what is particular to this machine, a line each: scope, detail, where reports go.
std::string consentDocument(const Consent& needed);

}  // namespace dwell::monitor
