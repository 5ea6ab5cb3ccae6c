#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/lane.h"
#include "base/paths.h"
#include "base/retention_settings.h"
#include "base/settings.h"
#include "monitor/record/batch.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/erasure.h"
#include "monitor/store/reader.h"
#include "monitor/store/retention.h"
#include "monitor/store/store.h"

namespace dwell::app {

/// The store on its own thread. What can't be written (a full disk) is kept and written with the next batch:
/// up to kMostWaiting rows of each kind; older ones are dropped and counted as the loss "store.not_written",
/// their samples stay. What the store refuses for good is dropped at once and counted as "store.refused".
/// Threads: the event thread; the calls that give something back wait for the lane.
class StoreLane {
 public:
  /// How an attempt to write went. `trouble` is empty or says what is wrong.
  struct Written {
    std::string trouble;
    int sqliteResult = 0;  ///< 0, or the code of SQLite's error
    Millis took{};
  };
  /// `written` is called on the lane after each attempt.
  explicit StoreLane(std::function<void(const Written&)> written, std::size_t mostWaiting = kMostWaiting);
  /// Two days of a heavy user (5,000 visits a day), about 15 MB.
  static constexpr std::size_t kMostWaiting = 10'000;

  /// Completes first what an erasure that was cut short has left.
  /// Errors: a database from a newer version, a folder of another user.
  Expected<void> open(const Paths& paths, const monitor::ErasureFrame& frame);

  /// Erases; everything written before counts. Nothing else may be asked of the store meanwhile.
  /// Errors: what was measured before can't be written; an upload is under way.
  Expected<monitor::Erased> erase(const monitor::Erasure& erasure, const monitor::ErasureFrame& frame);

  struct Found {
    monitor::NextNumbers numbers;
    monitor::LeftOpen leftOpen;
  };
  /// What a new stretch of recording begins with; every batch given before counts, written or not.
  /// Errors: throws SQLite::Exception where the store can't be read now.
  Found beginning();
  /// What dwell-upload has done since the last call; nothing while the store can't be read.
  std::vector<monitor::UploadAttempt> newUploadAttempts();
  /// What holds now for recording, under the settings of this machine's own file.
  monitor::Terms terms(const Settings& own, const std::optional<std::string>& participant, WallTime now);

  /// A pause goes on over the agent's restart.
  struct Pause {
    std::optional<WallTime> until;  ///< none: until somebody ends it
  };
  /// Kept and written later where the store can't be written.
  void notePause(const std::optional<Pause>& pause);
  std::optional<Pause> pause();

  /// Whether this machine belongs to a research server, as far as the store can be read.
  bool enrolled();
  /// When dwell-upload wants to be run again after a failure.
  std::optional<WallTime> nextUploadAttempt();

  void write(monitor::Batch batch);
  /// Tries again what could not be written.
  void writeAgain();
  /// The same as write(), and waits; false if it could not be written (yet).
  bool writeNow(monitor::Batch batch);

  /// Removes what is too old or too much, a little at a time: what is written meanwhile does not wait long.
  /// One at a time; another call while it goes on is left out.
  void retain(RetentionSettings settings, std::int32_t today, UtcOffset offset);

  void noteIdleThreshold(Millis threshold);
  void noteBrowser(std::string brand, std::string version, WallTime time);

 private:
  Expected<void> openStore();
  void reopenStore();
  void retainMore();
  void keep(monitor::Batch batch);
  bool writeWaiting();
  /// On the lane: writes, or keeps it to be written before the next batch.
  void note(const std::string& about, std::function<void()> write);
  void post(std::function<void()> task) { lane_.post(std::move(task)); }
  /// What `ask` gives on the lane, or `otherwise` where the store can't be read.
  template <class Value, class Ask>
  Value asked(Value otherwise, Ask ask);

  std::function<void(const Written&)> written_;
  const std::size_t mostWaiting_;
  Paths paths_;
  std::optional<monitor::Store> store_;  // the lane's from here on
  std::optional<monitor::ConsentStore> consents_;
  std::optional<monitor::Reader> reader_;
  std::optional<monitor::Retention> retention_;
  std::optional<monitor::Batch> waiting_;               ///< all that is not written, as one
  std::map<std::string, std::function<void()>> notes_;  ///< to be written beside it, by what they are about
  Lane lane_;
};

}  // namespace dwell::app
