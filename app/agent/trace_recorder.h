#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/settings.h"
#include "monitor/record/scope.h"
#include "monitor/source/trace_writer.h"
#include "schemas/event.h"

namespace dwell::app {

/// Writes the events of a live machine as a trace (`dwellctl record`), with the rules for what may be kept
/// applied to it:
/// - A page out of scope is a navigation to the empty URL: it ends what was there and is no visit. Links to,
///   and results of, such pages have the empty URL too; their labels and searches are left out.
/// - Other URLs are cut to the detail of the settings. What depends on the whole URL (whether it was typed in
///   full, which pages are the same) is judged in a replay by what is left: record with the detail `full`
///   where a replay is to give the same.
/// - The words of a search are its number, in order of first appearance, unless the settings keep words or
///   their hash.
/// - Keys in a password field: one `other` at the end of each second that had some, or before the next event
/// of
///   another kind, so that nothing tells how long it is; ages of input are off by less than a second there.
/// Threads: any one.
class TraceRecorder {
 public:
  /// Gets whole lines, each with its end.
  using Sink = std::function<void(const std::string& lines)>;
  /// Tells `sink` the header and what is `present` at `start` before it returns. Times in the trace are since
  /// `start`.
  TraceRecorder(const Settings& settings, const HashKey& key, const schemas::TraceHeader& header,
                MonoTime start, const std::vector<schemas::EventBody>& present, Sink sink);

  /// In order of time. `passwordHasKeyboard`: whether a key goes to a password field.
  void handle(const schemas::Event& event, bool passwordHasKeyboard);
  /// Writes what is held, and `end`. Nothing may follow.
  void end(MonoTime time);

  std::int64_t events() const { return events_; }

 private:
  void write(MonoTime time, schemas::EventBody body);
  void pass();

  /// Whether it tells what a page out of scope shows.
  bool ofPageOutside(const schemas::EventBody& body) const;
  void cut(schemas::Navigation& body);
  void cut(schemas::TabClosed& body);
  void cut(schemas::BrowserDisconnected& body);
  void cut(schemas::Links& body);
  void cut(schemas::LinkPressed& body);
  void cut(schemas::Serp& body);
  template <class Body>
  void cut(Body&) {}

  monitor::Scope scope_;
  SearchWords words_;
  std::map<std::string, std::string> searchNumbers_;                 ///< by words
  std::set<std::pair<schemas::BrowserId, schemas::TabId>> outside_;  ///< tabs with a page out of scope
  MonoTime start_;
  std::optional<MonoTime> passwordKeysUntil_;  ///< the end of a second that had some
  bool passwordKeysSynthetic_ = false;
  std::int64_t events_ = 0;
  std::ostringstream lines_;
  std::optional<monitor::TraceWriter> writer_;
  Sink sink_;
};

}  // namespace dwell::app
