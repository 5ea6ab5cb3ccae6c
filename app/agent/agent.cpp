#include "app/agent/agent.h"

#include <SQLiteCpp/Exception.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "app/agent/unix_socket.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/retention_settings.h"
#include "monitor/source/logind_source.h"
#include "monitor/source/x11_source.h"
#include "monitor/store/earlier_visits.h"
#include "monitor/store/erasure_request.h"
#include "monitor/store/hash_key.h"

namespace dwell::app {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// Clocks that are corrected by less go on as they are: what is measured does not depend on the wall clock.
constexpr Millis kClockSet = std::chrono::seconds(1);

nlohmann::ordered_json erasedJson(const monitor::Erased& erased) {
  return {{"visits", erased.visits},     {"urls", erased.urls},
          {"sessions", erased.sessions}, {"trajectories", erased.trajectories},
          {"searches", erased.searches}, {"marks", erased.marks},
          {"reports", erased.reports},   {"compacted", erased.compacted}};
}

}  // namespace

Agent::Agent(asio::io_context& io, Setup setup, Launcher launcher)
    : io_(io),
      paths_(std::move(setup.paths)),
      own_(std::move(setup.settings)),
      settings_(own_),
      filter_(std::move(setup.filter)),
      store_([this](const StoreLane::Written& outcome) {
        asio::post(io_, [this, outcome] { written(outcome); });
      }),
      alarm_(io, [this] { alarm(); }),
      x11_(io, std::make_unique<monitor::X11Source>(),
           SourceKeeper::Calls{[] { return readBootTime(); }, [this] { lookAtClocks(); },
                               [this](std::vector<schemas::Event> events) { take(std::move(events)); },
                               [this] { hookChanged(); }}),
      logind_(io, std::make_unique<monitor::LogindSource>(),
              SourceKeeper::Calls{[] { return readBootTime(); }, [this] { lookAtClocks(); },
                                  [this](std::vector<schemas::Event> events) { take(std::move(events)); },
                                  [this] { publish(); }}),
      flush_(io),
      uploads_(io, own_, std::move(launcher),
               Uploads::Calls{[this] { return mayUpload() || nextErasure(); },
                              [this] {
                                if (pipeline_) store_.writeNow(made(Cut::kOrdered));
                              },
                              [this] {
                                const auto at = nextUploadAttempt();
                                return at ? std::optional(*at - readWallTime()) : std::nullopt;
                              },
                              [this] {
                                if (pipeline_) pipeline_->addUploads(store_.newUploadAttempts());
                                // It may have brought newer settings of the experiment.
                                decideAnew();
                              }}) {}

Agent::~Agent() = default;

std::optional<WallTime> Agent::nextErasure() const {
  const auto requests = monitor::readErasureRequests(paths_.erasureRequests());
  return requests ? monitor::nextErasureAttempt(*requests, readWallTime()) : std::nullopt;
}

std::optional<WallTime> Agent::nextUploadAttempt() {
  const auto report = mayUpload() ? store_.nextUploadAttempt() : std::nullopt;
  const auto erasure = nextErasure();
  if (!report || !erasure) return report ? report : erasure;
  return std::min(*report, *erasure);
}

Expected<void> Agent::start() {
  if (auto opened = store_.open(paths_, erasureFrame()); !opened) return opened;
  const auto listening = listenPrivately(paths_.controlSocket());
  if (!listening) return tl::unexpected(listening.error());
  control_ = std::make_unique<ControlServer>(
      io_, *listening, paths_.controlSocket(),
      [this](const ControlRequest& request, const Asker& asker) { return answer(request, asker); });
  since_ = readWallTime();
  lookAtClocks();
  pause_ = store_.pause();
  auto decided = decide();
  uploads_.start();
  retainOnceADay();
  return decided;
}

bool Agent::stop() {
  enter(AgentState::kNoConsent);
  control_.reset();
  const bool well = flushNow().has_value();
  uploads_.stop();
  return well;
}

// ---- What is being recorded ------------------------------------------------------------------------------

void Agent::enter(AgentState state) {
  lookAtClocks();
  if (state == state_ && (state != AgentState::kRecording || pipeline_)) return;
  if (pipeline_) stopRecording();
  state_ = state;
  since_ = readWallTime();
  if (state == AgentState::kNoConsent) bridges_.reset();
  if (state == AgentState::kRecording) startRecording();
  lookAtClocks();
  publish();
}

void Agent::startRecording() {
  StoreLane::Found found;
  try {
    found = store_.beginning();
    earlier_ = earlierVisits(found.numbers.visit);
  } catch (const SQLite::Exception& error) {
    logError(std::string("recording can't begin, it is tried again: ") + error.what());
    storeTrouble_ = error.what();
    return flushWhenDue();
  }
  store_.noteIdleThreshold(settings_.idleThreshold);

  x11_.start();
  logind_.start();
  hook_ = x11_.working();
  if (!hook_) logWarn("inputs are taken from the pages of browsers, until an X server can be reached");

  Pipeline::Setup setup;
  setup.settings = settings_;
  setup.key = key_;
  setup.hook = hook_;
  setup.numbers = found.numbers;
  if (earlier_) {
    setup.history = [earlier = earlier_.get()](const std::string& url, const monitor::Forgotten& forgotten) {
      return earlier->of(url, forgotten);
    };
    setup.visitedBefore = [earlier = earlier_.get(), scope = monitor::Scope(settings_, key_)](
                              std::string_view url, std::int32_t day) {
      return scope.contains(url) && earlier->visitedBefore(scope.kept(url), day);
    };
  }
  setup.leftOpen = std::move(found.leftOpen);
  setup.start = readBootTime();
  setup.wallAtZero = wallAtZero_;
  setup.offset = offset_;
  setup.end = settings_.end;
  setup.filter = filter_;
  pipeline_ = std::make_unique<Pipeline>(std::move(setup));
  pipeline_->addUploads(store_.newUploadAttempts());
  if (earlier_)
    pipeline_->sample(schemas::hist::kHistoryTypedUrlVisitCount, earlier_->toTypedUrls(), readBootTime());

  if (bridges_) {
    bridges_->hangUp();
  } else if (const auto opened = openBridges(); !opened) {
    bridgesTrouble_ = opened.error().message();
    logError(bridgesTrouble_);
  }
  if (bridges_) bridges_->askForInputs(!hook_);
  if (participant_) take({{readBootTime(), schemas::Participant{participant_}}});
  flushWhenDue();
}

Expected<void> Agent::openBridges() {
  const auto listening = listenPrivately(paths_.bridgeSocket());
  if (!listening) return tl::unexpected(listening.error());
  bridgesTrouble_.clear();
  bridges_ = std::make_unique<Bridges>(
      io_, *listening, paths_.bridgeSocket(),
      Bridges::Calls{[] { return readBootTime(); }, [this] { lookAtClocks(); },
                     [this](std::vector<schemas::Event> events) { take(std::move(events)); },
                     [this] {
                       lookAtClocks();
                       for (const auto* browser : bridges_->browsers())
                         store_.noteBrowser(browser->connected()->product, browser->connected()->version,
                                            readWallTime());
                       publish();
                     }});
  return {};
}

void Agent::stopRecording() {
  drainSources();
  x11_.stop();
  logind_.stop();
  if (bridges_) bridges_->askForInputs(false);
  store_.write(made(Cut::kEnd));
  for (const auto& [cause, count] : pipeline_->losses()) pastLosses_[cause] += count;
  pipeline_.reset();
  earlier_.reset();
  flush_.cancel();
  flushPlanned_ = false;
}

void Agent::hookChanged() {
  if (pipeline_ && x11_.working() != hook_) {
    stopRecording();
    startRecording();
  }
  publish();
}

std::unique_ptr<monitor::EarlierVisits> Agent::earlierVisits(std::int64_t firstVisit) const {
  auto visits = monitor::EarlierVisits::open(paths_.store(), {firstVisit, readWallTime(), offset_});
  return visits ? std::make_unique<monitor::EarlierVisits>(std::move(*visits)) : nullptr;
}

// ---- Events and batches ----------------------------------------------------------------------------------

void Agent::take(std::vector<schemas::Event> events) {
  if (!pipeline_) return;  // a pause: what browsers send meanwhile is thrown away
  pipeline_->hold(bridges_ && bridges_->catchingUp());
  pipeline_->add(std::move(events), readBootTime());
  flushWhenDue();
}

void Agent::lookAtClocks() {
  const MonoTime boot = readBootTime();
  const Millis awake = readAwakeTime();
  const WallTime wall = readWallTime();
  const UtcOffset offset = readUtcOffset(wall);
  const bool browser = bridges_ && !bridges_->browsers().empty();
  coverage_.note(awake, wall, offset, state_, browser);
  const WallTime atZero = wall - boot.time_since_epoch();
  if (std::chrono::abs(atZero - wallAtZero_) >= kClockSet || offset != offset_) {
    wallAtZero_ = atZero;
    offset_ = offset;
    if (pipeline_) pipeline_->setClock(wallAtZero_, offset_);
  }
  if (const auto suspended = clocks_.observe(boot, awake); suspended && pipeline_)
    take({{suspended->from, schemas::Suspend{}}, {suspended->to, schemas::Resume{}}});
}

void Agent::drainSources() {
  lookAtClocks();
  x11_.drain();
  logind_.drain();
  if (bridges_) bridges_->drain();
}

void Agent::flushWhenDue() {
  if (flushPlanned_) return;
  flushPlanned_ = true;
  flush_.expires_after(kFlushEvery);
  flush_.async_wait([this](const error_code& error) {
    if (error || !flushPlanned_) return;
    flushPlanned_ = false;
    lookAtClocks();
    if (pipeline_ && pipeline_->restless(readBootTime())) {
      store_.write(made(Cut::kOrdered));
      retainOnceADay();
    } else if (storeTrouble_.empty()) {
      return;
    } else if (pipeline_ || state_ != AgentState::kRecording) {
      store_.writeAgain();
    } else {
      startRecording();
    }
    flushWhenDue();
  });
}

void Agent::retainOnceADay() {
  const std::int32_t today = localDay(readWallTime(), offset_);
  if (lastRetention_ == today) return;
  const auto settings = readRetention(paths_.configFile);
  if (!settings) return;  // reload() tells
  lastRetention_ = today;
  store_.retain(*settings, today, offset_);
}

monitor::Batch Agent::made(Cut cut) {
  if (bridges_) pipeline_->addLosses("browser.", bridges_->takeLosses());
  pipeline_->hold(bridges_ && bridges_->catchingUp());
  pipeline_->addCoverage(coverage_.take());
  const MonoTime now = readBootTime();
  const WallTime wall = readWallTime();
  monitor::Batch batch;
  switch (cut) {
    case Cut::kOrdered:
      batch = pipeline_->batch(now, wall);
      break;
    case Cut::kAll:
      batch = pipeline_->batchUpTo(now, wall);
      break;
    case Cut::kEnd:
      batch = pipeline_->finish(now, wall);
      break;
  }
  if (earlier_) earlier_->release();
  return batch;
}

Expected<void> Agent::flushNow() {
  drainSources();
  monitor::Batch batch;
  if (pipeline_) {
    batch = made(Cut::kAll);
  } else {
    batch.time = readWallTime();
    batch.coverage = coverage_.take();
  }
  if (store_.writeNow(std::move(batch))) {
    lastFlush_ = readWallTime();
    return {};
  }
  return failure("the store can't be written now; what was measured is kept and tried again", "store",
                 "space on its disk; the agent's log says what is wrong");
}

void Agent::written(const StoreLane::Written& outcome) {
  const bool well = outcome.sqliteResult == 0;
  if (!well && outcome.trouble != storeTrouble_)
    logError("nothing can be written, it is kept and tried again: " + outcome.trouble);
  if (well && !storeTrouble_.empty()) logInfo("the store can be written again");
  storeTrouble_ = outcome.trouble;
  if (well)
    lastFlush_ = readWallTime();
  else
    flushWhenDue();
  if (pipeline_) {
    const MonoTime now = readBootTime();
    pipeline_->sample(schemas::hist::kStoreCommitResult, outcome.sqliteResult, now);
    if (well) pipeline_->sample(schemas::hist::kStoreCommitTime, toMs(outcome.took), now);
  }
  if (state_ != AgentState::kNoConsent) uploads_.happened();
  publish();
}

// ---- Control ---------------------------------------------------------------------------------------------

std::string Agent::answer(const ControlRequest& request, const Asker& asker) {
  try {
    if (request.command == ControlRequest::Command::kRecord) {
      const auto begun = startTrace(asker);
      return begun ? statusLine() + *begun : refusal(begun.error());
    }
    if (request.command == ControlRequest::Command::kErase) {
      const auto erased = erase(request.erasure);
      return erased ? statusLine({{"erased", erasedJson(*erased)}}) : refusal(erased.error());
    }
    const auto done = act(request);
    return done ? statusLine() : refusal(done.error());
  } catch (const std::exception& error) {
    logError(std::string("a request failed: ") + error.what());
    return refusal({error.what(), "agent", ""});
  }
}

Expected<void> Agent::act(const ControlRequest& request) {
  using Command = ControlRequest::Command;
  switch (request.command) {
    case Command::kStatus:
    case Command::kSubscribe:
    case Command::kRecord:
    case Command::kErase:
      return {};
    case Command::kPause:
      if (request.minutes) return pause(readWallTime() + std::chrono::minutes(*request.minutes));
      return pause(request.until);
    case Command::kResume:
      resume();
      return {};
    case Command::kReload:
      return reload();
    case Command::kFlush:
      return flushNow();
    case Command::kMark:
      return tell(schemas::Mark{request.name, request.value});
    case Command::kParticipant:
      return takeSeat(request.label);
  }
  return {};
}

/// What was recorded of it and is still in memory goes into the store first: nothing measured before comes
/// after.
Expected<monitor::Erased> Agent::erase(const monitor::Erasure& erasure) {
  enter(AgentState::kNoConsent);
  auto written = flushNow();
  auto erased = written ? store_.erase(erasure, erasureFrame()) : tl::unexpected(written.error());
  // Begins anew whatever came of it.
  if (const auto again = decide(); !again) return tl::unexpected(again.error());
  return erased;
}

monitor::ErasureFrame Agent::erasureFrame() const {
  const WallTime now = readWallTime();
  return {settings_, readUtcOffset(now), now};
}

Error Agent::nothingRecorded() const {
  return {"nothing is being recorded", "agent",
          state_ == AgentState::kPaused ? "dwellctl resume" : monitor::standingText(terms_.standing).next};
}

/// Gives the trace's first lines; the others are sent as they come.
Expected<std::string> Agent::startTrace(const Asker& asker) {
  if (!pipeline_) return tl::unexpected(nothingRecorded());
  if (settings_.level == Level::kHistograms)
    return failure("only counts are kept here, and a trace would hold addresses", "agent",
                   "the level origins or visits");
  drainSources();
  auto first = std::make_shared<std::optional<std::string>>(std::string());
  const auto send = [first, asker = std::weak_ptr(asker)](const std::string& lines) {
    if (*first)
      **first += lines;
    else if (const auto there = asker.lock())
      there->send(lines);
  };
  const auto number = ++lastTrace_;
  pipeline_->startTrace(number, send, readBootTime());
  asker->onEnd([this, number] {
    if (!pipeline_) return;
    drainSources();
    pipeline_->endTrace(number, readBootTime());
  });
  return *std::exchange(*first, std::nullopt);
}

Expected<void> Agent::tell(schemas::EventBody body) {
  if (!pipeline_) return tl::unexpected(nothingRecorded());
  take({{readBootTime(), std::move(body)}});
  return {};
}

void Agent::publish() {
  if (control_ && control_->hasSubscribers()) control_->publish(statusLine());
}

}  // namespace dwell::app
