#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "schemas/event.h"

namespace dwell::monitor {

/// Something that makes events and is driven by a host: no thread, no timer of its own.
/// The host watches fd() for reading. When it becomes readable, the host waits settle(), so that what follows
/// comes with the same wake-up, then calls drain() and watches again. It also calls drain() at deadline().
/// Threads: one, the host's.
class EventSource {
 public:
  virtual ~EventSource() = default;

  /// Opens it. Error: why it can't work here, and what would help.
  virtual Expected<void> start() = 0;

  /// To be watched for reading; -1 before start() and once the source is lost. Owned by the source.
  virtual int fd() const = 0;

  /// How long readable data may lie. A wake-up costs more than reading a hundred events
  /// (facts of the input hooks), so a source whose data tells its own time gives this generously.
  virtual Millis settle() const = 0;

  /// When drain() is due though nothing becomes readable.
  virtual std::optional<MonoTime> deadline() const = 0;

  /// Appends what has happened until `now`, in the order in which it came.
  /// Error: the source is lost; it stays so until start().
  virtual Expected<void> drain(MonoTime now, std::vector<schemas::Event>& events) = 0;
};

}  // namespace dwell::monitor
