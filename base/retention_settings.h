#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/error.h"

namespace dwell {

/// How long measurements are kept: the section [retention] of config.toml. Apart from Settings, because only
/// who writes the store asks for it, and it changes nothing of what is measured or agreed to.
struct RetentionSettings {
  std::int64_t days = 0;       ///< 0: for ever
  std::int64_t megabytes = 0;  ///< 0: whatever it takes
  friend bool operator==(const RetentionSettings&, const RetentionSettings&) = default;
};

inline constexpr std::int64_t kMostRetentionDays = 36'500;
inline constexpr std::int64_t kMostRetentionMegabytes = 1'000'000;

/// Errors: those of parseSettings().
Expected<RetentionSettings> parseRetention(std::string_view text, std::string_view name);

/// Of `file`; the defaults if it does not exist. Errors: those of readSettings().
Expected<RetentionSettings> readRetention(const std::filesystem::path& file);

}  // namespace dwell
