#include "monitor/store/consent_store.h"

#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "base/database.h"
#include "base/digest.h"
#include "base/paths.h"
#include "base/statement.h"
#include "monitor/store/credentials.h"
#include "monitor/store/store_schema.h"

namespace dwell::monitor {
namespace {

using Json = nlohmann::ordered_json;

/// Keeps the hash useless for anything else that is derived from the machine's id (as sd_id128_get_machine
/// advises).
constexpr std::string_view kMachineSalt = "dwell machine ";

constexpr const char* kDropUnreportedCounts =
    "UPDATE histogram SET reported = count WHERE reported <> count; "
    "UPDATE histogram_sum SET reported = sum WHERE reported <> sum; "
    "DELETE FROM unreported_coverage; DELETE FROM unreported_loss;";

bool sameTerms(Consent a, const Consent& b) {
  a.time = b.time;
  return a == b;
}

std::string termsJson(const Consent& consent) {
  Json groups = Json::array();
  for (const auto& group : consent.groups) groups.push_back({group.name, group.patterns});
  return Json{{"within", consent.within}, {"exclude", consent.exclude}, {"groups", groups}}.dump();
}

void readTerms(const std::string& json, Consent& consent) {
  const Json terms = Json::parse(json);
  consent.within = terms.value("within", consent.within);
  consent.exclude = terms.value("exclude", consent.exclude);
  for (const auto& group : terms.value("groups", Json::array()))
    consent.groups.push_back({group.at(0).get<std::string>(), group.at(1).get<std::vector<std::string>>()});
}

constexpr const char* kReadConsent =
    "SELECT text_sha256, level, scope, detail, parameters, words, collector, time_ms, terms, end_ms, "
    "participant FROM consent_v3 AS act WHERE act = 'accept' AND id = "
    "(SELECT max(id) FROM consent_v3 WHERE participant IS act.participant)";

Consent readConsent(SQLite::Statement& row) {
  Consent consent;
  consent.textSha256 = row.getColumn(0).getString();
  consent.level = row.getColumn(1).getString();
  consent.scope = row.getColumn(2).getString();
  consent.detail = row.getColumn(3).getString();
  consent.parameters = row.getColumn(4).getString();
  consent.words = row.getColumn(5).getString();
  consent.collector = row.getColumn(6).getString();
  consent.time = wallTime(row.getColumn(7).getInt64());
  readTerms(row.getColumn(8).getString(), consent);
  consent.end = optionalTime(row.getColumn(9));
  consent.participant = optionalText(row.getColumn(10));
  return consent;
}

}  // namespace

struct ConsentStore::State {
  State(SQLite::Database opened, std::filesystem::path token)
      : database(std::move(opened)), tokenFile(std::move(token)) {}

  std::string newClient(const std::string& machine, WallTime now) {
    std::string client = newUuid();
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
  const auto before = current(consent.participant);
  if (before && sameTerms(*before, consent)) return;
  const bool known = identity(machine, consent.time).has_value();
  SQLite::Transaction transaction(state_->database, SQLite::TransactionBehavior::IMMEDIATE);
  executeOnce(state_->database,
              "INSERT INTO consent (act, time_ms, text_sha256, level, scope, detail, parameters, words, "
              "collector, terms, end_ms, participant, document_sha256) "
              "VALUES ('accept', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              consent.time, consent.textSha256, consent.level, consent.scope, consent.detail,
              consent.parameters, consent.words, consent.collector, termsJson(consent), consent.end,
              consent.participant, sha256Hex(consentDocument(consent)));
  // Of a participant's first act there is nothing of theirs yet: what was counted of others stays.
  if (!consent.participant || before) state_->database.exec(kDropUnreportedCounts);
  if (!known) state_->newClient(machine, consent.time);
  transaction.commit();
}

void ConsentStore::withdraw(WallTime time, const std::optional<std::string>& participant) {
  if (!current(participant)) return;
  executeOnce(state_->database, "INSERT INTO consent (act, time_ms, participant) VALUES ('withdraw', ?, ?)",
              time, participant);
  if (participant) forgetUnreportedCounts();
}

void ConsentStore::forgetUnreportedCounts() {
  SQLite::Transaction transaction(state_->database, SQLite::TransactionBehavior::IMMEDIATE);
  state_->database.exec(kDropUnreportedCounts);
  transaction.commit();
}

std::optional<Consent> ConsentStore::current(const std::optional<std::string>& participant) const {
  SQLite::Statement row(state_->database, std::string(kReadConsent) + " AND participant IS ?");
  if (!bound(row, participant).executeStep()) return std::nullopt;
  return readConsent(row);
}

std::vector<Consent> ConsentStore::inForce() const {
  SQLite::Statement row(state_->database, std::string(kReadConsent) + " ORDER BY id");
  std::vector<Consent> all;
  while (row.executeStep()) all.push_back(readConsent(row));
  return all;
}

Terms ConsentStore::terms(const Settings& own, const std::optional<std::string>& participant,
                          WallTime now) const {
  const auto enrolled = enrolment();
  const auto membership =
      enrolled ? std::optional(Membership{enrolled->collector, enrolled->settings}) : std::nullopt;
  const bool each = consentPerParticipant(own, membership);
  const auto given = each && !participant ? std::nullopt : current(each ? participant : std::nullopt);
  return termsOf(own, membership, participant, given, now);
}

std::vector<Terms> ConsentStore::reportTerms(const Settings& own, WallTime now) const {
  std::vector<Terms> all;
  for (const Consent& act : inForce()) {
    Terms of = terms(own, act.participant, now);
    if (of.given && of.given->participant == act.participant) all.push_back(std::move(of));
  }
  const auto enrolled = enrolment();
  const auto elsewhere = [&](const Terms& of) {
    return enrolled && of.given->collector != enrolled->collector;
  };
  if (!std::all_of(all.begin(), all.end(), elsewhere)) std::erase_if(all, elsewhere);
  return all;
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
  writeToken(state_->tokenFile, enrolment.collector, token);
  executeOnce(state_->database,
              "INSERT OR REPLACE INTO enrolment (one, collector, experiment, name, settings, enrolled_ms) "
              "VALUES (1, ?, ?, ?, ?, ?)",
              enrolment.collector, enrolment.experiment, enrolment.name, enrolment.settings, enrolment.time);
  executeOnce(state_->database, "DELETE FROM experiment_settings");
}

void ConsentStore::leave(const std::string& machine, WallTime time) {
  SQLite::Transaction transaction(state_->database, SQLite::TransactionBehavior::IMMEDIATE);
  executeOnce(
      state_->database,
      "UPDATE report SET state = 'quarantined', settled_ms = ?, reason = 'opted out before it was sent' "
      "WHERE state = 'waiting'",
      time);
  state_->database.exec("DELETE FROM enrolment");
  state_->newClient(machine, time);
  std::filesystem::remove(state_->tokenFile);
  transaction.commit();
}

std::optional<Enrolment> ConsentStore::enrolment() const {
  SQLite::Statement row(state_->database,
                        "SELECT e.collector, e.experiment, e.name, coalesce(n.settings, e.settings), "
                        "e.enrolled_ms, coalesce(n.revision, 0) FROM enrolment AS e "
                        "LEFT JOIN experiment_settings AS n ON n.experiment = e.experiment");
  if (!row.executeStep()) return std::nullopt;
  return Enrolment{row.getColumn(0).getString(),          row.getColumn(1).getString(),
                   row.getColumn(2).getString(),          row.getColumn(3).getString(),
                   wallTime(row.getColumn(4).getInt64()), row.getColumn(5).getInt64()};
}

void ConsentStore::newerSettings(const Enrolment& fetched) {
  executeOnce(state_->database,
              "INSERT OR REPLACE INTO experiment_settings (one, experiment, revision, settings, fetched_ms) "
              "VALUES (1, ?, ?, ?, ?)",
              fetched.experiment, fetched.revision, fetched.settings, fetched.time);
}

Expected<std::optional<std::string>> ConsentStore::token(std::string_view origin) const {
  return readToken(state_->tokenFile, origin);
}

std::string machineHash(std::string_view machineId) {
  while (!machineId.empty() && machineId.back() == '\n') machineId.remove_suffix(1);
  return sha256Hex(std::string(kMachineSalt) + std::string(machineId));
}

}  // namespace dwell::monitor
