#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "monitor/record/batch.h"
#include "monitor/record/left_open.h"
#include "monitor/record/upload_attempt.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// What a tracker's first visit, session, trajectory and search are numbered: no number is used twice.
struct NextNumbers {
  std::int64_t visit = 1, session = 1, trajectory = 1, search = 1;
};

/// The agent's writer. Other processes read the file meanwhile.
/// Threads: one at a time (the agent's lane).
/// Errors: methods throw SQLite::Exception when disk or file is broken; nothing of the call was written then
/// and it may be made again with the same values.
class Store {
 public:
  /// Opens or makes `file` (0600). Its folder must be there (makePrivateFolder).
  static Expected<Store> open(const std::filesystem::path& file);
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  NextNumbers nextNumbers() const;
  /// The same, as if `waiting` had been written.
  NextNumbers nextNumbersAfter(const Batch& waiting) const;
  LeftOpen leftOpen() const;

  /// What dwell-upload has noted since the last call, or since what the last batch before this run held.
  std::vector<UploadAttempt> newUploadAttempts();

  /// Writes all of `batch` in one transaction.
  /// A visit, session, trajectory or search may be written again, amended: the later word counts. Once a
  /// report holds it it never changes; a later word is left out and counted as the loss
  /// "store.amended_after_report".
  void write(const Batch& batch);

  /// A number of the agent's own that goes on over its restart; 0 where none was written.
  std::int64_t readState(const std::string& key) const;
  void writeState(const std::string& key, std::int64_t value);
  /// Another connection (Retention) has removed rows: numbers that were remembered may be gone.
  void rowsWereRemoved();

  /// For the views' active_ms and the reports' environment. `idleThreshold` is one of kAgeEdgesMs.
  void noteIdleThreshold(Millis idleThreshold);
  void noteBrowser(const std::string& brand, const std::string& version, WallTime time);

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dwell::monitor
