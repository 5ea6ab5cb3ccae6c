#include "schemas/histogram_codec.h"

#include "base/histogram_text.h"

namespace dwell::schemas {
namespace {

using Json = nlohmann::ordered_json;

std::string_view sourceName(HistogramSource source) {
  switch (source) {
    case HistogramSource::kVisit:
      return "visit";
    case HistogramSource::kSession:
      return "session";
    case HistogramSource::kTrajectory:
      return "trajectory";
    case HistogramSource::kSearch:
      return "search";
    case HistogramSource::kEvent:
      return "event";
    case HistogramSource::kProcess:
      return "process";
  }
  return {};
}

Json orNull(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

Json histogramToJson(std::string_view name, const HistogramSamples& samples) {
  const auto id = histogramFromName(name);
  Json buckets = Json::array();
  for (const HistogramBucket& bucket : samples.buckets) {
    buckets.push_back({{"low", bucket.low}, {"high", bucket.high}, {"count", bucket.count}});
  }
  return {{"name", name},
          {"kind", id ? Json(histogramKindName(histogramInfo(*id).kind)) : Json(nullptr)},
          {"count", samples.count()},
          {"sum", samples.sum},
          {"buckets", std::move(buckets)}};
}

Expected<std::map<std::string, HistogramSamples>> addUpDays(const std::vector<ReportHistogram>& histograms,
                                                            std::string_view group) {
  std::map<std::string, HistogramSamples> added;
  for (const ReportHistogram& histogram : histograms) {
    if (histogram.group != group) continue;
    const auto merged = added[histogram.name].merge({histogram.buckets, histogram.sum});
    if (!merged) return failure(merged.error().what, histogram.name);
  }
  return added;
}

Json histogramsToJson(const std::map<std::string, HistogramSamples>& histograms) {
  Json json = Json::array();
  for (const auto& [name, samples] : histograms) json.push_back(histogramToJson(name, samples));
  return json;
}

Json describeHistogram(HistogramId id) {
  const HistogramInfo& info = histogramInfo(id);
  Json json = {{"name", info.name}, {"kind", histogramKindName(info.kind)}};
  if (const auto& layout = histogramLayout(id)) {
    json["min"] = layout->edge(1);
    json["max"] = layout->edge(layout->bucketCount() - 1);
    json["bucket_count"] = layout->bucketCount();
    json["edges"] = layout->edges();
  } else {
    for (const char* field : {"min", "max", "bucket_count", "edges"}) json[field] = nullptr;
  }
  json["units"] = orNull(info.units);
  json["enum"] = orNull(info.enumName);
  Json& values = json["values"] = info.values.empty() ? Json(nullptr) : Json::object();
  for (const HistogramEnumValue& value : info.values) values[std::string(value.name)] = value.value;
  json["summary"] = info.summary;
  json["from"] = sourceName(info.from);
  return json;
}

std::string histogramToText(std::string_view name, const HistogramSamples& samples) {
  const auto id = histogramFromName(name);
  return histogramText(name, id ? histogramLayout(*id).get() : nullptr, samples);
}

}  // namespace dwell::schemas
