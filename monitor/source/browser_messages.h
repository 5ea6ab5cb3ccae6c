#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "monitor/source/known_tabs.h"
#include "monitor/source/sender_clock.h"
#include "schemas/event.h"
#include "schemas/event_codec.h"

namespace dwell::monitor {

/// What did not count as it was sent, cause → count.
using Losses = std::map<std::string, std::int64_t>;

/// Numbers of the messages seen so far, by the worker ("born") that numbered them. Shared by all
/// connections: a message that was not acknowledged is sent again over the next one, by another worker if
/// need be.
class MessageNumbers {
 public:
  /// Notes a message; gives how many are missing before it, or nothing if it has been here before.
  std::optional<std::int64_t> note(std::int64_t born, std::int64_t number);

 private:
  static constexpr std::size_t kMaxWorkers = 64;
  std::map<std::int64_t, std::int64_t> last_;
};

/// What is known of the browsers over all their connections.
struct KnownBrowsers {
  MessageNumbers numbers;
  std::map<schemas::BrowserId, KnownTabs> tabs;
  std::map<schemas::BrowserId, SenderClock> clocks;
};

/// To be told to the assistant: all messages of this worker up to this one are here.
struct Acknowledgement {
  std::int64_t born = 0;
  std::int64_t number = 0;
};

/// Reads the messages of one browser's assistant: `{"v":1,"born":ms,"seq":n,"sent_ms":ms,"session":ms,
/// "dropped":n,"tabs":[…],"caught_up":true,"events":[{"time_ms":ms,"browser":…,"type":…,…},…]}`, the first
/// event of a connection being browser_connected. A message is numbered from 1 and counts once; those with
/// number 0 tell what is there: of them, and of pages that a worker found (transition present), only the news
/// counts, and tabs that are not among `tabs` (if it is there) are closed. Times are mapped to the clock of
/// events by SenderClock; none is later than its message's arrival. The sender's wall clock may be wrong, but
/// is set neither between an event and its message nor on the way. Only what a browser can know is taken, and
/// only under the name of this connection's browser: no `end`, no lock; inputs only while they are asked for.
/// Threads: one. Errors: a message that is none; a single bad event is left out and counted instead.
class BrowserMessages {
 public:
  /// `known` and `losses` must outlive it. Losses counted: message_lost, message_refused,
  /// event_refused, event_unknown, event_dropped (by the assistant, whose queue was full), input_not_asked.
  BrowserMessages(KnownBrowsers& known, Losses& losses) : known_(known), losses_(losses) {}

  /// Appends the message's events.
  Expected<void> read(std::string_view json, MonoTime arrival, std::vector<schemas::Event>& events);

  /// Whether the browser's pages are where inputs come from; if not, another source counts them.
  void takeInputs(bool wanted) { takesInputs_ = wanted; }

  /// Set by the first event.
  const std::optional<schemas::BrowserConnected>& connected() const { return connected_; }
  /// Whether the browser says in which run it is, so that its next connection can go on from this one.
  bool resumable() const { return session_.has_value(); }
  /// Whether it goes on from an earlier connection.
  bool resumed() const { return resumed_; }
  /// Whether it has said that it has told all that happened before the connection, and while that began.
  bool caughtUp() const { return caughtUp_; }
  /// What is to be acknowledged since the last call, one of each worker.
  std::vector<Acknowledgement> takeAcknowledgements();

 private:
  Expected<schemas::EventBody> admitted(schemas::EventBody body);
  void closeMissing(simdjson::dom::array tabs, MonoTime arrival, std::vector<schemas::Event>& events);

  KnownBrowsers& known_;
  Losses& losses_;
  simdjson::dom::parser parser_;
  std::map<std::int64_t, std::int64_t> unacknowledged_;
  std::int64_t explained_ = 0;  ///< numbers that are missing because the assistant dropped their events
  std::optional<std::int64_t> session_;
  bool resumed_ = false, caughtUp_ = false, takesInputs_ = false;
  std::optional<schemas::BrowserConnected> connected_;
};

}  // namespace dwell::monitor
