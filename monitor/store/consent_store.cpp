#include "monitor/store/consent_store.h"

#include <SQLiteCpp/Transaction.h>

#include <fstream>
#include <system_error>
#include <utility>

#include "base/database.h"
#include "base/digest.h"
#include "base/paths.h"
#include "base/statement.h"
#include "monitor/store/store_schema.h"

namespace dwell::monitor {
namespace {

/// Keeps the hash useless for anything else that is derived from the machine's id (as sd_id128_get_machine
/// advises).
constexpr std::string_view kMachineSalt = "dwell machine ";

constexpr const char* kDropUnreportedCounts =
    "UPDATE histogram SET reported = count WHERE reported <> count; "
    "UPDATE histogram_sum SET reported = sum WHERE reported <> sum; "
    "DELETE FROM unreported_coverage; DELETE FROM unreported_loss;";

bool sameTerms(const Consent& a, const Consent& b) {
  return a.textSha256 == b.textSha256 && a.level == b.level && a.scope == b.scope && a.detail == b.detail &&
         a.parameters == b.parameters && a.words == b.words && a.collector == b.collector;
}

}  // namespace

struct ConsentStore::State {
  State(SQLite::Database opened, std::filesystem::path token)
      : database(std::move(opened)), tokenFile(std::move(token)) {}

  std::string newClient(const std::string& machine, WallTime now) {
    const std::string client = newUuid();
    executeOnce(database,
                "INSERT OR REPLACE INTO identity (one, client, machine_sha256, made_ms) VALUES (1, ?, ?, ?)",
                client, machine, now);
    return client;
  }

  /// A clone carries what the original will send itself.
  Identity becomeAnother(const std::string& machine, WallTime now) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    executeOnce(database,
                "UPDATE report SET state = 'quarantined', settled_ms = ?, reason = 'cloned machine' "
                "WHERE state = 'waiting'",
                now);
    database.exec("DELETE FROM unreported");
    database.exec(kDropUnreportedCounts);
    database.exec("DELETE FROM enrolment");
    Identity identity{newClient(machine, now), now};
    std::filesystem::remove(tokenFile);
    transaction.commit();
    return identity;
  }

  SQLite::Database database;
  std::filesystem::path tokenFile;
};

ConsentStore::ConsentStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
ConsentStore::~ConsentStore() = default;
ConsentStore::ConsentStore(ConsentStore&&) noexcept = default;
ConsentStore& ConsentStore::operator=(ConsentStore&&) noexcept = default;

Expected<ConsentStore> ConsentStore::open(const std::filesystem::path& dataDir) {
  Paths paths;
  paths.dataDir = dataDir;
  auto database = openDatabase(paths.store(), storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  return ConsentStore(std::make_unique<State>(std::move(*database), paths.token()));
}

void ConsentStore::accept(const Consent& consent, const std::string& machine) {
  if (const auto before = current(); before && sameTerms(*before, consent)) return;
  const bool known = identity(machine, consent.time).has_value();
  SQLite::Transaction transaction(state_->database, SQLite::TransactionBehavior::IMMEDIATE);
  executeOnce(
      state_->database,
      "INSERT INTO consent (act, time_ms, text_sha256, level, scope, detail, parameters, words, collector) "
      "VALUES ('accept', ?, ?, ?, ?, ?, ?, ?, ?)",
      consent.time, consent.textSha256, consent.level, consent.scope, consent.detail, consent.parameters,
      consent.words, consent.collector);
  state_->database.exec(kDropUnreportedCounts);
  if (!known) state_->newClient(machine, consent.time);
  transaction.commit();
}

void ConsentStore::withdraw(WallTime time) {
  if (current())
    executeOnce(state_->database, "INSERT INTO consent (act, time_ms) VALUES ('withdraw', ?)", time);
}

std::optional<Consent> ConsentStore::current() const {
  SQLite::Statement row(
      state_->database,
      "SELECT act, text_sha256, level, scope, detail, parameters, words, collector, time_ms FROM consent_v2 "
      "ORDER BY id DESC LIMIT 1");
  if (!row.executeStep() || row.getColumn(0).getString() != "accept") return std::nullopt;
  return Consent{row.getColumn(1).getString(), row.getColumn(2).getString(),
                 row.getColumn(3).getString(), row.getColumn(4).getString(),
                 row.getColumn(5).getString(), row.getColumn(6).getString(),
                 row.getColumn(7).getString(), wallTime(row.getColumn(8).getInt64())};
}

std::optional<Identity> ConsentStore::identity(const std::string& machine, WallTime now) {
  SQLite::Statement row(state_->database, "SELECT client, machine_sha256, made_ms FROM identity");
  if (!row.executeStep()) return std::nullopt;
  if (row.getColumn(1).getString() == machine) {
    return Identity{row.getColumn(0).getString(), wallTime(row.getColumn(2).getInt64())};
  }
  row.reset();
  return state_->becomeAnother(machine, now);
}

void ConsentStore::enrol(const Enrolment& enrolment, const std::string& token) {
  const auto before = this->enrolment();
  if (before && (before->collector != enrolment.collector || before->experiment != enrolment.experiment)) {
    executeOnce(state_->database,
                "UPDATE report SET state = 'quarantined', settled_ms = ?, reason = 'enrolled elsewhere' "
                "WHERE state = 'waiting'",
                enrolment.time);
  }
  // The token first: a row without its token would look enrolled.
  writePrivateFile(state_->tokenFile, enrolment.collector + "\n" + token + "\n");
  executeOnce(state_->database,
              "INSERT OR REPLACE INTO enrolment (one, collector, experiment, name, settings, enrolled_ms) "
              "VALUES (1, ?, ?, ?, ?, ?)",
              enrolment.collector, enrolment.experiment, enrolment.name, enrolment.settings, enrolment.time);
}

std::optional<Enrolment> ConsentStore::enrolment() const {
  SQLite::Statement row(state_->database,
                        "SELECT collector, experiment, name, settings, enrolled_ms FROM enrolment");
  if (!row.executeStep()) return std::nullopt;
  return Enrolment{row.getColumn(0).getString(), row.getColumn(1).getString(), row.getColumn(2).getString(),
                   row.getColumn(3).getString(), wallTime(row.getColumn(4).getInt64())};
}

std::optional<std::string> ConsentStore::token(std::string_view origin) const {
  std::ifstream in(state_->tokenFile);
  std::string tokenOrigin, token;
  if (!std::getline(in, tokenOrigin) || !std::getline(in, token) || tokenOrigin != origin || token.empty())
    return std::nullopt;
  return token;
}

std::string machineHash(std::string_view machineId) {
  while (!machineId.empty() && machineId.back() == '\n') machineId.remove_suffix(1);
  return sha256Hex(std::string(kMachineSalt) + std::string(machineId));
}

}  // namespace dwell::monitor
