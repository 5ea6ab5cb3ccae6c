#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/visit.h"

/// Open visits where only counts are kept (Level::kHistograms). So that a kill costs no more attention than
/// elsewhere, the store has what is measured of them until they end, without URL, search, or label: a
/// checkpoint, that goes when the visit ends. In place of the URL stand the page groups that the visit counts
/// in: their names are the settings' own.
namespace dwell::monitor {

inline constexpr std::string_view kCheckpointPrefix = "groups:";

inline bool isCheckpoint(std::string_view url) {
  return url.substr(0, kCheckpointPrefix.size()) == kCheckpointPrefix;
}

inline std::string checkpointUrl(const std::vector<std::string>& groups) {
  std::string url(kCheckpointPrefix);
  for (const auto& group : groups) url += group + '\n';
  return url;
}

/// Whether `group` is one that checkpointUrl() was given.
inline bool checkpointNames(std::string_view url, const std::string& group) {
  const std::string line = '\n' + group + '\n';
  return ('\n' + std::string(url.substr(kCheckpointPrefix.size()))).find(line) != std::string::npos;
}

/// `visit` with `url` (of checkpointUrl()), and without what a page or a person wrote.
inline schemas::Visit checkpointOf(schemas::Visit visit, std::string url) {
  visit.url = std::move(url);
  visit.label.reset();
  visit.presses.clear();
  visit.typedCharacters.reset();  // of how many, only the URL would tell
  if (visit.serp) visit.serp->engine = visit.serp->query = "";
  if (visit.resultsPage) visit.resultsPage->engine = visit.resultsPage->query = "";
  return visit;
}

}  // namespace dwell::monitor
