#include <SQLiteCpp/Database.h>

#include <catch2/catch.hpp>

#include "monitor/record/recorder.h"
#include "monitor/store/store.h"
#include "tests/support/histogram_tester.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using namespace dwell::monitor;
namespace hist = schemas::hist;

namespace {

/// A store in which dwell-upload has sent a report of 700 bytes: no answer, then a receipt. It went out as a
/// file, too, which is no sending.
struct Sent {
  Sent() {
    Store::open(file).value();
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
    database.exec(
        "INSERT INTO report (id, client, sequence, state, sealed_ms, period_start_ms, period_end_ms, visits, "
        "size, sha256, body, attempts, settled_ms) VALUES ('r', 'c', 1, 'delivered', 1, 0, 1, 1, 700, '" +
        std::string(64, 'a') + "', x'00', 2, 3)");
    database.exec(
        "INSERT INTO upload_attempt (time_ms, report, status, net_error, outcome, detail) VALUES "
        "(2, 'r', NULL, 7, 'retry', ''), (3, 'r', 201, NULL, 'delivered', ''), "
        "(4, 'r', NULL, NULL, 'exported', '')");
  }

  TempDir dir;
  std::filesystem::path file = dir.path() / "store.sqlite";
};

/// What an agent counts that starts, and is killed before or after its next flush.
enum class Flush { kDone, kLost };
HistogramTester life(const std::filesystem::path& file, Flush flush) {
  Store store = Store::open(file).value();
  Recorder recorder(Settings{}, HashKey{}, kMorning, UtcOffset(0));
  recorder.addUploads(store.newUploadAttempts());
  CHECK(store.newUploadAttempts().empty());
  const Batch batch = recorder.batch({}, {}, kMorning);
  if (flush == Flush::kDone) store.write(batch);
  HistogramTester counted;
  counted.add(batch.histograms);
  return counted;
}

}  // namespace

TEST_CASE_METHOD(Sent, "each sending of a report is counted once, across kills and starts") {
  life(file, Flush::kLost);
  const HistogramTester counted = life(file, Flush::kDone);
  counted.expectUnique(hist::kUploadResponseCode, 201, 1);
  counted.expectBucket(hist::kUploadNetError, 7, 1);
  counted.expectBucket(hist::kUploadNetError, 0, 1);
  counted.expectUnique(hist::kUploadBytes, 700, 2);
  counted.expectUnique(hist::kUploadAttempts, 2, 1);
  CHECK(life(file, Flush::kDone).total() == 0);
}

TEST_CASE_METHOD(Sent, "a sending is counted also when all before it have been forgotten") {
  life(file, Flush::kDone);
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
  database.exec("DELETE FROM upload_attempt");
  database.exec(
      "INSERT INTO upload_attempt (time_ms, report, status, outcome, detail) VALUES (9, 'r', 503, 'retry', "
      "'')");
  life(file, Flush::kDone).expectUnique(hist::kUploadResponseCode, 503, 1);
}
