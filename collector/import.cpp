#include "collector/import.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "collector/inflate.h"
#include "collector/ingest.h"
#include "schemas/report_codec.h"

namespace dwell::collector {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBegin = "report-";
constexpr std::string_view kEnd = ".json.gz";

bool isReportFile(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  return entry.is_regular_file() && name.size() > kBegin.size() + kEnd.size() &&
         name.compare(0, kBegin.size(), kBegin) == 0 &&
         name.compare(name.size() - kEnd.size(), kEnd.size(), kEnd) == 0;
}

Expected<std::string> bodyOf(const fs::path& file, const Limits& limits) {
  if (fs::file_size(file) > limits.reportBytes) {
    return failure("the report is too large", file.filename().string(),
                   "at most " + std::to_string(limits.reportBytes) + " bytes");
  }
  std::ifstream in(file, std::ios::binary);
  std::string body{std::istreambuf_iterator<char>(in), {}};
  if (!in) return failure("the file cannot be read", file.filename().string(), "a file that can be read");
  return body;
}

bool hasExperiment(SQLite::Database& database, const std::string& id) {
  SQLite::Statement row(database, "SELECT 1 FROM experiment WHERE id = ?");
  row.bind(1, id);
  return row.executeStep();
}

/// Whole or not at all.
void writeReceipt(const fs::path& report, const Receipt& receipt) {
  const std::string name = report.filename().string();
  const fs::path file = report.parent_path() / (name.substr(0, name.size() - kEnd.size()) + ".receipt.json");
  const fs::path half = file.string() + ".part";
  {
    std::ofstream out(half, std::ios::binary | std::ios::trunc);
    out << nlohmann::ordered_json{{"id", receipt.id},
                                  {"sha256", hex(receipt.sha256)},
                                  {"received_ms", toMs(receipt.received)}}
               .dump()
        << '\n';
    if (!out.flush()) throw std::runtime_error("cannot write " + half.string());
  }
  fs::rename(half, file);
}

ImportedFile importOne(SQLite::Database& database, const fs::path& file, const Limits& limits, WallTime now) {
  ImportedFile imported;
  imported.file = file.filename().string();
  const auto refused = [&](const Error& reason) {
    imported.reason = reason;
    return imported;
  };
  const auto body = bodyOf(file, limits);
  if (!body) return refused(body.error());
  const auto json = inflate(*body, limits.inflatedBytes);
  if (!json) return refused(json.error());
  const auto report = schemas::decodeReport(*json);
  if (!report) return refused(report.error());
  imported.id = report->id;
  if (!hasExperiment(database, report->experiment)) {
    return refused({"the report belongs to an experiment that this collector does not have", "/experiment",
                    "the data folder of the collector that the machine is enrolled with"});
  }
  Sender sender;
  sender.experiment = report->experiment;
  if (const auto checked = checkReport(*report, sender); !checked) return refused(checked.error());

  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const Outcome outcome =
      keepReport(database, report->experiment,
                 {report->client, report->id, report->sequence, *body, sha256(*body), now});
  transaction.commit();
  if (outcome.kept == Kept::kErased) {
    return refused({"this client's data was erased at its request, and no more is taken", "/client",
                    "no reports of this machine from before it opted out"});
  }
  if (outcome.kept == Kept::kOtherBytes) {
    return refused({"a report with this id was received with other bytes", "/id",
                    "a new id for new content: a sealed report never changes"});
  }
  imported.outcome = outcome.kept == Kept::kNew ? ImportedFile::Outcome::kNew : ImportedFile::Outcome::kKnown;
  writeReceipt(file, outcome.receipt);
  return imported;
}

}  // namespace

Expected<void> importReports(SQLite::Database& database, const fs::path& folder, const Limits& limits,
                             WallTime now, const std::function<void(const ImportedFile&)>& each) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (isReportFile(*it)) files.push_back(it->path());
  }
  if (error) return failure(error.message(), folder.string(), "a folder of dwellctl outbox export");
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) each(importOne(database, file, limits, now));
  return {};
}

}  // namespace dwell::collector
