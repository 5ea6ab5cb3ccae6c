#include <SQLiteCpp/Database.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include "app/ctl/commands/commands.h"
#include "base/clock.h"
#include "base/database.h"
#include "base/file_lock.h"
#include "base/gzip.h"
#include "base/machine.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/reader.h"
#include "monitor/store/store_schema.h"
#include "schemas/report_codec.h"
#include "uploader/delivery.h"
#include "uploader/outbox.h"
#include "uploader/report_frame.h"
#include "uploader/sealer.h"
#include "uploader/withdrawn_reports.h"

namespace dwell::app {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLargestReport = 16 << 20;
/// A receipt has 150 bytes.
constexpr std::uintmax_t kLargestReceipt = 16 << 10;
constexpr std::string_view kReceiptEnd = ".receipt.json";

/// The outbox for writing: nobody else sends or seals meanwhile.
struct OpenOutbox {
  OpenOutbox(FileLock held, SQLite::Database opened)
      : lock(std::move(held)), database(std::move(opened)), outbox(database) {}
  FileLock lock;
  SQLite::Database database;
  uploader::Outbox outbox;
};

Expected<std::unique_ptr<OpenOutbox>> openOutbox(const Context& context) {
  if (!fs::exists(context.paths.store())) {
    return failure("nothing was recorded here yet", context.paths.store().string(),
                   "a machine that measures; dwellctl doctor tells what is missing");
  }
  auto lock = FileLock::take(context.paths.uploadLock());
  if (!lock) return failure("dwell-upload is sending", "the outbox", "another try when it is done");
  auto database = openDatabase(context.paths.store(), monitor::storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  return std::make_unique<OpenOutbox>(std::move(*lock), std::move(*database));
}

/// Everything that is final goes into reports; gives how many.
Expected<std::size_t> sealAll(const Context& context, SQLite::Database& database) {
  const auto settings = context.settings();
  if (!settings) return tl::unexpected<Error>(settings.error());
  auto store = monitor::ConsentStore::open(context.paths.dataDir);
  if (!store) return tl::unexpected<Error>(store.error());
  const WallTime now = readWallTime();
  const auto terms = store->reportTerms(*settings, now);
  const auto enrolment = store->enrolment();
  if (terms.empty())
    return failure("no consent is in force, so nothing is reported", "", "dwellctl consent accept");
  if (!enrolment || enrolment->collector != terms[0].given->collector) {
    return failure("this machine is not enrolled, or the consent does not name its collector", "",
                   "dwellctl enrol URL CODE, then dwellctl consent accept");
  }
  const auto identity = store->identity(monitor::machineHash(readMachineId()), now);
  const auto frame = uploader::readFrame(database, identity->client, terms, enrolment);
  uploader::holdBackWithdrawn(database, frame, now);
  std::size_t sealed = 0;
  while (uploader::seal(database, frame, now)) ++sealed;
  return sealed;
}

std::string readFile(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What `dwell-collector import` looks for.
std::string fileName(const uploader::WaitingReport& report) {
  return "report-" + std::to_string(report.sequence) + "-" + report.id + ".json.gz";
}

}  // namespace

ExitCode outboxExport(const Context& context, const fs::path& folder) {
  auto opened = openOutbox(context);
  if (!opened) return context.fail(opened.error());
  auto& [lock, database, outbox] = **opened;
  const auto sealed = sealAll(context, database);
  if (!sealed) return context.fail(sealed.error());

  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return context.fail({error.message(), folder.string(), "a folder that can be written"});
  std::size_t written = 0, there = 0;
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());
  for (const auto& report : reader->reports()) {
    if (report.state != "waiting") continue;
    const auto waiting = outbox.find(report.id);
    if (!waiting) continue;
    const fs::path file = folder / fileName(*waiting);
    if (fs::exists(file) && readFile(file) == waiting->body) {
      ++there;
      continue;
    }
    // Noted first: what may have left this machine is never sealed anew under another id.
    outbox.exported(report.id, {readWallTime(), {}, {}, "exported", "as the file " + fileName(*waiting)});
    writePrivateFile(file, waiting->body);
    ++written;
  }
  if (context.json) {
    return context.print(
        {{"folder", folder.string()}, {"sealed", *sealed}, {"written", written}, {"already_there", there}});
  }
  context.out << written << " reports written to " << folder.string() << ", " << there << " were there\n";
  if (written + there > 0) {
    context.out
        << "They wait here until their receipts come back: on the research server\n"
           "  dwell-collector import --data DATA FOLDER\nthen here: dwellctl outbox receipts FOLDER\n";
  }
  return ExitCode::kOk;
}

ExitCode outboxReceipts(const Context& context, const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return context.fail({"no such folder", folder.string(), "where dwell-collector import was run"},
                        ExitCode::kBadInput);
  }
  auto opened = openOutbox(context);
  if (!opened) return context.fail(opened.error());
  auto& outbox = (*opened)->outbox;
  std::size_t settled = 0, others = 0;
  Json wrong = Json::array();
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.size() <= kReceiptEnd.size() || !entry.is_regular_file() ||
        name.compare(name.size() - kReceiptEnd.size(), kReceiptEnd.size(), kReceiptEnd) != 0) {
      continue;
    }
    const std::string text = entry.file_size() <= kLargestReceipt ? readFile(entry.path()) : std::string();
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    const auto id = json.is_object() ? json.find("id") : json.end();
    if (!json.is_object() || id == json.end() || !id->is_string()) {
      wrong.push_back(name);
      continue;
    }
    const auto waiting = outbox.find(id->get<std::string>());
    if (!waiting) {  // settled before, or of another machine
      ++others;
      continue;
    }
    const auto receipt = uploader::receiptFor(*waiting, text);
    if (!receipt) {
      wrong.push_back(name);
      continue;
    }
    outbox.delivered(waiting->id, *receipt, {readWallTime(), {}, {}, "delivered", "receipt in " + name});
    ++settled;
  }
  const ExitCode code = wrong.empty() ? ExitCode::kOk : ExitCode::kFailed;
  if (context.json) {
    context.print({{"settled", settled}, {"not_waiting", others}, {"wrong", wrong}});
    return code;
  }
  context.out << settled << " reports settled; " << others << " receipts of reports that do not wait here\n";
  for (const auto& name : wrong) {
    context.err << "dwellctl: " << name.get<std::string>()
                << ": no receipt, or not for the bytes that wait here: the report goes on waiting\n";
  }
  return code;
}

ExitCode outboxRetry(const Context& context, const std::string& id) {
  auto opened = openOutbox(context);
  if (!opened) return context.fail(opened.error());
  auto& [lock, database, outbox] = **opened;
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());
  auto store = monitor::ConsentStore::open(context.paths.dataDir);
  if (!store) return context.fail(store.error());
  // A report that was sealed for another experiment is none of this collector's business.
  const auto enrolment = store->enrolment();
  const auto body = reader->reportBody(id);
  if (body && enrolment) {
    const auto json = gzipUnpack(*body, kLargestReport);
    const auto report = json ? schemas::decodeReport(*json) : tl::unexpected<Error>(json.error());
    if (report && report->experiment != enrolment->experiment) {
      return context.fail({"this report was sealed for another experiment", id, "it stays where it is"},
                          ExitCode::kBadInput);
    }
  }
  const auto done = outbox.retry(id);
  if (!done) return context.fail(done.error(), ExitCode::kBadInput);
  if (context.json) return context.print({{"id", id}, {"state", "waiting"}});
  context.out << "Waits again; dwellctl upload sends it now\n";
  return ExitCode::kOk;
}

}  // namespace dwell::app
