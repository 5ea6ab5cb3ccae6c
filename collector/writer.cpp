#include "collector/writer.h"

#include <SQLiteCpp/Savepoint.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/log.h"

namespace dwell::collector {

Writer::Writer(SQLite::Database database, std::size_t capacity)
    : database_(std::move(database)), capacity_(capacity), thread_([this] { run(); }) {}

Writer::~Writer() { finish(); }

bool Writer::submit(Work work, Done done, Log log) {
  {
    const std::lock_guard lock(mutex_);
    if (finishing_ || queue_.size() >= capacity_) return false;
    queue_.push_back({std::move(work), std::move(done), log, nullptr});
  }
  wake_.notify_one();
  return true;
}

bool Writer::full() const {
  const std::lock_guard lock(mutex_);
  return queue_.size() >= capacity_;
}

bool Writer::healthy() const {
  const std::lock_guard lock(mutex_);
  return healthy_;
}

void Writer::finish() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Writer::run() {
  std::vector<Task> group;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return finishing_ || !queue_.empty(); });
      if (queue_.empty()) return;
      group.swap(queue_);
    }
    writeGroup(group);
    for (Task& task : group) task.done(task.error);
    group.clear();
  }
}

void Writer::writeGroup(std::vector<Task>& group) {
  std::exception_ptr broken;
  try {
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    for (Task& task : group) {
      try {
        SQLite::Savepoint savepoint(database_, "task");  // undone when it goes without release
        task.work(database_);
        savepoint.release();
      } catch (const std::exception& error) {
        logError(std::string("collector: a write failed: ") + error.what());
        task.error = std::current_exception();
      }
    }
    transaction.commit();
  } catch (const std::exception& error) {
    logError(std::string("collector: nothing could be written: ") + error.what());
    broken = std::current_exception();
  }
  if (broken) {
    for (Task& task : group) task.error = broken;
  } else {
    cutLog(group);
  }
  const std::lock_guard lock(mutex_);
  healthy_ = !broken;
}

void Writer::cutLog(std::vector<Task>& group) {
  const auto wants = [](const Task& task) { return task.log == Log::kCut && !task.error; };
  if (std::none_of(group.begin(), group.end(), wants)) return;
  std::exception_ptr failed;
  try {
    SQLite::Statement cut(database_, "PRAGMA wal_checkpoint(TRUNCATE)");
    if (!cut.executeStep() || cut.getColumn(0).getInt() != 0)
      throw std::runtime_error("the log is being read");
  } catch (const std::exception& error) {
    logWarn(std::string("collector: deleted bytes are still in the log: ") + error.what());
    failed = std::current_exception();
  }
  for (Task& task : group) {
    if (wants(task)) task.error = failed;
  }
}

}  // namespace dwell::collector
