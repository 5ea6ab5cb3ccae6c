#include "app/ctl/commands/commands.h"
#include "app/ctl/local_day.h"
#include "monitor/store/reader.h"
#include "schemas/histogram_codec.h"
#include "schemas/histogram_registry.h"

namespace dwell::app {
namespace {

HistogramSamples samplesOf(const monitor::HistogramCounts& counts) {
  HistogramSamples samples;
  samples.sum = counts.sum;
  for (const auto& bucket : counts.buckets)
    samples.buckets.push_back({bucket.low, bucket.high, bucket.count});
  return samples;
}

bool beginsWith(std::string_view name, const std::optional<std::string>& prefix) {
  return !prefix || name.substr(0, prefix->size()) == *prefix;
}

Error unknownName(const std::string& name) {
  return {"no histogram has a name that begins so", name, "a name of docs/histograms.md"};
}

bool registered(const std::string& prefix) {
  for (const auto& info : schemas::histogramInfos()) {
    if (beginsWith(info.name, prefix)) return true;
  }
  return false;
}

}  // namespace

ExitCode histograms(const Context& context, const HistogramsOptions& options) {
  monitor::HistogramQuery query;
  query.group = options.group;
  if (options.day) {
    const auto day = parseLocalDay(*options.day);
    if (!day) return context.fail(day.error(), ExitCode::kBadInput);
    query.days = {*day, *day};
  }
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());

  Json document = Json::array();
  bool found = false;
  for (const auto& counts : reader->histograms(query)) {
    if (!beginsWith(counts.name, options.name)) continue;
    found = true;
    const auto samples = samplesOf(counts);
    if (context.json) {
      document.push_back(schemas::histogramToJson(counts.name, samples));
    } else {
      context.out << schemas::histogramToText(counts.name, samples) << '\n';
    }
  }
  if (!found && options.name && !registered(*options.name)) {
    return context.fail(unknownName(*options.name), ExitCode::kBadInput);
  }
  if (context.json) return context.print(document);
  if (!found)
    context.out << "Nothing has been counted" << (options.name ? " under this name" : "") << " yet\n";
  return ExitCode::kOk;
}

ExitCode histogramsDescribe(const Context& context, const std::optional<std::string>& name) {
  Json document = Json::array();
  for (const auto& info : schemas::histogramInfos()) {
    if (!beginsWith(info.name, name)) continue;
    document.push_back(schemas::describeHistogram(info.id));
    if (context.json) continue;
    context.out << info.name << " (" << histogramKindName(info.kind) << ", "
                << (info.units.empty() ? info.enumName : info.units) << ")\n    " << info.summary << '\n';
  }
  if (document.empty()) return context.fail(unknownName(*name), ExitCode::kBadInput);
  return context.json ? context.print(document) : ExitCode::kOk;
}

}  // namespace dwell::app
