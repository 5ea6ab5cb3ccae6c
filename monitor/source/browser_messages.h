#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "schemas/event.h"
#include "schemas/event_codec.h"

namespace dwell::monitor {

/// What did not count as it was sent, cause → count.
using Losses = std::map<std::string, std::int64_t>;

/// Numbers of the messages seen so far, by the worker ("born") that numbered them. Shared by all
/// connections: a worker goes on counting over a broken one.
class MessageNumbers {
 public:
  /// Notes a message; gives how many are missing before it.
  std::int64_t note(std::int64_t born, std::int64_t number);

 private:
  static constexpr std::size_t kMaxWorkers = 64;
  std::map<std::int64_t, std::int64_t> last_;
};

/// Reads the messages of one browser's assistant: `{"v":1,"born":ms,"seq":n,"sent_ms":ms,"dropped":n,
/// "events":[{"time_ms":ms,"browser":…,"type":…,…},…]}`, the first event of a connection being
/// browser_connected.
/// Times are mapped to the clock of events by the age an event had when it was sent; none is later than its
/// arrival. The sender's wall clock may be wrong, but not change within a message's way.
/// Only what a browser can know is taken, and only under the name of this connection's browser: no `end`,
/// no lock, no input.
/// Threads: one. Errors: a message that is none; a single bad event is left out and counted instead.
class BrowserMessages {
 public:
  /// `numbers` and `losses` must outlive it. Losses counted: message_lost, message_refused,
  /// event_refused, event_unknown, event_dropped (by the assistant, whose queue was full).
  BrowserMessages(MessageNumbers& numbers, Losses& losses) : numbers_(numbers), losses_(losses) {}

  /// Appends the message's events.
  Expected<void> read(std::string_view json, MonoTime arrival, std::vector<schemas::Event>& events);

  /// Set by the first event.
  const std::optional<schemas::BrowserConnected>& connected() const { return connected_; }

 private:
  Expected<schemas::EventBody> admitted(schemas::EventBody body);

  MessageNumbers& numbers_;
  Losses& losses_;
  simdjson::dom::parser parser_;
  std::optional<schemas::BrowserConnected> connected_;
};

}  // namespace dwell::monitor
