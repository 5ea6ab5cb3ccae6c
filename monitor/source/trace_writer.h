#pragma once

#include <ostream>
#include <vector>

#include "schemas/event.h"
#include "schemas/event_codec.h"

namespace dwell::monitor {

/// Writes a trace: header, then events in order of time, one a line.
/// No typing rhythm gets into the file: a key event has its time rounded down to 250 ms, and so has what came
/// before it within the same 250 ms, since `t` never decreases and the order is kept. Events are therefore
/// held until their 250 ms are over.
/// Threads: any one. `out` must outlive it; the caller looks at its state for errors of writing.
class TraceWriter {
 public:
  static constexpr Millis kKeyStep{250};

  TraceWriter(std::ostream& out, const schemas::TraceHeader& header);
  ~TraceWriter();  ///< writes what is held
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;

  /// In order of time.
  void write(schemas::Event event);

 private:
  void flush();

  std::ostream& out_;
  std::vector<schemas::Event> held_;  ///< of one step
  std::size_t keysEnd_ = 0;           ///< behind the last key event among them
};

}  // namespace dwell::monitor
