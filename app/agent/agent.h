#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/agent/bridges.h"
#include "app/agent/clock_watch.h"
#include "app/agent/control_server.h"
#include "app/agent/coverage.h"
#include "app/agent/pipeline.h"
#include "app/agent/source_keeper.h"
#include "app/agent/store_lane.h"
#include "app/agent/uploads.h"
#include "app/agent/wall_alarm.h"
#include "base/paths.h"
#include "base/settings.h"
#include "monitor/store/earlier_visits.h"

namespace dwell::app {

/// The composition root: sources ▶ pipeline ▶ lane ▶ store, the control socket, and the moments at which
/// dwell-upload is asked for.
///
/// Three states. Without consent, or where its terms do not allow it now (monitor/record/terms.h: the
/// experiment is over, nobody is named, …), nothing but the control socket is open. While recording, the
/// machine's sources (X11, logind) and the bridges' socket are. Inputs come from one source only: from X11
/// while it works, else from the pages; when that changes, recording begins anew, so that each visit has one.
/// In a pause the machine's sources are closed; browsers stay connected, so that what they send is used up
/// and thrown away instead of waiting for the end of the pause, and are hung up on when it ends, so that they
/// say anew what is there. Every change of state writes everything measured before it.
///
/// Threads: made, run and destroyed on one; the store is on a lane of its own.
/// Errors: start() for what keeps it from running at all; later trouble is logged and shown in the status.
class Agent {
 public:
  struct Setup {
    Paths paths;
    Settings settings;
    EventFilter filter;
  };
  Agent(boost::asio::io_context& io, Setup setup, Launcher launcher);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// Opens store and control socket and, with consent, starts recording.
  Expected<void> start();
  /// Ends recording and writes everything; false if the store could not take it.
  bool stop();

 private:
  using Json = nlohmann::ordered_json;

  // Consent, pause and state (agent_terms.cpp).
  Expected<void> reload();
  Expected<void> decide();
  void decideAnew();
  bool mayUpload();
  void alarm();
  void setAlarm();
  Expected<void> pause(std::optional<WallTime> until);
  void resume();
  Expected<void> takeSeat(const std::optional<std::string>& label);

  // What is being recorded.
  void enter(AgentState state);
  void startRecording();
  void stopRecording();
  void hookChanged();
  Expected<void> openBridges();
  std::unique_ptr<monitor::EarlierVisits> earlierVisits(std::int64_t firstVisit) const;

  // Events and batches.
  void take(std::vector<schemas::Event> events);
  void lookAtClocks();
  void drainSources();
  void flushWhenDue();
  void retainOnceADay();
  Expected<void> flushNow();
  enum class Cut { kOrdered, kAll, kEnd };
  monitor::Batch made(Cut cut);
  void written(const StoreLane::Written& outcome);

  // Uploads.
  std::optional<WallTime> nextErasure() const;
  std::optional<WallTime> nextUploadAttempt();

  // Control.
  using Asker = std::shared_ptr<ControlServer::Connection>;
  std::string answer(const ControlRequest& request, const Asker& asker);
  Expected<std::string> startTrace(const Asker& asker);
  Expected<void> act(const ControlRequest& request);
  Expected<monitor::Erased> erase(const monitor::Erasure& erasure);
  monitor::ErasureFrame erasureFrame() const;
  Expected<void> tell(schemas::EventBody body);
  Error nothingRecorded() const;
  Json status();
  /// `more`: what the answer says beside the status.
  std::string statusLine(Json more = Json::object());
  void publish();

  boost::asio::io_context& io_;
  Paths paths_;
  Settings own_;       ///< of this machine's file
  Settings settings_;  ///< in force: what may be recorded of them and the experiment's
  monitor::Terms terms_;
  HashKey key_{};
  EventFilter filter_;
  StoreLane store_;

  AgentState state_ = AgentState::kNoConsent;
  WallTime since_;
  std::optional<StoreLane::Pause> pause_;
  std::optional<std::string> participant_;
  WallAlarm alarm_;  ///< for the end of a pause, and that of the experiment

  SourceKeeper x11_, logind_;
  bool hook_ = false;  ///< of this stretch: inputs come from x11_, else from the pages
  std::unique_ptr<Bridges> bridges_;
  std::string bridgesTrouble_;
  std::unique_ptr<monitor::EarlierVisits> earlier_;  ///< of this stretch
  std::unique_ptr<Pipeline> pipeline_;
  Pipeline::TraceNumber lastTrace_ = 0;

  WallTime wallAtZero_;
  UtcOffset offset_{};
  ClockWatch clocks_;
  Coverage coverage_;
  monitor::Losses pastLosses_;  ///< of the stretches of recording before this one
  boost::asio::steady_timer flush_;
  bool flushPlanned_ = false;
  std::optional<WallTime> lastFlush_;
  std::optional<std::int32_t> lastRetention_;  ///< local day
  std::string storeTrouble_;  ///< why the store can't be read or written now; what was measured waits

  Uploads uploads_;

  std::unique_ptr<ControlServer> control_;
};

}  // namespace dwell::app
