#include "app/agent/store_lane.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <cstdlib>
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

/// A value that no Dwell should have made; to try again would keep all that follows from being written.
bool isRefused(int sqliteResult) {
  return sqliteResult == SQLITE_CONSTRAINT || sqliteResult == SQLITE_MISMATCH ||
         sqliteResult == SQLITE_TOOBIG;
}

}  // namespace

StoreLane::StoreLane(std::function<void(const Written&)> written, std::size_t mostWaiting)
    : written_(std::move(written)),
      mostWaiting_(mostWaiting),
      lane_([](const std::exception& error) { logError(std::string("store: ") + error.what()); }) {}

template <class Value, class Ask>
Value StoreLane::asked(Value otherwise, Ask ask) {
  return lane_.call([&]() -> Value {
    try {
      return ask();
    } catch (const SQLite::Exception& error) {
      logError(std::string("the store can't be read: ") + error.what());
      return otherwise;
    }
  });
}

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
    // Nothing of what waits may come into the store after the erasure.
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
    reopenStore();
    return erased;
  });
}

/// Without a store nothing can be kept. All that was measured is written: to end and be started anew loses
/// nothing, and the next start goes on with the erasure.
void StoreLane::reopenStore() {
  std::string trouble;
  try {
    const auto opened = openStore();
    if (opened) return;
    trouble = opened.error().message();
  } catch (const std::exception& error) {
    trouble = error.what();
  }
  logError("the store can't be opened again after an erasure; the agent ends: " + trouble);
  std::_Exit(EXIT_FAILURE);
}

StoreLane::Found StoreLane::beginning() {
  return lane_.call([this] {
    if (waiting_) writeWaiting();
    // A stretch that has ended leaves nothing open, and its last batch is among what waits.
    if (waiting_) return Found{store_->nextNumbersAfter(*waiting_), {}};
    return Found{store_->nextNumbers(), store_->leftOpen()};
  });
}

std::vector<monitor::UploadAttempt> StoreLane::newUploadAttempts() {
  return asked(std::vector<monitor::UploadAttempt>{}, [this] { return store_->newUploadAttempts(); });
}

monitor::Terms StoreLane::terms(const Settings& own, const std::optional<std::string>& participant,
                                WallTime now) {
  return lane_.call([&] { return consents_->terms(own, participant, now); });
}

void StoreLane::notePause(const std::optional<Pause>& pause) {
  const std::int64_t paused = pause ? 1 : 0;
  const std::int64_t until = pause && pause->until ? toMs(*pause->until) : 0;
  lane_.call([&] {
    note("pause", [this, paused, until] {
      if (store_->readState(kPaused) != paused) store_->writeState(kPaused, paused);
      if (store_->readState(kResume) != until) store_->writeState(kResume, until);
    });
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
  return asked(false, [this] { return consents_->enrolment().has_value(); });
}

std::optional<WallTime> StoreLane::nextUploadAttempt() {
  return asked(std::optional<WallTime>{}, [this] {
    const auto state = reader_->uploadState();
    return state.blocked.empty() ? state.nextAttempt : std::nullopt;
  });
}

void StoreLane::write(monitor::Batch batch) {
  post([this, batch = std::make_shared<monitor::Batch>(std::move(batch))] {
    keep(std::move(*batch));
    writeWaiting();
  });
}

void StoreLane::writeAgain() {
  post([this] { writeWaiting(); });
}

bool StoreLane::writeNow(monitor::Batch batch) {
  return lane_.call([this, &batch] {
    keep(std::move(batch));
    return writeWaiting();
  });
}

void StoreLane::keep(monitor::Batch batch) {
  if (!waiting_) {
    waiting_ = std::move(batch);
    return;
  }
  monitor::join(*waiting_, std::move(batch));
  if (const auto dropped = monitor::keepNewest(*waiting_, mostWaiting_); dropped > 0)
    waiting_->losses["store.not_written"] += dropped;
}

bool StoreLane::writeWaiting() {
  Written outcome;
  const Millis begin = readAwakeTime();
  try {
    for (; !notes_.empty(); notes_.erase(notes_.begin())) notes_.begin()->second();
    if (waiting_) store_->write(*waiting_);
    waiting_.reset();
  } catch (const SQLite::Exception& error) {
    outcome.sqliteResult = error.getErrorCode();
    outcome.trouble = error.what();
    if (waiting_ && isRefused(outcome.sqliteResult)) {
      monitor::Batch loss;
      loss.time = waiting_->time;
      loss.losses = std::move(waiting_->losses);
      loss.losses["store.refused"] += monitor::rowsOf(*waiting_);
      waiting_ = std::move(loss);
    }
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

void StoreLane::note(const std::string& about, std::function<void()> write) {
  try {
    write();
    notes_.erase(about);
  } catch (const SQLite::Exception& error) {
    logError(std::string("store: ") + error.what());
    notes_[about] = std::move(write);
  }
}

void StoreLane::noteIdleThreshold(Millis threshold) {
  post([this, threshold] {
    note("idle threshold", [this, threshold] { store_->noteIdleThreshold(threshold); });
  });
}

void StoreLane::noteBrowser(std::string brand, std::string version, WallTime time) {
  post([this, brand = std::move(brand), version = std::move(version), time] {
    note("browser " + brand, [this, brand, version, time] { store_->noteBrowser(brand, version, time); });
  });
}

}  // namespace dwell::app
