#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/visit.h"

/// Lists of numbers as the store keeps them: JSON arrays, so that any SQLite tool reads them.
/// Reading throws std::runtime_error for what no store wrote.
namespace dwell::monitor {

std::string numberText(const std::vector<std::int64_t>& numbers);
std::vector<std::int64_t> numbersFromText(std::string_view text);

/// Buckets by input age without their trailing zeros, none if all are zero: most visits fill the first few.
std::optional<std::string> bucketText(const schemas::AgeBuckets& buckets);
/// An array of 13 does as well.
schemas::AgeBuckets bucketsFromText(std::string_view text);

}  // namespace dwell::monitor
