#include "monitor/store/count_writer.h"

#include "base/statement.h"

namespace dwell::monitor {

CountWriter::Pair CountWriter::both(const SQLite::Database& database, const std::string& table,
                                    const std::string& rest) {
  return {SQLite::Statement(database, "INSERT INTO " + table + " AS t " + rest),
          SQLite::Statement(database, "INSERT INTO unreported_" + table + " AS t " + rest)};
}

CountWriter::CountWriter(const SQLite::Database& database, TextIds& ids)
    : ids_(ids),
      addBucket_(database,
                 "INSERT INTO histogram AS t (day, series, low, high, count, reported) "
                 "VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE "
                 "SET count = t.count + excluded.count WHERE t.high = excluded.high"),
      addSum_(database,
              "INSERT INTO histogram_sum AS t (day, series, sum, reported) VALUES (?, ?, ?, 0) "
              "ON CONFLICT DO UPDATE SET sum = t.sum + excluded.sum"),
      addCoverage_(both(database, "coverage",
                        "(day, running_s, recording_s, paused_s, without_consent_s, browser_connected_s, "
                        "attention_in_scope_ms, attention_out_of_scope_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                        "ON CONFLICT DO UPDATE SET running_s = t.running_s + excluded.running_s, "
                        "recording_s = t.recording_s + excluded.recording_s, "
                        "paused_s = t.paused_s + excluded.paused_s, "
                        "without_consent_s = t.without_consent_s + excluded.without_consent_s, "
                        "browser_connected_s = t.browser_connected_s + excluded.browser_connected_s, "
                        "attention_in_scope_ms = t.attention_in_scope_ms + excluded.attention_in_scope_ms, "
                        "attention_out_of_scope_ms = "
                        "t.attention_out_of_scope_ms + excluded.attention_out_of_scope_ms")),
      addLoss_(
          both(database, "loss",
               "(cause, count) VALUES (?, ?) ON CONFLICT DO UPDATE SET count = t.count + excluded.count")) {}

std::int64_t CountWriter::add(const schemas::ReportHistogram& delta) {
  const std::int64_t series = ids_.series(delta.name, delta.group);
  std::int64_t leftOut = 0;
  for (const auto& bucket : delta.buckets) {
    const int changed = execute(addBucket_, delta.day, series, bucket.low, bucket.high, bucket.count);
    if (changed == 0) leftOut += bucket.count;
  }
  if (delta.sum != 0) execute(addSum_, delta.day, series, delta.sum);
  return leftOut;
}

void CountWriter::add(const schemas::CoverageDay& d) {
  for (auto& statement : addCoverage_) {
    execute(statement, d.day, d.runningS, d.recordingS, d.pausedS, d.withoutConsentS, d.browserConnectedS,
            d.attentionInScopeMs, d.attentionOutOfScopeMs);
  }
}

void CountWriter::addLoss(const std::string& cause, std::int64_t count) {
  for (auto& statement : addLoss_) execute(statement, cause, count);
}

}  // namespace dwell::monitor
