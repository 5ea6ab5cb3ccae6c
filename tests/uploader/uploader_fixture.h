#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/database.h"
#include "base/gzip.h"
#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "monitor/store/store_schema.h"
#include "schemas/report_codec.h"
#include "tests/support/fake_transport.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"
#include "uploader/uploader.h"

namespace dwell::tests {

/// A store that the agent writes, an uploader on it, and a collector without a network.
struct UploaderFixture {
  TempDir dir;
  std::filesystem::path file = dir.path() / "store.sqlite";
  monitor::Store store = monitor::Store::open(file).value();
  monitor::Reader reader = monitor::Reader::open(file).value();
  SQLite::Database database = openDatabase(file, monitor::storeSchema()).value();
  FakeTransport transport;
  uploader::Uploader uploader{database, transport, {"https://research.example", "secret"}};
  uploader::ReportFrame frame = frameAt(kMorning);
  WallTime now = kMorning + std::chrono::hours(12);

  static uploader::ReportFrame frameAt(WallTime consent) {
    return {"6f9619ff-8b86-4011-b42d-00c04fc964ff",
            "exp-1",
            {std::string(64, 'a'), "full visits", consent},
            {"Debian", "0.1.0", "C", "UTC", "x11", {{"Chromium", "140"}}},
            {}};
  }

  /// Closed visits numbered `first` to `last` and a histogram sample for each.
  void record(std::int64_t first, std::int64_t last) {
    monitor::Batch batch = batchAt(now);
    for (std::int64_t id = first; id <= last; ++id) batch.ended.push_back(closedVisit(id));
    batch.histograms = {samples("Engagement.ActiveTime", last - first + 1)};
    store.write(batch);
  }

  uploader::StepResult step() { return uploader.step(frame, {now, 0, false}); }

  /// Steps until the run ends; gives the last one.
  uploader::StepResult run() {
    uploader::StepResult last = step();
    while (!uploader::endsRun(last.step)) last = step();
    return last;
  }

  static schemas::Report decoded(const std::string& body) {
    return schemas::decodeReport(gzipUnpack(body, 100'000'000).value()).value();
  }

  /// The one report in the given state.
  monitor::SealedReport theOnly(const std::string& state) {
    std::vector<monitor::SealedReport> found;
    for (const auto& report : reader.reports()) {
      if (report.state == state) found.push_back(report);
    }
    if (found.size() != 1) throw std::runtime_error(std::to_string(found.size()) + " reports are " + state);
    return found[0];
  }
};

}  // namespace dwell::tests
