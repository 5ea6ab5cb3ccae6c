#include <map>
#include <utility>

#include "app/ctl/commands/commands.h"
#include "base/clock.h"
#include "monitor/store/reader.h"
#include "monitor/store/rebuilt_histograms.h"
#include "schemas/histogram_codec.h"
#include "schemas/histogram_registry.h"

namespace dwell::app {
namespace {

using ByName = std::map<std::string, HistogramSamples>;

bool canBeRebuilt(std::string_view name) {
  const auto id = schemas::histogramFromName(name);
  if (!id) return false;
  const auto from = schemas::histogramInfo(*id).from;
  return from != schemas::HistogramSource::kEvent && from != schemas::HistogramSource::kProcess;
}

ByName keptCounts(const monitor::Reader& reader, const std::string& group) {
  monitor::HistogramQuery query;
  query.group = group;
  ByName kept;
  for (auto& counts : reader.histograms(query)) {
    if (canBeRebuilt(counts.name)) kept[counts.name] = {std::move(counts.buckets), counts.sum};
  }
  return kept;
}

Json summary(const HistogramSamples& samples) { return {{"count", samples.count()}, {"sum", samples.sum}}; }

}  // namespace

ExitCode histogramsRebuild(const Context& context) {
  const auto settings = context.settings();
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());

  const auto rebuilt = monitor::rebuiltHistograms(*reader, *settings, readUtcOffset(readWallTime()));
  Json differences = Json::array();
  std::size_t compared = 0;
  for (const std::string& group : reader->pageGroups()) {
    auto anew = schemas::addUpDays(rebuilt, group);
    if (!anew) return context.fail(anew.error());
    ByName kept = keptCounts(*reader, group);
    for (const auto& [name, samples] : *anew) kept.try_emplace(name);
    compared += kept.size();
    for (const auto& [name, samples] : kept) {
      const HistogramSamples& counted = (*anew)[name];
      if (counted == samples) continue;
      differences.push_back(
          {{"name", name}, {"group", group}, {"kept", summary(samples)}, {"rebuilt", summary(counted)}});
    }
  }
  if (context.json) {
    context.print(differences);
  } else {
    for (const Json& d : differences) {
      context.out << d["name"].get<std::string>() << " (" << d["group"].get<std::string>() << "): kept "
                  << d["kept"].dump() << ", rebuilt " << d["rebuilt"].dump() << '\n';
    }
    context.out << compared << " histograms compared, " << differences.size() << " differ\n";
  }
  return differences.empty() ? ExitCode::kOk : ExitCode::kFailed;
}

}  // namespace dwell::app
