#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/visit.h"

/// Lists of numbers as the store keeps them, so that any SQLite tool reads them.
/// Reading throws std::runtime_error for what no store wrote.
namespace dwell::monitor {

/// JSON arrays.
std::string numberText(const std::vector<std::int64_t>& numbers);
std::vector<std::int64_t> numbersFromText(std::string_view text);

/// Buckets by input age without their trailing zeros, none if all are zero: most visits fill the first few.
/// "1,0,2": a JSON array without its brackets, which every row would repeat.
std::optional<std::string> bucketText(const schemas::AgeBuckets& buckets);
/// Leaves the buckets that are not there at zero.
schemas::AgeBuckets bucketsFromText(std::string_view text);
/// The sum of the buckets of `text`.
std::int64_t bucketTotal(std::string_view text);
/// Adds the buckets of `text` to `sums`; gives their total.
std::int64_t addBuckets(std::string_view text, schemas::AgeBuckets& sums);

}  // namespace dwell::monitor
