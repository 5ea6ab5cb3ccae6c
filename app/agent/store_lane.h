#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/lane.h"
#include "base/settings.h"
#include "monitor/record/batch.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/reader.h"
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

  /// Errors: a database from a newer version, a folder of another user.
  Expected<void> open(const std::filesystem::path& dataDir, const std::filesystem::path& file);

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

  void noteIdleThreshold(Millis threshold);
  void noteBrowser(std::string brand, std::string version, WallTime time);

 private:
  bool writeWaiting();
  void post(std::function<void()> task) { lane_.post(std::move(task)); }

  std::function<void(const Written&)> written_;
  std::optional<monitor::Store> store_;  // the lane's from here on
  std::optional<monitor::ConsentStore> consents_;
  std::optional<monitor::Reader> reader_;
  std::deque<monitor::Batch> waiting_;
  Lane lane_;
};

}  // namespace dwell::app
