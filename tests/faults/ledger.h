#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "monitor/record/batch.h"

namespace dwell::tests {

/// Name, page group, local day and lower edge of a histogram's bucket → samples.
using Counts = std::map<std::tuple<std::string, std::string, std::int32_t, std::int64_t>, std::int64_t>;
void add(Counts& to, const std::vector<schemas::ReportHistogram>& histograms);
void add(Counts& to, const Counts& from);

/// What the rest of a run is judged by: what was told to somebody as done. A file outside the broken disk,
/// written at once, so that it outlives a kill. Written by one process at a time.
class Ledger {
 public:
  explicit Ledger(std::filesystem::path file) : file_(std::move(file)) {}

  /// A life of the machine begins: what was handed over before and is not committed may or may not be there.
  void begins();
  /// The agent hands a batch to the store; the store has said that it and all before it are written.
  void handed(const monitor::Batch& batch);
  void committed();
  /// The collector has answered that it has the report.
  void acknowledged(const std::string& id, const std::string& sha256);

  struct Visit {
    std::int64_t id = 0, startMs = 0, attentionMs = 0;
    std::string url;
  };
  struct Content {
    std::vector<Visit> ended;    ///< of batches that were committed
    Counts counts;               ///< of batches that were committed
    std::vector<Counts> unsure;  ///< of batches that were handed over and may have been committed
    std::map<std::string, std::set<std::string>> acknowledged;  ///< id → SHA-256s
  };
  Content read() const;

 private:
  void write(const std::string& lines);

  std::filesystem::path file_;
};

}  // namespace dwell::tests
