#include "app/agent/store_lane.h"

#include <SQLiteCpp/Exception.h>

#include <stdexcept>
#include <thread>
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
constexpr Millis kUploadPatience = std::chrono::seconds(30);
constexpr Millis kLookAgain = Millis(200);

}  // namespace

StoreLane::StoreLane(std::function<void(const Written&)> written)
    : written_(std::move(written)),
      lane_([](const std::exception& error) { logError(std::string("store: ") + error.what()); }) {}

Expected<void> StoreLane::open(const Paths& paths, const monitor::ErasureFrame& frame) {
  return lane_.call([&]() -> Expected<void> {
    paths_ = paths;
    const auto salvage = monitor::salvageIfDamaged(paths_.store());
    if (!salvage) return tl::unexpected(salvage.error());
    if (*salvage) logError((*salvage)->text());
    // Before anything is recorded: it would go with what is to be erased. An upload that outlived the agent
    // which was killed is waited for.
    auto completed = monitor::completeErasure(paths_, frame);
    for (Millis waited{}; !completed && waited < kUploadPatience; waited += kLookAgain) {
      std::this_thread::sleep_for(kLookAgain);
      completed = monitor::completeErasure(paths_, frame);
    }
    if (!completed) return tl::unexpected(completed.error());
    return openStore();
  });
}

Expected<void> StoreLane::openStore() {
  auto store = monitor::Store::open(paths_.store());
  if (!store) return tl::unexpected(store.error());
  auto consents = monitor::ConsentStore::open(paths_.dataDir);
  if (!consents) return tl::unexpected(consents.error());
  auto reader = monitor::Reader::open(paths_.store());
  if (!reader) return tl::unexpected(reader.error());
  store_.emplace(std::move(*store));
  reader_.emplace(std::move(*reader));
  consents_.emplace(std::move(*consents));
  return {};
}

Expected<monitor::Erased> StoreLane::erase(const monitor::Erasure& erasure,
                                           const monitor::ErasureFrame& frame) {
  return lane_.call([&]() -> Expected<monitor::Erased> {
    if (!writeWaiting())
      return failure("what was measured can't be written now, so it can't be erased either", "store",
                     "space on its disk; the agent's log says what is wrong");
    retention_.reset();
    store_.reset();
    reader_.reset();
    consents_.reset();
    auto erased = [&]() -> Expected<monitor::Erased> {
      try {
        return monitor::erase(paths_, erasure, frame);
      } catch (const std::exception& error) {
        return failure(
            std::string("not finished, and gone on with at the agent's next start: ") + error.what(), "erase",
            "space on the store's disk");
      }
    }();
    if (const auto opened = openStore(); !opened) throw std::runtime_error(opened.error().message());
    return erased;
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

void StoreLane::retain(RetentionSettings settings, std::int32_t today, UtcOffset offset) {
  if (settings == RetentionSettings{}) return;
  post([this, settings, today, offset] {
    if (retention_) return;
    const bool enrolled = consents_->enrolment().has_value();
    auto opened = monitor::Retention::open(paths_.store(),
                                           {settings.days, settings.megabytes, enrolled, today, offset});
    if (!opened) {
      logError(opened.error().message());
      return;
    }
    retention_.emplace(std::move(*opened));
    retainMore();
  });
}

void StoreLane::retainMore() {
  if (!retention_) return;  // an erasure came between
  bool more = false;
  try {
    more = retention_->step();
  } catch (const SQLite::Exception& error) {
    logError(std::string("old measurements can't be removed now; tomorrow again: ") + error.what());
  }
  store_->rowsWereRemoved();
  if (more)
    post([this] { retainMore(); });
  else
    retention_.reset();
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
