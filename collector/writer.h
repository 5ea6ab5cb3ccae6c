#pragma once

#include <SQLiteCpp/Database.h>

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace dwell::collector {

/// The one thread that writes the collector's database. Everything that waits goes into one transaction
/// (group commit): one flush to disk serves many reports, and each is answered only after it.
///
/// Threads: submit() and the queries from any. `work` and `done` run on the writer's thread.
class Writer {
 public:
  using Work = std::function<void(SQLite::Database&)>;
  /// Called once: without an exception when the work is on disk, else with what kept it from getting there.
  using Done = std::function<void(std::exception_ptr)>;
  /// kCut: SQLite's log is emptied after the commit, so that what was deleted is not in it either. Fails,
  /// after the commit, while another connection is reading for longer than the busy time-out.
  enum class Log { kKept, kCut };

  /// `database`: opened with full durability. At most `capacity` works wait beside those being written.
  Writer(SQLite::Database database, std::size_t capacity);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// False, and nothing is called, when the queue is full or finish() was called. What `work` throws undoes
  /// this work alone.
  [[nodiscard]] bool submit(Work work, Done done, Log log = Log::kKept);

  bool full() const;
  /// Whether the last transaction could be committed.
  bool healthy() const;

  /// Writes what waits, calls all `done`s, ends the thread.
  void finish();

 private:
  struct Task {
    Work work;
    Done done;
    Log log = Log::kKept;
    std::exception_ptr error;
  };

  void run();
  void writeGroup(std::vector<Task>& group);
  void cutLog(std::vector<Task>& group);

  SQLite::Database database_;
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Task> queue_;
  bool finishing_ = false;
  bool healthy_ = true;
  std::thread thread_;
};

}  // namespace dwell::collector
