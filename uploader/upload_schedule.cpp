#include "uploader/upload_schedule.h"

#include <algorithm>

namespace dwell::uploader {
namespace {

constexpr Millis kFirstDelay = std::chrono::minutes(5);
constexpr Millis kLongestDelay = std::chrono::hours(24);
constexpr double kJitter = 0.25;
/// What a collector asks for when it is busy. Runs that leave no new time behind (killed, a broken disk) do
/// not follow each other faster.
constexpr Millis kShortestRetry = std::chrono::seconds(30);
/// 5 min doubled nine times is beyond 24 h.
constexpr std::int64_t kDoublings = 9;

Millis withJitter(Millis delay, double random) {
  return delay + Millis(static_cast<std::int64_t>(static_cast<double>(delay.count()) * kJitter * random));
}

}  // namespace

UploadSchedule::UploadSchedule(UploadRhythm rhythm, MonoTime start)
    : rhythm_(rhythm), next_(start + rhythm.firstAfter) {}

std::optional<MonoTime> UploadSchedule::due() const {
  return something_ ? std::optional(next_) : std::nullopt;
}

void UploadSchedule::happened() { something_ = true; }

void UploadSchedule::ran(MonoTime now, std::optional<Millis> retryIn) {
  next_ = now +
          (retryIn ? std::clamp(*retryIn, kShortestRetry, withJitter(kLongestDelay, 1.0)) : rhythm_.interval);
  something_ = retryIn.has_value();
}

Millis retryDelay(std::int64_t failures, std::optional<Millis> retryAfter, double random) {
  if (retryAfter) return std::clamp(*retryAfter, Millis(0), kLongestDelay);
  const std::int64_t doublings = std::clamp<std::int64_t>(failures - 1, 0, kDoublings);
  return withJitter(std::min(kFirstDelay * (std::int64_t{1} << doublings), kLongestDelay), random);
}

bool retryIsDue(std::optional<WallTime> nextAttempt, WallTime now) {
  return !nextAttempt || *nextAttempt <= now || *nextAttempt > now + withJitter(kLongestDelay, 1.0);
}

}  // namespace dwell::uploader
