#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace dwell {

/// Values by hash, of which those that were not touched for long are forgotten: at most twice `kMost` are
/// held, of some 50 bytes, and at least the `kMost` touched last. Threads: any one.
template <class Value, std::size_t kMost = 2'000>
class RecentMap {
 public:
  /// None: not there, or forgotten. Valid until the next put().
  const Value* find(std::uint64_t hash) const {
    for (const auto* const values : {&young_, &old_}) {
      if (const auto place = values->find(hash); place != values->end()) return &place->second;
    }
    return nullptr;
  }

  /// Touches it. Gives whether others may have been forgotten.
  bool put(std::uint64_t hash, Value value) {
    young_.insert_or_assign(hash, std::move(value));
    if (young_.size() < kMost) return false;
    old_ = std::exchange(young_, {});
    return true;
  }

 private:
  std::unordered_map<std::uint64_t, Value> young_, old_;
};

}  // namespace dwell
