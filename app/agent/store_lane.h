#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>

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

/// The store on its own thread. What can't be written (a full disk) is kept and written before the next.
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
  explicit StoreLane(std::function<void(const Written&)> written);

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
  /// What a new stretch of recording begins with; everything written before counts.
  Found beginning();
  /// What dwell-upload has done since the last call.
  std::vector<monitor::UploadAttempt> newUploadAttempts();
  /// What holds now for recording, under the settings of this machine's own file.
  monitor::Terms terms(const Settings& own, const std::optional<std::string>& participant, WallTime now);

  /// A pause goes on over the agent's restart.
  struct Pause {
    std::optional<WallTime> until;  ///< none: until somebody ends it
  };
  void notePause(const std::optional<Pause>& pause);
  std::optional<Pause> pause();

  /// Whether this machine belongs to a research server.
  bool enrolled();
  /// When dwell-upload wants to be run again after a failure.
  std::optional<WallTime> nextUploadAttempt();

  void write(monitor::Batch batch);
  /// The same, and waits; false if it could not be written (yet).
  bool writeNow(monitor::Batch batch);

  /// Removes what is too old or too much, a little at a time: what is written meanwhile does not wait long.
  /// One at a time; another call while it goes on is left out.
  void retain(RetentionSettings settings, std::int32_t today, UtcOffset offset);

  void noteIdleThreshold(Millis threshold);
  void noteBrowser(std::string brand, std::string version, WallTime time);

 private:
  Expected<void> openStore();
  void retainMore();
  bool writeWaiting();
  void post(std::function<void()> task) { lane_.post(std::move(task)); }

  std::function<void(const Written&)> written_;
  Paths paths_;
  std::optional<monitor::Store> store_;  // the lane's from here on
  std::optional<monitor::ConsentStore> consents_;
  std::optional<monitor::Reader> reader_;
  std::optional<monitor::Retention> retention_;
  std::deque<monitor::Batch> waiting_;
  Lane lane_;
};

}  // namespace dwell::app
