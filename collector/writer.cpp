#include "collector/writer.h"

#include <SQLiteCpp/Savepoint.h>
#include <SQLiteCpp/Transaction.h>

#include <utility>

#include "base/log.h"

namespace dwell::collector {

Writer::Writer(SQLite::Database database, std::size_t capacity)
    : database_(std::move(database)), capacity_(capacity), thread_([this] { run(); }) {}

Writer::~Writer() { finish(); }

bool Writer::submit(Work work, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (finishing_ || queue_.size() >= capacity_) return false;
    queue_.push_back({std::move(work), std::move(done), nullptr});
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
  }
  const std::lock_guard lock(mutex_);
  healthy_ = !broken;
}

}  // namespace dwell::collector
