#include "monitor/record/recorder.h"

#include <algorithm>
#include <utility>

namespace dwell::monitor {

namespace hist = schemas::hist;

Recorder::Recorder(const Settings& settings, const HashKey& key, WallTime wallAtZero, UtcOffset offset)
    : idleThreshold_(settings.idleThreshold),
      sessionPause_(settings.sessionPause),
      countsOnly_(settings.level == Level::kHistograms),
      scope_(settings, key),
      groups_(settings.pageGroups),
      wallAtZero_(wallAtZero),
      offset_(offset),
      events_(scope_) {}

void Recorder::setClock(WallTime wallAtZero, UtcOffset offset) {
  wallAtZero_ = wallAtZero;
  offset_ = offset;
  midnight_ = kNoDay;
}

void Recorder::handle(const schemas::Event& event) {
  const WallTime time = wallAtZero_ + event.time.time_since_epoch();
  if (const auto* mark = std::get_if<schemas::Mark>(&event.body)) {
    if (!countsOnly_) pending_.marks.push_back({time, mark->name, mark->value});
  } else {
    events_.handle(event, sinkOf(dayOf(time)));
  }
}

void Recorder::addLeftOpen(LeftOpen left) {
  const auto final = [&](const schemas::Visit& visit, const SampleSink& sink) {
    sampleFinal(visit, sink);
    const auto click = left.firstClicks.find(visit.id);
    if (click != left.firstClicks.end()) sampleFirstClick(visit, click->second, sink);
    pending_.finals.push_back(visit.id);
  };
  for (schemas::Visit& visit : left.visits) {
    const SampleSink sink = groups_.sinkOf(visit, counters_);
    sampleEnded(visit, idleThreshold_, sink);
    final(visit, sink);
    if (isCheckpoint(visit.url))
      pending_.forgotten.push_back(visit.id);
    else
      pending_.ended.push_back(std::move(visit));
  }
  for (schemas::Trajectory& trajectory : left.trajectories) {
    sampleTrajectory(trajectory, sinkOf(dayOf(trajectory.start)));
    pending_.trajectories.push_back(std::move(trajectory));
  }
  for (const schemas::Visit& visit : left.unsampled.visits) {
    final(visit, groups_.sinkOf(visit, counters_));
    pending_.samplesMade.push_back({SampledRow::Kind::kVisit, visit.id});
  }
  for (const schemas::Session& session : left.unsampled.sessions) {
    sampleSession(session, sinkOf(dayOf(session.start)));
    pending_.samplesMade.push_back({SampledRow::Kind::kSession, session.id});
  }
  for (const schemas::Trajectory& trajectory : left.unsampled.trajectories) {
    sampleTrajectory(trajectory, sinkOf(dayOf(trajectory.start)));
    pending_.samplesMade.push_back({SampledRow::Kind::kTrajectory, trajectory.id});
  }
}

void Recorder::addUploads(const std::vector<UploadAttempt>& attempts) {
  for (const UploadAttempt& attempt : attempts) {
    sampleUpload(attempt, sinkOf(dayOf(attempt.time)));
    pending_.lastAttempt = std::max(pending_.lastAttempt, attempt.id);
  }
}

void Recorder::addCoverage(const schemas::CoverageDay& delta) { pending_.coverage.push_back(delta); }

void Recorder::noteLosses(const std::map<std::string, std::int64_t>& totals, WallTime time) {
  for (const auto& [cause, total] : totals) {
    const std::int64_t delta = total - std::exchange(losses_[cause], total);
    if (delta <= 0) continue;
    pending_.losses[cause] += delta;
    // "tracker.after_end": the enum has the cause, whoever lost it.
    const auto value = schemas::histogramEnumValue(hist::kAgentLosses, cause.substr(cause.rfind('.') + 1));
    counters_.of(kAllPages, dayOf(time)).add(hist::kAgentLosses, value.value_or(0), delta);
  }
}

Batch Recorder::batch(TrackerOutput output, std::vector<schemas::Visit> open, WallTime now, BatchEnd end) {
  Batch batch = std::exchange(pending_, {});
  batch.time = now;
  for (const auto* visits : {&output.ended, &open}) {
    for (const schemas::Visit& visit : *visits) markScope(visit);
  }
  openVisits_.clear();
  openSessions_.clear();
  for (const schemas::Visit& visit : open) {
    openVisits_.insert(visit.id);
    if (visit.session) openSessions_.insert(*visit.session);
  }
  // An open click may yet turn out to redirect: then the visit that it leads to is the click.
  openClicks_.clear();
  for (const schemas::Visit& visit : open) noteClick(visit, openClicks_);
  for (const schemas::Visit& visit : output.ended) noteClick(visit, firstClicks_);
  schemas::CoverageDay attention;
  attention.day = dayOf(now);
  for (schemas::Visit& visit : output.ended) addEnded(std::move(visit), attention, batch);
  addOpen(std::move(open), attention, batch);
  addLinks(output.links, batch);
  if (attention.attentionInScopeMs + attention.attentionOutOfScopeMs > 0) batch.coverage.push_back(attention);
  for (const std::int64_t id : output.finals) addFinal(id, batch);
  addTrajectories(output, batch);
  for (schemas::Search& search : output.searches) {
    std::erase_if(search.serpVisits, [this](std::int64_t serp) { return !wasInScope(serp); });
    if (!search.serpVisits.empty() && !countsOnly_) batch.searches.push_back(scope_.kept(std::move(search)));
  }
  for (const schemas::Session& session : output.sessions) {
    if (sampledSessions_.count(session.id) > 0) continue;
    sessions_[session.id] = session;
    noteDue({SampledRow::Kind::kSession, session.id}, batch);
  }
  if (!countsOnly_) batch.sessions = std::move(output.sessions);
  sampleOver(now, end, batch);
  batch.histograms = counters_.takeDeltas();
  midnight_ = kNoDay;
  return batch;
}

void Recorder::countAttention(const schemas::Visit& visit, bool inScope, schemas::CoverageDay& day) {
  std::int64_t& counted = countedAttention_[visit.id];
  const std::int64_t delta = visit.attentionMs - std::exchange(counted, visit.attentionMs);
  (inScope ? day.attentionInScopeMs : day.attentionOutOfScopeMs) += delta;
}

void Recorder::noteClick(const schemas::Visit& visit, FirstClicks& first) const {
  if (!visit.serp || visit.exit == schemas::Exit::kRedirect || !scope_.contains(visit.url)) return;
  const auto [place, isNew] = first.emplace(visit.serp->visit, visit.start);
  if (!isNew) place->second = std::min(place->second, visit.start);
}

std::optional<WallTime> Recorder::takeFirstClick(std::int64_t serpVisit) {
  std::optional<WallTime> first;
  for (auto* const clicks : {&firstClicks_, &openClicks_}) {
    const auto click = clicks->extract(serpVisit);
    if (!click.empty() && (!first || click.mapped() < *first)) first = click.mapped();
  }
  return first;
}

void Recorder::addEnded(schemas::Visit visit, schemas::CoverageDay& coverage, Batch& batch) {
  const std::int64_t id = visit.id;
  const bool inScope = scope_.contains(visit.url);
  const bool amended = waiting_.count(id) > 0;
  if (!amended) {
    countAttention(visit, inScope, coverage);
    countedAttention_.erase(id);
  }
  if (inScope) {
    visit = kept(std::move(visit));
    if (!amended) {
      const SampleSink sink = groups_.sinkOf(visit, counters_);
      sampleEnded(visit, idleThreshold_, sink);
      pages_.ended(visit, sink);
    }
    if (countsOnly_)
      batch.forgotten.push_back(id);
    else
      batch.ended.push_back(visit);
  }
  if (inScope && (visit.serp || visit.resultsPage)) noteDue({SampledRow::Kind::kVisit, id}, batch);
  waiting_[id] = {std::move(visit), inScope};
}

void Recorder::addOpen(std::vector<schemas::Visit> open, schemas::CoverageDay& coverage, Batch& batch) {
  for (schemas::Visit& visit : open) {
    const bool inScope = scope_.contains(visit.url);
    countAttention(visit, inScope, coverage);
    if (!inScope) continue;
    visit = kept(std::move(visit));
    if (countsOnly_) visit = checkpointOf(visit, checkpointUrl(groups_.of(visit.url)));
    batch.open.push_back(std::move(visit));
  }
}

void Recorder::addLinks(const std::vector<schemas::VisitLinks>& links, Batch& batch) const {
  if (countsOnly_) return;
  std::int64_t tooLong = 0;
  for (const auto& [visit, table] : links) {
    if (!wasInScope(visit)) continue;
    batch.links.push_back({visit, std::make_shared<const schemas::LinkTable>(scope_.kept(*table, tooLong))});
  }
  if (tooLong > 0) batch.losses["record.link_url_too_long"] += tooLong;
}

void Recorder::addFinal(std::int64_t id, Batch& batch) {
  const auto waiting = waiting_.extract(id);
  const auto firstClick = takeFirstClick(id);
  if (waiting.empty() || !waiting.mapped().inScope) return;
  const schemas::Visit& visit = waiting.mapped().visit;
  const SampleSink sink = groups_.sinkOf(visit, counters_);
  sampleFinal(visit, sink);
  if (firstClick) sampleFirstClick(visit, *firstClick, sink);
  batch.finals.push_back(id);
  noteMade({SampledRow::Kind::kVisit, id}, batch);
}

void Recorder::addTrajectories(TrackerOutput& output, Batch& batch) {
  for (schemas::Trajectory& trajectory : output.trajectories) {
    std::erase_if(trajectory.steps, [&](std::int64_t step) { return !wasInScope(step); });
    if (trajectory.steps.empty()) continue;
    trajectory = scope_.kept(std::move(trajectory));
    if (!trajectory.endReason.empty() && sampledTrajectories_.count(trajectory.id) == 0) {
      trajectories_[trajectory.id] = trajectory;
      noteDue({SampledRow::Kind::kTrajectory, trajectory.id}, batch);
    }
    if (!countsOnly_) batch.trajectories.push_back(std::move(trajectory));
  }
  for (const std::int64_t id : output.withdrawnTrajectories) {
    trajectories_.erase(id);
    noteMade({SampledRow::Kind::kTrajectory, id}, batch);
    schemas::Trajectory withdrawn;
    withdrawn.id = id;
    if (!countsOnly_) batch.trajectories.push_back(std::move(withdrawn));
  }
}

void Recorder::sampleOver(WallTime now, BatchEnd end, Batch& batch) {
  std::erase_if(sessions_, [&](const auto& entry) {
    const schemas::Session& session = entry.second;
    const bool over = end == BatchEnd::kFinished || now >= session.end + sessionPause_;
    if (!over || openSessions_.count(session.id) > 0) return false;
    sampleSession(session, sinkOf(dayOf(session.start)));
    sampledSessions_.insert(session.id);
    noteMade({SampledRow::Kind::kSession, session.id}, batch);
    return true;
  });
  std::erase_if(trajectories_, [&](const auto& entry) {
    const auto& steps = entry.second.steps;
    const auto isOpen = [&](std::int64_t step) { return openVisits_.count(step) > 0; };
    if (std::any_of(steps.begin(), steps.end(), isOpen)) return false;
    sampleTrajectory(entry.second, sinkOf(dayOf(entry.second.start)));
    sampledTrajectories_.insert(entry.first);
    noteMade({SampledRow::Kind::kTrajectory, entry.first}, batch);
    return true;
  });
}

void Recorder::findDay(MonoTime time) {
  const std::int32_t day = dayOf(wallAtZero_ + time.time_since_epoch());
  const WallTime midnight = WallTime(std::chrono::days(day)) - offset_;
  midnight_ = MonoTime(midnight - wallAtZero_);
  today_ = &counters_.of(kAllPages, day);
}

void Recorder::noteDue(SampledRow row, Batch& batch) {
  if (!countsOnly_ && due_.insert(row).second) batch.samplesDue.push_back(row);
}

void Recorder::noteMade(SampledRow row, Batch& batch) {
  if (due_.erase(row) > 0) batch.samplesMade.push_back(row);
}

SampleSink Recorder::sinkOf(std::int32_t day) {
  return [this, day](schemas::HistogramId id, std::int64_t value, std::int64_t count) {
    counters_.of(kAllPages, day).add(id, value, count);
  };
}

schemas::Visit Recorder::kept(schemas::Visit visit) const {
  visit = scope_.kept(std::move(visit));
  if (visit.serp && !wasInScope(visit.serp->visit)) visit.serp->query.clear();
  return visit;
}

void Recorder::markScope(const schemas::Visit& visit) {
  if (outOfScope_.empty()) firstSeen_ = visit.id;
  if (visit.id < firstSeen_) {
    outOfScope_.insert(outOfScope_.begin(), static_cast<std::size_t>(firstSeen_ - visit.id), false);
    firstSeen_ = visit.id;
  }
  const auto place = static_cast<std::size_t>(visit.id - firstSeen_);
  if (place >= outOfScope_.size()) outOfScope_.resize(place + 1);
  outOfScope_[place] = !scope_.contains(visit.url);
}

bool Recorder::wasInScope(std::int64_t visit) const {
  const std::int64_t place = visit - firstSeen_;
  return place < 0 || place >= static_cast<std::int64_t>(outOfScope_.size()) ||
         !outOfScope_[static_cast<std::size_t>(place)];
}

}  // namespace dwell::monitor
