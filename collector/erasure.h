#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/time.h"
#include "collector/enrolment.h"
#include "collector/writer.h"

/// Erasing at the request of those whom it is about.
namespace dwell::collector {

/// What went, the first time that it was asked for.
struct ErasureReceipt {
  std::string client;
  WallTime erased;
  std::int64_t reports = 0, quarantined = 0;
};

enum class Erased {
  kDone,    ///< nothing of the client is in the file or its log any more; again: the first receipt
  kNotOwn,  ///< the token is another client's; nothing was changed
  kNotNow   ///< queue full, the disk refused it, or a reader still holds the log: to be asked for again
};
struct ErasureOutcome {
  Erased erased = Erased::kNotNow;
  ErasureReceipt receipt;
};

/// Threads: any.
class Erasure {
 public:
  /// `writer` must outlive this.
  explicit Erasure(Writer& writer) : writer_(writer) {}

  /// Deletes the client's reports and what of it is in quarantine; the bytes are overwritten (secure_delete)
  /// and the log is cut. Its id stays, so that a late report is refused. A token that has sent nothing yet
  /// may name only a client that nobody else has.
  void erase(const Sender& sender, const std::string& client, WallTime now,
             std::function<void(ErasureOutcome)> done);

 private:
  Writer& writer_;
};

/// Whether the client's data was erased. On the writer's thread.
bool wasErased(SQLite::Database& database, const std::string& client);

}  // namespace dwell::collector
