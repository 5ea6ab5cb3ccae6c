#include "app/agent/pipeline.h"

#include <utility>

namespace dwell::app {
namespace {

constexpr Millis kRestAfter{schemas::kAgeEdgesMs.back()};

monitor::TrackerSettings trackerSettings(const Pipeline::Setup& setup) {
  monitor::TrackerSettings settings;
  settings.idleThreshold = setup.settings.idleThreshold;
  settings.sessionPause = setup.settings.sessionPause;
  settings.hook = setup.hook;
  settings.firstVisit = setup.numbers.visit;
  settings.firstSession = setup.numbers.session;
  settings.firstTrajectory = setup.numbers.trajectory;
  settings.firstSearch = setup.numbers.search;
  settings.inputSource = setup.hook ? "x11" : "page";
  settings.visitedBefore = setup.visitedBefore;
  return settings;
}

}  // namespace

Pipeline::Pipeline(Setup setup)
    : settings_(setup.settings),
      key_(setup.key),
      hook_(setup.hook),
      wallAtZero_(setup.wallAtZero),
      offset_(setup.offset),
      end_(setup.end),
      filter_(std::move(setup.filter)),
      started_(setup.start),
      tracker_(trackerSettings(setup), setup.wallAtZero, setup.offset),
      recorder_(setup.settings, setup.key, setup.wallAtZero, setup.offset),
      lastEvent_(setup.start) {
  reorder_.releaseUpTo(setup.start);
  recorder_.addLeftOpen(std::move(setup.leftOpen));
  recorder_.setHistory(std::move(setup.history));
}

void Pipeline::add(std::vector<schemas::Event> events, MonoTime now) {
  for (auto& event : started_.pass(std::move(events))) {
    if (limited(event.time) < event.time) continue;
    reorder_.add(std::move(event));
    touched_ = true;
    lastEvent_ = now;
  }
  handle(reorder_.release(limited(now)), now);
}

void Pipeline::setClock(WallTime wallAtZero, UtcOffset offset) {
  wallAtZero_ = wallAtZero;
  offset_ = offset;
  tracker_.setClock(wallAtZero, offset);
  recorder_.setClock(wallAtZero, offset);
}

void Pipeline::handle(std::vector<schemas::Event> events, MonoTime now) {
  for (auto& event : events) {
    if (filter_) filter_(event);
    tracker_.handle(event);
    recorder_.handle(event);
    present_.handle(event);
    for (auto& [number, trace] : traces_) trace.handle(event, present_.passwordHasKeyboard());
    // Keys of a password are left out, so that the number of samples does not tell how many there were.
    const auto* input = std::get_if<schemas::Input>(&event.body);
    if (input == nullptr || input->kind != schemas::InputKind::kKey || !present_.passwordHasKeyboard())
      recorder_.sample(schemas::hist::kAgentEventQueueDelay, toMs(now) - toMs(event.time), now);
    ++events_;
  }
}

void Pipeline::startTrace(TraceNumber number, TraceRecorder::Sink sink, MonoTime now) {
  handle(reorder_.release(now), now);
  const MonoTime start = reorder_.edge();
  const schemas::TraceHeader header{wallAtZero_ + start.time_since_epoch(), offset_, hook_};
  traces_.try_emplace(number, settings_, key_, header, start, present_.events(), std::move(sink));
}

void Pipeline::endTrace(TraceNumber number, MonoTime now) {
  const auto trace = traces_.find(number);
  if (trace == traces_.end()) return;
  handle(reorder_.releaseUpTo(now), now);
  trace->second.end(reorder_.edge());
  traces_.erase(trace);
}

void Pipeline::addCoverage(const std::vector<schemas::CoverageDay>& days) {
  for (const auto& day : days) recorder_.addCoverage(day);
}

void Pipeline::addLosses(const std::string& from, const std::map<std::string, std::int64_t>& deltas) {
  for (const auto& [cause, count] : deltas) toldLosses_[from + cause] += count;
}

std::map<std::string, std::int64_t> Pipeline::losses() const {
  auto all = toldLosses_;
  for (const auto& [cause, count] : tracker_.losses()) all["tracker." + cause] += count;
  if (reorder_.late() > 0) all["late"] = reorder_.late();
  if (started_.leftOut() > 0) all["before_start"] = started_.leftOut();
  return all;
}

monitor::Batch Pipeline::batch(MonoTime now, WallTime wall) {
  handle(reorder_.release(limited(now)), now);
  tracker_.advance(reorder_.edge());
  return made(wall, monitor::BatchEnd::kGoesOn);
}

monitor::Batch Pipeline::batchUpTo(MonoTime now, WallTime wall) {
  handle(reorder_.releaseUpTo(limited(now)), now);
  tracker_.advance(reorder_.edge());
  return made(wall, monitor::BatchEnd::kGoesOn);
}

monitor::Batch Pipeline::finish(MonoTime now, WallTime wall) {
  handle(reorder_.releaseUpTo(limited(now)), now);
  tracker_.finish(reorder_.edge());
  for (auto& [number, trace] : traces_) trace.end(reorder_.edge());
  traces_.clear();
  return made(wall, monitor::BatchEnd::kFinished);
}

monitor::Batch Pipeline::made(WallTime wall, monitor::BatchEnd end) {
  auto output = tracker_.take();
  auto open = tracker_.openVisits();
  std::int64_t attentionMs = 0;
  for (const auto& visit : open) attentionMs += visit.attentionMs;
  attended_ = attentionMs > openAttentionMs_;
  openAttentionMs_ = attentionMs;
  touched_ = reorder_.due().has_value();
  recorder_.noteLosses(losses(), wall);
  return recorder_.batch(std::move(output), std::move(open), wall, end);
}

bool Pipeline::restless(MonoTime now) const {
  return touched_ || (attended_ && now - lastEvent_ < kRestAfter);
}

}  // namespace dwell::app
