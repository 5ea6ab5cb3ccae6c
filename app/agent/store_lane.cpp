#include "app/agent/store_lane.h"

#include <SQLiteCpp/Exception.h>

#include <utility>

#include "app/agent/footprint.h"
#include "base/clock.h"
#include "base/log.h"
#include "monitor/store/salvage.h"

namespace dwell::app {
namespace {

/// Of the table agent_state.
constexpr const char* kPaused = "paused";
constexpr const char* kResume = "resume_ms";

}  // namespace

StoreLane::StoreLane(std::function<void(const Written&)> written)
    : written_(std::move(written)),
      lane_([](const std::exception& error) { logError(std::string("store: ") + error.what()); }) {}

Expected<void> StoreLane::open(const std::filesystem::path& dataDir, const std::filesystem::path& file) {
  return lane_.call([&]() -> Expected<void> {
    const auto salvage = monitor::salvageIfDamaged(file);
    if (!salvage) return tl::unexpected(salvage.error());
    if (*salvage) logError((*salvage)->text());
    auto store = monitor::Store::open(file);
    if (!store) return tl::unexpected(store.error());
    auto consents = monitor::ConsentStore::open(dataDir);
    if (!consents) return tl::unexpected(consents.error());
    auto reader = monitor::Reader::open(file);
    if (!reader) return tl::unexpected(reader.error());
    store_.emplace(std::move(*store));
    reader_.emplace(std::move(*reader));
    consents_.emplace(std::move(*consents));
    return {};
  });
}

StoreLane::Found StoreLane::beginning() {
  return lane_.call([this] {
    if (!waiting_.empty()) writeWaiting();
    return Found{store_->nextNumbers(), store_->leftOpen()};
  });
}

std::vector<monitor::UploadAttempt> StoreLane::newUploadAttempts() {
  return lane_.call([this] { return store_->newUploadAttempts(); });
}

monitor::Terms StoreLane::terms(const Settings& own, const std::optional<std::string>& participant,
                                WallTime now) {
  return lane_.call([&] { return consents_->terms(own, participant, now); });
}

void StoreLane::notePause(const std::optional<Pause>& pause) {
  lane_.call([&] {
    const std::int64_t paused = pause ? 1 : 0;
    const std::int64_t until = pause && pause->until ? toMs(*pause->until) : 0;
    if (store_->readState(kPaused) != paused) store_->writeState(kPaused, paused);
    if (store_->readState(kResume) != until) store_->writeState(kResume, until);
    return true;
  });
}

std::optional<StoreLane::Pause> StoreLane::pause() {
  return lane_.call([this]() -> std::optional<Pause> {
    if (store_->readState(kPaused) == 0) return std::nullopt;
    const std::int64_t until = store_->readState(kResume);
    return Pause{until > 0 ? std::optional(wallTime(until)) : std::nullopt};
  });
}

bool StoreLane::enrolled() {
  return lane_.call([this] { return consents_->enrolment().has_value(); });
}

std::optional<WallTime> StoreLane::nextUploadAttempt() {
  return lane_.call([this] {
    const auto state = reader_->uploadState();
    return state.blocked.empty() ? state.nextAttempt : std::nullopt;
  });
}

void StoreLane::write(monitor::Batch batch) {
  post([this, batch = std::make_shared<monitor::Batch>(std::move(batch))] {
    waiting_.push_back(std::move(*batch));
    writeWaiting();
  });
}

bool StoreLane::writeNow(monitor::Batch batch) {
  return lane_.call([this, &batch] {
    waiting_.push_back(std::move(batch));
    return writeWaiting();
  });
}

bool StoreLane::writeWaiting() {
  Written outcome;
  const Millis begin = readAwakeTime();
  try {
    for (; !waiting_.empty(); waiting_.pop_front()) store_->write(waiting_.front());
  } catch (const SQLite::Exception& error) {
    outcome.sqliteResult = error.getErrorCode();
    outcome.trouble = error.what();
  }
  outcome.took = readAwakeTime() - begin;
  releaseFreeHeap();
  written_(outcome);
  return outcome.sqliteResult == 0;
}

void StoreLane::noteIdleThreshold(Millis threshold) {
  post([this, threshold] { store_->noteIdleThreshold(threshold); });
}

void StoreLane::noteBrowser(std::string brand, std::string version, WallTime time) {
  post([this, brand = std::move(brand), version = std::move(version), time] {
    store_->noteBrowser(brand, version, time);
  });
}

}  // namespace dwell::app
