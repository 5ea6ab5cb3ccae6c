#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>

namespace dwell {

/// One worker thread that does tasks in the order they were posted. What they work on belongs to it: values
/// go in, values come back.
/// Threads: post() and call() from any other; never call() from a task.
/// Errors: what a posted task throws goes to `onError` (on the lane), what a called one throws to the caller.
class Lane {
 public:
  explicit Lane(std::function<void(const std::exception&)> onError);
  /// Does what was posted, then ends the thread.
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  void post(std::function<void()> task);

  /// Posts the task and waits for its result.
  template <class Task>
  std::invoke_result_t<Task> call(Task task) {
    auto packaged = std::make_shared<std::packaged_task<std::invoke_result_t<Task>()>>(std::move(task));
    auto result = packaged->get_future();
    post([packaged] { (*packaged)(); });
    return result.get();
  }

 private:
  void work();

  std::function<void(const std::exception&)> onError_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace dwell
