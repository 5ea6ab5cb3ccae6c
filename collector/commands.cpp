#include "collector/commands.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <csignal>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "collector/database.h"
#include "collector/http.h"
#include "collector/import.h"
#include "collector/inflate.h"
#include "collector/report_rows.h"
#include "collector/routes.h"
#include "schemas/report_codec.h"

namespace dwell::collector {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDone = 0, kToPutRight = 2;
/// For requests that are being answered when the server is told to stop.
constexpr std::chrono::seconds kGrace{5};

int complain(const Error& error) {
  std::cerr << "dwell-collector: " << error.message() << "\n";
  return kToPutRight;
}

/// Blocks the signals that end the server in this thread and those it starts, so that one thread can wait for
/// them.
sigset_t blockEndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

Expected<std::string> settingsOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.is_open() || text.bad() || std::filesystem::is_directory(file))
    return failure("cannot be read", file.string(), "a text file");
  return settingsAsJson(text.str(), file.string());
}

Expected<schemas::Report> reportOf(const SpooledReport& spooled) {
  const auto json = inflate(spooled.report.body, Limits{}.inflatedBytes);
  if (!json) return tl::unexpected<Error>(json.error());
  return schemas::decodeReport(*json);
}

/// `report` is null, with `error`, where the body cannot be read (any more).
Json rowOf(const SpooledReport& spooled) {
  const NewReport& kept = spooled.report;
  Json row{{"client", kept.client},     {"id", kept.id},
           {"sequence", kept.sequence}, {"received_ms", toMs(kept.received)},
           {"bytes", kept.body.size()}, {"sha256", hex(kept.sha256)}};
  if (const auto report = reportOf(spooled)) {
    row["report"] = reportRows(*report);
  } else {
    row["report"] = nullptr;
    row["error"] = report.error().message();
  }
  return row;
}

void printJson(SQLite::Database& database) {
  const char* separator = "[";
  forEachReport(database, [&](const SpooledReport& spooled) {
    std::cout << std::exchange(separator, ",") << "\n" << rowOf(spooled).dump();
  });
  std::cout << (*separator == '[' ? "[]\n" : "\n]\n");
}

void printTable(SQLite::Database& database) {
  std::cout << fmt::format("{:19}  {:36}  {:>8}  {:>6}  {:>10}  {:>7}  {}\n", "received (UTC)", "client",
                           "sequence", "visits", "histograms", "bytes", "id");
  std::size_t count = 0;
  forEachReport(database, [&](const SpooledReport& spooled) {
    const NewReport& kept = spooled.report;
    const auto report = reportOf(spooled);
    std::cout << fmt::format("{:%F %T}  {:36}  {:>8}  {:>6}  {:>10}  {:>7}  {}\n",
                             fmt::gmtime(static_cast<std::time_t>(toMs(kept.received) / 1'000)), kept.client,
                             kept.sequence, report ? std::to_string(report->visits.size()) : "?",
                             report ? std::to_string(report->histograms.size()) : "?", kept.body.size(),
                             kept.id);
    ++count;
  });
  std::cout << count << (count == 1 ? " report\n" : " reports\n");
}

}  // namespace

int serve(const std::string& listen, const std::filesystem::path& dataDir) {
  const auto address = parseListenAddress(listen);
  if (!address) return complain(address.error());
  const sigset_t endSignals = blockEndSignals();
  startLog("dwell-collector", LogLevel::kInfo);

  auto writing = openCollectorDatabase(dataDir);
  if (!writing) return complain(writing.error());
  auto forEnrolment = openCollectorDatabaseForReading(dataDir);
  if (!forEnrolment) return complain(forEnrolment.error());
  auto forSpool = openCollectorDatabaseForReading(dataDir);
  if (!forSpool) return complain(forSpool.error());

  const Limits limits;
  Writer writer(std::move(*writing), limits.queuedWrites);
  Enrolment enrolment(std::move(*forEnrolment), writer);
  Spool spool(std::move(*forSpool), writer);
  Ingest ingest(spool, writer, limits, readWallTime);
  Erasure erasure(writer);
  Routes routes(enrolment, ingest, erasure, writer, readWallTime);
  const auto server = HttpServer::listen(*address, limits, routes);
  if (!server) return complain(server.error());

  std::vector<std::thread> threads(std::size_t{2} * std::max(1U, std::thread::hardware_concurrency()));
  for (std::thread& thread : threads) thread = std::thread([&] { (*server)->run(); });
  const bool isV6 = address->host.find(':') != std::string::npos;
  std::cout << "listening on " << (isV6 ? "[" + address->host + "]" : address->host) << ":"
            << (*server)->port() << std::endl;

  int signal = 0;
  sigwait(&endSignals, &signal);
  (*server)->stop(kGrace);
  for (std::thread& thread : threads) thread.join();
  writer.finish();  // its answers need the server, which goes first
  return kDone;
}

int experimentCreate(const std::string& name, const std::filesystem::path& settings,
                     const std::filesystem::path& dataDir, OutputForm form) {
  const auto json = settings.empty() ? Expected<std::string>("{}") : settingsOf(settings);
  if (!json) return complain(json.error());
  auto database = openCollectorDatabase(dataDir);
  if (!database) return complain(database.error());
  const auto made = createExperiment(*database, name, readWallTime(), *json);
  if (!made) return complain(made.error());
  if (form == OutputForm::kJson) {
    std::cout << Json{{"id", made->id}, {"name", name}, {"code", made->code}}.dump() << "\n";
  } else {
    std::cout << made->code << "\n";
  }
  return kDone;
}

int experimentUpdate(const std::string& name, const std::filesystem::path& settings,
                     const std::filesystem::path& dataDir, OutputForm form) {
  const auto json = settingsOf(settings);
  if (!json) return complain(json.error());
  auto database = openCollectorDatabase(dataDir);
  if (!database) return complain(database.error());
  const auto revision = updateExperiment(*database, name, *json);
  if (!revision) return complain(revision.error());
  if (form == OutputForm::kJson) {
    std::cout << Json{{"name", name}, {"revision", *revision}}.dump() << "\n";
  } else {
    std::cout
        << "revision " << *revision
        << "; machines fetch it with their next report: what narrows applies at once, what widens waits "
           "for consent\n";
  }
  return kDone;
}

int reports(const std::filesystem::path& dataDir, OutputForm form) {
  auto database = openCollectorDatabaseForReading(dataDir);
  if (!database) return complain(database.error());
  if (form == OutputForm::kJson) {
    printJson(*database);
  } else {
    printTable(*database);
  }
  return kDone;
}

int importFolder(const std::filesystem::path& folder, const std::filesystem::path& dataDir, OutputForm form) {
  auto database = openCollectorDatabase(dataDir);
  if (!database) return complain(database.error());
  std::size_t taken = 0, known = 0, refused = 0;
  Json files = Json::array();
  const auto done = importReports(*database, folder, Limits{}, readWallTime(), [&](const ImportedFile& file) {
    const char* outcome = "";
    switch (file.outcome) {
      case ImportedFile::Outcome::kNew:
        ++taken;
        outcome = "new";
        break;
      case ImportedFile::Outcome::kKnown:
        ++known;
        outcome = "known";
        break;
      case ImportedFile::Outcome::kRefused:
        ++refused;
        outcome = "refused";
        std::cerr << "dwell-collector: " << file.file << ": " << file.reason.message() << "\n";
        break;
    }
    files.push_back(
        {{"file", file.file}, {"outcome", outcome}, {"id", file.id}, {"reason", file.reason.message()}});
  });
  if (!done) return complain(done.error());
  if (form == OutputForm::kJson) {
    std::cout << files.dump() << "\n";
  } else {
    std::cout << taken << " new, " << known << " received before, " << refused << " refused\n";
    if (taken + known > 0)
      std::cout << "Bring the folder back to its machine: dwellctl outbox receipts FOLDER\n";
  }
  return refused == 0 ? kDone : kToPutRight;
}

}  // namespace dwell::collector
