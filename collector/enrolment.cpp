#include "collector/enrolment.h"

#include <algorithm>

#include "collector/sql.h"

namespace dwell::collector {
namespace {

constexpr std::size_t kLongestName = 200;

/// The experiment of the row that `find` stands before: id, name, revision, settings.
std::optional<Experiment> experimentOf(SQLite::Statement& find) {
  if (!find.executeStep()) return std::nullopt;
  return Experiment{find.getColumn(0).getString(), find.getColumn(1).getString(),
                    find.getColumn(2).getInt64(), find.getColumn(3).getString()};
}

}  // namespace

Expected<NewExperiment> createExperiment(SQLite::Database& database, const std::string& name, WallTime now,
                                         const std::string& settingsJson) {
  const bool printable =
      std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (name.empty() || name.size() > kLongestName || !printable) {
    return failure("the experiment's name cannot be used", "NAME",
                   "one line of 1 to " + std::to_string(kLongestName) + " bytes");
  }
  const NewExperiment made{newUuid(), newEnrolmentCode()};
  SQLite::Statement insert(database,
                           "INSERT INTO experiment (id, name, code_sha256, revision, settings, created_ms) "
                           "VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT (name) DO NOTHING");
  insert.bind(1, made.id);
  insert.bind(2, name);
  bindDigest(insert, 3, sha256(made.code));
  insert.bind(4, settingsJson);
  insert.bind(5, toMs(now));
  if (insert.exec() == 0) {
    return failure("an experiment of this name exists already", "NAME",
                   "another name; the code of an existing experiment is not kept and cannot be shown again");
  }
  return made;
}

Expected<std::int64_t> updateExperiment(SQLite::Database& database, const std::string& name,
                                        const std::string& settingsJson) {
  SQLite::Statement update(database,
                           "UPDATE experiment SET revision = revision + 1, settings = ?1 "
                           "WHERE name = ?2 AND settings <> ?1");
  update.bind(1, settingsJson);
  update.bind(2, name);
  update.exec();
  SQLite::Statement find(database, "SELECT revision FROM experiment WHERE name = ?");
  find.bind(1, name);
  if (!find.executeStep())
    return failure("there is no experiment of this name", "NAME",
                   "the name that `dwell-collector experiment create` was given");
  return find.getColumn(0).getInt64();
}

std::optional<Experiment> Enrolment::experimentOfId(const std::string& id) {
  const std::lock_guard lock(mutex_);
  SQLite::Statement find(reading_, "SELECT id, name, revision, settings FROM experiment WHERE id = ?");
  find.bind(1, id);
  return experimentOf(find);
}

std::optional<Experiment> Enrolment::experimentOfCode(std::string_view code) {
  const Digest digest = sha256(normalEnrolmentCode(code));
  const std::lock_guard lock(mutex_);
  SQLite::Statement find(reading_,
                         "SELECT id, name, revision, settings FROM experiment WHERE code_sha256 = ?");
  bindDigest(find, 1, digest);
  return experimentOf(find);
}

std::optional<Sender> Enrolment::senderOfToken(std::string_view token) {
  const Digest digest = sha256(token);
  const std::lock_guard lock(mutex_);
  SQLite::Statement find(
      reading_,
      "SELECT e.id, e.revision, t.client, EXISTS (SELECT * FROM erased_client WHERE client = "
      "t.client) FROM token t JOIN experiment e ON e.id = t.experiment WHERE "
      "t.token_sha256 = ?");
  bindDigest(find, 1, digest);
  if (!find.executeStep()) return std::nullopt;
  return Sender{digest, find.getColumn(0).getString(), find.getColumn(1).getInt64(),
                optionalText(find.getColumn(2)), find.getColumn(3).getInt() != 0};
}

void Enrolment::issueToken(const Experiment& experiment, WallTime now,
                           std::function<void(std::optional<std::string>)> done) {
  const std::string token = newToken();
  const auto write = [digest = sha256(token), id = experiment.id, now](SQLite::Database& database) {
    SQLite::Statement insert(database,
                             "INSERT INTO token (token_sha256, experiment, client, issued_ms) "
                             "VALUES (?, ?, NULL, ?)");
    bindDigest(insert, 1, digest);
    insert.bind(2, id);
    insert.bind(3, toMs(now));
    insert.exec();
  };
  const bool queued = writer_.submit(
      write, [token, done](std::exception_ptr error) { done(error ? std::nullopt : std::optional(token)); });
  if (!queued) done(std::nullopt);
}

}  // namespace dwell::collector
