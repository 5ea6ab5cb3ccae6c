#pragma once

#include <SQLiteCpp/Database.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "collector/enrolment.h"
#include "collector/secret.h"
#include "collector/writer.h"

/// The reports that were accepted, as they came, and those that were refused.
namespace dwell::collector {

/// What the client gets for a report: it may forget the report when this names its id and bytes.
struct Receipt {
  std::string id;
  Digest sha256{};  ///< of the gzip bytes
  WallTime received;
  std::uint64_t bytes = 0;  ///< of gzip
};

struct NewReport {
  std::string client, id;
  std::int64_t sequence = 0;
  std::string body;  ///< gzip
  Digest sha256{};
  WallTime received;
};

enum class Kept {
  kNew,          ///< on disk now
  kRepeat,       ///< the same bytes were there: the receipt is the first one
  kOtherBytes,   ///< the id was there with other bytes; nothing was changed
  kOtherClient,  ///< the token sends for another client; nothing was changed
  kErased,       ///< the client's data was erased at its request; nothing was changed
  kNotNow,       ///< queue full, or the disk refused it
};
struct Outcome {
  Kept kept = Kept::kNotNow;
  Receipt receipt;  ///< for kNew and kRepeat
};

/// A report as it stands in the spool.
struct SpooledReport {
  NewReport report;
  std::string experiment;
};

/// Threads: any.
class Spool {
 public:
  /// `reading`: a connection of its own. `writer` must outlive this.
  Spool(SQLite::Database reading, Writer& writer) : reading_(std::move(reading)), writer_(writer) {}

  /// What was received under this id.
  std::optional<Receipt> find(const std::string& client, const std::string& id);

  /// Keeps the report and binds its client to the sender's token. `done` is called after the commit.
  void keep(const Sender& sender, NewReport report, std::function<void(Outcome)> done);

  /// Keeps refused bytes with the reason, but none of an erased client. `done(false)`: they could not be
  /// kept.
  void quarantine(const Sender& sender, std::string body, const Digest& digest, WallTime received,
                  const Error& reason, std::function<void(bool)> done);

 private:
  std::mutex mutex_;  ///< guards reading_
  SQLite::Database reading_;
  Writer& writer_;
};

/// Keeps a report, whoever brought it; within a transaction of the caller's.
Outcome keepReport(SQLite::Database& database, const std::string& experiment, const NewReport& report);

/// Calls `each` for all reports in order of arrival, one in memory at a time.
void forEachReport(SQLite::Database& database, const std::function<void(const SpooledReport&)>& each);

}  // namespace dwell::collector
