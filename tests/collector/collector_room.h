#pragma once

#include <catch2/catch.hpp>
#include <future>
#include <nlohmann/json.hpp>
#include <string>

#include "base/gzip.h"
#include "collector/database.h"
#include "collector/routes.h"
#include "schemas/report_codec.h"
#include "tests/schemas/random_report.h"
#include "tests/support/temp_dir.h"

namespace dwell::test {

inline constexpr auto kClient = "11111111-2222-4333-8444-555555555555";
inline constexpr auto kOtherClient = "99999999-2222-4333-8444-555555555555";
inline constexpr auto kDeadline = std::chrono::seconds(60);

/// The collector's rooms without sockets, over a database of their own. Its clock stands still at `now`.
class CollectorRoom {
 public:
  explicit CollectorRoom(collector::Limits limits = {}) : CollectorRoom(limits, {}) {}
  /// Over the database in `folder`, which outlives this; in one of its own if empty.
  CollectorRoom(collector::Limits limits, const std::filesystem::path& folder)
      : folder_(folder.empty() ? dir_.path() : folder),
        limits_(limits),
        writer_(open(collector::openCollectorDatabase(folder_)), limits.queuedWrites),
        enrolment_(open(collector::openCollectorDatabaseForReading(folder_)), writer_),
        spool_(open(collector::openCollectorDatabaseForReading(folder_)), writer_),
        ingest_(spool_, writer_, limits_, [this] { return now; }),
        erasure_(writer_),
        routes_(enrolment_, ingest_, erasure_, writer_, [this] { return now; }) {}

  const std::filesystem::path& folder() const { return folder_; }
  /// A second connection, as another process has one.
  SQLite::Database database() { return open(collector::openCollectorDatabase(folder_)); }
  collector::Routes& routes() { return routes_; }
  collector::Writer& writer() { return writer_; }

  /// Starts a request; the future is ready once it is answered.
  std::future<collector::Response> begin(collector::Request request, std::string body) {
    request.contentLength = body.size();
    auto promise = std::make_shared<std::promise<collector::Response>>();
    auto answered = promise->get_future();
    auto admission = routes_.admit(request);
    if (auto* response = std::get_if<collector::Response>(&admission)) {
      promise->set_value(std::move(*response));
    } else {
      std::get<collector::Work>(admission)(
          std::move(body), [promise](collector::Response given) { promise->set_value(std::move(given)); });
    }
    return answered;
  }
  collector::Response send(collector::Request request, std::string body) {
    auto answered = begin(std::move(request), std::move(body));
    REQUIRE(answered.wait_for(kDeadline) == std::future_status::ready);
    return answered.get();
  }

  /// Makes an experiment and enrols a client in it: token and experiment id.
  struct Membership {
    std::string token, experiment;
  };
  Membership enrol() {
    auto writing = database();
    const auto made = collector::createExperiment(writing, "experiment " + std::to_string(++made_), now);
    REQUIRE(made.has_value());
    return enrol(made->code);
  }
  Membership enrol(const std::string& code) {
    const auto response = send({"POST", "/v1/enrol", "", {}}, R"({"code":")" + code + R"("})");
    REQUIRE(response.status == 201);
    const auto json = nlohmann::json::parse(response.body);
    return {json.at("token"), json.at("experiment").at("id")};
  }

  static collector::Request reportRequest(const std::string& token, const std::string& id) {
    return {"POST",
            "/v1/reports",
            "",
            {{"authorization", "Bearer " + token},
             {"content-type", "application/json"},
             {"content-encoding", "gzip"},
             {"dwell-report-id", id}}};
  }
  collector::Response post(const std::string& token, const schemas::Report& report) {
    return send(reportRequest(token, report.id), gzipPack(schemas::encodeReport(report)));
  }

  std::int64_t count(const std::string& table) {
    auto connection = database();
    return connection.execAndGet("SELECT COUNT(*) FROM " + table).getInt64();
  }

  WallTime now = wallTime(1'800'000'000'000);

 private:
  static SQLite::Database open(Expected<SQLite::Database> opened) {
    if (!opened) FAIL(opened.error().message());
    return std::move(*opened);
  }

  tests::TempDir dir_;
  std::filesystem::path folder_;
  collector::Limits limits_;
  collector::Writer writer_;
  collector::Enrolment enrolment_;
  collector::Spool spool_;
  collector::Ingest ingest_;
  collector::Erasure erasure_;
  collector::Routes routes_;
  int made_ = 0;
};

inline std::string headerOf(const collector::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace dwell::test
