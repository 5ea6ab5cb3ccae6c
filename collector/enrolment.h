#pragma once

#include <SQLiteCpp/Database.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "collector/secret.h"
#include "collector/writer.h"

/// Who may send reports: an experiment's enrolment code gives a token, a token sends for one client.
/// Codes and tokens are kept as SHA-256 only.
namespace dwell::collector {

struct Experiment {
  std::string id, name;
  std::int64_t revision = 1;  ///< of the settings
  std::string settingsJson;   ///< an object
};

/// Whose token came with a request.
struct Sender {
  Digest token;
  std::string experiment;  ///< its id
  std::int64_t revision = 1;
  std::optional<std::string> client;  ///< none before the first report
  bool erased = false;                ///< the client's data was erased at its request
};

struct NewExperiment {
  std::string id, code;
};

/// `settingsJson`: from settingsAsJson(). Errors: the name is empty, too long or taken.
Expected<NewExperiment> createExperiment(SQLite::Database& database, const std::string& name, WallTime now,
                                         const std::string& settingsJson = "{}");

/// Gives the experiment other settings and their revision, which its machines are told with every answer.
/// The same settings again change nothing. Errors: there is no experiment of this name.
Expected<std::int64_t> updateExperiment(SQLite::Database& database, const std::string& name,
                                        const std::string& settingsJson);

/// Threads: any.
class Enrolment {
 public:
  /// `reading`: a connection of its own. `writer` must outlive this.
  Enrolment(SQLite::Database reading, Writer& writer) : reading_(std::move(reading)), writer_(writer) {}

  std::optional<Experiment> experimentOfCode(std::string_view code);
  std::optional<Experiment> experimentOfId(const std::string& id);
  std::optional<Sender> senderOfToken(std::string_view token);

  /// Makes a token for `experiment` and calls `done` once it is on disk; nothing when it could not be kept.
  void issueToken(const Experiment& experiment, WallTime now,
                  std::function<void(std::optional<std::string>)> done);

 private:
  std::mutex mutex_;  ///< guards reading_
  SQLite::Database reading_;
  Writer& writer_;
};

}  // namespace dwell::collector
